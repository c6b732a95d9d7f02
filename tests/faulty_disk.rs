//! The faulty disk of other tests, looked at with plain reads and writes: every fault is what it is said to be.
//!
//! Needs root, and zram.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]
#![allow(dead_code, reason = "not every test needs every fault")]
#![allow(
    clippy::single_range_in_vec_init,
    reason = "one place is meant, not its bytes"
)]

#[path = "support/faulty_disk.rs"]
mod faulty_disk;
#[path = "support/faulty_medium.rs"]
mod faulty_medium;
#[path = "support/fuse_file.rs"]
mod fuse_file;

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::time::Duration;

use faulty_disk::FaultyDisk;
use faulty_medium::When;

const SIZE: u64 = 8 << 20;
const PIECE: usize = 64 << 10;

/// Bytes that direct I/O takes: aligned to 4096.
#[repr(align(4096))]
struct Aligned([u8; PIECE]);

struct Scene {
    // closed before the disk is taken down
    file: File,
    disk: FaultyDisk,
    _folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let disk = FaultyDisk::new(&folder.path().join("faulty"), vec![7; SIZE as usize]);
        let file = open(&disk);
        Self {
            disk,
            file,
            _folder: folder,
        }
    }

    /// Writes 64 KiB; the error number where that fails.
    fn write(&self, at: u64, byte: u8) -> Result<(), i32> {
        let data = Box::new(Aligned([byte; PIECE]));
        let written = self.file.write_at(&data.0, at);
        written
            .map(|count| assert_eq!(count, PIECE))
            .map_err(|error| error.raw_os_error().unwrap())
    }

    /// The bytes of 64 KiB, if they can be read.
    fn read(&self, at: u64) -> Result<Vec<u8>, i32> {
        let mut data = Box::new(Aligned([0xEE; PIECE]));
        let read = self.file.read_at(&mut data.0, at);
        read.map_err(|error| error.raw_os_error().unwrap())
            .map(|count| data.0[..count].to_vec())
    }

    fn flush(&self) -> Result<(), i32> {
        self.file
            .sync_all()
            .map_err(|error| error.raw_os_error().unwrap())
    }
}

fn open(disk: &FaultyDisk) -> File {
    OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(libc::O_DIRECT)
        .open(disk.node())
        .unwrap()
}

#[test]
fn without_faults_it_is_a_disk() {
    let scene = Scene::new();
    assert_eq!(scene.read(0), Ok(vec![7; PIECE]));
    scene.write(SIZE - PIECE as u64, 9).unwrap();
    scene.flush().unwrap();
    assert_eq!(scene.read(SIZE - PIECE as u64), Ok(vec![9; PIECE]));
    assert_eq!(
        scene.disk.truth().iter().filter(|byte| **byte == 9).count(),
        PIECE
    );
    assert!(scene.disk.medium(|medium| medium.asked.flushed) >= 1);
    assert_eq!(scene.read(SIZE), Ok(vec![]));
}

#[test]
fn bad_places_refuse_and_the_rest_is_taken() {
    let scene = Scene::new();
    scene.disk.faults(|faults| {
        faults.refuse_writes = vec![4096..4608];
        faults.refuse_reads = vec![1 << 20..(1 << 20) + 512];
    });
    assert_eq!(scene.write(0, 9), Err(libc::EIO));
    let truth = scene.disk.truth();
    assert!(truth[4096..4608].iter().all(|byte| *byte == 7));
    assert_eq!(truth.iter().filter(|byte| **byte == 9).count(), PIECE - 512);
    assert_eq!(scene.read(1 << 20), Err(libc::EIO));
    assert_eq!(scene.read(2 << 20), Ok(vec![7; PIECE]));
}

#[test]
fn some_places_refuse_a_few_times_only() {
    let scene = Scene::new();
    scene.disk.faults(|faults| {
        faults.refuse_first_writes = vec![(0..512, 2)];
        faults.refuse_first_reads = vec![(0..512, 1)];
    });
    let tries = [scene.write(0, 9), scene.write(0, 9), scene.write(0, 9)];
    assert_eq!(tries, [Err(libc::EIO), Err(libc::EIO), Ok(())]);
    assert_eq!(scene.read(0), Err(libc::EIO));
    assert_eq!(scene.read(0), Ok(vec![9; PIECE]));
}

#[test]
fn what_is_taken_can_be_lost() {
    let scene = Scene::new();
    scene.disk.faults(|faults| faults.lose_writes = vec![512..1024]);
    scene.write(0, 9).unwrap();
    let seen = scene.read(0).unwrap();
    assert!(seen[512..1024].iter().all(|byte| *byte == 7));
    assert_eq!(seen.iter().filter(|byte| **byte == 9).count(), PIECE - 512);
}

