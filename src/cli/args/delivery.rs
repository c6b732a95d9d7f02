//! `keshiin seal`, `open`, `list` and `rekey` as types. The doc comments are the English help.

use std::path::PathBuf;

use clap::Args;

/// Seal files into an encrypted package, read it back from the medium and sign the delivery record
///
/// Everything that can be refused is refused before a passphrase is asked for and before anything is
/// written. What was written is read back from the medium and compared before the record is signed.
#[derive(Clone, Debug, Args)]
pub(crate) struct Seal {
    /// Files and folders to seal; - is standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Name that standard input has in the package; without it stdin
    #[arg(long, value_name = "NAME")]
    pub(crate) stdin_name: Option<String>,
    #[command(flatten)]
    pub(crate) lock: Lock,
    /// Key file of the sender, who signs the delivery record
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) sender: PathBuf,
    /// Folder on the medium that the package is written to
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// What the delivery is called on papers; readable without a key
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: String,
    /// What is in it, in words; readable without a key
    #[arg(long, value_name = "TEXT")]
    pub(crate) contents: Option<String>,
    /// How many data records (cases, people, lines) are in it
    #[arg(long, value_name = "N")]
    pub(crate) records: Option<u64>,
    /// Classification of what is sealed, as the policy names it
    #[arg(long, value_name = "CLASS")]
    pub(crate) classification: String,
    /// My Number data (individual numbers) is in it
    #[arg(long)]
    pub(crate) mynumber: bool,
    /// Policy to follow: the name of one built in, or a file
    #[arg(long, value_name = "POLICY", default_value = "mic")]
    pub(crate) policy: String,
    #[command(flatten)]
    pub(crate) permit: PermitOptions,
    /// Contract file: who is addressed, who answers
    #[arg(long, value_name = "FILE")]
    pub(crate) contract: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) medium: MediumOptions,
    #[command(flatten)]
    pub(crate) scan: ScanOptions,
    /// Result of a virus scan by another product, kept by its digest
    #[arg(long, value_name = "FILE", conflicts_with = "scan")]
    pub(crate) scan_record: Option<PathBuf>,
    /// Compress files before they are sealed: zstd. The package's size then tells more about what is
    /// in it
    #[arg(long, value_name = "METHOD")]
    pub(crate) compress: Option<String>,
    /// Notice of the passphrase (PDF) to write, never onto the medium itself
    #[arg(long, value_name = "FILE", conflicts_with = "to")]
    pub(crate) notice: Option<PathBuf>,
    /// How the passphrase is told: hand, post, sms or phone
    #[arg(long, value_name = "WAY", conflicts_with = "to")]
    pub(crate) notice_by: Option<String>,
}

// Exactly one of these.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Lock {
    /// Who can open it: an id or a group of the roster, or a public identity (file); repeatable
    #[arg(long, value_name = "ID|GROUP|PUBFILE")]
    pub(crate) to: Vec<String>,
    /// A passphrase opens it, made here and shown once
    #[arg(long)]
    pub(crate) passphrase: bool,
    /// A passphrase opens it, typed twice
    #[arg(long)]
    pub(crate) passphrase_ask: bool,
}

// All three or none.
#[derive(Clone, Debug, Args)]
pub(crate) struct PermitOptions {
    /// Number of the permit to carry the data out; needs --permit-by and --permit-until
    #[arg(long, value_name = "NUMBER", requires_all = ["permit_by", "permit_until"])]
    pub(crate) permit: Option<String>,
    /// Who gave the permit
    #[arg(long, value_name = "NAME", requires_all = ["permit", "permit_until"])]
    pub(crate) permit_by: Option<String>,
    /// Last day of the permit (yyyy-mm-dd)
    #[arg(long, value_name = "DATE", requires_all = ["permit", "permit_by"])]
    pub(crate) permit_until: Option<String>,
}

