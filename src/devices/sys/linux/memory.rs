//! Memory that direct I/O accepts: whole pages, handed to the kernel by address.

#![expect(
    unsafe_code,
    reason = "memory that the kernel reads and writes behind the compiler's back"
)]

use std::ptr::NonNull;

use rustix::mm::{Advice, MapFlags, ProtFlags};

use crate::devices::target::IoFailure;

/// Pages of its own, zero at first. Unmapped when dropped.
#[derive(Debug)]
pub(super) struct Memory {
    start: NonNull<u8>,
    length: usize,
}

// SAFETY: the pages belong to this value alone, whichever thread has it.
unsafe impl Send for Memory {}

impl Memory {
    /// `length` zero bytes, which must not be 0.
    pub(super) fn new(length: usize) -> Result<Self, IoFailure> {
        let failed = |errno: rustix::io::Errno| IoFailure::Other {
            errno: errno.raw_os_error(),
        };
        let access = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a new private mapping at an address of the kernel's choice.
        let start =
            unsafe { rustix::mm::mmap_anonymous(std::ptr::null_mut(), length, access, MapFlags::PRIVATE) };
        let start = start.map_err(failed)?;
        // Large pages, where there are any, spare the kernel lists of small ones. Never needed.
        // SAFETY: exactly the mapping made above; the advice changes no byte.
        let _ = unsafe { rustix::mm::madvise(start, length, Advice::LinuxHugepage) };
        let start = NonNull::new(start.cast()).ok_or(IoFailure::Other { errno: libc::ENOMEM })?;
        Ok(Self { start, length })
    }

    /// All bytes.
    pub(super) fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: the mapping has `length` bytes, set to zero by the kernel, and this value alone has it.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.length) }
    }

    /// Where the piece `number` begins, of pieces of `piece` bytes.
    pub(super) fn address(&self, number: usize, piece: usize) -> *mut u8 {
        debug_assert!((number + 1) * piece <= self.length, "a piece of this memory");
        self.start.as_ptr().wrapping_add(number * piece)
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: exactly the mapping made in `new`. Nobody borrows from it any more; whoever gave its address to the
        // kernel keeps it from being dropped.
        let _ = unsafe { rustix::mm::munmap(self.start.as_ptr().cast(), self.length) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_begins_at_a_page_and_holds_what_is_put_there() {
        let mut memory = Memory::new(3 * 65_536).unwrap();
        assert!(memory.address(0, 4096).addr().is_multiple_of(4096));
        assert!(memory.bytes().iter().all(|byte| *byte == 0));
        memory.bytes()[65_536] = 7;
        assert_eq!(
            memory.address(1, 65_536).addr() - memory.address(0, 65_536).addr(),
            65_536
        );
        let mut memory = std::thread::spawn(move || memory).join().unwrap();
        assert_eq!(memory.bytes()[65_536], 7);
    }
}
