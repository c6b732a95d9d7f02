//! Templates that must not work, and texts that must not be read as anything but text: refused before
//! anything is erased, printed or signed, or printed as they were typed.

use std::fs;
use std::path::Path;

use crate::calls::Call;
use crate::devices::TEXT;
use crate::printed::{checks, paper_of, says, text};
use crate::support::{World, digest, payload};

/// A template that is refused, and why.
struct Bad {
    name: &'static str,
    code: &'static str,
    /// Content of the file; none where the path leads to a folder.
    source: fn() -> Option<Vec<u8>>,
}

macro_rules! bad {
    ($name:literal, $code:literal, $source:expr) => {
        Bad {
            name: $name,
            code: $code,
            source: || Some(Vec::from($source)),
        }
    };
}

const TEMPLATES: &[Bad] = &[
    bad!("a syntax error", "PRN-TEMPLATE", "#let x = ("),
    bad!("an error of its own", "PRN-TEMPLATE", "#panic(\"no\")"),
    bad!(
        "an unknown field",
        "PRN-TEMPLATE",
        "#json(\"data.json\").sheets.at(0).nothing"
    ),
    bad!("an endless loop", "PRN-TEMPLATE", "#while true {}"),
    bad!(
        "a loop that looks as if it ended",
        "PRN-TEMPLATE",
        "#{ let i = 0; while i < 1 { i = 0 } }"
    ),
    bad!("endless recursion", "PRN-TEMPLATE", "#let f(x) = f(x + 1)\n#f(0)"),
    bad!(
        "endless recursion of a rule",
        "PRN-TEMPLATE",
        "#show heading: it => heading[a]\n= a"
    ),
    bad!(
        "endless recursion of the layout",
        "PRN-TEMPLATE",
        "#let f(n) = layout(_ => f(n + 1))\n#f(0)"
    ),
    bad!(
        "nesting 10,000 deep",
        "PRN-TEMPLATE",
        ["#".to_owned(), "[".repeat(10_000), "]".repeat(10_000)].concat()
    ),
    bad!(
        "code made of text",
        "PRN-TEMPLATE",
        "#eval(\"read(\\\"/etc/passwd\\\")\")"
    ),
    bad!("a file of the system", "PRN-TEMPLATE", "#read(\"/etc/passwd\")"),
    bad!(
        "a file beside it",
        "PRN-TEMPLATE",
        "#read(\"handler.key\", encoding: none)"
    ),
    bad!("a file above it", "PRN-TEMPLATE", "#read(\"../../etc/passwd\")"),
    bad!("a picture", "PRN-TEMPLATE", "#image(\"x.png\")"),
    bad!("another template", "PRN-TEMPLATE", "#include \"other.typ\""),
    bad!(
        "a package from the network",
        "PRN-TEMPLATE",
        "#import \"@preview/cetz:0.3.0\": canvas"
    ),
    bad!("a plugin", "PRN-TEMPLATE", "#plugin(\"x.wasm\")"),
    bad!(
        "an address as a picture",
        "PRN-TEMPLATE",
        "#image(\"https://www.example.jp/x.png\")"
    ),
    bad!("the clock", "PRN-TEMPLATE", "#datetime.today().display()"),
    bad!("a link", "PRN-PAGE", "#link(\"https://www.example.jp/\")[here]"),
    bad!(
        "links inside the page",
        "PRN-PAGE",
        "#set heading(numbering: \"1\")\n#outline()\n= one\n= two"
    ),
    bad!("a footnote, which links", "PRN-PAGE", "a#footnote[b]"),
    bad!(
        "an attachment of its own",
        "PRN-PAGE",
        "#pdf.attach(\"x\", bytes(\"x\"), relationship: \"data\", mime-type: \"text/plain\", description: \"x\")"
    ),
    bad!("nothing at all", "PRN-NOT-A-TEMPLATE", ""),
    bad!("white space alone", "PRN-NOT-A-TEMPLATE", " \n\n"),
    bad!("not UTF-8", "PRN-NOT-A-TEMPLATE", b"= \xff\xfe"),
    bad!("2 MiB", "PRN-NOT-A-TEMPLATE", "= a\n".repeat(1 << 19)),
    Bad {
        name: "a folder",
        code: "PRN-UNREADABLE",
        source: || None,
    },
];

