//! The ledger: what it tells, and that tampering with its database is found.

use std::fs;

use rusqlite::Connection;

use crate::calls::Call;
use crate::devices::Loop;
use crate::support::World;

/// A world with two finished erasures in its ledger.
fn with_entries() -> World {
    let world = World::new();
    let device = Loop::sample(&world);
    for _ in 0..2 {
        world.wipe_alone(&[device.node()]).run().is(0);
    }
    world
}

fn verify(world: &World) -> Call {
    world.keshiin(&["ledger", "verify"])
}

fn change(world: &World, sql: &str) -> usize {
    let connection = Connection::open(world.path("home/ledger.sqlite")).unwrap();
    let dropped = "SELECT name FROM sqlite_master WHERE type = 'trigger'";
    let triggers: Vec<String> = connection
        .prepare(dropped)
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for trigger in triggers {
        connection
            .execute_batch(&format!("DROP TRIGGER \"{trigger}\""))
            .unwrap();
    }
    connection.execute(sql, []).unwrap()
}

#[test]
fn it_lists_shows_signs_off_and_exports() {
    let world = with_entries();
    let listed = world
        .keshiin(&["ledger", "list"])
        .flag("--json")
        .run()
        .is(0)
        .json();
    let entries = listed["entries"].as_array().unwrap();
    let kinds: Vec<&str> = entries
        .iter()
        .map(|entry| entry["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "erasure-started",
            "erasure-finished",
            "erasure-started",
            "erasure-finished"
        ]
    );
    let number = crate::support::payload(&world.records()[0])["number"]
        .as_str()
        .unwrap()
        .to_owned();
    let found = world
        .keshiin(&["ledger", "list", "--find", &number])
        .flag("--json")
        .run()
        .is(0)
        .json();
    assert_eq!(found["entries"].as_array().unwrap().len(), 2);
    let shown = world
        .keshiin(&["ledger", "show", &number])
        .flag("--json")
        .run()
        .is(0)
        .json();
    let envelope = shown["envelope"].as_str().unwrap();
    assert_eq!(envelope.as_bytes(), fs::read(&world.records()[0]).unwrap());
    world.keshiin(&["ledger", "show", "99"]).run().is(7);
    verify(&world).run().is(0);
    let (checkpoint, export) = (world.text("checkpoint"), world.text("export.json"));
    let words = [
        "ledger",
        "checkpoint",
        "--key",
        &world.text("witness.key"),
        "--out",
        &checkpoint,
    ];
    world.keshiin(&words).run().is(0);
    world.keshiin(&words).run().says(3, "JOB-EXISTS");
    let words = ["ledger", "export", "--out", &export, "--checkpoint", &checkpoint];
    world.keshiin(&words).run().is(0);
    for against in [
        &checkpoint,
        &export,
        &world.records()[0].to_str().unwrap().to_owned(),
    ] {
        verify(&world).with("--against", against).run().is(0);
    }
    world.keshiin(&["verify", &checkpoint, &export]).run().is(0);
}

#[test]
fn every_tampering_with_the_database_is_found() {
    for sql in [
        "UPDATE entries SET leaf = CAST(replace(CAST(leaf AS TEXT), 'erased', 'erasee') AS BLOB) WHERE seq = 1",
        "UPDATE entries SET leaf_hash = zeroblob(32) WHERE seq = 1",
        "DELETE FROM entries WHERE seq = 3",
        "DELETE FROM entries WHERE seq = 0",
        "UPDATE entries SET seq = seq + 100 WHERE seq = 1",
        "UPDATE nodes SET hash = zeroblob(32)",
    ] {
        let world = with_entries();
        verify(&world).run().is(0);
        assert!(change(&world, sql) > 0, "{sql}");
        let found = verify(&world).run();
        assert_eq!(found.exit, 4, "{sql}\n{}{}", found.out, found.err);
    }
}

#[test]
fn an_older_copy_is_found_against_what_others_hold() {
    let world = World::new();
    let device = Loop::sample(&world);
    world.wipe_alone(&[device.node()]).run().is(0);
    let (ledger, copy) = (world.path("home/ledger.sqlite"), world.path("copy.sqlite"));
    fs::copy(&ledger, &copy).unwrap();
    world.wipe_alone(&[device.node()]).run().is(0);
    let newest = world.records().into_iter().next_back().unwrap();
    let checkpoint = world.text("checkpoint");
    let words = [
        "ledger",
        "checkpoint",
        "--key",
        &world.text("witness.key"),
        "--out",
        &checkpoint,
    ];
    world.keshiin(&words).run().is(0);
    for leftover in ["home/ledger.sqlite-wal", "home/ledger.sqlite-shm"] {
        let _ = fs::remove_file(world.path(leftover));
    }
    fs::copy(&copy, &ledger).unwrap();
    verify(&world).run().is(0);
    verify(&world).with("--against", &checkpoint).run().is(4);
    verify(&world)
        .with("--against", newest.to_str().unwrap())
        .run()
        .is(4);
}

#[test]
fn a_ledger_that_is_damaged_takes_no_new_entries() {
    let world = with_entries();
    change(&world, "DELETE FROM entries WHERE seq = 3");
    let device = Loop::named(&world, "another.img");
    let before = crate::support::digest(device.file());
    let refused = world.wipe_alone(&[device.node()]).run();
    assert!(matches!(refused.exit, 3 | 4), "{}\n{}", refused.exit, refused.err);
    assert_eq!(crate::support::digest(device.file()), before);
}

#[test]
fn a_changed_export_is_false() {
    let world = with_entries();
    let export = world.path("export.json");
    world
        .keshiin(&["ledger", "export", "--out", export.to_str().unwrap()])
        .run()
        .is(0);
    world.verify(&export).is(7);
    let bytes = fs::read(&export).unwrap();
    for place in (40..bytes.len()).step_by(bytes.len() / 40) {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        fs::write(&export, changed).unwrap();
        world.verify(&export).is(4);
    }
}
