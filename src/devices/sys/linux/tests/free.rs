//! The free space of file systems of the tests' own: taken whole, and given back.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use super::support::*;
use crate::devices::sys::linux::{free_calls, free_folder, stat};
use crate::devices::{
    ClearedSpace, ConfirmedSpace, DeviceError, FileBatch, Filler, InodeTotals, claim_files, clear_filler,
    clear_space, confirm_space, fill, look_free, remove_left_behind,
};
use crate::progress::StopSignal;
use crate::units::{ByteCount, ByteOffset};

/// A file system on a loop device of its own, mounted.
struct Made {
    mount: Mount,
    disk: Loop,
}

/// What the blocks hold that are free afterwards: each once, with its number.
const MARKER: &[u8] = b"keshiin-marker-of-a-free-block-";

impl Made {
    fn new(make: &[&str], size: u64) -> Self {
        let disk = Loop::new(size);
        let mut arguments = make[1..].to_vec();
        arguments.push(text(&disk.node));
        run(make[0], &arguments);
        let mount = Mount::new(&disk.node);
        Self { mount, disk }
    }

    fn ext4() -> Self {
        Self::new(&["mkfs.ext4", "-q", "-F"], 96 * MIB)
    }

    fn xfs() -> Self {
        Self::new(&["mkfs.xfs", "-q", "-f"], 320 * MIB)
    }

    fn at(&self) -> PathBuf {
        self.mount.at().canonicalize().unwrap()
    }

    fn tokens(&self) -> (ClearedSpace, ConfirmedSpace) {
        let cleared = clear_space(look_free(&self.at()).unwrap()).unwrap();
        let confirmed = confirm_space(&cleared, text(&self.at())).unwrap();
        (cleared, confirmed)
    }

    fn fill(&self, reserve: u64) -> Result<Filler, DeviceError> {
        let (cleared, confirmed) = self.tokens();
        let stop = StopSignal::default();
        fill(&cleared, &confirmed, ByteCount(reserve), &mut |_| {}, &stop)
    }

    /// What `statfs` tells.
    fn free(&self) -> u64 {
        let told = rustix::fs::statvfs(self.mount.at()).unwrap();
        told.f_bfree * told.f_frsize
    }

    /// What no file and no administration has.
    fn of_nobody(&self) -> u64 {
        let folder = File::open(self.mount.at()).unwrap();
        let device = fs::metadata(self.mount.at()).unwrap().dev() as u32;
        free_calls::bytes_of_nobody(&folder, device).unwrap()
    }

    fn inodes(&self) -> u64 {
        rustix::fs::statvfs(self.mount.at()).unwrap().f_ffree
    }

    /// Writes markers until nothing more can be written, and removes the file.
    fn mark(&self) {
        let path = self.at().join("marked");
        let mut file = File::create(&path).unwrap();
        for number in 0.. {
            let mut block = [0x2e; 4096];
            let line = [MARKER, format!("{number:08}").as_bytes()].concat();
            block[..line.len()].copy_from_slice(&line);
            if file.write_all(&block).is_err() {
                break;
            }
        }
        let _ = file.sync_all();
        drop(file);
        run("sync", &["-f", text(&self.at())]);
        fs::remove_file(path).unwrap();
        run("sync", &["-f", text(&self.at())]);
    }

    /// How many blocks of the device begin with the marker.
    fn marked(&self) -> usize {
        run("sync", &["-f", text(&self.at())]);
        run("blockdev", &["--flushbufs", text(&self.disk.node)]);
        let image = fs::read(&self.disk.file).unwrap();
        image.chunks(512).filter(|part| part.starts_with(MARKER)).count()
    }

    fn folders(&self) -> Vec<PathBuf> {
        look_free(&self.at()).unwrap().left_behind
    }
}

/// Writes everything that the filler has with one byte, and removes the files as an erasure does.
fn overwrite(filler: &Filler) {
    let (cleared, confirmed) = clear_filler(filler, &StopSignal::default()).unwrap();
    for claimed in claim_files(cleared, &confirmed).unwrap() {
        assert_eq!(claimed.refused, []);
        let mut batch = claimed.batch.unwrap();
        let named = fs::read_dir(filler.folder()).unwrap().count();
        assert_eq!(named, 1, "only the mark has a name");
        write(&mut *batch);
        assert_eq!(batch.moved().unwrap(), [0; 0]);
        let all: Vec<_> = (0..batch.files().len()).collect();
        assert!(
            batch
                .remove(&all)
                .iter()
                .all(|one| one.is_ok_and(|one| one.unlinked))
        );
    }
}

fn write(batch: &mut dyn FileBatch) {
    let mut stream = batch.stream();
    let mut buffer = Aligned::new(MIB as usize, 0xa5);
    let total = batch.segments().last().map_or(0, |last| last.range.end());
    let mut at = 0;
    while at < total {
        let piece = (total - at).min(MIB) as usize;
        at += stream.write_at(ByteOffset(at), &buffer.get()[..piece]).unwrap() as u64;
    }
    stream.flush().unwrap();
}

