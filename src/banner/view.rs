//! What is to be on the screen, as one plain value.
//!
//! The shell fills it from the session and the configuration after every change and hands it over;
//! drawing the same value twice changes nothing. It derives nothing itself, and copies nothing: the
//! words stay where they are.

use super::Texts;
use crate::config;
use crate::consent::{Category, Service};
use crate::regime::{Regime, Signals};

/// The whole interface at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewModel<'a> {
    /// What stands in the first layer.
    pub first: FirstLayer,
    /// Whether the preferences lie over everything.
    pub preferences: Preferences,
    /// The rules in force: they choose the words and the buttons.
    pub regime: Regime,
    /// Who asks: `siteName`, or the page's host.
    pub site: &'a str,
    /// BCP 47 tag of the texts.
    pub language: &'a str,
    /// Reading direction of that language.
    pub direction: Direction,
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
    /// Layout, position, theme, colours, the reopen control, the owner's links.
    pub look: &'a config::Banner,
}

/// What stands in the first layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstLayer {
    /// Nothing: there is a choice, or the page said `hide()`. The reopen control may show.
    Hidden,
    /// One line instead of the banner, under Do Not Track.
    Line,
    /// The banner, or the notice of the laxer regimes.
    Banner,
}

/// Whether the preferences are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preferences {
    /// They are not.
    Closed,
    /// They are, over whatever the first layer shows.
    Open,
}

/// Reading direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Left to right.
    Ltr,
    /// Right to left.
    Rtl,
}

impl Direction {
    /// The direction of a language: Arabic, Hebrew, Persian, Urdu and the others that are written
    /// from the right (their script subtags too).
    #[must_use]
    pub fn of(language: &str) -> Self {
        let primary = language.split('-').next().unwrap_or_default();
        let from_the_right = "ar he fa ur ps yi dv ckb ug sd iw"
            .split(' ')
            .any(|tag| primary.eq_ignore_ascii_case(tag));
        if from_the_right { Self::Rtl } else { Self::Ltr }
    }

    /// As the `dir` attribute spells it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
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
    pub services: Vec<&'a Service>,
}

#[cfg(test)]
mod tests {
    use super::Direction;

    #[test]
    fn languages_written_from_the_right() {
        for tag in ["ar", "he-IL", "FA", "ur-Arab-PK"] {
            assert_eq!(Direction::of(tag), Direction::Rtl, "{tag}");
        }
        for tag in ["en", "", "arn", "de-AT", "tr"] {
            assert_eq!(Direction::of(tag), Direction::Ltr, "{tag}");
        }
    }
}
