//! Paper: what was signed, on a page that an office accepts, and the codes that lead back from paper.
//!
//! A page shows verified records only ([`Printable`]) and is a function of its [`Order`]: no clock, no
//! network, no file system, no installed fonts. Layout is a template's (`certificates/templates/*.typ`),
//! words are `certificates/wording/*.toml`'s. [`fasten`] and [`take_apart`] bind records to a page byte by
//! byte (`docs/spec/print.md`) and need no typesetter; the rest belongs to the feature `paper`.

#[cfg(feature = "paper")]
mod delivery_sheet;
mod error;
#[cfg(feature = "paper")]
mod fill;
#[cfg(feature = "paper")]
mod fonts;
mod notice;
mod order;
mod page;
mod page_scan;
#[cfg(feature = "paper")]
mod paper;
#[cfg(feature = "paper")]
mod partial_sheet;
mod pdf;
#[cfg(feature = "paper")]
mod picture;
#[cfg(feature = "paper")]
mod qr;
#[cfg(feature = "paper")]
mod sheet;
#[cfg(feature = "paper")]
mod trial;
#[cfg(not(feature = "paper"))]
mod without_paper;
#[cfg(feature = "paper")]
mod wording;
#[cfg(feature = "paper")]
mod world;

pub use error::RenderError;
#[cfg(feature = "paper")]
pub use fonts::lacking;
pub use notice::{Notice, notice};
pub use order::{Example, MOST_TEMPLATE_BYTES, Order, Printable, Shown};
#[cfg(feature = "paper")]
pub use paper::{PAPER, Template, page, renderer_parts};
pub use pdf::{Attachment, MOST_PDF_BYTES, Printed, Taken, fasten, is_exact, take_apart};
#[cfg(feature = "paper")]
pub use picture::codes_in_picture;
#[cfg(feature = "paper")]
pub use trial::try_template;
#[cfg(not(feature = "paper"))]
pub use without_paper::{PAPER, Template, codes_in_picture, lacking, page, renderer_parts, try_template};
