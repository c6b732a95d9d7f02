//! Bad input: every case is refused with its exit code and its reason, in both languages, and changes
//! neither the device nor the output folder.

use std::collections::VecDeque;
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use crate::devices::{Frozen, Holder, Loop, Mount, SIZE, count_text, sample_file, tool};
use crate::support::{Call, Ran, World, digest, payload};

/// One kind of bad input.
struct Case {
    name: &'static str,
    exit: i32,
    code: &'static str,
    play: fn(&World) -> Attempt,
}

/// What came of one.
struct Attempt {
    english: Ran,
    japanese: Ran,
    /// Whether the medium was the same afterwards; none where there is no medium.
    device_unchanged: Option<bool>,
    output_unchanged: bool,
}

const fn case(name: &'static str, exit: i32, code: &'static str, play: fn(&World) -> Attempt) -> Case {
    Case {
        name,
        exit,
        code,
        play,
    }
}

/// Makes the call in both languages and compares the medium's bytes before and after.
fn attempt(world: &World, call: &Call, medium: Option<&Path>) -> Attempt {
    let state = || (medium.map(digest), world.output());
    let before = state();
    let english = call.run();
    let japanese = call.clone().with("--lang", "ja").run();
    let after = state();
    Attempt {
        english,
        japanese,
        device_unchanged: medium.is_some().then(|| before.0 == after.0),
        output_unchanged: before.1 == after.1,
    }
}

/// A wipe of a sample device, varied.
fn vary(world: &World, change: impl FnOnce(Call) -> Call) -> Attempt {
    let device = Loop::sample(world);
    attempt(world, &change(world.wipe(&[device.node()])), Some(device.file()))
}

/// A wipe of something that is no medium, or not one that may be erased.
fn wipe_of(world: &World, path: &str, medium: Option<&Path>) -> Attempt {
    attempt(world, &world.wipe(&[path]), medium)
}

/// A wipe while something holds the device.
fn held(world: &World, hold: impl FnOnce(&Loop) -> Holder) -> Attempt {
    let device = Loop::sample(world);
    let _holder = hold(&device);
    attempt(world, &world.wipe(&[device.node()]), Some(device.file()))
}

