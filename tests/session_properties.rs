//! The state machine against a naive oracle: whatever happens in whatever order, nothing is released
//! without a grant, and consent can always be taken back.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test ends where something is not as it must be"
)]

use consent_gate::config::Config;
use consent_gate::consent::{Category, Service, ServiceId};
use consent_gate::gate::{Address, Gate, Kind, Request, Rules, Target as Where, Verdict};
use consent_gate::record::{Action, RecordId, Source};
use consent_gate::regime::{Regime, Signals};
use consent_gate::session::{Choice, Event, Moment, Session, Store, Surroundings, Target};
use proptest::prelude::*;

const START: u64 = 1_790_000_000_000;
const DAY: u64 = 86_400_000;

/// Known trackers of each category, to ask the gate itself and not only the session.
const HOSTS: [(Category, &str); 3] = [
    (Category::Analytics, "www.google-analytics.com"),
    (Category::Functional, "player.vimeo.com"),
    (Category::Marketing, "px.ads.linkedin.com"),
];

#[derive(Clone, Debug)]
enum Step {
    Accept,
    Reject,
    Dismiss,
    Set(Vec<(Category, bool)>),
    Withdraw(Category),
    WithdrawAll,
    Reset,
    Days(u64),
    Reload { gpc: bool, dnt: bool },
}

/// What the visitor said last, kept as simply as can be: per category the answer, and when.
#[derive(Clone, Debug, Default)]
struct Oracle {
    answers: Option<[bool; 4]>,
    at: u64,
    under: Signals,
}

impl Oracle {
    fn granted(&self, category: Category, regime: Regime, signals: Signals, now: u64) -> bool {
        if category == Category::Essential {
            return true;
        }
        let denied = |dnt: bool, gpc: bool| match category {
            Category::Essential | Category::Functional => false,
            Category::Analytics => dnt,
            Category::Marketing => dnt || gpc,
        };
        let days = if regime == Regime::OptIn { 180 } else { 365 };
        let index = category as usize;
        match self.answers {
            Some(answers) if now < self.at + days * DAY => {
                let new_dnt = signals.dnt && !self.under.dnt;
                let new_gpc = signals.gpc && !self.under.gpc;
                answers[index] && !denied(new_dnt, new_gpc)
            }
            // Past its time a yes is nothing and a no is still a no.
            Some(answers) if !answers[index] => false,
            Some(_) | None => regime != Regime::OptIn && !denied(signals.dnt, signals.gpc),
        }
    }
}

fn a_category() -> impl Strategy<Value = Category> {
    prop_oneof![
        Just(Category::Analytics),
        Just(Category::Functional),
        Just(Category::Marketing)
    ]
}

fn a_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Accept),
        Just(Step::Reject),
        Just(Step::Dismiss),
        prop::collection::vec((a_category(), any::<bool>()), 0..4).prop_map(Step::Set),
        a_category().prop_map(Step::Withdraw),
        Just(Step::WithdrawAll),
        Just(Step::Reset),
        (0_u64..400).prop_map(Step::Days),
        (any::<bool>(), any::<bool>()).prop_map(|(gpc, dnt)| Step::Reload { gpc, dnt }),
    ]
}

fn session(regime: Regime, signals: Signals, stored: Option<&Session>, now: u64) -> Session {
    let config = Config {
        regime: Some(regime),
        ..Config::default()
    };
    let gate = Gate::new(Rules {
        page_host: "shop.test".to_owned(),
        ..Rules::default()
    });
    let surroundings = Surroundings {
        signals,
        hint: None,
        language: "en".to_owned(),
        page_host: "shop.test".to_owned(),
    };
    let record = stored.and_then(|session| session.record().cloned());
    Session::new(config, gate, surroundings, record, now)
}

fn choose(session: &mut Session, choice: Choice, now: u64) {
    let moment = Moment {
        now,
        id: RecordId(now.to_string()),
    };
    let effects = session.handle(Event::Choose(choice, Source::Banner), moment);
    assert!(
        matches!(effects.store, Some(Store::Write(_))),
        "a choice is always stored"
    );
}

fn allows(session: &Session, host: &str) -> bool {
    let address = Address {
        host,
        port: "",
        path: "/x",
    };
    let request = Request {
        kind: Kind::Script,
        target: Where::Address(address),
        mark: None,
    };
    session.decide(&request).verdict == Verdict::Allow
}

