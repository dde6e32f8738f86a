//! The state machine: events in, effects out.
//!
//! It sees no clock, no storage and no page: the moment, the id of a new record and what was stored
//! arrive as arguments, and what is to be done is answered as [`Effects`]. What is granted is always
//! derived from the record, the signals and the regime; it is never stored as such.
//!
//! Everything that can't be known is answered with "not granted": an unreadable record counts as none,
//! an unknown region has the strictest regime.

mod choice;
mod effects;
mod receipt;
mod standing;
mod view;

pub use choice::{Choice, Target};
pub use effects::{Change, Effects, Store};
pub use standing::Status;
pub use view::{Ask, View};

use crate::config::{Config, Honor, Pending};
use crate::consent::CategorySet;
use crate::gate::{Decision, Gate, Grants, Request, Write};
use crate::record::{Millis, Record, RecordId, Source};
use crate::regime::{Regime, Signals};
use standing::Standing;

/// What the shell read about the page and its browser before it starts.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The signals that the browser sends, before the configuration has its say.
    pub signals: Signals,
    /// The regime that the visitor's time zone hints at; it can only make the rules stricter.
    pub hint: Option<Regime>,
    /// The language of the texts that are shown.
    pub language: String,
    /// The page's host.
    pub page_host: String,
}

/// A moment at which something is done, and the id of the record that may come of it.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Now.
    pub now: Millis,
    /// A fresh random id.
    pub id: RecordId,
}

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// The visitor, or a script for the visitor, chose.
    Choose(Choice, Source),
    /// The record is to be forgotten.
    Reset,
    /// Another tab stored a record, or removed it.
    Stored(Option<Record>),
    /// Time has passed, or the page was shown again.
    Passed,
    /// The configuration was replaced at run time; what matters of the surroundings depends on it.
    Configured(Box<(Config, Gate, Surroundings)>),
}

/// One page's consent: configuration, record, signals, and the grants that follow from them.
#[derive(Debug)]
pub struct Session {
    config: Config,
    gate: Gate,
    surroundings: Surroundings,
    record: Option<Record>,
    grants: Grants,
    /// The moment as of which they are granted.
    as_of: Millis,
}

impl Session {
    /// A session at the start of a page. `stored` is the record as far as it could be read.
    #[must_use]
    pub fn new(
        config: Config,
        gate: Gate,
        surroundings: Surroundings,
        stored: Option<Record>,
        now: Millis,
    ) -> Self {
        let mut session = Self {
            config,
            gate,
            surroundings,
            record: stored,
            grants: Grants::NONE,
            as_of: now,
        };
        session.grants = session.derive(now);
        session
    }

    /// Takes in what happened and answers what is to be done, in the order that [`Effects`] tells.
    pub fn handle(&mut self, event: Event, moment: Moment) -> Effects {
        let now = moment.now;
        match event {
            Event::Choose(choice, source) => {
                let record = self.record_of(choice, source, moment);
                let action = record.action;
                self.record = Some(record.clone());
                self.settle(now, Some(action), source, Some(Store::Write(record)))
            }
            Event::Reset => {
                let forgotten = self.record.take().is_some();
                let store = forgotten.then_some(Store::Forget);
                self.settle(now, None, Source::Api, store)
            }
            Event::Stored(record) => {
                if self.record.as_ref().map(|known| &known.id) == record.as_ref().map(|new| &new.id)
                {
                    return Effects::none();
                }
                let action = record.as_ref().map(|record| record.action);
                self.record = record;
                self.settle(now, action, Source::Storage, None)
            }
            Event::Passed => self.settle(now, None, Source::Expiry, None),
            Event::Configured(new) => {
                let (config, gate, surroundings) = *new;
                // A service is known by its id; its number is another one in the new gate.
                let known = core::mem::take(&mut self.grants.services);
                for (service, answer) in known {
                    if let Some(same) = gate.find_service(self.gate.service_id(service)) {
                        self.grants.services.push((same, answer));
                    }
                }
                (self.config, self.gate, self.surroundings) = (config, gate, surroundings);
                Effects {
                    // The rules are others, even where the grants are the same.
                    regrade: true,
                    ..self.settle(now, None, Source::Api, None)
                }
            }
        }
    }