const CASES: &[Case] = &[
    case("no such device", 3, "DEV-NO-SUCH-DEVICE", |world| {
        wipe_of(world, "/dev/keshiin-e2e-none", None)
    }),
    case("a directory", 3, "DEV-DIRECTORY", |world| {
        wipe_of(world, &world.text("home"), None)
    }),
    case("a character device", 3, "DEV-CHARACTER-DEVICE", |world| {
        wipe_of(world, "/dev/zero", None)
    }),
    case(
        "a regular file without --image",
        3,
        "DEV-NEEDS-IMAGE-FLAG",
        |world| {
            sample_file(&world.path("plain.img"), SIZE);
            wipe_of(world, &world.text("plain.img"), Some(&world.path("plain.img")))
        },
    ),
    case("a device with --image", 3, "DEV-NOT-AN-IMAGE", |world| {
        vary(world, |call| call.flag("--image"))
    }),
    case("a mounted device", 3, "DEV-MOUNTED", |world| {
        let device = Loop::sample(world);
        let _mount = Mount::ext4(world, device.node());
        tool("sync", &["-f", device.file().to_str().unwrap()]);
        wipe_of(world, device.node(), Some(device.file()))
    }),
    case("a device with a mounted partition", 3, "DEV-MOUNTED", |world| {
        let device = Loop::sample(world);
        let _mount = Mount::ext4(world, &device.add_partition());
        wipe_of(world, device.node(), Some(device.file()))
    }),
    case("a partition", 3, "DEV-PARTITION", |world| {
        let device = Loop::sample(world);
        wipe_of(world, &device.add_partition(), Some(device.file()))
    }),
    // Twice safe: a dry run writes nothing, and "never" confirms no disk.
    case("the system disk", 3, "DEV-SYSTEM-DISK", |world| {
        let call = world
            .wipe(&[&system_disk()])
            .with("--confirm", "never")
            .flag("--dry-run");
        attempt(world, &call, None)
    }),
    case("a read-only loop device", 3, "DEV-READ-ONLY", |world| {
        sample_file(&world.path("device.img"), SIZE);
        let device = Loop::over(&world.path("device.img"), &["--read-only"]);
        wipe_of(world, device.node(), Some(device.file()))
    }),
    case("held exclusively by another process", 3, "DEV-HELD", |world| {
        held(world, |device| Holder::of(device.node(), true, libc::O_EXCL))
    }),
    case("merely opened by another process", 3, "DEV-HELD", |world| {
        held(world, |device| Holder::of(device.node(), false, 0))
    }),
    case("a partition held with a dirty page", 3, "DEV-HELD", |world| {
        held(world, |device| Holder::with_dirty_page(&device.add_partition()))
    }),
    case(
        "its backing file opened by another process",
        3,
        "DEV-HELD",
        |world| {
            held(world, |device| {
                Holder::of(device.file().to_str().unwrap(), true, 0)
            })
        },
    ),
    case(
        "an image opened by another process",
        3,
        "DEV-HELD-BY-SOMEBODY",
        |world| {
            let image = world.path("image.img");
            sample_file(&image, SIZE);
            let _holder = Holder::of(image.to_str().unwrap(), true, 0);
            let call = world.wipe(&[image.to_str().unwrap()]).flag("--image");
            attempt(world, &call, Some(&image))
        },
    ),
    case(
        "its bytes bound to a second loop device",
        3,
        "DEV-LOOP-BOUND",
        |world| {
            let device = Loop::sample(world);
            let _second = Loop::over(device.file(), &[]);
            wipe_of(world, device.node(), Some(device.file()))
        },
    ),
    case("serial typed wrong", 3, "DEV-NOT-CONFIRMED", |world| {
        vary(world, |call| call.with("--confirm", "loop999"))
    }),
    case("no terminal and no --confirm", 3, "JOB-NOBODY-TO-ASK", |world| {
        vary(world, |call| call.without("--confirm"))
    }),
    case("no terminal and no passphrase", 3, "JOB-NOBODY-TO-ASK", |world| {
        vary(world, |call| call.without("--passphrase-file"))
    }),
    case("wrong passphrase", 8, "REC-WRONG-PASSPHRASE", |world| {
        vary(world, |call| {
            call.also("--passphrase-file", &format!("handler={}", world.text("wrong")))
        })
    }),
    case(
        "wrong passphrase of the witness",
        8,
        "REC-WRONG-PASSPHRASE",
        |world| {
            vary(world, |call| {
                call.also("--passphrase-file", &format!("witness={}", world.text("wrong")))
            })
        },
    ),
    case("a key file cut short", 4, "REC-IDENTITY-DAMAGED", |world| {
        change(&world.path("handler.key"), |bytes| {
            bytes.truncate(bytes.len() / 2)
        });
        vary(world, |call| call)
    }),
    case(
        "a key file with one byte changed",
        4,
        "REC-IDENTITY-DAMAGED",
        |world| {
            change(&world.path("handler.key"), |bytes| {
                let place = bytes.len() - 200;
                bytes[place] ^= 1;
            });
            vary(world, |call| call)
        },
    ),
    case(
        "a roster signed by somebody else",
        3,
        "REC-ROSTER-OTHER-ISSUER",
        |world| {
            let begin = [
                "roster",
                "new",
                "--org",
                "試験県",
                "--out",
                &world.text("other.json"),
            ];
            let begin = world
                .keshiin(&begin)
                .with("--issuer", &world.text("stranger.key"));
            fs::create_dir(world.path("elsewhere")).unwrap();
            begin.with("--home", &world.text("elsewhere")).run().is(0);
            vary(world, |call| call.with("--roster", &world.text("other.json")))
        },
    ),
    case("an old roster", 3, "REC-ROSTER-OLD", |world| {
        fs::copy(world.path("home/roster.json"), world.path("old.json")).unwrap();
        add(world, "stranger", &["handler"], &[]);
        vary(world, |call| call.with("--roster", &world.text("old.json")))
    }),
    case(
        "a roster with one byte changed",
        3,
        "REC-ROSTER-OTHER-ISSUER",
        |world| {
            change(&world.path("home/roster.json"), |bytes| {
                let place = bytes.len() / 3;
                bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            });
            vary(world, |call| call)
        },
    ),
    case("a handler not on the roster", 3, "JOB-NOT-ENTITLED", |world| {
        vary(world, |call| call.with("--handler", &world.text("stranger.key")))
    }),
    case("a handler revoked", 3, "JOB-NOT-ENTITLED", |world| {
        world
            .roster("revoke", &["--id", "handler", "--reason", "left"])
            .is(0);
        vary(world, |call| call)
    }),
    case("a handler not yet valid", 3, "JOB-NOT-ENTITLED", |world| {
        add(world, "stranger", &["handler"], &["--from", "2099-01-01"]);
        vary(world, |call| call.with("--handler", &world.text("stranger.key")))
    }),
    case("a handler no longer valid", 3, "JOB-NOT-ENTITLED", |world| {
        add(
            world,
            "stranger",
            &["handler"],
            &["--from", "2020-01-01", "--until", "2020-12-31"],
        );
        vary(world, |call| call.with("--handler", &world.text("stranger.key")))
    }),
    case(
        "a witness on the roster as handler only",
        3,
        "JOB-NOT-ENTITLED",
        |world| {
            add(world, "stranger", &["handler"], &[]);
            vary(world, |call| call.with("--witness", &world.text("stranger.key")))
        },
    ),
    case(
        "a later witness whom the roster does not know",
        3,
        "JOB-NO-ROSTER",
        |world| {
            vary(world, |call| {
                call.without("--witness").with("--witness-later", "nobody")
            })
        },
    ),
    case("the handler as his own witness", 3, "JOB-SAME-PERSON", |world| {
        add(world, "stranger", &["handler", "witness"], &[]);
        let key = world.text("stranger.key");
        vary(world, |call| call.with("--handler", &key).with("--witness", &key))
    }),
    case(
        "a clock set back, before the program was built",
        3,
        "JOB-CLOCK-BEHIND",
        |world| vary(world, |call| call.at("2020-01-01 09:00:00")),
    ),
    case(
        "a clock set back, before the ledger's last entry",
        3,
        "JOB-CLOCK-BEHIND",
        |world| {
            let device = Loop::sample(world);
            world
                .wipe_alone(&[device.node()])
                .at("2098-01-01 09:00:00")
                .run()
                .is(0);
            wipe_of(world, device.node(), Some(device.file()))
        },
    ),
    case(
        "a clock set back, before the roster",
        3,
        "JOB-CLOCK-BEHIND",
        |world| {
            let words = [
                "roster",
                "revoke",
                &world.text("home/roster.json"),
                "--id",
                "witness",
                "--reason",
                "left",
            ];
            let revoke = world.keshiin(&words).with("--issuer", &world.text("issuer.key"));
            revoke.at("2098-01-01 09:00:00").run().is(0);
            vary(world, |call| {
                call.without("--witness").with("--no-witness", "left")
            })
        },
    ),
    case(
        "an output folder on the device itself",
        3,
        "DEV-HOLDS-PROTECTED",
        |world| {
            let device = Loop::sample(world);
            let mount = Mount::ext4(world, device.node());
            tool("sync", &["-f", mount.at().to_str().unwrap()]);
            let call = world
                .wipe(&[device.node()])
                .with("--out", mount.at().to_str().unwrap());
            let before = device_text(&device);
            let mut tried = attempt(world, &call, None);
            // The probe for room is written and removed: the file system's own blocks change, its files do not.
            tried.device_unchanged = Some(device_text(&device) == before && listing_is_empty(mount.at()));
            tried
        },
    ),
    case("an output folder that is full", 3, "JOB-OUTPUT", |world| {
        let mount = Mount::tmpfs(world, "size=64k");
        vary(world, |call| call.with("--out", mount.at().to_str().unwrap()))
    }),
    case(
        "an output folder that is not writable",
        3,
        "JOB-OUTPUT",
        |world| {
            let mount = Mount::tmpfs(world, "size=64m");
            mount.make_read_only();
            vary(world, |call| call.with("--out", mount.at().to_str().unwrap()))
        },
    ),
    case("an output folder that is not there", 3, "JOB-OUTPUT", |world| {
        vary(world, |call| call.with("--out", &world.text("nowhere")))
    }),
    case("an output folder that is a file", 3, "JOB-OUTPUT", |world| {
        vary(world, |call| call.with("--out", &world.text("pass")))
    }),
    case("an unwritable ledger", 3, "LED-READ-ONLY", |world| {
        ledger(world);
        let mount = Mount::tmpfs(world, "size=64m");
        let path = mount.at().join("ledger.sqlite");
        fs::copy(world.path("home/ledger.sqlite"), &path).unwrap();
        mount.make_read_only();
        vary(world, |call| call.with("--ledger", path.to_str().unwrap()))
    }),
    case(
        "a ledger that even root cannot change",
        3,
        "LED-READ-ONLY",
        |world| {
            ledger(world);
            let _frozen = Frozen::new(world.path("home/ledger.sqlite"));
            vary(world, |call| call)
        },
    ),
    case("a named ledger that is not there", 3, "LED-MISSING", |world| {
        vary(world, |call| call.with("--ledger", &world.text("no.sqlite")))
    }),
    case("a ledger that is none", 3, "LED-NOT-A-LEDGER", |world| {
        fs::copy(world.path("home/roster.json"), world.path("home/ledger.sqlite")).unwrap();
        vary(world, |call| call)
    }),
    case("the ledger itself as an image", 3, "DEV-IS-PROTECTED", |world| {
        ledger(world);
        let path = world.path("home/ledger.sqlite");
        attempt(
            world,
            &world.wipe(&[path.to_str().unwrap()]).flag("--image"),
            Some(&path),
        )
    }),
    case(
        "a sparse image larger than its file system",
        3,
        "DEV-NO-SPACE",
        |world| {
            let mount = Mount::tmpfs(world, "size=16m");
            let image = mount.at().join("sparse.img");
            fs::File::create(&image).unwrap().set_len(64 << 20).unwrap();
            attempt(
                world,
                &world.wipe(&[image.to_str().unwrap()]).flag("--image"),
                Some(&image),
            )
        },
    ),
    case(
        "class 2 without the step that follows",
        3,
        "POL-LEVEL-TOO-LOW",
        |world| vary(world, |call| call.with("--classification", "2")),
    ),
    case("My Number without a witness", 3, "POL-WITNESS-MISSING", |world| {
        let alone = |call: Call| call.without("--witness").with("--no-witness", "none came");
        vary(world, |call| {
            alone(call)
                .with("--classification", "3A")
                .with("--then", "destroy")
                .flag("--mynumber")
        })
    }),
    case(
        "a classification that the policy does not know",
        3,
        "POL-UNKNOWN-CLASSIFICATION",
        |world| vary(world, |call| call.with("--classification", "9")),
    ),
    case(
        "one bad device beside a good one",
        3,
        "DEV-NO-SUCH-DEVICE",
        |world| {
            let device = Loop::sample(world);
            wipe_of_two(world, &device, "/dev/keshiin-e2e-none")
        },
    ),
    case(
        "one unconfirmed device beside a good one",
        3,
        "DEV-NOT-CONFIRMED",
        |world| {
            let (device, other) = (Loop::sample(world), Loop::named(world, "second.img"));
            let call = world
                .wipe(&[device.node(), other.node()])
                .with("--confirm", device.name());
            let before = digest(other.file());
            let mut tried = attempt(world, &call, Some(device.file()));
            tried.device_unchanged = tried
                .device_unchanged
                .map(|same| same && before == digest(other.file()));
            tried
        },
    ),
    case("the same device twice", 2, "JOB-NAMED-TWICE", |world| {
        let device = Loop::sample(world);
        wipe_of_two(world, &device, device.node())
    }),
    case("a method that does not exist", 2, "ERA-UNKNOWN-METHOD", |world| {
        vary(world, |call| call.with("--method", "shred"))
    }),
    case("a record with one byte changed", 4, "", |world| {
        tampered(world, |bytes| {
            let place = bytes.len() / 2;
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        })
    }),
    case("a record with white space added", 4, "", |world| {
        tampered(world, |bytes| bytes.insert(1, b' '))
    }),
    case("a record with a line end added", 4, "", |world| {
        tampered(world, |bytes| bytes.push(b'\n'))
    }),
    case("a record with one signature taken from another", 4, "", |world| {
        let other = {
            let device = Loop::named(world, "second.img");
            world.wipe(&[device.node()]).run().is(0);
            fs::read(world.record()).unwrap()
        };
        for name in world.output().into_keys() {
            fs::remove_file(world.path("out").join(name)).unwrap();
        }
        tampered(world, |bytes| *bytes = with_signature_of(bytes, &other))
    }),
];

