//! Damaged packages: never a wrong byte under its name; what is whole comes out, what is lost is named.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::calls::Call;
use crate::delivery_scene::{PLAIN, SEGMENT, body_start, flip, noise, overwrite, tree};
use crate::support::World;

/// Length of each of the three files of [`three`].
const LENGTH: u64 = 700_000;

/// A sealed package of the files `a`, `b` and `c`, varied; where its first file lies.
fn three(vary: impl FnOnce(Call) -> Call) -> (World, PathBuf) {
    let world = World::post();
    for (seed, name) in [(11, "a"), (12, "b"), (13, "c")] {
        world.data(name, &noise(seed, usize::try_from(LENGTH).unwrap()));
    }
    vary(world.seal()).run().is(0);
    let package = world.path("out/p.keshiin");
    (world, package)
}

/// Where byte `at` of the plaintext stands in the package.
fn place_of(package: &std::path::Path, at: u64) -> u64 {
    body_start(package) + at / PLAIN * SEGMENT + 16 + at % PLAIN
}

/// What of file number `place` the plaintext's range `[from, until)` holds.
fn range_in(place: u64, from: u64, until: u64) -> Value {
    let (begin, end) = (place * LENGTH, (place + 1) * LENGTH);
    let start = from.max(begin);
    json!([{"start": start - begin, "length": until.min(end) - start}])
}

/// Demands that exactly these files came out, each as it was.
#[track_caller]
fn out_are(world: &World, names: &[&str]) {
    let found = tree(&world.path("opened"));
    assert_eq!(
        found.len(),
        names.len() + usize::from(!names.is_empty()),
        "{found:?}"
    );
    let put_in = tree(&world.path("data"));
    for name in names {
        assert_eq!(
            found.get(std::path::Path::new("data").join(name).as_os_str()),
            put_in.get(std::ffi::OsStr::new(name)),
            "{name}"
        );
    }
}

fn salvage(world: &World, package: &str) -> Value {
    world.clear_opened();
    let call = world.open_of(package).flag("--salvage").flag("--json");
    call.run().is(5).json()
}

/// A thousand are tried in the library; these go through the program.
#[test]
fn no_flipped_bit_gives_a_wrong_byte() {
    let world = World::post();
    for (place, length) in [1, 5000, 300_000, 700_000, 400_000].into_iter().enumerate() {
        world.data(&format!("{place}.bin"), &noise(place as u64, length));
    }
    world.seal().run().is(0);
    let package = world.path("out/p.keshiin");
    let sound = fs::read(&package).unwrap();
    let random = noise(99, 60 * 8);
    let mut healed = 0;
    for bytes in random.as_chunks::<8>().0 {
        let number = u64::from_be_bytes(*bytes);
        let (at, bit) = (number % sound.len() as u64, (number >> 61) as u8);
        flip(&package, at, bit);
        let ran = world.open().run();
        match ran.exit {
            4 => world.nothing_opened(),
            5 => {
                healed += 1;
                world.came_back();
            }
            exit => panic!("bit {bit} of byte {at}: {exit}\n{}{}", ran.out, ran.err),
        }
        world.clear_opened();
        fs::write(&package, &sound).unwrap();
    }
    assert!(healed < 30, "most of a package is data: {healed}");
    world.open().run().is(0);
    world.came_back();
}

#[test]
fn fronts_tail_and_manifests_stand_in_for_one_another() {
    let (world, package) = three(|call| call);
    let sound = fs::read(&package).unwrap();
    let end = sound.len() as u64;
    let front = body_start(&package);
    let manifest = front + (3 * LENGTH).div_ceil(PLAIN) * SEGMENT + 1000;
    for (what, at) in [
        ("first-front", 3),
        ("first-front", 40),
        ("first-front", front - 1),
        ("second-front", end - 12 - front + 25),
        ("second-front", end - 13),
        ("tail", end - 1),
        ("tail", end - 12),
        ("first-manifest", manifest),
    ] {
        flip(&package, at, 4);
        let opened = world.open().flag("--json").run().is(5).json();
        assert_eq!(opened["healed"], json!([what]), "byte {at}");
        world.came_back();
        world.clear_opened();
        for language in ["en", "ja"] {
            let said = world.open().with("--lang", language).run().is(5);
            assert!(!said.out.is_empty() || !said.err.is_empty());
            world.came_back();
            world.clear_opened();
        }
        // The list is read from the second manifest: damage to the first one is not met there.
        let exit = if what == "first-manifest" { 0 } else { 5 };
        let listed = world.listed(package.to_str().unwrap(), exit);
        assert_eq!(listed["entries"].as_array().unwrap().len(), 3);
        fs::write(&package, &sound).unwrap();
    }
}

