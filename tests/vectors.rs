//! Reads the vectors under `tests/vectors/{identity,records,resume,slip,print}` through the public interface.
//!
//! What is good must be read, and is what this version writes, byte for byte. What is broken must be
//! refused by the layer that it names: `form` (the bytes of the file), `checksum`, `passphrase`,
//! `secret` (the encrypted half), `signature`, `payload` (signed, but not what its type says), `slip`
//! (the one beside a record), `roster` (not believed) or `entitlement`; of a printed PDF also
//! `nothing-attached`, `page-rule`, `update` (its bytes), `attachment` (names), `statement` (its form),
//! `binding` (it says something else than what hangs there), `record` (what is inside, judged as a file of
//! its own), `template` or `unproven` (nobody vouches for a page that cannot be typeset again).
//! `docs/spec` describes the formats.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::fs;

use data_encoding::HEXLOWER;
use keshiin::crypto::{CryptoError, Digest, Fingerprint, Keystream, Passphrase};
use keshiin::records::{
    Annex, AnySlip, CertificateNumber, Check, CheckResult, DeliverySlip, Envelope, Evidence, Identity,
    IdentityFile, PartialSlip, RecordError, Roster, RosterStanding, Slip, SlipFile, Standing, TrustRefusal,
    Verdict, believe, resume_by, verify_delivery, verify_erasure, verify_partial, verify_resume, verify_slip,
};
use keshiin::workflows::VerifySubject;
use serde::Deserialize;

#[path = "support/delivery_vectors.rs"]
mod delivery_vectors;
#[path = "support/partial_vectors.rs"]
mod partial_vectors;
#[path = "support/pdf_writer.rs"]
mod pdf_writer;
#[path = "support/print_forms.rs"]
mod print_forms;
#[path = "support/print_judge.rs"]
mod print_judge;
#[path = "support/print_vectors.rs"]
mod print_vectors;
#[path = "support/resume_vectors.rs"]
mod resume_vectors;
#[path = "support/vector_files.rs"]
mod vector_files;

use print_judge::{Machine, print_cases, vector};
use vector_files::{NOW, PASSPHRASE, People, at, files, place};

/// Who objects, and the exit code that follows.
type Objection = Option<(&'static str, u8)>;

/// A list of broken files.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    #[serde(default)]
    passphrase: Option<String>,
    #[serde(default)]
    fingerprints: Option<serde_json::Value>,
    #[serde(default)]
    now: Option<String>,
    #[serde(default)]
    issuer: Option<String>,
    #[serde(default)]
    roster: Option<String>,
    /// What is good, where no file of its own has it.
    #[serde(default)]
    good: Option<String>,
    broken: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    why: String,
    expect: String,
    exit: u8,
    text: String,
    /// Instead of the list's.
    #[serde(default)]
    passphrase: Option<String>,
    /// The slip beside the record.
    #[serde(default)]
    slip: Option<String>,
    /// Another roster than the list's; `null`: none.
    #[serde(default = "lists_own")]
    roster: Option<String>,
    /// Whether an issuer is pinned.
    #[serde(default = "pinned")]
    pinned: bool,
    /// The highest serial that this machine has seen, and its 照合値.
    #[serde(default)]
    seen: Option<(u64, Digest)>,
}

fn pinned() -> bool {
    true
}

fn lists_own() -> Option<String> {
    Some(String::new())
}

fn read(name: &str) -> Vec<u8> {
    fs::read(place(name)).unwrap()
}

fn cases(name: &str) -> Cases {
    serde_json::from_slice(&read(name)).unwrap()
}

/// Runs every broken file of a list past `judge`, and none may pass.
fn refuse(list: &str, judge: impl Fn(&Cases, &Case) -> Objection) {
    let cases = cases(list);
    assert!(!cases.broken.is_empty());
    for case in &cases.broken {
        let expected = Some((case.expect.as_str(), case.exit));
        assert_eq!(judge(&cases, case), expected, "{list}: {}", case.why);
    }
}

fn issuer() -> Identity {
    Identity::parse(&read("identity/issuer.json")).unwrap()
}