/// Puts a template where `--template` finds it.
fn put(world: &World, bad: &Bad) -> String {
    let path = world.path("bad.typ");
    let _ = fs::remove_file(&path);
    let _ = fs::remove_dir(&path);
    match (bad.source)() {
        Some(source) => fs::write(&path, source).unwrap(),
        None => fs::create_dir(&path).unwrap(),
    }
    world.text("bad.typ")
}

/// Everything that a refusal must leave alone.
fn state(world: &World) -> impl PartialEq + std::fmt::Debug + use<> {
    let ledger = world.keshiin(&["ledger", "list"]).run().out;
    let image = digest(&world.path("one.img"));
    (image, world.output(), world.path("out.pdf").exists(), ledger)
}

/// Plays every template against a call, in both languages; the rows of a table, and what was wrong.
fn play(world: &World, what: &str, call: &Call) -> (Vec<String>, Vec<String>) {
    let kana = |text: &str| text.chars().any(|sign| ('\u{3041}'..='\u{30ff}').contains(&sign));
    let (mut rows, mut wrong) = (Vec::new(), Vec::new());
    for template in TEMPLATES {
        let before = state(world);
        let call = call.clone().with("--template", &put(world, template));
        let english = call.run();
        let same = state(world) == before;
        let codes = english.codes();
        rows.push(format!(
            "| {what} | {} | {} | {} | {same} |",
            template.name,
            english.exit,
            codes.join(" ")
        ));
        if english.exit != 3 || codes != [template.code] || !same {
            wrong.push(format!(
                "{what}, {}: {} {codes:?}, unchanged: {same}",
                template.name, english.exit
            ));
            let _ = fs::remove_file(world.path("out.pdf"));
            continue;
        }
        let japanese = call.with("--lang", "ja").run();
        let alike = (japanese.exit, japanese.codes()) == (english.exit, codes);
        if !alike || !kana(&japanese.err) || kana(&english.err) {
            wrong.push(format!(
                "{what}, {}:\n{}{}",
                template.name, english.err, japanese.err
            ));
        }
    }
    (rows, wrong)
}

#[test]
fn bad_templates_are_refused_before_anything_is_erased() {
    let world = World::new();
    let call = world.wipe_image("one.img");
    let (rows, wrong) = play(&world, "wipe", &call);
    println!("{}", rows.join("\n"));
    let nowhere = call.with("--template", &world.text("nowhere.typ"));
    nowhere.run().says(3, "PRN-UNREADABLE");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(fs::read(world.path("one.img")).unwrap().starts_with(TEXT));
    assert!(world.output().is_empty(), "no record");
    let entries = world.keshiin(&["ledger", "list"]).run().out;
    assert!(!entries.contains("erasure started"), "{entries}");
}

#[test]
fn bad_templates_are_refused_before_anything_is_printed_or_signed() {
    let world = World::new();
    let record = world.erase("one.img", |call| {
        call.without("--no-witness").with("--witness-later", "witness")
    });
    let (path, out) = (record.to_str().unwrap(), world.text("out.pdf"));
    let print = world.keshiin(&["print", path, "--out", &out]);
    let (rows, mut wrong) = play(&world, "print", &print);
    println!("{}", rows.join("\n"));
    assert!(!Path::new(&out).exists());
    let digits = world.judged(&record, 7, &[])["digest"].as_str().unwrap()[56..].to_owned();
    let sign = world
        .keshiin(&["sign", path, "--key", &world.text("witness.key")])
        .with("--as", "witness")
        .with("--confirm", &digits);
    let (rows, more) = play(&world, "sign", &sign);
    println!("{}", rows.join("\n"));
    wrong.extend(more);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    world.verify(&record).is(7);
    sign.run().is(0);
}

