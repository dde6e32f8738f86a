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
mod merge;
mod near;
mod reader;
mod services;

pub use checked::{
    Api, Banner, CategoryText, Config, Honor, Language, Layout, Link, Pending, Position, Reopen,
    Root, Storage, Theme, VendorSetting, Worker,
};
pub use fault::{ConfigError, code};

pub use crate::gate::{HostPattern, Mode, Proxies};
pub use crate::value::Value;

use crate::consent::{Category, CategorySet};
use crate::regime::{Regime, Region};

use merge::Merged;
use reader::{Place, Reader, field};

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
pub fn read(sources: Sources) -> (Config, Vec<ConfigError>) {
    let mut reader = Reader::default();
    let merged = Merged::of(&mut reader, sources);
    let mut config = Config::default();
    read_site(&mut reader, &merged, &mut config);
    read_rules(&mut reader, &merged, &mut config);
    read_choice(&mut reader, &merged, &mut config);
    read_keeping(&mut reader, &merged, &mut config);
    (config, reader.finish())
}

/// The mistakes in the owner's texts, by who knows which `keys` there are.
#[must_use]
pub fn check_texts(config: &Config, keys: &[&str]) -> Vec<ConfigError> {
    let mut reader = Reader::default();
    let root = Place::root("texts");
    for (language, texts) in &config.texts {
        let place = root.field(language);
        for (key, _) in texts {
            if !keys.contains(&key.as_str()) {
                reader.unknown(&place.field(key), key, keys);
            }
        }
    }
    reader.finish()
}

/// Who asks, and in which words.
fn read_site(reader: &mut Reader, merged: &Merged, config: &mut Config) {
    if let Some((value, place)) = merged.find("policyUrl") {
        config.policy_url = reader.url(value, &place);
    }
    if let Some((value, place)) = merged.find("imprintUrl") {
        config.imprint_url = reader.url(value, &place);
    }
    if let Some((value, place)) = merged.find("siteName") {
        config.site_name = reader.text_of(value, &place, LONGEST_NAME);
    }
    if let Some((value, place)) = merged.find("language") {
        config.language = language(reader, value, &place);
    }
    if let Some((value, place)) = merged.find("texts") {
        config.texts = texts(reader, value, &place);
    }
    if let Some((value, place)) = merged.find("categories") {
        config.categories = categories(reader, value, &place).unwrap_or(config.categories.clone());
    }
    if let Some((value, place)) = merged.find("banner") {
        config.banner = banner::read(reader, value, &place);
    }
}

/// Which rules apply, and what is gated.
fn read_rules(reader: &mut Reader, merged: &Merged, config: &mut Config) {
    if let Some((value, place)) = merged.find("regime") {
        let regime = reader.choice(value, &place, &REGIMES);
        config.regime = regime.unwrap_or(Some(Regime::OptIn));
    }
    if let Some((value, place)) = merged.find("region") {
        config.region = region(reader, value, &place);
    }
    if let Some((value, place)) = merged.find("minor") {
        config.minor = reader.flag(value, &place, true);
    }
    if let Some((value, place)) = merged.find("doNotTrack") {
        let honor = reader.choice(value, &place, &HONORS);
        config.do_not_track = honor.unwrap_or(config.do_not_track);
    }
    if let Some((value, place)) = merged.find("globalPrivacyControl") {
        let honor = reader.choice(value, &place, &HONORS);
        config.global_privacy_control = honor.unwrap_or(config.global_privacy_control);
    }
    if let Some((value, place)) = merged.find("gate") {
        let options = Mode::ALL.map(|mode| (mode.id(), mode));
        config.gate = reader
            .choice(value, &place, &options)
            .unwrap_or(config.gate);
    }
    if let Some((value, place)) = merged.find("firstParty") {
        config.first_party = reader.patterns(value, &place);
    }
    if let Some((value, place)) = merged.find("allow") {
        config.allow = reader.patterns(value, &place);
    }
    if let Some((value, place)) = merged.find("never") {
        // A single host in place of a list can be meant in one way only, and it closes.
        config.never = match reader.patterns(value, &place) {
            none if none.is_empty() && value.as_text().is_some() => {
                reader.pattern(value, &place).into_iter().collect()
            }
            patterns => patterns,
        };
    }
    if let Some((value, place)) = merged.find("firstPartyProxies") {
        let options = Proxies::ALL.map(|proxies| (proxies.id(), proxies));
        let proxies = reader.choice(value, &place, &options);
        config.first_party_proxies = proxies.unwrap_or(config.first_party_proxies);
    }
    if let Some((value, place)) = merged.find("pending") {
        let pending = reader.choice(value, &place, &PENDINGS);
        config.pending = pending.unwrap_or(config.pending);
    }
    if let Some((value, place)) = merged.find("services") {
        config.services = services::read(reader, value, &place);
    }
}

