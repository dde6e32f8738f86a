//! One act of the visitor, and the record that comes of it.

use super::standing::{DAY, default_days};
use super::{Moment, Session};
use crate::consent::{Action, Category, CategorySet, Millis, Record, ServiceId, Source};
use crate::gate::ServiceRef;
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
    about: About,
    action: Action,
}

impl Outcome {
    /// These categories and no others, and no service by itself.
    fn all(&mut self, granted: CategorySet, action: Action) {
        self.granted = granted;
        self.services.clear();
        self.action = action;
    }
}

/// What a choice is an answer for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// All that is offered, each service that was shown with it.
    Everything,
    /// One service, which may run.
    Allowing,
    /// One service, which may not.
    Refusing,
}

impl Session {
    /// The record that `choice` leads to.
    pub(super) fn record_of(&self, choice: Choice, source: Source, moment: Moment) -> Record {
        let now = moment.now;
        let outcome = self.outcome(choice, now);
        let alone = outcome.about != About::Everything;
        let before = self.record.as_ref().filter(|_| alone);
        let days = self
            .config
            .consent_days
            .unwrap_or_else(|| default_days(self.regime()));
        // An answer about one service renews no other answer, …
        let full = now.saturating_add(u64::from(days) * DAY);
        let expires = before
            .filter(|record| record.expires > now)
            .map_or(full, |record| record.expires.min(full));
        // … and is one to a signal for that service alone.
        let signals = match before {
            _ if !alone => self.signals(),
            Some(record) => record.signals,
            None => Signals::default(),
        };
        let own_signals = match outcome.about {
            About::Everything | About::Allowing => self.signals(),
            About::Refusing => before.map_or(signals, |record| record.own_signals),
        };
        let known = if alone {
            before.map_or_else(Vec::new, |record| record.known.clone())
        } else {
            let own = self.gate.own_services().iter();
            own.map(|service| service.id.clone()).collect()
        };
        let granted = outcome.granted.with(Category::Essential);
        let widens = !self.grants.categories.covers(granted)
            || outcome
                .services
                .iter()
                .any(|(id, answer)| *answer && !self.is_granted(id));
        Record {
            id: moment.id,
            revision: self.config.revision,
            at: now,
            expires,
            regime: self.regime(),
            region: self.config.region.map(Region::text),
            language: self.surroundings.language.clone(),
            granted,
            // A choice about one service leaves the others unanswered, and the banner asking.
            offered: if alone {
                self.standing(now).answered()
            } else {
                self.offered()
            },
            services: outcome.services,
            known,
            // What a script widened must never pass for a visitor's own act.
            action: if source == Source::Api && widens {
                Action::Api
            } else {
                outcome.action
            },
            source,
            signals,
            own_signals,
            previous: self.record.as_ref().map(|record| record.id.clone()),
        }
    }

    /// What `choice` grants and refuses, beside what counts now.
    fn outcome(&self, choice: Choice, now: Millis) -> Outcome {
        let offered = self.offered();
        // A service that is asked for alone shows as refused until it is answered for; that isn't an
        // answer of the visitor's and must not become one.
        let new = self.new_services(now);
        let mut outcome = Outcome {
            granted: self.grants.categories.intersection(offered),
            services: self.kept_answers(&new),
            about: About::Everything,
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
                for (category, answer) in answers {
                    outcome.granted = if answer && offered.contains(category) {
                        outcome.granted.with(category)
                    } else {
                        outcome.granted.without(category)
                    };
                    self.forget_answers(&mut outcome.services, category);
                }
                for (service, answer) in own_answers {
                    self.answer(&mut outcome.services, service, answer);
                }
            }
            Choice::SetService(service, answer) => {
                self.answer(&mut outcome.services, service, answer);
                outcome.about = if answer {
                    About::Allowing
                } else {
                    About::Refusing
                };
            }
            Choice::Withdraw(target) => {
                outcome.action = Action::Withdraw;
                match target {
                    Target::Everything => outcome.all(CategorySet::ESSENTIAL, Action::Withdraw),
                    Target::Category(category) => {
                        outcome.granted = outcome.granted.without(category);
                        self.forget_answers(&mut outcome.services, category);
                    }
                    Target::Service(service) => {
                        self.answer(&mut outcome.services, service, false);
                        outcome.about = About::Refusing;
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

    /// A category was answered for: its services' own answers go.
    fn forget_answers(&self, services: &mut Vec<(ServiceId, bool)>, category: Category) {
        services.retain(|(id, _)| self.category_of(id) != Some(category));
    }

    fn category_of(&self, id: &ServiceId) -> Option<Category> {
        self.gate
            .service_category(self.gate.find_service(id.as_str())?)
    }

    fn is_granted(&self, id: &ServiceId) -> bool {
        self.gate
            .find_service(id.as_str())
            .is_some_and(|service| self.has_service(service))
    }
}
