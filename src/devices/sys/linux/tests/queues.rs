//! Queues on real files and loop devices: by io_uring and by threads, in order, within the medium.

use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::support::*;
use crate::devices::queue::{IoEngine, Queue};
use crate::devices::sys::linux::handle::Handle;
use crate::devices::sys::linux::pool::Pool;
use crate::devices::sys::linux::ring::Ring;
use crate::devices::{Condition, DeviceFacts, IoFailure, IoPath, ReadPath, Source, inspect, open_source};
use crate::units::{BlockSize, ByteCount, ByteOffset};

const PIECE: usize = 65_536;
const PATIENCE: Duration = Duration::from_secs(60);

/// A queue of each kind on one handle: threads first.
fn both(handle: &Arc<Handle>, depth: u16) -> Vec<Box<dyn Queue>> {
    let reason = "asked for".to_owned();
    let pool = Pool::new(Arc::<Handle>::clone(handle), depth, PIECE, reason).unwrap();
    let mut queues: Vec<Box<dyn Queue>> = vec![Box::new(pool)];
    for beside in [false, true] {
        match Ring::new(Arc::clone(handle), depth, PIECE, beside) {
            Ok(ring) => queues.push(Box::new(ring)),
            Err(reason) => not_run(&reason),
        }
    }
    queues
}

/// What byte a test puts at a place: no two blocks are alike.
fn byte(offset: u64) -> u8 {
    (offset / 512 * 7 + offset / 131_072) as u8
}

/// Hands in as many requests as go, `length` bytes each from `next` to `end`.
fn fill_up(queue: &mut dyn Queue, next: &mut u64, end: u64, length: usize, write: bool) {
    while *next < end {
        let length = length.min((end - *next) as usize);
        let Some((_, buffer)) = queue.buffer() else { return };
        let bytes = &mut buffer[..length];
        if write {
            (*next..).zip(bytes).for_each(|(at, to)| *to = byte(at));
            queue.write(ByteOffset(*next), length).unwrap();
        } else {
            bytes.fill(0xee);
            queue.read(ByteOffset(*next), length).unwrap();
        }
        *next += length as u64;
    }
}

/// Writes or reads everything up to `end`, in order, and holds what is read against what was written.
fn carry(queue: &mut dyn Queue, end: u64, length: usize, write: bool) {
    let (mut next, mut done) = (0, 0);
    while done < end {
        fill_up(queue, &mut next, end, length, write);
        let retired = queue.retire(PATIENCE).expect("it is over by then");
        let asked = length.min((end - done) as usize);
        assert_eq!((retired.offset.0, retired.result), (done, Ok(asked)));
        assert_eq!(retired.bytes.len(), asked);
        assert!(
            (done..)
                .zip(&*retired.bytes)
                .all(|(at, found)| *found == byte(at)),
            "{done}"
        );
        done += asked as u64;
    }
    assert_eq!(queue.in_flight(), 0);
}

fn file_of(size: u64) -> std::fs::File {
    let file = tempfile::tempfile().unwrap();
    file.set_len(size).unwrap();
    file
}

fn handle_on(file: &std::fs::File, size: u64) -> Arc<Handle> {
    let file = file.try_clone().unwrap();
    Arc::new(Handle::new(file, BlockSize::SECTOR, size))
}

#[test]
fn what_a_queue_writes_is_what_a_queue_and_others_read() {
    let size = MIB + 512;
    for (which, length) in [
        (0, PIECE),
        (1, PIECE),
        (2, PIECE),
        (0, 4608),
        (1, 4608),
        (2, 4608),
    ] {
        let file = file_of(size);
        let mut queues = both(&handle_on(&file, size), 5);
        let Some(queue) = queues.get_mut(which) else {
            return;
        };
        carry(&mut **queue, size, length, true);
        let mut all = vec![0; size as usize];
        file.read_exact_at(&mut all, 0).unwrap();
        assert!((0..).zip(&all).all(|(at, found)| *found == byte(at)));
        carry(&mut **queue, size, length, false);
        assert_eq!((queue.shape().depth, queue.shape().piece.0), (5, PIECE as u64));
    }
}

