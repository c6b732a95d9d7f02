//! The two ways in which an engine touches a medium: a [`Source`] that can only be read, and a claimed
//! [`Target`] that is a source which can be overwritten.
//!
//! A target is opened only with both proof tokens of [`super::guard`]; files have the same face.

use crate::units::{BlockSize, ByteCount, ByteOffset};

use super::queue::Queue;

/// Why one read, write or flush did not do what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IoFailure {
    /// The medium refused this place (EIO, ENODATA, EREMOTEIO, EILSEQ, …); others may still work.
    Unreachable {
        /// The system's error number.
        errno: i32,
    },
    /// The device is gone, or its size is (ENODEV, ENXIO, ENOMEDIUM, ENOSPC or end of file inside the range).
    Vanished {
        /// The system's error number, 0 for an end of file.
        errno: i32,
    },
    /// Anything else: not the medium's answer about this place.
    Other {
        /// The system's error number.
        errno: i32,
    },
}

/// How reading back reaches the medium. A measured fact, never a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadPath {
    /// Direct I/O on a block device after a completed flush.
    Direct,
    /// Direct I/O; the backing file was synced, dropped, and shown absent from the page cache.
    BackingFileUncached,
    /// The bytes live in memory (tmpfs): there is no other medium to read from.
    Memory,
    /// Reads may have been answered from a cache: nothing is proven.
    Cached {
        /// What could not be shown, lowercase English.
        reason: String,
    },
}

/// How the target's bytes are read and written. A measured fact for the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IoPath {
    /// `O_DIRECT` on the node itself.
    Direct,
    /// Through the page cache, because the file system knows no direct I/O.
    Buffered,
}

/// Somebody else found at the medium after it was claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Intrusion {
    /// A process holds the device, one of its partitions, or a mapped page of either.
    HeldBy {
        /// Process number.
        pid: u32,
        /// The program's name, untrusted text.
        program: String,
    },
    /// A partition of it is there again.
    PartitionBack {
        /// Its node's name.
        name: String,
    },
    /// It could not be told whether anybody holds it.
    CouldNotTell {
        /// Why, lowercase English.
        reason: String,
    },
}

/// What became of a medium that refuses. A measured fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// It is there, as large as it was, and writable.
    Present,
    /// It is gone.
    Gone,
    /// It has another size than it had.
    Resized {
        /// Bytes that it has now.
        size: ByteCount,
    },
    /// It can only be read any more.
    ReadOnly,
}

/// A medium that can be read.
///
/// Offsets and lengths are multiples of [`Source::block_size`] except for a last piece that ends at
/// the end of an image file; buffers handed in are aligned to 4096 bytes.
pub trait Source: Send {
    /// Size in bytes, as the open handle says.
    fn size(&self) -> ByteCount;

    /// What offsets and lengths must be multiples of.
    fn block_size(&self) -> BlockSize;

    /// Whether direct I/O is used.
    fn io_path(&self) -> IoPath;

    /// Reads into `into` from `offset`; says how many bytes came (short reads are possible).
    ///
    /// # Errors
    /// What the system answered.
    fn read_at(&mut self, offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure>;

    /// A queue for overlapped I/O that takes at most `most` bytes of memory, or one smallest piece for
    /// each of two requests. What it is built of is chosen from the medium and the system.
    ///
    /// # Errors
    /// Neither io_uring nor threads are to be had.
    fn queue(&mut self, most: ByteCount) -> Result<Box<dyn Queue>, IoFailure>;

    /// Empties what caches may answer a read, and says what could be shown.
    fn prepare_read_back(&mut self) -> ReadPath;

    /// What became of the medium, asked after something failed.
    fn condition(&mut self) -> Condition;
}

/// A medium that is claimed for destruction: exclusive, locked, its partitions gone, its identity
/// read again from the open handle.
pub trait Target: Source {
    /// Where partitions began before they were removed.
    fn former_partition_starts(&self) -> &[ByteOffset];

    /// Writes from `data` at `offset`; says how many bytes were taken (short writes are possible).
    ///
    /// # Errors
    /// What the system answered.
    fn write_at(&mut self, offset: ByteOffset, data: &[u8]) -> Result<usize, IoFailure>;

    /// Flushes the medium's write cache and waits for it (`fsync`, for loop devices and images the
    /// backing file as well).
    ///
    /// # Errors
    /// What the system answered: nothing written since the last good flush is proven.
    fn flush(&mut self) -> Result<(), IoFailure>;

    /// Looks again whether anybody else holds the medium. Empty is good.
    fn look_again(&mut self) -> Vec<Intrusion>;
}
