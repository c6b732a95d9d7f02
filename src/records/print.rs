//! Print statement: which page was printed from which records, by whom (`docs/spec/print.md` §3).

use serde::{Deserialize, Serialize};

use crate::crypto::{Digest, Fingerprint};
use crate::units::Timestamp;

use super::envelope::encode_line;
use super::{
    CertificateNumber, Check, Envelope, Identity, Kind, RecordError, Role, RosterStanding, check_text, strict,
};

const WHAT: &str = "print statement";
/// Most records on one paper.
pub const MOST_PRINTED: usize = 2_000;

/// What kind of paper it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// 証明書, or 結果記録 where the verdict is another than `erased`.
    Certificate,
    /// 消去結果一覧表.
    List,
    /// 消去済ラベル.
    Label,
    /// 送付書.
    Delivery,
    /// 宛名票.
    Address,
    /// ファイル消去証明書, or 結果記録: of files and free space.
    Partial,
}

impl Layout {
    /// All kinds of paper.
    pub const ALL: [Self; 6] = [
        Self::Certificate,
        Self::List,
        Self::Label,
        Self::Delivery,
        Self::Address,
        Self::Partial,
    ];

    /// The records that it shows.
    #[must_use]
    pub const fn shows(self) -> Kind {
        match self {
            Self::Certificate | Self::List | Self::Label => Kind::Erasure,
            Self::Delivery | Self::Address => Kind::Delivery,
            Self::Partial => Kind::PartialErasure,
        }
    }
}

/// The language of a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Japanese.
    Ja,
    /// English.
    En,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::Ja, Self::En];

    /// Its name (ISO 639-1).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }
}

/// The page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageRef {
    /// Its SHA-256.
    pub digest: Digest,
    /// Its length in bytes.
    pub length: u64,
}

/// A record on the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrintedRecord {
    /// 証明書番号.
    pub number: CertificateNumber,
    /// 照合値.
    pub digest: Digest,
    /// SHA-256 of the attached record, signatures and all.
    pub file: Digest,
    /// SHA-256 of the attached slip file.
    pub slip: Digest,
}

/// The program that printed, as it says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrintTool {
    /// `keshiin`.
    pub name: String,
    /// Version.
    pub version: String,
}

/// Who printed, and signs for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printer {
    /// The person's id.
    pub id: String,
    /// The name as typed.
    pub name: String,
    /// The organisation.
    pub organisation: String,
    /// Title or post.
    pub title: Option<String>,
    /// What names the person's keys.
    pub fingerprint: Fingerprint,
    /// The key was opened without a person at the keyboard.
    pub unattended: bool,
}

impl Printer {
    /// Names `identity` as who prints.
    #[must_use]
    pub fn new(identity: &Identity, unattended: bool) -> Self {
        Self {
            id: identity.id.clone(),
            name: identity.name.clone(),
            organisation: identity.organisation.clone(),
            title: identity.title.clone(),
            fingerprint: identity.fingerprint(),
            unattended,
        }
    }
}

/// The payload of a print statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrintStatement {
    /// Always `print`.
    pub kind: Kind,
    /// Always 1.
    pub version: u32,
    /// 見本.
    pub specimen: bool,
    /// Kind of paper.
    pub layout: Layout,
    /// Its language.
    pub language: Language,
    /// The page.
    pub page: PageRef,
    /// The records on it, in order.
    pub records: Vec<PrintedRecord>,
    /// SHA-256 of the attached roster; none where there was no roster.
    pub roster: Option<Digest>,
    /// SHA-256 of the template.
    pub template: Digest,
    /// SHA-256 of what else decides how a page looks.
    pub renderer: Digest,
    /// The program.
    pub tool: PrintTool,
    /// When.
    pub printed_at: Timestamp,
    /// By whom; none where nobody signed.
    pub printer: Option<Printer>,
}

impl PrintStatement {
    /// The payload's bytes, in an unsigned envelope.
    #[must_use]
    pub fn to_envelope(&self) -> Envelope {
        let mut bytes = encode_line(self);
        bytes.pop();
        Envelope::new(Kind::Print, bytes)
    }

    /// Reads a statement. It proves nothing by itself: whoever reads compares it with the page, and
    /// looks at the envelope's signature.
    ///
    /// # Errors
    /// Another kind, or not in its form.
    pub fn read(envelope: &Envelope) -> Result<Self, RecordError> {
        if envelope.kind() != Some(Kind::Print) {
            return Err(RecordError::WrongKind {
                expected: "print",
                found: envelope.payload_type().to_owned(),
            });
        }
        let statement: Self = strict::parse(WHAT, envelope.payload())?;
        if statement.kind != Kind::Print || statement.version != 1 {
            return Err(RecordError::malformed(
                WHAT,
                "kind and version are not those of its type",
            ));
        }
        statement.check(envelope)?;
        Ok(statement)
    }

