//! Rests of last blocks and unused room of folders, on file systems of the tests' own.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::support::*;
use crate::devices::sys::linux::entries::clear_entries;
use crate::devices::sys::linux::file_folder::FileFolder;
use crate::devices::sys::linux::file_systems::file_system;
use crate::devices::sys::linux::tails::clear_tails;
use crate::devices::sys::linux::{extents, walk};
use crate::devices::{EntryTotals, FileSystemFacts, TailTotals};
use crate::progress::StopSignal;
use crate::units::ByteCount;

/// Stands where old bytes are meant to be.
const MARK: &[u8] = b"an old rest, to be made zero";

struct Disk {
    mount: Option<Mount>,
    device: Loop,
}

impl Disk {
    fn new(make: &[&str]) -> Self {
        let device = Loop::new(320 * MIB);
        run(make[0], &[&make[1..], &[text(&device.node)]].concat());
        let mount = Some(Mount::new(&device.node));
        Self { mount, device }
    }

    fn at(&self) -> &Path {
        self.mount.as_ref().unwrap().at()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.at().join(name)
    }

    fn system(&self) -> FileSystemFacts {
        file_system(self.at(), walk::find(self.at()).unwrap().device).unwrap()
    }

    /// Puts bytes at places of the device while nothing is mounted.
    fn put(&mut self, what: &[(u64, &[u8])]) {
        drop(self.mount.take());
        let device = OpenOptions::new().write(true).open(&self.device.node).unwrap();
        for (place, bytes) in what {
            device.write_all_at(bytes, *place).unwrap();
        }
        device.sync_all().unwrap();
        drop(device);
        self.mount = Some(Mount::new(&self.device.node));
    }

    /// Where the byte `at` of a file or folder lies.
    fn place(&self, path: &Path, at: u64) -> u64 {
        let layout = extents::layout(&File::open(path).unwrap(), &self.system()).unwrap();
        let holds = |extent: &&crate::devices::FileExtent| {
            (extent.logical.0..extent.logical.0 + extent.length.0).contains(&at)
        };
        let extent = layout.extents.iter().find(holds).unwrap();
        extent.physical.unwrap().0 + at - extent.logical.0
    }

    fn write_out(&self) {
        run("sync", &["-f", text(self.at())]);
        run("blockdev", &["--flushbufs", text(&self.device.node)]);
    }

    /// How often `wanted` stands on the device.
    fn count(&self, wanted: &[u8]) -> usize {
        self.write_out();
        let image = fs::read(&self.device.file).unwrap();
        let finder = |block: &[u8]| block.windows(wanted.len()).filter(|at| *at == wanted).count();
        // Most of an image was never written, and no mark goes over the end of a block.
        let blocks = image.chunks(1024).filter(|block| block.contains(&wanted[0]));
        blocks.map(finder).sum()
    }

    /// The block at a place of the device, as it is there.
    fn block(&self, place: u64) -> Vec<u8> {
        self.write_out();
        let mut block = vec![0; 4096];
        let image = File::open(&self.device.file).unwrap();
        image.read_exact_at(&mut block, place).unwrap();
        block
    }

    fn check(&mut self, tool: &[&str]) {
        drop(self.mount.take());
        run(tool[0], &[&tool[1..], &[text(&self.device.node)]].concat());
        self.mount = Some(Mount::new(&self.device.node));
    }
}

fn tails(disk: &Disk) -> TailTotals {
    clear_tails(&disk.system(), &mut |_| {}, &StopSignal::default()).unwrap()
}

fn entries(disk: &Disk) -> EntryTotals {
    clear_entries(&disk.system(), &mut |_| {}, &StopSignal::default()).unwrap()
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    File::open(path).unwrap().sync_all().unwrap();
}

/// The folder that something is in, opened to be read without a trace.
fn unseen(path: &Path) -> FileFolder {
    FileFolder::open(path.parent().unwrap()).unwrap()
}

/// Everything of a file that must stay.
fn looks(path: &Path) -> (Vec<u8>, (i64, i64), (i64, i64), u32) {
    let content = unseen(path).open_to_look(path.file_name().unwrap()).unwrap();
    let content = std::io::read_to_string(content).unwrap().into_bytes();
    let told = fs::metadata(path).unwrap();
    let accessed = (told.atime(), told.atime_nsec());
    let modified = (told.mtime(), told.mtime_nsec());
    (content, accessed, modified, told.mode())
}

