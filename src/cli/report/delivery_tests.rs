//! Deliveries, opened packages and lists as people and programs see them, in both languages.

use std::ffi::OsString;
use std::path::Path;

use keshiin::crypto::{Blake3, Digest, Fingerprint};
use keshiin::records::{Check, DeliveryReadBack, DeliveryReadPath, DeliveryRecord, RecordError};
use keshiin::sealing::{Encoding, Entry, FileEntry, Healed, SealingError};
use keshiin::units::{ByteCount, ByteRange, Timestamp};
use keshiin::workflows::{
    DeliveryFiles, DeliveryWarning, Exit, Listed, Lost, OpenReport, ScanFinding, SealReport, VolumeFinding,
    VolumeState, WorkflowError,
};

use super::super::{list_document, list_lines, open_document, open_lines};
use super::*;
use crate::cli::args::{Parsed, parse};
use crate::cli::i18n::{Catalogue, Language};
use crate::cli::jobs;

fn console(language: Language, more: &str) -> Console {
    let line: Vec<OsString> = ["keshiin", "list", "p"].map(OsString::from).to_vec();
    let line = line.into_iter().chain((!more.is_empty()).then(|| more.into()));
    match parse(&line.collect::<Vec<_>>(), &Catalogue::new(language)) {
        Ok(Parsed::Arguments(arguments)) => Console::new(Catalogue::new(language), &arguments.common),
        other => panic!("{other:?}"),
    }
}

/// What is shown in each language, with nothing left open in it and nothing that a terminal would obey.
fn both(lines: impl Fn(&Console) -> Vec<String>) -> [String; 2] {
    [Language::Ja, Language::En].map(|language| {
        let text = lines(&console(language, "")).join("\n");
        for open in [
            "{$",
            "{ ",
            "\u{1b}",
            "field-",
            "warning-",
            "volume-",
            "error-unknown",
        ] {
            assert!(!text.contains(open), "{open}\n{text}");
        }
        println!("{text}\n");
        text
    })
}

fn sealed(warnings: Vec<DeliveryWarning>) -> SealReport {
    SealReport {
        record: DeliveryRecord::example().unwrap(),
        digest: Digest::of(&[b"x"]),
        files: DeliveryFiles {
            volumes: vec!["/m/a.keshiin".into()],
            record: "/m/a.delivery.json".into(),
            slip: "/m/a.delivery.slip.json".into(),
            paper: Some("/m/a.slip.pdf".into()),
            address: None,
            notice: Some("/home/n.pdf".into()),
            kept: None,
        },
        warnings,
        exit: Exit::Done,
    }
}

#[test]
fn a_delivery_is_shown_with_its_digests_and_files() {
    let report = sealed(Vec::new());
    let record = &report.record;
    for text in both(|console| sealed_lines(console, &report)) {
        for volume in record.package.volumes.iter().take(10) {
            let digest = volume
                .sha256
                .map_or_else(|| volume.blake3.to_string(), |digest| digest.to_string());
            assert!(text.contains(&volume.name) && text.contains(&digest), "{text}");
        }
        for shown in [
            record.number.as_str(),
            "a.slip.pdf",
            "n.pdf",
            "a.delivery.slip.json",
        ] {
            assert!(text.contains(shown), "{shown}\n{text}");
        }
        assert!(text.contains(&report.digest.grouped()) && text.contains(&record.title));
    }
    let document = sealed_document(&report);
    assert_eq!(document["number"], record.number.as_str());
    assert_eq!(document["files"]["address"], Json::Null);
    assert_eq!(
        document["package"]["volumes"][0]["name"],
        record.package.volumes[0].name.as_str()
    );
}

