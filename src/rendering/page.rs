//! What a typeset page may hold, and where its catalog and trailer stand (`docs/spec/print.md` §1).
//!
//! Bytes only. Syntax of PDF after ISO 32000-1 §7.2 and §7.5, as far as a page that this program accepts
//! uses it; whatever goes beyond that is refused.

use super::RenderError;
use super::page_scan::Scan;

/// Largest page in bytes.
pub(super) const MOST_PAGE_BYTES: usize = 256 << 20;
pub(super) const EOF: &[u8] = b"%%EOF";
const HEAD: &[u8] = b"%PDF-1.7\n";

/// Names that no object of a page may have: actions, annotations, forms, layers, attachments, encryption,
/// and objects that hide others.
const FORBIDDEN: &[&str] = &[
    "AA",
    "AcroForm",
    "Action",
    "Annot",
    "Annots",
    "EmbeddedFile",
    "EmbeddedFiles",
    "Encrypt",
    "Filespec",
    "GoTo",
    "GoTo3DView",
    "GoToDp",
    "GoToE",
    "GoToR",
    "Hide",
    "ImportData",
    "JS",
    "JavaScript",
    "Launch",
    "Movie",
    "Named",
    "OCG",
    "OCGs",
    "OCMD",
    "OCProperties",
    "ObjStm",
    "OpenAction",
    "Perms",
    "Rendition",
    "ResetForm",
    "RichMedia",
    "SetOCGState",
    "SetState",
    "Sound",
    "SubmitForm",
    "Thread",
    "Trans",
    "URI",
    "Widget",
    "XFA",
    "XRef",
];

/// Where an update of the page fastens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    /// `/Size`: the first number that no object of the page has.
    pub(super) size: usize,
    /// Number of the catalog.
    pub(super) root: usize,
    /// Number of the information dictionary.
    pub(super) info: usize,
    /// First string of `/ID`, with its parentheses.
    pub(super) id: &'a [u8],
    /// What stands between `<<` and `>>` of the catalog.
    pub(super) catalog: &'a [u8],
    /// Position of its `<<`.
    opened: usize,
    /// Position of the cross-reference table.
    pub(super) table: usize,
    /// Its entries, 20 bytes each.
    lines: &'a [u8],
}

/// Looks through a page.
///
/// # Errors
/// [`RenderError::Page`] with the rule that it breaks.
pub(super) fn examine(page: &[u8]) -> Result<Frame<'_>, RenderError> {
    let head = page.starts_with(HEAD) && page.len() <= MOST_PAGE_BYTES;
    rule(head, "head")?;
    let end = find(page, EOF, 0).ok_or(RenderError::PageRule { rule: "end" })?;
    rule(end + EOF.len() == page.len(), "end")?;
    let frame = frame(page).ok_or(RenderError::PageRule { rule: "trailer" })?;
    let mut scan = Scan::new(page, HEAD.len(), frame.opened);
    while let Some(name) = scan.next_name(frame.table)? {
        rule(!FORBIDDEN.iter().any(|word| word.as_bytes() == name), "content")?;
    }
    let closed = frame.opened + b"<<>>".len() + frame.catalog.len();
    let in_the_open = scan.ended(frame.table, closed) && frame.leads_to_what_was_seen(page, &scan);
    rule(in_the_open, "table")?;
    Ok(frame)
}

impl Frame<'_> {
    /// Whether every object of the table stands where it was looked at, and not in a stream or string.
    fn leads_to_what_was_seen(&self, page: &[u8], scan: &Scan<'_>) -> bool {
        self.lines.chunks(20).enumerate().skip(1).all(|(number, line)| {
            let position = line.get(..10).and_then(decimal);
            let used = line.get(10..).is_some_and(|rest| rest == b" 00000 n\r\n");
            let head = format!("{number} 0 obj\n");
            let stands = |position: usize| {
                page.get(position..)
                    .is_some_and(|rest| rest.starts_with(head.as_bytes()))
            };
            used && position.is_some_and(|position| stands(position) && !scan.hides(position))
        })
    }
}

const fn rule(holds: bool, rule: &'static str) -> Result<(), RenderError> {
    if holds {
        Ok(())
    } else {
        Err(RenderError::PageRule { rule })
    }
}

/// The first place at or after `from` where `wanted` stands.
pub(super) fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let place = rest.windows(wanted.len()).position(|window| window == wanted)?;
    Some(from + place)
}

