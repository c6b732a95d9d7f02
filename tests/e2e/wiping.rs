//! Erasures that are carried out: every method, images, partitions, several devices, policies.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use serde_json::Value;

use crate::devices::{Loop, SIZE, count_text, sample_file, tool};
use crate::support::{World, digest, payload};

/// The bytes of a medium of `size` bytes after a pass, computed from the record alone.
pub(crate) fn expected(pattern: &Value, size: usize) -> Vec<u8> {
    let hex = |name: &str| {
        data_encoding::HEXLOWER
            .decode(pattern[name].as_str().unwrap().as_bytes())
            .unwrap()
    };
    let seeded = |seed: Vec<u8>| {
        let cipher = Aes256::new(seed.as_slice().try_into().unwrap());
        let blocks = (0..size.div_ceil(16) as u64).flat_map(move |count| {
            let mut block = [0; 16];
            block[..8].copy_from_slice(&count.to_le_bytes());
            let mut block = block.into();
            cipher.encrypt_block(&mut block);
            <[u8; 16]>::from(block)
        });
        blocks.take(size)
    };
    match pattern["kind"].as_str().unwrap() {
        "seeded" => seeded(hex("seed")).collect(),
        "seeded-complement" => seeded(hex("seed")).map(|byte| !byte).collect(),
        "constant" => hex("bytes").into_iter().cycle().take(size).collect(),
        other => panic!("{other}"),
    }
}

fn holds_what_the_record_says(medium: &Path, record: &Value) -> bool {
    let mut bytes = Vec::new();
    File::open(medium).unwrap().read_to_end(&mut bytes).unwrap();
    let last = record["passes"].as_array().unwrap().last().unwrap();
    bytes == expected(&last["pattern"], bytes.len())
}

#[track_caller]
fn a_method_works(method: &str, passes: u64) {
    let world = World::new();
    let device = Loop::sample(&world);
    assert!(count_text(device.file()) > 100_000);
    world.wipe(&[device.node()]).with("--method", method).run().is(0);
    let record = payload(&world.record());
    assert_eq!(
        (&record["verdict"], &record["method"]["name"]),
        (&"erased".into(), &method.into())
    );
    assert_eq!(
        (
            record["method"]["passes"].as_u64(),
            record["passes"].as_array().unwrap().len() as u64
        ),
        (Some(passes), passes)
    );
    assert!(holds_what_the_record_says(device.file(), &record), "{method}");
    assert_eq!(count_text(device.file()), 0);
    world.verify(&world.record()).is(0);
}