#[test]
fn only_what_came_from_the_medium_is_said_to_be_on_it() {
    let head = |read_back| {
        let mut report = sealed(Vec::new());
        report.record.read_back = read_back;
        headline(&report).id
    };
    let done = |read, equal| DeliveryReadBack::Done {
        read,
        compared: ByteCount(1),
        equal,
    };
    let filesystem = || "9p".to_owned();
    assert_eq!(head(DeliveryReadBack::NotAsked), "sealed-not-read-back");
    assert_eq!(head(done(DeliveryReadPath::Medium, true)), "sealed");
    assert_eq!(head(done(DeliveryReadPath::Memory, true)), "sealed");
    let through = DeliveryReadPath::Through {
        filesystem: filesystem(),
    };
    assert_eq!(head(done(through.clone(), true)), "sealed-read-through");
    assert_eq!(head(done(through, false)), "sealed-different");
    assert_eq!(head(done(DeliveryReadPath::Medium, false)), "sealed-different");
}

#[test]
fn many_links_are_counted_and_other_warnings_are_all_shown() {
    let mut warnings: Vec<DeliveryWarning> = (0..14)
        .map(|n| DeliveryWarning::LinkLeftOut {
            path: format!("link{n}\u{1b}").into(),
        })
        .collect();
    warnings.push(DeliveryWarning::NotScanned);
    let report = sealed(warnings);
    for text in both(|console| sealed_lines(console, &report)) {
        let links = text.lines().filter(|line| line.contains("\\u{1b}")).count();
        assert_eq!(links, 10, "{text}");
        assert!(text.contains("--scan clamav") && text.contains(" 4 "), "{text}");
    }
    assert_eq!(sealed_document(&report)["warnings"].as_array().unwrap().len(), 15);
    let all = warning_lines(&console(Language::Ja, "-v"), &report.warnings);
    assert_eq!(all.iter().filter(|line| line.contains("\\u{1b}")).count(), 14);
}

fn opened() -> OpenReport {
    OpenReport {
        record: None,
        checks: Vec::new(),
        volumes: Vec::new(),
        package: "00".repeat(16),
        sealed_by: Fingerprint::parse(&"0".repeat(64)).unwrap(),
        files: 3,
        bytes: ByteCount(4096),
        lost: Vec::new(),
        damaged_volumes: Vec::new(),
        damaged: Vec::new(),
        healed: Vec::new(),
        partial: false,
        read: ByteCount(5000),
        length: ByteCount(9000),
        scan: None,
        not_logged: None,
        exit: Exit::NotEnough,
    }
}

fn volume(name: &str, state: VolumeState) -> VolumeFinding {
    VolumeFinding {
        name: name.to_owned(),
        state,
    }
}

#[test]
fn what_is_lost_is_named_by_file_range_and_volume() {
    let mut report = opened();
    report.lost = vec![Lost {
        path: "名簿/一覧\u{1b}.csv".into(),
        size: ByteCount(400_000),
        ranges: vec![ByteRange::new(262_144, 137_856)],
        volumes: vec!["a.keshiin.002".into()],
    }];
    report.damaged = vec![ByteRange::new(524_352, 262_176)];
    report.healed = vec![Healed::FirstFront];
    report.not_logged = Some("LED-BUSY");
    report.volumes = vec![
        volume("a.keshiin.001", VolumeState::Right),
        volume("a.keshiin.002", VolumeState::Changed),
        volume("a.keshiin.003", VolumeState::Missing),
    ];
    let at = Timestamp::new(1_800_000_000, 540).unwrap();
    report.scan = Some(ScanFinding {
        engine: "ClamAV 1.4.3".into(),
        signatures: "27000".into(),
        signatures_at: at,
        files: 3,
        bytes: ByteCount(4096),
    });
    let out = Path::new("/out");
    let texts = both(|console| open_lines(console, &report, out));
    for text in &texts {
        for shown in [
            "262,144",
            "399,999",
            "524,352",
            "786,527",
            "LED-BUSY",
            "ClamAV 1.4.3",
            "/out",
            "\\u{1b}",
        ] {
            assert!(text.contains(shown), "{shown}\n{text}");
        }
    }
    assert!(texts[0].contains("→ a.keshiin.002 の再送を依頼してください。"));
    let document = open_document(&report, out);
    assert_eq!(document["lost"][0]["ranges"][0]["length"], 137_856);
    assert_eq!(document["volumes"][2]["state"], "missing");
    assert_eq!(document["healed"][0], "first-front");
    assert_eq!(document["record"], Json::Null);
}