/// The roster of a case, believed or not.
fn standing(cases: &Cases, case: &Case) -> RosterStanding {
    let Some(other) = &case.roster else {
        return RosterStanding::Absent;
    };
    let listed = cases.roster.as_ref().unwrap().trim_start_matches("../records/");
    let name = if other.is_empty() { listed } else { other };
    let issuer = case.pinned.then(issuer);
    believe(&read(&format!("records/{name}")), issuer.as_ref(), &|_| None).unwrap()
}

#[test]
fn the_committed_vectors_are_what_this_version_writes() {
    for (name, bytes) in files(&People::read()) {
        assert!(
            read(&name) == bytes,
            "{name} differs: see the feature regenerate-vectors"
        );
    }
}

#[test]
fn identities_are_read_and_opened() {
    let fingerprints = cases("identity/cases.json").fingerprints.unwrap();
    for (name, expected) in fingerprints.as_object().unwrap() {
        let bytes = read(&format!("identity/{name}.key"));
        let file = IdentityFile::parse(&bytes).unwrap();
        assert_eq!(file.encode(), bytes);
        let public = Identity::parse(&read(&format!("identity/{name}.json"))).unwrap();
        assert_eq!(
            (&public, public.fingerprint().to_string().as_str()),
            (file.public(), expected.as_str().unwrap())
        );
        let unlocked = file.unlock(&Passphrase::new(PASSPHRASE).unwrap()).unwrap();
        assert_eq!(unlocked.public(), &public);
    }
}

#[test]
fn broken_identities_are_refused_by_their_layer() {
    refuse("identity/cases.json", |cases, case| {
        let passphrase = case.passphrase.as_ref().or(cases.passphrase.as_ref()).unwrap();
        identity_layer(case.text.as_bytes(), &Passphrase::new(passphrase).unwrap())
    });
}

fn identity_layer(bytes: &[u8], passphrase: &Passphrase) -> Objection {
    match IdentityFile::parse(bytes) {
        Ok(file) => match file.unlock(passphrase).err()? {
            RecordError::WrongPassphrase => Some(("passphrase", 8)),
            RecordError::IdentityDamaged => Some(("secret", 4)),
            RecordError::Malformed { .. } | RecordError::Crypto(CryptoError::Argon2OutOfBounds { .. }) => {
                Some(("form", 4))
            }
            other => panic!("{other}"),
        },
        Err(RecordError::IdentityDamaged) => Some(("checksum", 4)),
        Err(RecordError::BadSignature { .. }) => Some(("signature", 4)),
        Err(_) => {
            let public = bytes.split_inclusive(|byte| *byte == b'\n').nth(1).unwrap();
            let payload = Envelope::parse(public).is_ok() && Identity::parse(public).is_err();
            Some((if payload { "payload" } else { "form" }, 4))
        }
    }
}

#[test]
fn the_rosters_are_read_and_believed() {
    for name in [
        "roster",
        "roster-revoked-later",
        "roster-revoked-before",
        "roster-other-role",
        "roster-handler-alone",
        "roster-senders",
    ] {
        let bytes = read(&format!("records/{name}.json"));
        let roster = Roster::parse(&bytes).unwrap();
        assert_eq!(roster.encode(), bytes);
        let believed = believe(&bytes, Some(&issuer()), &|_| None).unwrap();
        assert_eq!(believed.pinned(), Some(&roster), "{name}");
    }
}

#[test]
fn broken_rosters_are_refused_by_their_layer() {
    refuse("records/roster-cases.json", |_, case| {
        let issuer = case.pinned.then(issuer);
        roster_layer(case.text.as_bytes(), issuer.as_ref(), &|_| case.seen)
    });
}

