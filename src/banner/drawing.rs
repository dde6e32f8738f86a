//! Everything that a view comes to on the page, as text.
//!
//! ```
//! use consent_gate::banner::{Drawing, View};
//! let drawing = Drawing::of(&View::default());
//! assert!(drawing.first.as_str().is_empty() && drawing.reopen.as_str().is_empty());
//! ```

use super::languages::base;
use super::steps::NEXT;
use super::{Key, Preferences, Steps, View, first_layer, preferences, reopen};
use crate::config::Theme;
use crate::palette::{Color, Palette, Shade};

/// One state of the interface, ready to be put on the page.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Drawing {
    /// Attributes of the frame, and style properties: language, direction, theme, the owner's
    /// colours; `moved` names those that could not be read and were moved until they can.
    pub dress: Steps,
    /// The reopen control.
    pub reopen: Steps,
    /// The first layer.
    pub first: Steps,
    /// The preferences.
    pub more: Steps,
    /// What is said once a choice is stored.
    pub saved: Steps,
}

impl Drawing {
    /// What `view` comes to.
    #[must_use]
    pub fn of(view: &View<'_>) -> Self {
        let mut drawing = Self {
            first: first_layer(view),
            reopen: reopen(view),
            ..Self::default()
        };
        if view.preferences == Preferences::Open {
            drawing.more = preferences(view);
        }
        if view.saved {
            let saved = view.texts.of(Key::Saved);
            drawing.saved.put("<p;@class=said;\"$;>;", &[saved]);
        }
        let theme = match view.theme {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        let dress = [view.language, direction(view.language), theme];
        drawing.dress.put("lang=$;dir=$;class=$;", &dress);
        drawing.paint(view);
        drawing
    }

    /// All of it as one text, in the order in which it is drawn: the reopen control before what may
    /// disappear, because the focus goes there from what had it.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::from(self.dress.as_str());
        for part in [&self.reopen, &self.first, &self.more, &self.saved] {
            text.push(NEXT);
            text.push_str(part.as_str());
        }
        text
    }

    /// The owner's colours, if any; without them the style sheet's hold.
    fn paint(&mut self, view: &View<'_>) {
        let mut colors = Vec::new();
        for (name, text) in &view.colors {
            if let Some(color) = Color::parse(text) {
                colors.push((*name, color));
            }
        }
        if colors.is_empty() {
            return;
        }
        // An owner's colours are for the light theme, unless there is only the other one. What becomes of them
        // in the dark is a matter of course, and no mistake.
        let chosen = if view.theme == Theme::Dark {
            Shade::Dark
        } else {
            Shade::Light
        };
        let mut moved = String::new();
        for (shade, prefix) in [(Shade::Light, "light"), (Shade::Dark, "dark")] {
            let palette = Palette::new(shade, &colors);
            for (name, color) in palette.named() {
                self.dress.put("--$-$=$;", &[prefix, name, &color.css()]);
            }
            for (name, color) in palette.adjusted {
                if shade == chosen {
                    let comma = if moved.is_empty() { "" } else { ", " };
                    for part in [comma, name, " (now ", &color.css(), ")"] {
                        moved.push_str(part);
                    }
                }
            }
        }
        if !moved.is_empty() {
            self.dress.put("moved=$;", &[&moved]);
        }
    }
}

/// The reading direction of a language: from the right for Arabic, Hebrew, Persian, Urdu and the others
/// that are written so (their script subtags too).
fn direction(language: &str) -> &'static str {
    let primary = base(language);
    let from_the_right = "ar he fa ur ps yi dv ckb ug sd iw"
        .split(' ')
        .any(|tag| primary.eq_ignore_ascii_case(tag));
    if from_the_right { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::{Drawing, Theme, View, direction};

    #[test]
    fn languages_written_from_the_right() {
        for tag in ["ar", "he-IL", "FA", "ur-Arab-PK"] {
            assert_eq!(direction(tag), "rtl", "{tag}");
        }
        for tag in ["en", "", "arn", "de-AT", "tr"] {
            assert_eq!(direction(tag), "ltr", "{tag}");
        }
    }

    #[test]
    fn all_parts_travel_in_one_text() {
        let mut view = View {
            language: "fa",
            reopen: true,
            saved: true,
            ..View::default()
        };
        let text = Drawing::of(&view).text();
        let parts: Vec<&str> = text.split('\u{2}').collect();
        let [dress, reopen, first, more, saved] = parts.as_slice() else {
            panic!("{parts:?}")
        };
        assert_eq!(*dress, "lang=fa\u{1}dir=rtl\u{1}class=auto\u{1}");
        assert!(reopen.contains("data-act=choose") && saved.contains("Your choice is saved."));
        assert_eq!((*first, *more), ("", ""));
        view.colors = vec![("accent", "#ff0"), ("text", "nonsense")];
        let painted = Drawing::of(&view).dress;
        assert!(painted.as_str().contains("--dark-accent-text=#"));
        assert!(
            painted
                .as_str()
                .contains("\u{1}moved=accent (now #979700)\u{1}"),
            "{painted:?}"
        );
        // A dark blue is lighter in the dark, and that is all.
        view.colors = vec![("accent", "#0a58ca")];
        let painted = Drawing::of(&view).dress;
        assert!(!painted.as_str().contains("moved"), "{painted:?}");
        view.theme = Theme::Dark;
        let painted = Drawing::of(&view).dress;
        assert!(painted.as_str().contains("moved=accent"), "{painted:?}");
    }
}
