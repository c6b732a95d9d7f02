//! Guards of how files are used: open or mapped elsewhere, under a loop device, swap, changed meanwhile, not to be written.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::time::Duration;

use super::error::DeviceError;
use super::file_facts::FileFacts;
use super::openers::{Held, HolderScan, ScanOf, Wanted};
use super::survey::{Survey, folder_of};
use super::sys::{self, Lease};

/// How often a file that somebody has open is asked for again, and how far apart: somebody who looks into it for a
/// moment only does not count.
const ATTEMPTS: u32 = 4;
const PAUSE: Duration = Duration::from_millis(100);

/// Every use of the files of `survey`.
pub(super) fn refusals(survey: &Survey) -> Vec<DeviceError> {
    let mut found = not_to_be_written(survey);
    found.extend(survey.files.iter().filter_map(changed));
    found.extend(loops(&survey.files));
    found.extend(swap_files(&survey.files));
    found.extend(holders(survey.files.iter().collect()));
    found
}

fn not_to_be_written(survey: &Survey) -> Vec<DeviceError> {
    let mut found = Vec::new();
    let mut folders = HashSet::new();
    for file in &survey.files {
        // A file system that is read-only was said once.
        if survey.systems[file.system].read_only {
            continue;
        }
        if file.storing.immutable || file.storing.append_only {
            found.push(DeviceError::ImmutableFile {
                path: file.path.clone(),
            });
        } else {
            found.extend(no_right(&file.path, false));
        }
        let folder = folder_of(&file.path);
        if folders.insert(folder) {
            found.extend(no_right(folder, true));
        }
    }
    found
}

fn no_right(path: &Path, is_folder: bool) -> Option<DeviceError> {
    let errno = sys::may_change(path, is_folder).err()?;
    Some(DeviceError::CannotOpen {
        path: path.to_owned(),
        errno,
    })
}

/// What is not as it was found.
fn changed(file: &FileFacts) -> Option<DeviceError> {
    let path = file.path.clone();
    let told = match sys::find(&path) {
        Ok(told) => told,
        Err(_) => return Some(DeviceError::NoSuchFile { path }),
    };
    let compared = [
        ("file", told.identity == file.identity),
        ("size", told.size == file.size.0),
        ("number of names", told.links == file.links),
        ("time of change", told.changed == file.changed),
    ];
    let (field, _) = compared.into_iter().find(|(_, same)| !same)?;
    Some(DeviceError::FileChanging { path, field })
}

fn loops(files: &[FileFacts]) -> Vec<DeviceError> {
    let by_identity: HashMap<_, _> = files.iter().map(|file| (file.identity, file)).collect();
    let bound = sys::loop_bindings().into_iter();
    bound
        .filter_map(|bound| {
            let file = by_identity.get(&bound.identity?)?;
            Some(DeviceError::LoopBound {
                device: file.path.display().to_string(),
                bound: bound.name,
            })
        })
        .collect()
}

fn swap_files(files: &[FileFacts]) -> Vec<DeviceError> {
    let areas = match sys::swap_areas() {
        Ok(areas) => areas,
        Err(reason) => return vec![DeviceError::SwapUntold { reason }],
    };
    let identities = areas
        .iter()
        .filter_map(|area| Some((sys::stat(area).ok()?.identity, area)));
    let used: HashMap<_, _> = identities.collect();
    files
        .iter()
        .filter_map(|file| {
            used.get(&file.identity).map(|swap| DeviceError::Swap {
                device: file.path.display().to_string(),
                swap: (*swap).clone(),
            })
        })
        .collect()
}

/// Who else has one of the files open or mapped. The kernel's lease answers that for every process at once; the process
/// table is asked for names, or where the file system knows no leases.
fn holders(files: Vec<&FileFacts>) -> Vec<DeviceError> {
    let (held, untold) = leased_by_others(files);
    if held.is_empty() && untold.is_empty() {
        return Vec::new();
    }
    let wanted = Wanted {
        files: held.iter().chain(&untold).map(|file| file.identity).collect(),
        ..Wanted::default()
    };
    let scan = HolderScan::settled(ScanOf::Device, || sys::who_holds(&wanted, &[]));
    let mut found = named(&scan, held.iter().chain(&untold).copied());
    found.extend(unnamed(&scan, &held));
    if !untold.is_empty() {
        if !sys::in_initial_pid_namespace() {
            found.push(DeviceError::PidNamespace);
        }
        found.extend(scan.unreadable.iter().map(|one| DeviceError::HoldersUntold {
            reason: one.to_string(),
        }));
    }
    found
}

/// The files that somebody has open, and those of which that cannot be told. All wait together.
fn leased_by_others(files: Vec<&FileFacts>) -> (Vec<&FileFacts>, Vec<&FileFacts>) {
    let (mut held, mut untold) = (files, Vec::new());
    for attempt in 0..ATTEMPTS {
        if attempt > 0 && !held.is_empty() {
            std::thread::sleep(PAUSE);
        }
        held.retain(|file| match sys::file_lease(&file.path, file.identity) {
            Lease::Free => false,
            Lease::Held => true,
            Lease::Untold => {
                untold.push(*file);
                false
            }
        });
    }
    (held, untold)
}

fn named<'a>(scan: &HolderScan, files: impl Iterator<Item = &'a FileFacts>) -> Vec<DeviceError> {
    let by_identity: HashMap<_, _> = files.map(|file| (file.identity, file)).collect();
    let openers = scan.openers.iter();
    openers
        .filter_map(|opener| {
            let Held::File(identity) = opener.held else {
                return None;
            };
            Some(DeviceError::HeldBy {
                device: by_identity.get(&identity)?.path.display().to_string(),
                pid: opener.pid,
                program: opener.program.clone(),
            })
        })
        .collect()
}

fn unnamed(scan: &HolderScan, held: &[&FileFacts]) -> Vec<DeviceError> {
    let told: BTreeSet<_> = scan.openers.iter().map(|opener| opener.held).collect();
    held.iter()
        .filter(|file| !told.contains(&Held::File(file.identity)))
        .map(|file| DeviceError::HeldBySomebody {
            path: file.path.clone(),
        })
        .collect()
}
