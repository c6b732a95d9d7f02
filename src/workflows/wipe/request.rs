//! What is asked of a wipe, as typed and as understood, and what comes back.

use std::path::PathBuf;

use crate::devices::DeviceFacts;
use crate::erasure::{Judgement, Outcome};
use crate::records::ErasureRecord;

use super::super::{Exit, UsageFault, WipePreview, WorkflowError};
use super::order::{OrderUnderstood, WorkOrder};
use super::paperwork::Papers;
use super::resume::Resumed;
use super::settings::{EngineRequest, Settings};

/// `keshiin wipe device` as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WipeRequest {
    /// Nodes or image files.
    pub devices: Vec<PathBuf>,
    /// The devices are image files.
    pub image: bool,
    /// Who does it, why, and where the papers go.
    pub order: WorkOrder,
    /// How the engine goes about it.
    pub engine: EngineRequest,
    /// Confirmations given with the command.
    pub confirm: Vec<String>,
    /// End after the plan.
    pub dry_run: bool,
    /// The state of an interrupted erasure that is taken up again: it says what is asked.
    pub resume: Option<PathBuf>,
}

/// What the words of a request mean.
pub(super) struct Understood {
    pub(super) order: OrderUnderstood,
    pub(super) settings: Settings,
    /// What this erasure takes up again.
    pub(super) resumed: Option<Resumed>,
}

impl WipeRequest {
    /// Reads the words; every mistake at once.
    pub(super) fn understand(&self, resumed: Option<Resumed>) -> Result<Understood, WorkflowError> {
        let mut faults = Vec::new();
        let settings = Settings::read(&self.engine, &mut faults);
        let order = self.order.understand(&mut faults)?;
        faults.extend(self.device_faults());
        match (order, settings) {
            (Some(order), Some(settings)) if faults.is_empty() => Ok(Understood {
                order,
                settings,
                resumed,
            }),
            _ => Err(WorkflowError::Usage(faults)),
        }
    }

    fn device_faults(&self) -> Vec<UsageFault> {
        let twice =
            |(place, path): (usize, &PathBuf)| self.devices[..place].contains(path).then(|| path.clone());
        let mut faults: Vec<UsageFault> = self
            .devices
            .iter()
            .enumerate()
            .filter_map(twice)
            .map(|path| UsageFault::NamedTwice { path })
            .collect();
        if self.devices.len() > 1 {
            let single = [
                ("--asset-no", self.order.asset_number.is_some()),
                ("--machine", self.order.machine.is_some()),
                ("--resume", self.resume.is_some()),
            ];
            faults.extend(
                single
                    .into_iter()
                    .filter(|(_, given)| *given)
                    .map(|(option, _)| UsageFault::OneDeviceOnly { option }),
            );
        }
        faults
    }
}

#[cfg(test)]
impl WipeRequest {
    /// A request as the command line makes it when nothing special is asked for.
    pub(super) fn example() -> Self {
        Self {
            devices: vec!["/dev/example".into()],
            image: false,
            order: WorkOrder::example(),
            engine: EngineRequest::default(),
            confirm: Vec::new(),
            dry_run: false,
            resume: None,
        }
    }
}

/// What a dry run shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRun {
    /// Each device with its plan and confirmation.
    pub previews: Vec<WipePreview>,
}

/// What became of the witness's signature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WitnessState {
    /// Signed.
    Signed,
    /// Will sign on his own machine.
    Later,
    /// Was to sign here, and did not.
    Pending,
    /// The passphrase was wrong; can still sign later.
    WrongPassphrase,
    /// Signs on paper.
    Paper,
    /// There is none.
    None,
}

/// One finished medium.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WipeOutcome {
    /// The device.
    pub facts: DeviceFacts,
    /// What was measured.
    pub outcome: Outcome,
    /// The judgement.
    pub judgement: Judgement,
    /// The signed record's content.
    pub record: ErasureRecord,
    /// What an interrupted erasure can be taken up from.
    pub resume_path: Option<PathBuf>,
    /// Record, slip and paper.
    pub papers: Papers,
}

