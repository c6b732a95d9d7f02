//! System calls of XFS that no crate has names for: its counts, and the blocks that it keeps for itself
//! (`libxfs/xfs_fs.h`, Linux 6.18).
//!
//! Each function is safe to call. Errors are system error numbers.

#![expect(unsafe_code, reason = "system calls without a safe wrapper")]

use std::fs::File;
use std::os::fd::AsRawFd;

use rustix::ioctl::opcode;

/// `struct xfs_fsop_counts`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Counts {
    free_blocks: u64,
    free_realtime: u64,
    /// Inodes that are on the medium and no file's.
    free_inodes: u64,
    inodes: u64,
}

/// `struct xfs_fsop_resblks`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Reserved {
    blocks: u64,
    available: u64,
}

const FSCOUNTS: u32 = opcode::read::<Counts>(b'X', 113);
const SET_RESBLKS: u32 = opcode::read_write::<Reserved>(b'X', 114);
const GET_RESBLKS: u32 = opcode::read::<Reserved>(b'X', 115);

fn ask<T>(file: &File, request: u32, value: &mut T) -> Result<(), i32> {
    // SAFETY: the descriptor is open for as long as `file` is borrowed. Callers in this file pair each request with
    // the structure that the kernel reads and writes, alive here.
    let answer = unsafe { libc::ioctl(file.as_raw_fd(), request as _, std::ptr::from_mut(value)) };
    if answer == 0 {
        return Ok(());
    }
    let error = std::io::Error::last_os_error();
    Err(error.raw_os_error().unwrap_or(libc::EIO))
}

/// Inodes that an XFS has on the medium and that are no file's.
pub(super) fn xfs_free_inodes(folder: &File) -> Result<u64, i32> {
    let mut counts = Counts::default();
    ask(folder, FSCOUNTS, &mut counts)?;
    Ok(counts.free_inodes)
}

/// How many blocks an XFS keeps for itself.
pub(super) fn xfs_reserved(folder: &File) -> Result<u64, i32> {
    let mut reserved = Reserved::default();
    ask(folder, GET_RESBLKS, &mut reserved)?;
    Ok(reserved.blocks)
}

/// Makes an XFS keep `blocks` for itself, as far as it has them.
pub(super) fn set_xfs_reserved(folder: &File, blocks: u64) -> Result<(), i32> {
    let mut reserved = Reserved { blocks, available: 0 };
    ask(folder, SET_RESBLKS, &mut reserved)
}
