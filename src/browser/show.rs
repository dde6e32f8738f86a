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
    Act, CategoryView, Direction, Drawing, FirstLayer, Key, Preferences, Texts, ViewModel,
};
use crate::config::{self, Config, ConfigError};
use crate::consent::{Millis, Source};
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

/// Everything that opens the interface later; a prerendered page is drawn when it is really shown.
pub(super) fn follow(app: &Rc<App>) {
    openers(app);
    if app.natives.prerendering() {
        let document = app.natives.document();
        settings::listen(app, &document, "prerenderingchange", |app, _| {
            settings::reread(app);
        });
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
    config::check_texts(config, Key::IDS)
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
        Act::Save(mut answers) => {
            app.ask(|session| answers.retain(|(category, on)| session.has(*category) != *on));
            Choice::Set(answers)
        }
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
    let mut first = false;
    let drawing = app.ask(|session| {
        let model = model(session, shown, now);
        first = model.first != FirstLayer::Hidden;
        Drawing::of(&model)
    });
    let second = shown.preferences;
    app.shown.set(Shown {
        first,
        second,
        ..shown
    });
    app.banner.render(drawing);
    for (view, was, is) in [
        ("banner", shown.first, first),
        ("preferences", shown.second, second),
    ] {
        if was != is {
            notify::view(app, if is { "show" } else { "hide" }, view);
        }
    }
}

fn model(session: &Session, shown: Shown, now: Millis) -> ViewModel<'_> {
    let config = session.config();
    let view = session.view(now);
    let due = config.banner.auto_show && !shown.muted;
    let first = match (&view, shown.asked_for) {
        (_, true) => FirstLayer::Banner,
        (View::Ask(_), false) if due => FirstLayer::Banner,
        (View::Line(_), false) if due => FirstLayer::Line,
        (View::Nothing | View::Ask(_) | View::Line(_), false) => FirstLayer::Hidden,
    };
    let mut revision_note = None;
    let mut new_services = Vec::new();
    if let View::Ask(ask) = view {
        revision_note = config.revision_note.as_deref().filter(|_| ask.revised);
        for new in ask.services {
            new_services.push(session.gate().service_name(new));
        }
    }
    let mut categories = Vec::new();
    for category in &config.categories {
        let mut services = Vec::new();
        for service in &config.services {
            if service.category == Some(category.id) {
                services.push(service);
            }
        }
        categories.push(CategoryView {
            category: category.id,
            title: category.title.as_deref(),
            text: category.text.as_deref(),
            granted: session.has(category.id),
            services,
        });
    }
    ViewModel {
        first,
        preferences: if shown.preferences {
            Preferences::Open
        } else {
            Preferences::Closed
        },
        regime: session.regime(),
        site: session.site_name(),
        language: session.language(),
        direction: Direction::of(session.language()),
        texts: Texts::new(&config.texts, session.language()),
        policy_url: config.policy_url.as_deref(),
        imprint_url: config.imprint_url.as_deref(),
        categories,
        signals: session.signals_in_force(now),
        revision_note,
        new_services,
        look: &config.banner,
    }
}
