//! Deliveries: `keshiin seal`, `open`, `list`, `rekey`, and what `verify` does with a package
//! (DESIGN §5, §6.4).
//!
//! Everything that can be refused is refused before a passphrase is asked for and before anything is
//! written; a delivery is said to be made only after it was read back.

mod access;
mod beside;
mod deliver;
mod ground;
mod inputs;
mod judge;
mod listing;
mod notice;
mod open;
mod outputs;
mod papers;
mod prepare;
mod read_back;
mod record;
mod refusal;
mod rekey;
mod request;
mod seal;
mod sink;
mod source;
mod targets;
mod walk;

pub(super) use beside::check_volumes;
pub(super) use source::record_of;

pub use beside::{VolumeFinding, VolumeState};

pub use listing::list_package;
pub use open::open_package;
pub use refusal::PackageRefusal;
pub use rekey::rekey_package;
pub use request::{
    DeliveryFiles, DeliveryWarning, KeyChoice, Listed, Lost, OpenReport, OpenRequest, PackageAccess,
    PassphraseChoice, PermitRequest, RekeyRequest, ScanRequest, SealReport, SealRequest,
};
pub use seal::seal_package;
