//! The payload itself: order, scope, people, times, and everything the other files of this folder hold.

use serde::{Deserialize, Serialize};

use crate::crypto::{Digest, Fingerprint};
use crate::records::envelope::encode_line;
use crate::records::{
    CertificateNumber, Contract, Envelope, Kind, LedgerHead, Machine, Method, Order, RecordError, RosterRef,
    SignerClaim, Times, Tool, Verdict, Witness, strict,
};
use crate::units::ByteCount;

use super::{FileSystem, FilesBatch, FilesTotals, FreeSpace, form};

pub(super) const WHAT: &str = "record of a partial erasure";

/// What was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartialScope {
    /// Files.
    Files,
    /// The free space of a file system.
    FreeSpace,
}

impl PartialScope {
    /// All of them, in the order of their slip numbers.
    pub const ALL: [Self; 2] = [Self::Files, Self::FreeSpace];
}

/// Whether old content was looked for outside the blocks that the files had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state", deny_unknown_fields)]
pub enum Search {
    /// It was not: earlier versions, freed blocks and the journal may hold it.
    NotSearched,
    /// On the whole devices of the file systems from which something was erased.
    Searched(SearchTotals),
}

/// What was looked for on whole devices, and found: sums over all of them. Places stand nowhere in a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchTotals {
    /// Every device was read to its end.
    pub complete: bool,
    /// Bytes that were read.
    pub bytes: ByteCount,
    /// Blocks that hold old content.
    pub hits: u64,
    /// Places at which a name of an erased file stands.
    pub name_hits: u64,
    /// Blocks of erased content that were looked for.
    pub blocks_looked_for: u64,
    /// Blocks of erased content that were not: one byte value all through, or they could not be told.
    pub blocks_not_looked_for: u64,
    /// Names of erased files that were looked for.
    pub names_looked_for: u64,
    /// Names that were not: shorter than six bytes, or they stand otherwise on the device.
    pub names_not_looked_for: u64,
}

/// The annex that lists the files by name. It is never on the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnexRef {
    /// SHA-256 of its bytes, which begin with 32 random ones.
    pub sha256: Digest,
    /// How long it is.
    pub bytes: ByteCount,
    /// Files that it lists.
    pub entries: u64,
}

/// What the operator typed to confirm what is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FilesConfirmedBy {
    /// How many files there are.
    Count,
    /// The paths once more.
    Paths,
    /// That it is so.
    Yes,
}

/// How what is erased was confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilesConfirmation {
    /// What was typed.
    pub by: FilesConfirmedBy,
    /// At a terminal, by a person; otherwise given with the command.
    pub at_terminal: bool,
    /// Files that were shown for confirmation.
    pub count: u64,
}

/// The payload of a record of a partial erasure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartialRecord {
    /// Always `partial-erasure`.
    pub kind: Kind,
    /// Always 1.
    pub version: u32,
    /// 見本: made by a demonstration.
    pub specimen: bool,
    /// 証明書番号.
    pub number: CertificateNumber,
    /// 判定.
    pub verdict: Verdict,
    /// Every reason against `erased`, as stable codes.
    pub reasons: Vec<String>,
    /// Order, level and policy; the level that was reached is `partial` at best.
    pub order: Order,
    /// What was erased.
    pub scope: PartialScope,
    /// The machine.
    pub machine: Machine,
    /// The file systems, in the order in which batches number them.
    pub file_systems: Vec<FileSystem>,
    /// The method.
    pub method: Method,
    /// The batches, in order.
    pub batches: Vec<FilesBatch>,
    /// Sums over all files.
    pub totals: FilesTotals,
    /// The free space, where that was erased.
    pub free_space: Option<FreeSpace>,
    /// Files were rewritten where an overwrite goes to new blocks.
    pub force_rewrite: bool,
    /// Whether old content was looked for elsewhere.
    pub search: Search,
    /// The list of the files, where one was asked for.
    pub annex: Option<AnnexRef>,
    /// How what is erased was confirmed.
    pub confirmation: FilesConfirmation,
    /// Known limits, as stable codes.
    pub limits: Vec<String>,
    /// When.
    pub times: Times,
    /// 作業場所.
    pub place: Option<String>,
    /// 業務情報.
    pub contract: Option<Contract>,
    /// 立会い.
    pub witness: Witness,
    /// The roster used.
    pub roster: RosterRef,
    /// The ledger's head when it was entered as begun.
    pub ledger: LedgerHead,
    /// SHA-256 of the plan that was carried out.
    pub plan: Digest,
    /// The program.
    pub tool: Tool,
    /// Who signs, in order; the handler first.
    pub signers: Vec<SignerClaim>,
}

impl PartialRecord {
    /// The payload's bytes, in an unsigned envelope.
    #[must_use]
    pub fn to_envelope(&self) -> Envelope {
        let mut bytes = encode_line(self);
        bytes.pop();
        Envelope::new(Kind::PartialErasure, bytes)
    }

    /// An example that nobody signed, for trying a template before it is needed. `None` cannot happen.
    #[must_use]
    pub fn example() -> Option<Self> {
        Self::parse(include_bytes!(
            "../../../certificates/specimens/partial-erasure.payload.json"
        ))
        .ok()
    }

    /// The keys of the signers in their order.
    #[must_use]
    pub fn order_of_signers(&self) -> Vec<Fingerprint> {
        self.signers.iter().map(|signer| signer.fingerprint).collect()
    }

    /// Whether a reader would take it: bounds of every text and list, file systems that are there, people named
    /// once, the handler first. For whoever is about to sign one.
    ///
    /// # Errors
    /// [`RecordError::Malformed`], [`RecordError::BadText`].
    pub fn check(&self) -> Result<(), RecordError> {
        if self.kind != Kind::PartialErasure || self.version != 1 {
            return Err(RecordError::malformed(
                WHAT,
                "kind and version are not those of its type",
            ));
        }
        form::check(self)
    }

    /// Reads a payload. To be called on verified bytes only.
    pub(in crate::records) fn parse(payload: &[u8]) -> Result<Self, RecordError> {
        let record: Self = strict::parse(WHAT, payload)?;
        record.check()?;
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_read_and_written_alike() {
        let example = PartialRecord::example().unwrap();
        let written: &[u8] = include_bytes!("../../../certificates/specimens/partial-erasure.payload.json");
        assert_eq!(example.to_envelope().payload(), written);
        assert_eq!(example.check(), Ok(()));
    }

    #[test]
    fn kind_and_version_are_its_own() {
        let mut record = PartialRecord::example().unwrap();
        record.kind = Kind::Erasure;
        assert!(record.check().is_err());
        let mut record = PartialRecord::example().unwrap();
        record.version = 2;
        assert!(record.check().is_err());
    }
}
