//! One sample of every variant: each must have text in both languages that uses all of its fields.

use std::collections::BTreeSet;

use keshiin::crypto::{CryptoError, Digest, Fingerprint};
use keshiin::devices::{DeviceError, Intrusion, IoFailure, ProtectedKind};
use keshiin::erasure::{ErasureError, Verdict};
use keshiin::ledger::{Comparison, Damage, Flaw, Judgement, LedgerError};
use keshiin::policy::{Level, MediumKind, PolicyError, Purpose, Scope, Shortfall, WitnessWay};
use keshiin::records::{
    CertificateNumber, Check, RecordError, RevocationReason, Role, Standing, TextProblem, TrustRefusal,
};
use keshiin::rendering::RenderError;
use keshiin::sealing::{Healed, PathProblem, SealingError};
use keshiin::units::{ByteCount, ByteOffset, ByteRange, Timestamp};
use keshiin::workflows::{
    DeliveryWarning, IdentityField, Infection, PackageRefusal, RecheckRefusal, RecheckResult, ScanTrouble,
    VolumeFinding, VolumeState,
};

use super::words;
use super::*;
use crate::cli::i18n::{Catalogue, Language, Message, Value};

fn text() -> String {
    "T\u{1b}".to_owned()
}

fn rechecks() -> Vec<RecheckRefusal> {
    let number = || CertificateNumber::new("OTR1", "20261121", 7).unwrap();
    vec![
        RecheckRefusal::NoErasureRecord { path: "/p".into() },
        RecheckRefusal::SeveralRecords {
            path: "/p".into(),
            count: 3,
        },
        RecheckRefusal::LastPassIncomplete { number: number() },
        RecheckRefusal::PlacesUnlisted { number: number() },
        RecheckRefusal::UnknownPattern { number: number() },
    ]
}

/// What a recheck says, its fields and kinds of media.
fn recheck_words() -> Vec<Message> {
    use IdentityField as F;
    use RecheckResult as R;
    let results = [
        R::OtherDevice,
        R::Different,
        R::Failed,
        R::Stopped,
        R::Unreadable,
        R::Cached,
        R::NotNamed,
        R::Equal,
    ];
    let fields = [
        F::Kind,
        F::Serial,
        F::Wwn,
        F::Model,
        F::Capacity,
        F::LogicalSector,
    ];
    let mut all = results.map(|result| recheck_result_word(Some(result))).to_vec();
    all.push(recheck_result_word(None));
    all.extend(fields.map(identity_field_word));
    let kinds = [
        "hardware",
        "image-file",
        "loop",
        "device-mapper",
        "software-raid",
        "network",
        "memory",
        "virtual-driver",
    ];
    let kind = |name: &str| match kind_value(name) {
        Value::Term(message) => *message,
        other => panic!("{name}: {other:?}"),
    };
    all.extend(kinds.map(kind));
    all
}

fn scans() -> Vec<ScanTrouble> {
    let infection = || Infection {
        path: "/p".into(),
        name: text(),
        inside: false,
    };
    vec![
        ScanTrouble::Missing,
        ScanTrouble::Failed { reason: text() },
        ScanTrouble::Stale {
            signatures_at: Timestamp::new(0, 0).unwrap(),
        },
        ScanTrouble::Infected {
            found: vec![infection(), infection(), infection()],
        },
        ScanTrouble::Infected {
            found: vec![Infection {
                inside: true,
                ..infection()
            }],
        },
        ScanTrouble::FileError {
            path: "/p".into(),
            reason: text(),
        },
        ScanTrouble::TooLarge { path: "/p".into() },
        ScanTrouble::Stopped,
    ]
}

const PATH_PROBLEMS: [PathProblem; 10] = [
    PathProblem::Empty,
    PathProblem::TooLong,
    PathProblem::Dots,
    PathProblem::EndsInDot,
    PathProblem::Character,
    PathProblem::Reserved,
    PathProblem::NotNormal,
    PathProblem::NotUnicode,
    PathProblem::Collides,
    PathProblem::FileAndFolder,
];

