//! What a finished command shows: words for people, one JSON document for programs.

mod delivered;
mod delivery;
mod erased;
mod files;
mod findings;
mod free;
mod ledgers;
mod opened;
mod papers;
mod partial;
mod path;
mod people;
mod printed;
mod rechecked;
mod rechecked_document;
mod resumed;
mod table;
mod verified;
mod volumes;
mod wiped;

use delivered::{
    delivery_lines, delivery_slip_lines, lock_rows, read_back as delivery_read_back, scan as delivery_scan,
    volumes_rows,
};
pub(crate) use delivery::{sealed_document, sealed_lines};
use erased::{clock, erasure_lines, serial_text, signer_rows, time_span};
pub(crate) use files::{
    files_document, files_papers_lines, files_preview_document, files_preview_lines, files_verdict_lines,
};
use findings::{finding_rows, percent};
pub(crate) use free::{free_preview_document, free_preview_lines};
pub(crate) use ledgers::{entry_document, entry_lines, ledger_check, page};
use opened::range_lines;
pub(crate) use opened::{list_document, list_lines, open_document, open_lines};
pub(crate) use partial::blindness;
use partial::{order as order_words, partial_lines, partial_slip_lines, witness as witness_words};
pub(crate) use path::{optional_path, path_document, path_documents};
pub(crate) use people::{identity_document, identity_lines, roster_document, roster_lines};
use printed::{printed_lines, slip_lines};
pub(crate) use rechecked::recheck_lines;
pub(crate) use rechecked_document::recheck_document;
use resumed::{resume_document, resume_lines};
pub(crate) use table::Fields;
use table::aligned;
use verified::{check_document, check_lines};
pub(crate) use verified::{signing_lines, verification_document, verification_lines, verification_table};
use volumes::{healed_lines, healed_words, volume_documents, volume_lines};
use wiped::facts_document;
pub(crate) use wiped::{
    Shown, confirm_question, device_document, device_lines, failure_document, failure_head, failure_word,
    named_verdict, named_verdict_lines, order_rows, outcome_document, preview_document, preview_lines,
    unmet_lines, verdict_lines, verdict_table, verdict_word, witness_line,
};
