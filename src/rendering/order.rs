//! What a page is a function of (`docs/spec/print.md` §5).

use crate::records::{
    CertificateNumber, DeliveryRecord, Digest, ErasureRecord, Kind, Language, Layout, PartialRecord,
    SlipFile, Verified,
};
use crate::units::Timestamp;

use super::Template;

/// Largest template in bytes.
pub const MOST_TEMPLATE_BYTES: usize = 1 << 20;

/// A record that paper can show, verified.
#[derive(Clone, Copy, Debug)]
pub enum Shown<'a> {
    /// An erasure record.
    Erasure(&'a Verified<ErasureRecord>),
    /// A delivery record.
    Delivery(&'a Verified<DeliveryRecord>),
    /// A record of a partial erasure.
    Partial(&'a Verified<PartialRecord>),
}

impl<'a> Shown<'a> {
    /// What it is.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Erasure(_) => Kind::Erasure,
            Self::Delivery(_) => Kind::Delivery,
            Self::Partial(_) => Kind::PartialErasure,
        }
    }

    /// 証明書番号, 送付番号.
    #[must_use]
    pub const fn number(self) -> &'a CertificateNumber {
        match self {
            Self::Erasure(record) => &record.content().number,
            Self::Delivery(record) => &record.content().number,
            Self::Partial(record) => &record.content().number,
        }
    }

    /// 照合値.
    #[must_use]
    pub const fn digest(self) -> Digest {
        match self {
            Self::Erasure(record) => record.digest(),
            Self::Delivery(record) => record.digest(),
            Self::Partial(record) => record.digest(),
        }
    }

    /// 見本.
    #[must_use]
    pub const fn specimen(self) -> bool {
        match self {
            Self::Erasure(record) => record.content().specimen,
            Self::Delivery(record) => record.content().specimen,
            Self::Partial(record) => record.content().specimen,
        }
    }

    /// When the work ended: the date of its paper.
    #[must_use]
    pub const fn ended(self) -> Timestamp {
        match self {
            Self::Erasure(record) => record.content().times.ended,
            Self::Delivery(record) => record.content().times.ended,
            Self::Partial(record) => record.content().times.ended,
        }
    }
}

/// A record that may be printed: everything on it was verified, its slip and all its signatures too.
#[derive(Clone, Copy, Debug)]
pub struct Printable<'a> {
    /// The record.
    pub record: Shown<'a>,
    /// Its slip, with the signatures of those who signed.
    pub slip: &'a SlipFile,
}

/// A record that nobody signed, for trying a template before it is needed.
#[derive(Clone, Copy, Debug)]
pub enum Example<'a> {
    /// For certificates, lists and labels.
    Erasure(&'a ErasureRecord),
    /// For 送付書 and 宛名票.
    Delivery(&'a DeliveryRecord),
    /// For the paper of files and free space.
    Partial(&'a PartialRecord),
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
    /// What is on it, in order. All of the kind that the layout shows.
    pub records: &'a [Printable<'a>],
    /// Name and version of the program.
    pub creator: &'a str,
}
