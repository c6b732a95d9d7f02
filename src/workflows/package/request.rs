//! What is asked of a delivery, as typed, and what comes back.

use std::path::PathBuf;

use crate::crypto::{Digest, Fingerprint};
use crate::records::{Check, DeliveryRecord, Language, Verified};
use crate::sealing::{Entry, Healed};
use crate::units::{ByteCount, ByteRange};

use super::super::{Exit, ScanFinding};
use super::VolumeFinding;

/// Whether a passphrase opens the package, instead of recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassphraseChoice {
    /// Recipients open it.
    None,
    /// `--passphrase`: one is made.
    Generate,
    /// `--passphrase-ask`: somebody types one.
    Ask,
}

/// 許可, as declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermitRequest {
    /// `--permit`: its number.
    pub number: String,
    /// `--permit-by`: who gave it.
    pub by: String,
    /// `--permit-until`: its last day, YYYY-MM-DD.
    pub until: String,
}

/// Which virus scanner looks at files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanRequest {
    /// `--scan`: `clamav`.
    pub engine: String,
    /// `--scan-database`: signatures of one's own.
    pub database: Option<PathBuf>,
    /// `--scan-socket`: the daemon's socket.
    pub socket: Option<PathBuf>,
}

/// `keshiin seal` as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealRequest {
    /// Files and folders; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// `--stdin-name`: the name of standard input in the package.
    pub stdin_name: Option<String>,
    /// `--to`: ids, groups or public files.
    pub to: Vec<String>,
    /// A passphrase instead.
    pub passphrase: PassphraseChoice,
    /// The sender's key file.
    pub sender: PathBuf,
    /// Folder on the medium.
    pub out: PathBuf,
    /// 件名.
    pub title: String,
    /// 内容.
    pub contents: Option<String>,
    /// 件数.
    pub records: Option<u64>,
    /// Classification by name.
    pub classification: String,
    /// My Number is in it.
    pub mynumber: bool,
    /// Policy by id, or the path of a file.
    pub policy: String,
    /// Name of the package's files, without `.keshiin`.
    pub name: Option<String>,
    /// 許可.
    pub permit: Option<PermitRequest>,
    /// Contract file.
    pub contract: Option<PathBuf>,
    /// 媒体番号.
    pub medium_number: Option<String>,
    /// 作業場所.
    pub place: Option<String>,
    /// `auto`, `never` or a size.
    pub split: String,
    /// Virus scan.
    pub scan: Option<ScanRequest>,
    /// Another product's result.
    pub scan_record: Option<PathBuf>,
    /// `zstd`.
    pub compress: Option<String>,
    /// Read the medium back.
    pub read_back: bool,
    /// Other files on the medium may stay.
    pub keep_existing: bool,
    /// Where the notice of the passphrase goes.
    pub notice: Option<PathBuf>,
    /// How it travels: `hand`, `post`, `sms`, `phone`.
    pub notice_by: Option<String>,
    /// Language of the papers.
    pub language: Language,
    /// Signs that the fonts lack: `refuse`, or `code`.
    pub missing_glyphs: String,
}

/// Where what belongs to a delivery was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryFiles {
    /// The volumes.
    pub volumes: Vec<PathBuf>,
    /// The delivery record.
    pub record: PathBuf,
    /// Its slip.
    pub slip: PathBuf,
    /// 送付書.
    pub paper: Option<PathBuf>,
    /// 宛名票.
    pub address: Option<PathBuf>,
    /// パスワード通知書.
    pub notice: Option<PathBuf>,
    /// The copies of record and slip that stay here.
    pub kept: Option<PathBuf>,
}

/// What a person should know about a delivery that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryWarning {
    /// A group of which only one person can open the package.
    OneInGroup {
        /// The group.
        group: String,
    },
    /// Somebody who is not on a believed roster.
    NotListed {
        /// Who.
        id: String,
        /// Whose keys.
        fingerprint: Fingerprint,
    },
    /// A link that was not followed: what it points to is not in the package.
    LinkLeftOut {
        /// The link.
        path: PathBuf,
    },
    /// What was read back did not come from the medium itself.
    NotFromMedium {
        /// Through which file system.
        filesystem: String,
    },
    /// Nothing was read back.
    NotReadBack,
    /// No virus scan.
    NotScanned,
    /// The ledger's last entry could not be written.
    NotLogged {
        /// Why: a stable code.
        code: &'static str,
    },
    /// A paper could not be made.
    NotPrinted {
        /// Why: a stable code.
        code: &'static str,
    },
    /// Nobody was told the passphrase: the package is lost.
    PassphraseLost {
        /// Why: a stable code.
        code: &'static str,
    },
    /// No copy of the record could be kept in the home.
    NotKept {
        /// What the system says.
        reason: String,
    },
}

