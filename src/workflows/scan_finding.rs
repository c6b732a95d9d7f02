//! What a virus scan found, and why there is no finding: errors, never a pass.
//!
//! The scanner's version line is the one of ClamAV 1.4 (`ClamAV 1.4.3/27000/Fri Nov 21 09:31:02 2026`):
//! program, number and time of its signatures.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use thiserror::Error;

use crate::units::{ByteCount, Timestamp};

use super::{Refusal, WorkflowError};

/// The longest text of a scanner that is kept, in characters.
const LONGEST: usize = 200;

/// How far ahead of this machine's clock signatures may be dated: time zones, and clocks that differ.
const AHEAD: i64 = 24 * 60 * 60;

/// What the scanner calls a file that it did not look at to its end.
const EXCEEDED: &str = "Heuristics.Limits.Exceeded";

/// What a scan found: every file was looked at, and nothing was found in any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanFinding {
    /// The program with its version, as it says, at most 200 characters.
    pub engine: String,
    /// The number of its signatures as it says, or the name of the base that was given.
    pub signatures: String,
    /// When the signatures were made.
    pub signatures_at: Timestamp,
    /// How many files were scanned.
    pub files: u64,
    /// How many bytes they have.
    pub bytes: ByteCount,
}

/// A file in which something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Infection {
    /// The file.
    pub path: PathBuf,
    /// What was found, as the scanner calls it, untrusted, at most 200 characters.
    pub name: String,
    /// The path is one in a package that is being opened.
    pub inside: bool,
}

/// Why a scan is no pass.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ScanTrouble {
    /// There is no scanner.
    #[error("no virus scanner is there")]
    Missing,
    /// The scanner does not do what scanners do.
    #[error("the virus scanner failed: {reason}")]
    Failed {
        /// What it said, or what was missing.
        reason: String,
    },
    /// Its signatures are older than allowed.
    #[error("the signatures of the virus scanner are of {signatures_at}")]
    Stale {
        /// When they were made.
        signatures_at: Timestamp,
    },
    /// Something was found.
    #[error("a virus scanner found something in {} files", .found.len())]
    Infected {
        /// Where and what; at least one.
        found: Vec<Infection>,
    },
    /// A file could not be scanned.
    #[error("{} was not scanned: {reason}", .path.display())]
    FileError {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The scanner does not look at a file of this size, or not to its end.
    #[error("{} is too large for the virus scanner", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// Somebody asked to stop.
    #[error("the scan was stopped")]
    Stopped,
}

impl ScanTrouble {
    /// The stable code of this trouble.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "SCN-MISSING",
            Self::Failed { .. } => "SCN-FAILED",
            Self::Stale { .. } => "SCN-STALE",
            Self::Infected { .. } => "SCN-INFECTED",
            Self::FileError { .. } => "SCN-FILE",
            Self::TooLarge { .. } => "SCN-TOO-LARGE",
            Self::Stopped => "SCN-STOPPED",
        }
    }

    /// A failure of the scanner itself.
    pub(super) fn failed(reason: impl ToString) -> Self {
        Self::Failed {
            reason: bounded(&reason.to_string()),
        }
    }
}

impl From<ScanTrouble> for WorkflowError {
    /// A scan comes before anything is written. Each file in which something was found is a refusal of its own.
    fn from(trouble: ScanTrouble) -> Self {
        let refusals = match trouble {
            ScanTrouble::Infected { found } => found
                .into_iter()
                .map(|one| Refusal::Scan(ScanTrouble::Infected { found: vec![one] }))
                .collect(),
            ScanTrouble::Stopped => return Self::ScanStopped,
            trouble => vec![Refusal::Scan(trouble)],
        };
        Self::Refused(refusals)
    }
}

/// A scanner as it describes itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Engine {
    pub(super) name: String,
    /// Number and time of its signatures; none where it does not say.
    pub(super) signatures: Option<(String, Timestamp)>,
}

impl Engine {
    /// Reads a version line whose time was written `offset_minutes` east of UTC.
    pub(super) fn parse(line: &[u8], offset_minutes: i16) -> Result<Self, ScanTrouble> {
        let line = String::from_utf8_lossy(line);
        let mut parts = line.trim().splitn(3, '/');
        let name = parts.next().filter(|name| name.starts_with("ClamAV "));
        let name = name.ok_or_else(|| ScanTrouble::failed("it does not tell its version"))?;
        let signatures = match (parts.next(), parts.next()) {
            (Some(number), Some(time)) => parse_time(time, offset_minutes).map(|at| (bounded(number), at)),
            _ => None,
        };
        Ok(Self {
            name: bounded(name),
            signatures,
        })
    }

