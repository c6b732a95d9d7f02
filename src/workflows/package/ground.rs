//! What every delivery stands on: sender, roster, clock, ledger, and the folder on the medium.

use std::fs;
use std::path::{Path, PathBuf};

use crate::devices::{self, Storage};
use crate::ledger::{LedgerError, Opening, SqliteStore, Store};
use crate::records::{IdentityFile, Permit, Role, RosterStanding};
use crate::units::{ByteCount, Timestamp};

use super::super::amounts::parse_size;
use super::super::{
    ClockWitness, Lent, OutputProblem, Refusal, UsageFault, WorkflowError, chores, files, people,
};
use super::PackageRefusal;

/// Room for record, slip and papers beside the volumes.
pub(super) const PAPER_ROOM: u64 = 8 << 20;
/// Smallest volume that may be asked for.
const FEWEST_VOLUME_BYTES: u64 = 1 << 20;
/// What systems put on media by themselves.
const SYSTEM_ENTRIES: [&str; 8] = [
    "lost+found",
    "System Volume Information",
    "$RECYCLE.BIN",
    ".Trashes",
    ".fseventsd",
    ".Spotlight-V100",
    ".Trash-0",
    ".Trash-1000",
];

/// What a delivery stands on.
pub(super) struct Ground {
    pub(super) sender: IdentityFile,
    pub(super) roster: RosterStanding,
    pub(super) specimen: bool,
    pub(super) storage: Option<Storage>,
    pub(super) now: Timestamp,
}

impl Ground {
    /// The refusal of a permit that ended before today.
    pub(super) fn permit_ended(&self, permit: Option<&Permit>) -> Option<Refusal> {
        let (permit, today) = (permit?, self.now.civil()?.date());
        let refusal = || PackageRefusal::PermitEnded {
            until: permit.until.to_string(),
        };
        (permit.until < today).then(|| refusal().into())
    }
}

/// What of a request it is made of.
pub(super) struct Sought<'a> {
    pub(super) sender: &'a Path,
    pub(super) out: &'a Path,
    pub(super) keep_existing: bool,
}

/// Looks at everything that a delivery stands on.
pub(super) fn ground(
    sought: &Sought<'_>,
    lent: &Lent<'_>,
    refusals: &mut Vec<Refusal>,
) -> Result<Ground, WorkflowError> {
    let now = lent.clock.now();
    let sender = people::read_key(sought.sender)?;
    let roster = roster(lent, refusals)?;
    refusals.extend(people::entitled(&roster, sender.public(), Role::Sender, now).err());
    let specimen = sender.public().specimen;
    if specimen != lent.home.is_specimen() {
        refusals.push(Refusal::SpecimenMixed);
    }
    let last = ledger(lent, refusals);
    let dated = roster.pinned().map(|roster| roster.content().issued_at);
    let happened = [
        (ClockWitness::Build, Some(lent.built)),
        (ClockWitness::Ledger, last),
        (ClockWitness::Roster, dated),
    ];
    refusals.extend(chores::judge_clock(now, &happened).err());
    let storage = storage(sought, lent, refusals);
    Ok(Ground {
        sender,
        roster,
        specimen,
        storage,
        now,
    })
}

/// The roster; one that may not be used is a refusal.
fn roster(lent: &Lent<'_>, refusals: &mut Vec<Refusal>) -> Result<RosterStanding, WorkflowError> {
    match people::roster(lent)? {
        Ok(standing) => {
            if let Some(roster) = standing.pinned() {
                lent.home.remember(roster, lent.owner)?;
            }
            Ok(standing)
        }
        Err(error) => {
            refusals.push(Refusal::Roster {
                path: people::roster_path(lent),
                error,
            });
            Ok(RosterStanding::Absent)
        }
    }
}

/// Proves that the ledger can be written, where there is one; says when its last entry was made.
fn ledger(lent: &Lent<'_>, refusals: &mut Vec<Refusal>) -> Option<Timestamp> {
    let path = people::ledger_path(lent);
    let probe = || -> Result<Option<Timestamp>, LedgerError> {
        let mut store = SqliteStore::open(&path, Opening::Append)?;
        store.probe_writable()?;
        store.last_time()
    };
    if !path.exists() && lent.ledger.is_none() {
        return None;
    }
    probe().unwrap_or_else(|error| {
        refusals.push(Refusal::Ledger {
            path: path.clone(),
            error,
        });
        None
    })
}

/// The folder on the medium: there, writable, and holding nothing else.
fn storage(sought: &Sought<'_>, lent: &Lent<'_>, refusals: &mut Vec<Refusal>) -> Option<Storage> {
    let out = sought.out;
    let storage = match devices::storage_of(out) {
        Ok(storage) => storage,
        Err(error) => {
            refusals.push(Refusal::Device {
                device: out.to_owned(),
                error,
            });
            return None;
        }
    };
    let probed = files::probe_folder(out, ByteCount(PAPER_ROOM));
    refusals.extend(probed.err().map(|problem| Refusal::Output {
        path: out.to_owned(),
        problem,
    }));
    if !sought.keep_existing {
        refusals.extend(others(out, &storage, lent).map(Refusal::Package));
    }
    Some(storage)
}

