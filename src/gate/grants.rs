//! What is granted at one moment, in the form that `Gate::decide` asks.

use crate::consent::{Category, CategorySet};

/// A service as the gate names it: an index, so that a decision allocates nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServiceRef {
    /// The n-th of the owner's services.
    Own(u16),
    /// The n-th of the built-in services.
    BuiltIn(u16),
}

/// What is granted now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants {
    /// The categories that are granted; essential always is.
    pub categories: CategorySet,
    /// The categories for which an answer exists (a valid record or a signal). What is held outside
    /// of them is undecided: its calls wait instead of failing.
    pub settled: CategorySet,
    /// Services with an answer of their own, sorted.
    pub services: Vec<(ServiceRef, bool)>,
}

impl Grants {
    /// Nothing but essential, nothing settled: what holds before anything is known.
    pub const NONE: Self = Self {
        categories: CategorySet::ESSENTIAL,
        settled: CategorySet::ESSENTIAL,
        services: Vec::new(),
    };

    /// The service's own answer, if it has one.
    #[must_use]
    pub fn own_answer(&self, service: ServiceRef) -> Option<bool> {
        let at = self
            .services
            .binary_search_by(|(known, _)| known.cmp(&service))
            .ok()?;
        self.services.get(at).map(|(_, answer)| *answer)
    }

    /// Is `service`, which belongs to `category`, granted? Its own answer, else its category's.
    #[must_use]
    pub fn allows(&self, service: Option<ServiceRef>, category: Category) -> bool {
        service
            .and_then(|service| self.own_answer(service))
            .unwrap_or_else(|| self.categories.contains(category))
    }

    /// Has the visitor, or a signal, answered for it?
    #[must_use]
    pub fn is_settled(&self, service: Option<ServiceRef>, category: Category) -> bool {
        self.settled.contains(category)
            || service.is_some_and(|service| self.own_answer(service).is_some())
    }
}
