//! The state machine as the public contract tells it: one test for each sentence that can go wrong.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

use consent_gate::config::{self, Config, Sources, Value};
use consent_gate::consent::Category;
use consent_gate::gate::{Address, Gate, Kind, Request, Rules, Target as Where, Verdict};
use consent_gate::record::{Action, Record, RecordId, Source};
use consent_gate::regime::{Regime, Signals};
use consent_gate::session::{
    Choice, Effects, Event, Moment, Session, Status, Store, Surroundings, Target, View,
};

const NOW: u64 = 1_790_000_000_000;
const DAY: u64 = 86_400_000;

const NO_SIGNALS: Signals = Signals {
    dnt: false,
    gpc: false,
};
const GPC: Signals = Signals {
    dnt: false,
    gpc: true,
};
const DNT: Signals = Signals {
    dnt: true,
    gpc: false,
};

fn config(json: serde_json::Value) -> Config {
    let block: Value = serde_json::from_value(json).unwrap();
    let (config, errors) = config::read(Sources {
        block: Some(block),
        ..Sources::default()
    });
    assert!(errors.is_empty(), "{errors:?}");
    config
}

fn session_with(
    json: serde_json::Value,
    signals: Signals,
    stored: Option<Record>,
    now: u64,
) -> Session {
    let config = config(json);
    let gate = Gate::new(Rules {
        page_host: "shop.test".to_owned(),
        services: config.services.clone(),
        ..Rules::default()
    });
    let surroundings = Surroundings {
        signals,
        hint: None,
        language: "en".to_owned(),
        page_host: "shop.test".to_owned(),
    };
    Session::new(config, gate, surroundings, stored, now)
}

fn session(json: serde_json::Value) -> Session {
    session_with(json, NO_SIGNALS, None, NOW)
}

fn at(now: u64) -> Moment {
    Moment {
        now,
        id: RecordId(format!("id-{now}")),
    }
}

fn choose(session: &mut Session, choice: Choice) -> Effects {
    session.handle(Event::Choose(choice, Source::Banner), at(NOW))
}

fn granted(session: &Session) -> Vec<&'static str> {
    Category::ALL
        .into_iter()
        .filter(|c| session.has(*c))
        .map(Category::id)
        .collect()
}

fn record_of(effects: &Effects) -> Record {
    match &effects.store {
        Some(Store::Write(record)) => record.clone(),
        other => panic!("no record: {other:?}"),
    }
}

fn verdict(session: &Session, host: &str) -> (Verdict, bool) {
    let address = Address {
        host,
        port: "",
        path: "/x.js",
    };
    let request = Request {
        kind: Kind::Script,
        target: Where::Address(address),
        mark: None,
    };
    let decision = session.decide(&request);
    (decision.verdict, decision.settled)
}

#[test]
fn opt_in_grants_only_essential_until_the_visitor_answers() {
    let session = session(serde_json::json!({}));
    assert_eq!(granted(&session), ["essential"]);
    assert_eq!(session.status(NOW), Status::Unset);
    assert_eq!(
        verdict(&session, "www.google-analytics.com"),
        (Verdict::Hold, false)
    );
    assert!(matches!(session.view(NOW), View::Ask(ask) if ask.regime == Regime::OptIn));
}

#[test]
fn accepting_grants_and_refusing_settles() {
    let mut session = session(serde_json::json!({}));
    let effects = choose(&mut session, Choice::AcceptAll);
    assert_eq!(
        granted(&session),
        ["essential", "analytics", "functional", "marketing"]
    );
    assert_eq!(session.status(NOW), Status::Set);
    assert_eq!(session.view(NOW), View::Nothing);
    let record = record_of(&effects);
    assert_eq!(
        (record.action, record.source),
        (Action::AcceptAll, Source::Banner)
    );
    assert_eq!(record.expires, NOW + 180 * DAY);
    assert_eq!(
        verdict(&session, "www.google-analytics.com").0,
        Verdict::Allow
    );

    let effects = choose(&mut session, Choice::RejectAll);
    assert_eq!(granted(&session), ["essential"]);
    assert_eq!(record_of(&effects).previous, Some(record.id));
    assert_eq!(
        verdict(&session, "www.google-analytics.com"),
        (Verdict::Hold, true)
    );
}

#[test]
fn closing_the_banner_is_a_refusal_with_its_own_name() {
    let mut session = session(serde_json::json!({}));
    let record = record_of(&choose(&mut session, Choice::Dismiss));
    assert_eq!(record.action, Action::Dismiss);
    assert_eq!(granted(&session), ["essential"]);
    assert_eq!(session.status(NOW), Status::Set);
}