fn rfind(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}

fn frame(page: &[u8]) -> Option<Frame<'_>> {
    let tail = rfind(page, b"\ntrailer\n<<")? + 1;
    let (trailer, after) = between(page, tail + b"trailer\n<<".len(), b">>\nstartxref\n")?;
    let number = page.get(after..page.len() - EOF.len())?.strip_suffix(b"\n")?;
    let table = decimal(number)?;
    let size = decimal(digits(entry(trailer, b"/Size ")?))?;
    let root = reference(entry(trailer, b"/Root ")?)?;
    let info = reference(entry(trailer, b"/Info ")?)?;
    let ids = entry(trailer, b"/ID[")?;
    let id = string(ids)?;
    let other = string(ids.get(id.len()..)?)?;
    let start = format!("/Size {size}/Root {root} 0 R/Info {info} 0 R/ID[");
    (trailer == [start.as_bytes(), id, other, b"]"].concat()).then_some(())?;
    let lines = table_lines(page, table, tail, size)?;
    let position = decimal(lines.get(root * 20..root * 20 + 10)?)?;
    let head = format!("{root} 0 obj\n<<");
    page.get(position..)?.starts_with(head.as_bytes()).then_some(())?;
    let (catalog, _) = between(page, position + head.len(), b">>\nendobj\n")?;
    let added: [&[u8]; 3] = [b"/Names", b"/AF", b"#"];
    let free = added.into_iter().all(|name| find(catalog, name, 0).is_none());
    let opened = position + head.len() - b"<<".len();
    free.then_some(Frame {
        size,
        root,
        info,
        id,
        catalog,
        opened,
        table,
        lines,
    })
}

/// The entries of the one section of the table, 20 bytes each.
fn table_lines(page: &[u8], table: usize, trailer: usize, size: usize) -> Option<&[u8]> {
    let head = format!("xref\n0 {size}\n");
    let whole = page.get(table..trailer)?;
    let lines = whole.strip_prefix(head.as_bytes())?;
    (size > 0 && lines.len() == size.checked_mul(20)?).then_some(lines)
}

/// What stands from `start` to the first `end`, and where it goes on after that.
fn between<'a>(bytes: &'a [u8], start: usize, end: &[u8]) -> Option<(&'a [u8], usize)> {
    let stop = find(bytes, end, start)?;
    Some((bytes.get(start..stop)?, stop + end.len()))
}

/// What follows `key`.
fn entry<'a>(dictionary: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    dictionary.get(find(dictionary, key, 0)? + key.len()..)
}

pub(super) fn digits(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| !byte.is_ascii_digit());
    &bytes[..end.unwrap_or(bytes.len())]
}

pub(super) fn decimal(digits: &[u8]) -> Option<usize> {
    let short = (1..=10).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    short.then(|| std::str::from_utf8(digits).ok()?.parse().ok())?
}

fn reference(bytes: &[u8]) -> Option<usize> {
    let number = digits(bytes);
    bytes[number.len()..]
        .starts_with(b" 0 R")
        .then(|| decimal(number))?
}

