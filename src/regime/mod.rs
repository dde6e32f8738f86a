//! Which rules apply: the regime of a region, and what the browser says for the visitor.

mod region;
mod signal;
mod table;

pub use region::{Regime, Region, RegionError};
pub use signal::Signals;
pub use table::{hint_from_time_zone, stricter};