fn sealing() -> Vec<SealingError> {
    use SealingError as E;
    let (detail, path, reason, what) = (text, text, text, "manifest");
    let mut all: Vec<E> = PATH_PROBLEMS
        .map(|problem| E::Path {
            path: path(),
            problem,
        })
        .to_vec();
    all.extend(["passphrase", "key-file"].map(|wanted| E::OtherKeyWanted { wanted }));
    all.extend([
        E::NotAPackage,
        E::Header { detail: detail() },
        E::Stanza { detail: detail() },
        E::NotForThisKey,
        E::StanzaDoesNotOpen,
        E::WrongPassphrase,
        E::HeaderMac,
        E::Commitment,
        E::Truncated {
            length: ByteCount(5000),
        },
        E::Trailing {
            surplus: ByteCount(12),
        },
        E::Segment {
            number: 3,
            range: ByteRange::new(262_176, 262_176),
        },
        E::Manifest { detail: detail() },
        E::Content { path: path() },
        E::Changed { path: path() },
        E::Input {
            path: path(),
            reason: reason(),
        },
        E::Output {
            what: text(),
            reason: reason(),
        },
        E::Output {
            what: "package".into(),
            reason: reason(),
        },
        E::Source {
            at: ByteOffset(7),
            reason: reason(),
        },
        E::ReadBackDiffers { volume: text() },
        E::TooManyVolumes { bound: 999 },
        E::TooMuch { what, bound: 9 },
        E::OtherThanRecord {
            what: keshiin::sealing::Difference::Package,
        },
        E::OtherThanRecord {
            what: keshiin::sealing::Difference::Sender,
        },
        E::OtherThanRecord {
            what: keshiin::sealing::Difference::Content,
        },
        E::Stopped,
        E::Crypto(CryptoError::WrongGroup { group: 3 }),
    ]);
    all
}

fn package_refusals() -> Vec<PackageRefusal> {
    use PackageRefusal as R;
    let (path, name, reason) = (|| "/p".into(), text, text);
    vec![
        R::Unreadable {
            path: path(),
            reason: reason(),
        },
        R::Special { path: path() },
        R::Path {
            path: path(),
            problem: PathProblem::Reserved,
        },
        R::Nothing,
        R::ScanStandardInput,
        R::InputOnOutput { path: path() },
        R::OtherFiles {
            path: path(),
            count: 3,
        },
        R::NoRecipient { name: name() },
        R::Ambiguous { name: name() },
        R::EmptyGroup { group: name() },
        R::RecipientCount { count: 65 },
        R::PassphraseNotAllowed {
            classification: text(),
        },
        R::NoticeOnMedium { path: path() },
        R::FileTooLarge {
            bound: ByteCount(u64::from(u32::MAX)),
        },
        R::PermitEnded { until: text() },
        R::Volume { name: name() },
        R::NoRecord { path: path() },
        R::LinkInTheWay { path: path() },
        R::NoSuchEntry { path: text() },
        R::BadName { name: name() },
    ]
}

fn delivery_warnings() -> Vec<DeliveryWarning> {
    use DeliveryWarning as W;
    let code = "PRN-FONT";
    vec![
        W::OneInGroup { group: text() },
        W::NotListed {
            id: text(),
            fingerprint: Fingerprint::parse(&"0".repeat(64)).unwrap(),
        },
        W::LinkLeftOut { path: "/p".into() },
        W::NotFromMedium { filesystem: text() },
        W::NotReadBack,
        W::NotScanned,
        W::NotLogged { code },
        W::NotPrinted { code },
        W::PassphraseLost { code },
        W::NotKept { reason: text() },
    ]
}

fn volumes() -> Vec<VolumeFinding> {
    let states = vec![
        VolumeState::Right,
        VolumeState::Present,
        VolumeState::Missing,
        VolumeState::OtherLength {
            expected: ByteCount(2),
            found: ByteCount(1),
        },
        VolumeState::Changed,
        VolumeState::Unreadable { reason: text() },
    ];
    let finding = |state| VolumeFinding { name: text(), state };
    states.into_iter().map(finding).collect()
}

const HEALED: [Healed; 5] = [
    Healed::FirstFront,
    Healed::SecondFront,
    Healed::Tail,
    Healed::FirstManifest,
    Healed::SecondManifest,
];

