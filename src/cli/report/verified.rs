//! One screen for each verified file: who, when, what, verdict, policy met, each check with its result.

use serde_json::{Value as Json, json};

use keshiin::records::{AnySlip, Check, CheckResult, Verdict};
use keshiin::workflows::{Exit, Problem, Signable, Signed, Verification, VerifySubject, VolumeState};

use super::{
    Fields, delivery_lines, erasure_lines, identity_lines, partial_lines, path_document, printed_lines,
    resume_document, resume_lines, roster_lines, slip_lines, volume_documents, volume_lines,
};
use crate::cli::console::Console;
use crate::cli::escape::{escape, escape_path};
use crate::cli::explain::{
    explain_check, explain_ledger, explain_paper, explain_record, explain_trust_refusal, record_verdict_word,
};
use crate::cli::i18n::Message;

/// The screen of one file.
pub(crate) fn verification_lines(console: &Console, found: &Verification) -> Vec<String> {
    let mut lines = vec![
        headline(console, found),
        format!("  {}", escape_path(&found.path)),
    ];
    lines.extend(match &found.subject {
        VerifySubject::Erasure(record) => {
            erasure_lines(console, record.content(), &record.digest().grouped())
        }
        VerifySubject::Partial(record) => {
            partial_lines(console, record.content(), &record.digest().grouped())
        }
        VerifySubject::Delivery(record) => {
            delivery_lines(console, record.content(), &record.digest().grouped())
        }
        VerifySubject::Resume(state) => resume_lines(console, state.content(), &state.digest().grouped()),
        VerifySubject::Slip(slip) => slip_lines(console, slip.content()),
        VerifySubject::Print(print) => printed_lines(console, &print.statement),
        VerifySubject::Identity(identity) => identity_lines(console, identity),
        VerifySubject::Roster(roster) => roster_lines(console, roster),
        VerifySubject::Checkpoint(checkpoint) => {
            let head = &checkpoint.checkpoint().head;
            ledger_head(
                console,
                &checkpoint.checkpoint().ledger.to_string(),
                head.size,
                &head.root.grouped(),
            )
            .lines()
        }
        VerifySubject::Export {
            ledger,
            size,
            root,
            last,
        } => {
            let mut fields = ledger_head(console, ledger, *size, &root.grouped());
            if let Some(last) = last {
                fields = fields.plain("field-last-entry", console.catalogue().time_for_people(*last));
            }
            fields.lines()
        }
        _ => match found.digest {
            Some(digest) => Fields::new(console)
                .plain("field-digest", digest.grouped())
                .lines(),
            None => Vec::new(),
        },
    });
    if !found.checks.is_empty() {
        lines.push(console.text(&Message::new("checks-head")));
    }
    lines.extend(found.checks.iter().flat_map(|check| check_lines(console, check)));
    if let Some(problem) = &found.problem {
        let message = explain_problem(problem);
        lines.push(format!("  {}", console.text(&message)));
        lines.extend(
            console
                .catalogue()
                .hint(&message)
                .map(|hint| format!("     → {hint}")),
        );
    }
    lines.extend(volume_lines(console, &found.volumes));
    lines.extend(part_lines(console, &found.parts));
    lines
}

/// What is inside a file: the whole of a single record, a table of several.
fn part_lines(console: &Console, parts: &[Verification]) -> Vec<String> {
    let lines = match parts {
        [] => return Vec::new(),
        [one] => verification_lines(console, one),
        many => verification_table(console, many),
    };
    let head = console.text(&Message::new("inside-head").number("count", parts.len() as u64));
    let lines = lines.into_iter().map(|line| {
        if line.is_empty() {
            line
        } else {
            format!("  {line}")
        }
    });
    [String::new(), head].into_iter().chain(lines).collect()
}

/// Many files in one table, then the exceptions in full.
pub(crate) fn verification_table(console: &Console, all: &[Verification]) -> Vec<String> {
    let mut lines = Vec::new();
    for found in all {
        let word = console.text(&Message::new(short(found.exit())));
        lines.push(format!(
            "{word}  {}  {}",
            subject_name(found),
            escape_path(&found.path)
        ));
    }
    let good = all.iter().filter(|found| found.exit() == Exit::Done).count();
    lines.push(
        console.text(
            &Message::new("table-count")
                .number("good", good as u64)
                .number("all", all.len() as u64),
        ),
    );
    for found in all.iter().filter(|found| found.exit() != Exit::Done) {
        lines.push(String::new());
        lines.extend(verification_lines(console, found));
    }
    lines
}