    /// May this load?
    #[must_use]
    pub fn decide(&self, request: &Request<'_>) -> Decision {
        self.hurry(self.gate.decide(request, &self.grants))
    }

    /// May this be written?
    #[must_use]
    pub fn decide_write(&self, write: &Write<'_>) -> Decision {
        self.gate.decide_write(write, &self.grants)
    }

    /// Was anything answered for, and not granted?
    #[must_use]
    pub fn has_refused(&self) -> bool {
        let refused = self.grants.settled.difference(self.grants.categories);
        !refused.is_empty() || self.grants.services.iter().any(|(_, answer)| !answer)
    }

    /// What is granted now.
    #[must_use]
    pub const fn grants(&self) -> &Grants {
        &self.grants
    }

    /// The moment as of which that is granted: that of the last event.
    #[must_use]
    pub const fn as_of(&self) -> Millis {
        self.as_of
    }

    /// When the record that counts ends: then it is time for [`Event::Passed`].
    #[must_use]
    pub fn ends(&self) -> Option<Millis> {
        let record = self.standing(self.as_of).valid();
        record.map(|record| standing::end_of(record, self.config.consent_days))
    }

    /// The rules, for what only they know: services and marks.
    #[must_use]
    pub const fn gate(&self) -> &Gate {
        &self.gate
    }

    /// The rules, to tell them the site once it is known.
    pub const fn gate_mut(&mut self) -> &mut Gate {
        &mut self.gate
    }

    /// The configuration in force.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The record in force or gone stale, if there is one.
    #[must_use]
    pub const fn record(&self) -> Option<&Record> {
        self.record.as_ref()
    }

    /// The language of the texts that are shown.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.surroundings.language
    }

    /// The texts are shown in another language.
    pub fn speak(&mut self, language: &str) {
        language.clone_into(&mut self.surroundings.language);
    }

    /// Who asks: the owner's name for the site, or the page's host.
    #[must_use]
    pub fn site_name(&self) -> &str {
        self.config
            .site_name
            .as_deref()
            .unwrap_or(&self.surroundings.page_host)
    }

    /// The rule set in force: the owner's, else the region's, made stricter by the hint.
    #[must_use]
    pub fn regime(&self) -> Regime {
        self.config.regime.unwrap_or_else(|| {
            let of_region = Regime::of(self.config.region);
            self.surroundings
                .hint
                .map_or(of_region, |hint| hint.max(of_region))
        })
    }

    /// The signals that are on and honoured.
    #[must_use]
    pub const fn signals(&self) -> Signals {
        Signals {
            dnt: self.surroundings.signals.dnt && matches!(self.config.do_not_track, Honor::Honor),
            gpc: self.surroundings.signals.gpc
                && matches!(self.config.global_privacy_control, Honor::Honor),
        }
    }

    /// The categories that the visitor is asked about; essential is always among them.
    #[must_use]
    pub fn offered(&self) -> CategorySet {
        self.config.offered().union(CategorySet::ESSENTIAL)
    }

    fn standing(&self, now: Millis) -> Standing<'_> {
        self.standing_of(self.record.as_ref(), now)
    }

    fn standing_of<'a>(&self, record: Option<&'a Record>, now: Millis) -> Standing<'a> {
        Standing::of(record, self.config.revision, self.config.consent_days, now)
    }

    /// What is decided for every address ([`Gate::outline`]).
    #[must_use]
    pub fn outline(&self) -> String {
        let mut grants = self.grants.clone();
        if matches!(self.config.pending, Pending::Fail) {
            grants.settled = CategorySet::ALL;
        }
        self.gate.outline(&grants)
    }

    /// With `pending: "fail"` nothing waits: what is held is answered as if it were refused.
    fn hurry(&self, decision: Decision) -> Decision {
        Decision {
            settled: decision.settled || matches!(self.config.pending, Pending::Fail),
            ..decision
        }
    }
}