#[expect(clippy::too_many_lines, reason = "a list, one entry after another")]
fn devices() -> Vec<DeviceError> {
    use DeviceError as E;
    let (path, reason, device, errno, what) = (|| "/p".into(), text, text, 5, ProtectedKind::Key);
    let mut all = vec![
        E::NoSuchDevice { path: path() },
        E::IsDirectory { path: path() },
        E::CharacterDevice { path: path() },
        E::NamedPipe { path: path() },
        E::Socket { path: path() },
        E::NeedsImageFlag { path: path() },
        E::NotAnImage { path: path() },
        E::ImageTooSmall {
            path: path(),
            size: ByteCount(1),
        },
        E::CannotInspect {
            path: path(),
            reason: reason(),
        },
        E::Unsupported,
        E::IsPartition {
            path: path(),
            whole: device(),
        },
        E::SizeZero { path: path() },
        E::BlockFormat {
            path: path(),
            block: ByteCount(520),
        },
        E::Zoned {
            path: path(),
            model: text(),
        },
        E::ReadOnly {
            path: path(),
            reason: reason(),
        },
        E::Mounted {
            device: device(),
            at: path(),
        },
        E::InFileSystem {
            device: device(),
            file_system: text(),
        },
        E::MountsUntold { reason: reason() },
        E::Swap {
            device: device(),
            swap: path(),
        },
        E::SwapUntold { reason: reason() },
        E::KernelHolder {
            device: device(),
            holder: text(),
        },
        E::StackUntold { reason: reason() },
        E::LoopBound {
            device: device(),
            bound: text(),
        },
        E::LoopUntold {
            name: text(),
            reason: reason(),
        },
        E::ExclusiveUse { device: device() },
        E::SystemDisk {
            device: device(),
            holds: path(),
        },
        E::SystemUntold {
            holds: path(),
            reason: reason(),
        },
        E::HeldBy {
            device: device(),
            pid: 4711,
            program: text(),
        },
        E::HeldBySomebody { path: path() },
        E::HoldersUntold { reason: reason() },
        E::PidNamespace,
        E::HoldsProtected { what, path: path() },
        E::IsProtected { what, path: path() },
        E::ProtectedUntold {
            what,
            path: path(),
            reason: reason(),
        },
        E::CopyOnWrite {
            path: path(),
            file_system: text(),
        },
        E::NetworkFileSystem {
            path: path(),
            file_system: text(),
        },
        E::SharedExtents { path: path() },
        E::EncodedExtents { path: path() },
        E::DataJournal { path: path() },
        E::ExtentsUntold {
            path: path(),
            reason: reason(),
        },
        E::NoSuchFile { path: path() },
        E::PathThroughLink { path: path() },
        E::FolderNotRecursive { path: path() },
        E::SpecialFile { path: path() },
        E::OtherFileSystem { path: path() },
        E::MountRoot { path: path() },
        E::SystemFolder {
            path: path(),
            folder: path(),
        },
        E::HomeFolder { path: path() },
        E::BelowProtected {
            path: path(),
            what,
            folder: path(),
        },
        E::TooManyFiles { most: 5 },
        E::TooManyExtents { most: 5 },
        E::TooManyFileSystems { most: 5 },
        E::FoldersTooDeep {
            path: path(),
            most: 5,
        },
        E::SearchStopped,
        E::ImmutableFile { path: path() },
        E::ReadOnlyFileSystem {
            path: path(),
            file_system: text(),
        },
        E::LinkedElsewhere {
            path: path(),
            links: 3,
            named: 1,
            others: vec![path(), path()],
            complete: true,
        },
        E::FileChanging {
            path: path(),
            field: "number of names",
        },
        E::InlineData { path: path() },
        E::EncryptedFile { path: path() },
        E::LayerKeepsBlocks {
            path: path(),
            layers: text(),
        },
        E::MoreRefused {
            kind: "DEV-SOCKET",
            more: 5,
        },
        E::FilesNotConfirmed,
        E::NotAMountPoint {
            path: path(),
            mount_point: path(),
        },
        E::MemoryFileSystem {
            path: path(),
            file_system: text(),
        },
        E::OverlayFileSystem {
            path: path(),
            layers: text(),
        },
        E::SpaceNotConfirmed,
        E::CannotFill { path: path(), errno },
        E::FillStopped,
        E::NotLeftBehind {
            path: path(),
            reason: reason(),
        },
        E::CannotRemove { path: path(), errno },
        E::NoSuchFolder { path: path() },
        E::NotAFolder { path: path() },
        E::StorageUntold {
            path: path(),
            reason: reason(),
        },
        E::NotConfirmed,
        E::ConfirmedAnother,
        E::CannotOpen { path: path(), errno },
        E::Locked { path: path() },
        E::PartitionBusy { name: text() },
        E::PartitionStays { name: text(), errno },
        E::CannotFlush {
            device: device(),
            errno,
        },
        E::NoSpace {
            path: path(),
            needed: ByteCount(2),
            available: ByteCount(1),
        },
        E::CannotAllocate { path: path(), errno },
        E::CannotGive { path: path(), errno },
        E::CannotRead { path: path(), errno },
    ];
    all.push(E::IdentityChanged {
        path: path(),
        field: "size",
    });
    all
}

