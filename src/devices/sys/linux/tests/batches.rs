//! Batches of files on file systems of the tests' own: written through the files, read at the block device.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{FileExt, MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::support::*;
use crate::devices::sys::linux::file_batch::claim_batch;
use crate::devices::sys::linux::file_names::remove_folders;
use crate::devices::sys::linux::{extents, stat};
use crate::devices::{
    Blindness, DeviceError, FileBatch, FileFacts, FileSystemFacts, FolderFacts, InPlace, Intrusion, IoEngine,
    IoFailure, NameTrace, ReadPath, Removal, Sight, Target, claim_files, clear_files, confirm_files, survey,
};
use crate::progress::StopSignal;
use crate::units::{BlockSize, ByteCount, ByteOffset};

const REMOVED: Removal = Removal {
    renamed: true,
    truncated: true,
    unlinked: true,
    flushed: Ok(()),
};

/// A file system on a loop device of its own, mounted.
struct Made {
    mount: Mount,
    disk: Loop,
    system: FileSystemFacts,
}

impl Made {
    fn new(make: &[&str], size: u64) -> Self {
        let disk = Loop::new(size);
        let mut arguments = make[1..].to_vec();
        arguments.push(text(&disk.node));
        run(make[0], &arguments);
        let mount = Mount::new(&disk.node);
        let number = disk.facts().number.unwrap();
        let block = rustix::fs::statvfs(mount.at()).unwrap().f_bsize;
        let system = FileSystemFacts {
            number,
            name: make[0].trim_start_matches("mkfs.").to_owned(),
            mount_point: mount.at().to_owned(),
            block: BlockSize::new(block as u32).unwrap(),
            in_place: InPlace::Yes,
            journals_data: false,
            read_only: false,
            sight: Sight::Device {
                node: disk.node.clone(),
                number,
            },
            medium: None,
            snapshots: Vec::new(),
        };
        Self { mount, disk, system }
    }

    fn ext4(block: &str) -> Self {
        Self::new(&["mkfs.ext4", "-q", "-F", "-b", block], 64 * MIB)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.mount.at().join(name)
    }

    /// Writes a file with content that no other has, and waits until it is on the device.
    fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        File::open(&path).unwrap().sync_all().unwrap();
        path
    }

    fn batch(&self, paths: &[PathBuf]) -> Result<Box<dyn FileBatch>, DeviceError> {
        let files = paths.iter().map(|path| facts(path, &self.system)).collect();
        claim(&self.system, files, &[])
    }

    /// How often `wanted` stands in the file under the loop device.
    fn count(&self, wanted: &[u8]) -> usize {
        run("sync", &["-f", text(self.mount.at())]);
        run("blockdev", &["--flushbufs", text(&self.disk.node)]);
        let image = fs::read(&self.disk.file).unwrap();
        let empty = [0; 4096];
        let mut found = 0;
        for start in (0..image.len()).step_by(empty.len()) {
            let end = image.len().min(start + empty.len());
            // Most of an image was never written.
            if image[start..end] != empty[..end - start] {
                let with_rest = &image[start..image.len().min(end + wanted.len() - 1)];
                found += with_rest
                    .windows(wanted.len())
                    .filter(|window| window[0] == wanted[0] && *window == wanted)
                    .count();
            }
        }
        found
    }
}

/// A batch of all the files, or the first refusal.
fn claim(
    system: &FileSystemFacts,
    files: Vec<FileFacts>,
    further: &[(usize, PathBuf)],
) -> Result<Box<dyn FileBatch>, DeviceError> {
    let (batch, refused) = claim_batch(system, files, further)?;
    refused
        .into_iter()
        .next()
        .map_or(Ok(batch), |(_, error)| Err(error))
}

/// A file system in memory.
fn memory(at: &Path) -> FileSystemFacts {
    FileSystemFacts {
        number: stat::stat(at).unwrap().device,
        name: "tmpfs".to_owned(),
        mount_point: at.to_owned(),
        block: BlockSize::new(4096).unwrap(),
        in_place: InPlace::Memory,
        journals_data: false,
        read_only: false,
        sight: Sight::None {
            why: Blindness::Memory,
        },
        medium: None,
        snapshots: Vec::new(),
    }
}

