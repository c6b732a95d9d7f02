//! System calls that no crate has safe names for: block and loop ioctls (`linux/fs.h`,
//! `linux/blkpg.h`, `linux/loop.h`, `linux/fiemap.h`), leases, `cachestat(2)`, `mincore(2)`,
//! `adjtimex(2)`, `ioprio_set(2)`. Linux 6.18 headers.
//!
//! Each function is safe to call: arguments are checked or fixed here. Errors are system error numbers.

#![expect(unsafe_code, reason = "system calls without a safe wrapper")]

use std::ffi::{c_int, c_long, c_void};
use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::ioctl::opcode;

use crate::devices::facts::{ClockState, Partition};

/// `_IO(0x12, …)` and its kin, with the encoding of the machine that is built for.
mod number {
    use super::opcode;
    pub(super) const BLKROGET: u32 = opcode::none(0x12, 94);
    pub(super) const BLKRRPART: u32 = opcode::none(0x12, 95);
    pub(super) const BLKFLSBUF: u32 = opcode::none(0x12, 97);
    pub(super) const BLKSSZGET: u32 = opcode::none(0x12, 104);
    pub(super) const BLKPG: u32 = opcode::none(0x12, 105);
    pub(super) const BLKGETSIZE64: u32 = opcode::read::<usize>(0x12, 114);
    pub(super) const BLKGETDISKSEQ: u32 = opcode::read::<u64>(0x12, 128);
    pub(super) const LOOP_GET_STATUS64: u32 = 0x4C05;
    pub(super) const FIBMAP: u32 = opcode::none(0, 1);
    pub(super) const FIGETBSZ: u32 = opcode::none(0, 2);
    pub(super) const FS_IOC_FSGETXATTR: u32 = opcode::read::<super::ExtendedFlags>(b'X', 31);
    pub(super) const FS_IOC_FIEMAP: u32 = opcode::read_write::<super::FiemapHead>(b'f', 11);
}

fn errno() -> i32 {
    std::io::Error::last_os_error()
        .raw_os_error()
        .unwrap_or(libc::EIO)
}

/// An ioctl on `file` with `argument` as its pointer or number.
fn ioctl(file: &File, request: u32, argument: *mut c_void) -> Result<(), i32> {
    // SAFETY: the descriptor is open for as long as `file` is borrowed. Callers in this file pair
    // each request with an argument of the type that the kernel reads and writes, alive here.
    let answer = unsafe { libc::ioctl(file.as_raw_fd(), request as _, argument) };
    if answer == 0 { Ok(()) } else { Err(errno()) }
}

fn ioctl_plain(file: &File, request: u32) -> Result<(), i32> {
    ioctl(file, request, std::ptr::null_mut())
}

fn ioctl_value<T: Copy + Default>(file: &File, request: u32) -> Result<T, i32> {
    let mut value = T::default();
    ioctl(file, request, (&raw mut value).cast())?;
    Ok(value)
}

/// Size of a block device in bytes.
pub(super) fn device_size(file: &File) -> Result<u64, i32> {
    ioctl_value(file, number::BLKGETSIZE64)
}

/// Logical block size of a block device in bytes.
pub(super) fn device_block(file: &File) -> Result<u32, i32> {
    u32::try_from(ioctl_value::<c_int>(file, number::BLKSSZGET)?).map_err(|_| libc::EINVAL)
}

/// Whether the kernel has a block device read-only.
pub(super) fn device_read_only(file: &File) -> Result<bool, i32> {
    Ok(ioctl_value::<c_int>(file, number::BLKROGET)? != 0)
}

/// The disk's sequence number (Linux 5.15).
pub(super) fn device_sequence(file: &File) -> Result<u64, i32> {
    ioctl_value(file, number::BLKGETDISKSEQ)
}

/// Writes out a block device's buffers and drops them.
pub(super) fn flush_buffers(file: &File) -> Result<(), i32> {
    ioctl_plain(file, number::BLKFLSBUF)
}

/// Asks the kernel to read the partition table again.
pub(super) fn reread_partitions(file: &File) -> Result<(), i32> {
    ioctl_plain(file, number::BLKRRPART)
}

#[repr(C)]
struct BlkpgPartition {
    start: i64,
    length: i64,
    number: c_int,
    device_name: [u8; 64],
    volume_name: [u8; 64],
}

#[repr(C)]
struct BlkpgArgument {
    operation: c_int,
    flags: c_int,
    data_length: c_int,
    data: *mut c_void,
}

const BLKPG_ADD_PARTITION: c_int = 1;
const BLKPG_DEL_PARTITION: c_int = 2;

