//! The paper: what `wipe`, `sign` and `print` print, and what `verify` and other people's programs find
//! in it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rustix::process::Signal;
use serde_json::Value;

use crate::devices::{Loop, Mount, SIZE, tool};
use crate::interruptions::{large, memory, wait_until_begun};
use crate::printed::{attachments, checks, detach, paper_of, says, text};
use crate::support::{World, digest, listing, payload};

const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/certificates/contract.example.toml");

fn number(record: &Path) -> String {
    payload(record)["number"].as_str().unwrap().to_owned()
}

/// The names of what hangs on the paper of these records, in alphabetical order.
fn expected_attachments(records: &[PathBuf]) -> Vec<String> {
    let of_records = records.iter().map(|record| number(record));
    let mut names: Vec<String> = of_records
        .flat_map(|number| [format!("{number}.json"), format!("{number}.slip.json")])
        .chain(["print.json".into(), "roster.json".into()])
        .collect();
    names.sort();
    names
}

/// 照合値 in groups of four, as on paper.
fn grouped(digest: &str) -> String {
    let groups: Vec<&str> = (0..16).map(|place| &digest[4 * place..4 * place + 4]).collect();
    groups.join(" ")
}

fn print(world: &World, records: &[PathBuf], out: &str) -> crate::calls::Call {
    let records: Vec<&str> = records.iter().map(|record| record.to_str().unwrap()).collect();
    let words = [&["print", "--out", out], records.as_slice()].concat();
    world.keshiin(&words)
}

#[test]
fn a_wipe_prints_what_others_can_read_and_check() {
    let world = World::new();
    let record = world.erase("one.img", |call| {
        call.without("--no-witness")
            .with("--witness", &world.text("witness.key"))
            .with("--asset-no", "情シス-0042")
            .with("--place", "県庁舎3階 情報管理室")
            .with("--contract", CONTRACT)
            .with("--lang", "ja")
    });
    let paper = paper_of(&record);
    let names: Vec<String> = world.output().into_keys().collect();
    assert_eq!(names.len(), 3, "record, slip and paper: {names:?}");
    let judged = world.judged(&paper, 0, &[]);
    for code in [
        "CHK-EXACT-FORM",
        "CHK-PAGE-BOUND",
        "CHK-PRINT-SIGNED",
        "CHK-ROSTER-ATTACHED",
        "CHK-TEMPLATE-BUILT-IN",
        "CHK-PAGE-REDRAWN",
    ] {
        assert!(checks(&judged).contains(&code), "{code}: {judged}");
    }
    assert_eq!(judged["parts"][0]["content"], payload(&record));
    let said = world.verify(&paper).is(0).out;
    assert!(said.contains(&number(&record)), "{said}");
    tool("qpdf", &["--check", paper.to_str().unwrap()]);
    assert_eq!(
        attachments(&paper),
        expected_attachments(std::slice::from_ref(&record))
    );
    let content = payload(&record);
    says(
        &paper,
        &[
            "データ消去証明書",
            &number(&record),
            "合格",
            "適合",
            &grouped(judged["parts"][0]["digest"].as_str().unwrap()),
            "one.img",
            "情シス-0042",
            "県庁舎3階 情報管理室",
            "handler 花子",
            "witness 花子",
            "試験県",
            "電子署名済",
            "仮想装置・イメージファイル（実機ではない）",
            content["contract"]["number"].as_str().unwrap(),
            content["contract"]["addressee"].as_str().unwrap(),
            content["contract"]["supervisor"]["name"].as_str().unwrap(),
        ],
    );
}

#[test]
fn what_was_attached_can_be_checked_by_itself() {
    let world = World::new();
    let record = world.erase("one.img", |call| call);
    let folder = world.path("detached");
    detach(&paper_of(&record), &folder);
    let number = number(&record);
    let detached = folder.join(format!("{number}.json"));
    for (taken, own) in [
        (detached.clone(), record.clone()),
        (
            folder.join(format!("{number}.slip.json")),
            record.with_extension("slip.json"),
        ),
        (folder.join("roster.json"), world.path("home/roster.json")),
    ] {
        assert_eq!(digest(&taken), digest(&own), "{}", taken.display());
        world.verify(&taken).is(0);
    }
    let judged = world.judged(&detached, 0, &[]);
    assert!(
        checks(&judged).contains(&"CHK-SLIP"),
        "its slip lies beside it: {judged}"
    );
}

