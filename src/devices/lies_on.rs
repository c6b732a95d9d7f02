//! Guards of what lies on a medium: the running system, and what this run needs.

use std::path::{Path, PathBuf};

use super::error::DeviceError;
use super::facts::DeviceFacts;
use super::protected::Protected;
use super::sys::{self, Beneath};

/// Where the running system lies. What does not exist is not looked for.
const SYSTEM: [&str; 8] = ["/", "/boot", "/boot/efi", "/efi", "/usr", "/var", "/etc", "/lib"];

/// Every part of the running system, and every protected path, that lies on the medium of `facts`.
pub(super) fn refusals(facts: &DeviceFacts, protected: &[Protected]) -> Vec<DeviceError> {
    let under = facts.number.map(sys::beneath_device);
    let files = match under {
        Some(Ok(under)) => under.files,
        Some(Err(reason)) => return vec![DeviceError::StackUntold { reason }],
        None => facts.file_identity.into_iter().collect(),
    };
    let target = Beneath {
        devices: facts.number.into_iter().collect(),
        files,
    };
    let mut found = system(facts, &target);
    found.extend(protected.iter().filter_map(|one| holds(&target, one)));
    found
}

/// Whether something that lies on `beneath` is destroyed with the target: one of its layers is the
/// target, or is a file that the target is or shows.
fn goes_with(target: &Beneath, beneath: &Beneath) -> bool {
    !target.devices.is_disjoint(&beneath.devices) || !target.files.is_disjoint(&beneath.files)
}

fn system(facts: &DeviceFacts, target: &Beneath) -> Vec<DeviceError> {
    let mut places: Vec<PathBuf> = SYSTEM
        .iter()
        .map(PathBuf::from)
        .filter(|place| place.exists())
        .collect();
    let mut found = Vec::new();
    match sys::running_program() {
        Ok(program) => places.push(program),
        Err(error) => found.push(DeviceError::SystemUntold {
            holds: PathBuf::from("/proc/self/exe"),
            reason: error,
        }),
    }
    for holds in places {
        match sys::beneath_path(&holds) {
            Ok(beneath) if goes_with(target, &beneath) || is_target(target, &holds) => {
                // One place says it all: `/` is the first.
                let device = facts.path.display().to_string();
                found.push(DeviceError::SystemDisk { device, holds });
                break;
            }
            Ok(_) => {}
            Err(reason) => found.push(DeviceError::SystemUntold { holds, reason }),
        }
    }
    found
}

/// Whether the path is one of the target's files itself, by whatever name.
fn is_target(target: &Beneath, path: &Path) -> bool {
    sys::stat(path).is_ok_and(|told| target.files.contains(&told.identity))
}

fn holds(target: &Beneath, protected: &Protected) -> Option<DeviceError> {
    let Protected { what, path } = protected.clone();
    let place = match nearest_existing(&path) {
        Ok(place) => place,
        Err(reason) => return Some(DeviceError::ProtectedUntold { what, path, reason }),
    };
    if is_target(target, &place) {
        return Some(DeviceError::IsProtected { what, path });
    }
    match sys::beneath_path(&place) {
        Ok(beneath) => goes_with(target, &beneath).then_some(DeviceError::HoldsProtected { what, path }),
        Err(reason) => Some(DeviceError::ProtectedUntold { what, path, reason }),
    }
}

/// The path itself, links followed, or the nearest folder above it that exists.
pub(super) fn nearest_existing(path: &Path) -> Result<PathBuf, String> {
    let absolute = std::path::absolute(path).map_err(|error| error.to_string())?;
    for place in absolute.ancestors() {
        match std::fs::canonicalize(place) {
            Ok(place) => return Ok(place),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    Err("no folder above it exists".to_owned())
}
