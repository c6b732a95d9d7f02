//! A loop device with faults: over a file whose bytes lie in the test's memory.
//!
//! `fuseblk` on a zram device of the test's own carries the file, as NTFS of `ntfs-3g` lies on a disk:
//! what such a file lies on is known, so the guards of an eraser let it pass. Needs root. Everything is
//! taken down when the value is dropped, also while a test fails; nothing is touched that was not made here.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::faulty_medium::{Faults, Medium};
use crate::fuse_file::{FuseFile, NAME};

/// Makes one more zram device, and says its number.
const ZRAM_ADD: &str = "/sys/class/zram-control/hot_add";
const ZRAM_REMOVE: &str = "/sys/class/zram-control/hot_remove";
/// So long a request may take to be held, or something to be taken down.
const PATIENCE: Duration = Duration::from_secs(60);

/// A loop device with faults.
pub(crate) struct FaultyDisk {
    loop_node: String,
    mounted: Mounted,
    file: FuseFile,
}

/// The file system that carries the file.
struct Mounted {
    at: PathBuf,
    /// Kept for as long as it is mounted.
    _carrier: Zram,
}

/// A zram device.
struct Zram(String);

impl FaultyDisk {
    /// Mounted at a new folder, holding these bytes, with sectors of 512 bytes.
    pub(crate) fn new(folder: &Path, bytes: Vec<u8>) -> Self {
        Self::with_sectors(folder, bytes, 512)
    }

    /// The same with sectors of so many bytes, 512 or 4096.
    pub(crate) fn with_sectors(folder: &Path, bytes: Vec<u8>, sector: u32) -> Self {
        fs::create_dir(folder).unwrap();
        let carrier = Zram::new();
        let kernel = OpenOptions::new()
            .read(true)
            .write(true)
            .open("/dev/fuse")
            .unwrap();
        let options = "fd=0,rootmode=40000,user_id=0,group_id=0,blksize=4096";
        let mut mount = Command::new("mount");
        mount
            .args(["-i", "-t", "fuseblk", "-o", options, &carrier.node()])
            .arg(folder)
            .stdin(Stdio::from(kernel.try_clone().unwrap()));
        succeeds(&mut mount);
        let mounted = Mounted {
            at: folder.to_owned(),
            _carrier: carrier,
        };
        let file = FuseFile::serve(kernel, Medium::new(bytes));
        let sector = sector.to_string();
        let mut attach = Command::new("losetup");
        attach
            .args(["--sector-size", &sector, "--direct-io=on", "--find", "--show"])
            .arg(folder.join(NAME));
        let loop_node = succeeds(&mut attach);
        Self {
            loop_node,
            mounted,
            file,
        }
    }

    /// `/dev/loopN`.
    pub(crate) fn node(&self) -> &str {
        &self.loop_node
    }

    /// `loopN`.
    pub(crate) fn name(&self) -> &str {
        self.loop_node.rsplit('/').next().unwrap()
    }

    /// Looks at the medium, or changes it.
    pub(crate) fn medium<T>(&self, look: impl FnOnce(&mut Medium) -> T) -> T {
        self.file.with(look)
    }

    /// Switches faults.
    pub(crate) fn faults(&self, switch: impl FnOnce(&mut Faults)) {
        self.file.with(|medium| switch(&mut medium.faults));
    }

    /// What every address holds, whatever reads would say of it.
    pub(crate) fn truth(&self) -> Vec<u8> {
        self.file.with(|medium| medium.truth())
    }

    /// Waits until a request is held.
    pub(crate) fn wait_until_held(&self) {
        assert!(self.file.wait_until_held(PATIENCE), "a request is held");
    }

    /// Lets every held request go.
    pub(crate) fn let_go(&self) {
        self.file.let_go();
    }

    /// Makes the loop device as large as `size`.
    pub(crate) fn resize(&self, size: u64) {
        assert!(self.is_ours());
        self.file.resize(size);
        succeeds(Command::new("losetup").args(["--set-capacity", &self.loop_node]));
    }

    /// Makes the loop device read-only (`BLKROSET`).
    pub(crate) fn make_read_only(&self) {
        assert!(self.is_ours());
        succeeds(Command::new("blockdev").args(["--setro", &self.loop_node]));
    }

    fn is_ours(&self) -> bool {
        let backing = format!("/sys/block/{}/loop/backing_file", self.name());
        fs::read_to_string(backing).is_ok_and(|text| Path::new(text.trim_end()) == self.mounted.at.join(NAME))
    }
}

impl Drop for FaultyDisk {
    fn drop(&mut self) {
        // Whoever still has the device open gets answers, and nothing that was meant for a test waits.
        self.file.let_go();
        if self.is_ours() {
            // The node would stay so without its file.
            let _ = Command::new("blockdev")
                .args(["--setrw", &self.loop_node])
                .output();
            let _ = Command::new("losetup")
                .args(["--detach", &self.loop_node])
                .output();
            // A process that was just killed may have it open for a moment.
            let began = Instant::now();
            while self.is_ours() && began.elapsed() < PATIENCE {
                sleep(Duration::from_millis(10));
            }
        }
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.at).output();
    }
}

impl Zram {
    fn new() -> Self {
        if !Path::new(ZRAM_ADD).exists() {
            let _ = Command::new("modprobe").arg("zram").output();
        }
        let number = fs::read_to_string(ZRAM_ADD).expect("zram devices can be made (modprobe zram)");
        let made = Self(format!("zram{}", number.trim()));
        fs::write(made.folder().join("disksize"), "65536").unwrap();
        made
    }

    fn node(&self) -> String {
        format!("/dev/{}", self.0)
    }

    fn folder(&self) -> PathBuf {
        Path::new("/sys/block").join(&self.0)
    }
}

impl Drop for Zram {
    fn drop(&mut self) {
        let number = self.0.trim_start_matches("zram").to_owned();
        let began = Instant::now();
        // Whoever looks at new devices (udev) may have it open for a moment.
        while fs::write(ZRAM_REMOVE, &number).is_err() && began.elapsed() < PATIENCE {
            sleep(Duration::from_millis(10));
        }
    }
}

/// Runs a tool of the system that must succeed; what it said.
fn succeeds(command: &mut Command) -> String {
    let done = command.output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?}: {said}");
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}
