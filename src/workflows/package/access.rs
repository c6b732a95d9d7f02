//! From a path and a key to an open package, in the order of `docs/spec/package.md` §8.

use std::collections::HashMap;
use std::fs::File;
use std::path::PathBuf;

use crate::crypto::{CryptoError, Passphrase};
use crate::progress::{Silent, StopSignal};
use crate::records::{Identity, RosterStanding};
use crate::sealing::{self, Difference, Examined, Key, Package, SealingError, Stanza};
use crate::units::ByteCount;

use super::super::people::{self, Unlocked};
use super::super::{Exit, Lent, Refusal, WorkflowError};
use super::judge::{Demand, Judged, judge};
use super::request::{KeyChoice, PackageAccess};
use super::source::{Located, PackageFiles, volume_name};
use super::{PackageRefusal, VolumeFinding, VolumeState};

/// What opens a package, unlocked.
pub(super) enum Opener {
    Key(Box<Unlocked>),
    Passphrase(Passphrase),
}

/// A package that was found and judged; no key was asked for.
pub(super) struct Found {
    pub(super) located: Located,
    pub(super) judged: Judged,
    pub(super) files: PackageFiles,
    /// Its volumes and the lengths that the record gives them.
    pub(super) volumes: Vec<(PathBuf, Option<u64>)>,
    package: PathBuf,
    pub(super) standing: RosterStanding,
}

/// Finds a package and judges its record.
pub(super) fn find(access: &PackageAccess, remains: bool, lent: &Lent<'_>) -> Result<Found, WorkflowError> {
    let foreign = || WorkflowError::Package {
        path: access.package.clone(),
        error: SealingError::NotAPackage,
    };
    let located = Located::of(&access.package).ok_or_else(foreign)?;
    let standing = people::usable_roster(lent)?;
    if let Some(roster) = standing.pinned() {
        // An official may look from a folder in which nothing can be written.
        let _ = lent.home.remember(roster, lent.owner);
    }
    let demand = Demand {
        unsigned: access.unsigned,
        remains,
    };
    let judged = judge(&located, demand, &standing, lent)?;
    let volumes = match &judged.record {
        Some(record) => located.volumes_of(record.content()),
        None => located.volumes(),
    };
    if let (Some(record), Some(named)) = (&judged.record, volume_name(&access.package))
        && !record
            .content()
            .package
            .volumes
            .iter()
            .any(|volume| volume.name == named)
    {
        // The record beside it is another package's.
        return Err(WorkflowError::NotBelieved {
            path: located.record(),
            checks: judged.checks,
            volumes: vec![VolumeFinding {
                name: named,
                state: VolumeState::Changed,
            }],
            exit: Exit::False,
        });
    }
    let missing = |path: std::path::PathBuf| PackageRefusal::Volume {
        name: path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
    };
    if volumes.is_empty() {
        return Err(Refusal::Package(missing(access.package.clone())).into());
    }
    if !remains {
        let gone = volumes.iter().filter(|(path, _)| !path.exists());
        let gone: Vec<Refusal> = gone.map(|(path, _)| missing(path.clone()).into()).collect();
        if !gone.is_empty() {
            return Err(WorkflowError::Refused(gone));
        }
    }
    let failed = |error: std::io::Error| WorkflowError::File {
        path: access.package.clone(),
        reason: error.to_string(),
    };
    let files = PackageFiles::open(&volumes).map_err(failed)?;
    Ok(Found {
        located,
        judged,
        files,
        volumes,
        package: access.package.clone(),
        standing,
    })
}

impl Found {
    /// Asks for what opens the package, once it is known that it can.
    pub(super) fn unlock(
        &self,
        access: &PackageAccess,
        lent: &mut Lent<'_>,
    ) -> Result<Opener, WorkflowError> {
        let failed = |error| WorkflowError::Package {
            path: access.package.clone(),
            error,
        };
        let examined = Examined::read(&self.files).map_err(failed)?;
        let stanzas = examined.header().stanzas();
        match &access.key {
            KeyChoice::Key(path) => {
                let key = people::read_key(path)?;
                fits(stanzas, key.public()).map_err(failed)?;
                people::unlock(&key, path, lent).map(|unlocked| Opener::Key(Box::new(unlocked)))
            }
            KeyChoice::Passphrase => {
                if !matches!(stanzas, [Stanza::Passphrase(_)]) {
                    return Err(failed(SealingError::OtherKeyWanted { wanted: "key-file" }));
                }
                let entered = lent.desk.package_passphrase(&self.located.stem)?;
                let read = Passphrase::of_package(entered.text.text());
                read.map(Opener::Passphrase)
                    .map_err(|error: CryptoError| WorkflowError::Crypto(error))
            }
        }
    }

    /// The file name of a volume.
    pub(super) fn volume_name(&self, place: usize) -> String {
        let name = self.volumes.get(place).and_then(|(path, _)| path.file_name());
        name.unwrap_or_default().to_string_lossy().into_owned()
    }