fn erasure() -> Vec<ErasureError> {
    use ErasureError as E;
    vec![
        E::UnknownMethod { name: text() },
        E::RandomPasses { name: text() },
        E::ByteDigits { name: text() },
        E::UnknownVerify { name: text() },
        E::SamplePercent { name: text() },
        E::EmptyMedium,
        E::SeedCount { needed: 2, given: 1 },
        E::SeedRepeated,
        E::ResumePoint,
    ]
}

fn crypto() -> Vec<CryptoError> {
    use CryptoError as E;
    vec![
        E::NoRandomness,
        E::InvalidPublicKey,
        E::InvalidSecretKey,
        E::BadSignature,
        E::NotAuthentic,
        E::FloeParameters,
        E::Commitment,
        E::FloeSegment,
        E::Argon2OutOfBounds {
            passes: 1,
            memory_kib: 2,
            lanes: 3,
        },
        E::Argon2Failed,
        E::TooLong { bound: 9 },
        E::WrongGroup { group: 3 },
        E::NotASign { group: 4 },
        E::UnknownKem { id: 16 },
    ]
}

fn digest() -> Digest {
    Digest::from_bytes([7; 32])
}

fn ledger() -> Vec<LedgerError> {
    use LedgerError as E;
    let mut all: Vec<_> = damages()
        .into_iter()
        .map(|damage| E::Damaged { damage })
        .collect();
    all.extend([
        E::Missing { path: "/p".into() },
        E::NotALedger { path: "/p".into() },
        E::Newer { found: 2, known: 1 },
        E::ReadOnly,
        E::FolderUnwritable,
        E::Full,
        E::Busy,
        E::CannotOpen {
            path: "/p".into(),
            detail: text(),
        },
        E::Database { detail: text() },
        E::BadStation,
        E::BadDay,
        E::NumbersExhausted { day: text() },
        E::BadKind,
        E::SubjectTooLong { bytes: 2, bound: 1 },
        E::EnvelopeWithoutRecord,
        E::EnvelopeTooLong { bytes: 2, bound: 1 },
        E::UnknownRecord { digest: digest() },
        E::LeafMalformed,
        E::OutOfRange { asked: 2, size: 1 },
        E::ProofInvalid,
        E::CheckpointMalformed { why: "why" },
        E::SignatureCount,
        E::SignatureMissing { name: digest() },
        E::SignatureInvalid { name: digest() },
        E::OtherLedger,
        E::ExportTooLarge,
        E::ExportMalformed { why: "why" },
        E::ExportChanged,
        E::ExportLeaf { seq: 1 },
        E::ExportHead,
        E::ExportCheckpoint,
        E::ExportEnvelope { digest: digest() },
    ]);
    all
}

fn damages() -> Vec<Damage> {
    vec![
        Damage::Database { detail: text() },
        Damage::Structure,
        Damage::Identity,
        Damage::Head,
        Damage::Entry { seq: 1 },
        Damage::Node { level: 1, at: 2 },
        Damage::Record { digest: digest() },
        Damage::Numbers,
    ]
}

