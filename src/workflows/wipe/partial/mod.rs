//! `keshiin wipe file`: from paths to a signed record of a partial erasure.
//!
//! As with devices, everything that can be refused is refused before a passphrase is asked for, and a file that could
//! not be erased is left as it is and told. Names stand in the annex alone.

mod annex;
mod carry_out;
mod prepare;
mod record;
mod request;

pub use carry_out::wipe_files;
pub use request::{FilesDone, FilesPreview, FilesReport, FilesRequest, SystemPreview, WhyLeft};