    fn check(&self, envelope: &Envelope) -> Result<(), RecordError> {
        let records = &self.records;
        let numbers: std::collections::BTreeSet<&str> =
            records.iter().map(|record| record.number.as_str()).collect();
        if records.is_empty() || records.len() > MOST_PRINTED || numbers.len() != records.len() {
            return Err(RecordError::malformed(
                WHAT,
                "records are missing, too many, or named twice",
            ));
        }
        let owner = self.printer.as_ref().map(|printer| printer.fingerprint);
        let signed: Vec<_> = envelope
            .signatures()
            .iter()
            .map(|signed| signed.fingerprint)
            .collect();
        if signed != owner.into_iter().collect::<Vec<_>>() {
            return Err(RecordError::malformed(
                WHAT,
                "it is signed by another than whom it names",
            ));
        }
        let texts = self.printer.iter().flat_map(|printer| {
            let fixed = [("name", &printer.name), ("organisation", &printer.organisation)];
            fixed
                .into_iter()
                .chain(printer.title.as_ref().map(|title| ("title", title)))
        });
        texts
            .into_iter()
            .try_for_each(|(field, text)| check_text(field, text, 300))
    }
}

/// Whether the signature under a print statement is somebody's who may sign anything at that time. The
/// statement must have been read from this envelope.
#[must_use]
pub fn verify_print(
    statement: &PrintStatement,
    envelope: &Envelope,
    standing: &RosterStanding,
    now: Timestamp,
) -> Check {
    let (Some(printer), Some(signed)) = (&statement.printer, envelope.signatures().first()) else {
        return Check::PrintUnsigned;
    };
    let fingerprint = printer.fingerprint;
    let member = standing
        .roster()
        .and_then(|roster| Some((roster, roster.by_fingerprint(&fingerprint)?)));
    let Some((roster, member)) = member else {
        return Check::UnknownKey { fingerprint };
    };
    let name = member.identity.name.clone();
    if envelope
        .check(&member.identity.signing_key(), &signed.signature)
        .is_err()
    {
        return Check::BadSignature { name };
    }
    let entitled = |role: &Role| {
        roster
            .standing(&fingerprint, *role, statement.printed_at, now, None)
            .counts()
    };
    let same = member.identity.name == printer.name && member.identity.id == printer.id;
    if standing.pinned().is_some() && same && member.roles.iter().any(entitled) {
        Check::PrintSigned { name }
    } else {
        Check::PrinterNotEntitled { name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::verify::tests::signed;

    fn statement(printer: Option<Printer>) -> PrintStatement {
        let number = CertificateNumber::new("OTR1", "20261121", 7).unwrap();
        PrintStatement {
            kind: Kind::Print,
            version: 1,
            specimen: true,
            layout: Layout::Certificate,
            language: Language::Ja,
            page: PageRef {
                digest: Digest::of(&[b"page"]),
                length: 4,
            },
            records: vec![PrintedRecord {
                number,
                digest: Digest::of(&[b"record"]),
                file: Digest::of(&[b"file"]),
                slip: Digest::of(&[b"slip"]),
            }],
            roster: None,
            template: Digest::of(&[b"template"]),
            renderer: Digest::of(&[b"renderer"]),
            tool: PrintTool {
                name: "keshiin".into(),
                version: "0.1.0".into(),
            },
            printed_at: Timestamp::parse("2026-11-21T14:03:05+09:00").unwrap(),
            printer,
        }
    }

    #[test]
    fn a_statement_reads_what_it_wrote() {
        let statement = statement(None);
        assert_eq!(PrintStatement::read(&statement.to_envelope()), Ok(statement));
    }

    #[test]
    fn a_statement_is_signed_by_whom_it_names_or_by_nobody() {
        let (_, _, handler, witness) = signed();
        let named = statement(Some(Printer::new(handler.public(), false)));
        let mut envelope = named.to_envelope();
        assert!(PrintStatement::read(&envelope).is_err());
        let own = [handler.public().fingerprint()];
        envelope.sign(&handler, &own).unwrap();
        assert_eq!(PrintStatement::read(&envelope), Ok(named.clone()));
        let mut other = named.to_envelope();
        let foreign = [witness.public().fingerprint()];
        other.sign(&witness, &foreign).unwrap();
        assert!(PrintStatement::read(&other).is_err());
        let mut nobody = statement(None).to_envelope();
        nobody.sign(&handler, &own).unwrap();
        assert!(PrintStatement::read(&nobody).is_err());
    }

    #[test]
    fn records_are_named_once() {
        let mut twice = statement(None);
        twice.records.push(twice.records[0].clone());
        assert!(PrintStatement::read(&twice.to_envelope()).is_err());
        twice.records.clear();
        assert!(PrintStatement::read(&twice.to_envelope()).is_err());
    }
}
