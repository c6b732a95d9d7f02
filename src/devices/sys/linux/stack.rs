//! How block devices lie on one another: partitions, device mapper, RAID, loop devices, and the
//! file systems on them.
//!
//! Downwards, what something lies on must be complete, or it is an error: guards rest on it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{calls, nodes, stat, sysfs, tables};
use crate::devices::facts::DeviceNumber;
use crate::devices::mounts::MountEntry;
use crate::devices::sys::{Above, Beneath, FileKind, LoopBinding, NamedDevice};

/// How many layers are followed before something is taken for a circle.
const DEEPEST: u8 = 16;

/// Everything that the block device lies on, itself included.
pub(crate) fn beneath_device(number: DeviceNumber) -> Result<Beneath, String> {
    let mut found = Beneath::default();
    descend(number, &mut found, DEEPEST)?;
    Ok(found)
}

/// Everything that the existing path lies on.
pub(crate) fn beneath_path(path: &Path) -> Result<Beneath, String> {
    let mut found = Beneath::default();
    descend_path(path, &mut found, DEEPEST)?;
    Ok(found)
}

fn descend(number: DeviceNumber, found: &mut Beneath, depth: u8) -> Result<(), String> {
    let depth = depth.checked_sub(1).ok_or("too many layers")?;
    if !found.devices.insert(number) {
        return Ok(());
    }
    let folder = sysfs::folder(number).ok_or_else(|| format!("the kernel does not list device {number}"))?;
    if sysfs::is_partition(&folder) {
        let disk = folder.parent().and_then(sysfs::device_number);
        descend(
            disk.ok_or_else(|| format!("no whole device is listed for {number}"))?,
            found,
            depth,
        )?;
    }
    for slave in sysfs::linked(&folder.join("slaves")).map_err(|error| error.to_string())? {
        let number =
            sysfs::device_number(&slave).ok_or_else(|| format!("{} has no number", slave.display()))?;
        descend(number, found, depth)?;
    }
    if folder.join("loop").exists() {
        descend_loop(&folder, found, depth)?;
    }
    Ok(())
}

fn descend_loop(folder: &Path, found: &mut Beneath, depth: u8) -> Result<(), String> {
    let bound = binding(folder).ok_or_else(|| format!("{} is not bound", sysfs::name(folder)))?;
    if let Some(node) = bound.node {
        return descend(node, found, depth);
    }
    let identity = bound
        .identity
        .ok_or_else(|| format!("the backing file of {} cannot be told", bound.name))?;
    if !found.files.insert(identity) {
        return Ok(());
    }
    let device = stat::decode(identity.0);
    if device.major != 0 {
        return descend(device, found, depth);
    }
    if stat::stat(&bound.path).is_ok_and(|told| told.identity == identity) {
        return descend_path(&bound.path, found, depth);
    }
    let mount = tables::mount_by_number(device)?;
    descend_mount(
        &mount.ok_or("the file system of a backing file is not listed")?,
        found,
        depth,
    )
}

fn descend_path(path: &Path, found: &mut Beneath, depth: u8) -> Result<(), String> {
    let depth = depth.checked_sub(1).ok_or("too many layers")?;
    let told = stat::stat(path).map_err(|errno| format!("system error {errno}"))?;
    if told.device.major != 0 {
        return descend(told.device, found, depth);
    }
    descend_mount(&tables::mount_of(path)?, found, depth)
}

/// Follows a file system without a block device of its own number.
fn descend_mount(mount: &MountEntry, found: &mut Beneath, depth: u8) -> Result<(), String> {
    match mount.file_system.as_str() {
        "tmpfs" | "ramfs" | "rootfs" | "devtmpfs" | "proc" | "sysfs" | "hugetlbfs" | "devpts" => Ok(()),
        // A place where something may be mounted later, and nothing is yet.
        "autofs" => Ok(()),
        // Another machine's medium is none of those that can be named here.
        "nfs" | "nfs4" | "cifs" | "smb3" | "9p" | "virtiofs" | "ceph" | "afs" => Ok(()),
        "overlay" => descend_overlay(mount, found, depth),
        "btrfs" | "bcachefs" => descend_sources(mount, found, depth),
        _ if mount.number.major != 0 => descend(mount.number, found, depth),
        other => Err(format!("what the file system {other} lies on is not known")),
    }
}

