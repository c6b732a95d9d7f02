//! What every record of an erasure says alike: the order and its policy, the machine, the witness, who signs.

use crate::crypto::Digest;
use crate::devices::{self, DeviceFacts, Transport};
use crate::policy::{self, Requirement, WitnessWay};
use crate::records::{
    Absence, Fact, Machine, MachineSource, Order, PolicyRef, Role, SignerClaim, Witness, WitnessMode,
};

use super::commission::Witness as WitnessWanted;
use super::paperwork::Paperwork;
use super::record::level;

impl Paperwork<'_> {
    /// What was asked for, and whether `reached` is enough for every requirement there is.
    pub(super) fn order_claim(&self, requirements: &[&Requirement], reached: Option<policy::Level>) -> Order {
        let understood = &self.commission.understood;
        let way = match self.witness_claim().mode {
            WitnessMode::SameMachine => Some(WitnessWay::SameMachine),
            WitnessMode::OwnMachine => Some(WitnessWay::OwnMachine),
            WitnessMode::Paper => Some(WitnessWay::Paper),
            WitnessMode::None => None,
        };
        let decisions: Vec<_> = requirements
            .iter()
            .map(|requirement| policy::judge(requirement, reached, understood.then, way))
            .collect();
        let mut unmet: Vec<String> = Vec::new();
        for reason in decisions.iter().flat_map(|decision| &decision.reasons) {
            let code = reason.code().to_owned();
            if !unmet.contains(&code) {
                unmet.push(code);
            }
        }
        let required = decisions.iter().map(|decision| decision.required).max();
        Order {
            purpose: understood.purpose.as_str().to_owned(),
            classification: self.order.classification.clone(),
            mynumber: self.order.mynumber,
            policy: self.policy_ref(requirements),
            // Without a requirement nothing would have been begun.
            required: level(required.unwrap_or(policy::Level::Destroy)),
            achieved: reached.map(level),
            policy_met: !decisions.is_empty() && decisions.iter().all(|decision| decision.met),
            unmet,
            follow: understood.then.map(level),
            approval: None,
            exception: None,
            disposition: None,
        }
    }

    /// The policy, and which of its rules applied.
    pub(super) fn policy_ref(&self, requirements: &[&Requirement]) -> PolicyRef {
        let profile = &self.commission.understood.profile;
        let mut rules: Vec<String> = Vec::new();
        for rule in requirements.iter().flat_map(|requirement| &requirement.rules) {
            if !rules.contains(&rule.id) {
                rules.push(rule.id.clone());
            }
        }
        PolicyRef {
            id: profile.id().to_owned(),
            digest: Digest::of(&[profile.source_bytes()]),
            rules,
        }
    }

    /// The machine around the medium; without a medium it is this one.
    pub(super) fn machine_claim(&self, device: Option<&DeviceFacts>) -> Machine {
        let asset_number = self.order.asset_number.clone();
        let absent = |why: Absence| {
            (
                Fact::NotMeasured(why),
                Fact::NotMeasured(why),
                Fact::NotMeasured(why),
            )
        };
        if let Some(serial) = &self.order.machine {
            let (maker, model, uuid) = absent(Absence::NotVisible);
            return Machine {
                source: MachineSource::AsGiven,
                maker,
                model,
                serial: Fact::Measured(serial.clone()),
                uuid,
                asset_number,
            };
        }
        let no_part_of_it = |device: &DeviceFacts| {
            device.virtual_kind.is_some()
                || device.removable == Some(true)
                || device.transport == Transport::Usb
        };
        if device.is_some_and(no_part_of_it) {
            let (maker, model, uuid) = absent(Absence::NotApplicable);
            let serial = Fact::NotMeasured(Absence::NotApplicable);
            return Machine {
                source: MachineSource::NotApplicable,
                maker,
                model,
                serial,
                uuid,
                asset_number,
            };
        }
        let machine = devices::machine();
        Machine {
            source: MachineSource::RunningMachine,
            maker: Fact::or(machine.maker, Absence::NotReported),
            model: Fact::or(machine.model, Absence::NotReported),
            serial: Fact::or(machine.serial, Absence::NotReported),
            uuid: Fact::or(machine.uuid, Absence::NotReported),
            asset_number,
        }
    }

    /// How the witness takes part.
    pub(super) fn witness_claim(&self) -> Witness {
        let (mode, on_paper, reason) = match &self.commission.witness {
            WitnessWanted::SameMachine { .. } => (WitnessMode::SameMachine, None, None),
            WitnessWanted::Later(_) => (WitnessMode::OwnMachine, None, None),
            WitnessWanted::Paper(who) => (WitnessMode::Paper, Some(who.clone()), None),
            WitnessWanted::None(reason) => (WitnessMode::None, None, Some(reason.clone())),
        };
        Witness {
            mode,
            on_paper,
            reason,
        }
    }

    /// Who signs, in order.
    pub(super) fn signers(&self) -> Vec<SignerClaim> {
        let handler = SignerClaim::new(
            Role::Handler,
            self.handler.identity.public(),
            self.handler.unattended,
        );
        let witness = match &self.commission.witness {
            WitnessWanted::SameMachine { key, unattended, .. } => {
                Some(SignerClaim::new(Role::Witness, key.public(), *unattended))
            }
            WitnessWanted::Later(person) => Some(SignerClaim::new(Role::Witness, person, false)),
            WitnessWanted::Paper(_) | WitnessWanted::None(_) => None,
        };
        std::iter::once(handler).chain(witness).collect()
    }
}
