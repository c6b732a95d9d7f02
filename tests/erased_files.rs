//! Files on a real file system, from the survey to the last folder: what the erasure says of them, and what the raw image
//! holds afterwards.
//!
//! Needs root. Touches only the loop device that it makes on a file of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use keshiin::crypto::BlockKey;
use keshiin::devices::{self, NameTrace};
use keshiin::erasure::files::{FilesJob, erase_batch};
use keshiin::erasure::{Method, VerifyMode};
use keshiin::progress::{Silent, StopSignal};
use keshiin::units::Timestamp;

/// A file system on a loop device, mounted; both go away with it.
struct Scene {
    folder: tempfile::TempDir,
    node: String,
}

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

impl Scene {
    fn new(make: &[&str], mebibytes: u64) -> Self {
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        let image = folder.path().join("disk.img");
        fs::File::create_new(&image)
            .unwrap()
            .set_len(mebibytes << 20)
            .unwrap();
        fs::create_dir(folder.path().join("mounted")).unwrap();
        let node = run("losetup", &["-f", "--show", image.to_str().unwrap()]);
        let scene = Self { folder, node };
        let arguments: Vec<_> = make[1..].iter().copied().chain([scene.node.as_str()]).collect();
        run(make[0], &arguments);
        run("mount", &[&scene.node, scene.root().to_str().unwrap()]);
        scene
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("mounted")
    }

    /// How many blocks of 512 bytes of the raw image begin with `mark`.
    fn count(&self, mark: &[u8]) -> usize {
        run("sync", &["-f", self.root().to_str().unwrap()]);
        run("blockdev", &["--flushbufs", &self.node]);
        let image = fs::read(self.folder.path().join("disk.img")).unwrap();
        image.chunks(512).filter(|block| block.starts_with(mark)).count()
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        // The threads of a queue that was dropped close their files a moment later.
        for _ in 0..50 {
            let undone = Command::new("umount").arg(self.root()).output();
            if undone.is_ok_and(|output| output.status.success()) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let _ = Command::new("losetup").args(["-d", &self.node]).output();
    }
}

fn write(path: &Path, mark: &str, length: usize) {
    let mut content = vec![b'.'; length];
    for block in content.chunks_mut(512) {
        let count = mark.len().min(block.len());
        block[..count].copy_from_slice(&mark.as_bytes()[..count]);
    }
    fs::write(path, content).unwrap();
}

fn erased_and_gone(scene: &Scene, names: NameTrace) {
    let root = scene.root().join("to-be-erased");
    for index in 0..300 {
        let folder = root.join(format!("folder-{}", index % 9));
        fs::create_dir_all(&folder).unwrap();
        write(
            &folder.join(format!("file-number-{index}")),
            "KNOWN-CONTENT",
            40 * index,
        );
    }
    write(&root.join("a-large-one"), "KNOWN-CONTENT", (5 << 20) + 4321);
    write(&scene.root().join("kept"), "KEPT-CONTENT", 70_000);
    let (known, kept) = (scene.count(b"KNOWN-CONTENT"), scene.count(b"KEPT-CONTENT"));
    assert!(known > 10_000 && kept >= 137, "{known} {kept}");

    let found = devices::survey(std::slice::from_ref(&root), true, &StopSignal::default());
    let cleared = devices::clear_files(found, &[], false).unwrap();
    let confirmed = devices::confirm_files(&cleared, "301").unwrap();
    let mut batches = devices::claim_files(cleared, &confirmed).unwrap();
    let key = BlockKey::draw().unwrap();
    let job = FilesJob::new(Method::parse("random-1").unwrap(), VerifyMode::Full, key).unwrap();
    let now = || Timestamp::new(1_800_000_000, 540).unwrap();
    let mut files = 0;
    for claimed in &mut batches {
        assert_eq!(claimed.refused, []);
        let mut batch = claimed.batch.unwrap();
        let outcome = erase_batch(&job, batch.as_mut(), &mut Silent, &StopSignal::default(), &now);
        assert!(outcome.looked_again);
        for (facts, measure) in batch.files().iter().zip(&outcome.files) {
            assert_eq!(measure.equal, measure.planned, "{facts:?} {measure:?}");
            assert!(measure.mapped >= facts.size, "{facts:?} {measure:?}");
            assert_eq!(
                (measure.still_there.0, measure.moved.0, measure.failed),
                (0, 0, None)
            );
            assert!(
                measure
                    .removal
                    .is_some_and(|removal| removal.unlinked && removal.renamed)
            );
            assert_eq!(measure.name, Some(names), "{facts:?}");
            files += 1;
        }
    }
    assert_eq!(files, 301);
    assert_eq!(batches.remove_folders(), vec![Ok(true); 10]);
    assert!(!root.exists());
    assert_eq!(scene.count(b"KNOWN-CONTENT"), 0);
    assert_eq!(scene.count(b"KEPT-CONTENT"), kept);
}

#[test]
fn what_is_called_erased_is_in_no_block_of_the_raw_image() {
    if !devices::is_root() {
        let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!in_ci, "needs root");
        return;
    }
    for block in ["1024", "4096"] {
        let make = ["mkfs.ext4", "-q", "-F", "-b", block];
        erased_and_gone(&Scene::new(&make, 64), NameTrace::Gone);
    }
    erased_and_gone(&Scene::new(&["mkfs.xfs", "-q", "-f"], 320), NameTrace::NotSeen);
}
