//! Each top-level field into its place in [`Config`].
//!
//! A field that isn't given keeps its default; what is wrong with one is noted by the [`Reader`], and
//! the rest is read as if nothing had happened. It knows nothing of sources: they are merged already.

use super::checked::{
    Api, CategoryText, Config, Honor, Language, Pending, Storage, VendorSetting, Worker,
};
use super::fault::code;
use super::merge::Merged;
use super::reader::{self, Place, Reader, field};
use super::{banner, services};
use crate::consent::{Category, CategorySet};
use crate::gate::{Mode, Proxies};
use crate::regime::{Regime, Region};
use crate::value::Value;

/// Reads every field.
pub(super) fn read(reader: &mut Reader, merged: &Merged, config: &mut Config) {
    read_site(reader, merged, config);
    read_rules(reader, merged, config);
    read_choice(reader, merged, config);
    read_keeping(reader, merged, config);
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

#[cfg(test)]
mod tests {
    use crate::config::{
        self, Api, Banner, Config, ConfigError, Honor, Language, Layout, Pending, Position, Root,
        Sources, VendorSetting, Worker,
    };
    use crate::consent::Category;
    use crate::gate::{Mode, Proxies};
    use crate::regime::Regime;

    fn read(text: &str) -> (Config, Vec<ConfigError>) {
        config::read(Sources {
            block: Some(serde_json::from_str(text).expect(text)),
            ..Sources::default()
        })
    }

    /// Reads what has one mistake and leaves the configuration at its defaults.
    fn mistake(text: &str) -> ConfigError {
        let (config, mut errors) = read(text);
        assert_eq!(config, Config::default(), "{text}");
        assert_eq!(errors.len(), 1, "{text}: {errors:?}");
        errors.remove(0)
    }

    #[test]
    fn nothing_said_is_the_defaults() {
        for text in [
            "{}",
            "null",
            r#"{"policyUrl":null,"services":null,"minor":null}"#,
        ] {
            assert_eq!(read(text), (Config::default(), vec![]));
        }
        assert_eq!(config::read(Sources::default()).0, Config::default());
    }

    #[test]
    fn every_field_is_read() {
        let (config, errors) = read(
            r##"{
                "policyUrl": "/privacy", "imprintUrl": "https://a.test/imprint", "siteName": "A",
                "language": "de-AT", "texts": { "de": { "title": "Hallo" } },
                "regime": "opt-out", "region": "us-ca", "minor": true,
                "doNotTrack": "ignore", "globalPrivacyControl": "ignore", "gate": "strict",
                "firstParty": ["cdn.test"], "allow": ["fonts.test"], "never": ["ads.test"],
                "firstPartyProxies": "off", "pending": "fail",
                "categories": ["marketing", { "id": "essential", "title": "T", "text": "X" }],
                "services": [{ "id": "m", "name": "M", "category": "analytics", "hosts": ["m.test"] }],
                "revision": 7, "revisionNote": "New partner.", "consentDays": 30,
                "banner": {
                    "layout": "box", "position": "top-left", "theme": "dark",
                    "colors": { "accent": "#123456" }, "reopen": "none", "autoShow": false,
                    "root": "closed", "links": [{ "text": "NAI", "url": "https://nai.test/" }]
                },
                "api": "activation", "vendors": { "google": "off", "meta": "auto" },
                "storage": { "key": "cg.x", "cookieDomain": ".Example.com" }
            }"##,
        );
        assert_eq!(errors, []);
        assert_eq!(config.policy_url.as_deref(), Some("/privacy"));
        assert_eq!(
            config.imprint_url.as_deref(),
            Some("https://a.test/imprint")
        );
        assert_eq!(config.site_name.as_deref(), Some("A"));
        assert_eq!(config.language, Language::Tag("de-AT".to_owned()));
        let own = vec![("title".to_owned(), "Hallo".to_owned())];
        assert_eq!(config.texts, [("de".to_owned(), own)]);
        assert_eq!(config.regime, Some(Regime::OptOut));
        assert_eq!(
            config.region.map(|region| region.text()).as_deref(),
            Some("US-CA")
        );
        assert!(config.minor);
        assert_eq!(config.do_not_track, Honor::Ignore);
        assert_eq!(config.global_privacy_control, Honor::Ignore);
        assert_eq!(config.gate, Mode::Strict);
        assert_eq!(config.first_party.len(), 1);
        assert_eq!(config.allow.len(), 1);
        assert_eq!(config.never.len(), 1);
        assert_eq!(config.first_party_proxies, Proxies::Off);
        assert_eq!(config.pending, Pending::Fail);
        let ids: Vec<_> = config
            .categories
            .iter()
            .map(|category| category.id)
            .collect();
        assert_eq!(ids, [Category::Marketing, Category::Essential]);
        assert_eq!(config.categories[1].title.as_deref(), Some("T"));
        assert_eq!(config.categories[1].text.as_deref(), Some("X"));
        assert!(!config.offered().contains(Category::Analytics));
        assert_eq!(config.services.len(), 1);
        assert_eq!(config.revision, 7);
        assert_eq!(config.revision_note.as_deref(), Some("New partner."));
        assert_eq!(config.consent_days, Some(30));
        assert_eq!(config.banner.layout, Layout::Box);
        assert_eq!(config.banner.position, Position::TopLeft);
        assert_eq!(config.banner.colors, [("accent", "#123456".to_owned())]);
        assert_eq!(config.banner.root, Root::Closed);
        assert!(!config.banner.auto_show);
        assert_eq!(config.banner.links.len(), 1);
        assert_eq!(config.api, Api::Activation);
        assert_eq!(
            config.vendors,
            [
                ("google".to_owned(), VendorSetting::Off),
                ("meta".to_owned(), VendorSetting::Auto)
            ]
        );
        assert_eq!(config.storage.key, "cg.x");
        assert_eq!(config.storage.cookie_domain.as_deref(), Some("example.com"));
    }

    #[test]
    fn each_mistake_is_named_and_falls_back() {
        for (text, code, path, piece) in [
            (
                r#"{"policyUrl":5}"#,
                "config-type",
                "policyUrl",
                "must be text, not a number",
            ),
            (r#"{"policyUrl":""}"#, "config-value", "policyUrl", "empty"),
            (
                r#"{"policyUrl":"javascript:alert(1)"}"#,
                "config-url",
                "policyUrl",
                "http",
            ),
            (
                r#"{"imprintUrl":"data:text/html,x"}"#,
                "config-url",
                "imprintUrl",
                "http",
            ),
            (
                r#"{"siteName":["x"]}"#,
                "config-type",
                "siteName",
                "not a list",
            ),
            (
                r#"{"language":"en_US"}"#,
                "config-value",
                "language",
                "pt-BR",
            ),
            (r#"{"texts":[]}"#, "config-type", "texts", "an object"),
            (
                r#"{"texts":{"deutsch_":{}}}"#,
                "config-value",
                "texts.deutsch_",
                "language tag",
            ),
            (
                r#"{"texts":{"de":"x"}}"#,
                "config-type",
                "texts.de",
                "an object",
            ),
            (
                r#"{"region":"EU"}"#,
                "config-value",
                "region",
                "one country",
            ),
            (r#"{"region":"uk"}"#, "config-value", "region", "\"GB\""),
            (
                r#"{"doNotTrack":"honour"}"#,
                "config-value",
                "doNotTrack",
                "did you mean \"honor\"?",
            ),
            (
                r#"{"doNotTrack":false}"#,
                "config-type",
                "doNotTrack",
                "\"honor\" or \"ignore\"",
            ),
            (
                r#"{"gate":"stric"}"#,
                "config-value",
                "gate",
                "did you mean \"strict\"?",
            ),
            (
                r#"{"firstParty":"cdn.test"}"#,
                "config-type",
                "firstParty",
                "a list",
            ),
            (
                r#"{"allow":["https://a.test"]}"#,
                "config-host",
                "allow[0]",
                "https://",
            ),
            (
                r#"{"allow":[7]}"#,
                "config-type",
                "allow[0]",
                "must be text",
            ),
            (
                r#"{"pending":"wait"}"#,
                "config-value",
                "pending",
                "\"hold\" or \"fail\"",
            ),
            (
                r#"{"categories":"analytics"}"#,
                "config-type",
                "categories",
                "a list",
            ),
            (
                r#"{"categories":["statistics"]}"#,
                "config-value",
                "categories[0]",
                "did you mean \"analytics\"?",
            ),
            (
                r#"{"categories":[{"id":"Marketing"}]}"#,
                "config-value",
                "categories[0].id",
                "did you mean \"marketing\"?",
            ),
            (
                r#"{"categories":[{"title":"x"}]}"#,
                "config-missing",
                "categories[0].id",
                "missing",
            ),
            (r#"{"services":5}"#, "config-type", "services", "a list"),
            (
                r#"{"revision":0}"#,
                "config-value",
                "revision",
                "from 1 to 4294967295",
            ),
            (
                r#"{"revision":-1}"#,
                "config-value",
                "revision",
                "whole number",
            ),
            (
                r#"{"revision":1.5}"#,
                "config-value",
                "revision",
                "whole number",
            ),
            (
                r#"{"revision":1e99}"#,
                "config-value",
                "revision",
                "whole number",
            ),
            (
                r#"{"revision":"2"}"#,
                "config-type",
                "revision",
                "must be a number, not text",
            ),
            (
                r#"{"consentDays":401}"#,
                "config-value",
                "consentDays",
                "from 1 to 400",
            ),
            (r#"{"banner":"bar"}"#, "config-type", "banner", "an object"),
            (
                r#"{"banner":{"layout":"popup"}}"#,
                "config-value",
                "banner.layout",
                "\"modal\"",
            ),
            (
                r#"{"banner":{"position":"bottom-left"}}"#,
                "config-value",
                "banner.position",
                "\"bottom\" or \"top\"",
            ),
            (
                r#"{"banner":{"theem":"dark"}}"#,
                "config-unknown",
                "banner.theem",
                "did you mean \"theme\"?",
            ),
            (
                r#"{"banner":{"colors":{"accent":"url(x)"}}}"#,
                "config-value",
                "banner.colors.accent",
                "colour",
            ),
            (
                r#"{"banner":{"colors":{"acent":"red"}}}"#,
                "config-unknown",
                "banner.colors.acent",
                "did you mean \"accent\"?",
            ),
            (
                r#"{"banner":{"autoShow":"no"}}"#,
                "config-type",
                "banner.autoShow",
                "true or false",
            ),
            (
                r#"{"banner":{"links":[{"text":"x","url":"javascript:1"}]}}"#,
                "config-url",
                "banner.links[0].url",
                "http",
            ),
            (
                r#"{"vendors":{"gogle":"off"}}"#,
                "config-unknown",
                "vendors.gogle",
                "did you mean \"google\"?",
            ),
            (
                r#"{"vendors":{"google":false}}"#,
                "config-type",
                "vendors.google",
                "\"auto\" or \"off\"",
            ),
            (
                r#"{"records":{}}"#,
                "config-missing",
                "records.endpoint",
                "missing",
            ),
            (
                r#"{"storage":{"key":"a b"}}"#,
                "config-value",
                "storage.key",
                "letters",
            ),
            (
                r#"{"storage":{"cookieDomain":"example.com/x"}}"#,
                "config-host",
                "storage.cookieDomain",
                "alone",
            ),
            (
                r#"{"storage":{"cookieDomain":"com"}}"#,
                "config-host",
                "storage.cookieDomain",
                "top-level",
            ),
            (r#"{"worker":1}"#, "config-type", "worker", "an address"),
            (
                r#"{"policy_url":"/p"}"#,
                "config-unknown",
                "policy_url",
                "did you mean \"policyUrl\"?",
            ),
            (r#"{"zebra":1}"#, "config-unknown", "zebra", "leave it out"),
            ("[]", "config-type", "consent-gate-config", "an object"),
        ] {
            let error = mistake(text);
            assert_eq!((error.code, error.path.as_str()), (code, path), "{text}");
            assert!(error.message.contains(piece), "{text}: {}", error.message);
        }
    }

    #[test]
    fn a_faulty_restriction_is_the_strictest() {
        for text in [r#"{"regime":"optin","region":"US"}"#, r#"{"regime":1}"#] {
            assert_eq!(read(text).0.regime, Some(Regime::OptIn));
        }
        assert!(read(r#"{"minor":"yes"}"#).0.minor);
        assert_eq!(read(r#"{"api":"readonly"}"#).0.api, Api::ReadOnly);
        assert_eq!(read(r#"{"never":"ads.test"}"#).0.never.len(), 1);
        assert_eq!(
            read(r#"{"regime":"auto","region":""}"#),
            (Config::default(), vec![])
        );
    }

    #[test]
    fn essential_always_stays_and_a_category_stands_once() {
        let (config, errors) = read(r#"{"categories":["analytics","analytics","marketing"]}"#);
        let ids: Vec<_> = config
            .categories
            .iter()
            .map(|category| category.id)
            .collect();
        assert_eq!(
            ids,
            [
                Category::Essential,
                Category::Analytics,
                Category::Marketing
            ]
        );
        let places: Vec<_> = errors.iter().map(|e| (e.code, e.path.as_str())).collect();
        assert_eq!(
            places,
            [
                ("config-duplicate", "categories[1]"),
                ("config-value", "categories")
            ]
        );
        // A misspelt one is not offered, hence denied; the rest counts.
        let (config, errors) = read(r#"{"categories":["essential","analitics"]}"#);
        assert_eq!(config.categories.len(), 1);
        assert_eq!(errors.len(), 1);
    }

    #[test]
    fn what_is_not_built_yet_is_said() {
        let (config, errors) = read(
            r#"{"vendors":{"google":{"region":"DE"}},"records":{"endpoint":"/r"},"worker":true,
                "withdrawReload":true,"storage":{"domains":["b.test"]}}"#,
        );
        let mut places: Vec<_> = errors.iter().map(|e| (e.code, e.path.as_str())).collect();
        places.sort_unstable();
        assert_eq!(
            places,
            [
                ("not-yet", "records.endpoint"),
                ("not-yet", "storage.domains"),
                ("not-yet", "vendors.google"),
                ("not-yet", "worker"),
            ]
        );
        assert_eq!(config.worker, Worker::Own);
        let (config, errors) = read(r#"{"worker":false,"withdrawReload":false,"vendors":{}}"#);
        assert_eq!((config, errors), (Config::default(), vec![]));
    }

    #[test]
    fn texts_are_checked_by_who_knows_the_keys() {
        let (config, errors) = read(r#"{"texts":{"de":{"titel":"x","accept":"y"}}}"#);
        assert_eq!(errors, []);
        let errors = config::check_texts(&config, &["title", "accept"]);
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].path, "texts.de.titel");
        assert!(errors[0].message.contains("did you mean \"title\"?"));
        let (config, errors) = read(r#"{"texts":{"de":{"a":1},"DE":{}}}"#);
        assert_eq!(config.texts, [("de".to_owned(), vec![])]);
        assert_eq!(errors.len(), 2);
    }

    #[test]
    fn a_layout_has_its_usual_place() {
        for (layout, position) in [
            ("bar", Position::Bottom),
            ("box", Position::BottomRight),
            ("modal", Position::Center),
        ] {
            let text = format!("{{\"banner\":{{\"layout\":\"{layout}\"}}}}");
            let (config, errors) = read(&text);
            assert_eq!((config.banner.position, errors.len()), (position, 0));
        }
        assert_eq!(Banner::default(), read(r#"{"banner":{}}"#).0.banner);
    }
}
