//! Identities: made, shown, exported, given another passphrase.

use std::path::Path;

use crate::crypto::Passphrase;
use crate::records::{Identity, NewIdentity};

use super::files::{self, Privacy};
use super::{Lent, Refusal, WorkflowError, people};

/// Makes an identity and writes its key file.
///
/// # Errors
/// Texts that may not stand on a record, a weak passphrase, a file that exists.
pub fn new_key(
    new: NewIdentity,
    generate: bool,
    out: &Path,
    lent: &mut Lent<'_>,
) -> Result<Identity, WorkflowError> {
    if out.exists() {
        return Err(Refusal::Exists { path: out.to_owned() }.into());
    }
    let unlocked = new.create().map_err(WorkflowError::refusing)?;
    let passphrase = choose_passphrase(unlocked.public(), generate, lent)?;
    let file = unlocked
        .lock(&passphrase)
        .map_err(|error| WorkflowError::internal("identity", &error))?;
    files::write_new(out, &file.encode(), Privacy::Secret, lent.owner)?;
    Ok(unlocked.public().clone())
}

/// Gives a key file another passphrase.
///
/// # Errors
/// A wrong old passphrase, a weak new one.
pub fn change_passphrase(
    path: &Path,
    generate: bool,
    lent: &mut Lent<'_>,
) -> Result<Identity, WorkflowError> {
    let file = people::read_key(path)?;
    let unlocked = people::unlock(&file, path, lent)?;
    let passphrase = choose_passphrase(file.public(), generate, lent)?;
    let locked = unlocked
        .identity
        .lock(&passphrase)
        .map_err(|error| WorkflowError::internal("identity", &error))?;
    files::replace(path, &locked.encode(), Privacy::Secret, lent.owner)?;
    Ok(file.public().clone())
}

/// The public half of a key file or public file.
///
/// # Errors
/// A file that is damaged or none of ours.
pub fn show_key(path: &Path) -> Result<Identity, WorkflowError> {
    people::read_identity(path)
}

/// The bytes of the public half, for the roster's issuer.
///
/// # Errors
/// A file that is damaged or none of ours.
pub fn export_public(path: &Path) -> Result<Vec<u8>, WorkflowError> {
    people::read_identity(path).map(|identity| identity.encode())
}

fn choose_passphrase(
    whose: &Identity,
    generate: bool,
    lent: &mut Lent<'_>,
) -> Result<Passphrase, WorkflowError> {
    if generate {
        let (passphrase, text) = Passphrase::generate()?;
        lent.desk.show_generated(&whose.id, &text)?;
        return Ok(passphrase);
    }
    let passphrase = people::passphrase(lent.desk.new_passphrase(&whose.id)?.text())?;
    let about = [
        whose.id.as_str(),
        whose.name.as_str(),
        whose.organisation.as_str(),
    ];
    passphrase
        .judge_new(&about)
        .map_err(|weakness| Refusal::WeakPassphrase { weakness })?;
    Ok(passphrase)
}
