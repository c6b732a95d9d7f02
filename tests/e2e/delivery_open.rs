//! Opening: which record and which key it takes, what is never overwritten, what nothing is written through.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::delivery_scene::{SEGMENT, assert_same, copy_files, noise, tree};
use crate::devices::Mount;
use crate::support::World;

/// A sealed package of three files in two folders.
fn sealed() -> World {
    let world = World::post();
    world.data("名簿/一覧.csv", b"one");
    world.data("名簿/写真/a.jpg", &noise(1, 400_000));
    world.data("readme.txt", b"readme");
    world.seal().run().is(0);
    world
}

#[test]
fn without_a_record_nothing_is_opened() {
    let world = sealed();
    fs::remove_file(world.path("out/p.delivery.json")).unwrap();
    for language in ["en", "ja"] {
        let call = world.open().with("--lang", language);
        call.run().says(7, "DLV-NOT-BELIEVED");
        world.nothing_opened();
    }
    let listing = world.keshiin(&["list", &world.text("out/p.keshiin")]);
    let listing = listing.with("--key", &world.text("tanaka.key"));
    listing.run().says(7, "DLV-NOT-BELIEVED");
    let opened = world.open().flag("--unsigned").flag("--json").run().is(0);
    assert_eq!(opened.json()["record"], Value::Null);
    world.came_back();
}

#[test]
fn a_false_record_is_false() {
    let world = sealed();
    let record = world.path("out/p.delivery.json");
    let sound = fs::read(&record).unwrap();
    for place in (20..sound.len()).step_by(sound.len() / 12) {
        let mut changed = sound.clone();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        if changed == sound {
            continue;
        }
        fs::write(&record, changed).unwrap();
        let ran = world.open().run();
        assert_eq!(ran.exit, 4, "byte {place}: {}", ran.err);
        world.nothing_opened();
    }
    // The slip of another delivery beside it.
    fs::write(&record, &sound).unwrap();
    world
        .seal()
        .with("--name", "q")
        .flag("--keep-existing")
        .run()
        .is(0);
    let slips = [
        world.path("out/p.delivery.slip.json"),
        world.path("out/q.delivery.slip.json"),
    ];
    fs::copy(&slips[1], &slips[0]).unwrap();
    world.open().run().says(4, "DLV-NOT-BELIEVED");
    world.nothing_opened();
}

#[test]
fn the_record_of_another_delivery_does_not_fit() {
    let world = sealed();
    let call = world.seal().with("--name", "q").flag("--keep-existing");
    call.run().is(0);
    for end in ["delivery.json", "delivery.slip.json"] {
        fs::rename(
            world.path(format!("out/q.{end}")),
            world.path(format!("out/p.{end}")),
        )
        .unwrap();
    }
    // It names the volume q, which is there and its own: the package that was named is not that one.
    let ran = world.open().run();
    assert!(matches!(ran.exit, 3 | 4), "{}{}", ran.out, ran.err);
    world.nothing_opened();
}

#[test]
fn whoever_signed_must_be_entitled_and_known() {
    let world = sealed();
    let gone = [
        "--id",
        "sender",
        "--reason",
        "compromised",
        "--effective-from",
        "2020-01-01",
    ];
    let roster = fs::read(world.path("home/roster.json")).unwrap();
    world.roster("revoke", &gone).is(0);
    world.open().run().says(7, "DLV-NOT-BELIEVED");
    world.nothing_opened();
    // An older roster is no way around it; without an issuer nobody is known.
    fs::write(world.path("home/roster.json"), roster).unwrap();
    world.open().run().says(3, "REC-ROSTER-OLD");
    fs::remove_file(world.path("home/issuer.json")).unwrap();
    world.open().run().says(7, "DLV-NOT-BELIEVED");
    world.nothing_opened();
}

#[test]
fn a_wrong_key_is_told_before_its_passphrase_is_asked_for() {
    let world = sealed();
    for key in ["sato.key", "sender.key"] {
        let call = world.open().with("--key", &world.text(key));
        // Nobody is there to type one.
        let call = call.without("--passphrase-file");
        call.run().says(8, "PKG-NOT-FOR-THIS-KEY");
        call.with("--lang", "ja").run().says(8, "PKG-NOT-FOR-THIS-KEY");
    }
    let call = world.open().with("--passphrase-file", &world.text("wrong"));
    call.run().says(8, "REC-WRONG-PASSPHRASE");
    let call = world.open().without("--passphrase-file");
    call.run().says(3, "JOB-NOBODY-TO-ASK");
    let call = world.open().without("--key");
    call.run().says(8, "PKG-OTHER-KEY-WANTED");
    world.nothing_opened();
}

