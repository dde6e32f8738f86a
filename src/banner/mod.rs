//! What the visitor is shown, as plain values: what is due, the words, the looks, the trees of elements.
//!
//! Everything here is pure and tested natively, and it is two halves. The gate has [`Screen`], which
//! tells what is due and writes it down as one text, and [`Act`], which reads what the visitor did.
//! The interface is a program of its own, loaded when it is needed: it reads that text as a [`View`] and
//! answers with the text of what is to be put on the page, a [`Drawing`]. It decides nothing.

mod act;
mod drawing;
pub mod languages;
mod layers;
mod screen;
mod steps;
mod text;
mod view;

pub use act::{Act, ServiceSwitch};
pub use drawing::Drawing;
pub use layers::{first_layer, preferences, reopen};
pub use screen::{Asked, Embed, Screen, listed};
pub use steps::Steps;
pub use text::{Key, Texts};
pub use view::{CategoryView, FirstLayer, Preferences, ServiceView, View};
