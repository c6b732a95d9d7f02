//! Deliveries: `keshiin seal`, `open`, `list`, `rekey`, and what `verify` does with a package
//! (DESIGN §5, §6.4).
//!
//! Everything that can be refused is refused before a passphrase is asked for and before anything is
//! written; a delivery is said to be made only after it was read back.

mod beside;
mod pending;
mod refusal;
mod request;

#[expect(unused_imports, reason = "the jobs that use them are not written yet")]
pub(super) use beside::{check_presence, check_volumes};

pub use beside::{VolumeFinding, VolumeState};

pub use pending::{list_package, open_package, rekey_package, seal_package};
pub use refusal::PackageRefusal;
pub use request::{
    DeliveryFiles, DeliveryWarning, KeyChoice, Listed, Lost, OpenReport, OpenRequest, PackageAccess,
    PassphraseChoice, PermitRequest, RekeyRequest, ScanRequest, SealReport, SealRequest,
};