#[test]
fn nothing_that_is_there_is_overwritten() {
    let world = sealed();
    for name in ["opened/data/名簿", "opened/data/readme.txt"] {
        fs::create_dir_all(world.path(name)).unwrap();
    }
    fs::write(world.path("opened/data/名簿/一覧.csv"), "mine").unwrap();
    fs::remove_dir(world.path("opened/data/readme.txt")).unwrap();
    fs::write(world.path("opened/data/readme.txt"), "mine too").unwrap();
    fs::write(world.path("opened/data/mine"), "mine alone").unwrap();
    let before = tree(&world.path("opened"));
    for language in ["en", "ja"] {
        let refused = world.open().with("--lang", language).run().says(3, "JOB-EXISTS");
        assert_eq!(refused.codes(), ["JOB-EXISTS"; 2]);
        for name in ["data/名簿/一覧.csv", "data/readme.txt"] {
            assert!(refused.err.contains(name), "{}", refused.err);
        }
        assert_same(&before, &tree(&world.path("opened")));
    }
    world.open().flag("--force").run().is(0);
    assert_eq!(fs::read(world.path("opened/data/mine")).unwrap(), b"mine alone");
    fs::remove_file(world.path("opened/data/mine")).unwrap();
    world.came_back();
    // A folder is not replaced by a file, whatever is said.
    fs::remove_file(world.path("opened/data/readme.txt")).unwrap();
    fs::create_dir(world.path("opened/data/readme.txt")).unwrap();
    fs::write(world.path("opened/data/readme.txt/inside"), "inside").unwrap();
    let before = tree(&world.path("opened"));
    let ran = world.open().flag("--force").run();
    assert_eq!(ran.exit, 3, "{}", ran.err);
    assert_same(&before, &tree(&world.path("opened")));
}

/// A file stands where a folder would have to be: found before anything is written, and not given up for `--force`.
#[test]
fn a_file_in_a_folders_place_is_in_the_way() {
    let world = sealed();
    fs::create_dir(world.path("opened/data")).unwrap();
    fs::write(world.path("opened/data/名簿"), "mine").unwrap();
    let before = tree(&world.path("opened"));
    for call in [world.open(), world.open().flag("--force")] {
        let ran = call.run().says(3, "JOB-EXISTS");
        assert_eq!(ran.codes(), ["JOB-EXISTS"], "{}", ran.err);
        assert_same(&before, &tree(&world.path("opened")));
    }
}

/// Into a folder that is there already, whatever is in the package: not more is open at once than may be.
#[test]
fn many_folders_join_one_that_is_there() {
    let world = World::post();
    for folder in 0..1500 {
        world.data(&format!("many/{folder}/a"), b"a");
    }
    world.data("readme.txt", b"readme");
    world.seal().run().is(0);
    world.open().with("--only", "data/readme.txt").run().is(0);
    world.open().with("--only", "data/many").run().is(0);
    world.came_back();
}

/// Whoever goes on without a believed record is told when there is a false one.
#[test]
fn a_false_record_is_more_than_none() {
    let world = sealed();
    let record = world.path("out/p.delivery.json");
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, text.replacen("\"sig\":\"", "\"sig\":\"AAAA", 1)).unwrap();
    world.open().run().is(4);
    world.open().flag("--unsigned").run().is(5);
    world.came_back();
}

#[test]
fn nothing_is_written_through_a_planted_link() {
    let world = sealed();
    let outside = world.path("outside");
    fs::create_dir_all(outside.join("名簿")).unwrap();
    fs::write(outside.join("readme.txt"), "theirs").unwrap();
    let before = tree(&outside);
    let opened = world.path("opened");
    let plant = |what: &str| match what {
        "the package's folder" => symlink(&outside, opened.join("data")).unwrap(),
        "a folder in it" => {
            fs::create_dir(opened.join("data")).unwrap();
            symlink(outside.join("名簿"), opened.join("data/名簿")).unwrap();
        }
        _ => {
            fs::create_dir(opened.join("data")).unwrap();
            symlink(outside.join("readme.txt"), opened.join("data/readme.txt")).unwrap();
        }
    };
    for what in ["the package's folder", "a folder in it", "a file in it"] {
        plant(what);
        let planted = tree(&opened);
        let expected = if what == "a file in it" {
            "JOB-EXISTS"
        } else {
            "DLV-LINK-IN-THE-WAY"
        };
        for language in ["en", "ja"] {
            let call = world.open().with("--lang", language);
            call.run().says(3, expected);
            assert_same(&planted, &tree(&opened));
            assert_same(&before, &tree(&outside));
        }
        // With --force a link is replaced as a name; what it points to stays.
        let forced = world.open().flag("--force").run();
        assert_eq!(
            forced.exit,
            if what == "a file in it" { 0 } else { 3 },
            "{what}: {}",
            forced.err
        );
        assert_same(&before, &tree(&outside));
        if forced.exit == 0 {
            world.came_back();
        }
        world.clear_opened();
    }
    // The target itself may be named through a link: that is what was asked for.
    fs::create_dir(world.path("target")).unwrap();
    symlink(world.path("target"), world.path("way")).unwrap();
    let call = world.open().with("--out", &world.text("way"));
    call.run().is(0);
    assert_same(&tree(&world.path("data")), &tree(&world.path("target/data")));
}