    /// A fault of the package; damage is told of the volume that has it.
    pub(super) fn fault(&self, error: SealingError) -> WorkflowError {
        let place = match &error {
            SealingError::Segment { range, .. } => {
                let holding = self.files.holding(range.start.0, range.length.0);
                Blame::new(self).of(holding).first().copied()
            }
            SealingError::Source { at, .. } => self.files.holding(at.0, 1).first().copied(),
            _ => None,
        };
        let error = match error {
            // A volume that is not there is no fault of the system: the package ends before it.
            SealingError::Source { at, .. } if place.is_some_and(|place| self.files.is_missing(place)) => {
                SealingError::Truncated {
                    length: ByteCount(at.0),
                }
            }
            error => error,
        };
        let volume = place.and_then(|place| self.volumes.get(place).map(|(path, _)| path.clone()));
        WorkflowError::Package {
            path: volume.unwrap_or_else(|| self.package.clone()),
            error,
        }
    }

    /// Opens it, and holds what it says against the record.
    pub(super) fn open<'a>(&'a self, opener: &Opener, remains: bool) -> Result<Package<'a>, WorkflowError> {
        let failed = |error| self.fault(error);
        let examined = Examined::read(&self.files).map_err(failed)?;
        let key = match opener {
            Opener::Key(unlocked) => Key::Recipient(
                unlocked.identity.public().fingerprint(),
                unlocked.identity.recipient(),
            ),
            Opener::Passphrase(passphrase) => Key::Passphrase(passphrase),
        };
        let opened = if remains {
            examined.unlock_remains(&key)
        } else {
            examined.unlock(&key)
        };
        let package = opened.map_err(failed)?;
        self.compare(&package).map_err(failed)?;
        Ok(package)
    }

    /// The record belongs to this package, and its signer is who sealed.
    fn compare(&self, package: &Package<'_>) -> Result<(), SealingError> {
        let Some(record) = &self.judged.record else {
            return Ok(());
        };
        let (said, manifest) = (&record.content().package, package.manifest());
        let differs = |what| Err(SealingError::OtherThanRecord { what });
        let signer = record.content().signers.first().map(|signer| signer.fingerprint);
        if said.id.bytes() != package.header().package().bytes() {
            return differs(Difference::Package);
        }
        if said.manifest != manifest.digest {
            return differs(Difference::Content);
        }
        // Who delivers a package anew signs for it, and names the delivery that it was made from.
        if said.previous.is_none() && signer != Some(manifest.head.sender) {
            return differs(Difference::Sender);
        }
        if said.files != manifest.files() || said.bytes.0 != manifest.bytes() {
            return differs(Difference::Content);
        }
        Ok(())
    }
}

/// Finds the volumes that damage comes from, where a segment reaches over two.
pub(super) struct Blame<'a> {
    found: &'a Found,
    known: HashMap<usize, bool>,
}

impl<'a> Blame<'a> {
    pub(super) fn new(found: &'a Found) -> Self {
        let known = HashMap::new();
        Self { found, known }
    }

    /// Of volumes at these places those that are missing, else those whose bytes are not the record's; all where that
    /// tells nothing.
    pub(super) fn of(&mut self, mut places: Vec<usize>) -> Vec<usize> {
        places.sort_unstable();
        places.dedup();
        let missing = |place: &usize| self.found.files.is_missing(*place);
        if places.iter().any(missing) {
            places.retain(missing);
            return places;
        }
        if places.len() < 2 {
            return places;
        }
        let changed: Vec<usize> = places
            .iter()
            .copied()
            .filter(|place| self.is_changed(*place))
            .collect();
        if changed.is_empty() { places } else { changed }
    }

    fn is_changed(&mut self, place: usize) -> bool {
        let found = self.found;
        *self.known.entry(place).or_insert_with(|| {
            let record = found.judged.record.as_ref();
            let volume = record.and_then(|record| record.content().package.volumes.get(place));
            let (Some(volume), Some((path, _))) = (volume, found.volumes.get(place)) else {
                return false;
            };
            let digests = File::open(path)
                .map(|mut file| sealing::digest_volume(&mut file, 0, &mut Silent, &StopSignal::default()));
            !matches!(digests, Ok(Ok(digests)) if digests.blake3 == volume.blake3)
        })
    }
}

/// Whether a key can open a package, before its passphrase is asked for.
fn fits(stanzas: &[Stanza], person: &Identity) -> Result<(), SealingError> {
    let own = person.fingerprint();
    let is_own = |stanza: &Stanza| matches!(stanza, Stanza::Recipient(stanza) if stanza.recipient() == own);
    if stanzas.iter().any(is_own) {
        Ok(())
    } else if matches!(stanzas, [Stanza::Passphrase(_)]) {
        Err(SealingError::OtherKeyWanted { wanted: "passphrase" })
    } else {
        Err(SealingError::NotForThisKey)
    }
}