fn partition_call(disk: &File, operation: c_int, partition: &Partition) -> Result<(), i32> {
    let mut data = BlkpgPartition {
        start: i64::try_from(partition.start.0).map_err(|_| libc::EINVAL)?,
        length: i64::try_from(partition.size.0).map_err(|_| libc::EINVAL)?,
        number: c_int::try_from(partition.index).map_err(|_| libc::EINVAL)?,
        device_name: [0; 64],
        volume_name: [0; 64],
    };
    let mut argument = BlkpgArgument {
        operation,
        flags: 0,
        data_length: c_int::try_from(size_of::<BlkpgPartition>()).map_err(|_| libc::EINVAL)?,
        data: (&raw mut data).cast(),
    };
    ioctl(disk, number::BLKPG, (&raw mut argument).cast())
}

/// Makes the kernel forget a partition. Nothing is written; busy where somebody has it open.
pub(super) fn forget_partition(disk: &File, partition: &Partition) -> Result<(), i32> {
    partition_call(disk, BLKPG_DEL_PARTITION, partition)
}

/// Makes the kernel show a partition. Nothing is written.
pub(super) fn show_partition(disk: &File, partition: &Partition) -> Result<(), i32> {
    partition_call(disk, BLKPG_ADD_PARTITION, partition)
}

/// `struct loop_info64`.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct LoopStatus {
    /// `st_dev` of the backing file.
    pub(super) lo_device: u64,
    /// `st_ino` of the backing file.
    pub(super) lo_inode: u64,
    /// `st_rdev` of the backing file.
    pub(super) lo_rdevice: u64,
    rest: [u64; 26],
}

/// What the loop device at `node` is bound to.
pub(super) fn loop_status(node: &Path) -> Result<LoopStatus, i32> {
    let file = std::fs::OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(node)
        .map_err(|error| error.raw_os_error().unwrap_or(libc::EIO))?;
    loop_status_of(&file)
}

/// What an open loop device is bound to.
pub(super) fn loop_status_of(file: &File) -> Result<LoopStatus, i32> {
    let mut status = LoopStatus {
        lo_device: 0,
        lo_inode: 0,
        lo_rdevice: 0,
        rest: [0; 26],
    };
    ioctl(file, number::LOOP_GET_STATUS64, (&raw mut status).cast())?;
    Ok(status)
}

/// Opens a block device read-only and exclusively, and closes it again.
pub(super) fn open_exclusively_to_look(node: &Path) -> Result<(), i32> {
    let flags = libc::O_EXCL | libc::O_NONBLOCK;
    let opened = std::fs::OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(node);
    opened
        .map(drop)
        .map_err(|error| error.raw_os_error().unwrap_or(libc::EIO))
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(super) struct FiemapHead {
    start: u64,
    length: u64,
    flags: u32,
    mapped: u32,
    capacity: u32,
    reserved: u32,
}

/// `struct fiemap_extent`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(super) struct Extent {
    /// Where it begins in the file.
    pub(super) logical: u64,
    /// Where it begins on the device, unless a flag says otherwise.
    pub(super) physical: u64,
    /// Its length in bytes.
    pub(super) length: u64,
    reserved: [u64; 2],
    /// `FIEMAP_EXTENT_…`.
    pub(super) flags: u32,
    reserved_more: [u32; 3],
}

/// No further extent follows.
pub(super) const EXTENT_LAST: u32 = 0x1;
const EXTENTS_AT_ONCE: usize = 256;
const FIEMAP_FLAG_SYNC: u32 = 1;

#[repr(C)]
struct Fiemap {
    head: FiemapHead,
    extents: [Extent; EXTENTS_AT_ONCE],
}

/// The extents of a file from `start`: at most 256, fewer at its end.
pub(super) fn extents(file: &File, start: u64) -> Result<Vec<Extent>, i32> {
    let head = FiemapHead {
        start,
        length: u64::MAX - start,
        flags: FIEMAP_FLAG_SYNC,
        capacity: EXTENTS_AT_ONCE as u32,
        ..FiemapHead::default()
    };
    let mut map = Box::new(Fiemap {
        head,
        extents: [Extent::default(); EXTENTS_AT_ONCE],
    });
    ioctl(file, number::FS_IOC_FIEMAP, (&raw mut *map).cast())?;
    let count = (map.head.mapped as usize).min(EXTENTS_AT_ONCE);
    Ok(map.extents[..count].to_vec())
}