/// What a choice is about, how long it counts, and who may make it.
fn read_choice(reader: &mut Reader, merged: &Merged, config: &mut Config) {
    if let Some((value, place)) = merged.find("revision") {
        let revision = reader.whole(value, &place, u32::MAX);
        config.revision = revision.unwrap_or(config.revision);
    }
    if let Some((value, place)) = merged.find("revisionNote") {
        config.revision_note = reader.text_of(value, &place, LONGEST_TEXT);
    }
    if let Some((value, place)) = merged.find("consentDays") {
        config.consent_days = reader.whole(value, &place, MOST_DAYS);
    }
    if let Some((value, place)) = merged.find("api") {
        config.api = reader.choice(value, &place, &APIS).unwrap_or(Api::ReadOnly);
    }
}

/// Where things are kept, and what comes later.
fn read_keeping(reader: &mut Reader, merged: &Merged, config: &mut Config) {
    if let Some((value, place)) = merged.find("storage") {
        config.storage = storage(reader, value, &place);
    }
    if let Some((value, place)) = merged.find("vendors") {
        config.vendors = vendors(reader, value, &place);
    }
    if let Some((value, place)) = merged.find("records") {
        config.records_endpoint = records(reader, value, &place);
    }
    if let Some((value, place)) = merged.find("worker") {
        config.worker = worker(reader, value, &place);
        if config.worker != Worker::Off {
            reader.not_yet(&place);
        }
    }
    if let Some((value, place)) = merged.find("withdrawReload") {
        config.withdraw_reload = reader.flag(value, &place, false);
        if config.withdraw_reload {
            reader.not_yet(&place);
        }
    }
}

fn language(reader: &mut Reader, value: &Value, place: &Place<'_>) -> Language {
    match reader.text(value, place, LONGEST_NAME) {
        None | Some("auto") => Language::Auto,
        Some(tag) if reader::is_language(tag) => Language::Tag(tag.to_owned()),
        Some(_) => {
            reader.fault(place, code::VALUE, &[NOT_A_LANGUAGE, ", or \"auto\""]);
            Language::Auto
        }
    }
}

fn texts(
    reader: &mut Reader,
    value: &Value,
    place: &Place<'_>,
) -> Vec<(String, Vec<(String, String)>)> {
    let Some(languages) = value.as_map() else {
        reader.wrong_type(place, "an object", value);
        return Vec::new();
    };
    let mut texts: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for (tag, of_tag) in languages {
        let place = place.field(tag);
        if !reader::is_language(tag) {
            reader.fault(&place, code::VALUE, &[NOT_A_LANGUAGE]);
            continue;
        }
        let Some(fields) = of_tag.as_map() else {
            reader.wrong_type(&place, "an object", of_tag);
            continue;
        };
        if texts
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(tag))
        {
            reader.fault(
                &place,
                code::DUPLICATE,
                &["is a language that is there twice"],
            );
            continue;
        }
        let mut own = Vec::new();
        for (key, text) in fields {
            if let Some(text) = reader.text_of(text, &place.field(key), LONGEST_TEXT) {
                own.push((key.clone(), text));
            }
        }
        texts.push((tag.clone(), own));
    }
    texts
}

fn region(reader: &mut Reader, value: &Value, place: &Place<'_>) -> Option<Region> {
    // A server that doesn't know leaves its hole empty.
    if value.as_text() == Some("") {
        return None;
    }
    let text = reader.text(value, place, LONGEST_NAME)?;
    match Region::parse(text) {
        Ok(region) => Some(region),
        Err(error) => {
            let mut message = String::new();
            reader::quote(&mut message, text);
            message.push_str(" is no region: ");
            message.push_str(error.hint());
            reader.fault(place, code::VALUE, &[&message]);
            None
        }
    }
}

/// The offered categories; `None` where nothing of it can be read.
fn categories(reader: &mut Reader, value: &Value, place: &Place<'_>) -> Option<Vec<CategoryText>> {
    let items = reader.list(value, place, MOST_CATEGORIES)?;
    let before = reader.count();
    let mut offered = CategorySet::EMPTY;
    let mut categories = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let place = place.item(at);
        let Some(category) = category(reader, item, &place) else {
            continue;
        };
        if offered.contains(category.id) {
            reader.fault(
                &place,
                code::DUPLICATE,
                &[
                    "\"",
                    category.id.id(),
                    "\" is there twice; the first counts",
                ],
            );
            continue;
        }
        offered = offered.with(category.id);
        categories.push(category);
    }
    if categories.is_empty() && reader.count() > before {
        return None;
    }
    if !offered.contains(Category::Essential) {
        reader.fault(
            place,
            code::VALUE,
            &["\"essential\" can't be left out; it stays, as the first"],
        );
        categories.insert(0, CategoryText::plain(Category::Essential));
    }
    Some(categories)
}

