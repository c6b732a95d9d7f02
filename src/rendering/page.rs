//! What a typeset page may hold, and where its catalog and trailer stand (`docs/spec/print.md` §1).
//!
//! Bytes only. Syntax of PDF after ISO 32000-1 §7.2 and §7.5, as far as a page that this program accepts
//! uses it; whatever goes beyond that is refused.

use std::ops::Range;

use super::RenderError;

/// Largest page in bytes.
pub(super) const MOST_PAGE_BYTES: usize = 256 << 20;
pub(super) const EOF: &[u8] = b"%%EOF";

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
    "GoToE",
    "GoToR",
    "ImportData",
    "JS",
    "JavaScript",
    "Launch",
    "Movie",
    "OCG",
    "OCGs",
    "OCMD",
    "OCProperties",
    "ObjStm",
    "OpenAction",
    "Perms",
    "RichMedia",
    "Sound",
    "SubmitForm",
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
    let head = page.starts_with(b"%PDF-1.7\n") && page.len() <= MOST_PAGE_BYTES;
    rule(head, "head")?;
    let end = find(page, EOF, 0).ok_or(RenderError::PageRule { rule: "end" })?;
    rule(end + EOF.len() == page.len(), "end")?;
    let frame = frame(page).ok_or(RenderError::PageRule { rule: "trailer" })?;
    let mut scan = Scan {
        page,
        at: 9,
        skipped: Vec::new(),
    };
    while let Some(name) = scan.next_name(frame.table)? {
        rule(!FORBIDDEN.iter().any(|word| word.as_bytes() == name), "content")?;
    }
    rule(
        scan.at == frame.table && in_the_open(&frame, page, &scan.skipped),
        "table",
    )?;
    Ok(frame)
}

