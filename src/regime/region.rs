//! Where a visitor is, and which rule set is in force there.
//!
//! A region is an ISO 3166-2 code as a site's server or CDN tells it; nothing here finds out where
//! somebody is.
//!
//! ```
//! use consent_gate::regime::{Regime, Region};
//! let region = Region::parse("us-ca").unwrap();
//! assert_eq!(region.text(), "US-CA");
//! assert_eq!(Regime::of(Some(region)), Regime::OptOut);
//! assert_eq!(Regime::of(None), Regime::OptIn);
//! ```

/// The rule set in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Regime {
    /// Everything is granted, with a notice and an opt-out.
    Notice,
    /// Everything is granted until the visitor, or a signal, says no.
    OptOut,
    /// Nothing but essential until the visitor says yes. The strictest: used when unknown.
    OptIn,
}

impl Regime {
    /// Every regime, the laxest first.
    pub const ALL: [Self; 3] = [Self::Notice, Self::OptOut, Self::OptIn];

    /// Its name in configurations and records.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::OptOut => "opt-out",
            Self::OptIn => "opt-in",
        }
    }

    /// The regime of a name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|regime| regime.id() == id)
    }

    /// The regime of a region; the strictest where it is unknown.
    #[must_use]
    pub fn of(region: Option<Region>) -> Self {
        region.map_or(Self::OptIn, super::table::regime_of)
    }
}

/// A country, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Its code in capitals, such as `US-CA`; 0 after its end.
    code: [u8; 6],
}

/// Why a text is no region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegionError {
    /// It is not of the form `DE` or `US-CA`.
    Form,
    /// A union of countries (`EU`, `EEA`): which country isn't said.
    Union,
    /// `UK`, which ISO 3166 calls `GB`.
    Uk,
}

impl Region {
    /// A region from text such as `DE` or `us-ca`; upper and lower case are the same.
    ///
    /// # Errors
    /// [`RegionError`], each with its own hint.
    pub fn parse(text: &str) -> Result<Self, RegionError> {
        let mut code = [0; 6];
        let mut fits = matches!(text.len(), 2 | 4..=6);
        for (at, byte) in text.bytes().enumerate() {
            fits &= match at {
                0 | 1 => byte.is_ascii_alphabetic(),
                2 => byte == b'-',
                _ => byte.is_ascii_alphanumeric(),
            };
            if let Some(place) = code.get_mut(at) {
                *place = byte.to_ascii_uppercase();
            }
        }
        match &code {
            b"EEA\0\0\0" | [b'E', b'U', 0 | b'-', ..] | [b'E', b'E', b'A', b'-', ..] => {
                Err(RegionError::Union)
            }
            [b'U', b'K', 0 | b'-', ..] => Err(RegionError::Uk),
            _ if fits => Ok(Self { code }),
            _ => Err(RegionError::Form),
        }
    }

    /// Its code in capitals.
    #[must_use]
    pub fn text(self) -> String {
        let mut text = String::new();
        for byte in self.code {
            if byte != 0 {
                text.push(char::from(byte));
            }
        }
        text
    }

    /// The country that it is, or is a part of.
    #[must_use]
    pub const fn country(self) -> Self {
        let [first, second, ..] = self.code;
        Self {
            code: [first, second, 0, 0, 0, 0],
        }
    }
}

impl RegionError {
    /// What is wrong and what to write instead.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Form => {
                "a region is a country, or a country and a part of it, as ISO 3166-2 codes such as \
                 \"DE\" or \"US-CA\""
            }
            Self::Union => {
                "a region is one country; give the visitor's own, such as \"DE\" (all of the EU and \
                 EEA is opt-in, and so is an unknown region)"
            }
            Self::Uk => "the code of the United Kingdom is \"GB\"",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Regime, Region, RegionError};

    #[test]
    fn regions_are_read_in_either_case() {
        for (text, code) in [
            ("DE", "DE"),
            ("de", "DE"),
            ("us-ca", "US-CA"),
            ("Ca-Qc", "CA-QC"),
            ("GB-ENG", "GB-ENG"),
            ("FR-75", "FR-75"),
            ("gr-i", "GR-I"),
        ] {
            assert_eq!(Region::parse(text).map(Region::text), Ok(code.to_owned()));
        }
    }

    #[test]
    fn what_is_no_region_is_refused_with_a_hint() {
        for (text, error) in [
            ("", RegionError::Form),
            ("D", RegionError::Form),
            ("DEU", RegionError::Form),
            ("D1", RegionError::Form),
            ("DE-", RegionError::Form),
            ("-CA", RegionError::Form),
            ("US_CA", RegionError::Form),
            ("US-CALI", RegionError::Form),
            ("US-C-A", RegionError::Form),
            (" DE", RegionError::Form),
            ("dé", RegionError::Form),
            ("US-é", RegionError::Form),
            ("EU", RegionError::Union),
            ("eu-de", RegionError::Union),
            ("EEA", RegionError::Union),
            ("UK", RegionError::Uk),
            ("uk-eng", RegionError::Uk),
        ] {
            assert_eq!(Region::parse(text), Err(error), "{text}");
            assert!(error.hint().contains('"'));
        }
    }

    #[test]
    fn the_unknown_gets_the_strictest() {
        assert_eq!(Regime::of(None), Regime::OptIn);
        assert_eq!(Regime::of(Region::parse("ZZ").ok()), Regime::OptIn);
        assert_eq!(Regime::ALL.into_iter().max(), Some(Regime::OptIn));
    }

    #[test]
    fn ids_go_both_ways() {
        for regime in Regime::ALL {
            assert_eq!(Regime::from_id(regime.id()), Some(regime));
        }
        assert_eq!(Regime::from_id("optin"), None);
    }
}
