//! Files on real file systems: what the survey finds, and what the guard of files refuses.

use std::fs;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use super::support::*;
use crate::devices::sys::linux::calls;
use crate::devices::{
    Blindness, DeviceError, FileFacts, InPlace, Protected, ProtectedKind, Sight, Survey, clear_files, survey,
};
use crate::progress::StopSignal;

/// A file system of the test's own on a loop device.
struct Disk {
    mount: Mount,
    device: Loop,
}

impl Disk {
    fn new(mkfs: &str, format: &[&str], mount: &[&str]) -> Self {
        let device = Loop::new(320 * MIB);
        let mut arguments = format.to_vec();
        arguments.push(text(&device.node));
        run(mkfs, &arguments);
        let mount = Mount::with(&device.node, mount);
        Self { mount, device }
    }

    fn ext4() -> Self {
        Self::new("mkfs.ext4", &["-q"], &[])
    }

    fn xfs() -> Self {
        Self::new("mkfs.xfs", &["-q"], &[])
    }

    fn path(&self, name: &str) -> PathBuf {
        self.mount.at().join(name)
    }

    /// A file with content that is on the medium.
    fn file(&self, name: &str, length: usize) -> PathBuf {
        let path = self.path(name);
        write(&path, &content(length));
        path
    }
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at / 7 % 251) as u8 + 1).collect()
}

fn write(path: &Path, bytes: &[u8]) {
    let mut file = fs::File::create(path).unwrap();
    file.write_all(bytes).unwrap();
    file.sync_all().unwrap();
}

fn look(paths: &[&Path], recursive: bool) -> Survey {
    let named: Vec<PathBuf> = paths.iter().map(|path| (*path).to_owned()).collect();
    survey(&named, recursive, &StopSignal::default())
}

fn told(paths: &[&Path], recursive: bool) -> Vec<&'static str> {
    cleared(look(paths, recursive), &[], false)
}

fn cleared(survey: Survey, protected: &[Protected], force: bool) -> Vec<&'static str> {
    let refusals = clear_files(survey, protected, force).err().unwrap_or_default();
    codes(&refusals)
}

fn only(survey: &Survey) -> &FileFacts {
    assert_eq!(survey.refusals, []);
    assert_eq!(survey.files.len(), 1);
    &survey.files[0]
}

/// What the device holds where the extents of the file are said to lie.
fn read_places(disk: &Disk, file: &FileFacts) -> Vec<u8> {
    run("sync", &[]);
    let mut device = fs::File::open(&disk.device.node).unwrap();
    let mut all = vec![0; file.size.0 as usize];
    for extent in &file.extents {
        let mut bytes = vec![0; extent.length.0 as usize];
        device.seek(SeekFrom::Start(extent.physical.unwrap().0)).unwrap();
        device.read_exact(&mut bytes).unwrap();
        let start = extent.logical.0 as usize;
        let end = all.len().min(start + bytes.len());
        if start < end && !extent.unwritten {
            all[start..end].copy_from_slice(&bytes[..end - start]);
        }
    }
    all
}

#[test]
fn the_places_of_a_file_hold_its_content_on_the_device() {
    let Some(_alone) = alone_as_root() else { return };
    for disk in [
        Disk::ext4(),
        Disk::new("mkfs.ext4", &["-q", "-b", "1024"], &[]),
        Disk::xfs(),
        Disk::new("mkfs.xfs", &["-q", "-b", "size=1024"], &[]),
    ] {
        let path = disk.file("plain", 3 * MIB as usize + 77);
        let found = look(&[&path], false);
        let file = only(&found);
        let system = &found.systems[file.system];
        assert_eq!(file.path, path);
        assert_eq!((file.size.0, file.links), (3 * MIB + 77, 1));
        assert!(file.allocated().0 >= file.size.0);
        assert_eq!(system.in_place, InPlace::Yes);
        assert_eq!(system.mount_point, disk.mount.at());
        assert!(matches!(&system.sight, Sight::Device { node, .. } if *node == disk.device.node));
        assert_eq!(
            system.medium.as_ref().map(|medium| &medium.path),
            Some(&disk.device.node)
        );
        assert!(
            read_places(&disk, file) == content(3 * MIB as usize + 77),
            "{}",
            system.name
        );
        assert_eq!(told(&[&path], false), [""; 0]);
    }
}

