//! Guards of image files: does an overwrite reach the old bytes, and is anybody using the file?

use std::path::Path;

use super::error::DeviceError;
use super::facts::{DeviceFacts, NodeKind};
use super::openers::Wanted;
use super::sys::{self, ImageStorage, Lease, Overwrite};

/// Every reason not to overwrite the image of `facts`.
pub(super) fn refusals(facts: &DeviceFacts) -> Vec<DeviceError> {
    let Some(identity) = facts
        .file_identity
        .filter(|_| facts.kind == NodeKind::RegularFile)
    else {
        let reason = "it is no regular file".to_owned();
        return vec![DeviceError::CannotInspect {
            path: facts.path.clone(),
            reason,
        }];
    };
    let mut found = storage(&facts.path);
    found.extend(loops(facts, identity));
    found.extend(swap_file(identity));
    found.extend(holders(facts, identity));
    found
}

/// Whether the file system writes over the old bytes, and all of them.
pub(super) fn storage(path: &Path) -> Vec<DeviceError> {
    match sys::image_storage(path) {
        Ok(storage) => judge(path, storage),
        Err(errno) => {
            vec![DeviceError::ExtentsUntold {
                path: path.to_owned(),
                reason: format!("system error {errno}"),
            }]
        }
    }
}

fn judge(path: &Path, storage: ImageStorage) -> Vec<DeviceError> {
    let owned = || path.to_owned();
    let file_system = storage.file_system;
    let mut found = Vec::new();
    match storage.overwrite {
        Overwrite::InPlace | Overwrite::InPlaceUnlessShared => {}
        Overwrite::CopyOnWrite => found.push(DeviceError::CopyOnWrite {
            path: owned(),
            file_system,
        }),
        Overwrite::Network => found.push(DeviceError::NetworkFileSystem {
            path: owned(),
            file_system,
        }),
        Overwrite::Unknown => found.push(DeviceError::ExtentsUntold {
            path: owned(),
            reason: format!("the file system {file_system} is not known"),
        }),
    }
    if storage.journals_data {
        found.push(DeviceError::DataJournal { path: owned() });
    }
    if storage.shared {
        found.push(DeviceError::SharedExtents { path: owned() });
    }
    if storage.encoded {
        found.push(DeviceError::EncodedExtents { path: owned() });
    }
    if let Some(reason) = storage.immutable {
        found.push(DeviceError::ReadOnly {
            path: owned(),
            reason: reason.to_owned(),
        });
    }
    if let Some(reason) = storage.untold {
        found.push(DeviceError::ExtentsUntold {
            path: owned(),
            reason,
        });
    }
    found
}

fn loops(facts: &DeviceFacts, identity: (u64, u64)) -> Vec<DeviceError> {
    let bound = sys::loop_bindings()
        .into_iter()
        .filter(|bound| bound.identity == Some(identity));
    let device = facts.path.display().to_string();
    bound
        .map(|bound| DeviceError::LoopBound {
            device: device.clone(),
            bound: bound.name,
        })
        .collect()
}

fn swap_file(identity: (u64, u64)) -> Vec<DeviceError> {
    let areas = match sys::swap_areas() {
        Ok(areas) => areas,
        Err(reason) => return vec![DeviceError::SwapUntold { reason }],
    };
    let used = areas
        .into_iter()
        .filter(|area| sys::stat(area).is_ok_and(|told| told.identity == identity));
    used.map(|swap| DeviceError::Swap {
        device: swap.display().to_string(),
        swap,
    })
    .collect()
}

/// Who else has the file open or mapped. The kernel's lease answers that for every process at
/// once; the process table is asked for names, or where the file system knows no leases.
fn holders(facts: &DeviceFacts, identity: (u64, u64)) -> Vec<DeviceError> {
    let lease = sys::image_lease(&facts.path);
    if lease == Lease::Free {
        return Vec::new();
    }
    let wanted = Wanted {
        files: [identity].into(),
        ..Wanted::default()
    };
    let scan = sys::who_holds(&wanted, &[]);
    let device = facts.path.display().to_string();
    let mut found: Vec<_> = scan
        .openers
        .into_iter()
        .map(|opener| DeviceError::HeldBy {
            device: device.clone(),
            pid: opener.pid,
            program: opener.program,
        })
        .collect();
    match lease {
        Lease::Held if found.is_empty() => found.push(DeviceError::HeldBySomebody {
            path: facts.path.clone(),
        }),
        Lease::Untold => {
            if !sys::in_initial_pid_namespace() {
                found.push(DeviceError::PidNamespace);
            }
            let untold = scan.unreadable.iter();
            found.extend(untold.map(|one| DeviceError::HoldersUntold {
                reason: one.to_string(),
            }));
        }
        Lease::Held | Lease::Free => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain() -> ImageStorage {
        ImageStorage {
            file_system: "ext4".into(),
            overwrite: Overwrite::InPlaceUnlessShared,
            journals_data: false,
            immutable: None,
            shared: false,
            encoded: false,
            untold: None,
        }
    }

    fn codes(storage: ImageStorage) -> Vec<&'static str> {
        judge(Path::new("/image"), storage)
            .iter()
            .map(DeviceError::code)
            .collect()
    }

    #[test]
    fn storage_that_keeps_old_bytes_is_refused_and_every_reason_told() {
        assert_eq!(codes(plain()), [""; 0]);
        assert_eq!(
            codes(ImageStorage {
                overwrite: Overwrite::CopyOnWrite,
                ..plain()
            }),
            ["DEV-COPY-ON-WRITE"]
        );
        assert_eq!(
            codes(ImageStorage {
                overwrite: Overwrite::Network,
                ..plain()
            }),
            ["DEV-NETWORK-FILE-SYSTEM"]
        );
        assert_eq!(
            codes(ImageStorage {
                overwrite: Overwrite::Unknown,
                ..plain()
            }),
            ["DEV-EXTENTS-UNTOLD"]
        );
        let all = ImageStorage {
            journals_data: true,
            immutable: Some("the file is immutable"),
            shared: true,
            encoded: true,
            untold: Some("why".into()),
            ..plain()
        };
        assert_eq!(
            codes(all),
            [
                "DEV-DATA-JOURNAL",
                "DEV-SHARED-EXTENTS",
                "DEV-ENCODED-EXTENTS",
                "DEV-READ-ONLY",
                "DEV-EXTENTS-UNTOLD"
            ]
        );
    }
}
