//! The papers of a delivery, and what programs read of the four commands.

use std::fs;

use serde_json::{Value, json};

use crate::delivery_scene::noise;
use crate::devices::tool;
use crate::printed::{attachments, checks, says, text};
use crate::support::{World, payload};

const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/certificates/contract.example.toml");

/// A delivery with everything that papers can say.
fn sealed(language: &str) -> World {
    let world = World::post();
    world.data("himitsu-no-meibo.csv", b"secret names");
    world.data("shashin/himitsu.jpg", &noise(51, 1_500_000));
    let call = world
        .seal()
        .with("--lang", language)
        .with("--to", "soumu")
        .with("--contents", "相談記録及び写真")
        .with("--records", "1234")
        .with("--medium-no", "媒体-0042")
        .with("--place", "県庁舎3階 情報管理室")
        .with("--contract", CONTRACT)
        .with("--permit", "情政第45号")
        .with("--permit-by", "情報政策課長")
        .with("--permit-until", "2099-03-31");
    call.run().is(0);
    world
}

#[test]
fn slip_and_label_say_what_was_delivered() {
    for language in ["ja", "en"] {
        let world = sealed(language);
        let record = payload(&world.path("out/p.delivery.json"));
        let number = record["number"].as_str().unwrap();
        let (slip, label) = (world.path("out/p.slip.pdf"), world.path("out/p.address.pdf"));
        says(
            &slip,
            &[
                number,
                "住民相談の記録 8月分",
                "相談記録及び写真",
                "媒体-0042",
                "tanaka 花子",
                "sato 花子",
                "sender 花子",
                "情政第45号",
                "p.keshiin",
            ],
        );
        let count = text(&slip);
        assert!(count.contains("1,234") || count.contains("1234"), "{count}");
        says(&label, &[number, "媒体-0042"]);
        assert!(text(&label).contains("soumu") || text(&label).contains("tanaka"));
        for paper in [&slip, &label] {
            let said = text(paper);
            for secret in ["himitsu", "meibo", "shashin"] {
                assert!(!said.contains(secret), "{secret}: {said}");
            }
            tool("qpdf", &["--check", paper.to_str().unwrap()]);
            let judged = world.judged(paper, 0, &[]);
            assert!(checks(&judged).contains(&"CHK-PAGE-REDRAWN"), "{judged}");
        }
        assert!(
            attachments(&slip).contains(&format!("{number}.json")),
            "{:?}",
            attachments(&slip)
        );
        if language == "ja" {
            says(&slip, &["送付書"]);
        }
    }
}

/// The slip is genuine wherever it lies; whether the volumes are right is another question.
#[test]
fn a_paper_with_a_changed_page_is_false() {
    let world = sealed("ja");
    let slip = world.path("out/p.slip.pdf");
    let mut bytes = fs::read(&slip).unwrap();
    bytes[2000] ^= 1;
    let changed = world.path("changed.pdf");
    fs::write(&changed, bytes).unwrap();
    world.verify(&changed).is(4);
    let elsewhere = world.path("elsewhere.pdf");
    fs::copy(&slip, &elsewhere).unwrap();
    world.verify(&elsewhere).is(0);
}

