//! The paper of a partial erasure, printed from a signed record, checked as file and as picture. The record is put
//! together here; erasing files is another story.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use keshiin::crypto::Passphrase;
use keshiin::records::{
    CertificateNumber, Contract, IdentityFile, PartialRecord, Role, SignerClaim, SlipFile, Verdict, Witness,
    WitnessMode, WorkRecord,
};
use keshiin::units::Timestamp;

use crate::calls::Ran;
use crate::devices::tool;
use crate::printed::{Pdf, attachments, checks, codes_by_zbar, picture, says, text};
use crate::support::{PASSPHRASE, World, payload};

const CONTRACT: &str = include_str!("../../certificates/contract.example.toml");

/// Signs a record of a partial erasure that has just ended, and lays it down with its slip. Nobody watched.
fn erased(world: &World, name: &str, vary: impl FnOnce(&mut PartialRecord)) -> PathBuf {
    let key = IdentityFile::parse(&fs::read(world.path("handler.key")).unwrap()).unwrap();
    let handler = key.unlock(&Passphrase::new(PASSPHRASE).unwrap()).unwrap();
    let mut record = PartialRecord::example().unwrap();
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let now = Timestamp::new(i64::try_from(since.as_secs()).unwrap() - 60, 540).unwrap();
    record.specimen = false;
    (record.times.started, record.times.ended) = (now, now);
    record.number = CertificateNumber::new("E2E1", "20261121", 1).unwrap();
    record.witness = Witness {
        mode: WitnessMode::None,
        on_paper: None,
        reason: Some("一人勤務".into()),
    };
    record.signers.truncate(1);
    let (claim, identity) = (&mut record.signers[0], handler.public());
    claim.id.clone_from(&identity.id);
    claim.name.clone_from(&identity.name);
    claim.organisation.clone_from(&identity.organisation);
    claim.title.clone_from(&identity.title);
    claim.fingerprint = identity.fingerprint();
    vary(&mut record);
    assert_eq!(record.check(), Ok(()));
    let mut envelope = record.to_envelope();
    let mut slip = SlipFile::new(record.slip(envelope.digest()));
    let order = record.order_of_signers();
    envelope.sign(&handler, &order).unwrap();
    slip.sign(&handler, &order).unwrap();
    let path = world.path("out").join(format!("{name}.json"));
    fs::write(&path, envelope.encode()).unwrap();
    fs::write(path.with_extension("slip.json"), slip.encode()).unwrap();
    path
}

fn print(world: &World, records: &[&Path], language: &str, out: &str, flags: &[&str]) -> Ran {
    let records: Vec<&str> = records.iter().map(|record| record.to_str().unwrap()).collect();
    let out = world.text(out);
    let words = [&["print", "--out", &out], records.as_slice(), flags].concat();
    world.keshiin(&words).with("--lang", language).run()
}

/// How many pages a PDF has.
fn pages(paper: &Path) -> usize {
    let said = tool("pdfinfo", &[paper.to_str().unwrap()]);
    let line = said.lines().find_map(|line| line.strip_prefix("Pages:"));
    line.unwrap().trim().parse().unwrap()
}

/// What the first page says, without white space.
fn first_page(paper: &Path) -> String {
    let path = paper.to_str().unwrap();
    let text = tool("pdftotext", &["-enc", "UTF-8", "-l", "1", path, "-"]);
    text.chars().filter(|sign| !sign.is_whitespace()).collect()
}

#[test]
fn a_certificate_of_files_is_printed_and_checked() {
    let world = World::new();
    let record = erased(&world, "files", |record| {
        record.contract = Some(Contract::parse(CONTRACT.as_bytes()).unwrap());
    });
    let paper = world.path("files.pdf");
    let key = world.text("handler.key");
    print(&world, &[&record], "ja", "files.pdf", &["--key", &key]).is(0);
    let judged = world.judged(&paper, 0, &[]);
    for code in [
        "CHK-EXACT-FORM",
        "CHK-PAGE-BOUND",
        "CHK-TEMPLATE-BUILT-IN",
        "CHK-PAGE-REDRAWN",
        "CHK-PRINT-SIGNED",
    ] {
        assert!(checks(&judged).contains(&code), "{code}: {judged}");
    }
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
    assert_eq!(Pdf::read(&paper).statement()["layout"], "partial");
    // A contract with all its lines leaves room on the first page for the code.
    assert!(first_page(&paper).contains("keshiinverify--qr"));
}

