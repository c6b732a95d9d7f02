//! Resume states under `verify`: what they are, and that nobody takes one for a certificate.
//!
//! The state is that of `tests/vectors`, at the instant at which these are judged.

use std::fs;

use crate::calls::Call;
use crate::support::World;

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");

/// `verify` with the roster and the issuer of the vectors.
fn verify(world: &World, name: &str) -> Call {
    let call = world
        .keshiin(&["verify", &world.text(name)])
        .at("2026-11-21 12:00:00");
    call.with("--roster", &format!("{VECTORS}/records/roster.json"))
        .with("--issuer", &format!("{VECTORS}/identity/issuer.json"))
}

#[test]
fn a_genuine_state_is_told_as_one_and_ends_with_7() {
    let world = World::new();
    fs::copy(
        format!("{VECTORS}/resume/state.json"),
        world.path("a.resume.json"),
    )
    .unwrap();
    let ran = verify(&world, "a.resume.json").with("--lang", "ja").run().is(7);
    let first = ran.out.lines().next().unwrap();
    assert_eq!(
        first,
        "本物の中断情報です。証明書ではありません。保存した時点で、消去は完了していませんでした。"
    );
    for part in [
        "OTR1-20261121-7-T",
        "パス 2 の先頭から",
        "PN2334PBJ5WPGT",
        "OTR1-20261120-6-",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    let ran = verify(&world, "a.resume.json").run().is(7);
    assert!(
        ran.out
            .starts_with("genuine resume state, which is no certificate"),
        "{}",
        ran.out
    );
    let ran = verify(&world, "a.resume.json").flag("--json").run().is(7);
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let file = &document["files"][0];
    assert_eq!(file["kind"], "resume");
    assert_eq!(file["content"]["flushed"], 20 << 20);
    assert!(file["content"]["seeds"].is_null());
}

#[test]
fn a_changed_state_is_false() {
    let world = World::new();
    let good = fs::read_to_string(format!("{VECTORS}/resume/state.json")).unwrap();
    let place = good.find("payload\":\"").unwrap() + 40;
    let letter = if &good[place..=place] == "A" { "B" } else { "A" };
    let changed = [&good[..place], letter, &good[place + 1..]].concat();
    fs::write(world.path("a.resume.json"), changed).unwrap();
    let ran = verify(&world, "a.resume.json").run().is(4);
    assert!(!ran.out.contains("PN2334PBJ5WPGT"), "{}", ran.out);
}