/// The block size of the file system that an open file lies on, in bytes: what [`block_of`] counts in.
pub(super) fn file_system_block(file: &File) -> Result<u32, i32> {
    u32::try_from(ioctl_value::<c_int>(file, number::FIGETBSZ)?).map_err(|_| libc::EINVAL)
}

/// Where the file's block `index` lies on the file system's device, in blocks; 0 for a hole. Needs CAP_SYS_RAWIO.
pub(super) fn block_of(file: &File, index: u32) -> Result<u32, i32> {
    let mut block = c_int::try_from(index).map_err(|_| libc::EFBIG)?;
    ioctl(file, number::FIBMAP, (&raw mut block).cast())?;
    // The kernel writes an unsigned number there, and fails where it does not fit.
    Ok(block as u32)
}

/// `struct fsxattr`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct ExtendedFlags {
    flags: u32,
    rest: [u32; 6],
}

/// `FS_XFLAG_REALTIME`: the data lie in the realtime section, with addresses of its own.
const EXTENDED_REALTIME: u32 = 0x1;

/// Whether a file's data lie outside of its file system's main section (XFS realtime). What a file system does
/// not tell is no.
pub(super) fn is_realtime(file: &File) -> bool {
    ioctl_value::<ExtendedFlags>(file, number::FS_IOC_FSGETXATTR)
        .is_ok_and(|told| told.flags & EXTENDED_REALTIME != 0)
}

/// Which signal a lease sends (`asm-generic/fcntl.h`); the crate has no name for it.
const F_SETSIG: c_int = 10;

/// Takes a write lease on a file and gives it back at once. The kernel refuses it (EAGAIN) while
/// anybody else has the file open or mapped.
pub(super) fn try_lease(file: &File) -> Result<(), i32> {
    take_lease(file)?;
    lease(file, c_int::from(libc::F_UNLCK as i16))
}

/// Takes a write lease on a file, which stands until the file is closed or somebody else opens it. Refused (EAGAIN)
/// while anybody else has the file open or mapped.
pub(super) fn take_lease(file: &File) -> Result<(), i32> {
    // Somebody who opens the file while the lease stands sends a signal, by default one that kills.
    // SAFETY: F_SETSIG takes an int and no pointer; the descriptor is open.
    if unsafe { libc::fcntl(file.as_raw_fd(), F_SETSIG, libc::SIGURG) } != 0 {
        return Err(errno());
    }
    lease(file, c_int::from(libc::F_WRLCK as i16))
}

/// Gives a lease back before the file is closed.
pub(super) fn give_lease_back(file: &File) -> Result<(), i32> {
    lease(file, c_int::from(libc::F_UNLCK as i16))
}

/// Whether a write lease that was taken still stands.
pub(super) fn has_lease(file: &File) -> bool {
    // SAFETY: F_GETLEASE takes nothing; the descriptor is open.
    let answer = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GETLEASE) };
    answer == c_int::from(libc::F_WRLCK as i16)
}

fn lease(file: &File, kind: c_int) -> Result<(), i32> {
    // SAFETY: F_SETLEASE takes an int and no pointer; the descriptor is open.
    let answer = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_SETLEASE, kind) };
    if answer == 0 { Ok(()) } else { Err(errno()) }
}

#[repr(C)]
struct CacheRange {
    offset: u64,
    length: u64,
}

/// How many pages of a file are in the page cache.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CacheState {
    /// Pages there.
    pub(super) cached: u64,
    /// Of those, not yet written.
    pub(super) dirty: u64,
    /// Of those, being written.
    pub(super) in_writeback: u64,
    evicted: u64,
    recently_evicted: u64,
}

/// `cachestat(2)` has this number on every architecture.
const SYS_CACHESTAT: c_long = 451;

/// What the page cache holds of a file (Linux 6.5; ENOSYS before).
pub(super) fn cache_state(file: &File) -> Result<CacheState, i32> {
    let mut range = CacheRange { offset: 0, length: 0 };
    let mut state = CacheState::default();
    // SAFETY: both structures have the kernel's layout and live until the call returns; length 0
    // means to the end of the file.
    let answer = unsafe {
        libc::syscall(
            SYS_CACHESTAT,
            file.as_raw_fd() as c_long,
            &raw mut range,
            &raw mut state,
            0 as c_long,
        )
    };
    if answer == 0 { Ok(state) } else { Err(errno()) }
}

