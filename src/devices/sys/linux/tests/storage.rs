//! Where folders lie, and reading back past the page cache, on loop devices of the tests' own.

use std::io::{Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::support::*;
use crate::devices::{
    ReadBackFile, ReadBackPath, Storage, StorageKind, VirtualKind, open_read_back, storage_of,
};
use crate::units::ByteCount;

fn formatted(size: u64) -> (Loop, Mount) {
    let device = Loop::new(size);
    run("mkfs.ext4", &["-q", "-b", "4096", text(&device.node)]);
    let mount = Mount::new(&device.node);
    (device, mount)
}

/// A new file, synced.
fn written(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    let mut file = std::fs::File::create_new(&path).unwrap();
    file.write_all(bytes).unwrap();
    file.sync_all().unwrap();
    path
}

fn whole(mut file: ReadBackFile) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

/// Bytes that are nowhere else on the device.
fn pattern(length: usize) -> Vec<u8> {
    (0..length)
        .map(|at| (at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes()[0])
        .collect()
}

/// Changes one byte of `bytes` where they lie in the loop device's file.
fn corrupt(device: &Loop, bytes: &[u8], at: usize) {
    let image = std::fs::read(&device.file).unwrap();
    let mut places = image
        .chunks(4096)
        .enumerate()
        .filter(|(_, block)| block == &&bytes[..4096]);
    let (block, _) = places.next().unwrap();
    assert!(places.next().is_none());
    let file = std::fs::OpenOptions::new()
        .write(true)
        .open(&device.file)
        .unwrap();
    file.write_all_at(&[!bytes[at]], (block * 4096 + at) as u64)
        .unwrap();
    file.sync_all().unwrap();
}

#[test]
fn a_folder_on_a_medium_tells_the_medium() {
    let Some(_alone) = alone_as_root() else { return };
    let (device, mount) = formatted(16 * MIB);
    let folder = mount.at().join("a/b");
    std::fs::create_dir_all(&folder).unwrap();
    let storage = storage_of(&folder).unwrap();
    assert_eq!(storage.filesystem.as_deref(), Some("ext4"));
    assert_eq!(storage.kind, StorageKind::Local);
    assert_eq!(storage.most_file_bytes, None);
    assert_eq!(storage.read_only, Some(false));
    assert_eq!(storage.mount_point.as_deref(), Some(mount.at()));
    assert!(storage.free.is_some_and(|free| free < ByteCount(16 * MIB)));
    let medium = storage.medium.unwrap();
    assert_eq!(medium.path, device.node);
    assert_eq!(medium.size, ByteCount(16 * MIB));
    assert_eq!(medium.virtual_kind, Some(VirtualKind::Loop));
    assert_eq!((medium.serial, medium.model), (None, None));
}

#[test]
fn a_partition_leads_to_its_disk_and_read_only_is_told() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(32 * MIB);
    let partition = device.add_partition(1, MIB, 16 * MIB);
    run("mkfs.ext4", &["-q", text(&partition)]);
    let mount = Mount::new(&partition);
    run("mount", &["-o", "remount,ro", text(mount.at())]);
    let storage = storage_of(mount.at()).unwrap();
    assert_eq!(storage.read_only, Some(true));
    let medium = storage.medium.unwrap();
    assert_eq!(
        (medium.path, medium.size),
        (device.node.clone(), ByteCount(32 * MIB))
    );
    assert_eq!(medium.partitions.len(), 1);
}

#[test]
fn memory_and_overlays_have_no_medium() {
    let Some(_alone) = alone_as_root() else { return };
    let memory = folder_in_memory();
    let storage = storage_of(memory.path()).unwrap();
    assert_eq!(storage.kind, StorageKind::Memory);
    assert_eq!(storage.filesystem.as_deref(), Some("tmpfs"));
    assert_eq!(storage.medium, None);
    let path = written(memory.path(), "file", b"abc");
    let (file, reached) = open_read_back(&path, &storage).unwrap();
    assert_eq!((reached, whole(file)), (ReadBackPath::Memory, b"abc".to_vec()));

    for name in ["lower", "upper", "work", "all"] {
        std::fs::create_dir(memory.path().join(name)).unwrap();
    }
    let at = |name: &str| text(&memory.path().join(name)).to_owned();
    let options = format!(
        "lowerdir={},upperdir={},workdir={}",
        at("lower"),
        at("upper"),
        at("work")
    );
    let mounted = Command::new("mount")
        .args(["-t", "overlay", "overlay", "-o", &options, &at("all")])
        .status()
        .unwrap();
    if !mounted.success() {
        return not_run("no overlay file system");
    }
    let storage = storage_of(&memory.path().join("all")).unwrap();
    let path = written(&memory.path().join("all"), "file", b"abc");
    let answer = open_read_back(&path, &storage).map(|(file, reached)| (reached, whole(file)));
    run("umount", &[&at("all")]);
    assert_eq!((storage.kind, &storage.medium), (StorageKind::Through, &None));
    let through = ReadBackPath::Through("overlay".to_owned());
    assert_eq!(answer.unwrap(), (through, b"abc".to_vec()));
}

#[test]
fn what_the_medium_holds_is_read_back_and_not_what_the_cache_holds() {
    let Some(_alone) = alone_as_root() else { return };
    let (device, mount) = formatted(32 * MIB);
    let storage = storage_of(mount.at()).unwrap();
    for (name, length, at) in [("whole", 2 * MIB as usize, 77), ("odd", 4 * 4096 + 13, 4095)] {
        let bytes = pattern(length + name.len())[name.len()..].to_vec();
        let path = written(mount.at(), name, &bytes);
        let (file, reached) = open_read_back(&path, &storage).unwrap();
        assert_eq!(reached, ReadBackPath::Medium);
        assert!(whole(file) == bytes, "{name}: as it was written");
        assert!(std::fs::read(&path).unwrap() == bytes, "{name}: in the cache now");

        corrupt(&device, &bytes, at);
        assert!(
            std::fs::read(&path).unwrap() == bytes,
            "{name}: the cache answers"
        );
        let (file, reached) = open_read_back(&path, &storage).unwrap();
        assert_eq!(reached, ReadBackPath::Medium);
        let seen = whole(file);
        let wrong: Vec<_> = (0..length).filter(|at| seen[*at] != bytes[*at]).collect();
        assert_eq!((seen.len(), wrong), (length, vec![at]), "{name}");
    }
}

#[test]
fn a_file_that_stays_in_the_cache_is_not_called_read_from_the_medium() {
    let Some(_alone) = alone_as_root() else { return };
    let (_device, mount) = formatted(16 * MIB);
    let storage = storage_of(mount.at()).unwrap();
    let path = written(mount.at(), "file", &pattern(8192));
    let other = Other::holding("map", &path);
    let (_, reached) = open_read_back(&path, &storage).unwrap();
    assert!(matches!(reached, ReadBackPath::Cached { .. }), "{reached:?}");
    other.end();
    let (_, reached) = open_read_back(&path, &storage).unwrap();
    assert_eq!(reached, ReadBackPath::Medium);
}

#[test]
fn a_loop_device_on_memory_or_on_another_is_not_a_medium() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::with(16 * MIB, folder_in_memory(), &[]);
    run("mkfs.ext4", &["-q", text(&device.node)]);
    let mount = Mount::new(&device.node);
    let reached = |storage: &Storage, folder: &Path| {
        let path = written(folder, "file", &pattern(8192));
        open_read_back(&path, storage).unwrap().1
    };
    let storage = storage_of(mount.at()).unwrap();
    assert_eq!(reached(&storage, mount.at()), ReadBackPath::Memory);
    drop(mount);

    let (_outer, below) = formatted(32 * MIB);
    let image = sparse_file(below.at(), "inner.img", 16 * MIB);
    let node = attach(&image, &[]);
    run("mkfs.ext4", &["-q", text(&node)]);
    let mount = Mount::new(&node);
    let storage = storage_of(mount.at()).unwrap();
    let answer = reached(&storage, mount.at());
    drop(mount);
    detach(&node);
    assert!(matches!(answer, ReadBackPath::Cached { .. }), "{answer:?}");
}
