//! パスワード通知書: the passphrase on paper of its own, which travels by another way than the medium.

use std::path::Path;

use zeroize::Zeroizing;

use crate::crypto::SecretText;
use crate::records::{DeliveryRecord, Language};
use crate::rendering::{self, Notice};

use super::super::files::{self, Privacy};
use super::super::{Lent, WorkflowError};

/// Writes the notice; for its owner alone to read.
pub(super) fn write(
    path: &Path,
    passphrase: &SecretText,
    record: &DeliveryRecord,
    language: Language,
    lent: &Lent<'_>,
) -> Result<(), WorkflowError> {
    let text = Zeroizing::new(passphrase.text().to_owned());
    let page = rendering::notice(&Notice {
        record,
        passphrase: &text,
        language,
        creator: concat!("keshiin ", env!("CARGO_PKG_VERSION")),
    });
    files::write_new(
        path,
        &page.map_err(WorkflowError::Paper)?,
        Privacy::Secret,
        lent.owner,
    )
}
