//! Records of every kind for tests, and their sheets as JSON for those who write templates.
//!
//! `KESHIIN_SAMPLE_DIR=FOLDER cargo test --lib rendering::fill::samples` writes them; without it the test
//! still makes each of them.

use std::collections::BTreeMap;

use crate::records::Language;
use crate::records::{
    CertificateNumber, Contract, Digest, Displaced, Displacement, DisplacementPattern, Ending, ErasureRecord,
    Fact, Fingerprint, Interruption, Level, Pattern, RangeList, Slip, Verdict, Witness, WitnessMode,
};
use crate::rendering::sheet::{Paper, Sheet};
use crate::rendering::wording::Wording;
use crate::units::{ByteCount, ByteOffset, ByteRange, Timestamp};

use super::{list, whole};

const PLAIN: &str = include_str!("../../../tests/vectors/records/erasure.payload.json");
const CONTRACT: &str = include_str!("../../../certificates/contract.example.toml");
const QR: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 2 2\"><path d=\"M0 0h1v1h-1z\"/></svg>";

/// The record of `tests/vectors`, without a contract; both are to sign.
pub(super) fn plain() -> ErasureRecord {
    serde_json::from_str(&PLAIN.replace("OTR1-20261121-7-?", "OTR1-20261121-7-T")).unwrap()
}

/// An ordinary good record under a contract.
pub(super) fn erased() -> ErasureRecord {
    let mut record = plain();
    record.contract = Some(Contract::parse(CONTRACT.as_bytes()).unwrap());
    record.order.disposition = Some("サンプルリース株式会社（リース返却）".into());
    record.order.purpose = "lease-return".into();
    record.method.source = "NIST SP 800-88r2 §3.1.1 (clear: overwrite), one pass".into();
    record.signers[0].name = "見本 次郎".into();
    record.signers[0].organisation = "株式会社サンプル情報".into();
    record.signers[0].title = Some("システム部 主任".into());
    record.signers[1].name = "立会 一子".into();
    record.signers[1].organisation = "○○県 総務部 情報政策課".into();
    record
}

/// So many ranges, of which the record holds the first 1,000.
pub(super) fn ranges(count: u64) -> RangeList {
    let listed = count.min(1000);
    RangeList {
        ranges: (0..listed)
            .map(|place| ByteRange::new(place * 65_536 + 4096, 512))
            .collect(),
        count,
        bytes: ByteCount(count * 512),
    }
}

/// One whose verdict is another, for that reason.
fn failed(verdict: Verdict, reason: &str) -> ErasureRecord {
    let mut record = erased();
    record.verdict = verdict;
    record.reasons = vec![reason.into()];
    record.order.achieved = None;
    record.order.policy_met = false;
    record.order.unmet = vec!["POL-NOTHING-ACHIEVED".into()];
    record
}

/// Some places that could neither be written nor read.
pub(super) fn exceptions() -> ErasureRecord {
    let mut record = failed(Verdict::ErasedWithExceptions, "VER-PLACES-UNREACHED");
    let list = ranges(150);
    record.passes[0].written.0 -= list.bytes.0;
    record.passes[0].unwritable = list.clone();
    if let Fact::Measured(read) = &mut record.verification.last {
        read.compared.0 -= list.bytes.0;
        read.coverage_ppm = 998_855;
        read.unreadable = list;
    }
    record
}

/// Other bytes in more places than a record holds, and somebody at the medium.
pub(super) fn not_erased() -> ErasureRecord {
    let mut record = failed(Verdict::NotErased, "VER-OTHER-BYTES-READ");
    record.reasons.push("VER-INTRUDED".into());
    let list = ranges(12_345);
    if let Fact::Measured(read) = &mut record.verification.last {
        read.mismatched = list.bytes;
        read.mismatches = list;
    }
    if let Fact::Measured(look) = &mut record.verification.second_look {
        look.intrusions = vec!["held-by 4711 backupd".into(), "partition-back sdb1".into()];
    }
    record
}

/// Taken up again twice, and read back in full.
pub(super) fn resumed() -> ErasureRecord {
    let mut record = erased();
    let earlier = |n, flushed| Interruption {
        number: CertificateNumber::new("OTR1", "20261120", n).unwrap(),
        started: Timestamp::parse("2026-11-20T16:00:00+09:00").unwrap(),
        saved: Timestamp::parse("2026-11-20T17:00:00+09:00").unwrap(),
        pass: 1,
        flushed: ByteCount(flushed),
        ledger: record.ledger.clone(),
        tool: record.tool.clone(),
        state: record.plan,
    };
    record.interruptions = vec![earlier(5, 20 << 20), earlier(6, 40 << 20)];
    record
}

