//! What the visitor is shown, as plain values: the words, the looks, and the tree of elements.
//!
//! Everything here is pure and tested natively: a [`ViewModel`] goes in, the text of a tree comes
//! out ([`Drawing`]), and `browser::banner` puts it on the page. It refuses
//! to know the session, the clock and the page: what is granted arrives as a value, what the
//! visitor does leaves as an [`Act`].

mod act;
mod drawing;
mod layers;
mod text;
mod tree;
mod view;

pub use act::Act;
pub use drawing::Drawing;
pub use layers::{first_layer, preferences, reopen};
pub use text::{Key, Texts};
pub use tree::{Tree, is_safe_link};
pub use view::{CategoryView, Direction, FirstLayer, Preferences, ViewModel};
