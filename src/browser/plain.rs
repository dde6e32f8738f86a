//! JavaScript values ⇄ [`Value`]: the one door for everything that is more than a text or a number.
//!
//! What comes in goes through the browser's own `JSON` in both directions first: cycles, getters that
//! throw and proxies end there, and what is read here is plain. What goes out is written by
//! `serde-wasm-bindgen`. Reading is serde too, but from a deserializer of our own: that of the package
//! prints numbers and `{:?}` into its error messages, which is a tenth of the wasm, and nobody would
//! ever see one.

use core::fmt;

use js_sys::{Array, Object};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Serialize as _, forward_to_deserialize_any};
use wasm_bindgen::{JsCast as _, JsValue};

use super::natives::Natives;
use crate::value::Value;

/// A value of ours as a plain JavaScript value. It can't fail for what is handed over here; if it ever
/// did, `null` tells nothing and opens nothing.
pub(super) fn give(value: &Value) -> JsValue {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .unwrap_or(JsValue::NULL)
}

/// A value of the page.
///
/// # Errors
///
/// What the browser says where the value can't be written as JSON.
pub(super) fn take(natives: &Natives, value: &JsValue) -> Result<Value, JsValue> {
    let copy = natives.copy(value)?;
    // A function or a symbol has no JSON at all.
    Ok(if copy.is_undefined() {
        Value::Other
    } else {
        read(copy).unwrap_or(Value::Other)
    })
}

/// The value of a JSON text.
///
/// # Errors
///
/// The browser's `SyntaxError`.
pub(super) fn parse(natives: &Natives, text: &str) -> Result<Value, JsValue> {
    Ok(read(natives.parse(text)?).unwrap_or(Value::Other))
}

/// Anything of serde's from what the browser's `JSON` made.
pub(super) fn read<T: de::DeserializeOwned>(value: JsValue) -> Option<T> {
    T::deserialize(Plain(value)).ok()
}

/// What `JSON.parse` made.
struct Plain(JsValue);

impl<'de> Deserializer<'de> for Plain {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let Self(value) = self;
        if let Some(answer) = value.as_bool() {
            visitor.visit_bool(answer)
        } else if let Some(number) = value.as_f64() {
            visitor.visit_f64(number)
        } else if let Some(text) = value.as_string() {
            visitor.visit_string(text)
        } else if Array::is_array(&value) {
            visitor.visit_seq(Items::of(value.unchecked_into()))
        } else if value.is_object() {
            visitor.visit_map(Items::of(Object::entries(value.unchecked_ref())))
        } else {
            visitor.visit_unit()
        }
    }

    /// What nobody wants isn't looked at.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
    }
}

/// The items of a list, or the `[name, value]` entries of an object, one after the other.
struct Items {
    items: Array,
    next: u32,
    value: JsValue,
}

impl Items {
    const fn of(items: Array) -> Self {
        Self {
            items,
            next: 0,
            value: JsValue::NULL,
        }
    }

    fn next(&mut self) -> Option<JsValue> {
        let at = self.next;
        self.next += 1;
        (at < self.items.length()).then(|| self.items.get(at))
    }
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Refused;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Refused> {
        match self.next() {
            Some(item) => seed.deserialize(Plain(item)).map(Some),
            None => Ok(None),
        }
    }
}

impl<'de> MapAccess<'de> for Items {
    type Error = Refused;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Refused> {
        let Some(entry) = self.next() else {
            return Ok(None);
        };
        let entry: Array = entry.unchecked_into();
        self.value = entry.get(1);
        seed.deserialize(Plain(entry.get(0))).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Refused> {
        seed.deserialize(Plain(self.value.clone()))
    }
}

/// It was too much, or not what was asked for. It says no more, since everything that is read here
/// is looked at by hand afterwards, and named by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("can't be read")
    }
}

impl core::error::Error for Refused {}

impl de::Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}