/// Whether every object of the table stands where it was looked at, and not in a stream or string.
fn in_the_open(frame: &Frame<'_>, page: &[u8], skipped: &[Range<usize>]) -> bool {
    frame.lines.chunks(20).enumerate().skip(1).all(|(number, line)| {
        let position = line.get(..10).and_then(decimal);
        let used = line.get(10..).is_some_and(|rest| rest == b" 00000 n\r\n");
        used && position.is_some_and(|position| {
            let head = format!("{number} 0 obj\n");
            let covered = skipped.partition_point(|span| span.end <= position);
            let hidden = skipped.get(covered).is_some_and(|span| span.contains(&position));
            !hidden
                && page
                    .get(position..)
                    .is_some_and(|rest| rest.starts_with(head.as_bytes()))
        })
    })
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
    if entry(trailer, b"/Prev").is_some() || entry(trailer, b"/Encrypt").is_some() {
        return None;
    }
    let size = decimal(digits(entry(trailer, b"/Size ")?))?;
    let root = reference(entry(trailer, b"/Root ")?)?;
    let info = reference(entry(trailer, b"/Info ")?)?;
    let id = string(entry(trailer, b"/ID[")?)?;
    let lines = table_lines(page, table, tail, size)?;
    let position = decimal(lines.get(root * 20..root * 20 + 10)?)?;
    let head = format!("{root} 0 obj\n<<");
    page.get(position..)?.starts_with(head.as_bytes()).then_some(())?;
    let (catalog, _) = between(page, position + head.len(), b">>\nendobj\n")?;
    let free = entry(catalog, b"/Names").is_none() && entry(catalog, b"/AF").is_none();
    free.then_some(Frame {
        size,
        root,
        info,
        id,
        catalog,
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

fn digits(bytes: &[u8]) -> &[u8] {
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

/// Walks over everything outside of streams.
struct Scan<'a> {
    page: &'a [u8],
    at: usize,
    /// Strings, comments and streams, in order.
    skipped: Vec<Range<usize>>,
}

impl Scan<'_> {
    /// The next name before `end`, its escapes resolved.
    fn next_name(&mut self, end: usize) -> Result<Option<Vec<u8>>, RenderError> {
        while self.at < end {
            let byte = self.page[self.at];
            match byte {
                b'/' => return self.name().map(Some),
                b'(' => self.skip(Self::skip_string)?,
                b'%' => self.skip(Self::skip_comment)?,
                b's' if self.rest().starts_with(b"stream") => self.skip(Self::skip_stream)?,
                _ if byte.is_ascii_alphanumeric() => self.skip_word(),
                _ => self.at += 1,
            }
        }
        Ok(None)
    }

    fn rest(&self) -> &[u8] {
        &self.page[self.at.min(self.page.len())..]
    }

    fn skip(&mut self, over: impl FnOnce(&mut Self) -> Result<(), RenderError>) -> Result<(), RenderError> {
        let start = self.at;
        over(self)?;
        self.skipped.push(start..self.at);
        Ok(())
    }

    fn skip_word(&mut self) {
        let end = self.rest().iter().position(|byte| !byte.is_ascii_alphanumeric());
        self.at += end.unwrap_or(self.rest().len());
    }

    fn name(&mut self) -> Result<Vec<u8>, RenderError> {
        self.at += 1;
        let ends = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0 || b"()<>[]{}/%".contains(byte);
        let length = self.rest().iter().position(ends).unwrap_or(self.rest().len());
        let raw = self.rest()[..length].to_vec();
        self.at += length;
        let mut name = Vec::with_capacity(raw.len());
        let mut bytes = raw.into_iter();
        while let Some(byte) = bytes.next() {
            if byte == b'#' {
                let pair = [bytes.next(), bytes.next()];
                name.push(hexadecimal(pair).ok_or(RenderError::PageRule { rule: "escape" })?);
            } else {
                name.push(byte);
            }
        }
        Ok(name)
    }

    /// A string in parentheses, which may hold others and escapes.
    fn skip_string(&mut self) -> Result<(), RenderError> {
        let mut depth = 0_u32;
        while let Some(byte) = self.page.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'(' => depth += 1,
                b')' if depth == 1 => return Ok(()),
                b')' => depth -= 1,
                _ => {}
            }
        }
        Err(RenderError::PageRule { rule: "string" })
    }

    fn skip_comment(&mut self) -> Result<(), RenderError> {
        let place = find(self.page, b"\n", self.at).ok_or(RenderError::PageRule { rule: "line" })?;
        self.at = place + 1;
        Ok(())
    }

    /// A stream, by the length that its dictionary gives.
    fn skip_stream(&mut self) -> Result<(), RenderError> {
        const BROKEN: RenderError = RenderError::PageRule { rule: "stream" };
        let head = rfind(&self.page[..self.at], b" obj\n<<").ok_or(BROKEN)?;
        let dictionary = &self.page[head..self.at];
        rule(dictionary.ends_with(b">>\n"), "stream")?;
        let length = stream_length(dictionary).ok_or(BROKEN)?;
        let body = self.at + b"stream\n".len();
        let end = body.checked_add(length).ok_or(BROKEN)?;
        let closed = self
            .page
            .get(end..)
            .is_some_and(|rest| rest.starts_with(b"\nendstream\nendobj\n"));
        rule(self.rest().starts_with(b"stream\n") && closed, "stream")?;
        self.at = end + b"\nendstream".len();
        Ok(())
    }
}

/// The length that every reader finds in a stream's dictionary: named once, unescaped, a number by itself.
fn stream_length(dictionary: &[u8]) -> Option<usize> {
    let named = entry(dictionary, b"/Length ")?;
    let number = digits(named);
    let whole = named.get(number.len()).is_some_and(|next| b"/>".contains(next));
    let once = entry(named, b"/Length ").is_none() && !dictionary.contains(&b'#');
    (whole && once).then(|| decimal(number))?
}

fn hexadecimal([high, low]: [Option<u8>; 2]) -> Option<u8> {
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
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

    fn refused(extra: &str, object: &str) -> Option<&'static str> {
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
    fn every_end_cut_off_and_everything_appended_is_refused() {
        let page = page("", "<<>>");
        for end in 0..page.len() {
            assert!(examine(&page[..end]).is_err(), "{end}");
        }
        assert!(examine(&[&page[..], b"\n"].concat()).is_err());
        assert!(examine(&[&page[..], &page[..]].concat()).is_err());
    }
}
