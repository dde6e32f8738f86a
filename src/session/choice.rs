//! One act of the visitor, and the record that comes of it.

use super::standing::{DAY, default_days, end_of};
use super::{Moment, Session};
use crate::config::Api;
use crate::consent::{Category, CategorySet, ServiceId};
use crate::gate::ServiceRef;
use crate::record::{Action, Millis, Record, RecordId, Source};
use crate::regime::{Region, Signals};

/// What the visitor chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Everything that is offered.
    AcceptAll,
    /// Nothing but essential.
    RejectAll,
    /// The first layer was closed: a refusal of what it asked for.
    Dismiss,
    /// The services that are asked for alone are accepted; nothing else changes.
    AcceptNew,
    /// The services that are asked for alone are refused; nothing else changes.
    RejectNew,
    /// An answer for each of these, and then for each of these services; the others keep their state.
    Set(Vec<(Category, bool)>, Vec<(ServiceRef, bool)>),
    /// An answer for one service.
    SetService(ServiceRef, bool),
    /// Consent is taken back.
    Withdraw(Target),
}

/// What consent is taken back from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Everything but essential.
    Everything,
    /// One category.
    Category(Category),
    /// One service.
    Service(ServiceRef),
}

/// What a choice comes to, before it is a record.
struct Outcome {
    granted: CategorySet,
    services: Vec<(ServiceId, bool)>,
    /// The owner's services that the visitor was not told of, nor is now.
    untold: Vec<ServiceRef>,
    about: About,
    action: Action,
}

impl Outcome {
    /// These categories and no others, and no service by itself.
    fn all(&mut self, granted: CategorySet, action: Action) {
        self.granted = granted;
        self.services.clear();
        self.untold.clear();
        self.action = action;
    }
}

/// What a choice is an answer for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// All that is offered, each service that was shown with it.
    Everything,
    /// The services that are asked for alone.
    News,
    /// One service.
    Service(ServiceRef, bool),
}

impl Choice {
    fn about(&self, is_news: bool) -> About {
        match self {
            Self::AcceptNew | Self::RejectNew => About::News,
            Self::Dismiss if is_news => About::News,
            Self::SetService(service, answer) => About::Service(*service, *answer),
            Self::Withdraw(Target::Service(service)) => About::Service(*service, false),
            Self::AcceptAll
            | Self::RejectAll
            | Self::Dismiss
            | Self::Set(..)
            | Self::Withdraw(_) => About::Everything,
        }
    }
}

impl Session {
    /// Would this choice, by a script, let pass what is held now?
    #[must_use]
    pub fn would_widen(&self, choice: Choice, now: Millis) -> bool {
        let id = RecordId(String::new());
        self.record_of(choice, Source::Api, Moment { now, id })
            .action
            == Action::Api
    }

    /// Does this record let pass what is held now?
    fn widens(&self, record: &Record, now: Millis) -> bool {
        let then = self.grants_by(self.standing_of(Some(record), now));
        let mut answered = then.services.iter().chain(&self.grants.services);
        !self.grants.categories.covers(then.categories)
            || answered.any(|(service, _)| {
                self.gate.service_category(*service).is_some_and(|own| {
                    then.allows(Some(*service), own) && !self.grants.allows(Some(*service), own)
                })
            })
    }

    /// The record that `choice` leads to.
    pub(super) fn record_of(&self, choice: Choice, source: Source, moment: Moment) -> Record {
        let now = moment.now;
        let standing = self.standing(now);
        let outcome = self.outcome(choice, source, now);
        let whole = outcome.about == About::Everything;
        let before = self.record.as_ref().filter(|_| !whole);
        let valid = standing.valid().filter(|_| !whole);
        let days = self
            .config
            .consent_days
            .unwrap_or_else(|| default_days(self.regime()));
        // An answer that isn't for everything renews no other, …
        let full = now.saturating_add(u64::from(days) * DAY);
        let expires = before
            .filter(|record| record.expires > now)
            .map_or(full, |record| record.expires.min(full));
        // … and is one to a signal for its own service alone.
        let signals = match valid {
            _ if whole => self.signals(),
            Some(record) => record.signals,
            None => Signals::default(),
        };
        let mut own_signals = valid.map_or_else(Vec::new, |record| record.own_signals.clone());
        if let About::Service(service, answer) = outcome.about
            && let Some(id) = ServiceId::new(self.gate.service_id(service))
        {
            own_signals.retain(|(known, _)| *known != id);
            if answer && self.signals() != signals {
                own_signals.push((id, self.signals()));
            }
        }
        let known = match outcome.about {
            About::Service(..) => before.map_or_else(Vec::new, |record| record.known.clone()),
            About::Everything | About::News => {
                let told = |id: &ServiceId| {
                    let mut untold = outcome.untold.iter();
                    !untold.any(|service| self.gate.service_id(*service) == id.as_str())
                };
                let own = self.gate.own_services().iter().map(|service| &service.id);
                own.filter(|id| told(id)).cloned().collect()
            }
        };
        let mut record = Record {
            id: moment.id,
            revision: self.config.revision,
            at: now,
            expires,
            regime: self.regime(),
            region: self.config.region.map(Region::text),
            language: self.surroundings.language.clone(),
            granted: outcome.granted.with(Category::Essential),
            // The others stay unanswered, and the banner asks on.
            offered: if whole {
                self.offered()
            } else {
                standing.answered()
            },
            unasked: !whole && (standing.is_stale() || before.is_some_and(|record| record.unasked)),
            services: outcome.services,
            known,
            action: outcome.action,
            source,
            signals,
            own_signals,
            previous: self.record.as_ref().map(|record| record.id.clone()),
        };
        if source != Source::Api {
            return record;
        }
        // What a script widened must never pass for a visitor's own act.
        if self.widens(&record, now) {
            record.action = Action::Api;
        } else if self.config.api != Api::Open {
            // Nor may one that must not widen answer with a yes what nobody has answered, …
            let refused = self.offered().difference(record.granted);
            record.offered = standing.answered().union(refused);
            let before = standing.valid().map_or(&[][..], |record| &record.services);
            record.services.retain(|one| !one.1 || before.contains(one));
            // … or make last longer what was granted.
            let granted = record.granted.intersection(record.offered);
            let grants =
                granted != CategorySet::ESSENTIAL || record.services.iter().any(|one| one.1);
            if let Some(valid) = standing.valid().filter(|_| grants) {
                record.expires = full.min(end_of(valid, self.config.consent_days));
            }
        }
        record
    }