fn category(reader: &mut Reader, value: &Value, place: &Place<'_>) -> Option<CategoryText> {
    if value.as_text().is_some() {
        return services::category(reader, value, place).map(CategoryText::plain);
    }
    let fields = reader.object(value, place, &["id", "title", "text"])?;
    let Some(id) = field(fields, "id") else {
        reader.fault(
            &place.field("id"),
            code::MISSING,
            &["is missing; give one of the four categories"],
        );
        return None;
    };
    let mut words = |name: &'static str, most| {
        let value = field(fields, name)?;
        reader.text_of(value, &place.field(name), most)
    };
    let (title, text) = (words("title", LONGEST_NAME), words("text", LONGEST_TEXT));
    let id = services::category(reader, id, &place.field("id"))?;
    Some(CategoryText { id, title, text })
}

fn storage(reader: &mut Reader, value: &Value, place: &Place<'_>) -> Storage {
    let mut storage = Storage::default();
    let Some(fields) = reader.object(value, place, &["key", "cookieDomain", "domains"]) else {
        return storage;
    };
    if let Some(value) = field(fields, "key") {
        let place = place.field("key");
        if let Some(key) = reader.text(value, &place, LONGEST_KEY) {
            // It must be fit to be a cookie's name (RFC 6265 §4.1.1), and no other one's prefix.
            let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            if key.bytes().all(fit) {
                key.clone_into(&mut storage.key);
            } else {
                reader.fault(
                    &place,
                    code::VALUE,
                    &["may only have letters, digits, hyphens, dots and underscores"],
                );
            }
        }
    }
    if let Some(value) = field(fields, "cookieDomain") {
        storage.cookie_domain = reader.host(value, &place.field("cookieDomain"));
    }
    if let Some(value) = field(fields, "domains") {
        let place = place.field("domains");
        let items = reader.list(value, &place, MOST_DOMAINS).unwrap_or_default();
        for (at, item) in items.iter().enumerate() {
            storage.domains.extend(reader.host(item, &place.item(at)));
        }
        if !storage.domains.is_empty() {
            reader.not_yet(&place);
        }
    }
    storage
}

fn vendors(reader: &mut Reader, value: &Value, place: &Place<'_>) -> Vec<(String, VendorSetting)> {
    let fields = reader.object(value, place, &VENDORS).unwrap_or_default();
    let mut vendors = Vec::new();
    for name in VENDORS {
        let Some(value) = field(fields, name) else {
            continue;
        };
        let place = place.field(name);
        let setting = if value.as_map().is_some() {
            reader.not_yet(&place);
            VendorSetting::Options(value.clone())
        } else {
            match value.as_text() {
                Some("auto") => VendorSetting::Auto,
                Some("off") => VendorSetting::Off,
                _ => {
                    reader.not_a_choice(value, &place, &["auto", "off"], None);
                    continue;
                }
            }
        };
        vendors.push((name.to_owned(), setting));
    }
    vendors
}

fn records(reader: &mut Reader, value: &Value, place: &Place<'_>) -> Option<String> {
    let fields = reader.object(value, place, &["endpoint"])?;
    let place = place.field("endpoint");
    let Some(endpoint) = field(fields, "endpoint") else {
        reader.fault(
            &place,
            code::MISSING,
            &["is missing; give the address that records are posted to"],
        );
        return None;
    };
    let endpoint = reader.url(endpoint, &place)?;
    reader.not_yet(&place);
    Some(endpoint)
}

fn worker(reader: &mut Reader, value: &Value, place: &Place<'_>) -> Worker {
    if value.as_text().is_some() {
        return reader.url(value, place).map_or(Worker::Off, Worker::Url);
    }
    match value.as_bool() {
        Some(true) => Worker::Own,
        Some(false) => Worker::Off,
        None => {
            reader.wrong_type(place, "true, false or an address", value);
            Worker::Off
        }
    }
}

const REGIMES: [(&str, Option<Regime>); 4] = [
    ("auto", None),
    (Regime::OptIn.id(), Some(Regime::OptIn)),
    (Regime::OptOut.id(), Some(Regime::OptOut)),
    (Regime::Notice.id(), Some(Regime::Notice)),
];

const HONORS: [(&str, Honor); 2] = [("honor", Honor::Honor), ("ignore", Honor::Ignore)];

const PENDINGS: [(&str, Pending); 2] = [("hold", Pending::Hold), ("fail", Pending::Fail)];

const APIS: [(&str, Api); 3] = [
    ("open", Api::Open),
    ("activation", Api::Activation),
    ("read-only", Api::ReadOnly),
];

/// The consent interfaces that can be named.
const VENDORS: [&str; 10] = [
    "google",
    "microsoft",
    "clarity",
    "meta",
    "tiktok",
    "matomo",
    "shopify",
    "wordpress",
    "tcf",
    "gpp",
];

const NOT_A_LANGUAGE: &str = "must be a language tag such as \"de\" or \"pt-BR\"";

/// A record counts for 400 days at most.
const MOST_DAYS: u32 = 400;
const MOST_CATEGORIES: usize = 50;
const MOST_DOMAINS: usize = 50;
const LONGEST_KEY: usize = 64;
const LONGEST_NAME: usize = 256;
const LONGEST_TEXT: usize = 4096;
