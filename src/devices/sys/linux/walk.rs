//! Files and folders by their names, no link followed on the way: `openat2(2)` (Linux 5.6), else one component after
//! another. Reads only.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};

use rustix::fs::{
    Access, AtFlags, CWD, Dir, FileType, Mode, OFlags, ResolveFlags, Statx, StatxAttributes, StatxFlags,
};
use rustix::io::Errno;

use super::{extents, files, stat};
use crate::devices::facts::DeviceNumber;
use crate::devices::file_facts::{FileSystemFacts, Storing};
use crate::devices::sys::{Found, FoundKind, Layout, Lease};

/// To look, and to touch nothing: a device node opened like this knows nothing of it.
const LOOK: OFlags = OFlags::PATH.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// To read a file that may have become something else by now.
const READ: OFlags = OFlags::RDONLY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC);

/// What lies at `path`; ELOOP where a folder on the way is a link. Waits for no automounter.
pub(crate) fn find(path: &Path) -> Result<Found, i32> {
    let opened = open_without_links(path, LOOK).map_err(Errno::raw_os_error)?;
    found(&opened)
}

/// The names in the folder at `path`, if it is still the one of `identity`.
pub(crate) fn folder_names(path: &Path, identity: (u64, u64)) -> Result<Vec<OsString>, i32> {
    let folder = open_same(path, READ | OFlags::DIRECTORY, identity)?;
    let names = Dir::read_from(&folder).and_then(|entries| {
        let entries = entries.map(|entry| entry.map(|entry| entry.file_name().to_owned()));
        entries.collect::<Result<Vec<_>, Errno>>()
    });
    let names = names.map_err(Errno::raw_os_error)?.into_iter();
    let names = names.map(|name| OsStr::from_bytes(name.to_bytes()).to_owned());
    Ok(names.filter(|name| name != "." && name != "..").collect())
}

/// Where the data of the file at `path` lie, if it is still the one of `identity`.
pub(crate) fn file_layout(
    path: &Path,
    identity: (u64, u64),
    system: &FileSystemFacts,
) -> Result<Layout, i32> {
    let file = File::from(open_same(path, READ, identity)?);
    extents::layout(&file, system)
}

/// Whether anybody has the file open or mapped at this moment. Asked once, through a descriptor that only reads: to open
/// for writing would make an overlay copy the file.
pub(crate) fn file_lease(path: &Path, identity: (u64, u64)) -> Lease {
    match open_same(path, READ, identity) {
        Ok(file) => files::lease_once(&File::from(file)),
        Err(_) => Lease::Untold,
    }
}

/// Whether this user may write the file, or take names out of the folder, at `path`.
pub(crate) fn may_change(path: &Path, is_folder: bool) -> Result<(), i32> {
    let wanted = if is_folder {
        Access::WRITE_OK | Access::EXEC_OK
    } else {
        Access::WRITE_OK
    };
    rustix::fs::accessat(CWD, path, wanted, AtFlags::EACCESS).map_err(Errno::raw_os_error)
}

fn open_same(path: &Path, flags: OFlags, identity: (u64, u64)) -> Result<OwnedFd, i32> {
    let opened = open_without_links(path, flags).map_err(Errno::raw_os_error)?;
    if found(&opened)?.identity == identity {
        Ok(opened)
    } else {
        Err(libc::ESTALE)
    }
}

/// Opens without following a link anywhere.
pub(super) fn open_without_links(path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
    let no_links = ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    match rustix::fs::openat2(CWD, path, flags, Mode::empty(), no_links) {
        // No such call, or one that a sandbox forbids; names moved meanwhile.
        Err(Errno::NOSYS | Errno::PERM | Errno::AGAIN) => open_step_by_step(path, flags),
        answer => answer,
    }
}

fn open_step_by_step(path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
    let start = if path.is_absolute() { "/" } else { "." };
    let folder = LOOK | OFlags::DIRECTORY;
    let mut at = rustix::fs::openat(CWD, start, folder, Mode::empty())?;
    let mut names = path
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some("..".into()),
            _ => None,
        })
        .peekable();
    if names.peek().is_none() {
        return rustix::fs::openat(CWD, start, flags, Mode::empty());
    }
    while let Some(name) = names.next() {
        let last = names.peek().is_none();
        // A link that is opened as a folder without being followed is no folder.
        let opened = rustix::fs::openat(&at, name, if last { flags } else { folder }, Mode::empty());
        at = opened.map_err(|errno| {
            let through_link = !last && errno == Errno::NOTDIR;
            if through_link { Errno::LOOP } else { errno }
        })?;
    }
    Ok(at)
}

