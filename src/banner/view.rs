//! What is to be on the screen, as one plain value.
//!
//! The gate writes it as one text ([`Screen`](super::Screen)), the interface reads it here; both are of
//! one build, so the text needs no version. It derives nothing and copies nothing: the words stay
//! where they are, in that text.
//!
//! The text is [`Steps`](super::Steps). The first step is one digit for each of what there are few
//! of, in the order of [`View::read`], and behind them the file with the language's texts, for who fetches it; in
//! the others the first character says what they are:
//!
//! | | what |
//! |---|---|
//! | `h` `l` | who asks; the language of the texts |
//! | `p` `i` `n` | the privacy policy, the imprint, why the visitor is asked again |
//! | `m` | the next text of the language's file; they come in the order of [`Key::ALL`](super::Key::ALL) |
//! | `e` | a service that is asked for alone |
//! | `w5=…` `b…=…` `a…` `@…` | the owner's words for the fifth text; colours; a link's text, its address |
//! | `q` | what the page calls the frame in whose place this stands |
//! | `c` `g` `t` `x` | a category; that it is granted, its title, its text |
//! | `s` `j` `y` | a service of it; its id, that it is granted |
//! | `f` `v` `k` `d` `o` `u` | purpose, provider, a name it stores, retention, transfer, policy |

use super::Texts;
use super::steps::END;
use crate::config::{Layout, Position, Theme};
use crate::consent::Category;
use crate::decimal;
use crate::regime::{Regime, Signals};

/// The whole interface at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View<'a> {
    /// What stands in the first layer.
    pub first: FirstLayer,
    /// Whether the preferences lie over everything.
    pub preferences: Preferences,
    /// Whether the control that leads back to them is there.
    pub reopen: bool,
    /// Whether it is to be said that a choice was stored.
    pub saved: bool,
    /// The rules in force: they choose the words and the buttons.
    pub regime: Regime,
    /// Who asks: `siteName`, or the page's host.
    pub site: &'a str,
    /// BCP 47 tag of the texts.
    pub language: &'a str,
    /// The words.
    pub texts: Texts<'a>,
    /// The site's privacy policy.
    pub policy_url: Option<&'a str>,
    /// The site's imprint.
    pub imprint_url: Option<&'a str>,
    /// What is offered, in display order, essential among them.
    pub categories: Vec<CategoryView<'a>>,
    /// The signals that are on, honoured, and not overruled by a choice made under them.
    pub signals: Signals,
    /// Why the visitor is asked again, in the owner's words.
    pub revision_note: Option<&'a str>,
    /// Names of the services that are asked for alone; empty when everything is asked for.
    pub new_services: Vec<&'a str>,
    /// The banner's shape.
    pub layout: Layout,
    /// Its place.
    pub position: Position,
    /// Light or dark.
    pub theme: Theme,
    /// The owner's colours by name.
    pub colors: Vec<(&'a str, &'a str)>,
    /// The owner's links: text and address.
    pub links: Vec<(&'a str, &'a str)>,
    /// What the page calls the frame in whose place this stands.
    pub frame_title: &'a str,
}

/// What stands in the first layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstLayer {
    /// Nothing: there is a choice, or the page said `hide()`.
    Hidden,
    /// One line instead of the banner, under Do Not Track.
    Line,
    /// The banner, or the notice of the laxer regimes.
    Banner,
    /// Nothing of the page: this is what stands in the place of a held frame, whose service is the first of the first
    /// category.
    Embed,
}

/// Whether the preferences are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preferences {
    /// They are not.
    Closed,
    /// They are, over whatever the first layer shows.
    Open,
}

/// One category as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryView<'a> {
    /// Which.
    pub category: Category,
    /// The owner's title; else the built-in one.
    pub title: Option<&'a str>,
    /// The owner's text; else the built-in one.
    pub text: Option<&'a str>,
    /// Whether it is granted now: the switch's position. Nothing that isn't granted is ticked
    /// beforehand (CJEU C-673/17, Planet49).
    pub granted: bool,
    /// Who is in it, as far as declared.
    pub services: Vec<ServiceView<'a>>,
}

/// One service as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceView<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its id, the name of its switch.
    pub id: &'a str,
    /// Whether it is granted now.
    pub granted: bool,
    /// What it is for.
    pub purpose: &'a str,
    /// Who runs it.
    pub provider: &'a str,
    /// The names of its cookies and keys.
    pub keys: Vec<&'a str>,
    /// How long it keeps what it stores.
    pub retention: &'a str,
    /// Where data goes.
    pub transfer: &'a str,
    /// Its privacy policy.
    pub policy_url: Option<&'a str>,
}

impl<'a> View<'a> {
    /// Reads what the gate wrote.
    #[must_use]
    pub fn read(text: &'a str) -> Self {
        let mut view = Self::default();
        let mut steps = text.split(END);
        let mut digits = steps.next().unwrap_or_default().bytes();
        let mut digit = || usize::from(digits.next().map_or(u8::MAX, |digit| digit & 15));
        pick(digit(), &FIRST_LAYERS, &mut view.first);
        pick(digit(), &PREFERENCES, &mut view.preferences);
        view.reopen = digit() == 1;
        view.saved = digit() == 1;
        pick(digit(), &Regime::ALL, &mut view.regime);
        pick(digit(), &LAYOUTS, &mut view.layout);
        pick(digit(), &POSITIONS, &mut view.position);
        pick(digit(), &THEMES, &mut view.theme);
        view.signals.dnt = digit() == 1;
        view.signals.gpc = digit() == 1;
        let file = text.split(END).next().and_then(|first| first.get(DIGITS..));
        for step in steps {
            let mut letters = step.chars();
            if let Some(kind) = letters.next() {
                view.take(kind, letters.as_str());
            }
        }
        if file.is_some_and(|tag| !tag.is_empty()) && !view.texts.has_file() {
            // The words could not be had, and so they are English.
            view.language = "en";
        }
        view
    }

