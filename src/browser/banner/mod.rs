//! Puts the interface on the page: draws what changed, and hears what the visitor does.
//!
//! What it looks like is decided in [`crate::banner`], natively tested; the page's side is
//! `www/surface.js`. It refuses to know the session.
//!
//! ```ignore
//! let banner = Banner::new(natives, root, Rc::new(move |act| app.act(act)));
//! banner.render(Drawing::of(&view));
//! ```

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::natives::Natives;
use crate::banner::{Act, Drawing, Tree};
use crate::config::Root;
use crate::consent::Category;

/// The interface of one page.
pub struct Banner {
    natives: Natives,
    root: Root,
    shown: Rc<Shown>,
    listener: Closure<dyn Fn(String, String)>,
}

/// What is on the page now.
#[derive(Default)]
struct Shown {
    /// The tree in each slot; empty before anything was mounted.
    slots: RefCell<Vec<String>>,
    /// What is offered, with what is in force; essential is not asked for.
    offered: RefCell<Vec<(Category, bool)>>,
    /// What is to be said once the interface has followed the choice.
    said: RefCell<bool>,
}

impl Banner {
    /// An interface that shows nothing yet, and costs the page nothing until it does.
    #[must_use]
    pub fn new(natives: Natives, root: Root, on_act: Rc<dyn Fn(Act)>) -> Self {
        let shown = Rc::new(Shown::default());
        let hears = Rc::clone(&shown);
        let listener = Closure::new(move |name: String, checked: String| {
            let act = Act::read(&name, &checked, &hears.offered.borrow());
            if let Some(act) = act {
                hears.said.replace(act.is_choice());
                on_act(act);
            }
        });
        Self {
            natives,
            root,
            shown,
            listener,
        }
    }

    /// Shows what `drawing` says; where that is shown already, nothing is touched.
    pub fn render(&self, drawing: Drawing) {
        self.shown.offered.replace(drawing.offered);
        // The reopen control first: the focus goes there when what had it disappears.
        let drawn = [
            (AGAIN, drawing.again),
            (FIRST, drawing.first),
            (MORE, drawing.more),
        ];
        if self.shown.slots.borrow().is_empty() {
            if drawn.iter().all(|(_, tree)| tree.as_str().is_empty()) {
                return;
            }
            self.mount();
        }
        for (name, value) in &drawing.dress {
            self.natives.dress(name, value);
        }
        for (slot, tree) in &drawn {
            if self.shown.keep(*slot, tree.as_str()) {
                self.natives.draw(*slot, tree.as_str());
            }
        }
        if self.shown.said.take() {
            self.natives.draw(SAID, drawing.saved.as_str());
        }
    }

    fn mount(&self) {
        let mode = match self.root {
            Root::Open => "open",
            Root::Closed => "closed",
        };
        let mut frame = Tree::default();
        frame.put("<div;<div;>;<div;>;<div;>;<div;@role=status;>;>;", &[]);
        let listener: &Function = self.listener.as_ref().unchecked_ref();
        self.natives.mount(mode, frame.as_str(), listener);
        self.shown
            .slots
            .replace(vec![String::new(); SLOTS as usize]);
    }
}

impl Shown {
    /// Remembers what a slot shows; is it news? No borrow is left when the page is touched, because
    /// moving the focus runs listeners of the page, which may call us again.
    fn keep(&self, slot: u32, tree: &str) -> bool {
        let mut slots = self.slots.borrow_mut();
        let Some(drawn) = slots.get_mut(slot as usize) else {
            return false;
        };
        let news = drawn.as_str() != tree;
        if news {
            tree.clone_into(drawn);
        }
        news
    }
}

impl core::fmt::Debug for Banner {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("Banner")
    }
}

// The slots in document order, as `mount` makes them: whoever tabs into the page meets the first
// layer first.
const FIRST: u32 = 0;
const MORE: u32 = 1;
const AGAIN: u32 = 2;
const SAID: u32 = 3;
const SLOTS: u32 = 4;
