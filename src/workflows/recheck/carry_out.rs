//! From record and drive to the answer: verify, compare identity, read, compare.

use crate::crypto;
use crate::devices::{self, DeviceError, DeviceFacts};
use crate::erasure::{self, PassPattern, Recheck, VerifyMode};
use crate::progress::StopSignal;
use crate::records::{ErasureRecord, Medium, Verified};
use crate::units::ByteCount;

use super::super::verification::VerifySubject;
use super::super::{Exit, Lent, Refusal, Verification, VerifyRequest, WorkflowError, verify_files};
use super::basis::Basis;
use super::identity::IdentityComparison;
use super::refusal::RecheckRefusal;
use super::request::{DriveCache, DriveFound, DriveRead, RecheckReport, RecheckRequest, RecheckResult};

/// Memory for requests in flight.
const MEMORY: ByteCount = ByteCount(32 << 20);

/// Holds a drive against a signed record. Nothing is written to it.
///
/// # Errors
/// A device that cannot be inspected, that may be written to meanwhile, or that cannot be opened; a record
/// that holds no whole pattern; faults.
pub fn recheck_device(request: &RecheckRequest, lent: &mut Lent<'_>) -> Result<RecheckReport, WorkflowError> {
    let (verify, fail_fast) = request.understand()?;
    let verification = verified(request, lent)?;
    let Some(record) = erasure_in(&verification)?.cloned() else {
        return Ok(RecheckReport {
            verification,
            drive: None,
        });
    };
    let basis = Basis::of(record.content()).map_err(Refusal::from)?;
    // Before the drive is looked at: from now on Ctrl-C ends the reading, not the program.
    let stop = lent.desk.stop();
    let facts = inspected(request)?;
    let identity = IdentityComparison::of(&record.content().medium, &facts);
    let mut drive = DriveFound {
        record,
        facts,
        identity,
        notes: Vec::new(),
        read: None,
    };
    if !drive.identity.is_other() {
        drive.notes = bystanders(&drive.facts)?;
        drive.read = Some(read(&drive, basis, (verify, fail_fast), &stop, lent)?);
    }
    Ok(RecheckReport {
        verification,
        drive: Some(drive),
    })
}

fn verified(request: &RecheckRequest, lent: &mut Lent<'_>) -> Result<Verification, WorkflowError> {
    let files = VerifyRequest {
        files: vec![request.record.clone()],
        evidence: request.evidence.clone(),
        pictures: false,
        template: request.template.clone(),
        annex: None,
    };
    let found = verify_files(&files, lent)?.into_iter().next();
    found.ok_or(WorkflowError::Internal { what: "verification" })
}

/// The one erasure record in a file; none where the file is false, unreadable, or by nobody whom a roster
/// here knows, so that nothing in it may be believed.
fn erasure_in(found: &Verification) -> Result<Option<&Verified<ErasureRecord>>, Refusal> {
    if matches!(found.exit(), Exit::False | Exit::Fault) {
        return Ok(None);
    }
    let all = || std::iter::once(found).chain(&found.parts);
    let mut records = all().filter_map(|part| match &part.subject {
        VerifySubject::Erasure(record) => Some(&**record),
        _ => None,
    });
    let path = || found.path.clone();
    match (records.next(), records.count()) {
        (Some(record), 0) => Ok(Some(record)),
        (Some(_), more) => Err(RecheckRefusal::SeveralRecords {
            path: path(),
            count: more as u64 + 1,
        }
        .into()),
        (None, _) if all().any(|part| part.subject == VerifySubject::Nothing) => Ok(None),
        (None, _) => Err(RecheckRefusal::NoErasureRecord { path: path() }.into()),
    }
}

fn inspected(request: &RecheckRequest) -> Result<DeviceFacts, WorkflowError> {
    let refused = |error| WorkflowError::from(about(&request.device, error));
    let facts = devices::inspect(&request.device, request.image).map_err(refused)?;
    match devices::no_whole_medium(&facts) {
        Some(error) => Err(refused(error)),
        None => Ok(facts),
    }
}

