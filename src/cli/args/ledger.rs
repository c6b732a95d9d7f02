//! `keshiin ledger …` as types. The doc comments are the English help.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `keshiin ledger …`.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Ledger {
    List(LedgerList),
    Show(LedgerShow),
    Verify(LedgerVerify),
    Checkpoint(LedgerCheckpoint),
    Export(LedgerExport),
}

/// List the newest entries
#[derive(Clone, Debug, Args)]
pub(crate) struct LedgerList {
    /// Only entries that contain this text (a number, a serial, a name)
    #[arg(long, value_name = "TEXT")]
    pub(crate) find: Option<String>,
    /// How many entries at most
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u32>,
}

/// Show one entry
#[derive(Clone, Debug, Args)]
pub(crate) struct LedgerShow {
    /// The entry's place, or a certificate number
    #[arg(value_name = "N|NUMBER")]
    pub(crate) entry: String,
}

/// Read the whole ledger and find what was changed, removed or reordered
#[derive(Clone, Debug, Args)]
pub(crate) struct LedgerVerify {
    /// A checkpoint or record that somebody else holds, to compare with; repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) against: Vec<PathBuf>,
}

/// Sign the ledger's present head, for somebody else to keep
#[derive(Clone, Debug, Args)]
pub(crate) struct LedgerCheckpoint {
    /// Key file of whoever signs
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) key: PathBuf,
    /// Checkpoint file to write
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

/// Write the ledger to a file that can be checked without this program's database
#[derive(Clone, Debug, Args)]
pub(crate) struct LedgerExport {
    /// Export file to write
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Signed checkpoint to put into the export
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
}
