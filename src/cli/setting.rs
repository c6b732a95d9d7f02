//! What a command is lent, from options and environment: home, clock, program, owner.

use std::path::PathBuf;

use etcetera::BaseStrategy;

use keshiin::workflows::{Desk, Home, Lent, Owner};

use super::args::Common;
use super::clock::{self, SystemClock};

/// Puts together what a job is lent.
pub(crate) fn lent<'a>(common: &Common, clock: &'a SystemClock, desk: &'a mut dyn Desk) -> Lent<'a> {
    Lent {
        clock,
        desk,
        home: Home::new(home(common)),
        issuer: common.issuer.clone(),
        roster: common.roster.clone(),
        ledger: common.ledger.clone(),
        built: clock::built(),
        owner: owner(),
        program: std::env::current_exe().ok(),
    }
}

/// `--home`, `KESHIIN_HOME`, or the platform's data folder.
fn home(common: &Common) -> PathBuf {
    let given = common.home.clone().or_else(|| {
        std::env::var_os("KESHIIN_HOME")
            .filter(|text| !text.is_empty())
            .map(PathBuf::from)
    });
    given.unwrap_or_else(|| {
        let platform = etcetera::choose_base_strategy().map(|strategy| strategy.data_dir());
        platform.unwrap_or_else(|_| PathBuf::from(".")).join("keshiin")
    })
}

/// Under sudo, what is written belongs to the caller.
fn owner() -> Option<Owner> {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u32>().ok();
    Some(Owner {
        user: number("SUDO_UID")?,
        group: number("SUDO_GID")?,
    })
}
