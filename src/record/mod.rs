//! The stored proof of a visitor's last choice, and its stored form. It holds no personal data.

#[expect(
    clippy::module_inception,
    reason = "the record itself, beside its stored form"
)]
mod record;
mod wire;

pub use record::{Action, Millis, Record, RecordId, Source};
pub use wire::{WireError, WireRecord};
