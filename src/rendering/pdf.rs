//! `page ‖ update`: the incremental update that fastens attachments to a page (`docs/spec/print.md` §2).
//!
//! Written byte by byte (ISO 32000-1 §7.5.6, §7.11.4; ISO 19005-3 §6.8) and read by making it again, so
//! that no PDF library decides what is genuine. Bytes only; names of algorithms and people are others'.

use crate::units::Timestamp;

use super::RenderError;
use super::page::{EOF, Frame, MOST_PAGE_BYTES, decimal, examine, find};

/// Most attachments: 2,000 records with their slips, the roster, the statement.
const MOST_ATTACHMENTS: usize = 4_002;
/// Largest printed PDF in bytes.
pub const MOST_PDF_BYTES: usize = 512 << 20;
const MOST_NAME: usize = 120;
/// Longest first line of an update.
const MOST_LINE: usize = 1 << 20;
const MARK: &[u8] = b"%keshiin-print/";
const HEAD: &str = "%keshiin-print/1 page=";

/// A file that hangs on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment<'a> {
    /// Its name: letters, digits, `.`, `_`, `-`.
    pub name: String,
    /// Its content.
    pub bytes: &'a [u8],
    /// It is what the page was made from, and not something beside it.
    pub data: bool,
}

/// A printed PDF taken apart. Nothing is judged yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed<'a> {
    /// The page as it was typeset.
    pub page: &'a [u8],
    /// Time of printing, as the update says.
    pub time: Timestamp,
    /// The attachments in their order.
    pub attachments: Vec<Attachment<'a>>,
}

/// What a PDF turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken<'a> {
    /// Page and update, each in its form.
    Printed(Printed<'a>),
    /// Nothing of ours is attached.
    Nothing,
}

/// Fastens `attachments` to `page`. `mark` is the first 32 hexadecimal digits of the statement's 照合値.
///
/// # Errors
/// [`RenderError::Page`] where the page breaks a rule, [`RenderError::Attachment`] where a name does.
pub fn fasten(
    page: &[u8],
    time: Timestamp,
    mark: &str,
    attachments: &[Attachment<'_>],
) -> Result<Vec<u8>, RenderError> {
    let frame = examine(page)?;
    check(attachments)?;
    let stamp = pdf_time(time).ok_or(RenderError::Attachment)?;
    let mut out = page.to_vec();
    out.extend(first_line(page.len(), time, attachments).bytes());
    let mut places = Vec::new();
    for (place, attachment) in attachments.iter().enumerate() {
        let number = frame.size + 2 * place;
        places.push(out.len());
        out.extend(file_head(number, attachment.bytes.len(), &stamp).bytes());
        out.extend(attachment.bytes);
        out.extend(b"\nendstream\nendobj\n");
        places.push(out.len());
        out.extend(file_specification(number, attachment).bytes());
    }
    let catalog = out.len();
    out.extend(new_catalog(&frame, attachments));
    finish(&mut out, &frame, mark, catalog, &places);
    Ok(out)
}

/// Takes a PDF apart without believing anything in it.
///
/// # Errors
/// [`RenderError`] where it bears our mark and is not in our form.
pub fn take_apart(file: &[u8]) -> Result<Taken<'_>, RenderError> {
    let marked = find(file, MARK, 0).is_some();
    let Some(end) = find(file, EOF, 0).map(|place| place + EOF.len()) else {
        return nothing(marked);
    };
    let (page, update) = file.split_at(end);
    if !update.starts_with(b"\n%keshiin-print/") {
        return nothing(marked);
    }
    if file.len() > MOST_PDF_BYTES || page.len() > MOST_PAGE_BYTES {
        return Err(RenderError::TooLarge);
    }
    let frame = examine(page)?;
    read(page, update, &frame).map(Taken::Printed)
}

/// Whether `file` is, to the last byte, what [`fasten`] makes of its parts.
#[must_use]
pub fn is_exact(file: &[u8], printed: &Printed<'_>, mark: &str) -> bool {
    fasten(printed.page, printed.time, mark, &printed.attachments).is_ok_and(|made| made == file)
}

const fn nothing(marked: bool) -> Result<Taken<'static>, RenderError> {
    if marked {
        Err(RenderError::Update)
    } else {
        Ok(Taken::Nothing)
    }
}

fn read<'a>(page: &'a [u8], update: &'a [u8], frame: &Frame<'_>) -> Result<Printed<'a>, RenderError> {
    let (time, files, start) = read_first_line(update, page.len()).ok_or(RenderError::Update)?;
    let stamp = pdf_time(time).ok_or(RenderError::Update)?;
    let mut rest = update.get(start..).ok_or(RenderError::Update)?;
    let mut attachments = Vec::new();
    for (place, (name, length)) in files.into_iter().enumerate() {
        let number = frame.size + 2 * place;
        let taken = take_file(rest, number, length, &stamp).ok_or(RenderError::Update)?;
        let mut attachment = Attachment {
            name,
            bytes: taken.0,
            data: true,
        };
        attachment.data = taken
            .1
            .starts_with(file_specification(number, &attachment).as_bytes());
        let specification = file_specification(number, &attachment);
        rest = taken
            .1
            .strip_prefix(specification.as_bytes())
            .ok_or(RenderError::Update)?;
        attachments.push(attachment);
    }
    check(&attachments)?;
    Ok(Printed {
        page,
        time,
        attachments,
    })
}

