//! 宛先, 送付者 and 受領者: to whom it goes, who answers for it, whose keys open it.

use crate::records::{DeliveryRecord, Fingerprint, Recipient, SignerClaim};
use crate::rendering::RenderError;
use crate::rendering::fill::rows::Rows;
use crate::rendering::fill::values::grouped;
use crate::rendering::fill::{parties, people, tables, visible};
use crate::rendering::sheet::{Row, Signatory, Table};
use crate::rendering::wording::Wording;

use super::protection;

type Rendered = Result<String, RenderError>;

/// How many groups of a fingerprint the table of recipients shows.
const FINGERPRINT_GROUPS: usize = 4;

/// Most organisations, and most groups, that an address names.
const MOST_LINES: usize = 3;

const COLUMNS: [&str; 7] = [
    "number",
    "organisation",
    "group",
    "person",
    "kem",
    "fingerprint",
    "listed",
];

/// 宛先: whom the contract names, otherwise the recipients; empty where neither says it.
pub(in crate::rendering::fill) fn addressee(
    record: &DeliveryRecord,
    wording: &Wording,
) -> Result<Vec<String>, RenderError> {
    if record.contract.is_some() {
        return parties::addressee(record.contract.as_ref(), wording);
    }
    recipients_addressed(&record.recipients, wording)
}

/// The recipients as an envelope names them: organisations, groups that were named, and 様 for the one
/// person who is meant, 御中 for everything else.
pub(super) fn recipients_addressed(
    recipients: &[Recipient],
    wording: &Wording,
) -> Result<Vec<String>, RenderError> {
    let mut lines = distinct(
        recipients.iter().map(|recipient| &recipient.organisation),
        wording,
    )?;
    lines.extend(distinct(
        recipients
            .iter()
            .filter_map(|recipient| recipient.addressed_as.as_ref()),
        wording,
    )?);
    if let [only] = recipients
        && only.addressed_as.is_none()
    {
        let name = parties::titled_name(only.title.as_deref(), &only.name, wording)?;
        lines.push(wording.filled("value.person-addressed", &[("name", &name)])?);
    } else if let Some(last) = lines.pop() {
        lines.push(wording.filled("value.office-addressed", &[("name", &last)])?);
    }
    Ok(lines)
}

/// Each text once, in order; of more than three the first two, and that there are others.
fn distinct<'a>(
    texts: impl Iterator<Item = &'a String>,
    wording: &Wording,
) -> Result<Vec<String>, RenderError> {
    let mut all: Vec<String> = Vec::new();
    for text in texts {
        let shown = visible(text, wording)?;
        if !all.contains(&shown) {
            all.push(shown);
        }
    }
    if all.len() > MOST_LINES {
        all.truncate(MOST_LINES - 1);
        if let Some(last) = all.last_mut() {
            *last = wording.filled("value.and-others", &[("name", last)])?;
        }
    }
    Ok(all)
}

/// 送付者. The form of a record puts the sender first among the signers.
pub(in crate::rendering::fill) fn sender(
    record: &DeliveryRecord,
    wording: &Wording,
) -> Result<Vec<Row>, RenderError> {
    let mut rows = Rows::new("sender", wording);
    if let Some(sender) = record.signers.first() {
        rows.add("organisation", visible(&sender.organisation, wording)?)?;
        rows.add("person", person(sender, wording)?)?;
    }
    Ok(rows.done())
}

/// 職 and 氏名 of a signer.
pub(super) fn person(signer: &SignerClaim, wording: &Wording) -> Rendered {
    parties::titled_name(signer.title.as_deref(), &signer.name, wording)
}

/// Everybody who signs. `signed` are the keys whose signatures are there and verified.
pub(super) fn signatories(
    record: &DeliveryRecord,
    signed: &[Fingerprint],
    wording: &Wording,
) -> Result<Vec<Signatory>, RenderError> {
    let signers = record.signers.iter();
    signers
        .map(|signer| {
            let has_signed = signed.contains(&signer.fingerprint);
            let how = wording.text(if has_signed { "how.signed" } else { "how.pending" })?;
            Ok(Signatory {
                how: people::told_unattended(how, has_signed && signer.unattended, wording)?,
                ..people::named(signer, wording)?
            })
        })
        .collect()
}

/// 受領者, where keys open the package.
pub(super) fn recipients(record: &DeliveryRecord, wording: &Wording) -> Result<Option<Table>, RenderError> {
    if record.recipients.is_empty() {
        return Ok(None);
    }
    let rows = (1u64..).zip(&record.recipients);
    let rows: Result<Vec<_>, _> = rows
        .map(|(number, recipient)| line(number, recipient, wording))
        .collect();
    Ok(Some(Table {
        id: "recipients",
        title: wording.text("table.recipients")?,
        head: tables::head(&COLUMNS, wording)?,
        right: vec![0],
        rows: rows?,
        foot: None,
    }))
}

fn line(number: u64, recipient: &Recipient, wording: &Wording) -> Result<Vec<String>, RenderError> {
    let groups: Vec<String> = match &recipient.addressed_as {
        Some(named) => vec![named.clone()],
        None => recipient.groups.clone(),
    };
    let listed = if recipient.listed {
        "value.listed"
    } else {
        "value.not-listed"
    };
    let fingerprint = recipient.fingerprint.grouped();
    let beginning: Vec<&str> = fingerprint.split(' ').take(FINGERPRINT_GROUPS).collect();
    Ok(vec![
        grouped(number),
        visible(&recipient.organisation, wording)?,
        group_names(&groups, wording)?,
        parties::titled_name(recipient.title.as_deref(), &recipient.name, wording)?,
        protection::mechanism(recipient.kem_id, wording)?,
        beginning.join(" "),
        wording.text(listed)?,
    ])
}

fn group_names(groups: &[String], wording: &Wording) -> Rendered {
    if groups.is_empty() {
        wording.text("value.blank")
    } else {
        crate::rendering::fill::values::join_visible(groups, ", ", wording)
    }
}
