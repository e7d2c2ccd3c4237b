//! The allocator of what is built for WebAssembly: rlsf's, a tenth of the code of the standard library's, and as fast.
//!
//! As rlsf has it ready-made, the first allocation grows the memory: a system call and three pages of the host's for each instance. Here
//! a room among the component's data comes first, into which all fits that a question takes; memory grows only for more.

#![expect(unsafe_code, reason = "what an allocator is: two traits whose contracts are these")]

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::memory_grow;
use core::cell::UnsafeCell;
use core::mem::{MaybeUninit, replace};
use core::ptr::{self, NonNull};

use rlsf::{FlexSource, FlexTlsf, GRANULARITY};

/// How many bytes the room has. A signature with a session token of 2 KiB takes about half of them.
const ROOM: usize = 16 << 10;

/// A page of WebAssembly, by which memory grows.
const PAGE: usize = 64 << 10;

/// Lists by size: eight for each power of two, up to twice the 16 MiB that hosts allow, in less than a page of the host's.
type Lists = FlexTlsf<Source, u32, u32, 21, 8>;

/// The allocator itself.
pub(crate) struct Allocator(UnsafeCell<Lists>);

impl Allocator {
    pub(crate) const fn new() -> Self {
        Self(UnsafeCell::new(Lists::new(Source { is_taken: false })))
    }
}

// SAFETY: a component has one thread.
unsafe impl Sync for Allocator {}

// SAFETY: each call goes on to rlsf's, whose contract is this one; and none calls another, so that there is one borrow at a time.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let lists = unsafe { &mut *self.0.get() };
        lists.allocate(layout).map_or(ptr::null_mut(), NonNull::as_ptr)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let lists = unsafe { &mut *self.0.get() };
        if let Some(block) = NonNull::new(block) {
            unsafe { lists.deallocate(block, layout.align()) }
        }
    }
}

#[repr(align(16))]
struct Room(UnsafeCell<MaybeUninit<[u8; ROOM]>>);

// SAFETY: as for the allocator.
unsafe impl Sync for Room {}

static FIRST: Room = Room(UnsafeCell::new(MaybeUninit::uninit()));

/// Where memory comes from.
struct Source {
    is_taken: bool,
}

// SAFETY: the room is given once, and what memory grows by is nobody else's. Neither is given back.
unsafe impl FlexSource for Source {
    unsafe fn alloc(&mut self, at_least: usize) -> Option<NonNull<[u8]>> {
        let (start, size) = if at_least <= ROOM && !replace(&mut self.is_taken, true) {
            (FIRST.0.get().cast(), ROOM)
        } else {
            let pages = at_least.div_ceil(PAGE);
            let before = memory_grow(0, pages);
            // What it answers where memory cannot grow.
            if before == usize::MAX {
                return None;
            }
            (ptr::with_exposed_provenance_mut(before * PAGE), pages * PAGE)
        };
        NonNull::new(ptr::slice_from_raw_parts_mut(start, size))
    }

    fn min_align(&self) -> usize {
        GRANULARITY
    }
}
