//! One walk over the process table: who has one of these devices or files open or mapped.
//!
//! Reads `/proc/PID/task/TID/fd`, because threads may have their own descriptors and a leader that
//! has ended has none, and `/proc/PID/map_files`, because a mapping outlives its descriptor.
//! Not seen: descriptors that are under way in a socket, and files registered with io_uring whose
//! descriptor was closed.

use std::collections::HashMap;
use std::fs;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use super::stat;
use crate::devices::openers::{self, Held, HolderScan, Opener, Unreadable, Wanted};
use crate::devices::sys::FileKind;

/// The initial process namespace has this inode on every Linux (`PROC_PID_INIT_INO`).
const INITIAL_PID_NAMESPACE: &str = "pid:[4026531836]";

/// `PF_KTHREAD` in the flags of `/proc/PID/stat`: a thread of the kernel, which opens no files.
const KERNEL_THREAD: u64 = 0x0020_0000;

/// Whether every process of the system can be seen from here.
pub(crate) fn in_initial_pid_namespace() -> bool {
    fs::read_link("/proc/self/ns/pid").is_ok_and(|link| link.as_os_str() == INITIAL_PID_NAMESPACE)
}

/// The numbers of all processes.
pub(super) fn pids() -> Result<Vec<u32>, String> {
    let entries = fs::read_dir("/proc").map_err(|error| error.to_string())?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let pids: Vec<u32> = names.filter_map(|name| name.parse().ok()).collect();
    if pids.contains(&std::process::id()) {
        Ok(pids)
    } else {
        Err("the process table is incomplete".to_owned())
    }
}

/// Whether the process still runs, in a way in which it could hold anything.
pub(super) fn is_alive(pid: u32) -> bool {
    match status(pid) {
        Ok((state, flags)) => !matches!(state, 'Z' | 'X' | 'x') && flags & KERNEL_THREAD == 0,
        Err(error) => !is_gone(&error),
    }
}

/// Who holds any of `wanted`, one walk for all. Descriptors `own` of this process do not count.
pub(crate) fn who_holds(wanted: &Wanted, own: &[i32]) -> HolderScan {
    let mut walk = Walk {
        wanted,
        own,
        scan: HolderScan::default(),
        known: HashMap::new(),
    };
    match pids() {
        Ok(pids) => pids.into_iter().for_each(|pid| walk.process(pid)),
        Err(reason) => walk.unreadable(None, reason),
    }
    walk.scan
}

struct Walk<'a> {
    wanted: &'a Wanted,
    own: &'a [i32],
    scan: HolderScan,
    /// Mapped files that were looked at: most are libraries that every process maps.
    known: HashMap<String, Option<Held>>,
}

