//! The virus scan before a delivery: `--scan clamav`. The daemon's socket first, else the program `clamscan`
//! (ClamAV 1.4).
//!
//! A scanner is a subject and not a fact: this file alone starts a program. One that is missing, fails, is
//! too old, or does not answer for every file is an error, never a pass. Files are read again when they
//! are sealed: who may change them in between can deceive this.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, SystemTime};

use tempfile::NamedTempFile;

use crate::devices;
use crate::units::{ByteCount, Timestamp};

use super::scan_daemon;
use super::scan_finding::{Answer, Engine, ScanFinding, ScanTrouble, Tally, bounded};

/// Where distributions put the daemon's socket.
const SOCKETS: [&str; 3] = [
    "/run/clamav/clamd.ctl",
    "/var/run/clamav/clamd.ctl",
    "/tmp/clamd.socket",
];

const PROGRAM: &str = "clamscan";

/// What the program is asked for besides: limits as high as it takes them, and to tell when one is met;
/// without the last it says OK about what it never looked at. Its own limit for a file is 2 GiB.
const OPTIONS: [&str; 6] = [
    "--no-summary",
    "--stdout",
    "--max-filesize=2047M",
    "--max-scansize=16000M",
    "--max-scantime=3600000",
    "--alert-exceeds-max=yes",
];

/// Files of signatures, by the ends of their names (ClamAV's manual, "Signatures").
const SIGNATURES: [&str; 24] = [
    "cvd", "cld", "cud", "hdb", "hdu", "hsb", "hsu", "mdb", "mdu", "msb", "msu", "ndb", "ndu", "ldb", "ldu",
    "idb", "cdb", "cbc", "gdb", "pdb", "wdb", "yar", "yara", "imp",
];

/// The longest line, and the longest text of errors, that is read of the program, in bytes.
const LONGEST_LINE: u64 = 1 << 16;

/// The longest path that the program reads whole from a list, in bytes.
const LONGEST_LISTED: usize = 1000;

/// How often it is asked whether to go on while the program says nothing.
const PAUSE: Duration = Duration::from_millis(200);

/// How often it is looked whether the program has ended.
const ENDING: Duration = Duration::from_millis(5);

/// How a scan is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanOrder {
    /// A base of signatures for the program, a file or a folder; the daemon, which has its own, is not asked.
    pub database: Option<PathBuf>,
    /// The daemon's socket; nothing else is tried.
    pub socket: Option<PathBuf>,
    /// The program; the daemon is not asked.
    pub program: Option<PathBuf>,
    /// How old signatures may be.
    pub oldest: Duration,
    /// How long the daemon may take for a step; the last step of a file is looking through all of it.
    pub patience: Duration,
}

impl Default for ScanOrder {
    fn default() -> Self {
        Self {
            database: None,
            socket: None,
            program: None,
            oldest: Duration::from_secs(7 * 24 * 60 * 60),
            patience: Duration::from_secs(600),
        }
    }
}

/// Scans every one of `files`, regular files or links to such. `each` is told how many bytes more were
/// looked at or sent, zero now and then, and ends the scan by saying false.
///
/// # Errors
/// Each [`ScanTrouble`]: whatever is no pass. Of several, something found goes before all others.
pub fn scan(
    files: &[PathBuf],
    order: &ScanOrder,
    now: Timestamp,
    each: &mut dyn FnMut(ByteCount) -> bool,
) -> Result<ScanFinding, ScanTrouble> {
    match socket(order) {
        Some(socket) => {
            let line = scan_daemon::version(&socket, order.patience)?;
            // The daemon writes the time of its zone, which is taken for that of this machine.
            let engine = Engine::parse(&line, now.offset_minutes())?;
            let signatures = engine.fresh(order.oldest, now)?;
            let tally = scan_daemon::scan(files, &socket, order.patience, each)?;
            tally.finish(files.len(), engine.name, signatures)
        }
        None => Program::of(order).scan(files, order.oldest, now, each),
    }
}

/// The socket of the daemon that is to be asked; none where the program is.
fn socket(order: &ScanOrder) -> Option<PathBuf> {
    if order.socket.is_some() {
        return order.socket.clone();
    }
    if order.database.is_some() || order.program.is_some() {
        return None;
    }
    let found = SOCKETS.map(Path::new).into_iter().find(|path| {
        // Connecting alone: who is busy now answers later.
        devices::connect_local(path, order.patience).is_ok()
    });
    found.map(Path::to_owned)
}