fn facts(path: &Path, system: &FileSystemFacts) -> FileFacts {
    let file = File::open(path).unwrap();
    let told = file.metadata().unwrap();
    let layout = extents::layout(&file, system).unwrap();
    FileFacts {
        path: path.to_owned(),
        system: 0,
        identity: (told.dev(), told.ino()),
        size: ByteCount(told.size()),
        links: told.nlink(),
        changed: (told.ctime(), told.ctime_nsec() as u32),
        untold: layout.untold,
        extents: layout.extents,
        storing: layout.storing,
    }
}

/// Content of `length` bytes in which `mark` stands at the beginning of every 512.
fn content(mark: &str, length: usize) -> Vec<u8> {
    let mut all = vec![b'.'; length];
    for piece in all.chunks_mut(512) {
        let count = mark.len().min(piece.len());
        piece[..count].copy_from_slice(&mark.as_bytes()[..count]);
    }
    all
}

/// Writes the whole stream with a queue, and reads it back with the queue.
fn overwrite(target: &mut dyn Target, byte: u8) -> Vec<u8> {
    let size = target.size().0;
    let block = u64::from(target.block_size().bytes());
    let mut queue = target.queue(ByteCount(MIB)).unwrap();
    let many = "many-files".to_owned();
    assert_eq!(queue.shape().engine, IoEngine::Threads { reason: many });
    let piece = queue.shape().piece.0 / block * block;
    let mut all = Vec::new();
    for write in [true, false] {
        if !write {
            target.flush().unwrap();
            target.prepare_read_back();
        }
        let mut at = 0;
        while at < size {
            let length = piece.min(size - at) as usize;
            queue.buffer().unwrap().1[..length].fill(if write { byte } else { 0xee });
            match write {
                true => queue.write(ByteOffset(at), length).unwrap(),
                false => queue.read(ByteOffset(at), length).unwrap(),
            }
            let retired = queue.retire(Duration::from_secs(60)).unwrap();
            assert_eq!((retired.offset.0, retired.result), (at, Ok(length)));
            if !write {
                all.extend_from_slice(retired.bytes);
            }
            at += length as u64;
        }
    }
    all
}

/// Reads all content through the batch, holds it against `old`, the bytes of the stream, and says how much each file had.
fn content_seen(batch: &mut dyn FileBatch, old: &[u8]) -> [u64; 4] {
    let mut seen = [0; 4];
    let mut buffer = Aligned::new(MIB as usize, 0);
    for segment in batch.segments().to_vec() {
        let mut at = segment.range.start.0;
        while at < segment.range.end() {
            let count = batch.read_content(ByteOffset(at), buffer.get()).unwrap();
            let place = at as usize..at as usize + count;
            assert!(
                buffer.get()[..count] == old[place],
                "content at {at} is what the device has"
            );
            seen[segment.file] += count as u64;
            if count == 0 {
                break;
            }
            at += count as u64;
        }
    }
    seen
}