#[test]
fn holes_are_left_out_and_room_that_was_never_written_is_told() {
    let Some(_alone) = alone_as_root() else { return };
    for disk in [Disk::ext4(), Disk::xfs()] {
        let path = disk.file("sparse", 65536);
        run("fallocate", &["-p", "-o", "16384", "-l", "16384", text(&path)]);
        let found = look(&[&path], false);
        let file = only(&found);
        assert_eq!(file.allocated().0, 49152, "{:?}", file.extents);
        let hole = |extent: &&crate::devices::FileExtent| {
            extent.logical.0 < 32768 && extent.logical.0 + extent.length.0 > 16384
        };
        assert_eq!(file.extents.iter().find(hole), None);

        let given = disk.file("given", 0);
        run("fallocate", &["-n", "-l", "1048576", text(&given)]);
        let found = look(&[&given], false);
        let file = only(&found);
        assert_eq!(
            (file.size.0, file.allocated().0),
            (0, MIB),
            "beyond the end counts too"
        );
        assert!(file.extents.iter().all(|extent| extent.unwritten));
        assert_eq!(told(&[&path, &given], false), [""; 0]);
    }
}

#[test]
fn shared_inline_and_journalled_data_are_refused_and_may_be_forced() {
    let Some(_alone) = alone_as_root() else { return };
    let check = |path: &Path, code: &str| {
        let found = look(&[path], false);
        assert_eq!(cleared(found.clone(), &[], false), [code]);
        assert_eq!(cleared(found, &[], true), [""; 0], "{code}");
    };
    let disk = Disk::xfs();
    let path = disk.file("original", 65536);
    run(
        "cp",
        &["--reflink=always", text(&path), text(&disk.path("clone"))],
    );
    check(&path, "DEV-SHARED-EXTENTS");
    assert!(
        only(&look(&[&path], false))
            .extents
            .iter()
            .all(|extent| extent.physical.is_some()),
        "what becomes of a shared block can be looked at"
    );
    fs::remove_file(disk.path("clone")).unwrap();
    assert_eq!(told(&[&path], false), [""; 0]);

    let disk = Disk::new("mkfs.ext4", &["-q", "-O", "inline_data", "-I", "256"], &[]);
    let path = disk.file("tiny", 40);
    check(&path, "DEV-INLINE-DATA");
    assert!(only(&look(&[&path], false)).storing.inline);
    let empty = disk.file("empty", 0);
    assert_eq!(told(&[&empty], false), [""; 0]);

    let disk = Disk::new("mkfs.ext4", &["-q"], &["-o", "data=journal"]);
    check(&disk.file("journalled", 5000), "DEV-DATA-JOURNAL");
}

#[test]
fn btrfs_is_refused_and_its_own_addresses_are_no_places() {
    let Some(_alone) = alone_as_root() else { return };
    let disk = Disk::new("mkfs.btrfs", &["-q"], &[]);
    let path = disk.file("plain", 65536);
    let found = look(&[&path], false);
    let file = only(&found);
    assert_eq!(file.allocated().0, 65536);
    assert!(file.extents.iter().all(|extent| extent.physical.is_none()));
    let why = Blindness::OwnAddresses;
    assert_eq!(found.systems[0].sight, Sight::None { why });
    assert_eq!(found.systems[0].in_place, InPlace::No);
    assert_eq!(cleared(found.clone(), &[], false), ["DEV-COPY-ON-WRITE"]);
    assert_eq!(cleared(found, &[], true), [""; 0]);

    // An image on it shows the same blocks to nobody.
    let image = sparse_file(disk.mount.at(), "image", 64 * MIB);
    let node = attach(&image, &[]);
    run("mkfs.ext4", &["-q", text(&node)]);
    let mount = Mount::new(&node);
    let inner = mount.at().join("a");
    write(&inner, &content(5000));
    let found = look(&[&inner], false);
    let why = Blindness::Layer;
    assert_eq!(found.systems[0].sight, Sight::None { why });
    assert_eq!(cleared(found, &[], false), ["DEV-LAYER-KEEPS-BLOCKS"]);
    drop(mount);
    detach(&node);
}

