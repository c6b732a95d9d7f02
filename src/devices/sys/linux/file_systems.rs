//! What a mounted file system does with an overwrite, and whether the blocks of its files can be looked at.
//!
//! Device mapper's names and identifiers follow `Documentation/ABI/testing/sysfs-block-dm` (Linux 6.18) and
//! `lib/misc/lvm-string.h` of LVM2 2.03. What lies beneath and is not known counts as something that may keep old blocks.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::StatVfsMountFlags;

use super::{calls, files, nodes, stack, stat, sysfs, tables};
use crate::devices::facts::DeviceNumber;
use crate::devices::file_facts::{Blindness, FileSystemFacts, InPlace, Sight};
use crate::devices::mounts::MountEntry;
use crate::devices::storage::LONGEST_NAME;
use crate::devices::sys::{FileKind, ImageStorage, LoopBinding, Overwrite};
use crate::units::BlockSize;

/// How many layers are followed.
const DEEPEST: u8 = 16;

/// What is read to see whether a device can be: aligned for every block that Linux has.
const LARGEST_BLOCK: usize = 64 << 10;

/// The file system that `path` lies on, whose files say `number`. The medium is not looked for here.
pub(crate) fn file_system(path: &Path, number: DeviceNumber) -> Result<FileSystemFacts, String> {
    let mount = tables::mount_of(path)?;
    let file = open(path)?;
    let system = files::known(files::magic(path).map_err(told)?);
    let (kind, overwrite) = system.unwrap_or(("unknown", Overwrite::Unknown));
    let layers = keepers(number);
    let read_only = rustix::fs::fstatvfs(&file).map_err(|errno| told(errno.raw_os_error()))?;
    Ok(FileSystemFacts {
        number,
        block: block_of(&file)?,
        in_place: in_place(kind, &overwrite),
        journals_data: kind == "ext4" && files::journals_data(path),
        read_only: read_only.f_flag.contains(StatVfsMountFlags::RDONLY),
        sight: sight(kind, &overwrite, number, &mount, &layers),
        medium: None,
        snapshots: layers,
        name: mount.file_system.chars().take(LONGEST_NAME).collect(),
        mount_point: mount.at,
    })
}

fn told(errno: i32) -> String {
    format!("system error {errno}")
}

fn open(path: &Path) -> Result<File, String> {
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY;
    let opened = OpenOptions::new().read(true).custom_flags(flags).open(path);
    opened.map_err(|error| told(error.raw_os_error().unwrap_or(libc::EIO)))
}

fn block_of(file: &File) -> Result<BlockSize, String> {
    // Not every file system knows the question; those that do not have no blocks that could be compared.
    let bytes = calls::file_system_block(file).unwrap_or(files::image_block().bytes());
    BlockSize::new(bytes).ok_or_else(|| format!("its blocks have {bytes} bytes"))
}

fn in_place(kind: &str, overwrite: &Overwrite) -> InPlace {
    match overwrite {
        Overwrite::InPlace if matches!(kind, "tmpfs" | "ramfs") => InPlace::Memory,
        // A switch for tests of the kernel makes XFS write to new places always.
        Overwrite::InPlaceUnlessShared if kind == "xfs" && xfs_always_copies() => InPlace::No,
        Overwrite::InPlace | Overwrite::InPlaceUnlessShared => InPlace::Yes,
        Overwrite::CopyOnWrite => InPlace::No,
        Overwrite::Network | Overwrite::Unknown => InPlace::Untold,
    }
}

fn xfs_always_copies() -> bool {
    sysfs::flag(Path::new("/sys/fs/xfs/debug"), "always_cow").unwrap_or(false)
}

fn sight(
    kind: &str,
    overwrite: &Overwrite,
    number: DeviceNumber,
    mount: &MountEntry,
    layers: &[String],
) -> Sight {
    let none = |why| Sight::None { why };
    match kind {
        "tmpfs" | "ramfs" => return none(Blindness::Memory),
        "overlay" => return none(Blindness::Overlay),
        "fuse" => return none(Blindness::Program),
        // Several devices may be behind one number, and addresses run through all of them.
        "btrfs" | "bcachefs" | "zfs" | "f2fs" => return none(Blindness::OwnAddresses),
        "xfs" if mount.option("rtdev").is_some() => return none(Blindness::OwnAddresses),
        _ if *overwrite == Overwrite::Network => return none(Blindness::Network),
        _ if *overwrite == Overwrite::Unknown || number.major == 0 => return none(Blindness::Unknown),
        _ => {}
    }
    if !layers.is_empty() {
        return none(Blindness::Layer);
    }
    match own_device(number) {
        Ok(node) => Sight::Device { node, number },
        Err(why) => none(why),
    }
}

