//! QR codes: from the page as it is printed, photographed and scanned, back to the slip.

use std::fs;
use std::path::{Path, PathBuf};

use crate::devices::tool;
use crate::printed::{checks, codes_by_zbar, paper_of, picture};
use crate::support::{World, payload};

fn number(record: &Path) -> String {
    payload(record)["number"].as_str().unwrap().to_owned()
}

/// A record, and its page as a picture.
fn page(world: &World, name: &str, dpi: u32) -> (PathBuf, PathBuf) {
    let record = world.erase(name, |call| call);
    let stem = world.path(format!("{name}-page"));
    let page = picture(&paper_of(&record), dpi, &stem);
    (record, page)
}

/// A picture after ImageMagick did something to it.
fn worked_on(world: &World, picture: &Path, how: &[&str], name: &str) -> PathBuf {
    let out = world.path(name);
    let (from, to) = (picture.to_str().unwrap(), out.to_str().unwrap());
    tool("convert", &[&[from], how, &[to]].concat());
    out
}

/// `verify --qr` finds the slip of this record, and says nothing bad about it.
#[track_caller]
fn is_read(world: &World, picture: &Path, record: &Path) {
    let judged = world.judged(picture, 0, &["--qr"]);
    assert_eq!(judged["kind"], "slip", "{judged}");
    assert_eq!(judged["content"]["number"], number(record).as_str());
    let codes = checks(&judged);
    assert!(
        codes.contains(&"CHK-SIGNATURE") && codes.contains(&"CHK-READ-FROM-PICTURE"),
        "{codes:?}"
    );
}

/// A QR code of any text, by another program.
fn code_of(world: &World, text: &str, name: &str) -> PathBuf {
    let out = world.path(name);
    tool(
        "qrencode",
        &["-l", "M", "-s", "4", "-o", out.to_str().unwrap(), text],
    );
    out
}

#[test]
fn a_page_turned_by_seven_degrees_is_read_by_zbar_and_by_keshiin() {
    let world = World::new();
    let (record, page) = page(&world, "one.img", 150);
    let turned = worked_on(
        &world,
        &page,
        &["-background", "white", "-rotate", "7"],
        "turned.png",
    );
    for picture in [&page, &turned] {
        let codes = codes_by_zbar(picture);
        assert_eq!(codes.len(), 1, "{codes:?}");
        assert!(
            codes[0].starts_with("KESHIIN1:") && codes[0].len() <= 1100,
            "{codes:?}"
        );
        is_read(&world, picture, &record);
    }
    assert_eq!(codes_by_zbar(&page), codes_by_zbar(&turned));
}

#[test]
fn a_noisy_grey_scan_is_read_by_zbar_and_by_keshiin() {
    let world = World::new();
    let (record, page) = page(&world, "one.img", 300);
    let noisy = [
        "-colorspace",
        "Gray",
        "-attenuate",
        "0.3",
        "+noise",
        "Gaussian",
        "-blur",
        "0x0.8",
    ];
    let scan = worked_on(&world, &page, &noisy, "scan.png");
    let codes = codes_by_zbar(&scan);
    assert!(codes.len() == 1 && codes[0].starts_with("KESHIIN1:"), "{codes:?}");
    is_read(&world, &scan, &record);
}

#[test]
fn photographs_are_read() {
    let world = World::new();
    let (record, page) = page(&world, "one.img", 200);
    let skewed = "0,0 70,50 1653,0 1600,10 1653,2338 1640,2290 0,2338 20,2320";
    let light = [
        "(",
        "+clone",
        "-sparse-color",
        "barycentric",
        "0,0 gray40 1653,2338 white",
        ")",
    ];
    let uneven = [&light[..], &["-compose", "multiply", "-composite"]].concat();
    let far = [
        "-background",
        "gray60",
        "-gravity",
        "center",
        "-extent",
        "2600x3000",
        "-rotate",
        "200",
    ];
    for (name, how) in [
        (
            "skewed.png",
            &["-virtual-pixel", "gray", "-distort", "Perspective", skewed][..],
        ),
        ("uneven.png", &uneven),
        ("quality.jpg", &["-quality", "40"]),
        ("upside-down.png", &["-rotate", "180"]),
        ("on-its-side.tiff", &["-rotate", "90", "-compress", "lzw"]),
        ("on-a-table.jpg", &far),
    ] {
        let photograph = worked_on(&world, &page, how, name);
        is_read(&world, &photograph, &record);
    }
}

