//! Policies as people name them.

use std::path::PathBuf;

use crate::policy::{MAX_PROFILE_BYTES, Profile};

use super::{UsageFault, WorkflowError, files};

/// An embedded policy, or the user's own file where there is one of that name.
pub(super) fn profile(name: &str) -> Result<Result<Profile, UsageFault>, WorkflowError> {
    let path = PathBuf::from(name);
    if Profile::embedded_ids().any(|id| id == name) || !path.is_file() {
        return Ok(Profile::embedded(name).map_err(UsageFault::from));
    }
    let bytes = files::read(&path, MAX_PROFILE_BYTES)?;
    Ok(Profile::parse(&bytes).map_err(UsageFault::from))
}
