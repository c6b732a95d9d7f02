//! Sealed packages 暗号化パッケージ: many files in one encrypted, splittable, randomly readable container.
//!
//! The format is `docs/spec/package.md`, FLOE (c2sp.org/FLOE) over AES-256-GCM. May touch the inputs,
//! volumes and outputs that it is lent ([`Inputs`], [`VolumeSink`], [`Ciphertext`], [`Outputs`]); opens no
//! paths, no devices and no network.

mod digests;
mod encoding;
mod error;
mod extract;
mod extract_file;
mod feeder;
mod feeder_file;
mod front;
mod header;
mod lanes;
mod layout;
mod manifest;
mod manifest_read;
mod names;
mod open;
mod passphrase_stanza;
mod paths;
mod rekey;
mod salvage;
mod seal;
mod segments;
mod stanza;
mod volumes;

#[cfg(test)]
mod tests;

pub use digests::{VolumeDigests, digest_volume};
pub use error::{Difference, Layer, SealingError};
pub use extract::{Extracted, Outputs, Wanted};
pub use feeder::{InputFile, Inputs, SealEntry, SealKind};
pub use front::Healed;
pub use header::{Header, PackageId};
pub use manifest::{Encoding, Entry, FileEntry, Manifest, ManifestHead};
pub use names::Names;
pub use open::{Examined, Key, Package};
pub use passphrase_stanza::PassphraseStanza;
pub use paths::{PathProblem, check_path, normal_path};
pub use rekey::{Rekeyed, rekey};
pub use salvage::{LostFile, Salvage};
pub use seal::{SealOrder, Sealed, SealedFor, seal};
pub use stanza::{RecipientStanza, Stanza};
pub use volumes::{Ciphertext, VolumeFacts, VolumeSink};