fn flaws() -> Vec<Flaw> {
    let mut all: Vec<_> = damages().into_iter().map(Flaw::Store).collect();
    all.extend([
        Flaw::EntryMissing { seq: 1 },
        Flaw::LeafMalformed { seq: 1 },
        Flaw::EntryChanged { seq: 1 },
        Flaw::EntryMoved { seq: 1, origin: 2 },
        Flaw::NodeDiffers { from: 1, to: 3 },
        Flaw::NodeMissing { level: 1, at: 2 },
        Flaw::NodeBeyond { level: 1, at: 2 },
        Flaw::SizeDiffers { stored: 1, found: 2 },
        Flaw::RootDiffers,
        Flaw::RecordMisfiled { digest: digest() },
        Flaw::RecordMissing { digest: digest() },
        Flaw::EnvelopeDiffers { digest: digest() },
    ]);
    all
}

fn policy() -> Vec<PolicyError> {
    use PolicyError as E;
    let (scope, purpose, medium) = (Scope::Medium, Purpose::Reuse, MediumKind::Hdd);
    let (required, then, level) = (Level::Destroy, Level::Purge, Level::Partial);
    vec![
        E::TooLarge { bytes: 2, limit: 1 },
        E::NotUtf8 { line: 1 },
        E::Malformed {
            line: 1,
            message: text(),
        },
        E::UnknownFormat { format: 2 },
        E::UnknownProfile {
            given: text(),
            known: text(),
        },
        E::UnknownWord {
            what: "level",
            given: text(),
            known: text(),
        },
        E::BadText {
            field: text(),
            limit: 1,
        },
        E::BadId { field: text() },
        E::BadCount {
            field: text(),
            count: 2,
            limit: 1,
        },
        E::Twice {
            field: text(),
            entry: text(),
        },
        E::UnlistedClassification {
            rule: text(),
            classification: text(),
        },
        E::LevelOutsideScope {
            rule: text(),
            level,
            scope,
        },
        E::Inverted {
            stricter: text(),
            laxer: text(),
            scope,
            purpose,
            medium,
        },
        E::UnknownClassification {
            profile: text(),
            given: text(),
            known: text(),
        },
        E::NoRule {
            profile: text(),
            scope,
            classification: text(),
            purpose,
            medium,
        },
        E::NoWitnessWay { rules: text() },
        E::LevelTooLow {
            required,
            reachable: Level::Clear,
        },
        E::NoLevelReachable { required },
        E::FollowingStepTooLow { required, then },
        E::NotAFollowingStep { then: level },
        E::WitnessMissing,
        E::WitnessWayNotAllowed {
            way: WitnessWay::Paper,
            allowed: text(),
        },
        E::ApprovalMissing { post: text() },
    ]
}

fn records() -> Vec<RecordError> {
    use RecordError as E;
    let problems = [
        TextProblem::Empty,
        TextProblem::TooLong { bound: 9 },
        TextProblem::Invisible,
        TextProblem::NotAnId,
    ];
    let mut all: Vec<_> = problems
        .map(|problem| E::BadText {
            field: "name",
            problem,
        })
        .to_vec();
    all.extend([
        E::TooLarge {
            what: "record",
            bound: 1,
        },
        E::Malformed {
            what: "slip",
            detail: text(),
        },
        E::WrongKind {
            expected: "roster",
            found: text(),
        },
        E::IdentityDamaged,
        E::WrongPassphrase,
        E::BadSignature { who: text() },
        E::NotNamed {
            id: text(),
            role: "witness",
        },
        E::AlreadySigned { id: text() },
        E::KeysDiffer { id: text() },
        E::NotOnRoster { id: text() },
        E::NotTheIssuer {
            issuer: text(),
            id: text(),
        },
        E::BadContract {
            what: "contract file",
            detail: text(),
        },
        E::CodeTooLong {
            characters: 1200,
            bound: 1100,
        },
        E::SpecimenMixed,
    ]);
    all
}