fn descend_overlay(mount: &MountEntry, found: &mut Beneath, depth: u8) -> Result<(), String> {
    let lower = mount.option("lowerdir").map(split_layers);
    let further = mount.options.split(',').filter_map(|option| {
        option
            .strip_prefix("lowerdir+=")
            .or_else(|| option.strip_prefix("datadir+="))
            .map(PathBuf::from)
    });
    let upper = mount.option("upperdir").map(PathBuf::from);
    let folders: Vec<_> = lower.into_iter().flatten().chain(further).chain(upper).collect();
    if folders.is_empty() {
        return Err("an overlay does not tell its folders".to_owned());
    }
    for folder in folders {
        // A relative name is relative to a folder that nobody can know any more.
        if !folder.is_absolute() {
            return Err(format!("the overlay's folder {} is relative", folder.display()));
        }
        descend_path(&folder, found, depth).map_err(|reason| format!("{}: {reason}", folder.display()))?;
    }
    Ok(())
}

/// Splits `a:b::c` at its colons; a colon that belongs to a name has a backslash before it.
fn split_layers(text: &str) -> Vec<PathBuf> {
    let mut layers = vec![String::new()];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, layers.last_mut()) {
            ('\\', Some(layer)) => layer.extend(characters.next()),
            (':', _) => layers.push(String::new()),
            (other, Some(layer)) => layer.push(other),
            (_, None) => {}
        }
    }
    layers.retain(|layer| !layer.is_empty());
    layers.into_iter().map(PathBuf::from).collect()
}

/// Follows file systems that number themselves but lie on one or more devices.
fn descend_sources(mount: &MountEntry, found: &mut Beneath, depth: u8) -> Result<(), String> {
    let mut numbers = BTreeSet::new();
    for source in mount.source.split(':') {
        let told =
            stat::stat(Path::new(source)).map_err(|errno| format!("{source}: system error {errno}"))?;
        if told.node == (DeviceNumber { major: 0, minor: 0 }) {
            return Err(format!("{source} is not a block device"));
        }
        numbers.insert(told.node);
    }
    // A file system on several devices names only one of them as its source.
    let groups = members_of_file_systems();
    let ours = groups
        .iter()
        .filter(|(_, members)| members.iter().any(|member| numbers.contains(&member.number)));
    let siblings: Vec<_> = ours
        .flat_map(|(_, members)| members.iter().map(|member| member.number))
        .collect();
    numbers.extend(siblings);
    numbers
        .into_iter()
        .try_for_each(|number| descend(number, found, depth))
}

/// Mounted btrfs file systems with the devices that belong to each.
pub(crate) fn members_of_file_systems() -> Vec<(String, Vec<NamedDevice>)> {
    let folders = sysfs::children(Path::new("/sys/fs/btrfs")).unwrap_or_default();
    let group = |folder: PathBuf| {
        let members = sysfs::linked(&folder.join("devices")).ok()?;
        let members = members
            .iter()
            .filter_map(|member| named(member))
            .collect::<Vec<_>>();
        (!members.is_empty()).then(|| (format!("btrfs {}", sysfs::name(&folder)), members))
    };
    folders.into_iter().filter_map(group).collect()
}

fn named(folder: &Path) -> Option<NamedDevice> {
    Some(NamedDevice {
        name: sysfs::name(folder),
        number: sysfs::device_number(folder)?,
    })
}

/// The device, its partitions, and everything that the kernel has built on them.
pub(crate) fn above(number: DeviceNumber) -> Result<Above, String> {
    let folder = sysfs::folder(number).ok_or_else(|| format!("the kernel does not list device {number}"))?;
    let mut found = Above::default();
    for part in with_partitions(&folder)? {
        let device = named(&part).ok_or("a device has no number")?;
        for holder in holders(&part)? {
            found.holders.push((device.name.clone(), sysfs::name(&holder)));
        }
        found.own.push(device);
    }
    ascend(&folder, &mut found.all, DEEPEST)?;
    Ok(found)
}

fn with_partitions(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut parts = vec![folder.to_owned()];
    parts.extend(sysfs::partitions(folder).map_err(|error| error.to_string())?);
    Ok(parts)
}

fn holders(folder: &Path) -> Result<Vec<PathBuf>, String> {
    sysfs::linked(&folder.join("holders")).map_err(|error| error.to_string())
}