/// Other files and folders in the folder; on a medium that is not the machine's own disk, also in all folders above it.
fn others(out: &Path, storage: &Storage, lent: &Lent<'_>) -> Option<PackageRefusal> {
    let own = fs::canonicalize(out).unwrap_or_else(|_| out.to_owned());
    let root = storage
        .mount_point
        .as_deref()
        .filter(|root| is_medium(root, lent) && own.starts_with(root));
    let mut count = 0;
    let mut below: Option<&Path> = None;
    for folder in own.ancestors() {
        match entries(folder, below) {
            Ok(found) => count += found,
            // What cannot be told is not empty.
            Err(error) => {
                return Some(PackageRefusal::Unreadable {
                    path: folder.to_owned(),
                    reason: error.to_string(),
                });
            }
        }
        if root.is_none_or(|root| folder == root) {
            break;
        }
        below = Some(folder);
    }
    let path = root.unwrap_or(out).to_owned();
    (count > 0).then_some(PackageRefusal::OtherFiles { path, count })
}

fn entries(folder: &Path, but: Option<&Path>) -> std::io::Result<u64> {
    let but = but.and_then(Path::file_name);
    let mut count = 0;
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let system = name.to_str().is_some_and(|name| SYSTEM_ENTRIES.contains(&name));
        if !system && but != Some(&*name) {
            count += 1;
        }
    }
    Ok(count)
}

/// Whether what is mounted there is a medium of its own, and not the disk that this machine works on.
fn is_medium(mount: &Path, lent: &Lent<'_>) -> bool {
    let home = existing(lent.home.folder());
    let of_home = home
        .and_then(|home| devices::storage_of(&home).ok())
        .and_then(|storage| storage.mount_point);
    mount != Path::new("/") && of_home.as_deref() != Some(mount)
}

/// The nearest folder that is there already.
fn existing(path: &Path) -> Option<PathBuf> {
    path.ancestors()
        .find(|folder| folder.is_dir())
        .map(Path::to_owned)
}

/// Whether a file at `path` would travel with what lies in `out`.
pub(super) fn travels_with(path: &Path, out: &Path, storage: &Storage, lent: &Lent<'_>) -> bool {
    let Some(folder) = path.parent().map(|folder| {
        if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        }
    }) else {
        return true;
    };
    let (folder, out) = (fs::canonicalize(folder), fs::canonicalize(out));
    if let (Ok(folder), Ok(out)) = (&folder, &out)
        && folder.starts_with(out)
    {
        return true;
    }
    let mount = folder
        .ok()
        .and_then(|folder| devices::storage_of(&folder).ok())
        .and_then(|found| found.mount_point);
    mount.is_some_and(|mount| storage.mount_point.as_ref() == Some(&mount) && is_medium(&mount, lent))
}

/// `--split`: the largest volume in bytes.
pub(super) fn volume_bound(split: &str, storage: Option<&Storage>) -> Result<Option<ByteCount>, UsageFault> {
    let most = storage.and_then(|storage| storage.most_file_bytes);
    match split {
        "auto" => Ok(most),
        "never" => Ok(None),
        size => {
            let wrong = || UsageFault::Value {
                option: "--split",
                value: size.to_owned(),
            };
            let bytes = parse_size(size).filter(|bytes| bytes.0 >= FEWEST_VOLUME_BYTES);
            bytes.map(Some).ok_or_else(wrong)
        }
    }
}

/// What speaks against writing `needed` bytes in volumes of at most `bound` there.
pub(super) fn check_room(
    out: &Path,
    storage: &Storage,
    needed: u64,
    bound: Option<ByteCount>,
    refusals: &mut Vec<Refusal>,
) {
    let most = storage.most_file_bytes;
    let largest = bound.map_or(needed, |bound| bound.0.min(needed));
    if let Some(most) = most.filter(|most| largest > most.0) {
        refusals.push(PackageRefusal::FileTooLarge { bound: most }.into());
    }
    let all = ByteCount(needed + PAPER_ROOM);
    let problem = match storage.free {
        None => Some(OutputProblem::RoomUntold),
        Some(free) if free < all => Some(OutputProblem::Full {
            needed: all,
            available: free,
        }),
        Some(_) => None,
    };
    refusals.extend(problem.map(|problem| Refusal::Output {
        path: out.to_owned(),
        problem,
    }));
}

/// A name for the package's files, without `.keshiin`.
pub(super) fn check_name(name: &str) -> Result<(), PackageRefusal> {
    let fits = crate::sealing::check_path(name).is_ok()
        && !name.contains('/')
        && !name.starts_with('.')
        && name.len() <= 200;
    if fits {
        Ok(())
    } else {
        Err(PackageRefusal::BadName {
            name: name.to_owned(),
        })
    }
}

/// Files of a delivery of that name that are there already.
pub(super) fn taken(out: &Path, name: &str) -> Vec<Refusal> {
    let ends = [
        "keshiin",
        "keshiin.001",
        "delivery.json",
        "delivery.slip.json",
        "slip.pdf",
        "address.pdf",
    ];
    let paths = ends.iter().map(|end| out.join(format!("{name}.{end}")));
    paths
        .filter(|path| path.symlink_metadata().is_ok())
        .map(|path| Refusal::Exists { path })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_as_people_write_them() {
        let size = |text: &str| volume_bound(text, None);
        assert_eq!(size("64M"), Ok(Some(ByteCount(64 << 20))));
        assert_eq!(size("2GiB"), Ok(Some(ByteCount(2 << 30))));
        assert_eq!(size("1048576"), Ok(Some(ByteCount(1 << 20))));
        assert_eq!(size("never"), Ok(None));
        assert_eq!(size("auto"), Ok(None));
        for wrong in ["", "M", "64X", "-1M", "1K", "99999999999G", "6.5M"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }
}
