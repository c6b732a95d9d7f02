//! The protocol against a daemon of the tests' own, which keeps to it or does not.

use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::units::Timestamp;
use crate::workflows::{Infection, ScanFinding, ScanOrder, scan};

/// What the daemon does with a file that it is sent.
#[derive(Clone, Debug)]
enum Manner {
    /// Finds what is infected.
    Honest,
    /// Always says this.
    Says(&'static [u8]),
    /// Hangs up without a word.
    HangsUp,
    /// Takes everything and never answers.
    IsSilent,
    /// Takes this many bytes, says this and hangs up.
    TakesOnly(usize, &'static [u8]),
}

struct Daemon {
    folder: TempDir,
    socket: PathBuf,
}

const VERSION: &[u8] = b"ClamAV 1.4.3/27000/Fri Nov 20 09:31:02 2026\0";

impl Daemon {
    fn new(version: &'static [u8], manner: Manner) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("clamd.ctl");
        let listener = UnixListener::bind(&socket).unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, manner) = (stream.unwrap(), manner.clone());
                std::thread::spawn(move || serve(stream, version, &manner));
            }
        });
        Self { folder, socket }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn scan(&self, files: &[PathBuf]) -> Result<ScanFinding, ScanTrouble> {
        let order = ScanOrder {
            socket: Some(self.socket.clone()),
            patience: Duration::from_millis(500),
            ..ScanOrder::default()
        };
        scan(files, &order, now(), &mut |_| true)
    }
}

fn now() -> Timestamp {
    Timestamp::parse("2026-11-21T12:00:00+09:00").unwrap()
}

fn serve(mut stream: UnixStream, version: &[u8], manner: &Manner) {
    let mut command = Vec::new();
    let mut byte = [0];
    while stream.read(&mut byte).unwrap() == 1 && byte != [0] {
        command.push(byte[0]);
    }
    match (&command[..], manner) {
        (b"zVERSION", _) => stream.write_all(version).unwrap(),
        (b"zINSTREAM", Manner::Honest) => {
            let bytes = received(&mut stream, usize::MAX);
            let infected = bytes.windows(4).any(|window| window == b"EVIL");
            let reply: &[u8] = if infected {
                b"stream: Test.Evil FOUND\0"
            } else {
                b"stream: OK\0"
            };
            stream.write_all(reply).unwrap();
        }
        (b"zINSTREAM", Manner::Says(reply)) => {
            received(&mut stream, usize::MAX);
            stream.write_all(reply).unwrap();
        }
        (b"zINSTREAM", Manner::TakesOnly(bytes, reply)) => {
            received(&mut stream, *bytes);
            stream.write_all(reply).unwrap();
        }
        (b"zINSTREAM", Manner::IsSilent) => {
            received(&mut stream, usize::MAX);
            std::thread::sleep(Duration::from_secs(5));
        }
        _ => {}
    }
}

/// The chunks of a stream put together, until it ends or has at least `most` bytes.
fn received(stream: &mut UnixStream, most: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < most {
        let mut length = [0; 4];
        stream.read_exact(&mut length).unwrap();
        let length = u32::from_be_bytes(length) as usize;
        if length == 0 {
            break;
        }
        let start = bytes.len();
        bytes.resize(start + length, 0);
        stream.read_exact(&mut bytes[start..]).unwrap();
    }
    bytes
}

#[test]
fn every_file_is_sent_and_answered_for() {
    let daemon = Daemon::new(VERSION, Manner::Honest);
    let files = [
        daemon.file("empty", b""),
        daemon.file("a\nname", b"abc"),
        daemon.file("large", &vec![7; 3 * CHUNK + 1]),
    ];
    let finding = daemon.scan(&files).unwrap();
    assert_eq!(finding.engine, "ClamAV 1.4.3");
    assert_eq!(finding.signatures, "27000");
    assert_eq!(finding.signatures_at.to_string(), "2026-11-20T09:31:02+09:00");
    assert_eq!(
        (finding.files, finding.bytes),
        (3, ByteCount(3 * CHUNK as u64 + 4))
    );
}

#[test]
fn everything_that_was_found_is_told() {
    let daemon = Daemon::new(VERSION, Manner::Honest);
    let mut across = vec![7; CHUNK - 2];
    across.extend(b"EVIL");
    let files = [
        daemon.file("clean", b"abc"),
        daemon.file("evil", b"EVIL"),
        daemon.file("across", &across),
    ];
    let found = [&files[1], &files[2]].map(|path| Infection {
        path: path.clone(),
        name: "Test.Evil".to_owned(),
        inside: false,
    });
    assert_eq!(
        daemon.scan(&files),
        Err(ScanTrouble::Infected {
            found: found.to_vec()
        })
    );
}