#[test]
fn set_keeps_what_it_does_not_name() {
    let mut session = session(serde_json::json!({}));
    choose(
        &mut session,
        Choice::Set(vec![(Category::Analytics, true)], Vec::new()),
    );
    choose(
        &mut session,
        Choice::Set(vec![(Category::Functional, true)], Vec::new()),
    );
    assert_eq!(granted(&session), ["essential", "analytics", "functional"]);
    let effects = choose(
        &mut session,
        Choice::Withdraw(Target::Category(Category::Analytics)),
    );
    assert_eq!(granted(&session), ["essential", "functional"]);
    let change = effects.change.unwrap();
    assert_eq!(
        change.denied.iter().collect::<Vec<_>>(),
        [Category::Analytics]
    );
    assert!(change.granted.is_empty() && effects.regrade);
}

#[test]
fn a_script_that_widens_is_recorded_as_such() {
    let mut session = session(serde_json::json!({}));
    let event = Event::Choose(Choice::AcceptAll, Source::Api);
    assert_eq!(
        record_of(&session.handle(event, at(NOW))).action,
        Action::Api
    );
    let event = Event::Choose(Choice::RejectAll, Source::Api);
    assert_eq!(
        record_of(&session.handle(event, at(NOW))).action,
        Action::RejectAll
    );
}

#[test]
fn opt_out_grants_until_a_signal_minor_or_refusal() {
    let california = serde_json::json!({ "region": "US-CA" });
    let session_ = session(california.clone());
    assert_eq!(
        granted(&session_),
        ["essential", "analytics", "functional", "marketing"]
    );
    assert!(matches!(session_.view(NOW), View::Ask(ask) if ask.regime == Regime::OptOut));

    let with_gpc = session_with(california.clone(), GPC, None, NOW);
    assert_eq!(granted(&with_gpc), ["essential", "analytics", "functional"]);
    assert_eq!(
        verdict(&with_gpc, "connect.facebook.net"),
        (Verdict::Hold, true)
    );

    let minor = session(serde_json::json!({ "region": "US-CA", "minor": true }));
    assert_eq!(granted(&minor), ["essential", "analytics", "functional"]);

    let mut refused = session(california);
    choose(&mut refused, Choice::RejectAll);
    assert_eq!(granted(&refused), ["essential"]);
}

#[test]
fn a_signal_beats_a_choice_made_without_it_and_loses_to_one_made_under_it() {
    let mut before = session(serde_json::json!({}));
    let record = record_of(&choose(&mut before, Choice::AcceptAll));
    let mut under = session_with(serde_json::json!({}), GPC, Some(record), NOW);
    assert_eq!(granted(&under), ["essential", "analytics", "functional"]);
    let record = record_of(&choose(&mut under, Choice::AcceptAll));
    assert!(record.signals.gpc);
    let after = session_with(serde_json::json!({}), GPC, Some(record), NOW);
    assert!(after.has(Category::Marketing));
}

#[test]
fn do_not_track_says_one_line_and_can_be_ignored() {
    let session = session_with(serde_json::json!({}), DNT, None, NOW);
    assert_eq!(session.view(NOW), View::Line(DNT));
    assert_eq!(session.status(NOW), Status::Unset);
    let only = serde_json::json!({ "categories": ["essential", "analytics", "marketing"] });
    assert_eq!(
        session_with(only, DNT, None, NOW).status(NOW),
        Status::Signal
    );
    let ignored = serde_json::json!({ "doNotTrack": "ignore" });
    let session = session_with(ignored, DNT, None, NOW);
    assert!(matches!(session.view(NOW), View::Ask(_)));
    assert_eq!(session.signals(), NO_SIGNALS);
}

#[test]
fn a_category_that_is_not_offered_stays_denied() {
    let json = serde_json::json!({ "categories": ["essential", "analytics"], "region": "US-CA" });
    let mut session = session(json);
    choose(&mut session, Choice::AcceptAll);
    assert_eq!(granted(&session), ["essential", "analytics"]);
    assert_eq!(session.status(NOW), Status::Set);
    assert_eq!(
        verdict(&session, "connect.facebook.net"),
        (Verdict::Hold, true)
    );
}

