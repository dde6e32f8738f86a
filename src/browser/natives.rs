//! The browser's own functions, as they were before any other script ran.
//!
//! What a page can patch, it can also use against us: web-sys would call `element.appendChild` as
//! the page sees it, which is our own shim at best and a tracker's at worst. `boot.js` captures
//! the functions first and hands them over as one object. Nodes travel as [`JsValue`], so that
//! nobody calls a page-visible method on them by accident. There is no rule about consent here.
//!
//! ```ignore
//! let location = natives.get(&natives.window(), "location");
//! let path = natives.get(&location, "pathname").as_string();
//! ```

use js_sys::{Array, Function};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::quarantine::Ticket;

#[wasm_bindgen]
extern "C" {
    /// The captured functions.
    #[derive(Clone)]
    pub type Natives;

    // The document. These never throw: a call that the browser refuses does nothing.

    /// Adds a listener; keep the closure behind the function alive.
    #[wasm_bindgen(method)]
    pub fn listen(
        this: &Natives,
        target: &JsValue,
        event: &str,
        listener: &Function,
        capture: bool,
    );
    /// A plain property; `undefined` where reading throws.
    #[wasm_bindgen(method)]
    pub fn get(this: &Natives, object: &JsValue, key: &str) -> JsValue;
    /// Sets a plain property, where that is possible.
    #[wasm_bindgen(method)]
    pub fn set(this: &Natives, object: &JsValue, key: &str, value: &JsValue);
    /// The document.
    #[wasm_bindgen(method)]
    pub fn document(this: &Natives) -> JsValue;
    /// The window.
    #[wasm_bindgen(method)]
    pub fn window(this: &Natives) -> JsValue;

    // The interface (`interface.js`).

    /// Shows the interface as `view` says, in a closed root or an open one, if it is here; else asks for
    /// it, as far as it matters (see `show.rs`). Is it on the screen now?
    #[wasm_bindgen(method)]
    pub fn show(this: &Natives, urgency: u8, closed: bool, view: &str) -> bool;

    // Storage.

    /// `document.cookie`; empty where refused.
    #[wasm_bindgen(method)]
    pub fn cookies(this: &Natives) -> String;
    /// Writes to `document.cookie` past the gate.
    #[wasm_bindgen(method, js_name = writeCookie)]
    pub fn write_cookie(this: &Natives, text: &str);

    // Time, events, words.

    /// Milliseconds since 1970.
    #[wasm_bindgen(method)]
    pub fn now(this: &Natives) -> f64;
    /// Calls back at the end of the task, or in a task of its own where one such call brings about the next.
    #[wasm_bindgen(method)]
    pub fn soon(this: &Natives, callback: &Function);
    /// `console.warn`.
    #[wasm_bindgen(method)]
    pub fn warn(this: &Natives, text: &str);
    /// A random id.
    #[wasm_bindgen(method)]
    pub fn uuid(this: &Natives) -> String;
    /// `JSON.parse`.
    ///
    /// # Errors
    /// The browser's `SyntaxError`.
    #[wasm_bindgen(method, catch)]
    pub fn parse(this: &Natives, text: &str) -> Result<JsValue, JsValue>;
    /// `JSON.stringify`; empty for what has no text.
    #[wasm_bindgen(method)]
    pub fn stringify(this: &Natives, value: &JsValue) -> String;
    /// What is left of a value once it went through `JSON`; `undefined` for what has no text.
    ///
    /// # Errors
    /// What the browser, or a getter of the page, throws.
    #[wasm_bindgen(method, catch)]
    pub fn copy(this: &Natives, value: &JsValue) -> Result<JsValue, JsValue>;
    /// Milliseconds since 1970 as ISO 8601 in UTC.
    #[wasm_bindgen(method)]
    pub fn iso(this: &Natives, at: f64) -> String;
    /// Loads the page again.
    #[wasm_bindgen(method)]
    pub fn reload(this: &Natives);

    // What the browser says about itself and the page, raw.

    /// Is the visitor acting right now (a click, a key)? A browser that can't say has seen no gesture. Asked
    /// of the browser, not of what the page has put in its place.
    #[wasm_bindgen(method)]
    pub fn gesture(this: &Natives) -> bool;
    /// Was an event made by the browser?
    #[wasm_bindgen(method)]
    pub fn trusted(this: &Natives, event: &JsValue) -> bool;

    /// The page's host.
    #[wasm_bindgen(method, js_name = pageHost)]
    pub fn page_host(this: &Natives) -> String;
    /// The page's port, empty for the scheme's own.
    #[wasm_bindgen(method, js_name = pagePort)]
    pub fn page_port(this: &Natives) -> String;
    /// `navigator.languages`.
    #[wasm_bindgen(method)]
    pub fn languages(this: &Natives) -> Array;
    /// `lang` of `<html>`.
    #[wasm_bindgen(method, js_name = htmlLang)]
    pub fn html_lang(this: &Natives) -> String;
    /// The time zone's name; empty where unknown.
    #[wasm_bindgen(method, js_name = timeZone)]
    pub fn time_zone(this: &Natives) -> String;
    /// `navigator.globalPrivacyControl`.
    #[wasm_bindgen(method)]
    pub fn gpc(this: &Natives) -> JsValue;
    /// `navigator.doNotTrack`, or the older names of it.
    #[wasm_bindgen(method)]
    pub fn dnt(this: &Natives) -> JsValue;
    /// Is the page being made ready for a visit that has not happened?
    #[wasm_bindgen(method)]
    pub fn prerendering(this: &Natives) -> bool;

    // The three sources of configuration.

    /// The tag's `data-` attributes as `[name, value]`, names without `data-`.
    #[wasm_bindgen(method)]
    pub fn attributes(this: &Natives) -> Array;
    /// The text of the JSON block.
    #[wasm_bindgen(method)]
    pub fn block(this: &Natives) -> Option<String>;
    /// `window.consentGateConfig`.
    #[wasm_bindgen(method)]
    pub fn global(this: &Natives) -> JsValue;

    // The gate's other half.

    /// Forgets which addresses were allowed; `strict`: and what was let load once; `taken`: something was taken back.
    #[wasm_bindgen(method)]
    pub fn forget(this: &Natives, strict: bool, taken: bool);
    /// The page's registrable domain, found by cookies; the exact host where they are refused.
    #[wasm_bindgen(method)]
    pub fn site(this: &Natives) -> String;
    /// Looks at the whole document again: holds what is no longer allowed.
    #[wasm_bindgen(method)]
    pub fn rescan(this: &Natives);
    /// Has the engine go on with what is to be released, in a task of its own; `painted`: once the page has
    /// been painted, and with all that a change needs (`obey`).
    #[wasm_bindgen(method)]
    pub fn later(this: &Natives, painted: bool);
    /// Has the engine read the record again after so many milliseconds, and let time pass.
    #[wasm_bindgen(method)]
    pub fn wake(this: &Natives, delay: f64);
    /// Soon deletes the databases and caches that are refused (`isRefused`).
    #[wasm_bindgen(method)]
    pub fn clear(this: &Natives);
    /// Is there a global of that name in the window that the ticket's element is in; without a ticket, the script that is
    /// being looked at?
    #[wasm_bindgen(method)]
    pub fn exists(this: &Natives, name: &str, ticket: Option<&Ticket>) -> bool;
}

impl core::fmt::Debug for Natives {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("Natives")
    }
}
