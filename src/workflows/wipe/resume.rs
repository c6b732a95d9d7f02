//! `--resume`: taking up an erasure where a state says that it was left (`docs/spec/resume.md`).
//!
//! The state is believed as far as its handler's signature reaches, and no further: what counts in the end
//! is the whole medium, read back as one stream.

use std::path::PathBuf;

use crate::devices::{DeviceFacts, IoFailure, ReadPath};
use crate::erasure::{self, DisplacementPattern, Job, PassOutcome, Plan, ResumePoint, VerifyMode};
use crate::records::{
    self, Interruption, MOST_RESUME_BYTES, Pass, Pattern, RangeList, ReadBack, ResumeState, Verified,
};

use super::super::{
    Compared, IdentityComparison, IdentityField, Refusal, WorkflowError, claims, files, people, profiles,
};
use super::order::WorkOrder;
use super::record;
use super::request::WipeRequest;
use super::settings::EngineRequest;

/// A state that the handler himself signed.
pub(super) struct Resumed {
    path: PathBuf,
    state: Verified<ResumeState>,
}

impl Resumed {
    /// Reads the state of `--resume`, where one is given.
    pub(super) fn load(request: &WipeRequest) -> Result<Option<Self>, WorkflowError> {
        let Some(path) = &request.resume else {
            return Ok(None);
        };
        let handler = people::read_key(&request.order.handler)?;
        let bytes = files::read(path, MOST_RESUME_BYTES)?;
        let state = records::resume_by(&bytes, handler.public()).map_err(|error| Refusal::Record {
            path: path.clone(),
            error,
        })?;
        Ok(Some(Self {
            path: path.clone(),
            state,
        }))
    }

    /// The request with what the state says was asked for. Read back is all of it: only that shows that the
    /// parts written by several runs are one stream.
    pub(super) fn complete(&self, request: &WipeRequest) -> Result<WipeRequest, WorkflowError> {
        let order = &self.state.content().order;
        let engine = EngineRequest {
            method: order.method.clone(),
            verify: VerifyMode::Full.to_string(),
            ..request.engine.clone()
        };
        let order = WorkOrder {
            purpose: order.purpose.clone(),
            classification: order.classification.clone(),
            mynumber: order.mynumber,
            policy: self.policy(request)?,
            then: order.follow.map(|level| record::level_name(level).to_owned()),
            asset_number: order.asset_number.clone(),
            machine: order.machine.clone(),
            place: order.place.clone(),
            ..request.order.clone()
        };
        Ok(WipeRequest {
            order,
            engine,
            ..request.clone()
        })
    }

    /// The same policy, to the byte: the one that was named, or the one built in under its name.
    fn policy(&self, request: &WipeRequest) -> Result<String, WorkflowError> {
        let wanted = &self.state.content().order.policy;
        for name in [&request.order.policy, &wanted.id] {
            if let Ok(profile) = profiles::profile(name)?
                && records::Digest::of(&[profile.source_bytes()]) == wanted.digest
            {
                return Ok(name.clone());
            }
        }
        Err(Refusal::ResumeOtherPolicy {
            id: wanted.id.clone(),
        }
        .into())
    }

    /// Whether `facts` are those of the medium that was begun; everything that differs at once.
    pub(super) fn compare(&self, facts: &DeviceFacts) -> Result<(), Refusal> {
        let compared = IdentityComparison::of(&self.state.content().medium, facts);
        let fields: Vec<IdentityField> = compared
            .fields
            .iter()
            .filter(|field| field.result == Compared::Different)
            .map(|field| field.field)
            .collect();
        if !fields.is_empty() {
            return Err(Refusal::ResumeOtherMedium {
                device: facts.asked.clone(),
                fields,
            });
        }
        if !compared.is_named() && !self.proves_itself() {
            return Err(Refusal::ResumeUnnamed {
                device: facts.asked.clone(),
            });
        }
        Ok(())
    }