#[test]
fn whoever_signs_prints_it_anew() {
    let world = World::new();
    let witness = IdentityFile::parse(&fs::read(world.path("witness.key")).unwrap()).unwrap();
    let record = erased(&world, "files", |record| {
        record.witness = Witness {
            mode: WitnessMode::OwnMachine,
            on_paper: None,
            reason: None,
        };
        record
            .signers
            .push(SignerClaim::new(Role::Witness, witness.public(), false));
    });
    print(&world, &[&record], "ja", "out/files.pdf", &[]).is(0);
    let paper = world.path("out/files.pdf");
    says(&paper, &["未署名（後で立会人自身の端末で署名する予定）"]);
    let digest = world.judged(&record, 7, &[])["digest"]
        .as_str()
        .unwrap()
        .to_owned();
    let key = world.text("witness.key");
    let words = ["sign", record.to_str().unwrap(), "--key", &key];
    let sign = world.keshiin(&words).with("--as", "witness").with("--lang", "ja");
    sign.with("--confirm", &digest[56..]).run().is(0);
    says(&paper, &["電子署名済（立会人自身の端末で署名）"]);
    assert_eq!(Pdf::read(&paper).statement()["layout"], "partial");
    assert!(checks(&world.judged(&paper, 0, &[])).contains(&"CHK-PAGE-REDRAWN"));
}

#[test]
fn both_languages_say_that_no_medium_was_erased() {
    let world = World::new();
    let record = erased(&world, "files", |_| ());
    for (language, wanted) in [
        (
            "ja",
            [
                "ファイル消去証明書（部分消去）",
                "媒体の消去ではない",
                "だけを対象とした記録です",
                "3 個（消去 3 個、残したもの 0 個）",
                "24,576 バイト（対象 24,576 バイト）",
                "/srv/data",
                "PN2334PBJ5WPGT",
                "ファイル名は、この書面にも記録にも記載していません。",
            ],
        ),
        (
            "en",
            [
                "Certificate of File Erasure (partial erasure)",
                "NOT AN ERASURE OF A MEDIUM",
                "and nothing else",
                "3 (3 erased, 0 left)",
                "24,576 bytes (of 24,576 bytes)",
                "/srv/data",
                "PN2334PBJ5WPGT",
                "The names of the files stand neither in this document nor in the record.",
            ],
        ),
    ] {
        let out = format!("{language}.pdf");
        print(&world, &[&record], language, &out, &[]).is(0);
        let paper = world.path(&out);
        says(&paper, &wanted);
        // One file system and one batch: what is to be signed and the code stand on the first page together.
        assert_eq!(pages(&paper), 2, "{language}");
        let first = first_page(&paper);
        for words in ["PN2334PBJ5WPGT", "keshiinverify--qr", "handler"] {
            assert!(first.contains(words), "{language}: {words} in {first}");
        }
    }
}

#[test]
fn what_was_not_erased_is_called_no_certificate() {
    let world = World::new();
    let record = erased(&world, "left", |record| {
        record.verdict = Verdict::NotErased;
        record.reasons = vec!["VER-FILES-LEFT".into()];
        record.order.achieved = None;
        record.order.policy_met = false;
        record.order.unmet = vec!["POL-NOTHING-ACHIEVED".into()];
        record.totals.erased_files = 2;
        record.totals.left_files = 1;
        record.totals.names.gone = 2;
    });
    print(&world, &[&record], "ja", "left.pdf", &[]).is(0);
    let paper = world.path("left.pdf");
    says(
        &paper,
        &[
            "ファイル消去結果記録（部分消去・不合格）",
            "媒体の消去ではない",
            "この書面はデータ消去の証明ではありません（判定: 不合格）",
            "内容が消去されたことを確認できず、残したファイルがあります。",
        ],
    );
    assert!(!text(&paper).contains("消去証明書"));
}

#[test]
fn the_code_on_it_is_read_from_a_picture() {
    let world = World::new();
    let record = erased(&world, "files", |_| ());
    print(&world, &[&record], "ja", "files.pdf", &[]).is(0);
    let page = picture(&world.path("files.pdf"), 150, &world.path("page"));
    assert_eq!(codes_by_zbar(&page).len(), 1);
    let judged = world.judged(&page, 0, &["--qr"]);
    assert_eq!(judged["kind"], "slip", "{judged}");
    assert_eq!(judged["content"]["number"], payload(&record)["number"]);
}

#[test]
fn there_is_no_list_and_no_label_of_files() {
    let world = World::new();
    let record = erased(&world, "files", |_| ());
    for flag in ["--list", "--label"] {
        print(&world, &[&record], "en", "other.pdf", &[flag]).says(3, "JOB-OTHER-PAPER");
    }
    let medium = world.erase("one.img", |call| call);
    print(&world, &[&record, &medium], "en", "other.pdf", &[]).says(3, "JOB-OTHER-PAPER");
    assert!(!world.path("other.pdf").exists());
}

#[test]
fn a_page_of_files_under_another_layout_is_not_taken_for_it() {
    let world = World::new();
    let record = erased(&world, "files", |_| ());
    print(&world, &[&record], "ja", "files.pdf", &[]).is(0);
    let printed = Pdf::read(&world.path("files.pdf"));
    for layout in ["certificate", "list", "label", "delivery"] {
        let mut pdf = printed.clone();
        let mut statement = pdf.statement();
        statement["layout"] = layout.into();
        pdf.state(&statement);
        let path = world.path(format!("{layout}.pdf"));
        fs::write(&path, pdf.fasten()).unwrap();
        let judged = world.judged(&path, 4, &[]);
        assert!(
            checks(&judged).contains(&"CHK-PAGE-UNBOUND"),
            "{layout}: {judged}"
        );
    }
}