/// The typesetter has no bound for memory and ends the whole program: before anything is erased.
#[test]
fn a_template_that_wants_more_memory_than_there_is_erases_nothing() {
    let world = World::new();
    let call = world.wipe_image("one.img");
    let greedy = world.text("greedy.typ");
    fs::write(&greedy, "#{\"a\" * 9000000000000000000}").unwrap();
    let before = state(&world);
    assert_ne!(call.with("--template", &greedy).run().exit, 0);
    assert_eq!(state(&world), before);
}

/// Five sheets are the trial before the erasure; one is the paper after it.
#[test]
fn a_paper_that_fails_afterwards_takes_nothing_back() {
    let world = World::new();
    let template = world.text("later.typ");
    let source = "#if json(\"data.json\").sheets.len() == 1 { panic(\"later\") }\nx";
    fs::write(&template, source).unwrap();
    let call = world.wipe_image("one.img").with("--template", &template);
    let done = call.run().is(1);
    assert!(
        done.out.contains("PRN-TEMPLATE") || done.err.contains("PRN-TEMPLATE"),
        "{}",
        done.err
    );
    let record = world.record();
    world.verify(&record).is(0);
    assert!(!paper_of(&record).exists());
    let out = world.text("out.pdf");
    world
        .keshiin(&["print", record.to_str().unwrap(), "--out", &out])
        .run()
        .is(0);
    world.verify(Path::new(&out)).is(0);
    let ledger = world.keshiin(&["ledger", "list"]).run().is(0).out;
    assert!(ledger.contains("erasure finished"), "{ledger}");
}

/// An office's own template: the built-in one with a line of its own.
fn own_template(world: &World, name: &str) -> String {
    let built_in = concat!(env!("CARGO_MANIFEST_DIR"), "/certificates/templates/erasure.typ");
    let source = fs::read_to_string(built_in).unwrap();
    fs::write(world.path(name), format!("{source}\n小谷村の様式\n")).unwrap();
    world.text(name)
}

fn print_with(world: &World, record: &Path, template: &str, out: &str) -> Call {
    let words = ["print", record.to_str().unwrap(), "--out", out];
    world.keshiin(&words).with("--template", template)
}

#[test]
fn a_template_of_an_office_counts_once_it_is_admitted() {
    let world = World::new();
    let record = world.erase("one.img", |call| call);
    let template = own_template(&world, "own.typ");
    let [unsigned, signed] = ["unsigned.pdf", "signed.pdf"].map(|name| world.path(name));
    let call = print_with(&world, &record, &template, unsigned.to_str().unwrap());
    call.run().is(0);
    let call = print_with(&world, &record, &template, signed.to_str().unwrap());
    call.with("--key", &world.text("handler.key")).run().is(0);
    says(&signed, &["小谷村の様式"]);
    let template = template.as_str();
    for paper in [&unsigned, &signed] {
        let judged = world.judged(paper, 7, &[]);
        assert!(checks(&judged).contains(&"CHK-TEMPLATE-UNKNOWN"), "{judged}");
        let judged = world.judged(paper, 7, &["--template", template]);
        let codes = checks(&judged);
        assert!(
            codes.contains(&"CHK-TEMPLATE-UNKNOWN") && codes.contains(&"CHK-PAGE-REDRAWN"),
            "{judged}"
        );
    }
    world.roster("admit", &["--template", template]).is(0);
    let judged = world.judged(&unsigned, 7, &[]);
    let codes = checks(&judged);
    assert!(
        codes.contains(&"CHK-TEMPLATE-ADMITTED") && codes.contains(&"CHK-PAGE-UNPROVEN"),
        "{judged}"
    );
    let judged = world.judged(&signed, 0, &[]);
    let codes = checks(&judged);
    assert!(
        codes.contains(&"CHK-TEMPLATE-ADMITTED") && codes.contains(&"CHK-PAGE-NOT-REDRAWN"),
        "{judged}"
    );
    for paper in [&unsigned, &signed] {
        let judged = world.judged(paper, 0, &["--template", template]);
        assert!(checks(&judged).contains(&"CHK-PAGE-REDRAWN"), "{judged}");
    }
    let other = own_template(&world, "other.typ");
    fs::write(
        &other,
        format!("{}\n別の様式\n", fs::read_to_string(&other).unwrap()),
    )
    .unwrap();
    let judged = world.judged(&signed, 0, &["--template", &other]);
    assert!(
        checks(&judged).contains(&"CHK-PAGE-NOT-REDRAWN"),
        "not this template: {judged}"
    );
}

