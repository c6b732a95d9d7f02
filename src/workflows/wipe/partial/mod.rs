//! `keshiin wipe file`, `keshiin wipe free`: from paths, or a mount point, to a signed record of a partial erasure.
//!
//! As with devices, everything that can be refused is refused before a passphrase is asked for, and a file that could
//! not be erased is left as it is and told. Names stand in the annex alone.

mod annex;
mod carry_out;
mod free;
mod free_prepare;
mod free_request;
mod prepare;
mod record;
mod request;
mod search;

pub use carry_out::wipe_files;
pub use free::wipe_free;
pub use free_request::{FreePreview, FreeReport, FreeRequest, FreeStep};
pub use request::{
    FilesDone, FilesPreview, FilesReport, FilesRequest, PartialReport, SystemPreview, WhyLeft,
};
