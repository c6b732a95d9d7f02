//! What comes from paper: printed PDFs, and pictures with QR codes.

use std::path::Path;

use crate::records::{Check, Envelope, Kind, SlipFile};
use crate::rendering::{self, RenderError, Shown, Taken};

use super::verification::{Problem, Verification, VerifySubject, failed};
use super::verify::Bench;
use super::verify_print::{self, Hung, PrintFound};

impl Bench<'_, '_> {
    /// A PDF: ours with everything inside it, or one that has nothing of ours attached.
    pub(super) fn print(&self, path: &Path, bytes: &[u8]) -> Verification {
        let printed = match rendering::take_apart(bytes) {
            Ok(Taken::Printed(printed)) => printed,
            Ok(Taken::Nothing) => {
                let checks = vec![Check::NothingAttached];
                return Verification::of(path, (VerifySubject::Nothing, None, checks, None));
            }
            Err(error) => return Verification::of(path, failed(Problem::Paper(error))),
        };
        let Some(inside) = verify_print::parts(bytes, &printed) else {
            return Verification::of(path, failed(Problem::Paper(RenderError::Update)));
        };
        let parts: Vec<Verification> = inside.hung.iter().map(|hung| self.hung(hung)).collect();
        let records: Vec<Option<Shown<'_>>> = parts.iter().map(genuine).collect();
        let checks = inside.judge(
            &printed,
            &records,
            self.template.as_ref(),
            &self.standing,
            self.now,
        );
        let digest = inside.signed_digest();
        let found = PrintFound {
            statement: inside.statement,
        };
        let mut found = Verification::of(
            path,
            (VerifySubject::Print(Box::new(found)), Some(digest), checks, None),
        );
        found.parts = parts;
        found
    }

    fn hung(&self, hung: &Hung<'_>) -> Verification {
        let found = match Envelope::parse(hung.record) {
            Ok(envelope) if envelope.kind() == Some(Kind::Delivery) => {
                self.delivery(&envelope, Some(hung.slip))
            }
            Ok(envelope) if envelope.kind() == Some(Kind::PartialErasure) => {
                self.partial(&envelope, Some(hung.slip))
            }
            Ok(envelope) => self.erasure(&envelope, Some(hung.slip)),
            Err(error) => failed(Problem::Record(error)),
        };
        Verification::of(Path::new(hung.name), found)
    }

    /// Every slip on a picture.
    pub(super) fn picture(&self, path: &Path, bytes: &[u8]) -> Verification {
        let codes = match rendering::codes_in_picture(bytes) {
            Ok(codes) => codes,
            Err(error) => return Verification::of(path, failed(Problem::Paper(error))),
        };
        let mut parts: Vec<Verification> = codes.iter().map(|code| self.code(path, code)).collect();
        if let [_] = parts.as_slice() {
            return parts.remove(0);
        }
        let mut found = Verification::of(path, (VerifySubject::Picture, None, vec![Check::ExactForm], None));
        found.parts = parts;
        found
    }

    fn code(&self, path: &Path, code: &str) -> Verification {
        let found = match SlipFile::from_code(code) {
            Ok(file) => {
                let (subject, digest, mut checks, problem) = self.slip_file(&file);
                checks.push(Check::ReadFromPicture);
                (subject, digest, checks, problem)
            }
            Err(error) => failed(Problem::Record(error)),
        };
        Verification::of(path, found)
    }
}

fn genuine(part: &Verification) -> Option<Shown<'_>> {
    match &part.subject {
        VerifySubject::Erasure(record) => Some(Shown::Erasure(record)),
        VerifySubject::Delivery(record) => Some(Shown::Delivery(record)),
        VerifySubject::Partial(record) => Some(Shown::Partial(record)),
        _ => None,
    }
}
