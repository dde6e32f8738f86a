//! What the interface should show, without a word of how.

use super::standing::Standing;
use super::{Session, Status};
use crate::consent::Category;
use crate::gate::ServiceRef;
use crate::record::Millis;
use crate::regime::{Regime, Signals};

/// What the first layer shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// Nothing: everything is answered.
    Nothing,
    /// The first layer asks.
    Ask(Ask),
    /// One line that says what the browser's signals did, with a way to choose.
    Line(Signals),
}

/// What the first layer asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The rules in force: they decide the words and the buttons.
    pub regime: Regime,
    /// The signals that are honoured, to be acknowledged (11 CCR §7025(c)(6)).
    pub signals: Signals,
    /// Is it asked again because the site's policy has a new revision?
    pub revised: bool,
    /// The services that are asked for alone; empty when everything is asked.
    pub services: Vec<ServiceRef>,
}

impl Session {
    /// What the first layer should show at this moment.
    #[must_use]
    pub fn view(&self, now: Millis) -> View {
        let asked = self.offered().without(Category::Essential);
        if asked.is_empty() {
            return View::Nothing;
        }
        let services = self.new_services(self.standing(now));
        if self.status(now) == Status::Set && services.is_empty() {
            return View::Nothing;
        }
        let signals = self.signals();
        if services.is_empty() && (signals.dnt || self.status(now) == Status::Signal) {
            return View::Line(signals);
        }
        let revised = match self.standing(now) {
            Standing::Stale(record) => record.revision != self.config.revision,
            Standing::Absent | Standing::Valid(_) => false,
        };
        View::Ask(Ask {
            regime: self.regime(),
            signals,
            revised,
            services,
        })
    }
}