#[test]
fn every_free_block_of_ext4_is_given_to_files_and_written_over() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::ext4();
    fs::write(made.at().join("kept"), b"a file that stays").unwrap();
    made.mark();
    let (free, inodes, marked) = (made.free(), made.inodes(), made.marked());
    assert!(marked > 1000, "{marked}");
    let filler = made.fill(0).unwrap();
    assert_eq!(
        (filler.left_over(), made.free(), made.of_nobody()),
        (ByteCount(0), 0, 0)
    );
    assert!(filler.taken().0 > free - MIB && filler.taken().0 <= free);
    // The folder and its mark have one each.
    let all = InodeTotals {
        free_before: Some(inodes - 2),
        taken: inodes - 2,
        left: 0,
    };
    assert_eq!(filler.inodes(), all);
    // A few became blocks of the administration.
    assert!(made.marked() > marked - 100, "only taken so far");
    overwrite(&filler);
    assert_eq!(made.marked(), 0);
    filler.remove().unwrap();
    assert_eq!((made.free(), made.inodes()), (free, inodes));
    assert_eq!(made.folders(), [""; 0].map(PathBuf::from));
    assert_eq!(fs::read(made.at().join("kept")).unwrap(), b"a file that stays");
}

#[test]
fn fragmented_free_blocks_of_ext4_can_be_written_when_nothing_is_left() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::ext4();
    let path = |number: u32| made.at().join(format!("small{number}"));
    let count = (0..)
        .take_while(|number| fs::write(path(*number), [7; 4096]).is_ok())
        .count() as u32;
    assert!(count > 5000, "{count}");
    run("sync", &["-f", text(&made.at())]);
    // The last one had no room any more.
    let _ = fs::remove_file(path(count));
    (0..count)
        .step_by(2)
        .for_each(|number| fs::remove_file(path(number)).unwrap());
    let filler = made.fill(0).unwrap();
    assert_eq!(filler.left_over(), ByteCount(0));
    overwrite(&filler);
    filler.remove().unwrap();
    assert!(
        (1..count)
            .step_by(2)
            .all(|number| fs::read(path(number)).unwrap() == [7; 4096])
    );
}

#[test]
fn what_xfs_keeps_for_itself_is_told_as_left() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::xfs();
    made.mark();
    let (free, before) = (made.free(), made.of_nobody());
    assert!(before > free, "statfs leaves out what XFS keeps");
    let marked = made.marked();
    let filler = made.fill(0).unwrap();
    assert_eq!(made.free(), 0);
    assert_eq!(filler.left_over(), ByteCount(made.of_nobody()));
    let left = filler.left_over().0;
    assert!(left > 0 && left < 24 * MIB, "{left}");
    overwrite(&filler);
    assert!(
        made.marked() as u64 * 4096 <= left,
        "{} of {marked}",
        made.marked()
    );
    filler.remove().unwrap();
    run("sync", &["-f", text(&made.at())]);
    assert!(made.of_nobody().abs_diff(before) < MIB);
    let folder = File::open(made.at()).unwrap();
    assert!(free_calls::xfs_reserved(&folder).unwrap() > 1024, "put back");
}

#[test]
fn inodes_of_removed_files_of_xfs_are_written_over() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::xfs();
    let target = format!("secret-target-{}", "x".repeat(300));
    for part in 0..8 {
        let folder = made.at().join(format!("part{part}"));
        fs::create_dir(&folder).unwrap();
        (0..200).for_each(|number| symlink(&target, folder.join(number.to_string())).unwrap());
    }
    // Inodes are written to their places only when there is need.
    let settle = || {
        run("xfs_freeze", &["-f", text(&made.at())]);
        run("xfs_freeze", &["-u", text(&made.at())]);
    };
    settle();
    for part in 0..8 {
        let folder = made.at().join(format!("part{part}"));
        // The last is kept, so that the chunks of inodes stay.
        (0..200).filter(|number| number % 16 != 0).for_each(|number| {
            fs::remove_file(folder.join(number.to_string())).unwrap();
        });
    }
    let count = || {
        settle();
        let image = fs::read(&made.disk.file).unwrap();
        // Inodes lie at multiples of their size, and what is stored in one behind its fields.
        image
            .chunks(512)
            .filter(|inode| inode[176..].starts_with(b"secret-target-"))
            .count()
    };
    let (kept, before) = (8 * 13_u64, count());
    assert!(before >= 8 * 200, "{before}");
    let filler = made.fill(0).unwrap();
    let told = filler.inodes();
    assert!(told.taken > 1400 && told.left < 32, "{told:?}");
    filler.remove().unwrap();
    let after = count() as u64;
    // Those of the run's own folders hold what they held, and the journal holds some of all that was written.
    let in_journal = before as u64 - 8 * 200;
    assert!(
        after <= kept + told.left + 2 + in_journal,
        "{after} of {before}: {told:?}"
    );
}

