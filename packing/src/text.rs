//! Bytes as printable ASCII, and back.

use crate::{Room, mask};

/// The first characters of what takes two.
pub const MARKS: [u8; 3] = [b' ', b'!', b'#'];

/// How many characters stand for a byte by themselves: everything printable but the marks, `"`, `<`
/// and `\`.
const PLAIN: usize = 89;

/// The bytes that have a character of their own: those that were the most frequent when this was written. They are in
/// order, so that neighbours stay neighbours: what compresses the text looks at characters as classes.
#[rustfmt::skip]
const BYTES: [u8; PLAIN] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 20, 24, 27, 28, 32, 33, 34, 35, 36,
    40, 41, 42, 44, 45, 46, 47, 48, 54, 55, 56, 58, 59, 64, 65, 66, 69, 70, 71, 73, 85, 86, 95, 96,
    97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115,
    116, 117, 118, 119, 120, 121, 124, 127, 128, 136, 144, 160, 176, 192, 193, 208, 216, 228, 240,
    255,
];

/// The place of a character among the plain ones. What is no such character has some place too: a
/// text that the build did not make makes no module, and browsers say so.
const fn place(character: u8) -> u8 {
    character.wrapping_sub(36 + (character > b'<') as u8 + (character > b'\\') as u8)
}

/// What the plain characters stand for.
static TABLE: [u8; 128] = table();

#[expect(clippy::indexing_slicing, reason = "the compiler does it")]
const fn table() -> [u8; 128] {
    let mut table = [0; 128];
    let mut character = b'$';
    while character < 127 {
        if character != b'<' && character != b'\\' {
            table[character as usize] = BYTES[place(character) as usize];
        }
        character += 1;
    }
    table
}

/// The byte at a place of the text, and how many characters stand for it.
#[inline]
pub(crate) fn read(text: &Room, at: usize) -> (u8, usize) {
    let character = |at| text.get(mask(at)).copied().unwrap_or(0) & 127;
    let first = character(at);
    if first > b'#' {
        return (TABLE.get(usize::from(first)).copied().unwrap_or(0), 1);
    }
    // 32, 33 and 35: as many times 89.
    let mark = first & 3;
    let base = (mark - (mark >> 1)).wrapping_mul(89);
    (place(character(at + 1)).wrapping_add(base), 2)
}

/// The word of each byte.
#[cfg(not(target_arch = "wasm32"))]
fn words() -> Vec<String> {
    let characters = (b'$'..=b'~').filter(|c| !b"<\\".contains(c));
    let characters: Vec<char> = characters.map(char::from).collect();
    let pairs = MARKS
        .iter()
        .flat_map(|mark| characters.iter().map(|c| [char::from(*mark), *c]));
    let mut words: Vec<String> = pairs.map(String::from_iter).take(256).collect();
    for (byte, character) in BYTES.iter().zip(&characters) {
        if let Some(word) = words.get_mut(usize::from(*byte)) {
            *word = String::from(*character);
        }
    }
    words
}

/// The text of `bytes`.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn write(bytes: &[u8]) -> String {
    let words = words();
    let found = bytes
        .iter()
        .filter_map(|byte| words.get(usize::from(*byte)));
    found.map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::{read, write};
    use crate::ROOM;

    #[test]
    fn every_byte_comes_back() {
        let bytes: Vec<u8> = (0..=255).chain((0..=255).rev()).collect();
        let text = write(&bytes);
        assert!(
            text.bytes()
                .all(|c| (b' '..=b'~').contains(&c) && !b"\"<\\".contains(&c))
        );
        let mut room = [0; ROOM];
        room[..text.len()].copy_from_slice(text.as_bytes());
        let mut at = 0;
        for byte in bytes {
            let (found, width) = read(&room, at);
            assert_eq!(found, byte);
            at += width;
        }
        assert_eq!(at, text.len());
    }
}
