//! Which layer of the interface is on the screen, and what the visitor did there.
//!
//! It fills the banner's view model from the session and the configuration, and takes the visitor's acts
//! to the same choices that the public calls lead to. How anything looks is the banner's business.

use std::rc::{Rc, Weak};

use wasm_bindgen::JsCast as _;

use super::banner::Banner;
use super::natives::Natives;
use super::{App, env, notify, settings};
use crate::banner::{
    Act, CategoryView, Direction, FirstLayer, Key, Preferences, ServiceView, Texts, ViewModel,
};
use crate::config::{self, Config, ConfigError};
use crate::consent::{Category, Millis, Service, Source};
use crate::session::{Choice, Session, View};

/// What is on the screen, and why.
#[derive(Clone, Copy, Default)]
pub(super) struct Shown {
    /// The first layer was asked for, although nothing may be open.
    asked_for: bool,
    /// The page hid the interface; nothing is stored, and it is asked again on the next page.
    muted: bool,
    /// The preferences are open.
    preferences: bool,
    /// The first layer was on the screen when it was last drawn.
    first: bool,
    /// The preferences were.
    second: bool,
}

/// The banner, wired to the app that will own it.
pub(super) fn banner(natives: &Natives, config: &Config, app: Weak<App>) -> Banner {
    let act = move |act: Act| {
        if let Some(app) = app.upgrade() {
            obey(&app, act);
        }
    };
    Banner::new(natives.clone(), config.banner.root, Rc::new(act))
}

/// The first look: now, or when a prerendered page is really shown.
pub(super) fn first(app: &Rc<App>) {
    openers(app);
    if app.natives.prerendering() {
        let document = app.natives.document();
        settings::listen(app, &document, "prerenderingchange", |app, _| {
            settings::reread(app);
            draw(app);
        });
    } else {
        draw(app);
    }
}

/// Something changed that may be on the screen.
pub(super) fn refresh(app: &App) {
    if !app.natives.prerendering() {
        draw(app);
    }
}

/// The first layer, asked for by a call.
pub(super) fn banner_again(app: &App) {
    app.shown.set(Shown {
        asked_for: true,
        muted: false,
        preferences: false,
        ..app.shown.get()
    });
    draw(app);
}

/// The preferences.
pub(super) fn preferences(app: &App) {
    app.shown.set(Shown {
        preferences: true,
        muted: false,
        ..app.shown.get()
    });
    draw(app);
}

/// Everything away, nothing stored.
pub(super) fn hide(app: &App) {
    let shown = app.shown.get();
    app.shown.set(Shown {
        asked_for: false,
        muted: true,
        preferences: false,
        ..shown
    });
    draw(app);
}

/// A choice was made: what was open for it is closed by the drawing that follows.
pub(super) fn answered(app: &App) {
    app.shown.set(Shown {
        asked_for: false,
        preferences: false,
        ..app.shown.get()
    });
}

/// Mistakes in the owner's texts: a key that no text has.
pub(super) fn check_texts(config: &Config) -> Vec<ConfigError> {
    let keys: Vec<&str> = Key::ALL.iter().map(|key| key.id()).collect();
    config::check_texts(config, &keys)
}

fn obey(app: &Rc<App>, act: Act) {
    let source = if app.shown.get().preferences {
        Source::Preferences
    } else {
        Source::Banner
    };
    let choice = match act {
        Act::AcceptAll => Choice::AcceptAll,
        Act::RejectAll => Choice::RejectAll,
        // Only what was changed: setting a category clears its services' own answers, and a switch that
        // stayed where it was says nothing about them.
        Act::Save(answers) => Choice::Set(app.ask(|session| {
            let changed = answers
                .into_iter()
                .filter(|(category, on)| session.has(*category) != *on);
            changed.collect()
        })),
        Act::AcceptNew => Choice::AcceptNew,
        Act::RejectNew => Choice::RejectNew,
        Act::Dismiss => Choice::Dismiss,
        Act::OpenPreferences => return preferences(app),
        Act::OpenBanner => return banner_again(app),
        Act::ClosePreferences => {
            app.shown.set(Shown {
                preferences: false,
                ..app.shown.get()
            });
            return draw(app);
        }
    };
    app.choose(choice, source);
}

