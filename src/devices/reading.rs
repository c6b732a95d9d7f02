//! What stands against reading a medium for a comparison.
//!
//! Reading harms nothing. But what somebody may write to meanwhile proves nothing, so whatever the guards of
//! [`super::in_use`] and [`super::image`] find is sorted anew: into what would make the comparison worthless,
//! and what is only said beside it. Reads `/proc` and `/sys`; opens nothing for writing.

use std::path::Path;

use super::error::DeviceError;
use super::facts::{DeviceFacts, NodeKind};
use super::{image, in_use, sys};

/// What was found at a medium that is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bystanders {
    /// What may change the medium while it is read, or could not be told.
    pub refusals: Vec<DeviceError>,
    /// Who is there beside, and is not known to write.
    pub notes: Vec<DeviceError>,
}

/// Why there is nothing here that could be read as a whole medium, if so.
#[must_use]
pub fn no_whole_medium(facts: &DeviceFacts) -> Option<DeviceError> {
    if facts.kind == NodeKind::Partition {
        return Some(DeviceError::partition(facts));
    }
    let empty = DeviceError::SizeZero {
        path: facts.path.clone(),
    };
    (facts.size.0 == 0).then_some(empty)
}

/// Who or what is at the medium of `facts`, as far as it matters for reading.
#[must_use]
pub fn bystanders(facts: &DeviceFacts) -> Bystanders {
    let found = match facts.kind {
        NodeKind::RegularFile => image::refusals(facts),
        NodeKind::WholeDevice | NodeKind::Partition => in_use::refusals(facts),
    };
    sorted(found, &mounted_read_only)
}

/// How much one finding matters for reading.
enum Weight {
    Refused,
    Noted,
    Nothing,
}

fn sorted(found: Vec<DeviceError>, read_only: &dyn Fn(&Path) -> bool) -> Bystanders {
    let quiet: Vec<String> = found
        .iter()
        .filter_map(|one| quiet_mount(one, read_only))
        .collect();
    let shown = found
        .iter()
        .any(|one| matches!(one, DeviceError::LoopBound { .. }));
    let mut sorted = Bystanders::default();
    for one in found {
        match weight(&one, &quiet) {
            // A loop device has its file open: it is the same finding.
            Weight::Noted if shown && matches!(one, DeviceError::HeldBySomebody { .. }) => {}
            Weight::Refused => keep(&mut sorted.refusals, one),
            Weight::Noted => keep(&mut sorted.notes, one),
            Weight::Nothing => {}
        }
    }
    sorted
}

fn keep(list: &mut Vec<DeviceError>, one: DeviceError) {
    if !list.contains(&one) {
        list.push(one);
    }
}

/// The device of a mount through which nothing can be written.
fn quiet_mount(one: &DeviceError, read_only: &dyn Fn(&Path) -> bool) -> Option<String> {
    match one {
        DeviceError::Mounted { device, at } if read_only(at) => Some(device.clone()),
        _ => None,
    }
}

fn weight(one: &DeviceError, quiet: &[String]) -> Weight {
    match one {
        DeviceError::Mounted { device, .. } if quiet.contains(device) => Weight::Noted,
        // A mount claims its device for itself: it is the same finding.
        DeviceError::ExclusiveUse { device } if quiet.contains(device) => Weight::Nothing,
        // Whether a process or another loop device writes cannot be told; what was read stays what was read.
        DeviceError::HeldBy { .. }
        | DeviceError::HeldBySomebody { .. }
        | DeviceError::HoldersUntold { .. }
        | DeviceError::PidNamespace
        | DeviceError::LoopBound { .. }
        | DeviceError::LoopUntold { .. } => Weight::Noted,
        // How a file system overwrites is nothing to somebody who reads.
        DeviceError::ReadOnly { .. }
        | DeviceError::CopyOnWrite { .. }
        | DeviceError::NetworkFileSystem { .. }
        | DeviceError::SharedExtents { .. }
        | DeviceError::EncodedExtents { .. }
        | DeviceError::DataJournal { .. }
        | DeviceError::ExtentsUntold { .. } => Weight::Nothing,
        _ => Weight::Refused,
    }
}

/// Whether every file system that is mounted there, in whatever namespace, is itself read-only.
fn mounted_read_only(at: &Path) -> bool {
    let tables = sys::mount_tables();
    let mut there = tables.entries.iter().filter(|entry| entry.at == at).peekable();
    there.peek().is_some() && there.all(|entry| entry.options.split(',').next() == Some("ro"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mounted(device: &str, at: &str) -> DeviceError {
        let device = device.to_owned();
        let at = at.into();
        DeviceError::Mounted { device, at }
    }

    fn exclusive(device: &str) -> DeviceError {
        let device = device.to_owned();
        DeviceError::ExclusiveUse { device }
    }

    #[test]
    fn what_may_be_written_to_is_refused_and_a_quiet_mount_is_noted() {
        let held = DeviceError::HeldBy {
            device: "sdb".into(),
            pid: 7,
            program: "cat".into(),
        };
        let storage = DeviceError::CopyOnWrite {
            path: "/i".into(),
            file_system: "btrfs".into(),
        };
        let found = vec![
            mounted("sdb1", "/quiet"),
            exclusive("sdb1"),
            mounted("sdb2", "/busy"),
            exclusive("sdb2"),
            held.clone(),
            held.clone(),
            storage,
        ];
        let sorted = sorted(found, &|at| at == Path::new("/quiet"));
        assert_eq!(sorted.refusals, [mounted("sdb2", "/busy"), exclusive("sdb2")]);
        assert_eq!(sorted.notes, [mounted("sdb1", "/quiet"), held]);
    }

    #[test]
    fn what_could_not_be_told_of_mounts_is_refused() {
        let reason = || "r".to_owned();
        let found = vec![
            DeviceError::MountsUntold { reason: reason() },
            DeviceError::StackUntold { reason: reason() },
            DeviceError::SwapUntold { reason: reason() },
        ];
        assert_eq!(sorted(found.clone(), &|_| true).refusals, found);
    }

    #[test]
    fn a_name_under_which_nothing_is_mounted_is_not_read_only() {
        assert!(!mounted_read_only(Path::new("/no such place of a mount")));
    }
}
