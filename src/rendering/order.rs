//! What a page is a function of (`docs/spec/print.md` §5).

use crate::records::{ErasureRecord, Language, Layout, SlipFile, Verified};

use super::Template;

/// Largest template in bytes.
pub const MOST_TEMPLATE_BYTES: usize = 1 << 20;

/// A record that may be printed: everything on it was verified, its slip and all its signatures too.
#[derive(Clone, Copy, Debug)]
pub struct Printable<'a> {
    /// The record.
    pub record: &'a Verified<ErasureRecord>,
    /// Its slip, with the signatures of those who signed.
    pub slip: &'a SlipFile,
}

/// Everything that decides how a page looks.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// Kind of paper.
    pub layout: Layout,
    /// Its language.
    pub language: Language,
    /// How it is laid out.
    pub template: &'a Template,
    /// What is on it, in order.
    pub records: &'a [Printable<'a>],
    /// Name and version of the program.
    pub creator: &'a str,
}