#[test]
fn both_fronts_damaged_is_false() {
    let (world, package) = three(|call| call);
    let length = fs::metadata(&package).unwrap().len();
    flip(&package, 50, 0);
    flip(&package, length - 12 - body_start(&package) + 50, 0);
    world.open().run().says(4, "PKG-HEADER");
    world.nothing_opened();
    world.open().flag("--salvage").run().is(4);
    world.nothing_opened();
}

#[test]
fn damaged_data_is_false_and_other_files_can_still_be_had() {
    let (world, package) = three(|call| call);
    flip(&package, place_of(&package, LENGTH + 300_000), 7);
    for language in ["en", "ja"] {
        let refused = world.open().with("--lang", language).run().says(4, "PKG-SEGMENT");
        assert!(refused.err.contains("p.keshiin"), "{}", refused.err);
        world.nothing_opened();
    }
    world.open().with("--only", "data/b").run().says(4, "PKG-SEGMENT");
    world.nothing_opened();
    let opened = world
        .open()
        .with("--only", "data/a")
        .also("--only", "data/c")
        .flag("--json")
        .run()
        .is(0)
        .json();
    assert_eq!(opened["partial"], true);
    out_are(&world, &["a", "c"]);
    let kinds = world.kinds();
    assert_eq!(
        kinds[2..],
        [
            "package-open-failed",
            "package-open-failed",
            "package-open-failed",
            "package-opened"
        ]
    );
}

#[test]
fn a_bad_sector_takes_one_file() {
    let (world, package) = three(|call| call);
    let sound = fs::read(&package).unwrap();
    for (lost, at) in [(0, 8192), (1, 900_000), (2, 2_000_000)] {
        let segment = at / PLAIN * PLAIN;
        // A sector is zeroed where it stands on the medium, whatever the segments are.
        let sector = place_of(&package, at) / 4096 * 4096;
        assert!(sector > place_of(&package, segment) && sector + 4096 < place_of(&package, segment + PLAIN));
        overwrite(&package, sector, &[0; 4096]);
        world.clear_opened();
        world.open().run().says(4, "PKG-SEGMENT");
        world.nothing_opened();
        let opened = salvage(&world, package.to_str().unwrap());
        let name = ["a", "b", "c"][lost];
        let expected = json!([{
            "path": format!("data/{name}"), "size_bytes": LENGTH,
            "ranges": range_in(lost as u64, segment, segment + PLAIN), "volumes": ["p.keshiin"],
        }]);
        assert_eq!(opened["lost"], expected);
        let whole: Vec<&str> = ["a", "b", "c"]
            .into_iter()
            .filter(|other| *other != name)
            .collect();
        out_are(&world, &whole);
        fs::write(&package, &sound).unwrap();
    }
}

#[test]
fn what_is_lost_is_told_in_both_languages() {
    let (world, package) = three(|call| call);
    let sector = place_of(&package, 900_000);
    overwrite(&package, sector, &[0; 4096]);
    for (language, word) in [("en", "86,432"), ("ja", "再送")] {
        world.clear_opened();
        let call = world.open().flag("--salvage").with("--lang", language);
        let said = call.run().is(5).out;
        assert!(said.contains("data/b") && said.contains("p.keshiin"), "{said}");
        assert!(said.contains(word) || said.contains("86432"), "{said}");
        assert!(!said.contains("data/a"), "{said}");
        out_are(&world, &["a", "c"]);
    }
}

