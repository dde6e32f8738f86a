//! Which opcode has which operands, and in which part they stand.

/// What stands before the code.
pub(crate) const FRONT: usize = 0;
/// Opcodes, and the types of blocks.
pub(crate) const OPCODE: usize = 1;
/// Declarations of locals.
pub(crate) const DECLARED: usize = 2;
/// Depths of branches.
pub(crate) const BRANCH: usize = 3;
/// Functions that are called.
pub(crate) const CALL: usize = 4;
/// Places of locals.
pub(crate) const LOCAL: usize = 5;
/// Offsets of loads and stores, their first byte.
pub(crate) const OFFSET: usize = 6;
/// The rest of great offsets, since there are few such.
pub(crate) const FAR: usize = 7;
/// Constants of 64 bits, and floats.
pub(crate) const LONG: usize = 8;
/// All other operands.
pub(crate) const OTHER: usize = 9;
/// Constants, in a part for each opcode that may come next: what is added is of another kind than what is stored, or
/// what is an address of a text.
pub(crate) const CONSTANT: usize = 10;
/// What stands behind the code.
pub(crate) const BACK: usize = CONSTANT + 256;
/// How many parts there are.
pub(crate) const PARTS: usize = BACK + 1;

/// `end`
pub(crate) const END: u8 = 0x0b;
/// The first byte of the long opcodes: copies, fills, saturating conversions.
pub(crate) const PREFIX: u8 = 0xfc;

/// What follows an opcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    /// Nothing.
    None,
    /// A type, and everything up to the `end` of it.
    Block,
    /// So many numbers of a part.
    Numbers(usize, usize),
    /// A table of branches: its length, then so many depths and one more.
    Branches,
    /// An alignment, and an offset. The alignment is a hint, and always the natural one here.
    Memory(u8),
    /// A constant of 32 bits.
    Constant,
    /// So many bytes of a float.
    Float(usize),
}

/// The operands of `code`; `next` is the byte behind it, the second half of a long opcode.
pub(crate) const fn operand(code: u8, next: u8) -> Operand {
    match code {
        0x02..=0x04 => Operand::Block,
        0x0c | 0x0d => Operand::Numbers(BRANCH, 1),
        0x0e => Operand::Branches,
        0x10 => Operand::Numbers(CALL, 1),
        0x11 | 0x1c => Operand::Numbers(OTHER, 2),
        0x20..=0x22 => Operand::Numbers(LOCAL, 1),
        0x23..=0x26 | 0x3f | 0x40 | 0xd0..=0xd2 => Operand::Numbers(OTHER, 1),
        0x28..=0x3e => Operand::Memory(alignment(code)),
        0x41 => Operand::Constant,
        0x42 => Operand::Numbers(LONG, 1),
        0x43 => Operand::Float(4),
        0x44 => Operand::Float(8),
        PREFIX => Operand::Numbers(OTHER, long(next)),
        _ => Operand::None,
    }
}

/// The power of two that a load or store is naturally aligned to.
const fn alignment(code: u8) -> u8 {
    match code {
        0x2c | 0x2d | 0x30 | 0x31 | 0x3a | 0x3c => 0,
        0x2e | 0x2f | 0x32 | 0x33 | 0x3b | 0x3d => 1,
        0x29 | 0x2b | 0x37 | 0x39 => 3,
        _ => 2,
    }
}

/// How many numbers follow a long opcode.
const fn long(next: u8) -> usize {
    match next {
        0..8 => 0,
        8 | 10 | 12 | 14 => 2,
        _ => 1,
    }
}