macro_rules! methods {
    ($($test:ident: $method:literal, $passes:literal;)*) => { $(#[test] fn $test() { a_method_works($method, $passes); })* };
}

methods! {
    clear_1: "clear-1", 1;
    clear_zero: "clear-zero", 1;
    clear_1_zero: "clear-1-zero", 2;
    complement_2: "complement-2", 2;
    random_3: "random-3", 3;
    byte_a5: "byte:A5", 1;
    dod_3: "dod-3", 3;
    dod_7: "dod-7", 7;
    vsitr_7: "vsitr-7", 7;
    gutmann_35: "gutmann-35", 35;
}

#[test]
fn half_a_gibibyte_of_text_is_gone_and_no_byte_of_the_record_can_be_changed() {
    let world = World::new();
    sample_file(&world.path("device.img"), 512 << 20);
    let device = Loop::over(&world.path("device.img"), &[]);
    let before = count_text(Path::new(device.node()));
    assert!(before > 10_000_000, "{before}");
    world.wipe(&[device.node()]).run().is(0);
    assert_eq!(count_text(Path::new(device.node())), 0);
    assert_eq!(count_text(device.file()), 0);
    let record = world.record();
    world.verify(&record).is(0);
    let bytes = fs::read(&record).unwrap();
    let changed = world.path("changed");
    fs::create_dir(&changed).unwrap();
    let step = bytes.len() / 200;
    let mut call = world.keshiin(&["verify"]);
    for place in (0..bytes.len()).step_by(step).chain([bytes.len() - 1]) {
        let mut copy = bytes.clone();
        copy[place] ^= 1;
        let path = changed.join(format!("{place}.json"));
        fs::write(&path, copy).unwrap();
        call = call.flag(path.to_str().unwrap());
    }
    let verified = call.flag("--json").run().is(4).json();
    let files = verified["files"].as_array().unwrap();
    assert!(files.len() >= 200);
    for file in files {
        assert_eq!(file["exit"], 4, "{}", file["path"]);
        assert!(
            file["content"].is_null(),
            "{}: nothing false is shown",
            file["path"]
        );
    }
}

#[test]
fn a_sample_is_erased_but_meets_no_policy() {
    let world = World::new();
    let device = Loop::sample(&world);
    world
        .wipe(&[device.node()])
        .with("--verify", "sample:10")
        .run()
        .is(0);
    let record = payload(&world.record());
    assert_eq!(record["order"]["policy_met"], false);
    let read = &record["verification"]["last"]["measured"];
    assert!(read["compared"].as_u64().unwrap() < SIZE, "{read}");
    let sample = &read["sample"];
    let blocks = sample["blocks"].as_u64().unwrap();
    assert_eq!(sample["of"], SIZE.div_ceil(1 << 20), "{read}");
    assert!(blocks >= 2 && blocks < sample["of"].as_u64().unwrap(), "{read}");
    // (1 − bound)^blocks is at most one in a hundred, and would be more with a bound lower by one part
    let missed = |ppm: u64| (1.0 - ppm as f64 / 1e6).powf(blocks as f64);
    let bound = sample["bound_ppm"].as_u64().unwrap();
    assert!(
        missed(bound) <= 0.01 + 1e-9 && missed(bound - 1) > 0.01 - 1e-9,
        "{read}"
    );
    world.verify(&world.record()).is(9);
}

#[test]
fn what_was_not_read_back_is_unverified() {
    let world = World::new();
    let device = Loop::sample(&world);
    world.wipe(&[device.node()]).with("--verify", "none").run().is(0);
    assert_eq!(payload(&world.record())["verdict"], "unverified");
    let verified = world.verify(&world.record()).is(9);
    assert!(
        verified.out.lines().next().unwrap().contains("unverified"),
        "{}",
        verified.out
    );
}

#[test]
fn an_image_of_odd_size_is_erased_to_its_last_byte() {
    let world = World::new();
    let image = world.path("image.img");
    sample_file(&image, (5 << 20) + 123);
    world.wipe(&[image.to_str().unwrap()]).flag("--image").run().is(0);
    let record = payload(&world.record());
    assert_eq!(fs::metadata(&image).unwrap().len(), (5 << 20) + 123);
    assert!(holds_what_the_record_says(&image, &record));
    assert_eq!(record["medium"]["virtual_kind"], "image-file");
    world.verify(&world.record()).is(0);
}

#[test]
fn a_sparse_image_gets_its_blocks() {
    let world = World::new();
    let image = world.path("sparse.img");
    File::create(&image).unwrap().set_len(SIZE).unwrap();
    assert_eq!(fs::metadata(&image).unwrap().blocks(), 0);
    world.wipe(&[image.to_str().unwrap()]).flag("--image").run().is(0);
    assert!(fs::metadata(&image).unwrap().blocks() * 512 >= SIZE);
    assert!(holds_what_the_record_says(&image, &payload(&world.record())));
}

#[test]
fn several_devices_have_a_record_each() {
    let world = World::new();
    let devices: Vec<Loop> = (1..4)
        .map(|n| Loop::named(&world, &format!("device-{n}.img")))
        .collect();
    let nodes: Vec<&str> = devices.iter().map(Loop::node).collect();
    let done = world.wipe(&nodes).flag("--json").run().is(0).json();
    assert_eq!(done["erasures"].as_array().unwrap().len(), 3);
    let records = world.records();
    assert_eq!(records.len(), 3);
    for record in &records {
        world.verify(record).is(0);
    }
    let seeds: std::collections::BTreeSet<String> = records
        .iter()
        .map(|record| payload(record)["passes"][0]["pattern"]["seed"].to_string())
        .collect();
    assert_eq!(seeds.len(), 3, "every device has a seed of its own");
    assert!(devices.iter().all(|device| count_text(device.file()) == 0));
}

#[test]
fn a_partition_table_and_its_partitions_are_gone() {
    let world = World::new();
    let device = Loop::sample(&world);
    tool(
        "sh",
        &[
            "-c",
            &format!(
                "echo ',2M' | sfdisk --quiet --no-reread --no-tell-kernel --force {}",
                device.node()
            ),
        ],
    );
    tool("partx", &["--add", device.node()]);
    assert_eq!(device.partitions(), [format!("{}p1", device.name())]);
    world.wipe(&[device.node()]).run().is(0);
    assert!(device.partitions().is_empty());
    let record = payload(&world.record());
    assert_eq!(record["medium"]["partitions"], 1);
    assert!(holds_what_the_record_says(device.file(), &record));
}

#[test]
fn class_2_is_cleared_only_as_a_step_before_another() {
    let world = World::new();
    let device = Loop::sample(&world);
    let call = world.wipe(&[device.node()]).with("--classification", "2");
    call.run().says(3, "POL-LEVEL-TOO-LOW");
    assert!(count_text(device.file()) > 0);
    call.with("--then", "destroy").run().is(0);
    let order = &payload(&world.record())["order"];
    assert_eq!(
        (&order["policy_met"], &order["follow"]),
        (&false.into(), &"destroy".into())
    );
    world.verify(&world.record()).is(9);
}

#[test]
fn my_number_stands_on_the_record_and_asks_for_more() {
    let world = World::new();
    let device = Loop::sample(&world);
    let call = world
        .wipe(&[device.node()])
        .with("--classification", "2")
        .with("--then", "destroy");
    call.flag("--mynumber").run().is(0);
    let record = payload(&world.record());
    assert_eq!(record["order"]["mynumber"], true);
    world.verify(&world.record()).is(9);
}

#[test]
fn a_dry_run_shows_the_confirmation_and_changes_nothing() {
    let world = World::new();
    let device = Loop::sample(&world);
    world.wipe_alone(&[device.node()]).run().is(0);
    let state = || {
        (
            digest(device.file()),
            world.output(),
            digest(&world.path("home/ledger.sqlite")),
        )
    };
    let before = state();
    let call = world
        .wipe(&[device.node()])
        .without("--confirm")
        .without("--passphrase-file")
        .flag("--dry-run");
    let plan = call.clone().flag("--json").run().is(0).json();
    assert_eq!(plan["plans"][0]["confirm"]["text"], device.name());
    assert!(call.run().is(0).out.contains(device.name()));
    assert_eq!(state(), before);
}

#[test]
fn output_for_programs_is_json_to_the_last_line() {
    let world = World::new();
    let device = Loop::sample(&world);
    let listed = world.keshiin(&["devices"]).flag("--json").run().is(0).json();
    let own = listed["devices"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["path"] == device.node());
    assert_eq!(
        (&own.unwrap()["erasable"], &own.unwrap()["size_bytes"]),
        (&true.into(), &SIZE.into())
    );
    let done = world.wipe(&[device.node()]).flag("--json").run().is(0);
    let document = done.json();
    assert_eq!(
        (&document["exit"], &document["erasures"][0]["verdict"]),
        (&0.into(), &"erased".into())
    );
    assert!(!done.err.is_empty(), "progress is told");
    for line in done.err.lines() {
        assert!(
            serde_json::from_str::<Value>(line).is_ok_and(|value| value.is_object()),
            "{line}"
        );
    }
    let refused = world
        .wipe(&[device.node()])
        .with("--confirm", "no")
        .flag("--json")
        .run()
        .is(3);
    assert_eq!(refused.json()["error"]["code"], "DEV-NOT-CONFIRMED");
    assert_eq!(refused.json()["error"]["exit"], 3);
    let listed = world.keshiin(&["devices"]).flag("--json").run().is(0).json();
    let own = listed["devices"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["path"] == device.node());
    assert!(own.unwrap()["erased_as"].is_null() || own.unwrap()["erased_as"].is_string());
}