#[test]
fn a_thin_pool_or_snapshot_beneath_is_told() {
    let Some(_alone) = alone_as_root() else { return };
    // Whether a kernel has it is no lack of the system that the tests run on.
    if !Path::new("/sys/class/misc/device-mapper").exists() {
        return println!("not run: this kernel has no device mapper");
    }
    let device = Loop::new(64 * MIB);
    let name = format!("keshiin-test-{}-real", std::process::id());
    let table = format!("0 131072 linear {} 0", text(&device.node));
    run("dmsetup", &["create", &name, "--table", &table]);
    let node = PathBuf::from(format!("/dev/mapper/{name}"));
    run("mkfs.ext4", &["-q", text(&node)]);
    let mount = Mount::new(&node);
    let path = mount.at().join("a");
    write(&path, &content(5000));
    let found = look(&[&path], false);
    let (sight, snapshots) = (found.systems[0].sight.clone(), found.systems[0].snapshots.clone());
    let refused = cleared(found, &[], false);
    drop(mount);
    run("dmsetup", &["remove", "--retry", &name]);
    assert_eq!(
        sight,
        Sight::None {
            why: Blindness::Layer
        }
    );
    assert!(
        snapshots.len() == 1 && snapshots[0].contains("snapshot origin"),
        "{snapshots:?}"
    );
    assert_eq!(refused, ["DEV-LAYER-KEEPS-BLOCKS"]);
}

#[test]
fn memory_is_told_and_an_overlay_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let memory = folder_in_memory();
    let path = memory.path().join("a");
    write(&path, &content(5000));
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(MIB)
        .unwrap();
    let found = look(&[&path], false);
    assert_eq!(only(&found).allocated().0, 8192, "the hole has no room");
    assert_eq!(found.systems[0].in_place, InPlace::Memory);
    assert_eq!(cleared(found, &[], false), [""; 0]);

    let disk = Disk::ext4();
    for name in ["lower", "upper", "work"] {
        fs::create_dir(disk.path(name)).unwrap();
    }
    let below = disk.path("lower/a");
    write(&below, &content(5000));
    let options = format!(
        "lowerdir={},upperdir={},workdir={}",
        text(&disk.path("lower")),
        text(&disk.path("upper")),
        text(&disk.path("work"))
    );
    let overlay = Mount::with(Path::new("overlay"), &["-t", "overlay", "-o", &options]);
    let shown = overlay.at().join("a");
    let found = look(&[&shown], false);
    let why = Blindness::Overlay;
    assert_eq!(found.systems[0].sight, Sight::None { why });
    assert!(
        only(&found)
            .extents
            .iter()
            .all(|extent| extent.physical.is_none())
    );
    assert_eq!(cleared(found.clone(), &[], false), ["DEV-COPY-ON-WRITE"]);
    assert_eq!(cleared(found, &[], true), [""; 0]);
}