/// How many pages of `length` bytes of a file from `offset` are in the page cache, by
/// `mincore(2)`. `offset` must be a multiple of the page size.
pub(super) fn pages_in_core(file: &File, offset: u64, length: usize) -> Result<u64, i32> {
    let page = rustix::param::page_size();
    let offset = libc::off_t::try_from(offset).map_err(|_| libc::EINVAL)?;
    let mut state = vec![0_u8; length.div_ceil(page)];
    // SAFETY: a new shared read-only mapping at an address of the kernel's choice; nothing reads
    // through it, so a file that shrinks meanwhile cannot hurt. It is unmapped below.
    let map = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            length,
            libc::PROT_READ,
            libc::MAP_SHARED,
            file.as_raw_fd(),
            offset,
        )
    };
    if map == libc::MAP_FAILED {
        return Err(errno());
    }
    // SAFETY: `map` is a mapping of `length` bytes and `state` has one byte for each of its pages.
    let answer = unsafe { libc::mincore(map, length, state.as_mut_ptr().cast()) };
    let failure = errno();
    // SAFETY: exactly the mapping made above, used by nobody else.
    unsafe { libc::munmap(map, length) };
    if answer != 0 {
        return Err(failure);
    }
    Ok(state.iter().filter(|page| **page & 1 != 0).count() as u64)
}

/// What the kernel says about its clock.
pub(super) fn clock_state() -> ClockState {
    // SAFETY: `timex` is plain numbers, for which all zeroes is a value; modes 0 only reads.
    let (answer, status) = unsafe {
        let mut clock: libc::timex = std::mem::zeroed();
        (libc::adjtimex(&raw mut clock), clock.status)
    };
    if answer < 0 {
        ClockState::Unknown
    } else if answer == libc::TIME_ERROR || status & libc::STA_UNSYNC != 0 {
        ClockState::Unsynchronised
    } else {
        ClockState::Synchronised
    }
}

/// `IOPRIO_WHO_PROCESS`, `IOPRIO_CLASS_IDLE` and `IOPRIO_CLASS_SHIFT` (`linux/ioprio.h`); who 0 is the calling thread.
const IOPRIO_WHO_PROCESS: c_int = 1;
const IOPRIO_CLASS_IDLE: c_int = 3;
const IOPRIO_CLASS_SHIFT: c_int = 13;

/// Puts the calling thread into the idle class of I/O priority.
pub(super) fn set_idle_io_priority() -> Result<(), i32> {
    let priority = IOPRIO_CLASS_IDLE << IOPRIO_CLASS_SHIFT;
    // SAFETY: this call takes three numbers and no pointer.
    let answer = unsafe { libc::syscall(libc::SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0 as c_int, priority) };
    if answer == 0 { Ok(()) } else { Err(errno()) }
}

/// The I/O priority of the calling thread: its class in the upper bits.
#[cfg(test)]
pub(super) fn io_class() -> c_long {
    // SAFETY: this call takes two numbers and no pointer.
    let answer = unsafe { libc::syscall(libc::SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0 as c_int) };
    answer >> IOPRIO_CLASS_SHIFT
}

/// Makes the calling thread, and no other, an ordinary user without groups for as long as it lives.
#[cfg(test)]
pub(super) fn become_nobody() -> Result<(), i32> {
    const NOBODY: c_long = 65534;
    let none: *const libc::gid_t = std::ptr::null();
    // SAFETY: a list of no groups is not read; the other calls take three numbers. The calls themselves, unlike the
    // library's functions, change the credentials of this thread alone.
    let failed = unsafe {
        libc::syscall(libc::SYS_setgroups, 0 as c_long, none) != 0
            || libc::syscall(libc::SYS_setresgid, NOBODY, NOBODY, NOBODY) != 0
            || libc::syscall(libc::SYS_setresuid, NOBODY, NOBODY, NOBODY) != 0
    };
    if failed { Err(errno()) } else { Ok(()) }
}

/// The number of an open file, for telling it apart in the process table.
pub(super) fn descriptor(file: &File) -> RawFd {
    file.as_fd().as_raw_fd()
}

/// Maps one page of a file shared and writable and dirties it; the mapping stays until the process ends.
#[cfg(test)]
pub(super) fn dirty_a_mapped_page(file: &File, byte: u8) -> Result<(), i32> {
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a new mapping of one page at an address of the kernel's choice, never unmapped; the
    // write stays within it.
    unsafe {
        let map = libc::mmap(
            std::ptr::null_mut(),
            4096,
            access,
            libc::MAP_SHARED,
            file.as_raw_fd(),
            0,
        );
        if map == libc::MAP_FAILED {
            return Err(errno());
        }
        std::ptr::write_bytes(map.cast::<u8>(), byte, 4096);
    }
    Ok(())
}
