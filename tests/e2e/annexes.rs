//! `verify RECORD --annex ANNEX`: whether a list of files is the one that a record names.
//!
//! Record and annex are those of `tests/vectors`, at the instant at which these are judged.

use std::fs;

use crate::calls::{Call, Ran};
use crate::support::World;

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");

/// A folder with the record, its slip and its annex.
fn world() -> World {
    let world = World::new();
    for (from, to) in [
        ("records/partial.json", "r.json"),
        ("slip/partial.slip.json", "r.slip.json"),
        ("records/partial.annex.json", "a.json"),
        ("records/erasure.json", "medium.json"),
    ] {
        fs::copy(format!("{VECTORS}/{from}"), world.path(to)).unwrap();
    }
    world
}

/// `verify` with the roster and the issuer of the vectors.
fn verify(world: &World, name: &str) -> Call {
    let call = world
        .keshiin(&["verify", &world.text(name)])
        .at("2026-11-21 12:00:00");
    call.with("--roster", &format!("{VECTORS}/records/roster.json"))
        .with("--issuer", &format!("{VECTORS}/identity/issuer.json"))
}

/// The result of one check in the document, and what else is wrong with the file.
fn check(ran: &Ran, code: &str) -> String {
    let checks = ran.json()["files"][0]["checks"].clone();
    let checks = checks.as_array().unwrap();
    let found = checks.iter().find(|check| check["code"] == code);
    let found = found.unwrap_or_else(|| panic!("{code}: {checks:?}"));
    found["result"].as_str().unwrap().to_owned()
}

#[test]
fn an_annex_is_the_one_that_its_record_names() {
    let world = world();
    verify(&world, "r.json").run().is(0);
    let with = |language: &str| {
        let call = verify(&world, "r.json").with("--annex", &world.text("a.json"));
        call.with("--lang", language).run().is(0).out
    };
    let said = with("ja");
    assert!(
        said.contains("○  別紙（ファイル 3 個）は、この記録のもので"),
        "{said}"
    );
    assert!(said.starts_with("本物の記録です。"), "{said}");
    let said = with("en");
    assert!(
        said.contains("the annex is the one that the record names (3 files)"),
        "{said}"
    );
    assert!(
        !said.contains("一覧.csv"),
        "names stay in the annex, whatever is shown: {said}"
    );
}

#[test]
fn a_changed_annex_is_told_as_one_and_the_record_stays_genuine() {
    let world = world();
    let text = fs::read_to_string(world.path("a.json")).unwrap();
    for changed in [
        text.replace("/srv/data/c", "/srv/data/d"),
        text.replace("\"erased\"", "\"unseen\""),
        text.replace(":10000,", ":10001,"),
        text[..text.len() - 1].to_owned(),
        text.clone() + "\n",
        String::new(),
    ] {
        assert_ne!(changed, text);
        fs::write(world.path("changed.json"), changed).unwrap();
        let call = |language| {
            let call = verify(&world, "r.json").with("--annex", &world.text("changed.json"));
            call.with("--lang", language)
        };
        let said = call("ja").run().is(4).out;
        assert!(
            said.starts_with("記録は本物ですが、別紙がこの記録のものと一致しません。"),
            "{said}"
        );
        let ran = call("en").flag("--json").run().is(4);
        assert_eq!(check(&ran, "CHK-ANNEX-DIFFERS"), "false");
        assert_eq!(
            ran.json()["files"][0]["content"]["kind"],
            "partial-erasure",
            "the record is shown"
        );
    }
}

#[test]
fn a_changed_annex_of_a_record_that_is_not_known_well_enough_is_told_as_such() {
    let world = world();
    fs::remove_file(world.path("r.slip.json")).unwrap();
    let mut record: serde_json::Value =
        serde_json::from_slice(&fs::read(world.path("r.json")).unwrap()).unwrap();
    // The witness has not signed.
    record["signatures"].as_array_mut().unwrap().truncate(1);
    let [payload, kind, signed] =
        ["payload", "payloadType", "signatures"].map(|name| record[name].to_string());
    let line = format!("{{\"payload\":{payload},\"payloadType\":{kind},\"signatures\":{signed}}}\n");
    fs::write(world.path("r.json"), line).unwrap();
    fs::write(world.path("changed.json"), "{}").unwrap();
    verify(&world, "r.json").run().is(7);
    let call = verify(&world, "r.json").with("--annex", &world.text("changed.json"));
    let said = call.with("--lang", "ja").run().is(4).out;
    assert!(
        said.starts_with("別紙がこの記録のものと一致しません。記録についても"),
        "{said}"
    );
}

#[test]
fn without_a_record_that_names_it_an_annex_is_worth_nothing() {
    let world = world();
    let alone = verify(&world, "a.json").with("--lang", "ja").run().is(7);
    assert!(alone.out.contains("別紙だけでは確認できません"), "{}", alone.out);
    // A record of a medium names none, and neither does what nobody can believe.
    for file in ["medium.json", "r.slip.json"] {
        let call = verify(&world, file).with("--annex", &world.text("a.json"));
        let ran = call.flag("--json").run().is(7);
        assert_eq!(check(&ran, "CHK-ANNEX-NOT-COMPARED"), "not-enough", "{file}");
    }
    let stranger = world
        .keshiin(&["verify", &world.text("r.json")])
        .with("--annex", &world.text("a.json"))
        .flag("--json")
        .run()
        .is(7);
    assert_eq!(check(&stranger, "CHK-ANNEX-NOT-COMPARED"), "not-enough");
}

#[test]
fn an_annex_goes_with_one_record_and_has_to_be_there() {
    let world = world();
    let two = verify(&world, "r.json").with("--annex", &world.text("a.json"));
    two.flag(&world.text("medium.json"))
        .run()
        .says(2, "JOB-ONE-RECORD-ONLY");
    let missing = verify(&world, "r.json").with("--annex", &world.text("nowhere.json"));
    missing.run().says(1, "JOB-FILE");
    let folder = verify(&world, "r.json").with("--annex", &world.text("out"));
    folder.run().says(1, "JOB-FILE");
}
