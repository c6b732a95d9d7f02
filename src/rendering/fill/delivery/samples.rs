//! Deliveries of every kind for tests, and their sheets as JSON for those who write templates.
//!
//! `KESHIIN_SAMPLE_DIR=FOLDER cargo test --lib rendering::fill::delivery::samples` writes them; without it the
//! test still makes each of them.

use std::collections::BTreeMap;

use crate::records::{
    Absence, CertificateNumber, Contract, DeliveryReadBack, DeliveryReadPath, DeliveryRecord, DeliverySlip,
    Digest, Fact, Fingerprint, Kdf, Language, NoticeBy, PassphraseUse, PreviousDelivery, Scan, Volume,
};
use crate::rendering::delivery_sheet::DeliverySheet;
use crate::rendering::sheet::Paper;
use crate::rendering::wording::Wording;
use crate::units::ByteCount;

use super::compose;

const CONTRACT: &str = include_str!("../../../../certificates/contract.example.toml");
const QR: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 2 2\"><path d=\"M0 0h1v1h-1z\"/></svg>";

/// The example of the program, as somebody's own.
pub(in crate::rendering) fn plain() -> DeliveryRecord {
    DeliveryRecord {
        specimen: false,
        number: CertificateNumber::new("KYO1", "20261121", 3).unwrap(),
        ..DeliveryRecord::example().unwrap()
    }
}

/// Under a contract.
pub(in crate::rendering) fn contracted() -> DeliveryRecord {
    let mut record = plain();
    record.contract = Some(Contract::parse(CONTRACT.as_bytes()).unwrap());
    record
}

/// To one person, meant by name.
pub(super) fn one_person() -> DeliveryRecord {
    let mut record = contracted();
    record.recipients.truncate(1);
    record.recipients[0].addressed_as = None;
    record.recipients[0].kem_id = 16;
    record.recipients[0].listed = false;
    record
}

/// Opened by a passphrase that the program drew, checked in every way.
pub(in crate::rendering) fn passphrase() -> DeliveryRecord {
    let mut record = contracted();
    record.recipients.clear();
    record.encryption.passphrase = Some(PassphraseUse {
        kdf: Kdf::Argon2id,
        t: 3,
        m: 262_144,
        p: 4,
        generated: true,
        notice_by: Some(NoticeBy::Post),
    });
    record
}

/// Opened by a passphrase that a person chose; nobody is named, nothing was read back or scanned.
pub(in crate::rendering) fn bare() -> DeliveryRecord {
    let mut record = passphrase();
    record.contract = None;
    record.contents = None;
    record.records = None;
    record.permit = None;
    record.place = None;
    record.mynumber = false;
    record.encryption.passphrase.as_mut().unwrap().generated = false;
    record.encryption.passphrase.as_mut().unwrap().notice_by = None;
    record.read_back = DeliveryReadBack::NotAsked;
    record.scan = Scan::NotDone;
    record.medium.number = None;
    record.medium.virtual_kind = Some("image-file".into());
    for fact in [
        &mut record.medium.model,
        &mut record.medium.filesystem,
        &mut record.medium.transport,
    ] {
        *fact = Fact::NotMeasured(Absence::NotReported);
    }
    record.medium.serial = Fact::NotMeasured(Absence::NotReported);
    record.medium.capacity = Fact::NotMeasured(Absence::NotReported);
    record.package.volumes[0].sha256 = None;
    record
}

/// Split into so many volumes.
pub(super) fn split(count: usize) -> DeliveryRecord {
    let mut record = contracted();
    let first = record.package.volumes[0].clone();
    record.package.volumes = (1..=count)
        .map(|place| Volume {
            name: format!("kinou.keshiin.{place:03}"),
            size: ByteCount(4_294_967_295),
            sha256: Some(Digest::of(&[&place.to_be_bytes()])),
            ..first.clone()
        })
        .collect();
    record.package.length = ByteCount(4_294_967_295 * count as u64);
    record
}

/// Made from another delivery; read back through another system; the scan was declared.
pub(super) fn remade() -> DeliveryRecord {
    let mut record = split(2);
    record.package.links_left_out = 3;
    record.package.previous = Some(PreviousDelivery {
        number: CertificateNumber::new("KYO1", "20261120", 1).unwrap(),
        digest: Digest::of(&[b"previous"]),
    });
    record.read_back = DeliveryReadBack::Done {
        read: DeliveryReadPath::Through {
            filesystem: "9p".into(),
        },
        compared: record.package.length,
        equal: true,
    };
    record.scan = Scan::Declared {
        digest: Digest::of(&[b"scan"]),
        at: record.times.started,
    };
    record
}

