//! `keshiin recheck` as a type. The doc comments are the English help.

use std::path::PathBuf;

use clap::Args;

/// Prove that a drive still holds exactly the pattern that a signed record says; never writes
///
/// The record is verified first, then the drive's identity is compared with it, and only then is the drive
/// read. A file system on it that can be written to keeps it from being read.
#[derive(Clone, Debug, Args)]
pub(crate) struct Recheck {
    /// The erasure record, or a printed PDF with one erasure record attached
    #[arg(value_name = "RECORD", display_order = 1)]
    pub(crate) record: PathBuf,
    /// The drive (/dev/sdb); a regular file needs --image
    #[arg(value_name = "DEV", display_order = 2)]
    pub(crate) device: PathBuf,
    /// Read only so many percent (1 to 99): blocks of 1 MiB, drawn anew each time; without it everything
    #[arg(long, value_name = "PERCENT")]
    pub(crate) sample: Option<String>,
    /// Where something differs: find all of it (locate), or stop at the first (stop)
    #[arg(long, value_name = "HOW", default_value = "locate")]
    pub(crate) on_difference: String,
    /// What is checked is an image file, not a device
    #[arg(long)]
    pub(crate) image: bool,
    /// Something by somebody else that shows that the record existed earlier (a ledger export); repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) evidence: Vec<PathBuf>,
    /// An office's own template, to draw the page of a printed PDF again and compare
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,
}
