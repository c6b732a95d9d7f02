//! `keshiin wipe …`: erasing devices, files and free space.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `keshiin wipe …`.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Wipe {
    Device(Box<WipeDevice>),
    File(Box<WipeFile>),
    Free(Box<WipeFree>),
}

/// Erase whole devices, read them back and sign what was measured
///
/// Nothing is written before every check has passed and the serial number of each device was confirmed.
/// --dry-run shows the plan and the confirmation code, and changes nothing. Several devices are erased at
/// the same time; each gets its own record as soon as it is done, and a witness who signs here is asked
/// once, after the last.
#[derive(Clone, Debug, Args)]
pub(crate) struct WipeDevice {
    /// Devices to erase (/dev/sdb); a regular file needs --image
    #[arg(required = true, value_name = "DEV")]
    pub(crate) devices: Vec<PathBuf>,
    /// Erasure method: clear-1, clear-zero, clear-1-zero, complement-2, random-N, byte:XX, dod-3, dod-7,
    /// vsitr-7, gutmann-35
    #[arg(long, value_name = "METHOD", default_value = "clear-1")]
    pub(crate) method: String,
    /// What is read back and compared: full, sample, sample:PERCENT or none
    #[arg(long, value_name = "MODE", default_value = "full")]
    pub(crate) verify: String,
    #[command(flatten)]
    pub(crate) people: People,
    /// Why it is erased: disposal, lease-return, hand-back, reuse, repurpose or repair; required unless --resume
    /// is given
    #[arg(long, value_name = "PURPOSE", required_unless_present = "resume")]
    pub(crate) purpose: Option<String>,
    /// Classification of what was stored, as the policy names it; required unless --resume is given
    #[arg(long, value_name = "CLASS", required_unless_present = "resume")]
    pub(crate) classification: Option<String>,
    #[command(flatten)]
    pub(crate) formalities: Formalities,
    /// The target is an image file, not a device
    #[arg(long)]
    pub(crate) image: bool,
    /// Confirm a device without being asked: the serial number read from its label, or the code that
    /// --dry-run prints; repeatable
    #[arg(long, value_name = "SERIAL")]
    pub(crate) confirm: Vec<String>,
    /// Show the plan and the confirmation code, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) pace: Pace,
    /// How often what is written is flushed, and a state left from which --resume can go on
    #[arg(long, value_name = "DURATION", default_value = "10s")]
    pub(crate) checkpoint: String,
    /// Take up an interrupted erasure again from the state that it left in the folder of its records; the state says
    /// what is asked, so nothing of that is given again
    #[arg(long, value_name = "STATE", conflicts_with_all = ["method", "verify", "purpose", "classification",
        "mynumber", "then", "asset_no", "machine", "place"])]
    pub(crate) resume: Option<PathBuf>,
}

/// Erase files where they lie, look at their blocks, and sign what was measured
///
/// This is no erasure of a medium: other copies may be anywhere on it, and the record says so. Each file is
/// overwritten in place; then the blocks that it had are read from the device itself, and only where the old content
/// is gone is the file removed. What cannot be reached in place is refused before anything is written.
#[derive(Clone, Debug, Args)]
pub(crate) struct WipeFile {
    /// Files to erase; folders need --recursive
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Erase everything below the folders named, and the folders
    #[arg(long)]
    pub(crate) recursive: bool,
    /// Erasure method: clear-1, clear-zero, clear-1-zero, complement-2, random-N, byte:XX, dod-3, dod-7,
    /// vsitr-7, gutmann-35
    #[arg(long, value_name = "METHOD", default_value = "clear-1")]
    pub(crate) method: String,
    /// What is read back and compared: full, sample, sample:PERCENT or none
    #[arg(long, value_name = "MODE", default_value = "full")]
    pub(crate) verify: String,
    #[command(flatten)]
    pub(crate) people: People,
    /// Why they are erased: disposal, lease-return, hand-back, reuse, repurpose or repair
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: String,
    /// Classification of what they hold, as the policy names it
    #[arg(long, value_name = "CLASS")]
    pub(crate) classification: String,
    #[command(flatten)]
    pub(crate) formalities: Formalities,
    /// Write the names of the files into this list (JSON) and a table beside it (CSV); the record names none
    #[arg(long, value_name = "FILE")]
    pub(crate) annex: Option<PathBuf>,
    /// Rewrite also what cannot be reached in place; the record says that old copies may remain, and where
    #[arg(long)]
    pub(crate) force_rewrite: bool,
    /// Afterwards read the whole device that the files lay on, for blocks that hold the same content and for their names
    #[arg(long)]
    pub(crate) search_device: bool,
    /// Confirm without being asked: how many files there are, as --dry-run counts them
    #[arg(long, value_name = "COUNT", conflicts_with = "yes")]
    pub(crate) confirm: Option<String>,
    /// Do not ask; for at most 100 named files, and no folders
    #[arg(long, conflicts_with = "recursive")]
    pub(crate) yes: bool,
    /// Show what would be erased, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) pace: Pace,
}

