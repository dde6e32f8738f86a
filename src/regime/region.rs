//! Region → regime. (The table is being written.)

/// The rule set in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Regime {
    /// Everything is granted, with a notice and an opt-out.
    Notice,
    /// Everything is granted until the visitor, or a signal, says no.
    OptOut,
    /// Nothing but essential until the visitor says yes. The strictest: used when unknown.
    OptIn,
}

impl Regime {
    /// Every regime, the laxest first.
    pub const ALL: [Self; 3] = [Self::Notice, Self::OptOut, Self::OptIn];

    /// Its name in configurations and records.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::OptOut => "opt-out",
            Self::OptIn => "opt-in",
        }
    }

    /// The regime of a name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|regime| regime.id() == id)
    }
}
