//! Region → regime as data. (Being filled in.)

use super::{Regime, Region};

/// The regime of a region.
pub(super) fn regime_of(_region: Region) -> Regime {
    Regime::OptIn
}

/// What a time zone says about the rules; it can only make them stricter.
#[must_use]
pub fn hint_from_time_zone(_zone: &str) -> Option<Regime> {
    None
}

/// The stricter of a regime and what the time zone hints at.
#[must_use]
pub fn stricter(regime: Regime, time_zone: &str) -> Regime {
    hint_from_time_zone(time_zone).map_or(regime, |hint| regime.max(hint))
}
