//! The jobs: one file for each, from a typed request to a report.
//!
//! A job is lent what it needs ([`Lent`]: a clock, the home folder, the desk at which people are
//! asked) and ties the rooms together; it loops over no blocks, speaks no SQL and writes no text for
//! people. Every refusal comes before the first change, and all of them at once.

mod amounts;
mod chores;
mod claims;
mod demo;
mod error;
mod exit;
mod filed;
mod files;
mod home;
mod journal;
mod keys;
mod ledgers;
mod listing;
mod package;
mod people;
mod press;
mod print;
mod profiles;
mod recheck;
mod refusal;
mod resources;
mod rosters;
mod scan;
mod scan_daemon;
mod scan_finding;
mod sign;
mod signable;
mod trust;
mod verification;
mod verify;
mod verify_annex;
mod verify_paper;
mod verify_print;
mod wipe;

pub use chores::{harden, program_digest};
pub use demo::{DemoReport, DemoStep, demo};
pub use error::{UsageFault, WorkflowError};
pub use exit::Exit;
pub use home::Home;
pub use keys::{change_passphrase, export_public, new_key, show_key};
pub use ledgers::{
    KeptEntry, LedgerCheck, LedgerPage, checkpoint_ledger, export_ledger, list_ledger, show_entry,
    verify_ledger,
};
pub use listing::{ListedDevice, list_devices};
pub use package::{
    DeliveryFiles, DeliveryWarning, KeyChoice, Listed, Lost, OpenReport, OpenRequest, PackageAccess,
    PackageRefusal, PassphraseChoice, PermitRequest, RekeyRequest, ScanRequest, SealReport, SealRequest,
    VolumeFinding, VolumeState, list_package, open_package, rekey_package, seal_package,
};
pub use print::{PaperForm, PrintReport, PrintRequest, print_records};
pub use recheck::{
    Compared, ComparedField, DriveCache, DriveFound, DriveRead, IdentityComparison, IdentityField,
    IdentityValue, RecheckRefusal, RecheckReport, RecheckRequest, RecheckResult, recheck_device,
};
pub use refusal::{ClockWitness, OutputProblem, Refusal};
pub use resources::{Clock, Desk, DeskRefusal, Entered, Lane, Lent, Owner, Typed, WipePreview, secret_text};
pub use rosters::{
    NewMember, NewRevocation, add_member, admit_template, new_roster, read_roster, revoke_member,
};
pub use scan::{ScanOrder, scan};
pub use scan_finding::{Infection, ScanFinding, ScanTrouble};
pub use sign::{SignReport, SignRequest, Signed, sign_records};
pub use signable::Signable;
pub use trust::pin_issuer;
pub use verification::{Problem, Verification, VerifySubject};
pub use verify::{VerifyRequest, verify_files};
pub use verify_print::PrintFound;
pub use wipe::{
    DryRun, EngineRequest, FilesDone, FilesPreview, FilesReport, FilesRequest, FreePreview, FreeReport,
    FreeRequest, FreeStep, Papers, PartialReport, SystemPreview, WhyLeft, WipeFailure, WipeOutcome,
    WipeReport, WipeRequest, WipeTrouble, WitnessRequest, WitnessState, WorkOrder, wipe_devices, wipe_files,
    wipe_free,
};