/// As many as a record can hold.
pub(in crate::rendering) fn full() -> DeliveryRecord {
    let mut record = split(999);
    let first = record.recipients[0].clone();
    record.recipients = (0..64u8)
        .map(|place| crate::records::Recipient {
            id: format!("uketori-{place}"),
            name: format!("受領 {place}郎"),
            organisation: format!("見本県 第{}事務所", place / 8),
            addressed_as: Some(format!("第{}係", place % 5)),
            fingerprint: Fingerprint::parse(&format!("{place:02x}").repeat(32)).unwrap(),
            ..first.clone()
        })
        .collect();
    record
}

/// Texts that want to be something else, each as long as a record takes it.
pub(in crate::rendering) fn hostile() -> DeliveryRecord {
    let long = |text: &str, count: usize| text.chars().cycle().take(count).collect::<String>();
    let mut record = contracted();
    record.specimen = true;
    record.title = long("#set page(width: 1pt) ", 200);
    record.contents = Some(long("W", 500));
    record.classification = long("機密性", 200);
    record.approval = Some(long("]$*_`<label>@ref\\ ", 200));
    let permit = record.permit.as_mut().unwrap();
    permit.number = long("許可第", 200);
    permit.by = long("Permit-by-", 200);
    record.medium.number = Some(long("M", 100));
    record.medium.model = Fact::Measured(format!("fdp.\u{202e}exe\u{0}{}", long("X", 280)));
    record.medium.filesystem = Fact::Measured(long("f", 300));
    if let Fact::Measured(serial) = &mut record.medium.serial {
        serial.text = format!("\u{200b}{}", long("9", 290));
    }
    record.place = Some(long("場所", 200));
    record.package.volumes[0].name = format!("{}.keshiin", long("長いなまえ", 60));
    for recipient in &mut record.recipients {
        recipient.name = long("寿限無", 100);
        recipient.organisation = long("Organisation", 200);
        recipient.title = Some(long("職", 100));
        recipient.addressed_as = Some(long("G", 100));
    }
    let sender = &mut record.signers[0];
    sender.name = long("N", 100);
    sender.organisation = long("株式会社", 200);
    sender.title = Some(long("T", 100));
    record
}

pub(super) fn all() -> Vec<(&'static str, DeliveryRecord)> {
    vec![
        ("delivery-plain", plain()),
        ("delivery-contracted", contracted()),
        ("delivery-one-person", one_person()),
        ("delivery-passphrase", passphrase()),
        ("delivery-bare", bare()),
        ("delivery-split", split(30)),
        ("delivery-remade", remade()),
        ("delivery-full", full()),
        ("delivery-hostile", hostile()),
        ("delivery-specimen", DeliveryRecord::example().unwrap()),
    ]
}

/// The sheet of a record whose signers have all signed.
pub(super) fn sheet(record: &DeliveryRecord, language: Language) -> DeliverySheet {
    let slip = DeliverySlip::of(record, Digest::of(&[b"record"]));
    let signed = record.order_of_signers();
    let wording = Wording::embedded(language).unwrap();
    compose(record, &slip, &signed, QR.to_owned(), &wording).unwrap()
}

#[test]
fn every_sample_is_made_and_written_where_asked_for() {
    let mut papers = BTreeMap::new();
    for language in Language::ALL {
        for (name, record) in all() {
            let mut paper = Paper::empty(&Wording::embedded(language).unwrap());
            paper.deliveries.push(sheet(&record, language));
            papers.insert(format!("{name}.{}.json", language.name()), paper);
        }
    }
    assert_eq!(papers.len(), 20);
    let Ok(folder) = std::env::var("KESHIIN_SAMPLE_DIR") else {
        return;
    };
    let qr = std::fs::read_to_string(format!("{folder}/qr.svg"));
    for (name, mut paper) in papers {
        for sheet in &mut paper.deliveries {
            sheet.qr = qr.as_ref().map_or_else(|_| sheet.qr.clone(), Clone::clone);
        }
        let text = serde_json::to_string(&paper).unwrap();
        std::fs::write(format!("{folder}/{name}"), text).unwrap();
    }
}
