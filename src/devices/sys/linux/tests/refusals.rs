//! Every guard of block devices refuses what it is there for, and lets the rest pass.

use std::path::Path;
use std::process::Command;

use super::support::*;
use crate::devices::sys::linux::{stat, sysfs};
use crate::devices::{
    ConfirmationKind, DeviceError, Protected, ProtectedKind, Transport, VirtualKind, claim, clear, confirm,
    discover, expected_confirmation, inspect, read_ends,
};
use crate::units::ByteCount;

#[test]
fn an_idle_loop_device_passes_every_guard() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    let facts = device.facts();
    assert_eq!(
        (facts.size, facts.logical_block.bytes()),
        (ByteCount(16 * MIB), 512)
    );
    assert_eq!(
        (facts.transport, facts.virtual_kind),
        (Transport::None, Some(VirtualKind::Loop))
    );
    assert_eq!(
        facts.backing.as_ref().map(|backing| &backing.path),
        Some(&device.file)
    );
    assert!(facts.disk_sequence.is_some() && !facts.read_only && facts.serial.is_none());
    assert!(facts.layers.contains(&device.file.display().to_string()));
    assert_eq!(refusals(&facts), []);
    assert!(discover().unwrap().iter().any(|found| found.path == device.node));
    assert_eq!(read_ends(&facts).unwrap().len() as u64, 2 * MIB);
    assert_eq!(
        inspect(&device.node, true).unwrap_err().code(),
        "DEV-NOT-AN-IMAGE"
    );
}

#[test]
fn the_disk_of_the_running_system_is_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let root = stat::stat(Path::new("/")).unwrap().device;
    if root.major == 0 {
        not_run("the root file system has no block device");
        return;
    }
    let mut folder = sysfs::folder(root).unwrap();
    if sysfs::is_partition(&folder) {
        folder = folder.parent().unwrap().to_owned();
    }
    let facts = inspect(&Path::new("/dev").join(sysfs::name(&folder)), false).unwrap();
    let refusals = refusals(&facts);
    let told = codes(&refusals);
    for code in ["DEV-SYSTEM-DISK", "DEV-MOUNTED"] {
        assert!(told.contains(&code), "{code} is missing in {told:?}");
    }
    let holds = |refusal: &DeviceError| matches!(refusal, DeviceError::SystemDisk { holds, .. } if holds == Path::new("/"));
    assert!(
        refusals.iter().any(holds),
        "all refusals are told at once: {refusals:?}"
    );
}

#[test]
fn mounted_devices_and_partitions_are_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(32 * MIB);
    run("mkfs.ext4", &["-q", text(&device.node)]);
    let mount = Mount::new(&device.node);
    let told = refusals(&device.facts());
    let mounted = DeviceError::Mounted {
        device: device.name(),
        at: mount.at().to_owned(),
    };
    assert!(told.contains(&mounted), "{told:?}");
    drop(mount);
    assert_eq!(refusals(&device.facts()), []);

    let node = device.add_partition(1, MIB, 16 * MIB);
    run("mkfs.ext4", &["-q", text(&node)]);
    let mount = Mount::new(&node);
    let told = refusals(&device.facts());
    let mounted = DeviceError::Mounted {
        device: format!("{}p1", device.name()),
        at: mount.at().to_owned(),
    };
    assert!(told.contains(&mounted), "{told:?}");
}

#[test]
fn a_mount_in_another_namespace_is_found() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(32 * MIB);
    run("mkfs.ext4", &["-q", text(&device.node)]);
    let at = folder_on_disk();
    let script = format!(
        "mount {} {} && echo ready && read x",
        text(&device.node),
        text(at.path())
    );
    let other =
        Other::start(Command::new("unshare").args(["-m", "--propagation", "private", "sh", "-c", &script]));
    assert!(
        !std::fs::read_to_string("/proc/self/mountinfo")
            .unwrap()
            .contains(text(at.path()))
    );
    let told = refusals(&device.facts());
    assert!(
        told.contains(&DeviceError::Mounted {
            device: device.name(),
            at: at.path().to_owned()
        }),
        "{told:?}"
    );
    other.end();
    assert_eq!(refusals(&device.facts()), []);
}

#[test]
fn a_mount_that_was_taken_out_of_every_table_is_found() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(32 * MIB);
    run("mkfs.ext4", &["-q", text(&device.node)]);
    let mount = Mount::new(&device.node);
    let kept = std::fs::File::create(mount.at().join("kept")).unwrap();
    run("umount", &["-l", text(mount.at())]);
    let told = refusals(&device.facts());
    assert_eq!(
        told,
        [DeviceError::ExclusiveUse {
            device: device.name()
        }]
    );
    drop(kept);
}