/// Erase the free space of a mounted file system, read it back on the device, and sign what was measured
///
/// This is no erasure of a medium: files that are there stay as they are. All free blocks but a reserve are given to
/// files of keshiin's own, which are overwritten, read back from the device itself, and removed; before, the rests behind
/// the ends of files are cleared, and unused entries of folders and unused inodes as far as the file system lets it.
/// While it runs the file system is full up to the reserve: programs that write there may fail.
#[derive(Clone, Debug, Args)]
pub(crate) struct WipeFree {
    /// Where the file system is mounted
    #[arg(required = true, value_name = "MOUNTPOINT")]
    pub(crate) mount_point: PathBuf,
    /// Room to leave free (64M), for a machine that is in use; 0 leaves none. Without it a hundredth of the file system, 16M
    /// to 256M
    #[arg(long, value_name = "SIZE")]
    pub(crate) reserve: Option<String>,
    /// Erasure method: clear-1, clear-zero, clear-1-zero, complement-2, random-N, byte:XX, dod-3, dod-7,
    /// vsitr-7, gutmann-35
    #[arg(long, value_name = "METHOD", default_value = "clear-1")]
    pub(crate) method: String,
    /// What is read back and compared: full, sample, sample:PERCENT or none
    #[arg(long, value_name = "MODE", default_value = "full")]
    pub(crate) verify: String,
    #[command(flatten)]
    pub(crate) people: People,
    /// Why it is erased: disposal, lease-return, hand-back, reuse, repurpose or repair
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: String,
    /// Classification of what was stored there, as the policy names it
    #[arg(long, value_name = "CLASS")]
    pub(crate) classification: String,
    #[command(flatten)]
    pub(crate) formalities: Formalities,
    /// Confirm without being asked: the mount point once more
    #[arg(long, value_name = "MOUNTPOINT", conflicts_with = "yes")]
    pub(crate) confirm: Option<String>,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
    /// Show what would be erased, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) pace: Pace,
}

// Who does it, and who looks on.
#[derive(Clone, Debug, Args)]
pub(crate) struct People {
    /// Key file of the handler, who erases and signs
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) handler: PathBuf,
    #[command(flatten)]
    pub(crate) witness: WitnessChoice,
}

// What a record of an erasure says besides, and where it goes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Formalities {
    /// My Number data (individual numbers) was stored
    #[arg(long)]
    pub(crate) mynumber: bool,
    /// Policy to follow: the name of one built in, or a file
    #[arg(long, value_name = "POLICY", default_value = "mic")]
    pub(crate) policy: String,
    /// Step that follows where this erasure alone does not reach the level required: purge or destroy
    #[arg(long, value_name = "LEVEL")]
    pub(crate) then: Option<String>,
    /// Contract file: who is addressed, who answers
    #[arg(long, value_name = "FILE")]
    pub(crate) contract: Option<PathBuf>,
    /// Number in the asset register; with one device only
    #[arg(long, value_name = "NUMBER")]
    pub(crate) asset_no: Option<String>,
    /// Serial number of the machine that the device came from, where it is not this one
    #[arg(long, value_name = "SERIAL")]
    pub(crate) machine: Option<String>,
    /// Where it is erased
    #[arg(long, value_name = "PLACE")]
    pub(crate) place: Option<String>,
    /// Folder for records and papers
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Print with an office's own template (Typst source) instead of the one built in
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,
    /// Signs in names that the fonts of the paper lack: refuse before anything is erased, or print them as
    /// code points (code)
    #[arg(long, value_name = "HOW", default_value = "refuse")]
    pub(crate) missing_glyphs: String,
}

// How the engine goes about it.
#[derive(Clone, Debug, Args)]
pub(crate) struct Pace {
    /// Most bytes a second for each device (50M), for a machine that is in use
    #[arg(long, value_name = "SIZE")]
    pub(crate) rate_limit: Option<String>,
    /// Priority of reading and writing: normal, or idle for only when the disks have nothing else to do
    #[arg(long, value_name = "PRIORITY", default_value = "normal")]
    pub(crate) io_priority: String,
    /// Most time in all to lose on places that cannot be read or written, before a device is given up (90s,
    /// 30m, 2h)
    #[arg(long, value_name = "DURATION", default_value = "30m")]
    pub(crate) give_up_after: String,
    /// Time without a sign of life after which a device counts as stalled
    #[arg(long, value_name = "DURATION", default_value = "120s")]
    pub(crate) stalled_after: String,
    /// At a difference, go on and locate all (locate), or stop reading back (stop)
    #[arg(long, value_name = "HOW", default_value = "locate")]
    pub(crate) on_difference: String,
}

// Exactly one of these.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct WitnessChoice {
    /// Key file of the witness, who signs here after seeing the verdict
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) witness: Option<PathBuf>,
    /// Witness who signs later on another machine, by id on the roster
    #[arg(long, value_name = "ID")]
    pub(crate) witness_later: Option<String>,
    /// Witness who signs and seals the printed record, by id on the roster
    #[arg(long, value_name = "ID")]
    pub(crate) witness_paper: Option<String>,
    /// There is no witness, for this reason
    #[arg(long, value_name = "REASON")]
    pub(crate) no_witness: Option<String>,
}