    /// What `choice` grants and refuses, beside what counts now.
    fn outcome(&self, choice: Choice, source: Source, now: Millis) -> Outcome {
        let offered = self.offered();
        // A service that is asked for alone shows as refused until it is answered for; that isn't an
        // answer of the visitor's and must not become one.
        let standing = self.standing(now);
        let new = self.new_services(standing);
        let about = choice.about(!new.is_empty());
        // What a signal denies now was not refused: an answer that isn't for everything leaves the others as they were given.
        let given = standing.valid().filter(|_| about != About::Everything);
        let mut outcome = Outcome {
            granted: given
                .map_or(self.grants.categories, |record| record.granted)
                .intersection(offered),
            services: given
                .map_or_else(|| self.kept_answers(&new), |record| record.services.clone()),
            untold: Vec::new(),
            about,
            action: Action::Save,
        };
        match choice {
            Choice::AcceptAll => outcome.all(offered, Action::AcceptAll),
            Choice::RejectAll => outcome.all(CategorySet::ESSENTIAL, Action::RejectAll),
            Choice::Dismiss if new.is_empty() => {
                outcome.all(CategorySet::ESSENTIAL, Action::Dismiss);
            }
            Choice::Dismiss | Choice::RejectNew => {
                for service in &new {
                    self.answer(&mut outcome.services, *service, false);
                }
                if choice == Choice::Dismiss {
                    outcome.action = Action::Dismiss;
                }
            }
            // They are told of now, so they follow their category, which was granted before.
            Choice::AcceptNew => {}
            Choice::Set(answers, own_answers) => {
                outcome.untold = new;
                for (category, answer) in answers {
                    outcome.granted = if answer && offered.contains(category) {
                        outcome.granted.with(category)
                    } else {
                        outcome.granted.without(category)
                    };
                    self.forget_answers(&mut outcome, category);
                }
                for (service, answer) in own_answers {
                    self.answer(&mut outcome.services, service, answer);
                    outcome.untold.retain(|untold| *untold != service);
                }
                // Their switches were shown, and stayed off.
                if source == Source::Preferences {
                    for service in core::mem::take(&mut outcome.untold) {
                        self.answer(&mut outcome.services, service, false);
                    }
                }
            }
            Choice::SetService(service, answer) => {
                self.answer(&mut outcome.services, service, answer);
            }
            Choice::Withdraw(target) => {
                outcome.action = Action::Withdraw;
                match target {
                    Target::Everything => outcome.all(CategorySet::ESSENTIAL, Action::Withdraw),
                    Target::Category(category) => {
                        outcome.untold = new;
                        outcome.granted = outcome.granted.without(category);
                        self.forget_answers(&mut outcome, category);
                    }
                    Target::Service(service) => {
                        self.answer(&mut outcome.services, service, false);
                    }
                }
            }
        }
        outcome
    }

    /// The services' own answers as they count now, without those that were never asked for.
    fn kept_answers(&self, new: &[ServiceRef]) -> Vec<(ServiceId, bool)> {
        let mut kept = Vec::new();
        for (service, answer) in &self.grants.services {
            if !new.contains(service)
                && let Some(id) = ServiceId::new(self.gate.service_id(*service))
            {
                kept.push((id, *answer));
            }
        }
        kept
    }

    fn answer(&self, services: &mut Vec<(ServiceId, bool)>, service: ServiceRef, answer: bool) {
        let Some(id) = ServiceId::new(self.gate.service_id(service)) else {
            return;
        };
        services.retain(|(known, _)| *known != id);
        let at = services.partition_point(|(known, _)| *known < id);
        services.insert(at, (id, answer));
    }

    /// A category was answered for: its services' own answers go, and who is in it has been told.
    fn forget_answers(&self, outcome: &mut Outcome, category: Category) {
        outcome
            .services
            .retain(|(id, _)| self.category_of(id) != Some(category));
        outcome
            .untold
            .retain(|service| self.gate.service_category(*service) != Some(category));
    }

    fn category_of(&self, id: &ServiceId) -> Option<Category> {
        self.gate
            .service_category(self.gate.find_service(id.as_str())?)
    }
}
