//! One tree for everything that comes in as JSON: the configuration and the stored record.
//!
//! There is one `Deserialize` and one `Serialize` in the shipped wasm, both here, because each
//! further one costs kilobytes. The tree knows no JSON text (the browser parses it) and never prints
//! a number. It is bounded: what is too deep or too much becomes [`Value::Other`], which every reader
//! refuses.
//!
//! ```
//! use consent_gate::value::Value;
//! let value: Value = serde_json::from_str(r#"{ "minor": true, "revision": 2 }"#).unwrap();
//! assert_eq!(value.field("minor"), Some(&Value::Bool(true)));
//! assert_eq!(value.field("revision").and_then(Value::as_whole), Some(2));
//! ```

use core::cell::Cell;
use core::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};

/// A value as JSON has them.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, and what is `undefined`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// An object, in its own order. Of a name that stands twice the last counts, as in
    /// `JSON.parse`.
    Map(Vec<(String, Self)>),
    /// What was too deep or too much to be read.
    Other,
}

impl Value {
    /// An object of the given fields.
    #[must_use]
    pub fn map<const N: usize>(fields: [(&str, Self); N]) -> Self {
        Self::Map(
            fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// The field of an object; `None` where it is missing, or where this is no object.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Self> {
        self.as_map()?
            .iter()
            .rev()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    /// The fields, if it is an object.
    #[must_use]
    pub fn as_map(&self) -> Option<&[(String, Self)]> {
        if let Self::Map(fields) = self {
            Some(fields)
        } else {
            None
        }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(items) = self {
            Some(items)
        } else {
            None
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The answer, if it is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(answer) = self {
            Some(*answer)
        } else {
            None
        }
    }

    /// The number, if it is a whole one from 0 to 2^53 − 1: fractions, negative numbers, `NaN` and
    /// what a double can't count exactly are `None`.
    #[must_use]
    pub fn as_whole(&self) -> Option<u64> {
        let Self::Number(number) = *self else {
            return None;
        };
        if !(0.0..=GREATEST_WHOLE).contains(&number) {
            return None;
        }
        let whole = number as u64;
        (whole as f64 == number).then_some(whole)
    }

    /// Is there nothing?
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// What it is, in words for a message.
    #[must_use]
    pub const fn noun(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "an object",
            Self::Other => "something too deep or too long to be read",
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Null, Self::from)
    }
}

impl From<bool> for Value {
    fn from(answer: bool) -> Self {
        Self::Bool(answer)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(f64::from(number))
    }
}

impl From<u64> for Value {
    /// Exact up to 2^53, which is all that JSON can carry between programs anyway (RFC 8259 §6).
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

/// Puts an object together, field by field. One call a field is the least code that a wasm can have for
/// it: an array of pairs would be laid out on the stack first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields(Vec<(String, Value)>);

impl Fields {
    /// No field yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// One more field.
    #[inline(never)]
    pub fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// The object.
    #[must_use]
    pub fn done(self) -> Value {
        Value::Map(self.0)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let room = Cell::new(MOST_WEIGHT);
        let seed = Seed {
            depth: DEEPEST,
            room: &room,
        };
        seed.deserialize(source)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null | Self::Other => sink.serialize_unit(),
            Self::Bool(answer) => sink.serialize_bool(*answer),
            // A JSON text tells whole numbers apart, JavaScript does not. There, the way of whole ones
            // would be a check with a message, and with it all of the formatter.
            Self::Number(number) => match self.as_whole() {
                Some(whole) if !cfg!(target_arch = "wasm32") => sink.serialize_u64(whole),
                Some(_) | None => sink.serialize_f64(*number),
            },
            Self::Text(text) => sink.serialize_str(text),
            Self::List(items) => {
                let mut list = sink.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Map(fields) => {
                let mut map = sink.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name.as_str(), value)?;
                }
                map.end()
            }
        }
    }
}

/// How a value is read: how much deeper it may go, and how much may still come.
#[derive(Clone, Copy)]
struct Seed<'room> {
    depth: u8,
    room: &'room Cell<usize>,
}