// What the package is written to, and how.
#[derive(Clone, Debug, Args)]
pub(crate) struct MediumOptions {
    /// Name of the package's files, without .keshiin; without it the delivery number
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Number of the medium in the office's list
    #[arg(long, value_name = "NUMBER")]
    pub(crate) medium_no: Option<String>,
    /// Where it is sealed
    #[arg(long, value_name = "PLACE")]
    pub(crate) place: Option<String>,
    /// Split the package into volumes of at most this size (700M, 4G), only where the file system needs it
    /// (auto), or never
    #[arg(long, value_name = "SIZE", default_value = "auto")]
    pub(crate) split: String,
    /// Do not read the medium back; the record and the papers say so
    #[arg(long)]
    pub(crate) no_read_back: bool,
    /// Other files on the medium may stay
    #[arg(long)]
    pub(crate) keep_existing: bool,
    /// Signs in names that the fonts of the paper lack: refuse before anything is written, or print them as
    /// code points (code)
    #[arg(long, value_name = "HOW", default_value = "refuse")]
    pub(crate) missing_glyphs: String,
}

// Which virus scanner looks.
#[derive(Clone, Debug, Args)]
pub(crate) struct ScanOptions {
    /// Scan the files for viruses: clamav
    #[arg(long, value_name = "ENGINE")]
    pub(crate) scan: Option<String>,
    /// The scanner's signatures, a file or folder; without it those that it is installed with
    #[arg(long, value_name = "PATH", requires = "scan")]
    pub(crate) scan_database: Option<PathBuf>,
    /// The socket of the scanner's daemon
    #[arg(long, value_name = "PATH", requires = "scan")]
    pub(crate) scan_socket: Option<PathBuf>,
}

// What opens a package.
#[derive(Clone, Debug, Args)]
pub(crate) struct Access {
    /// The package, one of its volumes, or its delivery record
    #[arg(value_name = "PACKAGE")]
    pub(crate) package: PathBuf,
    /// Key file of a recipient; without it the package's passphrase is asked for
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) key: Option<PathBuf>,
}

/// Open a sealed package, after its delivery record was verified
///
/// Files get their names only after everything was decrypted and compared with what was sealed.
#[derive(Clone, Debug, Args)]
pub(crate) struct Open {
    #[command(flatten)]
    pub(crate) access: Access,
    /// Folder to write the files to
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Only this file, or this folder with all that is below it; repeatable
    #[arg(long, value_name = "PATH")]
    pub(crate) only: Vec<String>,
    /// Open it although no delivery record says who sealed it
    #[arg(long)]
    pub(crate) unsigned: bool,
    /// Give back what is whole of a damaged package, and tell what is lost
    #[arg(long)]
    pub(crate) salvage: bool,
    /// Replace files that are there already
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) scan: ScanOptions,
}

/// List what is in a sealed package, without opening all of it
#[derive(Clone, Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) access: Access,
    /// List it although no delivery record says who sealed it
    #[arg(long)]
    pub(crate) unsigned: bool,
}

/// Deliver a package anew to other recipients, without encrypting its content again
///
/// The content stays under the same key. Copies that were given out before stay readable to everybody to
/// whom they were sealed: --remove takes nothing back. To take somebody's access away, seal anew.
#[derive(Clone, Debug, Args)]
pub(crate) struct Rekey {
    #[command(flatten)]
    pub(crate) access: Access,
    /// Key file of the sender, who signs the new delivery record
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) sender: PathBuf,
    /// One more who can open the new package: an id or a group of the roster, or a public identity (file);
    /// repeatable
    #[arg(long, value_name = "ID|GROUP|PUBFILE")]
    pub(crate) add: Vec<String>,
    /// One who cannot open the new package; copies already given out stay readable to them. An id or a
    /// group; repeatable
    #[arg(long, value_name = "ID|GROUP")]
    pub(crate) remove: Vec<String>,
    /// Folder on the medium that the new package is written to
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// What the new delivery is called on papers; without it as before
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    #[command(flatten)]
    pub(crate) medium: MediumOptions,
}
