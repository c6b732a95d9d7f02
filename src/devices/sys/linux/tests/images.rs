//! Image files: guards, allocation, odd sizes, read-backs on disk and in memory.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use super::support::*;
use crate::devices::{
    ConfirmationKind, DeviceError, DeviceFacts, Intrusion, IoFailure, Protected, ProtectedKind, ReadPath,
    claim, clear, expected_confirmation, inspect,
};
use crate::units::ByteOffset;

fn image(path: &Path) -> DeviceFacts {
    inspect(path, true).unwrap()
}

#[test]
fn an_image_of_any_size_is_overwritten_and_read_back_whole() {
    let _alone = alone();
    for (folder, expected) in [
        (folder_on_disk(), ReadPath::BackingFileUncached),
        (folder_in_memory(), ReadPath::Memory),
    ] {
        for size in [4096, 4097, 8191, MIB, 3 * MIB + 1, 2 * MIB + 4095, 5 * MIB + 512] {
            let path = folder.path().join(format!("image-{size}"));
            std::fs::write(&path, vec![0x33; size as usize]).unwrap();
            let mut target = claimed(&image(&path)).unwrap();
            assert_eq!(target.block_size().bytes(), 4096);
            fill(&mut *target, 0xc3);
            assert_eq!(target.prepare_read_back(), expected);
            assert!(read_all(&mut *target) == vec![0xc3; size as usize], "{size}");
            assert_eq!(target.look_again(), []);
            let mut buffer = Aligned::new(4096, 1);
            let end = ByteOffset(size.next_multiple_of(4096));
            assert!(matches!(
                target.write_at(end, buffer.get()),
                Err(IoFailure::Other { .. })
            ));
            drop(target);
            assert!(
                std::fs::read(&path).unwrap() == vec![0xc3; size as usize],
                "{size}: as others see it"
            );
        }
    }
}

#[test]
fn holes_are_allocated_before_the_start_and_the_bytes_stay() {
    let _alone = alone();
    for folder in [folder_on_disk(), folder_in_memory()] {
        let path = sparse_file(folder.path(), "sparse", 8 * MIB);
        assert_eq!(path.metadata().unwrap().blocks(), 0);
        let target = claimed(&image(&path)).unwrap();
        assert!(path.metadata().unwrap().blocks() * 512 >= 8 * MIB);
        drop(target);
        assert!(std::fs::read(&path).unwrap() == vec![0; 8 * MIB as usize]);
    }
}

#[test]
fn holes_that_do_not_fit_are_refused_beforehand() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    run("mkfs.ext4", &["-q", text(&device.node)]);
    let mount = Mount::new(&device.node);
    let path = sparse_file(mount.at(), "sparse", 64 * MIB);
    let answer = claimed(&image(&path)).err();
    assert!(matches!(answer, Some(DeviceError::NoSpace { .. })), "{answer:?}");
    assert_eq!(path.metadata().unwrap().blocks(), 0);
}

#[test]
fn an_image_that_somebody_has_open_or_mapped_is_refused() {
    let _alone = alone();
    let folder = folder_on_disk();
    let path = folder.path().join("image");
    std::fs::write(&path, vec![0; 8192]).unwrap();
    for how in ["open", "write", "map"] {
        let other = Other::holding(how, &path);
        let told = refusals(&image(&path));
        let named = |refusal: &DeviceError| match refusal {
            DeviceError::HeldBy { pid, .. } => *pid == other.pid(),
            // Mapped files are shown to root alone; the lease sees them for everybody.
            DeviceError::HeldBySomebody { .. } => how == "map" && !crate::devices::is_root(),
            _ => false,
        };
        assert!(told.iter().any(named), "{how}: {told:?}");
        other.end();
        assert_eq!(refusals(&image(&path)), []);
    }
}

#[test]
fn somebody_who_comes_to_a_claimed_image_is_seen() {
    let _alone = alone();
    let folder = folder_on_disk();
    for size in [8192, 8193] {
        let path = sparse_file(folder.path(), &format!("image-{size}"), size);
        let (cleared, confirmed) = tokens(&image(&path));
        let mut target = claim(cleared, confirmed).unwrap();
        assert_eq!(target.look_again(), []);
        let other = Other::holding("open", &path);
        let seen = target.look_again();
        assert!(
            matches!(&seen[..], [Intrusion::HeldBy { pid, .. }] if *pid == other.pid()),
            "{seen:?}"
        );
        other.end();
        assert_eq!(target.look_again(), []);
    }
}

#[test]
fn an_image_taken_or_exchanged_between_guard_and_claim_is_not_opened() {
    let _alone = alone();
    let folder = folder_on_disk();
    let path = folder.path().join("image");
    std::fs::write(&path, vec![0; 8192]).unwrap();
    let (cleared, confirmed) = tokens(&image(&path));
    let other = Other::holding("open", &path);
    let answer = claim(cleared, confirmed).err();
    assert!(
        matches!(&answer, Some(DeviceError::HeldBy { pid, .. }) if *pid == other.pid()),
        "{answer:?}"
    );
    other.end();

    let (cleared, confirmed) = tokens(&image(&path));
    std::fs::write(folder.path().join("new"), vec![0; 8192]).unwrap();
    std::fs::rename(folder.path().join("new"), &path).unwrap();
    assert_eq!(
        claim(cleared, confirmed).err().map(|error| error.code()),
        Some("DEV-IDENTITY-CHANGED")
    );

    let (cleared, confirmed) = tokens(&image(&path));
    std::fs::write(&path, vec![0; 8193]).unwrap();
    let expected = DeviceError::IdentityChanged {
        path: path.clone(),
        field: "size",
    };
    assert_eq!(claim(cleared, confirmed).err(), Some(expected));
}