/// A medium of which only half is there.
pub(super) fn counterfeit() -> ErasureRecord {
    let mut record = failed(Verdict::NotErased, "VER-OTHER-BYTES-READ");
    record.reasons.push("VER-COUNTERFEIT-CAPACITY".into());
    if let Fact::Measured(read) = &mut record.verification.last {
        read.mismatched = ByteCount(32 << 20);
        read.mismatches = RangeList {
            ranges: vec![ByteRange::new(0, 32 << 20)],
            count: 1,
            bytes: ByteCount(32 << 20),
        };
        read.displaced = Displaced {
            moved: 8192,
            stale: 0,
            examples: vec![Displacement {
                at: ByteOffset(4096),
                holds: ByteOffset((32 << 20) + 4096),
            }],
            pattern: DisplacementPattern::Wraps {
                real: ByteCount(32 << 20),
            },
        };
    }
    record
}

/// Stopped in its first pass.
pub(super) fn interrupted() -> ErasureRecord {
    let mut record = failed(Verdict::Interrupted, "VER-STOPPED");
    record.ending = Ending::Stopped;
    record.passes[0].written = ByteCount(20_971_520);
    record.passes[0].flushes.clear();
    record.verification.last = Fact::NotMeasured(crate::records::Absence::NotReached);
    record.verification.second_look = Fact::NotMeasured(crate::records::Absence::NotReached);
    record
}

/// Written, and not read back.
pub(super) fn unverified() -> ErasureRecord {
    let mut record = failed(Verdict::Unverified, "VER-NOT-ASKED");
    record.limits = vec!["LIM-HIDDEN-PLACES".into(), "LIM-NOT-READ-BACK".into()];
    record.verification.asked = crate::records::VerifyAsked::None;
    record.verification.last = Fact::NotMeasured(crate::records::Absence::NotApplicable);
    record.verification.second_look = Fact::NotMeasured(crate::records::Absence::NotApplicable);
    record
}

/// A witness who signs the paper.
pub(super) fn on_paper() -> ErasureRecord {
    let mut record = erased();
    record.signers.truncate(1);
    record.witness = Witness {
        mode: WitnessMode::Paper,
        on_paper: Some("○○県 総務部 情報政策課 主査 立会 一子".into()),
        reason: None,
    };
    record
}

/// Nobody was there.
pub(super) fn no_witness() -> ErasureRecord {
    let mut record = on_paper();
    record.witness = Witness {
        mode: WitnessMode::None,
        on_paper: None,
        reason: Some("庁舎内での作業のため（規程 第5条）".into()),
    };
    record
}

/// Good, but a further step must follow.
pub(super) fn before_purge() -> ErasureRecord {
    let mut record = erased();
    record.order.classification = "2".into();
    record.order.required = Level::Purge;
    record.order.follow = Some(Level::Purge);
    record.order.policy_met = false;
    record.order.unmet = vec!["POL-LEVEL-TOO-LOW".into()];
    record
}

/// As a demonstration makes it: an image file, marked 見本, no contract.
pub(super) fn specimen() -> ErasureRecord {
    let mut record = plain();
    record.specimen = true;
    let medium = &mut record.medium;
    medium.kind = "virtual".into();
    medium.virtual_kind = Some("image-file".into());
    medium.transport = "none".into();
    medium.path = "/home/otari/keshiin-demo/disk.img".into();
    medium.layers = vec!["/home/otari/keshiin-demo/disk.img".into()];
    let none = || Fact::NotMeasured(crate::records::Absence::NotApplicable);
    (medium.maker, medium.model, medium.firmware, medium.wwn) = (none(), none(), none(), none());
    medium.serial = Fact::NotMeasured(crate::records::Absence::NotReported);
    medium.device_path = none();
    medium.device_number = none();
    medium.rotational = Fact::NotMeasured(crate::records::Absence::NotReported);
    medium.disk_sequence = Fact::NotMeasured(crate::records::Absence::NotReported);
    medium.write_cache = Fact::NotMeasured(crate::records::Absence::NotReported);
    medium.fua = Fact::NotMeasured(crate::records::Absence::NotReported);
    record.confirmation.by = crate::records::ConfirmedBy::Name;
    let machine = &mut record.machine;
    machine.source = crate::records::MachineSource::NotApplicable;
    (machine.maker, machine.model, machine.serial, machine.uuid) = (none(), none(), none(), none());
    machine.asset_number = None;
    record
}

/// Thirty-five passes, many layers, long names, markup and marks of direction.
pub(super) fn hostile() -> ErasureRecord {
    let mut record = erased();
    record.method.name = "gutmann-35".into();
    record.method.source =
        "P. Gutmann, Secure Deletion of Data from Magnetic and Solid-State Memory (USENIX 1996)".into();
    record.method.legacy = true;
    record.method.passes = 35;
    let pass = record.passes[0].clone();
    record.passes = (1..=35)
        .map(|number| crate::records::Pass {
            number,
            pattern: match number {
                1..5 | 32.. => pass.pattern.clone(),
                _ => Pattern::Constant {
                    bytes: "924924".into(),
                },
            },
            ..pass.clone()
        })
        .collect();
    record.limits = vec![
        "LIM-HIDDEN-PLACES".into(),
        "LIM-DRIVE-CACHE".into(),
        "LIM-HIDDEN-AREA-NOT-EXAMINED".into(),
        "LIM-LEGACY-METHOD".into(),
        "LIM-FROM-THE-FUTURE".into(),
    ];
    record.medium.model = Fact::Measured(format!("#show{}\u{202e}$x$", "長い型式".repeat(60)));
    record.medium.device_path = Fact::Measured(format!("/sys/devices/{}", "pci0000:00/".repeat(26)));
    record.medium.layers = vec![
        "/dev/mapper/a".into(),
        "/dev/md127".into(),
        "/dev/sda".into(),
        "/dev/sdb".into(),
    ];
    record.signers[0].name = "#[*寿限無*]\u{200f}".repeat(30);
    record.place = Some("W".repeat(300));
    record
}

