//! Files of a batch, opened to be overwritten: theirs alone, and what they were when they were found.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{FlockOperation, OFlags};

use super::file_folder::FileFolder;
use super::{calls, extents, files, io, processes, stat};
use crate::devices::error::DeviceError;
use crate::devices::file_facts::{FileFacts, FileSystemFacts};
use crate::devices::openers::{HolderScan, Wanted};
use crate::devices::sys::{FileKind, Lease};
use crate::devices::target::{Intrusion, IoFailure};
use crate::units::ByteOffset;

/// From how many bytes in one stretch direct I/O is worth its alignment.
const WORTH_DIRECT: u64 = 1 << 20;

/// An open file.
#[derive(Debug)]
pub(super) struct OpenFile {
    file: File,
    identity: (u64, u64),
    /// A write lease stands: the kernel tells of everybody who opens it.
    leased: bool,
    direct: AtomicBool,
}

/// A name of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// Which of the open folders it stands in.
    pub(super) folder: usize,
    pub(super) name: OsString,
}

/// Files with the folders that they lie in.
#[derive(Debug, Default)]
pub(super) struct Opened {
    /// Which of those that were asked for, in order.
    pub(super) which: Vec<usize>,
    /// The others, and why.
    pub(super) refused: Vec<(usize, DeviceError)>,
    /// In the order of `which`.
    pub(super) files: Vec<OpenFile>,
    /// Each folder once.
    pub(super) folders: Vec<FileFolder>,
    /// By file: its names, the one that it was found by last.
    pub(super) names: Vec<Vec<Name>>,
}

impl OpenFile {
    /// Takes the open `file` for the batch, if it is still what `facts` say and nobody else has it.
    fn claim(file: File, facts: &FileFacts, system: &FileSystemFacts) -> Result<Self, DeviceError> {
        compare(&file, facts)?;
        if rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) == Err(rustix::io::Errno::AGAIN)
        {
            return Err(DeviceError::Locked {
                path: facts.path.clone(),
            });
        }
        let lease = files::keep_lease_of(&file);
        if lease == Lease::Held {
            return Err(held(&facts.path));
        }
        compare_extents(&file, facts, system)?;
        // Between the first look and the lease it may have been written.
        compare(&file, facts)?;
        Ok(Self {
            direct: AtomicBool::new(settle(&file, facts)),
            identity: facts.identity,
            leased: lease == Lease::Free,
            file,
        })
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Device and inode number.
    pub(super) fn identity(&self) -> (u64, u64) {
        self.identity
    }

    /// Whether it is read and written past the page cache.
    pub(super) fn is_direct(&self) -> bool {
        self.direct.load(Ordering::Relaxed)
    }

    /// Writes at a place of the file; how many bytes were taken.
    pub(super) fn write(&self, offset: ByteOffset, data: &[u8]) -> Result<usize, IoFailure> {
        match self.or_buffered(|| io::write(&self.file, offset, data)) {
            // The file system is full: that says nothing about the medium.
            Err(IoFailure::Vanished { errno: libc::ENOSPC }) => Err(IoFailure::Other { errno: libc::ENOSPC }),
            answer => answer,
        }
    }

    /// Reads from a place of the file; how many bytes came.
    pub(super) fn read(&self, offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
        self.or_buffered(|| io::read(&self.file, offset, into))
    }

    /// Some file systems take the wish for direct I/O and refuse the I/O.
    fn or_buffered(&self, mut attempt: impl FnMut() -> Result<usize, IoFailure>) -> Result<usize, IoFailure> {
        match attempt() {
            Err(IoFailure::Other { errno: libc::EINVAL }) if self.direct.swap(false, Ordering::Relaxed) => {
                let flags = rustix::fs::fcntl_getfl(&self.file).unwrap_or(OFlags::empty());
                rustix::fs::fcntl_setfl(&self.file, flags - OFlags::DIRECT)
                    .map_err(|errno| io::classify(errno.raw_os_error()))?;
                attempt()
            }
            answer => answer,
        }
    }
}

/// Asks for direct I/O where it is worth it, and takes back the wish not to wait, which was for opening alone.
fn settle(file: &File, facts: &FileFacts) -> bool {
    let Ok(flags) = rustix::fs::fcntl_getfl(file) else {
        return false;
    };
    let flags = flags - OFlags::NONBLOCK;
    let worth = facts.extents.iter().any(|extent| extent.length.0 >= WORTH_DIRECT);
    let direct = worth && rustix::fs::fcntl_setfl(file, flags | OFlags::DIRECT).is_ok();
    if !direct {
        let _ = rustix::fs::fcntl_setfl(file, flags);
    }
    direct
}

fn changed(facts: &FileFacts, field: &'static str) -> DeviceError {
    DeviceError::IdentityChanged {
        path: facts.path.clone(),
        field,
    }
}

fn held(path: &Path) -> DeviceError {
    DeviceError::HeldBySomebody {
        path: path.to_owned(),
    }
}

/// Holds the open file against what was found.
fn compare(file: &File, facts: &FileFacts) -> Result<(), DeviceError> {
    let differs = |field| Err(changed(facts, field));
    let told = stat::stat_open(file).map_err(|_| changed(facts, "file"))?;
    if told.kind != FileKind::Regular || told.identity != facts.identity {
        return differs("file");
    }
    if told.size != facts.size.0 {
        return differs("size");
    }
    let more = rustix::fs::fstat(file).map_err(|_| changed(facts, "file"))?;
    if more.st_nlink as u64 != facts.links {
        return differs("number of links");
    }
    if (more.st_ctime as i64, more.st_ctime_nsec as u32) != facts.changed {
        return differs("time of change");
    }
    Ok(())
}

