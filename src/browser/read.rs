//! From the page to the configuration: the tag's attributes, the JSON block, the global.
//!
//! Values of the page go through the browser's `JSON` once, in both directions, before they are looked
//! at: cycles, getters that throw and proxies end there with an error that names the source, and what
//! comes out is plain.

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::JsValue;

use super::natives::Natives;
use crate::config::{ConfigError, Sources, Value, code};

/// What the page says, and what of it could not be read.
pub fn sources(natives: &Natives) -> (Sources, Vec<ConfigError>) {
    let mut errors = Vec::new();
    let mut keep = |place: &str, read: Result<Value, JsValue>| {
        read.map_err(|error| errors.push(unreadable(place, &error)))
            .ok()
    };
    let block = natives.block().and_then(|text| {
        keep(
            "#consent-gate-config",
            JSON::parse(&text).and_then(|parsed| value_of(&parsed)),
        )
    });
    let global = Some(natives.global()).filter(|global| !global.is_undefined());
    let global = global.and_then(|global| keep("window.consentGateConfig", plain(&global)));
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

/// A configuration that was handed over by a call, as plain values.
///
/// # Errors
///
/// What the browser says where the value can't be written as JSON.
pub fn plain(value: &JsValue) -> Result<Value, JsValue> {
    let text = JSON::stringify(value)?;
    // A function or a symbol has no JSON at all.
    if text.is_undefined() {
        return Ok(Value::Other);
    }
    value_of(&JSON::parse(&String::from(text))?)
}

fn value_of(parsed: &JsValue) -> Result<Value, JsValue> {
    serde_wasm_bindgen::from_value(parsed.clone()).map_err(JsValue::from)
}

fn unreadable(path: &str, error: &JsValue) -> ConfigError {
    let mut message =
        String::from("can't be read as JSON, so it is left out and the defaults hold: ");
    message.push_str(
        &Reflect::get(error, &JsValue::from_str("message"))
            .ok()
            .and_then(|message| message.as_string())
            .unwrap_or_default(),
    );
    ConfigError::new(code::JSON, path, &message)
}
