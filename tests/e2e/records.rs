//! `verify`: what is genuine, what is false, what is not enough.

use std::fs;
use std::path::{Path, PathBuf};

use crate::devices::Loop;
use crate::support::World;

/// A finished erasure; its record.
fn erased(world: &World, name: &str) -> PathBuf {
    let before = world.records();
    let device = Loop::named(world, name);
    world.wipe(&[device.node()]).run().is(0);
    world
        .records()
        .into_iter()
        .find(|record| !before.contains(record))
        .unwrap()
}

fn slip(record: &Path) -> PathBuf {
    record.with_extension("slip.json")
}

#[test]
fn slips_belong_to_their_records() {
    let world = World::new();
    let (one, two) = (erased(&world, "one.img"), erased(&world, "two.img"));
    for file in [&one, &two, &slip(&one), &slip(&two)] {
        world.verify(file).is(0);
    }
    let own = fs::read(slip(&one)).unwrap();
    fs::copy(slip(&two), slip(&one)).unwrap();
    let verified = world.verify(&one).is(4);
    assert!(
        verified.out.lines().any(|line| line.contains("slip")),
        "{}",
        verified.out
    );
    fs::remove_file(slip(&one)).unwrap();
    world.verify(&one).is(0);
    for place in (0..own.len()).step_by(own.len() / 40) {
        let mut changed = own.clone();
        changed[place] ^= 1;
        fs::write(slip(&one), changed).unwrap();
        world.verify(&one).is(4);
        let alone = world.verify(&slip(&one));
        assert!(matches!(alone.exit, 4 | 7), "byte {place}: {}", alone.exit);
        assert_ne!(alone.exit, 0);
    }
}

#[test]
fn one_bad_file_among_many_is_found() {
    let world = World::new();
    let (one, two) = (erased(&world, "one.img"), erased(&world, "two.img"));
    let bad = world.path("bad.json");
    let mut bytes = fs::read(&two).unwrap();
    let place = bytes.len() / 2;
    bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
    fs::write(&bad, bytes).unwrap();
    let (roster, public) = (world.path("home/roster.json"), world.path("handler.pub"));
    let files: Vec<&str> = [&one, &two, &roster, &public]
        .map(|path| path.to_str().unwrap())
        .to_vec();
    world
        .keshiin(&[&["verify"], files.as_slice()].concat())
        .run()
        .is(0);
    let all = [&["verify"], files.as_slice(), &[bad.to_str().unwrap()]].concat();
    let table = world.keshiin(&all).run().is(4).out;
    for file in files.iter().chain([&bad.to_str().unwrap()]) {
        assert!(table.contains(file), "{file}\n{table}");
    }
    let document = world.keshiin(&all).flag("--json").run().is(4).json();
    let exits: Vec<u64> = document["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["exit"].as_u64().unwrap())
        .collect();
    assert_eq!(exits, [0, 0, 0, 0, 4]);
}

#[test]
fn a_missing_file_keeps_nobody_from_the_answer_about_the_others() {
    let world = World::new();
    let one = erased(&world, "one.img");
    let missing = world.text("missing.json");
    let both = world
        .keshiin(&["verify", one.to_str().unwrap(), &missing])
        .run()
        .is(1);
    assert!(both.out.contains("1 of 2"), "{}", both.out);
}

#[test]
fn what_keshiin_never_made_is_no_record() {
    let world = World::new();
    for (name, bytes) in [
        ("empty", b"".as_slice()),
        ("text", b"hello"),
        ("json", b"{\"payload\":\"\"}"),
        ("deep", "[".repeat(100_000).as_bytes()),
        ("zeros", &[0; 5000]),
    ] {
        fs::write(world.path(name), bytes).unwrap();
        world.verify(&world.path(name)).is(4);
    }
    world.verify(&world.path("nowhere")).is(1);
    world.keshiin(&["verify"]).run().is(2);
}

#[test]
fn without_roster_or_issuer_a_record_is_not_enough() {
    let world = World::new();
    let record = erased(&world, "one.img");
    fs::rename(world.path("home/roster.json"), world.path("roster.json")).unwrap();
    world.verify(&record).is(7);
    let named = world.keshiin(&[
        "verify",
        record.to_str().unwrap(),
        "--roster",
        &world.text("roster.json"),
    ]);
    named.run().is(0);
    fs::remove_file(world.path("home/issuer.json")).unwrap();
    named.run().is(7);
    named
        .clone()
        .with("--issuer", &world.text("issuer.pub"))
        .run()
        .is(0);
    named
        .with("--issuer", &world.text("stranger.pub"))
        .run()
        .says(3, "REC-ROSTER-OTHER-ISSUER");
}

#[test]
fn evidence_by_somebody_else_outlives_a_revocation() {
    let world = World::new();
    let record = erased(&world, "one.img");
    let (checkpoint, own) = (world.text("checkpoint"), world.text("own-checkpoint"));
    let sign_off = |key: &str, out: &str| {
        let words = ["ledger", "checkpoint", "--key", key, "--out", out];
        world.keshiin(&words).run().is(0);
    };
    let export = |out: &str, checkpoint: Option<&str>| {
        let call = world.keshiin(&["ledger", "export", "--out", out]);
        let call = checkpoint.map_or(call.clone(), |file| call.with("--checkpoint", file));
        call.run().is(0);
        out.to_owned()
    };
    add_official(&world);
    sign_off(&world.text("handler.key"), &own);
    let by_himself = export(&world.text("by-himself.json"), Some(&own));
    sign_off(&world.text("stranger.key"), &checkpoint);
    let by_another = export(&world.text("by-another.json"), Some(&checkpoint));
    let unsigned = export(&world.text("unsigned.json"), None);
    for file in [&checkpoint, &by_another] {
        world.verify(Path::new(file)).is(0);
    }
    std::thread::sleep(std::time::Duration::from_millis(1100));
    world
        .roster("revoke", &["--id", "handler", "--reason", "left"])
        .is(0);
    world.verify(&record).is(7);
    let with = |evidence: &str| {
        world
            .keshiin(&["verify", record.to_str().unwrap(), "--evidence", evidence])
            .run()
    };
    with(&by_another).is(0);
    with(&by_himself).is(7);
    with(&unsigned).is(7);
}

fn add_official(world: &World) {
    let member = world.text("stranger.pub");
    world
        .roster(
            "add",
            &["--member", &member, "--role", "accepter", "--from", "2020-01-01"],
        )
        .is(0);
}

#[test]
fn a_stolen_key_is_not_saved_by_later_evidence() {
    let world = World::new();
    let record = erased(&world, "one.img");
    add_official(&world);
    let (checkpoint, export) = (world.text("checkpoint"), world.text("export.json"));
    let key = world.text("stranger.key");
    world
        .keshiin(&["ledger", "checkpoint", "--key", &key, "--out", &checkpoint])
        .run()
        .is(0);
    world
        .keshiin(&["ledger", "export", "--out", &export, "--checkpoint", &checkpoint])
        .run()
        .is(0);
    let revoked = [
        "--id",
        "handler",
        "--reason",
        "compromised",
        "--effective-from",
        "2020-01-02",
    ];
    world.roster("revoke", &revoked).is(0);
    world.verify(&record).is(7);
    world
        .keshiin(&["verify", record.to_str().unwrap(), "--evidence", &export])
        .run()
        .is(7);
}