/// A delivery that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealReport {
    /// The record.
    pub record: DeliveryRecord,
    /// Its 照合値.
    pub digest: Digest,
    /// What was written.
    pub files: DeliveryFiles,
    /// What a person should know.
    pub warnings: Vec<DeliveryWarning>,
    /// How it ended.
    pub exit: Exit,
}

/// What opens a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyChoice {
    /// A key file.
    Key(PathBuf),
    /// The package's passphrase.
    Passphrase,
}

/// How a package is got at: what `open` and `list` share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageAccess {
    /// The package, or one of its volumes, or its delivery record.
    pub package: PathBuf,
    /// What opens it.
    pub key: KeyChoice,
    /// Without a valid record.
    pub unsigned: bool,
}

/// `keshiin open` as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRequest {
    /// The package and its key.
    pub access: PackageAccess,
    /// Folder to write to.
    pub out: PathBuf,
    /// Only these files, or folders with all that is below them.
    pub only: Vec<String>,
    /// Replace files that are there.
    pub force: bool,
    /// Give back what is whole of a damaged package.
    pub salvage: bool,
    /// Virus scan of what comes out, before it gets its names.
    pub scan: Option<ScanRequest>,
}

/// A file of which something is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Its path.
    pub path: String,
    /// Its length.
    pub size: ByteCount,
    /// What of it is lost.
    pub ranges: Vec<ByteRange>,
    /// Names of the volumes in which the damage is.
    pub volumes: Vec<String>,
}

/// A package that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenReport {
    /// The delivery record; none with `--unsigned`, where there is none that holds.
    pub record: Option<Box<Verified<DeliveryRecord>>>,
    /// What was looked at in it.
    pub checks: Vec<Check>,
    /// The volumes beside it.
    pub volumes: Vec<VolumeFinding>,
    /// The package's id.
    pub package: String,
    /// Who sealed, by the manifest.
    pub sealed_by: Fingerprint,
    /// Files written, and their bytes.
    pub files: u64,
    /// Bytes written.
    pub bytes: ByteCount,
    /// Files that are no longer whole.
    pub lost: Vec<Lost>,
    /// Damaged places of the package.
    pub damaged: Vec<ByteRange>,
    /// The volumes in which that lies.
    pub damaged_volumes: Vec<String>,
    /// Damage that another copy made up for.
    pub healed: Vec<Healed>,
    /// Only a part was read, so that volumes were not digested.
    pub partial: bool,
    /// Bytes of the package that were read.
    pub read: ByteCount,
    /// Bytes that it has.
    pub length: ByteCount,
    /// The virus scan.
    pub scan: Option<ScanFinding>,
    /// Why the ledger has no last entry: a stable code.
    pub not_logged: Option<&'static str>,
    /// How it ended.
    pub exit: Exit,
}

/// What is in a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The delivery record, where one holds.
    pub record: Option<Box<Verified<DeliveryRecord>>>,
    /// What was looked at in it.
    pub checks: Vec<Check>,
    /// The volumes beside it.
    pub volumes: Vec<VolumeFinding>,
    /// The package's id.
    pub package: String,
    /// Who sealed.
    pub sealed_by: Fingerprint,
    /// Everything in it.
    pub entries: Vec<Entry>,
    /// Damage that another copy made up for.
    pub healed: Vec<Healed>,
    /// Bytes of the package that were read.
    pub read: ByteCount,
    /// Bytes that it has.
    pub length: ByteCount,
    /// How it ended.
    pub exit: Exit,
}

/// `keshiin rekey` as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RekeyRequest {
    /// The package and its key.
    pub access: PackageAccess,
    /// The key file of who delivers it anew.
    pub sender: PathBuf,
    /// Ids, groups or public files of new recipients.
    pub add: Vec<String>,
    /// Ids or groups of recipients who shall not open the new one.
    pub remove: Vec<String>,
    /// Folder on the new medium.
    pub out: PathBuf,
    /// Name of the new package's files, without `.keshiin`.
    pub name: Option<String>,
    /// 件名; that of the old record without it.
    pub title: Option<String>,
    /// 媒体番号.
    pub medium_number: Option<String>,
    /// 作業場所.
    pub place: Option<String>,
    /// `auto`, `never` or a size.
    pub split: String,
    /// Read the medium back.
    pub read_back: bool,
    /// Other files on the medium may stay.
    pub keep_existing: bool,
    /// Language of the papers.
    pub language: Language,
    /// Signs that the fonts lack: `refuse`, or `code`.
    pub missing_glyphs: String,
}