#[test]
fn labels_are_read_one_or_several_on_a_picture() {
    let world = World::new();
    let records = ["one.img", "two.img"].map(|name| world.erase(name, |call| call));
    let words: Vec<&str> = records.iter().map(|record| record.to_str().unwrap()).collect();
    let out = world.text("labels.pdf");
    let words = [&["print", "--out", &out], words.as_slice()].concat();
    world.keshiin(&words).flag("--label").run().is(0);
    let first = picture(Path::new(&out), 200, &world.path("label"));
    is_read(&world, &first, &records[0]);
    let labels: Vec<PathBuf> = fs::read_dir(world.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("label-"))
        .collect();
    assert_eq!(labels.len(), 2, "a label each: {labels:?}");
    let both = world.path("both.png");
    let (one, two) = (labels[0].to_str().unwrap(), labels[1].to_str().unwrap());
    tool("convert", &[one, two, "-append", both.to_str().unwrap()]);
    let judged = world.judged(&both, 0, &["--qr"]);
    assert_eq!(judged["kind"], "picture", "{judged}");
    let mut found: Vec<&str> = judged["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["content"]["number"].as_str().unwrap())
        .collect();
    found.sort_unstable();
    let mut numbers = records.each_ref().map(|record| number(record));
    numbers.sort_unstable();
    assert_eq!(found, numbers);
}

/// Whether zbarimg still finds a code when only this part of a page is left.
fn code_within(world: &World, page: &Path, [left, top, right, bottom]: [u32; 4]) -> bool {
    let crop = format!("{}x{}+{left}+{top}", right - left, bottom - top);
    let part = worked_on(world, page, &["-crop", &crop, "+repage"], "part.pgm");
    !codes_by_zbar(&part).is_empty()
}

/// Left, top, right and bottom of the code on a page: each side as far in as it may be.
fn place_of_code(world: &World, page: &Path) -> [u32; 4] {
    let page = &worked_on(world, page, &[], "plain.pgm");
    let size = tool("identify", &["-format", "%w %h", page.to_str().unwrap()]);
    let (width, height) = size.split_once(' ').unwrap();
    let mut place: [u32; 4] = [0, 0, width.parse().unwrap(), height.parse().unwrap()];
    for side in 0..4 {
        let (mut known, mut lost) = (place[side], place[(side + 2) % 4]);
        while known.abs_diff(lost) > 4 {
            let mut tried = place;
            tried[side] = known.midpoint(lost);
            if code_within(world, page, tried) {
                known = tried[side];
            } else {
                lost = tried[side];
            }
        }
        place[side] = known;
    }
    place
}

/// A PDF of one JPEG picture, as a scanner makes it.
fn scanned(jpeg: &[u8], width: usize, height: usize) -> Vec<u8> {
    let drawing = "595 0 0 842 0 0 cm /P Do";
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    let mut object = |head: String, stream: Option<&[u8]>| {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n{head}\n", places.len()).bytes());
        if let Some(bytes) = stream {
            file.extend(b"stream\n");
            file.extend(bytes);
            file.extend(b"\nendstream\n");
        }
        file.extend(b"endobj\n");
    };
    object("<</Type/Catalog/Pages 2 0 R>>".into(), None);
    object("<</Type/Pages/Kids[3 0 R]/Count 1>>".into(), None);
    let page =
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</P 5 0 R>>>>>>";
    object(page.into(), None);
    object(format!("<</Length {}>>", drawing.len()), Some(drawing.as_bytes()));
    let head = format!(
        "<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceRGB/BitsPerComponent \
         8/Filter/DCTDecode/Length {}>>",
        jpeg.len()
    );
    object(head, Some(jpeg));
    let start = file.len();
    file.extend(b"xref\n0 6\n0000000000 65535 f\r\n");
    for place in places {
        file.extend(format!("{place:010} 00000 n\r\n").bytes());
    }
    file.extend(format!("trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
    file
}

/// The code is genuine and of another device: what is shown is that device, for a person to compare.
#[test]
fn a_code_of_another_certificate_pasted_onto_the_page_shows_the_other_one() {
    let world = World::new();
    let (record, page_of_one) = page(&world, "one.img", 150);
    let (other, page_of_other) = page(&world, "two.img", 150);
    let [left, top, right, bottom] = place_of_code(&world, &page_of_other);
    let crop = format!("{}x{}+{left}+{top}", right - left, bottom - top);
    let cut = worked_on(&world, &page_of_other, &["-crop", &crop, "+repage"], "cut.png");
    let offset = format!("+{left}+{top}");
    let pasted = world.path("pasted.jpg");
    let page_text = page_of_one.to_str().unwrap();
    let (cut, out) = (cut.to_str().unwrap(), pasted.to_str().unwrap());
    tool(
        "convert",
        &[
            page_text,
            cut,
            "-geometry",
            &offset,
            "-composite",
            "-type",
            "TrueColor",
            out,
        ],
    );
    is_read(&world, &pasted, &other);
    let said = world
        .keshiin(&["verify", out, "--qr"])
        .with("--lang", "ja")
        .run()
        .is(0)
        .out;
    assert!(
        said.contains(&number(&other)) && !said.contains(&number(&record)),
        "{said}"
    );
    assert!(said.contains("紙面の記載が同じか"), "{said}");
    let size = tool("identify", &["-format", "%w %h", out]);
    let (width, height) = size.split_once(' ').unwrap();
    let pdf = scanned(
        &fs::read(&pasted).unwrap(),
        width.parse().unwrap(),
        height.parse().unwrap(),
    );
    let path = world.path("pasted.pdf");
    fs::write(&path, pdf).unwrap();
    tool("qpdf", &["--check", path.to_str().unwrap()]);
    let judged = world.judged(&path, 7, &[]);
    assert_eq!(checks(&judged), ["CHK-NOTHING-ATTACHED"]);
}

#[test]
fn pictures_without_a_code_of_ours_cannot_be_checked() {
    let world = World::new();
    let (_, page) = page(&world, "one.img", 100);
    let blank = world.path("blank.png");
    tool(
        "convert",
        &["-size", "400x400", "xc:white", blank.to_str().unwrap()],
    );
    let foreign = code_of(&world, "https://www.example.jp/", "foreign.png");
    let bytes = fs::read(&page).unwrap();
    let cut = world.path("cut.png");
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let broken = world.path("broken.png");
    let mut changed = bytes.clone();
    for place in (100..bytes.len()).step_by(997) {
        changed[place] ^= 0x55;
    }
    fs::write(&broken, changed).unwrap();
    let words = world.path("words.png");
    fs::write(&words, "KESHIIN1: is not a picture").unwrap();
    let empty = world.path("empty.png");
    fs::write(&empty, "").unwrap();
    for (picture, code) in [
        (&blank, "PRN-NO-CODE"),
        (&foreign, "PRN-FOREIGN-CODE"),
        (&cut, "PRN-PICTURE"),
        (&broken, "PRN-PICTURE"),
        (&words, "PRN-PICTURE"),
        (&empty, "PRN-PICTURE"),
    ] {
        let judged = world.judged(picture, 7, &["--qr"]);
        assert_eq!(judged["problem"], code, "{judged}");
        assert!(judged["content"].is_null());
    }
    let japanese = world
        .keshiin(&["verify", foreign.to_str().unwrap(), "--qr"])
        .with("--lang", "ja");
    let said = japanese.run().is(7).out;
    assert_eq!(
        said.lines().next(),
        Some("確認できません（偽造という意味ではありません）。")
    );
}

#[test]
fn a_picture_that_says_it_is_enormous_is_not_unpacked() {
    let world = World::new();
    // A GIF of 31,000 × 31,000 pixels in 35 bytes: one pixel of it is drawn.
    let mut bomb = b"GIF89a\x18\x79\x18\x79\x80\x00\x00\x00\x00\x00\xff\xff\xff".to_vec();
    bomb.extend(b",\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;");
    let path = world.path("bomb.gif");
    fs::write(&path, bomb).unwrap();
    let size = tool("identify", &["-ping", "-format", "%wx%h", path.to_str().unwrap()]);
    assert!(
        size == "31000x31000" || size == "1x1",
        "a GIF for others too: {size}"
    );
    let judged = world.judged(&path, 7, &["--qr"]);
    assert_eq!(judged["problem"], "PRN-PICTURE", "{judged}");
}

#[test]
fn a_scan_that_is_too_large_cannot_be_checked() {
    let world = World::new();
    let scan = world.path("scan.tiff");
    fs::File::create(&scan).unwrap().set_len(65 << 20).unwrap();
    world.judged(&scan, 7, &["--qr"]);
}

#[test]
fn a_code_with_a_changed_character_is_false() {
    let world = World::new();
    let (_, page) = page(&world, "one.img", 150);
    let code = codes_by_zbar(&page).remove(0);
    let same = code_of(&world, &code, "same.png");
    world.judged(&same, 0, &["--qr"]);
    let mut exits = Vec::new();
    for place in (9..code.len()).step_by(code.len() / 20) {
        let other = if &code[place..=place] == "7" { "8" } else { "7" };
        let changed = format!("{}{other}{}", &code[..place], &code[place + 1..]);
        let picture = code_of(&world, &changed, "changed.png");
        let words = ["verify", picture.to_str().unwrap(), "--qr"];
        let judged = world.keshiin(&words).flag("--json").run().json()["files"][0].clone();
        assert!(judged["content"].is_null(), "character {place}: {judged}");
        exits.push(judged["exit"].as_u64().unwrap());
    }
    // A changed fingerprint is a key that nobody knows: then nothing is false, and nothing verified.
    assert!(exits.iter().all(|exit| matches!(exit, 4 | 7)), "{exits:?}");
    assert!(
        exits.iter().filter(|exit| **exit == 4).count() * 3 > exits.len() * 2,
        "{exits:?}"
    );
    let short = code_of(&world, &code[..code.len() - 1], "short.png");
    world.judged(&short, 4, &["--qr"]);
    let version = code_of(&world, &code.replace("KESHIIN1:", "KESHIIN2:"), "version.png");
    let judged = world.judged(&version, 7, &["--qr"]);
    assert_eq!(judged["problem"], "PRN-FOREIGN-CODE");
}
