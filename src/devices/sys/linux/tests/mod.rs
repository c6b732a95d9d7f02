//! Every guard and both targets on real loop devices, image files, mounts and swap areas.
//!
//! Needs root; without it each test says so and ends. Touches only loop devices that it made.

mod batches;
mod claims;
mod free;
mod images;
mod queues;
mod refusals;
mod storage;
mod support;
mod survey;
mod tails;