#[test]
fn what_is_no_template_is_not_admitted() {
    let world = World::new();
    let before = digest(&world.path("home/roster.json"));
    for template in TEMPLATES
        .iter()
        .filter(|bad| bad.code != "PRN-TEMPLATE" && bad.code != "PRN-PAGE")
    {
        let ran = world.roster("admit", &["--template", &put(&world, template)]);
        assert_eq!(ran.exit, 3, "{}: {}", template.name, ran.err);
    }
    assert_eq!(digest(&world.path("home/roster.json")), before);
}

const MARKUP: &str =
    "#panic() *b* _i_ `r` $x^2$ @ref <l> \\u{41} // c /* = 1. - + ~ -- ... [#1] \"q\" 'a' a*b";

#[test]
fn markup_in_texts_is_text() {
    let world = World::new();
    let name = "#panic() *b* _i_ `r` $x$ @ref <l> \\u{41} = [a] {b}.img";
    let record = world.erase(name, |call| {
        let call = call
            .with("--place", MARKUP)
            .with("--asset-no", "= $x$ #read(\"a\")");
        call.with("--no-witness", "*a* #strong[b]").with("--lang", "ja")
    });
    let paper = paper_of(&record);
    world.judged(&paper, 0, &[]);
    says(&paper, &[MARKUP, name, "= $x$ #read(\"a\")", "*a* #strong[b]"]);
    let folder = record.parent().unwrap();
    assert_eq!(fs::read_dir(folder).unwrap().count(), 3);
}

#[test]
fn control_and_direction_marks_in_names_of_files_are_spelled_out() {
    let world = World::new();
    let name = "a\u{202e}gmi.\u{200f}b\u{1b}[31m\nc\td\u{200b}e.img";
    let record = world.erase(name, |call| call.with("--lang", "ja"));
    let paper = paper_of(&record);
    world.judged(&paper, 0, &[]);
    says(&paper, &["<U+202E>", "<U+200F>", "<U+001B>"]);
    let found = text(&paper);
    for hidden in ['\u{202e}', '\u{200f}', '\u{1b}'] {
        assert!(!found.contains(hidden), "{hidden:?}: {found}");
    }
    assert!(
        found.contains("<U+000A>") && found.contains("<U+200B>"),
        "nothing is dropped: {found}"
    );
}

#[test]
fn control_and_direction_marks_are_refused_where_people_type() {
    let world = World::new();
    let call = world.wipe_image("one.img");
    for text in ["a\u{202e}b", "a\u{200b}b", "a\nb", "a\u{7}b", "\u{feff}a"] {
        for option in ["--place", "--asset-no", "--machine"] {
            let ran = call.clone().with(option, text).run().is(3);
            assert_eq!(ran.codes()[0], "REC-BAD-TEXT", "{option} {text:?}");
        }
    }
    assert!(world.output().is_empty());
    assert!(fs::read(world.path("one.img")).unwrap().starts_with(TEXT));
}

