//! What is not sealed: every case is refused with its exit code and its reasons, in both languages, and
//! nothing is written.

use std::collections::{BTreeMap, VecDeque};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::panic::catch_unwind;
use std::path::Path;
use std::sync::Mutex;

use crate::calls::{Call, Ran};
use crate::delivery_scene::{Found, LARGE, assert_same, tree};
use crate::devices::{Frozen, Mount, tool};
use crate::support::{World, payload};

/// One kind of bad input.
struct Case {
    name: &'static str,
    exit: i32,
    /// All of them are among the reasons.
    codes: &'static [&'static str],
    play: fn(&World) -> Attempt,
}

/// What came of one.
struct Attempt {
    english: Ran,
    japanese: Ran,
    unchanged: bool,
}

const fn case(
    name: &'static str,
    exit: i32,
    codes: &'static [&'static str],
    play: fn(&World) -> Attempt,
) -> Case {
    Case {
        name,
        exit,
        codes,
        play,
    }
}

/// Makes the call in both languages; looks at a folder before and after.
fn attempt(call: &Call, folder: &Path) -> Attempt {
    let state = || -> Option<BTreeMap<OsString, Found>> { folder.is_dir().then(|| tree(folder)) };
    let before = state();
    let english = call.run();
    let japanese = call.clone().with("--lang", "ja").run();
    Attempt {
        english,
        japanese,
        unchanged: before == state(),
    }
}

/// A seal of one small file, varied.
fn vary(world: &World, change: impl FnOnce(Call) -> Call) -> Attempt {
    world.data("a.txt", b"a");
    attempt(&change(world.seal()), &world.path("out"))
}

/// A seal onto something that is mounted.
fn onto(world: &World, mount: &Mount) -> Attempt {
    world.data("a.txt", b"a");
    let call = world.seal().with("--out", mount.at().to_str().unwrap());
    attempt(&call, mount.at())
}

/// A seal of a folder with such a name in it.
fn named(world: &World, names: &[&str]) -> Attempt {
    for name in names {
        world.data(name, b"n");
    }
    vary(world, |call| call)
}

/// A passphrase package, varied.
fn by_passphrase(world: &World, change: impl FnOnce(Call) -> Call) -> Attempt {
    vary(world, |call| {
        change(
            call.without("--to")
                .flag("--passphrase")
                .with("--notice", &world.text("notice.pdf")),
        )
    })
}