/// The node of the device that the file system lies on, after a real read past the cache.
fn own_device(number: DeviceNumber) -> Result<PathBuf, Blindness> {
    let folder = sysfs::folder(number).ok_or(Blindness::Unknown)?;
    let node = nodes::node_path(&sysfs::name(&folder));
    let same = stat::stat(&node).is_ok_and(|told| told.kind == FileKind::Block && told.node == number);
    if !same {
        return Err(Blindness::Unknown);
    }
    read_first_block(&node).map_err(|errno| match errno {
        Some(libc::EACCES | libc::EPERM) => Blindness::NotAllowed,
        _ => Blindness::Unknown,
    })?;
    Ok(node)
}

fn read_first_block(node: &Path) -> Result<(), Option<i32>> {
    let number = |error: std::io::Error| error.raw_os_error();
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_DIRECT)
        .open(node);
    let device = opened.map_err(number)?;
    let block = calls::device_block(&device).map_err(Some)? as usize;
    let mut memory = vec![0; 2 * LARGEST_BLOCK];
    let start = memory.as_ptr().align_offset(LARGEST_BLOCK);
    let aligned = memory
        .get_mut(start..)
        .and_then(|rest| rest.get_mut(..block))
        .ok_or(None)?;
    device.read_exact_at(aligned, 0).map_err(number)
}

/// Everything beneath the device that may keep old blocks, or of which that is not known, for people to read.
fn keepers(number: DeviceNumber) -> Vec<String> {
    let mut found = Vec::new();
    if number.major != 0 {
        descend(number, &mut found, DEEPEST);
    }
    found
}

fn descend(number: DeviceNumber, found: &mut Vec<String>, depth: u8) {
    let (Some(depth), Some(folder)) = (depth.checked_sub(1), sysfs::folder(number)) else {
        push(found, format!("device {number}: what it lies on is not known"));
        return;
    };
    let name = sysfs::name(&folder);
    if let Some(why) = keeps_of_its_own(&folder) {
        push(found, format!("{name}: {why}"));
    }
    if sysfs::is_partition(&folder)
        && let Some(disk) = folder.parent().and_then(sysfs::device_number)
    {
        descend(disk, found, depth);
    }
    match sysfs::linked(&folder.join("slaves")) {
        Ok(slaves) => slaves.iter().for_each(|slave| match sysfs::device_number(slave) {
            Some(number) => descend(number, found, depth),
            None => push(found, format!("{name}: what it lies on is not known")),
        }),
        Err(_) => push(found, format!("{name}: what it lies on is not known")),
    }
    if folder.join("loop").exists() {
        descend_loop(&folder, found, depth);
    }
}

fn push(found: &mut Vec<String>, line: String) {
    if !found.contains(&line) {
        found.push(line);
    }
}

/// Why the device itself may keep old blocks.
fn keeps_of_its_own(folder: &Path) -> Option<String> {
    if folder.join("bcache").exists() {
        return Some("cache (bcache)".to_owned());
    }
    // What is written goes through a journal first: whole, or as parity that may be one neighbour's content.
    let policy = sysfs::text(&folder.join("md"), "consistency_policy").unwrap_or_default();
    if matches!(policy.as_str(), "journal" | "ppl") {
        return Some(format!("journal of a software RAID ({policy})"));
    }
    let mapper = folder.join("dm");
    if !mapper.exists() {
        return None;
    }
    let name = sysfs::text(&mapper, "name").unwrap_or_default();
    let uuid = sysfs::text(&mapper, "uuid").unwrap_or_default();
    mapped_keeps(&name, &uuid)
}