fn roster_layer(
    bytes: &[u8],
    issuer: Option<&Identity>,
    seen: &dyn Fn(&str) -> Option<(u64, Digest)>,
) -> Objection {
    match believe(bytes, issuer, seen) {
        Ok(RosterStanding::Pinned(_)) => None,
        Ok(_) | Err(TrustRefusal::Older { .. } | TrustRefusal::Forked { .. }) => Some(("roster", 7)),
        Err(TrustRefusal::NotByPinnedIssuer { .. }) => {
            let envelope = Envelope::parse(bytes).unwrap();
            let keys = issuer.unwrap();
            let own = envelope
                .signatures()
                .iter()
                .find(|signed| signed.fingerprint == keys.fingerprint());
            let changed =
                own.is_some_and(|signed| envelope.check(&keys.signing_key(), &signed.signature).is_err());
            Some(if changed { ("signature", 4) } else { ("roster", 7) })
        }
        Err(_) if Envelope::parse(bytes).is_err() => Some(("form", 4)),
        Err(_) => Some(("payload", 4)),
    }
}

#[test]
fn the_record_is_genuine_and_so_is_its_slip() {
    let envelope = Envelope::parse(&read("records/erasure.json")).unwrap();
    let slip = read("slip/erasure.slip.json");
    let roster = believe(&read("records/roster.json"), Some(&issuer()), &|_| None).unwrap();
    let report = verify_erasure(&envelope, Some(&slip), &roster, at(NOW), &[], false);
    assert_eq!(report.worst(), CheckResult::Passed, "{:?}", report.checks);
    let record = report.content.unwrap();
    assert_eq!(record.content().verdict, Verdict::Erased);
    let bare = verify_slip(&SlipFile::parse(&slip).unwrap(), &roster, at(NOW), false);
    assert_eq!(bare.worst(), CheckResult::Passed, "{:?}", bare.checks);
    assert_eq!(
        bare.content.unwrap().content(),
        &AnySlip::Erasure(Slip::of(record.content(), envelope.digest()))
    );
}

#[test]
fn evidence_by_somebody_else_bears_a_record_of_a_revoked_key() {
    let envelope = Envelope::parse(&read("records/erasure.json")).unwrap();
    let roster = believe(
        &read("records/roster-revoked-later.json"),
        Some(&issuer()),
        &|_| None,
    )
    .unwrap();
    let judge = |name: &str, seen: &str| {
        let by = Identity::parse(&read(&format!("identity/{name}.json")))
            .unwrap()
            .fingerprint();
        let evidence = [Evidence {
            record: envelope.digest(),
            seen: at(seen),
            by,
        }];
        verify_erasure(&envelope, None, &roster, at(NOW), &evidence, false)
    };
    let good = judge("clerk", "2026-11-21T10:30:00+09:00");
    assert!(good.worst() <= CheckResult::Notice, "{:?}", good.checks);
    let by_evidence = |check: &Check| {
        matches!(
            check,
            Check::Entitlement {
                standing: Standing::EntitledByEvidence { .. },
                ..
            }
        )
    };
    assert!(good.checks.iter().any(by_evidence));
    assert_eq!(
        judge("clerk", "2026-11-21T11:00:00+09:00").worst(),
        CheckResult::NotEnough
    );
    assert_eq!(
        judge("witness", "2026-11-21T10:30:00+09:00").worst(),
        CheckResult::NotEnough
    );
}

#[test]
fn broken_records_are_refused_by_their_layer() {
    refuse("records/erasure-cases.json", |cases, case| {
        let Ok(envelope) = Envelope::parse(case.text.as_bytes()) else {
            return Some(("form", 4));
        };
        let (slip, roster) = (case.slip.as_ref().map(String::as_bytes), standing(cases, case));
        let report = verify_erasure(
            &envelope,
            slip,
            &roster,
            at(cases.now.as_ref().unwrap()),
            &[],
            false,
        );
        assert_eq!(cases.issuer.as_deref(), Some("../identity/issuer.json"));
        assert!(report.worst() < CheckResult::False || report.content.is_none());
        layer(&report.checks)
    });
}