fn rests_are_cleared(make: &[&str], check: &[&str]) {
    let Some(_alone) = alone_as_root() else { return };
    let mut disk = Disk::new(make);
    fs::create_dir(disk.path("folder")).unwrap();
    let small = disk.path("folder/small");
    let long = disk.path("long");
    let (whole, clean) = (disk.path("whole"), disk.path("clean"));
    let (privileged, held, fixed) = (disk.path("privileged"), disk.path("held"), disk.path("fixed"));
    write(&small, b"short");
    write(&long, &[7; 9000]);
    write(&whole, &[8; 8192]);
    for path in [&clean, &privileged, &held, &fixed] {
        write(path, b"some content");
    }
    fs::hard_link(&small, disk.path("other-name")).unwrap();
    // A hole at the end has no last block.
    File::create(disk.path("sparse"))
        .unwrap()
        .set_len(10_001)
        .unwrap();
    fs::set_permissions(&privileged, fs::Permissions::from_mode(0o4755)).unwrap();
    let marked = [
        (&small, 5),
        (&long, 9000),
        (&privileged, 12),
        (&held, 12),
        (&fixed, 12),
    ];
    let places: Vec<_> = marked
        .map(|(path, at)| (disk.place(path, at - 1) + 1, MARK))
        .into();
    disk.put(&places);
    run("chattr", &["+i", text(&disk.path("fixed"))]);
    let now = |name: &str| disk.path(name);
    let (small, long, held) = (now("folder/small"), now("long"), now("held"));
    let paths = [&small, &long, &now("clean"), &now("privileged"), &held];
    let before = paths.map(|path| looks(path));
    assert_eq!(disk.count(MARK), 5);
    let other = Other::holding("open", &held);
    let totals = tails(&disk);
    other.end();
    let expected = TailTotals {
        files: 6,
        clean: 1,
        erased: 2,
        left: 3,
        not_looked: 0,
        unwritten: ByteCount(0),
    };
    assert_eq!(totals, expected);
    assert_eq!(disk.count(MARK), 3);
    for (path, before) in paths.iter().zip(before) {
        assert_eq!(looks(path), before, "{}", path.display());
    }
    // The one that was open can be had now; a second run finds nothing else.
    let again = TailTotals {
        clean: 3,
        erased: 1,
        left: 2,
        ..expected
    };
    assert_eq!(tails(&disk), again);
    assert_eq!(disk.count(MARK), 2);
    run("chattr", &["-i", text(&disk.path("fixed"))]);
    disk.check(check);
    assert_eq!(fs::read(disk.path("long")).unwrap(), [7; 9000]);
}

#[test]
fn rests_of_last_blocks_are_made_zero_on_ext4() {
    rests_are_cleared(&["mkfs.ext4", "-q", "-b", "4096"], &["e2fsck", "-fn"]);
    rests_are_cleared(&["mkfs.ext4", "-q", "-b", "1024"], &["e2fsck", "-fn"]);
}

#[test]
fn rests_of_last_blocks_are_made_zero_on_xfs() {
    rests_are_cleared(&["mkfs.xfs", "-q"], &["xfs_repair", "-n"]);
}

#[test]
fn a_file_that_grows_meanwhile_loses_nothing() {
    let Some(_alone) = alone_as_root() else { return };
    let mut disk = Disk::new(&["mkfs.ext4", "-q", "-b", "4096"]);
    let name = |number: usize| format!("file-{number}");
    for number in 0..300 {
        fs::write(disk.path(&name(number)), b"begins").unwrap();
    }
    run("sync", &[]);
    let places = (0..300).map(|number| (disk.place(&disk.path(&name(number)), 0) + 3000, MARK));
    let places: Vec<(u64, &[u8])> = places.collect();
    disk.put(&places);
    let stop = StopSignal::default();
    let root = disk.at().to_owned();
    let totals = std::thread::scope(|scope| {
        let appending = scope.spawn(|| {
            let mut lengths = [6; 300];
            for number in (0..300).cycle().map(|number| number * 7 % 300) {
                if stop.is_raised() {
                    break;
                }
                let mut file = OpenOptions::new()
                    .append(true)
                    .open(root.join(name(number)))
                    .unwrap();
                std::io::Write::write_all(&mut file, b"more").unwrap();
                lengths[number] += 4;
            }
            lengths
        });
        let totals: Vec<_> = (0..5).map(|_| tails(&disk)).collect();
        stop.raise();
        (totals, appending.join().unwrap())
    });
    let (totals, lengths) = totals;
    assert!(totals.iter().all(|totals| totals.files >= 250), "{totals:?}");
    assert!(lengths.iter().sum::<usize>() > 300 * 6);
    for (number, length) in lengths.into_iter().enumerate() {
        let content = fs::read(disk.path(&name(number))).unwrap();
        assert_eq!(content.len(), length, "{number}");
        assert!(content.starts_with(b"begins") && content[6..].chunks(4).all(|part| part == b"more"));
    }
    // Now nobody is there, and every rest is zero.
    let last = tails(&disk);
    assert_eq!((last.files, last.clean + last.erased), (300, 300));
    assert_eq!(disk.count(MARK), 0);
}

