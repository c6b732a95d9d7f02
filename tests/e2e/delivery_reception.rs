//! The reception desk: `verify` on a delivery, without any key.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::calls::Call;
use crate::delivery_scene::{copy_files, flip, noise};
use crate::support::World;

/// A delivery of three volumes as it lies on the desk of an office with a home of its own.
struct Desk {
    world: World,
    folder: PathBuf,
}

impl Desk {
    fn new() -> Self {
        let world = World::post();
        world.data("a", &noise(21, 2_300_000));
        world.seal().with("--split", "1M").run().is(0);
        let folder = world.path("desk");
        copy_files(&world.path("out"), &folder);
        let home = world.path("office");
        fs::create_dir(&home).unwrap();
        for name in ["issuer.json", "roster.json"] {
            fs::copy(world.path("home").join(name), home.join(name)).unwrap();
        }
        Self { world, folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn verify_of(&self, file: &Path) -> Call {
        let call = self.world.keshiin(&["verify", file.to_str().unwrap()]);
        call.without("--passphrase-file")
            .with("--home", &self.world.text("office"))
    }

    fn verify(&self) -> Call {
        self.verify_of(&self.file("p.delivery.json"))
    }

    /// Both languages and the document say so of one volume, and of no other.
    #[track_caller]
    fn names(&self, exit: i32, volume: &str, state: &str) {
        for language in ["en", "ja"] {
            let said = self.verify().with("--lang", language).run().is(exit).out;
            assert!(said.contains(volume), "{said}");
        }
        let document = self.verify().flag("--json").run().is(exit).json();
        let volumes = document["files"][0]["volumes"].as_array().unwrap();
        for found in volumes {
            let expected = if found["name"] == volume { state } else { "right" };
            assert_eq!(found["state"], expected, "{volumes:?}");
        }
    }
}

const SECOND: &str = "p.keshiin.002";

#[test]
fn volumes_that_are_right_are_said_to_be() {
    let desk = Desk::new();
    for language in ["en", "ja"] {
        let said = desk.verify().with("--lang", language).run().is(0).out;
        assert!(said.contains("住民相談の記録 8月分"), "{said}");
        assert!(
            said.contains("sender 花子") && said.contains("tanaka 花子"),
            "{said}"
        );
    }
    let document = desk.verify().flag("--json").run().is(0).json();
    let file = &document["files"][0];
    assert_eq!(file["kind"], "delivery");
    let volumes = file["volumes"].as_array().unwrap();
    assert_eq!(volumes.len(), 3);
    assert!(
        volumes.iter().all(|volume| volume["state"] == "right"),
        "{volumes:?}"
    );
    desk.verify_of(&desk.file("p.delivery.slip.json")).run().is(0);
}

#[test]
fn a_missing_volume_is_named() {
    let desk = Desk::new();
    fs::remove_file(desk.file(SECOND)).unwrap();
    desk.names(4, SECOND, "missing");
}

#[test]
fn a_volume_cut_short_or_longer_is_named() {
    let desk = Desk::new();
    let sound = fs::read(desk.file(SECOND)).unwrap();
    fs::write(desk.file(SECOND), &sound[..sound.len() - 1]).unwrap();
    desk.names(4, SECOND, "other-length");
    fs::write(desk.file(SECOND), [sound.as_slice(), b"x"].concat()).unwrap();
    desk.names(4, SECOND, "other-length");
    fs::write(desk.file(SECOND), b"").unwrap();
    desk.names(4, SECOND, "other-length");
}

#[test]
fn a_volume_of_another_delivery_or_of_another_place_is_named() {
    let desk = Desk::new();
    let call = desk.world.seal().with("--split", "1M").with("--name", "q");
    call.flag("--keep-existing").run().is(0);
    let own = fs::read(desk.file(SECOND)).unwrap();
    fs::copy(desk.world.path("out/q.keshiin.002"), desk.file(SECOND)).unwrap();
    assert_eq!(fs::metadata(desk.file(SECOND)).unwrap().len(), own.len() as u64);
    desk.names(4, SECOND, "changed");
    fs::copy(desk.file("p.keshiin.001"), desk.file(SECOND)).unwrap();
    desk.names(4, SECOND, "changed");
}

#[test]
fn a_flipped_bit_is_found() {
    let desk = Desk::new();
    for (at, bit) in [(0, 0), (500_000, 7), ((1 << 20) - 1, 3)] {
        flip(&desk.file(SECOND), at, bit);
        desk.names(4, SECOND, "changed");
        flip(&desk.file(SECOND), at, bit);
    }
    desk.verify().run().is(0);
}

#[test]
fn a_link_is_no_volume() {
    let desk = Desk::new();
    let elsewhere = desk.world.path("elsewhere");
    fs::rename(desk.file(SECOND), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, desk.file(SECOND)).unwrap();
    desk.names(4, SECOND, "missing");
}

#[test]
fn the_record_alone_is_not_enough() {
    let desk = Desk::new();
    let alone = desk.world.path("alone");
    fs::create_dir(&alone).unwrap();
    for name in ["p.delivery.json", "p.delivery.slip.json"] {
        fs::copy(desk.file(name), alone.join(name)).unwrap();
    }
    for language in ["en", "ja"] {
        let call = desk.verify_of(&alone.join("p.delivery.json"));
        call.with("--lang", language).run().is(7);
    }
    // The sender's own copy says the same.
    let kept = fs::read_dir(desk.world.path("home/deliveries")).unwrap();
    let kept = kept.map(|entry| entry.unwrap().path());
    let kept: Vec<PathBuf> = kept
        .filter(|path| !path.to_str().unwrap().ends_with(".slip.json"))
        .collect();
    assert_eq!(kept.len(), 1);
    assert!(fs::read(&kept[0]).unwrap() == fs::read(desk.file("p.delivery.json")).unwrap());
    desk.world.verify(&kept[0]).is(7);
}

#[test]
fn a_tampered_record_is_false() {
    let desk = Desk::new();
    let record = desk.file("p.delivery.json");
    let sound = fs::read(&record).unwrap();
    for place in (0..sound.len()).step_by(sound.len() / 24) {
        let mut changed = sound.clone();
        changed[place] ^= 1;
        fs::write(&record, changed).unwrap();
        let ran = desk.verify().run();
        assert_eq!(ran.exit, 4, "byte {place}: {}", ran.out);
    }
    fs::write(&record, &sound[..sound.len() / 2]).unwrap();
    desk.verify().run().is(4);
    fs::write(&record, &sound).unwrap();
    let slip = desk.file("p.delivery.slip.json");
    let mut changed = fs::read(&slip).unwrap();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    fs::write(&slip, changed).unwrap();
    desk.verify().run().is(4);
}

#[test]
fn who_is_unknown_or_not_entitled_is_not_enough() {
    let desk = Desk::new();
    let home = desk.world.path("office");
    let pinned = fs::read(home.join("issuer.json")).unwrap();
    fs::remove_file(home.join("issuer.json")).unwrap();
    for language in ["en", "ja"] {
        desk.verify().with("--lang", language).run().is(7);
    }
    fs::write(home.join("issuer.json"), pinned).unwrap();
    desk.verify().run().is(0);
    let gone = [
        "--id",
        "sender",
        "--reason",
        "left",
        "--effective-from",
        "2020-01-01",
    ];
    desk.world.roster("revoke", &gone).is(0);
    fs::copy(desk.world.path("home/roster.json"), home.join("roster.json")).unwrap();
    desk.verify().run().is(7);
}

#[test]
fn damage_goes_before_an_unknown_sender() {
    let desk = Desk::new();
    flip(&desk.file(SECOND), 1000, 1);
    fs::remove_file(desk.world.path("office/issuer.json")).unwrap();
    desk.verify().run().is(4);
}

#[test]
fn several_deliveries_give_one_table() {
    let desk = Desk::new();
    let call = desk.world.seal().with("--name", "q").flag("--keep-existing");
    call.run().is(0);
    flip(&desk.world.path("out/q.keshiin"), 9, 0);
    let records = [
        desk.file("p.delivery.json"),
        desk.world.path("out/q.delivery.json"),
    ];
    let [one, two] = records.each_ref().map(|path| path.to_str().unwrap());
    let call = desk.world.keshiin(&["verify", one, two]);
    let table = call.run().is(4).out;
    assert!(table.contains(one) && table.contains(two), "{table}");
    let document = call.flag("--json").run().is(4).json();
    let exits: Vec<&Value> = document["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| &file["exit"])
        .collect();
    assert_eq!(exits, [0, 4]);
}