#[test]
fn a_read_only_device_is_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::with(16 * MIB, folder_on_disk(), &["-r"]);
    assert_eq!(codes(&refusals(&device.facts())), ["DEV-READ-ONLY"]);
}

#[test]
fn an_unbound_loop_device_has_no_medium() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    let facts = device.facts();
    detach(&device.node);
    let told = codes(&refusals(&facts)).join(" ");
    assert!(
        told.contains("DEV-SIZE-ZERO") && told.contains("DEV-IDENTITY-CHANGED"),
        "{told}"
    );
}

#[test]
fn holders_are_named_whether_they_hold_the_device_a_partition_or_its_file() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    let partition = device.add_partition(1, MIB, 8 * MIB);
    let name = partition.file_name().unwrap().to_str().unwrap();
    let cases = [
        ("open", &device.node, device.name()),
        ("write", &partition, name.to_owned()),
        ("open", &device.file, device.file.display().to_string()),
    ];
    for (how, path, expected) in cases {
        let other = Other::holding(how, path);
        let told = refusals(&device.facts());
        let named = |refusal: &DeviceError| matches!(refusal, DeviceError::HeldBy { device, pid, program } if *device == expected && *pid == other.pid() && !program.is_empty());
        assert!(told.iter().any(named), "{how} {}: {told:?}", path.display());
        other.end();
        assert_eq!(refusals(&device.facts()), []);
    }
}

#[test]
fn a_mapped_page_is_found_though_no_descriptor_is_left() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    let partition = device.add_partition(1, MIB, 8 * MIB);
    let other = Other::holding("map", &partition);
    let descriptors = std::fs::read_dir(format!("/proc/{}/fd", other.pid())).unwrap();
    let links: Vec<_> = descriptors
        .filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok())
        .collect();
    assert!(!links.contains(&partition), "{links:?}");
    let told = refusals(&device.facts());
    let named =
        |refusal: &DeviceError| matches!(refusal, DeviceError::HeldBy { pid, .. } if *pid == other.pid());
    assert!(told.iter().any(named), "{told:?}");
}

#[test]
fn this_process_is_no_exception() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    let _own = std::fs::File::open(&device.node).unwrap();
    assert_eq!(codes(&refusals(&device.facts())), ["DEV-HELD"]);
}

#[test]
fn swap_is_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    run("mkswap", &[text(&device.node)]);
    if !Command::new("swapon")
        .arg(&device.node)
        .output()
        .unwrap()
        .status
        .success()
    {
        not_run("swapon is not permitted");
        return;
    }
    let told = refusals(&device.facts());
    run("swapoff", &[text(&device.node)]);
    assert!(
        told.contains(&DeviceError::Swap {
            device: device.name(),
            swap: device.node.clone()
        }),
        "{told:?}"
    );
    assert_eq!(refusals(&device.facts()), []);
}

#[test]
fn a_loop_device_over_the_device_or_beside_it_is_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    for file in [&device.node, &device.file] {
        let bound = attach(file, &[]);
        let told = refusals(&device.facts());
        let expected = bound.file_name().unwrap().to_str().unwrap();
        let named = |refusal: &DeviceError| matches!(refusal, DeviceError::LoopBound { bound, .. } if bound == expected);
        detach(&bound);
        assert!(told.iter().any(named), "{}: {told:?}", file.display());
    }
    assert_eq!(refusals(&device.facts()), []);
}

#[test]
fn a_mount_above_a_loop_device_above_the_device_is_told() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(32 * MIB);
    run("mkfs.ext4", &["-q", text(&device.node)]);
    let above = attach(&device.node, &[]);
    let mount = Mount::new(&above);
    let told = refusals(&device.facts());
    let device_of_mount = above.file_name().unwrap().to_str().unwrap().to_owned();
    let at = mount.at().to_owned();
    drop(mount);
    detach(&above);
    assert!(
        told.contains(&DeviceError::Mounted {
            device: device_of_mount,
            at
        }),
        "{told:?}"
    );
}

