//! The jobs of deliveries, not written yet: each says so.

use super::super::{Lent, WorkflowError};
use super::{Listed, OpenReport, OpenRequest, PackageAccess, RekeyRequest, SealReport, SealRequest};

const NOT_YET: WorkflowError = WorkflowError::Internal {
    what: "deliveries are not written yet",
};

/// Seals, writes, reads back, signs.
///
/// # Errors
/// Always, until it is written.
pub fn seal_package(
    _request: &SealRequest,
    _standard_input: Option<Box<dyn std::io::Read + Send>>,
    _lent: &mut Lent<'_>,
) -> Result<SealReport, WorkflowError> {
    Err(NOT_YET)
}

/// Opens a package.
///
/// # Errors
/// Always, until it is written.
pub fn open_package(_request: &OpenRequest, _lent: &mut Lent<'_>) -> Result<OpenReport, WorkflowError> {
    Err(NOT_YET)
}

/// Lists a package.
///
/// # Errors
/// Always, until it is written.
pub fn list_package(_access: &PackageAccess, _lent: &mut Lent<'_>) -> Result<Listed, WorkflowError> {
    Err(NOT_YET)
}

/// Delivers a package anew, to others.
///
/// # Errors
/// Always, until it is written.
pub fn rekey_package(_request: &RekeyRequest, _lent: &mut Lent<'_>) -> Result<SealReport, WorkflowError> {
    Err(NOT_YET)
}
