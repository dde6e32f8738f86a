//! Region → regime as data, and what a time zone hints at.
//!
//! Only what a law, or its regulator, lets be laxer than opt-in has a line that says so. Every
//! place without a line gets the strictest, and so does a country whose parts differ when the part
//! isn't given. The same lines stand in `tests/data/regimes.tsv`, one region each.
//!
//! ```
//! use consent_gate::regime::{Regime, stricter};
//! // Someone in Berlin behind a proxy in California is asked first.
//! assert_eq!(stricter(Regime::OptOut, "Europe/Berlin"), Regime::OptIn);
//! assert_eq!(stricter(Regime::OptIn, "America/New_York"), Regime::OptIn);
//! ```

use super::{Regime, Region};
use crate::words;

/// Some regions and the regime that is in force there.
struct Rule {
    /// Codes, separated by a space. A country stands for its parts that have no line of their own.
    regions: &'static str,
    regime: Regime,
}

/// The first rule that names the region, else the first that names its country.
const RULES: [Rule; 9] = [
    // EU: Directive 2002/58/EC Art. 5(3) with GDPR Art. 4(11) and 7; CJEU C-673/17 (Planet49).
    Rule {
        regions: "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE",
        regime: Regime::OptIn,
    },
    // EEA: both acts are incorporated into the EEA Agreement (Annex XI, 5e and 5h).
    Rule {
        regions: "IS LI NO",
        regime: Regime::OptIn,
    },
    // UK: PECR reg. 6 as changed by the Data (Use and Access) Act 2025. The new exceptions for
    // statistics and appearance are for an owner to declare, service by service, as essential.
    Rule {
        regions: "GB",
        regime: Regime::OptIn,
    },
    // Switzerland: TCA Art. 45c asks for information and an opt-out, the FDPIC's cookie guide (2025)
    // for consent to advertising and intrusive tracking: the stricter of the two.
    Rule {
        regions: "CH",
        regime: Regime::OptIn,
    },
    // Brazil: LGPD Art. 7 and 8; the ANPD's cookie guide (2022): what isn't necessary is off at first.
    Rule {
        regions: "BR",
        regime: Regime::OptIn,
    },
    // Quebec: Act respecting the protection of personal information in the private sector (Law 25),
    // s. 8.1: what identifies, locates or profiles is off until activated. Bare Canada: its strictest part.
    Rule {
        regions: "CA-QC CA",
        regime: Regime::OptIn,
    },
    // The rest of Canada: PIPEDA Sch. 1, 4.3, and the OPC's policy position on online behavioural
    // advertising: implied consent, with a notice and an easy opt-out.
    Rule {
        regions: "CA-AB CA-BC CA-MB CA-NB CA-NL CA-NS CA-NT CA-NU CA-ON CA-PE CA-SK CA-YT",
        regime: Regime::Notice,
    },
    // United States: Cal. Civ. Code §1798.120 and §1798.135 (CCPA), and the like in CO, CT, DE, IA, IN,
    // KY, MD, MN, MT, NE, NH, NJ, OR, RI, TN, TX, UT, VA. A state without such a law is served as the rest.
    Rule {
        regions: "US",
        regime: Regime::OptOut,
    },
    // Australia: Privacy Act 1988, APP 1, 5 and 7: a notice, and an opt-out from direct marketing.
    Rule {
        regions: "AU",
        regime: Regime::Notice,
    },
];

/// The regime of a region; the strictest without a line.
pub(super) fn regime_of(region: Region) -> Regime {
    line_of(&region.text())
        .or_else(|| line_of(&region.country().text()))
        .unwrap_or(Regime::OptIn)
}

fn line_of(code: &str) -> Option<Regime> {
    for rule in &RULES {
        if words::position(rule.regions, code).is_some() {
            return Some(rule.regime);
        }
    }
    None
}

/// What a browser's time zone (IANA name) says about the rules.
///
/// A region comes from an address, and addresses are wrong behind proxies and abroad; a time zone
/// is where the visitor's clock is. It names no country surely, so it is used one way only: a zone of
/// a place where the law asks for opt-in makes it opt-in, one of the United States at least opt-out.
/// A zone that says nothing, or is shared with a laxer place (`America/Toronto` is Quebec's and
/// Ontario's), hints at nothing. All of `Europe/` counts, because what is there and not in the EEA
/// is without a line, hence opt-in, too.
#[must_use]
pub fn hint_from_time_zone(zone: &str) -> Option<Regime> {
    let (area, place) = zone.split_once('/')?;
    let is_in = |places: &str| words::position(places, place).is_some();
    match area {
        "Europe" => Some(Regime::OptIn),
        "America" if is_in(OPT_IN_AMERICA) => Some(Regime::OptIn),
        "America" if is_in(UNITED_STATES) || is_united_states(place) => Some(Regime::OptOut),
        "Brazil" => Some(Regime::OptIn),
        "US" => Some(Regime::OptOut),
        "Pacific" if place == "Honolulu" => Some(Regime::OptOut),
        _ if is_in(OPT_IN_ELSEWHERE) => Some(Regime::OptIn),
        _ => None,
    }
}

