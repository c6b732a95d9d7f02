//! Every command, argument and option as a type. The doc comments are the English help.
//!
//! Every option takes one value and is repeated for more. Values stay strings and paths: whether a word is
//! a method, a level or a role is known elsewhere. The Japanese help of an argument is the message
//! `help-<command>--<argument>` in `locales/ja/help.ftl`.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};

use super::delivery::{List, Open, Rekey, Seal};
use super::ledger::Ledger;
use super::recheck::Recheck;
use super::wipe::Wipe;
use crate::cli::i18n::Language;

/// Erase media and deliver data, and prove it: verified, signed, checkable offline (消印)
#[derive(Clone, Debug, Parser)]
#[command(
    name = "keshiin",
    version,
    disable_help_flag = true,
    disable_version_flag = true
)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Print the version
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
}

// Options that every command has.
#[derive(Clone, Debug, Args)]
pub(crate) struct Common {
    /// Print one JSON document on standard output, and progress as JSON lines on standard error
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Language of all text: ja or en; without it that of the locale
    #[arg(long, global = true, value_name = "LANG", value_enum)]
    pub(crate) lang: Option<Language>,
    /// Folder for roster, pinned issuer and ledger; without it KESHIIN_HOME, then the platform's data folder
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// The roster; without it roster.json in the home
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) roster: Option<PathBuf>,
    /// The issuer's public identity that rosters are believed under; without it the one pinned here
    #[arg(long, global = true, value_name = "PUBFILE")]
    pub(crate) issuer: Option<PathBuf>,
    /// File with a passphrase, for use without a person at the keyboard: FILE for every key, ID=FILE for
    /// one, package=FILE for a package; repeatable. Records say that a signature was unattended
    #[arg(long, global = true, value_name = "[ID=]FILE")]
    pub(crate) passphrase_file: Vec<String>,
    /// The ledger; without it the one in the home
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ledger: Option<PathBuf>,
    /// Say more; twice for still more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Show results and what is wrong, no progress
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print help; -h is short, --help tells more
    #[arg(short = 'h', long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
}

/// What is to be done.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Command {
    Demo(Demo),
    /// Make identities and look after them
    #[command(subcommand)]
    Key(Key),
    /// Keep the register of people who may sign
    #[command(subcommand)]
    Roster(Roster),
    Trust(Trust),
    Devices(Devices),
    /// Erase, read back and certify
    #[command(subcommand)]
    Wipe(Wipe),
    Sign(Sign),
    Print(Print),
    Verify(Verify),
    Recheck(Recheck),
    Seal(Box<Seal>),
    Open(Open),
    List(List),
    Rekey(Rekey),
    /// Look into the ledger and check it
    #[command(subcommand)]
    Ledger(Ledger),
}

/// Play the whole story on an image file, without root, with throw-away identities
///
/// Every paper and record it makes is marked as a specimen and is refused elsewhere.
#[derive(Clone, Debug, Args)]
pub(crate) struct Demo {
    /// Folder to play in; must be empty or absent. Without it a fresh folder beside the current one
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

/// `keshiin key …`.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Key {
    New(KeyNew),
    Public(KeyPublic),
    Passwd(KeyPasswd),
    Show(KeyFile),
}

/// Make an identity: a key file under a passphrase
#[derive(Clone, Debug, Args)]
pub(crate) struct KeyNew {
    /// Short name for rosters and options: a-z, 0-9, '-', '_', '.'
    #[arg(long, value_name = "ID")]
    pub(crate) id: String,
    /// The person's name as it stands on papers
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// Company or office
    #[arg(long, value_name = "ORG")]
    pub(crate) org: String,
    /// Title or post
    #[arg(long, value_name = "TITLE")]
    pub(crate) title: Option<String>,
    /// Telephone number or address for questions
    #[arg(long, value_name = "CONTACT")]
    pub(crate) contact: Option<String>,
    /// Key file to write; an existing file is never overwritten
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Make a strong passphrase and show it once, instead of asking for one
    #[arg(long)]
    pub(crate) generate: bool,
}

/// Print the public half of a key file, for the roster and for others
#[derive(Clone, Debug, Args)]
pub(crate) struct KeyPublic {
    /// The key file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// Change the passphrase of a key file
#[derive(Clone, Debug, Args)]
pub(crate) struct KeyPasswd {
    /// The key file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Make a strong passphrase and show it once, instead of asking for one
    #[arg(long)]
    pub(crate) generate: bool,
}

/// Show whose key file or public identity it is, and its fingerprint; needs no passphrase
#[derive(Clone, Debug, Args)]
pub(crate) struct KeyFile {
    /// Key file or public identity
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// `keshiin roster …`.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Roster {
    New(RosterNew),
    Add(RosterAdd),
    Revoke(RosterRevoke),
    Admit(RosterAdmit),
    Show(RosterShow),
}

/// Begin a roster, and trust its issuer on this machine
#[derive(Clone, Debug, Args)]
pub(crate) struct RosterNew {
    /// Key file of whoever issues the roster
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) issuer: PathBuf,
    /// Whose roster it is
    #[arg(long, value_name = "ORG")]
    pub(crate) org: String,
    /// Roster file to write; an existing file is never overwritten
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Day by which the next edition will come (yyyy-mm-dd)
    #[arg(long, value_name = "DATE")]
    pub(crate) next_update: Option<String>,
}