/// Holds its places against those that were found, where any were.
fn compare_extents(file: &File, facts: &FileFacts, system: &FileSystemFacts) -> Result<(), DeviceError> {
    if facts.untold.is_some() || facts.extents.iter().all(|extent| extent.physical.is_none()) {
        return Ok(());
    }
    match extents::layout(file, system) {
        Ok(now) if now.untold.is_none() && now.extents == facts.extents => Ok(()),
        Ok(_) => Err(changed(facts, "place on the device")),
        Err(errno) => Err(DeviceError::ExtentsUntold {
            path: facts.path.clone(),
            reason: format!("its extents cannot be read: system error {errno}"),
        }),
    }
}

impl Opened {
    /// Opens those of `found` that can be had, and the folders of their `further` names; nothing is written.
    pub(super) fn open(found: &[FileFacts], further: &[(usize, PathBuf)], system: &FileSystemFacts) -> Self {
        let mut opened = Self::default();
        let mut known = HashMap::new();
        let mut paths: HashMap<usize, Vec<&Path>> = HashMap::new();
        for (file, path) in further {
            paths.entry(*file).or_default().push(path);
        }
        for (index, facts) in found.iter().enumerate() {
            let mut all = paths.remove(&index).unwrap_or_default();
            all.push(&facts.path);
            match opened.open_one(&all, facts, system, &mut known) {
                Ok((file, names)) => {
                    opened.which.push(index);
                    opened.files.push(file);
                    opened.names.push(names);
                }
                Err(refusal) => opened.refused.push((index, refusal)),
            }
        }
        opened.refuse_held(found);
        opened
    }

    /// Opens the file that has these names, by the last of them.
    fn open_one(
        &mut self,
        paths: &[&Path],
        facts: &FileFacts,
        system: &FileSystemFacts,
        known: &mut HashMap<PathBuf, usize>,
    ) -> Result<(OpenFile, Vec<Name>), DeviceError> {
        let mut names = Vec::with_capacity(paths.len());
        for path in paths {
            let (folder, name) = self.folder_of(path, known)?;
            self.folders[folder]
                .is_still(name, facts.identity)
                .map_err(|_| changed(facts, "name"))?;
            let name = name.to_owned();
            names.push(Name { folder, name });
        }
        let Some(Name { folder, name }) = names.last() else {
            return Err(changed(facts, "name"));
        };
        let file = self.folders[*folder]
            .open_file(name)
            .map_err(|errno| match errno {
                libc::EAGAIN | libc::ETXTBSY => held(&facts.path),
                // Its name is gone, or is a link or something else now.
                libc::ENOENT | libc::ELOOP | libc::EISDIR | libc::ENXIO => changed(facts, "file"),
                errno => cannot_open(&facts.path, errno),
            })?;
        Ok((OpenFile::claim(file, facts, system)?, names))
    }

    /// The open folder that `path` lies in, and its name there.
    fn folder_of<'a>(
        &mut self,
        path: &'a Path,
        known: &mut HashMap<PathBuf, usize>,
    ) -> Result<(usize, &'a OsStr), DeviceError> {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(cannot_open(path, libc::EISDIR));
        };
        if let Some(folder) = known.get(parent) {
            return Ok((*folder, name));
        }
        let folder = FileFolder::open(parent).map_err(|errno| cannot_open(parent, errno))?;
        self.folders.push(folder);
        known.insert(parent.to_owned(), self.folders.len() - 1);
        Ok((self.folders.len() - 1, name))
    }

    /// Refuses the files that the kernel gave no lease for, where another process is seen to have one of them open.
    fn refuse_held(&mut self, found: &[FileFacts]) {
        let scan = scan(&self.files, |file| !file.leased);
        let Some(opener) = scan.openers.first() else {
            return;
        };
        for at in (0..self.files.len())
            .rev()
            .filter(|at| !self.files[*at].leased)
            .collect::<Vec<_>>()
        {
            let index = self.which.remove(at);
            self.files.remove(at);
            self.names.remove(at);
            let refusal = DeviceError::HeldBy {
                device: found[index].path.display().to_string(),
                pid: opener.pid,
                program: opener.program.clone(),
            };
            self.refused.push((index, refusal));
        }
    }
}

/// Who else has any of those `files` open that `which` names; one walk for all.
fn scan(files: &[OpenFile], which: impl Fn(&OpenFile) -> bool) -> HolderScan {
    let asked: Vec<_> = files.iter().filter(|file| which(file)).collect();
    if asked.is_empty() {
        return HolderScan::default();
    }
    let own: Vec<_> = asked.iter().map(|file| calls::descriptor(&file.file)).collect();
    let wanted = Wanted {
        files: asked.iter().map(|file| file.identity).collect(),
        ..Wanted::default()
    };
    processes::who_holds(&wanted, &own)
}

/// Who came since the files were opened: told by the leases, and by the process table where there are none.
pub(super) fn look_again(files: &[OpenFile]) -> Vec<Intrusion> {
    let mut found = scan(files, |file| !file.leased).into_intrusions();
    let broken = |file: &OpenFile| file.leased && !calls::has_lease(&file.file);
    if files.iter().any(broken) {
        let named = HolderScan {
            openers: scan(files, broken).openers,
            ..HolderScan::default()
        };
        let before = found.len();
        found.extend(named.into_intrusions());
        if found.len() == before {
            let reason = "somebody opened one of the files and is not seen any more".to_owned();
            found.push(Intrusion::CouldNotTell { reason });
        }
    }
    found
}

fn cannot_open(path: &Path, errno: i32) -> DeviceError {
    DeviceError::CannotOpen {
        path: path.to_owned(),
        errno,
    }
}
