//! What is due, and that the interface reads what the gate wrote.

use super::{Asked, Screen};
use crate::banner::{FirstLayer, Key, Preferences, ServiceView, View};
use crate::config::{self, Layout, Position, Sources, Theme, Value};
use crate::consent::Category;
use crate::gate::{Gate, Rules};
use crate::record::{RecordId, Source};
use crate::regime::{Regime, Signals};
use crate::session::{Choice, Event, Moment, Session, Surroundings};

const NOW: u64 = 1_790_000_000_000;

fn session(json: &str, signals: Signals) -> Session {
    let block: Value = serde_json::from_str(json).unwrap();
    let (config, mistakes) = config::read(Sources {
        block: Some(block),
        ..Sources::default()
    });
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let gate = Gate::new(Rules {
        page_host: "shop.test".to_owned(),
        services: config.services.clone(),
        ..Rules::default()
    });
    let surroundings = Surroundings {
        signals,
        hint: None,
        language: "de-AT".to_owned(),
        page_host: "shop.test".to_owned(),
    };
    Session::new(config, gate, surroundings, None, NOW)
}

fn plain(json: &str) -> Session {
    session(json, Signals::default())
}

fn choose(session: &mut Session, choice: Choice) {
    let moment = Moment {
        now: NOW,
        id: RecordId("1".to_owned()),
    };
    session.handle(Event::Choose(choice, Source::Banner), moment);
}

fn due(session: &Session, asked: Asked) -> (FirstLayer, bool) {
    let screen = Screen::of(session, asked, &[], NOW);
    (screen.first, screen.reopen)
}

#[test]
fn the_first_layer_shows_until_there_is_a_choice_and_the_way_back_from_then_on() {
    let mut session = plain("{}");
    let nobody = Asked::default();
    assert_eq!(due(&session, nobody), (FirstLayer::Banner, false));
    choose(&mut session, Choice::RejectAll);
    assert_eq!(due(&session, nobody), (FirstLayer::Hidden, true));
    let again = Asked {
        first: true,
        ..nobody
    };
    assert_eq!(due(&session, again), (FirstLayer::Banner, false));
}

#[test]
fn a_page_that_hides_it_or_never_opens_it_by_itself_is_obeyed() {
    let muted = Asked {
        muted: true,
        ..Asked::default()
    };
    assert_eq!(due(&plain("{}"), muted), (FirstLayer::Hidden, true));
    let mute = plain(r#"{ "banner": { "autoShow": false, "reopen": "none" } }"#);
    assert_eq!(due(&mute, Asked::default()), (FirstLayer::Hidden, false));
}

#[test]
fn under_do_not_track_one_line_shows() {
    let signals = Signals {
        dnt: true,
        gpc: false,
    };
    let session = session("{}", signals);
    assert_eq!(due(&session, Asked::default()).0, FirstLayer::Line);
    let screen = Screen::of(&session, Asked::default(), &[], NOW);
    assert_eq!(View::read(&screen.view).signals, signals);
}

#[test]
fn the_interface_reads_what_the_gate_wrote() {
    let session = plain(
        r##"{
            "siteName": "Der Laden\u0001p/evil", "policyUrl": "/privacy", "imprintUrl": "/imprint?a=b",
            "regime": "opt-out",
            "texts": { "de": { "save": "Sichern", "close": "Zu" }, "de-AT": { "save": "Merken = gut" } },
            "categories": ["essential", { "id": "marketing", "title": "Werbung", "text": "Für alle" }],
            "services": [
                { "id": "a", "name": "A", "category": "marketing", "hosts": ["a.example"], "cookies": ["_a*", "_b"],
                  "storage": ["a.key"], "provider": "A Ltd", "purpose": "Counting", "policyUrl": "https://a.example/p",
                  "retention": "a year", "transfer": "USA" },
                { "id": "b", "name": "B", "category": "marketing", "hosts": ["b.example"] }
            ],
            "banner": { "layout": "box", "position": "top-left", "theme": "dark",
                "colors": { "accent": "#123456", "text": "rgb(1, 2, 3)" },
                "links": [{ "text": "Opt out", "url": "https://example.com/?a=b" }] }
        }"##,
    );
    let asked = Asked {
        preferences: true,
        saved: true,
        ..Asked::default()
    };
    let pixel = session.gate().find_service("meta-pixel").unwrap();
    let maps = session.gate().find_service("google-maps").unwrap();
    let screen = Screen::of(&session, asked, &[maps, pixel], NOW);
    assert_eq!(
        View::read(&screen.view).language,
        "en",
        "the words are missing"
    );
    let with_words = [screen.view.as_str(), "mA title\u{1}"].concat();
    let view = View::read(&with_words);
    assert_eq!(view.first, FirstLayer::Banner);
    assert_eq!(view.preferences, Preferences::Open);
    assert!(view.saved && !view.reopen);
    assert_eq!(view.regime, Regime::OptOut);
    assert_eq!((view.site, view.language), ("Der Ladenp/evil", "de-AT"));
    assert_eq!(view.policy_url, Some("/privacy"));
    assert_eq!(view.imprint_url, Some("/imprint?a=b"));
    assert_eq!(view.texts.of(Key::Save), "Merken = gut");
    assert_eq!(view.texts.of(Key::Close), "Zu");
    assert_eq!(view.texts.of(Key::Ok), "OK");
    assert_eq!(
        (view.layout, view.position, view.theme),
        (Layout::Box, Position::TopLeft, Theme::Dark)
    );
    assert_eq!(
        view.colors,
        [("text", "rgb(1, 2, 3)"), ("accent", "#123456")]
    );
    assert_eq!(view.links, [("Opt out", "https://example.com/?a=b")]);
    let [essential, marketing] = view.categories.as_slice() else {
        panic!("{:?}", view.categories)
    };
    assert_eq!(essential.category, Category::Essential);
    assert!(essential.granted && essential.title.is_none() && essential.services.is_empty());
    assert_eq!(marketing.title, Some("Werbung"));
    assert_eq!(marketing.text, Some("Für alle"));
    assert!(marketing.granted, "until the visitor says no");
    let declared = ServiceView {
        name: "A",
        id: "a",
        granted: true,
        purpose: "Counting",
        provider: "A Ltd",
        keys: vec!["_a*", "_b", "a.key"],
        retention: "a year",
        transfer: "USA",
        policy_url: Some("https://a.example/p"),
    };
    let bare = ServiceView {
        name: "B",
        id: "b",
        granted: true,
        ..ServiceView::default()
    };
    // Functional is not offered here, so of what was seen only the pixel stands somewhere.
    let seen = ServiceView {
        name: "Meta Pixel",
        id: "meta-pixel",
        granted: true,
        keys: vec![
            "_fbp",
            "_fbc",
            "lastExternalReferrer",
            "lastExternalReferrerTime",
        ],
        ..ServiceView::default()
    };
    assert_eq!(marketing.services, [declared, bare, seen]);
}

