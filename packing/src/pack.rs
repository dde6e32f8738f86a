//! From the module to text, at build time.

use crate::operand::{
    BACK, BRANCH, CONSTANT, DECLARED, FAR, FRONT, LONG, OFFSET, OPCODE, Operand, PARTS, PREFIX,
    operand,
};
use crate::{ROOM, text, unpack};

/// The section of the code, and what stands before the sections.
const CODE: u8 = 10;
const HEADER: usize = 8;

/// The module as text, and the module as it comes out again: the alignment of loads and stores, a hint
/// that engines don't look at, has become the natural one. `None` for what is no module with code, has
/// instructions that are unknown here, or is too large.
#[must_use]
pub fn pack(module: &[u8]) -> Option<(String, Vec<u8>)> {
    let mut packer = Packer {
        module,
        at: HEADER,
        parts: vec![Vec::new(); PARTS],
    };
    packer.sort()?;
    let text = packer.text()?;
    if text.len().max(module.len()) > ROOM {
        return None;
    }
    let back = unpacked(&text);
    is_same(module, &back).then_some((text, back))
}

/// What the page makes of a text.
#[must_use]
pub fn unpacked(text: &str) -> Vec<u8> {
    let mut room = Box::new([0; ROOM]);
    for (slot, byte) in room.iter_mut().zip(text.bytes()) {
        *slot = byte;
    }
    let mut module = Box::new([0; ROOM]);
    let length = unpack(&room, text.len(), &mut module);
    module.get(..length).unwrap_or_default().to_vec()
}

/// Of the same length and nearly the same bytes: only alignments may differ, which are no more than 3.
fn is_same(module: &[u8], back: &[u8]) -> bool {
    module.len() == back.len()
        && module
            .iter()
            .zip(back)
            .all(|(one, other)| one == other || (*one <= 3 && *other <= 3))
}

struct Packer<'a> {
    module: &'a [u8],
    at: usize,
    parts: Vec<Vec<u8>>,
}

impl Packer<'_> {
    /// Takes the module apart.
    fn sort(&mut self) -> Option<()> {
        let mut end = HEADER;
        loop {
            self.at = end;
            let section = self.next()?;
            self.at += 1;
            let size = self.number()?;
            end = self.at.checked_add(size)?;
            if section == CODE {
                break;
            }
        }
        let front = self.module.get(..self.at)?;
        self.part(FRONT)?.extend_from_slice(front);
        let functions = self.copy(DECLARED)?;
        for _ in 0..functions {
            let size = self.number()?;
            self.function(self.at.checked_add(size)?)?;
        }
        let back = self.module.get(end..)?;
        self.part(BACK)?.extend_from_slice(back);
        (self.at == end).then_some(())
    }

    /// The parts one after the other, with the lengths of their texts before them.
    fn text(&self) -> Option<String> {
        let mut lengths = Vec::new();
        for part in &self.parts {
            let mut length = text::write(part).len();
            while length > 127 {
                lengths.push(u8::try_from(length & 127).ok()? | 128);
                length >>= 7;
            }
            lengths.push(u8::try_from(length).ok()?);
        }
        Some(text::write(&[lengths, self.parts.concat()].concat()))
    }

    fn function(&mut self, end: usize) -> Option<()> {
        let groups = self.copy(DECLARED)?;
        for _ in 0..2 * groups {
            self.copy(DECLARED)?;
        }
        while self.at < end {
            let code = self.byte(OPCODE)?;
            let next = if code == PREFIX {
                self.byte(OPCODE)?
            } else {
                0
            };
            match operand(code, next) {
                Operand::None => {}
                Operand::Block => drop(self.copy(OPCODE)?),
                Operand::Numbers(part, count) => {
                    for _ in 0..count {
                        self.copy(part)?;
                    }
                }
                Operand::Branches => {
                    let more = self.copy(BRANCH)?;
                    for _ in 0..=more {
                        self.copy(BRANCH)?;
                    }
                }
                Operand::Memory(_) => {
                    self.at += 1;
                    if self.byte(OFFSET)? > 127 {
                        self.copy(FAR)?;
                    }
                }
                Operand::Constant => {
                    let length = self
                        .module
                        .get(self.at..)?
                        .iter()
                        .position(|byte| *byte < 128)?
                        + 1;
                    let next = *self.module.get(self.at + length)?;
                    self.copy(CONSTANT + usize::from(next))?;
                }
                Operand::Float(bytes) => {
                    for _ in 0..bytes {
                        self.byte(LONG)?;
                    }
                }
            }
        }
        (self.at == end).then_some(())
    }

    fn part(&mut self, part: usize) -> Option<&mut Vec<u8>> {
        self.parts.get_mut(part)
    }

    fn next(&self) -> Option<u8> {
        self.module.get(self.at).copied()
    }

    fn byte(&mut self, part: usize) -> Option<u8> {
        let byte = self.next()?;
        self.part(part)?.push(byte);
        self.at += 1;
        Some(byte)
    }

    /// Copies a number to its part.
    fn copy(&mut self, part: usize) -> Option<usize> {
        let start = self.at;
        let value = self.number()?;
        let bytes = self.module.get(start..self.at)?;
        self.parts.get_mut(part)?.extend_from_slice(bytes);
        Some(value)
    }

    /// A number in LEB128.
    fn number(&mut self) -> Option<usize> {
        let mut value = 0;
        let mut shift = 0;
        loop {
            let byte = self.next()?;
            self.at += 1;
            value |= usize::from(byte & 127).checked_shl(shift)?;
            shift += 7;
            if byte < 128 {
                return Some(value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{pack, unpacked};

    /// A module with one function of `body` (its declarations and instructions), and something behind it.
    fn module(body: &[u8]) -> Vec<u8> {
        let size = u8::try_from(body.len()).unwrap();
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        module.extend([1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, size + 2, 1, size]);
        module.extend(body);
        module.extend([0, 3, 1, b'x', 7]);
        module
    }

    #[test]
    fn every_kind_of_operand_comes_back() {
        let body = [
            &[1, 2, 0x7f][..],                           // two locals
            &[0x02, 0x40, 0x03, 0x7f, 0x0b, 0x0b],       // blocks
            &[0x41, 0x80, 0x01, 0x6a, 0x41, 0x05, 0x1a], // a constant that is added, and one that is not
            &[
                0x42, 0x90, 0x7f, 0x43, 1, 2, 3, 4, 0x44, 1, 2, 3, 4, 5, 6, 7, 8,
            ], // long ones
            &[0x28, 2, 5, 0x36, 2, 0x90, 0x80, 0x01],    // near and far
            &[0x0e, 2, 0, 1, 0, 0x0c, 3, 0x10, 9, 0x11, 0, 0], // branches and calls
            &[0xfc, 0x0a, 0, 0, 0xfc, 0x00, 0x20, 1, 0x0b], // a copy, a conversion, a local
        ]
        .concat();
        let module = module(&body);
        let (text, back) = pack(&module).unwrap();
        assert_eq!(back, module);
        assert_eq!(unpacked(&text), module);
    }

    #[test]
    fn an_alignment_becomes_the_natural_one() {
        let (_, back) = pack(&module(&[0, 0x28, 0, 5, 0x0b])).unwrap();
        assert_eq!(back, module(&[0, 0x28, 2, 5, 0x0b]));
    }

    #[test]
    fn what_is_no_module_is_refused() {
        for bytes in [
            &b""[..],
            b"\0asm\x01\0\0\0",
            &module(&[0, 0x28, 2])[..20],
            &[9; 40],
        ] {
            assert!(pack(bytes).is_none());
        }
    }
}