#[test]
fn the_paper_speaks_english() {
    let world = World::new();
    let record = world.erase("one.img", |call| call);
    let paper = paper_of(&record);
    let judged = world.judged(&paper, 0, &[]);
    let digest = grouped(judged["parts"][0]["digest"].as_str().unwrap());
    says(
        &paper,
        &[
            "Certificate of Data Erasure",
            "Erased",
            &number(&record),
            &digest,
            "No witness",
            "a test",
        ],
    );
    let found = text(&paper);
    assert!(!found.contains("証明書") && !found.contains("合格"), "{found}");
}

#[test]
fn the_paper_waits_for_the_witness_and_is_printed_anew() {
    let world = World::new();
    let record = world.erase("one.img", |call| {
        call.without("--no-witness")
            .with("--witness-later", "witness")
            .with("--lang", "ja")
    });
    let paper = paper_of(&record);
    says(&paper, &["witness 花子", "未署名"]);
    assert!(checks(&world.judged(&paper, 7, &[])).contains(&"CHK-PAGE-REDRAWN"));
    let before = digest(&paper);
    let words = [
        "sign",
        record.to_str().unwrap(),
        "--key",
        &world.text("witness.key"),
    ];
    let sign = world.keshiin(&words).with("--as", "witness").with("--lang", "ja");
    sign.clone()
        .with("--confirm", "00000000")
        .run()
        .says(3, "JOB-NOT-CONFIRMED");
    assert_eq!(digest(&paper), before, "a refusal leaves the paper alone");
    let judged = world.judged(&record, 7, &[]);
    let digits = &judged["digest"].as_str().unwrap()[56..];
    let signed = sign.with("--confirm", digits).flag("--json").run().is(0).json();
    assert_eq!(signed["papers"][0], paper.to_str().unwrap());
    assert_ne!(digest(&paper), before);
    says(&paper, &["witness 花子", "電子署名済（立会人自身の端末で署名）"]);
    assert!(!text(&paper).contains("未署名"), "{}", text(&paper));
    let judged = world.judged(&paper, 0, &[]);
    assert_eq!(
        judged["content"]["printer"]["id"], "witness",
        "who printed anew signed for it"
    );
}

#[test]
fn a_witness_on_paper_has_a_place_for_his_seal() {
    let world = World::new();
    let record = world.erase("one.img", |call| {
        call.without("--no-witness")
            .with("--witness-paper", "witness")
            .with("--lang", "ja")
    });
    says(
        &paper_of(&record),
        &["witness 花子", "紙面に署名・押印", "署名・押印をお願いします"],
    );
    world.verify(&paper_of(&record)).is(0);
}

#[test]
fn whoever_prints_may_sign_for_it() {
    let world = World::new();
    let records = [world.erase("one.img", |call| call)];
    let judged = |name: &str, key: Option<&str>, exit: i32| {
        let call = print(&world, &records, &world.text(name));
        let call = key.map_or(call.clone(), |key| call.with("--key", &world.text(key)));
        call.run().is(0);
        world.judged(&world.path(name), exit, &[])
    };
    let unsigned = judged("unsigned.pdf", None, 0);
    assert!(checks(&unsigned).contains(&"CHK-PRINT-UNSIGNED"), "{unsigned}");
    assert!(unsigned["content"]["printer"].is_null());
    let signed = judged("signed.pdf", Some("witness.key"), 0);
    assert!(checks(&signed).contains(&"CHK-PRINT-SIGNED"), "{signed}");
    let stranger = print(&world, &records, &world.text("stranger.pdf"));
    stranger
        .with("--key", &world.text("stranger.key"))
        .run()
        .says(3, "JOB-NOT-ENTITLED");
    assert!(!world.path("stranger.pdf").exists());
    let wrong = print(&world, &records, &world.text("wrong.pdf"))
        .with("--key", &world.text("handler.key"))
        .with("--passphrase-file", &world.text("wrong"));
    wrong.run().says(8, "REC-WRONG-PASSPHRASE");
    assert!(!world.path("wrong.pdf").exists());
    std::thread::sleep(std::time::Duration::from_millis(1100));
    world
        .roster("revoke", &["--id", "witness", "--reason", "left"])
        .is(0);
    let revoked = world.judged(&world.path("signed.pdf"), 7, &[]);
    assert!(
        checks(&revoked).contains(&"CHK-PRINTER-NOT-ENTITLED"),
        "{revoked}"
    );
    world.judged(&world.path("unsigned.pdf"), 0, &[]);
}

