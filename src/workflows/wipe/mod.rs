//! `keshiin wipe`: from a request to a signed record (DESIGN §4).
//!
//! Everything that can be refused is refused before a passphrase is asked for; the handler's key is
//! opened before anything is confirmed; the witness signs after the verdict was shown.

mod begin;
mod carry_out;
mod circumstances;
mod commission;
mod fleet;
mod order;
mod paper;
mod paperwork;
mod partial;
mod prepare;
mod record;
mod request;
mod resume;
mod run_record;
mod settings;
mod state;
mod witness;

pub use carry_out::wipe_devices;
pub use order::{WitnessRequest, WorkOrder};
pub(super) use paper::contract_texts;
pub use paperwork::Papers;
pub use partial::{
    FilesDone, FilesPreview, FilesReport, FilesRequest, FreePreview, FreeReport, FreeRequest, FreeStep,
    PartialReport, SystemPreview, WhyLeft, wipe_files, wipe_free,
};
pub use request::{DryRun, WipeFailure, WipeOutcome, WipeReport, WipeRequest, WipeTrouble, WitnessState};
pub use settings::EngineRequest;