#[test]
fn a_queue_neither_leaves_the_medium_nor_takes_more_than_it_has_room_for() {
    let file = file_of(MIB);
    for mut queue in both(&handle_on(&file, MIB), 2) {
        let invalid = Err(IoFailure::Other { errno: libc::EINVAL });
        assert_eq!(queue.write(ByteOffset(MIB), 512), invalid);
        assert_eq!(queue.write(ByteOffset(MIB - 512), 1024), invalid);
        assert_eq!(queue.write(ByteOffset(1), 512), invalid);
        assert_eq!(queue.read(ByteOffset(0), 2 * PIECE), invalid);
        assert!(queue.retire(PATIENCE).is_none(), "nothing is in flight");
        for _ in 0..2 {
            queue.read(ByteOffset(0), 512).unwrap();
        }
        assert!(queue.buffer().is_none());
        assert_eq!(
            queue.read(ByteOffset(0), 512),
            Err(IoFailure::Other { errno: libc::EBUSY })
        );
        assert_eq!(queue.in_flight(), 2);
    }
    assert_eq!(file.metadata().unwrap().len(), MIB);
}

#[test]
fn an_end_inside_the_medium_is_told() {
    let file = file_of(MIB);
    let handle = handle_on(&file, MIB);
    file.set_len(1536).unwrap();
    for mut queue in both(&handle, 2) {
        queue.read(ByteOffset(0), PIECE).unwrap();
        queue.read(ByteOffset(PIECE as u64), 512).unwrap();
        assert_eq!(queue.retire(PATIENCE).unwrap().result, Ok(1536));
        let beyond = queue.retire(PATIENCE).unwrap().result;
        assert_eq!(beyond, Err(IoFailure::Vanished { errno: 0 }));
    }
}

#[test]
fn a_queue_that_is_dropped_waits_for_nothing() {
    let file = file_of(16 * MIB);
    for mut queue in both(&handle_on(&file, 16 * MIB), 8) {
        let mut next = 0;
        fill_up(&mut *queue, &mut next, 16 * MIB, PIECE, true);
        assert_eq!(queue.in_flight(), 8);
    }
}

