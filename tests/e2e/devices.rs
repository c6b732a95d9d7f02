//! Loop devices of a test's own, what is mounted from them, and processes that hold them.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::support::World;

/// Stands on every sample device, again and again.
pub(crate) const TEXT: &[u8] = "試験住民 sample resident 0123456789\n".as_bytes();
/// The size of most devices here.
pub(crate) const SIZE: u64 = 8 << 20;

/// Runs a tool of the system that must succeed; returns its first word.
pub(crate) fn tool(program: &str, arguments: &[&str]) -> String {
    let done = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output();
    let done = done.unwrap_or_else(|error| panic!("{program} is needed: {error}"));
    assert!(
        done.status.success(),
        "{program} {arguments:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

/// Writes [`TEXT`] over and over into a new file.
pub(crate) fn sample_file(path: &Path, size: u64) {
    let mut file = File::create_new(path).unwrap();
    let block = TEXT.repeat((1 << 20) / TEXT.len());
    let mut left = usize::try_from(size).unwrap();
    while left > 0 {
        let part = left.min(block.len());
        file.write_all(&block[..part]).unwrap();
        left -= part;
    }
    file.sync_all().unwrap();
}

/// How often [`TEXT`] stands in a file or device.
pub(crate) fn count_text(path: &Path) -> usize {
    let mut reader = BufReader::with_capacity(1 << 20, File::open(path).unwrap());
    let (mut count, mut line) = (0, Vec::new());
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).unwrap() == 0 {
            return count;
        }
        count += usize::from(line.windows(TEXT.len()).any(|window| window == TEXT));
    }
}

/// A loop device over a file of the test's own, detached when it is dropped.
pub(crate) struct Loop {
    node: String,
    file: PathBuf,
}

impl Loop {
    /// Over a new file in the world, full of [`TEXT`].
    pub(crate) fn sample(world: &World) -> Self {
        Self::named(world, "device.img")
    }

    /// The same, with a file of another name.
    pub(crate) fn named(world: &World, name: &str) -> Self {
        let file = world.path(name);
        sample_file(&file, SIZE);
        Self::over(&file, &[])
    }

    /// Over a file that is there.
    pub(crate) fn over(file: &Path, options: &[&str]) -> Self {
        let text = file.to_str().unwrap();
        let node = tool("losetup", &[options, &["--find", "--show", text]].concat());
        let device = Self {
            node,
            file: file.to_owned(),
        };
        assert!(device.is_ours(), "{}", device.node);
        device
    }

    fn is_ours(&self) -> bool {
        let name = Path::new(&self.node).file_name().unwrap();
        let backing = Path::new("/sys/block").join(name).join("loop/backing_file");
        fs::read_to_string(backing).is_ok_and(|text| Path::new(text.trim_end()) == self.file)
    }

    /// `/dev/loopN`.
    pub(crate) fn node(&self) -> &str {
        &self.node
    }

    /// `loopN`.
    pub(crate) fn name(&self) -> &str {
        self.node.rsplit('/').next().unwrap()
    }

    /// The file under it.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Makes the kernel show a partition of 2 MiB from 1 MiB on; returns its node.
    pub(crate) fn add_partition(&self) -> String {
        tool("addpart", &[&self.node, "1", "2048", "4096"]);
        format!("{}p1", self.node)
    }

    /// The nodes of its partitions, as the kernel knows them.
    pub(crate) fn partitions(&self) -> Vec<String> {
        let entries = fs::read_dir(Path::new("/sys/block").join(self.name())).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with(self.name())).collect()
    }
}

impl Drop for Loop {
    fn drop(&mut self) {
        if self.is_ours() {
            for partition in self.partitions() {
                let number = partition.rsplit('p').next().unwrap_or_default();
                let _ = Command::new("delpart").args([&self.node, number]).output();
            }
            let _ = Command::new("losetup").args(["-d", &self.node]).output();
        }
    }
}

/// A file system that is mounted until this is dropped.
pub(crate) struct Mount(PathBuf);

impl Mount {
    /// A new ext4 on a device, mounted at a new folder of the world.
    pub(crate) fn ext4(world: &World, node: &str) -> Self {
        tool(
            "mkfs.ext4",
            &["-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", node],
        );
        Self::new(world, &["-t", "ext4", node])
    }

    /// A new file system in memory.
    pub(crate) fn tmpfs(world: &World, options: &str) -> Self {
        Self::new(world, &["-t", "tmpfs", "-o", options, "keshiin-e2e"])
    }

    /// What is there already.
    pub(crate) fn of(world: &World, what: &[&str]) -> Self {
        Self::new(world, what)
    }

    fn new(world: &World, what: &[&str]) -> Self {
        let at = world.path("mounted");
        fs::create_dir(&at).unwrap();
        tool("mount", &[what, &[at.to_str().unwrap()]].concat());
        Self(at)
    }

    /// Where.
    pub(crate) fn at(&self) -> &Path {
        &self.0
    }

    /// From now on nothing can be written there.
    pub(crate) fn make_read_only(&self) {
        tool("mount", &["-o", "remount,ro", self.0.to_str().unwrap()]);
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}

/// A process that holds something until this is dropped.
pub(crate) struct Holder(Child);

impl Holder {
    /// With a device or file open, with further flags of open(2).
    pub(crate) fn of(path: &str, write: bool, flags: i32) -> Self {
        let file = OpenOptions::new()
            .read(true)
            .write(write)
            .custom_flags(flags)
            .open(path)
            .unwrap();
        Self(Command::new("sleep").arg("600").stdin(file).spawn().unwrap())
    }

    /// With a device open for writing and a page of it changed in the cache, not on the medium.
    pub(crate) fn with_dirty_page(node: &str) -> Self {
        let script = "exec 3<>\"$0\"; printf 'dirty page' >&3; echo; exec sleep 600";
        let mut command = Command::new("sh");
        command
            .args(["-c", script, node])
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert_eq!(line, "\n", "the holder has written");
        Self(child)
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A file that even root cannot change until this is dropped (`chattr +i`).
pub(crate) struct Frozen(PathBuf);

impl Frozen {
    /// Freezes it.
    pub(crate) fn new(path: PathBuf) -> Self {
        tool("chattr", &["+i", path.to_str().unwrap()]);
        Self(path)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        let _ = Command::new("chattr").arg("-i").arg(&self.0).output();
    }
}
