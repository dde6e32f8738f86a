//! What the shell is to do after an event, and in which order.

use super::Session;
use crate::consent::{Category, CategorySet};
use crate::gate::{Grants, ServiceRef};
use crate::record::{Action, Millis, Record, Source};

/// What is to be done with the stored record.
#[derive(Clone, Debug, PartialEq)]
pub enum Store {
    /// Write this one.
    Write(Record),
    /// Remove it.
    Forget,
}

/// What changed for the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The grants before.
    pub before: Grants,
    /// Categories that are granted now and weren't.
    pub granted: CategorySet,
    /// Categories that were granted and aren't now.
    pub denied: CategorySet,
    /// Services that are granted now and weren't.
    pub services_granted: Vec<ServiceRef>,
    /// Services that were granted and aren't now.
    pub services_denied: Vec<ServiceRef>,
    /// What was done; `None` when nobody did anything (time passed, the configuration changed, the
    /// record was forgotten).
    pub action: Option<Action>,
    /// Where it was done.
    pub source: Source,
}

impl Change {
    /// Was anything let in?
    #[must_use]
    pub fn widens(&self) -> bool {
        !self.granted.is_empty() || !self.services_granted.is_empty()
    }

    /// Was anything taken back?
    #[must_use]
    pub fn narrows(&self) -> bool {
        !self.denied.is_empty() || !self.services_denied.is_empty()
    }

    /// Does the visitor look at what was clicked?
    #[must_use]
    pub const fn is_at_hand(&self) -> bool {
        matches!(
            self.source,
            Source::Banner | Source::Preferences | Source::Placeholder
        )
    }
}

/// What the shell does, after its borrow of the session has ended, from top to bottom: store, tell
/// (before anything is released), clear what is refused, hold again, release, show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effects {
    /// What to store.
    pub store: Option<Store>,
    /// What to tell the page.
    pub change: Option<Change>,
    /// May something be released, or must something be held again?
    pub regrade: bool,
    /// Has what the interface should show changed?
    pub show: bool,
}

impl Effects {
    /// Nothing happened.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }
}

impl Session {
    /// Derives the grants anew and tells what follows from the difference.
    pub(super) fn settle(
        &mut self,
        now: Millis,
        action: Option<Action>,
        source: Source,
        store: Option<Store>,
    ) -> Effects {
        self.as_of = now;
        let after = self.derive(now);
        let before = core::mem::replace(&mut self.grants, after);
        if before == self.grants && store.is_none() {
            // A record of another tab may change what is shown although it grants the same.
            return Effects {
                show: true,
                ..Effects::none()
            };
        }
        let after = &self.grants;
        let (services_granted, services_denied) = self.services_between(&before, after);
        let change = Change {
            granted: after.categories.difference(before.categories),
            denied: before.categories.difference(after.categories),
            services_granted,
            services_denied,
            before,
            action,
            source,
        };
        Effects {
            store,
            change: Some(change),
            regrade: true,
            show: true,
        }
    }

    /// The services with an answer of their own, before or after, whose state differs.
    fn services_between(
        &self,
        before: &Grants,
        after: &Grants,
    ) -> (Vec<ServiceRef>, Vec<ServiceRef>) {
        let mut named = Vec::new();
        for grants in [before, after] {
            for (service, _) in &grants.services {
                if let Err(at) = named.binary_search(service) {
                    named.insert(at, *service);
                }
            }
        }
        let (mut granted, mut denied) = (Vec::new(), Vec::new());
        for service in named {
            let category = self
                .gate
                .service_category(service)
                .unwrap_or(Category::Marketing);
            match (
                before.allows(Some(service), category),
                after.allows(Some(service), category),
            ) {
                (false, true) => granted.push(service),
                (true, false) => denied.push(service),
                (true, true) | (false, false) => {}
            }
        }
        (granted, denied)
    }
}
