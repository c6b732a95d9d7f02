//! What the jobs refuse, as messages. The reasons of the rooms are explained in [`super::explain`].

use std::path::Path;

use keshiin::crypto::Weakness;
use keshiin::records::{Check, CheckResult};
use keshiin::sealing::SealingError;
use keshiin::workflows::{
    ClockWitness, DeskRefusal, Exit, IdentityField, OutputProblem, Refusal, ScanTrouble, UsageFault,
    VolumeFinding, WorkflowError,
};

use super::explain::{
    explain_check, explain_crypto, explain_device, explain_erasure, explain_ledger, explain_package_refusal,
    explain_paper, explain_policy, explain_recheck, explain_record, explain_scan, explain_sealing,
    explain_standing, explain_trust_refusal, explain_volume, identity_field_word, role_word,
};
use super::i18n::{Message, Value};
use super::report::blindness;

/// One reason, with its stable code.
pub(crate) struct Reason {
    /// The code.
    pub(crate) code: &'static str,
    /// The message.
    pub(crate) message: Message,
}

/// The first line above the reasons.
pub(crate) fn headline(error: &WorkflowError) -> Message {
    Message::new(match (error, error.exit()) {
        (WorkflowError::NotBelieved { .. }, _) => "head-not-believed",
        (WorkflowError::Package { .. }, Exit::WrongKey) => "head-not-opened",
        (WorkflowError::Crypto(_), Exit::WrongKey) => "head-mistyped",
        // Parts of a package may have been written by then, and were taken away again.
        (WorkflowError::Package { .. }, Exit::Refused) => "head-not-delivered",
        (_, Exit::Usage) => "head-usage",
        (_, Exit::Refused) => "head-refused",
        (_, Exit::WrongKey) => "head-wrong-key",
        (_, Exit::False) => "head-false",
        (_, Exit::Interrupted) => "head-interrupted",
        _ => "head-fault",
    })
}

/// Every reason of a failure.
pub(crate) fn explain(error: &WorkflowError) -> Vec<Reason> {
    let one = |message: Message| {
        vec![Reason {
            code: error.code(),
            message,
        }]
    };
    match error {
        WorkflowError::Usage(faults) => faults.iter().map(usage).collect(),
        WorkflowError::Refused(refusals) => refusals.iter().map(refusal).collect(),
        WorkflowError::WrongPassphrase { id } => {
            one(Message::new("JOB-WRONG-PASSPHRASE").untrusted("id", id))
        }
        WorkflowError::False { path, error } => one(Message::new("about-file")
            .path("path", path)
            .term("what", explain_record(error))),
        WorkflowError::Ledger { path, error } => one(Message::new("about-file")
            .path("path", path)
            .term("what", explain_ledger(error))),
        WorkflowError::Paper(error) => one(explain_paper(error)),
        WorkflowError::Package { path, error } => one(match error {
            // These name the file themselves, or the system's fault that has none.
            SealingError::Changed { .. } | SealingError::Input { .. } | SealingError::Crypto(_) => {
                explain_sealing(error)
            }
            _ => about(
                Message::new("about-file").path("path", path),
                explain_sealing(error),
            ),
        }),
        WorkflowError::NotBelieved {
            path,
            checks,
            volumes,
            ..
        } => not_believed(path, checks, volumes),
        WorkflowError::File { path, reason } => one(Message::new("JOB-FILE")
            .path("path", path)
            .untrusted("reason", reason)),
        WorkflowError::Crypto(error) => one(explain_crypto(error)),
        WorkflowError::ScanStopped => one(explain_scan(&ScanTrouble::Stopped)),
        WorkflowError::Internal { what } => one(Message::new("JOB-INTERNAL").text("what", what)),
        _ => one(Message::new("error-unknown")
            .text("code", error.code())
            .untrusted("text", error.to_string())),
    }
}

/// That a package was not opened, then every check and volume that speaks against it.
fn not_believed(path: &Path, checks: &[Check], volumes: &[VolumeFinding]) -> Vec<Reason> {
    let id = if checks.is_empty() {
        "DLV-NOT-BELIEVED-ABSENT"
    } else {
        "DLV-NOT-BELIEVED"
    };
    let whole = Reason {
        code: "DLV-NOT-BELIEVED",
        message: Message::new(id).path("path", path),
    };
    let checks = checks.iter().filter(|check| check.result() > CheckResult::Notice);
    let checks = checks.map(|check| Reason {
        code: check.code(),
        message: explain_check(check),
    });
    let volumes = volumes.iter().filter(|volume| !volume.state.is_right());
    let volumes = volumes.map(|volume| Reason {
        code: "DLV-VOLUME",
        message: explain_volume(volume),
    });
    std::iter::once(whole).chain(checks).chain(volumes).collect()
}

