//! Three sources become one list of fields; the nearest source of a field wins whole.
//!
//! Attributes are text, so the form that a field has tells how its text is read. A tag also carries
//! the attributes of optimisers and frameworks (`data-cfasync`, `data-no-optimize`), which are none
//! of our business; only a near miss of one of ours is a mistake.

use super::Sources;
use super::fault::code;
use super::near;
use super::reader::{Place, Reader};
use crate::decimal;
use crate::value::Value;

/// How a field is written in an attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Flag,
    Whole,
    /// Split on spaces.
    List,
    /// `true`, `false`, or an address.
    FlagOrText,
    /// Not at all: it has fields of its own.
    Nested,
}

/// A field that a source gave.
struct Given {
    name: &'static str,
    /// As the owner finds it: `regime`, or `data-regime`.
    path: String,
    value: Value,
}

/// What the sources say together.
pub(super) struct Merged(Vec<Given>);

impl Merged {
    pub(super) fn of(reader: &mut Reader, sources: Sources) -> Self {
        let mut merged = Self(Vec::new());
        for (name, text) in &sources.attributes {
            merged.add_attribute(reader, name, text);
        }
        merged.add_object(reader, sources.block, "consent-gate-config");
        merged.add_object(reader, sources.global, "consentGateConfig");
        merged
    }

    /// The field's value and its place.
    pub(super) fn find(&self, name: &str) -> Option<(&Value, Place<'_>)> {
        let given = self.0.iter().find(|given| given.name == name)?;
        Some((&given.value, Place::root(&given.path)))
    }

    fn add(&mut self, name: &'static str, path: String, value: Value) {
        // Nothing is as if it weren't said, so that a template may leave a hole.
        if !value.is_null() && self.0.iter().all(|given| given.name != name) {
            self.0.push(Given { name, path, value });
        }
    }

    fn add_object(&mut self, reader: &mut Reader, source: Option<Value>, path: &str) {
        let fields = match source {
            None | Some(Value::Null) => return,
            Some(Value::Map(fields)) => fields,
            Some(other) => {
                reader.wrong_type(&Place::root(path), "an object", &other);
                return;
            }
        };
        // From the end, because of a name that stands twice the last counts.
        for (name, value) in fields.into_iter().rev() {
            match FIELDS.iter().find(|(known, _)| *known == name) {
                Some((known, _)) => self.add(known, name, value),
                None => reader.unknown(&Place::root(&name), &name, &FIELDS.map(|(name, _)| name)),
            }
        }
    }

    fn add_attribute(&mut self, reader: &mut Reader, attribute: &str, text: &str) {
        let mut path = "data-".to_owned();
        path.push_str(attribute);
        let place = Place::root(&path);
        let known = FIELDS.iter().find(|(name, _)| kebab(name) == attribute);
        let Some((name, form)) = known else {
            let slip = FIELDS
                .iter()
                .find(|(name, _)| near::is_slip(attribute, name));
            if let Some((name, _)) = slip {
                let meant = ["data-", &kebab(name)].concat();
                reader.unknown(&place, &path, &[&meant]);
            }
            return;
        };
        let value = match form {
            Form::Text => Value::from(text),
            Form::Flag => flag(text).unwrap_or_else(|| Value::from(text)),
            Form::FlagOrText => flag(text).unwrap_or_else(|| Value::from(text)),
            // No float is ever parsed: it costs kilobytes.
            Form::Whole => decimal::read(text).map_or_else(|| Value::from(text), Value::from),
            Form::List => Value::List(text.split_ascii_whitespace().map(Value::from).collect()),
            Form::Nested => {
                reader.fault(
                    &place,
                    code::ATTRIBUTE,
                    &["has fields of its own; give it in the JSON block"],
                );
                return;
            }
        };
        self.add(name, path, value);
    }
}

