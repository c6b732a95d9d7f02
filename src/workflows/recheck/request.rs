//! What is asked of a recheck, and what comes back.

use std::path::PathBuf;

use crate::devices::ReadPath;
use crate::devices::{DeviceError, DeviceFacts};
use crate::erasure::{Conduct, Ending, ReadBack, VerifyMode};
use crate::records::{ErasureRecord, Verified};
use crate::units::ByteRange;

use super::super::{Exit, UsageFault, Verification, WorkflowError};
use super::identity::IdentityComparison;

/// `keshiin recheck` as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecheckRequest {
    /// The record, or a PDF with one record attached.
    pub record: PathBuf,
    /// Node or image file.
    pub device: PathBuf,
    /// The device is an image file.
    pub image: bool,
    /// How many percent are read; everything without it.
    pub sample: Option<String>,
    /// `locate`, or `stop` at the first difference.
    pub on_difference: String,
    /// Ledger exports under a checkpoint by somebody else, for the record.
    pub evidence: Vec<PathBuf>,
    /// The office's own template that a printed PDF is compared with.
    pub template: Option<PathBuf>,
}

impl RecheckRequest {
    /// What is read, and whether reading ends at the first difference; every mistake at once.
    pub(super) fn understand(&self) -> Result<(VerifyMode, bool), WorkflowError> {
        let mut faults = Vec::new();
        let sample = self
            .sample
            .as_deref()
            .map(|percent| VerifyMode::parse(&format!("sample:{percent}")));
        let mode = sample.unwrap_or(Ok(VerifyMode::Full));
        let mode = mode.map_err(|error| faults.push(UsageFault::from(error))).ok();
        let stops = match self.on_difference.as_str() {
            "locate" => false,
            "stop" => true,
            other => {
                faults.push(UsageFault::Value {
                    option: "--on-difference",
                    value: other.to_owned(),
                });
                false
            }
        };
        match mode {
            Some(mode) if faults.is_empty() => Ok((mode, stops)),
            _ => Err(WorkflowError::Usage(faults)),
        }
    }
}

/// What a recheck came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecheckReport {
    /// The record's file, looked at as `verify` does.
    pub verification: Verification,
    /// What was found at the drive; none where the record is false or cannot be confirmed at all, so that no
    /// device was opened.
    pub drive: Option<DriveFound>,
}

/// A drive held against a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriveFound {
    /// The record.
    pub record: Verified<ErasureRecord>,
    /// The drive.
    pub facts: DeviceFacts,
    /// Whether it is the drive of the record.
    pub identity: IdentityComparison,
    /// Who else was at the drive while it was read.
    pub notes: Vec<DeviceError>,
    /// What was read; none where it is another drive.
    pub read: Option<DriveRead>,
}

/// What was read from a drive and compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriveRead {
    /// Whether what the drive should hold tells places and drives apart.
    pub distinctive: bool,
    /// What was asked to be read.
    pub verify: VerifyMode,
    /// Places that the record excepts: they were not read.
    pub excepted: Vec<ByteRange>,
    /// How reading was carried out.
    pub conduct: Conduct,
    /// What reading found; none where it was not reached.
    pub read_back: Option<ReadBack>,
    /// How it ended.
    pub ending: Ending,
    /// What becomes of the record's limit about the drive's own cache.
    pub drive_cache: DriveCache,
}

/// What becomes of the limit that a drive's own cache may have answered when the record was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriveCache {
    /// The drive was attached anew since, and holds the pattern: it does not come from a cache.
    Lifted,
    /// It is attached as it was, or the pattern was not found.
    Stands,
    /// The system says nothing about when it was attached: the limit stands.
    Unknown,
    /// A virtual device has no cache of its own.
    NotApplicable,
}

impl DriveCache {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lifted => "lifted",
            Self::Stands => "stands",
            Self::Unknown => "unknown",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// What reading says about the drive, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecheckResult {
    /// It is not the drive of the record; nothing was read.
    OtherDevice,
    /// It holds other bytes than the record says.
    Different,
    /// Reading did not come to its end: the device went away, stalled, or the system refused.
    Failed,
    /// The operator stopped it.
    Stopped,
    /// Places could not be read; all that was read is as the record says.
    Unreadable,
    /// All is as the record says, but the bytes may have come from a cache.
    Cached,
    /// All is as the record says, but neither identity nor pattern tells this drive from others.
    NotNamed,
    /// It holds what the record says.
    Equal,
}

impl RecheckResult {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OtherDevice => "other-device",
            Self::Different => "different",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
            Self::Unreadable => "unreadable",
            Self::Cached => "cached",
            Self::NotNamed => "not-named",
            Self::Equal => "equal",
        }
    }

    /// The exit code of this result alone.
    #[must_use]
    pub const fn exit(self) -> Exit {
        match self {
            Self::OtherDevice | Self::Different => Exit::False,
            Self::Failed => Exit::Fault,
            Self::Stopped => Exit::Interrupted,
            Self::Unreadable => Exit::Exceptions,
            Self::Cached | Self::NotNamed => Exit::NotEnough,
            Self::Equal => Exit::Done,
        }
    }
}

impl DriveRead {
    /// What reading says; `named`: the drive's identity tells it from all others.
    #[must_use]
    pub fn result(&self, named: bool) -> RecheckResult {
        let read = self.read_back.as_ref();
        if read.is_some_and(|read| !read.mismatches.is_empty()) {
            // Whatever came after: this is not what was written.
            return RecheckResult::Different;
        }
        match (&self.ending, read) {
            (Ending::Stopped, _) => RecheckResult::Stopped,
            (Ending::GaveUp, Some(_)) => RecheckResult::Unreadable,
            (Ending::Completed, Some(read)) => self.result_of(read, named),
            _ => RecheckResult::Failed,
        }
    }