#[test]
fn without_a_name_files_are_called_by_their_number() {
    let world = World::post();
    world.data("a", b"a");
    world.seal().without("--name").run().is(0);
    let names: Vec<String> = world.output().into_keys().collect();
    let record = names
        .iter()
        .find(|name| name.ends_with(".delivery.json"))
        .unwrap();
    let number = payload(&world.path("out").join(record))["number"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut expected: Vec<String> = [
        "address.pdf",
        "delivery.json",
        "delivery.slip.json",
        "keshiin",
        "slip.pdf",
    ]
    .map(|end| format!("{number}.{end}"))
    .to_vec();
    expected.sort();
    assert_eq!(names, expected);
}

#[test]
fn what_was_read_back_and_from_where_is_said() {
    let world = World::post();
    world.data("a", b"a");
    world.seal().run().is(0);
    let record = payload(&world.path("out/p.delivery.json"));
    assert_eq!(record["read_back"]["state"], "done");
    assert_eq!(record["read_back"]["equal"], true);
    let volume = &record["package"]["volumes"][0];
    assert_eq!(
        volume["sha256"],
        crate::support::digest(&world.path("out/p.keshiin"))
    );
    let call = world.seal().with("--name", "q").flag("--keep-existing");
    let sealed = call.flag("--no-read-back").flag("--json").run().is(0).json();
    assert_eq!(sealed["read_back"], json!({"state": "not-asked"}));
    let warned = sealed["warnings"].as_array().unwrap();
    assert!(
        warned.iter().any(|warning| warning["warning"] == "not-read-back"),
        "{warned:?}"
    );
    let record = payload(&world.path("out/q.delivery.json"));
    assert_eq!(record["package"]["volumes"][0]["sha256"], Value::Null);
    world.verify(&world.path("out/q.delivery.json")).is(0);
}

#[test]
fn programs_read_all_four_commands() {
    let world = World::post();
    world.data("a.txt", b"aaa");
    fs::create_dir(world.path("data/empty")).unwrap();
    let sealed = world.seal().flag("--json").run().is(0);
    assert!(
        sealed
            .err
            .lines()
            .all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "{}",
        sealed.err
    );
    let sealed = sealed.json();
    let record = payload(&world.path("out/p.delivery.json"));
    for name in [
        "number",
        "title",
        "package",
        "recipients",
        "medium",
        "read_back",
        "scan",
    ] {
        assert_eq!(sealed[name], record[name], "{name}");
    }
    assert_eq!(sealed["exit"], 0);
    assert_eq!(sealed["files"]["volumes"], json!([world.text("out/p.keshiin")]));
    for name in ["record", "slip", "paper", "address", "kept"] {
        let path = sealed["files"][name].as_str().unwrap();
        assert!(fs::metadata(path).is_ok(), "{name}: {path}");
    }
    let digest = sealed["digest"].clone();
    let judged = world.judged(&world.path("out/p.delivery.json"), 0, &[]);
    assert_eq!(judged["digest"], digest);
    let listed = world.listed(&world.text("out/p.keshiin"), 0);
    let paths: Vec<&Value> = listed["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["path"])
        .collect();
    assert_eq!(paths, ["data/a.txt", "data/empty"]);
    let opened = world.open().flag("--json").run().is(0).json();
    for document in [&listed, &opened] {
        assert_eq!(document["digest"], digest);
        assert_eq!(document["package"], record["package"]["id"]);
        assert_eq!(document["sealed_by"], record["signers"][0]["fingerprint"]);
        assert_eq!((&document["files"], &document["bytes"]), (&json!(1), &json!(3)));
        assert_eq!(document["healed"], json!([]));
    }
    assert_eq!(
        opened["volumes"],
        json!([{"name": "p.keshiin", "state": "right"}])
    );
    assert_eq!(opened["partial"], false);
    fs::create_dir(world.path("new")).unwrap();
    let rekeyed = world
        .keshiin(&["rekey", &world.text("out/p.keshiin")])
        .with("--key", &world.text("tanaka.key"))
        .with("--sender", &world.text("sender.key"))
        .with("--add", "sato")
        .with("--out", &world.text("new"))
        .flag("--json");
    let rekeyed = rekeyed.run().is(0).json();
    assert_eq!(rekeyed["package"]["previous"]["digest"], digest);
    assert_eq!(rekeyed["recipients"].as_array().unwrap().len(), 2);
}

#[test]
fn what_went_wrong_is_a_document_too() {
    let world = World::post();
    world.data("a.txt", b"aaa");
    let refused = world.seal().with("--to", "nowhere").flag("--json").run().is(3);
    let text = if refused.out.is_empty() {
        &refused.err
    } else {
        &refused.out
    };
    let last = text.lines().last().unwrap();
    let document: Value = serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert!(document.to_string().contains("DLV-NO-RECIPIENT"), "{document}");
}

#[test]
fn a_list_is_readable_in_both_languages() {
    let world = World::post();
    world.data("名簿/一覧.csv", &noise(52, 1234));
    fs::create_dir(world.path("data/empty")).unwrap();
    world.seal().run().is(0);
    for language in ["en", "ja"] {
        let call = world.keshiin(&["list", &world.text("out/p.keshiin")]);
        let call = call.with("--key", &world.text("tanaka.key"));
        let said = call.with("--lang", language).run().is(0).out;
        for words in ["data/名簿/一覧.csv", "data/empty/", "1,234", "sender 花子"] {
            assert!(said.contains(words), "{words}: {said}");
        }
    }
    world.nothing_opened();
}