impl Walk<'_> {
    fn process(&mut self, pid: u32) {
        let before = self.scan.unreadable.len();
        let read = self.descriptors(pid).and_then(|()| self.mappings(pid));
        if let Err(error) = read
            && self.scan.unreadable.len() == before
            && !is_gone(&error)
            && is_alive(pid)
        {
            self.unreadable(Some(pid), error.to_string());
        }
    }

    fn descriptors(&mut self, pid: u32) -> Result<(), Error> {
        for task in fs::read_dir(format!("/proc/{pid}/task"))? {
            let folder = task?.path().join("fd");
            match self.descriptors_in(pid, &folder) {
                Err(error) if is_gone(&error) => {}
                other => other?,
            }
        }
        Ok(())
    }

    fn descriptors_in(&mut self, pid: u32, folder: &Path) -> Result<(), Error> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let number = entry.file_name().to_string_lossy().parse::<i32>().unwrap_or(-1);
            if pid == std::process::id() && self.own.contains(&number) {
                continue;
            }
            match self.descriptor(&entry.path()) {
                Ok(Some(held)) => self.found(pid, held),
                Ok(None) => {}
                Err(error) if is_gone(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn descriptor(&self, link: &Path) -> Result<Option<Held>, Error> {
        // Sockets, pipes and the like show no path and need no second question.
        let leads_to = fs::read_link(link)?;
        if leads_to.is_absolute() {
            self.held(link)
        } else {
            Ok(None)
        }
    }

    /// What a magic link leads to, if that is wanted. The link is followed by the kernel, so that
    /// neither its text nor a deleted or hidden node can deceive.
    fn held(&self, link: &Path) -> Result<Option<Held>, Error> {
        let told = stat::stat(link).map_err(Error::from_raw_os_error)?;
        let device = told.kind == FileKind::Block && self.wanted.devices.contains(&told.node);
        let file = self.wanted.files.contains(&told.identity);
        Ok(device
            .then_some(Held::Device(told.node))
            .or(file.then_some(Held::File(told.identity))))
    }

    fn mappings(&mut self, pid: u32) -> Result<(), Error> {
        let (task, text) = maps(pid)?;
        for mapped in openers::mapped_files(&text) {
            if let Some(held) = self.mapping(task, &mapped)? {
                self.found(pid, held);
            }
        }
        Ok(())
    }

    fn mapping(&mut self, task: u32, mapped: &openers::MappedFile<'_>) -> Result<Option<Held>, Error> {
        if let Some(known) = self.known.get(mapped.file) {
            return Ok(*known);
        }
        let link = PathBuf::from(format!("/proc/{task}/map_files/{}", unpadded(mapped.range)));
        match self.held(&link) {
            Ok(held) => {
                self.known.insert(mapped.file.to_owned(), held);
                Ok(held)
            }
            // Unmapped meanwhile.
            Err(error) if is_gone(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn found(&mut self, pid: u32, held: Held) {
        self.scan.openers.insert(Opener {
            pid,
            program: program(pid),
            held,
        });
    }

    fn unreadable(&mut self, pid: Option<u32>, reason: String) {
        self.scan.unreadable.insert(Unreadable { pid, reason });
    }
}

/// The mapped memory of a process, and the thread through which it can be read: a leader that has
/// ended shows none while its threads go on. All threads share one memory.
fn maps(pid: u32) -> Result<(u32, String), Error> {
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        let Some(task) = task?.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        match fs::read(format!("/proc/{task}/maps")) {
            Ok(bytes) if !bytes.is_empty() => {
                return Ok((task, String::from_utf8_lossy(&bytes).into_owned()));
            }
            Err(error) if !is_gone(&error) => return Err(error),
            _ => {}
        }
    }
    Ok((pid, String::new()))
}

/// `maps` pads addresses with zeroes, `map_files` does not.
fn unpadded(range: &str) -> String {
    let strip = |address: &str| match address.trim_start_matches('0') {
        "" => "0".to_owned(),
        rest => rest.to_owned(),
    };
    range.split('-').map(strip).collect::<Vec<_>>().join("-")
}

/// The program's name, bounded by the kernel to 15 bytes.
fn program(pid: u32) -> String {
    fs::read(format!("/proc/{pid}/comm")).map_or_else(
        |_| String::new(),
        |bytes| String::from_utf8_lossy(&bytes).trim_end().to_owned(),
    )
}

/// State and flags of a process (`proc_pid_stat(5)`, fields 3 and 9).
fn status(pid: u32) -> Result<(char, u64), Error> {
    let bytes = fs::read(format!("/proc/{pid}/stat"))?;
    let text = String::from_utf8_lossy(&bytes);
    let fields = || {
        // The program's name in parentheses may itself hold parentheses and blanks.
        let mut rest = text.rsplit_once(')')?.1.split_ascii_whitespace();
        let state = rest.next()?.chars().next()?;
        Some((state, rest.nth(5)?.parse().ok()?))
    };
    fields().ok_or_else(|| Error::new(ErrorKind::InvalidData, "the process status cannot be understood"))
}

/// The error of something that has ended.
fn is_gone(error: &Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ESRCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_padding() {
        assert_eq!(unpadded("00400000-0040a000"), "400000-40a000");
        assert_eq!(unpadded("00000000-00001000"), "0-1000");
    }

    #[test]
    fn this_process_lives_and_a_number_beyond_the_limit_does_not() {
        assert!(is_alive(std::process::id()));
        assert!(!is_alive(u32::MAX));
    }

    #[test]
    fn an_open_file_of_this_process_is_found_unless_it_is_our_own() {
        let file = tempfile::tempfile().unwrap();
        let identity = stat::stat_open(&file).unwrap().identity;
        let wanted = Wanted {
            files: [identity].into(),
            ..Wanted::default()
        };
        let number = super::super::calls::descriptor(&file);
        let mine = |scan: &HolderScan| scan.openers.iter().any(|opener| opener.pid == std::process::id());
        assert!(mine(&who_holds(&wanted, &[])));
        assert!(!mine(&who_holds(&wanted, &[number])));
    }
}
