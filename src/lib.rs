//! consent-gate: a cookie consent banner and tracker gate.
//!
//! A pure decision heart that compiles and is tested natively, and a thin browser shell around it
//! (`browser`, wasm32 only). `ARCHITECTURE.md` tells who may use whom.

pub mod banner;
pub mod config;
pub mod consent;
pub mod decimal;
pub mod gate;
pub mod palette;
pub mod regime;
pub mod report;
pub mod session;
pub mod value;
mod words;

#[cfg(target_arch = "wasm32")]
pub mod browser;
