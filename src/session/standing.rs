//! What is granted at a moment: from record, signals, regime and offer to [`Grants`].

use super::Session;
use crate::consent::{Category, CategorySet, Millis, Record, ServiceId};
use crate::gate::{Grants, ServiceRef};
use crate::regime::{Regime, Signals};

/// How far the visitor has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not yet, or no longer.
    Unset,
    /// A record answers for everything that is offered.
    Set,
    /// The browser's signals answer for everything that is offered.
    Signal,
}

impl Status {
    /// Its name in `state()`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Unset => "unset",
            Self::Set => "set",
            Self::Signal => "signal",
        }
    }
}

/// What a stored record is worth now.
#[derive(Clone, Copy, Debug)]
pub(super) enum Standing<'a> {
    /// There is none.
    Absent,
    /// Another revision, or past its time: grants nothing, its refusals stand.
    Stale(&'a Record),
    /// It counts.
    Valid(&'a Record),
}

impl<'a> Standing<'a> {
    pub(super) fn of(
        record: Option<&'a Record>,
        revision: u32,
        days: Option<u32>,
        now: Millis,
    ) -> Self {
        let Some(record) = record else {
            return Self::Absent;
        };
        // An owner who shortens the time shortens it for choices that were made before, too.
        let days = days.unwrap_or_else(|| default_days(record.regime));
        let expires = record
            .expires
            .min(record.at.saturating_add(u64::from(days) * DAY));
        if record.revision == revision && now < expires {
            Self::Valid(record)
        } else {
            Self::Stale(record)
        }
    }
}

impl Session {
    /// How far the visitor has answered.
    #[must_use]
    pub fn status(&self, now: Millis) -> Status {
        let asked = self.offered().without(Category::Essential);
        if let Standing::Valid(record) = self.standing(now)
            && record.offered.covers(asked)
        {
            return Status::Set;
        }
        if !asked.is_empty() && self.signals().denied().covers(asked) {
            return Status::Signal;
        }
        Status::Unset
    }

    /// Is this category granted?
    #[must_use]
    pub const fn has(&self, category: Category) -> bool {
        self.grants.categories.contains(category)
    }

    /// Is this service granted: its own answer, else its category's? A service that the owner
    /// declared so badly that its category can't be read is not.
    #[must_use]
    pub fn has_service(&self, service: ServiceRef) -> bool {
        self.gate
            .service_category(service)
            .is_some_and(|category| self.grants.allows(Some(service), category))
    }

    /// The owner's services inside of a granted category that the visitor was never told of.
    pub(super) fn new_services(&self, now: Millis) -> Vec<ServiceRef> {
        let Standing::Valid(record) = self.standing(now) else {
            return Vec::new();
        };
        if self.regime() != Regime::OptIn {
            return Vec::new();
        }
        let services = self.gate.own_services().iter();
        services
            .filter(|service| {
                service.category.is_some_and(|category| {
                    category != Category::Essential && record.granted.contains(category)
                })
            })
            .filter(|service| !record.known.contains(&service.id))
            .filter(|service| record.own_answer(&service.id).is_none())
            .filter_map(|service| self.gate.find_service(service.id.as_str()))
            .collect()
    }

    /// What is granted now. The order of the rules for one category:
    /// 1. essential is granted; a category that isn't offered is denied;
    /// 2. a signal denies, unless the visitor answered while it was on;
    /// 3. a record that counts answers; a stale one keeps its refusals;
    /// 4. else the regime: opt-in denies, the others grant, marketing for minors never.
    pub(super) fn derive(&self, now: Millis) -> Grants {
        let standing = self.standing(now);
        let mut grants = Grants::NONE;
        let unanswered = self.default_grants();
        let signal_denies = self.signals_since(standing).denied();
        for category in Category::ALL {
            let (granted, settled) = if category == Category::Essential {
                (true, true)
            } else if !self.offered().contains(category) || signal_denies.contains(category) {
                (false, true)
            } else {
                match standing {
                    Standing::Valid(record) if record.offered.contains(category) => {
                        (record.granted.contains(category), true)
                    }
                    Standing::Stale(record)
                        if record.offered.contains(category)
                            && !record.granted.contains(category) =>
                    {
                        (false, true)
                    }
                    Standing::Absent | Standing::Stale(_) | Standing::Valid(_) => {
                        (unanswered.contains(category), false)
                    }
                }
            };
            if granted {
                grants.categories = grants.categories.with(category);
            }
            if settled {
                grants.settled = grants.settled.with(category);
            }
        }
        grants.services = self.own_answers(standing, signal_denies, now);
        grants
    }

    fn own_answers(
        &self,
        standing: Standing<'_>,
        signal_denies: CategorySet,
        now: Millis,
    ) -> Vec<(ServiceRef, bool)> {
        let (record, counts) = match standing {
            Standing::Absent => return Vec::new(),
            Standing::Stale(record) => (record, false),
            Standing::Valid(record) => (record, true),
        };
        let told = record.services.iter().filter_map(|(id, answer)| {
            let service = self.gate.find_service(id.as_str())?;
            let category = self.gate.service_category(service)?;
            let answerable = category != Category::Essential && self.offered().contains(category);
            let granted = *answer && counts && !signal_denies.contains(category);
            // A stale yes is no answer at all; a stale no stands.
            (answerable && (counts || !*answer)).then_some((service, granted))
        });
        let new = self
            .new_services(now)
            .into_iter()
            .map(|service| (service, false));
        let mut answers: Vec<_> = told.chain(new).collect();
        answers.sort_unstable();
        answers.dedup_by_key(|(service, _)| *service);
        answers
    }

    /// The signals that deny something now: those that no choice was made under.
    #[must_use]
    pub fn signals_in_force(&self, now: Millis) -> Signals {
        self.signals_since(self.standing(now))
    }

    fn signals_since(&self, standing: Standing<'_>) -> Signals {
        match standing {
            Standing::Valid(record) => self.signals().since(record.signals),
            Standing::Absent | Standing::Stale(_) => self.signals(),
        }
    }

    fn default_grants(&self) -> CategorySet {
        match self.regime() {
            Regime::OptIn => CategorySet::ESSENTIAL,
            // Under-16s: sale and sharing need an opt-in (Cal. Civ. Code 1798.120(c)).
            Regime::OptOut | Regime::Notice if self.config.minor => {
                CategorySet::ALL.without(Category::Marketing)
            }
            Regime::OptOut | Regime::Notice => CategorySet::ALL,
        }
    }
}

impl Record {
    /// The service's own answer in this record.
    #[must_use]
    pub fn own_answer(&self, service: &ServiceId) -> Option<bool> {
        self.services
            .iter()
            .find(|(id, _)| id == service)
            .map(|(_, answer)| *answer)
    }
}

/// How long a choice counts: six months where consent is asked for (CNIL's recommendation for yes and
/// no alike), twelve where an opt-out is to be respected (Cal. Civ. Code 1798.135(c)(4)).
pub(super) const fn default_days(regime: Regime) -> u32 {
    match regime {
        Regime::OptIn => 180,
        Regime::OptOut | Regime::Notice => 365,
    }
}

pub(super) const DAY: Millis = 24 * 60 * 60 * 1_000;
