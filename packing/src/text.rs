//! Bytes as printable ASCII, and back.

use crate::{Room, mask};

/// The first characters of what takes two.
pub const MARKS: [u8; 2] = [b' ', b'!'];

/// How many characters stand for a byte by themselves: everything printable but the marks, `"`, `<`
/// and `\`.
pub(crate) const PLAIN: usize = 90;

/// What the characters of a text stand for.
pub(crate) struct Key {
    plain: [u8; 128],
    /// By the mark, and by the character behind it.
    rare: [u8; 256],
}

impl Key {
    /// How many characters it takes at the beginning of a text.
    pub(crate) const LENGTH: usize = 2 * PLAIN;

    /// The key of a text. Of a text that the build did not make it is some other; browsers say what comes of it.
    pub(crate) fn of(text: &Room) -> Self {
        let mut key = Self {
            plain: [0; 128],
            rare: [0; 256],
        };
        let mut is_plain = [false; 256];
        let mut pairs = text.chunks_exact(2);
        for slot in slots(&mut key.plain) {
            let digits = pairs.next().unwrap_or_default();
            *slot = digits.iter().fold(0, |byte, digit| {
                (byte << 4).wrapping_add((digit & 15) + 9 * (digit >> 6))
            });
            if let Some(slot) = is_plain.get_mut(usize::from(*slot)) {
                *slot = true;
            }
        }
        let (first, second) = key.rare.split_at_mut(128);
        let rare = (0..=255).zip(is_plain).filter(|(_, is_plain)| !is_plain);
        for (slot, (byte, _)) in slots(first).chain(slots(second)).zip(rare) {
            *slot = byte;
        }
        key
    }

    /// The byte at a place of the text, and how many characters stand for it.
    #[inline]
    pub(crate) fn read(&self, text: &Room, at: usize) -> (u8, usize) {
        let character = |at| usize::from(text.get(mask(at)).copied().unwrap_or(0) & 127);
        let first = character(at);
        if first > usize::from(MARKS[1]) {
            return (self.plain.get(first).copied().unwrap_or(0), 1);
        }
        let place = (first & 1) << 7 | character(at + 1);
        (self.rare.get(place).copied().unwrap_or(0), 2)
    }
}

/// Those places of a table that belong to a plain character.
fn slots(table: &mut [u8]) -> impl Iterator<Item = &mut u8> {
    let places = (0..).zip(table).skip(35);
    let plain = places.filter(|(place, _)| !matches!(place, b'<' | b'\\' | 127..));
    plain.map(|(_, slot)| slot)
}

/// How many characters stand for `bytes` in the text of `words`.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn width(words: &[String], bytes: &[u8]) -> usize {
    bytes
        .iter()
        .filter_map(|byte| words.get(usize::from(*byte)))
        .map(String::len)
        .sum()
}

/// The key of a text in which all of `bytes` stand, and the word of each byte: the most frequent ones get a character of
/// their own.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn words(bytes: &[u8]) -> (String, Vec<String>) {
    let characters: Vec<char> = (b'#'..=b'~')
        .filter(|c| !b"<\\".contains(c))
        .map(char::from)
        .collect();
    let mut order: Vec<u8> = (0..=255).collect();
    let mut counts = [0_usize; 256];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    order.sort_by_key(|byte| core::cmp::Reverse(counts.get(usize::from(*byte)).copied()));
    // Neighbours stay neighbours: what compresses the text looks at characters as classes.
    let (plain, rare) = order.split_at_mut(PLAIN);
    plain.sort_unstable();
    rare.sort_unstable();
    let mut words = vec![String::new(); 256];
    let mut name = |byte: u8, word: String| {
        if let Some(slot) = words.get_mut(usize::from(byte)) {
            *slot = word;
        }
    };
    let mut text = String::new();
    for (byte, character) in plain.iter().zip(&characters) {
        text.push_str(&format!("{byte:02x}"));
        name(*byte, character.to_string());
    }
    for (number, byte) in rare.iter().enumerate() {
        let mark = MARKS.get(number / PLAIN).copied().map_or(' ', char::from);
        let character = characters.get(number % PLAIN).copied().unwrap_or(' ');
        name(*byte, String::from_iter([mark, character]));
    }
    (text, words)
}

/// The text of `bytes`.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn write(words: &[String], bytes: &[u8]) -> String {
    bytes
        .iter()
        .filter_map(|byte| words.get(usize::from(*byte)))
        .map(String::as_str)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Key, width, words, write};
    use crate::ROOM;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_byte_comes_back(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
            let (key, words) = words(&bytes);
            let text = key + &write(&words, &bytes);
            prop_assert!(text.bytes().all(|c| (b' '..=b'~').contains(&c) && !b"\"<\\".contains(&c)));
            prop_assert_eq!(text.len(), Key::LENGTH + width(&words, &bytes));
            let mut room = [0; ROOM];
            room[..text.len()].copy_from_slice(text.as_bytes());
            let key = Key::of(&room);
            let mut at = Key::LENGTH;
            for byte in bytes {
                let (found, width) = key.read(&room, at);
                prop_assert_eq!(found, byte);
                at += width;
            }
        }
    }
}
