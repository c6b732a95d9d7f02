//! The clock, the output folder, the ledger, the policy, the words of the command.

use super::*;

/// In the order of the table.
pub(super) const CASES: &[Case] = &[
    case(
        "a clock set back, before the program was built",
        3,
        "JOB-CLOCK-BEHIND",
        |world| vary(world, |call| call.at("2021-01-01 09:00:00")),
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
    case("the roster itself as an image", 3, "DEV-IS-PROTECTED", |world| {
        let path = world.path("home/roster.json");
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
    case("the same device under two names", 2, "JOB-NAMED-TWICE", |world| {
        let device = Loop::sample(world);
        let alias = world.text("alias");
        std::os::unix::fs::symlink(device.node(), &alias).unwrap();
        let call = world
            .wipe(&[device.node(), &alias])
            .with("--confirm", device.name());
        attempt(world, &call, Some(device.file()))
    }),
    case("a method that does not exist", 2, "ERA-UNKNOWN-METHOD", |world| {
        vary(world, |call| call.with("--method", "shred"))
    }),
];
