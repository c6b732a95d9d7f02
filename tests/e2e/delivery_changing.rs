//! Files that change while they are sealed, and Ctrl-C in the middle: nothing is delivered, nothing is left.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use rustix::process::Signal;

use crate::calls::{Ran, Running};
use crate::delivery_scene::{LARGE, noise, overwrite, tree, wait_until, written};
use crate::devices::{Mount, tool};
use crate::support::World;

/// A world with a medium in memory.
struct Scene {
    // Unmounted before the world's folder goes.
    mount: Mount,
    world: World,
}

impl Scene {
    /// `data` holds a large file and a small one after it.
    fn new() -> Self {
        let world = World::post();
        world.large_data("a large one");
        world.data("small", &noise(7, 10_000));
        Self {
            mount: Mount::tmpfs(&world, "size=5g"),
            world,
        }
    }

    fn medium(&self) -> &Path {
        self.mount.at()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.world.path("data").join(name)
    }

    /// Begins to seal, and waits until some of it was written.
    fn begin(&self, language: &str) -> Running {
        let call = self.world.seal().with("--lang", language);
        let running = call.with("--out", self.medium().to_str().unwrap()).start();
        wait_until("the seal begins", || written(self.medium()) > 16 << 20);
        assert!(
            written(self.medium()) < LARGE,
            "the large file takes longer than that"
        );
        running
    }

    #[track_caller]
    fn is_empty(&self) {
        let left = tree(self.medium());
        assert!(left.is_empty(), "{:?}", left.keys());
    }
}

/// Changes `data` while the large file is sealed; a file is named, and nothing is left.
#[track_caller]
fn refused(code: &str, name: &str, change: impl Fn(&Scene)) {
    let scene = Scene::new();
    let running = scene.begin("en");
    change(&scene);
    let ran = running.end().says(3, code);
    assert!(ran.err.contains(&format!("data/{name}")), "{}", ran.err);
    scene.is_empty();
    assert_eq!(scene.world.kinds(), ["seal-started", "seal-failed"]);
}

#[test]
fn a_file_that_grows_is_told() {
    refused("PKG-CHANGED", "small", |scene| {
        let mut file = OpenOptions::new().append(true).open(scene.path("small")).unwrap();
        file.write_all(b"more").unwrap();
    });
    // While its own bytes are read.
    refused("PKG-CHANGED", "a large one", |scene| {
        let mut file = OpenOptions::new()
            .append(true)
            .open(scene.path("a large one"))
            .unwrap();
        file.write_all(b"more").unwrap();
    });
}

#[test]
fn a_file_that_shrinks_is_told() {
    for (name, length) in [("small", 5000), ("a large one", 1 << 20)] {
        refused("PKG-CHANGED", name, |scene| {
            let file = File::options().write(true).open(scene.path(name)).unwrap();
            file.set_len(length).unwrap();
        });
    }
}

#[test]
fn a_file_that_is_written_over_is_told() {
    for (name, place) in [("small", 5000), ("a large one", LARGE - 100)] {
        refused("PKG-CHANGED", name, |scene| {
            overwrite(&scene.path(name), place, b"other bytes");
        });
    }
    refused("PKG-CHANGED", "small", |scene| {
        let other = scene.world.path("other");
        fs::write(&other, noise(8, 10_000)).unwrap();
        fs::rename(other, scene.path("small")).unwrap();
    });
}

#[test]
fn a_file_that_vanishes_is_told() {
    refused("PKG-CHANGED", "small", |scene| {
        fs::remove_file(scene.path("small")).unwrap();
    });
    refused("PKG-CHANGED", "small", |scene| {
        fs::remove_file(scene.path("small")).unwrap();
        fs::create_dir(scene.path("small")).unwrap();
    });
}

/// A pipe would be waited for, and a link leads elsewhere: neither is what was found.
#[test]
fn something_else_in_a_files_place_is_told() {
    refused("PKG-CHANGED", "small", |scene| {
        fs::remove_file(scene.path("small")).unwrap();
        tool("mkfifo", &[scene.path("small").to_str().unwrap()]);
    });
    refused("PKG-CHANGED", "small", |scene| {
        let other = scene.world.path("other");
        fs::rename(scene.path("small"), &other).unwrap();
        symlink(other, scene.path("small")).unwrap();
    });
}

/// Of standard input nobody knows how long it is.
#[test]
fn a_medium_that_fills_up_is_left_empty() {
    let world = World::post();
    let mount = Mount::tmpfs(&world, "size=40m");
    let input = world.large_data("input");
    let call = world.seal_of(&["-"]).input(&input);
    let call = call.with("--out", mount.at().to_str().unwrap());
    for language in ["en", "ja"] {
        call.clone().with("--lang", language).run().says(1, "PKG-OUTPUT");
        let left = tree(mount.at());
        assert!(left.is_empty(), "{:?}", left.keys());
    }
}

#[track_caller]
fn stopped(running: Running, signal: Signal) -> Ran {
    running.signal(signal);
    running.end().is(6)
}

#[test]
fn an_interrupted_seal_leaves_nothing() {
    let kana = |text: &str| text.chars().any(|sign| ('\u{3041}'..='\u{30ff}').contains(&sign));
    for (signal, language) in [(Signal::INT, "ja"), (Signal::TERM, "en")] {
        let scene = Scene::new();
        let running = scene.begin(language);
        assert!(!tree_is_empty(scene.medium()));
        let ran = stopped(running, signal);
        assert_eq!(kana(&ran.err), language == "ja", "{}", ran.err);
        scene.is_empty();
        assert_eq!(scene.world.kinds(), ["seal-started", "seal-failed"]);
        // Nothing stands in the way of the next one.
        fs::remove_file(scene.path("a large one")).unwrap();
        let call = scene.world.seal();
        call.with("--out", scene.medium().to_str().unwrap()).run().is(0);
    }
}

fn tree_is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
fn an_interrupted_read_back_leaves_nothing() {
    let scene = Scene::new();
    let running = scene.begin("en");
    let mut last = 0;
    // All of it was written, and it stays: now it is read.
    wait_until("the read-back begins", || {
        let now = written(scene.medium());
        let still = now > LARGE && now == last;
        last = now;
        still
    });
    stopped(running, Signal::INT);
    scene.is_empty();
    assert_eq!(scene.world.kinds(), ["seal-started", "seal-failed"]);
}

#[test]
fn an_interrupted_opening_leaves_nothing() {
    let scene = Scene::new();
    let medium = scene.medium().to_str().unwrap();
    scene
        .world
        .seal()
        .with("--out", medium)
        .flag("--no-read-back")
        .run()
        .is(0);
    let opened = scene.world.path("opened");
    let before = tree(scene.medium());
    for signal in [Signal::INT, Signal::TERM] {
        let running = scene.world.open_of(&format!("{medium}/p.keshiin")).start();
        wait_until("the opening begins", || written(&opened) > 16 << 20);
        stopped(running, signal);
        scene.world.nothing_opened();
    }
    assert_eq!(before, tree(scene.medium()));
    let kinds = scene.world.kinds();
    assert_eq!(
        kinds[2..],
        ["package-open-failed", "package-open-failed"],
        "{kinds:?}"
    );
}