#[test]
fn files_in_use_or_not_to_be_changed_are_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let disk = Disk::ext4();
    let path = disk.file("used", 8192);
    for how in ["open", "write", "map"] {
        let other = Other::holding(how, &path);
        // A page that is written through the map changes the file as well.
        let refused = clear_files(look(&[&path], false), &[], true).unwrap_err();
        let named = refused
            .iter()
            .any(|refusal| matches!(refusal, DeviceError::HeldBy { pid, .. } if *pid == other.pid()));
        assert!(named, "{how}: {refused:?}");
        other.end();
        assert_eq!(told(&[&path], false), [""; 0]);
    }
    for flag in ["i", "a"] {
        run("chattr", &[&format!("+{flag}"), text(&path)]);
        let refused = told(&[&path], false);
        run("chattr", &[&format!("-{flag}"), text(&path)]);
        assert_eq!(refused, ["DEV-IMMUTABLE-FILE"], "{flag}");
    }
    let image = sparse_file(disk.mount.at(), "image", 8 * MIB);
    let node = attach(&image, &[]);
    let refused = told(&[&image], false);
    detach(&node);
    assert!(refused.contains(&"DEV-LOOP-BOUND"), "{refused:?}");

    run("mount", &["-o", "remount,ro", text(disk.mount.at())]);
    assert_eq!(told(&[&path], false), ["DEV-READ-ONLY-FILE-SYSTEM"]);
}

#[test]
fn a_file_that_grows_or_is_exchanged_after_the_survey_is_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let disk = Disk::ext4();
    let path = disk.file("log", 8192);
    let found = look(&[&path], false);
    write(&path, &content(9000));
    assert_eq!(cleared(found, &[], true), ["DEV-FILE-CHANGING"]);
    let found = look(&[&path], false);
    fs::remove_file(&path).unwrap();
    assert_eq!(cleared(found.clone(), &[], true)[0], "DEV-CANNOT-OPEN");
    disk.file("log", 9000);
    assert!(cleared(found, &[], true).contains(&"DEV-FILE-CHANGING"));
}

#[test]
fn hard_links_elsewhere_are_refused_and_found() {
    let Some(_alone) = alone_as_root() else { return };
    let disk = Disk::ext4();
    let path = disk.file("one", 8192);
    fs::create_dir_all(disk.path("a/b")).unwrap();
    let other = disk.path("a/b/two");
    fs::hard_link(&path, &other).unwrap();
    let refused = clear_files(look(&[&path], false), &[], true).unwrap_err();
    assert_eq!(
        refused,
        [DeviceError::LinkedElsewhere {
            path: path.clone(),
            links: 2,
            named: 1,
            others: vec![other.clone()],
            complete: true
        }]
    );
    // Every name, each as often as one likes: one file.
    let again = disk.path("a/../one");
    let found = look(&[&path, &again, &path, &disk.path("a")], true);
    assert_eq!((found.files.len(), found.further_names.len()), (1, 1));
    assert_eq!(found.further_names[0].path, other);
    assert_eq!(cleared(found, &[], false), [""; 0]);
}

#[test]
fn links_folders_special_files_and_other_file_systems_are_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let disk = Disk::ext4();
    let real = disk.path("real");
    fs::create_dir(&real).unwrap();
    let inside = disk.file("real/a", 5000);
    symlink("real", disk.path("link")).unwrap();
    let through = disk.path("link/a");
    assert_eq!(told(&[&through], false), ["DEV-PATH-THROUGH-LINK"]);
    assert_eq!(told(&[&disk.path("link")], true), ["DEV-PATH-THROUGH-LINK"]);
    assert_eq!(told(&[&disk.path("none")], true), ["DEV-NO-SUCH-FILE"]);
    assert_eq!(told(&[&real], false), ["DEV-FOLDER-NOT-RECURSIVE"]);
    assert_eq!(told(&[disk.mount.at()], true), ["DEV-MOUNT-ROOT"]);
    assert_eq!(told(&[&real], true), [""; 0]);

    symlink("a", real.join("met")).unwrap();
    assert_eq!(told(&[&real], true), ["DEV-PATH-THROUGH-LINK"]);
    fs::remove_file(real.join("met")).unwrap();
    run("mkfifo", &[text(&real.join("pipe"))]);
    assert_eq!(told(&[&real], true), ["DEV-SPECIAL-FILE"]);
    fs::remove_file(real.join("pipe")).unwrap();

    let at = real.join("mounted");
    fs::create_dir(&at).unwrap();
    run("mount", &["-t", "tmpfs", "none", text(&at)]);
    write(&at.join("b"), b"other");
    let found = look(&[&real], true);
    run("umount", &[text(&at)]);
    let path = at.clone();
    assert_eq!(found.refusals, [DeviceError::OtherFileSystem { path }]);
    assert_eq!(found.files.len(), 1, "what is mounted there was not entered");
    // The same file system once more at another place is another mount, too.
    run("mount", &["--bind", text(&real), text(&at)]);
    let found = look(&[&real], true);
    run("umount", &[text(&at)]);
    assert_eq!(codes(&found.refusals), ["DEV-OTHER-FILE-SYSTEM"]);
    let found = look(&[&real], true);
    assert_eq!(found.folders.len(), 2);
    assert!(found.folders[1].depth > found.folders[0].depth);
    assert_eq!(found.files[0].path, inside);
}