fn usage(fault: &UsageFault) -> Reason {
    let message = match fault {
        UsageFault::Erasure(error) => explain_erasure(error),
        UsageFault::Policy(error) => explain_policy(error),
        UsageFault::Value { option, value } => Message::new("JOB-VALUE")
            .text("option", option)
            .untrusted("value", value),
        UsageFault::OneOf { option, value, words } => Message::new("JOB-ONE-OF")
            .text("option", option)
            .untrusted("value", value)
            .text("first", words[0])
            .text("second", words[1]),
        UsageFault::Rate { option, value, least } => Message::new("JOB-RATE")
            .text("option", option)
            .untrusted("value", value)
            .with("least", Value::Rate(*least)),
        UsageFault::Stretch { option, value } => Message::new("JOB-STRETCH")
            .text("option", option)
            .untrusted("value", value),
        UsageFault::OneDeviceOnly { option } => Message::new("JOB-ONE-DEVICE-ONLY").text("option", option),
        UsageFault::OneRecordOnly { option } => Message::new("JOB-ONE-RECORD-ONLY").text("option", option),
        UsageFault::TooManyForYes { most } => {
            Message::new("JOB-TOO-MANY-FOR-YES").number("most", *most as u64)
        }
        UsageFault::NamedTwice { path } => Message::new("JOB-NAMED-TWICE").path("path", path),
        UsageFault::TooMany { bound } => Message::new("JOB-TOO-MANY").number("bound", *bound as u64),
        _ => Message::new("error-unknown")
            .text("code", fault.code())
            .untrusted("text", fault.to_string()),
    };
    Reason {
        code: fault.code(),
        message,
    }
}

fn refusal(refusal: &Refusal) -> Reason {
    let message = match refusal {
        Refusal::Device { device, error } => about(
            Message::new("about-device").path("device", device),
            explain_device(error),
        ),
        Refusal::Files { error } => explain_device(error),
        Refusal::Package(refusal) => explain_package_refusal(refusal),
        Refusal::Recheck(refusal) => explain_recheck(refusal),
        Refusal::Policy(error) => explain_policy(error),
        Refusal::Roster { path, error } => about(
            Message::new("about-file").path("path", path),
            explain_trust_refusal(error),
        ),
        Refusal::NotEntitled { id, role, standing } => Message::new("JOB-NOT-ENTITLED")
            .untrusted("id", id)
            .term("role", role_word(*role))
            .term("standing", explain_standing(*standing)),
        Refusal::ResumeOtherMedium { device, fields } => Message::new("JOB-RESUME-OTHER-MEDIUM")
            .path("device", device)
            .term("fields", listed(fields)),
        Refusal::ResumeUnnamed { device } => Message::new("JOB-RESUME-UNNAMED").path("device", device),
        Refusal::ResumeOtherPolicy { id } => Message::new("JOB-RESUME-OTHER-POLICY").untrusted("id", id),
        Refusal::ResumeUnfit { path } => Message::new("JOB-RESUME-UNFIT").path("path", path),
        Refusal::SamePerson { id } => Message::new("JOB-SAME-PERSON").untrusted("id", id),
        Refusal::NoRoster { id } => Message::new("JOB-NO-ROSTER").untrusted("id", id),
        Refusal::NoPinnedIssuer => Message::new("JOB-NO-PINNED-ISSUER"),
        Refusal::OtherIssuerPinned { id } => Message::new("JOB-OTHER-ISSUER-PINNED").untrusted("id", id),
        Refusal::FingerprintDiffers => Message::new("JOB-FINGERPRINT-DIFFERS"),
        Refusal::ClockBehind { now, newest, witness } => Message::new(clock(*witness))
            .time("now", *now)
            .time("newest", *newest),
        Refusal::SearchBlind { path, why } => Message::new("JOB-SEARCH-BLIND")
            .path("path", path)
            .term("why", Message::new(blindness(why.name()))),
        Refusal::SearchTooMuch { blocks, most } => Message::new("JOB-SEARCH-TOO-MUCH")
            .number("blocks", *blocks)
            .number("most", *most),
        Refusal::Output { path, problem } => output(problem).path("path", path),
        Refusal::Ledger { path, error } => about(
            Message::new("about-file").path("path", path),
            explain_ledger(error),
        ),
        Refusal::WeakPassphrase {
            weakness: Weakness::TooShort,
        } => Message::new("JOB-PASSPHRASE-SHORT"),
        Refusal::WeakPassphrase {
            weakness: Weakness::Guessable,
        } => Message::new("JOB-PASSPHRASE-GUESSABLE"),
        Refusal::Exists { path } => Message::new("JOB-EXISTS").path("path", path),
        Refusal::Desk(refusal) => desk(refusal),
        Refusal::NoFreeSpace {
            mount_point,
            free,
            reserve,
        } => Message::new("JOB-NO-FREE-SPACE")
            .path("place", mount_point)
            .bytes("free", *free)
            .bytes("reserve", *reserve),
        Refusal::NotConfirmed { what } => Message::new("JOB-NOT-CONFIRMED").untrusted("what", what),
        Refusal::Record { path, error } => about(
            Message::new("about-file").path("path", path),
            explain_record(error),
        ),
        Refusal::NotGenuine { path } => Message::new("JOB-NOT-GENUINE").path("path", path),
        Refusal::OtherPaper { path } => Message::new("JOB-OTHER-PAPER").path("path", path),
        Refusal::PrintedTwice { path } => Message::new("JOB-PRINTED-TWICE").path("path", path),
        Refusal::Paper { path, error } => about(
            Message::new("about-file").path("path", path),
            explain_paper(error),
        ),
        Refusal::Glyph { field, signs } => Message::new("PRN-GLYPH")
            .text("text", field)
            .untrusted("signs", signs),
        Refusal::Text(error) => explain_record(error),
        Refusal::Scan(trouble) => explain_scan(trouble),
        Refusal::SpecimenMixed => Message::new("JOB-SPECIMEN-MIXED"),
        _ => Message::new("error-unknown")
            .text("code", refusal.code())
            .untrusted("text", refusal.to_string()),
    };
    Reason {
        code: refusal.code(),
        message,
    }
}