#[test]
fn a_new_service_is_asked_for_by_its_name() {
    let mut session = plain("{}");
    choose(&mut session, Choice::AcceptAll);
    let record = session.record().cloned();
    let declared = r#"{ "services": [
        { "id": "maps", "name": "Maps", "category": "functional", "hosts": ["maps.example"] }
    ] }"#;
    let mut session = plain(declared);
    let moment = Moment {
        now: NOW,
        id: RecordId("2".to_owned()),
    };
    session.handle(Event::Stored(record), moment);
    let screen = Screen::of(&session, Asked::default(), &[], NOW);
    assert_eq!(View::read(&screen.view).new_services, ["Maps"]);
}

#[test]
fn the_file_is_asked_for_unless_the_owner_has_said_everything() {
    let file = |json: &str| {
        let view = Screen::of(&plain(json), Asked::default(), &[], NOW).view;
        let digits = view.split('\u{1}').next().unwrap().to_owned();
        digits.get(10..).unwrap().to_owned()
    };
    assert_eq!(file("{}"), "de");
    assert_eq!(file(r#"{ "texts": { "de": { "ok": "Gut" } } }"#), "de");
    let all: Vec<String> = Key::ALL
        .iter()
        .map(|key| format!("\"{}\": \"x\"", key.id()))
        .collect();
    let all = format!(r#"{{ "texts": {{ "de": {{ {} }} }} }}"#, all.join(", "));
    assert_eq!(file(&all), "");
}

#[test]
fn the_owners_words_stand_over_those_of_the_file() {
    let screen = Screen::of(
        &plain(r#"{ "texts": { "de": { "ok": "Gut; $ 1" } } }"#),
        Asked::default(),
        &[],
        NOW,
    );
    let mut text = screen.view;
    for key in Key::ALL {
        text.push_str(&format!("m{} auf Deutsch\u{1}", key.id()));
    }
    let view = View::read(&text);
    assert_eq!(view.texts.of(Key::Ok), "Gut; $ 1");
    assert_eq!(view.texts.of(Key::Save), "save auf Deutsch");
    assert_eq!(view.texts.of(Key::EmbedAlways), "embedAlways auf Deutsch");
}

#[test]
fn what_a_known_service_stores_is_told_once_also_when_the_owner_says_more_of_it() {
    let session = plain(
        r#"{ "services": [{ "id": "hotjar", "category": "analytics", "provider": "Hotjar Ltd", "cookies": ["own", "_hj*"] }] }"#,
    );
    let asked = Asked {
        preferences: true,
        ..Asked::default()
    };
    let screen = Screen::of(&session, asked, &[], NOW);
    let view = View::read(&screen.view);
    let services: Vec<_> = view
        .categories
        .iter()
        .flat_map(|one| &one.services)
        .collect();
    let [hotjar] = services.as_slice() else {
        panic!("{services:?}")
    };
    assert_eq!((hotjar.id, hotjar.provider), ("hotjar", "Hotjar Ltd"));
    assert_eq!(
        hotjar.keys,
        ["own", "_hj*", "hjViewportId", "hjActiveViewportIds"]
    );
}