#[test]
fn blocks_that_were_never_written_are_told() {
    let Some(_alone) = alone_as_root() else { return };
    let mut disk = Disk::new(&["mkfs.ext4", "-q", "-b", "4096"]);
    let path = disk.path("given");
    write(&path, &[7; 4096]);
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, 20_000).unwrap();
    file.sync_all().unwrap();
    drop(file);
    // The last block begins with 3616 bytes of the file, which read as zeros.
    let last = disk.place(&path, 16_384);
    let between = disk.place(&path, 8192);
    disk.put(&[(last + 100, MARK), (between, MARK)]);
    let totals = tails(&disk);
    let expected = TailTotals {
        files: 1,
        erased: 1,
        unwritten: ByteCount(3 * 4096),
        ..TailTotals::default()
    };
    assert_eq!(totals, expected);
    assert_eq!(disk.count(MARK), 1);
    let mut content = vec![7; 4096];
    content.resize(20_000, 0);
    assert_eq!(fs::read(disk.path("given")).unwrap(), content);
}

#[test]
fn rests_that_share_a_block_or_are_stopped_at_are_not_touched() {
    let Some(_alone) = alone_as_root() else { return };
    let mut disk = Disk::new(&["mkfs.xfs", "-q"]);
    let path = disk.path("first");
    write(&path, b"some content");
    run(
        "cp",
        &["--reflink=always", text(&path), text(&disk.path("second"))],
    );
    let place = disk.place_shared(&path);
    disk.put(&[(place + 12, MARK)]);
    let stop = StopSignal::default();
    stop.raise();
    let stopped = clear_tails(&disk.system(), &mut |_| {}, &stop).unwrap();
    assert_eq!(stopped, TailTotals::default());
    let totals = tails(&disk);
    assert_eq!((totals.files, totals.not_looked), (2, 2));
    assert_eq!(disk.count(MARK), 1);
}

impl Disk {
    /// The same for a place that may not be compared.
    fn place_shared(&self, path: &Path) -> u64 {
        let file = File::open(path).unwrap();
        super::super::calls::extents(&file, 0).unwrap()[0].physical
    }
}

#[test]
fn old_names_in_a_plain_folder_are_made_zero() {
    let Some(_alone) = alone_as_root() else { return };
    // What is put there would not fit a checksum.
    let mut disk = Disk::new(&["mkfs.ext4", "-q", "-b", "4096", "-O", "^metadata_csum"]);
    fs::create_dir(disk.path("folder")).unwrap();
    for name in ["one", "another", "a-third-name"] {
        fs::write(disk.path("folder").join(name), b"x").unwrap();
    }
    fs::create_dir(disk.path("clean")).unwrap();
    run("sync", &[]);
    // Behind "..": 12; behind the last entry: 2000. And in the root, which has lost+found.
    let folder = disk.place(&disk.path("folder"), 0);
    let root = disk.place(disk.at(), 0);
    disk.put(&[(folder + 2000, MARK), (folder + 4060, MARK), (root + 3000, MARK)]);
    let kept = |disk: &Disk| {
        let folder = disk.path("folder");
        let opened = unseen(&folder).open_folder_here(folder.file_name().unwrap());
        let mut names = opened.unwrap().names().unwrap();
        names.sort();
        let told = fs::metadata(disk.path("folder")).unwrap();
        (names, told.mtime(), told.mtime_nsec(), told.atime(), told.size())
    };
    let before = kept(&disk);
    assert_eq!(disk.count(MARK), 3);
    let totals = entries(&disk);
    let expected = EntryTotals {
        folders: 4,
        cleared: 2,
        left: 0,
        not_looked: 0,
    };
    assert_eq!(totals, expected);
    assert_eq!(kept(&disk), before);
    // The file system's journal may hold the root as it was.
    let mark = |block: u64| disk.block(block).windows(MARK.len()).any(|at| at == MARK);
    assert!(!mark(folder) && !mark(root));
    assert_eq!(
        entries(&disk),
        EntryTotals {
            cleared: 0,
            ..expected
        }
    );
    assert_eq!(fs::read_dir(disk.at()).unwrap().count(), 3);
    disk.check(&["e2fsck", "-fn"]);
}