#[test]
fn another_revision_or_too_much_time_grants_nothing_and_keeps_refusals() {
    let mut first = session(serde_json::json!({}));
    choose(&mut first, Choice::AcceptAll);
    let off = vec![(Category::Marketing, false)];
    let record = record_of(&choose(&mut first, Choice::Set(off, Vec::new())));

    let revised = serde_json::json!({ "revision": 2, "region": "US-CA", "revisionNote": "New." });
    let session_ = session_with(revised, NO_SIGNALS, Some(record.clone()), NOW);
    assert_eq!(granted(&session_), ["essential", "analytics", "functional"]);
    assert!(matches!(session_.view(NOW), View::Ask(ask) if ask.revised));

    let late = NOW + 181 * DAY;
    let expired = session_with(
        serde_json::json!({}),
        NO_SIGNALS,
        Some(record.clone()),
        late,
    );
    assert_eq!(granted(&expired), ["essential"]);
    assert_eq!(expired.status(late), Status::Unset);

    let shorter = serde_json::json!({ "consentDays": 30 });
    let after = NOW + 31 * DAY;
    assert_eq!(
        granted(&session_with(shorter, NO_SIGNALS, Some(record), after)),
        ["essential"]
    );
}

#[test]
fn time_alone_takes_consent_back_and_says_so() {
    let mut session = session(serde_json::json!({}));
    choose(&mut session, Choice::AcceptAll);
    assert_eq!(session.handle(Event::Passed, at(NOW + DAY)).change, None);
    let effects = session.handle(Event::Passed, at(NOW + 200 * DAY));
    assert_eq!(
        effects.change.map(|change| change.source),
        Some(Source::Expiry)
    );
    assert_eq!(granted(&session), ["essential"]);
}

#[test]
fn a_service_has_its_own_answer_else_its_categorys() {
    let json = serde_json::json!({ "services": [
        { "id": "player", "name": "Player", "category": "functional", "hosts": ["player.test"] },
    ] });
    let mut session = session(json);
    let player = session.gate().find_service("player").unwrap();
    choose(&mut session, Choice::SetService(player, true));
    assert!(session.has_service(player) && !session.has(Category::Functional));
    assert_eq!(verdict(&session, "player.test").0, Verdict::Allow);
    assert_eq!(
        session.status(NOW),
        Status::Unset,
        "the categories are still to be asked for"
    );
    assert!(matches!(session.view(NOW), View::Ask(_)));

    choose(&mut session, Choice::RejectAll);
    assert!(
        !session.has_service(player),
        "setting a category clears its services' own answers"
    );
    choose(&mut session, Choice::AcceptAll);
    choose(&mut session, Choice::Withdraw(Target::Service(player)));
    assert!(!session.has_service(player) && session.has(Category::Functional));
    assert_eq!(session.status(NOW), Status::Set);
    choose(
        &mut session,
        Choice::Set(vec![(Category::Functional, true)], Vec::new()),
    );
    assert!(session.has_service(player));
}

/// Contract: a signal is beaten by a choice made while it was on. One about a service is made for that service alone.
#[test]
fn what_is_allowed_under_a_signal_stands_against_that_signal_alone() {
    let json = serde_json::json!({ "services": [
        { "id": "post", "name": "Post", "category": "marketing", "hosts": ["post.test"] },
        { "id": "other", "name": "Other", "category": "marketing", "hosts": ["other.test"] },
    ] });
    let later = |signals, record: &Record| {
        session_with(json.clone(), signals, Some(record.clone()), NOW + 1_000)
    };
    let has = |session: &Session, id| session.has_service(session.gate().find_service(id).unwrap());

    let mut asked = session_with(json.clone(), GPC, None, NOW);
    let post = asked.gate().find_service("post").unwrap();
    let other = asked.gate().find_service("other").unwrap();
    let record = record_of(&choose(&mut asked, Choice::SetService(post, true)));
    assert_eq!(verdict(&asked, "post.test").0, Verdict::Allow);
    assert!(!asked.has(Category::Marketing) && !has(&asked, "other"));
    assert_eq!(record.signals, NO_SIGNALS, "no answer for everything else");

    assert!(has(&later(GPC, &record), "post"));
    assert!(has(&later(NO_SIGNALS, &record), "post"));
    let both = Signals { dnt: true, ..GPC };
    assert!(
        !has(&later(both, &record), "post"),
        "another signal came on since"
    );

    // One that was allowed before the signal came on doesn't come back with another's.
    let mut before = session_with(json.clone(), NO_SIGNALS, None, NOW);
    let record = record_of(&choose(&mut before, Choice::SetService(other, true)));
    let mut after = later(GPC, &record);
    assert!(!has(&after, "other"));
    let record = record_of(&choose(&mut after, Choice::SetService(post, true)));
    let last = later(GPC, &record);
    assert!(has(&last, "post") && !has(&last, "other"));
    let without = later(NO_SIGNALS, &record);
    assert!(
        has(&without, "post") && has(&without, "other"),
        "what a signal denied was not refused"
    );

    // One that is allowed later, without the signal, takes nothing from the one that was allowed under it.
    let mut asked = session_with(json.clone(), GPC, None, NOW);
    let record = record_of(&choose(&mut asked, Choice::SetService(post, true)));
    let mut free = later(NO_SIGNALS, &record);
    let record = record_of(&choose(&mut free, Choice::SetService(other, true)));
    let under = later(GPC, &record);
    assert!(has(&under, "post") && !has(&under, "other"));
}

