//! Record ⇄ stored form, versioned and total. (Being written.)

use serde::{Deserialize, Serialize};

use super::{Millis, Record};
use crate::value::Value;

/// Why a stored record can't be used; the text is the place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireError {
    /// It is no object.
    Shape,
    /// `v` is of a version that is not known.
    Version,
    /// The field is missing or of the wrong type.
    Type(&'static str),
    /// The number is not one that this field can have.
    Range(&'static str),
    /// The field has a name that nobody knows.
    Unknown(&'static str),
    /// The field is too long.
    Limit(&'static str),
    /// It was made more than a day from now.
    Future,
}

/// The stored form: JSON's own shape, read and written by serde.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WireRecord(Value);

impl From<&Record> for WireRecord {
    fn from(_record: &Record) -> Self {
        Self(Value::Null)
    }
}

impl WireRecord {
    /// Reads a record at the time `now`.
    ///
    /// # Errors
    /// Anything that is not wholly a record, and a record from the future.
    pub fn read(&self, _now: Millis) -> Result<Record, WireError> {
        Err(WireError::Shape)
    }
}