    /// Number and time of the signatures, if they are there and no older than `oldest`.
    pub(super) fn fresh(&self, oldest: Duration, now: Timestamp) -> Result<(String, Timestamp), ScanTrouble> {
        let untold = || ScanTrouble::failed("it does not tell how old its signatures are");
        let (number, at) = self.signatures.clone().ok_or_else(untold)?;
        let age = now.unix_seconds() - at.unix_seconds();
        if age < -AHEAD {
            return Err(ScanTrouble::failed(format!(
                "its signatures are of {at}, and the clock says {now}"
            )));
        }
        if u64::try_from(age).is_ok_and(|age| age > oldest.as_secs()) {
            return Err(ScanTrouble::Stale { signatures_at: at });
        }
        Ok((number, at))
    }
}

/// Reads the form of `ctime(3)`: `Fri Nov 21 09:31:02 2026`, a day below ten with a blank before it.
fn parse_time(text: &str, offset_minutes: i16) -> Option<Timestamp> {
    let words: Vec<&str> = text.split_whitespace().skip(1).collect();
    let civil = DateTime::strptime("%b %d %H:%M:%S %Y", words.join(" ")).ok()?;
    let offset = Offset::from_seconds(i32::from(offset_minutes) * 60).ok()?;
    let instant = civil.to_zoned(TimeZone::fixed(offset)).ok()?;
    Timestamp::new(instant.timestamp().as_second(), offset_minutes)
}

/// What a scanner says about one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Clean,
    /// Scanners say this of a file without bytes.
    Empty,
    Found(String),
    TooLarge,
    Other(String),
}

impl Answer {
    /// What stands behind the name of the file. What is not known to be good is not good.
    pub(super) fn parse(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        match (text.trim_end(), text.trim_end().strip_suffix(" FOUND")) {
            ("OK", _) => Self::Clean,
            ("Empty file", _) => Self::Empty,
            (_, Some(name)) if name.starts_with(EXCEEDED) => Self::TooLarge,
            (_, Some(name)) => Self::Found(bounded(name)),
            (other, _) if other.contains("size limit exceeded") => Self::TooLarge,
            (other, _) => Self::Other(bounded(other)),
        }
    }
}

/// What was answered so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    files: u64,
    bytes: u64,
    found: Vec<Infection>,
    trouble: Option<ScanTrouble>,
}

impl Tally {
    /// One file of `bytes` bytes with its answer.
    pub(super) fn note(&mut self, path: &Path, bytes: u64, answer: Answer) {
        let path = path.to_owned();
        match answer {
            Answer::Clean => self.count(bytes),
            Answer::Empty if bytes == 0 => self.count(bytes),
            Answer::Empty => self.trouble(ScanTrouble::FileError {
                path,
                reason: "the virus scanner saw no bytes in it".to_owned(),
            }),
            Answer::Found(name) => self.found.push(Infection {
                path,
                name,
                inside: false,
            }),
            Answer::TooLarge => self.trouble(ScanTrouble::TooLarge { path }),
            Answer::Other(reason) => self.trouble(ScanTrouble::FileError { path, reason }),
        }
    }

