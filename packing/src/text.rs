//! Bytes as printable ASCII, and back.

/// The first characters of what takes two.
pub const MARKS: [u8; 2] = [b' ', b'!'];

/// How many characters stand for a byte by themselves: everything printable but the marks, `"`, `<`
/// and `\`.
pub(crate) const PLAIN: usize = 90;

/// The place of a character among the plain ones. What is no such character has some place too: a
/// text that the build did not make makes no module, and browsers say so.
#[inline]
const fn place(character: u8) -> usize {
    let skipped = 35 + (character > b'<') as usize + (character > b'\\') as usize;
    (character as usize).wrapping_sub(skipped) & 127
}

/// Puts the bytes that a text stands for in its place, and says how many there are: none is written
/// before its characters were read.
pub(crate) fn read(text: &mut [u8]) -> usize {
    let mut plain = [0_u8; 128];
    let mut is_plain = [false; 256];
    for (slot, digits) in plain.iter_mut().zip(text.chunks_exact(2)).take(PLAIN) {
        *slot = digits.iter().fold(0_u8, |byte, digit| {
            (byte << 4).wrapping_add((digit & 15) + 9 * (digit >> 6))
        });
        if let Some(slot) = is_plain.get_mut(usize::from(*slot)) {
            *slot = true;
        }
    }
    let mut rare = [0_u8; 256];
    let mut slots = rare.iter_mut();
    for (byte, is_plain) in (0..=255).zip(is_plain) {
        if !is_plain && let Some(slot) = slots.next() {
            *slot = byte;
        }
    }
    let mut length = 0;
    let mut at = 2 * PLAIN;
    while let Some(&character) = text.get(at) {
        at += 1;
        let byte = if character <= b'!' {
            let second = text.get(at).map_or(0, |second| place(*second));
            at += 1;
            rare.get(usize::from(character & 1) * PLAIN + second)
        } else {
            plain.get(place(character))
        };
        let byte = byte.copied().unwrap_or(0);
        if let Some(slot) = text.get_mut(length) {
            *slot = byte;
        }
        length += 1;
    }
    length
}

/// `bytes` as text: the most frequent ones get a character of their own.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn write(bytes: &[u8]) -> String {
    let characters: Vec<char> = (b'"'..=b'~')
        .filter(|c| !b"\"<\\".contains(c))
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
    for byte in bytes {
        text.push_str(words.get(usize::from(*byte)).map_or("", |word| word));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{read, write};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_byte_comes_back(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
            let text = write(&bytes);
            let mut place = text.clone().into_bytes();
            let length = read(&mut place);
            prop_assert_eq!(&place[..length], bytes.as_slice());
            prop_assert!(text.bytes().all(|c| (b' '..=b'~').contains(&c) && !b"\"<\\".contains(&c)));
        }

        #[test]
        fn no_text_harms(mut text in prop::collection::vec(any::<u8>(), 0..600)) {
            let length = text.len();
            prop_assert!(read(&mut text) <= length);
        }
    }
}
