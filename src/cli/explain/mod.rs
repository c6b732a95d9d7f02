//! From the public errors, checks and measurements of every room to messages for people.
//!
//! An error's message id is its stable code; its arguments are its fields. The texts stand in
//! `locales/*/errors.ftl`, each with a hint at what to do next. A variant that a newer library has and
//! this file does not know falls back to the English of the library (`error-unknown`). Reads public types,
//! calls nothing of any room.

mod check;
mod crypto;
mod devices;
mod erasure;
mod ledger;
mod package;
mod paper;
mod policy;
mod recheck;
mod records;
#[cfg(test)]
mod samples;
mod scan;
mod words;

pub(crate) use check::explain_check;
pub(crate) use crypto::explain_crypto;
pub(crate) use devices::{explain_device, explain_intrusion, explain_io_failure};
pub(crate) use erasure::{explain_code, explain_erasure, explain_reason, explain_verdict};
pub(crate) use ledger::{explain_comparison, explain_flaw, explain_ledger, explain_ledger_judgement};
pub(crate) use package::{
    explain_delivery_warning, explain_package_refusal, explain_sealing, explain_volume, healed_word,
};
pub(crate) use paper::explain_paper;
pub(crate) use policy::{explain_policy, explain_shortfall};
pub(crate) use recheck::{explain_recheck, identity_field_word, kind_value, recheck_result_word};
pub(crate) use records::{explain_record, explain_standing, explain_trust_refusal};
pub(crate) use scan::explain_scan;
pub(crate) use words::{
    absence_word, file_result_word, purpose_word, record_level_word, record_verdict_word, revocation_word,
    role_word, serial_source_word, transport_word, virtual_word,
};
