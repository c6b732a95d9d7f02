//! What the superblock of an ext2, ext3 or ext4 file system says of its folders and units.
//!
//! `Documentation/filesystems/ext4/super.rst` and `fs/ext4/ext4.h` (Linux 6.18). Untrusted: it is read from the medium.

use std::fs::File;

use super::io;
use super::memory::Memory;
use crate::units::ByteOffset;

/// Where the superblock begins on the device, and its magic number.
const START: usize = 1024;
const MAGIC: u16 = 0xef53;

/// `s_feature_ro_compat`: clusters of several blocks; checksums of administration.
const BIGALLOC: u32 = 0x200;
const METADATA_CSUM: u32 = 0x400;

/// `s_feature_incompat`: entries tell the kind of what they name; more than names in folders.
const FILETYPE: u32 = 0x2;
const DIRDATA: u32 = 0x1000;

/// The superblock, as far as it is needed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ext4Facts {
    /// Bytes of a block.
    pub(super) block: u32,
    /// Files are given clusters of several blocks.
    pub(super) clusters: bool,
    /// A block of a folder ends with its checksum.
    pub(super) checksums: bool,
    /// Entries have a byte for the kind; folders hold names alone.
    pub(super) plain_entries: bool,
    /// What hashes of names begin with.
    pub(super) seed: [u32; 4],
}

impl Ext4Facts {
    /// Reads the superblock of the file system on `device`; none where there is none.
    pub(super) fn read(device: &File) -> Option<Self> {
        let mut memory = Memory::new(4096).ok()?;
        let mut done = 0;
        while done < 4096 {
            done += io::read(device, ByteOffset(done as u64), &mut memory.bytes()[done..]).ok()?;
        }
        Self::parse(memory.bytes().get(START..)?)
    }

    /// Takes the superblock apart; none where it is none.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let magic = u16::from_le_bytes(bytes.get(0x38..0x3a)?.try_into().ok()?);
        let scale = number(0x18)?;
        if magic != MAGIC || scale > 6 {
            return None;
        }
        let (incompatible, read_only) = (number(0x60)?, number(0x64)?);
        Some(Self {
            block: 1024 << scale,
            clusters: read_only & BIGALLOC != 0,
            checksums: read_only & METADATA_CSUM != 0,
            plain_entries: incompatible & FILETYPE != 0 && incompatible & DIRDATA == 0,
            seed: [number(0xec)?, number(0xf0)?, number(0xf4)?, number(0xf8)?],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_superblock_tells_blocks_and_features() {
        let mut bytes = vec![0; 3072];
        assert_eq!(Ext4Facts::parse(&bytes), None);
        bytes[0x38..0x3a].copy_from_slice(&MAGIC.to_le_bytes());
        bytes[0x18] = 2;
        bytes[0x60] = 2;
        bytes[0x64..0x68].copy_from_slice(&METADATA_CSUM.to_le_bytes());
        bytes[0xf0] = 7;
        let facts = Ext4Facts::parse(&bytes).unwrap();
        assert_eq!((facts.block, facts.seed), (4096, [0, 7, 0, 0]));
        assert!(facts.checksums && facts.plain_entries && !facts.clusters);
        bytes[0x18] = 60;
        assert_eq!(Ext4Facts::parse(&bytes), None);
        assert_eq!(Ext4Facts::parse(&bytes[..0x40]), None);
    }
}
