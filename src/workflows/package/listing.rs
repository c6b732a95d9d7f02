//! `keshiin list`: what is in a package; only its manifest is read.

use crate::sealing::Ciphertext as _;
use crate::units::ByteCount;

use super::super::{Exit, Lent, WorkflowError};
use super::access::find;
use super::request::{Listed, PackageAccess};

/// Lists a package.
///
/// # Errors
/// As for opening it.
pub fn list_package(access: &PackageAccess, lent: &mut Lent<'_>) -> Result<Listed, WorkflowError> {
    let found = find(access, false, lent)?;
    let opener = found.unlock(access, lent)?;
    let package = found.open(&opener, false)?;
    let healed = package.healed().to_vec();
    Ok(Listed {
        package: package.header().package().to_string(),
        sealed_by: package.manifest().head.sender,
        entries: package.into_manifest().entries,
        exit: if healed.is_empty() {
            Exit::Done
        } else {
            Exit::Exceptions
        },
        healed,
        // Some segments are read twice; there is no more than all.
        read: ByteCount(found.files.read().0.min(found.files.length())),
        length: ByteCount(found.files.length()),
        volumes: found.judged.volumes.clone(),
        checks: found.judged.checks.clone(),
        record: found.judged.record.clone().map(Box::new),
    })
}
