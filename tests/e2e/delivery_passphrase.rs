//! Packages under a passphrase: where it stands, where it never stands, how it may be typed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::calls::Call;
use crate::delivery_scene::{noise, tree};
use crate::devices::tool;
use crate::printed::find;
use crate::support::{World, payload};

/// The signs of a generated passphrase (docs/spec/package.md §2).
const SIGNS: &str = "23456789ABCDEFGHJKLMNPQRSTVWXYZ";

/// `seal` under a passphrase that is made, with its notice.
fn seal(world: &World) -> Call {
    world
        .seal()
        .without("--to")
        .flag("--passphrase")
        .with("--notice", &world.text("notice.pdf"))
        .with("--notice-by", "post")
}

/// A sealed package and its passphrase, read from the notice.
fn sealed() -> (World, String) {
    let world = World::post();
    world.data("a.csv", b"a");
    world.data("b.bin", &noise(41, 500_000));
    seal(&world).run().is(0);
    let passphrase = on_notice(&world.path("notice.pdf"));
    (world, passphrase)
}

/// The generated passphrase that stands on a notice.
fn on_notice(notice: &Path) -> String {
    let text = tool("pdftotext", &["-enc", "UTF-8", notice.to_str().unwrap(), "-"]);
    // However the groups are set, they are six times four signs.
    let words = text.split(|sign: char| sign.is_whitespace() || matches!(sign, '-' | '\u{200b}'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let is_group = |word: &&&str| word.len() == 4 && word.chars().all(|sign| SIGNS.contains(sign));
    let runs = words
        .windows(6)
        .find(|run| run.iter().filter(is_group).count() == 6 && run.iter().any(|word| has_letter(word)));
    runs.unwrap_or_else(|| panic!("{text}")).join("-")
}

fn has_letter(word: &str) -> bool {
    word.chars().any(|sign| sign.is_ascii_uppercase())
}

/// `open` with a passphrase.
fn open(world: &World, passphrase: &str) -> Call {
    fs::write(world.path("typed"), format!("{passphrase}\n")).unwrap();
    let file = format!("package={}", world.text("typed"));
    world.open().without("--key").with("--passphrase-file", &file)
}

#[test]
fn a_generated_one_stands_on_its_notice_and_nowhere_else() {
    let world = World::post();
    world.data("a.csv", b"a");
    let ran = seal(&world).flag("--json").run().is(0);
    let passphrase = on_notice(&world.path("notice.pdf"));
    assert_eq!(passphrase.len(), 29);
    open(&world, &passphrase).run().is(0);
    world.came_back();
    let bare = passphrase.replace('-', "");
    for said in [&ran.out, &ran.err] {
        assert!(!said.contains(&passphrase) && !said.contains(&bare), "{said}");
    }
    let document = ran.json();
    assert_eq!(document["recipients"], serde_json::json!([]));
    // Medium, home (ledger, kept copies): as it is, and in what the records encode.
    for folder in ["out", "home"] {
        for (name, _) in tree(&world.path(folder)) {
            let path = world.path(folder).join(&name);
            if path.is_file() {
                never_in(&fs::read(&path).unwrap(), &[&passphrase, &bare], &path);
            }
            if path.to_str().unwrap().ends_with(".json") && name != "roster.json" && name != "issuer.json" {
                let text = payload_text(&path);
                never_in(text.as_bytes(), &[&passphrase, &bare], &path);
            }
            if path.to_str().unwrap().ends_with(".pdf") {
                let text = tool("pdftotext", &["-enc", "UTF-8", path.to_str().unwrap(), "-"]);
                never_in(text.as_bytes(), &[&passphrase, &bare, &passphrase[..9]], &path);
            }
        }
    }
    let record = payload(&world.path("out/p.delivery.json"));
    let said = &record["encryption"]["passphrase"];
    assert_eq!(
        (&said["generated"], &said["notice_by"]),
        (&true.into(), &"post".into())
    );
    assert_eq!(
        (&said["t"], &said["m"], &said["p"]),
        (&3.into(), &262_144.into(), &4.into())
    );
    let mode = fs::metadata(world.path("notice.pdf"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o077, 0, "for its owner alone: {mode:o}");
    world.verify(&world.path("out/p.delivery.json")).is(0);
}

/// The payload of an envelope; of a slip the slip itself.
fn payload_text(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let envelope: serde_json::Value = serde_json::from_str(&text).unwrap();
    let encoded = envelope["payload"].as_str().or_else(|| envelope["slip"].as_str());
    let encoded = encoded.unwrap_or_default();
    let bytes = data_encoding::BASE64.decode(encoded.as_bytes()).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[track_caller]
fn never_in(bytes: &[u8], secrets: &[&str], where_: &Path) {
    for secret in secrets {
        assert_eq!(find(bytes, secret.as_bytes(), 0), None, "{}", where_.display());
    }
}

#[test]
fn the_notice_says_what_it_belongs_to() {
    let (world, passphrase) = sealed();
    let number = payload(&world.path("out/p.delivery.json"))["number"]
        .as_str()
        .unwrap()
        .to_owned();
    let notice = world.path("notice.pdf");
    crate::printed::says(&notice, &[&number, "住民相談の記録 8月分"]);
    let text = crate::printed::text(&notice).replace('\u{200b}', "");
    assert!(text.contains(&passphrase), "{text}");
    assert!(!text.contains("a.csv") && !text.contains("b.bin"), "{text}");
    assert!(crate::printed::attachments(&notice).is_empty());
}

#[test]
fn a_generated_one_may_be_typed_in_many_ways() {
    let (world, passphrase) = sealed();
    let wide: String = passphrase
        .chars()
        .map(|sign| char::from_u32(sign as u32 + 0xfee0).unwrap())
        .collect();
    for typed in [
        passphrase.clone(),
        passphrase.to_lowercase(),
        passphrase.replace('-', ""),
        passphrase.replace('-', " "),
        passphrase.replace('-', "ー"),
        // As it is copied from the notice, where lines may be broken after a hyphen.
        passphrase.replace('-', "-\u{200b}"),
        wide.clone(),
        wide.to_lowercase().replace('\u{ff0d}', "\u{3000}"),
    ] {
        open(&world, &typed).run().is(0);
        world.came_back();
        world.clear_opened();
    }
}

#[test]
fn a_wrong_sign_is_told_at_once_with_its_group() {
    let (world, passphrase) = sealed();
    let groups: Vec<&str> = passphrase.split('-').collect();
    for (place, group) in groups.iter().enumerate().step_by(2) {
        let first = group.chars().next().unwrap();
        let other = SIGNS.chars().find(|sign| *sign != first).unwrap();
        for (wrong, code) in [(other, "CRY-PASSPHRASE-GROUP"), ('0', "CRY-PASSPHRASE-SIGN")] {
            let mut typed: Vec<String> = groups.iter().map(ToString::to_string).collect();
            typed[place].replace_range(..1, &wrong.to_string());
            let call = open(&world, &typed.join("-"));
            // Whatever else this machine does, the fastest of three is no slow derivation.
            let fastest = (0..3).map(|_| {
                let began = Instant::now();
                let ran = call.run().says(8, code);
                assert!(ran.err.contains(&(place + 1).to_string()), "{}", ran.err);
                began.elapsed()
            });
            assert!(fastest.min().unwrap() < Duration::from_millis(300));
            call.with("--lang", "ja").run().says(8, code);
        }
    }
    world.nothing_opened();
}

#[test]
fn a_wrong_passphrase_opens_nothing() {
    let (world, passphrase) = sealed();
    let other = {
        let call = seal(&world).with("--name", "q").flag("--keep-existing");
        let notice = world.text("other.pdf");
        call.with("--notice", &notice).run().is(0);
        on_notice(Path::new(&notice))
    };
    assert_ne!(other, passphrase);
    for typed in [
        other.as_str(),
        "nothing that anybody made 77",
        "あいうえお かきくけこ",
    ] {
        for language in ["en", "ja"] {
            let call = open(&world, typed).with("--lang", language);
            call.run().says(8, "PKG-WRONG-PASSPHRASE");
            world.nothing_opened();
        }
    }
    // A key is not what opens it.
    world.open().run().says(8, "PKG-OTHER-KEY-WANTED");
    // Nor does anything stand in for a passphrase that nobody types.
    let nobody = world.open().without("--key").without("--passphrase-file");
    nobody.run().says(3, "JOB-NOBODY-TO-ASK");
    world.nothing_opened();
    let kinds = world.kinds();
    assert!(
        kinds.iter().any(|kind| kind == "package-open-failed"),
        "{kinds:?}"
    );
}

#[test]
fn somebody_can_choose_one() {
    let world = World::post();
    world.data("a.csv", b"a");
    let chosen = "山の 上の ﾎﾃﾙ 1937 ©";
    fs::write(world.path("chosen"), format!("{chosen}\n")).unwrap();
    let file = format!("package={}", world.text("chosen"));
    let call = world.seal().without("--to").flag("--passphrase-ask");
    call.also("--passphrase-file", &file).run().is(0);
    let record = payload(&world.path("out/p.delivery.json"));
    assert_eq!(record["encryption"]["passphrase"]["generated"], false);
    // The same in another spelling of Unicode.
    for typed in [chosen, "山の 上の ホテル １９３７ ©"] {
        open(&world, typed).run().is(0);
        world.came_back();
        world.clear_opened();
    }
    open(&world, "山の 上の ホテル 1938 ©").run().is(8);
    let listing = world.keshiin(&["list", &world.text("out/p.keshiin")]);
    let listed = listing
        .with("--passphrase-file", &file)
        .flag("--json")
        .run()
        .is(0)
        .json();
    assert_eq!(listed["files"], 1);
}
