//! System calls about room that no crate has names for: which blocks no file has (`linux/fsmap.h`), and what XFS tells of
//! its inodes and of the blocks that it keeps for itself (`libxfs/xfs_fs.h`). Linux 6.18.
//!
//! Each function is safe to call. Errors are system error numbers.

#![expect(unsafe_code, reason = "system calls without a safe wrapper")]

use std::fs::File;
use std::os::fd::AsRawFd;

use rustix::ioctl::opcode;

/// `struct fsmap`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Stretch {
    device: u32,
    flags: u32,
    physical: u64,
    owner: u64,
    offset: u64,
    length: u64,
    reserved: [u64; 3],
}

const STRETCHES_AT_ONCE: usize = 1024;

/// `struct fsmap_head`.
#[repr(C)]
#[derive(Clone, Copy)]
struct StretchesHead {
    flags: u32,
    told: u32,
    count: u32,
    entries: u32,
    reserved: [u64; 6],
    low: Stretch,
    high: Stretch,
}

#[repr(C)]
struct Stretches {
    head: StretchesHead,
    all: [Stretch; STRETCHES_AT_ONCE],
}

const SPECIAL_OWNER: u32 = 0x10;
const LAST: u32 = 0x20;

/// `FMR_OWN_FREE`: the first of the owners that are no file.
const NOBODY: u64 = 1;

/// `struct xfs_fsop_geom_v1`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Geometry {
    block: u32,
    realtime_extent: u32,
    group_blocks: u32,
    groups: u32,
    log_blocks: u32,
    sector: u32,
    inode: u32,
    most_inodes_percent: u32,
    blocks: [u64; 4],
    identifier: [u64; 2],
    stripe: [u32; 2],
    version: i32,
    flags: u32,
    more: [u32; 3],
}

/// `struct xfs_ag_geometry`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Group {
    number: u32,
    length: u32,
    free_blocks: u32,
    inodes: u32,
    free_inodes: u32,
    rest: [u32; 3],
    reserved: [u64; 12],
}

/// `struct xfs_fsop_resblks`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Reserved {
    blocks: u64,
    available: u64,
}

const GETFSMAP: u32 = opcode::read_write::<StretchesHead>(b'X', 59);
const AG_GEOMETRY: u32 = opcode::read_write::<Group>(b'X', 61);
const FSGEOMETRY: u32 = opcode::read::<Geometry>(b'X', 100);
const SET_RESBLKS: u32 = opcode::read_write::<Reserved>(b'X', 114);
const GET_RESBLKS: u32 = opcode::read::<Reserved>(b'X', 115);

/// `XFS_FSOP_GEOM_FLAGS_V5SB`.
const VERSION_5: u32 = 0x8000;

/// What an inode's own fields take: `struct xfs_dinode` of version 3, and before.
const INODE_CORE: u32 = 176;
const OLD_INODE_CORE: u32 = 100;

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

/// How many bytes of the device `wanted` (as `st_dev` has it) no file and no administration of the file system has: what
/// it keeps for itself and has not used yet is among them, which `statfs(2)` leaves out.
pub(super) fn bytes_of_nobody(folder: &File, wanted: u32) -> Result<u64, i32> {
    let highest = Stretch {
        device: u32::MAX,
        flags: u32::MAX,
        physical: u64::MAX,
        owner: u64::MAX,
        offset: u64::MAX,
        ..Stretch::default()
    };
    let head = StretchesHead {
        flags: 0,
        told: 0,
        count: STRETCHES_AT_ONCE as u32,
        entries: 0,
        reserved: [0; 6],
        low: Stretch::default(),
        high: highest,
    };
    let mut map = Box::new(Stretches {
        head,
        all: [Stretch::default(); STRETCHES_AT_ONCE],
    });
    let mut total = 0_u64;
    loop {
        ask(folder, GETFSMAP, &mut *map)?;
        let count = (map.head.entries as usize).min(STRETCHES_AT_ONCE);
        let told = &map.all[..count];
        let free =
            |one: &&Stretch| one.flags & SPECIAL_OWNER != 0 && one.owner == NOBODY && one.device == wanted;
        total += told.iter().filter(free).map(|one| one.length).sum::<u64>();
        let Some(last) = told.last() else { return Ok(total) };
        if last.flags & LAST != 0 {
            return Ok(total);
        }
        map.head.low = *last;
    }
}

/// Inodes of one part of an XFS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GroupInodes {
    /// On the medium.
    pub(super) all: u32,
    /// Of those, no file's.
    pub(super) free: u32,
}

/// The inodes that an XFS has on the medium, part by part.
pub(super) fn xfs_inodes(folder: &File) -> Result<Vec<GroupInodes>, i32> {
    let one = |number| {
        let mut group = Group {
            number,
            ..Group::default()
        };
        ask(folder, AG_GEOMETRY, &mut group)?;
        Ok(GroupInodes {
            all: group.inodes,
            free: group.free_inodes,
        })
    };
    (0..geometry(folder)?.groups).map(one).collect()
}

/// How an XFS lays out its inodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct XfsInodes {
    pub(super) block: u64,
    pub(super) group_blocks: u64,
    /// Bytes of one inode.
    pub(super) size: u64,
    /// Where in it begins what is stored in the inode itself.
    pub(super) core: u64,
}

/// How an XFS lays out its inodes.
pub(super) fn xfs_inode_layout(folder: &File) -> Result<XfsInodes, i32> {
    let told = geometry(folder)?;
    let is_new = told.flags & VERSION_5 != 0;
    let core = if is_new { INODE_CORE } else { OLD_INODE_CORE };
    let layout = XfsInodes {
        block: told.block.into(),
        group_blocks: told.group_blocks.into(),
        size: told.inode.into(),
        core: core.into(),
    };
    let makes_sense = layout.block.is_power_of_two()
        && layout.size.is_power_of_two()
        && (256..=layout.block).contains(&layout.size)
        && layout.group_blocks > 0;
    if makes_sense {
        Ok(layout)
    } else {
        Err(libc::EINVAL)
    }
}

impl XfsInodes {
    /// Where the inode `number` begins on the device: a number is group, block and place in the block, each in as
    /// many bits as it needs (`XFS_INO_TO_AGNO` and its kin, `libxfs/xfs_format.h`).
    pub(super) fn place(&self, number: u64) -> Option<u64> {
        let in_block = (self.block / self.size).ilog2();
        let in_group = self.group_blocks.checked_next_power_of_two()?.ilog2();
        let index = number & ((1 << in_block) - 1);
        let block = (number >> in_block) & ((1 << in_group) - 1);
        let group = number.checked_shr(in_block + in_group)?;
        let block = group.checked_mul(self.group_blocks)?.checked_add(block)?;
        block.checked_mul(self.block)?.checked_add(index * self.size)
    }
}

fn geometry(folder: &File) -> Result<Geometry, i32> {
    let mut geometry = Geometry::default();
    ask(folder, FSGEOMETRY, &mut geometry)?;
    Ok(geometry)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_an_inode_is_in_its_number() {
        // As `xfs_db -c "convert inode N daddr"` tells.
        let layout = XfsInodes {
            block: 4096,
            group_blocks: 20480,
            size: 512,
            core: 176,
        };
        assert_eq!(layout.place(128), Some(16 * 4096));
        assert_eq!(layout.place(131), Some(16 * 4096 + 3 * 512));
        let second_group = 1 << (3 + 15);
        assert_eq!(layout.place(second_group + 128), Some((20480 + 16) * 4096));
    }
}
