//! Words of the domain as messages: levels, roles, purposes, names of fields.

use keshiin::devices::{ProtectedKind, SerialSource, Transport, VirtualKind};
use keshiin::policy::{Level, MediumKind, Purpose, Scope, WitnessWay};
use keshiin::records;

use crate::cli::i18n::{Message, Value};

/// What is said of an error that this program has no text for.
pub(super) fn unknown(code: &str, error: &dyn std::fmt::Display) -> Message {
    Message::new("error-unknown")
        .untrusted("code", code)
        .untrusted("text", error.to_string())
}

/// 消去水準.
pub(crate) const fn level_word(level: Level) -> Message {
    Message::new(match level {
        Level::Partial => "level-partial",
        Level::Clear => "level-clear",
        Level::Purge => "level-purge",
        Level::Destroy => "level-destroy",
    })
}

/// 消去水準, as a record has it; none where none was reached.
pub(crate) const fn record_level_word(level: Option<records::Level>) -> Message {
    Message::new(match level {
        None => "level-none",
        Some(records::Level::Partial) => "level-partial",
        Some(records::Level::Clear) => "level-clear",
        Some(records::Level::Purge) => "level-purge",
        Some(records::Level::Destroy) => "level-destroy",
    })
}

/// 判定, as a record has it.
pub(crate) const fn record_verdict_word(verdict: records::Verdict) -> Message {
    Message::new(match verdict {
        records::Verdict::Erased => "verdict-erased",
        records::Verdict::ErasedWithExceptions => "verdict-erased-with-exceptions",
        records::Verdict::NotErased => "verdict-not-erased",
        records::Verdict::Unverified => "verdict-unverified",
        records::Verdict::Interrupted => "verdict-interrupted",
    })
}

/// As what somebody signs.
pub(crate) const fn role_word(role: records::Role) -> Message {
    Message::new(match role {
        records::Role::Handler => "role-handler",
        records::Role::Supervisor => "role-supervisor",
        records::Role::Witness => "role-witness",
        records::Role::Approver => "role-approver",
        records::Role::Accepter => "role-accepter",
        records::Role::Sender => "role-sender",
        records::Role::Recipient => "role-recipient",
        records::Role::Issuer => "role-issuer",
    })
}

/// Why somebody's entitlement was taken away.
pub(crate) const fn revocation_word(reason: records::RevocationReason) -> Message {
    Message::new(match reason {
        records::RevocationReason::Left => "revocation-left",
        records::RevocationReason::Superseded => "revocation-superseded",
        records::RevocationReason::Compromised => "revocation-compromised",
    })
}

/// 処理事由.
pub(crate) const fn purpose_word(purpose: Purpose) -> Message {
    Message::new(match purpose {
        Purpose::Disposal => "purpose-disposal",
        Purpose::LeaseReturn => "purpose-lease-return",
        Purpose::HandBack => "purpose-hand-back",
        Purpose::Reuse => "purpose-reuse",
        Purpose::Repurpose => "purpose-repurpose",
        Purpose::Repair => "purpose-repair",
    })
}

/// The kind of medium, as policies tell them apart.
pub(crate) const fn medium_kind_word(kind: MediumKind) -> Message {
    Message::new(match kind {
        MediumKind::Hdd => "medium-hdd",
        MediumKind::Ssd => "medium-ssd",
        MediumKind::UsbFlash => "medium-usb-flash",
        MediumKind::Sd => "medium-sd",
        MediumKind::Optical => "medium-optical",
        MediumKind::Tape => "medium-tape",
        MediumKind::Virtual => "medium-virtual",
        MediumKind::Unknown => "medium-unknown",
    })
}

/// What is erased.
pub(crate) const fn scope_word(scope: Scope) -> Message {
    Message::new(match scope {
        Scope::Medium => "scope-medium",
        Scope::Files => "scope-files",
    })
}

/// How a witness signs.
pub(crate) const fn witness_way_word(way: WitnessWay) -> Message {
    Message::new(match way {
        WitnessWay::SameMachine => "way-same-machine",
        WitnessWay::OwnMachine => "way-own-machine",
        WitnessWay::Paper => "way-paper",
    })
}

