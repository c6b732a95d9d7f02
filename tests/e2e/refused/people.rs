//! People who are not who they should be, and nobody where somebody is asked for.

use super::*;

/// In the order of the table.
pub(super) const CASES: &[Case] = &[
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
];
