//! 宛名票: the outside of an envelope. No classification, no subject: whoever carries it learns neither.

use crate::records::{Contract, DeliveryRecord};
use crate::rendering::RenderError;
use crate::rendering::delivery_sheet::Address;
use crate::rendering::fill::rows::Rows;
use crate::rendering::fill::visible;
use crate::rendering::sheet::Row;
use crate::rendering::wording::Wording;

use super::people;

/// The label: the recipients, for they open it; otherwise whom the contract names, in the care of its office.
pub(super) fn address(record: &DeliveryRecord, wording: &Wording) -> Result<Address, RenderError> {
    let mut above = people::recipients_addressed(&record.recipients, wording)?;
    let mut chief = above.pop();
    let mut below = None;
    if let (None, Some(contract)) = (&chief, &record.contract) {
        chief = Some(visible(&contract.addressee, wording)?);
        let office = visible(&contract.office, wording)?;
        below = Some(wording.filled("value.office-care", &[("name", &office)])?);
    }
    Ok(Address {
        above,
        chief,
        below,
        sender: sender(record, wording)?,
        marks: marks(record, wording)?,
    })
}

/// 差出人: the sender, and where the contract says it, address and telephone.
fn sender(record: &DeliveryRecord, wording: &Wording) -> Result<Vec<Row>, RenderError> {
    let mut rows = Rows::new("address", wording);
    let contract = record.contract.as_ref();
    if let Some(sender) = record.signers.first() {
        rows.add("organisation", visible(&sender.organisation, wording)?)?;
        rows.add_given(
            "place",
            contract.and_then(|contract| contract.contractor.address.as_ref()),
        )?;
        rows.add("person", people::person(sender, wording)?)?;
    }
    rows.add_given("contact", contract.and_then(contact))?;
    Ok(rows.done())
}

fn contact(contract: &Contract) -> Option<&String> {
    let representative = contract.contractor.representative.as_ref();
    let known = [
        contract.supervisor.contact.as_ref(),
        representative.and_then(|person| person.contact.as_ref()),
    ];
    known.into_iter().flatten().next()
}

fn marks(record: &DeliveryRecord, wording: &Wording) -> Result<Vec<Row>, RenderError> {
    let mut rows = Rows::new("address", wording);
    rows.add("number", record.number.as_str())?.coded();
    rows.add_given("medium", record.medium.number.as_ref())?;
    Ok(rows.done())
}