    /// Whether reading back alone shows that it is the same medium: one pass, whose bytes nothing else can
    /// hold. Of any other method earlier passes would be believed of a medium that is only like the first.
    fn proves_itself(&self) -> bool {
        let state = self.state.content();
        let seeded = |pass: &Pass| matches!(pass.pattern, Pattern::Seeded { .. });
        let single =
            erasure::Method::parse(&state.order.method).is_ok_and(|method| method.passes().len() == 1);
        single && state.passes.iter().all(seeded)
    }

    /// What the plan says beyond that of a new erasure.
    pub(super) fn described(&self) -> Vec<(String, String)> {
        let state = self.state.content();
        let pass = state.passes.last().map_or(0, |pass| pass.number);
        [
            ("resumes", self.state.digest().to_string()),
            ("resume-pass", pass.to_string()),
            ("resume-from", state.flushed.0.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }

    /// The job that goes on.
    pub(super) fn job(&self, plan: &Plan) -> Result<Job, Refusal> {
        let state = self.state.content();
        let unfit = || Refusal::ResumeUnfit {
            path: self.path.clone(),
        };
        let seeds: Vec<[u8; 32]> = state.seeds.iter().map(|seed| *seed.bytes()).collect();
        let point = ResumePoint {
            passes: state
                .passes
                .iter()
                .map(pass)
                .collect::<Option<_>>()
                .ok_or_else(unfit)?,
            flushed: state.flushed,
            earlier_read_backs: state.earlier.iter().map(read_back).collect(),
        };
        let job = Job::new(plan.clone(), &seeds).map_err(|_| unfit())?;
        job.resuming(point).map_err(|_| unfit())
    }

    /// The seeds of the plan, for the states that follow.
    pub(super) fn seeds(&self) -> Vec<records::Seed> {
        self.state.content().seeds.clone()
    }

    /// Every run before this one.
    pub(super) fn interruptions(&self) -> Vec<Interruption> {
        let state = self.state.content();
        let mut all = state.interruptions.clone();
        all.push(state.as_interruption(self.state.digest()));
        all
    }

    /// Whether the state belongs to a demonstration.
    pub(super) fn specimen(&self) -> bool {
        self.state.content().specimen
    }
}

fn pass(pass: &Pass) -> Option<PassOutcome> {
    Some(PassOutcome {
        number: pass.number,
        pattern: claims::pattern_of(&pass.pattern)?,
        range: pass.range,
        written: pass.written,
        started: pass.started,
        ended: pass.ended,
        unwritable: ranges(&pass.unwritable),
        flushes: pass
            .flushes
            .iter()
            .map(|flush| match (flush.ok, flush.errno) {
                (true, _) => Ok(()),
                (false, errno) => Err(IoFailure::Other {
                    errno: errno.unwrap_or(0),
                }),
            })
            .collect(),
        repeats: pass.repeats,
    })
}

fn ranges(list: &RangeList) -> erasure::RangeList {
    erasure::RangeList {
        ranges: list.ranges.clone(),
        count: list.count,
        bytes: list.bytes,
    }
}

/// A read-back of an earlier pass, in full. How it reached the medium is believed as it was signed.
fn read_back(read: &ReadBack) -> erasure::ReadBack {
    erasure::ReadBack {
        pass: read.pass,
        path: match &read.read {
            records::ReadPath::Direct => ReadPath::Direct,
            records::ReadPath::BackingFileUncached => ReadPath::BackingFileUncached,
            records::ReadPath::Memory => ReadPath::Memory,
            records::ReadPath::Cached { reason } => ReadPath::Cached {
                reason: reason.clone(),
            },
        },
        planned: read.planned,
        compared: read.compared,
        mismatches: erasure::RangeList {
            bytes: read.mismatched,
            ..ranges(&read.mismatches)
        },
        unreadable: ranges(&read.unreadable),
        started: read.started,
        ended: read.ended,
        sample: None,
        displaced: erasure::Displaced {
            moved: read.displaced.moved,
            stale: read.displaced.stale,
            examples: read
                .displaced
                .examples
                .iter()
                .map(|example| erasure::Displacement {
                    at: example.at,
                    holds: example.holds,
                })
                .collect(),
            pattern: match read.displaced.pattern {
                records::DisplacementPattern::None => DisplacementPattern::None,
                records::DisplacementPattern::Wraps { real } => DisplacementPattern::Wraps { real },
                records::DisplacementPattern::EndsAt { real } => DisplacementPattern::EndsAt { real },
                records::DisplacementPattern::Shifted { by } => DisplacementPattern::Shifted { by },
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Profile;
    use crate::records::{Digest, Envelope, NewIdentity, Role, SignerClaim};

    const STATE: &[u8] = include_bytes!("../../../tests/vectors/resume/state.json");
    const MIC: &[u8] = include_bytes!("../../../certificates/policies/mic.toml");

    /// The state of the vectors, begun under a policy of that name and digest, signed by somebody new.
    fn begun_under(id: &str, policy: &[u8]) -> Resumed {
        let person = NewIdentity {
            id: "handler".into(),
            name: "試験 太郎".into(),
            organisation: "試験県".into(),
            title: None,
            contact: None,
            specimen: false,
        };
        let person = person.create().unwrap();
        let of_vector = Envelope::parse(STATE).unwrap();
        let mut state: ResumeState = serde_json::from_slice(of_vector.payload()).unwrap();
        state.order.policy.id = id.into();
        state.order.policy.digest = Digest::of(&[policy]);
        state.signers = vec![SignerClaim::new(Role::Handler, person.public(), false)];
        let mut envelope = state.to_envelope();
        envelope.sign(&person, &state.order_of_signers()).unwrap();
        Resumed {
            path: "state.json".into(),
            state: records::resume_by(&envelope.encode(), person.public()).unwrap(),
        }
    }

    fn request(policy: &str) -> WipeRequest {
        WipeRequest {
            order: WorkOrder {
                policy: policy.into(),
                ..WorkOrder::example()
            },
            ..WipeRequest::example()
        }
    }

    fn other_policy(id: &str) -> WorkflowError {
        Refusal::ResumeOtherPolicy { id: id.into() }.into()
    }

    #[test]
    fn it_goes_on_under_the_policy_to_the_byte_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("own.toml");
        let own = path.to_str().unwrap();
        std::fs::write(&path, MIC).unwrap();
        assert_eq!(
            begun_under("mic", MIC).policy(&request("mic")).as_deref(),
            Ok("mic")
        );

        let changed = [MIC, b"\n# later\n"].concat();
        assert!(Profile::parse(&changed).is_ok());
        let begun = begun_under("mic", &changed);
        for name in ["mic", own, "no such policy"] {
            assert_eq!(begun.policy(&request(name)), Err(other_policy("mic")), "{name}");
        }
        std::fs::write(&path, &changed).unwrap();
        assert_eq!(begun.policy(&request(own)).as_deref(), Ok(own));
    }

    #[test]
    fn what_was_asked_for_is_what_the_state_says_and_all_is_read_back() {
        let begun = begun_under("mic", MIC);
        let usual = request("mic");
        let asked = WipeRequest {
            engine: EngineRequest {
                method: "dod-3".into(),
                verify: "none".into(),
                ..usual.engine
            },
            order: WorkOrder {
                purpose: "repair".into(),
                ..usual.order
            },
            ..WipeRequest::example()
        };
        let order = &begun.state.content().order;
        let complete = begun.complete(&asked).unwrap();
        assert_eq!(complete.engine.verify, "full");
        assert_eq!(complete.engine.method, order.method);
        assert_eq!(complete.order.purpose, order.purpose);
        assert_eq!(complete.order.classification, order.classification);
    }
}
