//! Everything that can be found wrong before a secret is asked for, told at once.

use std::path::{Path, PathBuf};

use crate::crypto::Digest;
use crate::devices::{self, Cleared, DeviceFacts, ExpectedConfirmation, Protected, ProtectedKind, Transport};
use crate::erasure::{Plan, VerifyMode};
use crate::policy::{MediumKind, ReadBackExtent, Requirement, Scope, Technique};
use crate::records::Layout;
use crate::units::{BlockSize, ByteCount};

use super::super::{Lent, Refusal, UsageFault, WipePreview, WorkflowError, chores};
use super::commission::{self, Commission, Looked};
use super::request::{Understood, WipeRequest};
use super::resume::Resumed;
use super::settings::Settings;

/// Room that record, slip and paper of one medium may need, with 1,000 ranges in every list.
const RECORD_ROOM: u64 = 12 << 20;

/// One medium that may be erased once it is confirmed.
pub(super) struct Medium {
    pub(super) preview: WipePreview,
    pub(super) plan: Plan,
    pub(super) requirement: Requirement,
    pub(super) cleared: Cleared,
}

/// A wipe with nothing left to refuse but secrets and confirmations.
pub(super) struct Prepared {
    pub(super) commission: Commission,
    pub(super) settings: Settings,
    /// What this erasure takes up again.
    pub(super) resumed: Option<Resumed>,
    pub(super) media: Vec<Medium>,
}

/// Looks at everything.
pub(super) fn prepare(
    request: &WipeRequest,
    resumed: Option<Resumed>,
    lent: &Lent<'_>,
) -> Result<Prepared, WorkflowError> {
    let Understood {
        order,
        settings,
        resumed,
    } = request.understand(resumed)?;
    let mut refusals = Vec::new();
    let room = ByteCount(RECORD_ROOM * request.devices.len() as u64);
    let looked = commission::look(
        Layout::Certificate,
        &request.order,
        order,
        room,
        request.dry_run,
        lent,
        &mut refusals,
    )?;
    let other_specimen = resumed
        .as_ref()
        .is_some_and(|resumed| resumed.specimen() != looked.specimen);
    if other_specimen && !refusals.contains(&Refusal::SpecimenMixed) {
        refusals.push(Refusal::SpecimenMixed);
    }
    let mut protected = commission::protected(&request.order, lent);
    protected.extend(request.resume.as_ref().map(|path| Protected {
        what: ProtectedKind::Other,
        path: path.clone(),
    }));
    let asked = Asked {
        request,
        looked: &looked,
        settings: &settings,
        resumed: resumed.as_ref(),
        protected: &protected,
    };
    let media: Vec<Option<Medium>> = request
        .devices
        .iter()
        .zip(1..)
        .map(|(device, place)| asked.medium(device, place, &mut refusals))
        .collect();
    if let Some(path) = same_medium(media.iter().flatten().map(|medium| &medium.preview.facts)) {
        return Err(WorkflowError::Usage(vec![UsageFault::NamedTwice { path }]));
    }
    let media: Option<Vec<Medium>> = media.into_iter().collect();
    match (media, looked.complete()) {
        (Some(media), Some(commission)) if refusals.is_empty() => Ok(Prepared {
            commission,
            settings,
            resumed,
            media,
        }),
        _ => Err(WorkflowError::Refused(refusals)),
    }
}

/// A medium that is there under two names: links, or two nodes of one device.
fn same_medium<'a>(media: impl Iterator<Item = &'a DeviceFacts>) -> Option<PathBuf> {
    let mut seen = std::collections::HashSet::new();
    let mut second = media.filter(|facts| !seen.insert((facts.number, facts.file_identity)));
    second.next().map(|facts| facts.asked.clone())
}

/// What every medium is held against.
struct Asked<'a> {
    request: &'a WipeRequest,
    looked: &'a Looked,
    settings: &'a Settings,
    resumed: Option<&'a Resumed>,
    protected: &'a [Protected],
}

