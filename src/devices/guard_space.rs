//! The only maker of the proof tokens [`ClearedSpace`] and [`ConfirmedSpace`], without which no free space is erased.
//!
//! Every guard fails closed, and all refusals are told at once.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::DeviceError;
use super::file_facts::{Blindness, InPlace, Sight};
use super::free_space::FreeSpaceFacts;

/// Proof that every guard let this file system pass. Made by [`clear_space`] alone.
#[derive(Debug)]
pub struct ClearedSpace {
    facts: FreeSpaceFacts,
    /// Which clearing this was.
    number: u64,
}

impl ClearedSpace {
    /// The file system as it was when it was cleared.
    #[must_use]
    pub fn facts(&self) -> &FreeSpaceFacts {
        &self.facts
    }
}

/// Proof that the operator named the mount point. Made by [`confirm_space`] alone.
#[derive(Debug)]
pub struct ConfirmedSpace {
    number: u64,
}

impl ConfirmedSpace {
    /// Refuses a token that was made for another clearing.
    pub(super) fn must_be_of(&self, cleared: &ClearedSpace) -> Result<(), DeviceError> {
        if self.number == cleared.number {
            Ok(())
        } else {
            Err(DeviceError::ConfirmedAnother)
        }
    }
}

/// Holds what was found against every guard: read-only, on another machine, in memory, with places of its own for what
/// is written, or not known. Nothing is written.
///
/// # Errors
/// Every refusal there is, never an empty list.
pub fn clear_space(facts: FreeSpaceFacts) -> Result<ClearedSpace, Vec<DeviceError>> {
    let refusals = refusals(&facts);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    static CLEARED: AtomicU64 = AtomicU64::new(0);
    let number = CLEARED.fetch_add(1, Ordering::Relaxed);
    Ok(ClearedSpace { facts, number })
}

/// Compares what was `typed` with the path of the mount point, whole: blanks and a slash at its end do not count.
///
/// # Errors
/// [`DeviceError::SpaceNotConfirmed`] where it differs.
pub fn confirm_space(cleared: &ClearedSpace, typed: &str) -> Result<ConfirmedSpace, DeviceError> {
    let typed = Path::new(typed.trim());
    // Compared by components: `/mnt/` is `/mnt`, and nothing is looked up.
    let is_it = typed.is_absolute() && typed.components().eq(cleared.facts.mount_point.components());
    if is_it {
        let number = cleared.number;
        Ok(ConfirmedSpace { number })
    } else {
        Err(DeviceError::SpaceNotConfirmed)
    }
}

fn refusals(facts: &FreeSpaceFacts) -> Vec<DeviceError> {
    let system = &facts.system;
    let path = || facts.mount_point.clone();
    let file_system = || system.name.clone();
    let mut found = Vec::new();
    if system.read_only {
        let (path, file_system) = (path(), file_system());
        found.push(DeviceError::ReadOnlyFileSystem { path, file_system });
    }
    found.extend(not_in_place(facts));
    if system.journals_data {
        found.push(DeviceError::DataJournal { path: path() });
    }
    found
}

/// Why writing to a file there does not go over the blocks that were free, or cannot be known to.
fn not_in_place(facts: &FreeSpaceFacts) -> Option<DeviceError> {
    let system = &facts.system;
    let (path, file_system) = (facts.mount_point.clone(), system.name.clone());
    let untold = |reason: &str| DeviceError::ExtentsUntold {
        path: facts.mount_point.clone(),
        reason: reason.to_owned(),
    };
    let why = match system.sight {
        Sight::None { why } => Some(why),
        Sight::Device { .. } => None,
    };
    match (system.in_place, why) {
        (InPlace::Memory, _) => Some(DeviceError::MemoryFileSystem { path, file_system }),
        (InPlace::No, _) => Some(DeviceError::CopyOnWrite { path, file_system }),
        (_, Some(Blindness::Network)) => Some(DeviceError::NetworkFileSystem { path, file_system }),
        (_, Some(Blindness::Program)) => Some(untold("a program stands between (FUSE)")),
        (_, Some(Blindness::OwnAddresses)) => {
            Some(untold("the file system has addresses or sections of its own"))
        }
        (InPlace::Untold, _) => Some(untold(&format!("the file system {} is not known", system.name))),
        (InPlace::Yes, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::{DeviceNumber, FileSystemFacts};
    use crate::units::{BlockSize, ByteCount};

    fn facts(in_place: InPlace, why: Blindness) -> FreeSpaceFacts {
        FreeSpaceFacts {
            system: FileSystemFacts {
                number: DeviceNumber { major: 7, minor: 9 },
                name: "some".into(),
                mount_point: "/mnt".into(),
                block: BlockSize::SECTOR,
                in_place,
                journals_data: false,
                read_only: false,
                sight: Sight::None { why },
                medium: None,
                snapshots: vec!["thin pool".into()],
            },
            mount_point: "/mnt".into(),
            capacity: ByteCount(2),
            free: ByteCount(1),
            free_inodes: None,
            left_behind: Vec::new(),
        }
    }

    #[test]
    fn what_writes_elsewhere_or_is_not_known_is_refused_and_what_cannot_be_seen_is_not() {
        let codes =
            |facts: &FreeSpaceFacts| -> Vec<_> { refusals(facts).iter().map(DeviceError::code).collect() };
        for (in_place, why, expected) in [
            (InPlace::Yes, Blindness::NotAllowed, None),
            (InPlace::Yes, Blindness::Layer, None),
            (InPlace::Yes, Blindness::OwnAddresses, Some("DEV-EXTENTS-UNTOLD")),
            (InPlace::No, Blindness::OwnAddresses, Some("DEV-COPY-ON-WRITE")),
            (InPlace::Memory, Blindness::Memory, Some("DEV-MEMORY-FILE-SYSTEM")),
            (
                InPlace::Untold,
                Blindness::Network,
                Some("DEV-NETWORK-FILE-SYSTEM"),
            ),
            (InPlace::Untold, Blindness::Program, Some("DEV-EXTENTS-UNTOLD")),
            (InPlace::Untold, Blindness::Unknown, Some("DEV-EXTENTS-UNTOLD")),
        ] {
            let expected: Vec<_> = expected.into_iter().collect();
            assert_eq!(codes(&facts(in_place, why)), expected, "{in_place:?} {why:?}");
        }
        let mut all = facts(InPlace::No, Blindness::OwnAddresses);
        (all.system.read_only, all.system.journals_data) = (true, true);
        let every = [
            "DEV-READ-ONLY-FILE-SYSTEM",
            "DEV-COPY-ON-WRITE",
            "DEV-DATA-JOURNAL",
        ];
        assert_eq!(codes(&all), every);
    }
}
