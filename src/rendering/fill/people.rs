//! 作業担当者・作業責任者・立会人, and how each of them signed.
//!
//! Whether somebody signed is told by the caller, who verified it; the record only says who is to sign.

use crate::records::{
    Contract, ErasureRecord, Fingerprint, PartialRecord, Role, SignerClaim, Witness, WitnessMode,
};
use crate::rendering::RenderError;
use crate::rendering::sheet::Signatory;
use crate::rendering::wording::Wording;

use super::{codes, visible};

type Rendered = Result<String, RenderError>;

/// What of a record says who takes part.
#[derive(Clone, Copy)]
pub(super) struct Cast<'a> {
    signers: &'a [SignerClaim],
    witness: &'a Witness,
    contract: Option<&'a Contract>,
}

impl<'a> From<&'a ErasureRecord> for Cast<'a> {
    fn from(record: &'a ErasureRecord) -> Self {
        Self {
            signers: &record.signers,
            witness: &record.witness,
            contract: record.contract.as_ref(),
        }
    }
}

impl<'a> From<&'a PartialRecord> for Cast<'a> {
    fn from(record: &'a PartialRecord) -> Self {
        Self {
            signers: &record.signers,
            witness: &record.witness,
            contract: record.contract.as_ref(),
        }
    }
}

/// Handler, supervisor and witness, then whoever else signs.
pub(super) fn people(
    cast: Cast<'_>,
    signed: &[Fingerprint],
    wording: &Wording,
) -> Result<Vec<Signatory>, RenderError> {
    let mut all = signers(cast, Role::Handler, signed, wording)?;
    all.extend(supervisors(cast, signed, wording)?);
    all.extend(witnesses(cast, signed, wording)?);
    for role in Role::ALL {
        if !matches!(role, Role::Handler | Role::Supervisor | Role::Witness) {
            all.extend(signers(cast, role, signed, wording)?);
        }
    }
    Ok(all)
}

fn signers(
    cast: Cast<'_>,
    role: Role,
    signed: &[Fingerprint],
    wording: &Wording,
) -> Result<Vec<Signatory>, RenderError> {
    let named = cast.signers.iter().filter(|signer| signer.role == role);
    named
        .map(|signer| signatory(cast, signer, signed.contains(&signer.fingerprint), wording))
        .collect()
}

fn signatory(
    cast: Cast<'_>,
    signer: &SignerClaim,
    has_signed: bool,
    wording: &Wording,
) -> Result<Signatory, RenderError> {
    Ok(Signatory {
        how: how(cast, signer, has_signed, wording)?,
        ..named(signer, wording)?
    })
}

/// Whoever signs, without how.
pub(super) fn named(signer: &SignerClaim, wording: &Wording) -> Result<Signatory, RenderError> {
    let title = signer.title.as_deref().unwrap_or_default();
    Ok(Signatory {
        organisation: visible(&signer.organisation, wording)?,
        title: visible(title, wording)?,
        name: visible(&signer.name, wording)?,
        fingerprint: Some(signer.fingerprint.grouped()),
        ..empty(signer.role, wording)?
    })
}

fn how(cast: Cast<'_>, signer: &SignerClaim, has_signed: bool, wording: &Wording) -> Rendered {
    let state = if has_signed { "signed" } else { "pending" };
    let how = match (signer.role, cast.witness.mode) {
        (Role::Witness, mode @ (WitnessMode::SameMachine | WitnessMode::OwnMachine)) => {
            wording.text(&format!("how.{state}-{}", codes::witness(mode)))?
        }
        _ => wording.text(&format!("how.{state}"))?,
    };
    told_unattended(how, has_signed && signer.unattended, wording)
}

/// How somebody signed; that nobody was at the keyboard is never left out.
pub(super) fn told_unattended(how: String, unattended: bool, wording: &Wording) -> Rendered {
    if unattended {
        wording.filled("how.unattended", &[("how", &how)])
    } else {
        Ok(how)
    }
}

/// Signers in that role, otherwise the one whom the contract names; a blank field where it names none.
fn supervisors(
    cast: Cast<'_>,
    signed: &[Fingerprint],
    wording: &Wording,
) -> Result<Vec<Signatory>, RenderError> {
    let signing = signers(cast, Role::Supervisor, signed, wording)?;
    if !signing.is_empty() {
        return Ok(signing);
    }
    let not_electronic = wording.text("how.not-electronic")?;
    let named = match cast.contract {
        Some(contract) => of_contract(contract, not_electronic, wording)?,
        None => Signatory {
            name: wording.text("value.not-recorded")?,
            how: not_electronic,
            ..empty(Role::Supervisor, wording)?
        },
    };
    Ok(vec![named])
}

fn of_contract(contract: &Contract, how: String, wording: &Wording) -> Result<Signatory, RenderError> {
    let person = &contract.supervisor;
    Ok(Signatory {
        organisation: visible(&contract.contractor.name, wording)?,
        title: visible(person.title.as_deref().unwrap_or_default(), wording)?,
        name: visible(&person.name, wording)?,
        how,
        ..empty(Role::Supervisor, wording)?
    })
}

fn witnesses(
    cast: Cast<'_>,
    signed: &[Fingerprint],
    wording: &Wording,
) -> Result<Vec<Signatory>, RenderError> {
    let mut all = signers(cast, Role::Witness, signed, wording)?;
    let witness = cast.witness;
    match witness.mode {
        WitnessMode::Paper => all.push(Signatory {
            name: visible(witness.on_paper.as_deref().unwrap_or_default(), wording)?,
            how: wording.text("how.paper")?,
            ink: true,
            ..empty(Role::Witness, wording)?
        }),
        WitnessMode::None => {
            let reason = visible(witness.reason.as_deref().unwrap_or_default(), wording)?;
            all.push(Signatory {
                name: wording.text("value.no-witness")?,
                how: wording.filled("how.none", &[("reason", &reason)])?,
                ..empty(Role::Witness, wording)?
            });
        }
        // Named as a mode, but nobody is named: the paper says so instead of leaving the field out.
        WitnessMode::SameMachine | WitnessMode::OwnMachine if all.is_empty() => all.push(Signatory {
            name: wording.text("value.not-recorded")?,
            how: wording.text("how.pending")?,
            ..empty(Role::Witness, wording)?
        }),
        WitnessMode::SameMachine | WitnessMode::OwnMachine => {}
    }
    Ok(all)
}

/// A field of that role with nothing in it.
pub(super) fn empty(role: Role, wording: &Wording) -> Result<Signatory, RenderError> {
    Ok(Signatory {
        code: role.name(),
        role: wording.text(&format!("role.{}", role.name()))?,
        organisation: String::new(),
        title: String::new(),
        name: String::new(),
        how: String::new(),
        fingerprint: None,
        ink: false,
    })
}