impl Asked<'_> {
    fn medium(&self, device: &Path, place: usize, refusals: &mut Vec<Refusal>) -> Option<Medium> {
        let refuse = |error| Refusal::Device {
            device: device.to_owned(),
            error,
        };
        let facts = devices::inspect(device, self.request.image)
            .map_err(|error| refusals.push(refuse(error)))
            .ok()?;
        let resumed = self.resumed;
        refusals.extend(resumed.and_then(|resumed| resumed.compare(&facts).err()));
        let requirement = self.looked.requirement(
            &self.request.order,
            Scope::Medium,
            medium_kind(&facts),
            technique(self.settings.verify),
            refusals,
        );
        let cleared = devices::clear(&facts, self.protected)
            .map_err(|errors| refusals.extend(errors.into_iter().map(refuse)))
            .ok();
        let plan = Plan::new(
            self.settings.method.clone(),
            facts.size,
            fault_block(&facts),
            self.settings.verify,
        );
        let plan = plan
            .map_err(|_| {
                let empty = refuse(devices::DeviceError::SizeZero {
                    path: facts.path.clone(),
                });
                // The guards may have said so already.
                if !refusals.contains(&empty) {
                    refusals.push(empty);
                }
            })
            .ok()?;
        let (cleared, requirement) = (cleared?, requirement?);
        if let Some(resumed) = resumed
            && let Err(refusal) = resumed.job(&plan)
        {
            refusals.push(refusal);
            return None;
        }
        let expected = confirmation(&facts)
            .map_err(|error| refusals.push(refuse(error)))
            .ok()?;
        let preview = WipePreview {
            facts,
            expected,
            plan: plan
                .describe()
                .into_iter()
                .chain(resumed.map(Resumed::described).unwrap_or_default())
                .collect(),
            place: (place, self.request.devices.len()),
        };
        Some(Medium {
            preview,
            plan,
            requirement,
            cleared,
        })
    }
}

/// The block in which faults are narrowed down: what the medium can only take as a whole.
fn fault_block(facts: &DeviceFacts) -> BlockSize {
    let (logical, physical) = (facts.logical_block, facts.physical_block);
    if physical.bytes().is_multiple_of(logical.bytes()) && physical > logical {
        physical
    } else {
        logical
    }
}

/// What the policy calls an overwrite with this read-back.
pub(super) const fn technique(verify: VerifyMode) -> Technique {
    let read_back = match verify {
        VerifyMode::Full => ReadBackExtent::Full,
        VerifyMode::Sample { .. } => ReadBackExtent::Sampled,
        VerifyMode::None => ReadBackExtent::NotShown,
    };
    Technique::HostOverwrite { read_back }
}

/// What the policy calls this medium. What cannot be told falls under every kind's rules.
pub(super) const fn medium_kind(facts: &DeviceFacts) -> MediumKind {
    match (facts.virtual_kind, facts.transport, facts.rotational) {
        (Some(_), ..) => MediumKind::Virtual,
        (None, Transport::Mmc, _) => MediumKind::Sd,
        (None, Transport::Usb, Some(false) | None) => MediumKind::UsbFlash,
        // A bridge says of every drive that it turns: a stick may hide behind that.
        (None, Transport::Usb, Some(true)) => MediumKind::Unknown,
        (None, _, Some(true)) => MediumKind::Hdd,
        (None, _, Some(false)) => MediumKind::Ssd,
        (None, ..) => MediumKind::Unknown,
    }
}

/// What must be typed for a medium: its serial, or the code made from what else is known of it.
fn confirmation(facts: &DeviceFacts) -> Result<ExpectedConfirmation, devices::DeviceError> {
    let ends = devices::read_ends(facts)?;
    let sequence = facts.disk_sequence.unwrap_or(0).to_be_bytes();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (model, port) = (text(&facts.model), text(&facts.port));
    let parts: [&[u8]; 7] = [
        b"keshiin-confirm/1\n",
        &facts.size.0.to_be_bytes(),
        model.as_bytes(),
        b"\n",
        port.as_bytes(),
        &sequence,
        &ends,
    ];
    let digest = Digest::of(&parts);
    let code = chores::plain_signs(&digest.bytes()[..6]);
    Ok(devices::expected_confirmation(facts, &code))
}