/// States with zones of their own kind, such as `America/Indiana/Knox`.
fn is_united_states(place: &str) -> bool {
    place
        .split_once('/')
        .is_some_and(|(state, _)| matches!(state, "Indiana" | "Kentucky" | "North_Dakota"))
}

/// The stricter of a regime and what the time zone hints at.
#[must_use]
pub fn stricter(regime: Regime, time_zone: &str) -> Regime {
    hint_from_time_zone(time_zone).map_or(regime, |hint| regime.max(hint))
}

/// Brazil; Quebec where it has a zone of its own; France overseas.
const OPT_IN_AMERICA: &str = "Araguaina Bahia Belem Boa_Vista Campo_Grande Cuiaba Eirunepe \
     Fortaleza Maceio Manaus Noronha Porto_Acre Porto_Velho Recife Rio_Branco Santarem Sao_Paulo \
     Blanc-Sablon Montreal Cayenne Guadeloupe Marigot Martinique St_Barthelemy";

/// Parts of EEA states outside of Europe's own zones: Cyprus, Iceland, the islands of Portugal,
/// Spain and France, Ceuta, Svalbard.
const OPT_IN_ELSEWHERE: &str = "Nicosia Famagusta Reykjavik Azores Madeira Canary Ceuta \
     Longyearbyen Reunion Mayotte";

const UNITED_STATES: &str = "New_York Detroit Chicago Menominee Denver Boise Phoenix Los_Angeles \
     Anchorage Juneau Sitka Metlakatla Yakutat Nome Adak";

#[cfg(test)]
mod tests {
    use super::{RULES, hint_from_time_zone, stricter};
    use crate::regime::{Regime, Region};

    #[test]
    fn every_code_in_the_table_is_a_region_and_stands_once() {
        let mut seen = Vec::new();
        for code in RULES.iter().flat_map(|rule| rule.regions.split(' ')) {
            let region = Region::parse(code).expect(code);
            assert_eq!(region.text(), code);
            assert!(!seen.contains(&code), "{code} stands twice");
            seen.push(code);
        }
        assert_eq!(seen.len(), 27 + 3 + 3 + 2 + 12 + 2);
    }

    #[test]
    fn a_bare_country_is_as_strict_as_its_strictest_part() {
        for code in RULES.iter().flat_map(|rule| rule.regions.split(' ')) {
            let region = Region::parse(code).expect(code);
            assert!(
                Regime::of(Some(region.country())) >= Regime::of(Some(region)),
                "{code}"
            );
        }
    }

    #[test]
    fn a_time_zone_hints_only_where_it_is_sure() {
        for (zone, hint) in [
            ("Europe/Berlin", Some(Regime::OptIn)),
            ("Europe/Moscow", Some(Regime::OptIn)),
            ("Atlantic/Reykjavik", Some(Regime::OptIn)),
            ("Africa/Ceuta", Some(Regime::OptIn)),
            ("Asia/Nicosia", Some(Regime::OptIn)),
            ("Indian/Reunion", Some(Regime::OptIn)),
            ("America/Sao_Paulo", Some(Regime::OptIn)),
            ("Brazil/East", Some(Regime::OptIn)),
            ("America/Montreal", Some(Regime::OptIn)),
            ("America/Toronto", None),
            ("America/Los_Angeles", Some(Regime::OptOut)),
            ("America/Indiana/Knox", Some(Regime::OptOut)),
            ("America/Argentina/Salta", None),
            ("US/Pacific", Some(Regime::OptOut)),
            ("Pacific/Honolulu", Some(Regime::OptOut)),
            ("Pacific/Auckland", None),
            ("Australia/Sydney", None),
            ("Asia/Tokyo", None),
            ("UTC", None),
            ("", None),
            ("Europe", None),
            ("europe/berlin", None),
        ] {
            assert_eq!(hint_from_time_zone(zone), hint, "{zone}");
        }
    }

    #[test]
    fn a_hint_never_makes_it_laxer() {
        for regime in Regime::ALL {
            for zone in ["Europe/Paris", "America/Denver", "Asia/Tokyo", "", "x/y/z"] {
                assert!(stricter(regime, zone) >= regime);
            }
        }
        assert_eq!(stricter(Regime::Notice, "America/Denver"), Regime::OptOut);
        assert_eq!(stricter(Regime::Notice, "Asia/Tokyo"), Regime::Notice);
    }
}