/// All keys of the record's signers: everybody signed.
pub(super) fn all_signed(record: &ErasureRecord) -> Vec<Fingerprint> {
    record.order_of_signers()
}

/// A sheet as if the record had been verified.
pub(super) fn sheet(record: &ErasureRecord, signed: &[Fingerprint], language: Language) -> Sheet {
    let wording = Wording::embedded(language).unwrap();
    whole::compose(record, &slip(record), signed, QR.into(), &wording).unwrap()
}

pub(super) fn slip(record: &ErasureRecord) -> Slip {
    let digest: Digest = record.to_envelope().digest();
    Slip::of(record, digest)
}

/// Every record that has a sheet of its own among the samples, and how many of its people signed.
pub(super) fn all() -> Vec<(&'static str, ErasureRecord, usize)> {
    vec![
        ("erased", erased(), 2),
        ("no-contract", plain(), 2),
        ("exceptions", exceptions(), 2),
        ("not-erased", not_erased(), 2),
        ("counterfeit", counterfeit(), 2),
        ("resumed", resumed(), 2),
        ("interrupted", interrupted(), 2),
        ("unverified", unverified(), 2),
        ("witness-pending", erased(), 1),
        ("witness-on-paper", on_paper(), 1),
        ("no-witness", no_witness(), 1),
        ("before-purge", before_purge(), 2),
        ("specimen", specimen(), 2),
        ("hostile", hostile(), 2),
    ]
}

/// Thirty drives, two of which are to be marked.
pub(super) fn many() -> Vec<ErasureRecord> {
    let record = |place: u32| {
        let mut record = match place {
            7 => not_erased(),
            19 => exceptions(),
            _ => erased(),
        };
        let number = crate::records::CertificateNumber::new("OTR1", "20261121", place + 1).unwrap();
        record.number = number;
        record.machine.asset_number = Some(format!("R8-PC-{:04}", place + 12));
        if let Fact::Measured(serial) = &mut record.medium.serial {
            serial.text = format!("PN2334PBJ5W{place:03}");
        }
        record.medium.capacity = ByteCount(500_107_862_016);
        record
    };
    (0..30).map(record).collect()
}

fn paper(language: Language, sheets: Vec<Sheet>, list: Option<crate::rendering::sheet::List>) -> Paper {
    Paper {
        sheets,
        list,
        ..Paper::empty(&Wording::embedded(language).unwrap())
    }
}

fn listed(language: Language) -> crate::rendering::sheet::List {
    let records = many();
    let signed: Vec<Vec<Fingerprint>> = records.iter().map(all_signed).collect();
    let entries: Vec<list::Entry<'_>> = records
        .iter()
        .zip(&signed)
        .map(|(record, signed)| list::Entry {
            record,
            slip: slip(record),
            signed,
        })
        .collect();
    list::compose(&entries, &Wording::embedded(language).unwrap()).unwrap()
}

/// Every sample in both languages, by the name of its file.
pub(super) fn papers() -> BTreeMap<String, Paper> {
    let mut papers = BTreeMap::new();
    for language in Language::ALL {
        let name = |name: &str| format!("{name}.{}.json", language.name());
        for (kind, record, signed) in all() {
            let sheet = sheet(&record, &all_signed(&record)[..signed], language);
            papers.insert(name(kind), paper(language, vec![sheet], None));
        }
        let records = many();
        let sheets = records
            .iter()
            .map(|record| sheet(record, &all_signed(record), language));
        papers.insert(
            name("list"),
            paper(language, sheets.collect(), Some(listed(language))),
        );
    }
    papers
}

#[test]
fn every_sample_is_made_and_written_where_asked_for() {
    let papers = papers();
    assert_eq!(papers.len(), 30);
    let Ok(folder) = std::env::var("KESHIIN_SAMPLE_DIR") else {
        return;
    };
    let qr = std::fs::read_to_string(format!("{folder}/qr.svg"));
    for (name, mut paper) in papers {
        for sheet in &mut paper.sheets {
            sheet.qr = qr.as_ref().map_or_else(|_| sheet.qr.clone(), Clone::clone);
        }
        let text = serde_json::to_string_pretty(&paper).unwrap();
        std::fs::write(format!("{folder}/{name}"), text).unwrap();
    }
}