fn goes_through_and_is_gone(made: &Made, names_are_seen: NameTrace) {
    let sizes = [
        ("large", 3 * MIB as usize + 77),
        ("tiny-one", 5),
        ("middling", 70_000),
        ("empty-one", 0),
    ];
    let paths: Vec<_> = sizes
        .iter()
        .map(|(name, size)| made.write(&format!("{name}.secret"), &content("MARKED-SECRET", *size)))
        .collect();
    made.write("neighbour.kept", &content("NEIGHBOUR", 9000));
    let (before, neighbour) = (made.count(b"MARKED-SECRET"), made.count(b"NEIGHBOUR"));
    assert!(before > 6000 && neighbour >= 18, "{before} {neighbour}");

    let mut batch = made.batch(&paths).unwrap();
    let mut target = batch.stream();
    let block = u64::from(batch.block().bytes());
    let whole: u64 = sizes
        .iter()
        .map(|(_, size)| (*size as u64).next_multiple_of(block))
        .sum();
    assert_eq!(target.size().0, whole);
    let old = read_all(target.as_mut());
    assert_eq!(
        content_seen(batch.as_mut(), &old),
        sizes.map(|(_, size)| size as u64)
    );
    assert_eq!(target.look_again(), []);

    let read = overwrite(target.as_mut(), 0xa7);
    assert!(read.len() as u64 == whole && read.iter().all(|byte| *byte == 0xa7));
    assert_eq!(target.prepare_read_back(), ReadPath::BackingFileUncached);
    assert_eq!((batch.moved(), target.look_again()), (Ok(vec![]), vec![]));
    assert_eq!(made.count(b"MARKED-SECRET"), 0, "gone from the medium");
    assert_eq!(made.count(b"NEIGHBOUR"), neighbour, "others are left alone");

    let all = [0, 1, 2, 3];
    assert_eq!(batch.remove(&all), vec![Ok(REMOVED); 4]);
    assert_eq!(batch.name_traces(&all), vec![names_are_seen; 4]);
    let left: Vec<_> = fs::read_dir(made.mount.at())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "lost+found")
        .collect();
    assert_eq!(left, ["neighbour.kept"]);
    assert_eq!(
        fs::read(made.path("neighbour.kept")).unwrap(),
        content("NEIGHBOUR", 9000)
    );
}

#[test]
fn files_are_overwritten_where_they_lie_and_their_names_are_gone() {
    let Some(_alone) = alone_as_root() else { return };
    for block in ["1024", "4096"] {
        goes_through_and_is_gone(&Made::ext4(block), NameTrace::Gone);
    }
    let xfs = Made::new(&["mkfs.xfs", "-q", "-f"], 320 * MIB);
    goes_through_and_is_gone(&xfs, NameTrace::NotSeen);
}

#[test]
fn files_in_memory_go_through_the_files() {
    let Some(_alone) = alone_as_root() else { return };
    let folder = folder_in_memory();
    let path = folder.path().join("in-memory");
    fs::write(&path, content("MARKED", 10_000)).unwrap();
    let system = memory(folder.path());
    let mut batch = claim(&system, vec![facts(&path, &system)], &[]).unwrap();
    let mut target = batch.stream();
    assert_eq!(target.size().0, 12_288);
    let mut buffer = Aligned::new(65_536, 1);
    assert_eq!(batch.read_content(ByteOffset(0), buffer.get()), Ok(10_000));
    assert_eq!(buffer.get()[..10_000], content("MARKED", 10_000));
    assert_eq!(batch.read_content(ByteOffset(10_000), buffer.get()), Ok(0));
    assert!(overwrite(target.as_mut(), 0x3c).iter().all(|byte| *byte == 0x3c));
    assert_eq!(target.prepare_read_back(), ReadPath::Memory);
    assert_eq!(fs::metadata(&path).unwrap().len(), 12_288);
    assert_eq!(batch.moved(), Ok(vec![]));
    assert_eq!(batch.remove(&[0]), [Ok(REMOVED)]);
    assert_eq!(batch.name_traces(&[0]), [NameTrace::NotSeen]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_was_moved_is_noticed_and_the_old_place_is_read() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::ext4("4096");
    let paths = [
        made.write("stays", &content("STAYS", 40_960)),
        made.write("moves", &content("MOVES-AWAY", 40_960)),
    ];
    let batch = made.batch(&paths).unwrap();
    let mut target = batch.stream();
    assert_eq!(batch.segments().len(), 2);
    // Nobody else gets at a file for as long as the batch has its lease.
    let held = rustix::fs::open(
        &paths[1],
        rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NONBLOCK,
        rustix::fs::Mode::empty(),
    );
    assert_eq!(
        held.err(),
        Some(rustix::io::Errno::AGAIN),
        "the lease stands in the way"
    );
    assert_eq!(target.look_again().len(), 1, "and tells of it");
    drop((target, batch));
    let mut batch = made.batch(&paths).unwrap();
    let mut target = batch.stream();
    // Cutting out the first block of a file moves all that is behind it within the file.
    let own = own_descriptor(&paths[1]);
    rustix::fs::fallocate(&own, rustix::fs::FallocateFlags::COLLAPSE_RANGE, 0, 4096).unwrap();
    drop(own);
    assert_eq!(batch.moved(), Ok(vec![1]));
    let read = overwrite(target.as_mut(), 0x11);
    assert!(read[..40_960].iter().all(|byte| *byte == 0x11));
    assert!(
        !read[40_960..].iter().all(|byte| *byte == 0x11),
        "the place that it had is read, not the one that it has"
    );
    assert_eq!(batch.moved(), Ok(vec![1]));
}

#[test]
fn what_is_not_written_out_yet_is_not_called_inline() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::new(
        &["mkfs.ext4", "-q", "-F", "-I", "256", "-O", "inline_data"],
        64 * MIB,
    );
    let (large, small) = (made.path("large"), made.path("small"));
    fs::write(&large, content("MARKED", 8192)).unwrap();
    fs::write(&small, b"tiny").unwrap();
    let inline = |path: &Path| facts(path, &made.system).storing.inline;
    assert_eq!((inline(&large), inline(&small)), (false, true));
}

