//! What the page's surroundings mean for the session at the start, and what it follows afterwards: other
//! tabs, time, and a page that was frozen.

use std::rc::Rc;

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};

use super::natives::Natives;
use super::{App, env, show};
use crate::banner::languages::{base, file, spoken_here};
use crate::config::{Config, Language};
use crate::regime::{Regime, hint_from_time_zone};
use crate::session::{Event, Surroundings};

/// What the session is to know of page and browser.
pub(super) fn surroundings(natives: &Natives, config: &Config) -> Surroundings {
    // Asking for the time zone costs a millisecond, and it can only make the rules stricter.
    let lax = config.regime.is_none() && Regime::of(config.region) != Regime::OptIn;
    Surroundings {
        signals: env::signals(natives),
        hint: if lax {
            hint_from_time_zone(&natives.time_zone())
        } else {
            None
        },
        language: language(natives, config),
        page_host: natives.page_host(),
    }
}

/// The language of the texts: the first wanted one that there are texts for.
fn language(natives: &Natives, config: &Config) -> String {
    let wanted = match &config.language {
        Language::Tag(tag) => vec![tag.clone()],
        Language::Auto => env::languages(natives),
    };
    wanted
        .into_iter()
        .find(|tag| is_spoken(config, tag))
        .map_or_else(
            || "en".to_owned(),
            |tag| {
                // Who asks for Nynorsk gets Bokmål, and Serbian in Latin letters, and is told so.
                let other = file(&tag).filter(|file| {
                    !is_own(config, &tag)
                        && (!base(file).eq_ignore_ascii_case(base(&tag)) || file.ends_with("Latn"))
                });
                other.map_or(tag, str::to_owned)
            },
        )
}

/// Are there texts in it, built in or the owner's?
pub(super) fn is_spoken(config: &Config, tag: &str) -> bool {
    is_own(config, tag) || spoken_here(tag)
}

/// The owner's own words count for a tag's language, whatever its region.
fn is_own(config: &Config, tag: &str) -> bool {
    let texts = &mut config.texts.iter();
    texts.any(|(known, _)| base(known).eq_ignore_ascii_case(base(tag)))
}

/// Follows what happens outside of this page.
pub(super) fn follow(app: &Rc<App>) {
    let window = app.natives.window();
    let document = app.natives.document();
    listen(app, &window, "storage", |app, event| {
        let key = app.natives.get(event, "key");
        // `null` is `clear()`, after which that tab writes the record again, where it has to last.
        if key.is_null() {
            app.natives.wake(CLEARED);
        } else if key.as_string().as_deref() == Some(app.store.key()) {
            reread(app);
        }
    });
    // A page that comes back from the back/forward cache has the state of before; a change made
    // meanwhile may never have been told.
    listen(app, &window, "pageshow", |app, event| {
        if app.natives.get(event, "persisted").as_bool() == Some(true) {
            reread(app);
        } else {
            show::loaded(app);
        }
    });
    listen(app, &document, "visibilitychange", |app, _| reread(app));
}

/// So many milliseconds after another tab has cleared the storage, the record is there again or gone.
const CLEARED: f64 = 100.0;

/// Reads the record anew and lets time pass.
pub(super) fn reread(app: &Rc<App>) {
    let found = app.store.read(&app.natives, app.now());
    // In memory there is nothing to read, and what was chosen on this page stands.
    if app.store.is_kept() {
        app.handle(Event::Stored(found.record));
    }
    app.handle(Event::Passed);
}

/// Calls `act` on each event, for as long as the page lives.
pub(super) fn listen(
    app: &Rc<App>,
    target: &JsValue,
    kind: &str,
    act: impl Fn(&Rc<App>, &JsValue) + 'static,
) {
    let app_of_listener = Rc::clone(app);
    let listener = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
        // What a script dispatches has not happened.
        if app_of_listener.natives.trusted(&event) {
            act(&app_of_listener, &event);
        }
    });
    app.natives
        .listen(target, kind, listener.as_ref().unchecked_ref(), true);
    listener.forget();
}