const PEOPLE: &[Case] = &[
    case("an unknown recipient", 3, &["DLV-NO-RECIPIENT"], |world| {
        vary(world, |call| call.also("--to", "tanaaka"))
    }),
    case(
        "a group that nobody is in any more",
        3,
        &["DLV-EMPTY-GROUP"],
        |world| vary(world, |call| call.also("--to", "nobody")),
    ),
    case(
        "a name that is an id and a group",
        3,
        &["DLV-AMBIGUOUS"],
        |world| vary(world, |call| call.with("--to", "issuer")),
    ),
    case("a recipient who has left", 3, &["JOB-NOT-ENTITLED"], |world| {
        vary(world, |call| call.with("--to", "left"))
    }),
    case(
        "the public file of a recipient who has left",
        3,
        &["JOB-NOT-ENTITLED"],
        |world| vary(world, |call| call.with("--to", &world.text("left.pub"))),
    ),
    case(
        "somebody who may not receive",
        3,
        &["JOB-NOT-ENTITLED"],
        |world| vary(world, |call| call.with("--to", "witness")),
    ),
    case("a sender who may not send", 3, &["JOB-NOT-ENTITLED"], |world| {
        vary(world, |call| call.with("--sender", &world.text("handler.key")))
    }),
    case(
        "a sender who is on no roster",
        3,
        &["JOB-NOT-ENTITLED"],
        |world| vary(world, |call| call.with("--sender", &world.text("stranger.key"))),
    ),
    case("no pinned issuer", 3, &["JOB-NO-PINNED-ISSUER"], |world| {
        fs::remove_file(world.path("home/issuer.json")).unwrap();
        vary(world, |call| call)
    }),
    case("65 recipients", 3, &["DLV-RECIPIENT-COUNT"], |world| {
        let files: Vec<String> = (0..65).map(|place| public_file(world, place)).collect();
        vary(world, |call| {
            let call = call.without("--to");
            files.iter().fold(call, |call, file| call.also("--to", file))
        })
    }),
    case("no recipient named at all", 2, &[], |world| {
        vary(world, |call| call.without("--to"))
    }),
    case("a recipient and a passphrase", 2, &[], |world| {
        vary(world, |call| call.flag("--passphrase"))
    }),
    case(
        "no passphrase of the sender",
        3,
        &["JOB-NOBODY-TO-ASK"],
        |world| vary(world, |call| call.without("--passphrase-file")),
    ),
    case(
        "a wrong passphrase of the sender",
        8,
        &["REC-WRONG-PASSPHRASE"],
        |world| vary(world, |call| call.with("--passphrase-file", &world.text("wrong"))),
    ),
    case(
        "a passphrase for classification 3",
        3,
        &["DLV-PASSPHRASE-NOT-ALLOWED"],
        |world| by_passphrase(world, |call| call.with("--classification", "3")),
    ),
    case(
        "a passphrase for My Number",
        3,
        &["DLV-PASSPHRASE-NOT-ALLOWED"],
        |world| {
            by_passphrase(world, |call| {
                call.with("--classification", "2").flag("--mynumber")
            })
        },
    ),
    case(
        "a passphrase made here that nobody would see",
        3,
        &["JOB-NOBODY-TO-ASK"],
        |world| by_passphrase(world, |call| call.without("--notice")),
    ),
    case("a weak passphrase", 3, &["JOB-WEAK-PASSPHRASE"], |world| {
        fs::write(world.path("weak"), "password1234\n").unwrap();
        let weak = format!("package={}", world.text("weak"));
        vary(world, |call| {
            call.without("--to")
                .flag("--passphrase-ask")
                .also("--passphrase-file", &weak)
        })
    }),
    case(
        "a passphrase that opens keys is not taken for the package",
        3,
        &["JOB-NOBODY-TO-ASK"],
        |world| vary(world, |call| call.without("--to").flag("--passphrase-ask")),
    ),
    case(
        "a notice beside the package",
        3,
        &["DLV-NOTICE-ON-MEDIUM"],
        |world| by_passphrase(world, |call| call.with("--notice", &world.text("out/notice.pdf"))),
    ),
    case(
        "a notice elsewhere on the medium",
        3,
        &["DLV-NOTICE-ON-MEDIUM"],
        |world| {
            let mount = Mount::tmpfs(world, "size=64m");
            fs::create_dir(mount.at().join("papers")).unwrap();
            fs::create_dir(mount.at().join("parcel")).unwrap();
            let notice = mount.at().join("papers/notice.pdf");
            world.data("a.txt", b"a");
            let call = world
                .seal()
                .without("--to")
                .flag("--passphrase")
                .flag("--keep-existing")
                .with("--out", mount.at().join("parcel").to_str().unwrap())
                .with("--notice", notice.to_str().unwrap());
            attempt(&call, mount.at())
        },
    ),
    case("a notice that is there already", 3, &["JOB-EXISTS"], |world| {
        fs::write(world.path("notice.pdf"), "another").unwrap();
        by_passphrase(world, |call| call)
    }),
];

const INPUTS: &[Case] = &[
    case("a pipe", 3, &["DLV-SPECIAL-FILE"], |world| {
        tool("mkfifo", &[&world.text("data/pipe")]);
        vary(world, |call| call)
    }),
    case("a socket", 3, &["DLV-SPECIAL-FILE"], |world| {
        let _socket = UnixListener::bind(world.path("data/socket")).unwrap();
        vary(world, |call| call)
    }),
    case("a device node", 3, &["DLV-SPECIAL-FILE"], |world| {
        tool("mknod", &[&world.text("data/zero"), "c", "1", "5"]);
        vary(world, |call| call)
    }),
    case("an input that is not there", 3, &["DLV-UNREADABLE"], |world| {
        attempt(
            &world.seal_of(&[&world.text("pass"), &world.text("nowhere")]),
            &world.path("out"),
        )
    }),
    case("a name of Windows", 3, &["DLV-PATH"], |world| {
        named(world, &["COM1.txt"])
    }),
    case("a sign that Windows does not have", 3, &["DLV-PATH"], |world| {
        named(world, &["a:b"])
    }),
    case("a name that ends in a full stop", 3, &["DLV-PATH"], |world| {
        named(world, &["end./x"])
    }),
    case("a line break in a name", 3, &["DLV-PATH"], |world| {
        named(world, &["two\nlines"])
    }),
    case("names that differ in capitals", 3, &["DLV-PATH"], |world| {
        named(world, &["Liste.csv", "LISTE.csv"])
    }),
    case(
        "names that differ in their spelling alone",
        3,
        &["DLV-PATH"],
        |world| named(world, &["\u{fa19}.txt", "神.txt"]),
    ),
    case("a name that is not Unicode", 3, &["DLV-PATH"], |world| {
        let name = OsStr::from_bytes(b"\x93\xfa\x96{.txt");
        fs::write(world.path("data").join(name), "sjis").unwrap();
        vary(world, |call| call)
    }),
    case("nothing but a link", 3, &["DLV-NOTHING"], |world| {
        symlink(world.path("pass"), world.path("link")).unwrap();
        attempt(&world.seal_of(&[&world.text("link")]), &world.path("out"))
    }),
    case("two inputs of one name", 3, &["DLV-PATH"], |world| {
        fs::create_dir(world.path("other")).unwrap();
        for folder in ["other", "data"] {
            fs::write(world.path(folder).join("same"), folder).unwrap();
        }
        let paths = [world.text("data/same"), world.text("other/same")];
        attempt(&world.seal_of(&[&paths[0], &paths[1]]), &world.path("out"))
    }),
    case(
        "an input that holds the output",
        3,
        &["DLV-INPUT-ON-OUTPUT"],
        |world| attempt(&world.seal_of(&[&world.text("")]), &world.path("out")),
    ),
    case("an input on the output", 3, &["DLV-INPUT-ON-OUTPUT"], |world| {
        fs::write(world.path("out/mine"), "mine").unwrap();
        let call = world.seal_of(&[&world.text("out/mine")]);
        attempt(&call.flag("--keep-existing"), &world.path("out"))
    }),
];

