//! The record of a partial erasure 部分消去の記録: files, or the free space of a file system (媒体の消去ではない).
//!
//! A kind of its own, so that nothing that counts media can take it for one of them. Counts and sizes only:
//! never a file's name, never a path below a mount point; those stand in the annex. Nothing here judges.

mod bearing;
mod file_system;
mod form;
mod payload;
mod run;
mod work;

pub use file_system::{Blindness, FileSystem, InPlace, MOST_FILE_SYSTEMS, Sight};
pub use payload::{AnnexRef, FilesConfirmation, FilesConfirmedBy, PartialRecord, PartialScope, Search};
pub use run::{FilesBatch, FilesTotals, FreeSpace, MOST_BATCHES, NameTotals, TailTotals};
