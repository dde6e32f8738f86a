//! The interface's own program: the gate's view in, what is to be drawn out, both as text.
//!
//! It is a file of its own, loaded only when there is something to show, and it is trusted with nothing: it
//! sees no page, keeps nothing, and can do nothing but answer. Who is asked, when, and what a click
//! means is the gate's business (`browser::show`); what is drawn is put on the page by `www/ui/surface.js`.
//!
//! ```ignore
//! let drawing = draw(&screen.view);
//! ```

use wasm_bindgen::prelude::wasm_bindgen;

use crate::banner::{Drawing, View};

/// What the gate's view comes to on the page; see [`Drawing::text`].
#[wasm_bindgen]
#[must_use]
pub fn draw(view: &str) -> String {
    Drawing::of(&View::read(view)).text()
}

#[cfg(test)]
mod tests;
