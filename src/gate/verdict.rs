//! The gate's answer, with its reason.

use super::ServiceRef;
use crate::consent::Category;

/// May it load?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may.
    Allow,
    /// It waits for an answer.
    Hold,
    /// It never may, whatever the choice.
    Block,
}

impl Verdict {
    /// Its name in `report()` and events.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Hold => "hold",
            Self::Block => "block",
        }
    }
}

/// Which rule decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The owner's `never`.
    Never,
    /// A mark on the element.
    Mark,
    /// A mark that names what nobody knows: held.
    UnknownMark,
    /// One of the owner's `services`.
    Service,
    /// The owner's `allow`.
    Allow,
    /// The page's own site or `firstParty`.
    OwnSite,
    /// A tracker that is proxied through the site's own host, known by its signature.
    FirstPartyProxy,
    /// A built-in rule for the path.
    PathRule,
    /// The built-in host table.
    HostTable,
    /// The built-in names of cookies and storage keys.
    NameTable,
    /// On no list, and the mode lets it pass.
    Unlisted,
    /// On no list, and `strict` holds it.
    Strict,
    /// The mode gates marked elements only.
    Manual,
    /// Nothing outside of the page.
    Local,
    /// An address that can't be read: held.
    Unreadable,
    /// The visitor let this one frame load, by its placeholder.
    Once,
}

impl Reason {
    /// Its name in `report()` and events.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Mark => "mark",
            Self::UnknownMark => "unknown-mark",
            Self::Service => "service",
            Self::Allow => "allow",
            Self::OwnSite => "own-site",
            Self::FirstPartyProxy => "first-party-proxy",
            Self::PathRule => "path-rule",
            Self::HostTable => "host-table",
            Self::NameTable => "name-table",
            Self::Unlisted => "unlisted",
            Self::Strict => "strict",
            Self::Manual => "manual",
            Self::Local => "local",
            Self::Unreadable => "unreadable",
            Self::Once => "once",
        }
    }
}

/// What the gate answered for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// May it load?
    pub verdict: Verdict,
    /// Which rule said so.
    pub reason: Reason,
    /// The category it was judged by, if any.
    pub category: Option<Category>,
    /// The service it was judged by, if any.
    pub service: Option<ServiceRef>,
    /// For what is held: has it been answered for (so that calls fail instead of waiting)?
    pub settled: bool,
}

/// Leave to release one held thing. Only an allowing decision makes one, so nothing that was not
/// judged can be released.
#[derive(Debug)]
pub struct Permit(());

impl Decision {
    /// The same thing, let load once by the visitor. `None` for what isn't held: what is never to load has no once.
    #[must_use]
    pub fn once(self) -> Option<Self> {
        matches!(self.verdict, Verdict::Hold).then_some(Self {
            verdict: Verdict::Allow,
            reason: Reason::Once,
            ..self
        })
    }

    /// Leave to release, if the decision allows.
    #[must_use]
    pub fn permit(&self) -> Option<Permit> {
        matches!(self.verdict, Verdict::Allow).then_some(Permit(()))
    }
}
