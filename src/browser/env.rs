//! What the browser and the page say before anything starts: signals, languages, gestures.
//!
//! Everything here may be missing, throw, or be a lie of the page; each failure has the closed answer.

use wasm_bindgen::JsValue;

use super::natives::Natives;
use crate::regime::Signals;

/// The signals that the browser sends. Do Not Track has had many spellings: the attribute may carry
/// extensions after its first character, old browsers said "yes", and it has stood on `window` and under
/// a prefix (W3C Tracking Preference Expression, "JavaScript Property"). "0" is no consent and means nothing.
pub fn signals(natives: &Natives) -> Signals {
    Signals {
        dnt: says_do_not_track(&natives.dnt()),
        gpc: natives.gpc().as_bool() == Some(true),
    }
}

fn says_do_not_track(value: &JsValue) -> bool {
    value.as_bool() == Some(true)
        || value.as_f64() == Some(1.0)
        || value
            .as_string()
            .is_some_and(|text| text.starts_with('1') || text == "yes")
}

/// The languages to try, best first: the page's own, then the visitor's.
pub fn languages(natives: &Natives) -> Vec<String> {
    let own = Some(natives.html_lang()).filter(|tag| !tag.is_empty());
    let theirs = natives.languages();
    let theirs = theirs
        .iter()
        .take(LANGUAGES_AT_MOST)
        .filter_map(|tag| tag.as_string());
    own.into_iter().chain(theirs).collect()
}

/// A property of the page's address, such as `pathname`.
pub fn location(natives: &Natives, part: &str) -> String {
    let location = natives.get(&natives.window(), "location");
    natives.get(&location, part).as_string().unwrap_or_default()
}

const LANGUAGES_AT_MOST: usize = 10;