/// Something that went wrong after an erasure was finished. The record says the truth all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WipeTrouble {
    /// The output folder failed; the record lies here instead.
    WrittenElsewhere {
        /// Where.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The state could not be kept: what was interrupted has to be begun anew.
    StateNotKept {
        /// Why.
        reason: String,
    },
    /// The paper could not be printed. The record is complete without it.
    NotPrinted {
        /// The stable code of the reason.
        code: &'static str,
    },
    /// The list of names (別紙) could not be written.
    NotListed {
        /// The stable code of the reason.
        code: &'static str,
    },
    /// The witness's signature could not be made or kept.
    NotWitnessed {
        /// The stable code of the reason.
        code: &'static str,
    },
    /// The ledger could not be written.
    NotLogged {
        /// The stable code of the reason.
        code: &'static str,
    },
}

/// A device, one of several, of which there is no record.
#[derive(Debug, PartialEq, Eq)]
pub struct WipeFailure {
    /// The device as it was named.
    pub device: PathBuf,
    /// Whether its erasure had begun; otherwise nothing was written.
    pub begun: bool,
    /// Why.
    pub error: WorkflowError,
}

/// What a wipe came to.
#[derive(Debug, PartialEq, Eq)]
pub enum WipeReport {
    /// It ended after the plan.
    DryRun(DryRun),
    /// It was carried out.
    Done {
        /// The finished ones, interrupted and failed ones included.
        outcomes: Vec<WipeOutcome>,
        /// Devices that were not begun, because somebody asked to stop before.
        not_begun: Vec<PathBuf>,
        /// Devices that failed without a record, each for a reason of its own.
        failures: Vec<WipeFailure>,
    },
}

impl WipeOutcome {
    /// The exit code of this medium.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let verdict = Exit::of_code(self.judgement.exit_code()).unwrap_or(Exit::Fault);
        Exit::worst([verdict, self.papers.exit()])
    }
}

impl WipeReport {
    /// The exit code of all.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::DryRun(_) => Exit::Done,
            Self::Done {
                outcomes,
                not_begun,
                failures,
            } => {
                let stopped = (!not_begun.is_empty()).then_some(Exit::Interrupted);
                let failed = failures.iter().map(|failure| failure.error.exit());
                Exit::worst(
                    outcomes
                        .iter()
                        .map(WipeOutcome::exit)
                        .chain(failed)
                        .chain(stopped),
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{DeskRefusal, Refusal};
    use super::*;

    fn failure(error: WorkflowError) -> WipeFailure {
        WipeFailure {
            device: "/dev/example".into(),
            begun: false,
            error,
        }
    }

    fn exit(not_begun: usize, failures: Vec<WipeFailure>) -> Exit {
        let report = WipeReport::Done {
            outcomes: Vec::new(),
            not_begun: vec!["/dev/example".into(); not_begun],
            failures,
        };
        report.exit()
    }

    #[test]
    fn the_exit_code_is_the_worst_of_all_devices() {
        let refused = || failure(Refusal::Desk(DeskRefusal::BrokenOff).into());
        let fault = || failure(WorkflowError::Internal { what: "engine" });
        assert_eq!(exit(0, vec![refused()]), Exit::Refused);
        assert_eq!(exit(0, vec![refused(), fault()]), Exit::Fault);
        // Whoever stops before a device was begun has not done what was asked.
        assert_eq!(exit(1, Vec::new()), Exit::Interrupted);
        assert_eq!(exit(1, vec![refused()]), Exit::Interrupted);
    }

    #[test]
    fn a_state_is_resumed_on_one_device() {
        let request = WipeRequest {
            devices: vec!["/dev/a".into(), "/dev/b".into()],
            resume: Some("state.json".into()),
            ..WipeRequest::example()
        };
        let wanted = UsageFault::OneDeviceOnly { option: "--resume" };
        assert_eq!(
            request.understand(None).err(),
            Some(WorkflowError::Usage(vec![wanted]))
        );
        assert!(WipeRequest::example().understand(None).is_ok());
    }
}
