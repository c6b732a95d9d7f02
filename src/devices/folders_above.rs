//! What a folder lies in: by its path, and by every other path under which its own file system shows it.
//!
//! A mount may show a part of a file system alone (`mount --bind`): the path above it is then not what the part lies in.
//! The roots of mounts are those of `proc_pid_mountinfo(5)` (Linux man-pages 6.9). Reads only.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::error::DeviceError;
use super::mounts::MountEntry;
use super::sys;

/// Device and inode number.
type Identity = (u64, u64);

/// How many paths to one folder are followed: more than any system has that was not made to have them.
const MOST_PATHS: usize = 4096;

/// A folder on the way up.
struct Step {
    path: PathBuf,
    identity: Identity,
    mount: Option<u64>,
}

/// The folder and every one that it lies in, from the nearest on; then those that it lies in by other mounts. No path
/// is followed further up than to `end`.
pub(super) fn above(
    folder: &Path,
    mounts: &[MountEntry],
    end: Option<Identity>,
) -> Result<Vec<Identity>, DeviceError> {
    let untold = |reason: String| DeviceError::CannotInspect {
        path: folder.to_owned(),
        reason,
    };
    let whole = std::fs::canonicalize(folder).map_err(|error| untold(error.to_string()))?;
    let own = steps(&whole, end, false).map_err(|errno| untold(format!("system error {errno}")))?;
    let mut waiting = paths_elsewhere(&own, mounts);
    let mut found: Vec<Identity> = own.into_iter().map(|step| step.identity).collect();
    let mut seen = BTreeSet::new();
    while let Some(path) = waiting.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        if seen.len() > MOST_PATHS {
            return Err(untold("too many mounts show it".to_owned()));
        }
        let other = steps(&path, end, true).map_err(|errno| untold(format!("system error {errno}")))?;
        waiting.extend(paths_elsewhere(&other, mounts));
        found.extend(other.into_iter().map(|step| step.identity));
    }
    Ok(found)
}

/// The folder at `path` and those above it. Something else may be mounted over a path that a table tells: with
/// `may_lack` what is not there is left out.
fn steps(path: &Path, end: Option<Identity>, may_lack: bool) -> Result<Vec<Step>, i32> {
    let mut found = Vec::new();
    for place in path.ancestors() {
        match sys::stat(place) {
            Ok(told) => found.push(Step {
                path: place.to_owned(),
                identity: told.identity,
                mount: told.mount,
            }),
            Err(errno) if may_lack && matches!(errno, NOT_THERE | NO_FOLDER) => continue,
            Err(errno) => return Err(errno),
        }
        if end.is_some() && found.last().map(|step| step.identity) == end {
            break;
        }
    }
    Ok(found)
}

/// The system's numbers for nothing at a path, and for a file on the way.
const NOT_THERE: i32 = 2;
const NO_FOLDER: i32 = 20;

/// Under which other paths the roots of the mounts on the way are shown.
fn paths_elsewhere(steps: &[Step], mounts: &[MountEntry]) -> Vec<PathBuf> {
    let ids: BTreeSet<u64> = steps.iter().filter_map(|step| step.mount).collect();
    let on_the_way = mounts
        .iter()
        .filter(|mount| ids.contains(&mount.id) && steps.iter().any(|step| step.path == mount.at));
    on_the_way
        .flat_map(|mount| shown_elsewhere(mount, mounts))
        .collect()
}

/// Where the root of `mount` lies by the other mounts of its file system that show it.
fn shown_elsewhere(mount: &MountEntry, mounts: &[MountEntry]) -> Vec<PathBuf> {
    let root = Path::new(&mount.root);
    let others = mounts
        .iter()
        .filter(|other| other.number == mount.number && other.id != mount.id);
    let shown = others.filter_map(|other| {
        let below = root.strip_prefix(&other.root).ok()?;
        Some(other.at.components().chain(below.components()).collect())
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::mounts::parse_mountinfo;

    const TABLE: &str = "\
21 1 8:1 / / rw - ext4 /dev/sda1 rw
22 21 8:2 / /home rw - ext4 /dev/sda2 rw
23 21 8:2 /op/keys/sub /srv/b rw - ext4 /dev/sda2 rw
24 21 8:2 /op/keys/sub /usr/share/c rw - ext4 /dev/sda2 rw
25 21 8:2 /op/keysother /srv/d rw - ext4 /dev/sda2 rw
";

    fn elsewhere(id: u64) -> Vec<PathBuf> {
        let mounts = parse_mountinfo(TABLE).unwrap();
        let mount = mounts.iter().find(|mount| mount.id == id).unwrap();
        shown_elsewhere(mount, &mounts)
    }

    #[test]
    fn a_part_that_is_mounted_lies_where_the_whole_is_mounted_as_well() {
        let [home, other] = ["/home/op/keys/sub", "/usr/share/c"].map(PathBuf::from);
        assert_eq!(elsewhere(23), [home.clone(), other]);
        assert_eq!(elsewhere(24), [home, PathBuf::from("/srv/b")]);
        assert_eq!(elsewhere(25), [PathBuf::from("/home/op/keysother")]);
        assert_eq!(elsewhere(22), [""; 0].map(PathBuf::from));
    }
}
