//! From text to the module.
//!
//! A page waits for it in a browser that has compiled this without any care, so it is one pass over the text, each place
//! is masked instead of checked, and nothing is stored that could be counted.

use crate::operand::{
    BACK, BRANCH, CONSTANT, DECLARED, END, FAR, FRONT, LONG, OFFSET, OPCODE, Operand, PARTS,
    PREFIX, operand,
};
use crate::{Room, mask, text};

/// Puts the module that `text` holds into `module`, and says how many bytes it has. What [`crate::pack()`] did not
/// write makes no module, which the browser then says.
pub fn unpack(text: &Room, length: usize, module: &mut Room) -> usize {
    let mut parts = Parts {
        text,
        length,
        next: [0; PARTS],
        module,
        made: 0,
    };
    // The lengths of the parts stand first, and would make a module of their own.
    let mut ends = [0; PARTS];
    for end in &mut ends {
        *end = parts.copy(FRONT);
    }
    parts.made = 0;
    let mut at = parts.at(FRONT);
    for (next, end) in parts.next.iter_mut().zip(&mut ends) {
        *next = at;
        at = at.wrapping_add(*end);
        *end = at;
    }
    let [front, .., back] = ends;
    parts.copy_to(FRONT, front);
    for _ in 0..parts.copy(DECLARED) {
        let start = parts.made;
        parts.function();
        parts.put_size_before(start);
    }
    parts.copy_to(BACK, back);
    parts.made
}

/// The parts, each with its own place to read from, and what was made of them.
struct Parts<'a> {
    text: &'a Room,
    length: usize,
    next: [usize; PARTS],
    module: &'a mut Room,
    made: usize,
}

impl Parts<'_> {
    fn function(&mut self) {
        for _ in 0..2 * self.copy(DECLARED) {
            self.copy(DECLARED);
        }
        let mut depth = 1;
        while depth > 0 && self.at(OPCODE) < self.length {
            let code = self.byte(OPCODE);
            if code == END {
                depth -= 1;
                continue;
            }
            let next = if code == PREFIX { self.byte(OPCODE) } else { 0 };
            match operand(code, next) {
                Operand::None => {}
                Operand::Block => {
                    depth += 1;
                    self.copy(OPCODE);
                }
                Operand::Numbers(part, count) => {
                    for _ in 0..count {
                        self.copy(part);
                    }
                }
                Operand::Branches => {
                    for _ in 0..=self.copy(BRANCH) {
                        self.copy(BRANCH);
                    }
                }
                Operand::Memory(alignment) => {
                    self.put(alignment);
                    if self.byte(OFFSET) > 127 {
                        self.copy(FAR);
                    }
                }
                Operand::Constant => {
                    let (next, _) = text::read(self.text, self.at(OPCODE));
                    self.copy(CONSTANT + usize::from(next));
                }
                Operand::Float(bytes) => {
                    for _ in 0..bytes {
                        self.byte(LONG);
                    }
                }
            }
        }
    }

    /// Where a part goes on.
    #[inline]
    fn at(&self, part: usize) -> usize {
        self.next.get(part).copied().unwrap_or(usize::MAX)
    }

    #[inline]
    fn put(&mut self, byte: u8) {
        if let Some(slot) = self.module.get_mut(mask(self.made)) {
            *slot = byte;
        }
        self.made += 1;
    }

    /// Copies the byte that comes next in a part.
    #[inline(never)]
    fn byte(&mut self, part: usize) -> u8 {
        let Some(next) = self.next.get_mut(part) else {
            return 0;
        };
        let (byte, width) = text::read(self.text, *next);
        *next = next.wrapping_add(width);
        self.put(byte);
        byte
    }

    /// Copies a number: LEB128 ends with the first byte below 128.
    #[inline(never)]
    fn copy(&mut self, part: usize) -> usize {
        let mut value = 0;
        let mut shift = 0;
        loop {
            let byte = self.byte(part);
            value |= usize::from(byte & 127).wrapping_shl(shift);
            shift += 7;
            if byte < 128 {
                return value;
            }
        }
    }

    /// Copies what is left of a part.
    fn copy_to(&mut self, part: usize, end: usize) {
        while self.at(part) < end.min(self.length) {
            self.byte(part);
        }
    }

    /// Puts the size of what was made since `start` before it, in LEB128.
    fn put_size_before(&mut self, start: usize) {
        let end = self.made;
        let mut size = end - start;
        let room = 1 + usize::from(size > 127) + usize::from(size > 16383);
        if end + room <= self.module.len() {
            self.module.copy_within(start..end, start + room);
        }
        self.made = start;
        for _ in 1..room {
            self.put(low(size) | 128);
            size >>= 7;
        }
        self.put(low(size));
        self.made = end + room;
    }
}

#[expect(clippy::cast_possible_truncation, reason = "seven bits are wanted")]
const fn low(size: usize) -> u8 {
    (size & 127) as u8
}