#[test]
fn what_a_signal_denies_is_not_refused_by_an_answer_about_something_else() {
    let services = |more: bool| {
        let mut list = vec![serde_json::json!(
            { "id": "post", "name": "Post", "category": "marketing", "hosts": ["post.test"] }
        )];
        if more {
            list.push(serde_json::json!(
                { "id": "new", "name": "New", "category": "analytics", "hosts": ["new.test"] }
            ));
        }
        serde_json::json!({ "services": list })
    };
    for answer in [
        |session: &Session| {
            Choice::SetService(session.gate().find_service("youtube").unwrap(), false)
        },
        |_: &Session| Choice::RejectNew,
    ] {
        let mut first = session(services(false));
        let record = record_of(&choose(&mut first, Choice::AcceptAll));
        let mut under = session_with(services(true), GPC, Some(record), NOW);
        assert!(!under.has(Category::Marketing));
        let choice = answer(&under);
        let record = record_of(&choose(&mut under, choice));
        assert!(!under.has(Category::Marketing));
        let after = session_with(services(true), NO_SIGNALS, Some(record), NOW);
        assert!(after.has(Category::Marketing));
    }
}

/// An answer about one service takes nothing of a record that no longer counts but its refusals, and asking goes on.
#[test]
fn one_service_does_not_bring_an_old_consent_back() {
    let json = |revision: u32| {
        serde_json::json!({ "region": "US-CA", "revision": revision, "services": [
            { "id": "post", "name": "Post", "category": "marketing", "hosts": ["post.test"] },
        ] })
    };
    for (before, granted) in [(Choice::AcceptAll, true), (Choice::RejectAll, false)] {
        let mut first = session(json(1));
        let record = record_of(&choose(&mut first, before));
        let mut later = session_with(json(2), GPC, Some(record), NOW);
        let post = later.gate().find_service("post").unwrap();
        for answer in [false, true] {
            let record = record_of(&choose(&mut later, Choice::SetService(post, answer)));
            assert_eq!(later.has_service(post), answer);
            assert!(!later.has(Category::Marketing), "the signal is on");
            assert_eq!(later.has(Category::Analytics), granted);
            assert!(matches!(later.view(NOW), View::Ask(_)), "asking goes on");
            let next = session_with(json(2), GPC, Some(record), NOW);
            assert_eq!(next.status(NOW), Status::Unset);
        }
    }
}

#[test]
fn a_new_service_is_granted_by_its_own_answer_alone() {
    let with = |category: &str| {
        serde_json::json!({ "services": [
            { "id": "fresh", "name": "Fresh", "category": category, "hosts": ["fresh.test"] },
        ] })
    };
    let mut first = session(serde_json::json!({}));
    let record = record_of(&choose(&mut first, Choice::AcceptAll));
    let open = || session_with(with("analytics"), NO_SIGNALS, Some(record.clone()), NOW);
    let fresh = open().gate().find_service("fresh").unwrap();
    for (source, is_asked) in [(Source::Preferences, false), (Source::Api, true)] {
        let mut saved = open();
        let choice = Choice::Set(vec![(Category::Marketing, false)], Vec::new());
        saved.handle(Event::Choose(choice, source), at(NOW));
        assert!(!saved.has_service(fresh) && saved.has(Category::Analytics));
        let asks = matches!(saved.view(NOW), View::Ask(ask) if ask.services == [fresh]);
        assert_eq!(asks, is_asked, "a switch that was shown off is an answer");
    }
    let mut withdrawn = open();
    let choice = Choice::Withdraw(Target::Category(Category::Functional));
    assert!(!withdrawn.would_widen(choice.clone(), NOW));
    choose(&mut withdrawn, choice);
    assert!(!withdrawn.has_service(fresh) && matches!(withdrawn.view(NOW), View::Ask(_)));
    let category = Choice::Set(vec![(Category::Analytics, true)], Vec::new());
    assert!(open().would_widen(category, NOW));
}