/// One file for programs.
pub(crate) fn verification_document(found: &Verification) -> Json {
    let checks: Vec<Json> = found.checks.iter().map(check_document).collect();
    let (kind, content) = match &found.subject {
        VerifySubject::Erasure(record) => ("erasure", json!(record.content())),
        VerifySubject::Partial(record) => ("partial-erasure", json!(record.content())),
        VerifySubject::Delivery(record) => ("delivery", json!(record.content())),
        VerifySubject::Resume(state) => ("resume", resume_document(state.content())),
        VerifySubject::Slip(slip) => ("slip", slip_document(slip.content())),
        VerifySubject::Print(print) => ("print", json!(print.statement)),
        VerifySubject::Picture => ("picture", Json::Null),
        VerifySubject::Identity(identity) => ("identity", super::identity_document(identity)),
        VerifySubject::Roster(roster) => ("roster", super::roster_document(roster)),
        VerifySubject::Checkpoint(checkpoint) => {
            let head = &checkpoint.checkpoint().head;
            (
                "checkpoint",
                json!({"ledger": checkpoint.checkpoint().ledger.to_string(), "size": head.size, "root": head.root}),
            )
        }
        VerifySubject::Export {
            ledger,
            size,
            root,
            last,
        } => (
            "ledger-export",
            json!({"ledger": ledger, "size": size, "root": root, "last": last}),
        ),
        _ => ("nothing", Json::Null),
    };
    let problem = found.problem.as_ref().map(problem_code);
    let mut document = json!({"path": path_document(&found.path), "exit": found.exit().code(), "kind": kind, "digest": found.digest, "checks": checks, "problem": problem, "content": content});
    if !found.volumes.is_empty() {
        document["volumes"] = json!(volume_documents(&found.volumes));
    }
    if !found.parts.is_empty() {
        document["parts"] = found.parts.iter().map(verification_document).collect();
    }
    document
}

fn slip_document(slip: &AnySlip) -> Json {
    let number = slip.number().as_str();
    match slip {
        AnySlip::Erasure(slip) => {
            json!({"number": number, "verdict": slip.verdict, "policy_met": slip.policy_met})
        }
        AnySlip::Partial(slip) => {
            json!({"number": number, "verdict": slip.verdict, "policy_met": slip.policy_met, "scope": slip.scope, "erased_files": slip.erased_files, "left_files": slip.left_files, "bytes": slip.bytes})
        }
        AnySlip::Delivery(slip) => {
            json!({"number": number, "package": slip.package, "volumes": slip.volumes, "length": slip.length, "read_back_equal": slip.read_back_equal})
        }
    }
}

/// Records that are about to be signed: a table, or the whole of a single one.
pub(crate) fn signing_lines(console: &Console, records: &[Signed]) -> Vec<String> {
    if let [one] = records {
        let digest = digest_without_end(&one.record.digest().grouped());
        let mut lines = vec![escape_path(&one.path)];
        lines.extend(match &one.record {
            Signable::Erasure(record) => erasure_lines(console, record.content(), &digest),
            Signable::Partial(record) => partial_lines(console, record.content(), &digest),
        });
        return lines;
    }
    records
        .iter()
        .map(|signed| signing_line(console, &signed.record))
        .collect()
}

/// One of several records: number, verdict, what it is about, and when it ended.
fn signing_line(console: &Console, record: &Signable) -> String {
    let (verdict, about, ended) = match record {
        Signable::Erasure(record) => {
            let record = record.content();
            let serial = record.medium.serial.measured();
            let serial = serial.map(|serial| escape(&serial.text)).unwrap_or_default();
            (record.verdict, serial, record.times.ended)
        }
        Signable::Partial(record) => {
            let record = record.content();
            let about = console.text(&Message::new("record-partial"));
            (record.verdict, about, record.times.ended)
        }
    };
    let verdict = console.text(&record_verdict_word(verdict));
    let ended = console.catalogue().time_for_people(ended);
    format!("  {}  {verdict}  {about}  {ended}", record.number())
}

/// The last eight digits are to be read from the paper or the handler's screen, not from this one.
fn digest_without_end(grouped: &str) -> String {
    let kept = grouped.len().saturating_sub(9);
    format!("{}____ ____", &grouped[..kept])
}