#[test]
fn many_records_in_one_file_as_certificates_as_a_list_as_labels() {
    let world = World::new();
    let names = ["one.img", "two.img", "three.img"];
    let records = names.map(|name| world.erase(name, |call| call));
    for (kind, layout, title) in [
        ("certificates", "certificate", "データ消去証明書"),
        ("list", "list", "消去結果一覧表"),
        ("label", "label", "消去済"),
    ] {
        let out = world.path(format!("{kind}.pdf"));
        let call = print(&world, &records, out.to_str().unwrap()).with("--lang", "ja");
        let call = if kind == "certificates" {
            call
        } else {
            call.flag(&format!("--{kind}"))
        };
        let printed = call.flag("--json").run().is(0).json();
        assert_eq!(printed["numbers"].as_array().unwrap().len(), 3, "{printed}");
        let judged = world.judged(&out, 0, &[]);
        assert!(checks(&judged).contains(&"CHK-PAGE-REDRAWN"), "{judged}");
        assert_eq!(judged["content"]["layout"], layout);
        let inside: Vec<&Value> = judged["parts"].as_array().unwrap().iter().collect();
        assert_eq!(inside.len(), 3);
        assert!(inside.iter().all(|part| part["exit"] == 0));
        let numbers = records.each_ref().map(|record| number(record));
        let wanted: Vec<&str> = numbers.iter().map(String::as_str).chain([title]).collect();
        says(&out, &wanted);
        assert_eq!(attachments(&out), expected_attachments(&records));
        tool("qpdf", &["--check", out.to_str().unwrap()]);
    }
}

#[test]
fn a_pdf_is_never_overwritten_and_no_record_printed_twice() {
    let world = World::new();
    let record = world.erase("one.img", |call| call);
    let paper = paper_of(&record);
    let before = world.output();
    let own = std::slice::from_ref(&record);
    print(&world, own, paper.to_str().unwrap())
        .run()
        .says(3, "JOB-EXISTS");
    let out = world.text("twice.pdf");
    let twice = [record.clone(), record.clone()];
    print(&world, &twice, &out).run().says(2, "JOB-NAMED-TWICE");
    let copy = world.path("copy.json");
    fs::copy(&record, &copy).unwrap();
    fs::copy(
        record.with_extension("slip.json"),
        copy.with_extension("slip.json"),
    )
    .unwrap();
    let again = [record.clone(), copy];
    print(&world, &again, &out).run().says(3, "JOB-PRINTED-TWICE");
    assert!(!Path::new(&out).exists());
    assert_eq!(world.output(), before);
}

#[test]
fn only_what_is_genuine_is_printed() {
    let world = World::new();
    let record = world.erase("one.img", |call| call);
    let slip = record.with_extension("slip.json");
    let out = world.text("out.pdf");
    let call = print(&world, std::slice::from_ref(&record), &out);
    let genuine = fs::read(&record).unwrap();
    let mut changed = genuine.clone();
    let place = changed.len() / 2;
    changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
    fs::write(&record, changed).unwrap();
    let ran = call.run();
    assert!(matches!(ran.exit, 3 | 4), "{}\n{}", ran.exit, ran.err);
    fs::write(&record, genuine).unwrap();
    fs::rename(&slip, world.path("slip")).unwrap();
    let ran = call.run();
    assert_ne!(ran.exit, 0, "without its slip: {}", ran.out);
    fs::rename(world.path("slip"), &slip).unwrap();
    fs::rename(world.path("home/roster.json"), world.path("roster")).unwrap();
    call.run().says(3, "JOB-NO-ROSTER");
    assert!(!Path::new(&out).exists());
}

