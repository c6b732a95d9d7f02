//! From a verified delivery record to the texts of its 送付書 and 宛名票: one file per part of the paper.
//!
//! As for erasures: knows the record's types and the wording, lays nothing out and judges nothing. There are
//! no file names of the contents in a delivery record, and no passphrase; so there are none on its paper.

mod address;
mod carrier;
mod contents;
mod people;
mod protection;
mod volumes;
mod whole;

#[cfg(test)]
pub(in crate::rendering) mod samples;
#[cfg(test)]
mod tests;

pub(super) use people::{addressee, sender};
pub(super) use protection::{spaced, way};
pub(in crate::rendering) use whole::{compose, sheet};
