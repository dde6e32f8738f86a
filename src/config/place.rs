//! A value and where it stands.
//!
//! A place is a chain on the stack, so that nothing is built for the values that are fine:
//! `root.child("services").item(2).child("hosts").item(0)` is written `services[2].hosts[0]`. What is
//! missing is a place, too, with `null` as its value: `null` is as if it weren't there. It knows
//! nothing of what a value should be.

use super::merge::attribute;
use crate::decimal;
use crate::value::Value;

/// Where a value stands, and the value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'p> {
    parent: Option<&'p Self>,
    step: Step<'p>,
    pub(super) value: &'p Value,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Field(&'p str),
    Item(usize),
}

impl<'p> Place<'p> {
    /// The outermost one; without a name it isn't written.
    pub(super) const fn root(name: &'p str, value: &'p Value) -> Self {
        Self {
            parent: None,
            step: Step::Field(name),
            value,
        }
    }

    /// The place of a field whose value is known.
    pub(super) const fn named<'q>(&'q self, name: &'q str, value: &'q Value) -> Place<'q>
    where
        'p: 'q,
    {
        Place {
            parent: Some(self),
            step: Step::Field(name),
            value,
        }
    }

    /// The place of a field, whether it is there or not. Of two of a name the last counts.
    #[inline(never)]
    pub(super) fn child<'q>(&'q self, name: &'q str) -> Place<'q>
    where
        'p: 'q,
    {
        self.named(name, self.value.field(name).unwrap_or(NOTHING))
    }

    /// The place of a field that is there.
    #[inline(never)]
    pub(super) fn given<'q>(&'q self, name: &'q str) -> Option<Place<'q>>
    where
        'p: 'q,
    {
        let place = self.child(name);
        (!place.is_missing()).then_some(place)
    }

    /// The place of an item of a list.
    #[inline(never)]
    pub(super) fn item<'q>(&'q self, number: usize) -> Place<'q>
    where
        'p: 'q,
    {
        let items = self.value.as_list();
        Place {
            parent: Some(self),
            step: Step::Item(number),
            value: items.and_then(|items| items.get(number)).unwrap_or(NOTHING),
        }
    }

    pub(super) const fn is_missing(&self) -> bool {
        self.value.is_null()
    }

    /// Its path as the owner finds it; the fields in `attributes` were given as such.
    pub(super) fn text(&self, attributes: &[&str]) -> String {
        let mut text = self
            .parent
            .map(|parent| parent.text(attributes))
            .unwrap_or_default();
        match self.step {
            Step::Field(name) => {
                if !text.is_empty() {
                    text.push('.');
                } else if attributes.contains(&name) {
                    return attribute(name);
                }
                text.push_str(clip(name));
            }
            Step::Item(number) => {
                text.push('[');
                decimal::push(&mut text, number);
                text.push(']');
            }
        }
        text
    }
}

/// Writes `"text"`, shortened where it is long.
pub(super) fn quote(out: &mut String, text: &str) {
    out.push('"');
    let short = clip(text);
    out.push_str(short);
    if short.len() < text.len() {
        out.push('…');
    }
    out.push('"');
}

/// The first characters of a text that somebody else wrote.
fn clip(text: &str) -> &str {
    let mut characters = 0;
    for (at, byte) in text.bytes().enumerate() {
        // All but the first byte of a character are 0b10…, and not counted.
        characters += usize::from(byte & 0xc0 != 0x80);
        if characters > LONGEST_QUOTE {
            return text.get(..at).unwrap_or(text);
        }
    }
    text
}

const NOTHING: &Value = &Value::Null;

const LONGEST_QUOTE: usize = 40;

#[cfg(test)]
mod tests {
    use super::{NOTHING, Place, quote};

    #[test]
    fn places_are_written_as_paths() {
        let root = Place::root("", NOTHING);
        let services = root.child("services");
        let item = services.item(12);
        let hosts = item.child("hosts");
        assert_eq!(hosts.item(0).text(&[]), "services[12].hosts[0]");
        let long = "x".repeat(1000);
        assert_eq!(Place::root(&long, NOTHING).text(&[]).len(), 40);
    }

    #[test]
    fn what_was_an_attribute_is_written_as_one() {
        let root = Place::root("", NOTHING);
        let field = root.child("firstParty");
        let item = field.item(1);
        assert_eq!(item.text(&["firstParty"]), "data-first-party[1]");
        assert_eq!(item.text(&["allow"]), "firstParty[1]");
        let inner = root.child("storage");
        assert_eq!(inner.child("allow").text(&["allow"]), "storage.allow");
    }

    #[test]
    fn quotes_are_short_and_never_cut_a_character() {
        let mut text = String::new();
        quote(&mut text, &"é".repeat(100));
        assert_eq!(text, format!("\"{}…\"", "é".repeat(40)));
    }
}