#[test]
fn the_deliveries_are_genuine_and_so_are_their_slips() {
    let roster = believe(&read("records/roster-senders.json"), Some(&issuer()), &|_| None).unwrap();
    for name in ["delivery", "delivery-passphrase"] {
        let envelope = Envelope::parse(&read(&format!("records/{name}.json"))).unwrap();
        let slip = read(&format!("slip/{name}.slip.json"));
        let report = verify_delivery(&envelope, Some(&slip), &roster, at(NOW), &[], false);
        assert_eq!(report.worst(), CheckResult::Passed, "{:?}", report.checks);
        let bare = verify_slip(&SlipFile::parse(&slip).unwrap(), &roster, at(NOW), false);
        assert_eq!(bare.worst(), CheckResult::Passed, "{:?}", bare.checks);
        let slip = DeliverySlip::of(report.content.unwrap().content(), envelope.digest());
        assert_eq!(bare.content.unwrap().content(), &AnySlip::Delivery(slip));
    }
}

#[test]
fn broken_deliveries_are_refused_by_their_layer() {
    refuse("records/delivery-cases.json", |cases, case| {
        let Ok(envelope) = Envelope::parse(case.text.as_bytes()) else {
            return Some(("form", 4));
        };
        let (slip, roster) = (case.slip.as_ref().map(String::as_bytes), standing(cases, case));
        let now = at(cases.now.as_ref().unwrap());
        let report = verify_delivery(&envelope, slip, &roster, now, &[], false);
        assert!(report.worst() < CheckResult::False || report.content.is_none());
        layer(&report.checks)
    });
}

#[test]
fn the_partial_erasure_is_genuine_and_so_are_its_slip_and_annex() {
    let roster = believe(&read("records/roster.json"), Some(&issuer()), &|_| None).unwrap();
    let envelope = Envelope::parse(&read("records/partial.json")).unwrap();
    let slip = read("slip/partial.slip.json");
    let report = verify_partial(&envelope, Some(&slip), &roster, at(NOW), &[], false);
    assert_eq!(report.worst(), CheckResult::Passed, "{:?}", report.checks);
    let record = report.content.unwrap();
    let bare = verify_slip(&SlipFile::parse(&slip).unwrap(), &roster, at(NOW), false);
    assert_eq!(bare.worst(), CheckResult::Passed, "{:?}", bare.checks);
    let own = PartialSlip::of(record.content(), envelope.digest());
    assert_eq!(bare.content.unwrap().content(), &AnySlip::Partial(own));
    let mut paths = Vec::new();
    let annex = read("records/partial.annex.json");
    let found = Annex::read(&annex, |entry| paths.push(entry.path)).unwrap();
    assert!(found.matches(record.content()));
    assert_eq!(paths.len() as u64, record.content().totals.files);
    assert_eq!(found.reference.sha256, Digest::of(&[&annex]));
    // No name stands in the record itself.
    let payload = String::from_utf8(envelope.payload().to_vec()).unwrap();
    assert!(paths.iter().all(|path| !payload.contains(path.as_str())));
}

#[test]
fn broken_partial_erasures_are_refused_by_their_layer() {
    refuse("records/partial-cases.json", |cases, case| {
        let Ok(envelope) = Envelope::parse(case.text.as_bytes()) else {
            return Some(("form", 4));
        };
        let (slip, roster) = (case.slip.as_ref().map(String::as_bytes), standing(cases, case));
        let now = at(cases.now.as_ref().unwrap());
        let report = verify_partial(&envelope, slip, &roster, now, &[], false);
        assert!(report.worst() < CheckResult::False || report.content.is_none());
        layer(&report.checks)
    });
}

#[test]
fn broken_annexes_are_refused() {
    refuse("records/partial-annex-cases.json", |_, case| {
        Annex::read(case.text.as_bytes(), |_| ())
            .err()
            .map(|_| ("form", 4))
    });
}

