//! Signed statements: what is said, by whom, in bytes that stay the same for ten years.
//!
//! A record is a DSSE v1.0.2 envelope in one exact form around a JSON payload
//! (`docs/spec/record.md`). May touch bytes, a roster and a timestamp argument; knows no clock, no
//! database and no device.

mod check;
mod circumstances;
mod contract;
mod delivery;
mod envelope;
mod erasure;
mod error;
mod evidence;
mod fact;
mod identity;
mod member;
mod number;
mod partial;
mod people;
mod print;
mod resume;
mod roster;
mod seed;
mod slip;
mod statement;
mod strict;
mod trust;
mod verify;
mod work;

// Fields of records have these types; rooms that read records alone name them from here.
pub use crate::crypto::{Blake3, Digest, Fingerprint};
pub use check::{Check, CheckResult};
pub use circumstances::{LedgerHead, PolicyRef, RosterRef, RosterState, SerialNumber, Times, Tool};
pub use contract::{Contract, Lessor, Party, Period, Person, Workplace};
pub use delivery::{
    BodyCipher, Container, DeliveryMedium, DeliveryReadBack, DeliveryReadPath, DeliveryRecord, Encryption,
    Kdf, MOST_RECIPIENTS, MOST_VOLUMES, NoticeBy, Package, PackageId, PassphraseUse, Permit,
    PreviousDelivery, Recipient, Scan, Volume,
};
pub use envelope::{Envelope, MOST_RECORD_BYTES, SignedBy};
pub use erasure::{
    Achieved, Confirmation, ConfirmedBy, Displaced, Displacement, DisplacementPattern, Ending, ErasureRecord,
    FlushResult, HiddenArea, Interruption, Io, IoEngine, IoEngineKind, IoPath, Level, Machine, MachineSource,
    Medium, Method, Order, Pass, Pattern, RangeList, ReadBack, ReadPath, Sample, SecondLook, Verdict,
    Verification, VerifyAsked, Witness, WitnessMode,
};
pub use error::{RecordError, TextProblem};
pub use evidence::Evidence;
pub use fact::{Absence, Fact};
pub use identity::{Identity, IdentityFile, MOST_IDENTITY_BYTES, NewIdentity, UnlockedIdentity};
pub use member::{Member, MemberChange, Revocation, RevocationReason};
pub use number::CertificateNumber;
pub use partial::{
    Annex, AnnexEntry, AnnexReader, AnnexRef, AnnexSums, AnnexWriter, Blindness, EntryTotals, FileResult,
    FileSystem, FilesBatch, FilesConfirmation, FilesConfirmedBy, FilesTotals, FreeSpace, InPlace,
    InodeTotals, MOST_ANNEX_BYTES, MOST_ANNEX_FILES, MOST_ANNEX_LINE, MOST_ANNEX_RANGES, MOST_BATCHES,
    MOST_FILE_SYSTEMS, NameResult, NameTotals, PartialRecord, PartialScope, Search, SearchTotals, Sight,
    TailTotals, annex_table_end, annex_table_head, annex_table_line,
};
pub use print::{
    Language, Layout, MOST_PRINTED, PageRef, PrintStatement, PrintTool, PrintedRecord, Printer, verify_print,
};
pub use resume::{MOST_RESUME_BYTES, ResumeOrder, ResumeState};
pub use roster::{Roster, RosterDraft};
pub use seed::Seed;
pub use slip::{AnySlip, DeliverySlip, PartialSlip, Slip, SlipFile};
pub use statement::{Kind, Role, SignerClaim, check_text};
pub use trust::{RosterStanding, Standing, TrustRefusal, believe};
pub use verify::{
    Verified, VerifyReport, resume_by, verified_by, verify_delivery, verify_erasure, verify_partial,
    verify_record, verify_resume, verify_slip,
};
pub use work::{SignatureVerified, WorkRecord};