/// What makes a medium virtual.
pub(crate) const fn virtual_word(kind: VirtualKind) -> Message {
    Message::new(match kind {
        VirtualKind::ImageFile => "virtual-image-file",
        VirtualKind::Loop => "virtual-loop",
        VirtualKind::DeviceMapper => "virtual-device-mapper",
        VirtualKind::SoftwareRaid => "virtual-software-raid",
        VirtualKind::Network => "virtual-network",
        VirtualKind::Memory => "virtual-memory",
        VirtualKind::VirtualDriver => "virtual-driver",
        _ => "virtual-other",
    })
}

/// How a device is attached.
pub(crate) const fn transport_word(transport: Transport) -> Message {
    Message::new(match transport {
        Transport::Nvme => "transport-nvme",
        Transport::Ata => "transport-ata",
        Transport::Scsi => "transport-scsi",
        Transport::Usb => "transport-usb",
        Transport::Mmc => "transport-mmc",
        Transport::Virtio => "transport-virtio",
        Transport::None => "transport-none",
        _ => "transport-unknown",
    })
}

/// Where a serial number was read.
pub(crate) const fn serial_source_word(source: SerialSource) -> Message {
    Message::new(match source {
        SerialSource::UsbBridge => "serial-source-usb-bridge",
        _ => "serial-source-device",
    })
}

/// Why something was not measured.
pub(crate) const fn absence_word(absence: records::Absence) -> Message {
    Message::new(match absence {
        records::Absence::NotReported => "absence-not-reported",
        records::Absence::NotReadable => "absence-not-readable",
        records::Absence::NotApplicable => "absence-not-applicable",
        records::Absence::NotExamined => "absence-not-examined",
        records::Absence::NotReached => "absence-not-reached",
        records::Absence::NotVisible => "absence-not-visible",
    })
}

/// What became of a file.
pub(crate) const fn file_result_word(result: records::FileResult) -> Message {
    Message::new(match result {
        records::FileResult::Erased => "file-erased",
        records::FileResult::Unseen => "file-unseen",
        records::FileResult::StillThere => "file-still-there",
        records::FileResult::Moved => "file-moved",
        records::FileResult::Different => "file-different",
        records::FileResult::Unreached => "file-unreached",
        records::FileResult::NotRemoved => "file-not-removed",
        records::FileResult::NotBegun => "file-not-begun",
    })
}

/// What a protected path is to the run.
pub(super) const fn protected_word(kind: ProtectedKind) -> Message {
    Message::new(match kind {
        ProtectedKind::Program => "protected-program",
        ProtectedKind::Key => "protected-key",
        ProtectedKind::Ledger => "protected-ledger",
        ProtectedKind::Roster => "protected-roster",
        ProtectedKind::Approval => "protected-approval",
        ProtectedKind::ResumeState => "protected-resume-state",
        ProtectedKind::Output => "protected-output",
        ProtectedKind::Record => "protected-record",
        ProtectedKind::Home => "protected-home",
        _ => "protected-other",
    })
}

