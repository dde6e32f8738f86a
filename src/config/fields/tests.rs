//! Every field: what is read of it, what is said of a mistake, and what counts in its place.

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
            "api": "activation", "vendors": { "google": "off", "meta": "off" },
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
            ("meta".to_owned(), VendorSetting::Off)
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
        ("[]", "config-type", "#consent-gate-config", "an object"),
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
    assert_eq!(places, [("config-duplicate", "categories[1]")]);
    // A misspelt one is not offered, hence denied; the rest counts.
    let (config, errors) = read(r#"{"categories":["essential","analitics","marketing"]}"#);
    assert_eq!(config.categories.len(), 2);
    assert_eq!(errors.len(), 1);
    // Where nothing else is left to ask for, no banner would be due.
    for few in [r#"["essential","analitics"]"#, r#"["analitics"]"#, r#"[]"#] {
        let (config, errors) = read(&format!("{{\"categories\":{few}}}"));
        let wanted = if few == "[]" { 1 } else { 4 };
        assert_eq!(config.categories.len(), wanted, "{few}");
        assert_eq!(errors.len(), usize::from(few != "[]"), "{few}");
    }
}

#[test]
fn what_is_not_built_yet_is_said() {
    let (config, errors) = read(
        r#"{"vendors":{"google":{"region":"DE"},"meta":"auto"},"records":{"endpoint":"/r"},"worker":true,
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
            ("not-yet", "vendors.meta"),
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
    let errors = config::check_texts(&config, "title accept", false);
    assert_eq!(errors.len(), 2);
    assert_eq!(errors[0].path, "language");
    let errors = config::check_texts(&config, "title accept", true);
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
