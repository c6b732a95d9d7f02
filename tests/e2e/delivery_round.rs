//! There and back: what is sealed comes out as it was, byte for byte, name for name.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::delivery_scene::{Found, assert_same, body_start, noise, text_file, tree};
use crate::devices::tool;
use crate::support::{World, payload};

/// Seals `data`, opens it and compares.
#[track_caller]
fn round(world: &World) {
    world.seal().run().is(0);
    world.open().run().is(0);
    world.came_back();
    let (data, opened) = (world.text("data"), world.text("opened/data"));
    tool("diff", &["-r", &data, &opened]);
}

#[test]
fn files_and_folders_of_all_kinds_come_back() {
    let world = World::post();
    world.data("empty", b"");
    world.data("one", b"x");
    world.data("with spaces  in it", b"a b");
    world.data(".hidden", b"h");
    world.data("-rf", b"no option");
    world.data("絵文字 🗾👨‍👩‍👧.txt", "絵文字".as_bytes());
    world.data("segment", &noise(1, 262_144));
    world.data("segment and one", &noise(2, 262_145));
    world.data("large", &noise(3, 3_000_000));
    world.data(&vec!["深い"; 40].join("/"), b"deep");
    for folder in ["empty folder", "a/b/c/空", "with/file"] {
        fs::create_dir_all(world.path("data").join(folder)).unwrap();
    }
    world.data("with/file/inside", b"inside");
    let (one, two) = (world.path("data/one"), world.path("data/hard link"));
    fs::hard_link(one, two).unwrap();
    let sparse = world.data("sparse", b"begin");
    File::options()
        .write(true)
        .open(sparse)
        .unwrap()
        .set_len(5 << 20)
        .unwrap();
    round(&world);
    let record = payload(&world.path("out/p.delivery.json"));
    let files = tree(&world.path("data")).into_values();
    let files = files.filter(|found| matches!(found, Found::File(..))).count();
    assert_eq!(record["package"]["files"], files);
}

#[test]
fn names_come_back_as_their_bytes_were() {
    let world = World::post();
    let long = "漢".repeat(85);
    assert_eq!(long.len(), 255);
    let names = [
        long.as_str(),
        // か + the combining voiced mark, as another system spells が
        "か\u{3099}く\u{3099}.txt",
        // a compatibility kanji, which the normal form makes another sign
        "\u{fa19}田\u{fa11}.txt",
        "\u{ff21}ＢＣ　全角.txt",
        "e\u{301}té",
        "②①㍿.csv",
        "한글.hwp",
        "\u{1112}\u{1161}\u{11ab}",
    ];
    for (place, name) in names.iter().enumerate() {
        world.data(name, format!("{place}").as_bytes());
    }
    let nested = format!("{}/{}/か\u{3099}", "長".repeat(80), "道".repeat(80));
    assert!(nested.len() > 300 && world.text("data").len() + nested.len() > 300);
    world.data(&nested, b"nested");
    round(&world);
    // Other programs find the normal form in the list.
    let listed = world.listed(&world.text("out/p.keshiin"), 0);
    assert!(listed.to_string().contains("data/がぐ.txt"), "{listed}");
}

#[test]
fn times_are_kept() {
    let world = World::post();
    for (name, seconds, nanos) in [
        ("new", 4_000_000_000_i64, 123_456_789),
        ("old", 86_400, 1),
        ("before", -86_400, 0),
        ("just before", -1, 500_000_000),
    ] {
        let path = world.data(name, name.as_bytes());
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let whole = if seconds < 0 {
            SystemTime::UNIX_EPOCH - whole
        } else {
            SystemTime::UNIX_EPOCH + whole
        };
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(whole + Duration::from_nanos(nanos)).unwrap();
    }
    round(&world);
}

#[test]
fn single_files_and_several_paths_stand_at_the_top() {
    let world = World::post();
    let one = world.data("one.csv", b"1");
    world.data("folder/two.csv", b"2");
    let paths = [one.to_str().unwrap().to_owned(), world.text("data/folder") + "/"];
    let call = world.seal_of(&[paths[0].as_str(), &paths[1]]);
    call.run().is(0);
    world.open().run().is(0);
    let names: Vec<PathBuf> = tree(&world.path("opened"))
        .into_keys()
        .map(PathBuf::from)
        .collect();
    let expected = ["folder", "folder/two.csv", "one.csv"].map(PathBuf::from);
    assert_eq!(names, expected);
}

#[test]
fn standard_input_is_sealed() {
    let world = World::post();
    let input = world.path("input");
    text_file(&input, 700_000);
    let call = world
        .seal_of(&["-"])
        .with("--stdin-name", "表/一覧.csv")
        .input(&input);
    call.run().is(0);
    world.open().run().is(0);
    let found = fs::read(world.path("opened/表/一覧.csv")).unwrap();
    assert!(found == fs::read(&input).unwrap());
    // Without a name for it.
    let call = world
        .seal_of(&["-", &world.text("pass")])
        .with("--name", "q")
        .flag("--keep-existing");
    call.input(&input).run().is(0);
    world.clear_opened();
    world.open_of(&world.text("out/q.keshiin")).run().is(0);
    let names: Vec<_> = tree(&world.path("opened")).into_keys().collect();
    assert_eq!(names, ["pass", "stdin"]);
    assert!(fs::read(world.path("opened/stdin")).unwrap() == fs::read(&input).unwrap());
}

