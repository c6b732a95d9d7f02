//! The delivery record 送付の記録: what package went to whom, on what medium, and how it was proven.
//!
//! It is signed over the sealed bytes, so a reception desk checks medium and sender without a key. Never a
//! file name of the contents, and no digest of what they say but the manifest's, which is salted.

mod course;
mod form;
mod package;
mod payload;
mod recipients;
mod work;

pub use course::{DeliveryMedium, DeliveryReadBack, DeliveryReadPath, Scan};
pub use package::{Container, MOST_VOLUMES, Package, PackageId, PreviousDelivery, Volume};
pub use payload::{DeliveryRecord, Permit};
pub use recipients::{BodyCipher, Encryption, Kdf, MOST_RECIPIENTS, NoticeBy, PassphraseUse, Recipient};
