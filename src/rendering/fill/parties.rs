//! Who is addressed, who answers, and for which contract: 宛先, 受託者, 業務, 情報機器, 処理事由.

use crate::records::{Absence, Contract, Fact, Machine, MachineSource, Order, Person, PolicyRef};
use crate::rendering::RenderError;
use crate::rendering::sheet::{Contractor, Section};
use crate::rendering::wording::Wording;

use super::rows::Rows;
use super::{codes, values, visible};

type Rendered = Result<String, RenderError>;

/// 宛先: addressee, then office.
pub(super) fn addressee(contract: Option<&Contract>, wording: &Wording) -> Result<Vec<String>, RenderError> {
    let lines = contract.map(|contract| [&contract.addressee, &contract.office]);
    let lines = lines.into_iter().flatten();
    lines.map(|line| visible(line, wording)).collect()
}

/// 受託者.
pub(super) fn contractor(
    contract: Option<&Contract>,
    wording: &Wording,
) -> Result<Option<Contractor>, RenderError> {
    let Some(contract) = contract else {
        return Ok(None);
    };
    let party = &contract.contractor;
    let mut rows = Rows::new("contractor", wording);
    rows.add_given("address", party.address.as_ref())?;
    rows.add("name", visible(&party.name, wording)?)?;
    if let Some(person) = &party.representative {
        rows.add("representative", titled(person, wording)?)?;
        rows.add_given("contact", person.contact.as_ref())?;
    }
    rows.add_given("supervisor_contact", contract.supervisor.contact.as_ref())?;
    Ok(Some(Contractor { rows: rows.done() }))
}

/// 業務.
pub(super) fn contract(contract: Option<&Contract>, wording: &Wording) -> Result<Section, RenderError> {
    let mut rows = Rows::new("contract", wording);
    let Some(contract) = contract else {
        rows.add("file", wording.text("value.not-given")?)?;
        return rows.into_section();
    };
    rows.add("title", visible(&contract.title, wording)?)?;
    rows.add("number", visible(&contract.number, wording)?)?;
    let (from, until) = (
        values::day(contract.period.from, wording).long,
        values::day(contract.period.until, wording).long,
    );
    rows.add(
        "period",
        wording.filled("value.span", &[("from", &from), ("until", &until)])?,
    )?;
    rows.add("office", visible(&contract.office, wording)?)?;
    subcontractor(contract, wording, &mut rows)?;
    lessor(contract, wording, &mut rows)?;
    rows.into_section()
}

fn subcontractor(contract: &Contract, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    let Some(party) = &contract.subcontractor else {
        return Ok(());
    };
    let (name, number) = (
        visible(&party.name, wording)?,
        values::given(party.approval_number.as_ref(), wording)?,
    );
    let text = wording.filled("value.subcontractor", &[("name", &name), ("number", &number)])?;
    let row = rows.add("subcontractor", text)?;
    if let Some(address) = &party.address {
        row.noted(visible(address, wording)?);
    }
    Ok(())
}

fn lessor(contract: &Contract, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    let Some(lessor) = &contract.lessor else {
        return Ok(());
    };
    let (name, number) = (
        visible(&lessor.name, wording)?,
        values::given(lessor.contract_number.as_ref(), wording)?,
    );
    let text = wording.filled("value.lessor", &[("name", &name), ("number", &number)])?;
    rows.add("lessor", text).map(|_| ())
}

/// 情報機器. The particulars of a medium that belongs to no machine are not listed one by one.
pub(super) fn machine(machine: &Machine, wording: &Wording) -> Result<Section, RenderError> {
    let mut rows = Rows::new("machine", wording);
    if !belongs_to_none(machine) {
        rows.add("maker", values::text_fact(&machine.maker, wording)?)?;
        rows.add("model", values::text_fact(&machine.model, wording)?)?;
        rows.add("serial", values::text_fact(&machine.serial, wording)?)?
            .coded();
        rows.add("uuid", values::text_fact(&machine.uuid, wording)?)?
            .coded();
    }
    rows.add("asset", values::given(machine.asset_number.as_ref(), wording)?)?;
    let source = format!("machine-source.{}", codes::machine(machine.source));
    rows.add("source", wording.text(&source)?)?;
    rows.into_section()
}

fn belongs_to_none(machine: &Machine) -> bool {
    let facts = [&machine.maker, &machine.model, &machine.serial, &machine.uuid];
    let empty = |fact: &&Fact<String>| **fact == Fact::NotMeasured(Absence::NotApplicable);
    machine.source == MachineSource::NotApplicable && facts.iter().all(empty)
}

/// 処理事由・機密性.
pub(super) fn reason(order: &Order, wording: &Wording) -> Result<Section, RenderError> {
    let mut rows = Rows::new("reason", wording);
    rows.add("purpose", values::code("purpose", &order.purpose, wording)?)?;
    rows.add("classification", classification(&order.classification, wording)?)?;
    let mynumber = if order.mynumber {
        "value.mynumber"
    } else {
        "value.no-mynumber"
    };
    rows.add("mynumber", wording.text(mynumber)?)?;
    policy(&order.policy, wording, &mut rows)?;
    rows.add("approval", none_or(order.approval.as_ref(), wording)?)?;
    rows.add("exception", none_or(order.exception.as_ref(), wording)?)?;
    rows.add("disposition", values::given(order.disposition.as_ref(), wording)?)?;
    rows.into_section()
}

/// 規程: which file, and which of its rules.
pub(super) fn policy(policy: &PolicyRef, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    let (id, rules) = (
        visible(&policy.id, wording)?,
        values::join_visible(&policy.rules, ", ", wording)?,
    );
    let text = if policy.rules.is_empty() {
        id
    } else {
        wording.filled("value.policy", &[("id", &id), ("rules", &rules)])?
    };
    let digest = policy.digest.grouped();
    rows.add("policy", text)?
        .noted(wording.filled("value.file-digest", &[("digest", &digest)])?);
    Ok(())
}

/// A value of the policy.
pub(super) fn classification(class: &str, wording: &Wording) -> Rendered {
    wording.filled("value.classification", &[("class", &visible(class, wording)?)])
}

/// An untrusted text, or that there is none.
pub(super) fn none_or(text: Option<&String>, wording: &Wording) -> Rendered {
    match text {
        Some(text) => visible(text, wording),
        None => wording.text("value.none"),
    }
}

fn titled(person: &Person, wording: &Wording) -> Rendered {
    titled_name(person.title.as_deref(), &person.name, wording)
}

/// 職 and 氏名.
pub(super) fn titled_name(title: Option<&str>, name: &str, wording: &Wording) -> Rendered {
    let name = visible(name, wording)?;
    match title {
        Some(title) => {
            let title = visible(title, wording)?;
            wording.filled("value.titled", &[("title", &title), ("name", &name)])
        }
        None => Ok(name),
    }
}