/// An attribute without a value counts as `true`, as in HTML.
fn flag(text: &str) -> Option<Value> {
    match text {
        "" | "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn kebab(name: &str) -> String {
    let mut kebab = String::with_capacity(name.len() + 2);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

/// Every field there is.
const FIELDS: [(&str, Form); 28] = [
    ("policyUrl", Form::Text),
    ("imprintUrl", Form::Text),
    ("siteName", Form::Text),
    ("language", Form::Text),
    ("texts", Form::Nested),
    ("regime", Form::Text),
    ("region", Form::Text),
    ("minor", Form::Flag),
    ("doNotTrack", Form::Text),
    ("globalPrivacyControl", Form::Text),
    ("gate", Form::Text),
    ("firstParty", Form::List),
    ("allow", Form::List),
    ("never", Form::List),
    ("firstPartyProxies", Form::Text),
    ("pending", Form::Text),
    ("categories", Form::List),
    ("services", Form::Nested),
    ("revision", Form::Whole),
    ("revisionNote", Form::Text),
    ("consentDays", Form::Whole),
    ("banner", Form::Nested),
    ("api", Form::Text),
    ("vendors", Form::Nested),
    ("records", Form::Nested),
    ("storage", Form::Nested),
    ("worker", Form::FlagOrText),
    ("withdrawReload", Form::Flag),
];

#[cfg(test)]
mod tests {
    use super::{FIELDS, Form, kebab};
    use crate::config::{self, Api, Config, ConfigError, Sources, Worker};
    use crate::regime::Regime;
    use crate::value::Value;

    fn attributes(pairs: &[(&str, &str)]) -> (Config, Vec<ConfigError>) {
        let attributes = pairs
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        config::read(Sources {
            attributes,
            ..Sources::default()
        })
    }

    #[test]
    fn the_nearest_source_of_a_field_wins_whole() {
        let (config, errors) = config::read(Sources {
            attributes: vec![("regime".to_owned(), "notice".to_owned())],
            block: Some(Value::map([
                ("regime", Value::from("opt-in")),
                ("siteName", Value::from("block")),
                ("storage", Value::map([("key", Value::from("k"))])),
                ("revision", Value::Null),
            ])),
            global: Some(Value::map([
                ("regime", Value::from("opt-out")),
                ("siteName", Value::from("global")),
                (
                    "storage",
                    Value::map([("cookieDomain", Value::from("a.test"))]),
                ),
                ("revision", Value::from(4_u32)),
            ])),
        });
        assert_eq!(errors, []);
        assert_eq!(config.regime, Some(Regime::Notice));
        assert_eq!(config.site_name.as_deref(), Some("block"));
        assert_eq!(config.storage.key, "k");
        assert_eq!(config.storage.cookie_domain, None);
        assert_eq!(config.revision, 4);
    }

    #[test]
    fn a_source_that_is_no_object_spoils_no_other() {
        let (config, errors) = config::read(Sources {
            attributes: vec![],
            block: Some(Value::List(vec![])),
            global: Some(Value::map([("siteName", Value::from("global"))])),
        });
        assert_eq!(config.site_name.as_deref(), Some("global"));
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].path, "consent-gate-config");
    }

    #[test]
    fn of_a_field_that_stands_twice_the_last_counts() {
        let block = serde_json::from_str(r#"{"siteName":"a","revision":2,"siteName":"b"}"#);
        let (config, errors) = config::read(Sources {
            block: Some(block.expect("JSON")),
            ..Sources::default()
        });
        assert_eq!(
            (config.site_name.as_deref(), config.revision),
            (Some("b"), 2)
        );
        assert_eq!(errors, []);
    }

    #[test]
    fn attributes_are_read_by_the_form_of_their_field() {
        let (config, errors) = attributes(&[
            ("policy-url", "/privacy"),
            ("minor", ""),
            ("first-party", " cdn.test  img.test "),
            ("categories", "essential analytics"),
            ("revision", "3"),
            ("consent-days", "90"),
            ("api", "read-only"),
        ]);
        assert_eq!(errors, []);
        assert_eq!(config.policy_url.as_deref(), Some("/privacy"));
        assert!(config.minor);
        assert_eq!(config.first_party.len(), 2);
        assert_eq!(config.categories.len(), 2);
        assert_eq!((config.revision, config.consent_days), (3, Some(90)));
        assert_eq!(config.api, Api::ReadOnly);
        assert!(!attributes(&[("minor", "false")]).0.minor);
        assert_eq!(
            attributes(&[("worker", "/sw.js")]).0.worker,
            Worker::Url("/sw.js".to_owned())
        );
    }

    #[test]
    fn wrong_attributes_are_named_as_they_are_written() {
        for (name, text, code, piece) in [
            ("revision", "1.5", "config-type", "a number"),
            ("revision", "0", "config-value", "whole number"),
            ("minor", "yes", "config-type", "true or false"),
            (
                "never",
                "ads.test https://b.test",
                "config-host",
                "https://",
            ),
            ("services", "x", "config-attribute", "JSON block"),
            ("banner", "bar", "config-attribute", "JSON block"),
            (
                "polcy-url",
                "/p",
                "config-unknown",
                "did you mean \"data-policy-url\"?",
            ),
            (
                "policyurl",
                "/p",
                "config-unknown",
                "did you mean \"data-policy-url\"?",
            ),
            (
                "langauge",
                "de",
                "config-unknown",
                "did you mean \"data-language\"?",
            ),
        ] {
            let (_, errors) = attributes(&[(name, text)]);
            assert_eq!(errors.len(), 1, "{name}={text}: {errors:?}");
            assert_eq!(errors[0].code, code, "{name}={text}");
            assert!(errors[0].path.starts_with(&format!("data-{name}")));
            assert!(errors[0].message.contains(piece), "{}", errors[0].message);
        }
    }

    #[test]
    fn attributes_of_strangers_are_none_of_our_business() {
        let strangers = [
            "cfasync",
            "no-optimize",
            "no-defer",
            "no-minify",
            "noptimize",
            "pagespeed-no-defer",
            "nowprocket",
            "skip-moving",
            "ot-ignore",
            "turbo-track",
            "id",
            "date",
            "page",
            "rh",
            "n-head",
            "hid",
            "astro-rerun",
            "svelte",
            "v-1a2b3c",
            "domain",
            "cookieconsent",
        ];
        assert_eq!(
            attributes(&strangers.map(|name| (name, "x"))),
            (Config::default(), vec![])
        );
    }

    #[test]
    fn every_field_has_a_name_of_its_own_and_an_attribute() {
        let mut names: Vec<_> = FIELDS.iter().map(|(name, _)| kebab(name)).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), FIELDS.len());
        assert_eq!(kebab("globalPrivacyControl"), "global-privacy-control");
        let nested = FIELDS
            .iter()
            .filter(|(_, form)| *form == Form::Nested)
            .count();
        assert_eq!(nested, 6);
    }
}
