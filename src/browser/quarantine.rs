//! What is held, in order. (Being written.)

/// The ordered held things.
pub(crate) struct Quarantine;

impl Quarantine {
    pub(crate) const fn new() -> Self {
        Self
    }

    pub(crate) const fn truncated(&self) -> bool {
        false
    }
}
