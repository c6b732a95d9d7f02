//! The volumes beside a delivery record: whether they are the ones that it names, without any key.

use std::fs;
use std::path::Path;

use crate::progress::{Observer, StopSignal};
use crate::records::{DeliveryRecord, Volume};
use crate::sealing::{SealingError, digest_volume};
use crate::units::ByteCount;

/// One volume, looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeFinding {
    /// Its file name.
    pub name: String,
    /// What was found.
    pub state: VolumeState,
}

/// What a volume turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VolumeState {
    /// Its digest is the one of the record.
    Right,
    /// It is there and has its length; its digest was not taken.
    Present,
    /// It is not there.
    Missing,
    /// It has another length.
    OtherLength {
        /// The record's.
        expected: ByteCount,
        /// What it has.
        found: ByteCount,
    },
    /// It has another digest: damaged, or of another delivery.
    Changed,
    /// It cannot be read.
    Unreadable {
        /// What the system says.
        reason: String,
    },
}

impl VolumeState {
    /// Whether nothing speaks against the volume.
    #[must_use]
    pub const fn is_right(&self) -> bool {
        matches!(self, Self::Right | Self::Present)
    }
}

/// Presence and lengths of all volumes of a record whose files lie in `folder`.
pub(in crate::workflows) fn check_presence(record: &DeliveryRecord, folder: &Path) -> Vec<VolumeFinding> {
    let finding = |volume: &Volume| VolumeFinding {
        name: volume.name.clone(),
        state: presence(volume, &folder.join(&volume.name)),
    };
    record.package.volumes.iter().map(finding).collect()
}

/// As [`check_presence`], and the digests: SHA-256 where the record has it, otherwise BLAKE3.
pub(in crate::workflows) fn check_volumes(
    record: &DeliveryRecord,
    folder: &Path,
    observer: &mut dyn Observer,
    stop: &StopSignal,
) -> Result<Vec<VolumeFinding>, SealingError> {
    let mut findings = check_presence(record, folder);
    let mut before = 0;
    for (finding, volume) in findings.iter_mut().zip(&record.package.volumes) {
        if finding.state == VolumeState::Present {
            finding.state = digests(volume, &folder.join(&volume.name), before, observer, stop)?;
            before += volume.size.0;
        }
    }
    Ok(findings)
}

fn presence(volume: &Volume, path: &Path) -> VolumeState {
    match fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => VolumeState::Missing,
        Ok(found) if found.len() == volume.size.0 => VolumeState::Present,
        Ok(found) => VolumeState::OtherLength {
            expected: volume.size,
            found: ByteCount(found.len()),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => VolumeState::Missing,
        Err(error) => VolumeState::Unreadable {
            reason: error.to_string(),
        },
    }
}

fn digests(
    volume: &Volume,
    path: &Path,
    before: u64,
    observer: &mut dyn Observer,
    stop: &StopSignal,
) -> Result<VolumeState, SealingError> {
    let unreadable = |reason: String| Ok(VolumeState::Unreadable { reason });
    let mut file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) => return unreadable(error.to_string()),
    };
    let found = match digest_volume(&mut file, before, observer, stop) {
        Ok(found) => found,
        Err(SealingError::Source { reason, .. }) => return unreadable(reason),
        Err(error) => return Err(error),
    };
    let same = found.size == volume.size
        && found.blake3 == volume.blake3
        && volume.sha256.is_none_or(|sha256| sha256 == found.sha256);
    Ok(if same {
        VolumeState::Right
    } else {
        VolumeState::Changed
    })
}