#[test]
fn a_missing_volume_leaves_the_files_of_the_others() {
    let (world, _) = three(|call| call.with("--split", "1M"));
    let volume = |number: u32| world.path(format!("out/p.keshiin.00{number}"));
    let front = body_start(&volume(1));
    let record = world.text("out/p.delivery.json");
    let first_lost = |at: u64| (at - front) / SEGMENT * PLAIN;
    for (number, whole) in [(2, ["a"]), (1, ["c"])] {
        let bytes = fs::read(volume(number)).unwrap();
        fs::remove_file(volume(number)).unwrap();
        let name = format!("p.keshiin.00{number}");
        for language in ["en", "ja"] {
            let refused = world.open_of(&record).with("--lang", language).run();
            let refused = refused.says(4, "DLV-NOT-BELIEVED");
            assert!(refused.err.contains(&name), "{}", refused.err);
        }
        let opened = salvage(&world, &record);
        out_are(&world, &whole);
        let lost = opened["lost"].as_array().unwrap();
        let paths: Vec<&Value> = lost.iter().map(|one| &one["path"]).collect();
        if number == 2 {
            let from = first_lost(1 << 20);
            let until = first_lost((2 << 20) - 1) + PLAIN;
            assert_eq!(paths, ["data/b", "data/c"]);
            assert_eq!(lost[0]["ranges"], range_in(1, from, until));
            assert_eq!(lost[1]["ranges"], range_in(2, from, until));
        } else {
            let until = first_lost((1 << 20) - 1) + PLAIN;
            assert_eq!(paths, ["data/a", "data/b"]);
            assert_eq!(lost[0]["ranges"], range_in(0, 0, until));
            assert_eq!(lost[1]["ranges"], range_in(1, 0, until));
            assert_eq!(opened["healed"], json!(["first-front"]));
        }
        for one in lost {
            assert_eq!(one["volumes"], json!([name]), "{one}");
        }
        fs::write(volume(number), bytes).unwrap();
    }
    world.clear_opened();
    world.open_of(&record).run().is(0);
    world.came_back();
    // Both lists of what is inside stand in the last one.
    fs::remove_file(volume(3)).unwrap();
    world.clear_opened();
    world.open_of(&record).flag("--salvage").run().is(4);
    world.nothing_opened();
}

/// A segment that reaches over two volumes is damaged by one of them: that one is named.
#[test]
fn a_foreign_volume_is_named_and_no_other() {
    let (world, _) = three(|call| call.with("--split", "1M"));
    let record = world.text("out/p.delivery.json");
    let second = world.path("out/p.keshiin.002");
    let length = fs::metadata(&second).unwrap().len();
    fs::write(&second, noise(9, usize::try_from(length).unwrap())).unwrap();
    let refused = world.open_of(&record).run().says(4, "PKG-SEGMENT");
    assert!(refused.err.contains("p.keshiin.002"), "{}", refused.err);
    assert!(!refused.err.contains("p.keshiin.001"), "{}", refused.err);
    let opened = salvage(&world, &record);
    for one in opened["lost"].as_array().unwrap() {
        assert_eq!(one["volumes"], json!(["p.keshiin.002"]), "{one}");
    }
    assert_eq!(opened["damaged_volumes"], json!(["p.keshiin.002"]));
}

#[test]
fn a_package_cut_off_or_with_more_behind_it_is_false() {
    let (world, package) = three(|call| call);
    let sound = fs::read(&package).unwrap();
    let cut = [sound.len() - 1, sound.len() / 2, 1000, 10];
    for length in cut {
        fs::write(&package, &sound[..length]).unwrap();
        world.open().run().says(4, "DLV-NOT-BELIEVED");
        world.nothing_opened();
    }
    // Without a record it is the package itself that tells.
    let record = world.path("out/p.delivery.json");
    fs::rename(&record, world.path("record")).unwrap();
    for length in cut {
        fs::write(&package, &sound[..length]).unwrap();
        world.open().flag("--unsigned").run().is(4);
        world.nothing_opened();
    }
    fs::write(&package, [sound.as_slice(), b"more"].concat()).unwrap();
    world.open().flag("--unsigned").run().says(4, "PKG-TRAILING");
    fs::rename(world.path("record"), record).unwrap();
    world.open().run().says(4, "DLV-NOT-BELIEVED");
    world.nothing_opened();
}

#[test]
fn an_undamaged_package_can_be_salvaged_too() {
    let (world, package) = three(|call| call);
    let call = world.open_of(package.to_str().unwrap()).flag("--salvage");
    let opened = call.flag("--json").run().is(0).json();
    assert_eq!((&opened["lost"], &opened["damaged"]), (&json!([]), &json!([])));
    world.came_back();
}