fn wipe_of_two(world: &World, device: &Loop, other: &str) -> Attempt {
    attempt(world, &world.wipe(&[device.node(), other]), Some(device.file()))
}

fn change(path: &Path, how: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    how(&mut bytes);
    fs::write(path, bytes).unwrap();
}

fn add(world: &World, id: &str, roles: &[&str], more: &[&str]) {
    let member = world.text(format!("{id}.pub"));
    let mut options = vec!["--member", member.as_str()];
    options.extend(roles.iter().flat_map(|role| ["--role", role]));
    options.extend(more);
    world.roster("add", &options).is(0);
}

/// Makes the home's ledger, with one erasure in it.
fn ledger(world: &World) {
    let device = Loop::named(world, "first.img");
    world.wipe_alone(&[device.node()]).run().is(0);
}

fn device_text(device: &Loop) -> usize {
    count_text(device.file())
}

fn listing_is_empty(folder: &Path) -> bool {
    crate::support::listing(folder).is_empty()
}

/// A record of a real erasure, changed, and then verified.
fn tampered(world: &World, how: impl FnOnce(&mut Vec<u8>)) -> Attempt {
    let device = Loop::sample(world);
    world.wipe(&[device.node()]).run().is(0);
    let record = world.record();
    world.verify(&record).is(0);
    change(&record, how);
    attempt(
        world,
        &world.keshiin(&["verify", record.to_str().unwrap()]),
        Some(device.file()),
    )
}