/// Add a person to a roster, or roles to a person
#[derive(Clone, Debug, Args)]
pub(crate) struct RosterAdd {
    /// The roster
    #[arg(value_name = "ROSTER")]
    pub(crate) file: PathBuf,
    /// Key file of the roster's issuer
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) issuer: PathBuf,
    /// Public identity of the person (`keshiin key public`)
    #[arg(long, value_name = "PUBFILE")]
    pub(crate) member: PathBuf,
    /// What the person may sign as: handler, supervisor, witness, approver, accepter, sender, recipient;
    /// repeatable
    #[arg(long, required = true, value_name = "ROLE")]
    pub(crate) role: Vec<String>,
    /// Post by which the person approves; repeatable
    #[arg(long, value_name = "POST")]
    pub(crate) post: Vec<String>,
    /// Group that the person receives deliveries for; repeatable
    #[arg(long, value_name = "GROUP")]
    pub(crate) group: Vec<String>,
    /// First day of the entitlement (yyyy-mm-dd); without it today
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// Last day of the entitlement (yyyy-mm-dd)
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<String>,
    /// Day by which the next edition will come (yyyy-mm-dd)
    #[arg(long, value_name = "DATE")]
    pub(crate) next_update: Option<String>,
}

/// Take a person's entitlement away
#[derive(Clone, Debug, Args)]
pub(crate) struct RosterRevoke {
    /// The roster
    #[arg(value_name = "ROSTER")]
    pub(crate) file: PathBuf,
    /// Key file of the roster's issuer
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) issuer: PathBuf,
    /// The person's id
    #[arg(long, value_name = "ID")]
    pub(crate) id: String,
    /// Why: left, superseded (new keys) or compromised (key stolen or known to others)
    #[arg(long, value_name = "REASON")]
    pub(crate) reason: String,
    /// Day from which it holds (yyyy-mm-dd); without it today
    #[arg(long, value_name = "DATE")]
    pub(crate) effective_from: Option<String>,
    /// Day by which the next edition will come (yyyy-mm-dd)
    #[arg(long, value_name = "DATE")]
    pub(crate) next_update: Option<String>,
}

/// Admit an office's own print template, so that papers printed with it can be verified
#[derive(Clone, Debug, Args)]
pub(crate) struct RosterAdmit {
    /// The roster
    #[arg(value_name = "ROSTER")]
    pub(crate) file: PathBuf,
    /// Key file of the roster's issuer
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) issuer: PathBuf,
    /// The template (Typst source)
    #[arg(long, value_name = "FILE")]
    pub(crate) template: PathBuf,
    /// Day by which the next edition will come (yyyy-mm-dd)
    #[arg(long, value_name = "DATE")]
    pub(crate) next_update: Option<String>,
}

/// Show who is on a roster, and whether it is believed here
#[derive(Clone, Debug, Args)]
pub(crate) struct RosterShow {
    /// The roster
    #[arg(value_name = "ROSTER")]
    pub(crate) file: PathBuf,
}

/// Trust an issuer of rosters on this machine, after comparing the fingerprint on paper
#[derive(Clone, Debug, Args)]
pub(crate) struct Trust {
    /// The issuer's public identity
    #[arg(value_name = "PUBFILE")]
    pub(crate) file: PathBuf,
    /// The fingerprint, typed from paper; without it it is asked for
    #[arg(long, value_name = "FINGERPRINT")]
    pub(crate) confirm: Option<String>,
}

/// List the devices here, and say which may be erased and why others may not
#[derive(Clone, Debug, Args)]
pub(crate) struct Devices {}

/// Sign records as one of the people they name
///
/// Each record is verified and shown before anything is signed.
#[derive(Clone, Debug, Args)]
pub(crate) struct Sign {
    /// Records to sign
    #[arg(required = true, value_name = "RECORD")]
    pub(crate) records: Vec<PathBuf>,
    /// Key file of whoever signs
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) key: PathBuf,
    /// Role in which the record names the signer (witness, …)
    #[arg(long = "as", value_name = "ROLE")]
    pub(crate) role: String,
    /// Confirm without being asked: the last 8 digits of a record's digest (照合値), or how many records
    /// there are; repeatable
    #[arg(long, value_name = "TEXT")]
    pub(crate) confirm: Vec<String>,
    /// Print the papers anew with an office's own template (Typst source) instead of the one built in
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,
}

/// Print records: certificates and delivery slips again, several in one file, one list, labels
///
/// Only what verifies is printed. The records, the roster and a statement of what was printed are attached
/// to the PDF, so that `keshiin verify` can check it.
#[derive(Clone, Debug, Args)]
pub(crate) struct Print {
    /// Records to print, each with its slip beside it
    #[arg(required = true, value_name = "RECORD")]
    pub(crate) records: Vec<PathBuf>,
    /// PDF to write; an existing file is never overwritten
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Key file of whoever prints and signs for it
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) key: Option<PathBuf>,
    /// One list of all erasures (消去結果一覧表) with one place for seals
    #[arg(long)]
    pub(crate) list: bool,
    /// Labels: for drives (消去済ラベル), of deliveries for their envelopes (宛名票)
    #[arg(long, conflicts_with = "list")]
    pub(crate) label: bool,
    /// Print with an office's own template (Typst source) instead of the one built in
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,
}

/// Check anything that keshiin made: genuine, signed by entitled people, erased, policy met
#[derive(Clone, Debug, Args)]
pub(crate) struct Verify {
    /// Files to check
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Something by somebody else that shows that the record existed earlier (a ledger export); repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) evidence: Vec<PathBuf>,
    /// The files are pictures of paper (PNG, JPEG, TIFF, …): check the QR codes on them
    #[arg(long)]
    pub(crate) qr: bool,
    /// An office's own template, to draw printed pages again and compare
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,
    /// The list of files (JSON) of an erasure of files: check that it is the one that the record names; with
    /// one record only
    #[arg(long, value_name = "FILE")]
    pub(crate) annex: Option<PathBuf>,
}