#[test]
fn a_device_is_free_again_when_what_was_left_behind_is_over() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    let mut target = claimed(&device.facts()).unwrap();
    let mut queue = target.queue(ByteCount(64 * MIB)).unwrap();
    fill_up(&mut *queue, &mut 0, 16 * MIB, MIB as usize, true);
    drop((queue, target));
    let started = Instant::now();
    while !codes(&refusals(&device.facts())).is_empty() {
        assert!(started.elapsed() < PATIENCE, "it is still held");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Nothing is ever written into a pipe that these requests read from: they hang until it is closed.
#[test]
fn patience_ends_and_a_request_that_hangs_is_left_behind() {
    let (from, into) = std::io::pipe().unwrap();
    let from = std::fs::File::from(std::os::fd::OwnedFd::from(from));
    for mut queue in both(&handle_on(&from, MIB), 2) {
        let started = Instant::now();
        queue.read(ByteOffset(0), 512).unwrap();
        let hangs = matches!(queue.shape().engine, IoEngine::IoUring { .. });
        // A pipe has no places: `pread` refuses it at once, and io_uring reads it as it comes.
        let answer = queue.retire(Duration::from_millis(80)).map(|one| one.result);
        if hangs {
            assert_eq!(answer, None);
            assert!(started.elapsed() >= Duration::from_millis(80));
            assert!(queue.retire(Duration::ZERO).is_none());
        } else {
            assert_eq!(answer, Some(Err(IoFailure::Other { errno: libc::ESPIPE })));
        }
        drop(queue);
        assert!(started.elapsed() < Duration::from_secs(20));
    }
    drop(into);
}

fn engine_of(source: &mut dyn Source) -> IoEngine {
    source.queue(ByteCount(64 * MIB)).unwrap().shape().engine
}

#[test]
fn a_loop_device_is_written_and_read_through_its_queue() {
    let Some(_alone) = alone_as_root() else { return };
    for (folder, options, block) in [
        (folder_on_disk(), &["--direct-io=on"][..], 512),
        (folder_in_memory(), &[][..], 512),
        (folder_on_disk(), &["-b", "4096"][..], 4096),
    ] {
        let device = Loop::with(16 * MIB + 4096, folder, options);
        let facts = device.facts();
        assert_eq!(facts.logical_block.bytes(), block);
        let mut target = claimed(&facts).unwrap();
        let mut queue = target.queue(ByteCount(64 * MIB)).unwrap();
        assert_eq!(queue.shape().depth, 8);
        carry(&mut *queue, 16 * MIB + 4096, MIB as usize, true);
        target.flush().unwrap();
        target.prepare_read_back();
        carry(&mut *queue, 16 * MIB + 4096, MIB as usize, false);
        assert_eq!(queue.write(ByteOffset(512), 512).is_ok(), block == 512);
        assert_eq!(queue.retire(PATIENCE).is_some(), block == 512);
        drop(queue);
        assert_eq!(target.look_again(), []);
        assert_eq!(target.condition(), Condition::Present);
        drop(target);
        let beneath = std::fs::read(&device.file).unwrap();
        assert!(
            (0..)
                .zip(&beneath)
                .skip(1024)
                .all(|(at, found)| *found == byte(at))
        );
        assert!(claimed(&device.facts()).is_ok(), "nothing keeps the device");
    }
}

#[test]
fn places_beyond_two_tebibytes_are_places_of_their_own() {
    let Some(_alone) = alone_as_root() else { return };
    let size = (3 << 40) + 4096;
    let device = Loop::with(size, folder_in_memory(), &["-b", "4096"]);
    let mut target = claimed(&device.facts()).unwrap();
    let mut queue = target.queue(ByteCount(MIB)).unwrap();
    let places = [size - 4096, (1 << 41) - 4096, 1 << 41, 4096];
    for (place, byte) in places.into_iter().zip(1..) {
        let (_, buffer) = queue.buffer().unwrap();
        buffer[..4096].fill(byte);
        queue.write(ByteOffset(place), 4096).unwrap();
        assert_eq!(queue.retire(PATIENCE).unwrap().result, Ok(4096));
    }
    let beneath = std::fs::File::open(&device.file).unwrap();
    let expected = places
        .into_iter()
        .zip(1..)
        .chain([(0, 0), (8192, 0), (size - 8192, 0)]);
    for (place, byte) in expected {
        queue.read(ByteOffset(place), 4096).unwrap();
        assert!(*queue.retire(PATIENCE).unwrap().bytes == [byte; 4096], "{place}");
        let mut found = [0xee; 4096];
        beneath.read_exact_at(&mut found, place).unwrap();
        assert!(found == [byte; 4096], "{place}: beneath");
    }
}

#[test]
fn a_write_through_a_queue_counts_as_a_write() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    device.add_partition(1, MIB, 4 * MIB);
    let mut target = claimed(&device.facts()).unwrap();
    let mut queue = target.queue(ByteCount(MIB)).unwrap();
    queue.read(ByteOffset(0), 4096).unwrap();
    assert!(queue.retire(PATIENCE).is_some());
    drop((queue, target));
    assert_eq!(
        device.partition_names().len(),
        1,
        "nothing was written: it is back"
    );
    let mut target = claimed(&device.facts()).unwrap();
    let mut queue = target.queue(ByteCount(MIB)).unwrap();
    queue.write(ByteOffset(0), 4096).unwrap();
    assert!(queue.retire(PATIENCE).is_some());
    drop((queue, target));
    assert_eq!(device.partition_names(), [""; 0]);
}

#[test]
fn what_became_of_a_device_is_told() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::new(16 * MIB);
    let mut target = claimed(&device.facts()).unwrap();
    let mut source = open_source(&device.facts()).unwrap();
    assert_eq!(
        (target.condition(), source.condition()),
        (Condition::Present, Condition::Present)
    );
    run("blockdev", &["--setro", text(&device.node)]);
    assert_eq!(target.condition(), Condition::ReadOnly);
    assert_eq!(
        source.condition(),
        Condition::Present,
        "to read is all that it is asked for"
    );
    let mut buffer = Aligned::new(4096, 0);
    assert!(target.write_at(ByteOffset(0), buffer.get()).is_err());
    run("blockdev", &["--setrw", text(&device.node)]);
    let file = std::fs::OpenOptions::new()
        .write(true)
        .open(&device.file)
        .unwrap();
    file.set_len(8 * MIB).unwrap();
    drop(file);
    run("losetup", &["-c", text(&device.node)]);
    let size = ByteCount(8 * MIB);
    assert_eq!(target.condition(), Condition::Resized { size });
    assert_eq!(source.condition(), Condition::Resized { size });
}

fn image(path: &std::path::Path) -> DeviceFacts {
    inspect(path, true).unwrap()
}

