//! What the site asked for: three sources, every mistake collected, nothing that can't be used.
//!
//! It refuses to know what JSON text, the page or a clock is: values arrive as [`Value`] trees. A
//! mistake never opens the gate and never loses the rest: the faulty value falls back to its
//! default, and a faulty service is kept and held. Where the default is the laxest there is
//! (`regime` by region, `minor`, `api`), a faulty value counts as the strictest instead: somebody who
//! writes such a field at all means to restrict something.
//!
//! Every mistake has one of these codes, which are stable:
//!
//! | code | what is wrong |
//! |---|---|
//! | `config-json` | the JSON block, or the global, can't be read at all |
//! | `config-type` | a value of the wrong type |
//! | `config-value` | the right type, but not a possible value |
//! | `config-unknown` | a field, an attribute or a text key that nobody knows |
//! | `config-missing` | something needed was left out |
//! | `config-host` | a host that can't be read |
//! | `config-url` | a link that isn't http, https, mailto or relative |
//! | `config-duplicate` | given twice |
//! | `config-attribute` | a field that can't be given as an attribute |
//! | `config-limit` | too long, or too many |
//! | `not-yet` | read and understood, but this version can't do it |
//!
//! ```
//! use consent_gate::config::{self, Sources};
//! let attributes = vec![("regime".to_owned(), "opt-inn".to_owned())];
//! let (config, errors) = config::read(Sources { attributes, ..Sources::default() });
//! assert_eq!(config.regime, Some(consent_gate::regime::Regime::OptIn));
//! assert_eq!(errors[0].path, "data-regime");
//! assert!(errors[0].message.contains("did you mean \"opt-in\"?"));
//! ```

mod banner;
mod checked;
mod fault;
mod fields;
mod merge;
mod near;
mod place;
mod reader;
mod services;
mod wording;

pub use checked::{
    Api, Banner, CategoryText, Config, Honor, Language, Layout, Link, Pending, Position, Reopen,
    Root, Storage, Theme, VendorSetting, Worker,
};
pub use fault::{ConfigError, code};

pub use crate::gate::{HostPattern, Mode, Proxies};
pub use crate::value::Value;

use crate::words;
use place::Place;
use reader::Reader;

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

impl Sources {
    /// How the JSON block is called in errors.
    pub const BLOCK: &'static str = "#consent-gate-config";
    /// How the global is called in errors.
    pub const GLOBAL: &'static str = "window.consentGateConfig";
}

/// Reads a configuration. Never fails: what is wrong is in the list, and its default in the result.
#[must_use]
pub fn read(sources: Sources) -> (Config, Vec<ConfigError>) {
    let mut reader = Reader::default();
    let merged = merge::merge(&mut reader, sources);
    let mut config = Config::default();
    fields::read(&mut reader, &Place::root("", &merged), &mut config);
    (config, reader.finish())
}

/// The mistakes in the owner's language and texts, by who knows which `keys` there are, as words in one text, and whether
/// there are words at all in the language that is asked for.
#[must_use]
pub fn check_texts(config: &Config, keys: &str, spoken: bool) -> Vec<ConfigError> {
    let mut reader = Reader::default();
    let nothing = Value::Null;
    let root = Place::root("texts", &nothing);
    if !spoken {
        reader.refuse(
            &Place::root("language", &nothing),
            "there are no texts in this language, so they are English; put a tag such as \"de\" that is built in, or your own words into `texts`",
        );
    }
    for (language, texts) in &config.texts {
        let at = root.child(language);
        for (key, _) in texts {
            if words::position(keys, key).is_none() {
                reader.unknown(&at.child(key), key, keys);
            }
        }
    }
    reader.finish()
}
