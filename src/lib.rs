//! consent-gate: a cookie consent banner and tracker gate.
//!
//! A pure decision heart that compiles and is tested natively, and two thin browser shells around it,
//! wasm32 only: `browser`, the gate, and with the feature `interface` in its place `interface`, which
//! draws what the gate says. `ARCHITECTURE.md` tells who may use whom.

pub mod banner;
pub mod config;
pub mod consent;
pub mod decimal;
pub mod gate;
mod link;
pub mod palette;
pub mod record;
pub mod regime;
pub mod report;
pub mod session;
pub mod value;
mod words;

#[cfg(all(target_arch = "wasm32", not(feature = "interface")))]
pub mod browser;
#[cfg(all(target_arch = "wasm32", any(feature = "interface", test)))]
pub mod interface;
#[cfg(target_arch = "wasm32")]
mod memory;