#[test]
fn a_part_of_what_must_stay_that_is_mounted_elsewhere_stays() {
    let Some(_alone) = alone_as_root() else { return };
    let disk = Disk::ext4();
    for name in ["home/sub/deep", "open/sub", "at", "over"] {
        fs::create_dir_all(disk.path(name)).unwrap();
    }
    disk.file("home/sub/deep/afile", 500);
    disk.file("open/sub/afile", 500);
    let needed = [Protected {
        what: ProtectedKind::Home,
        path: disk.path("home"),
    }];
    let at = disk.path("at");
    let told = |name: &str| cleared(look(&[&at.join(name)], false), &needed, false);
    run("mount", &["--bind", text(&disk.path("home/sub")), text(&at)]);
    let direct = told("deep/afile");
    // A part of the part, over the first: what it lies in is found through two mounts.
    run(
        "mount",
        &["--bind", text(&at.join("deep")), text(&disk.path("over"))],
    );
    let twice = cleared(look(&[&disk.path("over/afile")], false), &needed, false);
    run("umount", &[text(&disk.path("over"))]);
    run("umount", &[text(&at)]);
    run("mount", &["--bind", text(&disk.path("open/sub")), text(&at)]);
    let free = told("afile");
    run("umount", &[text(&at)]);
    assert_eq!(direct, ["DEV-BELOW-PROTECTED"]);
    assert_eq!(twice, ["DEV-BELOW-PROTECTED"]);
    assert_eq!(free, [""; 0]);
}

#[test]
fn what_the_system_or_this_run_needs_is_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let disk = Disk::ext4();
    fs::create_dir(disk.path("home")).unwrap();
    let inside = disk.file("home/key", 500);
    let key = |path: &Path| Protected {
        what: ProtectedKind::Key,
        path: path.to_owned(),
    };
    let hidden = disk.path("hidden");
    fs::create_dir(&hidden).unwrap();
    fs::rename(&inside, hidden.join("key")).unwrap();
    let needed = [key(&hidden.join("key"))];
    assert_eq!(
        cleared(look(&[&hidden], true), &needed, true),
        ["DEV-IS-PROTECTED"]
    );
    let needed = [Protected {
        what: ProtectedKind::Home,
        path: hidden.clone(),
    }];
    let found = look(&[&hidden.join("key")], false);
    assert_eq!(cleared(found.clone(), &needed, true), ["DEV-BELOW-PROTECTED"]);
    // Records go there: the folder must stay, and what lies beside them may go.
    let output = |path: PathBuf| Protected {
        what: ProtectedKind::Output,
        path,
    };
    assert_eq!(cleared(found, &[output(hidden.clone())], true), [""; 0]);
    for place in [hidden.clone(), hidden.join("new/folder")] {
        assert_eq!(
            cleared(look(&[&hidden], true), &[output(place)], true),
            ["DEV-IS-PROTECTED"]
        );
    }

    let program = std::env::current_exe().unwrap();
    let refused = told(&[&program], false);
    assert!(refused.contains(&"DEV-IS-PROTECTED"), "{refused:?}");
    for path in ["/etc/hostname", "/etc/passwd"] {
        let refused = told(&[Path::new(path)], false);
        assert!(refused.contains(&"DEV-SYSTEM-FOLDER"), "{path}: {refused:?}");
    }
}

