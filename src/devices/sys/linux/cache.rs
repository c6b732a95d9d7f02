//! Makes sure that a read-back is answered by the medium under a file, and says what was shown.
//!
//! `cachestat(2)` where the kernel has it (Linux 6.5), else `mincore(2)`.

use std::fs::File;
use std::path::Path;

use rustix::fs::Advice;

use super::{calls, files, nodes, stack, stat, sysfs, tables};
use crate::devices::sys::LoopBinding;
use crate::devices::target::ReadPath;

/// How often dropping is tried: pages on their way to the cache's lists stay for a moment.
const ATTEMPTS: u32 = 8;

/// How many bytes of a file `mincore` is asked about at once.
const WINDOW: u64 = 1 << 30;

/// Writes out and drops what the page cache holds of the file, and says how reads reach it now.
/// `path` is where the file lies, for asking about its file system.
pub(super) fn empty(file: &File, path: &Path) -> ReadPath {
    if files::is_memory(path) {
        return ReadPath::Memory;
    }
    match stack::beneath_path(path) {
        Ok(beneath) if !beneath.files.is_empty() => {
            return cached("the file lies on a loop device, whose own file may be cached");
        }
        // What serves a FUSE file system cannot be known; the kernel's cache of it can be emptied.
        _ => {}
    }
    uncached(file)
}

/// Writes out and drops what the page cache holds of a file on a file system of this machine, and of
/// the file under its loop device, and says how reads reach it now.
pub(crate) fn reach_medium(file: &File, path: &Path) -> ReadPath {
    match (stack::beneath_path(path), uncached(file)) {
        (Ok(beneath), ReadPath::BackingFileUncached) if !beneath.files.is_empty() => empty_backing(path),
        (Ok(_), reached) => reached,
        (Err(reason), _) => cached(&format!("what lies beneath cannot be told: {reason}")),
    }
}

/// The same for the file under the loop device that `path` lies on.
fn empty_backing(path: &Path) -> ReadPath {
    let Some(bound) = loop_under(path) else {
        return cached("a file lies beneath, which may be cached");
    };
    match File::open(&bound.path) {
        Ok(file) if stat::stat_open(&file).ok().map(|told| told.identity) == bound.identity => {
            empty(&file, &bound.path)
        }
        _ => cached("the file under the loop device cannot be reached"),
    }
}

/// What the loop device that `path` lies on, or on a partition of which, is bound to.
fn loop_under(path: &Path) -> Option<LoopBinding> {
    let folder = sysfs::folder(tables::device_of(path)?)?;
    let (_, disk) = nodes::whole_of(&folder)?;
    stack::binding(&disk).filter(|bound| bound.identity.is_some())
}

/// Writes out and drops what the page cache of this machine holds of the file.
pub(crate) fn drop_cached(file: &File) -> Result<(), String> {
    match uncached(file) {
        ReadPath::Cached { reason } => Err(reason),
        _ => Ok(()),
    }
}

fn uncached(file: &File) -> ReadPath {
    match drop_pages(file) {
        Ok(0) => ReadPath::BackingFileUncached,
        Ok(pages) => cached(&format!("{pages} pages of the file stay in the page cache")),
        Err(errno) => cached(&format!("the page cache cannot be asked: system error {errno}")),
    }
}

/// An answer that proves nothing, with its reason.
pub(super) fn cached(reason: &str) -> ReadPath {
    ReadPath::Cached {
        reason: reason.to_owned(),
    }
}

/// Writes out and drops the file's pages; how many stay.
fn drop_pages(file: &File) -> Result<u64, i32> {
    let mut left = 0;
    for _ in 0..ATTEMPTS {
        file.sync_all()
            .map_err(|error| error.raw_os_error().unwrap_or(libc::EIO))?;
        rustix::fs::fadvise(file, 0, None, Advice::DontNeed).map_err(rustix::io::Errno::raw_os_error)?;
        left = resident(file)?;
        if left == 0 {
            break;
        }
    }
    Ok(left)
}

/// How many pages of the file are in the page cache, dirty and in flight included.
fn resident(file: &File) -> Result<u64, i32> {
    match calls::cache_state(file) {
        Ok(state) => Ok(state.cached + state.dirty + state.in_writeback),
        Err(libc::ENOSYS) => resident_by_mincore(file),
        Err(errno) => Err(errno),
    }
}

fn resident_by_mincore(file: &File) -> Result<u64, i32> {
    let size = file
        .metadata()
        .map_err(|error| error.raw_os_error().unwrap_or(libc::EIO))?
        .len();
    let mut pages = 0;
    let mut offset = 0;
    while offset < size {
        let length = WINDOW.min(size - offset);
        pages += calls::pages_in_core(file, offset, usize::try_from(length).map_err(|_| libc::EFBIG)?)?;
        offset += length;
    }
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn both_ways_of_asking_see_pages_come_and_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cached");
        let mut file = File::create_new(&path).unwrap();
        file.write_all(&vec![7; 1 << 20]).unwrap();
        let file = File::open(&path).unwrap();
        assert!(resident_by_mincore(&file).unwrap() > 0);
        assert!(resident(&file).unwrap() > 0);
        match empty(&file, &path) {
            ReadPath::BackingFileUncached => {
                assert_eq!(resident_by_mincore(&file), Ok(0));
                assert_eq!(resident(&file), Ok(0));
            }
            other => assert!(files::is_memory(&path), "{other:?}"),
        }
    }
}