#[test]
fn an_image_is_written_and_read_through_its_queue_and_keeps_its_length() {
    let _alone = alone();
    for folder in [folder_on_disk(), folder_in_memory()] {
        let size = 3 * MIB + 4096 + 77;
        let path = folder.path().join("image");
        std::fs::write(&path, vec![0x33; size as usize]).unwrap();
        let mut target = claimed(&image(&path)).unwrap();
        let mut queue = target.queue(ByteCount(8 * MIB)).unwrap();
        carry(&mut *queue, size - 77, MIB as usize, true);
        let tail = ByteOffset(size - 77);
        assert_eq!(
            queue.write(tail, 4096),
            Err(IoFailure::Other { errno: libc::EINVAL })
        );
        target.flush().unwrap();
        target.prepare_read_back();
        carry(&mut *queue, size - 77, MIB as usize, false);
        assert_eq!(target.look_again(), [], "the queue's handle is our own");
        assert_eq!(target.condition(), Condition::Present);
        drop((queue, target));
        let mut source = open_source(&image(&path)).unwrap();
        let mut queue = source.queue(ByteCount(8 * MIB)).unwrap();
        carry(&mut *queue, size - 77, MIB as usize, false);
        queue.write(ByteOffset(0), 4096).unwrap();
        let refused = queue.retire(PATIENCE).unwrap().result;
        assert_eq!(
            refused,
            Err(IoFailure::Other { errno: libc::EBADF }),
            "opened to be read"
        );
        let mut end = Aligned::new(4096, 0);
        assert_eq!(source.read_at(tail, &mut end.get()[..77]), Ok(77));
        assert!(end.get()[..77] == [0x33; 77]);
        let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(size + 1).unwrap();
        let size = ByteCount(size + 1);
        assert_eq!(source.condition(), Condition::Resized { size });
    }
}

#[test]
fn a_file_system_without_direct_io_has_queues_as_well() {
    let Some(_alone) = alone_as_root() else { return };
    let folder = folder_on_disk();
    run("mount", &["-t", "ramfs", "none", text(folder.path())]);
    let mount = Mount(folder);
    let (whole, size) = (2 * MIB + 4096, 2 * MIB + 4096 + 9);
    let path = mount.at().join("image");
    std::fs::write(&path, vec![0x33; size as usize]).unwrap();
    let mut target = claimed(&image(&path)).unwrap();
    assert_eq!(target.io_path(), IoPath::Buffered);
    let mut queue = target.queue(ByteCount(8 * MIB)).unwrap();
    carry(&mut *queue, whole, MIB as usize, true);
    target.flush().unwrap();
    assert_eq!(target.prepare_read_back(), ReadPath::Memory);
    carry(&mut *queue, whole, MIB as usize, false);
    drop((queue, target));
    let mut source = open_source(&image(&path)).unwrap();
    assert_eq!(source.io_path(), IoPath::Buffered);
    let mut queue = source.queue(ByteCount(0)).unwrap();
    assert_eq!((queue.shape().depth, queue.shape().piece.0), (2, 65_536));
    carry(&mut *queue, whole, 4096, false);
    assert_eq!(std::fs::read(&path).unwrap().len() as u64, size);
}

#[test]
fn a_device_is_opened_to_be_read_only_if_it_is_still_the_same() {
    let Some(_alone) = alone_as_root() else { return };
    let device = Loop::with(4 * MIB, folder_on_disk(), &["-r"]);
    let facts = device.facts();
    let mut source = open_source(&facts).unwrap();
    assert_eq!((source.size().0, source.io_path()), (4 * MIB, IoPath::Direct));
    assert_eq!(source.condition(), Condition::Present);
    let mut buffer = Aligned::new(4096, 1);
    assert_eq!(source.read_at(ByteOffset(0), buffer.get()), Ok(4096));
    assert!(buffer.get().iter().all(|byte| *byte == 0));
    drop(source);
    let other = DeviceFacts {
        disk_sequence: facts.disk_sequence.map(|sequence| sequence + 1),
        ..facts
    };
    let refused = open_source(&other).err().map(|error| error.code());
    assert_eq!(refused, Some("DEV-IDENTITY-CHANGED"));
}

#[test]
fn a_system_that_refuses_io_uring_gets_threads() {
    let _alone = alone();
    let folder = folder_on_disk();
    let path = sparse_file(folder.path(), "image", MIB);
    let mut source = open_source(&image(&path)).unwrap();
    crate::devices::testing::refuse_io_uring(true);
    let refused = engine_of(&mut *source);
    crate::devices::testing::refuse_io_uring(false);
    assert!(matches!(refused, IoEngine::Threads { reason } if reason == "forbidden"));
    let engine = engine_of(&mut *source);
    println!("without that: {engine:?}");
    if std::fs::read("/proc/sys/kernel/io_uring_disabled").is_ok_and(|content| content == *b"0\n") {
        assert!(matches!(engine, IoEngine::IoUring { .. }), "{engine:?}");
    }
}