#[test]
fn an_ordinary_user_is_told_what_he_may_not_see_or_change() {
    let Some(_alone) = alone_as_root() else { return };
    let disk = Disk::ext4();
    fs::set_permissions(disk.mount.at(), fs::Permissions::from_mode(0o777)).unwrap();
    let (own, others) = (disk.file("own", 9000), disk.file("others", 9000));
    std::os::unix::fs::chown(&own, Some(65534), Some(65534)).unwrap();
    let user = std::thread::spawn(move || {
        calls::become_nobody().unwrap();
        let found = look(&[&own], false);
        let refused = told(&[&others], false);
        (found.clone(), cleared(found, &[], false), refused)
    });
    let (found, passed, refused) = user.join().unwrap();
    let why = Blindness::NotAllowed;
    assert_eq!(found.systems[0].sight, Sight::None { why });
    assert!(
        only(&found)
            .extents
            .iter()
            .all(|extent| extent.physical.is_some())
    );
    assert_eq!(passed, [""; 0]);
    assert!(refused.contains(&"DEV-CANNOT-OPEN"), "{refused:?}");
}

#[test]
fn what_lies_still_is_found_again_as_it_was() {
    let Some(_alone) = alone_as_root() else { return };
    for disk in [Disk::ext4(), Disk::xfs()] {
        // Not flushed, and in pieces: room that a file system takes beforehand must not come and go.
        let path = disk.path("delayed");
        let mut file = fs::File::create(&path).unwrap();
        (0..40).for_each(|_| file.write_all(&content(99_999)).unwrap());
        drop(file);
        let found = look(&[&path], false);
        assert!(
            only(&found)
                .extents
                .iter()
                .all(|extent| extent.physical.is_some())
        );
        run("sync", &[]);
        assert_eq!(look(&[&path], false), found);
        assert_eq!(cleared(found, &[], false), [""; 0]);
    }
}

#[test]
fn running_programs_and_swap_files_are_refused() {
    let Some(_alone) = alone_as_root() else { return };
    let disk = Disk::ext4();
    let program = disk.path("program");
    fs::copy("/bin/cat", &program).unwrap();
    assert_eq!(told(&[&program], false), [""; 0]);
    let mut running = std::process::Command::new(&program)
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let refused = clear_files(look(&[&program], false), &[], true).unwrap_err();
    drop(running.stdin.take());
    running.wait().unwrap();
    let named =
        |refusal: &DeviceError| matches!(refusal, DeviceError::HeldBy { pid, .. } if *pid == running.id());
    assert!(refused.len() == 1 && named(&refused[0]), "{refused:?}");

    let swap = disk.file("swap", 16 * MIB as usize);
    fs::set_permissions(&swap, fs::Permissions::from_mode(0o600)).unwrap();
    run("mkswap", &["-q", text(&swap)]);
    let on = std::process::Command::new("swapon").arg(&swap).output();
    if !on.is_ok_and(|on| on.status.success()) {
        return not_run("swapon is not permitted");
    }
    let refused = told(&[&swap], false);
    run("swapoff", &[text(&swap)]);
    assert!(refused.contains(&"DEV-SWAP"), "{refused:?}");
}

#[test]
fn a_search_that_is_stopped_is_a_refusal() {
    let folder = folder_on_disk();
    let path = folder.path().canonicalize().unwrap();
    write(&path.join("a"), b"a");
    let stop = StopSignal::default();
    stop.raise();
    let found = survey(&[path], true, &stop);
    assert_eq!(found.refusals, [DeviceError::SearchStopped]);
    assert_eq!(found.files, []);
}
