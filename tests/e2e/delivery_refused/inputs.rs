//! Inputs that no package can hold.

use super::*;

/// In the order of the table.
pub(super) const CASES: &[Case] = &[
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
