//! Media, folders, ledger, clock, permits, and the words of the command.

use super::*;

/// In the order of the table.
pub(super) const CASES: &[Case] = &[
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
            // 2 GiB, as large_data makes it
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
