//! What can be seen, and when.

use std::fmt;

/// When something is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Situation {
    Bare,
    First,
    Accepted,
    Withdrawn,
    Refused,
    Return,
    Worker,
}

impl Situation {
    pub fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::First => "first",
            Self::Accepted => "accepted",
            Self::Withdrawn => "withdrawn",
            Self::Refused => "refused",
            Self::Return => "return",
            Self::Worker => "worker",
        }
    }
}

/// What can be seen of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// A connection to a tracker was opened, and nothing asked. It is told and not judged: the address is
    /// known to the tracker by it, but a browser opens some of them before it asks anybody.
    Calls,
    /// A tracker was asked, or called where that is all there is.
    Leaks,
    /// A tracker's code ran.
    Runs,
    /// The tracker's key is there.
    Stores,
    /// Nothing came back after consent.
    Away,
    /// What was held was let go more than once.
    Twice,
    /// The page does not do what it is here for, so that it proves nothing.
    Silent,
    /// Something of the site's own did not work.
    Breaks,
    /// The page threw something that nobody caught.
    Throws,
    /// The page could not be played to its end.
    Stuck,
}

impl Sight {
    pub fn name(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Leaks => "leaks",
            Self::Runs => "runs",
            Self::Stores => "stores",
            Self::Away => "away",
            Self::Twice => "twice",
            Self::Silent => "silent",
            Self::Breaks => "breaks",
            Self::Throws => "throws",
            Self::Stuck => "stuck",
        }
    }
}

/// One thing that was seen in one situation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub situation: Situation,
    pub sight: Sight,
    /// The requests, or the reason.
    pub detail: String,
}

impl fmt::Display for Seen {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}:{}", self.situation.name(), self.sight.name())
    }
}
