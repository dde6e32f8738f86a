//! A mark on an element: what must be granted before it may load. (Being written.)

use super::ServiceRef;
use crate::consent::CategorySet;

/// What a marked element waits for; all of it must be granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Categories.
    pub categories: CategorySet,
    /// Services.
    pub services: Vec<ServiceRef>,
    /// Did the mark name something that nobody knows? Then it is held.
    pub unknown: bool,
}
