//! Whatever a site writes: the configuration is usable, every mistake has a place, and no mistake
//! opens anything.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on fails"
)]

use consent_gate::config::{self, Config, ConfigError, Sources, Value};
use consent_gate::consent::Category;
use consent_gate::gate::HostPattern;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;
use serde_json::{Value as Json, json};

const NAMES: [&str; 44] = [
    "policyUrl",
    "imprintUrl",
    "siteName",
    "language",
    "texts",
    "regime",
    "region",
    "minor",
    "doNotTrack",
    "globalPrivacyControl",
    "gate",
    "firstParty",
    "allow",
    "never",
    "firstPartyProxies",
    "pending",
    "categories",
    "services",
    "revision",
    "revisionNote",
    "consentDays",
    "banner",
    "api",
    "vendors",
    "records",
    "storage",
    "worker",
    "withdrawReload",
    "id",
    "name",
    "category",
    "hosts",
    "cookies",
    "layout",
    "position",
    "colors",
    "links",
    "text",
    "url",
    "key",
    "cookieDomain",
    "domains",
    "title",
    "de",
];

const WORDS: [&str; 22] = [
    "analytics",
    "essential",
    "marketing",
    "auto",
    "opt-in",
    "strict",
    "off",
    "honor",
    "open",
    "bar",
    "box",
    "center",
    "example.com",
    "/stats/",
    "https://a.test",
    "javascript:1",
    "DE",
    "US-CA",
    "#fff",
    "a b",
    "",
    "x.test:99999",
];

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        (0..500_u32).prop_map(Json::from),
        select(WORDS.to_vec()).prop_map(Json::from),
        "\\PC{0,12}".prop_map(Json::from),
    ];
    leaf.prop_recursive(5, 80, 10, |inner| {
        let key =
            prop_oneof![8 => select(NAMES.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,8}"];
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Json::from),
            vec((key, inner), 0..10).prop_map(|fields| Json::Object(fields.into_iter().collect())),
        ]
    })
}

fn read(block: Json) -> (Config, Vec<ConfigError>) {
    config::read(Sources {
        block: Some(serde_json::from_value::<Value>(block).expect("any JSON")),
        ..Sources::default()
    })
}

/// What must be true of every configuration, whatever it was read from.
fn assert_usable(config: &Config, errors: &[ConfigError]) {
    assert!(config.offered().contains(Category::Essential));
    assert!(config.revision >= 1);
    assert!(
        config
            .consent_days
            .is_none_or(|days| (1..=400).contains(&days))
    );
    for (at, service) in config.services.iter().enumerate() {
        assert!(
            service
                .hosts
                .iter()
                .all(|host| HostPattern::parse(host).is_ok())
        );
        assert!(
            config
                .services
                .iter()
                .skip(at + 1)
                .all(|other| other.id != service.id)
        );
    }
    for url in config.policy_url.iter().chain(&config.imprint_url) {
        assert!(!url.to_ascii_lowercase().contains("script:"), "{url}");
    }
    for error in errors {
        assert!(error.code.starts_with("config-") || error.code == "not-yet");
        assert!(!error.message.is_empty());
    }
}

proptest! {
    #[test]
    fn anything_at_all_is_read(block in json(), global in json()) {
        let tree = |json| serde_json::from_value::<Value>(json).expect("any JSON");
        let (config, errors) = config::read(Sources {
            attributes: vec![],
            block: Some(tree(block)),
            global: Some(tree(global)),
        });
        assert_usable(&config, &errors);
    }

    #[test]
    fn anything_in_one_field_spoils_no_other(
        name in select(NAMES[..28].to_vec()),
        value in json(),
    ) {
        let mut block = json!({ "siteName": "kept", "revision": 9, "never": ["ads.test"] });
        block[name] = value;
        let (config, errors) = read(block);
        assert_usable(&config, &errors);
        prop_assert!(name == "siteName" || config.site_name.as_deref() == Some("kept"));
        prop_assert!(name == "revision" || config.revision == 9);
        prop_assert!(name == "never" || config.never.len() == 1);
    }

    /// A service is granted only if there is no mistake in it.
    #[test]
    fn a_service_with_any_mistake_is_held(
        name in select(vec!["id", "name", "category", "hosts", "cookies", "storage", "policyUrl"]),
        value in json(),
    ) {
        let mut service = json!({
            "id": "m", "name": "M", "category": "analytics", "hosts": ["m.test"],
        });
        service[name] = value;
        let (config, errors) = read(json!({ "services": [service] }));
        assert_usable(&config, &errors);
        prop_assert_eq!(config.services.len(), 1);
        prop_assert_eq!(config.services[0].category.is_some(), errors.is_empty());
        prop_assert!(errors.iter().all(|error| error.path.starts_with("services[0]")));
        if name != "hosts" {
            prop_assert_eq!(&config.services[0].hosts, &["m.test"]);
        }
    }

    #[test]
    fn any_attribute_is_read(name in "[a-z-]{1,24}", text in "\\PC{0,40}") {
        let (config, errors) = config::read(Sources {
            attributes: vec![(name, text)],
            ..Sources::default()
        });
        assert_usable(&config, &errors);
    }
}

#[test]
fn a_configuration_without_end_is_read_to_its_limit() {
    let deep = "[".repeat(100) + &"]".repeat(100);
    let text = format!("{{\"services\":{deep},\"siteName\":\"kept\"}}");
    let (config, errors) = read(serde_json::from_str(&text).expect("JSON"));
    assert_eq!(config.site_name.as_deref(), Some("kept"));
    assert!(
        errors
            .iter()
            .any(|error| error.path.starts_with("services[0]"))
    );
    let many: Vec<Json> = (0..50_000).map(|_| json!({ "id": "same" })).collect();
    let (_, errors) = read(json!({ "services": many }));
    assert!(!errors.is_empty() && errors.len() <= 101);
}