fn found(opened: impl AsFd) -> Result<Found, i32> {
    asked(opened, OsStr::new(""), AtFlags::EMPTY_PATH)
}

/// What an open file is.
pub(super) fn found_open(file: &File) -> Result<Found, i32> {
    found(file)
}

/// What the name `name` in an open folder is, a link not followed.
pub(super) fn found_in(folder: &File, name: &OsStr) -> Result<Found, i32> {
    asked(folder, name, AtFlags::SYMLINK_NOFOLLOW)
}

fn asked(at: impl AsFd, name: &OsStr, flags: AtFlags) -> Result<Found, i32> {
    let wanted = StatxFlags::BASIC_STATS | StatxFlags::MNT_ID;
    let told = rustix::fs::statx(at, name, flags | AtFlags::NO_AUTOMOUNT, wanted);
    told.map(|told| from_statx(&told)).map_err(Errno::raw_os_error)
}

fn from_statx(told: &Statx) -> Found {
    let device = DeviceNumber {
        major: told.stx_dev_major,
        minor: told.stx_dev_minor,
    };
    let has = |flag| told.stx_attributes.contains(flag);
    let tells = |flag| told.stx_attributes_mask.contains(flag);
    let mask = StatxFlags::from_bits_retain(told.stx_mask);
    Found {
        kind: kind_of(FileType::from_raw_mode(told.stx_mode.into())),
        device,
        identity: (stat::encode(device), told.stx_ino),
        size: told.stx_size,
        allocated: told.stx_blocks.saturating_mul(512),
        links: told.stx_nlink.into(),
        changed: (told.stx_ctime.tv_sec, told.stx_ctime.tv_nsec),
        mount: mask.contains(StatxFlags::MNT_ID).then_some(told.stx_mnt_id),
        mount_root: tells(StatxAttributes::MOUNT_ROOT).then(|| has(StatxAttributes::MOUNT_ROOT)),
        storing: Storing {
            encrypted: has(StatxAttributes::ENCRYPTED),
            encoded: has(StatxAttributes::COMPRESSED),
            // What is sealed by its digest cannot be written either.
            immutable: has(StatxAttributes::IMMUTABLE) || has(StatxAttributes::VERITY),
            append_only: has(StatxAttributes::APPEND),
            ..Storing::default()
        },
    }
}

fn kind_of(kind: FileType) -> FoundKind {
    match kind {
        FileType::RegularFile => FoundKind::File,
        FileType::Directory => FoundKind::Folder,
        FileType::Symlink => FoundKind::Link,
        _ => FoundKind::Special,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn no_link_is_followed_in_one_call_or_step_by_step() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().canonicalize().unwrap().join("a");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("file"), b"x").unwrap();
        symlink("a", folder.with_file_name("link")).unwrap();
        symlink("file", folder.join("named")).unwrap();
        for open in [open_without_links, open_step_by_step] {
            let kind = |path: &Path| open(path, LOOK).map(|opened| found(&opened).unwrap().kind);
            assert_eq!(kind(&folder.join("file")), Ok(FoundKind::File));
            assert_eq!(kind(&folder), Ok(FoundKind::Folder));
            assert_eq!(kind(&folder.join("named")), Ok(FoundKind::Link));
            assert_eq!(kind(&folder.join("none")), Err(Errno::NOENT));
            assert_eq!(
                kind(&folder.with_file_name("link").join("file")),
                Err(Errno::LOOP)
            );
            assert_eq!(kind(Path::new(".")), Ok(FoundKind::Folder));
            assert_eq!(kind(Path::new("/")), Ok(FoundKind::Folder));
        }
    }

    #[test]
    fn a_folder_that_is_another_by_now_is_not_read() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().canonicalize().unwrap();
        let identity = find(&path).unwrap().identity;
        assert_eq!(folder_names(&path, identity), Ok(Vec::new()));
        let other = (identity.0, identity.1 ^ 1);
        assert_eq!(folder_names(&path, other), Err(libc::ESTALE));
    }
}
