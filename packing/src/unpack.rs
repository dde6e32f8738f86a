//! From text to the module.

use crate::operand::{
    ADD, BACK, BRANCH, CONSTANT, DECLARED, END, FAR, FRONT, LONG, OFFSET, OPCODE, Operand, PARTS,
    PREFIX, SUMMAND, operand,
};
use crate::text;

/// Puts the module that `text` holds into `room`, and says how many bytes it has. The text is used up. What
/// [`crate::pack()`] did not write makes no module, which the browser then says.
pub fn unpack(text: &mut [u8], room: &mut [u8]) -> usize {
    let length = text::read(text);
    let mut parts = Parts::of(text.get(..length).unwrap_or_default());
    let mut module = Sink { room, length: 0 };
    parts.copy_all(FRONT, &mut module);
    let functions = parts.copy(DECLARED, &mut module);
    for _ in 0..functions {
        let start = module.length;
        function(&mut parts, &mut module);
        module.put_size_before(start);
    }
    parts.copy_all(BACK, &mut module);
    module.length
}

/// Where bytes go.
struct Sink<'a> {
    room: &'a mut [u8],
    length: usize,
}

impl Sink<'_> {
    #[inline]
    fn put(&mut self, byte: u8) {
        if let Some(slot) = self.room.get_mut(self.length) {
            *slot = byte;
            self.length += 1;
        }
    }

    /// Puts the size of what was written since `start` before it, in LEB128.
    fn put_size_before(&mut self, start: usize) {
        let end = self.length;
        let mut size = end - start;
        let room = 1 + usize::from(size > 127) + usize::from(size > 16383);
        for _ in 0..room {
            self.put(0);
        }
        if self.length == end + room {
            self.room.copy_within(start..end, start + room);
        }
        self.length = start;
        for _ in 1..room {
            self.put(low(size) | 128);
            size >>= 7;
        }
        self.put(low(size));
        self.length = end + room;
    }
}

fn function(parts: &mut Parts<'_>, body: &mut Sink<'_>) {
    let groups = parts.copy(DECLARED, body);
    for _ in 0..2 * groups {
        parts.copy(DECLARED, body);
    }
    let mut depth = 1;
    while depth > 0 && !parts.is_over(OPCODE) {
        let code = parts.copy_byte(OPCODE, body);
        if code == END {
            depth -= 1;
            continue;
        }
        let next = if code == PREFIX {
            parts.copy_byte(OPCODE, body)
        } else {
            0
        };
        match operand(code, next) {
            Operand::None => {}
            Operand::Block => {
                depth += 1;
                parts.copy(OPCODE, body);
            }
            Operand::Numbers(part, count) => {
                for _ in 0..count {
                    parts.copy(part, body);
                }
            }
            Operand::Branches => {
                let more = parts.copy(BRANCH, body);
                for _ in 0..=more {
                    parts.copy(BRANCH, body);
                }
            }
            Operand::Memory(alignment) => {
                body.put(alignment);
                if parts.copy_byte(OFFSET, body) > 127 {
                    parts.copy(FAR, body);
                }
            }
            Operand::Constant => {
                let part = if parts.next(OPCODE) == ADD {
                    SUMMAND
                } else {
                    CONSTANT
                };
                parts.copy(part, body);
            }
            Operand::Float(bytes) => {
                for _ in 0..bytes {
                    parts.copy_byte(LONG, body);
                }
            }
        }
    }
}

/// The parts one after the other, each with its own place to read from.
struct Parts<'a> {
    packed: &'a [u8],
    lengths: [usize; PARTS],
    next: [usize; PARTS],
}

impl<'a> Parts<'a> {
    fn of(packed: &'a [u8]) -> Self {
        let mut parts = Self {
            packed,
            lengths: [0; PARTS],
            next: [0; PARTS],
        };
        let mut lengths = [0; PARTS];
        for length in &mut lengths {
            *length = parts.copy(
                FRONT,
                &mut Sink {
                    room: &mut [],
                    length: 0,
                },
            );
        }
        let mut at = parts.next.first().copied().unwrap_or(0);
        for (next, length) in parts.next.iter_mut().zip(lengths) {
            *next = at;
            at = at.saturating_add(length).min(packed.len());
        }
        parts.lengths = lengths.map(|length| length.min(packed.len()));
        parts
    }

    /// The byte that comes next in a part; 0 behind the end.
    #[inline]
    fn next(&self, part: usize) -> u8 {
        self.next
            .get(part)
            .and_then(|at| self.packed.get(*at))
            .copied()
            .unwrap_or(0)
    }

    #[inline]
    fn byte(&mut self, part: usize) -> u8 {
        let byte = self.next(part);
        if let Some(at) = self.next.get_mut(part) {
            *at += 1;
        }
        byte
    }

    /// Copies what is left of a part.
    fn copy_all(&mut self, part: usize, to: &mut Sink<'_>) {
        for _ in 0..self.lengths.get(part).copied().unwrap_or(0) {
            self.copy_byte(part, to);
        }
    }

    fn is_over(&self, part: usize) -> bool {
        self.next
            .get(part)
            .is_none_or(|at| *at >= self.packed.len())
    }

    #[inline(never)]
    fn copy_byte(&mut self, part: usize, to: &mut Sink<'_>) -> u8 {
        let byte = self.byte(part);
        to.put(byte);
        byte
    }

    /// Copies a number: LEB128 ends with the first byte below 128.
    #[inline(never)]
    fn copy(&mut self, part: usize, to: &mut Sink<'_>) -> usize {
        let mut value = 0;
        let mut shift = 0;
        loop {
            let byte = self.copy_byte(part, to);
            value |= usize::from(byte & 127).wrapping_shl(shift);
            shift += 7;
            if byte < 128 {
                return value;
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "seven bits are wanted")]
const fn low(size: usize) -> u8 {
    (size & 127) as u8
}
