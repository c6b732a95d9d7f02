//! The room that finds, judges and claims media: what is there, whether it may be destroyed, and
//! the one handle through which it is.
//!
//! May touch `/dev`, `/sys` and `/proc`; holds the only `unsafe` code (in `sys`). It chooses no
//! method, judges no result and prints nothing. A medium is reached in four steps, each of which
//! needs what the one before made:
//!
//! 1. [`inspect`] reads [`DeviceFacts`] without changing anything,
//! 2. [`clear`] holds them against every guard and makes [`Cleared`], or tells every refusal,
//! 3. [`confirm`] compares what the operator typed and makes [`Confirmed`],
//! 4. [`claim`] consumes both and opens the [`Target`].
//!
//! Files go the same way: [`survey`], [`clear_files`], [`confirm_files`], [`claim_files`]. Free space is given to files
//! first: [`look_free`], [`clear_space`], [`confirm_space`], [`fill`], then [`clear_filler`] and [`claim_files`].

mod below;
mod claim;
mod discovery;
mod error;
mod facts;
mod file_batch;
mod file_claim;
mod file_facts;
mod file_places;
mod file_use;
mod folders_above;
mod free_space;
mod guard;
mod guard_files;
mod guard_space;
mod hard_links;
mod image;
mod in_use;
mod inspect;
mod lies_on;
mod local;
mod locator;
mod machine;
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "what only Linux can tell")
)]
mod mounts;
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "what only Linux can tell")
)]
mod openers;
mod positioned;
mod protected;
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "what only Linux can tell")
)]
mod queue;
mod read_back;
mod reading;
mod source;
mod storage;
mod survey;
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "what only Linux can tell")
)]
mod sys;
mod tails;
mod target;
#[cfg(any(test, feature = "testkit"))]
pub mod testing;

pub use below::{Below, set_modified};
pub use claim::claim;
pub use discovery::discover;
pub use error::DeviceError;
pub use facts::{
    BackingFile, ClockState, DeviceFacts, DeviceNumber, MachineFacts, NodeKind, Partition, Serial,
    SerialSource, Transport, VirtualKind,
};
pub use file_batch::{FileBatch, NameTrace, Removal, Segment};
pub use file_claim::{Batches, ClaimedBatch, batches_of, claim_files, files_of_a_batch};
pub use file_facts::{
    Blindness, FileExtent, FileFacts, FileSystemFacts, FolderFacts, InPlace, Sight, Storing,
};
pub use free_space::{Filler, FreeSpaceFacts, InodeTotals, fill, look_free, remove_left_behind};
pub use guard::{
    Cleared, ConfirmationKind, Confirmed, ExpectedConfirmation, clear, confirm, expected_confirmation,
};
pub use guard_files::{ClearedFiles, ConfirmedFiles, clear_files, clear_filler, confirm_files};
pub use guard_space::{ClearedSpace, ConfirmedSpace, clear_space, confirm_space};
pub use inspect::{inspect, read_ends};
pub use local::connect_local;
pub use locator::{Located, LocatedKind, locate};
pub use machine::{
    Hardening, allow_open_files, clock_state, free_space, give_to, harden_process, is_root,
    lower_io_priority, machine, raid_controllers, shared_permissions,
};
pub use positioned::{open_regular, read_exact_at};
pub use protected::{Protected, ProtectedKind};
pub use queue::{IoEngine, Queue, QueueShape, Retired};
pub use read_back::{ReadBackFile, ReadBackPath, open_read_back};
pub use reading::{Bystanders, bystanders, no_whole_medium};
pub use source::{open_file_system, open_source};
pub use storage::{Storage, StorageKind, storage_of};
pub use survey::{FurtherName, Survey, survey};
pub use tails::{EntryTotals, TailTotals, clear_entries, clear_tails};
pub use target::{Condition, Intrusion, IoFailure, IoPath, ReadPath, Source, Target};
