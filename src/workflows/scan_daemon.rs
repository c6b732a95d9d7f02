//! A virus scanner that runs already: the protocol of ClamAV's daemon (clamd 1.4, `VERSION` and `INSTREAM`)
//! on its local socket.
//!
//! The bytes are sent, so the daemon needs no right to read the files. One connection for each file. The
//! daemon's own limits are not visible here: one that takes streams longer than it scans (`StreamMaxLength`
//! above `MaxFileSize`) says OK without having looked, unless it is set to tell (`AlertExceedsMax`).

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::time::Duration;

use crate::devices;
use crate::units::ByteCount;

use super::scan_finding::{Answer, ScanTrouble, Tally};

/// How much is sent at once; the daemon takes any length.
const CHUNK: usize = 1 << 17;

/// The longest reply that is read, in bytes.
const LONGEST_REPLY: u64 = 4096;

/// What the daemon at `socket` says its version is.
pub(super) fn version(socket: &Path, patience: Duration) -> Result<Vec<u8>, ScanTrouble> {
    let connected = devices::connect_local(socket, patience);
    let mut stream = connected.map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::ConnectionRefused => ScanTrouble::Missing,
        _ => ScanTrouble::failed(error),
    })?;
    let asked = stream.write_all(b"zVERSION\0");
    asked.map_err(ScanTrouble::failed)?;
    reply(&mut stream).map_err(ScanTrouble::failed)
}

/// Sends every file to the daemon at `socket`. `each` is told how many bytes more were sent.
pub(super) fn scan(
    files: &[impl AsRef<Path>],
    socket: &Path,
    patience: Duration,
    each: &mut dyn FnMut(ByteCount) -> bool,
) -> Result<Tally, ScanTrouble> {
    let mut tally = Tally::default();
    for path in files {
        let path = path.as_ref();
        let unread = |error: io::Error| ScanTrouble::FileError {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let mut file = match open(path) {
            Ok(file) => file,
            Err(error) => {
                tally.trouble(unread(error));
                continue;
            }
        };
        let mut stream = devices::connect_local(socket, patience).map_err(ScanTrouble::failed)?;
        match send(&mut file, &mut stream, each) {
            Sent::Whole(bytes) => tally.note(path, bytes, answer(&mut stream)?),
            Sent::Refused(error) => tally.note(path, 0, refusal(&mut stream, &error)?),
            Sent::Unread(error) => tally.trouble(unread(error)),
            Sent::Stopped => return Err(ScanTrouble::Stopped),
        }
    }
    Ok(tally)
}

fn open(path: &Path) -> io::Result<File> {
    // A pipe would wait for somebody to write.
    if !fs::metadata(path)?.is_file() {
        return Err(ErrorKind::InvalidInput.into());
    }
    File::open(path)
}

/// How far a file was sent.
enum Sent {
    /// Whole, so many bytes.
    Whole(u64),
    /// The daemon takes no more; it may have said why.
    Refused(io::Error),
    /// The file cannot be read.
    Unread(io::Error),
    /// Somebody asked to stop.
    Stopped,
}

fn send(file: &mut impl Read, stream: &mut impl Write, each: &mut dyn FnMut(ByteCount) -> bool) -> Sent {
    if let Err(error) = stream.write_all(b"zINSTREAM\0") {
        return Sent::Refused(error);
    }
    let mut sent = 0;
    let mut chunk = vec![0; 4 + CHUNK];
    loop {
        let count = match file.read(&mut chunk[4..]) {
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Sent::Unread(error),
        };
        // A chunk of no bytes ends the stream, as the end of the file does.
        chunk[..4].copy_from_slice(&(count as u32).to_be_bytes());
        if let Err(error) = stream.write_all(&chunk[..4 + count]) {
            return Sent::Refused(error);
        }
        if count == 0 {
            return Sent::Whole(sent);
        }
        sent += count as u64;
        if !each(ByteCount(count as u64)) {
            return Sent::Stopped;
        }
    }
}

/// The daemon's answer about the file that it was sent.
fn answer(stream: &mut impl Read) -> Result<Answer, ScanTrouble> {
    let reply = reply(stream).map_err(ScanTrouble::failed)?;
    let about = reply.strip_prefix(b"stream: ");
    match (about.map(Answer::parse), Answer::parse(&reply)) {
        (Some(answer), _) => Ok(answer),
        // Without the file's name before them, errors alone are answers.
        (None, Answer::TooLarge) => Ok(Answer::TooLarge),
        (None, Answer::Other(text)) if text.ends_with(" ERROR") => Ok(Answer::Other(text)),
        (None, _) => Err(ScanTrouble::failed(
            "its reply is none of those that scanners give",
        )),
    }
}

/// What the daemon says after it stopped taking the file; never that the file is clean.
fn refusal(stream: &mut impl Read, error: &io::Error) -> Result<Answer, ScanTrouble> {
    match answer(stream) {
        Ok(Answer::Clean | Answer::Empty) | Err(_) => Err(ScanTrouble::failed(error)),
        Ok(answer) => Ok(answer),
    }
}

/// One reply, to the NUL that ends it.
fn reply(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut reply = Vec::new();
    let mut bytes = io::BufReader::new(stream.take(LONGEST_REPLY));
    io::BufRead::read_until(&mut bytes, 0, &mut reply)?;
    match reply.pop() {
        Some(0) => Ok(reply),
        _ => Err(ErrorKind::UnexpectedEof.into()),
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
#[path = "scan_daemon_tests.rs"]
mod tests;