#[test]
fn three_hundred_characters_are_refused_or_printed_to_the_last() {
    let world = World::new();
    let letters = |count: usize| ('ぁ'..='ん').cycle().take(count).collect::<String>();
    let long = letters(300);
    let call = world
        .wipe_image("one.img")
        .with("--place", &long)
        .with("--lang", "ja");
    let ran = call.clone().run();
    if ran.exit == 3 {
        assert_eq!(ran.codes(), ["REC-BAD-TEXT"]);
        assert!(world.output().is_empty());
        let most = letters(200);
        call.with("--place", &most).run().is(0);
        says(&paper_of(&world.record()), &[&most]);
    } else {
        assert_eq!(ran.exit, 0, "{}", ran.err);
        says(&paper_of(&world.record()), &[&long]);
    }
    // 255 bytes are the longest name of a file.
    let name = format!("{}.img", "x".repeat(251));
    let record = world.erase(&name, |call| call);
    says(&paper_of(&record), &[&name]);
    let name = format!("{}.img", letters(83));
    let record = world.erase(&name, |call| call);
    says(&paper_of(&record), &[&name]);
    world.judged(&paper_of(&record), 0, &[]);
}

#[test]
fn signs_that_the_fonts_lack_are_told_before_and_spelled_out_on_demand() {
    let world = World::new();
    let call = world
        .wipe_image("one.img")
        .with("--place", "倉庫😀")
        .with("--lang", "ja");
    let before = state(&world);
    let ran = call.run().says(3, "PRN-GLYPH");
    assert!(
        ran.err.contains('😀') && ran.err.contains("--place"),
        "{}",
        ran.err
    );
    call.clone()
        .with("--missing-glyphs", "refuse")
        .run()
        .says(3, "PRN-GLYPH");
    call.clone().with("--missing-glyphs", "drop").run().is(2);
    assert_eq!(state(&world), before);
    let told = call.with("--missing-glyphs", "code").run().is(0);
    let paper = paper_of(&world.record());
    says(&paper, &["倉庫<U+1F600>"]);
    assert_eq!(
        payload(&world.record())["place"],
        "倉庫😀",
        "the record keeps it: {}",
        told.err
    );
    world.judged(&paper, 0, &[]);
    let out = world.text("again.pdf");
    let again = world.keshiin(&["print", world.record().to_str().unwrap(), "--out", &out]);
    let printed = again.flag("--json").run().is(0).json();
    assert_eq!(printed["lacking"][0], "😀");
}

#[test]
fn names_of_people_with_signs_that_the_fonts_lack_are_told_before() {
    let world = World::new();
    let key = world.text("emoji.key");
    let words = [
        "key",
        "new",
        "--id",
        "emoji",
        "--name",
        "花子🌸",
        "--org",
        "試験県",
        "--out",
        &key,
    ];
    world.keshiin(&words).run().is(0);
    let public = world.keshiin(&["key", "public", &key]).run().is(0).out;
    fs::write(world.path("emoji.pub"), public).unwrap();
    let member = world.text("emoji.pub");
    let options = [
        "--member",
        &member,
        "--role",
        "handler",
        "--role",
        "witness",
        "--from",
        "2020-01-01",
    ];
    world.roster("add", &options).is(0);
    let call = world.wipe_image("one.img");
    let handler = call.clone().with("--handler", &key).run().says(3, "PRN-GLYPH");
    assert!(
        handler.err.contains("--handler") && handler.err.contains('🌸'),
        "{}",
        handler.err
    );
    let call = call.without("--no-witness");
    call.clone()
        .with("--witness-paper", "emoji")
        .run()
        .says(3, "PRN-GLYPH");
    call.clone()
        .with("--witness-later", "emoji")
        .run()
        .says(3, "PRN-GLYPH");
    call.clone().with("--witness", &key).run().says(3, "PRN-GLYPH");
    assert!(world.output().is_empty());
    call.with("--witness", &key)
        .with("--missing-glyphs", "code")
        .run()
        .is(0);
    says(&paper_of(&world.record()), &["花子<U+1F338>"]);
}
