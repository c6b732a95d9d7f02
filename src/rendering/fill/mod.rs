//! From a verified record to the texts of its sheet: one file per part of the paper.
//!
//! Knows the record's types and the wording; lays nothing out and judges nothing. Texts that devices and
//! people gave are made visible ([`visible`]) before they reach a sheet, and are cut at a length that a
//! cell can bear.

mod codes;
mod conduct;
mod course;
mod delivery;
mod displaced;
mod list;
mod medium;
mod notice;
mod partial;
mod parties;
mod people;
mod rows;
mod run;
mod tables;
mod text;
mod values;
mod verdict;
mod whole;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(super) use delivery::samples as delivery_samples;
pub(super) use delivery::{compose as compose_delivery, sheet as delivery_sheet};
pub(super) use list::{Listed, list};
pub(super) use notice::notice;
#[cfg(test)]
pub(super) use partial::samples as partial_samples;
pub(super) use partial::{compose as compose_partial, sheet as partial_sheet};
use text::visible;
pub(super) use whole::{compose, sheet};
