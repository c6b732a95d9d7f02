//! From verified records to a page: which template, which texts, which QR codes.
//!
//! A page is a function of its [`Order`] alone (`docs/spec/print.md` §5): the same order gives the same
//! bytes, today and when somebody compares.

use std::time::Duration;

use serde_json::Value as Json;

use crate::records::{ErasureRecord, Fingerprint, Language, Layout, RecordError, Slip, SlipFile, Verdict};
use crate::units::Timestamp;

use super::order::{MOST_TEMPLATE_BYTES, Order, Printable};
use super::page::examine;
use super::sheet::{List, Paper};
use super::wording::Wording;
use super::world::{self, Job};
use super::{RenderError, fill, fonts, qr};

/// Whether this program can make pages.
pub const PAPER: bool = true;
/// How long a page may take, and how much more for each record on it.
const PATIENCE: Duration = Duration::from_secs(60);
const PATIENCE_FOR_ONE: Duration = Duration::from_secs(2);

/// How a paper is laid out: Typst source that reads `data.json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(String);

impl Template {
    /// The template that the program carries.
    #[must_use]
    pub fn built_in(layout: Layout) -> Self {
        Self(
            match layout {
                Layout::Certificate => include_str!("../../certificates/templates/erasure.typ"),
                Layout::List => include_str!("../../certificates/templates/list.typ"),
                Layout::Label => include_str!("../../certificates/templates/label.typ"),
            }
            .to_owned(),
        )
    }

    /// An office's own template.
    ///
    /// # Errors
    /// [`RenderError::NotATemplate`] when it is empty, too large or not UTF-8.
    pub fn own(bytes: Vec<u8>) -> Result<Self, RenderError> {
        let fault = RenderError::NotATemplate {
            bound: MOST_TEMPLATE_BYTES,
        };
        if bytes.len() > MOST_TEMPLATE_BYTES {
            return Err(fault);
        }
        match String::from_utf8(bytes) {
            // An empty one would make an empty page, which says nothing and looks like a fault of paper.
            Ok(source) if !source.trim().is_empty() => Ok(Self(source)),
            _ => Err(fault),
        }
    }

    /// Its bytes, as their digest is taken.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Typesets the page: PDF/A-3b, nothing attached.
///
/// # Errors
/// A template that fails or takes too long; a wording that lacks a text; a slip too long for a QR code.
pub fn page(order: &Order<'_>) -> Result<Vec<u8>, RenderError> {
    let first = order.records.first().ok_or(RenderError::Typesetter)?;
    let last = order.records.last().unwrap_or(first);
    let ident = format!("{:?} {}", order.layout, first.record.digest());
    let (date, count) = (last.record.content().times.ended, order.records.len());
    typeset(order.template, paper(order)?, ident, order.creator, date, count)
}

fn typeset(
    template: &Template,
    paper: Paper,
    ident: String,
    creator: &str,
    date: Timestamp,
    count: usize,
) -> Result<Vec<u8>, RenderError> {
    let mut data = serde_json::to_value(&paper).map_err(|_| RenderError::Typesetter)?;
    spell_out(&mut data);
    let page = world::typeset(Job {
        template: template.0.clone(),
        data: data.to_string().into_bytes(),
        ident,
        creator: creator.to_owned(),
        date,
        limit: PATIENCE + PATIENCE_FOR_ONE * u32::try_from(count).unwrap_or(u32::MAX),
    })?;
    // A template's links and the like are told before anything rests on the page.
    examine(&page)?;
    Ok(page)
}

/// Tries a template with every verdict that `example` could have. Nothing of it leaves this function: no
/// paper shows what nobody signed.
///
/// # Errors
/// As for [`page`].
pub fn try_template(
    template: &Template,
    language: Language,
    example: &ErasureRecord,
) -> Result<(), RenderError> {
    let wording = Wording::embedded(language)?;
    let sheets = Verdict::ALL
        .into_iter()
        .map(|verdict| {
            let record = ErasureRecord {
                verdict,
                ..example.clone()
            };
            let slip = Slip::of(&record, example.plan);
            let code = SlipFile::new(&slip).to_code().map_err(|error| no_code(&error))?;
            fill::compose(&record, &slip, &[], qr::svg(&code)?, &wording)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let paper = Paper {
        language: wording.language().name(),
        form: wording.form(),
        sheets,
        list: None,
    };
    typeset(
        template,
        paper,
        "example".into(),
        "example",
        example.times.ended,
        5,
    )
    .map(drop)
}

/// What else than the order decides how a page looks, for the digest `renderer` of a print statement.
///
/// # Errors
/// A wording that is not there.
pub fn renderer_parts(language: Language) -> Vec<&'static [u8]> {
    let mut parts = vec![world::TYPESETTER.as_bytes()];
    parts.extend(fonts::bytes());
    parts.push(Wording::source(language).as_bytes());
    parts
}

fn paper(order: &Order<'_>) -> Result<Paper, RenderError> {
    let wording = Wording::embedded(order.language)?;
    let sheets = match order.layout {
        Layout::List => Vec::new(),
        Layout::Certificate | Layout::Label => order
            .records
            .iter()
            .map(|printable| {
                let code = printable.slip.to_code().map_err(|error| no_code(&error))?;
                fill::sheet(
                    printable.record,
                    &signed(printable.slip),
                    qr::svg(&code)?,
                    &wording,
                )
            })
            .collect::<Result<_, _>>()?,
    };
    let list = match order.layout {
        Layout::List => Some(list(order.records, &wording)?),
        Layout::Certificate | Layout::Label => None,
    };
    Ok(Paper {
        language: wording.language().name(),
        form: wording.form(),
        sheets,
        list,
    })
}

fn no_code(error: &RecordError) -> RenderError {
    match *error {
        RecordError::CodeTooLong { characters, bound } => RenderError::QrTooLong { characters, bound },
        _ => RenderError::NoSlipCode,
    }
}

/// Those whose signatures are there: each was verified, with the record's.
fn signed(slip: &SlipFile) -> Vec<Fingerprint> {
    slip.signatures()
        .iter()
        .map(|signed| signed.fingerprint)
        .collect()
}

fn list(records: &[Printable<'_>], wording: &Wording) -> Result<List, RenderError> {
    let signed: Vec<Vec<Fingerprint>> = records.iter().map(|printable| signed(printable.slip)).collect();
    let listed: Vec<fill::Listed<'_>> = records
        .iter()
        .zip(&signed)
        .map(|(printable, signed)| (printable.record, signed.as_slice()))
        .collect();
    fill::list(&listed, wording)
}

/// Signs that a font lacks are spelled out wherever they stand: nothing is dropped.
fn spell_out(value: &mut Json) {
    match value {
        Json::String(text) => *text = fonts::spelled_out(text),
        Json::Array(values) => values.iter_mut().for_each(spell_out),
        Json::Object(entries) => entries.values_mut().for_each(spell_out),
        _ => {}
    }
}
