//! Every line of `tests/data/regimes.tsv` against the table, and the regions that one of the demo's
//! sites names.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on fails"
)]

use consent_gate::config::{self, Sources};
use consent_gate::regime::{Regime, Region};

const LINES: &str = include_str!("data/regimes.tsv");

fn regime_of(code: &str) -> Regime {
    Regime::of(Some(Region::parse(code).expect(code)))
}

#[test]
fn every_line_holds_in_either_case_and_has_a_source() {
    let mut codes = Vec::new();
    for line in LINES.lines().filter(|line| !line.starts_with('#')) {
        let [code, regime, source] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("not three columns: {line}");
        };
        let expected = Regime::from_id(regime).expect(line);
        assert_eq!(regime_of(code), expected, "{line}");
        assert_eq!(regime_of(&code.to_lowercase()), expected, "{line}");
        assert!(!source.is_empty(), "{line}");
        codes.push(code);
    }
    assert_eq!(codes.len(), 122);
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 122, "a region stands twice");
}

/// Whatever isn't in the file is opt-in: nothing is lax by accident.
#[test]
fn no_other_country_is_lax() {
    let lax: Vec<&str> = LINES
        .lines()
        .filter(|line| !line.starts_with('#') && !line.contains("\topt-in\t"))
        .filter_map(|line| line.split('\t').next())
        .collect();
    let mut seen = 0;
    for first in 'A'..='Z' {
        for second in 'A'..='Z' {
            let code: String = [first, second].iter().collect();
            if let Ok(region) = Region::parse(&code) {
                seen += 1;
                let is_lax = Regime::of(Some(region)) != Regime::OptIn;
                assert_eq!(is_lax, lax.contains(&code.as_str()), "{code}");
            }
        }
    }
    assert_eq!(seen, 26 * 26 - 2, "only EU and UK are no countries");
}

/// The row of the integration platform: GDPR, CCPA, the Australian Privacy Act and PIPEDA.
#[test]
fn the_regime_follows_the_region_as_the_platform_names_its_laws() {
    for (region, regime) in [
        ("DE", Regime::OptIn),
        ("IE", Regime::OptIn),
        ("US-CA", Regime::OptOut),
        ("AU", Regime::Notice),
        ("CA-ON", Regime::Notice),
        ("CA-QC", Regime::OptIn),
        ("CA", Regime::OptIn),
    ] {
        let (config, errors) = config::read(Sources {
            attributes: vec![("region".to_owned(), region.to_owned())],
            ..Sources::default()
        });
        assert_eq!(errors, []);
        assert_eq!(Regime::of(config.region), regime, "{region}");
    }
    let (config, _) = config::read(Sources::default());
    assert_eq!(Regime::of(config.region), Regime::OptIn);
}
