//! One choice of one visitor: a random id, times, and the answers.

use crate::consent::{CategorySet, ServiceId};
use crate::regime::{Regime, Signals};

/// Milliseconds since 1970-01-01 UTC.
pub type Millis = u64;

/// The random id of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordId(pub String);

/// What the visitor, or a script for the visitor, did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Everything offered was accepted.
    AcceptAll,
    /// Everything but essential was refused.
    RejectAll,
    /// A choice per category or service.
    Save,
    /// The banner was closed: a refusal (EDPB 05/2020 §86: silence is no consent).
    Dismiss,
    /// Consent was taken back.
    Withdraw,
    /// A script widened consent; kept apart from a visitor's own act.
    Api,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 6] = [
        Self::AcceptAll,
        Self::RejectAll,
        Self::Save,
        Self::Dismiss,
        Self::Withdraw,
        Self::Api,
    ];

    /// Its name in records and events.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::AcceptAll => "accept-all",
            Self::RejectAll => "reject-all",
            Self::Save => "save",
            Self::Dismiss => "dismiss",
            Self::Withdraw => "withdraw",
            Self::Api => "api",
        }
    }

    /// The action of a name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.id() == id)
    }
}

/// Where a change came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The first layer.
    Banner,
    /// The second layer.
    Preferences,
    /// A placeholder in place of an embed.
    Placeholder,
    /// A script of the page.
    Api,
    /// The browser's own signal.
    Signal,
    /// Another tab.
    Storage,
    /// Time.
    Expiry,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 7] = [
        Self::Banner,
        Self::Preferences,
        Self::Placeholder,
        Self::Api,
        Self::Signal,
        Self::Storage,
        Self::Expiry,
    ];

    /// Its name in records and events.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Banner => "banner",
            Self::Preferences => "preferences",
            Self::Placeholder => "placeholder",
            Self::Api => "api",
            Self::Signal => "signal",
            Self::Storage => "storage",
            Self::Expiry => "expiry",
        }
    }

    /// The source of a name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.id() == id)
    }
}

/// One choice of one visitor, as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Random, new with every choice.
    pub id: RecordId,
    /// The site's policy version that was answered.
    pub revision: u32,
    /// When the choice was made.
    pub at: Millis,
    /// When it stops counting.
    pub expires: Millis,
    /// The rules that were in force.
    pub regime: Regime,
    /// Where, as ISO 3166-2, if known.
    pub region: Option<String>,
    /// The language of the texts that were shown.
    pub language: String,
    /// The categories that were granted; essential always is.
    pub granted: CategorySet,
    /// The categories that were offered; what is in here and not granted was refused.
    pub offered: CategorySet,
    /// Services answered for by themselves, sorted by id.
    pub services: Vec<(ServiceId, bool)>,
    /// The owner's services that the visitor was told of, sorted.
    pub known: Vec<ServiceId>,
    /// What was done.
    pub action: Action,
    /// Where it was done.
    pub source: Source,
    /// The signals that were on while the choice was made.
    pub signals: Signals,
    /// Services that were allowed by themselves while other signals were on: what these deny, that answer may grant.
    pub own_signals: Vec<(ServiceId, Signals)>,
    /// The visitor is still to be asked: only single services were answered for since the record before ceased to count.
    pub unasked: bool,
    /// The record before.
    pub previous: Option<RecordId>,
}

impl Record {
    /// The answer that a service has of its own, if it has one.
    #[must_use]
    pub fn own_answer(&self, service: &str) -> Option<bool> {
        let mut answers = self.services.iter();
        answers
            .find(|(id, _)| id.as_str() == service)
            .map(|(_, answer)| *answer)
    }
}