    /// Takes in one step.
    fn take(&mut self, kind: char, words: &'a str) {
        match kind {
            'h' => self.site = words,
            'l' => self.language = words,
            'p' => self.policy_url = Some(words),
            'i' => self.imprint_url = Some(words),
            'n' => self.revision_note = Some(words),
            'm' => self.texts.next(words),
            'q' => self.frame_title = words,
            'e' => self.new_services.push(words),
            'a' => self.links.push((words, "")),
            '@' => {
                if let Some((_, url)) = self.links.last_mut() {
                    *url = words;
                }
            }
            'w' | 'b' => {
                let (name, value) = words.split_once('=').unwrap_or_default();
                if kind == 'b' {
                    self.colors.push((name, value));
                } else if let Some(number) = decimal::read(name) {
                    self.texts.put(number as usize, value);
                }
            }
            'c' => self
                .categories
                .extend(Category::from_id(words).map(CategoryView::plain)),
            _ => {
                if let Some(last) = self.categories.last_mut() {
                    last.take(kind, words);
                }
            }
        }
    }
}

impl<'a> CategoryView<'a> {
    /// A category with its built-in words, that isn't granted and has nobody in it.
    #[must_use]
    pub const fn plain(category: Category) -> Self {
        Self {
            category,
            title: None,
            text: None,
            granted: false,
            services: Vec::new(),
        }
    }

    fn take(&mut self, kind: char, words: &'a str) {
        match kind {
            'g' => self.granted = true,
            't' => self.title = Some(words),
            'x' => self.text = Some(words),
            's' => self.services.push(ServiceView {
                name: words,
                ..ServiceView::default()
            }),
            _ => {
                let Some(last) = self.services.last_mut() else {
                    return;
                };
                match kind {
                    'j' => last.id = words,
                    'y' => last.granted = true,
                    'f' => last.purpose = words,
                    'v' => last.provider = words,
                    'k' => last.keys.push(words),
                    'd' => last.retention = words,
                    'o' => last.transfer = words,
                    'u' => last.policy_url = Some(words),
                    _ => {}
                }
            }
        }
    }
}

impl Default for View<'_> {
    fn default() -> Self {
        Self {
            first: FirstLayer::Hidden,
            preferences: Preferences::Closed,
            reopen: false,
            saved: false,
            regime: Regime::OptIn,
            site: "",
            language: "",
            texts: Texts::default(),
            policy_url: None,
            imprint_url: None,
            categories: Vec::new(),
            signals: Signals::default(),
            revision_note: None,
            new_services: Vec::new(),
            layout: Layout::Bar,
            position: Position::Bottom,
            theme: Theme::Auto,
            colors: Vec::new(),
            links: Vec::new(),
            frame_title: "",
        }
    }
}

/// Puts what a digit stands for into its slot.
fn pick<T: Copy>(digit: usize, all: &[T], slot: &mut T) {
    if let Some(found) = all.get(digit) {
        *slot = *found;
    }
}

/// With so many digits a view begins.
const DIGITS: usize = 10;

// In the order in which they are declared: the gate writes a variant's number.
const FIRST_LAYERS: [FirstLayer; 4] = [
    FirstLayer::Hidden,
    FirstLayer::Line,
    FirstLayer::Banner,
    FirstLayer::Embed,
];
const PREFERENCES: [Preferences; 2] = [Preferences::Closed, Preferences::Open];
const LAYOUTS: [Layout; 3] = [Layout::Bar, Layout::Box, Layout::Modal];
const THEMES: [Theme; 3] = [Theme::Auto, Theme::Light, Theme::Dark];
const POSITIONS: [Position; 7] = [
    Position::Top,
    Position::Bottom,
    Position::TopLeft,
    Position::TopRight,
    Position::BottomLeft,
    Position::BottomRight,
    Position::Center,
];

#[cfg(test)]
mod tests {
    use super::{FIRST_LAYERS, LAYOUTS, POSITIONS, PREFERENCES, Preferences, Regime, THEMES, View};

    #[test]
    fn every_list_is_in_the_order_of_its_declaration() {
        for (at, value) in FIRST_LAYERS.into_iter().enumerate() {
            assert_eq!(value as usize, at);
        }
        for (at, value) in PREFERENCES.into_iter().enumerate() {
            assert_eq!(value as usize, at);
        }
        for (at, value) in Regime::ALL.into_iter().enumerate() {
            assert_eq!(value as usize, at);
        }
        for (at, value) in LAYOUTS.into_iter().enumerate() {
            assert_eq!(value as usize, at);
        }
        for (at, value) in POSITIONS.into_iter().enumerate() {
            assert_eq!(value as usize, at);
        }
        for (at, value) in THEMES.into_iter().enumerate() {
            assert_eq!(value as usize, at);
        }
    }

    #[test]
    fn nothing_is_nothing_and_what_nobody_wrote_is_passed_over() {
        assert_eq!(View::read(""), View::default());
        let odd = "91\u{1}?\u{1}s\u{1}gone\u{1}cnonsense\u{1}\u{1}w=\u{1}w999=x\u{1}@x\u{1}b\u{1}";
        let view = View::read(odd);
        assert_eq!(view.preferences, Preferences::Open);
        assert_eq!(view.first, View::default().first);
        assert!(view.categories.is_empty() && view.links.is_empty());
    }
}