/// The scanner that is started for each scan.
struct Program<'a> {
    path: &'a Path,
    database: Option<&'a Path>,
}

impl<'a> Program<'a> {
    fn of(order: &'a ScanOrder) -> Self {
        Self {
            path: order.program.as_deref().unwrap_or(Path::new(PROGRAM)),
            database: order.database.as_deref(),
        }
    }

    fn scan(
        &self,
        files: &[PathBuf],
        oldest: Duration,
        now: Timestamp,
        each: &mut dyn FnMut(ByteCount) -> bool,
    ) -> Result<ScanFinding, ScanTrouble> {
        let mut engine = self.version(now)?;
        if let (None, Some(base)) = (&engine.signatures, self.database) {
            engine.signatures = Some(described(base, now).map_err(ScanTrouble::failed)?);
        }
        let signatures = engine.fresh(oldest, now)?;
        let mut tally = Tally::default();
        let (listed, single) = sorted(files, &mut tally);
        // Something found goes before what ended the scan.
        if let Err(trouble) = self.scan_both(&listed, &single, &mut tally, each) {
            tally.trouble(trouble);
        }
        tally.finish(files.len(), engine.name, signatures)
    }

    fn scan_both(
        &self,
        listed: &[Regular<'_>],
        single: &[Regular<'_>],
        tally: &mut Tally,
        each: &mut dyn FnMut(ByteCount) -> bool,
    ) -> Result<(), ScanTrouble> {
        if !listed.is_empty() {
            self.scan_list(listed, tally, each)?;
        }
        single
            .iter()
            .try_for_each(|file| self.scan_one(file, tally, each))
    }

    fn version(&self, now: Timestamp) -> Result<Engine, ScanTrouble> {
        let mut running = Running::start(self.command().arg("--version").stdin(Stdio::null()))?;
        let line = running.next_line(&mut |_| true)?.unwrap_or_default();
        running.finish(&mut |_| true)?;
        // It writes the time of the zone that it is given.
        let mut engine = Engine::parse(&line, 0)?;
        if let Some((_, at)) = &mut engine.signatures {
            *at = Timestamp::new(at.unix_seconds(), now.offset_minutes()).unwrap_or(*at);
        }
        Ok(engine)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.path);
        command.env("TZ", "UTC0").env("LC_ALL", "C");
        command.args(self.database.map(|base| option("--database=", base)));
        command
    }

    /// All files whose paths can be written into a list, in one start: loading signatures takes longest.
    fn scan_list(
        &self,
        files: &[Regular<'_>],
        tally: &mut Tally,
        each: &mut dyn FnMut(ByteCount) -> bool,
    ) -> Result<(), ScanTrouble> {
        let list = written_list(files).map_err(ScanTrouble::failed)?;
        let mut command = self.command();
        command.args(OPTIONS).arg(option("--file-list=", list.path()));
        let names = files
            .iter()
            .map(|file| file.resolved.as_os_str().as_encoded_bytes());
        let names: Vec<&[u8]> = names.collect();
        let running = Running::start(command.stdin(Stdio::null()))?;
        collect(running, files, &names, tally, each)
    }

    /// A file whose path cannot: its bytes are handed over.
    fn scan_one(
        &self,
        file: &Regular<'_>,
        tally: &mut Tally,
        each: &mut dyn FnMut(ByteCount) -> bool,
    ) -> Result<(), ScanTrouble> {
        let opened = File::open(&file.resolved).map_err(|error| file.trouble(&error))?;
        let mut command = self.command();
        command.args(OPTIONS).arg("-").stdin(opened);
        let running = Running::start(&mut command)?;
        collect(running, std::slice::from_ref(file), &[b"stdin"], tally, each)
    }
}

fn option(name: &str, path: &Path) -> std::ffi::OsString {
    let mut option = std::ffi::OsString::from(name);
    option.push(path);
    option
}

/// A file to be scanned.
struct Regular<'a> {
    asked: &'a Path,
    resolved: PathBuf,
    bytes: u64,
}

impl Regular<'_> {
    fn trouble(&self, reason: &impl ToString) -> ScanTrouble {
        ScanTrouble::FileError {
            path: self.asked.to_owned(),
            reason: bounded(&reason.to_string()),
        }
    }