const PLACES: &[Case] = &[
    case("another file beside it", 3, &["DLV-OTHER-FILES"], |world| {
        fs::write(world.path("out/holiday.jpg"), "x").unwrap();
        vary(world, |call| call)
    }),
    case(
        "another file elsewhere on the medium",
        3,
        &["DLV-OTHER-FILES"],
        |world| {
            let mount = Mount::tmpfs(world, "size=64m");
            fs::write(mount.at().join("holiday.jpg"), "x").unwrap();
            let out = mount.at().join("parcel");
            fs::create_dir(&out).unwrap();
            world.data("a.txt", b"a");
            let call = world.seal().with("--out", out.to_str().unwrap());
            attempt(&call, mount.at())
        },
    ),
    case("a package of that name", 3, &["JOB-EXISTS"], |world| {
        world.data("a.txt", b"a");
        world.seal().run().is(0);
        vary(world, |call| call.flag("--keep-existing"))
    }),
    case("a paper of that name", 3, &["JOB-EXISTS"], |world| {
        fs::write(world.path("out/p.address.pdf"), "x").unwrap();
        vary(world, |call| call.flag("--keep-existing"))
    }),
    case("a name that is none", 3, &["DLV-BAD-NAME"], |world| {
        vary(world, |call| call.with("--name", "a/b"))
    }),
    case(
        "an output folder that is not there",
        3,
        &["DEV-NO-SUCH-FOLDER"],
        |world| vary(world, |call| call.with("--out", &world.text("nowhere"))),
    ),
    case(
        "an output folder that is a file",
        3,
        &["DEV-NOT-A-FOLDER"],
        |world| vary(world, |call| call.with("--out", &world.text("pass"))),
    ),
    case(
        "a medium without room for the papers",
        3,
        &["JOB-OUTPUT"],
        |world| onto(world, &Mount::tmpfs(world, "size=64k")),
    ),
    case(
        "a medium too small for the package",
        3,
        &["JOB-OUTPUT"],
        |world| {
            let mount = Mount::tmpfs(world, "size=32m");
            world.large_data("large");
            onto(world, &mount)
        },
    ),
    case("a medium that cannot be written", 3, &["JOB-OUTPUT"], |world| {
        let mount = Mount::tmpfs(world, "size=64m");
        mount.make_read_only();
        onto(world, &mount)
    }),
    case("a size that is none", 2, &["JOB-VALUE"], |world| {
        vary(world, |call| call.with("--split", "6.5M"))
    }),
    case("volumes too small", 2, &["JOB-VALUE"], |world| {
        vary(world, |call| call.with("--split", "64K"))
    }),
    case(
        "more volumes than there are numbers",
        3,
        &["PKG-TOO-MANY-VOLUMES"],
        |world| {
            assert!(LARGE > 999 << 20);
            world.large_data("large");
            vary(world, |call| call.with("--split", "1M"))
        },
    ),
    case(
        "a ledger that even root cannot change",
        3,
        &["LED-READ-ONLY"],
        |world| {
            world.data("a.txt", b"a");
            world.seal().with("--name", "first").run().is(0);
            let _frozen = Frozen::new(world.path("home/ledger.sqlite"));
            vary(world, |call| call.flag("--keep-existing"))
        },
    ),
    case("a named ledger that is not there", 3, &["LED-MISSING"], |world| {
        vary(world, |call| call.with("--ledger", &world.text("no.sqlite")))
    }),
    case(
        "a clock before the program was built",
        3,
        &["JOB-CLOCK-BEHIND"],
        |world| vary(world, |call| call.at("2021-01-01 09:00:00")),
    ),
    case(
        "a clock before the ledger's last entry",
        3,
        &["JOB-CLOCK-BEHIND"],
        |world| {
            world.data("a.txt", b"a");
            let call = world.seal().with("--name", "first");
            call.at("2098-01-01 09:00:00").run().is(0);
            vary(world, |call| call.flag("--keep-existing"))
        },
    ),
    case("a permit that ended", 3, &["DLV-PERMIT-ENDED"], |world| {
        vary(world, |call| {
            call.with("--permit", "情政第45号")
                .with("--permit-by", "情報政策課長")
                .with("--permit-until", "2020-03-31")
        })
    }),
    case("a permit without its end", 2, &[], |world| {
        vary(world, |call| call.with("--permit", "情政第45号"))
    }),
    case(
        "a classification that the policy does not know",
        3,
        &["POL-UNKNOWN-CLASSIFICATION"],
        |world| vary(world, |call| call.with("--classification", "9")),
    ),
    case("a title with a line break", 3, &["REC-BAD-TEXT"], |world| {
        vary(world, |call| call.with("--title", "two\nlines"))
    }),
    case("a way of telling that is none", 2, &["JOB-VALUE"], |world| {
        by_passphrase(world, |call| call.with("--notice-by", "pigeon"))
    }),
    case(
        "another scanner's result that is not there",
        1,
        &["JOB-FILE"],
        |world| vary(world, |call| call.with("--scan-record", &world.text("nowhere"))),
    ),
    case(
        "everything at once",
        3,
        &[
            "DLV-NO-RECIPIENT",
            "DLV-EMPTY-GROUP",
            "JOB-NOT-ENTITLED",
            "DLV-SPECIAL-FILE",
            "DLV-PATH",
            "DLV-OTHER-FILES",
            "DLV-PERMIT-ENDED",
            "POL-UNKNOWN-CLASSIFICATION",
            "JOB-EXISTS",
        ],
        |world| {
            tool("mkfifo", &[&world.text("data/pipe")]);
            for name in ["AUX", "Same", "same"] {
                world.data(name, b"x");
            }
            fs::write(world.path("out/p.keshiin"), "x").unwrap();
            vary(world, |call| {
                call.also("--to", "tanaaka")
                    .also("--to", "nobody")
                    .with("--sender", &world.text("witness.key"))
                    .with("--classification", "9")
                    .with("--permit", "1")
                    .with("--permit-by", "課長")
                    .with("--permit-until", "2020-03-31")
            })
        },
    ),
];

