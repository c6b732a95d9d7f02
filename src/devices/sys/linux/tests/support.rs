//! Loop devices, mounts and other processes of the tests' own, which go away with their values.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

use crate::devices::facts::{DeviceNumber, Partition};
use crate::devices::sys::linux::{calls, nodes};
use crate::devices::{
    Cleared, Confirmed, DeviceError, DeviceFacts, Target, claim, clear, confirm, expected_confirmation,
    inspect,
};
use crate::units::{ByteCount, ByteOffset};

pub(super) const MIB: u64 = 1 << 20;

/// Which holder [`holder`] is to be, and of what.
const HOLD: &str = "KESHIIN_TEST_HOLD";

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Tests of devices see each other's handles and children; they run one after another. None without root.
pub(super) fn alone_as_root() -> Option<MutexGuard<'static, ()>> {
    if !crate::devices::is_root() {
        not_run("needs root");
        return None;
    }
    Some(alone())
}

/// Says that a test cannot be run on this system. With `CI=true` that is a failure: what was not tried
/// has not passed.
pub(super) fn not_run(why: &str) {
    let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!in_ci, "not run, which CI=true does not allow: {why}");
    println!("not run: {why}");
}

/// The same where root is not needed.
pub(super) fn alone() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

pub(super) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A folder on the disk, and one in memory.
pub(super) fn folder_on_disk() -> TempDir {
    tempfile::tempdir_in("/tmp").unwrap()
}

pub(super) fn folder_in_memory() -> TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap()
}

pub(super) fn sparse_file(folder: &Path, name: &str, size: u64) -> PathBuf {
    let path = folder.join(name);
    std::fs::File::create_new(&path).unwrap().set_len(size).unwrap();
    path
}

/// A loop device on a file of its own.
pub(super) struct Loop {
    pub(super) node: PathBuf,
    pub(super) file: PathBuf,
    _folder: TempDir,
}

impl Loop {
    pub(super) fn new(size: u64) -> Self {
        Self::with(size, folder_on_disk(), &[])
    }

    pub(super) fn with(size: u64, folder: TempDir, options: &[&str]) -> Self {
        let file = sparse_file(folder.path(), "disk.img", size);
        let node = attach(&file, options);
        Self {
            node,
            file,
            _folder: folder,
        }
    }

    pub(super) fn name(&self) -> String {
        self.node.file_name().unwrap().to_str().unwrap().to_owned()
    }

    pub(super) fn facts(&self) -> DeviceFacts {
        inspect(&self.node, false).unwrap()
    }

    /// Makes the kernel show a partition from `start` of `size`; its node.
    pub(super) fn add_partition(&self, index: u32, start: u64, size: u64) -> PathBuf {
        let disk = std::fs::File::open(&self.node).unwrap();
        let partition = Partition {
            index,
            name: String::new(),
            number: DeviceNumber { major: 0, minor: 0 },
            start: ByteOffset(start),
            size: ByteCount(size),
        };
        calls::show_partition(&disk, &partition).unwrap();
        let node = nodes::node_path(&format!("{}p{index}", self.name()));
        for _ in 0..100 {
            if node.exists() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        node
    }

    pub(super) fn remove_partitions(&self) {
        let disk = std::fs::File::open(&self.node).unwrap();
        for partition in self.facts().partitions {
            calls::forget_partition(&disk, &partition).unwrap();
        }
    }

    pub(super) fn partition_names(&self) -> Vec<String> {
        self.facts()
            .partitions
            .into_iter()
            .map(|partition| partition.name)
            .collect()
    }
}

impl Drop for Loop {
    fn drop(&mut self) {
        if inspect(&self.node, false).is_ok_and(|facts| facts.size.0 > 0) {
            self.remove_partitions();
        }
        detach(&self.node);
    }
}

pub(super) fn attach(file: &Path, options: &[&str]) -> PathBuf {
    let mut arguments = options.to_vec();
    arguments.extend(["-f", "--show", text(file)]);
    PathBuf::from(run("losetup", &arguments))
}

pub(super) fn detach(node: &Path) {
    let _ = Command::new("losetup").args(["-d", text(node)]).output();
}

/// A mount that is undone.
pub(super) struct Mount(pub(super) TempDir);

impl Mount {
    pub(super) fn new(node: &Path) -> Self {
        Self::with(node, &[])
    }

