//! From verified records to a page: which template, which texts, which QR codes.
//!
//! A page is a function of its [`Order`] alone (`docs/spec/print.md` §5): the same order gives the same
//! bytes, today and when somebody compares. `trial.rs` tries templates, `notice.rs` makes the one page that
//! shows no record.

use std::time::Duration;

use serde_json::Value as Json;

use crate::records::{
    DeliveryRecord, ErasureRecord, Fingerprint, Language, Layout, PartialRecord, RecordError, SlipFile,
    Verified,
};
use crate::units::Timestamp;

use super::order::{MOST_TEMPLATE_BYTES, Order, Shown};
use super::page::examine;
use super::sheet::Paper;
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
                Layout::Delivery => include_str!("../../certificates/templates/delivery.typ"),
                Layout::Address => include_str!("../../certificates/templates/address.typ"),
                Layout::Partial => include_str!("../../certificates/templates/partial.typ"),
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
/// A record of another kind than the layout shows; a template that fails or takes too long; a wording that
/// lacks a text; a slip too long for a QR code.
pub fn page(order: &Order<'_>) -> Result<Vec<u8>, RenderError> {
    let first = order.records.first().ok_or(RenderError::Typesetter)?;
    let last = order.records.last().unwrap_or(first);
    let ident = format!("{:?} {}", order.layout, first.record.digest());
    let (date, count) = (last.record.ended(), order.records.len());
    typeset(order.template, &paper(order)?, ident, order.creator, date, count)
}

/// Typesets what a template is given as `data.json`.
pub(super) fn typeset(
    template: &Template,
    paper: &impl serde::Serialize,
    ident: String,
    creator: &str,
    date: Timestamp,
    count: usize,
) -> Result<Vec<u8>, RenderError> {
    let mut data = serde_json::to_value(paper).map_err(|_| RenderError::Typesetter)?;
    spell_out(&mut data);
    let page = world::typeset(Job {
        template: template.0.clone(),
        data: data.to_string().into_bytes().into(),
        ident,
        creator: creator.to_owned(),
        date,
        limit: PATIENCE + PATIENCE_FOR_ONE * u32::try_from(count).unwrap_or(u32::MAX),
    })?;
    // A template's links and the like are told before anything rests on the page.
    examine(&page)?;
    Ok(page)
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
    let mut paper = Paper::empty(&wording);
    match order.layout {
        Layout::List => {
            let records = chosen(order, erasure)?;
            let signed: Vec<Vec<Fingerprint>> = records.iter().map(|(_, slip)| signed(slip)).collect();
            let listed: Vec<fill::Listed<'_>> = records
                .iter()
                .zip(&signed)
                .map(|((record, _), signed)| (*record, signed.as_slice()))
                .collect();
            paper.list = Some(fill::list(&listed, &wording)?);
        }
        Layout::Certificate | Layout::Label => {
            for (record, slip) in chosen(order, erasure)? {
                let sheet = fill::sheet(record, &signed(slip), code(slip)?, &wording)?;
                paper.sheets.push(sheet);
            }
        }
        Layout::Delivery | Layout::Address => {
            for (record, slip) in chosen(order, delivery)? {
                let sheet = fill::delivery_sheet(record, &signed(slip), code(slip)?, &wording)?;
                paper.deliveries.push(sheet);
            }
        }
        Layout::Partial => {
            for (record, slip) in chosen(order, partial)? {
                let sheet = fill::partial_sheet(record, &signed(slip), code(slip)?, &wording)?;
                paper.partials.push(sheet);
            }
        }
    }
    Ok(paper)
}

type Chosen<'a, T> = Vec<(&'a Verified<T>, &'a SlipFile)>;

/// The records of an order, all of the one kind.
fn chosen<'a, T>(
    order: &Order<'a>,
    of_kind: impl Fn(Shown<'a>) -> Option<&'a Verified<T>>,
) -> Result<Chosen<'a, T>, RenderError> {
    let records = order.records.iter();
    records
        .map(|printable| Some((of_kind(printable.record)?, printable.slip)))
        .collect::<Option<_>>()
        .ok_or(RenderError::OtherKind)
}

const fn erasure(shown: Shown<'_>) -> Option<&Verified<ErasureRecord>> {
    match shown {
        Shown::Erasure(record) => Some(record),
        Shown::Delivery(_) | Shown::Partial(_) => None,
    }
}

const fn delivery(shown: Shown<'_>) -> Option<&Verified<DeliveryRecord>> {
    match shown {
        Shown::Delivery(record) => Some(record),
        Shown::Erasure(_) | Shown::Partial(_) => None,
    }
}

const fn partial(shown: Shown<'_>) -> Option<&Verified<PartialRecord>> {
    match shown {
        Shown::Partial(record) => Some(record),
        Shown::Erasure(_) | Shown::Delivery(_) => None,
    }
}

/// The QR code of a slip as a drawing.
pub(super) fn code(slip: &SlipFile) -> Result<String, RenderError> {
    let code = slip.to_code().map_err(|error| match error {
        RecordError::CodeTooLong { characters, bound } => RenderError::QrTooLong { characters, bound },
        _ => RenderError::NoSlipCode,
    })?;
    qr::svg(&code)
}

/// Those whose signatures are there: each was verified, with the record's.
fn signed(slip: &SlipFile) -> Vec<Fingerprint> {
    slip.signatures()
        .iter()
        .map(|signed| signed.fingerprint)
        .collect()
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
