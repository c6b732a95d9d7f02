//! The paper of a wipe: proven usable before anything is confirmed, printed when it is over.

use crate::records::{
    Contract, ErasureRecord, Identity, Kind, Layout, PartialRecord, Party, Person, Role, SignerClaim,
    verified_by,
};
use crate::rendering::{self, Example, PAPER, RenderError, Shown};

use super::super::filed::paper_beside;
use super::super::files::{self, Privacy};
use super::super::press::{Item, Press};
use super::super::{Lent, Refusal, WorkflowError};
use super::commission::Witness;
use super::order::WorkOrder;
use super::paperwork::{Dossier, Papers, Paperwork};
use super::request::WipeTrouble;

/// A press for `layout` of which is known that its template works and that it has every sign of the names. `None`: a
/// refusal was noted.
pub(super) fn prove(
    layout: Layout,
    order: &WorkOrder,
    spell_out: bool,
    handler: &Identity,
    witness: Option<&Witness>,
    contract: Option<&Contract>,
    refusals: &mut Vec<Refusal>,
) -> Result<Option<Press>, WorkflowError> {
    let template = order.template.as_deref();
    let press = match Press::new(layout, order.language, template) {
        Ok(press) => press,
        Err(WorkflowError::Refused(more)) => {
            refusals.extend(more);
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    if !spell_out {
        refusals.extend(lacking(order, handler, witness, contract));
    }
    match (try_out(&press, layout, order, handler, contract)?, template) {
        (Ok(()), _) => Ok(Some(press)),
        (Err(error), Some(path)) => {
            refusals.push(Refusal::Paper {
                path: path.to_owned(),
                error,
            });
            Ok(None)
        }
        (Err(error), None) => Err(WorkflowError::Paper(error)),
    }
}

/// Prints an example with what is known already, which goes nowhere.
fn try_out(
    press: &Press,
    layout: Layout,
    order: &WorkOrder,
    handler: &Identity,
    contract: Option<&Contract>,
) -> Result<Result<(), RenderError>, WorkflowError> {
    let missing = WorkflowError::Internal { what: "example" };
    let signers = vec![SignerClaim::new(Role::Handler, handler, false)];
    Ok(if layout == Layout::Partial {
        let mut example = PartialRecord::example().ok_or(missing)?;
        example.contract = contract.cloned();
        example.place.clone_from(&order.place);
        example.machine.asset_number.clone_from(&order.asset_number);
        example.signers = signers;
        press.try_out(Example::Partial(&example))
    } else {
        let mut example = ErasureRecord::example().ok_or(missing)?;
        example.contract = contract.cloned();
        example.place.clone_from(&order.place);
        example.machine.asset_number.clone_from(&order.asset_number);
        example.signers = signers;
        press.try_out(Example::Erasure(&example))
    })
}

/// Texts that people typed with signs that the fonts lack, each with where it was typed.
fn lacking(
    order: &WorkOrder,
    handler: &Identity,
    witness: Option<&Witness>,
    contract: Option<&Contract>,
) -> Vec<Refusal> {
    let mut texts: Vec<(&'static str, String)> = vec![("--handler", person(handler))];
    match witness {
        Some(Witness::SameMachine { key, .. }) => texts.push(("--witness", person(key.public()))),
        Some(Witness::Later(identity)) => texts.push(("--witness-later", person(identity))),
        Some(Witness::Paper(who)) => texts.push(("--witness-paper", who.clone())),
        Some(Witness::None(reason)) => texts.push(("--no-witness", reason.clone())),
        None => {}
    }
    let given = [
        ("--asset-no", &order.asset_number),
        ("--machine", &order.machine),
        ("--place", &order.place),
    ];
    texts.extend(
        given
            .into_iter()
            .filter_map(|(field, text)| Some((field, text.clone()?))),
    );
    texts.extend(contract.map(|contract| ("--contract", contract_texts(contract))));
    let check = |(field, text): (&'static str, String)| {
        let signs = rendering::lacking(&text).join(" ");
        (!signs.is_empty()).then_some(Refusal::Glyph { field, signs })
    };
    texts.into_iter().filter_map(check).collect()
}

fn person(identity: &Identity) -> String {
    let title = identity.title.as_deref().unwrap_or_default();
    [&identity.name, &identity.organisation, title].concat()
}

/// Every text of a contract file that people will read.
pub(in crate::workflows) fn contract_texts(contract: &Contract) -> String {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let human = |person: &Person| {
        [
            person.name.clone(),
            optional(&person.title),
            optional(&person.contact),
        ]
        .concat()
    };
    let party = |party: &Party| {
        let representative = party.representative.as_ref().map(human).unwrap_or_default();
        let number = optional(&party.approval_number);
        [
            party.name.clone(),
            optional(&party.address),
            representative,
            number,
        ]
        .concat()
    };
    let lessor = contract.lessor.as_ref();
    let lessor = lessor.map(|lessor| [lessor.name.clone(), optional(&lessor.contract_number)].concat());
    let subcontractor = contract.subcontractor.as_ref().map(party);
    let fixed = [
        &contract.number,
        &contract.title,
        &contract.addressee,
        &contract.office,
    ];
    let mut all: String = fixed.into_iter().map(String::as_str).collect();
    all.extend([party(&contract.contractor), human(&contract.supervisor)]);
    all.extend(subcontractor.into_iter().chain(lessor));
    all
}

impl Paperwork<'_> {
    /// Prints beside the record, or notes why not: the record is complete without its paper. Before the witness is
    /// asked, too: whoever ends the program at that prompt has the paper all the same.
    pub(super) fn print(&self, papers: &mut Papers, dossier: &Dossier, lent: &Lent<'_>) {
        if !PAPER {
            return;
        }
        let path = paper_beside(&papers.record_path);
        let again = papers.paper_path.is_some();
        let printed = self.pdf(dossier, lent).and_then(|pdf| {
            if again {
                files::replace(&path, &pdf, Privacy::Shared, lent.owner)
            } else {
                files::write_new(&path, &pdf, Privacy::Shared, lent.owner)
            }
        });
        match printed {
            Ok(()) => papers.paper_path = Some(path),
            Err(error) => papers
                .troubles
                .push(WipeTrouble::NotPrinted { code: error.code() }),
        }
    }

    fn pdf(&self, dossier: &Dossier, lent: &Lent<'_>) -> Result<Vec<u8>, WorkflowError> {
        let Dossier { envelope, slip, .. } = dossier;
        let mut people = vec![self.handler.identity.public()];
        if let Witness::SameMachine { key, .. } = &self.commission.witness {
            people.push(key.public());
        }
        let unsigned = || WorkflowError::Internal { what: "signature" };
        let (erasure, partial);
        let record = if envelope.kind() == Some(Kind::PartialErasure) {
            partial = verified_by(envelope, slip, &people).ok_or_else(unsigned)?;
            Shown::Partial(&partial)
        } else {
            erasure = verified_by(envelope, slip, &people).ok_or_else(unsigned)?;
            Shown::Erasure(&erasure)
        };
        let item = Item {
            record,
            envelope,
            slip,
        };
        let roster = self.commission.roster.roster();
        self.commission
            .press
            .print(&[item], roster, Some(self.handler), lent.clock.now())
    }
}
