//! A file system with one file, served by a thread of the test: the FUSE protocol, version 7.31
//! (`linux/fuse.h`), as far as a loop device over the file needs it.
//!
//! Requests are answered one after the other from a [`Medium`]; those that it holds are answered when
//! they are let go. The serving thread never waits for anything but the kernel (and where refusals shall take long).

use std::fs::File;
use std::io::{Read, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use crate::faulty_medium::{EIO, Medium};

/// Most bytes of one request, and what the kernel wants besides in the buffer.
const LARGEST: usize = 1 << 20;
const HEADERS: usize = 4096;
/// Length of the header of a request, and of what a read or write says before its bytes.
const HEADER: usize = 40;
const READ_WRITE: usize = 40;
/// Number of the folder, and of the file in it.
const FOLDER: u64 = 1;
const FILE: u64 = 2;
/// Name of the file.
pub(crate) const NAME: &str = "disk";
const ENOENT: i32 = 2;
const ENOSYS: i32 = 38;

/// A request that waits, or is being answered.
struct Request {
    operation: u32,
    unique: u64,
    node: u64,
    body: Vec<u8>,
}

/// What a request comes to.
enum Answer {
    Data(Vec<u8>),
    Refused(i32),
    /// Asks for no answer.
    Silence,
    /// Later.
    Held,
}

/// Medium and requests that wait.
struct State {
    medium: Medium,
    size: u64,
    held: Vec<Request>,
}

/// The serving side of a mounted file.
#[derive(Clone)]
pub(crate) struct FuseFile {
    kernel: Arc<File>,
    state: Arc<Mutex<State>>,
    happened: Arc<Condvar>,
}

impl FuseFile {
    /// Serves `medium` at an open `/dev/fuse`, from a thread of its own until the file system is gone.
    pub(crate) fn serve(kernel: File, medium: Medium) -> Self {
        let size = medium.truth().len() as u64;
        let state = State {
            medium,
            size,
            held: Vec::new(),
        };
        let served = Self {
            kernel: Arc::new(kernel),
            state: Arc::new(Mutex::new(state)),
            happened: Arc::default(),
        };
        let server = served.clone();
        std::thread::spawn(move || server.until_unmounted());
        served
    }

    /// What the medium is or does at this moment.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut Medium) -> T) -> T {
        look(&mut self.state().medium)
    }

    /// Makes the file shorter or longer than its medium is.
    pub(crate) fn resize(&self, size: u64) {
        self.state().size = size;
    }

    /// Waits until a request is held; whether one was.
    pub(crate) fn wait_until_held(&self, patience: Duration) -> bool {
        let waits = |state: &mut State| state.held.is_empty();
        let waited = self.happened.wait_timeout_while(self.state(), patience, waits);
        !waited
            .unwrap_or_else(|broken| broken.into_inner())
            .0
            .held
            .is_empty()
    }

    /// Holds nothing any more, and answers what waits.
    pub(crate) fn let_go(&self) {
        let mut state = self.state();
        state.medium.faults.hold.clear();
        state.medium.faults.hold_flushes = false;
        let held = std::mem::take(&mut state.held);
        drop(state);
        for request in held {
            self.answer(request);
        }
    }

    /// Even where a test failed while it looked: the kernel waits for answers.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|broken| broken.into_inner())
    }

    fn until_unmounted(&self) {
        let mut buffer = vec![0; LARGEST + HEADERS];
        loop {
            match (&*self.kernel).read(&mut buffer) {
                Ok(read) => self.answer(Request::new(&buffer[..read])),
                // a request was taken back before it could be read
                Err(error) if matches!(error.raw_os_error(), Some(ENOENT | 4 | 11)) => {}
                Err(_) => return,
            }
        }
    }

    fn answer(&self, request: Request) {
        let mut state = self.state();
        let data = match state.take(&request) {
            Answer::Data(data) => data,
            Answer::Refused(errno) => {
                let long = state.medium.faults.refusals_take;
                drop(state);
                std::thread::sleep(long);
                return self.reply(request.unique, -errno, &[]);
            }
            Answer::Silence => return,
            Answer::Held => {
                state.held.push(request);
                self.happened.notify_all();
                return;
            }
        };
        drop(state);
        self.reply(request.unique, 0, &data);
    }

    /// `struct fuse_out_header` and what follows it.
    fn reply(&self, unique: u64, error: i32, data: &[u8]) {
        let mut reply = Reply::default();
        reply.u32(u32::try_from(16 + data.len()).unwrap());
        reply.0.extend(i32::to_le_bytes(error));
        reply.u64(unique);
        reply.0.extend(data);
        // nobody waits for it any more where this fails
        let _ = (&*self.kernel).write(&reply.0);
    }
}

impl Request {
    fn new(bytes: &[u8]) -> Self {
        let head = Fields(bytes);
        Self {
            operation: head.u32(4),
            unique: head.u64(8),
            node: head.u64(16),
            body: bytes[HEADER..].to_vec(),
        }
    }
}