#[test]
fn protected_paths_on_the_device_are_refused_and_others_are_not() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(32 * MIB);
    run("mkfs.ext4", &["-q", text(&device.node)]);
    let mount = Mount::new(&device.node);
    let key = mount.at().join("key.json");
    std::fs::write(&key, "secret").unwrap();
    let out = mount.at().join("not/yet/there");
    let elsewhere = folder_on_disk().path().join("ledger.db");
    let protected = [
        Protected {
            what: ProtectedKind::Key,
            path: key.clone(),
        },
        Protected {
            what: ProtectedKind::Output,
            path: out.clone(),
        },
        Protected {
            what: ProtectedKind::Ledger,
            path: elsewhere,
        },
        Protected {
            what: ProtectedKind::Roster,
            path: device.file.clone(),
        },
    ];
    let told = clear(&device.facts(), &protected).unwrap_err();
    assert!(
        told.contains(&DeviceError::HoldsProtected {
            what: ProtectedKind::Key,
            path: key
        }),
        "{told:?}"
    );
    assert!(
        told.contains(&DeviceError::HoldsProtected {
            what: ProtectedKind::Output,
            path: out
        }),
        "{told:?}"
    );
    assert!(told.contains(&DeviceError::IsProtected {
        what: ProtectedKind::Roster,
        path: device.file.clone()
    }));
    let of_ledger = |refusal: &DeviceError| refusal.to_string().contains("ledger");
    assert!(!told.iter().any(of_ledger), "{told:?}");
}

#[test]
fn another_device_under_the_same_name_is_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    let planned = device.facts();
    detach(&device.node);
    let folder = folder_on_disk();
    let other = sparse_file(folder.path(), "other.img", 8 * MIB);
    run("losetup", &[text(&device.node), text(&other)]);
    let told = clear(&planned, &[]).unwrap_err();
    for field in ["size", "disk sequence number", "backing file"] {
        let expected = DeviceError::IdentityChanged {
            path: device.node.clone(),
            field,
        };
        assert!(told.contains(&expected), "{field}: {told:?}");
    }
}

#[test]
fn a_device_exchanged_between_guard_and_claim_is_not_opened() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    let (cleared, confirmed) = tokens(&device.facts());
    detach(&device.node);
    run("losetup", &[text(&device.node), text(&device.file)]);
    // The same file, size and number: the sequence number alone tells.
    let field = "disk sequence number";
    let expected = DeviceError::IdentityChanged {
        path: device.node.clone(),
        field,
    };
    assert_eq!(claim(cleared, confirmed).err(), Some(expected));
}

#[test]
fn a_partition_is_no_medium() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    let partition = device.add_partition(1, MIB, 8 * MIB);
    let facts = inspect(&partition, false).unwrap();
    assert_eq!(facts.size, ByteCount(8 * MIB));
    assert!(
        facts.layers.contains(&device.node.display().to_string()),
        "{:?}",
        facts.layers
    );
    assert!(codes(&refusals(&facts)).contains(&"DEV-PARTITION"));
}

#[test]
fn a_loop_device_is_confirmed_by_its_name_and_by_nothing_else() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    let facts = device.facts();
    let cleared = clear(&facts, &[]).unwrap();
    let expected = expected_confirmation(&facts, "ABC123");
    assert_eq!(
        (expected.kind(), expected.text()),
        (ConfirmationKind::Name, device.name().as_str())
    );
    let full_width: String = device
        .name()
        .chars()
        .map(|c| char::from_u32(c as u32 + 0xfee0).unwrap())
        .collect();
    for typed in [
        device.name(),
        format!("/dev/{}", device.name()),
        format!(" {full_width}\r\n"),
        device.name().to_uppercase(),
    ] {
        assert!(confirm(&cleared, &expected, &typed).is_ok(), "{typed}");
    }
    for typed in [
        String::new(),
        "loop".into(),
        format!("{}0", device.name()),
        "ABC123".into(),
        format!("x {}", device.name()),
    ] {
        assert_eq!(
            confirm(&cleared, &expected, &typed).err(),
            Some(DeviceError::NotConfirmed),
            "{typed}"
        );
    }
    let another = Loop::new(16 * MIB);
    let of_another = expected_confirmation(&another.facts(), "");
    let answer = confirm(&cleared, &of_another, of_another.text());
    assert_eq!(answer.err(), Some(DeviceError::ConfirmedAnother));
    let other = clear(&another.facts(), &[]).unwrap();
    let confirmed = confirm(&cleared, &expected, expected.text()).unwrap();
    assert_eq!(claim(other, confirmed).err(), Some(DeviceError::ConfirmedAnother));
}