impl Seed<'_> {
    /// Takes `weight` from the room that is left; `false` when it is used up.
    fn take(self, weight: usize) -> bool {
        let left = self.room.get().checked_sub(weight);
        self.room.set(left.unwrap_or(0));
        left.is_some()
    }

    fn deeper(self) -> Option<Self> {
        let depth = self.depth.checked_sub(1)?;
        self.take(NODE_WEIGHT).then_some(Self {
            depth,
            room: self.room,
        })
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Value, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, answer: bool) -> Result<Value, E> {
        Ok(Value::Bool(answer))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(if self.take(text.len()) {
            Value::Text(text)
        } else {
            Value::Other
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut source: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(seed) = self.deeper() {
            match source.next_element_seed(seed)? {
                Some(item) => items.push(item),
                None => return Ok(Value::List(items)),
            }
        }
        // Read to the end all the same: the source may insist on it.
        let mut rest = 0;
        while source.next_element::<IgnoredAny>()?.is_some() {
            rest += 1;
            if rest > MOST_IGNORED {
                return Err(A::Error::custom("too long"));
            }
        }
        // An empty list at the deepest place has lost nothing.
        Ok(if rest == 0 && items.is_empty() {
            Value::List(items)
        } else {
            Value::Other
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut source: A) -> Result<Value, A::Error> {
        let mut fields = Vec::new();
        let mut lost = false;
        while let Some(seed) = self.deeper() {
            match source.next_key_seed(seed)? {
                Some(Value::Text(name)) => fields.push((name, source.next_value_seed(seed)?)),
                // A name that is no text comes from a JS `Map`, a name without room from too much.
                Some(_) => {
                    lost = true;
                    source.next_value::<IgnoredAny>()?;
                }
                None if lost => return Ok(Value::Other),
                None => return Ok(Value::Map(fields)),
            }
        }
        let mut rest = 0;
        while source.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            rest += 1;
            if rest > MOST_IGNORED {
                return Err(A::Error::custom("too long"));
            }
        }
        Ok(if rest == 0 && !lost && fields.is_empty() {
            Value::Map(fields)
        } else {
            Value::Other
        })
    }
}

/// 2^53 − 1: up to here a double counts every whole number.
const GREATEST_WHOLE: f64 = 9_007_199_254_740_991.0;

/// How many lists and objects may be inside each other.
const DEEPEST: u8 = 16;

/// Room for everything together, in bytes of text. The largest configuration that makes sense, 500
/// services with a page of text each, stays below it.
const MOST_WEIGHT: usize = 1 << 20;

/// What an item weighs beside its text.
const NODE_WEIGHT: usize = 16;

/// How much more is skipped before the whole is given up.
const MOST_IGNORED: u32 = 100_000;

#[cfg(test)]
mod tests {
    use super::{MOST_WEIGHT, Value};

    fn parse(text: &str) -> Value {
        serde_json::from_str(text).expect(text)
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let value = parse(r#"{"a":null,"b":[true,1,-2,0.5,"x"],"c":{},"d":[]}"#);
        let expected = Value::map([
            ("a", Value::Null),
            (
                "b",
                Value::List(vec![
                    Value::Bool(true),
                    Value::Number(1.0),
                    Value::Number(-2.0),
                    Value::Number(0.5),
                    Value::from("x"),
                ]),
            ),
            ("c", Value::Map(vec![])),
            ("d", Value::List(vec![])),
        ]);
        assert_eq!(value, expected);
    }

    #[test]
    fn of_a_name_that_stands_twice_the_last_counts() {
        let value = parse(r#"{"a":true,"a":false}"#);
        assert_eq!(value.field("a"), Some(&Value::Bool(false)));
    }

    #[test]
    fn only_whole_numbers_are_whole() {
        for (text, whole) in [
            ("0", Some(0)),
            ("1e3", Some(1000)),
            ("9007199254740991", Some(9_007_199_254_740_991)),
            ("9007199254740992", None),
            ("-1", None),
            ("0.5", None),
            ("1e300", None),
            ("\"1\"", None),
            ("true", None),
        ] {
            assert_eq!(parse(text).as_whole(), whole, "{text}");
        }
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Value::Number(odd).as_whole(), None);
        }
        assert_eq!(Value::Number(-0.0).as_whole(), Some(0));
    }

    #[test]
    fn what_is_too_deep_becomes_other_and_the_rest_is_kept() {
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        let depth = |mut value: &Value| {
            let mut depth = 0;
            while let Some([inner]) = value.as_list() {
                depth += 1;
                value = inner;
            }
            (depth, value.clone())
        };
        assert_eq!(depth(&parse(&deep(17))), (16, Value::List(vec![])));
        assert_eq!(depth(&parse(&deep(18))), (16, Value::Other));
        assert_eq!(depth(&parse(&deep(100))), (16, Value::Other));
        let objects = "{\"a\":".repeat(40) + "1" + &"}".repeat(40);
        let pair = parse(&format!("[{objects}, 7]"));
        assert_eq!(pair.as_list().map(<[_]>::len), Some(2));
    }

    #[test]
    fn what_is_too_much_becomes_other() {
        let long = "x".repeat(MOST_WEIGHT + 1);
        assert_eq!(parse(&format!("\"{long}\"")), Value::Other);
        let many = format!("[{}0]", "0,".repeat(90_000));
        assert_eq!(parse(&many), Value::Other);
        let endless = format!("[{}0]", "0,".repeat(300_000));
        assert!(serde_json::from_str::<Value>(&endless).is_err());
        let fields: Vec<_> = (0..70_000).map(|n| format!("\"{n}\":0")).collect();
        assert_eq!(parse(&format!("{{{}}}", fields.join(","))), Value::Other);
    }

    #[test]
    fn it_is_written_as_it_was_read() {
        let text = r#"{"v":1,"at":1790000000000,"half":0.5,"list":[null,false,"ä\n"],"map":{}}"#;
        let value = parse(text);
        assert_eq!(serde_json::to_string(&value).expect("written"), text);
    }
}
