//! From the page to the configuration: the tag's attributes, the JSON block, the global.
//!
//! What the browser can't read or write as JSON ends here, with an error that names the source.

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::natives::Natives;
use super::plain;
use crate::config::{ConfigError, Sources, Value, code};

/// What the page says, and what of it could not be read.
pub fn sources(natives: &Natives) -> (Sources, Vec<ConfigError>) {
    let mut errors = Vec::new();
    let mut keep = |place: &str, read: Result<Value, JsValue>| {
        read.map_err(|error| errors.push(unreadable(natives, place, &error)))
            .ok()
    };
    let block = natives
        .block()
        .and_then(|text| keep(Sources::BLOCK, plain::parse(natives, &text)));
    let global = Some(natives.global()).filter(|global| !global.is_undefined());
    let global = global.and_then(|global| keep(Sources::GLOBAL, plain::take(natives, &global)));
    let attributes = natives.attributes().into_iter().filter_map(|entry| {
        let entry = Array::from(&entry);
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    });
    (
        Sources {
            attributes: attributes.collect(),
            block,
            global,
        },
        errors,
    )
}

fn unreadable(natives: &Natives, path: &str, error: &JsValue) -> ConfigError {
    let mut message = String::from(
        "can't be read as JSON, so it is left out, the defaults hold, and no service in it is held: ",
    );
    message.push_str(
        &natives
            .get(error, "message")
            .as_string()
            .unwrap_or_default(),
    );
    if path == Sources::BLOCK {
        message.push_str(
            ". Look for a comma too many or missing, single or curly quotes, and comments",
        );
    }
    ConfigError::new(code::JSON, path, &message)
}