#[test]
fn a_file_that_got_another_name_meanwhile_is_not_gone() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::ext4("4096");
    let paths = [
        made.write("known.secret", &content("MARKED", 8192)),
        made.write("other.secret", &content("MARKED", 8192)),
    ];
    let mut batch = made.batch(&paths).unwrap();
    // A lease does not stand in the way of a new name.
    let new = made.path("given-meanwhile");
    fs::hard_link(&paths[0], &new).unwrap();
    let removed = batch.remove(&[0, 1]);
    let kept = Removal {
        renamed: false,
        unlinked: false,
        ..REMOVED
    };
    assert_eq!(removed, [Ok(kept), Ok(REMOVED)]);
    assert_eq!(fs::metadata(&new).unwrap().len(), 0);
    assert!(!paths[0].exists() && !paths[1].exists());
}

/// A second descriptor of this process on a file that it has open already, by the same open file.
fn own_descriptor(path: &Path) -> File {
    let told = fs::metadata(path).unwrap();
    for entry in fs::read_dir("/proc/self/fd").unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let found = fs::metadata(format!("/proc/self/fd/{name}"));
        if found.is_ok_and(|found| (found.dev(), found.ino()) == (told.dev(), told.ino())) {
            return borrowed(name.parse().unwrap());
        }
    }
    panic!("not open");
}

#[expect(unsafe_code, reason = "a descriptor that the process has, by its number")]
fn borrowed(number: i32) -> File {
    // SAFETY: the batch that owns the descriptor is alive and has it open.
    let owned = unsafe { std::os::fd::BorrowedFd::borrow_raw(number) };
    File::from(owned.try_clone_to_owned().unwrap())
}

#[test]
fn a_file_that_is_not_what_was_found_is_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::ext4("4096");
    let path = made.write("found", &content("FOUND", 8192));
    let found = facts(&path, &made.system);
    let code = |facts: &FileFacts| {
        let claimed = claim(&made.system, vec![facts.clone()], &[]);
        claimed.err().map(|error| error.code())
    };
    assert_eq!(code(&found), None);
    // Written again, with the same size.
    std::thread::sleep(Duration::from_millis(20));
    fs::write(&path, content("OTHER", 8192)).unwrap();
    assert_eq!(code(&found), Some("DEV-IDENTITY-CHANGED"));
    // Another file in its place.
    let other = made.write("other", &content("OTHER", 8192));
    fs::rename(&other, &path).unwrap();
    assert_eq!(code(&found), Some("DEV-IDENTITY-CHANGED"));
    // A link in its place.
    let aim = made.write("aim", &content("FOUND", 8192));
    fs::remove_file(&path).unwrap();
    symlink(&aim, &path).unwrap();
    assert_eq!(
        code(&FileFacts {
            path: path.clone(),
            ..facts(&aim, &made.system)
        }),
        Some("DEV-IDENTITY-CHANGED")
    );
    fs::remove_file(&path).unwrap();
    assert_eq!(code(&found), Some("DEV-IDENTITY-CHANGED"));
    // Someone has it open.
    let facts = facts(&aim, &made.system);
    let open = File::open(&aim).unwrap();
    assert_eq!(code(&facts), Some("DEV-HELD-BY-SOMEBODY"));
    drop(open);
    assert_eq!(code(&facts), None);
    assert_eq!(
        fs::read(&aim).unwrap(),
        content("FOUND", 8192),
        "nothing was written"
    );
}