#[test]
fn the_reserve_stays_free() {
    let Some(_alone) = alone_as_root() else { return };
    for made in [Made::ext4(), Made::xfs()] {
        let filler = made.fill(16 * MIB).unwrap();
        let told = rustix::fs::statvfs(made.mount.at()).unwrap();
        let available = told.f_bavail * told.f_frsize;
        assert!((16 * MIB..17 * MIB).contains(&available), "{available}");
        assert!(filler.left_over().0 >= 16 * MIB);
        assert!(made.inodes() >= 1000, "some inodes stay as well");
        overwrite(&filler);
        filler.remove().unwrap();
    }
}

#[test]
fn a_stop_in_the_midst_leaves_nothing() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::ext4();
    let (free, inodes) = (made.free(), made.inodes());
    let (cleared, confirmed) = made.tokens();
    for at in [0, 1] {
        let stop = StopSignal::default();
        let mut told = 0;
        if at == 0 {
            stop.raise();
        }
        let answer = fill(
            &cleared,
            &confirmed,
            ByteCount(0),
            &mut |_| stop_after(&mut told, &stop),
            &stop,
        );
        assert_eq!(answer.err(), Some(DeviceError::FillStopped));
        assert_eq!(
            (made.free(), made.inodes(), made.folders().len()),
            (free, inodes, 0)
        );
    }
    drop(made.fill(0).unwrap());
    assert_eq!((made.free(), made.folders().len()), (free, 0), "dropped");
}

fn stop_after(told: &mut u32, stop: &StopSignal) {
    *told += 1;
    if *told == 1 {
        stop.raise();
    }
}

#[test]
fn what_a_killed_run_left_is_recognised_and_nothing_else() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::ext4();
    let free = made.free();
    let left = made.at().join(".keshiin-free-0123456789abcdef");
    let private = |path: &Path| fs::set_permissions(path, fs::Permissions::from_mode(0o700)).unwrap();
    let begun = || {
        fs::create_dir(&left).unwrap();
        private(&left);
        File::create(left.join(free_folder::MARK)).unwrap();
        fs::write(left.join("f0000000"), vec![1; 3 << 20]).unwrap();
        fs::write(left.join("Xb71kPq0"), b"renamed").unwrap();
        fs::create_dir(left.join("i0000000")).unwrap();
        File::create(left.join("i0000000/n0000001")).unwrap();
        symlink("nowhere", left.join("i0000000/n0000002")).unwrap();
    };
    begun();
    let remove = || {
        let (cleared, confirmed) = made.tokens();
        assert_eq!(cleared.facts().left_behind, std::slice::from_ref(&left));
        remove_left_behind(&cleared, &confirmed, &StopSignal::default())
    };
    let refused = |how: &str, make: &dyn Fn(), undo: &dyn Fn()| {
        make();
        let code = remove().map_err(|error| error.code());
        assert_eq!(code, Err("DEV-NOT-LEFT-BEHIND"), "{how}");
        undo();
        assert_eq!(fs::read(left.join("f0000000")).unwrap().len(), 3 << 20, "{how}");
    };
    let photo = left.join("photo.jpg");
    refused("foreign", &|| fs::write(&photo, b"x").unwrap(), &|| {
        fs::remove_file(&photo).unwrap()
    });
    let link = left.join("f0000009");
    refused("link", &|| symlink("/etc", &link).unwrap(), &|| {
        fs::remove_file(&link).unwrap()
    });
    let other = made.at().join("other");
    refused(
        "two names",
        &|| fs::hard_link(left.join("f0000000"), &other).unwrap(),
        &|| {
            fs::remove_file(&other).unwrap();
        },
    );
    let open = || fs::set_permissions(&left, fs::Permissions::from_mode(0o755)).unwrap();
    refused("open to all", &open, &|| private(&left));
    let mark = left.join(free_folder::MARK);
    refused("no mark", &|| fs::remove_file(&mark).unwrap(), &|| {
        File::create(&mark).unwrap();
    });
    let content = left.join("i0000000/n0000001");
    refused("content", &|| fs::write(&content, b"x").unwrap(), &|| {
        fs::write(&content, b"").unwrap()
    });
    let owner = |user| std::os::unix::fs::chown(&left, Some(user), None).unwrap();
    refused("another's", &|| owner(1234), &|| owner(0));
    assert!(remove().unwrap().0 >= 3 << 20);
    assert_eq!((made.free(), made.folders().len()), (free, 0));
    fs::write(&left, b"a file of that name").unwrap();
    assert_eq!(remove().map_err(|error| error.code()), Err("DEV-NOT-LEFT-BEHIND"));
    fs::remove_file(&left).unwrap();
    symlink("/tmp", &left).unwrap();
    assert_eq!(remove().map_err(|error| error.code()), Err("DEV-NOT-LEFT-BEHIND"));
}