    /// Lists end a path at a line's end, and cut what is too long.
    fn can_be_listed(&self) -> bool {
        let bytes = self.resolved.as_os_str().as_encoded_bytes();
        bytes.len() <= LONGEST_LISTED && !bytes.iter().any(|byte| matches!(byte, b'\n' | b'\r'))
    }
}

/// The files that can be listed, and the others; what is no file is a trouble.
fn sorted<'a>(files: &'a [PathBuf], tally: &mut Tally) -> (Vec<Regular<'a>>, Vec<Regular<'a>>) {
    let mut regular = Vec::with_capacity(files.len());
    for asked in files {
        match examined(asked) {
            Ok(file) => regular.push(file),
            Err(error) => tally.trouble(ScanTrouble::FileError {
                path: asked.clone(),
                reason: error.to_string(),
            }),
        }
    }
    regular.into_iter().partition(Regular::can_be_listed)
}

fn examined(asked: &Path) -> io::Result<Regular<'_>> {
    let resolved = fs::canonicalize(asked)?;
    let told = fs::metadata(&resolved)?;
    // Given a folder, the program would scan what is in it and answer for other files.
    if !told.is_file() {
        return Err(ErrorKind::InvalidInput.into());
    }
    Ok(Regular {
        asked,
        resolved,
        bytes: told.len(),
    })
}