/// A string in parentheses without escapes.
fn string(bytes: &[u8]) -> Option<&[u8]> {
    let end = bytes.iter().position(|byte| *byte == b')')?;
    let string = &bytes[..=end];
    let plain = string.starts_with(b"(") && !string[1..].iter().any(|byte| b"(\\".contains(byte));
    plain.then_some(string)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A page as small as they come, with `extra` in its catalog and `object` as object 2.
    pub(in crate::rendering) fn page(extra: &str, object: &str) -> Vec<u8> {
        let mut bytes = b"%PDF-1.7\n%\x80\x80\n\n".to_vec();
        let mut places = Vec::new();
        let stream = "<</Length 12>>\nstream\nendstream/JS\nendstream";
        for (number, body) in [format!("<</Type/Catalog{extra}>>"), object.into(), stream.into()]
            .iter()
            .enumerate()
        {
            places.push(bytes.len());
            bytes.extend(format!("{} 0 obj\n{body}\nendobj\n", number + 1).bytes());
        }
        let table = bytes.len();
        bytes.extend(b"xref\n0 4\n0000000000 65535 f\r\n");
        for place in places {
            bytes.extend(format!("{place:010} 00000 n\r\n").bytes());
        }
        let trailer = "trailer\n<</Size 4/Root 1 0 R/Info 2 0 R/ID[(ab==)(cd==)]>>\nstartxref\n";
        bytes.extend(format!("{trailer}{table}\n%%EOF").bytes());
        bytes
    }

    /// Which rule such a page breaks.
    pub(in crate::rendering) fn refused(extra: &str, object: &str) -> Option<&'static str> {
        match examine(&page(extra, object)) {
            Err(RenderError::PageRule { rule }) => Some(rule),
            _ => None,
        }
    }

    #[test]
    fn a_plain_page_passes() {
        let page = page("/Lang(ja)", "<</Title(a \\) /JS (b))>>");
        let frame = examine(&page).unwrap();
        assert_eq!((frame.size, frame.root, frame.info), (4, 1, 2));
        assert_eq!(
            (frame.id, frame.catalog),
            (&b"(ab==)"[..], &b"/Type/Catalog/Lang(ja)"[..])
        );
    }

    #[test]
    fn what_acts_or_hides_is_refused() {
        assert_eq!(refused("/OpenAction 2 0 R", "<<>>"), Some("content"));
        for name in FORBIDDEN {
            assert_eq!(
                refused("", &format!("<</{name} 3 0 R>>")),
                Some("content"),
                "{name}"
            );
        }
        assert_eq!(refused("", "<</S/J#61vaScript>>"), Some("content"));
        assert_eq!(refused("", "<</S/J#6>>"), Some("escape"));
        assert_eq!(refused("/Names 3 0 R", "<<>>"), Some("trailer"));
        assert_eq!(refused("/AF[]", "<<>>"), Some("trailer"));
        assert_eq!(refused("/Name#73<<>>", "<<>>"), Some("trailer"));
        assert_eq!(
            refused("", "<</Length 3>>\nstream\nabcdef\nendstream"),
            Some("stream")
        );
        let other_length = "<</D<</Length 4>>/Length 3>>\nstream\nabc\nendstream";
        assert_eq!(refused("", other_length), Some("stream"));
        assert_eq!(
            refused("", "<</Length 3 0 R>>\nstream\nabc\nendstream"),
            Some("stream")
        );
        assert_eq!(refused("", "<</A(unclosed>>"), Some("string"));
    }

    #[test]
    fn an_object_inside_a_stream_is_refused() {
        let plain = page("", "<</Length 19>>\nstream\n2 0 obj\n<<>>\nendobj\nendstream");
        assert!(examine(&plain).is_ok());
        let place = find(&plain, b"2 0 obj", 0).unwrap();
        let inner = find(&plain, b"2 0 obj", place + 1).unwrap();
        let (old, new) = (format!("{place:010} 00000 n"), format!("{inner:010} 00000 n"));
        let at = find(&plain, old.as_bytes(), 0).unwrap();
        let mut changed = plain;
        changed[at..at + new.len()].copy_from_slice(new.as_bytes());
        assert_eq!(examine(&changed), Err(RenderError::PageRule { rule: "table" }));
    }

    #[test]
    fn a_trailer_has_its_four_entries_and_no_other() {
        let plain = String::from_utf8_lossy(&page("", "<<>>")[16..]).into_owned();
        for (from, to) in [
            ("/ID", "/Prev 9/ID"),
            ("/ID", "/Pre#76 9/ID"),
            ("/ID", "/XRefStm 9/ID"),
            ("/ID", "/Encrypt 2 0 R/ID"),
            ("/Size 4", "/Size 4 "),
            ("/Size 4", "/Size 04"),
            ("/Size 4", "/X<</Root 2 0 R>>/Size 4"),
            ("(cd==)]", "(cd==)(ef==)]"),
            ("(ab==)(cd==)", "(ab==)"),
        ] {
            let changed = [&page("", "<<>>")[..16], plain.replace(from, to).as_bytes()].concat();
            assert_ne!(plain, plain.replace(from, to));
            assert_eq!(
                examine(&changed),
                Err(RenderError::PageRule { rule: "trailer" }),
                "{to}"
            );
        }
    }

    #[test]
    fn every_end_cut_off_and_everything_appended_is_refused() {
        let page = page("", "<<>>");
        for end in 0..page.len() {
            assert!(examine(&page[..end]).is_err(), "{end}");
        }
        assert!(examine(&[&page[..], b"\n"].concat()).is_err());
        assert!(examine(&[&page[..], &page[..]].concat()).is_err());
    }
}
