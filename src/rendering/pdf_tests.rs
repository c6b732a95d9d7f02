//! Tests of the incremental update.

use proptest::prelude::*;

use super::*;
use crate::rendering::page::tests::page;

const MARK_DIGITS: &str = "0123456789abcdef0123456789abcdef";

fn time() -> Timestamp {
    Timestamp::parse("2026-11-21T14:03:05+09:00").unwrap()
}

fn attachment<'a>(name: &str, bytes: &'a [u8], data: bool) -> Attachment<'a> {
    Attachment {
        name: name.into(),
        bytes,
        data,
    }
}

fn printed() -> Vec<u8> {
    let files = [
        attachment("b.json", b"{\"record\":1}", true),
        attachment("a.json", b"%%EOF endstream\nendobj", false),
        attachment("empty", b"", false),
    ];
    fasten(&page("", "<<>>"), time(), MARK_DIGITS, &files).unwrap()
}

fn genuine(file: &[u8]) -> bool {
    match take_apart(file) {
        Ok(Taken::Printed(parts)) => is_exact(file, &parts, MARK_DIGITS),
        _ => false,
    }
}

#[test]
fn what_was_fastened_is_taken_apart() {
    let file = printed();
    let Ok(Taken::Printed(parts)) = take_apart(&file) else {
        panic!("not ours");
    };
    assert_eq!(parts.page, page("", "<<>>"));
    assert_eq!(parts.time.to_string(), time().to_string());
    let names: Vec<_> = parts
        .attachments
        .iter()
        .map(|file| (file.name.as_str(), file.data))
        .collect();
    assert_eq!(names, [("b.json", true), ("a.json", false), ("empty", false)]);
    assert!(genuine(&file));
}

#[test]
fn positions_in_the_table_lead_to_the_objects() {
    let file = printed();
    let start = file.windows(5).rposition(|window| window == b"xref\n").unwrap() - 5;
    let table = file[..start]
        .windows(5)
        .rposition(|window| window == b"xref\n")
        .unwrap();
    let text = String::from_utf8_lossy(&file[table..]).into_owned();
    let (mut number, mut seen) = (0, Vec::new());
    for line in text.lines().skip(1).take_while(|line| *line != "trailer") {
        if line.len() < 18 {
            number = line.split_once(' ').unwrap().0.parse().unwrap();
            continue;
        }
        let place: usize = line[..10].parse().unwrap();
        assert!(
            file[place..].starts_with(format!("{number} 0 obj\n").as_bytes()),
            "{line}"
        );
        seen.push(number);
        number += 1;
    }
    assert_eq!(seen, [1, 4, 5, 6, 7, 8, 9]);
}

#[test]
fn every_changed_byte_is_found_or_stands_in_what_others_judge() {
    let file = printed();
    let Ok(Taken::Printed(parts)) = take_apart(&file) else {
        panic!("not ours");
    };
    for place in 0..file.len() {
        for flip in [0x01_u8, 0x20, 0x80] {
            let mut changed = file.clone();
            changed[place] ^= flip;
            // Page and contents are bound by the statement's digests; everything else by the form.
            let judged_elsewhere = match take_apart(&changed) {
                Ok(Taken::Printed(read)) => {
                    let contents = read.attachments.iter().zip(&parts.attachments);
                    let content = contents.into_iter().any(|(new, old)| new.bytes != old.bytes);
                    read.page != parts.page || content || read.time != parts.time
                }
                _ => false,
            };
            assert!(judged_elsewhere || !genuine(&changed), "byte {place} ^ {flip:#x}");
        }
    }
}

#[test]
fn what_is_cut_appended_or_put_between_is_not_genuine() {
    let file = printed();
    for end in 0..file.len() {
        assert!(!genuine(&file[..end]), "{end}");
    }
    assert!(!genuine(&[&file[..], b"\n"].concat()));
    assert!(!genuine(&[&file[..], b"9 0 obj\n<<>>\nendobj\n%%EOF\n"].concat()));
    let page = page("", "<<>>");
    let covered = [&page[..], b"\n5 0 obj\n<<>>\nendobj\n%%EOF", &file[page.len()..]].concat();
    assert_eq!(take_apart(&covered), Err(RenderError::Update));
}

#[test]
fn a_page_without_an_update_has_nothing_attached() {
    let page = page("", "<<>>");
    assert_eq!(take_apart(&page), Ok(Taken::Nothing));
    assert_eq!(
        take_apart(&[&page[..], b"\n5 0 obj\n%%EOF\n"].concat()),
        Ok(Taken::Nothing)
    );
    assert_eq!(take_apart(b"%PDF-1.4 and more"), Ok(Taken::Nothing));
}

#[test]
fn names_that_could_break_out_are_refused() {
    let page = page("", "<<>>");
    let long = "x".repeat(121);
    for name in ["", "a/b", "a)b", "a b", "表.json", long.as_str()] {
        let files = [attachment(name, b"", true)];
        assert_eq!(
            fasten(&page, time(), MARK_DIGITS, &files),
            Err(RenderError::Attachment),
            "{name}"
        );
    }
    let twice = [attachment("a", b"", true), attachment("a", b"", true)];
    assert_eq!(
        fasten(&page, time(), MARK_DIGITS, &twice),
        Err(RenderError::Attachment)
    );
}

proptest! {
    #[test]
    fn any_content_survives(contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 1..5)) {
        let files: Vec<_> = contents
            .iter()
            .enumerate()
            .map(|(place, bytes)| attachment(&format!("f{place}"), bytes, place % 2 == 0))
            .collect();
        let file = fasten(&page("", "<<>>"), time(), MARK_DIGITS, &files).unwrap();
        prop_assert!(genuine(&file));
        let Ok(Taken::Printed(parts)) = take_apart(&file) else { panic!("not ours") };
        prop_assert_eq!(parts.attachments, files);
    }

    #[test]
    fn rubbish_is_never_ours_and_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(!genuine(&bytes));
        let file = [&page("", "<<>>")[..], b"\n%keshiin-print/1 page=", &bytes].concat();
        prop_assert!(!genuine(&file));
    }
}
