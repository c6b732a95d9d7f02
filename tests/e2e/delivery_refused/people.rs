//! People who are not who they should be, passphrases and their notices.

use super::*;

/// In the order of the table.
pub(super) const CASES: &[Case] = &[
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
