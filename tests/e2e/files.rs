//! `wipe file`: what it says about files, held against a search of the raw image that knows nothing of the program.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;

use crate::calls::{Call, Ran};
use crate::devices::{Frozen, Holder, Loop, Mount, tool};
use crate::support::{World, payload};

/// Stands in every file, again and again: no other test writes it.
pub(crate) const CONTENT: &[u8] = "消去試験 content of a file to be erased 31415926\n".as_bytes();
const NAME: &str = "mitsu-no-namae";

/// A file system of the test's own on a loop device, with a folder in it.
pub(crate) struct Volume {
    pub(crate) mount: Option<Mount>,
    device: Loop,
}

impl Volume {
    pub(crate) fn new(world: &World, make: &[&str], options: &str) -> Self {
        // XFS takes nothing smaller than 300 MiB; the file is sparse.
        Self::sized(world, 400 << 20, make, options)
    }

    /// The same of another size.
    pub(crate) fn sized(world: &World, size: u64, make: &[&str], options: &str) -> Self {
        let image = world.path("volume.img");
        File::create_new(&image).unwrap().set_len(size).unwrap();
        let device = Loop::over(&image, &[]);
        tool(make[0], &[&make[1..], &[device.node()]].concat());
        let mount = Mount::of(world, &["-o", options, device.node()]);
        fs::create_dir(mount.at().join("folder")).unwrap();
        Self {
            mount: Some(mount),
            device,
        }
    }

    pub(crate) fn ext4(world: &World) -> Self {
        Self::new(world, &["mkfs.ext4", "-q"], "defaults")
    }

    pub(crate) fn xfs(world: &World) -> Self {
        Self::new(world, &["mkfs.xfs", "-q"], "defaults")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.mount.as_ref().unwrap().at().join("folder").join(name)
    }