#[test]
fn holes_and_room_never_written_keep_their_kind() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::ext4("4096");
    let path = made.path("sparse");
    let file = File::create_new(&path).unwrap();
    file.write_all_at(&content("SPARSE-DATA", 4096), 8192).unwrap();
    file.write_all_at(&content("SPARSE-DATA", 100), 1 << 20).unwrap();
    rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::KEEP_SIZE, 2 << 20, 65_536).unwrap();
    file.sync_all().unwrap();
    drop(file);
    let mut batch = made.batch(std::slice::from_ref(&path)).unwrap();
    let told: Vec<_> = batch
        .segments()
        .iter()
        .map(|segment| (segment.logical.0, segment.range.length.0, segment.unwritten))
        .collect();
    assert_eq!(
        told,
        [
            (8192, 4096, false),
            (1 << 20, 4096, false),
            (2 << 20, 65_536, true)
        ]
    );
    let mut target = batch.stream();
    assert!(overwrite(target.as_mut(), 0x42).iter().all(|byte| *byte == 0x42));
    assert_eq!(batch.moved(), Ok(vec![]));
    assert_eq!(made.count(b"SPARSE-DATA"), 0);
}

#[test]
fn all_names_of_a_file_go_and_folders_after_them() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::ext4("1024");
    fs::create_dir_all(made.path("outer-folder/inner-folder")).unwrap();
    let path = made.write("outer-folder/inner-folder/first-name", b"linked");
    let second = made.path("outer-folder/second-name");
    fs::hard_link(&path, &second).unwrap();
    let kept = made.path("kept-folder");
    fs::create_dir(&kept).unwrap();
    made.write("kept-folder/inside", b"stays");
    let found = facts(&path, &made.system);
    let mut batch = claim(&made.system, vec![found], &[(0, second)]).unwrap();
    assert_eq!(batch.remove(&[0]), [Ok(REMOVED)]);
    assert_eq!(batch.name_traces(&[0]), [NameTrace::Gone]);
    drop(batch);
    let folder = |path: PathBuf, depth| {
        let told = fs::metadata(&path).unwrap();
        FolderFacts {
            path,
            system: 0,
            identity: (told.dev(), told.ino()),
            depth,
        }
    };
    let outer = made.path("outer-folder");
    let folders = [
        folder(outer.clone(), 1),
        folder(outer.join("inner-folder"), 2),
        folder(kept.clone(), 1),
    ];
    assert_eq!(remove_folders(&folders), [Ok(true), Ok(true), Ok(false)]);
    assert!(!outer.exists() && kept.join("inside").exists());
    assert_eq!(
        remove_folders(&folders[..1])[0]
            .as_ref()
            .map_err(DeviceError::code),
        Err("DEV-IDENTITY-CHANGED")
    );
}

#[test]
fn a_file_loses_its_length_before_its_name() {
    let Some(_alone) = alone_as_root() else { return };
    // Whoever is killed in between leaves an empty file, under whichever name.
    let made = Made::ext4("4096");
    let folder = made.path("folder");
    fs::create_dir(&folder).unwrap();
    let path = made.write("folder/own-name", &[7; 9000]);
    let mut batch = made.batch(std::slice::from_ref(&path)).unwrap();
    run("chattr", &["+a", text(&folder)]);
    let answers = batch.remove(&[0]);
    run("chattr", &["-a", text(&folder)]);
    assert_eq!(answers, [Err(IoFailure::Other { errno: libc::EPERM })]);
    assert_eq!(fs::metadata(&path).unwrap().len(), 0);
    assert_eq!(batch.remove(&[0]), [Ok(REMOVED)]);
    assert!(!path.exists());
}

