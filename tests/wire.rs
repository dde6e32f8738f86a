//! Stored records: every old one decodes for ever, what is written is read back, and no text at all
//! grants anything unless it is a record that says so.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on fails"
)]

use std::fs;
use std::path::Path;

use consent_gate::consent::{Category, CategorySet, ServiceId};
use consent_gate::record::{Action, Record, RecordId, Source, WireError, WireRecord};
use consent_gate::regime::{Regime, Signals};
use proptest::collection::{btree_set, vec};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::{Index, select};
use serde_json::Value as Json;

const DAY: u64 = 86_400_000;
const NOW: u64 = 1_790_000_000_000;

fn categories(ids: &str) -> CategorySet {
    ids.split(' ')
        .map(|id| Category::from_id(id).expect(id))
        .collect()
}

fn read(text: &str) -> Option<Record> {
    let stored: WireRecord = serde_json::from_str(text).ok()?;
    stored.read(NOW).ok()
}

#[test]
fn every_record_that_was_ever_written_still_decodes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/records/v1");
    let expected = fs::read_to_string(folder.join("expect.tsv")).expect("expect.tsv");
    let mut names = Vec::new();
    for line in expected.lines().filter(|line| !line.starts_with('#')) {
        let [name, granted, offered, services, regime, action] =
            line.split('\t').collect::<Vec<_>>()[..]
        else {
            panic!("not six columns: {line}");
        };
        let text = fs::read_to_string(folder.join(format!("{name}.json"))).expect(name);
        let record = read(&text).expect(name);
        assert_eq!(record.granted, categories(granted), "{name}");
        assert_eq!(record.offered, categories(offered), "{name}");
        let answers: Vec<_> = record
            .services
            .iter()
            .map(|(id, yes)| format!("{}={}", id.as_str(), if *yes { "yes" } else { "no" }))
            .collect();
        let services = if services == "-" { "" } else { services };
        assert_eq!(answers.join(" "), services, "{name}");
        assert_eq!(record.regime.id(), regime, "{name}");
        assert_eq!(record.action.id(), action, "{name}");
        // What is read is written so that it is read again.
        let again = serde_json::to_string(&WireRecord::from(&record)).expect(name);
        assert_eq!(read(&again), Some(record), "{name}");
        names.push(format!("{name}.json"));
    }
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("folder")
        .map(|entry| {
            entry
                .expect("entry")
                .file_name()
                .into_string()
                .expect("name")
        })
        .filter(|name| name != "expect.tsv")
        .collect();
    files.sort();
    names.sort();
    assert_eq!(
        files, names,
        "a record without an expectation proves nothing"
    );
    assert_eq!(files.len(), 11);
}

fn service_id() -> impl Strategy<Value = ServiceId> {
    "[a-z0-9é_.-]{1,20}".prop_filter_map("a category's id", |text| ServiceId::new(&text))
}

fn record_id() -> impl Strategy<Value = RecordId> {
    "[0-9a-f-]{1,64}".prop_map(RecordId)
}

fn category_set() -> impl Strategy<Value = CategorySet> {
    vec(select(Category::ALL.to_vec()), 0..5).prop_map(|some| {
        some.into_iter()
            .fold(CategorySet::ESSENTIAL, CategorySet::with)
    })
}

fn region() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        Just(None),
        select(vec!["DE", "US-CA", "CA-QC", "ZZ", "FR-75"]).prop_map(|text| Some(text.to_owned()))
    ]
}

fn record() -> impl Strategy<Value = Record> {
    let times = (0..=NOW + DAY, 0..=400 * DAY);
    let names = (
        select(Regime::ALL.to_vec()),
        select(Action::ALL.to_vec()),
        select(Source::ALL.to_vec()),
        region(),
        "[a-z]{2}(-[A-Z]{2})?",
    );
    let ids = (
        record_id(),
        any::<Option<()>>(),
        record_id(),
        btree_set((service_id(), any::<bool>()), 0..6),
        btree_set(service_id(), 0..6),
    );
    let rest = (
        1..=u32::MAX,
        category_set(),
        category_set(),
        any::<[bool; 5]>(),
    );
    (times, names, ids, rest).prop_map(
        |(
            (at, life),
            (regime, action, source, region, language),
            (id, has_previous, previous, services, known),
            (revision, granted, offered, [dnt, gpc, own_dnt, own_gpc, unasked]),
        )| {
            let mut services: Vec<_> = services.into_iter().collect();
            services.dedup_by(|one, other| one.0 == other.0);
            Record {
                id,
                revision,
                at,
                expires: at + life,
                regime,
                region,
                language,
                granted: granted.intersection(offered),
                offered,
                services,
                known: known.into_iter().collect(),
                action,
                source,
                signals: Signals { dnt, gpc },
                own_signals: vec![(
                    ServiceId::new("own").expect("an id"),
                    Signals {
                        dnt: own_dnt,
                        gpc: own_gpc,
                    },
                )],
                unasked,
                previous: has_previous.map(|()| previous),
            }
        },
    )
}

