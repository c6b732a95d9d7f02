//! Signing, filing and logging what was measured.

use std::path::{Path, PathBuf};

use crate::crypto::{Digest, Fingerprint};
use crate::erasure::Ending;
use crate::ledger::{NewEntry, SqliteStore, Store};
use crate::records::{CertificateNumber, Envelope, Medium, SlipFile, Tool};

use super::super::files::{self, Privacy};
use super::super::people::Unlocked;
use super::super::{Exit, Lent, WorkflowError};
use super::commission::Commission;
use super::order::WorkOrder;
use super::request::{WipeTrouble, WitnessState};
use super::state::Kept;

/// What all records of one command share.
pub(super) struct Paperwork<'a> {
    pub(super) order: &'a WorkOrder,
    pub(super) commission: &'a Commission,
    pub(super) handler: &'a Unlocked,
    /// This program, its file digested once.
    pub(super) tool: Tool,
}

/// A record with its slip and paper, as they were kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Papers {
    /// 証明書番号.
    pub number: CertificateNumber,
    /// The record's 照合値.
    pub digest: Digest,
    /// The record's file.
    pub record_path: PathBuf,
    /// The slip's file.
    pub slip_path: PathBuf,
    /// The paper's file; none where it could not be printed, or this program has no paper.
    pub paper_path: Option<PathBuf>,
    /// What became of the witness's signature.
    pub witness: WitnessState,
    /// What went wrong after the erasure (files, ledger).
    pub troubles: Vec<WipeTrouble>,
}

impl Papers {
    /// The exit code that their troubles alone lead to.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let faulty = |trouble: &WipeTrouble| {
            use WipeTrouble::{StateNotKept, WrittenElsewhere};
            !matches!(trouble, WrittenElsewhere { .. } | StateNotKept { .. })
        };
        let log = self.troubles.iter().any(faulty).then_some(Exit::Fault);
        let key = (self.witness == WitnessState::WrongPassphrase).then_some(Exit::WrongKey);
        Exit::worst(log.into_iter().chain(key).chain([Exit::Done]))
    }
}

/// What was signed: whoever signs or prints it once more needs it.
pub(super) struct Dossier {
    pub(super) envelope: Envelope,
    pub(super) slip: SlipFile,
    /// The keys of the signers in their order.
    pub(super) order: Vec<Fingerprint>,
}

/// A record that is to be signed and kept.
pub(super) struct Draft<'a> {
    pub(super) envelope: Envelope,
    pub(super) slip: SlipFile,
    pub(super) order: Vec<Fingerprint>,
    pub(super) number: &'a CertificateNumber,
    /// Its files' name, without endings.
    pub(super) name: &'a str,
    /// What it is called in the ledger, and its verdict.
    pub(super) subject: &'a str,
    pub(super) verdict: &'a str,
}

impl Paperwork<'_> {
    /// Signs a record for the handler, files it, and enters it into the ledger.
    pub(super) fn sign_and_file(
        &self,
        draft: Draft<'_>,
        ledger: &mut SqliteStore,
        lent: &Lent<'_>,
    ) -> Result<(Papers, Dossier), WorkflowError> {
        let (mut envelope, mut slip) = (draft.envelope, draft.slip);
        envelope
            .sign(&self.handler.identity, &draft.order)
            .map_err(|error| WorkflowError::internal("signature", &error))?;
        slip.sign(&self.handler.identity, &draft.order)
            .map_err(|error| WorkflowError::internal("signature", &error))?;
        let mut troubles = Vec::new();
        let (record_path, slip_path) = self.file(draft.name, &envelope, &slip, lent, &mut troubles)?;
        let digest = envelope.digest();
        let entry = NewEntry {
            time: lent.clock.now(),
            kind: "erasure-finished",
            subject: &format!("{} {}", draft.subject, draft.verdict),
            record: Some(digest),
            envelope: Some(&envelope.encode()),
        };
        troubles.extend(
            ledger
                .append(entry)
                .err()
                .map(|error| WipeTrouble::NotLogged { code: error.code() }),
        );
        let papers = Papers {
            number: draft.number.clone(),
            digest,
            record_path,
            slip_path,
            paper_path: None,
            witness: WitnessState::Pending,
            troubles,
        };
        let order = draft.order;
        Ok((
            papers,
            Dossier {
                envelope,
                slip,
                order,
            },
        ))
    }

    /// Writes record and slip; where the output folder fails by now, the home keeps them.
    fn file(
        &self,
        name: &str,
        envelope: &Envelope,
        slip: &SlipFile,
        lent: &Lent<'_>,
        troubles: &mut Vec<WipeTrouble>,
    ) -> Result<(PathBuf, PathBuf), WorkflowError> {
        let write = |folder: &Path| {
            let paths = (
                folder.join(format!("{name}.json")),
                folder.join(format!("{name}.slip.json")),
            );
            files::write_new(&paths.0, &envelope.encode(), Privacy::Shared, lent.owner)?;
            files::write_new(&paths.1, &slip.encode(), Privacy::Shared, lent.owner)?;
            Ok(paths)
        };
        write(&self.order.out).or_else(|error: WorkflowError| {
            let folder = lent.home.folder().join("records");
            files::make_folder(&folder, lent.owner)?;
            let paths = write(&folder)?;
            troubles.push(WipeTrouble::WrittenElsewhere {
                path: paths.0.clone(),
                reason: error.to_string(),
            });
            Ok(paths)
        })
    }
}

/// What is left of the states: of an erasure that came to its end nothing is to be taken up.
pub(super) fn conclude(kept: Kept, ending: &Ending, troubles: &mut Vec<WipeTrouble>) -> Option<PathBuf> {
    if matches!(ending, Ending::Completed | Ending::FirstDifference) {
        if let Some(path) = kept.path {
            // One that cannot be removed only repeats work.
            let _ = files::remove(&path);
        }
        return None;
    }
    let trouble = kept.trouble.map(|reason| WipeTrouble::StateNotKept { reason });
    troubles.extend(trouble);
    kept.path
}

/// `<number>_<serial>`, of signs that every file system takes.
pub(super) fn file_name(number: &CertificateNumber, medium: &Medium) -> String {
    let serial = medium
        .serial
        .measured()
        .map(|serial| serial.text.as_str())
        .unwrap_or_default();
    let fallback = Path::new(&medium.path)
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let text = if serial.is_empty() {
        fallback.as_str()
    } else {
        serial
    };
    let plain: String = text
        .chars()
        .map(|sign| {
            if sign.is_ascii_alphanumeric() || "-.".contains(sign) {
                sign
            } else {
                '-'
            }
        })
        .take(64)
        .collect();
    format!("{number}_{plain}")
}