    fn result_of(&self, read: &ReadBack, named: bool) -> RecheckResult {
        if read.unreadable.count > 0 {
            RecheckResult::Unreadable
        } else if read.compared != read.planned || read.planned.0 == 0 {
            RecheckResult::Failed
        } else if matches!(read.path, ReadPath::Cached { .. }) {
            RecheckResult::Cached
        } else if !named && !self.distinctive {
            // Any drive that was overwritten with the same constant would look like this one.
            RecheckResult::NotNamed
        } else {
            RecheckResult::Equal
        }
    }
}

impl DriveFound {
    /// What came of it.
    #[must_use]
    pub fn result(&self) -> RecheckResult {
        match &self.read {
            None => RecheckResult::OtherDevice,
            Some(read) => read.result(self.identity.is_named()),
        }
    }
}

impl RecheckReport {
    /// What reading says; none where no device was opened.
    #[must_use]
    pub fn result(&self) -> Option<RecheckResult> {
        self.drive.as_ref().map(DriveFound::result)
    }

    /// The worse of what the record and what the drive is worth.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let read = self.result().map(RecheckResult::exit);
        Exit::worst(std::iter::once(self.verification.exit()).chain(read))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::IoPath;
    use crate::erasure::{Displaced, RangeList};
    use crate::units::{ByteCount, Timestamp};

    fn read_back() -> ReadBack {
        let now = Timestamp::new(0, 0).unwrap();
        ReadBack {
            pass: 1,
            path: ReadPath::Direct,
            planned: ByteCount(4096),
            compared: ByteCount(4096),
            mismatches: RangeList::default(),
            unreadable: RangeList::default(),
            started: now,
            ended: now,
            sample: None,
            displaced: Displaced::default(),
        }
    }

    fn read(distinctive: bool, ending: Ending, vary: impl FnOnce(&mut ReadBack)) -> DriveRead {
        let mut found = read_back();
        vary(&mut found);
        DriveRead {
            distinctive,
            verify: VerifyMode::Full,
            excepted: Vec::new(),
            conduct: Conduct {
                path: IoPath::Direct,
                queue: None,
                rate_limit: None,
                background: false,
                stalled_after: 120,
                give_up_after: 1800,
                fail_fast: false,
            },
            read_back: Some(found),
            ending,
            drive_cache: DriveCache::Stands,
        }
    }

    fn some() -> RangeList {
        RangeList {
            ranges: vec![ByteRange::new(512, 512)],
            count: 1,
            bytes: ByteCount(3),
        }
    }

    #[test]
    fn the_gravest_finding_decides() {
        let result = |ending, vary: fn(&mut ReadBack)| read(true, ending, vary).result(true);
        let cached = |found: &mut ReadBack| found.path = ReadPath::Cached { reason: "r".into() };
        assert_eq!(result(Ending::Completed, |_| {}), RecheckResult::Equal);
        assert_eq!(result(Ending::Completed, cached), RecheckResult::Cached);
        assert_eq!(
            result(Ending::Completed, |found| found.unreadable = some()),
            RecheckResult::Unreadable
        );
        assert_eq!(result(Ending::GaveUp, |_| {}), RecheckResult::Unreadable);
        assert_eq!(
            result(Ending::Stopped, |found| found.unreadable = some()),
            RecheckResult::Stopped
        );
        for ending in [
            Ending::Vanished,
            Ending::Stalled { seconds: 120 },
            Ending::FirstDifference,
        ] {
            assert_eq!(
                result(ending.clone(), |_| {}),
                RecheckResult::Failed,
                "{ending:?}"
            );
            assert_eq!(
                result(ending, |found| found.mismatches = some()),
                RecheckResult::Different
            );
        }
        // nothing, or less than all, was compared: that is no proof
        assert_eq!(
            result(Ending::Completed, |found| found.compared.0 -= 1),
            RecheckResult::Failed
        );
        let nothing = |found: &mut ReadBack| (found.compared, found.planned) = (ByteCount(0), ByteCount(0));
        assert_eq!(result(Ending::Completed, nothing), RecheckResult::Failed);
        let mut none = read(true, Ending::Completed, |_| {});
        none.read_back = None;
        assert_eq!(none.result(true), RecheckResult::Failed);
    }

    #[test]
    fn a_constant_pattern_on_a_drive_without_a_name_proves_too_little() {
        let constant = read(false, Ending::Completed, |_| {});
        assert_eq!(constant.result(true), RecheckResult::Equal);
        assert_eq!(constant.result(false), RecheckResult::NotNamed);
        assert_eq!(constant.result(false).exit(), Exit::NotEnough);
        let seeded = read(true, Ending::Completed, |_| {});
        assert_eq!(seeded.result(false), RecheckResult::Equal);
    }

    #[test]
    fn words_that_are_none_are_told_together() {
        let request = |sample: Option<&str>, on_difference: &str| RecheckRequest {
            record: "r.json".into(),
            device: "/dev/x".into(),
            image: false,
            sample: sample.map(str::to_owned),
            on_difference: on_difference.to_owned(),
            evidence: Vec::new(),
            template: None,
        };
        assert_eq!(
            request(None, "locate").understand(),
            Ok((VerifyMode::Full, false))
        );
        assert_eq!(
            request(Some("10"), "stop").understand(),
            Ok((VerifyMode::Sample { percent: 10 }, true))
        );
        let Err(WorkflowError::Usage(faults)) = request(Some("100"), "go on").understand() else {
            panic!("two mistakes")
        };
        let codes: Vec<_> = faults.iter().map(UsageFault::code).collect();
        assert_eq!(codes, ["ERA-SAMPLE-PERCENT", "JOB-VALUE"]);
    }
}