fn play(regime: Regime, steps: &[Step]) -> Vec<[bool; 4]> {
    let mut now = START;
    let mut signals = Signals::default();
    let mut here = session(regime, signals, None, now);
    let mut oracle = Oracle::default();
    let mut trace = Vec::new();
    for step in steps {
        now += 1;
        let effective =
            Category::ALL.map(|category| oracle.granted(category, regime, signals, now));
        // Time passes before whatever happens next, as it does when the page is looked at again.
        here.handle(
            Event::Passed,
            Moment {
                now,
                id: RecordId(String::new()),
            },
        );
        let answer = |answers: [bool; 4]| Oracle {
            answers: Some(answers),
            at: now,
            under: signals,
        };
        let essential = [true, false, false, false];
        match step {
            Step::Accept => {
                choose(&mut here, Choice::AcceptAll, now);
                oracle = answer([true; 4]);
            }
            Step::Reject => {
                choose(&mut here, Choice::RejectAll, now);
                oracle = answer(essential);
            }
            Step::Dismiss => {
                choose(&mut here, Choice::Dismiss, now);
                oracle = answer(essential);
            }
            Step::Set(answers) => {
                choose(&mut here, Choice::Set(answers.clone(), Vec::new()), now);
                let mut after = effective;
                for (category, granted) in answers {
                    after[*category as usize] = *granted;
                }
                oracle = answer(after);
            }
            Step::Withdraw(category) => {
                choose(
                    &mut here,
                    Choice::Withdraw(Target::Category(*category)),
                    now,
                );
                let mut after = effective;
                after[*category as usize] = false;
                oracle = answer(after);
            }
            Step::WithdrawAll => {
                choose(&mut here, Choice::Withdraw(Target::Everything), now);
                oracle = answer(essential);
            }
            Step::Reset => {
                here.handle(
                    Event::Reset,
                    Moment {
                        now,
                        id: RecordId(String::new()),
                    },
                );
                oracle = Oracle::default();
            }
            Step::Days(days) => {
                now += days * DAY;
                here.handle(
                    Event::Passed,
                    Moment {
                        now,
                        id: RecordId(String::new()),
                    },
                );
            }
            Step::Reload { gpc, dnt } => {
                signals = Signals {
                    dnt: *dnt,
                    gpc: *gpc,
                };
                here = session(regime, signals, Some(&here), now);
            }
        }
        for category in Category::ALL {
            let expected = oracle.granted(category, regime, signals, now);
            assert_eq!(
                here.has(category),
                expected,
                "{} after {step:?}",
                category.id()
            );
        }
        for (category, host) in HOSTS {
            assert_eq!(
                allows(&here, host),
                here.has(category),
                "{host} after {step:?}"
            );
        }
        trace.push(Category::ALL.map(|category| here.has(category)));
    }
    choose(&mut here, Choice::Withdraw(Target::Everything), now);
    for category in Category::ALL {
        assert_eq!(
            here.has(category),
            category == Category::Essential,
            "taken back"
        );
    }
    trace
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_released_without_a_grant(
        regime in prop_oneof![Just(Regime::OptIn), Just(Regime::OptOut), Just(Regime::Notice)],
        steps in prop::collection::vec(a_step(), 1..24),
    ) {
        let first = play(regime, &steps);
        prop_assert_eq!(first, play(regime, &steps), "two runs are equal");
    }
}

/// The owner's services, the second of which comes later than the first in some configurations.
const SERVICES: [(&str, Category); 4] = [
    ("counter", Category::Analytics),
    ("post", Category::Marketing),
    ("fresh", Category::Analytics),
    ("late", Category::Marketing),
];

/// A site as it is at one time: how many of its services there are, its policy's revision, and the visitor's signals.
#[derive(Clone, Copy, Debug)]
struct Page {
    services: usize,
    revision: u32,
    signals: Signals,
}

#[derive(Clone, Debug)]
enum Turn {
    Choose(Choosing, Source),
    Days(u64),
    Open(Page),
}

/// A choice by the names of services, since a page numbers them anew.
#[derive(Clone, Debug)]
enum Choosing {
    AcceptAll,
    RejectAll,
    Dismiss,
    AcceptNew,
    RejectNew,
    Set(Vec<(Category, bool)>),
    Service(usize, bool),
    Withdraw(Category),
    WithdrawService(usize),
}

impl Choosing {
    /// The choice on a page; `None` where it has no such service.
    fn on(&self, session: &Session) -> Option<Choice> {
        let service = |at: &usize| session.gate().find_service(SERVICES[*at].0);
        Some(match self {
            Self::AcceptAll => Choice::AcceptAll,
            Self::RejectAll => Choice::RejectAll,
            Self::Dismiss => Choice::Dismiss,
            Self::AcceptNew => Choice::AcceptNew,
            Self::RejectNew => Choice::RejectNew,
            Self::Set(answers) => Choice::Set(answers.clone(), Vec::new()),
            Self::Service(at, answer) => Choice::SetService(service(at)?, *answer),
            Self::Withdraw(category) => Choice::Withdraw(Target::Category(*category)),
            Self::WithdrawService(at) => Choice::Withdraw(Target::Service(service(at)?)),
        })
    }

    /// Can it only take away?
    fn refuses(&self) -> bool {
        match self {
            Self::AcceptAll | Self::AcceptNew | Self::Service(_, true) => false,
            Self::Set(answers) => answers.iter().all(|(_, answer)| !answer),
            Self::RejectAll
            | Self::Dismiss
            | Self::RejectNew
            | Self::Service(_, false)
            | Self::Withdraw(_)
            | Self::WithdrawService(_) => true,
        }
    }
}