/// The first record with the first signature of the other.
fn with_signature_of(record: &[u8], other: &[u8]) -> Vec<u8> {
    let signature = |bytes: &[u8]| {
        let envelope: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        envelope["signatures"][0]["sig"].as_str().unwrap().to_owned()
    };
    let text = String::from_utf8(record.to_vec()).unwrap();
    text.replace(&signature(record), &signature(other)).into_bytes()
}

/// The whole disk under `/`.
fn system_disk() -> String {
    let source = tool(
        "findmnt",
        &["--noheadings", "--output", "SOURCE", "--nofsroot", "/"],
    );
    let whole = Command::new("lsblk")
        .args(["--noheadings", "--output", "PKNAME", "--nodeps", &source])
        .output();
    let whole = whole
        .map(|done| String::from_utf8_lossy(&done.stdout).trim().to_owned())
        .unwrap_or_default();
    let disk = if whole.is_empty() {
        source
    } else {
        format!("/dev/{whole}")
    };
    assert!(
        disk.starts_with("/dev/"),
        "the disk under / is not to be found: {disk}"
    );
    disk
}

/// Plays one case and judges it; the row of the table and what is wrong with it.
fn judge(case: &Case) -> (String, Option<String>) {
    let world = World::new();
    let Attempt {
        english,
        japanese,
        device_unchanged,
        output_unchanged,
    } = (case.play)(&world);
    let codes = english.codes();
    let device = device_unchanged.map_or("-", |same| if same { "same" } else { "CHANGED" });
    let output = if output_unchanged { "same" } else { "CHANGED" };
    let row = format!(
        "| {} | {} | {} | {device} | {output} |",
        case.name,
        english.exit,
        codes.join(" ")
    );
    let kana = |text: &str| text.chars().any(|sign| ('\u{3041}'..='\u{30ff}').contains(&sign));
    let said = |ran: &Ran| format!("{}{}", ran.out, ran.err);
    let demands = [
        (english.exit == case.exit, "the exit code"),
        (japanese.exit == case.exit, "the exit code in Japanese"),
        (
            case.code.is_empty() || codes.iter().any(|code| code == case.code),
            "the code",
        ),
        (codes == japanese.codes(), "the codes in Japanese"),
        (kana(&said(&japanese)), "Japanese words"),
        (!kana(&said(&english)), "English words"),
        (device_unchanged != Some(false), "the device unchanged"),
        (output_unchanged, "the output unchanged"),
    ];
    let missing: Vec<&str> = demands
        .iter()
        .filter(|(met, _)| !met)
        .map(|(_, what)| *what)
        .collect();
    let wrong = (!missing.is_empty())
        .then(|| format!("{row}\n  {missing:?}\n{}\n{}", said(&english), said(&japanese)));
    (row, wrong)
}