#[test]
fn what_can_be_compressed_is() {
    let world = World::post();
    text_file(&world.path("data/text"), 4 << 20);
    world.data("noise", &noise(4, 1 << 20));
    world.data("empty", b"");
    let call = world.seal().with("--compress", "zstd");
    call.run().is(0);
    let length = fs::metadata(world.path("out/p.keshiin")).unwrap().len();
    assert!(length < 3 << 20, "{length}");
    world.open().run().is(0);
    world.came_back();
    world
        .seal()
        .with("--compress", "lzma")
        .with("--name", "q")
        .run()
        .is(2);
}

#[test]
fn twenty_thousand_small_files() {
    let world = World::post();
    for place in 0..20_000_u32 {
        let name = format!("{:03}/{place}.txt", place / 100);
        if place % 100 == 0 {
            fs::create_dir_all(world.path(format!("data/{:03}", place / 100))).unwrap();
        }
        fs::write(world.path("data").join(name), place.to_be_bytes()).unwrap();
    }
    world.seal().run().is(0);
    world.open().run().is(0);
    world.came_back();
    let record = payload(&world.path("out/p.delivery.json"));
    assert_eq!(record["package"]["files"], 20_000);
    assert_eq!(record["package"]["bytes"], 80_000);
}

#[test]
fn volumes_are_put_together() {
    let world = World::post();
    world.data("a", &noise(5, 2_500_000));
    world.data("b", &noise(6, 900_000));
    world.seal().with("--split", "1M").run().is(0);
    let volumes = ["p.keshiin.001", "p.keshiin.002", "p.keshiin.003", "p.keshiin.004"];
    for volume in &volumes[..3] {
        let length = fs::metadata(world.path("out").join(volume)).unwrap().len();
        assert_eq!(length, 1 << 20, "{volume}");
    }
    assert!(!world.path("out/p.keshiin").exists());
    for named in ["p.keshiin.001", "p.keshiin.003", "p.delivery.json"] {
        world.clear_opened();
        world.open_of(&world.text(format!("out/{named}"))).run().is(0);
        world.came_back();
    }
    // Put together by another program it is the one file of the format.
    let whole = world.path("whole.keshiin");
    let parts = fs::read_dir(world.path("out")).unwrap().map(Result::unwrap);
    let mut parts: Vec<PathBuf> = parts
        .map(|entry| entry.path())
        .filter(|path| path.to_str().unwrap().contains(".keshiin."))
        .collect();
    parts.sort();
    let bytes: Vec<u8> = parts.iter().flat_map(|part| fs::read(part).unwrap()).collect();
    fs::write(&whole, bytes).unwrap();
    assert!(body_start(&whole) < 1 << 20);
    world.clear_opened();
    let whole = whole.to_str().unwrap();
    world.open_of(whole).run().says(7, "DLV-NOT-BELIEVED");
    world.nothing_opened();
    world.open_of(whole).flag("--unsigned").run().is(0);
    world.came_back();
}

#[test]
fn links_are_left_out_and_told() {
    let world = World::post();
    let outside = world.path("outside.txt");
    fs::write(&outside, "outside").unwrap();
    world.data("own", b"own");
    symlink(&outside, world.path("data/link")).unwrap();
    symlink(world.path(""), world.path("data/up")).unwrap();
    symlink("nowhere", world.path("data/dangling")).unwrap();
    let sealed = world.seal().run().is(5);
    for name in ["data/link", "data/up", "data/dangling"] {
        let said = format!("{}{}", sealed.out, sealed.err);
        assert!(said.contains(name), "{name}: {said}");
    }
    let record = payload(&world.path("out/p.delivery.json"));
    assert_eq!(record["package"]["links_left_out"], 3);
    world.open().run().is(0);
    let names: Vec<_> = tree(&world.path("opened")).into_keys().collect();
    assert_eq!(names, ["data", "data/own"]);
}

/// What the medium says to everybody who finds it: no name of a file, no content.
#[test]
fn nothing_of_the_content_stands_on_the_medium() {
    let world = World::post();
    world.data("kakusareta-namae.csv", b"kakusareta-naiyou");
    world.seal().run().is(0);
    for (name, found) in tree(&world.path("out")) {
        assert!(matches!(found, Found::File(..)), "{name:?}");
        let bytes = fs::read(world.path("out").join(&name)).unwrap();
        for secret in ["kakusareta-namae", "kakusareta-naiyou"] {
            let there = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!there, "{secret} in {name:?}");
        }
    }
}

#[test]
fn the_working_folder_itself_can_be_sealed() {
    let world = World::post();
    world.data("x/y", b"xy");
    world.data("z", b"z");
    let dot = world.text("data/.");
    world.seal_of(&[&dot]).run().is(0);
    world.open().run().is(0);
    let (data, opened) = (tree(&world.path("data")), tree(&world.path("opened")));
    let top = if opened.contains_key(OsStr::from_bytes(b"data")) {
        tree(&world.path("opened/data"))
    } else {
        opened
    };
    assert_same(&data, &top);
}
