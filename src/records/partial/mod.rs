//! The record of a partial erasure 部分消去の記録: files, or the free space of a file system (媒体の消去ではない).
//!
//! A kind of its own, so that nothing that counts media can take it for one of them. Counts and sizes only:
//! never a file's name, never a path below a mount point; those stand in the annex. Nothing here judges.

mod annex;
mod annex_sums;
mod annex_table;
mod bearing;
mod file_system;
mod form;
mod payload;
mod run;
mod work;

pub use annex::{
    Annex, AnnexEntry, AnnexReader, AnnexWriter, FileResult, MOST_ANNEX_BYTES, MOST_ANNEX_FILES,
    MOST_ANNEX_LINE, MOST_ANNEX_RANGES, NameResult,
};
pub use annex_sums::AnnexSums;
pub use annex_table::{annex_table_end, annex_table_head, annex_table_line};
pub use file_system::{Blindness, FileSystem, InPlace, MOST_FILE_SYSTEMS, Sight};
pub use payload::{
    AnnexRef, FilesConfirmation, FilesConfirmedBy, PartialRecord, PartialScope, Search, SearchTotals,
};
pub use run::{
    EntryTotals, FilesBatch, FilesTotals, FreeSpace, InodeTotals, MOST_BATCHES, NameTotals, TailTotals,
};
