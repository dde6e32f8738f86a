//! One act of the visitor, and the record that comes of it.

use super::standing::{DAY, default_days};
use super::{Moment, Session};
use crate::consent::{Action, Category, CategorySet, Record, ServiceId, Source};
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

impl Session {
    /// The record that `choice` leads to.
    pub(super) fn record_of(&self, choice: Choice, source: Source, moment: Moment) -> Record {
        let now = moment.now;
        let offered = self.offered();
        let mut granted = self.grants.categories.intersection(offered);
        // A service that is asked for alone shows as refused until it is answered for; that isn't an
        // answer of the visitor's and must not become one.
        let new = self.new_services(now);
        let mut services: Vec<(ServiceId, bool)> = self.kept_answers(&new);
        // A choice about one service leaves the others unanswered, and the banner asking.
        let mut answered = offered;
        let mut told = true;
        let mut allowed = false;
        let action = match choice {
            Choice::AcceptAll => {
                granted = offered;
                services.clear();
                Action::AcceptAll
            }
            Choice::RejectAll => {
                granted = CategorySet::ESSENTIAL;
                services.clear();
                Action::RejectAll
            }
            Choice::Dismiss if new.is_empty() => {
                granted = CategorySet::ESSENTIAL;
                services.clear();
                Action::Dismiss
            }
            Choice::Dismiss | Choice::RejectNew => {
                for service in &new {
                    self.answer(&mut services, *service, false);
                }
                if choice == Choice::Dismiss {
                    Action::Dismiss
                } else {
                    Action::Save
                }
            }
            // They are told of now, so they follow their category, which was granted before.
            Choice::AcceptNew => Action::Save,
            Choice::Set(answers, own_answers) => {
                for (category, answer) in answers {
                    granted = if answer && offered.contains(category) {
                        granted.with(category)
                    } else {
                        granted.without(category)
                    };
                    self.forget_answers(&mut services, category);
                }
                for (service, answer) in own_answers {
                    self.answer(&mut services, service, answer);
                }
                Action::Save
            }
            Choice::SetService(service, answer) => {
                self.answer(&mut services, service, answer);
                answered = self.standing(now).answered();
                told = false;
                allowed = answer;
                Action::Save
            }
            Choice::Withdraw(Target::Everything) => {
                granted = CategorySet::ESSENTIAL;
                services.clear();
                Action::Withdraw
            }
            Choice::Withdraw(Target::Category(category)) => {
                granted = granted.without(category);
                self.forget_answers(&mut services, category);
                Action::Withdraw
            }
            Choice::Withdraw(Target::Service(service)) => {
                self.answer(&mut services, service, false);
                answered = self.standing(now).answered();
                told = false;
                Action::Withdraw
            }
        };
        granted = granted.with(Category::Essential);
        let known = if told {
            let mut known = Vec::new();
            for service in self.gate.own_services() {
                known.push(service.id.clone());
            }
            known
        } else {
            self.record
                .as_ref()
                .map(|record| record.known.clone())
                .unwrap_or_default()
        };
        let days = self
            .config
            .consent_days
            .unwrap_or_else(|| default_days(self.regime()));
        // An answer about one service is one to a signal for that service alone, and renews no other answer.
        let full = now.saturating_add(u64::from(days) * DAY);
        let before = self.record.as_ref().filter(|_| !told);
        let signals = match before {
            _ if told => self.signals(),
            Some(record) => record.signals,
            None => Signals::default(),
        };
        let own_signals = if told || allowed {
            self.signals()
        } else {
            before.map_or(signals, |record| record.own_signals)
        };
        let expires = before
            .filter(|record| record.expires > now)
            .map_or(full, |record| record.expires.min(full));
        let widens = !self.grants.categories.covers(granted)
            || services
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
            offered: answered,
            services,
            known,
            // What a script widened must never pass for a visitor's own act.
            action: if source == Source::Api && widens {
                Action::Api
            } else {
                action
            },
            source,
            signals,
            own_signals,
            previous: self.record.as_ref().map(|record| record.id.clone()),
        }
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
