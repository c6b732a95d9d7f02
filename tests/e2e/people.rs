//! Keys, rosters, witnesses: who may sign what, where and when.

use std::fs;
use std::path::{Path, PathBuf};

use crate::calls::Call;
use crate::devices::{Loop, count_text};
use crate::support::{World, digest, payload};

/// A second home on the witness's own machine: the roster came by post, the issuer is trusted by
/// fingerprint.
fn other_home(world: &World) -> String {
    let home = world.text("office");
    fs::create_dir(&home).unwrap();
    let shown = world
        .keshiin(&["key", "show", &world.text("issuer.pub")])
        .flag("--json")
        .run()
        .is(0)
        .json();
    let fingerprint = shown["fingerprint"].as_str().unwrap().to_owned();
    let trust = world
        .keshiin(&["trust", &world.text("issuer.pub")])
        .with("--home", &home);
    trust
        .clone()
        .with("--confirm", &"0".repeat(64))
        .run()
        .says(3, "JOB-FINGERPRINT-DIFFERS");
    trust.clone().run().says(3, "JOB-NOBODY-TO-ASK");
    trust.with("--confirm", &fingerprint).run().is(0);
    fs::copy(
        world.path("home/roster.json"),
        Path::new(&home).join("roster.json"),
    )
    .unwrap();
    home
}

/// A record that waits for its witness, carried to another folder.
fn carried_record(world: &World) -> PathBuf {
    let device = Loop::sample(world);
    world
        .wipe(&[device.node()])
        .without("--witness")
        .with("--witness-later", "witness")
        .run()
        .is(0);
    let record = world.record();
    world.verify(&record).is(7);
    let carried = world.path("carried");
    fs::create_dir(&carried).unwrap();
    for file in [record.clone(), record.with_extension("slip.json")] {
        fs::copy(&file, carried.join(file.file_name().unwrap())).unwrap();
    }
    carried.join(record.file_name().unwrap())
}

fn sign(world: &World, record: &Path, key: &str, home: &str) -> Call {
    let words = ["sign", record.to_str().unwrap(), "--key", key];
    world.keshiin(&words).with("--as", "witness").with("--home", home)
}

fn last_digits(world: &World, record: &Path) -> String {
    let verified = world
        .keshiin(&["verify", record.to_str().unwrap()])
        .flag("--json")
        .run()
        .json();
    let digest = verified["files"][0]["digest"].as_str().unwrap().to_owned();
    digest[digest.len() - 8..].to_owned()
}

#[test]
fn a_witness_signs_later_on_a_machine_of_his_own() {
    let world = World::new();
    let record = carried_record(&world);
    let home = other_home(&world);
    let call = sign(&world, &record, &world.text("witness.key"), &home);
    let before = digest(&record);
    call.clone().run().says(3, "JOB-NOBODY-TO-ASK");
    call.clone()
        .with("--confirm", "00000000")
        .run()
        .says(3, "JOB-NOT-CONFIRMED");
    let digits = last_digits(&world, &record);
    let wrong = call
        .clone()
        .with("--confirm", &digits)
        .with("--passphrase-file", &world.text("wrong"));
    wrong.run().says(8, "REC-WRONG-PASSPHRASE");
    let as_handler = call.clone().with("--confirm", &digits).with("--as", "handler");
    as_handler.run().says(3, "JOB-NOT-ENTITLED");
    assert_eq!(digest(&record), before, "what is refused leaves the record alone");
    call.clone().with("--confirm", &digits).run().is(0);
    world.verify(&record).is(0);
    world.verify(&record.with_extension("slip.json")).is(0);
    call.with("--confirm", &digits)
        .run()
        .says(3, "REC-ALREADY-SIGNED");
}

#[test]
fn who_is_not_named_cannot_sign() {
    let world = World::new();
    world
        .roster(
            "add",
            &["--member", &world.text("stranger.pub"), "--role", "witness"],
        )
        .is(0);
    let record = carried_record(&world);
    let digits = last_digits(&world, &record);
    let call = sign(&world, &record, &world.text("stranger.key"), &world.text("home"));
    call.with("--confirm", &digits).run().says(3, "REC-NOT-NAMED");
    world.verify(&record).is(7);
}

#[test]
fn a_changed_record_is_not_signed() {
    let world = World::new();
    let record = carried_record(&world);
    let text = fs::read_to_string(&record).unwrap();
    let place = text.len() / 2;
    let letter = if text.as_bytes()[place] == b'A' { "B" } else { "A" };
    fs::write(
        &record,
        format!("{}{letter}{}", &text[..place], &text[place + 1..]),
    )
    .unwrap();
    let call = sign(&world, &record, &world.text("witness.key"), &world.text("home"));
    let ran = call.with("--confirm", "00000000").run();
    assert!(matches!(ran.exit, 3 | 4), "{}", ran.err);
    world.verify(&record).is(4);
}