/// The public file of somebody whose secret half nobody keeps.
fn public_file(world: &World, place: u32) -> String {
    let person = keshiin::records::NewIdentity {
        id: format!("person{place}"),
        name: "多数 太郎".to_owned(),
        organisation: "試験県".to_owned(),
        title: None,
        contact: None,
        specimen: false,
    };
    let path = world.path(format!("person{place}.pub"));
    fs::write(&path, person.create().unwrap().public().encode()).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Plays one case; the row of the table and what is wrong with it.
fn judge(case: &Case) -> (String, Option<String>) {
    let world = World::post();
    let Attempt {
        english,
        japanese,
        unchanged,
    } = (case.play)(&world);
    let codes = english.codes();
    let said = |ran: &Ran| format!("{}{}", ran.out, ran.err);
    let kana = |text: &str| text.chars().any(|sign| ('\u{3041}'..='\u{30ff}').contains(&sign));
    let demands = [
        (english.exit == case.exit, "the exit code"),
        (japanese.exit == case.exit, "the exit code in Japanese"),
        (
            case.codes
                .iter()
                .all(|code| codes.iter().any(|said| said == code)),
            "the codes",
        ),
        (codes == japanese.codes(), "the codes in Japanese"),
        (kana(&said(&japanese)), "Japanese words"),
        (!kana(&said(&english)), "English words"),
        (unchanged, "nothing written"),
    ];
    let row = format!("| {} | {} | {} |", case.name, english.exit, codes.join(" "));
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
fn play(cases: &'static [Case]) {
    let left: Mutex<VecDeque<&Case>> = Mutex::new(cases.iter().collect());
    let done = Mutex::new(Vec::new());
    let work = || {
        loop {
            let next = left.lock().unwrap().pop_front();
            let Some(case) = next else { break };
            let judged = catch_unwind(|| judge(case)).unwrap_or_else(|_| {
                let row = format!("| {} | panicked |", case.name);
                (row.clone(), Some(row))
            });
            done.lock().unwrap().push(judged);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let done = done.into_inner().unwrap();
    println!("| case | exit | codes |\n|---|---|---|");
    done.iter().for_each(|(row, _)| println!("{row}"));
    let wrong: Vec<String> = done.into_iter().filter_map(|(_, wrong)| wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn people_who_are_not_who_they_should_be() {
    play(PEOPLE);
}

#[test]
fn inputs_that_cannot_be_sealed() {
    play(INPUTS);
}

#[test]
fn places_permits_and_words() {
    play(PLACES);
}

/// Root reads everything: somebody else does the sealing, and every file that he may not read is named.
#[test]
fn files_that_may_not_be_read_are_all_named() {
    let world = World::post();
    for name in ["secret one", "secret two", "open"] {
        world.data(name, b"x");
    }
    fs::create_dir(world.path("data/closed")).unwrap();
    tool("chmod", &["-R", "a+rwX", &world.text("")]);
    for name in ["secret one", "secret two", "closed"] {
        tool("chmod", &["0000", &world.text(format!("data/{name}"))]);
    }
    let program = world.path("program");
    let before = tree(&world.path("out"));
    for language in ["en", "ja"] {
        let call = world.seal().with("--lang", language).as_nobody(&program);
        let ran = call.run().says(3, "DLV-UNREADABLE");
        assert_eq!(ran.codes(), ["DLV-UNREADABLE"; 3], "{}", ran.err);
        for name in ["secret one", "secret two", "closed"] {
            assert!(ran.err.contains(&format!("data/{name}")), "{}", ran.err);
        }
        assert!(!ran.err.contains("data/open"), "{}", ran.err);
    }
    assert_same(&before, &tree(&world.path("out")));
}

/// How many other files lie on the medium is told, and they stay when that is wanted.
#[test]
fn other_files_are_counted_and_may_stay() {
    let world = World::post();
    world.data("a.txt", b"a");
    let mount = Mount::tmpfs(&world, "size=64m");
    for name in ["one", "two", "three"] {
        fs::write(mount.at().join(name), name).unwrap();
    }
    // What systems put there by themselves is nobody's file.
    fs::create_dir(mount.at().join("System Volume Information")).unwrap();
    let call = world.seal().with("--out", mount.at().to_str().unwrap());
    for (language, count) in [("en", "3 "), ("ja", "3")] {
        let refused = call
            .clone()
            .with("--lang", language)
            .run()
            .says(3, "DLV-OTHER-FILES");
        assert!(refused.err.contains(count), "{}", refused.err);
    }
    let before = tree(mount.at());
    call.flag("--keep-existing").run().is(0);
    let after = tree(mount.at());
    for (name, found) in &before {
        assert_eq!(after.get(name), Some(found), "{name:?}");
    }
    assert!(after.contains_key(OsStr::from_bytes(b"p.keshiin")));
}

/// Nothing is wrong with these, but whoever sends should know.
#[test]
fn a_group_of_one_and_somebody_unlisted_are_warned_of() {
    let world = World::post();
    world.data("a.txt", b"a");
    let one = world.seal().with("--to", "hitori").run().is(0);
    assert!(
        format!("{}{}", one.out, one.err).contains("hitori"),
        "{}{}",
        one.out,
        one.err
    );
    let record = payload(&world.path("out/p.delivery.json"));
    assert_eq!(record["recipients"][0]["id"], "suzuki");
    assert_eq!(record["recipients"][0]["addressed_as"], "hitori");
    let call = world.seal().with("--to", &world.text("stranger.pub"));
    let call = call.with("--name", "q").flag("--keep-existing");
    let unlisted = call.with("--lang", "ja").run().is(0);
    let said = format!("{}{}", unlisted.out, unlisted.err);
    assert!(said.contains("stranger"), "{said}");
    let record = payload(&world.path("out/q.delivery.json"));
    assert_eq!(record["recipients"][0]["listed"], false);
    // The group of two is no matter for a warning.
    let both = world.seal().with("--to", "soumu").with("--name", "r");
    both.flag("--keep-existing").run().is(0);
    let record = payload(&world.path("out/r.delivery.json"));
    let ids: Vec<&str> = record["recipients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| person["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["tanaka", "sato"]);
}