/// All cases, on two workers; printed with `--nocapture`.
#[test]
fn bad_input_table() {
    let left: Mutex<VecDeque<(usize, &Case)>> = Mutex::new(CASES.iter().enumerate().collect());
    let done = Mutex::new(Vec::new());
    let work = || {
        loop {
            let next = left.lock().unwrap().pop_front();
            let Some((place, case)) = next else { break };
            let judged = catch_unwind(|| judge(case)).unwrap_or_else(|_| {
                (
                    format!("| {} | panicked |", case.name),
                    Some(case.name.to_owned()),
                )
            });
            done.lock().unwrap().push((place, judged));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(place, _)| *place);
    println!("| case | exit | codes | device | output folder |\n|---|---|---|---|---|");
    for (_, (row, _)) in &done {
        println!("{row}");
    }
    let wrong: Vec<String> = done.into_iter().filter_map(|(_, (_, wrong))| wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Nothing on the roster can be checked without a pinned issuer: the work is done and says so.
#[test]
fn without_a_pinned_issuer_the_record_says_so() {
    let world = World::new();
    let device = Loop::sample(&world);
    fs::remove_file(world.path("home/issuer.json")).unwrap();
    world.wipe(&[device.node()]).run().is(0);
    assert_eq!(count_text(device.file()), 0);
    assert_eq!(payload(&world.record())["roster"]["state"], "unpinned");
    world.verify(&world.record()).is(7);
    let named = world.keshiin(&["verify", world.record().to_str().unwrap()]);
    named.with("--issuer", &world.text("issuer.pub")).run().is(0);
}