/// Names that errors carry as English words, and the messages for them.
const NAMES: &[(&str, &str)] = &[
    // Things that were read.
    ("record", "thing-record"),
    ("erasure record", "thing-erasure-record"),
    ("delivery record", "thing-delivery-record"),
    ("identity", "thing-identity"),
    ("identity file", "thing-identity-file"),
    ("roster", "thing-roster"),
    ("slip", "thing-slip"),
    ("contract file", "thing-contract-file"),
    ("slip code", "thing-slip-code"),
    ("print statement", "thing-print-statement"),
    ("print", "thing-print-statement"),
    ("package", "thing-package"),
    ("manifest", "thing-manifest"),
    ("resume state", "thing-resume-state"),
    ("bytes", "thing-sealed-bytes"),
    // Parts of a printed PDF.
    ("page", "part-page"),
    ("time", "part-time"),
    ("records", "part-records"),
    ("specimen", "part-specimen"),
    // Rules of its page.
    ("head", "page-head"),
    ("end", "page-end"),
    ("trailer", "page-trailer"),
    ("content", "page-content"),
    ("table", "page-table"),
    ("escape", "page-escape"),
    ("string", "page-string"),
    ("line", "page-line"),
    ("stream", "page-stream"),
    ("bracket", "page-bracket"),
    // Fields of records and of files that people write.
    ("id", "input-id"),
    ("name", "input-name"),
    ("organisation", "input-organisation"),
    ("title", "input-title"),
    ("delivery title", "input-delivery-title"),
    ("contents", "input-contents"),
    ("medium number", "input-medium-number"),
    ("permit number", "input-permit-number"),
    ("permit by", "input-permit-by"),
    ("approval number", "input-approval-number"),
    ("contact", "input-contact"),
    ("post", "input-post"),
    ("group", "input-group"),
    ("number", "input-number"),
    ("addressee", "input-addressee"),
    ("office", "input-office"),
    ("workplace.name", "input-workplace"),
    ("contractor.name", "input-contractor"),
    ("lessor.name", "input-lessor"),
    // Roles.
    ("handler", "role-handler"),
    ("supervisor", "role-supervisor"),
    ("witness", "role-witness"),
    ("approver", "role-approver"),
    ("accepter", "role-accepter"),
    ("sender", "role-sender"),
    ("recipient", "role-recipient"),
    ("issuer", "role-issuer"),
    // What identifies a device.
    ("kind", "fact-kind"),
    ("device number", "fact-device-number"),
    ("file", "fact-file"),
    ("disk sequence number", "fact-disk-sequence"),
    ("size", "fact-size"),
    ("block size", "fact-block-size"),
    ("maker", "fact-maker"),
    ("model", "fact-model"),
    ("serial number", "fact-serial"),
    ("world wide name", "fact-wwn"),
    ("port", "fact-port"),
    ("backing file", "fact-backing-file"),
    ("number of names", "fact-names"),
    ("time of change", "fact-changed"),
    // Sorts of words in policies and options.
    ("level", "word-level"),
    ("scope", "word-scope"),
    ("purpose", "word-purpose"),
    ("medium kind", "word-medium-kind"),
    ("witness need", "word-witness-need"),
    ("witness way", "word-witness-way"),
    ("passphrase use", "word-passphrase-use"),
    ("scan need", "word-scan-need"),
    ("standing", "word-standing"),
    // What a verdict rests on.
    ("policy-met", "basis-policy-met"),
    ("ending", "basis-ending"),
    ("written", "basis-written"),
    ("flushed", "basis-flushed"),
    ("read-back", "basis-read-back"),
    ("second-look", "basis-second-look"),
    ("displaced", "basis-displaced"),
    ("sample", "basis-sample"),
    ("interruptions", "basis-interruptions"),
    // What a delivery says of itself.
    ("volumes", "basis-volumes"),
    ("recipients", "basis-recipients"),
    // What a partial erasure says of itself.
    ("level", "basis-level"),
    ("batches", "basis-batches"),
    ("totals", "basis-totals"),
    ("free-space", "basis-free-space"),
    ("moved", "basis-moved"),
    ("in-place", "basis-in-place"),
    ("sight", "basis-sight"),
    ("journal", "basis-journal"),
    ("snapshots", "basis-snapshots"),
    ("medium", "basis-medium"),
    ("left", "basis-left"),
    ("still-there", "basis-still-there"),
    ("unreached", "basis-unreached"),
    ("mapped", "basis-mapped"),
    ("names", "basis-names"),
    ("search", "basis-search"),
];

/// The message for an English name that an error carries; the name itself where there is none.
pub(super) fn name(name: &str) -> Value {
    match NAMES.iter().find(|(known, _)| *known == name) {
        Some((_, id)) => Value::Term(Box::new(Message::new(id))),
        None => Value::Untrusted(name.to_owned()),
    }
}

/// All names with a message, for the test that each has text.
#[cfg(test)]
pub(super) fn all_names() -> impl Iterator<Item = Message> {
    NAMES.iter().map(|(_, id)| Message::new(id))
}