#[test]
fn to_set_what_is_granted_widens_where_a_service_of_it_is_refused() {
    let mut session = session(serde_json::json!({}));
    choose(&mut session, Choice::AcceptAll);
    let segment = session.gate().find_service("segment").unwrap();
    choose(&mut session, Choice::SetService(segment, false));
    let again = Choice::Set(vec![(Category::Analytics, true)], Vec::new());
    assert!(session.would_widen(again, NOW));
    let other = Choice::Set(vec![(Category::Marketing, true)], Vec::new());
    assert!(!session.would_widen(other, NOW));
    assert!(!session.would_widen(Choice::SetService(segment, false), NOW));
}

/// What a script may not widen it may not prolong either, nor answer for.
#[test]
fn a_script_that_may_only_read_renews_nothing() {
    let json = |api: &str| serde_json::json!({ "api": api, "regime": "opt-out" });
    let record = record_of(&choose(&mut session(json("open")), Choice::AcceptAll));
    let later = NOW + 100 * DAY;
    let set = |answers: &[(Category, bool)]| Choice::Set(answers.to_vec(), Vec::new());
    for (api, renews) in [("open", true), ("activation", false), ("read-only", false)] {
        for answers in [
            &[][..],
            &[(Category::Analytics, true)],
            &[(Category::Marketing, false)],
        ] {
            let mut session = session_with(json(api), NO_SIGNALS, Some(record.clone()), later);
            let choice = set(answers);
            assert!(!session.would_widen(choice.clone(), later));
            let effects = session.handle(Event::Choose(choice, Source::Api), at(later));
            assert_eq!(
                record_of(&effects).expires > record.expires,
                renews,
                "{api}"
            );
        }
    }
    // A refusal is one, for as long as any.
    let mut refused = session_with(json("read-only"), NO_SIGNALS, Some(record), later);
    let effects = refused.handle(Event::Choose(Choice::RejectAll, Source::Api), at(later));
    assert_eq!(record_of(&effects).expires, later + 365 * DAY);

    let mut unanswered = session(json("read-only"));
    let service = unanswered.gate().find_service("segment").unwrap();
    let yes = Choice::SetService(service, true);
    let effects = unanswered.handle(Event::Choose(yes, Source::Api), at(NOW));
    assert!(
        record_of(&effects).services.is_empty(),
        "it is granted by default alone"
    );
    for (answers, status) in [
        (&[][..], Status::Unset),
        (&[(Category::Marketing, false)], Status::Unset),
        (
            &[(Category::Analytics, false), (Category::Functional, false)],
            Status::Set,
        ),
    ] {
        unanswered.handle(Event::Choose(set(answers), Source::Api), at(NOW));
        assert_eq!(unanswered.status(NOW), status, "{answers:?}");
    }
    assert_eq!(granted(&unanswered), ["essential"]);
}

#[test]
fn a_choice_tells_when_it_ends_and_then_grants_nothing() {
    let mut session = session(serde_json::json!({ "consentDays": 2 }));
    assert_eq!(session.ends(), None);
    choose(&mut session, Choice::AcceptAll);
    assert_eq!(session.ends(), Some(NOW + 2 * DAY));
    session.handle(Event::Passed, at(NOW + 2 * DAY));
    assert_eq!((session.as_of(), session.ends()), (NOW + 2 * DAY, None));
    assert_eq!(granted(&session), ["essential"]);
}