fn a_choice() -> impl Strategy<Value = Choosing> {
    let service = || 0..SERVICES.len();
    prop_oneof![
        Just(Choosing::AcceptAll),
        Just(Choosing::RejectAll),
        Just(Choosing::Dismiss),
        Just(Choosing::AcceptNew),
        Just(Choosing::RejectNew),
        prop::collection::vec((a_category(), any::<bool>()), 0..3).prop_map(Choosing::Set),
        (service(), any::<bool>()).prop_map(|(at, answer)| Choosing::Service(at, answer)),
        a_category().prop_map(Choosing::Withdraw),
        service().prop_map(Choosing::WithdrawService),
    ]
}

fn a_page() -> impl Strategy<Value = Page> {
    (2..=SERVICES.len(), 1_u32..3, any::<(bool, bool)>()).prop_map(
        |(services, revision, (dnt, gpc))| Page {
            services,
            revision,
            signals: Signals { dnt, gpc },
        },
    )
}

fn a_turn() -> impl Strategy<Value = Turn> {
    let source = prop_oneof![
        Just(Source::Banner),
        Just(Source::Preferences),
        Just(Source::Placeholder),
        Just(Source::Api)
    ];
    prop_oneof![
        4 => (a_choice(), source).prop_map(|(choice, source)| Turn::Choose(choice, source)),
        1 => (0_u64..400).prop_map(Turn::Days),
        2 => a_page().prop_map(Turn::Open),
    ]
}

fn open(regime: Regime, page: Page, stored: Option<&Session>, now: u64) -> Session {
    let services: Vec<Service> = SERVICES
        .iter()
        .take(page.services)
        .map(|(id, category)| Service {
            id: ServiceId::new(id).expect("an id"),
            name: (*id).to_owned(),
            category: Some(*category),
            hosts: vec![format!("{id}.test")],
            cookies: Vec::new(),
            storage: Vec::new(),
            purpose: None,
            provider: None,
            policy_url: None,
            retention: None,
            transfer: None,
        })
        .collect();
    let config = Config {
        regime: Some(regime),
        revision: page.revision,
        services: services.clone(),
        ..Config::default()
    };
    let gate = Gate::new(Rules {
        page_host: "shop.test".to_owned(),
        services,
        ..Rules::default()
    });
    let surroundings = Surroundings {
        signals: page.signals,
        hint: None,
        language: "en".to_owned(),
        page_host: "shop.test".to_owned(),
    };
    let record = stored.and_then(|session| session.record().cloned());
    Session::new(config, gate, surroundings, record, now)
}

/// Everything that can be granted, and whether it is.
fn all_grants(session: &Session) -> Vec<(&'static str, bool)> {
    let categories = Category::ALL.map(|category| (category.id(), session.has(category)));
    let services = SERVICES.iter().filter_map(|(id, _)| {
        let service = session.gate().find_service(id)?;
        Some((*id, session.has_service(service)))
    });
    categories.into_iter().chain(services).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    /// Whatever there was before: a refusal lets nothing pass that was held, what would is known before it is done, and it is
    /// never called a visitor's own act where a script did it.
    #[test]
    fn a_refusal_never_widens_and_what_widens_says_so(
        regime in prop_oneof![Just(Regime::OptIn), Just(Regime::OptOut), Just(Regime::Notice)],
        first in a_page(),
        turns in prop::collection::vec(a_turn(), 0..10),
    ) {
        let mut now = START;
        let mut here = open(regime, first, None, now);
        for turn in turns {
            now += 1;
            let moment = || Moment { now, id: RecordId(now.to_string()) };
            match turn {
                Turn::Days(days) => {
                    now += days * DAY;
                    here.handle(Event::Passed, Moment { now, id: RecordId(String::new()) });
                }
                Turn::Open(page) => here = open(regime, page, Some(&here), now),
                Turn::Choose(choosing, source) => {
                    here.handle(Event::Passed, moment());
                    let Some(choice) = choosing.on(&here) else { continue };
                    let before = all_grants(&here);
                    let would = here.would_widen(choice.clone(), now);
                    let effects = here.handle(Event::Choose(choice, source), moment());
                    let widened = all_grants(&here).iter().zip(&before).any(|(after, before)| after.1 && !before.1);
                    prop_assert!(!(choosing.refuses() && widened), "{choosing:?} let something pass");
                    if source == Source::Api {
                        prop_assert_eq!(would, widened, "{:?}", choosing);
                        let Some(Store::Write(record)) = effects.store else { panic!("a choice is always stored") };
                        prop_assert!(!widened || record.action == Action::Api);
                    }
                    // What it comes to on this page, it comes to on the next.
                    let page = Page { services: here.gate().own_services().len(), revision: here.config().revision, signals: here.signals() };
                    prop_assert_eq!(all_grants(&open(regime, page, Some(&here), now)), all_grants(&here));
                }
            }
        }
    }
}
