//! What every sample has to have.

use super::ledger::explain_damage;
use super::package::path_problem_word;
use super::words::{level_word, medium_kind_word, scope_word, witness_way_word};
use super::*;

/// Errors: what a person meets must say what to do next.
fn errors() -> Vec<Message> {
    let mut all: Vec<Message> = devices().iter().map(explain_device).collect();
    all.extend(erasure().iter().map(explain_erasure));
    all.extend(crypto().iter().map(explain_crypto));
    all.extend(ledger().iter().map(explain_ledger));
    all.extend(policy().iter().map(explain_policy));
    all.extend(records().iter().map(explain_record));
    all.extend(refusals().iter().map(explain_trust_refusal));
    all.extend(papers().iter().map(explain_paper));
    all.extend(scans().iter().map(explain_scan));
    all.extend(rechecks().iter().map(explain_recheck));
    all.extend(sealing().iter().map(explain_sealing));
    all.extend(package_refusals().iter().map(explain_package_refusal));
    all.extend(delivery_warnings().iter().map(explain_delivery_warning));
    let bad = volumes().into_iter().filter(|volume| !volume.state.is_right());
    all.extend(bad.map(|volume| explain_volume(&volume)));
    all
}

/// Words, findings and judgements.
fn others() -> Vec<Message> {
    let mut all: Vec<Message> = checks().iter().map(explain_check).collect();
    all.extend(standings().into_iter().map(explain_standing));
    all.extend(damages().iter().map(explain_damage));
    all.extend(flaws().iter().map(explain_flaw));
    all.extend([Comparison::Equal, Comparison::Different, Comparison::OtherLedger].map(explain_comparison));
    all.push(explain_comparison(Comparison::Shorter { missing: 3 }));
    all.extend(
        [
            Judgement::False,
            Judgement::HeldBy { size: 3 },
            Judgement::InItself,
        ]
        .map(explain_ledger_judgement),
    );
    all.extend(
        [
            Shortfall::NothingAchieved,
            Shortfall::LevelTooLow,
            Shortfall::WitnessMissing,
            Shortfall::WitnessWayNotAllowed,
        ]
        .map(explain_shortfall),
    );
    let held = Intrusion::HeldBy {
        pid: 1,
        program: text(),
    };
    let intrusions = [
        held,
        Intrusion::PartitionBack { name: text() },
        Intrusion::CouldNotTell { reason: text() },
    ];
    all.extend(intrusions.iter().map(explain_intrusion));
    let failures = [
        IoFailure::Unreachable { errno: 5 },
        IoFailure::Vanished { errno: 19 },
        IoFailure::Other { errno: 1 },
    ];
    all.extend(failures.map(explain_io_failure));
    all.extend(words::all_names());
    all.extend(volumes().iter().map(explain_volume));
    all.extend(HEALED.map(healed_word));
    all.extend(PATH_PROBLEMS.map(path_problem_word));
    all.extend(vocabulary());
    all
}

fn vocabulary() -> Vec<Message> {
    use keshiin::records::{Absence, Level as Reached, Verdict as Recorded};
    let mut all: Vec<Message> = Level::ALL.iter().copied().map(level_word).collect();
    all.extend(Purpose::ALL.iter().copied().map(purpose_word));
    all.extend(MediumKind::ALL.iter().copied().map(medium_kind_word));
    all.extend(Scope::ALL.iter().copied().map(scope_word));
    all.extend(WitnessWay::ALL.iter().copied().map(witness_way_word));
    let reached = [
        None,
        Some(Reached::Partial),
        Some(Reached::Clear),
        Some(Reached::Purge),
        Some(Reached::Destroy),
    ];
    all.extend(reached.map(record_level_word));
    all.extend(
        [
            Verdict::Erased,
            Verdict::ErasedWithExceptions,
            Verdict::NotErased,
            Verdict::Unverified,
            Verdict::Interrupted,
        ]
        .map(explain_verdict),
    );
    all.extend(
        [
            Recorded::Erased,
            Recorded::ErasedWithExceptions,
            Recorded::NotErased,
            Recorded::Unverified,
            Recorded::Interrupted,
        ]
        .map(record_verdict_word),
    );
    all.extend(
        [
            Absence::NotReported,
            Absence::NotReadable,
            Absence::NotApplicable,
            Absence::NotExamined,
            Absence::NotReached,
            Absence::NotVisible,
        ]
        .map(absence_word),
    );
    all.extend(protected());
    all.extend(keshiin::records::FileResult::ALL.map(words::file_result_word));
    all.extend(recheck_words());
    all.extend(device_words());
    all
}

fn protected() -> Vec<Message> {
    use ProtectedKind as P;
    let kinds = [
        P::Program,
        P::Key,
        P::Ledger,
        P::Roster,
        P::Approval,
        P::ResumeState,
        P::Output,
        P::Record,
        P::Home,
        P::Other,
    ];
    kinds.map(words::protected_word).to_vec()
}

