//! From a verified record of a partial erasure to the texts of its paper: one file per part of it.
//!
//! As for erasures of media: knows the record's types and the wording, lays nothing out and judges nothing. The
//! record names no file, and neither does its paper.

mod codes;
mod object;
mod proof;
mod systems;
mod tables;
mod verdict;
mod whole;

#[cfg(test)]
pub(in crate::rendering) mod samples;
#[cfg(test)]
mod tests;

pub(in crate::rendering) use whole::{compose, sheet};
