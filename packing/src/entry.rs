//! The unpacker as a wasm of its own, which the drop-in starts first. It allocates nothing: an allocator
//! would be most of it.

use std::cell::RefCell;

use crate::{ROOM, Room};

thread_local! {
    static TEXT: RefCell<Room> = const { RefCell::new([0; ROOM]) };
    static MODULE: RefCell<Room> = const { RefCell::new([0; ROOM]) };
}

/// The place for the text, [`ROOM`] bytes.
#[expect(unsafe_code, reason = "the name of an export")]
#[unsafe(no_mangle)]
pub extern "C" fn text() -> *const u8 {
    TEXT.with_borrow(|text| text.as_ptr())
}

/// The place of the module.
#[expect(unsafe_code, reason = "the name of an export")]
#[unsafe(no_mangle)]
pub extern "C" fn module() -> *const u8 {
    MODULE.with_borrow(|module| module.as_ptr())
}

/// Unpacks a text of `length` bytes, and says how many the module has.
#[expect(unsafe_code, reason = "the name of an export")]
#[unsafe(no_mangle)]
pub extern "C" fn unpack(length: usize) -> usize {
    TEXT.with_borrow(|text| MODULE.with_borrow_mut(|module| crate::unpack(text, length, module)))
}
