//! The resume state 中断情報: what a later run needs in order to go on (`docs/spec/resume.md`).
//!
//! It names only what a completed flush covers, so an older state costs time and proves no less. It is
//! no certificate and no proof of anything: the handler signs it alone.

mod form;
mod state;

pub use state::{MOST_RESUME_BYTES, ResumeOrder, ResumeState};