fn device_words() -> Vec<Message> {
    use keshiin::devices::{SerialSource, Transport as T, VirtualKind as V};
    let kinds = [
        V::ImageFile,
        V::Loop,
        V::DeviceMapper,
        V::SoftwareRaid,
        V::Network,
        V::Memory,
        V::VirtualDriver,
    ];
    let transports = [
        T::Nvme,
        T::Ata,
        T::Scsi,
        T::Usb,
        T::Mmc,
        T::Virtio,
        T::None,
        T::Unknown,
    ];
    let mut all = kinds.map(virtual_word).to_vec();
    all.extend(transports.map(transport_word));
    all.extend([SerialSource::Nvme, SerialSource::UsbBridge].map(serial_source_word));
    all
}

fn both() -> [Catalogue; 2] {
    [Catalogue::new(Language::Ja), Catalogue::new(Language::En)]
}

/// The text is there, in the catalogue's own language, and nothing of it is left open.
fn assert_told(catalogue: &Catalogue, message: &Message) {
    assert!(message.id != "error-unknown", "{message:?}");
    assert!(
        catalogue.find(message.id, None).is_some(),
        "{} in {:?}",
        message.id,
        catalogue.language()
    );
    let told = format!(
        "{}\n{}",
        catalogue.text(message),
        catalogue.hint(message).unwrap_or_default()
    );
    assert!(!told.contains("{$") && !told.contains("{ "), "{told}");
    assert!(!told.contains('\u{1b}'), "{told:?}");
}

#[test]
fn every_variant_is_told_in_both_languages() {
    for catalogue in both() {
        errors()
            .iter()
            .chain(&others())
            .for_each(|message| assert_told(&catalogue, message));
    }
}

#[test]
fn every_error_says_what_to_do_next() {
    for catalogue in both() {
        for message in errors() {
            assert!(catalogue.hint(&message).is_some(), "{}", message.id);
        }
    }
}

#[test]
fn every_field_of_an_error_is_shown() {
    for catalogue in both() {
        for message in errors().iter().chain(&others()) {
            for (name, _) in &message.args {
                let without = Message {
                    id: message.id,
                    args: message
                        .args
                        .iter()
                        .filter(|(other, _)| other != name)
                        .cloned()
                        .collect(),
                };
                assert_ne!(
                    catalogue.text(&without),
                    catalogue.text(message),
                    "{name} of {}",
                    message.id
                );
            }
        }
    }
}

/// The stable codes that a source file names.
fn codes(source: &str, prefix: &str) -> BTreeSet<String> {
    let begin = format!("=> \"{prefix}-");
    let ends = source
        .match_indices(&begin)
        .map(|(place, _)| &source[place + 4..]);
    ends.filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_code_of_every_room_has_a_sample_or_a_text() {
    let told: BTreeSet<String> = errors()
        .iter()
        .chain(&others())
        .map(|message| message.id.to_owned())
        .collect();
    let rooms = [
        (include_str!("../../devices/error.rs"), "DEV"),
        (include_str!("../../erasure/error.rs"), "ERA"),
        (include_str!("../../crypto/error.rs"), "CRY"),
        (include_str!("../../ledger/error.rs"), "LED"),
        (include_str!("../../policy/error.rs"), "POL"),
        (include_str!("../../records/error.rs"), "REC"),
        (include_str!("../../records/trust.rs"), "REC"),
        (include_str!("../../records/check.rs"), "CHK"),
        (include_str!("../../rendering/error.rs"), "PRN"),
        (include_str!("../../workflows/scan_finding.rs"), "SCN"),
        (include_str!("../../sealing/error.rs"), "PKG"),
        (include_str!("../../workflows/package/refusal.rs"), "DLV"),
        (include_str!("../../workflows/recheck/refusal.rs"), "RCH"),
    ];
    for (source, prefix) in rooms {
        let missing: Vec<_> = codes(source, prefix)
            .into_iter()
            .filter(|code| !told.contains(code))
            .collect();
        assert_eq!(missing, Vec::<String>::new());
    }
}

#[test]
fn every_limit_and_reason_is_known_by_its_code() {
    let sources = [
        (include_str!("../../erasure/limits.rs"), "LIM"),
        (include_str!("../../erasure/verdict.rs"), "VER"),
    ];
    for (source, prefix) in sources {
        let codes = codes(source, prefix);
        assert!(codes.len() > 5);
        for code in codes {
            let message = explain_code(&code);
            both()
                .iter()
                .for_each(|catalogue| assert_told(catalogue, &message));
            assert_eq!(message.id, code);
            assert_eq!(both()[0].hint(&message).is_some(), prefix == "VER", "{code}");
        }
    }
    assert_eq!(explain_code("LIM-OF-TOMORROW").id, "code-unknown");
}

#[test]
fn failures_of_the_crypto_room_inside_others_are_told_as_they_are() {
    let error = CryptoError::BadSignature;
    assert_eq!(
        explain_record(&RecordError::Crypto(error)),
        explain_crypto(&error)
    );
    assert_eq!(
        explain_ledger(&LedgerError::Crypto(error)),
        explain_crypto(&error)
    );
    assert_eq!(
        explain_trust_refusal(&TrustRefusal::Unreadable(RecordError::WrongPassphrase)),
        explain_record(&RecordError::WrongPassphrase)
    );
}