#[test]
fn an_image_under_a_loop_device_is_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    let told = refusals(&image(&device.file));
    let bound = |refusal: &DeviceError| matches!(refusal, DeviceError::LoopBound { bound, .. } if *bound == device.name());
    assert!(told.iter().any(bound), "{told:?}");
    assert!(
        codes(&told).contains(&"DEV-HELD-BY-SOMEBODY"),
        "the kernel's own handle shows in the lease: {told:?}"
    );
}

#[test]
fn an_image_that_is_or_carries_something_protected_is_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let folder = folder_on_disk();
    let path = folder.path().join("key.json");
    std::fs::write(&path, vec![0; 8192]).unwrap();
    let hard_link = folder.path().join("innocent.img");
    std::fs::hard_link(&path, &hard_link).unwrap();
    let protected = [Protected {
        what: ProtectedKind::Key,
        path: path.clone(),
    }];
    let told = clear(&image(&hard_link), &protected).unwrap_err();
    assert_eq!(
        told,
        [DeviceError::IsProtected {
            what: ProtectedKind::Key,
            path
        }]
    );

    let device = Loop::new(32 * MIB);
    run("mkfs.ext4", &["-q", text(&device.node)]);
    let mount = Mount::new(&device.node);
    let inside = mount.at().join("ledger.db");
    std::fs::write(&inside, "x").unwrap();
    let protected = [Protected {
        what: ProtectedKind::Ledger,
        path: inside.clone(),
    }];
    let told = clear(&image(&device.file), &protected).unwrap_err();
    assert!(
        told.contains(&DeviceError::HoldsProtected {
            what: ProtectedKind::Ledger,
            path: inside
        }),
        "{told:?}"
    );
}

#[test]
fn a_swap_file_is_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let folder = folder_on_disk();
    let path = folder.path().join("swap");
    std::fs::write(&path, vec![0; 4 * MIB as usize]).unwrap();
    run("chmod", &["600", text(&path)]);
    run("mkswap", &[text(&path)]);
    if !Command::new("swapon")
        .arg(&path)
        .output()
        .unwrap()
        .status
        .success()
    {
        not_run("swapon is not permitted");
        return;
    }
    let told = refusals(&image(&path));
    run("swapoff", &[text(&path)]);
    assert!(codes(&told).contains(&"DEV-SWAP"), "{told:?}");
}

#[test]
fn the_running_program_is_refused() {
    let _alone = alone();
    let program = std::env::current_exe().unwrap();
    let told = codes(&refusals(&image(&program)));
    assert!(told.contains(&"DEV-SYSTEM-DISK"), "{told:?}");
}

#[test]
fn an_immutable_or_append_only_image_is_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let folder = folder_on_disk();
    let path = folder.path().join("image");
    std::fs::write(&path, vec![0; 8192]).unwrap();
    for flag in ["i", "a"] {
        if !Command::new("chattr")
            .args([&format!("+{flag}"), text(&path)])
            .output()
            .unwrap()
            .status
            .success()
        {
            not_run("chattr is not permitted");
            return;
        }
        let told = codes(&refusals(&image(&path)));
        run("chattr", &[&format!("-{flag}"), text(&path)]);
        assert!(told.contains(&"DEV-READ-ONLY"), "{flag}: {told:?}");
    }
}

#[test]
fn an_image_whose_data_go_through_the_journal_is_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(32 * MIB);
    run("mkfs.ext4", &["-q", text(&device.node)]);
    let at = folder_on_disk();
    run(
        "mount",
        &["-o", "data=journal", text(&device.node), text(at.path())],
    );
    let mount = Mount(at);
    let path = mount.at().join("image");
    std::fs::write(&path, vec![0; 8192]).unwrap();
    assert_eq!(codes(&refusals(&image(&path))), ["DEV-DATA-JOURNAL"]);
}

#[test]
fn an_overlay_is_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let folder = folder_in_memory();
    let place = |name: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir(&path).unwrap();
        path
    };
    let (lower, upper, work, at) = (place("lower"), place("upper"), place("work"), place("at"));
    std::fs::write(lower.join("image"), vec![0; 8192]).unwrap();
    let options = format!(
        "lowerdir={},upperdir={},workdir={}",
        text(&lower),
        text(&upper),
        text(&work)
    );
    run("mount", &["-t", "overlay", "overlay", "-o", &options, text(&at)]);
    let told = codes(&refusals(&image(&at.join("image"))));
    run("umount", &[text(&at)]);
    assert!(told.contains(&"DEV-COPY-ON-WRITE"), "{told:?}");
}

#[test]
fn an_image_is_confirmed_by_its_file_name() {
    let _alone = alone();
    let folder = folder_on_disk();
    let path = sparse_file(folder.path(), "disk one.img", 8192);
    let expected = expected_confirmation(&image(&path), "ABC123");
    assert_eq!(
        (expected.kind(), expected.text()),
        (ConfirmationKind::Name, "disk one.img")
    );
}