#[test]
fn what_is_no_answer_is_no_pass() {
    let cases: [(Manner, &str); 13] = [
        (Manner::HangsUp, "SCN-FAILED"),
        (Manner::IsSilent, "SCN-FAILED"),
        (Manner::Says(b""), "SCN-FAILED"),
        (Manner::Says(b"stream: OK"), "SCN-FAILED"),
        (Manner::Says(b"OK\0"), "SCN-FAILED"),
        (Manner::Says(b"garbage\0"), "SCN-FAILED"),
        (Manner::Says(b"stream: OK ERROR\0"), "SCN-FILE"),
        (Manner::Says(b"stream: something\0"), "SCN-FILE"),
        (Manner::Says(b"Can't allocate memory ERROR\0"), "SCN-FILE"),
        (
            Manner::Says(b"INSTREAM size limit exceeded. ERROR\0"),
            "SCN-TOO-LARGE",
        ),
        (
            Manner::Says(b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0"),
            "SCN-TOO-LARGE",
        ),
        (
            Manner::TakesOnly(1, b"INSTREAM size limit exceeded. ERROR\0"),
            "SCN-TOO-LARGE",
        ),
        (Manner::TakesOnly(1, b"stream: OK\0"), "SCN-FAILED"),
    ];
    for (manner, expected) in cases {
        let daemon = Daemon::new(VERSION, manner.clone());
        let files = [daemon.file("file", &vec![7; 40 * CHUNK])];
        let code = daemon.scan(&files).map_err(|trouble| trouble.code());
        assert_eq!(code.err(), Some(expected), "{manner:?}");
    }
    let endless = Daemon::new(VERSION, Manner::Says(&[b'x'; 5000]));
    let files = [endless.file("file", b"abc")];
    assert_eq!(endless.scan(&files).unwrap_err().code(), "SCN-FAILED");
}

#[test]
fn a_daemon_that_is_old_or_says_nothing_of_its_age_is_not_asked_about_files() {
    let cases: [(&'static [u8], &str); 6] = [
        (b"ClamAV 1.4.3/26999/Fri Nov 13 09:31:02 2026\0", "SCN-STALE"),
        (b"ClamAV 1.4.3/27000/Mon Nov 23 09:31:02 2026\0", "SCN-FAILED"),
        (b"ClamAV 1.4.3\0", "SCN-FAILED"),
        (b"ClamAV 1.4.3/27000/Fri Nov 20 09:31:02 2026", "SCN-FAILED"),
        (b"SSH-2.0\r\n\0", "SCN-FAILED"),
        (b"", "SCN-FAILED"),
    ];
    for (version, expected) in cases {
        let daemon = Daemon::new(version, Manner::Honest);
        let files = [daemon.file("file", b"abc")];
        let mut sent = 0;
        let order = ScanOrder {
            socket: Some(daemon.socket.clone()),
            patience: Duration::from_millis(500),
            ..ScanOrder::default()
        };
        let mut count = |bytes: ByteCount| {
            sent += bytes.0;
            true
        };
        let code = scan(&files, &order, now(), &mut count).unwrap_err().code();
        assert_eq!((code, sent), (expected, 0), "{version:?}");
    }
}

#[test]
fn what_cannot_be_read_is_told_and_infections_go_before_it() {
    let daemon = Daemon::new(VERSION, Manner::Honest);
    let folder = daemon.folder.path().to_owned();
    for missing in [folder.join("none"), folder.clone()] {
        let files = [missing.clone(), daemon.file("clean", b"abc")];
        let trouble = daemon.scan(&files).unwrap_err();
        assert!(matches!(&trouble, ScanTrouble::FileError { path, .. } if *path == missing));
        let files = [missing, daemon.file("evil", b"EVIL")];
        assert_eq!(daemon.scan(&files).unwrap_err().code(), "SCN-INFECTED");
    }
}

#[test]
fn a_scan_is_stopped_between_chunks_and_a_missing_daemon_is_missing() {
    let daemon = Daemon::new(VERSION, Manner::Honest);
    let files = [daemon.file("file", &vec![7; 10 * CHUNK])];
    let order = ScanOrder {
        socket: Some(daemon.socket.clone()),
        ..ScanOrder::default()
    };
    let mut asked = 0;
    let stopped = scan(&files, &order, now(), &mut |_| {
        asked += 1;
        asked < 3
    });
    assert_eq!((stopped, asked), (Err(ScanTrouble::Stopped), 3));

    let order = ScanOrder {
        socket: Some(daemon.folder.path().join("none")),
        ..ScanOrder::default()
    };
    assert_eq!(
        scan(&files, &order, now(), &mut |_| true),
        Err(ScanTrouble::Missing)
    );
}
