//! What can be wrong with a package, and with making one.

use thiserror::Error;

use crate::crypto::CryptoError;
use crate::units::{ByteCount, ByteOffset, ByteRange};

use super::PathProblem;

/// The part of the format that objects (`docs/spec/package.md` §8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// The first bytes.
    Magic,
    /// Length, digest or content of H.
    Header,
    /// A stanza.
    Stanza,
    /// The passphrase's commitment.
    Passphrase,
    /// The header's HMAC.
    HeaderMac,
    /// FLOE's header.
    Commitment,
    /// Bytes are missing at the end.
    Truncated,
    /// Bytes too many at the end.
    Trailing,
    /// A segment.
    Segment,
    /// The manifest, or what it says of a file.
    Manifest,
    /// A path.
    Path,
}

impl Layer {
    /// Its name in vectors and in `--json`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Magic => "magic",
            Self::Header => "header",
            Self::Stanza => "stanza",
            Self::Passphrase => "passphrase",
            Self::HeaderMac => "header-mac",
            Self::Commitment => "commitment",
            Self::Truncated => "truncated",
            Self::Trailing => "trailing",
            Self::Segment => "segment",
            Self::Manifest => "manifest",
            Self::Path => "path",
        }
    }
}

/// A failure of the sealing room.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SealingError {
    /// The file is no package.
    #[error("not a sealed package")]
    NotAPackage,
    /// Both fronts are damaged, or they differ, or H is not as it should be.
    #[error("header: {detail}")]
    Header {
        /// What is wrong.
        detail: String,
    },
    /// A stanza is not as it should be.
    #[error("stanza: {detail}")]
    Stanza {
        /// What is wrong.
        detail: String,
    },
    /// Nothing in the package is sealed to this key.
    #[error("not sealed to this key")]
    NotForThisKey,
    /// The stanza for this key does not open.
    #[error("the stanza for this key does not open")]
    StanzaDoesNotOpen,
    /// The package wants a passphrase, or has none.
    #[error("opened with a {wanted}")]
    OtherKeyWanted {
        /// `passphrase` or `key-file`.
        wanted: &'static str,
    },
    /// The passphrase is another.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The header was changed by somebody without the file key.
    #[error("the header's authentication code is another")]
    HeaderMac,
    /// The body is under another key, or its parameters are others.
    #[error("the body does not belong to this key")]
    Commitment,
    /// The end of the package is missing.
    #[error("the package is cut off after {length} bytes")]
    Truncated {
        /// What there is.
        length: ByteCount,
    },
    /// There is more after the end of the package.
    #[error("{surplus} bytes after the end of the package")]
    Trailing {
        /// How many bytes too many.
        surplus: ByteCount,
    },
    /// A segment does not open.
    #[error("bytes {} to {} of the package are damaged", .range.start.0, .range.start.0 + .range.length.0)]
    Segment {
        /// Its number, from 0.
        number: u64,
        /// Where it stands in the package.
        range: ByteRange,
    },
    /// The manifest is not as it should be, or a file not as the manifest says.
    #[error("manifest: {detail}")]
    Manifest {
        /// What is wrong.
        detail: String,
    },
    /// A file's bytes are not those of the manifest.
    #[error("{path} is not what the manifest says")]
    Content {
        /// Which file.
        path: String,
    },
    /// A path that may not be in a package.
    #[error("{path}: {problem}")]
    Path {
        /// The path.
        path: String,
        /// Why.
        problem: PathProblem,
    },
    /// A file changed while it was being read.
    #[error("{path} changed while it was being read")]
    Changed {
        /// Which file.
        path: String,
    },
    /// An input cannot be read.
    #[error("{path}: {reason}")]
    Input {
        /// Which file.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// What is written cannot be written.
    #[error("writing {what}: {reason}")]
    Output {
        /// A file of the package, or the package.
        what: String,
        /// What the system says.
        reason: String,
    },
    /// The package cannot be read at a place.
    #[error("reading the package at byte {}: {reason}", .at.0)]
    Source {
        /// Where.
        at: ByteOffset,
        /// What the system says.
        reason: String,
    },
    /// What was read back is not what was written.
    #[error("{volume}: what was read back is not what was written")]
    ReadBackDiffers {
        /// Name of the volume.
        volume: String,
    },
    /// More volumes than there are numbers.
    #[error("more than {bound} volumes")]
    TooManyVolumes {
        /// The most.
        bound: u16,
    },
    /// A bound of the format is exceeded by what is to be sealed.
    #[error("more than {bound} {what}")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// The most.
        bound: u64,
    },
    /// The package is another than its delivery record describes.
    #[error("the package differs from its delivery record: {what:?}")]
    OtherThanRecord {
        /// In what.
        what: Difference,
    },
    /// Somebody asked to stop.
    #[error("stopped")]
    Stopped,
    /// The system's cryptography failed.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
}