    pub(super) fn with(node: &Path, options: &[&str]) -> Self {
        let at = folder_on_disk();
        let mut arguments = options.to_vec();
        arguments.extend([text(node), text(at.path())]);
        run("mount", &arguments);
        Self(at)
    }

    pub(super) fn at(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // The threads of a queue that was dropped close their files a moment later.
        for _ in 0..50 {
            let undone = Command::new("umount").arg(self.0.path()).output();
            if undone.is_ok_and(|output| output.status.success()) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}

/// Another process, which goes on until it is dropped.
pub(super) struct Other {
    child: Child,
    /// Kept, or it could not write any more.
    _output: BufReader<ChildStdout>,
}

impl Other {
    /// Starts `command`, which says `ready` in a line and waits for its input to end.
    pub(super) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let said = output
            .by_ref()
            .lines()
            .map_while(Result::ok)
            .find(|line| line.ends_with("ready"));
        let other = Self {
            child,
            _output: output,
        };
        assert!(said.is_some(), "the other process is not ready");
        other
    }

    /// A process that holds `path` in the way of [`holder`]: `open`, `write` or `map`.
    pub(super) fn holding(how: &str, path: &Path) -> Self {
        let name = format!("{}::holder", module_path!().split_once("::").unwrap().1);
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", &name, "--nocapture"])
            .env(HOLD, format!("{how}:{}", text(path)));
        Self::start(&mut command)
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Lets it end.
    pub(super) fn end(mut self) {
        self.finish();
    }

    fn finish(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        self.finish();
    }
}

/// No test: the other process of those above, which start it with a wish.
#[test]
fn holder() {
    let Ok(wish) = std::env::var(HOLD) else { return };
    let (how, path) = wish.split_once(':').unwrap();
    let file = std::fs::OpenOptions::new()
        .read(true)
        .write(how != "open")
        .open(path)
        .unwrap();
    let kept = match how {
        "map" => {
            calls::dirty_a_mapped_page(&file, 0x5a).unwrap();
            drop(file);
            None
        }
        _ => Some(file),
    };
    println!("\nready");
    let _ = std::io::stdin().read_line(&mut String::new());
    drop(kept);
}

pub(super) fn refusals(facts: &DeviceFacts) -> Vec<DeviceError> {
    clear(facts, &[]).err().unwrap_or_default()
}

pub(super) fn codes(refusals: &[DeviceError]) -> Vec<&'static str> {
    refusals.iter().map(DeviceError::code).collect()
}

pub(super) fn tokens(facts: &DeviceFacts) -> (Cleared, Confirmed) {
    let cleared = clear(facts, &[]).unwrap();
    let expected = expected_confirmation(facts, "");
    let confirmed = confirm(&cleared, &expected, expected.text()).unwrap();
    (cleared, confirmed)
}

pub(super) fn claimed(facts: &DeviceFacts) -> Result<Box<dyn Target>, DeviceError> {
    let (cleared, confirmed) = tokens(facts);
    claim(cleared, confirmed)
}

/// A buffer that direct I/O accepts.
pub(super) struct Aligned {
    bytes: Vec<u8>,
    start: usize,
    length: usize,
}

impl Aligned {
    pub(super) fn new(length: usize, byte: u8) -> Self {
        let bytes = vec![byte; length + 4096];
        let start = bytes.as_ptr().align_offset(4096);
        Self { bytes, start, length }
    }

    pub(super) fn get(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..self.start + self.length]
    }
}

/// Writes the whole target with `byte`, piece by piece as it takes them.
pub(super) fn fill(target: &mut dyn Target, byte: u8) {
    let mut buffer = Aligned::new(MIB as usize, byte);
    let size = target.size().0;
    let mut at = 0;
    while at < size {
        let piece = (size - at).min(MIB) as usize;
        at += target.write_at(ByteOffset(at), &buffer.get()[..piece]).unwrap() as u64;
    }
    target.flush().unwrap();
}

/// Every byte of the target, read through it.
pub(super) fn read_all(target: &mut dyn Target) -> Vec<u8> {
    let mut buffer = Aligned::new(MIB as usize, 0);
    let size = target.size().0;
    let mut all = Vec::new();
    while (all.len() as u64) < size {
        let at = all.len() as u64;
        let piece = (size - at).min(MIB) as usize;
        let count = target
            .read_at(ByteOffset(at), &mut buffer.get()[..piece])
            .unwrap();
        all.extend_from_slice(&buffer.get()[..count]);
    }
    all
}
