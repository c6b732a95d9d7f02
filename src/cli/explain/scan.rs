//! Why a virus scan is no pass.

use keshiin::workflows::ScanTrouble;

use super::words::unknown;
use crate::cli::i18n::Message;

/// The message of a scan that is no pass.
pub(crate) fn explain_scan(trouble: &ScanTrouble) -> Message {
    let message = match trouble {
        ScanTrouble::Infected { found } if found.iter().any(|one| one.inside) => {
            Message::new("SCN-INFECTED-INSIDE")
        }
        _ => Message::new(trouble.code()),
    };
    match trouble {
        ScanTrouble::Missing | ScanTrouble::Stopped => message,
        ScanTrouble::Failed { reason } => message.untrusted("reason", reason),
        ScanTrouble::Stale { signatures_at } => message.time("at", *signatures_at),
        ScanTrouble::Infected { found } => {
            let message = message.number("others", found.len().saturating_sub(1) as u64);
            match found.first() {
                Some(first) => message.path("path", &first.path).untrusted("name", &first.name),
                None => message,
            }
        }
        ScanTrouble::FileError { path, reason } => message.path("path", path).untrusted("reason", reason),
        ScanTrouble::TooLarge { path } => message.path("path", path),
        _ => unknown(trouble.code(), trouble),
    }
}