/// The bytes of one file, and what follows it.
fn take_file<'a>(rest: &'a [u8], number: usize, length: usize, stamp: &str) -> Option<(&'a [u8], &'a [u8])> {
    let rest = rest.strip_prefix(file_head(number, length, stamp).as_bytes())?;
    let (bytes, rest) = rest.split_at_checked(length)?;
    Some((bytes, rest.strip_prefix(b"\nendstream\nendobj\n")?))
}

fn check(attachments: &[Attachment<'_>]) -> Result<(), RenderError> {
    let plain = |name: &str| {
        (1..=MOST_NAME).contains(&name.len())
            && name
                .bytes()
                .all(|sign| sign.is_ascii_alphanumeric() || b"._-".contains(&sign))
    };
    let names: std::collections::BTreeSet<&str> = attachments
        .iter()
        .map(|attachment| attachment.name.as_str())
        .collect();
    let fits = (1..=MOST_ATTACHMENTS).contains(&attachments.len()) && names.len() == attachments.len();
    if fits && names.into_iter().all(plain) {
        Ok(())
    } else {
        Err(RenderError::Attachment)
    }
}

fn first_line(page: usize, time: Timestamp, attachments: &[Attachment<'_>]) -> String {
    let files: Vec<String> = attachments
        .iter()
        .map(|attachment| format!("{}:{}", attachment.name, attachment.bytes.len()))
        .collect();
    format!("\n{HEAD}{page} time={time} files={}\n", files.join(","))
}

type FirstLine = (Timestamp, Vec<(String, usize)>, usize);

fn read_first_line(update: &[u8], page: usize) -> Option<FirstLine> {
    let bounded = &update[1..update.len().min(MOST_LINE)];
    let end = bounded.iter().position(|byte| *byte == b'\n')?;
    let line = std::str::from_utf8(&bounded[..end]).ok()?;
    let (length, line) = line.strip_prefix(HEAD)?.split_once(" time=")?;
    let (time, files) = line.split_once(" files=")?;
    let file = |text: &str| {
        let (name, length) = text.split_once(':')?;
        Some((name.to_owned(), decimal(length.as_bytes())?))
    };
    let files: Vec<_> = files
        .split(',')
        .take(MOST_ATTACHMENTS + 1)
        .map(file)
        .collect::<Option<_>>()?;
    (decimal(length.as_bytes())? == page).then_some((Timestamp::parse(time)?, files, end + 2))
}

fn file_head(number: usize, length: usize, stamp: &str) -> String {
    format!(
        "{number} 0 obj\n<</Type/EmbeddedFile/Subtype/application#2Fjson/Params<</ModDate({stamp})/Size \
         {length}>>/Length {length}>>\nstream\n"
    )
}

fn file_specification(number: usize, attachment: &Attachment<'_>) -> String {
    let (name, kind) = (
        &attachment.name,
        if attachment.data { "Data" } else { "Supplement" },
    );
    let own = number + 1;
    format!(
        "{own} 0 obj\n<</Type/Filespec/F({name})/UF({name})/AFRelationship/{kind}/Desc({name})/EF<</F \
         {number} 0 R/UF {number} 0 R>>>>\nendobj\n"
    )
}

fn new_catalog(frame: &Frame<'_>, attachments: &[Attachment<'_>]) -> Vec<u8> {
    let specification = |place: usize| format!("{} 0 R", frame.size + 2 * place + 1);
    let mut sorted: Vec<(&str, usize)> = attachments
        .iter()
        .enumerate()
        .map(|(place, attachment)| (attachment.name.as_str(), place))
        .collect();
    sorted.sort_unstable();
    let names: Vec<String> = sorted
        .into_iter()
        .map(|(name, place)| format!("({name}) {}", specification(place)))
        .collect();
    let all: Vec<String> = (0..attachments.len()).map(specification).collect();
    let (names, all) = (names.join(" "), all.join(" "));
    let mut catalog = format!("{} 0 obj\n<<", frame.root).into_bytes();
    catalog.extend(frame.catalog);
    let added = format!("/Names<</EmbeddedFiles<</Names[{names}]>>>>/AF[{all}]>>\nendobj\n");
    catalog.extend(added.bytes());
    catalog
}

fn finish(out: &mut Vec<u8>, frame: &Frame<'_>, mark: &str, catalog: usize, places: &[usize]) {
    let table = out.len();
    let line = |place: &usize| format!("{place:010} 00000 n\r\n");
    let head = format!(
        "xref\n{} 1\n{}{} {}\n",
        frame.root,
        line(&catalog),
        frame.size,
        places.len()
    );
    out.extend(head.bytes());
    out.extend(places.iter().map(line).collect::<String>().bytes());
    let size = frame.size + places.len();
    let trailer = format!(
        "trailer\n<</Size {size}/Root {} 0 R/Info {} 0 R/ID[",
        frame.root, frame.info
    );
    out.extend(trailer.bytes());
    out.extend(frame.id);
    out.extend(format!("<{mark}>]/Prev {}>>\nstartxref\n{table}\n%%EOF\n", frame.table).bytes());
}

/// `D:20261121140305+09'00`.
fn pdf_time(time: Timestamp) -> Option<String> {
    let civil = time.civil()?;
    let minutes = time.offset_minutes();
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.unsigned_abs();
    Some(format!(
        "D:{:04}{:02}{:02}{:02}{:02}{:02}{sign}{:02}'{:02}",
        civil.year(),
        civil.month(),
        civil.day(),
        civil.hour(),
        civil.minute(),
        civil.second(),
        minutes / 60,
        minutes % 60
    ))
}

#[cfg(test)]
#[path = "pdf_tests.rs"]
mod tests;