/// Any JSON, with the record's own names among its keys.
fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        "\\PC{0,20}".prop_map(Json::from),
        select(vec!["opt-in", "save", "banner", "marketing", "en"]).prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        let key = prop_oneof![select(NAMES.to_vec()).prop_map(str::to_owned), "\\PC{0,8}"];
        prop_oneof![
            vec(inner.clone(), 0..8).prop_map(Json::from),
            vec((key, inner), 0..8).prop_map(|fields| Json::Object(fields.into_iter().collect())),
        ]
    })
}

const NAMES: [&str; 22] = [
    "v",
    "id",
    "revision",
    "at",
    "expires",
    "regime",
    "region",
    "language",
    "categories",
    "services",
    "known",
    "action",
    "source",
    "signals",
    "previous",
    "essential",
    "analytics",
    "functional",
    "marketing",
    "dnt",
    "gpc",
    "__proto__",
];

/// Every place in a JSON tree, as a pointer.
fn places(value: &Json, here: &str, out: &mut Vec<String>) {
    out.push(here.to_owned());
    match value {
        Json::Object(fields) => {
            for (name, inner) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                places(inner, &format!("{here}/{name}"), out);
            }
        }
        Json::Array(items) => {
            for (at, inner) in items.iter().enumerate() {
                places(inner, &format!("{here}/{at}"), out);
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// What a stored tree may grant at most: exactly the known ids that have a plain `true`.
fn most(stored: &Json) -> CategorySet {
    Category::ALL
        .into_iter()
        .filter(|category| {
            stored.pointer(&format!("/categories/{}", category.id())) == Some(&Json::Bool(true))
        })
        .fold(CategorySet::ESSENTIAL, CategorySet::with)
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(record in record()) {
        let text = serde_json::to_string(&WireRecord::from(&record)).expect("written");
        prop_assert_eq!(read(&text), Some(record));
    }

    #[test]
    fn no_json_panics_and_none_is_a_record_by_accident(json in json()) {
        let stored: WireRecord = serde_json::from_value(json).expect("any JSON");
        prop_assert!(stored.read(NOW).is_err());
    }

    #[test]
    fn no_text_panics(text in "\\PC*") {
        prop_assert!(read(&text).is_none());
    }

    /// One place of a record is replaced by anything at all: it is refused, or grants no more than
    /// what stands there as a plain `true`.
    #[test]
    fn a_changed_record_grants_only_what_it_says(
        record in record(),
        place in any::<Index>(),
        other in json(),
    ) {
        let mut tree = serde_json::to_value(WireRecord::from(&record)).expect("written");
        let mut all = Vec::new();
        places(&tree, "", &mut all);
        *tree.pointer_mut(place.get::<String>(&all)).expect("a place") = other;
        let stored: WireRecord = serde_json::from_value(tree.clone()).expect("any JSON");
        if let Ok(read) = stored.read(NOW) {
            prop_assert!(most(&tree).covers(read.granted));
            prop_assert!(read.offered.covers(read.granted));
            prop_assert!(read.expires >= read.at && read.expires - read.at <= 400 * DAY);
            prop_assert!(read.at <= NOW + DAY);
            for (id, yes) in &read.services {
                let plain = tree["services"][id.as_str()].as_bool();
                prop_assert_eq!(plain, Some(*yes));
            }
        }
    }

    /// A record that was cut off is no record.
    #[test]
    fn a_record_that_was_cut_off_is_refused(record in record(), at in any::<Index>()) {
        let text = serde_json::to_string(&WireRecord::from(&record)).expect("written");
        let cut: String = text.chars().take(at.index(text.chars().count())).collect();
        prop_assert!(read(&cut).is_none());
    }

    #[test]
    fn the_future_is_refused(record in record(), back in (DAY + 1)..NOW) {
        let now = record.at.saturating_sub(back);
        let stored = WireRecord::from(&record);
        if now + DAY < record.at {
            prop_assert_eq!(stored.read(now), Err(WireError::Future));
        } else {
            prop_assert!(stored.read(now).is_ok());
        }
    }
}
