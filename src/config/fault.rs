//! One mistake in a configuration: a stable code, the place, and what to do about it.
//!
//! A message names the fault and the fix in one sentence, without the path, which stands beside it.
//!
//! ```
//! use consent_gate::config::{ConfigError, code};
//! let error = ConfigError::new(code::JSON, "#consent-gate-config", "the block isn't JSON");
//! assert_eq!(error.to_string(), "#consent-gate-config: the block isn't JSON");
//! ```

use core::fmt;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// What kind of mistake, one of [`code`].
    pub code: &'static str,
    /// Where: `services[2].hosts[0]`.
    pub path: String,
    /// The fault and the fix.
    pub message: String,
}

impl ConfigError {
    /// A mistake that was found elsewhere: by the shell, or by who knows the texts.
    #[must_use]
    pub fn new(code: &'static str, path: &str, message: &str) -> Self {
        Self {
            code,
            path: path.to_owned(),
            message: message.to_owned(),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.path)?;
        out.write_str(": ")?;
        out.write_str(&self.message)
    }
}

/// The codes; the table stands in the head of [`crate::config`].
pub mod code {
    /// The JSON block isn't JSON.
    pub const JSON: &str = "config-json";
    /// A value of the wrong type.
    pub const TYPE: &str = "config-type";
    /// The right type, but not a possible value.
    pub const VALUE: &str = "config-value";
    /// A name that nobody knows.
    pub const UNKNOWN: &str = "config-unknown";
    /// Something needed was left out.
    pub const MISSING: &str = "config-missing";
    /// A host that can't be read.
    pub const HOST: &str = "config-host";
    /// A link that isn't http(s), mailto or relative.
    pub const URL: &str = "config-url";
    /// Given twice.
    pub const DUPLICATE: &str = "config-duplicate";
    /// Not possible as an attribute of the tag.
    pub const ATTRIBUTE: &str = "config-attribute";
    /// Too long, too many or too deep.
    pub const LIMIT: &str = "config-limit";
    /// Read and understood, but this version can't do it yet.
    pub const NOT_YET: &str = "not-yet";
}
