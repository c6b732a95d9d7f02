//! What was typed: the shape of the command line, its help in two languages, and what is wrong with it.
//!
//! Filling these types may only sort words into fields; what the words mean is decided by the rooms that
//! own their rules. May read the arguments and the locale, nothing else.

mod delivery;
mod help;
mod ledger;
mod recheck;
mod tree;
mod usage;
mod wipe;

pub(crate) use delivery::{Access, List, Lock, Open, PermitOptions, Rekey, ScanOptions, Seal};
pub(crate) use ledger::Ledger;
pub(crate) use recheck::Recheck;
pub(crate) use tree::{Arguments, Command, Common, Demo, Key, Print, Roster, Sign, Trust, Verify};
pub(crate) use usage::{Parsed, UsageProblem, language_of, parse};
pub(crate) use wipe::{Formalities, Pace, People, Wipe, WipeDevice, WipeFile, WipeFree, WitnessChoice};
