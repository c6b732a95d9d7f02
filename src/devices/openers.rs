//! Who holds a device: what is looked for in the process table, and what was found.
//!
//! Plain values and the text of `/proc/PID/maps`; the walk itself is in [`super::sys`].

use std::collections::BTreeSet;
use std::time::Duration;

use super::facts::{DeviceFacts, DeviceNumber, VirtualKind};
use super::target::Intrusion;

/// How often a scan that found something is made, and the pause between.
const SCANS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(150);

/// `init`, or what stands in its place.
const FIRST_PROCESS: u32 = 1;

/// The things whose holders are looked for, all in one walk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Block devices.
    pub(crate) devices: BTreeSet<DeviceNumber>,
    /// Files, by device and inode.
    pub(crate) files: BTreeSet<(u64, u64)>,
}

/// What a process was found to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Held {
    /// A block device.
    Device(DeviceNumber),
    /// A file.
    File((u64, u64)),
}

/// One process that holds something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Opener {
    /// Process number.
    pub(crate) pid: u32,
    /// The program's name, untrusted.
    pub(crate) program: String,
    /// What it holds.
    pub(crate) held: Held,
}

/// A process that would not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Unreadable {
    /// Process number; none where the table itself could not be read.
    pub(crate) pid: Option<u32>,
    /// Why, lowercase English.
    pub(crate) reason: String,
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.pid {
            Some(pid) => write!(f, "process {pid}: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

/// What a scan is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScanOf {
    /// A loop device.
    LoopDevice,
    /// Any other block device.
    Device,
}

impl ScanOf {
    /// What a scan for the device of `facts` is about.
    pub(crate) fn device(facts: &DeviceFacts) -> Self {
        if facts.virtual_kind == Some(VirtualKind::Loop) {
            Self::LoopDevice
        } else {
            Self::Device
        }
    }
}

/// The result of one walk over the process table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HolderScan {
    /// Who holds what.
    pub(crate) openers: BTreeSet<Opener>,
    /// Who could not be read.
    pub(crate) unreadable: BTreeSet<Unreadable>,
}

impl HolderScan {
    /// Scans until a scan is clean, at most three times: device managers open what has just appeared
    /// for a moment, and that is no holder. What is told is the last scan.
    pub(crate) fn settled(of: ScanOf, scan: impl Fn() -> Self) -> Self {
        let mut last = scan().without_excused(of);
        for _ in 1..SCANS {
            if last.openers.is_empty() && last.unreadable.is_empty() {
                break;
            }
            std::thread::sleep(PAUSE);
            last = scan().without_excused(of);
        }
        last
    }

    /// What was found, as the engine is told it.
    pub(crate) fn into_intrusions(self) -> Vec<Intrusion> {
        let held = self.openers.into_iter().map(|one| Intrusion::HeldBy {
            pid: one.pid,
            program: one.program,
        });
        let untold = self.unreadable.iter().map(|one| Intrusion::CouldNotTell {
            reason: one.to_string(),
        });
        held.chain(untold).collect()
    }

    /// Leaves out what does not count for a loop device: this process's own handles on the backing
    /// file, and a first process that not even the administrator may read, as the agents of some
    /// virtual machines and containers are. A loop device is made by this system's own tools and is
    /// headed as virtual wherever it is named; on a real device the same is a refusal.
    fn without_excused(mut self, of: ScanOf) -> Self {
        if of == ScanOf::LoopDevice {
            let own = std::process::id();
            self.openers
                .retain(|opener| !(opener.pid == own && matches!(opener.held, Held::File(_))));
            self.unreadable
                .retain(|unreadable| unreadable.pid != Some(FIRST_PROCESS));
        }
        self
    }
}

/// One mapped file of a process: its address range as `map_files` names it, and what identifies
/// the file among all maps (device, inode, path).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct MappedFile<'a> {
    /// `start-end`, hexadecimal.
    pub(crate) range: &'a str,
    /// Device, inode and path as written in the line.
    pub(crate) file: &'a str,
}

/// The mapped files in the text of `/proc/PID/maps` (`proc_pid_maps(5)`). Anonymous memory has
/// inode 0 and is left out.
pub(crate) fn mapped_files(text: &str) -> impl Iterator<Item = MappedFile<'_>> {
    text.lines().filter_map(|line| {
        let (range, rest) = line.split_once(' ')?;
        let (_permissions, rest) = rest.split_once(' ')?;
        let (_offset, file) = rest.split_once(' ')?;
        let inode = file.split(' ').nth(1)?;
        (inode != "0").then_some(MappedFile { range, file })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreadable_first_process_is_excused_for_loop_devices_alone() {
        let unreadable = |pid| Unreadable {
            pid,
            reason: "permission denied".into(),
        };
        let scan = |pid| HolderScan {
            unreadable: [unreadable(pid)].into(),
            ..HolderScan::default()
        };
        assert_eq!(
            scan(Some(1)).without_excused(ScanOf::LoopDevice),
            HolderScan::default()
        );
        assert_eq!(scan(Some(1)).without_excused(ScanOf::Device), scan(Some(1)));
        assert_eq!(scan(Some(2)).without_excused(ScanOf::LoopDevice), scan(Some(2)));
        assert_eq!(scan(None).without_excused(ScanOf::LoopDevice), scan(None));
    }

    #[test]
    fn own_handles_are_excused_on_a_backing_file_and_never_on_the_device() {
        let device = Held::Device(DeviceNumber { major: 7, minor: 0 });
        let opener = |held| Opener {
            pid: std::process::id(),
            program: "me".into(),
            held,
        };
        let scan = |held| HolderScan {
            openers: [opener(held)].into(),
            ..HolderScan::default()
        };
        assert_eq!(
            scan(Held::File((1, 2))).without_excused(ScanOf::LoopDevice),
            HolderScan::default()
        );
        assert_eq!(scan(device).without_excused(ScanOf::LoopDevice), scan(device));
    }

    #[test]
    fn a_holder_that_goes_away_is_no_holder() {
        let opener = Opener {
            pid: 9,
            program: "udevd".into(),
            held: Held::File((1, 2)),
        };
        let busy = HolderScan {
            openers: [opener].into(),
            ..HolderScan::default()
        };
        let times = std::cell::Cell::new(0);
        let scan = || {
            times.set(times.get() + 1);
            if times.get() == 1 {
                busy.clone()
            } else {
                HolderScan::default()
            }
        };
        assert_eq!(HolderScan::settled(ScanOf::Device, scan), HolderScan::default());
        assert_eq!(HolderScan::settled(ScanOf::Device, || busy.clone()), busy);
    }

    #[test]
    fn mapped_files_are_found_and_anonymous_memory_is_not() {
        let text = "\
55d0-55d1 r--p 00000000 fe:00 1234                       /usr/bin/a b
7f00-7f01 rw-p 00000000 00:00 0
7f02-7f03 rw-s 00002000 00:06 77                         /dev/loop0p1 (deleted)
7ffc-7ffd rw-p 00000000 00:00 0                          [stack]
";
        let found: Vec<_> = mapped_files(text).collect();
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].range, "7f02-7f03");
        assert!(found[1].file.starts_with("00:06 77 ") && found[1].file.ends_with("/dev/loop0p1 (deleted)"));
    }
}