#[test]
fn a_package_without_a_record_is_never_said_to_be_by_its_sender() {
    let report = opened();
    let texts = both(|console| open_lines(console, &report, Path::new("/out")));
    assert!(texts[0].contains("だれが作成したかは確認していません"));
    assert!(texts[0].contains("送付者") && texts[0].contains("確認できません"));
}

fn entry(path: &str, size: Option<u64>) -> Entry {
    Entry {
        path: path.into(),
        original: None,
        file: size.map(|size| FileEntry {
            offset: 0,
            stored: size,
            encoding: Encoding::Plain,
            size,
            modified: Some((1_795_342_805, 0)),
            blake3: Blake3::of(&[]),
        }),
    }
}

#[test]
fn a_list_is_a_table_with_totals() {
    let listed = Listed {
        record: None,
        checks: vec![Check::RosterAbsent],
        volumes: Vec::new(),
        package: "00".repeat(16),
        sealed_by: Fingerprint::parse(&"0".repeat(64)).unwrap(),
        entries: vec![
            entry("名簿/一覧.csv", Some(12)),
            entry("空\u{202e}", None),
            entry("x", Some(1_234_567)),
        ],
        healed: Vec::new(),
        read: ByteCount(600_000),
        length: ByteCount(2_000_000),
        exit: Exit::NotEnough,
    };
    for text in both(|console| list_lines(console, &listed)) {
        for shown in [
            "1,234,567",
            "名簿/一覧.csv",
            "空\\u{202e}/",
            "1,234,579",
            "600,000",
            "2,000,000",
            "2026-11-2",
        ] {
            assert!(text.contains(shown), "{shown}\n{text}");
        }
    }
    let document = list_document(&listed);
    assert_eq!(
        (&document["files"], &document["bytes"]),
        (&json!(2), &json!(1_234_579))
    );
    assert_eq!(document["entries"][1]["type"], "folder");
    assert_eq!(document["entries"][0]["modified_seconds"], 1_795_342_805_u64);
}

#[test]
fn every_reason_why_a_package_was_not_believed_is_told() {
    let error = WorkflowError::NotBelieved {
        path: "/m/a.delivery.json".into(),
        checks: vec![Check::ExactForm, Check::RosterAbsent],
        volumes: vec![
            volume("a.keshiin.001", VolumeState::Present),
            volume("a.keshiin.002", VolumeState::Missing),
        ],
        exit: Exit::NotEnough,
    };
    let codes: Vec<_> = jobs::explain(&error).iter().map(|reason| reason.code).collect();
    assert_eq!(codes, ["DLV-NOT-BELIEVED", "CHK-ROSTER-ABSENT", "DLV-VOLUME"]);
    assert_eq!(jobs::headline(&error).id, "head-not-believed");
    let absent = WorkflowError::NotBelieved {
        path: "/m".into(),
        checks: Vec::new(),
        volumes: Vec::new(),
        exit: Exit::NotEnough,
    };
    assert_eq!(jobs::explain(&absent)[0].message.id, "DLV-NOT-BELIEVED-ABSENT");
}

#[test]
fn headlines_of_packages_do_not_speak_of_key_files() {
    let head = |error| {
        let path = "/p".into();
        jobs::headline(&WorkflowError::Package { path, error }).id
    };
    let path = || "x".to_owned();
    assert_eq!(head(SealingError::NotForThisKey), "head-not-opened");
    assert_eq!(head(SealingError::WrongPassphrase), "head-not-opened");
    assert_eq!(head(SealingError::Changed { path: path() }), "head-not-delivered");
    assert_eq!(head(SealingError::HeaderMac), "head-false");
    assert_eq!(head(SealingError::Stopped), "head-interrupted");
    let record = WorkflowError::False {
        path: "/p".into(),
        error: RecordError::IdentityDamaged,
    };
    assert_eq!(jobs::headline(&record).id, "head-false");
}
