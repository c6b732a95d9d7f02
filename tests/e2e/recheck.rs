//! A drive held against its record: whatever changed is found, and nothing is ever changed by looking.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::calls::{Call, Ran};
use crate::devices::{Holder, Loop, Mount, SIZE, sample_file};
use crate::interruptions::{large, memory, wait_until_begun};
use crate::support::{World, digest, payload};

fn recheck(world: &World, record: &Path, device: &str) -> Call {
    world.keshiin(&["recheck", record.to_str().unwrap(), device])
}

/// A loop device that was erased and certified, and its record.
fn erased(world: &World, method: &str) -> (Loop, PathBuf) {
    let device = Loop::sample(world);
    world.wipe(&[device.node()]).with("--method", method).run().is(0);
    (device, world.record())
}

fn write(path: &Path, at: u64, bytes: &[u8]) {
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.write_all_at(bytes, at).unwrap();
    file.sync_all().unwrap();
}

/// Other bytes than stand there now.
fn change(path: &Path, at: u64, count: usize) {
    let mut bytes = vec![0; count];
    File::open(path).unwrap().read_exact_at(&mut bytes, at).unwrap();
    bytes.iter_mut().for_each(|byte| *byte = !*byte);
    write(path, at, &bytes);
}

#[track_caller]
fn result(ran: &Ran) -> Value {
    ran.json()["result"].clone()
}

#[test]
fn the_right_drive_is_proven_and_not_touched() {
    let world = World::new();
    let (device, record) = erased(&world, "clear-1");
    let before = (
        digest(device.file()),
        fs::metadata(device.file()).unwrap().mtime(),
    );
    let ran = recheck(&world, &record, device.node()).run().is(0);
    let first = |ran: &Ran| ran.out.lines().next().unwrap().to_owned();
    assert_eq!(
        first(&ran),
        "the whole drive holds the pattern that the record says"
    );
    let japanese = recheck(&world, &record, device.node())
        .with("--lang", "ja")
        .run()
        .is(0);
    assert_eq!(
        first(&japanese),
        "記録のとおりのパターンが全領域で確認されました。"
    );
    let document = recheck(&world, &record, device.node())
        .flag("--json")
        .run()
        .is(0)
        .json();
    let content = payload(&record);
    assert_eq!(
        (&document["result"], &document["exit"], &document["number"]),
        (&json!("equal"), &json!(0), &content["number"])
    );
    assert_eq!(document["record"]["exit"], 0);
    assert_eq!(document["drive_cache_limit"], "not-applicable");
    let read = &document["reading"]["read_back"];
    assert_eq!(
        (&read["compared_bytes"], &read["planned_bytes"]),
        (&json!(SIZE), &json!(SIZE))
    );
    assert_eq!(read["mismatches"]["count"], 0);
    assert_eq!(
        (
            digest(device.file()),
            fs::metadata(device.file()).unwrap().mtime()
        ),
        before
    );
}

#[test]
fn one_changed_byte_is_found_and_placed() {
    let world = World::new();
    let (device, record) = erased(&world, "clear-1");
    for (at, count) in [(0, 1), (3_000_000, 2), (SIZE - 1, 1)] {
        change(Path::new(device.node()), at, count);
        let ran = recheck(&world, &record, device.node()).flag("--json").run().is(4);
        assert_eq!(result(&ran), "different");
        let read = &ran.json()["reading"]["read_back"];
        let sector = at / 512 * 512;
        assert_eq!(
            read["mismatches"]["ranges"],
            json!([{"start": sector, "length": 512}])
        );
        assert_eq!(read["mismatched_bytes"], count);
        assert_eq!(read["compared_bytes"], SIZE);
        change(Path::new(device.node()), at, count);
    }
    recheck(&world, &record, device.node()).run().is(0);
}