#[test]
fn partial_slip_bytes_say_what_stands_beside_them() {
    let told: serde_json::Value = serde_json::from_slice(&read("slip/partial.json")).unwrap();
    let bytes = HEXLOWER.decode(told["hex"].as_str().unwrap().as_bytes()).unwrap();
    let slip = PartialSlip::parse(&bytes).unwrap();
    assert_eq!(slip.encode(), bytes);
    assert_eq!(told["erased_files"], slip.erased_files);
    assert_eq!(told["scope"], "files");
    let file = SlipFile::parse(&read("slip/partial.slip.json")).unwrap();
    assert_eq!(file.slip(), bytes);
    // The page that describes it shows the same bytes.
    let page = include_str!("../docs/spec/slip.md");
    let section = &page[page.find("## 7. Bytes of form 3").unwrap()..];
    let shown = section.split("```").nth(1).unwrap();
    let hex = |line: &str| line.split("   ").next().unwrap_or_default().replace(' ', "");
    assert_eq!(
        shown.lines().map(hex).collect::<String>(),
        told["hex"].as_str().unwrap()
    );
}

#[test]
fn the_resume_state_is_genuine_and_no_certificate() {
    let bytes = read("resume/state.json");
    let handler = Identity::parse(&read("identity/handler.json")).unwrap();
    let state = resume_by(&bytes, &handler).unwrap();
    let envelope = Envelope::parse(&bytes).unwrap();
    assert_eq!(state.digest(), envelope.digest());
    assert_eq!(state.content().to_envelope().payload(), envelope.payload());
    let earlier = state.content().as_interruption(state.digest());
    assert_eq!((earlier.pass, earlier.flushed.0), (2, 20 << 20));
    assert_eq!(earlier.state, envelope.digest());
    let roster = believe(&read("records/roster.json"), Some(&issuer()), &|_| None).unwrap();
    let report = verify_resume(&envelope, &roster, at(NOW), false);
    let amiss: Vec<_> = report
        .checks
        .iter()
        .filter(|check| check.result() > CheckResult::Notice)
        .collect();
    assert_eq!(amiss, [&Check::NoCertificate]);
    assert_eq!(report.worst(), CheckResult::NotEnough);
    assert_eq!(report.content.as_ref(), Some(&state));
    let witness = Identity::parse(&read("identity/witness.json")).unwrap();
    let refusal = resume_by(&bytes, &witness).unwrap_err();
    assert!(matches!(refusal, RecordError::NotNamed { .. }), "{refusal}");
}

#[test]
fn broken_resume_states_are_refused_by_their_layer() {
    let handler = Identity::parse(&read("identity/handler.json")).unwrap();
    refuse("resume/cases.json", |cases, case| {
        let bytes = case.text.as_bytes();
        let layer = match resume_by(bytes, &handler).err()? {
            RecordError::WrongKind { .. } => "form",
            RecordError::BadSignature { .. } | RecordError::NotNamed { .. } => "signature",
            _ if Envelope::parse(bytes).is_err() => "form",
            _ => "payload",
        };
        let Ok(envelope) = Envelope::parse(bytes) else {
            return Some((layer, 4));
        };
        let now = at(cases.now.as_ref().unwrap());
        let report = verify_resume(&envelope, &standing(cases, case), now, false);
        assert!(report.worst() < CheckResult::False || report.content.is_none());
        Some((
            layer,
            if report.worst() == CheckResult::False {
                4
            } else {
                7
            },
        ))
    });
}

#[test]
fn broken_slips_are_refused_by_their_layer() {
    for list in [
        "slip/cases.json",
        "slip/delivery-cases.json",
        "slip/partial-cases.json",
    ] {
        refuse(list, |cases, case| {
            slip_layer(SlipFile::parse(case.text.as_bytes()), cases, case)
        });
    }
}

fn slip_layer(file: Result<SlipFile, RecordError>, cases: &Cases, case: &Case) -> Objection {
    let Ok(file) = file else {
        return Some(("form", 4));
    };
    let report = verify_slip(
        &file,
        &standing(cases, case),
        at(cases.now.as_ref().unwrap()),
        false,
    );
    assert!(report.worst() < CheckResult::False || report.content.is_none());
    layer(&report.checks)
}