fn papers() -> Vec<RenderError> {
    use RenderError as E;
    vec![
        E::Wording { key: text() },
        E::WordingFile { detail: text() },
        E::EmptyList,
        E::OtherKind,
        E::Passphrase,
        E::Unreadable { reason: text() },
        E::NotATemplate { bound: 1 },
        E::Template {
            line: Some(3),
            message: text(),
        },
        E::Template {
            line: None,
            message: text(),
        },
        E::TooLong { seconds: 60 },
        E::Typesetter,
        E::NoThread { reason: text() },
        E::Font,
        E::QrTooLong {
            characters: 1200,
            bound: 1100,
        },
        E::QrCharacter,
        E::NoSlipCode,
        E::PageRule { rule: "table" },
        E::Attachment,
        E::Update,
        E::TooLarge,
        E::Picture { reason: text() },
        E::NoCode,
        E::ForeignCode,
        E::NoPaper,
    ]
}

fn refusals() -> Vec<TrustRefusal> {
    vec![
        TrustRefusal::NotByPinnedIssuer { issuer: text() },
        TrustRefusal::Older { found: 1, known: 2 },
        TrustRefusal::Forked { serial: 1 },
    ]
}

fn standings() -> Vec<Standing> {
    let at = Timestamp::new(1_800_000_000, 540).unwrap();
    vec![
        Standing::Entitled,
        Standing::EntitledByEvidence { ended: at, seen: at },
        Standing::NeedsEvidence { ended: at },
        Standing::NotListed,
        Standing::LacksRole,
        Standing::NotYet { from: at },
        Standing::Expired { until: at },
        Standing::Revoked {
            since: at,
            reason: RevocationReason::Left,
        },
        Standing::Revoked {
            since: at,
            reason: RevocationReason::Superseded,
        },
        Standing::Revoked {
            since: at,
            reason: RevocationReason::Compromised,
        },
    ]
}

fn checks() -> Vec<Check> {
    let fingerprint: Fingerprint = Fingerprint::parse(&"0".repeat(64)).unwrap();
    let mut all: Vec<_> = standings()
        .into_iter()
        .map(|standing| Check::Entitlement {
            role: Role::Witness,
            name: text(),
            standing,
        })
        .collect();
    all.extend(Role::ALL.map(|role| Check::Signature { role, name: text() }));
    all.extend([
        Check::ExactForm,
        Check::RosterPinned {
            serial: 1,
            organisation: text(),
        },
        Check::RosterUnpinned,
        Check::RosterAbsent,
        Check::RosterOutdated {
            since: Timestamp::new(0, 0).unwrap(),
        },
        Check::BadSignature { name: text() },
        Check::UnknownKey { fingerprint },
        Check::NothingVerified,
        Check::BadPayload { detail: text() },
        Check::NotNamed { fingerprint },
        Check::Pending {
            role: Role::Witness,
            name: text(),
        },
        Check::Unattended { name: text() },
        Check::SamePerson { id: text() },
        Check::NamedOtherwise {
            claimed: text(),
            listed: text(),
        },
        Check::WitnessOnPaper { name: text() },
        Check::NoWitness { reason: text() },
        Check::Inconsistent { what: "flushed" },
        Check::Consistent,
        Check::FactsDiffer { what: "volumes" },
        Check::FactsFit,
        Check::SlipGood,
        Check::SlipMissing,
        Check::SlipBad,
        Check::NothingAttached,
        Check::PageBound,
        Check::PageUnbound { what: "page" },
        Check::PrintSigned { name: text() },
        Check::PrintUnsigned,
        Check::PrinterNotEntitled { name: text() },
        Check::RosterAttached {
            serial: 1,
            organisation: text(),
        },
        Check::TemplateBuiltIn,
        Check::TemplateAdmitted,
        Check::TemplateUnknown { digest: digest() },
        Check::PageRedrawn,
        Check::PageRedrawnOtherwise,
        Check::PageNotRedrawn,
        Check::PageUnproven,
        Check::ReadFromPicture,
        Check::AnnexGood { files: 1 },
        Check::AnnexDiffers { number: text() },
        Check::AnnexUnnamed,
        Check::AnnexMalformed { detail: text() },
        Check::AnnexUnfit,
        Check::AnnexNotCompared,
        Check::NoCertificate,
        Check::Specimen { allowed: true },
        Check::Specimen { allowed: false },
    ]);
    all
}

#[path = "samples_tests.rs"]
mod tests;
