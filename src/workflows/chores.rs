//! What every job needs done once: a hardened process, the digest of the running program, the clock.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::crypto::{Digest, Hasher};
use crate::devices;
use crate::units::Timestamp;

use super::{ClockWitness, Refusal};

/// Keeps core dumps and debuggers of other users away from the secrets of this process.
pub fn harden() {
    // What the system does not allow is no reason not to work: secrets are still locked and wiped.
    let _ = devices::harden_process();
    devices::allow_open_files();
}

/// SHA-256 of the program file that runs: this machine's own claim about it.
#[must_use]
pub fn program_digest(program: &Path) -> Option<Digest> {
    let mut file = File::open(program).ok()?;
    let mut hasher = Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer).ok()? {
            0 => return Some(hasher.finish()),
            length => hasher.update(&buffer[..length]),
        }
    }
}

/// Capital letters and digits that are not mistaken for one another, one for each byte.
pub(super) fn plain_signs(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    bytes
        .iter()
        .map(|byte| char::from(SIGNS[usize::from(byte % 32)]))
        .collect()
}

/// Refuses a clock that stands before what has happened already.
pub(super) fn judge_clock(
    now: Timestamp,
    happened: &[(ClockWitness, Option<Timestamp>)],
) -> Result<(), Refusal> {
    let newest = happened
        .iter()
        .filter_map(|(witness, time)| time.map(|time| (time, *witness)))
        .max_by_key(|(time, _)| *time);
    match newest {
        Some((newest, witness)) if now < newest => Err(Refusal::ClockBehind { now, newest, witness }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_before_the_newest_thing_known_is_refused() {
        let at = |seconds| Timestamp::new(seconds, 540).unwrap();
        let happened = [
            (ClockWitness::Build, Some(at(10))),
            (ClockWitness::Ledger, Some(at(30))),
            (ClockWitness::Roster, None),
        ];
        assert_eq!(judge_clock(at(30), &happened), Ok(()));
        assert_eq!(
            judge_clock(at(29), &happened),
            Err(Refusal::ClockBehind {
                now: at(29),
                newest: at(30),
                witness: ClockWitness::Ledger
            })
        );
    }
}