#[test]
fn a_name_that_is_there_again_is_not_taken_for_gone() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::ext4("4096");
    let paths = ["taken-away", "part-of", "still-there"].map(|name| made.write(name, b"content"));
    made.write("a-part-of-this", b"another");
    let mut batch = made.batch(&paths).unwrap();
    // Not removed: its name stands in the folder and nothing else has it.
    assert_eq!(batch.remove(&[0, 1]), vec![Ok(REMOVED); 2]);
    assert_eq!(
        batch.name_traces(&[0, 1, 2]),
        [NameTrace::Gone, NameTrace::NotSeen, NameTrace::NotSeen]
    );
    // Somebody else took its name: it is left alone.
    fs::remove_file(&paths[2]).unwrap();
    fs::write(&paths[2], b"of somebody else").unwrap();
    assert!(batch.remove(&[2])[0].is_err());
    assert_eq!(fs::read(&paths[2]).unwrap(), b"of somebody else");
}

#[test]
fn somebody_who_opens_a_file_meanwhile_is_told() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::ext4("4096");
    let path = made.write("watched", &content("WATCHED", 4096));
    let batch = made.batch(std::slice::from_ref(&path)).unwrap();
    let mut target = batch.stream();
    assert_eq!(target.look_again(), []);
    let refused = OpenOptions::new()
        .read(true)
        .custom_flags_nonblocking()
        .open(&path);
    assert!(refused.is_err());
    assert!(matches!(
        target.look_again()[..],
        [Intrusion::CouldNotTell { .. } | Intrusion::HeldBy { .. }]
    ));
}

trait Nonblocking {
    fn custom_flags_nonblocking(&mut self) -> &mut Self;
}

impl Nonblocking for OpenOptions {
    fn custom_flags_nonblocking(&mut self) -> &mut Self {
        std::os::unix::fs::OpenOptionsExt::custom_flags(self, libc::O_NONBLOCK)
    }
}

/// What a run does: look, clear, confirm, claim, overwrite, look again, remove.
#[test]
fn cleared_files_are_claimed_in_batches_and_their_folders_go_last() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::ext4("4096");
    let root = made.path("to-be-erased");
    let wanted = 150;
    for index in 0..wanted {
        let folder = root.join(format!("folder-{}", index % 7));
        fs::create_dir_all(&folder).unwrap();
        fs::write(
            folder.join(format!("file-number-{index}")),
            content("MANY-FILES", 3000 + index),
        )
        .unwrap();
    }
    fs::write(root.join("nothing-in-it"), b"").unwrap();
    fs::hard_link(root.join("folder-1/file-number-1"), root.join("second-name")).unwrap();
    run("sync", &["-f", text(made.mount.at())]);
    assert!(made.count(b"MANY-FILES") > 800);

    let found = survey(std::slice::from_ref(&root), true, &StopSignal::default());
    let cleared = clear_files(found, &[], false).unwrap();
    let confirmed = confirm_files(&cleared, "151").unwrap();
    let mut batches = claim_files(cleared, &confirmed).unwrap();
    assert_eq!(batches.left(), 1);
    let claimed = batches.next().unwrap();
    assert_eq!((claimed.files.len(), claimed.refused.len()), (151, 0));
    let mut batch = claimed.batch.unwrap();
    let mut target = batch.stream();
    assert!(overwrite(target.as_mut(), 0x99).iter().all(|byte| *byte == 0x99));
    assert_eq!(target.prepare_read_back(), ReadPath::BackingFileUncached);
    assert_eq!((batch.moved(), target.look_again()), (Ok(vec![]), vec![]));
    let all: Vec<_> = (0..151).collect();
    assert!(batch.remove(&all).iter().all(|removal| *removal == Ok(REMOVED)));
    assert!(
        batch
            .name_traces(&all)
            .iter()
            .all(|trace| *trace == NameTrace::Gone)
    );
    drop((target, batch));
    assert!(batches.next().is_none());
    assert_eq!(batches.remove_folders(), vec![Ok(true); 8]);
    assert!(!root.exists());
    assert_eq!(made.count(b"MANY-FILES"), 0);
}

