//! The paper of a delivery: 送付書 and 宛名票, printed from a signed record, checked as file and as picture.
//! The record is put together here; sealing is another story.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use keshiin::crypto::Passphrase;
use keshiin::records::{CertificateNumber, DeliveryRecord, IdentityFile, SlipFile, WorkRecord};
use keshiin::units::Timestamp;

use crate::calls::Ran;
use crate::devices::tool;
use crate::printed::{Pdf, attachments, checks, codes_by_zbar, picture, says, text};
use crate::support::{PASSPHRASE, World, payload};

/// A world in which `sender` may send.
fn world() -> World {
    let world = World::new();
    world.make_key("sender");
    let member = world.text("sender.pub");
    let options = ["--member", &member, "--role", "sender", "--from", "2020-01-01"];
    world.roster("add", &options).is(0);
    world
}

/// Signs a record of a delivery that has just ended, and lays it down with its slip.
fn delivered(world: &World, name: &str, vary: impl FnOnce(&mut DeliveryRecord)) -> PathBuf {
    let key = IdentityFile::parse(&fs::read(world.path("sender.key")).unwrap()).unwrap();
    let sender = key.unlock(&Passphrase::new(PASSPHRASE).unwrap()).unwrap();
    let mut record = DeliveryRecord::example().unwrap();
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let now = Timestamp::new(i64::try_from(since.as_secs()).unwrap() - 60, 540).unwrap();
    record.specimen = false;
    (record.times.started, record.times.ended) = (now, now);
    record.number = CertificateNumber::new("E2E1", "20261121", 1).unwrap();
    let claim = &mut record.signers[0];
    (claim.id, claim.name) = ("sender".into(), "sender 花子".into());
    claim.organisation = "試験県".into();
    claim.title = None;
    claim.fingerprint = sender.public().fingerprint();
    vary(&mut record);
    let mut envelope = record.to_envelope();
    let mut slip = SlipFile::new(record.slip(envelope.digest()));
    let order = record.order_of_signers();
    envelope.sign(&sender, &order).unwrap();
    slip.sign(&sender, &order).unwrap();
    let path = world.path("out").join(format!("{name}.delivery.json"));
    fs::write(&path, envelope.encode()).unwrap();
    fs::write(path.with_extension("slip.json"), slip.encode()).unwrap();
    path
}

fn print(world: &World, records: &[&Path], out: &str, flags: &[&str]) -> Ran {
    let records: Vec<&str> = records.iter().map(|record| record.to_str().unwrap()).collect();
    let out = world.text(out);
    let words = [&["print", "--out", &out], records.as_slice(), flags].concat();
    world.keshiin(&words).with("--lang", "ja").run()
}

/// Every check of a printed PDF that keshiin can draw again.
#[track_caller]
fn is_redrawn(world: &World, paper: &Path) {
    let judged = world.judged(paper, 0, &[]);
    for code in [
        "CHK-EXACT-FORM",
        "CHK-PAGE-BOUND",
        "CHK-TEMPLATE-BUILT-IN",
        "CHK-PAGE-REDRAWN",
    ] {
        assert!(checks(&judged).contains(&code), "{code}: {judged}");
    }
}

#[test]
fn a_delivery_slip_is_printed_and_checked() {
    let world = world();
    let record = delivered(&world, "kinou", |_| ());
    print(
        &world,
        &[&record],
        "slip.pdf",
        &["--key", &world.text("sender.key")],
    )
    .is(0);
    let paper = world.path("slip.pdf");
    is_redrawn(&world, &paper);
    let judged = world.judged(&paper, 0, &[]);
    assert!(checks(&judged).contains(&"CHK-PRINT-SIGNED"), "{judged}");
    assert_eq!(judged["parts"][0]["content"], payload(&record));
    tool("qpdf", &["--check", paper.to_str().unwrap()]);
    let number = payload(&record)["number"].as_str().unwrap().to_owned();
    let mut expected = vec![
        format!("{number}.json"),
        format!("{number}.slip.json"),
        "print.json".into(),
        "roster.json".into(),
    ];
    expected.sort();
    assert_eq!(attachments(&paper), expected);
    says(
        &paper,
        &[
            "データ送付書",
            "住民税課税データ（令和8年度分）",
            "受領 一郎",
            "R8-USB-003",
            "kinou.keshiin",
            "媒体から読み返し、書き込んだ内容と一致",
            "受領欄",
            &number,
        ],
    );
    assert_eq!(Pdf::read(&paper).statement()["layout"], "delivery");
    let said = world.verify(&paper).is(0).out;
    assert!(said.contains("delivery slip"), "{said}");
}

