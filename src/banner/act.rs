//! What the visitor did in the interface, in the session's words.
//!
//! It knows the names that buttons carry in `data-act`, and nothing of what a choice changes.
//!
//! ```
//! use consent_gate::banner::Act;
//! use consent_gate::consent::Category;
//! use consent_gate::session::Choice;
//! let offered = [(Category::Analytics, true), (Category::Marketing, true)];
//! assert_eq!(
//!     Act::read("opt-out", "", &offered),
//!     Some(Act::Choose(Choice::Set(vec![(Category::Marketing, false)])))
//! );
//! ```

use crate::consent::Category;
use crate::session::Choice;
use crate::words;

/// One act of the visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// A choice, which is stored.
    Choose(Choice),
    /// *Choose*, the reopen control.
    OpenPreferences,
    /// Closed without saving; unsaved switches are forgotten.
    ClosePreferences,
}

impl Act {
    /// The act behind a button's name; `checked` holds the ids of the switches that are on,
    /// separated by spaces, `offered` the categories with what is in force.
    ///
    /// What is saved is only what was changed: setting a category clears its services' own answers,
    /// and a switch that stayed where it was says nothing about them. The *OK* of a notice saves so
    /// what is in force already; it never widens what a signal denies.
    #[must_use]
    pub fn read(name: &str, checked: &str, offered: &[(Category, bool)]) -> Option<Self> {
        let choice = match words::position(NAMES, name)? {
            0 => Choice::AcceptAll,
            1 => Choice::RejectAll,
            2 => Choice::AcceptNew,
            3 => Choice::RejectNew,
            4 => Choice::Dismiss,
            5 => return Some(Self::OpenPreferences),
            6 => return Some(Self::ClosePreferences),
            how => {
                let mut changed = Vec::new();
                for (category, now) in offered {
                    let wanted = match how {
                        SAVE => words::position(checked, category.id()).is_some(),
                        // California Civ. Code 1798.135: the link opts out of sale and sharing, which
                        // is what marketing stands for; the other categories stay as they are.
                        OPT_OUT => *now && *category != Category::Marketing,
                        _ => *now,
                    };
                    if wanted != *now {
                        changed.push((*category, wanted));
                    }
                }
                Choice::Set(changed)
            }
        };
        Some(Self::Choose(choice))
    }
}

/// The names, in the order of the numbers above.
const NAMES: &str = "accept reject accept-new reject-new dismiss choose close save opt-out ok";
const SAVE: usize = 7;
const OPT_OUT: usize = 8;

#[cfg(test)]
mod tests {
    use super::Act;
    use crate::consent::Category;
    use crate::session::Choice;

    const OFFERED: [(Category, bool); 2] =
        [(Category::Analytics, true), (Category::Marketing, false)];

    #[test]
    fn ok_keeps_what_is_in_force() {
        assert_eq!(
            Act::read("ok", "marketing", &OFFERED),
            Some(Act::Choose(Choice::Set(Vec::new())))
        );
    }

    #[test]
    fn save_takes_the_switches_that_were_moved_and_only_what_was_offered() {
        assert_eq!(
            Act::read("save", "marketing functional", &OFFERED),
            Some(Act::Choose(Choice::Set(vec![
                (Category::Analytics, false),
                (Category::Marketing, true)
            ])))
        );
        assert_eq!(
            Act::read("save", "analytics ", &OFFERED),
            Some(Act::Choose(Choice::Set(Vec::new())))
        );
    }

    #[test]
    fn to_opt_out_takes_marketing_back_and_grants_nothing() {
        let opt_out = |offered: &[(Category, bool)]| Act::read("opt-out", "analytics", offered);
        let choice = |changed| Some(Act::Choose(Choice::Set(changed)));
        assert_eq!(opt_out(&OFFERED), choice(Vec::new()));
        let marketing = [(Category::Marketing, true), (Category::Analytics, false)];
        assert_eq!(
            opt_out(&marketing),
            choice(vec![(Category::Marketing, false)])
        );
    }

    #[test]
    fn an_unknown_name_is_no_act() {
        for name in ["", "Accept", "accept ", "grant", "save opt-out"] {
            assert_eq!(Act::read(name, "marketing", &OFFERED), None);
        }
    }
}
