//! パスワード通知書: the passphrase on paper of its own, which travels by another way than the medium.

use std::path::Path;

use crate::crypto::SecretText;
use crate::records::{DeliveryRecord, Language};

use super::super::{Lent, WorkflowError};

/// Writes the notice; for its owner alone to read.
pub(super) fn write(
    path: &Path,
    passphrase: &SecretText,
    record: &DeliveryRecord,
    language: Language,
    lent: &Lent<'_>,
) -> Result<(), WorkflowError> {
    let _ = (path, passphrase, record, language, lent);
    Err(WorkflowError::Internal { what: "notice" })
}
