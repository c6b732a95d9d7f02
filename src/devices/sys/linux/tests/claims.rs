//! What claiming a block device does to its partitions and caches, and what it would miss.

use std::fs::OpenOptions;
use std::os::unix::fs::{FileExt, OpenOptionsExt};

use super::support::*;
use crate::devices::sys::linux::calls;
use crate::devices::{DeviceError, Intrusion, IoFailure, IoPath, ReadPath, claim};
use crate::units::ByteOffset;

#[test]
fn partitions_go_away_and_come_back_where_nothing_was_written() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    device.add_partition(1, MIB, 4 * MIB);
    device.add_partition(3, 8 * MIB, 4 * MIB);
    let before = device.facts().partitions;
    assert_eq!(before.len(), 2);

    let target = claimed(&device.facts()).unwrap();
    assert_eq!(
        target.former_partition_starts(),
        [ByteOffset(MIB), ByteOffset(8 * MIB)]
    );
    assert_eq!(device.partition_names(), [""; 0]);
    drop(target);
    let after = device.facts().partitions;
    let places = |all: &[crate::devices::Partition]| -> Vec<_> {
        all.iter()
            .map(|one| (one.index, one.name.clone(), one.start, one.size))
            .collect()
    };
    assert_eq!(places(&after), places(&before));

    let mut target = claimed(&device.facts()).unwrap();
    fill(&mut *target, 0xff);
    drop(target);
    assert_eq!(device.partition_names(), [""; 0]);
}

#[test]
fn what_is_written_is_read_back_from_the_medium() {
    let Some(_alone) = alone_as_root() else { return };
    for (folder, options, expected) in [
        (folder_on_disk(), &[][..], ReadPath::BackingFileUncached),
        (
            folder_on_disk(),
            &["--direct-io=on"][..],
            ReadPath::BackingFileUncached,
        ),
        (folder_in_memory(), &[][..], ReadPath::Memory),
    ] {
        let device = Loop::with(16 * MIB, folder, options);
        let mut target = claimed(&device.facts()).unwrap();
        assert_eq!((target.size().0, target.io_path()), (16 * MIB, IoPath::Direct));
        fill(&mut *target, 0xa5);
        assert_eq!(target.prepare_read_back(), expected);
        assert!(read_all(&mut *target) == vec![0xa5; 16 * MIB as usize]);
        assert_eq!(target.look_again(), []);
        assert!(std::fs::read(&device.file).unwrap() == vec![0xa5; 16 * MIB as usize]);
    }
}

#[test]
fn the_end_of_the_device_is_the_end() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(4 * MIB);
    let mut target = claimed(&device.facts()).unwrap();
    let mut buffer = Aligned::new(4096, 1);
    let beyond = ByteOffset(4 * MIB);
    assert!(matches!(
        target.write_at(beyond, buffer.get()),
        Err(IoFailure::Vanished { .. })
    ));
    assert!(matches!(
        target.read_at(beyond, buffer.get()),
        Err(IoFailure::Vanished { errno: 0 })
    ));
}

#[test]
fn a_deleted_backing_file_proves_nothing() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(4 * MIB);
    std::fs::remove_file(&device.file).unwrap();
    let mut target = claimed(&device.facts()).unwrap();
    fill(&mut *target, 1);
    assert!(matches!(target.prepare_read_back(), ReadPath::Cached { .. }));
}

#[test]
fn a_loop_device_over_a_loop_device_proves_nothing() {
    let Some(_alone) = alone_as_root() else { return };
    let lower = Loop::new(8 * MIB);
    let upper = attach(&lower.node, &[]);
    let result = claimed(&crate::devices::inspect(&upper, false).unwrap()).map(|mut target| {
        fill(&mut *target, 1);
        target.prepare_read_back()
    });
    detach(&upper);
    assert!(matches!(result, Ok(ReadPath::Cached { .. })), "{result:?}");
}

#[test]
fn a_partition_taken_between_guard_and_claim_stops_the_claim_and_all_comes_back() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    device.add_partition(1, MIB, 4 * MIB);
    let held = device.add_partition(2, 8 * MIB, 4 * MIB);
    let (cleared, confirmed) = tokens(&device.facts());
    let other = Other::holding("write", &held);
    let name = format!("{}p2", device.name());
    assert_eq!(
        claim(cleared, confirmed).err(),
        Some(DeviceError::PartitionBusy { name: name.clone() })
    );
    assert_eq!(device.partition_names(), [format!("{}p1", device.name()), name]);
    other.end();
}

#[test]
fn a_device_taken_between_guard_and_claim_stops_the_claim() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    let (cleared, confirmed) = tokens(&device.facts());
    let other = Other::holding("open", &device.node);
    let answer = claim(cleared, confirmed).err();
    assert!(
        matches!(&answer, Some(DeviceError::HeldBy { pid, .. }) if *pid == other.pid()),
        "{answer:?}"
    );
}

#[test]
fn a_lock_of_another_program_stops_the_claim() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    let (cleared, confirmed) = tokens(&device.facts());
    let file = std::fs::File::open(&device.node).unwrap();
    rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive).unwrap();
    assert_eq!(
        claim(cleared, confirmed).err(),
        Some(DeviceError::Locked {
            path: device.node.clone()
        })
    );
}

#[test]
fn a_claimed_device_cannot_be_claimed_again() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    let (cleared, confirmed) = tokens(&device.facts());
    let _target = claimed(&device.facts()).unwrap();
    assert_eq!(
        claim(cleared, confirmed).err().map(|error| error.code()),
        Some("DEV-EXCLUSIVE-USE")
    );
    assert!(codes(&refusals(&device.facts())).contains(&"DEV-EXCLUSIVE-USE"));
}

#[test]
fn the_second_look_sees_who_came_meanwhile() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    let mut target = claimed(&device.facts()).unwrap();
    let other = Other::holding("write", &device.node);
    let seen = target.look_again();
    assert!(
        matches!(&seen[..], [Intrusion::HeldBy { pid, .. }] if *pid == other.pid()),
        "{seen:?}"
    );
    other.end();
    device.add_partition(1, MIB, MIB);
    let name = format!("{}p1", device.name());
    assert_eq!(target.look_again(), [Intrusion::PartitionBack { name }]);
}

/// Why there are guards: everything that an ordinary eraser does succeeds, and old bytes come back.
#[test]
fn without_the_guards_a_dirty_page_outlives_a_verified_overwrite() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    let partition = device.add_partition(1, MIB, 8 * MIB);
    let other = Other::holding("map", &partition);

    let flags = libc::O_EXCL | libc::O_DIRECT;
    let disk = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(flags)
        .open(&device.node)
        .unwrap();
    let mut zeroes = Aligned::new(16 * MIB as usize, 0);
    disk.write_all_at(zeroes.get(), 0).unwrap();
    disk.sync_all().unwrap();
    calls::flush_buffers(&disk).unwrap();
    let mut read = Aligned::new(16 * MIB as usize, 1);
    disk.read_exact_at(read.get(), 0).unwrap();
    assert!(read.get().iter().all(|byte| *byte == 0), "the overwrite verified");

    other.end();
    calls::flush_buffers(&disk).unwrap();
    disk.read_exact_at(read.get(), 0).unwrap();
    let page = &read.get()[MIB as usize..][..4096];
    assert!(
        page.iter().all(|byte| *byte == 0x5a),
        "the page came after the verified overwrite"
    );
}
