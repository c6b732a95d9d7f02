//! The facts of block devices and image files, as the kernel shows them. Opens nothing.

use std::path::{Path, PathBuf};

use super::{files, identity, stack, stat, sysfs, tables};
use crate::devices::error::DeviceError;
use crate::devices::facts::{
    BackingFile, DeviceFacts, DeviceNumber, NodeKind, Partition, Transport, VirtualKind,
};
use crate::devices::locator::Located;
use crate::units::{BlockSize, ByteCount, ByteOffset};

/// What sysfs counts sizes in, whatever the device's own block is.
const SECTOR: u64 = 512;

/// The largest logical block: Linux has none larger.
const LARGEST_BLOCK: u32 = 1 << 16;

/// The nodes of all whole block devices that have a size, and their numbers.
pub(crate) fn whole_devices() -> Result<Vec<(PathBuf, DeviceNumber)>, DeviceError> {
    let root = Path::new("/sys/block");
    let folders = sysfs::children(root).map_err(|error| untold(root, &error.to_string()))?;
    Ok(folders
        .iter()
        .filter(|folder| sysfs::number::<u64>(folder, "size").is_some_and(|size| size > 0))
        .filter(|folder| !sysfs::name(folder).starts_with("ram"))
        .filter_map(|folder| Some((node_path(&sysfs::name(folder)), sysfs::device_number(folder)?)))
        .collect())
}

/// Where the node of the kernel's device `name` lies.
pub(super) fn node_path(name: &str) -> PathBuf {
    Path::new("/dev").join(name)
}

/// The facts of the block device `number` found at `located`.
pub(crate) fn block_facts(located: &Located, number: DeviceNumber) -> Result<DeviceFacts, DeviceError> {
    let missing = |what: &str| untold(&located.path, what);
    let folder = sysfs::folder(number).ok_or_else(|| missing("the kernel does not list it"))?;
    let (kind, disk) = whole_of(&folder).ok_or_else(|| missing("its whole device is not listed"))?;
    let name = sysfs::name(&disk);
    let sectors: u64 = sysfs::number(&folder, "size").ok_or_else(|| missing("its size is not told"))?;
    let bytes = sectors
        .checked_mul(SECTOR)
        .ok_or_else(|| missing("its size is impossible"))?;
    let transport = identity::transport(&disk, &name);
    let claims = identity::claims(&disk, transport);
    let queue = disk.join("queue");
    let block = |name| sysfs::number(&queue, name).and_then(BlockSize::new);
    let partitions = if kind == NodeKind::WholeDevice {
        partitions(&disk)
    } else {
        Some(Vec::new())
    };
    Ok(DeviceFacts {
        asked: located.asked.clone(),
        path: located.path.clone(),
        kind,
        number: Some(number),
        file_identity: None,
        disk_sequence: sysfs::number(&disk, "diskseq"),
        size: ByteCount(bytes),
        logical_block: logical_block(&queue, &located.path)?,
        physical_block: block("physical_block_size").ok_or_else(|| missing("its block size is not told"))?,
        zoned: zoned(&queue),
        virtual_kind: identity::virtual_kind(&disk, &name, &claims),
        maker: claims.maker,
        model: claims.model,
        serial: claims.serial,
        firmware: claims.firmware,
        wwn: claims.wwn,
        rotational: sysfs::flag(&queue, "rotational"),
        removable: sysfs::flag(&disk, "removable"),
        transport,
        port: Some(disk.to_string_lossy().into_owned()),
        layers: stack::layers(number),
        backing: backing(&disk),
        partitions: partitions.ok_or_else(|| missing("its partitions are not told"))?,
        read_only: sysfs::flag(&folder, "ro")
            .ok_or_else(|| missing("whether it is read-only is not told"))?,
        write_cache: sysfs::text(&queue, "write_cache"),
        fua: sysfs::flag(&queue, "fua"),
        serial_shared: false,
    })
}

/// The smallest block that may be addressed, by the queue's folder of the device at `path`.
fn logical_block(queue: &Path, path: &Path) -> Result<BlockSize, DeviceError> {
    let told = sysfs::number(queue, "logical_block_size");
    let bytes: u32 = told.ok_or_else(|| untold(path, "its block size is not told"))?;
    BlockSize::new(bytes)
        .filter(|block| block.bytes() <= LARGEST_BLOCK)
        .ok_or(DeviceError::BlockFormat {
            path: path.to_owned(),
            block: ByteCount(bytes.into()),
        })
}

