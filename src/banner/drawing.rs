//! Everything that a view model comes to on the page, as text that owns itself.
//!
//! The page is touched only after this is made and the session was let go of: moving the focus runs
//! listeners of the page, and they may call us again.
//!
//! ```ignore
//! let drawing = Drawing::of(&view);
//! banner.render(drawing);
//! ```

use super::{Key, Preferences, Tree, ViewModel, first_layer, preferences, reopen};
use crate::config::Theme;
use crate::consent::Category;
use crate::palette::{Color, Palette, Shade};

/// One state of the interface, ready to be put on the page.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Drawing {
    /// The first layer.
    pub first: Tree,
    /// The preferences.
    pub more: Tree,
    /// The reopen control.
    pub again: Tree,
    /// What is said once a choice is stored.
    pub saved: Tree,
    /// Attributes of the frame, and style properties: language, direction, theme, the owner's
    /// colours.
    pub dress: Vec<(String, String)>,
    /// What is offered, with what is in force; essential is not asked for.
    pub offered: Vec<(Category, bool)>,
}

impl Drawing {
    /// What `view` comes to.
    #[must_use]
    pub fn of(view: &ViewModel<'_>) -> Self {
        let mut drawing = Self {
            first: first_layer(view),
            again: reopen(view),
            ..Self::default()
        };
        if view.preferences == Preferences::Open {
            drawing.more = preferences(view);
        }
        let saved = view.texts.of(Key::Saved);
        drawing.saved.put("<p;@class=said;\"$;>;", &[saved]);
        for offered in &view.categories {
            if offered.category != Category::Essential {
                drawing.offered.push((offered.category, offered.granted));
            }
        }
        let theme = match view.look.theme {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        drawing.dress("", "lang", view.language);
        drawing.dress("", "dir", view.direction.id());
        drawing.dress("", "class", theme);
        drawing.paint(view);
        drawing
    }

    /// The owner's colours, if any; without them the style sheet's hold.
    fn paint(&mut self, view: &ViewModel<'_>) {
        let mut colors = Vec::new();
        for (name, text) in &view.look.colors {
            if let Some(color) = Color::parse(text) {
                colors.push((*name, color));
            }
        }
        if colors.is_empty() {
            return;
        }
        for (shade, prefix) in [(Shade::Light, "--light-"), (Shade::Dark, "--dark-")] {
            for (name, color) in Palette::new(shade, &colors).named() {
                self.dress(prefix, name, &color.css());
            }
        }
    }

    fn dress(&mut self, prefix: &str, name: &str, value: &str) {
        let mut whole = String::from(prefix);
        whole.push_str(name);
        self.dress.push((whole, value.to_owned()));
    }
}