#[test]
fn a_target_that_cannot_take_it_is_refused() {
    let world = sealed();
    for (target, code) in [("nowhere", "JOB-OUTPUT"), ("pass", "JOB-OUTPUT")] {
        let call = world.open().with("--out", &world.text(target));
        call.run().says(3, code);
        call.with("--lang", "ja").run().says(3, code);
    }
    assert!(!world.path("nowhere").exists());
    {
        let mount = Mount::tmpfs(&world, "size=1m");
        let call = world.open().with("--out", mount.at().to_str().unwrap());
        call.run().says(3, "JOB-OUTPUT");
        assert!(tree(mount.at()).is_empty());
        mount.make_read_only();
        call.run().says(3, "JOB-OUTPUT");
    }
    world.nothing_opened();
}

#[test]
fn parts_can_be_had_by_name() {
    let world = sealed();
    let names = || -> Vec<String> {
        let found = tree(&world.path("opened"));
        let names = found.keys().map(|name| name.to_str().unwrap().to_owned());
        names.collect()
    };
    for (only, expected) in [
        ("data/readme.txt", vec!["data", "data/readme.txt"]),
        (
            "data/名簿/写真",
            vec!["data", "data/名簿", "data/名簿/写真", "data/名簿/写真/a.jpg"],
        ),
        (
            "data/名簿/",
            vec![
                "data",
                "data/名簿",
                "data/名簿/一覧.csv",
                "data/名簿/写真",
                "data/名簿/写真/a.jpg",
            ],
        ),
    ] {
        let opened = world.open().with("--only", only).flag("--json");
        let opened = opened.run().is(0).json();
        assert_eq!(opened["partial"], true);
        assert_eq!(names(), expected, "{only}");
        world.clear_opened();
    }
    for only in ["data/none", "readme.txt", "data/read", ""] {
        let call = world
            .open()
            .with("--only", "data/readme.txt")
            .also("--only", only);
        call.run().says(3, "DLV-NO-SUCH-ENTRY");
        world.nothing_opened();
    }
}

/// One small file of a large package costs little: fronts, the end, the list, and its own segments.
#[test]
fn a_part_is_read_without_the_rest() {
    let world = World::post();
    world.data("a small one", b"small");
    world.data("large", &noise(2, 20 << 20));
    world.seal().run().is(0);
    let call = world.open().with("--only", "data/a small one").flag("--json");
    let opened = call.run().is(0).json();
    let (read, length) = (
        opened["read_bytes"].as_u64().unwrap(),
        opened["length_bytes"].as_u64().unwrap(),
    );
    assert!(length > 20 << 20 && read < 8 * SEGMENT, "{read} of {length}");
    let listed = world.listed(&world.text("out/p.keshiin"), 0);
    assert!(listed["read_bytes"].as_u64().unwrap() < 8 * SEGMENT);
    assert_eq!(listed["files"], 2);
}

#[test]
fn what_was_opened_and_what_was_not_stands_in_the_ledger() {
    let world = sealed();
    assert_eq!(world.kinds(), ["seal-started", "package-sealed"]);
    world.open().run().is(0);
    world.open().run().says(3, "JOB-EXISTS");
    world.open().with("--key", &world.text("sato.key")).run().is(8);
    assert_eq!(
        world.kinds()[2..],
        ["package-opened", "package-open-failed", "package-open-failed"]
    );
    let entries = world.keshiin(&["ledger", "list"]).run().is(0).out;
    assert!(
        !entries.contains("readme") && !entries.contains("名簿"),
        "{entries}"
    );
}

#[test]
fn another_machine_opens_it_from_a_medium_that_cannot_be_written() {
    let world = sealed();
    let mount = Mount::tmpfs(&world, "size=64m");
    copy_files(&world.path("out"), mount.at());
    mount.make_read_only();
    let home = world.path("office");
    fs::create_dir(&home).unwrap();
    for name in ["issuer.json", "roster.json"] {
        fs::copy(world.path("home").join(name), home.join(name)).unwrap();
    }
    let began = Instant::now();
    let package = mount.at().join("p.keshiin");
    let call = world.open_of(package.to_str().unwrap());
    call.with("--home", home.to_str().unwrap()).run().is(0);
    assert!(began.elapsed() < Duration::from_secs(20));
    world.came_back();
}
