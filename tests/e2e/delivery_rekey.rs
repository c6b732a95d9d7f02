//! `rekey`: the same content for others, as a delivery of its own; the old one stays what it was.

use std::fs;

use crate::calls::Call;
use crate::delivery_scene::{Found, assert_same, flip, noise, tree};
use crate::support::{World, payload};

/// A delivery to tanaka, and an empty folder for the new one.
fn sealed() -> World {
    let world = World::post();
    world.data("a", &noise(31, 1_200_000));
    world.data("b", b"b");
    world.seal().run().is(0);
    fs::create_dir(world.path("new")).unwrap();
    world
}

fn rekey(world: &World) -> Call {
    world
        .keshiin(&["rekey", &world.text("out/p.keshiin")])
        .with("--key", &world.text("tanaka.key"))
        .with("--sender", &world.text("sender.key"))
        .with("--out", &world.text("new"))
        .with("--name", "q")
}

fn open(world: &World, who: &str) -> Call {
    let call = world.open_of(&world.text("new/q.keshiin"));
    call.with("--key", &world.text(format!("{who}.key")))
}

#[test]
fn who_is_added_opens_it_and_who_is_removed_does_not() {
    let world = sealed();
    let before = tree(&world.path("out"));
    let call = rekey(&world).with("--add", "suzuki").with("--remove", "tanaka");
    call.run().is(0);
    assert_same(&before, &tree(&world.path("out")));
    open(&world, "tanaka").run().says(8, "PKG-NOT-FOR-THIS-KEY");
    world.nothing_opened();
    open(&world, "suzuki").run().is(0);
    world.came_back();
    // What was given out stays readable to whom it was sealed.
    world.clear_opened();
    world.open().run().is(0);
    world.came_back();
    world.open().with("--key", &world.text("suzuki.key")).run().is(8);
}

#[test]
fn it_is_a_delivery_of_its_own_that_names_the_old_one() {
    let world = sealed();
    let call = rekey(&world).with("--add", "soumu").with("--title", "再送");
    call.run().is(0);
    let [old, new] = ["out/p.delivery.json", "new/q.delivery.json"].map(|name| world.path(name));
    world.verify(&old).is(0);
    let said = world.verify(&new).is(0).out;
    let (before, after) = (payload(&old), payload(&new));
    assert!(said.contains(before["number"].as_str().unwrap()), "{said}");
    assert_eq!(
        after["package"]["previous"]["number"], before["number"],
        "{after}"
    );
    let digest = world.judged(&old, 0, &[])["digest"].clone();
    assert_eq!(after["package"]["previous"]["digest"], digest);
    assert_ne!(after["number"], before["number"]);
    assert_eq!(after["package"]["id"], before["package"]["id"]);
    assert_eq!(after["package"]["manifest"], before["package"]["manifest"]);
    assert_eq!(after["title"], "再送");
    assert_eq!(after["classification"], before["classification"]);
    let ids: Vec<&str> = after["recipients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| person["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["tanaka", "sato"], "nobody twice");
    for who in ["tanaka", "sato"] {
        world.clear_opened();
        open(&world, who).run().is(0);
        world.came_back();
    }
    assert_eq!(
        world.kinds()[..4],
        [
            "seal-started",
            "package-sealed",
            "rekey-started",
            "package-rekeyed"
        ]
    );
    // The new one can be delivered on.
    fs::create_dir(world.path("third")).unwrap();
    let again = rekey(&world).with("--out", &world.text("third"));
    again.with("--add", "suzuki").run().is(0);
}

#[test]
fn what_cannot_be_delivered_anew_is_refused() {
    let world = sealed();
    let refused = |call: Call, exit: i32, code: &str| {
        for language in ["en", "ja"] {
            call.clone().with("--lang", language).run().says(exit, code);
            let left = tree(&world.path("new"));
            assert!(left.is_empty(), "{code}: {:?}", left.keys());
        }
    };
    let call = || rekey(&world);
    refused(call().with("--remove", "tanaka"), 3, "DLV-RECIPIENT-COUNT");
    refused(call().with("--remove", "soumu"), 3, "DLV-RECIPIENT-COUNT");
    refused(call().with("--remove", "suzuki"), 3, "DLV-NO-RECIPIENT");
    refused(call().with("--add", "nobody"), 3, "DLV-EMPTY-GROUP");
    refused(call().with("--add", "left"), 3, "JOB-NOT-ENTITLED");
    refused(
        call()
            .with("--add", "suzuki")
            .with("--sender", &world.text("witness.key")),
        3,
        "JOB-NOT-ENTITLED",
    );
    refused(
        call()
            .with("--add", "suzuki")
            .with("--key", &world.text("sato.key")),
        8,
        "PKG-NOT-FOR-THIS-KEY",
    );
    refused(
        call().with("--add", "suzuki").with("--out", &world.text("out")),
        3,
        "DLV-OTHER-FILES",
    );
}

#[test]
fn a_damaged_package_is_not_passed_on() {
    let world = sealed();
    flip(&world.path("out/p.keshiin"), 400_000, 2);
    let ran = rekey(&world).with("--add", "suzuki").run();
    assert_eq!(ran.exit, 4, "{}{}", ran.out, ran.err);
    let left = tree(&world.path("new"));
    assert!(left.is_empty(), "{:?}", left.keys());
    flip(&world.path("out/p.keshiin"), 400_000, 2);
    fs::remove_file(world.path("out/p.delivery.json")).unwrap();
    let ran = rekey(&world).with("--add", "suzuki").run();
    assert_eq!(ran.exit, 7, "{}{}", ran.out, ran.err);
    assert!(tree(&world.path("new")).is_empty());
}

#[test]
fn volumes_may_be_cut_anew() {
    let world = sealed();
    let call = rekey(&world).with("--add", "suzuki").with("--split", "1M");
    call.run().is(0);
    let names: Vec<_> = tree(&world.path("new"))
        .into_iter()
        .filter(|(_, found)| matches!(found, Found::File(..)))
        .map(|(name, _)| name.into_string().unwrap())
        .filter(|name| name.contains(".keshiin"))
        .collect();
    assert_eq!(names, ["q.keshiin.001", "q.keshiin.002"]);
    world.verify(&world.path("new/q.delivery.json")).is(0);
    let call = world.open_of(&world.text("new/q.keshiin.002"));
    call.with("--key", &world.text("suzuki.key")).run().is(0);
    world.came_back();
}