    const fn count(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// Keeps the first trouble.
    pub(super) fn trouble(&mut self, trouble: ScanTrouble) {
        self.trouble.get_or_insert(trouble);
    }

    /// The finding, if each of `expected` files was answered for and nothing was found.
    pub(super) fn finish(
        self,
        expected: usize,
        engine: String,
        (signatures, signatures_at): (String, Timestamp),
    ) -> Result<ScanFinding, ScanTrouble> {
        if !self.found.is_empty() {
            return Err(ScanTrouble::Infected { found: self.found });
        }
        if let Some(trouble) = self.trouble {
            return Err(trouble);
        }
        if self.files != expected as u64 {
            return Err(ScanTrouble::failed("it did not answer for every file"));
        }
        Ok(ScanFinding {
            engine,
            signatures,
            signatures_at,
            files: self.files,
            bytes: ByteCount(self.bytes),
        })
    }
}

/// Text of a scanner, cut.
pub(super) fn bounded(text: &str) -> String {
    text.trim().chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_version_line_tells_the_age_of_the_signatures() {
        let line = b"ClamAV 1.4.3/27000/Sat Nov  7 09:31:02 2026\n";
        let engine = Engine::parse(line, 540).unwrap();
        assert_eq!(engine.name, "ClamAV 1.4.3");
        let made = at("2026-11-07T09:31:02+09:00");
        assert_eq!(engine.signatures, Some(("27000".to_owned(), made)));
        let week = Duration::from_secs(7 * 86_400);
        let on = |now: &str| engine.fresh(week, at(now));
        assert_eq!(on("2026-11-14T09:31:02+09:00"), Ok(("27000".to_owned(), made)));
        assert_eq!(
            on("2026-11-14T09:31:03+09:00"),
            Err(ScanTrouble::Stale { signatures_at: made })
        );
        assert!(on("2026-11-06T09:31:02+09:00").is_ok());
        assert!(matches!(
            on("2026-11-06T09:31:01+09:00"),
            Err(ScanTrouble::Failed { .. })
        ));
    }

    #[test]
    fn a_version_without_signatures_is_not_fresh() {
        for line in [
            "ClamAV 1.4.6",
            "ClamAV 1.4.6/27000",
            "ClamAV 1.4.6/27000/",
            "ClamAV 1.4.6/27000/Fri Nov 31 09:31:02 2026",
            "ClamAV 1.4.6/27000/yesterday",
        ] {
            let engine = Engine::parse(line.as_bytes(), 0).unwrap();
            assert_eq!(engine.signatures, None, "{line}");
            let answer = engine.fresh(Duration::MAX, at("2026-11-14T09:31:02+09:00"));
            assert!(matches!(answer, Err(ScanTrouble::Failed { .. })), "{line}");
        }
        for line in ["", "clamav 1", "HTTP/1.1 400 Bad Request", "ClamAV"] {
            assert!(Engine::parse(line.as_bytes(), 0).is_err(), "{line}");
        }
    }

    #[test]
    fn what_is_not_known_to_be_good_is_not_good() {
        let parsed = |text: &str| Answer::parse(text.as_bytes());
        assert_eq!(parsed("OK"), Answer::Clean);
        assert_eq!(parsed("Eicar FOUND"), Answer::Found("Eicar".to_owned()));
        assert_eq!(
            parsed("Heuristics.Limits.Exceeded.MaxScanTime FOUND"),
            Answer::TooLarge
        );
        assert_eq!(parsed("INSTREAM size limit exceeded. ERROR"), Answer::TooLarge);
        for text in [
            "",
            "ok",
            "OK ERROR",
            " OK",
            "Symbolic link",
            "Excluded",
            "FOUND",
            "\u{fffd}",
        ] {
            assert!(matches!(parsed(text), Answer::Other(_)), "{text:?}");
        }
    }

    #[test]
    fn nothing_is_a_finding_before_every_file_was_answered_for() {
        let signatures = ("1".to_owned(), at("2026-11-07T09:31:02+09:00"));
        let finish = |tally: Tally| tally.finish(2, "E".to_owned(), signatures.clone());
        let mut tally = Tally::default();
        tally.note(Path::new("a"), 3, Answer::Clean);
        assert!(matches!(finish(tally), Err(ScanTrouble::Failed { .. })));

        let mut tally = Tally::default();
        tally.note(Path::new("a"), 3, Answer::Clean);
        tally.note(Path::new("b"), 0, Answer::Empty);
        let finding = finish(tally).unwrap();
        assert_eq!((finding.files, finding.bytes), (2, ByteCount(3)));

        let mut tally = Tally::default();
        tally.note(Path::new("a"), 3, Answer::Empty);
        tally.note(Path::new("b"), 3, Answer::Clean);
        assert_eq!(finish(tally).unwrap_err().code(), "SCN-FILE");

        let mut tally = Tally::default();
        tally.note(Path::new("a"), 3, Answer::TooLarge);
        tally.note(Path::new("b"), 3, Answer::Found("X".to_owned()));
        assert_eq!(finish(tally).unwrap_err().code(), "SCN-INFECTED");
    }
}
