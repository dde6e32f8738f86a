//! What is granted at a moment: from record, signals, regime and offer to [`Grants`].

use super::Session;
use crate::consent::{Category, CategorySet};
use crate::gate::{Grants, ServiceRef};
use crate::record::{Millis, Record};
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
        if record.revision == revision && now < end_of(record, days) {
            Self::Valid(record)
        } else {
            Self::Stale(record)
        }
    }
}

/// When a record ends. An owner who shortens the time (`days`) shortens it for choices that were made before, too.
pub(super) fn end_of(record: &Record, days: Option<u32>) -> Millis {
    let days = days.unwrap_or_else(|| default_days(record.regime));
    record
        .expires
        .min(record.at.saturating_add(u64::from(days) * DAY))
}

impl<'a> Standing<'a> {
    /// The record, if it counts.
    pub(super) const fn valid(self) -> Option<&'a Record> {
        match self {
            Self::Valid(record) => Some(record),
            Self::Absent | Self::Stale(_) => None,
        }
    }

    /// Is there one that no longer counts?
    pub(super) const fn is_stale(self) -> bool {
        matches!(self, Self::Stale(_))
    }

    /// The categories that it answers for: all that a record offered, if the record counts; of a
    /// stale one the refusals stay, and nothing else does.
    pub(super) const fn answered(self) -> CategorySet {
        match self {
            Self::Absent => CategorySet::EMPTY,
            Self::Stale(record) => record.offered.difference(record.granted),
            Self::Valid(record) => record.offered,
        }
    }

    /// The categories that it grants.
    const fn granted(self) -> CategorySet {
        match self {
            Self::Absent | Self::Stale(_) => CategorySet::EMPTY,
            Self::Valid(record) => record.granted.intersection(record.offered),
        }
    }
}

impl Session {
    /// How far the visitor has answered.
    #[must_use]
    pub fn status(&self, now: Millis) -> Status {
        let asked = self.offered().without(Category::Essential);
        if let Standing::Valid(record) = self.standing(now)
            && !record.unasked
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
    pub(super) fn new_services(&self, standing: Standing<'_>) -> Vec<ServiceRef> {
        let Standing::Valid(record) = standing else {
            return Vec::new();
        };
        if self.regime() != Regime::OptIn {
            return Vec::new();
        }
        let mut new = Vec::new();
        let granted = record.granted.without(Category::Essential);
        for service in self.gate.own_services() {
            if service.category.is_some_and(|own| granted.contains(own))
                && !record.known.contains(&service.id)
                && record.own_answer(service.id.as_str()).is_none()
            {
                new.extend(self.gate.find_service(service.id.as_str()));
            }
        }
        new
    }

    /// What is granted now. The order of the rules for one category:
    /// 1. essential is granted; a category that isn't offered is denied;
    /// 2. a signal denies, unless the visitor answered while it was on: for everything, or for one service, whose
    ///    answer then counts for that service;
    /// 3. a record that counts answers; a stale one keeps its refusals;
    /// 4. else the regime: opt-in denies, the others grant, marketing for minors never.
    pub(super) fn derive(&self, now: Millis) -> Grants {
        self.grants_by(self.standing(now))
    }

    /// What is granted by a record that is worth this.
    pub(super) fn grants_by(&self, standing: Standing<'_>) -> Grants {
        let signal_denies = self.signals_since(standing).denied();
        let answered = standing.answered();
        let unanswered = self.default_grants().difference(answered);
        let open = self.offered().difference(signal_denies);
        let granted = standing.granted().union(unanswered).intersection(open);
        let denied = CategorySet::ALL.difference(open);
        Grants {
            categories: granted.union(CategorySet::ESSENTIAL),
            settled: answered.union(denied).union(CategorySet::ESSENTIAL),
            services: self.own_answers(standing),
        }
    }

    /// The services' own answers, sorted.
    fn own_answers(&self, standing: Standing<'_>) -> Vec<(ServiceRef, bool)> {
        let mut answers = Vec::new();
        let (record, counts) = match standing {
            Standing::Absent => return answers,
            Standing::Stale(record) => (record, false),
            Standing::Valid(record) => (record, true),
        };
        let answerable = self.offered().without(Category::Essential);
        for (id, answer) in &record.services {
            let Some(service) = self.gate.find_service(id.as_str()) else {
                continue;
            };
            // A stale yes is no answer at all; a stale no stands.
            if let Some(category) = self.gate.service_category(service)
                && answerable.contains(category)
                && (counts || !*answer)
            {
                let own = record.own_signals.iter().find(|(known, _)| known == id);
                let seen = own.map_or(record.signals, |(_, signals)| *signals);
                let denied = self.signals().since(seen).denied();
                add_answer(&mut answers, service, *answer && !denied.contains(category));
            }
        }
        for service in self.new_services(standing) {
            add_answer(&mut answers, service, false);
        }
        answers
    }

    /// The signals that deny something now: those that no choice was made under.
    #[must_use]
    pub fn signals_in_force(&self, now: Millis) -> Signals {
        self.signals_since(self.standing(now))
    }

    pub(super) fn signals_since(&self, standing: Standing<'_>) -> Signals {
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

/// Puts an answer in its place; where there are two, a no stands.
fn add_answer(answers: &mut Vec<(ServiceRef, bool)>, service: ServiceRef, granted: bool) {
    let at = answers.partition_point(|(known, _)| *known < service);
    match answers.get_mut(at) {
        Some((known, answer)) if *known == service => *answer &= granted,
        Some(_) | None => answers.insert(at, (service, granted)),
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