fn written_list(files: &[Regular<'_>]) -> io::Result<NamedTempFile> {
    let mut list = NamedTempFile::new()?;
    let mut writer = io::BufWriter::new(list.as_file_mut());
    for file in files {
        writer.write_all(file.resolved.as_os_str().as_encoded_bytes())?;
        writer.write_all(b"\n")?;
    }
    writer.flush()?;
    drop(writer);
    Ok(list)
}

/// Takes one answer for each file, in their order: the program prints `name: answer`. A name may hold
/// what looks like an answer, so that nothing but the name that is due counts.
fn collect(
    mut running: Running,
    files: &[Regular<'_>],
    names: &[&[u8]],
    tally: &mut Tally,
    each: &mut dyn FnMut(ByteCount) -> bool,
) -> Result<(), ScanTrouble> {
    let mut due = files.iter().zip(names).peekable();
    let mut said = None;
    while let Some(line) = running.next_line(each)? {
        let answer = due
            .peek()
            .and_then(|(_, name)| line.strip_prefix(**name)?.strip_prefix(b": "));
        match (answer, due.peek()) {
            (Some(answer), Some((file, _))) => {
                tally.note(file.asked, file.bytes, Answer::parse(answer));
                if !each(ByteCount(file.bytes)) {
                    return Err(ScanTrouble::Stopped);
                }
                due.next();
            }
            _ => said = said.or(Some(line)),
        }
    }
    let said = said.map(|line| String::from_utf8_lossy(&line).into_owned());
    match (running.finish(each), due.next()) {
        // Its own failure explains what it did not say about files.
        (Err(ScanTrouble::Failed { reason }), _) => {
            let told = said.into_iter().chain([reason]).collect::<Vec<_>>().join("; ");
            return Err(ScanTrouble::failed(told));
        }
        (Err(trouble), _) => return Err(trouble),
        (Ok(_), Some((file, _))) => {
            let nothing = || "the virus scanner said nothing about it".to_owned();
            tally.trouble(file.trouble(&said.unwrap_or_else(nothing)));
        }
        (Ok(0), None) => {}
        // What it found stands in the answers and goes before this.
        (Ok(code), None) => tally.trouble(ScanTrouble::failed(format!("it ended with {code}"))),
    }
    Ok(())
}

/// What a base that was given is, and when the newest of its files was made.
fn described(base: &Path, now: Timestamp) -> io::Result<(String, Timestamp)> {
    let mut newest = None;
    let files = if fs::metadata(base)?.is_dir() {
        let entries: io::Result<Vec<_>> = fs::read_dir(base)?.collect();
        entries?.into_iter().map(|entry| entry.path()).collect()
    } else {
        vec![base.to_owned()]
    };
    for file in files.iter().filter(|file| is_signatures(file)) {
        newest = newest.max(Some(fs::metadata(file)?.modified()?));
    }
    let newest = newest.ok_or_else(|| io::Error::other("the base holds no signatures"))?;
    let since = newest.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    let at = Timestamp::new(seconds, now.offset_minutes()).ok_or(ErrorKind::InvalidData)?;
    let name = base.file_name().unwrap_or(base.as_os_str());
    Ok((bounded(&name.to_string_lossy()), at))
}

fn is_signatures(file: &Path) -> bool {
    let end = file
        .extension()
        .map(|end| end.to_string_lossy().to_ascii_lowercase());
    end.is_some_and(|end| SIGNATURES.contains(&end.as_str()))
}

/// A program that was started. It ends with this value.
struct Running {
    child: Child,
    lines: Receiver<io::Result<Vec<u8>>>,
    errors: Receiver<Vec<u8>>,
}

impl Running {
    fn start(command: &mut Command) -> Result<Self, ScanTrouble> {
        let started = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = started.map_err(|error| match error.kind() {
            ErrorKind::NotFound => ScanTrouble::Missing,
            _ => ScanTrouble::failed(error),
        })?;
        let (Some(output), Some(errors)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(ScanTrouble::failed("its output is not there"));
        };
        Ok(Self {
            child,
            lines: lines_of(output),
            errors: beginning_of(errors),
        })
    }

    /// Its next line, without its end; none when it has said all.
    fn next_line(&mut self, each: &mut dyn FnMut(ByteCount) -> bool) -> Result<Option<Vec<u8>>, ScanTrouble> {
        loop {
            match self.lines.recv_timeout(PAUSE) {
                Ok(line) => return line.map(Some).map_err(ScanTrouble::failed),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) if each(ByteCount(0)) => {}
                Err(RecvTimeoutError::Timeout) => return Err(ScanTrouble::Stopped),
            }
        }
    }

    /// Waits for its end: 0 or 1. Anything else is told with what it complained about.
    fn finish(mut self, each: &mut dyn FnMut(ByteCount) -> bool) -> Result<i32, ScanTrouble> {
        let status = loop {
            match self.child.try_wait().map_err(ScanTrouble::failed)? {
                Some(status) => break status,
                // It has said all it had to say, and is about to end unless it hangs.
                None if each(ByteCount(0)) => std::thread::sleep(ENDING),
                None => return Err(ScanTrouble::Stopped),
            }
        };
        match status.code() {
            Some(code @ (0 | 1)) => Ok(code),
            _ => {
                let errors = self.errors.recv_timeout(PAUSE).unwrap_or_default();
                let text = String::from_utf8_lossy(&errors);
                let first = text.lines().find(|line| !line.trim().is_empty());
                Err(ScanTrouble::failed(
                    first.map_or_else(|| status.to_string(), str::to_owned),
                ))
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself: then both fail, or say what is known.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lines as they come, each bounded.
fn lines_of(output: impl Read + Send + 'static) -> Receiver<io::Result<Vec<u8>>> {
    let (tell, told) = mpsc::sync_channel(64);
    std::thread::spawn(move || {
        let mut output = BufReader::new(output);
        loop {
            let mut line = Vec::new();
            let read = (&mut output).take(LONGEST_LINE).read_until(b'\n', &mut line);
            let line = match read {
                Ok(0) => break,
                Ok(_) if line.ends_with(b"\n") => Ok(line[..line.len() - 1].to_vec()),
                Ok(count) if (count as u64) < LONGEST_LINE => Ok(line),
                Ok(_) => Err(io::Error::other("a line of it has no end")),
                Err(error) => Err(error),
            };
            let is_last = line.is_err();
            if tell.send(line).is_err() || is_last {
                break;
            }
        }
    });
    told
}

/// The beginning of what it complains about; the rest is read and dropped, or it would wait.
fn beginning_of(mut errors: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (tell, told) = mpsc::sync_channel(1);
    std::thread::spawn(move || {
        let mut beginning = Vec::new();
        let _ = (&mut errors).take(LONGEST_LINE).read_to_end(&mut beginning);
        let _ = io::copy(&mut errors, &mut io::sink());
        let _ = tell.send(beginning);
    });
    told
}

#[cfg(test)]
#[cfg(target_os = "linux")]
#[path = "scan_tests.rs"]
mod tests;