/// How the device is zoned; none where it is not, or the kernel knows no zones.
fn zoned(queue: &Path) -> Option<String> {
    sysfs::text(queue, "zoned").filter(|model| model != "none")
}

/// The whole device that the folder is, or is a partition of.
pub(super) fn whole_of(folder: &Path) -> Option<(NodeKind, PathBuf)> {
    if sysfs::is_partition(folder) {
        return Some((NodeKind::Partition, folder.parent()?.to_owned()));
    }
    Some((NodeKind::WholeDevice, folder.to_owned()))
}

/// The partitions that the kernel shows; none where one cannot be read.
pub(super) fn partitions(disk: &Path) -> Option<Vec<Partition>> {
    let folders = sysfs::partitions(disk).ok()?;
    folders
        .iter()
        .map(|folder| {
            let bytes = |name| sysfs::number::<u64>(folder, name)?.checked_mul(SECTOR);
            Some(Partition {
                index: sysfs::number(folder, "partition")?,
                name: sysfs::name(folder),
                number: sysfs::device_number(folder)?,
                start: ByteOffset(bytes("start")?),
                size: ByteCount(bytes("size")?),
            })
        })
        .collect()
}

fn backing(disk: &Path) -> Option<BackingFile> {
    let binding = stack::shown_binding(disk)?;
    let file_system = binding
        .identity
        .and_then(|_| tables::file_system_of(&binding.path));
    Some(BackingFile {
        path: binding.path,
        file_system,
        identity: binding.identity,
    })
}

/// The facts of the regular file at `located`.
pub(crate) fn image_facts(located: &Located) -> Result<DeviceFacts, DeviceError> {
    let told =
        stat::stat(&located.path).map_err(|errno| untold(&located.path, &format!("system error {errno}")))?;
    let file_system = files::file_system_name(&located.path);
    let below = tables::device_of(&located.path);
    let mut layers = vec![located.path.to_string_lossy().into_owned()];
    layers.extend(file_system.clone());
    layers.extend(below.map(stack::layers).unwrap_or_default());
    Ok(DeviceFacts {
        asked: located.asked.clone(),
        path: located.path.clone(),
        kind: NodeKind::RegularFile,
        number: None,
        file_identity: Some(told.identity),
        disk_sequence: None,
        size: ByteCount(told.size),
        logical_block: files::image_block(),
        physical_block: files::image_block(),
        zoned: None,
        maker: None,
        model: None,
        serial: None,
        firmware: None,
        wwn: None,
        rotational: None,
        removable: None,
        transport: Transport::None,
        port: None,
        layers,
        virtual_kind: Some(VirtualKind::ImageFile),
        backing: Some(BackingFile {
            path: located.path.clone(),
            file_system,
            identity: Some(told.identity),
        }),
        partitions: Vec::new(),
        read_only: !files::is_writable(&located.path),
        write_cache: None,
        fua: None,
        serial_shared: false,
    })
}

fn untold(path: &Path, reason: &str) -> DeviceError {
    DeviceError::CannotInspect {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(attribute: &str, text: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(attribute), format!("{text}\n")).unwrap();
        folder
    }

    #[test]
    fn blocks_that_direct_io_does_not_know_are_refused_with_their_size() {
        let told = |text: &str| {
            let queue = queue("logical_block_size", text);
            logical_block(queue.path(), Path::new("/dev/sdx"))
        };
        for bytes in [512, 4096, 65_536] {
            assert_eq!(told(&bytes.to_string()).map(BlockSize::bytes), Ok(bytes));
        }
        for bytes in [520, 528, 4160, 131_072] {
            let refused = told(&bytes.to_string()).unwrap_err();
            assert_eq!(refused.code(), "DEV-BLOCK-FORMAT");
            assert!(
                refused.to_string().contains(&format!("blocks of {bytes} B")),
                "{refused}"
            );
        }
        assert_eq!(
            told("many").map_err(|error| error.code()),
            Err("DEV-CANNOT-INSPECT")
        );
    }

    #[test]
    fn a_zoned_device_is_told_from_one_that_is_not() {
        let told = |text: &str| zoned(queue("zoned", text).path());
        assert_eq!(told("none"), None);
        assert_eq!(told("host-managed").as_deref(), Some("host-managed"));
        assert_eq!(zoned(queue("other", "none").path()), None);
    }
}