fn ascend(folder: &Path, found: &mut Vec<NamedDevice>, depth: u8) -> Result<(), String> {
    let depth = depth.checked_sub(1).ok_or("too many layers")?;
    for part in with_partitions(folder)? {
        let device = named(&part).ok_or("a device has no number")?;
        if found.contains(&device) {
            continue;
        }
        let number = device.number;
        found.push(device);
        for holder in holders(&part)? {
            ascend(&holder, found, depth)?;
        }
        let bound = loop_bindings()
            .into_iter()
            .filter(|bound| bound.node == Some(number));
        for bound in bound.filter_map(|bound| sysfs::folder(bound.number)) {
            ascend(&bound, found, depth)?;
        }
    }
    Ok(())
}

/// All loop devices that are bound to something, as the kernel knows them.
pub(crate) fn loop_bindings() -> Vec<LoopBinding> {
    let folders = sysfs::children(Path::new("/sys/block")).unwrap_or_default();
    folders.iter().filter_map(|folder| binding(folder)).collect()
}

/// What the loop device in `folder` is bound to, asked of the device itself; none where it is not
/// bound. The name alone would not do: it may lead somewhere else in this mount namespace. It has
/// to do where the device may not be opened, which guards of block devices never meet.
pub(super) fn binding(folder: &Path) -> Option<LoopBinding> {
    let shown = shown_binding(folder)?;
    let Ok(status) = calls::loop_status(&nodes::node_path(&shown.name)) else {
        return Some(shown);
    };
    let node = Some(stat::decode(status.lo_rdevice)).filter(|node| node.major != 0);
    Some(LoopBinding {
        identity: Some((status.lo_device, status.lo_inode)),
        node,
        ..shown
    })
}

/// What sysfs shows that the loop device in `folder` is bound to. Opens nothing.
pub(super) fn shown_binding(folder: &Path) -> Option<LoopBinding> {
    let path = sysfs::path(&folder.join("loop"), "backing_file")?;
    let told = stat::stat(&path).ok();
    Some(LoopBinding {
        name: sysfs::name(folder),
        number: sysfs::device_number(folder)?,
        identity: told.map(|told| told.identity),
        node: told
            .filter(|told| told.kind == FileKind::Block)
            .map(|told| told.node),
        path,
    })
}

/// Whether somebody has claimed the node exclusively (a mounted file system, device mapper, RAID,
/// swap, another eraser), in whatever namespace.
pub(crate) fn claimed_elsewhere(name: &str) -> Result<bool, i32> {
    match calls::open_exclusively_to_look(&nodes::node_path(name)) {
        Ok(()) => Ok(false),
        Err(libc::EBUSY) => Ok(true),
        Err(errno) => Err(errno),
    }
}

/// Every layer from the device downwards, for people to read.
pub(super) fn layers(number: DeviceNumber) -> Vec<String> {
    let mut lines = Vec::new();
    describe(number, &mut lines, DEEPEST);
    lines
}

fn describe(number: DeviceNumber, lines: &mut Vec<String>, depth: u8) {
    let (Some(depth), Some(folder)) = (depth.checked_sub(1), sysfs::folder(number)) else {
        return;
    };
    let node = nodes::node_path(&sysfs::name(&folder))
        .to_string_lossy()
        .into_owned();
    let mapper = sysfs::text(&folder.join("dm"), "name");
    let line = mapper.map_or_else(|| node.clone(), |name| format!("{node} ({name})"));
    if lines.contains(&line) {
        return;
    }
    lines.push(line);
    if sysfs::is_partition(&folder) {
        folder
            .parent()
            .and_then(sysfs::device_number)
            .into_iter()
            .for_each(|disk| describe(disk, lines, depth));
    }
    let slaves = sysfs::linked(&folder.join("slaves")).unwrap_or_default();
    slaves
        .iter()
        .filter_map(|slave| sysfs::device_number(slave))
        .for_each(|slave| describe(slave, lines, depth));
    if let Some(bound) = shown_binding(&folder) {
        describe_backing(&bound, lines, depth);
    }
}

fn describe_backing(bound: &LoopBinding, lines: &mut Vec<String>, depth: u8) {
    lines.push(bound.path.to_string_lossy().into_owned());
    lines.extend(tables::file_system_of(&bound.path));
    let device = bound
        .identity
        .map(|identity| stat::decode(identity.0))
        .filter(|device| device.major != 0);
    bound
        .node
        .or(device)
        .into_iter()
        .for_each(|device| describe(device, lines, depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layers_of_an_overlay_are_split_at_bare_colons() {
        assert_eq!(
            split_layers("/a:/b\\:c::/d"),
            ["/a", "/b:c", "/d"].map(PathBuf::from)
        );
    }
}
