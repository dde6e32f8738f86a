//! Which rules apply: the regime of a region, and what the browser says for the visitor.

mod region;
mod signal;

pub use region::Regime;
pub use signal::Signals;