fn headline(console: &Console, found: &Verification) -> String {
    if let Some(message) = delivery_headline(found).or_else(|| annex_headline(found)) {
        return console.text(&message);
    }
    let message = match (found.exit(), &found.subject) {
        (Exit::Done | Exit::NotErased, _) if is_partial(found) => partial_headline(found),
        (Exit::Done, _) if is_delivery(found) => Message::new("verified-delivery"),
        // The code is genuine; nobody has looked at the paper around it.
        (Exit::Done, VerifySubject::Slip(_)) if found.checks.contains(&Check::ReadFromPicture) => {
            Message::new("verified-code-good")
        }
        (Exit::Done, VerifySubject::Erasure(_) | VerifySubject::Slip(_) | VerifySubject::Print(_)) => {
            Message::new("verified-good")
        }
        (Exit::Done, _) => Message::new("verified-genuine"),
        (Exit::NotErased, _) => match verdict_of(found) {
            Some(Verdict::Erased) | None => Message::new("verified-policy-not-met"),
            Some(verdict) => {
                Message::new("verified-not-erased").term("verdict", record_verdict_word(verdict))
            }
        },
        (Exit::NotEnough, VerifySubject::Resume(_)) if only_no_certificate(found) => {
            Message::new("verified-resume-state")
        }
        (Exit::NotEnough, _) if cannot_be_checked(found) => Message::new("verified-cannot-be-checked"),
        (Exit::NotEnough, _) => Message::new("verified-not-enough"),
        (Exit::Fault, _) => Message::new("verified-unreadable"),
        _ => Message::new("verified-false"),
    };
    console.text(&message)
}

/// For a genuine delivery record: whether the package beside it is the one that it names.
fn delivery_headline(found: &Verification) -> Option<Message> {
    let doubtful = found
        .checks
        .iter()
        .any(|check| check.result() > CheckResult::Notice);
    let is_delivery = matches!(found.subject, VerifySubject::Delivery(_));
    if !is_delivery || doubtful || found.problem.is_some() {
        return None;
    }
    let any = |wanted: fn(&VolumeState) -> bool| found.volumes.iter().any(|volume| wanted(&volume.state));
    let differs = any(|state| matches!(state, VolumeState::Changed | VolumeState::OtherLength { .. }));
    Some(Message::new(if differs {
        "verified-delivery-differs"
    } else if any(|state| !state.is_right()) {
        "verified-delivery-lacks"
    } else if found.volumes.is_empty() || any(|state| *state != VolumeState::Right) {
        "verified-delivery"
    } else {
        "verified-delivery-package"
    }))
}

/// For a genuine record of files or free space: that it is none of a medium stands in the first line.
fn partial_headline(found: &Verification) -> Message {
    let pictured = found.checks.contains(&Check::ReadFromPicture);
    match (found.exit(), verdict_of(found)) {
        (Exit::Done, _) if pictured => Message::new("verified-partial-code"),
        (Exit::Done, _) => Message::new("verified-partial"),
        (_, Some(Verdict::Erased) | None) => Message::new("verified-partial-policy-not-met"),
        (_, Some(verdict)) => {
            Message::new("verified-partial-not-erased").term("verdict", record_verdict_word(verdict))
        }
    }
}

/// For a record that is not false, where the annex that was handed in does not belong to it.
fn annex_headline(found: &Verification) -> Option<Message> {
    let record = match found.parts.as_slice() {
        [one] => one,
        _ => found,
    };
    let foreign = |check: &Check| matches!(check, Check::AnnexDiffers { .. } | Check::AnnexUnnamed);
    let all = found.checks.iter().chain(&record.checks);
    let worst = all.filter(|check| !foreign(check)).map(Check::result).max()?;
    let headline = match worst {
        CheckResult::False => return None,
        CheckResult::NotEnough => "verified-partial-annex-differs-unsure",
        _ => "verified-partial-annex-differs",
    };
    record.checks.iter().any(foreign).then(|| Message::new(headline))
}

/// Files or free space alone.
fn is_partial(found: &Verification) -> bool {
    match &found.subject {
        VerifySubject::Partial(_) => true,
        VerifySubject::Slip(slip) => matches!(slip.content(), AnySlip::Partial(_)),
        VerifySubject::Print(_) => !found.parts.is_empty() && found.parts.iter().all(is_partial),
        _ => false,
    }
}

/// Nothing was found that could be checked: that says nothing against the paper.
fn cannot_be_checked(found: &Verification) -> bool {
    found.checks.contains(&Check::NothingAttached) || matches!(found.problem, Some(Problem::Paper(_)))
}

/// Nothing is amiss but that it is no certificate.
fn only_no_certificate(found: &Verification) -> bool {
    let amiss = |check: &&Check| check.result() > CheckResult::Notice;
    found
        .checks
        .iter()
        .filter(amiss)
        .all(|check| *check == Check::NoCertificate)
}