#[test]
fn what_splits_of_an_indexed_folder_leave_is_made_zero() {
    let Some(_alone) = alone_as_root() else { return };
    // The names fall into the same blocks each time: where they leave gaps too small for any name, some is left.
    let seed = "hash_seed=6b657368-6969-6e20-7465-737420736565";
    let mut disk = Disk::new(&["mkfs.ext4", "-q", "-b", "4096", "-N", "20000", "-E", seed]);
    let folder = disk.path("folder");
    fs::create_dir(&folder).unwrap();
    let name = |number: usize| format!("hisho-{number:05}-{}", "x".repeat(number % 23));
    for number in 0..6000 {
        File::create(folder.join(name(number))).unwrap();
    }
    // As other programs do it: of two of three files nothing is left but what splits have copied.
    for number in (0..6000).filter(|number| number % 3 > 0) {
        fs::remove_file(folder.join(name(number))).unwrap();
    }
    let size = fs::metadata(&folder).unwrap().size();
    let before = disk.names(&folder, size);
    assert!(before > 2100, "{before} copies of 2000 names");
    let totals = entries(&disk);
    let after = disk.names(&folder, size);
    println!("{totals:?}, {before} copies of names before, {after} after");
    assert_eq!((totals.folders, totals.cleared, totals.left), (3, 1, 0));
    assert_eq!(after, 2000);
    assert_eq!(fs::metadata(&folder).unwrap().size(), size);
    disk.check(&["e2fsck", "-fn"]);
    assert_eq!(fs::read_dir(disk.path("folder")).unwrap().count(), 2000);
}

impl Disk {
    /// How many names of the test stand in the blocks of a folder of `size` bytes.
    fn names(&self, folder: &Path, size: u64) -> usize {
        run("sync", &[]);
        let blocks = (0..size)
            .step_by(4096)
            .map(|at| self.block(self.place(folder, at)));
        let names = |block: Vec<u8>| block.windows(6).filter(|at| *at == b"hisho-").count();
        blocks.map(names).sum()
    }
}

#[test]
fn names_that_a_killed_run_left_are_removed_by_the_next() {
    let Some(_alone) = alone_as_root() else { return };
    let disk = Disk::new(&["mkfs.ext4", "-q"]);
    fs::create_dir(disk.path("folder")).unwrap();
    let anchor = disk.path(".keshiin-entries-0123456789abcdef");
    fs::write(&anchor, b"").unwrap();
    fs::set_permissions(&anchor, fs::Permissions::from_mode(0o600)).unwrap();
    for name in ["folder/Xy3k", "Zq8w"] {
        fs::hard_link(&anchor, disk.path(name)).unwrap();
    }
    // Somebody's own file of such a name is not empty.
    let own = disk.path(".keshiin-entries-fedcba9876543210");
    fs::write(&own, b"content").unwrap();
    fs::hard_link(&own, disk.path("folder/own")).unwrap();
    let totals = entries(&disk);
    assert_eq!((totals.folders, totals.left, totals.not_looked), (3, 0, 0));
    assert!(!anchor.exists() && !disk.path("Zq8w").exists() && !disk.path("folder/Xy3k").exists());
    assert!(own.exists() && disk.path("folder/own").exists());
}

#[test]
fn folders_of_other_file_systems_are_not_looked_at() {
    let Some(_alone) = alone_as_root() else { return };
    let disk = Disk::new(&["mkfs.xfs", "-q"]);
    fs::create_dir(disk.path("folder")).unwrap();
    let totals = entries(&disk);
    assert_eq!((totals.folders, totals.not_looked), (2, 2));
    assert_eq!(fs::read_dir(disk.at()).unwrap().count(), 1);
}
