//! The allocator of both programs.

use lol_alloc::{FreeListAllocator, LockedAllocator};

/// The standard library's allocator is made for programs that run for days; this one is a tenth of it,
/// and our lists of free memory are short.
#[global_allocator]
static ALLOCATOR: LockedAllocator<FreeListAllocator> =
    LockedAllocator::new(FreeListAllocator::new());