/// Deliveries alone: nothing in them has a verdict.
fn is_delivery(found: &Verification) -> bool {
    match &found.subject {
        VerifySubject::Delivery(_) => true,
        VerifySubject::Slip(slip) => matches!(slip.content(), AnySlip::Delivery(_)),
        VerifySubject::Print(_) => !found.parts.is_empty() && found.parts.iter().all(is_delivery),
        _ => false,
    }
}

fn verdict_of(found: &Verification) -> Option<Verdict> {
    match &found.subject {
        VerifySubject::Print(_) => match found.parts.as_slice() {
            [one] => verdict_of(one),
            _ => None,
        },
        VerifySubject::Erasure(record) => Some(record.content().verdict),
        VerifySubject::Partial(record) => Some(record.content().verdict),
        VerifySubject::Slip(slip) => match slip.content() {
            AnySlip::Erasure(slip) => Some(slip.verdict),
            AnySlip::Partial(slip) => Some(slip.verdict),
            AnySlip::Delivery(_) => None,
        },
        _ => None,
    }
}

fn subject_name(found: &Verification) -> String {
    match &found.subject {
        VerifySubject::Erasure(record) => record.content().number.to_string(),
        VerifySubject::Partial(record) => record.content().number.to_string(),
        VerifySubject::Delivery(record) => record.content().number.to_string(),
        VerifySubject::Resume(state) => state.content().number.to_string(),
        VerifySubject::Slip(slip) => slip.content().number().to_string(),
        VerifySubject::Identity(identity) => escape(&identity.id),
        VerifySubject::Print(print) => match print.statement.records.as_slice() {
            [one] => one.number.to_string(),
            several => format!("× {}", several.len()),
        },
        _ => "-".into(),
    }
}

fn ledger_head<'a>(console: &'a Console, id: &str, size: u64, root: &str) -> Fields<'a> {
    Fields::new(console)
        .plain("field-ledger", id)
        .plain("field-entries", size.to_string())
        .plain("field-root", root)
}

/// One check with its mark, and what to do where it did not pass.
pub(super) fn check_lines(console: &Console, check: &Check) -> Vec<String> {
    let mark = match check.result() {
        CheckResult::Passed => "mark-passed",
        CheckResult::Notice => "mark-notice",
        CheckResult::NotEnough => "mark-not-enough",
        CheckResult::False => "mark-false",
    };
    let message = explain_check(check);
    let mut lines = vec![format!(
        "  {}  {}",
        console.text(&Message::new(mark)),
        console.text(&message)
    )];
    if check.result() > CheckResult::Notice {
        lines.extend(
            console
                .catalogue()
                .hint(&message)
                .map(|hint| format!("         → {hint}")),
        );
    }
    lines
}

/// One check for programs.
pub(super) fn check_document(check: &Check) -> Json {
    json!({"code": check.code(), "result": result_name(check.result())})
}

const fn result_name(result: CheckResult) -> &'static str {
    match result {
        CheckResult::Passed => "passed",
        CheckResult::Notice => "notice",
        CheckResult::NotEnough => "not-enough",
        CheckResult::False => "false",
    }
}

const fn short(exit: Exit) -> &'static str {
    match exit {
        Exit::Done => "short-good",
        Exit::NotErased => "short-not-erased",
        Exit::NotEnough => "short-not-enough",
        Exit::Fault => "short-unreadable",
        _ => "short-false",
    }
}

fn explain_problem(problem: &Problem) -> Message {
    match problem {
        Problem::Record(error) => explain_record(error),
        Problem::Trust(refusal) => explain_trust_refusal(refusal),
        Problem::Ledger(error) => explain_ledger(error),
        Problem::Paper(error) => explain_paper(error),
        Problem::Unreadable { reason } => Message::new("problem-unreadable").untrusted("reason", reason),
        Problem::Annex => Message::new("problem-annex"),
        Problem::NoRecord { path } => Message::new("problem-no-record").path("path", path),
        _ => Message::new("problem-foreign"),
    }
}

fn problem_code(problem: &Problem) -> &'static str {
    match problem {
        Problem::Record(error) => error.code(),
        Problem::Trust(refusal) => refusal.code(),
        Problem::Ledger(error) => error.code(),
        Problem::Paper(error) => error.code(),
        Problem::Unreadable { .. } => "JOB-FILE",
        Problem::Annex => "JOB-ANNEX-ALONE",
        Problem::NoRecord { .. } => "DLV-NO-RECORD",
        _ => "JOB-FOREIGN",
    }
}