impl State {
    /// `enum fuse_opcode`.
    fn take(&mut self, request: &Request) -> Answer {
        let body = Fields(&request.body);
        match request.operation {
            1 => self.lookup(&request.body),
            // FORGET, INTERRUPT, BATCH_FORGET
            2 | 36 | 42 => Answer::Silence,
            3 => Answer::Data(self.attributes(request.node)),
            4 => {
                // FATTR_SIZE
                if body.u32(0) & 8 != 0 {
                    self.size = body.u64(16);
                }
                Answer::Data(self.attributes(request.node))
            }
            14 => Answer::Data(opened()),
            15 => self.read(body.u64(8), body.u32(16)),
            16 => self.write(body.u64(8), &request.body[READ_WRITE..]),
            17 => Answer::Data(statistics()),
            20 => self.flush(),
            26 => Answer::Data(initialised(body.u32(8))),
            27 => Answer::Data(vec![0; 16]),
            // RELEASE, FLUSH (of a descriptor that is closed), READDIR, RELEASEDIR, ACCESS, DESTROY
            18 | 25 | 28 | 29 | 34 | 38 => Answer::Data(Vec::new()),
            _ => Answer::Refused(ENOSYS),
        }
    }

    fn lookup(&self, name: &[u8]) -> Answer {
        if name.strip_suffix(&[0]) != Some(NAME.as_bytes()) {
            return Answer::Refused(ENOENT);
        }
        let mut entry = Reply::default();
        entry.u64(FILE);
        entry.zeros(8 + 8 + 8 + 4 + 4);
        entry.0.extend(self.attribute(FILE));
        Answer::Data(entry.0)
    }

    /// `struct fuse_attr_out`, valid for no time.
    fn attributes(&self, node: u64) -> Vec<u8> {
        let mut out = Reply::default();
        out.zeros(8 + 4 + 4);
        out.0.extend(self.attribute(node));
        out.0
    }

    /// `struct fuse_attr`.
    fn attribute(&self, node: u64) -> Vec<u8> {
        let (mode, size) = if node == FOLDER {
            (0o040_755, 0)
        } else {
            (0o100_600, self.size)
        };
        let mut out = Reply::default();
        for field in [node, size, size.div_ceil(512)] {
            out.u64(field);
        }
        out.zeros(3 * 8 + 3 * 4);
        for field in [mode, 1, 0, 0, 0, 4096, 0] {
            out.u32(field);
        }
        out.0
    }

    fn read(&mut self, at: u64, length: u32) -> Answer {
        let end = (at + u64::from(length)).min(self.size);
        let length = end.saturating_sub(at);
        if length == 0 {
            return Answer::Data(Vec::new());
        }
        if self.medium.holds(&(at..end)) {
            return Answer::Held;
        }
        let read = self.medium.read(at, usize::try_from(length).unwrap());
        read.map_or_else(Answer::Refused, Answer::Data)
    }

    fn write(&mut self, at: u64, data: &[u8]) -> Answer {
        let end = at + data.len() as u64;
        if self.medium.holds(&(at..end)) {
            return Answer::Held;
        }
        if end > self.size {
            return Answer::Refused(EIO);
        }
        let mut taken = Reply::default();
        taken.u32(u32::try_from(data.len()).unwrap());
        taken.zeros(4);
        let written = self.medium.write(at, data);
        written.map_or_else(Answer::Refused, |()| Answer::Data(taken.0))
    }

    fn flush(&mut self) -> Answer {
        if self.medium.faults.hold_flushes {
            return Answer::Held;
        }
        let flushed = self.medium.flush();
        flushed.map_or_else(Answer::Refused, |()| Answer::Data(Vec::new()))
    }
}

/// `struct fuse_init_out`: large requests, several at once, and nothing kept by the kernel.
fn initialised(readahead: u32) -> Vec<u8> {
    // ASYNC_READ, BIG_WRITES, ASYNC_DIO, PARALLEL_DIROPS, MAX_PAGES
    let flags = 1 | 1 << 5 | 1 << 15 | 1 << 18 | 1 << 22;
    let mut out = Reply::default();
    for field in [7, 31, readahead, flags] {
        out.u32(field);
    }
    // most requests in the background, and where that counts as many
    for field in [64, 48] {
        out.u16(field);
    }
    out.u32(u32::try_from(LARGEST).unwrap());
    out.u32(1);
    out.u16(u16::try_from(LARGEST / 4096).unwrap());
    out.zeros(2 + 4 + 7 * 4);
    out.0
}

/// `struct fuse_open_out`: direct I/O, writes side by side.
fn opened() -> Vec<u8> {
    let mut out = Reply::default();
    out.u64(0);
    out.u32(1 | 1 << 6);
    out.zeros(4);
    out.0
}

/// `struct fuse_statfs_out`.
fn statistics() -> Vec<u8> {
    let mut out = Reply::default();
    out.zeros(5 * 8);
    for field in [4096, 255, 4096] {
        out.u32(field);
    }
    out.zeros(4 + 6 * 4);
    out.0
}

/// Fields of a request, by their offsets. The protocol has the machine's byte order: these tests run on
/// little-endian machines.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn u32(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.0[at..at + 4].try_into().unwrap())
    }

    fn u64(&self, at: usize) -> u64 {
        u64::from_le_bytes(self.0[at..at + 8].try_into().unwrap())
    }
}

/// An answer that is put together.
#[derive(Default)]
struct Reply(Vec<u8>);

impl Reply {
    fn u16(&mut self, field: u16) {
        self.0.extend(field.to_le_bytes());
    }

    fn u32(&mut self, field: u32) {
        self.0.extend(field.to_le_bytes());
    }

    fn u64(&mut self, field: u64) {
        self.0.extend(field.to_le_bytes());
    }

    fn zeros(&mut self, count: usize) {
        self.0.resize(self.0.len() + count, 0);
    }
}