    fn folder(&self) -> String {
        self.path("").to_str().unwrap().trim_end_matches('/').to_owned()
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// A file full of [`CONTENT`], on the medium.
    pub(crate) fn file(&self, name: &str, size: usize) -> String {
        let mut file = File::create_new(self.path(name)).unwrap();
        let bytes = CONTENT.repeat(size.div_ceil(CONTENT.len()));
        file.write_all(&bytes[..size]).unwrap();
        file.sync_all().unwrap();
        self.text(name)
    }

    /// How often [`CONTENT`] stands in the image when all is written out.
    pub(crate) fn left(&self) -> usize {
        let root = self.mount.as_ref().unwrap().at();
        tool("sync", &["-f", root.to_str().unwrap()]);
        count(self.device.file(), CONTENT)
    }

    /// The same after it was unmounted.
    pub(crate) fn left_at_last(&mut self) -> usize {
        drop(self.mount.take());
        count(self.device.file(), CONTENT)
    }
}

/// How often `what` stands in a file, holes left out.
fn count(path: &Path, what: &[u8]) -> usize {
    let mut file = File::open(path).unwrap();
    let mut found = 0;
    let mut at = 0;
    while let Ok(start) = rustix::fs::seek(&file, rustix::fs::SeekFrom::Data(at)) {
        let end = rustix::fs::seek(&file, rustix::fs::SeekFrom::Hole(start)).unwrap();
        let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
        file.seek(SeekFrom::Start(start)).unwrap();
        file.read_exact(&mut bytes).unwrap();
        let line = what.strip_suffix(b"\n").unwrap();
        found += bytes
            .split(|byte| *byte == b'\n')
            .filter(|part| part.ends_with(line))
            .count();
        at = end;
    }
    found
}

impl World {
    /// `wipe file` that nobody witnesses, with the number of files given.
    fn wipe_files(&self, paths: &[&str], count: usize) -> Call {
        self.keshiin(&[&["wipe", "file"], paths].concat())
            .with("--handler", &self.text("handler.key"))
            .with("--no-witness", "a test")
            .with("--purpose", "disposal")
            .with("--classification", "1")
            .with("--out", &self.text("out"))
            .with("--confirm", &count.to_string())
    }
}

/// Nothing was written, and it is said why.
fn refused(world: &World, volume: &Volume, ran: Ran, code: &str) {
    ran.says(3, code);
    assert!(world.records().is_empty(), "{code}: no record");
    assert!(volume.left() > 0, "{code}: the content is there");
}

#[test]
fn files_are_gone_from_the_blocks_that_they_had() {
    type Make = fn(&World) -> Volume;
    let small_blocks: Make = |world| Volume::new(world, &["mkfs.ext4", "-q", "-b", "1024"], "defaults");
    // XFS does not tell where a folder's own blocks lie: nobody can see whether names are gone from them.
    let seen = (0, "erased", serde_json::json!([]));
    let names_unseen = (
        5,
        "erased-with-exceptions",
        serde_json::json!(["VER-NAMES-NOT-SEEN"]),
    );
    let beds = [
        (Volume::ext4 as Make, seen.clone()),
        (Volume::xfs, names_unseen),
        (small_blocks, seen),
    ];
    for (make, (exit, verdict, reasons)) in beds {
        let world = World::new();
        let mut volume = make(&world);
        for (n, size) in [1, 100, 1023, 1024, 4095, 4096, 4097, 70_000, 3 << 20]
            .into_iter()
            .enumerate()
        {
            volume.file(&format!("{NAME}-{n}"), size);
        }
        File::create_new(volume.path(&format!("{NAME}-empty"))).unwrap();
        assert!(volume.left() > 1000);
        let ran = world
            .wipe_files(&[&volume.folder()], 10)
            .flag("--recursive")
            .flag("--json")
            .with("--annex", &world.text("out/annex.txt"))
            .run()
            .is(exit);
        let told = &ran.json()["erasure"];
        assert_eq!((&told["verdict"], &told["reasons"]), (&verdict.into(), &reasons));
        assert_eq!(told["totals"]["erased_files"], 10);
        assert_eq!(told["totals"]["removed_folders"], 1);
        assert_eq!(told["totals"]["equal_bytes"], told["totals"]["planned_bytes"]);
        assert!(!volume.path("").exists());
        assert_eq!(volume.left(), 0, "while mounted");
        assert_eq!(volume.left_at_last(), 0, "and after");
        let record = world.record();
        // A level is reached only by what is erased without an exception.
        let verified = if exit == 0 { 0 } else { 9 };
        world.verify(&record).is(verified);
        assert!(
            !payload(&record).to_string().contains(NAME),
            "the record names no file"
        );
        let both = [
            "verify",
            record.to_str().unwrap(),
            "--annex",
            &world.text("out/annex.txt"),
        ];
        world.keshiin(&both).run().is(verified);
        let annex = fs::read_to_string(world.path("out/annex.txt")).unwrap();
        assert_eq!(annex.matches(NAME).count(), 10);
        let mode = fs::metadata(world.path("out/annex.txt"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "names are nobody else's to read");
    }
}

#[test]
fn what_is_not_named_stays_as_it_is() {
    let world = World::new();
    let volume = Volume::ext4(&world);
    let (go, stay) = (volume.file("go", 50_000), volume.file("stay", 50_000));
    let before = fs::read(&stay).unwrap();
    world.wipe_files(&[&go], 1).run().is(0);
    assert!(!Path::new(&go).exists());
    assert_eq!(fs::read(&stay).unwrap(), before);
    assert_eq!(volume.left(), 50_000 / CONTENT.len());
}

#[test]
fn holes_are_not_filled_and_what_lies_between_them_goes() {
    let world = World::new();
    let volume = Volume::ext4(&world);
    let mut file = File::create_new(volume.path("sparse")).unwrap();
    for at in [0_u64, 100 << 20, 5 << 30] {
        file.seek(SeekFrom::Start(at)).unwrap();
        file.write_all(&CONTENT.repeat(200)).unwrap();
    }
    file.sync_all().unwrap();
    drop(file);
    let ran = world
        .wipe_files(&[&volume.text("sparse")], 1)
        .flag("--json")
        .run()
        .is(0);
    let planned = ran.json()["erasure"]["totals"]["planned_bytes"].as_u64().unwrap();
    assert!(planned < 1 << 20, "{planned}");
    assert_eq!(volume.left(), 0);
}

#[test]
fn a_wrong_count_or_no_answer_changes_nothing() {
    let world = World::new();
    let volume = Volume::ext4(&world);
    let path = volume.file("one", 5000);
    refused(
        &world,
        &volume,
        world.wipe_files(&[&path], 2).run(),
        "DEV-FILES-NOT-CONFIRMED",
    );
    let unasked = world.wipe_files(&[&path], 1).without("--confirm").run();
    refused(&world, &volume, unasked, "JOB-NOBODY-TO-ASK");
    let folder = world.wipe_files(&[&volume.folder()], 1).run().is(3);
    assert!(
        folder.codes().iter().all(|code| code.starts_with("DEV-")),
        "{folder:?}"
    );
    assert!(volume.left() > 0 && world.records().is_empty());
    let table = world
        .wipe_files(&[&path], 1)
        .with("--annex", &world.text("out/names.csv"));
    table.run().says(2, "JOB-VALUE");
    world.wipe_files(&[&path], 1).flag("--dry-run").run().is(0);
    assert!(volume.left() > 0 && world.records().is_empty(), "a dry run");
    world
        .wipe_files(&[&path], 1)
        .without("--confirm")
        .flag("--yes")
        .run()
        .is(0);
    assert_eq!(volume.left(), 0);
}

#[test]
fn every_file_that_may_not_go_is_refused_before_anything_is_written() {
    let world = World::new();
    let volume = Volume::ext4(&world);
    let refuse = |path: &str, code: &str| refused(&world, &volume, world.wipe_files(&[path], 1).run(), code);
    volume.file("target", 5000);
    symlink(volume.path("target"), volume.path("link")).unwrap();
    refuse(&volume.text("link"), "DEV-PATH-THROUGH-LINK");
    let linked = volume.file("linked", 5000);
    fs::hard_link(&linked, volume.path("other-name")).unwrap();
    refuse(&linked, "DEV-LINKED-ELSEWHERE");
    let open = volume.file("open", 5000);
    let holder = Holder::of(&open, false, 0);
    refuse(&open, "DEV-HELD");
    drop(holder);
    let frozen = volume.file("frozen", 5000);
    let ice = Frozen::new(PathBuf::from(&frozen));
    refuse(&frozen, "DEV-IMMUTABLE-FILE");
    drop(ice);
    tool("mkfifo", &[&volume.text("pipe")]);
    refuse(&volume.text("pipe"), "DEV-SPECIAL-FILE");
    refuse(&volume.text("missing"), "DEV-NO-SUCH-FILE");
    refuse(&world.text("handler.key"), "DEV-IS-PROTECTED");
    // Both names of a file are as good as one.
    world
        .wipe_files(&[&linked, &volume.text("other-name")], 1)
        .run()
        .is(0);
    assert!(!volume.path("other-name").exists() && !volume.path("linked").exists());
}

#[test]
fn records_and_what_the_ledger_keeps_beside_it_are_refused() {
    let world = World::new();
    let volume = Volume::ext4(&world);
    let (gone, stays) = (volume.file("gone", 5000), volume.file("stays", 5000));
    world.wipe_files(&[&gone], 1).run().is(0);
    let before = world.output();
    assert!(before.len() >= 2, "record and slip: {before:?}");
    for name in before.keys() {
        let path = world.path("out").join(name);
        let path = path.to_str().unwrap();
        world.wipe_files(&[path], 1).run().says(3, "DEV-IS-PROTECTED");
    }
    assert_eq!(world.output(), before);
    // What only lies in the same folder may go.
    fs::copy(&stays, world.path("out/other.txt")).unwrap();
    world
        .wipe_files(&[&world.text("out/other.txt")], 1)
        .flag("--dry-run")
        .run()
        .is(0);
    // The database names what it keeps by its own file, not by a link to it.
    fs::copy(world.path("home/ledger.sqlite"), world.path("books.sqlite")).unwrap();
    symlink("books.sqlite", world.path("link")).unwrap();
    for end in ["-journal", "-wal", "-shm"] {
        let beside = world.text(format!("books.sqlite{end}"));
        File::create_new(&beside).unwrap();
        world
            .wipe_files(&[&beside], 1)
            .with("--ledger", &world.text("link"))
            .flag("--dry-run")
            .run()
            .says(3, "DEV-IS-PROTECTED");
    }
}

#[test]
fn blocks_that_an_overwrite_does_not_reach_are_told_before() {
    let inline: (&[&str], &str) = (&["mkfs.ext4", "-q", "-O", "inline_data"], "defaults");
    let journalled: (&[&str], &str) = (&["mkfs.ext4", "-q"], "data=journal");
    let copying: (&[&str], &str) = (&["mkfs.btrfs", "-q"], "defaults");
    for ((make, options), size, code) in [
        (inline, 60, "DEV-INLINE-DATA"),
        (journalled, 5000, "DEV-DATA-JOURNAL"),
        (copying, 50_000, "DEV-COPY-ON-WRITE"),
    ] {
        let world = World::new();
        let volume = Volume::new(&world, make, options);
        let path = volume.file("one", size);
        refused(&world, &volume, world.wipe_files(&[&path], 1).run(), code);
        // Forced, it never says that it is erased.
        let forced = world
            .wipe_files(&[&path], 1)
            .flag("--force-rewrite")
            .flag("--json")
            .run();
        assert!([4, 5].contains(&forced.exit), "{code}: {forced:?}");
        assert_ne!(forced.json()["erasure"]["verdict"], "erased", "{code}");
        assert_eq!(payload(&world.record())["force_rewrite"], true);
    }
}

#[test]
fn shared_blocks_are_found_again_where_they_lay() {
    let world = World::new();
    let mut volume = Volume::xfs(&world);
    let path = volume.file("one", 200_000);
    tool("cp", &["--reflink=always", &path, &volume.text("copy")]);
    refused(
        &world,
        &volume,
        world.wipe_files(&[&path], 1).run(),
        "DEV-SHARED-EXTENTS",
    );
    let forced = world
        .wipe_files(&[&path], 1)
        .flag("--force-rewrite")
        .flag("--json")
        .run();
    assert!([4, 5].contains(&forced.exit), "{forced:?}");
    assert_ne!(forced.json()["erasure"]["verdict"], "erased");
    assert!(volume.left_at_last() > 0, "the copy holds it");
}

/// What a finished run says: verdict, whether every file is gone, and each of `codes` among the reasons.
fn unverified(ran: Ran, codes: &[&str]) -> Value {
    let told = ran.is(5).json()["erasure"].clone();
    assert_eq!(told["verdict"], "unverified", "{told:#}");
    assert_eq!(told["totals"]["left_files"], 0);
    for code in codes {
        let reasons = told["reasons"].as_array().unwrap();
        assert!(reasons.iter().any(|reason| reason == code), "{code}: {reasons:?}");
    }
    told
}

#[test]
fn whoever_may_not_read_the_device_erases_his_files_and_is_told_what_was_not_seen() {
    let world = World::new();
    let mut volume = Volume::ext4(&world);
    let paths = ["one", "two"].map(|name| volume.file(name, 70_000));
    let foreign = volume.file("foreign", 5000);
    tool("chown", &["-R", "65534:65534", &world.text("")]);
    tool("chown", &["root:root", &foreign]);
    let program = world.path("keshiin");
    let call = |paths: &[&str]| world.wipe_files(paths, paths.len()).by_somebody_else(&program);
    // A file of somebody else is refused, and the others with it.
    call(&[&paths[0], &foreign]).run().says(3, "DEV-CANNOT-OPEN");
    assert!(world.records().is_empty());
    let ran = call(&[&paths[0], &paths[1]]).flag("--json").run();
    let told = unverified(ran, &["VER-NOT-SEEN"]);
    let sight = &told["file_systems"][0]["sight"];
    assert_eq!(sight["why"], "not-allowed", "{sight}");
    assert_eq!(told["totals"]["equal_bytes"], 0, "nothing was read at the device");
    assert!(paths.iter().all(|path| !Path::new(path).exists()) && Path::new(&foreign).exists());
    world.verify(&world.record()).is(9);
    let of_the_other = 5000 / CONTENT.len();
    assert_eq!(
        volume.left_at_last(),
        of_the_other,
        "what was not seen was done all the same"
    );
}

/// Where blocks of `size` bytes begin in a file that are one of `wanted`: whole blocks, and nothing of the program.
fn blocks_like(path: &Path, size: usize, wanted: &[Vec<u8>]) -> Vec<u64> {
    let wanted: std::collections::HashSet<&[u8]> = wanted.iter().map(Vec::as_slice).collect();
    let mut file = File::open(path).unwrap();
    let mut block = vec![0; size];
    let mut places = Vec::new();
    for at in (0..file.metadata().unwrap().len()).step_by(size) {
        file.seek(SeekFrom::Start(at)).unwrap();
        file.read_exact(&mut block).unwrap();
        if wanted.contains(block.as_slice()) {
            places.push(at);
        }
    }
    places
}

/// Content that is different in every block, its blocks of 4,096 bytes, the last filled up with zeros.
fn numbered(lines: usize) -> (Vec<u8>, Vec<Vec<u8>>) {
    let text: String = (0..lines)
        .map(|n| format!("{n:08} resident of a town\n"))
        .collect();
    let blocks = text.as_bytes().chunks(4096).map(|chunk| {
        let mut block = chunk.to_vec();
        block.resize(4096, 0);
        block
    });
    (text.clone().into_bytes(), blocks.collect())
}

#[test]
fn copies_elsewhere_on_the_device_are_found_where_they_lie() {
    for make in [&["mkfs.ext4", "-q", "-b", "4096"][..], &["mkfs.xfs", "-q"]] {
        let world = World::new();
        let mut volume = Volume::new(&world, make, "defaults");
        let (bytes, blocks) = numbered(5000);
        let copy = volume.path("copy");
        for path in [&volume.path("kojin-joho.csv"), &copy] {
            fs::write(path, &bytes).unwrap();
            volume.left();
        }
        fs::remove_file(&copy).unwrap();
        volume.left();
        let ran = world
            .wipe_files(&[&volume.text("kojin-joho.csv")], 1)
            .flag("--search-device")
            .flag("--json")
            .run()
            .is(5);
        let told = &ran.json()["erasure"];
        assert_eq!(told["verdict"], "erased-with-exceptions");
        let reasons = told["reasons"].as_array().unwrap();
        assert!(
            reasons.iter().any(|reason| reason == "VER-COPIES-FOUND"),
            "{reasons:?}"
        );
        let limits = told["limits"].to_string();
        assert!(!limits.contains("LIM-OLD-COPIES-NOT-SEARCHED"), "{limits}");
        volume.left();
        let there = blocks_like(volume.device.file(), 4096, &blocks);
        assert_eq!(there.len(), blocks.len(), "the copy, every block of it");
        let found = &told["searches"][0];
        assert_eq!(found["complete"], true);
        assert_eq!(found["bytes"], 400 << 20);
        assert_eq!(found["content"]["count"], there.len());
        let first: Vec<u64> = serde_json::from_value(found["content"]["first"].clone()).unwrap();
        assert_eq!(first, there[..there.len().min(100)]);
        // The journal of names is the file system's own affair; where one is told, it stands there.
        let image = fs::read(volume.device.file()).unwrap();
        let names: Vec<usize> = serde_json::from_value(found["names"]["first"].clone()).unwrap();
        assert!(
            names.iter().all(|at| image[*at..].starts_with(b"kojin-joho.csv")),
            "{names:?}"
        );
        let record = world.record();
        // A level is reached only by what is erased without an exception.
        world.verify(&record).is(9);
        let search = payload(&record)["search"].clone();
        assert_eq!(search["hits"], there.len());
        assert_eq!(search["blocks_looked_for"], blocks.len());
        assert_eq!(
            (&search["names_looked_for"], &search["complete"]),
            (&1.into(), &true.into())
        );
        volume.left_at_last();
    }
}

#[test]
fn without_a_copy_a_search_finds_nothing_and_the_run_is_erased() {
    let world = World::new();
    let volume = Volume::new(&world, &["mkfs.ext4", "-q", "-b", "4096"], "defaults");
    let (bytes, blocks) = numbered(5000);
    // Too short a name to look for: those that are longer stand in the journal.
    fs::write(volume.path("a.csv"), [bytes, vec![0; 8192]].concat()).unwrap();
    volume.left();
    let ran = world
        .wipe_files(&[&volume.text("a.csv")], 1)
        .flag("--search-device")
        .flag("--json")
        .run()
        .is(0);
    let told = &ran.json()["erasure"];
    assert_eq!(
        (&told["verdict"], &told["search"]["hits"]),
        (&"erased".into(), &0.into())
    );
    assert_eq!(told["search"]["blocks_looked_for"], blocks.len());
    assert!(
        told["search"]["blocks_not_looked_for"].as_u64().unwrap() >= 1,
        "zeros are no evidence"
    );
    assert_eq!(told["search"]["names_not_looked_for"], 1);
    assert!(blocks_like(volume.device.file(), 4096, &blocks).is_empty());
    world.verify(&world.record()).is(0);
}

#[test]
fn a_search_that_cannot_be_done_is_refused_before_anything_is_written() {
    let world = World::new();
    let mount = Mount::tmpfs(&world, "size=8m");
    let path = mount.at().join("one");
    fs::write(&path, CONTENT.repeat(100)).unwrap();
    world
        .wipe_files(&[path.to_str().unwrap()], 1)
        .flag("--search-device")
        .run()
        .says(3, "JOB-SEARCH-BLIND");
    assert_eq!(fs::read(&path).unwrap(), CONTENT.repeat(100));
    assert!(world.records().is_empty());
}

#[test]
fn memory_is_told_as_what_it_is() {
    let world = World::new();
    let mount = Mount::tmpfs(&world, "size=8m");
    let path = mount.at().join("one");
    fs::write(&path, CONTENT.repeat(100)).unwrap();
    let ran = world
        .wipe_files(&[path.to_str().unwrap()], 1)
        .flag("--json")
        .run()
        .is(5);
    let told = &ran.json()["erasure"];
    assert_eq!(told["verdict"], "unverified");
    let reasons = told["reasons"].as_array().unwrap();
    assert!(reasons.iter().any(|reason| reason == "VER-MEMORY"), "{reasons:?}");
    assert!(!path.exists());
}

#[test]
fn an_overlay_is_refused_and_forced_never_said_to_be_seen() {
    let world = World::new();
    let volume = Volume::ext4(&world);
    for name in ["lower", "upper", "work"] {
        fs::create_dir(volume.path(name)).unwrap();
    }
    for name in ["lower/below", "upper/above"] {
        volume.file(name, 70_000);
    }
    let elsewhere = World::new();
    let [lower, upper, work] = ["lower", "upper", "work"].map(|name| volume.text(name));
    let options = format!("lowerdir={lower},upperdir={upper},workdir={work}");
    let overlay = Mount::of(&elsewhere, &["-t", "overlay", "-o", &options, "overlay"]);
    let shown = ["below", "above"].map(|name| overlay.at().join(name));
    let paths = shown.each_ref().map(|path| path.to_str().unwrap());
    refused(
        &world,
        &volume,
        world.wipe_files(&paths, 2).run(),
        "DEV-COPY-ON-WRITE",
    );
    // Forced, what lay above goes unseen. Opening what lies below makes a copy above, which is another file.
    let forced = world.wipe_files(&paths, 2).flag("--force-rewrite");
    let told = forced.flag("--json").run().is(4).json()["erasure"].clone();
    assert_eq!(told["verdict"], "not-erased");
    assert_eq!(told["file_systems"][0]["sight"]["why"], "overlay");
    assert_eq!(told["totals"]["erased_files"], 1);
    assert_eq!(told["totals"]["equal_bytes"], 0);
    assert_eq!(told["left"][0]["why"], "DEV-IDENTITY-CHANGED");
    assert!(shown[0].exists() && !shown[1].exists());
    drop(overlay);
    assert_eq!(
        volume.left(),
        2 * (70_000 / CONTENT.len()),
        "beneath, and its copy"
    );
    assert!(volume.path("lower/below").exists());
}

#[test]
fn a_killed_run_leaves_no_record_and_a_second_one_finishes() {
    for n in 0..8 {
        let world = World::new();
        let volume = Volume::ext4(&world);
        for file in 0..40 {
            volume.file(&format!("{NAME}-{file}"), 200_000);
        }
        let running = world
            .wipe_files(&[&volume.folder()], 40)
            .flag("--recursive")
            .with("--rate-limit", "4M")
            .start();
        running.wait_until_it_opens(&volume.path(&format!("{NAME}-0")));
        sleep(Duration::from_millis(400 * n));
        running.signal(Signal::KILL);
        let ran = running.end();
        if ran.exit == -9 {
            assert!(world.records().is_empty(), "nothing is claimed");
        }
        let left = fs::read_dir(volume.path("")).map_or(0, Iterator::count);
        if left > 0 {
            world
                .wipe_files(&[&volume.folder()], left)
                .flag("--recursive")
                .run()
                .is(0);
        }
        assert_eq!(volume.left(), 0, "after run {n}");
    }
}

#[test]
fn a_run_killed_while_names_go_leaves_at_most_one_empty_file_without_its_own() {
    for n in 0..4 {
        let world = World::new();
        let volume = Volume::ext4(&world);
        let own = |name: &str| name.starts_with(NAME);
        for file in 0..800 {
            volume.file(&format!("{NAME}-{file}"), 1000);
        }
        let names = || -> Vec<String> {
            let entries = fs::read_dir(volume.path("")).unwrap();
            entries
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect()
        };
        let paths: Vec<String> = names().iter().map(|name| volume.text(name)).collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let mut running = world.wipe_files(&paths, 800).start();
        while names().len() > 800 - 150 * n && !running.is_over() {}
        running.signal(Signal::KILL);
        running.end();
        assert!(world.records().is_empty(), "nothing is claimed");
        let left = names();
        let foreign: Vec<&String> = left.iter().filter(|name| !own(name)).collect();
        assert!(foreign.len() <= 1, "{foreign:?}");
        for name in &foreign {
            assert_eq!(fs::metadata(volume.path(name)).unwrap().len(), 0, "{name}");
        }
        let rest: Vec<String> = left
            .iter()
            .filter(|name| own(name))
            .map(|name| volume.text(name))
            .collect();
        let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
        assert!(!rest.is_empty(), "killed too late in run {n}");
        let again = world.wipe_files(&paths, 800).run();
        if rest.len() < paths.len() {
            again.says(3, "DEV-NO-SUCH-FILE");
            world.wipe_files(&rest, rest.len()).run().is(0);
        } else {
            again.is(0);
        }
        assert_eq!(volume.left(), 0, "after run {n}");
        assert_eq!(names().len(), foreign.len());
    }
}

#[test]
fn whoever_stops_gets_a_record_of_what_was_done() {
    let world = World::new();
    let volume = Volume::ext4(&world);
    for file in 0..20 {
        volume.file(&format!("{NAME}-{file}"), 1 << 20);
    }
    let running = world
        .wipe_files(&[&volume.folder()], 20)
        .flag("--recursive")
        .with("--rate-limit", "2M")
        .start();
    running.wait_until_it_opens(&volume.path(&format!("{NAME}-0")));
    sleep(Duration::from_millis(500));
    running.signal(Signal::INT);
    let ran = running.end().is(6);
    let said = ran
        .err
        .matches("stays: it was not removed; it may be overwritten");
    assert_eq!(said.count(), 20, "{}", ran.err);
    let record = world.record();
    assert_eq!(payload(&record)["verdict"], "interrupted");
    assert_eq!(payload(&record)["totals"]["erased_files"], 0);
    world.verify(&record).is(9);
    assert_eq!(
        fs::read_dir(volume.path("")).unwrap().count(),
        20,
        "every file has its name"
    );
}