#[test]
fn several_records_are_signed_after_their_count() {
    let world = World::new();
    let devices = [Loop::named(&world, "one.img"), Loop::named(&world, "two.img")];
    let nodes: Vec<&str> = devices.iter().map(Loop::node).collect();
    world
        .wipe(&nodes)
        .without("--witness")
        .with("--witness-later", "witness")
        .run()
        .is(0);
    let records = world.records();
    let words = ["sign", records[0].to_str().unwrap(), records[1].to_str().unwrap()];
    let call = world
        .keshiin(&words)
        .with("--key", &world.text("witness.key"))
        .with("--as", "witness");
    call.clone()
        .with("--confirm", "3")
        .run()
        .says(3, "JOB-NOT-CONFIRMED");
    call.with("--confirm", "2").run().is(0);
    for record in &records {
        world.verify(record).is(0);
    }
}

#[test]
fn a_witness_on_paper_is_named() {
    let world = World::new();
    let device = Loop::sample(&world);
    world
        .wipe(&[device.node()])
        .without("--witness")
        .with("--witness-paper", "witness")
        .run()
        .is(0);
    let record = payload(&world.record());
    assert_eq!(record["witness"]["mode"], "paper");
    let verified = world.verify(&world.record()).is(0);
    assert!(verified.out.contains("witness 花子"), "{}", verified.out);
}

#[test]
fn the_witness_on_this_machine_is_proven_before_anything_is_erased() {
    let world = World::new();
    let device = Loop::sample(&world);
    let wrong = format!("witness={}", world.text("wrong"));
    world
        .wipe(&[device.node()])
        .also("--passphrase-file", &wrong)
        .run()
        .says(8, "REC-WRONG-PASSPHRASE");
    assert!(count_text(device.file()) > 0 && world.output().is_empty());
}

#[test]
fn a_roster_begins_in_a_home_that_is_not_there_yet() {
    let world = World::new();
    let home = world.text("new/home");
    let words = [
        "roster",
        "new",
        "--org",
        "試験県",
        "--out",
        &format!("{home}/roster.json"),
    ];
    let begin = world
        .keshiin(&words)
        .with("--issuer", &world.text("issuer.key"))
        .with("--home", &home);
    begin.run().is(0);
    world
        .keshiin(&["roster", "show", &format!("{home}/roster.json")])
        .with("--home", &home)
        .run()
        .is(0);
}

#[test]
fn a_wrong_fingerprint_is_refused_whatever_is_pinned() {
    let world = World::new();
    let wrong = "0".repeat(64);
    for who in ["issuer.pub", "stranger.pub"] {
        let trust = world
            .keshiin(&["trust", &world.text(who)])
            .with("--confirm", &wrong)
            .run();
        assert_eq!(trust.exit, 3, "{who}: {}{}", trust.out, trust.err);
    }
    let pinned = fs::read(world.path("home/issuer.json")).unwrap();
    assert_eq!(pinned, fs::read(world.path("issuer.pub")).unwrap());
}

#[test]
fn an_older_roster_is_refused_once_a_newer_was_seen() {
    let world = World::new();
    let record = {
        let device = Loop::sample(&world);
        world.wipe(&[device.node()]).run().is(0);
        world.record()
    };
    fs::copy(world.path("home/roster.json"), world.path("old.json")).unwrap();
    let home = other_home(&world);
    let official = |roster: &str| {
        let words = ["verify", record.to_str().unwrap(), "--roster", roster];
        world.keshiin(&words).with("--home", &home)
    };
    official(&world.text("old.json")).run().is(0);
    world
        .roster(
            "add",
            &["--member", &world.text("stranger.pub"), "--role", "accepter"],
        )
        .is(0);
    official(&world.text("home/roster.json")).run().is(0);
    official(&world.text("old.json")).run().says(3, "REC-ROSTER-OLD");
    let shown = ["roster", "show", &world.text("old.json")];
    world
        .keshiin(&shown)
        .with("--home", &home)
        .run()
        .says(3, "REC-ROSTER-OLD");
}

#[test]
fn keys_are_made_shown_and_given_another_passphrase() {
    let world = World::new();
    let key = world.text("handler.key");
    let words = [
        "key",
        "new",
        "--id",
        "handler",
        "--name",
        "花子",
        "--org",
        "試験県",
        "--out",
        &key,
    ];
    world.keshiin(&words).run().says(3, "JOB-EXISTS");
    fs::write(world.path("weak"), "password\n").unwrap();
    let words = [
        "key",
        "new",
        "--id",
        "weak",
        "--name",
        "花子",
        "--org",
        "試験県",
        "--out",
        &world.text("weak.key"),
    ];
    let weak = world
        .keshiin(&words)
        .with("--passphrase-file", &world.text("weak"))
        .run();
    assert_eq!(weak.exit, 3, "{}", weak.err);
    assert!(!world.path("weak.key").exists());
    let shown = |file: &str| {
        world
            .keshiin(&["key", "show", file])
            .flag("--json")
            .run()
            .is(0)
            .json()
    };
    assert_eq!(
        shown(&key)["fingerprint"],
        shown(&world.text("handler.pub"))["fingerprint"]
    );
    let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&key).unwrap());
    world.keshiin(&["key", "passwd", &key]).run().is(0);
    let renewed = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&key).unwrap());
    assert_eq!(renewed & 0o077, 0, "{mode:o} {renewed:o}");
    world
        .keshiin(&["key", "passwd", &key])
        .with("--passphrase-file", &world.text("wrong"))
        .run()
        .is(8);
}