/// What differs, one after the other.
fn listed(fields: &[IdentityField]) -> Message {
    let word = |field: &IdentityField| identity_field_word(*field);
    let all = fields.iter().map(word);
    all.reduce(|first, next| Message::new("list-and").term("first", first).term("next", next))
        .unwrap_or_else(|| Message::new("identity-kind"))
}

/// A reason with what it is about before it; its hint is that of the reason.
fn about(frame: Message, what: Message) -> Message {
    frame.term("what", what)
}

fn clock(witness: ClockWitness) -> &'static str {
    match witness {
        ClockWitness::Build => "JOB-CLOCK-BEHIND-BUILD",
        ClockWitness::Ledger => "JOB-CLOCK-BEHIND-LEDGER",
        ClockWitness::Roster => "JOB-CLOCK-BEHIND-ROSTER",
    }
}

fn output(problem: &OutputProblem) -> Message {
    match problem {
        OutputProblem::Missing => Message::new("JOB-OUTPUT-MISSING"),
        OutputProblem::NotAFolder => Message::new("JOB-OUTPUT-NOT-A-FOLDER"),
        OutputProblem::NotWritable { reason } => {
            Message::new("JOB-OUTPUT-NOT-WRITABLE").untrusted("reason", reason)
        }
        OutputProblem::Full { needed, available } => Message::new("JOB-OUTPUT-FULL")
            .bytes("needed", *needed)
            .bytes("available", *available),
        _ => Message::new("JOB-OUTPUT-ROOM-UNTOLD"),
    }
}

fn desk(refusal: &DeskRefusal) -> Message {
    match refusal {
        DeskRefusal::NobodyToAsk { question, about } => Message::new(match *question {
            "confirm" => "JOB-NOBODY-CONFIRM",
            "confirm-free" => "JOB-NOBODY-CONFIRM-FREE",
            "confirm-files" => "JOB-NOBODY-CONFIRM-FILES",
            "confirm-signing" => "JOB-NOBODY-CONFIRM-SIGNING",
            "fingerprint" => "JOB-NOBODY-FINGERPRINT",
            "generated-passphrase" => "JOB-NOBODY-GENERATED",
            "package-passphrase" => "JOB-NOBODY-PACKAGE-PASSPHRASE",
            "new-package-passphrase" => "JOB-NOBODY-NEW-PACKAGE-PASSPHRASE",
            "generated-package-passphrase" => "JOB-NOBODY-GENERATED-PACKAGE",
            _ => "JOB-NOBODY-PASSPHRASE",
        })
        .untrusted("about", about),
        DeskRefusal::BrokenOff => Message::new("JOB-BROKEN-OFF"),
        DeskRefusal::EntriesDiffer => Message::new("JOB-ENTRIES-DIFFER"),
        DeskRefusal::PassphraseFile { path, reason } => Message::new("JOB-PASSPHRASE-FILE")
            .path("path", path)
            .untrusted("reason", reason),
        _ => Message::new("JOB-TOO-LONG"),
    }
}
