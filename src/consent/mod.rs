//! The nouns: what a visitor is asked about. Depends on nothing.

mod category;
mod service;

pub use category::{Category, CategorySet};
pub use service::{Service, ServiceId};
