//! A wasm module as text: what the build packs and the page unpacks before it starts the gate.
//!
//! A script whose response names no charset is decoded in the page's own encoding, so the module
//! travels as printable ASCII without anything that a string literal or a script element would have
//! to escape. Most bytes of a module are few different ones: those are one character each, all others
//! two, the first of which is one of the [`MARKS`].
//!
//! Before that the module is sorted. In it every instruction is followed by its operands, and a
//! compressor that sees places of locals, offsets and constants in turn learns little of any. Here each
//! kind of operand stands together; which opcode has which is the table of the WebAssembly
//! specification (§5.4). It saves a tenth of what brotli makes of it.
//!
//! Unpacking is Rust too, because the page runs it in the first moment of a new process: a loop in
//! JavaScript over so many bytes runs in an interpreter there, and took longer than everything else.
//!
//! ```
//! let module = b"\0asm\x01\0\0\0"; // without code there is nothing to sort
//! assert!(packing::pack(module).is_none());
//! ```

#[cfg(target_arch = "wasm32")]
mod entry;
mod operand;
#[cfg(not(target_arch = "wasm32"))]
mod pack;
mod text;
mod unpack;

#[cfg(not(target_arch = "wasm32"))]
pub use pack::{pack, unpacked};
pub use text::MARKS;
pub use unpack::unpack;

/// The largest text, and the largest module, in bytes. The memory is not touched before it is used.
pub const ROOM: usize = 1 << 19;

/// Where a text or a module lies.
pub type Room = [u8; ROOM];

/// A place in a room, whatever it was: cheaper than looking whether it is one.
const fn mask(place: usize) -> usize {
    place & (ROOM - 1)
}