/// `[data-consent-open]` and links to `#consent-gate` open the preferences, from this page and from others.
fn openers(app: &Rc<App>) {
    let document = app.natives.document();
    settings::listen(app, &document, "click", |app, event| {
        let target = app.natives.get(event, "target");
        let Some(element) = target.dyn_ref::<web_sys::Element>() else {
            return;
        };
        if let Ok(Some(_)) = element.closest("[data-consent-open],[href$='#consent-gate']") {
            if let Some(event) = event.dyn_ref::<web_sys::Event>() {
                event.prevent_default();
            }
            preferences(app);
        }
    });
    if env::location(&app.natives, "hash") == "#consent-gate" {
        app.shown.set(Shown {
            preferences: true,
            ..app.shown.get()
        });
    }
}

fn draw(app: &App) {
    let now = app.now();
    let shown = app.shown.get();
    let model = app.ask(|session| model(session, shown, now));
    let first = model.first != FirstLayer::Hidden;
    let second = model.preferences == Preferences::Open;
    app.shown.set(Shown {
        first,
        second,
        ..app.shown.get()
    });
    app.banner.render(&model);
    for (view, was, is) in [
        ("banner", shown.first, first),
        ("preferences", shown.second, second),
    ] {
        if was != is {
            notify::view(app, if is { "show" } else { "hide" }, view);
        }
    }
}

fn model(session: &Session, shown: Shown, now: Millis) -> ViewModel {
    let config = session.config();
    let view = session.view(now);
    let due = config.banner.auto_show && !shown.muted;
    let first = match (&view, shown.asked_for) {
        (_, true) => FirstLayer::Banner,
        (View::Ask(_), false) if due => FirstLayer::Banner,
        (View::Line(_), false) if due => FirstLayer::Line,
        (View::Nothing | View::Ask(_) | View::Line(_), false) => FirstLayer::Hidden,
    };
    let (revised, new) = match view {
        View::Ask(ask) => (ask.revised, ask.services),
        View::Nothing | View::Line(_) => (false, Vec::new()),
    };
    let gate = session.gate();
    ViewModel {
        first,
        preferences: if shown.preferences {
            Preferences::Open
        } else {
            Preferences::Closed
        },
        regime: session.regime(),
        site: session.site_name().to_owned(),
        language: session.language().to_owned(),
        direction: Direction::of(session.language()),
        texts: Rc::new(texts(config, session.language())),
        policy_url: config.policy_url.clone(),
        imprint_url: config.imprint_url.clone(),
        categories: config
            .categories
            .iter()
            .map(|category| CategoryView {
                category: category.id,
                title: category.title.clone(),
                text: category.text.clone(),
                granted: session.has(category.id),
                services: services(config, category.id),
            })
            .collect(),
        signals: session.signals_in_force(now),
        revision_note: config.revision_note.clone().filter(|_| revised),
        new_services: new
            .into_iter()
            .map(|new| gate.service_name(new).to_owned())
            .collect(),
        look: config.banner.clone(),
    }
}

fn services(config: &Config, category: Category) -> Vec<ServiceView> {
    let of_category = config
        .services
        .iter()
        .filter(|service| service.category == Some(category));
    of_category
        .map(
            |Service {
                 name,
                 cookies,
                 storage,
                 provider,
                 policy_url,
                 retention,
                 transfer,
                 ..
             }| {
                ServiceView {
                    name: name.clone(),
                    provider: provider.clone(),
                    policy_url: policy_url.clone(),
                    retention: retention.clone(),
                    transfer: transfer.clone(),
                    keys: cookies.iter().chain(storage).cloned().collect(),
                }
            },
        )
        .collect()
}

/// The owner's texts for the language, those of the exact tag before those of its base.
fn texts(config: &Config, language: &str) -> Texts {
    let base = language.split('-').next().unwrap_or_default();
    let of = |tag: &str| {
        let texts = config
            .texts
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(tag));
        texts.map(|(_, texts)| texts.as_slice()).unwrap_or_default()
    };
    let both = of(base).iter().chain(of(language));
    Texts::new(both.map(|(key, text)| (key.as_str(), text.as_str())))
}