#[test]
fn reading_may_end_at_the_first_difference() {
    let world = World::new();
    let (device, record) = erased(&world, "clear-1");
    change(Path::new(device.node()), 512, 1);
    change(Path::new(device.node()), SIZE - 512, 1);
    let count = |how: &str| {
        let call = recheck(&world, &record, device.node()).with("--on-difference", how);
        let document = call.flag("--json").run().is(4).json();
        let reading = &document["reading"];
        (
            reading["read_back"]["mismatches"]["count"].as_u64().unwrap(),
            reading["ending"]["state"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(count("locate"), (2, "completed".into()));
    assert_eq!(count("stop"), (1, "first-difference".into()));
}

#[test]
fn a_sample_has_both_ends_and_says_what_it_proves() {
    let world = World::new();
    let (device, record) = erased(&world, "clear-1");
    let sample = || {
        recheck(&world, &record, device.node())
            .with("--sample", "40")
            .flag("--json")
    };
    let equal = sample().run().is(0).json();
    assert_eq!(equal["reading"]["asked"], "sample:40");
    let drawn = &equal["reading"]["read_back"]["sample"];
    assert_eq!((&drawn["blocks"], &drawn["of"]), (&json!(4), &json!(8)));
    // 1 - 0.01^(1/4) = 0.68377…
    assert_eq!(drawn["bound_ppm"], 683_773);
    assert_eq!(equal["reading"]["read_back"]["compared_bytes"], 4 << 20);
    let again = sample().run().is(0).json();
    assert_ne!(
        drawn["seed"], again["reading"]["read_back"]["sample"]["seed"],
        "every sample is drawn anew"
    );
    let said = recheck(&world, &record, device.node())
        .with("--sample", "40")
        .run()
        .is(0);
    assert!(
        said.out.starts_with("every block that was drawn holds"),
        "{}",
        said.out
    );
    assert!(said.out.contains("68.3773%"), "{}", said.out);
    for at in [7, SIZE - 7] {
        change(Path::new(device.node()), at, 1);
        assert_eq!(result(&sample().run().is(4)), "different");
        change(Path::new(device.node()), at, 1);
    }
}

#[test]
fn another_drive_is_told_by_its_size_without_reading_and_by_its_bytes() {
    let world = World::new();
    let (_device, record) = erased(&world, "clear-1");
    sample_file(&world.path("larger.img"), SIZE + 512);
    let larger = Loop::over(&world.path("larger.img"), &[]);
    let ran = recheck(&world, &record, larger.node()).flag("--json").run().is(4);
    let document = ran.json();
    assert_eq!(document["result"], "other-device");
    assert_eq!(document["reading"], Value::Null, "nothing was read");
    let fields = document["drive"]["identity"]["fields"].as_array().unwrap();
    let differing: Vec<&Value> = fields
        .iter()
        .filter(|field| field["result"] == "different")
        .map(|field| &field["field"])
        .collect();
    assert_eq!(differing, ["capacity"]);
    let said = recheck(&world, &record, larger.node())
        .with("--lang", "ja")
        .run()
        .is(4);
    assert!(said.out.starts_with("別の記憶装置です。"), "{}", said.out);
    let same_size = Loop::named(&world, "other.img");
    let ran = recheck(&world, &record, same_size.node())
        .flag("--json")
        .run()
        .is(4);
    assert_eq!(result(&ran), "different");
    let read = &ran.json()["reading"]["read_back"];
    assert_eq!(read["mismatches"]["bytes"], read["mismatched_bytes"]);
    assert!(read["mismatched_bytes"].as_u64().unwrap() > SIZE / 2);
}

#[test]
fn an_image_is_the_same_medium_by_itself_and_under_a_loop_device() {
    let world = World::new();
    let record = world.erase("drive.img", |call| call);
    let image = world.text("drive.img");
    recheck(&world, &record, &image).flag("--image").run().is(0);
    recheck(&world, &record, &image)
        .run()
        .says(3, "DEV-NEEDS-IMAGE-FLAG");
    let device = Loop::over(&world.path("drive.img"), &[]);
    recheck(&world, &record, device.node()).run().is(0);
    recheck(&world, &record, device.node())
        .flag("--image")
        .run()
        .says(3, "DEV-NOT-AN-IMAGE");
    // while it is shown elsewhere too, that is said, and it is read all the same
    let said = recheck(&world, &record, &image)
        .flag("--image")
        .flag("--json")
        .run()
        .is(0);
    assert_eq!(said.json()["drive"]["notes"], json!(["DEV-LOOP-BOUND"]));
}

#[test]
fn zeros_on_a_drive_without_a_serial_number_are_not_enough() {
    let world = World::new();
    let (device, record) = erased(&world, "clear-zero");
    let ran = recheck(&world, &record, device.node()).flag("--json").run().is(7);
    assert_eq!(result(&ran), "not-named");
    assert_eq!(ran.json()["drive"]["identity"]["named"], false);
    change(Path::new(device.node()), 4096, 1);
    assert_eq!(
        result(&recheck(&world, &record, device.node()).flag("--json").run().is(4)),
        "different"
    );
}

#[test]
fn what_an_earlier_pass_wrote_is_told_as_such() {
    let world = World::new();
    let (device, record) = erased(&world, "random-2");
    let content = payload(&record);
    let seed = content["passes"][0]["pattern"]["seed"].as_str().unwrap();
    let seed: [u8; 32] = data_encoding::HEXLOWER
        .decode(seed.as_bytes())
        .unwrap()
        .try_into()
        .unwrap();
    let mut stale = vec![0; 4096];
    keshiin::crypto::Keystream::new(&seed).fill(1 << 20, &mut stale);
    write(Path::new(device.node()), 1 << 20, &stale);
    let ran = recheck(&world, &record, device.node()).flag("--json").run().is(4);
    let displaced = &ran.json()["reading"]["read_back"]["displaced"];
    assert_eq!((&displaced["stale"], &displaced["moved"]), (&json!(8), &json!(0)));
}

#[test]
fn a_false_record_ends_it_before_any_device_is_opened() {
    let world = World::new();
    let (device, record) = erased(&world, "clear-1");
    let mut bytes = fs::read(&record).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let changed = world.path("changed.json");
    fs::write(&changed, bytes).unwrap();
    let document = recheck(&world, &changed, "/dev/no-such-device")
        .flag("--json")
        .run()
        .is(4)
        .json();
    assert_eq!(
        (&document["result"], &document["drive"]),
        (&json!("not-read"), &Value::Null)
    );
    let said = recheck(&world, &changed, device.node()).run().is(4);
    assert!(
        said.out.starts_with("the record cannot be confirmed"),
        "{}",
        said.out
    );
    recheck(&world, &record, "/dev/no-such-device")
        .run()
        .says(3, "DEV-NO-SUCH-DEVICE");
}

#[test]
fn a_record_that_is_not_enough_is_compared_and_stays_not_enough() {
    let world = World::new();
    let (device, record) = erased(&world, "clear-1");
    let roster = world.text("home/roster.json");
    fs::create_dir(world.path("elsewhere")).unwrap();
    let unpinned = recheck(&world, &record, device.node())
        .with("--home", &world.text("elsewhere"))
        .with("--roster", &roster)
        .flag("--json");
    let document = unpinned.run().is(7).json();
    assert_eq!(
        (&document["result"], &document["record"]["exit"]),
        (&json!("equal"), &json!(7))
    );
    let unknown = unpinned.without("--roster").run().is(7).json();
    assert_eq!(unknown["result"], "not-read", "by nobody who is known here");
}

#[test]
fn an_unverified_erasure_can_be_proven_later_and_stays_what_it_is() {
    let world = World::new();
    let device = Loop::sample(&world);
    world.wipe(&[device.node()]).with("--verify", "none").run().is(0);
    let document = recheck(&world, &world.record(), device.node())
        .flag("--json")
        .run()
        .is(9)
        .json();
    assert_eq!(
        (&document["result"], &document["exit"]),
        (&json!("equal"), &json!(9))
    );
}

#[test]
fn an_interrupted_erasure_has_no_pattern_to_compare_with() {
    let (world, folder) = (World::new(), memory());
    let device = large(&folder);
    let running = world
        .wipe(&[device.node()])
        .with("--method", "gutmann-35")
        .start();
    wait_until_begun(&world);
    running.signal(Signal::INT);
    running.end().is(6);
    recheck(&world, &world.record(), device.node())
        .run()
        .says(3, "RCH-LAST-PASS-INCOMPLETE");
}

#[test]
fn ctrl_c_ends_it_and_proves_nothing() {
    let (world, folder) = (World::new(), memory());
    let file = folder.path().join("drive.img");
    File::create(&file).unwrap().set_len(256 << 20).unwrap();
    let device = Loop::over(&file, &[]);
    world
        .wipe_alone(&[device.node()])
        .with("--verify", "none")
        .run()
        .is(0);
    let running = recheck(&world, &world.record(), device.node())
        .flag("--json")
        .start();
    running.wait_until_it_opens(Path::new(device.node()));
    running.signal(Signal::INT);
    let ran = running.end().is(6);
    assert_eq!(result(&ran), "stopped");
    // It may come before the first byte is read.
    let compared = ran.json()["reading"]["read_back"]["compared_bytes"].as_u64();
    assert!(
        compared.is_none_or(|compared| compared < 256 << 20),
        "{compared:?}"
    );
}

#[test]
fn a_file_system_that_can_be_written_to_keeps_a_drive_from_being_read() {
    let world = World::new();
    let (device, record) = erased(&world, "clear-1");
    let mount = Mount::ext4(&world, device.node());
    recheck(&world, &record, device.node())
        .run()
        .says(3, "DEV-MOUNTED");
    mount.make_read_only();
    let ran = recheck(&world, &record, device.node()).flag("--json").run().is(4);
    assert_eq!(result(&ran), "different");
    assert_eq!(ran.json()["drive"]["notes"], json!(["DEV-MOUNTED"]));
}

#[test]
fn who_else_has_the_drive_open_is_said() {
    let world = World::new();
    let (device, record) = erased(&world, "clear-1");
    let _holder = Holder::of(device.node(), false, 0);
    let ran = recheck(&world, &record, device.node()).flag("--json").run().is(0);
    assert_eq!(ran.json()["drive"]["notes"], json!(["DEV-HELD"]));
}

#[test]
fn what_is_no_erasure_record_is_refused() {
    let world = World::new();
    let (device, record) = erased(&world, "clear-1");
    for other in [record.with_extension("slip.json"), world.path("home/roster.json")] {
        recheck(&world, &other, device.node())
            .run()
            .says(3, "RCH-NO-ERASURE-RECORD");
    }
    for (option, value) in [
        ("--sample", "0"),
        ("--sample", "100"),
        ("--on-difference", "both"),
    ] {
        recheck(&world, &record, device.node())
            .with(option, value)
            .run()
            .is(2);
    }
    let partition = device.add_partition();
    recheck(&world, &record, &partition)
        .run()
        .says(3, "DEV-PARTITION");
}

#[cfg(feature = "paper")]
#[test]
fn a_printed_certificate_serves_as_its_record() {
    let world = World::new();
    let (device, record) = erased(&world, "clear-1");
    recheck(&world, &record.with_extension("pdf"), device.node())
        .run()
        .is(0);
    let again = world.erase("second.img", |call| call);
    let list = world.text("list.pdf");
    let records = [record.to_str().unwrap(), again.to_str().unwrap()];
    world
        .keshiin(&[&["print"], records.as_slice()].concat())
        .with("--out", &list)
        .flag("--list")
        .run()
        .is(0);
    recheck(&world, Path::new(&list), device.node())
        .run()
        .says(3, "RCH-SEVERAL-RECORDS");
}