#[test]
fn to_withdraw_one_service_widens_nothing_whatever_else_is_held() {
    // What holds another service beside: it came after the choice, …
    let more = serde_json::json!({ "services": [
        { "id": "fresh", "name": "Fresh", "category": "analytics", "hosts": ["fresh.test"] },
    ] });
    let accepted = record_of(&choose(
        &mut session(serde_json::json!({})),
        Choice::AcceptAll,
    ));
    let with_new = session_with(more, NO_SIGNALS, Some(accepted), NOW);
    // … or was allowed by itself without the signal under which everything was.
    let mut under = session_with(serde_json::json!({}), GPC, None, NOW);
    let under = record_of(&choose(&mut under, Choice::AcceptAll));
    let mut without = session_with(serde_json::json!({}), NO_SIGNALS, Some(under), NOW);
    let pixel = without.gate().find_service("meta-pixel").unwrap();
    let alone = record_of(&choose(&mut without, Choice::SetService(pixel, true)));
    let signalled = session_with(serde_json::json!({}), GPC, Some(alone), NOW);
    assert!(!signalled.has_service(pixel));

    for mut session in [with_new, signalled] {
        let segment = session.gate().find_service("segment").unwrap();
        let withdrawal = Choice::Withdraw(Target::Service(segment));
        assert!(!session.would_widen(withdrawal.clone(), NOW));
        let effects = session.handle(Event::Choose(withdrawal, Source::Api), at(NOW));
        assert_eq!(record_of(&effects).action, Action::Withdraw);
    }
}

#[test]
fn a_new_service_in_a_granted_category_is_held_and_asked_for_alone() {
    let mut first = session(serde_json::json!({}));
    let record = record_of(&choose(&mut first, Choice::AcceptAll));
    let more = serde_json::json!({ "services": [
        { "id": "fresh", "name": "Fresh", "category": "analytics", "hosts": ["fresh.test"] },
    ] });
    let open = || session_with(more.clone(), NO_SIGNALS, Some(record.clone()), NOW);
    let session = open();
    let fresh = session.gate().find_service("fresh").unwrap();
    assert!(!session.has_service(fresh) && session.has(Category::Analytics));
    assert_eq!(verdict(&session, "fresh.test").0, Verdict::Hold);
    assert!(matches!(session.view(NOW), View::Ask(ask) if ask.services == [fresh]));

    let mut accepted = open();
    choose(&mut accepted, Choice::AcceptNew);
    assert!(accepted.has_service(fresh) && accepted.view(NOW) == View::Nothing);

    let mut refused = open();
    choose(&mut refused, Choice::Dismiss);
    assert!(
        !refused.has_service(fresh),
        "closing refuses what was asked"
    );
    assert!(refused.has(Category::Analytics), "and nothing else");
    assert_eq!(refused.view(NOW), View::Nothing);

    let mut other = open();
    choose(&mut other, Choice::SetService(fresh, false));
    assert!(!other.has_service(fresh));
    assert_eq!(other.view(NOW), View::Nothing);
}

#[test]
fn other_tabs_are_followed() {
    let mut here = session(serde_json::json!({}));
    let mut there = session(serde_json::json!({}));
    let record = record_of(&choose(&mut there, Choice::AcceptAll));
    let effects = here.handle(Event::Stored(Some(record.clone())), at(NOW));
    assert_eq!(
        effects.store, None,
        "what another tab stored isn't stored again"
    );
    assert_eq!(
        effects.change.map(|change| change.source),
        Some(Source::Storage)
    );
    assert!(here.has(Category::Marketing));
    assert_eq!(
        here.handle(Event::Stored(Some(record)), at(NOW)),
        Effects::none()
    );
    here.handle(Event::Stored(None), at(NOW));
    assert_eq!(granted(&here), ["essential"]);
}

#[test]
fn reset_forgets() {
    let mut session = session(serde_json::json!({}));
    choose(&mut session, Choice::AcceptAll);
    let effects = session.handle(Event::Reset, at(NOW));
    assert_eq!(effects.store, Some(Store::Forget));
    assert_eq!(granted(&session), ["essential"]);
    assert!(matches!(session.view(NOW), View::Ask(_)));
}

#[test]
fn pending_fail_leaves_nothing_waiting() {
    let session = session(serde_json::json!({ "pending": "fail" }));
    assert_eq!(
        verdict(&session, "www.google-analytics.com"),
        (Verdict::Hold, true)
    );
}

#[test]
fn the_hint_can_only_make_it_stricter() {
    let regime = |hint| {
        let config = config(serde_json::json!({ "region": "AU" }));
        let surroundings = Surroundings {
            signals: NO_SIGNALS,
            hint,
            language: "en".to_owned(),
            page_host: "shop.test".to_owned(),
        };
        let gate = Gate::new(Rules::default());
        Session::new(config, gate, surroundings, None, NOW).regime()
    };
    assert_eq!(regime(None), Regime::Notice);
    assert_eq!(regime(Some(Regime::OptIn)), Regime::OptIn);
    let strict = session(serde_json::json!({ "region": "DE" }));
    assert_eq!(strict.regime(), Regime::OptIn);
}
