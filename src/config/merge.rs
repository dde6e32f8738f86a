//! Three sources become one object; the nearest source of a field wins whole.
//!
//! Attributes are text, so the form that a field has tells how its text is read. A tag also carries
//! the attributes of optimisers and frameworks (`data-cfasync`, `data-no-optimize`), which are none
//! of our business; only a near miss of one of ours is a mistake.

use super::Sources;
use super::fault::code;
use super::near;
use super::place::Place;
use super::reader::Reader;
use crate::decimal;
use crate::value::Value;
use crate::words;

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

/// What the sources say together, as one object of known fields.
pub(super) fn merge(reader: &mut Reader, sources: Sources) -> Value {
    let mut fields = Vec::new();
    for (name, text) in &sources.attributes {
        add_attribute(reader, &mut fields, name, text);
    }
    add_object(reader, &mut fields, sources.block, Sources::BLOCK);
    add_object(reader, &mut fields, sources.global, Sources::GLOBAL);
    Value::Map(fields)
}

/// The attribute of a field, as it stands in the tag.
pub(super) fn attribute(name: &str) -> String {
    let mut attribute = "data-".to_owned();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            attribute.push('-');
        }
        attribute.push(letter.to_ascii_lowercase());
    }
    attribute
}

/// Adds a field that no nearer source has given. Nothing is as if it weren't said, so that a
/// template may leave a hole.
#[inline(never)]
fn add(fields: &mut Vec<(String, Value)>, name: String, value: Value) {
    if !value.is_null() && fields.iter().all(|(known, _)| *known != name) {
        fields.push((name, value));
    }
}

#[inline(never)]
fn add_object(
    reader: &mut Reader,
    fields: &mut Vec<(String, Value)>,
    source: Option<Value>,
    path: &str,
) {
    let given = match source {
        None | Some(Value::Null) => return,
        Some(Value::Map(given)) => given,
        Some(other) => {
            reader.wrong_type(&Place::root(path, &other), "an object");
            return;
        }
    };
    // From the end, because of a name that stands twice the last counts.
    for (name, value) in given.into_iter().rev() {
        let known = FORMS
            .iter()
            .any(|(_, names)| words::position(names, &name).is_some());
        if known {
            add(fields, name, value);
        } else {
            let names = words::list(&FORMS.map(|(_, names)| names));
            reader.unknown(&Place::root(&name, &value), &name, &names);
        }
    }
}

fn add_attribute(reader: &mut Reader, fields: &mut Vec<(String, Value)>, given: &str, text: &str) {
    let path = ["data-", given].concat();
    let nothing = Value::Null;
    let place = Place::root(&path, &nothing);
    let mut slip = None;
    for (form, names) in FORMS {
        for name in words::each(names) {
            let attribute = attribute(name);
            if attribute == path {
                match value_of(form, text) {
                    Some(value) => {
                        reader.attributes.push(name);
                        add(fields, name.to_owned(), value);
                    }
                    None => {
                        let message = "has fields of its own; give it in the JSON block";
                        reader.fault(&place, code::ATTRIBUTE, &[message]);
                    }
                }
                return;
            }
            if slip.is_none() && near::is_slip(given, name) {
                slip = Some(attribute);
            }
        }
    }
    if let Some(meant) = slip {
        reader.unknown(&place, &path, &meant);
    }
}

/// The value of an attribute; `None` where a field can't be given as one.
fn value_of(form: Form, text: &str) -> Option<Value> {
    Some(match form {
        Form::Text => Value::from(text),
        Form::Flag | Form::FlagOrText => match text {
            // An attribute without a value counts as `true`, as in HTML.
            "" | "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => Value::from(text),
        },
        // No float is ever parsed: it costs kilobytes.
        Form::Whole => match decimal::read(text) {
            Some(number) => Value::from(number),
            None => Value::from(text),
        },
        Form::List => {
            let mut items = Vec::new();
            for item in text.split_ascii_whitespace() {
                items.push(Value::from(item));
            }
            Value::List(items)
        }
        Form::Nested => return None,
    })
}

/// Every field there is, by its form.
const FORMS: [(Form, &str); 6] = [
    (
        Form::Text,
        "policyUrl imprintUrl siteName language regime region doNotTrack globalPrivacyControl gate \
         firstPartyProxies pending revisionNote api",
    ),
    (Form::Flag, "minor withdrawReload"),
    (Form::Whole, "revision consentDays"),
    (Form::List, "firstParty allow never categories"),
    (Form::FlagOrText, "worker"),
    (
        Form::Nested,
        "texts services banner vendors records storage",
    ),
];

#[cfg(test)]
mod tests {
    use super::{FORMS, attribute};
    use crate::config::{self, Api, Config, ConfigError, Sources, Worker};
    use crate::regime::Regime;
    use crate::value::Value;
    use crate::words;

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
        assert_eq!(errors[0].path, Sources::BLOCK);
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
        let mut names: Vec<_> = FORMS
            .iter()
            .flat_map(|(_, names)| words::each(names).map(attribute))
            .collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 28);
        assert_eq!(
            attribute("globalPrivacyControl"),
            "data-global-privacy-control"
        );
    }

    /// Of a field that was given as an attribute and in the block, the former is the one that counts,
    /// and is named.
    #[test]
    fn a_mistake_is_named_by_the_source_that_counts() {
        let (_, errors) = config::read(Sources {
            attributes: vec![("first-party".to_owned(), "a.test https://b.test".to_owned())],
            block: Some(Value::map([
                ("firstParty", Value::from(5_u32)),
                ("allow", Value::from(5_u32)),
            ])),
            global: None,
        });
        let paths: Vec<_> = errors.iter().map(|error| error.path.as_str()).collect();
        assert_eq!(paths, ["data-first-party[1]", "allow"]);
    }
}
