//! Delivery records and their slips under `verify`: what is told, and what is not believed.
//!
//! The records are those of `tests/vectors`, at the instant at which these are judged.

use std::fs;

use crate::calls::{Call, Ran};
use crate::support::World;

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");

/// A world with the deliveries of the vectors, each with its slip beside it.
fn world() -> World {
    let world = World::new();
    for name in ["delivery", "delivery-passphrase"] {
        for (from, to) in [
            (format!("records/{name}.json"), format!("{name}.json")),
            (format!("slip/{name}.slip.json"), format!("{name}.slip.json")),
        ] {
            fs::copy(format!("{VECTORS}/{from}"), world.path(to)).unwrap();
        }
    }
    world
}

/// `verify` with the roster and the issuer of the vectors.
fn verify(world: &World, files: &[&str]) -> Call {
    let files: Vec<String> = files.iter().map(|name| world.text(name)).collect();
    let words: Vec<&str> = ["verify"]
        .into_iter()
        .chain(files.iter().map(String::as_str))
        .collect();
    let call = world.keshiin(&words).at("2026-11-21 12:00:00");
    call.with("--roster", &format!("{VECTORS}/records/roster-senders.json"))
        .with("--issuer", &format!("{VECTORS}/identity/issuer.json"))
}

fn tells(ran: &Ran, lines: &[&str]) {
    for line in lines {
        assert!(
            ran.out.lines().any(|shown| shown.trim() == *line),
            "{line}:\n{}",
            ran.out
        );
    }
}

#[test]
fn a_delivery_is_told_in_both_languages() {
    let world = world();
    let call = verify(&world, &["delivery.json"]);
    let ran = call.clone().with("--lang", "ja").run().is(0);
    tells(
        &ran,
        &[
            "本物の送付の記録です。",
            "送付番号          OTR1-20261121-8-R",
            "件名              住民税課税データ（令和8年度分）",
            "件数              1,234 件",
            "機密性            3・マイナンバーあり",
            "宛先              試験県 情報政策課 係長 鈴木 次郎（suzuki）",
            "分割ファイル      kinou.keshiin  1,325,400 バイト（1.2 MiB）",
            "読み返し          媒体から 1,325,400 バイト（1.2 MiB）を読み返し、書き込んだ内容と一致",
            "署名者            送付者: 試験システム株式会社 技術員 田中 花子（tanaka）",
            "○  送付の記録の記載（分割ファイルの大きさ、読み返し、受領者）は、互いに矛盾しません。",
        ],
    );
    let ran = call.run().is(0);
    tells(
        &ran,
        &[
            "genuine delivery record",
            "delivery number  OTR1-20261121-8-R",
            "permit           情政第12号 (by 情報政策課長, until 2026-12-31)",
            "recipient        試験県 情報政策課 係長 鈴木 次郎 (suzuki)",
            "volume           kinou.keshiin  1,325,400 bytes (1.2 MiB)",
            "ok     the slip beside the record is its slip, signed by the same people",
        ],
    );
}

#[test]
fn a_delivery_by_passphrase_says_who_can_open_it_and_what_was_not_proven() {
    let world = world();
    let ran = verify(&world, &["delivery-passphrase.json"])
        .flag("-v")
        .run()
        .is(0);
    tells(
        &ran,
        &[
            "recipient        whoever knows the passphrase (drawn by the program; told: by telephone)",
            "volume           kinou.keshiin.002  400 bytes",
            "made from        OTR1-20261121-8-R",
            "read back        none",
        ],
    );
    assert!(!ran.out.contains("SHA-256"));
}

#[test]
fn slips_of_deliveries_stand_on_their_own() {
    let world = world();
    let call = verify(&world, &["delivery.slip.json"]);
    tells(
        &call.run().is(0),
        &[
            "genuine delivery record",
            "package          00112233445566778899aabbccddeeff",
            "read back        read back, all as written",
        ],
    );
    let told = call.flag("--json").run().is(0).json();
    let file = &told["files"][0];
    assert_eq!((&file["kind"], &file["exit"]), (&"slip".into(), &0.into()));
    assert_eq!(file["content"]["number"], "OTR1-20261121-8-R");
    assert_eq!(file["content"]["length"], 1_325_400);
}

#[test]
fn what_is_false_or_not_enough_is_no_delivery() {
    let world = world();
    let cases = fs::read(format!("{VECTORS}/records/delivery-cases.json")).unwrap();
    let cases: serde_json::Value = serde_json::from_slice(&cases).unwrap();
    for (why, exit) in [
        ("volumes that are not the whole", 4),
        ("a title that runs backwards", 4),
        ("a changed payload", 4),
        ("the approver has not signed", 7),
    ] {
        let broken = cases["broken"].as_array().unwrap();
        let case = broken.iter().find(|case| case["why"] == why).unwrap();
        fs::write(world.path("broken.json"), case["text"].as_str().unwrap()).unwrap();
        let ran = verify(&world, &["broken.json"]).run().is(exit);
        assert!(!ran.out.contains("genuine delivery"), "{why}: {}", ran.out);
        assert_eq!(ran.out.contains("kinou.keshiin"), exit == 7, "{why}: {}", ran.out);
    }
    fs::copy(
        world.path("delivery-passphrase.slip.json"),
        world.path("delivery.slip.json"),
    )
    .unwrap();
    verify(&world, &["delivery.json"]).run().is(4);
}

#[test]
fn nobody_signs_or_prints_a_delivery_as_an_erasure() {
    let world = world();
    let record = world.text("delivery.json");
    let roster = format!("{VECTORS}/records/roster-senders.json");
    let issuer = format!("{VECTORS}/identity/issuer.json");
    let call = world.keshiin(&["sign", &record]);
    let call = call
        .with("--key", &world.text("handler.key"))
        .with("--as", "handler");
    let ran = call.with("--roster", &roster).with("--issuer", &issuer).run();
    assert!(ran.exit > 0 && !ran.err.contains("panicked"), "{}", ran.err);
    assert_eq!(
        fs::read(&record).unwrap(),
        fs::read(format!("{VECTORS}/records/delivery.json")).unwrap()
    );
}