/// What device mapper's name and identifier say. Plain mappings, encryption and several ways to one disk move nothing.
fn mapped_keeps(name: &str, uuid: &str) -> Option<String> {
    let kinds = [
        ("-tpool", "thin pool"),
        ("-tdata", "thin pool"),
        ("-tmeta", "thin pool"),
        ("-real", "snapshot origin"),
        ("-cow", "snapshot"),
        ("-vpool", "deduplication"),
        ("-vdata", "deduplication"),
        ("-cpool", "cache"),
        ("-cdata", "cache"),
        ("-cvol", "cache"),
    ];
    let kind = kinds
        .iter()
        .find(|(end, _)| uuid.ends_with(end) || name.ends_with(end));
    if let Some((_, kind)) = kind {
        return Some(format!("{kind} ({name})"));
    }
    // Integrity of its own or beneath an encryption journals all data; what is being moved stays where it was as well.
    let integrity = ["CRYPT-INTEGRITY-", "CRYPT-SUBDEV-"];
    if integrity.iter().any(|start| uuid.starts_with(start)) || name.ends_with("_dif") {
        return Some(format!("integrity with a journal ({name})"));
    }
    if uuid.starts_with("LVM-") && name.contains("-pvmove") {
        return Some(format!("move of a volume ({name})"));
    }
    let plain = ["LVM-", "CRYPT-", "mpath-", "part"];
    let is_known = plain.iter().any(|start| uuid.starts_with(start));
    (!is_known).then(|| format!("mapping that is not known ({name})"))
}

fn descend_loop(folder: &Path, found: &mut Vec<String>, depth: u8) {
    let name = sysfs::name(folder);
    let Some(bound) = stack::binding(folder) else {
        push(found, format!("{name}: what it is bound to is not known"));
        return;
    };
    if let Some(node) = bound.node {
        return descend(node, found, depth);
    }
    if let Some(why) = backing_keeps(&bound) {
        push(found, format!("{name}: {why}"));
    }
    if let Some(device) = bound.identity.map(|identity| stat::decode(identity.0))
        && device.major != 0
    {
        descend(device, found, depth);
    }
}

/// Why the file under a loop device may keep old blocks elsewhere.
fn backing_keeps(bound: &LoopBinding) -> Option<String> {
    let same = stat::stat(&bound.path).is_ok_and(|told| Some(told.identity) == bound.identity);
    let told = files::image_storage(&bound.path).ok().filter(|_| same);
    let Some(told) = told else {
        return Some(format!("how {} is stored is not known", bound.path.display()));
    };
    (!lies_still(&told)).then(|| format!("{} on {}", bound.path.display(), told.file_system))
}

fn lies_still(told: &ImageStorage) -> bool {
    let in_place = matches!(
        told.overwrite,
        Overwrite::InPlace | Overwrite::InPlaceUnlessShared
    );
    in_place && !told.shared && !told.encoded && !told.journals_data && told.untold.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mapped_devices_that_keep_old_blocks_are_told_from_plain_ones() {
        assert_eq!(mapped_keeps("vg-data", "LVM-aaaabbbb"), None);
        assert_eq!(mapped_keeps("luks-1", "CRYPT-LUKS2-aa-luks-1"), None);
        for (name, uuid) in [
            ("vg-pool-tpool", "LVM-aaaa-tpool"),
            ("vg-data-real", "LVM-aaaa-real"),
            ("vg-snap-cow", "LVM-aaaa-cow"),
            ("own", ""),
            ("sums", "CRYPT-INTEGRITY-aa-sums"),
            ("luks-2_dif", "CRYPT-SUBDEV-aa-luks-2_dif"),
            ("vg-pvmove0", "LVM-aaaabbbb"),
            ("docker-253:0-1-pool", ""),
        ] {
            assert!(mapped_keeps(name, uuid).is_some(), "{name}");
        }
    }

    #[test]
    fn the_file_system_of_a_test_is_known_by_its_own_number() {
        let folder = tempfile::tempdir_in("/dev/shm").unwrap();
        let number = stat::stat(folder.path()).unwrap().device;
        let told = file_system(folder.path(), number).unwrap();
        assert_eq!((told.name.as_str(), told.in_place), ("tmpfs", InPlace::Memory));
        let memory = Blindness::Memory;
        assert_eq!(told.sight, Sight::None { why: memory });
        assert_eq!(told.mount_point, Path::new("/dev/shm"));
    }
}
