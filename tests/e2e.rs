//! The built program, as root, on loop devices, image files and databases of its own.
//!
//! Every test plays in a throw-away world: a folder with a home, keys, a roster, a pinned issuer and
//! devices that vanish with it. Nothing but loop devices made here is ever written.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

#[path = "e2e/annexes.rs"]
mod annexes;
#[path = "e2e/calls.rs"]
mod calls;
#[path = "e2e/deliveries.rs"]
mod deliveries;
#[path = "e2e/delivery_changing.rs"]
mod delivery_changing;
#[path = "e2e/delivery_damage.rs"]
mod delivery_damage;
#[path = "e2e/delivery_open.rs"]
mod delivery_open;
#[path = "e2e/delivery_papers.rs"]
mod delivery_papers;
#[path = "e2e/delivery_passphrase.rs"]
mod delivery_passphrase;
#[path = "e2e/delivery_reception.rs"]
mod delivery_reception;
#[path = "e2e/delivery_refusals.rs"]
mod delivery_refusals;
#[path = "e2e/delivery_rekey.rs"]
mod delivery_rekey;
#[path = "e2e/delivery_round.rs"]
mod delivery_round;
#[path = "e2e/delivery_scan.rs"]
mod delivery_scan;
#[path = "e2e/delivery_scene.rs"]
mod delivery_scene;
#[path = "e2e/delivery_terminal.rs"]
mod delivery_terminal;
#[path = "e2e/demo.rs"]
mod demo;
#[path = "e2e/devices.rs"]
mod devices;
#[path = "e2e/fault_together.rs"]
#[allow(
    clippy::single_range_in_vec_init,
    reason = "one place is meant, not its bytes"
)]
mod fault_together;
#[path = "e2e/fault_trial.rs"]
mod fault_trial;
#[path = "e2e/faults.rs"]
#[allow(
    clippy::single_range_in_vec_init,
    reason = "one place is meant, not its bytes"
)]
mod faults;
#[path = "support/faulty_disk.rs"]
#[allow(dead_code, reason = "all of it is tried in tests/faulty_disk.rs")]
mod faulty_disk;
#[path = "support/faulty_medium.rs"]
#[allow(dead_code, reason = "as above")]
mod faulty_medium;
#[path = "e2e/files.rs"]
mod files;
#[path = "e2e/free.rs"]
mod free;
#[path = "support/fuse_file.rs"]
#[allow(dead_code, reason = "as above")]
mod fuse_file;
#[path = "e2e/interruptions.rs"]
mod interruptions;
#[path = "e2e/kill_and_resume.rs"]
mod kill_and_resume;
#[path = "e2e/languages.rs"]
mod languages;
#[path = "e2e/ledger.rs"]
mod ledger;
#[path = "e2e/paper.rs"]
mod paper;
#[path = "e2e/paper_bad_input.rs"]
mod paper_bad_input;
#[path = "e2e/paper_delivery.rs"]
mod paper_delivery;
#[path = "e2e/paper_partial.rs"]
mod paper_partial;
#[path = "e2e/paper_qr.rs"]
mod paper_qr;
#[path = "e2e/paper_tampering.rs"]
mod paper_tampering;
#[path = "e2e/people.rs"]
mod people;
#[path = "e2e/printed.rs"]
mod printed;
#[path = "e2e/recheck.rs"]
mod recheck;
#[path = "e2e/records.rs"]
mod records;
#[path = "e2e/refusals.rs"]
mod refusals;
#[path = "e2e/resume_states.rs"]
mod resume_states;
#[path = "e2e/resuming.rs"]
mod resuming;
#[path = "e2e/support.rs"]
mod support;
#[path = "e2e/terminal.rs"]
mod terminal;
#[path = "e2e/together.rs"]
mod together;
#[path = "e2e/wiping.rs"]
mod wiping;