#[test]
fn a_claimed_filler_ends_with_its_batch() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::ext4();
    let free = made.free();
    let filler = made.fill(0).unwrap();
    let (cleared, confirmed) = clear_filler(&filler, &StopSignal::default()).unwrap();
    let claimed: Vec<_> = claim_files(cleared, &confirmed).unwrap().collect();
    assert_eq!(made.free(), 0);
    // As a killed program does: everything is closed, and nothing is removed.
    drop(claimed);
    run("sync", &["-f", text(&made.at())]);
    assert!(made.free() > free - MIB, "{} of {free}", made.free());
    filler.remove().unwrap();
    assert_eq!(made.free(), free);
}

#[test]
fn the_folder_of_a_run_that_goes_on_is_not_touched() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::ext4();
    let filler = made.fill(8 * MIB).unwrap();
    let (cleared, confirmed) = made.tokens();
    let path = filler.folder().to_owned();
    assert_eq!(cleared.facts().left_behind, std::slice::from_ref(&path));
    let answer = remove_left_behind(&cleared, &confirmed, &StopSignal::default());
    assert_eq!(answer, Err(DeviceError::Locked { path: path.clone() }));
    let mut foreign = OpenOptions::new();
    let foreign = foreign
        .create(true)
        .append(true)
        .open(path.join("f9999999"))
        .unwrap();
    let refusals = clear_filler(&filler, &StopSignal::default()).unwrap_err();
    assert_eq!(codes(&refusals), ["DEV-FILE-CHANGING", "DEV-HELD"]);
    drop(foreign);
    filler.remove().unwrap();
    assert_eq!(made.folders().len(), 0);
}

#[test]
fn what_cannot_be_proven_or_is_not_a_whole_file_system_is_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let codes_of = |at: &Path| match look_free(at).and_then(clear_space) {
        Ok(_) => Vec::new(),
        Err(refusals) => codes(&refusals),
    };
    let made = Made::ext4();
    let below = made.at().join("below");
    fs::create_dir(&below).unwrap();
    let refusal = DeviceError::NotAMountPoint {
        path: below.clone(),
        mount_point: made.at(),
    };
    assert_eq!(look_free(&below), Err(vec![refusal]));
    let link = folder_on_disk();
    let link = link.path().join("link");
    symlink(made.at(), &link).unwrap();
    assert_eq!(
        look_free(&link).unwrap().mount_point,
        made.at(),
        "a link to it is followed"
    );
    assert_eq!(
        stat::stat(&link).unwrap().device,
        look_free(&link).unwrap().system.number
    );
    let memory = Path::new("/dev/shm");
    assert_eq!(codes_of(memory), ["DEV-MEMORY-FILE-SYSTEM"]);
    run("mount", &["-o", "remount,ro", text(&made.at())]);
    assert_eq!(codes_of(&made.at()), ["DEV-READ-ONLY-FILE-SYSTEM"]);
    run("mount", &["-o", "remount,rw", text(&made.at())]);
    assert_eq!(codes_of(&made.at()), [""; 0]);
    let journalled = Loop::new(64 * MIB);
    run("mkfs.ext4", &["-q", "-F", text(&journalled.node)]);
    let journalled = (Mount::with(&journalled.node, &["-o", "data=journal"]), journalled);
    assert_eq!(
        codes_of(&journalled.0.at().canonicalize().unwrap()),
        ["DEV-DATA-JOURNAL"]
    );
    let copying = Made::new(&["mkfs.btrfs", "-q", "-f"], 128 * MIB);
    assert_eq!(codes_of(&copying.at()), ["DEV-COPY-ON-WRITE"]);
}

#[test]
fn only_the_mount_point_confirms() {
    let Some(_alone) = alone_as_root() else { return };
    let (made, other) = (Made::ext4(), Made::ext4());
    let (cleared, _) = made.tokens();
    let at = made.at();
    let typed = |typed: &str| confirm_space(&cleared, typed).is_ok();
    assert!(typed(text(&at)) && typed(&format!(" {}/ ", text(&at))));
    for wrong in [
        "",
        "/",
        "yes",
        text(&at).trim_start_matches('/'),
        text(&other.at()),
    ] {
        assert!(!typed(wrong), "{wrong}");
    }
    let (_, confirmed) = other.tokens();
    let stop = StopSignal::default();
    let answer = fill(&cleared, &confirmed, ByteCount(0), &mut |_| {}, &stop);
    assert_eq!(answer.err(), Some(DeviceError::ConfirmedAnother));
}
