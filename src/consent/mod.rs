//! The nouns: what a visitor is asked about and how the answer is kept. Depends on nothing.

mod category;
mod record;
mod service;
mod wire;

pub use category::{Category, CategorySet};
pub use record::{Action, Millis, Record, RecordId, Source};
pub use service::{Service, ServiceId};
pub use wire::{WireError, WireRecord};
