//! From a path and a key to an open package, in the order of `docs/spec/package.md` §8.

use std::path::PathBuf;

use crate::crypto::{CryptoError, Passphrase};
use crate::records::{Identity, RosterStanding};
use crate::sealing::{Examined, Key, Package, SealingError, Stanza};

use super::super::people::{self, Unlocked};
use super::super::{Lent, Refusal, WorkflowError};
use super::PackageRefusal;
use super::judge::{Demand, Judged, judge};
use super::request::{KeyChoice, PackageAccess};
use super::source::{Located, PackageFiles};

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

    /// A fault of the package; damage is told of the volume that has it.
    pub(super) fn fault(&self, error: SealingError) -> WorkflowError {
        let place = match &error {
            SealingError::Segment { range, .. } => {
                self.files.holding(range.start.0, range.length.0).first().copied()
            }
            SealingError::Source { at, .. } => self.files.holding(at.0, 1).first().copied(),
            _ => None,
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
        let differs = |what: &str| {
            let detail = format!("{what} is another than the delivery record's");
            Err(SealingError::Manifest { detail })
        };
        let signer = record.content().signers.first().map(|signer| signer.fingerprint);
        if said.id.bytes() != package.header().package().bytes() {
            return differs("the package id");
        }
        if said.manifest != manifest.digest {
            return differs("the manifest");
        }
        // Who delivers a package anew signs for it, and names the delivery that it was made from.
        if said.previous.is_none() && signer != Some(manifest.head.sender) {
            return differs("the sender");
        }
        if said.files != manifest.files() || said.bytes.0 != manifest.bytes() {
            return differs("the number of files");
        }
        Ok(())
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
