//! Which layer of the interface is on the screen, and what the visitor did there.
//!
//! The interface is a program of its own that may not be here yet, or never come. This side tells the page
//! what is due and how much it matters; `www/gate/interface.js` fetches, shows, and hears the visitor, whose acts
//! come back to the same choices that the public calls lead to.

use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;

use super::{App, Engine, env, notify, settings};
use crate::banner::{Act, Asked, FirstLayer, Key, Screen, ServiceSwitch, listed};
use crate::config::{self, Config, ConfigError, Language, Root};
use crate::consent::Category;
use crate::record::Source;

/// What was asked for, and what is on the screen.
#[derive(Clone, Copy, Default)]
pub(super) struct Shown {
    asked: Asked,
    /// The first layer is on the screen.
    first: bool,
    /// The preferences are.
    second: bool,
    /// Counts the drawings.
    turn: u32,
}

#[wasm_bindgen]
impl Engine {
    /// Shows what is due, or asks for the interface; called at the start, and when the interface has come.
    pub fn open(&self) {
        refresh(&self.app);
    }

    /// The visitor did something in the interface, or in the placeholder of the held frame of this number: the name of
    /// the act, and the switches as they stand.
    pub fn act(&self, frame: u32, name: &str, switches: &str) {
        if frame != 0 {
            return self.act_in(frame, name);
        }
        let offered: Vec<_> = self.app.ask(|session| {
            let asked = session.config().categories.iter().map(|offered| offered.id);
            asked
                .filter(|category| *category != Category::Essential)
                .map(|category| (category, session.has(category)))
                .collect()
        });
        let services = switches_in(&self.app, &offered);
        match Act::read(name, switches, &offered, &services) {
            Some(Act::Choose(choice)) => {
                let source = if self.app.shown.get().asked.preferences {
                    Source::Preferences
                } else {
                    Source::Banner
                };
                change(&self.app, |asked| asked.saved = true);
                self.app.choose(choice, source);
            }
            Some(Act::OpenPreferences) => preferences(&self.app),
            Some(Act::ClosePreferences) => {
                change(&self.app, |asked| asked.preferences = false);
                draw(&self.app);
            }
            None => {}
        }
    }
}

/// Whoever opens the page by a link to the preferences sees them; a prerendered page is drawn when it is
/// really shown.
pub(super) fn follow(app: &Rc<App>) {
    if env::location(&app.natives, "hash") == "#consent-gate" {
        change(app, |asked| asked.preferences = true);
    }
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

/// The page has loaded: the first layer may name services that it had not met when that was drawn. The preferences are left
/// alone, whose switches the visitor may have moved.
pub(super) fn loaded(app: &App) {
    let shown = app.shown.get();
    if shown.first && !shown.second {
        draw(app);
    }
}

/// The first layer, asked for by a call.
pub(super) fn banner_again(app: &App) {
    change(app, |asked| {
        *asked = Asked {
            first: true,
            ..Asked::default()
        };
    });
    draw(app);
}

/// The preferences.
pub(super) fn preferences(app: &App) {
    change(app, |asked| asked.preferences = true);
    draw(app);
}

/// Everything away, nothing stored.
pub(super) fn hide(app: &App) {
    change(app, |asked| {
        *asked = Asked {
            muted: true,
            ..Asked::default()
        };
    });
    draw(app);
}

/// A choice was made: what was open for it is closed by the drawing that follows.
pub(super) fn answered(app: &App) {
    change(app, |asked| {
        asked.first = false;
        asked.preferences = false;
    });
}

/// Mistakes in the owner's language and texts: a language without any, a key that no text has.
pub(super) fn check_texts(config: &Config) -> Vec<ConfigError> {
    let spoken = match &config.language {
        Language::Auto => true,
        Language::Tag(tag) => settings::is_spoken(config, tag),
    };
    config::check_texts(config, Key::IDS, spoken)
}

/// The switches of single services in these categories, as they are drawn.
fn switches_in(app: &App, offered: &[(Category, bool)]) -> Vec<ServiceSwitch> {
    let seen = app.ledger.borrow().services();
    app.ask(|session| {
        let mut all = Vec::new();
        for (category, _) in offered {
            for service in listed(session, *category, &seen) {
                all.push(ServiceSwitch {
                    service,
                    id: session.gate().service_id(service).to_owned(),
                    category: *category,
                    granted: session.has_service(service),
                });
            }
        }
        all
    })
}

fn change(app: &App, act: impl FnOnce(&mut Asked)) {
    let mut shown = app.shown.get();
    act(&mut shown.asked);
    app.shown.set(shown);
}

fn draw(app: &App) {
    let now = app.now();
    let mut shown = app.shown.get();
    shown.turn = shown.turn.wrapping_add(1);
    app.shown.set(shown);
    let asked = shown.asked;
    let seen = app.ledger.borrow().services();
    let (screen, closed) = app.ask(|session| {
        let closed = session.config().banner.root == Root::Closed;
        (Screen::of(session, asked, &seen, now), closed)
    });
    let first = screen.first != FirstLayer::Hidden;
    let second = asked.preferences;
    let urgency = if asked.first || second {
        ASKED_FOR
    } else if first {
        DUE
    } else {
        screen.reopen.into()
    };
    let there = app.natives.show(urgency, closed, &screen.view);
    // Drawing moves the focus, and a listener of the page that hears it may have had something else
    // drawn, and told.
    if !there || app.shown.get().turn != shown.turn {
        return;
    }
    app.shown.set(Shown {
        asked: Asked {
            saved: false,
            ..asked
        },
        first,
        second,
        ..shown
    });
    // What goes is told before what comes.
    for (event, told) in [("hide", false), ("show", true)] {
        for (view, was, is) in [
            ("banner", shown.first, first),
            ("preferences", shown.second, second),
        ] {
            if was != is && is == told {
                notify::view(app, event, view);
            }
        }
    }
}

// How much it matters that the interface comes: 0 not at all, 1 when there is time (only the control that
// leads back), and these. Once it couldn't be had, only what is asked for tries again.
const DUE: u8 = 2;
const ASKED_FOR: u8 = 3;
