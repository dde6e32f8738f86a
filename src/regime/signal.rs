//! What the browser says for the visitor, as plain values.

use crate::consent::{Category, CategorySet};

/// The signals that are on (and honoured; an ignored one is off here).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signals {
    /// Do Not Track (W3C Tracking Preference Expression, Note of 2019-01-17).
    pub dnt: bool,
    /// Global Privacy Control (W3C Privacy WG draft).
    pub gpc: bool,
}

impl Signals {
    /// The categories that the signals deny: Do Not Track denies analytics and marketing (LG Berlin
    /// 16 O 420/19), GPC denies marketing (11 CCR §7025).
    #[must_use]
    pub const fn denied(self) -> CategorySet {
        let mut set = CategorySet::EMPTY;
        if self.dnt {
            set = set.with(Category::Analytics);
        }
        if self.dnt || self.gpc {
            set = set.with(Category::Marketing);
        }
        set
    }

    /// The signals that are on here and were not on in `earlier`.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self {
            dnt: self.dnt && !earlier.dnt,
            gpc: self.gpc && !earlier.gpc,
        }
    }
}