#[test]
fn counterfeit_disks_wrap_or_end() {
    let scene = Scene::new();
    scene.disk.faults(|faults| faults.wraps_at = Some(1 << 20));
    scene.write(3 << 20, 9).unwrap();
    assert_eq!(scene.read(0), Ok(vec![9; PIECE]));
    assert_eq!(scene.read(7 << 20), Ok(vec![9; PIECE]));
    scene.disk.faults(|faults| {
        faults.wraps_at = None;
        faults.ends_at = Some(1 << 20);
    });
    scene.write(3 << 20, 5).unwrap();
    assert_eq!(scene.read(3 << 20), Ok(vec![0; PIECE]));
    assert_eq!(scene.read(0), Ok(vec![9; PIECE]));
}

#[test]
fn reads_can_be_shifted() {
    let scene = Scene::new();
    scene.write(0, 1).unwrap();
    scene.disk.faults(|faults| faults.shift_reads = 512);
    let seen = scene.read(0).unwrap();
    assert_eq!((seen[0], seen[PIECE - 513], seen[PIECE - 512]), (1, 1, 7));
}

#[test]
fn a_disk_can_vanish_in_the_middle() {
    let scene = Scene::new();
    scene.disk.faults(|faults| {
        faults.change(When::Written(2 * PIECE as u64), |faults| {
            faults.gone = Some(libc::ENODEV)
        })
    });
    scene.write(0, 9).unwrap();
    assert_eq!(scene.write(0, 9), Err(libc::ENODEV));
    assert_eq!(scene.read(0), Err(libc::ENODEV));
    assert!(scene.flush().is_err());
}

#[test]
fn flushes_can_fail_and_power_can_be_cut() {
    let scene = Scene::new();
    scene.disk.faults(|faults| {
        faults.fail_flushes = 1;
        faults.volatile = true;
    });
    scene.write(0, 9).unwrap();
    assert!(scene.flush().is_err());
    scene.flush().unwrap();
    scene.write(1 << 20, 9).unwrap();
    let lost = scene
        .disk
        .medium(|medium| medium.power_cut(|sector| sector % 2 == 0));
    assert_eq!(lost, PIECE / 512 / 2);
    let truth = scene.disk.truth();
    assert_eq!(truth.iter().filter(|byte| **byte == 9).count(), PIECE + PIECE / 2);
    scene.disk.faults(|faults| faults.lying_flushes = true);
    scene.write(2 << 20, 9).unwrap();
    scene.flush().unwrap();
    assert_eq!(
        scene.disk.medium(|medium| medium.power_cut(|_| true)),
        PIECE / 512
    );
}

#[test]
fn requests_can_be_held() {
    let scene = Scene::new();
    scene.disk.faults(|faults| faults.hold = vec![0..1]);
    std::thread::scope(|threads| {
        let writing = threads.spawn(|| scene.write(0, 9));
        scene.disk.wait_until_held();
        std::thread::sleep(Duration::from_millis(50));
        assert!(!writing.is_finished());
        assert_eq!(scene.disk.truth()[0], 7);
        scene.disk.let_go();
        assert_eq!(writing.join().unwrap(), Ok(()));
    });
    assert_eq!(scene.disk.truth()[0], 9);
}

#[test]
fn a_disk_can_shrink_and_turn_read_only() {
    let scene = Scene::new();
    scene.disk.resize(SIZE / 2);
    assert_eq!(scene.read(SIZE / 2), Ok(vec![]));
    assert_eq!(scene.write(SIZE / 2, 9), Err(libc::ENOSPC));
    scene.disk.make_read_only();
    assert_eq!(scene.write(0, 9), Err(libc::EPERM));
    assert_eq!(scene.read(0), Ok(vec![7; PIECE]));
}

#[test]
fn it_can_have_large_sectors() {
    let folder = tempfile::tempdir().unwrap();
    let disk = FaultyDisk::with_sectors(&folder.path().join("faulty"), vec![7; SIZE as usize], 4096);
    let size = std::fs::read_to_string(format!("/sys/block/{}/queue/logical_block_size", disk.name()));
    assert_eq!(size.unwrap().trim(), "4096");
}

#[test]
fn nothing_stays_behind() {
    let folder = tempfile::tempdir().unwrap();
    let disk = FaultyDisk::new(&folder.path().join("faulty"), vec![7; SIZE as usize]);
    let node = disk.node().to_owned();
    drop(disk);
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    assert!(!mounts.contains(folder.path().to_str().unwrap()), "{mounts}");
    let bound = std::process::Command::new("losetup").arg(&node).output().unwrap();
    assert!(!String::from_utf8_lossy(&bound.stdout).contains(folder.path().to_str().unwrap()));
}
