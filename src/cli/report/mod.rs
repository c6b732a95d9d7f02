//! What a finished command shows: words for people, one JSON document for programs.

mod delivered;
mod erased;
mod ledgers;
mod people;
mod printed;
mod table;
mod verified;
mod wiped;

use delivered::{delivery_lines, delivery_slip_lines};
use erased::{clock, erasure_lines, serial_text, signer_rows, time_span};
pub(crate) use ledgers::{entry_document, entry_lines, ledger_check, page};
pub(crate) use people::{identity_document, identity_lines, roster_document, roster_lines};
use printed::{printed_lines, slip_lines};
pub(crate) use table::Fields;
pub(crate) use verified::{signing_lines, verification_document, verification_lines, verification_table};
pub(crate) use wiped::{
    Shown, confirm_question, device_document, device_lines, order_rows, outcome_document, preview_document,
    preview_lines, unmet_lines, verdict_lines, witness_line,
};