/// In what a package differs from its delivery record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Its id.
    Package,
    /// Who sealed it.
    Sender,
    /// What is in it, or the bytes of its volumes.
    Content,
}

impl Difference {
    const fn code(self) -> &'static str {
        match self {
            Self::Package => "PKG-OTHER-PACKAGE",
            Self::Sender => "PKG-OTHER-SENDER",
            Self::Content => "PKG-OTHER-VOLUMES",
        }
    }
}

impl SealingError {
    /// Which part of the format objects, where one does.
    #[must_use]
    pub const fn layer(&self) -> Option<Layer> {
        Some(match self {
            Self::NotAPackage => Layer::Magic,
            Self::Header { .. } => Layer::Header,
            Self::Stanza { .. }
            | Self::NotForThisKey
            | Self::StanzaDoesNotOpen
            | Self::OtherKeyWanted { .. } => Layer::Stanza,
            Self::WrongPassphrase => Layer::Passphrase,
            Self::HeaderMac => Layer::HeaderMac,
            Self::Commitment => Layer::Commitment,
            Self::Truncated { .. } => Layer::Truncated,
            Self::Trailing { .. } => Layer::Trailing,
            Self::Segment { .. } => Layer::Segment,
            Self::Manifest { .. } | Self::Content { .. } | Self::OtherThanRecord { .. } => Layer::Manifest,
            Self::Path { .. } => Layer::Path,
            _ => return None,
        })
    }

    /// The stable code of this failure.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAPackage => "PKG-MAGIC",
            Self::OtherThanRecord { what } => what.code(),
            Self::Header { .. } => "PKG-HEADER",
            Self::Stanza { .. } => "PKG-STANZA",
            Self::NotForThisKey => "PKG-NOT-FOR-THIS-KEY",
            Self::StanzaDoesNotOpen => "PKG-STANZA-FALSE",
            Self::OtherKeyWanted { .. } => "PKG-OTHER-KEY-WANTED",
            Self::WrongPassphrase => "PKG-WRONG-PASSPHRASE",
            Self::HeaderMac => "PKG-HEADER-MAC",
            Self::Commitment => "PKG-COMMITMENT",
            Self::Truncated { .. } => "PKG-TRUNCATED",
            Self::Trailing { .. } => "PKG-TRAILING",
            Self::Segment { .. } => "PKG-SEGMENT",
            Self::Manifest { .. } => "PKG-MANIFEST",
            Self::Content { .. } => "PKG-CONTENT",
            Self::Path { .. } => "PKG-PATH",
            Self::Changed { .. } => "PKG-CHANGED",
            Self::Input { .. } => "PKG-INPUT",
            Self::Output { .. } => "PKG-OUTPUT",
            Self::Source { .. } => "PKG-SOURCE",
            Self::ReadBackDiffers { .. } => "PKG-READ-BACK",
            Self::TooManyVolumes { .. } => "PKG-TOO-MANY-VOLUMES",
            Self::TooMuch { .. } => "PKG-TOO-MUCH",
            Self::Stopped => "PKG-STOPPED",
            Self::Crypto(error) => error.code(),
        }
    }
}
