//! Media that must not be erased, and confirmations that confirm nothing.

use super::*;

/// In the order of the table.
pub(super) const CASES: &[Case] = &[
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
        let mount = Mount::ext4(world, device.node());
        // What mounting changed is written before anybody looks: others flush everything at any time.
        tool("sync", &["-f", mount.at().to_str().unwrap()]);
        tool("sync", &["-f", device.file().to_str().unwrap()]);
        wipe_of(world, device.node(), Some(device.file()))
    }),
    case("a device with a mounted partition", 3, "DEV-MOUNTED", |world| {
        let device = Loop::sample(world);
        let mount = Mount::ext4(world, &device.add_partition());
        tool("sync", &["-f", mount.at().to_str().unwrap()]);
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
    case("an image opened by another process", 3, "DEV-HELD", |world| {
        let image = world.path("image.img");
        sample_file(&image, SIZE);
        let _holder = Holder::of(image.to_str().unwrap(), true, 0);
        let call = world.wipe(&[image.to_str().unwrap()]).flag("--image");
        attempt(world, &call, Some(&image))
    }),
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
];
