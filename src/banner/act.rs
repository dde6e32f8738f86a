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
//!     Act::read("opt-out", "", &offered, &[]),
//!     Some(Act::Choose(Choice::Set(vec![(Category::Marketing, false)], vec![])))
//! );
//! ```

use crate::consent::Category;
use crate::gate::ServiceRef;
use crate::session::Choice;
use crate::words;

/// A service that has a switch of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceSwitch {
    /// Which.
    pub service: ServiceRef,
    /// Its id, the switch's name.
    pub id: String,
    /// The category it stands in.
    pub category: Category,
    /// Whether it is granted now.
    pub granted: bool,
}

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
    /// The act behind a button's name; `switches` holds the ids of the switches that were drawn, separated by spaces, with `!`
    /// before those that are off, `offered` the categories with what is in force, `services` those with a switch.
    ///
    /// What is saved is only what was changed: setting a category clears its services' own answers,
    /// and a switch that stayed where it was says nothing about them. A service gets an answer of its own
    /// where its switch stands otherwise than what would follow without one. The *OK* of a notice saves so
    /// what is in force already; it never widens what a signal denies.
    #[must_use]
    pub fn read(
        name: &str,
        switches: &str,
        offered: &[(Category, bool)],
        services: &[ServiceSwitch],
    ) -> Option<Self> {
        let choice = match words::position(NAMES, name)? {
            0 => Choice::AcceptAll,
            1 => Choice::RejectAll,
            2 => Choice::AcceptNew,
            3 => Choice::RejectNew,
            4 => Choice::Dismiss,
            5 => return Some(Self::OpenPreferences),
            6 => return Some(Self::ClosePreferences),
            how => {
                // One that was not drawn has said nothing: it came to be known since.
                let position = |id: &str, now: bool| {
                    let off = ["!", id].concat();
                    let is_on = words::position(switches, id).is_some();
                    is_on || (now && words::position(switches, &off).is_none())
                };
                let mut changed = Vec::new();
                for (category, now) in offered {
                    let wanted = match how {
                        SAVE => position(category.id(), *now),
                        // California Civ. Code 1798.135: the link opts out of sale and sharing, which
                        // is what marketing stands for; the other categories stay as they are.
                        OPT_OUT => *now && *category != Category::Marketing,
                        _ => *now,
                    };
                    if wanted != *now {
                        changed.push((*category, wanted));
                    }
                }
                let mut own = Vec::new();
                for switch in services.iter().filter(|_| how == SAVE) {
                    let category = changed.iter().find(|(known, _)| *known == switch.category);
                    let follows = category.map_or(switch.granted, |(_, answer)| *answer);
                    let wanted = position(&switch.id, follows);
                    if wanted != follows {
                        own.push((switch.service, wanted));
                    }
                }
                Choice::Set(changed, own)
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
    use super::{Act, ServiceSwitch};
    use crate::consent::Category;
    use crate::gate::ServiceRef;
    use crate::session::Choice;

    const OFFERED: [(Category, bool); 2] =
        [(Category::Analytics, true), (Category::Marketing, false)];

    #[test]
    fn ok_keeps_what_is_in_force() {
        assert_eq!(
            Act::read("ok", "marketing", &OFFERED, &[]),
            Some(Act::Choose(Choice::Set(Vec::new(), Vec::new())))
        );
    }

    #[test]
    fn save_takes_the_switches_that_were_moved_and_only_what_was_offered() {
        assert_eq!(
            Act::read("save", "marketing functional !analytics", &OFFERED, &[]),
            Some(Act::Choose(Choice::Set(
                vec![(Category::Analytics, false), (Category::Marketing, true)],
                Vec::new()
            )))
        );
        assert_eq!(
            Act::read("save", "analytics !marketing ", &OFFERED, &[]),
            Some(Act::Choose(Choice::Set(Vec::new(), Vec::new())))
        );
    }

    #[test]
    fn to_opt_out_takes_marketing_back_and_grants_nothing() {
        let opt_out =
            |offered: &[(Category, bool)]| Act::read("opt-out", "analytics", offered, &[]);
        let choice = |changed| Some(Act::Choose(Choice::Set(changed, Vec::new())));
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
            assert_eq!(Act::read(name, "marketing", &OFFERED, &[]), None);
        }
    }

    #[test]
    fn a_service_gets_an_answer_of_its_own_only_where_it_differs() {
        let switch = |at, id: &str, category, granted| ServiceSwitch {
            service: ServiceRef::Own(at),
            id: id.to_owned(),
            category,
            granted,
        };
        let services = [
            switch(0, "counter", Category::Analytics, true),
            switch(1, "maps", Category::Marketing, false),
            switch(2, "ads", Category::Marketing, false),
        ];
        // As the ear tells it: every switch, those that are off with a sign.
        let save = |on: &str| {
            let mut switches = String::new();
            for id in ["analytics", "marketing", "counter", "maps", "ads"] {
                let sign = if on.split(' ').any(|one| one == id) {
                    ""
                } else {
                    "!"
                };
                switches.push_str(&[sign, id, " "].concat());
            }
            Act::read("save", &switches, &OFFERED, &services)
        };
        let set = |categories: &[_], own: &[_]| {
            Some(Act::Choose(Choice::Set(categories.to_vec(), own.to_vec())))
        };
        // As it was.
        assert_eq!(save("analytics counter"), set(&[], &[]));
        // One of a granted category is refused, one of a refused category is let in.
        assert_eq!(
            save("analytics maps"),
            set(
                &[],
                &[(ServiceRef::Own(0), false), (ServiceRef::Own(1), true)]
            )
        );
        // With its category on, only the one that stays off needs a word; and the other way round.
        assert_eq!(
            save("analytics counter marketing maps"),
            set(
                &[(Category::Marketing, true)],
                &[(ServiceRef::Own(2), false)]
            )
        );
        assert_eq!(
            save("counter"),
            set(
                &[(Category::Analytics, false)],
                &[(ServiceRef::Own(0), true)]
            )
        );
        // What was seen only after the switches were drawn follows its category.
        let unseen = Act::read("save", "analytics !marketing", &OFFERED, &services);
        assert_eq!(unseen, set(&[], &[]));
        let unseen = Act::read("save", "!analytics marketing", &OFFERED, &services);
        assert_eq!(
            unseen,
            set(
                &[(Category::Analytics, false), (Category::Marketing, true)],
                &[]
            )
        );
        // Nothing of it counts for another button.
        assert_eq!(Act::read("ok", "maps", &OFFERED, &services), set(&[], &[]));
    }
}
