//! What every floor's folder must keep to, whichever way it is built: run against both.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

/// A target folder beside one that nothing may reach.
struct Scene {
    _root: tempfile::TempDir,
    target: PathBuf,
    outside: PathBuf,
}

impl Scene {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let (target, outside) = (root.path().join("target"), root.path().join("outside"));
        fs::create_dir(&target).unwrap();
        fs::create_dir_all(outside.join("inner")).unwrap();
        fs::write(outside.join("secret"), b"secret").unwrap();
        Self {
            _root: root,
            target,
            outside,
        }
    }

    fn assert_nothing_outside(&self) {
        let mut names: Vec<_> = fs::read_dir(&self.outside)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["inner", "secret"]);
        assert_eq!(fs::read_dir(self.outside.join("inner")).unwrap().count(), 0);
        assert_eq!(fs::read(self.outside.join("secret")).unwrap(), b"secret");
    }
}

macro_rules! on {
    ($floor:ident) => {
        mod $floor {
            use super::*;
            use crate::devices::sys::$floor::Folder;

            #[test]
            fn planted_links_lead_nowhere() {
                let scene = Scene::new();
                let target = Folder::open(&scene.target).unwrap();
                symlink(&scene.outside, scene.target.join("link")).unwrap();
                symlink("../outside", scene.target.join("relative")).unwrap();
                symlink(scene.outside.join("none"), scene.target.join("dangling")).unwrap();
                symlink(scene.outside.join("secret"), scene.target.join("file")).unwrap();
                for name in ["link", "relative", "dangling", "file"] {
                    assert!(target.child(name).is_err(), "{name}");
                    assert!(target.descend(&[name]).is_err(), "{name}");
                    assert!(target.descend(&[name, "inner"]).is_err(), "{name}");
                    let taken = target.create_new(name).unwrap_err();
                    assert_eq!(taken.kind(), ErrorKind::AlreadyExists, "{name}");
                    assert!(target.has(name).unwrap());
                }
                scene.assert_nothing_outside();
            }

            #[test]
            fn a_link_planted_into_a_folder_that_is_open_leads_nowhere() {
                let scene = Scene::new();
                let target = Folder::open(&scene.target).unwrap();
                let (inner, made) = target.child("inner").unwrap();
                assert!(made);
                symlink(&scene.outside, scene.target.join("inner/deeper")).unwrap();
                assert!(inner.child("deeper").is_err());
                assert!(target.descend(&["inner", "deeper", "inner"]).is_err());
                scene.assert_nothing_outside();
            }

            #[test]
            fn a_rename_replaces_only_when_asked_and_then_the_link_itself() {
                let scene = Scene::new();
                let target = Folder::open(&scene.target).unwrap();
                symlink(scene.outside.join("secret"), scene.target.join("link")).unwrap();
                fs::write(scene.target.join("there"), b"old").unwrap();
                fs::write(scene.target.join("new"), b"new").unwrap();
                for to in ["link", "there"] {
                    let refused = target.rename_new("new", &target, to).unwrap_err();
                    assert_eq!(refused.kind(), ErrorKind::AlreadyExists);
                }
                assert_eq!(fs::read(scene.target.join("there")).unwrap(), b"old");
                target.rename("new", &target, "link").unwrap();
                assert_eq!(fs::read(scene.target.join("link")).unwrap(), b"new");
                assert!(
                    fs::symlink_metadata(scene.target.join("link"))
                        .unwrap()
                        .is_file()
                );
                target.rename_new("link", &target, "free").unwrap();
                assert_eq!(fs::read(scene.target.join("free")).unwrap(), b"new");
                assert!(!target.has("link").unwrap());
                scene.assert_nothing_outside();
            }

            #[test]
            fn folders_are_found_made_and_removed() {
                let scene = Scene::new();
                let target = Folder::open(&scene.target).unwrap();
                assert!(target.descend(&["a", "b"]).unwrap().is_none());
                let (a, made) = target.child("a").unwrap();
                assert!(made && !target.child("a").unwrap().1);
                a.child("b").unwrap();
                let b = target.descend(&["a", "b"]).unwrap().unwrap();
                b.create_new("file").unwrap();
                assert!(target.remove_folder("a").is_err());
                b.remove_file("file").unwrap();
                a.remove_folder("b").unwrap();
                target.remove_folder("a").unwrap();
                assert_eq!(fs::read_dir(&scene.target).unwrap().count(), 0);
                fs::write(scene.target.join("file"), b"").unwrap();
                assert!(target.child("file").is_err());
                assert!(Folder::open(&scene.target.join("file")).is_err());
            }

            #[test]
            fn removing_a_link_leaves_what_it_leads_to() {
                let scene = Scene::new();
                let target = Folder::open(&scene.target).unwrap();
                symlink(scene.outside.join("secret"), scene.target.join("file")).unwrap();
                symlink(scene.outside.join("inner"), scene.target.join("folder")).unwrap();
                target.remove_file("file").unwrap();
                assert!(target.remove_folder("folder").is_err());
                scene.assert_nothing_outside();
            }
        }
    };
}

on!(linux);
on!(plain);
