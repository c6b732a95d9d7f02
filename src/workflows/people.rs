//! Who takes part: key files, the roster and what it says about them.

use std::path::{Path, PathBuf};

use crate::crypto::{CryptoError, Passphrase};
use crate::records::{
    Identity, IdentityFile, MOST_IDENTITY_BYTES, MOST_RECORD_BYTES, RecordError, Role, RosterStanding,
    TrustRefusal, UnlockedIdentity, believe,
};
use crate::units::Timestamp;

use super::{DeskRefusal, Lent, Refusal, WorkflowError, files};

/// Reads a key file. A changed or shortened file is told apart from a wrong passphrase.
pub(super) fn read_key(path: &Path) -> Result<IdentityFile, WorkflowError> {
    let bytes = files::read(path, MOST_IDENTITY_BYTES)?;
    IdentityFile::parse(&bytes).map_err(|error| WorkflowError::False {
        path: path.to_owned(),
        error,
    })
}

/// Reads a public identity, or the public half of a key file.
pub(super) fn read_identity(path: &Path) -> Result<Identity, WorkflowError> {
    let bytes = files::read(path, MOST_IDENTITY_BYTES)?;
    let read = if IdentityFile::begins(&bytes) {
        IdentityFile::parse(&bytes).map(|file| file.public().clone())
    } else {
        Identity::parse(&bytes)
    };
    read.map_err(|error| WorkflowError::False {
        path: path.to_owned(),
        error,
    })
}

/// An unlocked key, and whether anybody was at the keyboard.
pub(super) struct Unlocked {
    pub(super) identity: UnlockedIdentity,
    pub(super) unattended: bool,
}

/// Asks for the passphrase of a key and opens it.
pub(super) fn unlock(
    key: &IdentityFile,
    path: &Path,
    lent: &mut Lent<'_>,
) -> Result<Unlocked, WorkflowError> {
    let entered = lent.desk.passphrase(key.public())?;
    let passphrase = passphrase(entered.text.text())?;
    match key.unlock(&passphrase) {
        Ok(identity) => Ok(Unlocked {
            identity,
            unattended: entered.unattended,
        }),
        Err(RecordError::WrongPassphrase) => Err(WorkflowError::WrongPassphrase {
            id: key.public().id.clone(),
        }),
        // Hostile parameters are the file's fault; anything else of the crypto room is the system's.
        Err(RecordError::Crypto(error)) if !matches!(error, CryptoError::Argon2OutOfBounds { .. }) => {
            Err(WorkflowError::Crypto(error))
        }
        Err(error) => Err(WorkflowError::False {
            path: path.to_owned(),
            error,
        }),
    }
}

/// The passphrase that somebody typed.
pub(super) fn passphrase(text: &str) -> Result<Passphrase, DeskRefusal> {
    Passphrase::new(text).map_err(|_| DeskRefusal::TooLong)
}

/// Where the roster lies.
pub(super) fn roster_path(lent: &Lent<'_>) -> PathBuf {
    lent.roster.clone().unwrap_or_else(|| lent.home.roster())
}

/// Where the ledger lies.
pub(super) fn ledger_path(lent: &Lent<'_>) -> PathBuf {
    lent.ledger.clone().unwrap_or_else(|| lent.home.ledger())
}

/// The issuer pinned on this machine, or named for this command.
pub(super) fn issuer(lent: &Lent<'_>) -> Result<Option<Identity>, WorkflowError> {
    match &lent.issuer {
        Some(path) => read_identity(path).map(Some),
        None => lent.home.pinned_issuer(),
    }
}

/// The roster and whether it is believed. A named roster must be there; the home's may be absent.
///
/// The outer error is a fault, the inner one a refusal.
pub(super) fn roster(lent: &Lent<'_>) -> Result<Result<RosterStanding, TrustRefusal>, WorkflowError> {
    let path = roster_path(lent);
    let bytes = match &lent.roster {
        Some(named) => Some(files::read(named, MOST_RECORD_BYTES)?),
        None => files::read_if_there(&path, MOST_RECORD_BYTES)?,
    };
    match bytes {
        Some(bytes) => judge_roster(&bytes, lent),
        None => Ok(Ok(RosterStanding::Absent)),
    }
}

/// Like [`roster`], where a roster that may not be used ends the job.
pub(super) fn usable_roster(lent: &Lent<'_>) -> Result<RosterStanding, WorkflowError> {
    roster(lent)?.map_err(|error| {
        let path = roster_path(lent);
        Refusal::Roster { path, error }.into()
    })
}

/// Whether a roster is believed here: under the issuer of this command, and the serials seen.
pub(super) fn judge_roster(
    bytes: &[u8],
    lent: &Lent<'_>,
) -> Result<Result<RosterStanding, TrustRefusal>, WorkflowError> {
    let (issuer, seen) = (issuer(lent)?, lent.home.seen()?);
    Ok(believe(bytes, issuer.as_ref(), &seen))
}

/// Refuses somebody whom a believed roster does not entitle to begin. Without one nothing is known.
pub(super) fn entitled(
    standing: &RosterStanding,
    person: &Identity,
    role: Role,
    now: Timestamp,
) -> Result<(), Refusal> {
    let Some(roster) = standing.pinned() else {
        return Ok(());
    };
    let judged = roster.standing(&person.fingerprint(), role, now, now, None);
    if judged.counts() {
        Ok(())
    } else {
        Err(Refusal::NotEntitled {
            id: person.id.clone(),
            role,
            standing: judged,
        })
    }
}