/// The paper of something that is no erasure: another title, words that say so, and 9.
#[track_caller]
fn is_no_certificate(world: &World, record: &Path, title: &str, verdict: &str) {
    let paper = paper_of(record);
    world.judged(&paper, 9, &[]);
    says(
        &paper,
        &[title, verdict, "この書面はデータ消去の証明ではありません"],
    );
    let found = text(&paper);
    assert!(!found.contains("データ消去証明書"), "{title}: {found}");
    let said = world
        .keshiin(&["verify", paper.to_str().unwrap()])
        .with("--lang", "ja")
        .run()
        .is(9);
    let first = format!("本物の記録です。ただし判定は『{verdict}』です。");
    assert_eq!(said.out.lines().next(), Some(first.as_str()));
    let label = world.text(format!("{verdict}.pdf"));
    let call = print(world, &[record.to_owned()], &label)
        .with("--lang", "ja")
        .flag("--label");
    call.run().is(0);
    says(Path::new(&label), &["消去未完了", verdict, "持出し・再利用禁止"]);
    world.judged(Path::new(&label), 9, &[]);
}

#[test]
fn an_unverified_erasure_has_no_certificate() {
    let world = World::new();
    let record = world.erase("one.img", |call| {
        call.with("--verify", "none").with("--lang", "ja")
    });
    is_no_certificate(&world, &record, "データ消去結果記録（未検証）", "未検証");
}

#[test]
fn an_interrupted_erasure_has_no_certificate() {
    let (world, folder) = (World::new(), memory());
    let device = large(&folder);
    let call = world.wipe(&[device.node()]).with("--method", "gutmann-35");
    let running = call.with("--lang", "ja").start();
    wait_until_begun(&world);
    running.signal(Signal::INT);
    running.end().is(6);
    is_no_certificate(&world, &world.record(), "データ消去結果記録（中断）", "中断");
}

/// The file under the device is sparse, and its file system too small for it: most writes fail.
#[test]
fn a_failed_erasure_has_no_certificate() {
    let world = World::new();
    let small = Mount::tmpfs(&world, "size=2m");
    let file = small.at().join("device.img");
    File::create(&file).unwrap().set_len(SIZE).unwrap();
    let device = Loop::over(&file, &[]);
    world.wipe(&[device.node()]).with("--lang", "ja").run().is(4);
    let record = world.record();
    assert_eq!(payload(&record)["verdict"], "not-erased");
    is_no_certificate(&world, &record, "データ消去結果記録（不合格）", "不合格");
    drop(device);
}

#[test]
fn where_the_policy_is_not_met_paper_and_list_say_so() {
    let world = World::new();
    let record = world.erase("one.img", |call| {
        let call = call.with("--classification", "2").with("--then", "destroy");
        call.without("--no-witness")
            .with("--witness", &world.text("witness.key"))
            .with("--lang", "ja")
    });
    let paper = paper_of(&record);
    world.judged(&paper, 9, &[]);
    says(&paper, &["不適合", "前処理としての消去"]);
    let list = world.path("list.pdf");
    let call = print(&world, std::slice::from_ref(&record), list.to_str().unwrap());
    call.flag("--list").with("--lang", "ja").run().is(0);
    says(&list, &["不適合", "規程に適合しないもの"]);
    world.judged(&list, 9, &[]);
}

#[test]
fn without_a_believed_roster_a_wipe_prints_all_the_same() {
    let world = World::new();
    fs::remove_file(world.path("home/issuer.json")).unwrap();
    let unpinned = world.erase("one.img", |call| call);
    world.verify(&paper_of(&unpinned)).is(7);
    let issuer = world.text("issuer.pub");
    world.judged(&paper_of(&unpinned), 0, &["--issuer", &issuer]);
    fs::rename(world.path("home/roster.json"), world.path("roster.json")).unwrap();
    let absent = world.erase("two.img", |call| call);
    let paper = paper_of(&absent);
    let names = attachments(&paper);
    assert_eq!(names.len(), 3, "no roster hangs there: {names:?}");
    world.verify(&paper).is(7);
    let roster = world.text("roster.json");
    world.judged(&paper, 0, &["--issuer", &issuer, "--roster", &roster]);
    assert_eq!(listing(&world.path("out")).len(), 6);
}