#[test]
fn the_code_of_a_slip_is_the_slip() {
    let code = cases("slip/qr.json").good.unwrap();
    let file = SlipFile::from_code(&code).unwrap();
    assert_eq!(file.encode(), read("slip/erasure.slip.json"));
    assert_eq!(file.to_code().as_ref(), Ok(&code));
    let delivery = SlipFile::from_code(&cases("slip/delivery-qr.json").good.unwrap()).unwrap();
    assert_eq!(delivery.encode(), read("slip/delivery.slip.json"));
    // The page that describes it shows the same, broken into lines.
    let page = include_str!("../docs/spec/slip.md");
    let shown = &page[page.find("KESHIIN1:0").unwrap()..];
    let shown = shown[..shown.find("```").unwrap()].replace('\n', "");
    assert_eq!(shown, code);
}

#[test]
fn broken_codes_are_refused_by_their_layer() {
    for list in ["slip/qr.json", "slip/delivery-qr.json"] {
        refuse(list, |cases, case| {
            slip_layer(SlipFile::from_code(&case.text), cases, case)
        });
    }
}

#[test]
fn the_print_is_genuine_and_so_is_what_is_inside() {
    let (cases, good) = print_cases();
    assert_eq!(cases.now, NOW);
    let machine = Machine {
        issuer: Some(vector(&cases.issuer)),
        roster: Some(vector(&cases.roster)),
    };
    let found = machine.verify(std::slice::from_ref(&good)).remove(0);
    assert_eq!(found.exit().code(), 0, "{:?}", found.checks);
    let VerifySubject::Print(print) = &found.subject else {
        panic!("{:?}", found.subject)
    };
    let record = Envelope::parse(&read("records/erasure.json")).unwrap();
    assert_eq!(print.statement.records[0].digest, record.digest());
    assert_eq!(print.statement.page.length, page_end(&good) as u64);
    assert_eq!(found.parts.len(), 1);
}

/// Where the page of a printed PDF ends.
fn page_end(print: &[u8]) -> usize {
    print.windows(5).position(|window| window == b"%%EOF").unwrap() + 5
}

#[test]
fn broken_prints_are_refused_by_their_layer() {
    let (cases, good) = print_cases();
    assert!(cases.broken.len() > 100);
    for case in &cases.broken {
        let expected = Some((case.expect.as_str(), case.exit));
        assert_eq!(case.objection(&good, &cases), expected, "{}", case.why);
    }
}

/// The first of the worst checks.
fn layer(checks: &[Check]) -> Objection {
    let worst = checks
        .iter()
        .map(Check::result)
        .max()
        .filter(|worst| *worst > CheckResult::Notice)?;
    let exit = if worst == CheckResult::False { 4 } else { 7 };
    let first = checks.iter().find(|check| check.result() == worst)?;
    let layer = match first {
        Check::BadSignature { .. }
        | Check::NotNamed { .. }
        | Check::Pending { .. }
        | Check::NothingVerified => "signature",
        Check::BadPayload { .. } | Check::Inconsistent { .. } | Check::FactsDiffer { .. } => "payload",
        Check::SlipBad => "slip",
        Check::RosterUnpinned | Check::RosterAbsent => "roster",
        Check::UnknownKey { .. } | Check::Entitlement { .. } | Check::Specimen { .. } => "entitlement",
        other => panic!("{other:?}"),
    };
    Some((layer, exit))
}

#[test]
fn slip_bytes_say_what_stands_beside_them() {
    let told: serde_json::Value = serde_json::from_slice(&read("slip/slip.json")).unwrap();
    let bytes = HEXLOWER.decode(told["hex"].as_str().unwrap().as_bytes()).unwrap();
    let slip = Slip::parse(&bytes).unwrap();
    assert_eq!(slip.encode(), bytes);
    assert_eq!(told["number"], slip.number.as_str());
    assert_eq!(told["capacity"], slip.capacity.0);
    assert_eq!(told["signers"].as_array().unwrap().len(), slip.signers.len());
    assert_eq!(
        SlipFile::parse(&read("slip/erasure.slip.json")).unwrap().slip(),
        bytes
    );
}