fn about(device: &std::path::Path, error: DeviceError) -> Refusal {
    Refusal::Device {
        device: device.to_owned(),
        error,
    }
}

/// Who else is at the drive; refused where that may change it meanwhile.
fn bystanders(facts: &DeviceFacts) -> Result<Vec<DeviceError>, WorkflowError> {
    let found = devices::bystanders(facts);
    if found.refusals.is_empty() {
        return Ok(found.notes);
    }
    let refusals = found.refusals.into_iter().map(|error| about(&facts.asked, error));
    Err(WorkflowError::Refused(refusals.collect()))
}

fn read(
    drive: &DriveFound,
    basis: Basis,
    (verify, fail_fast): (VerifyMode, bool),
    stop: &StopSignal,
    lent: &mut Lent<'_>,
) -> Result<DriveRead, WorkflowError> {
    let facts = &drive.facts;
    let source = devices::open_source(facts).map_err(|error| about(&facts.asked, error))?;
    let block = source.block_size();
    let distinctive = basis.patterns.last().is_some_and(PassPattern::shows_its_place);
    let excepted = basis.excepted_in(block);
    let check = Recheck {
        patterns: basis.patterns,
        size: basis.size,
        block,
        except: excepted.clone(),
        verify,
        fail_fast,
        watchdog: erasure::WATCHDOG,
        memory: MEMORY,
        sample_seed: crypto::random()?,
    };
    let mut observer = lent.desk.observer(facts);
    let clock = lent.clock;
    let outcome = erasure::recheck(check, source, observer.as_mut(), stop, &|| clock.now());
    drop(observer);
    lent.desk.engine_done();
    let mut read = DriveRead {
        distinctive,
        verify,
        excepted,
        conduct: outcome.conduct,
        read_back: outcome.read_back,
        ending: outcome.ending,
        drive_cache: DriveCache::Stands,
    };
    let medium = &drive.record.content().medium;
    read.drive_cache = drive_cache(medium, facts, read.result(drive.identity.is_named()));
    Ok(read)
}

/// A drive that was attached anew since was without power: what it holds now is no longer its cache's.
fn drive_cache(medium: &Medium, facts: &DeviceFacts, result: RecheckResult) -> DriveCache {
    if medium.virtual_kind.is_some() || facts.virtual_kind.is_some() {
        return DriveCache::NotApplicable;
    }
    match (medium.disk_sequence.measured(), facts.disk_sequence) {
        (Some(then), Some(now)) if *then != now && result == RecheckResult::Equal => DriveCache::Lifted,
        (Some(_), Some(_)) => DriveCache::Stands,
        _ => DriveCache::Unknown,
    }
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_about_the_cache_falls_only_for_an_equal_drive_that_was_attached_anew() {
        let mut medium = ErasureRecord::example().unwrap().medium;
        let then = *medium.disk_sequence.measured().unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(8192).unwrap();
        let mut facts = DeviceFacts {
            virtual_kind: None,
            disk_sequence: Some(then + 1),
            ..devices::inspect(file.path(), true).unwrap()
        };
        let equal = |medium: &Medium, facts: &DeviceFacts| drive_cache(medium, facts, RecheckResult::Equal);
        assert_eq!(equal(&medium, &facts), DriveCache::Lifted);
        for result in [
            RecheckResult::Different,
            RecheckResult::Cached,
            RecheckResult::Unreadable,
        ] {
            assert_eq!(drive_cache(&medium, &facts, result), DriveCache::Stands);
        }
        facts.disk_sequence = Some(then);
        assert_eq!(equal(&medium, &facts), DriveCache::Stands);
        facts.disk_sequence = None;
        assert_eq!(equal(&medium, &facts), DriveCache::Unknown);
        medium.virtual_kind = Some("loop".into());
        assert_eq!(equal(&medium, &facts), DriveCache::NotApplicable);
    }
}