#[test]
fn what_changed_since_it_was_cleared_is_left_out_and_the_rest_is_claimed() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::ext4("4096");
    let paths = ["stays-one", "goes-away", "stays-two"].map(|name| made.write(name, b"content"));
    let found = survey(&paths, false, &StopSignal::default());
    let cleared = clear_files(found.clone(), &[], false).unwrap();
    let confirmed = confirm_files(&cleared, "3").unwrap();
    let other = clear_files(found, &[], false).unwrap();
    assert_eq!(
        claim_files(other, &confirmed).err(),
        Some(DeviceError::ConfirmedAnother)
    );
    fs::remove_file(&paths[1]).unwrap();
    let claimed = claim_files(cleared, &confirmed).unwrap().next().unwrap();
    let codes: Vec<_> = claimed
        .refused
        .iter()
        .map(|(file, error)| (*file, error.code()))
        .collect();
    assert_eq!(codes, [(1, "DEV-IDENTITY-CHANGED")]);
    let mut files = claimed.files.clone();
    files.sort_unstable();
    assert_eq!(files, [0, 2]);
    let mut batch = claimed.batch.unwrap();
    assert_eq!(batch.files().len(), 2);
    assert_eq!(
        batch
            .segments()
            .iter()
            .map(|segment| segment.file)
            .collect::<Vec<_>>(),
        [0, 1]
    );
    assert_eq!(batch.remove(&[0, 1]), vec![Ok(REMOVED); 2]);
}

#[test]
fn without_sight_of_the_device_nothing_is_called_read_from_it() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::ext4("4096");
    let path = made.write("unseen", &content("UNSEEN", 8192));
    let system = FileSystemFacts {
        sight: Sight::None {
            why: Blindness::NotAllowed,
        },
        ..made.system.clone()
    };
    let mut batch = claim(&system, vec![facts(&path, &system)], &[]).unwrap();
    let mut target = batch.stream();
    assert_eq!(batch.sight(), &system.sight);
    assert!(overwrite(target.as_mut(), 0x21).iter().all(|byte| *byte == 0x21));
    assert_eq!(
        target.prepare_read_back(),
        ReadPath::Cached {
            reason: "the block device cannot be read by this user".to_owned()
        }
    );
    assert_eq!(batch.moved(), Ok(vec![]), "where it lies is told all the same");
    assert_eq!(batch.remove(&[0]), [Ok(REMOVED)]);
    assert_eq!(batch.name_traces(&[0]), [NameTrace::NotSeen]);
    assert_eq!(made.count(b"UNSEEN"), 0);
}

#[test]
fn many_files_are_flushed_at_once_and_every_stretch_is_written() {
    let Some(_alone) = alone_as_root() else { return };
    let made = Made::ext4("1024");
    let paths: Vec<_> = (0..80)
        .map(|index| {
            made.write(
                &format!("one-of-many-{index}"),
                &content("ONE-OF", 700 + 100 * index),
            )
        })
        .collect();
    let batch = made.batch(&paths).unwrap();
    let mut target = batch.stream();
    // A single write and a single read go over many files, and over their ends.
    let size = target.size().0 as usize;
    let mut buffer = Aligned::new(size, 0);
    buffer.get().fill(0x77);
    assert_eq!(target.write_at(ByteOffset(0), buffer.get()), Ok(size));
    target.flush().unwrap();
    buffer.get().fill(0);
    assert_eq!(target.read_at(ByteOffset(0), buffer.get()), Ok(size));
    assert!(buffer.get().iter().all(|byte| *byte == 0x77));
    let beyond = IoFailure::Other { errno: libc::EINVAL };
    assert_eq!(target.write_at(ByteOffset(1024), buffer.get()), Err(beyond));
    assert_eq!(made.count(b"ONE-OF"), 0);
}