#[test]
fn the_code_on_a_delivery_slip_is_read_from_a_picture() {
    let world = world();
    let record = delivered(&world, "kinou", |record| {
        record.title = "長い件名の送付データ".repeat(10);
    });
    print(&world, &[&record], "slip.pdf", &[]).is(0);
    let page = picture(&world.path("slip.pdf"), 150, &world.path("page"));
    assert_eq!(codes_by_zbar(&page).len(), 1);
    let judged = world.judged(&page, 0, &["--qr"]);
    assert_eq!(judged["kind"], "slip", "{judged}");
    assert_eq!(judged["content"]["number"], payload(&record)["number"]);
}

#[test]
fn an_address_label_says_nothing_of_the_contents() {
    let world = world();
    let record = delivered(&world, "kinou", |_| ());
    print(&world, &[&record], "label.pdf", &["--label"]).is(0);
    let paper = world.path("label.pdf");
    is_redrawn(&world, &paper);
    says(
        &paper,
        &[
            "親展",
            "電磁的記録媒体在中",
            "情報政策課 御中",
            "R8-USB-003",
            "試験県",
        ],
    );
    let said = text(&paper);
    for secret in ["住民税", "課税", "機密性", "個人番号", "kinou"] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
    assert_eq!(Pdf::read(&paper).statement()["layout"], "address");
}

#[test]
fn deliveries_and_erasures_do_not_share_a_paper() {
    let world = world();
    let record = delivered(&world, "kinou", |_| ());
    let erasure = world.erase("one.img", |call| call);
    print(&world, &[&record], "list.pdf", &["--list"]).says(3, "JOB-OTHER-PAPER");
    print(&world, &[&record, &erasure], "both.pdf", &[]).says(3, "JOB-OTHER-PAPER");
    print(&world, &[&erasure, &record], "both.pdf", &["--label"]).says(3, "JOB-OTHER-PAPER");
    assert!(!world.path("list.pdf").exists() && !world.path("both.pdf").exists());
}

#[test]
fn a_delivery_under_another_layout_is_not_taken_for_it() {
    let world = world();
    let record = delivered(&world, "kinou", |_| ());
    print(&world, &[&record], "slip.pdf", &[]).is(0);
    let printed = Pdf::read(&world.path("slip.pdf"));
    for (layout, exit) in [("delivery", 0), ("certificate", 4), ("label", 4), ("address", 7)] {
        let mut pdf = printed.clone();
        let mut statement = pdf.statement();
        statement["layout"] = layout.into();
        pdf.state(&statement);
        let path = world.path(format!("{layout}.pdf"));
        fs::write(&path, pdf.fasten()).unwrap();
        let judged = world.judged(&path, exit, &[]);
        // 宛名票 shows deliveries too; but this is not its template.
        let unbound = checks(&judged).contains(&"CHK-PAGE-UNBOUND");
        assert_eq!(
            unbound,
            matches!(layout, "certificate" | "label"),
            "{layout}: {judged}"
        );
    }
}

#[test]
fn a_record_without_its_slip_is_not_printed() {
    let world = world();
    let record = delivered(&world, "kinou", |_| ());
    let mut bytes = fs::read(&record).unwrap();
    let slip = record.with_extension("slip.json");
    let kept = fs::read(&slip).unwrap();
    fs::remove_file(&slip).unwrap();
    print(&world, &[&record], "a.pdf", &[]).is(1);
    fs::write(&slip, kept).unwrap();
    let place = bytes.len() / 2;
    bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
    fs::write(&record, bytes).unwrap();
    assert_ne!(print(&world, &[&record], "b.pdf", &[]).exit, 0);
    assert!(!world.path("a.pdf").exists() && !world.path("b.pdf").exists());
}
