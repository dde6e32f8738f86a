//! What the visitor did in the interface, in the session's words.
//!
//! It knows the names that buttons carry in `data-act`, and nothing of what an act changes.
//!
//! ```
//! use consent_gate::banner::Act;
//! use consent_gate::consent::Category;
//! let offered = [(Category::Analytics, true), (Category::Marketing, true)];
//! assert_eq!(
//!     Act::read("opt-out", "", &offered),
//!     Some(Act::Save(vec![(Category::Analytics, true), (Category::Marketing, false)]))
//! );
//! ```

use crate::consent::Category;

/// One act of the visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Everything offered is accepted.
    AcceptAll,
    /// Everything but essential is refused.
    RejectAll,
    /// A choice for each offered category (essential is never in it). The *OK* of a notice is this
    /// too, with what is in force already: it must never widen what a signal denies.
    Save(Vec<(Category, bool)>),
    /// The new services, asked for alone, are accepted; nothing else changes.
    AcceptNew,
    /// The new services, asked for alone, are refused; nothing else changes.
    RejectNew,
    /// The first layer was closed by its button or by Escape: a refusal.
    Dismiss,
    /// *Choose*, the reopen control.
    OpenPreferences,
    /// Closed without saving; unsaved switches are forgotten.
    ClosePreferences,
    /// The first layer is to be shown again.
    OpenBanner,
}

impl Act {
    /// The act behind a button's name; `checked` holds the ids of the switches that are on,
    /// separated by spaces, `offered` the categories with what is in force.
    #[must_use]
    pub fn read(name: &str, checked: &str, offered: &[(Category, bool)]) -> Option<Self> {
        let save = |granted: &dyn Fn(Category, bool) -> bool| {
            let answer = |&(category, now): &(Category, bool)| (category, granted(category, now));
            Self::Save(offered.iter().map(answer).collect())
        };
        Some(match name {
            "accept" => Self::AcceptAll,
            "reject" => Self::RejectAll,
            "accept-new" => Self::AcceptNew,
            "reject-new" => Self::RejectNew,
            "dismiss" => Self::Dismiss,
            "choose" => Self::OpenPreferences,
            "close" => Self::ClosePreferences,
            "ok" => save(&|_, now| now),
            // California Civ. Code 1798.135: the link opts out of sale and sharing, which is what
            // marketing stands for; the other categories stay as they are.
            "opt-out" => save(&|category, now| now && category != Category::Marketing),
            "save" => save(&|category, _| checked.split(' ').any(|id| id == category.id())),
            _ => return None,
        })
    }

    /// Does the act end in a stored choice, so that the visitor is told that it was saved?
    #[must_use]
    pub const fn is_choice(&self) -> bool {
        match self {
            Self::AcceptAll
            | Self::RejectAll
            | Self::Save(_)
            | Self::AcceptNew
            | Self::RejectNew
            | Self::Dismiss => true,
            Self::OpenPreferences | Self::ClosePreferences | Self::OpenBanner => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Act;
    use crate::consent::Category;

    const OFFERED: [(Category, bool); 2] =
        [(Category::Analytics, true), (Category::Marketing, false)];

    #[test]
    fn ok_keeps_what_is_in_force() {
        assert_eq!(
            Act::read("ok", "marketing", &OFFERED),
            Some(Act::Save(OFFERED.to_vec()))
        );
    }

    #[test]
    fn save_takes_the_switches_and_only_what_was_offered() {
        assert_eq!(
            Act::read("save", "marketing functional", &OFFERED),
            Some(Act::Save(vec![
                (Category::Analytics, false),
                (Category::Marketing, true)
            ]))
        );
    }

    #[test]
    fn an_unknown_name_is_no_act() {
        for name in ["", "Accept", "accept ", "grant"] {
            assert_eq!(Act::read(name, "marketing", &OFFERED), None);
        }
    }
}
