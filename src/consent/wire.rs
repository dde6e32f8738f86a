//! Record ⇄ stored form, versioned and total. (Being written.)

/// Why a stored record can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireError {
    /// Its shape isn't a record's.
    Shape,
}

/// The stored form.
#[derive(Clone, Debug, PartialEq)]
pub struct WireRecord {}