#[test]
fn delivery_slip_bytes_say_what_stands_beside_them() {
    let told: serde_json::Value = serde_json::from_slice(&read("slip/delivery.json")).unwrap();
    let bytes = HEXLOWER.decode(told["hex"].as_str().unwrap().as_bytes()).unwrap();
    let slip = DeliverySlip::parse(&bytes).unwrap();
    assert_eq!(slip.encode(), bytes);
    assert_eq!(told["title"], slip.title);
    assert_eq!(told["length"], slip.length.0);
    assert_eq!(told["package"], slip.package.to_string());
    let file = SlipFile::parse(&read("slip/delivery.slip.json")).unwrap();
    assert_eq!(file.slip(), bytes);
    // The page that describes it shows the same bytes.
    let page = include_str!("../docs/spec/slip.md");
    let section = &page[page.find("## 6. Bytes of form 2").unwrap()..];
    let shown = section.split("```").nth(1).unwrap();
    let hex = |line: &str| line.split("   ").next().unwrap_or_default().replace(' ', "");
    assert_eq!(
        shown.lines().map(hex).collect::<String>(),
        told["hex"].as_str().unwrap()
    );
}

#[test]
fn certificate_numbers_are_read_or_refused() {
    let numbers: serde_json::Value = serde_json::from_slice(&read("records/numbers.json")).unwrap();
    for good in numbers["good"].as_array().unwrap() {
        let number = CertificateNumber::parse(good.as_str().unwrap());
        assert_eq!(number.unwrap().as_str(), good);
    }
    for broken in numbers["broken"].as_array().unwrap() {
        assert_eq!(
            CertificateNumber::parse(broken["text"].as_str().unwrap()),
            None,
            "{}",
            broken["why"]
        );
    }
}

#[test]
fn the_bytes_of_seeded_passes() {
    let entries: Vec<serde_json::Value> = serde_json::from_slice(&read("records/pattern.json")).unwrap();
    assert!(!entries.is_empty());
    for entry in entries {
        let hex = |name: &str| HEXLOWER.decode(entry[name].as_str().unwrap().as_bytes()).unwrap();
        let mut bytes = vec![0; 40];
        Keystream::new(&hex("seed").try_into().unwrap()).fill(entry["offset"].as_u64().unwrap(), &mut bytes);
        assert_eq!(bytes, hex("seeded"));
        assert!(
            bytes
                .iter()
                .zip(hex("complement"))
                .all(|(byte, other)| byte ^ other == 0xff)
        );
    }
}

#[test]
fn a_fingerprint_is_the_digest_of_both_keys() {
    let handler = Identity::parse(&read("identity/handler.json")).unwrap();
    let kem = handler.recipient().kem().number().to_be_bytes();
    let parts: [&[u8]; 4] = [
        b"keshiin-identity/1\n",
        &handler.signing_key().bytes(),
        &kem,
        handler.recipient().bytes(),
    ];
    assert_eq!(
        handler.fingerprint(),
        Fingerprint::from_digest(Digest::of(&parts))
    );
}

/// Writes the vectors again. Keys that are there stay; missing ones are drawn.
#[cfg(feature = "regenerate-vectors")]
#[test]
fn write_the_vectors() {
    use keshiin::records::NewIdentity;
    let people = [
        ("issuer", "kanri", "名簿 管理", "試験県", "情報政策課長"),
        ("handler", "tanaka", "田中 花子", "試験システム株式会社", "技術員"),
        ("witness", "sato", "佐藤 一郎", "試験県", "主任"),
        ("clerk", "suzuki", "鈴木 次郎", "試験県", "係長"),
    ];
    for (file, id, name, organisation, title) in people {
        let path = place(&format!("identity/{file}.key"));
        if path.exists() {
            continue;
        }
        let (id, name, organisation, title) =
            (id.into(), name.into(), organisation.into(), Some(title.into()));
        let person = NewIdentity {
            id,
            name,
            organisation,
            title,
            contact: None,
            specimen: false,
        }
        .create()
        .unwrap();
        let locked = person.lock(&Passphrase::new(PASSPHRASE).unwrap()).unwrap();
        fs::write(path, locked.encode()).unwrap();
    }
    for (name, bytes) in files(&People::read()) {
        let path = place(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
