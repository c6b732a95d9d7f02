//! 消去結果一覧表: many records in one table, with one seal block.
//!
//! The list signs nothing and proves nothing by itself: it names the certificates and their 照合値.

use crate::records::{Contract, ErasureRecord, Fingerprint, Role, Slip, Verdict, Verified, WitnessMode};
use crate::rendering::RenderError;
use crate::rendering::sheet::{Day, List, Row, Signatory, Table};
use crate::rendering::wording::Wording;

use super::rows::Rows;
use super::values::{self, grouped};
use super::{codes, medium, parties, people, tables, verdict, visible, whole};

type Rendered = Result<String, RenderError>;

/// How many groups of a 照合値 a line of the table shows.
const DIGEST_GROUPS: usize = 4;

const COLUMNS: [&str; 11] = [
    "number",
    "certificate",
    "machine",
    "model",
    "serial",
    "capacity",
    "method",
    "completed",
    "verdict",
    "policy",
    "digest",
];

/// A record of the list, and the keys whose signatures are there and verified.
pub(in crate::rendering) type Listed<'a> = (&'a Verified<ErasureRecord>, &'a [Fingerprint]);

/// The list of `records`, in the order given.
///
/// # Errors
/// [`RenderError::EmptyList`], [`RenderError::Wording`].
pub(in crate::rendering) fn list(records: &[Listed<'_>], wording: &Wording) -> Result<List, RenderError> {
    let entries: Vec<Entry<'_>> = records
        .iter()
        .map(|(record, signed)| Entry {
            record: record.content(),
            slip: Slip::of(record.content(), record.digest()),
            signed,
        })
        .collect();
    compose(&entries, wording)
}

/// One record with what stands for it in the table.
pub(super) struct Entry<'a> {
    pub(super) record: &'a ErasureRecord,
    pub(super) slip: Slip,
    pub(super) signed: &'a [Fingerprint],
}

impl Entry<'_> {
    const fn is_good(&self) -> bool {
        matches!(self.record.verdict, Verdict::Erased) && self.record.order.policy_met
    }
}

/// The same from parts that the caller answers for.
pub(super) fn compose(entries: &[Entry<'_>], wording: &Wording) -> Result<List, RenderError> {
    let contract = shared(entries, |record| &record.contract).and_then(Option::as_ref);
    let specimen = entries.iter().any(|entry| entry.record.specimen);
    let all_good = entries.iter().all(Entry::is_good);
    Ok(List {
        title: wording.text("list.title")?,
        specimen: verdict::specimen(specimen, wording)?,
        period: period(entries, wording)?,
        addressee: parties::addressee(contract, wording)?,
        contractor: parties::contractor(contract, wording)?,
        rows: shared_rows(entries, contract, wording)?,
        statement: wording.text(if all_good {
            "list.statement"
        } else {
            "list.statement-marked"
        })?,
        counts: counts(entries, wording)?,
        table: table(entries, wording)?,
        marked: marked(entries),
        people: seal_block(entries, wording)?,
    })
}

fn marked(entries: &[Entry<'_>]) -> Vec<usize> {
    let numbered = entries.iter().enumerate();
    numbered
        .filter(|(_, entry)| !entry.is_good())
        .map(|(place, _)| place)
        .collect()
}

/// From the first day on which an erasure ended to the last.
fn period(entries: &[Entry<'_>], wording: &Wording) -> Result<Day, RenderError> {
    let ends = || entries.iter().map(|entry| entry.record.times.ended);
    let (Some(first), Some(last)) = (ends().min(), ends().max()) else {
        return Err(RenderError::EmptyList);
    };
    let (first, last) = (values::day_of(first, wording), values::day_of(last, wording));
    if first.iso == last.iso {
        return Ok(first);
    }
    let span = |from: &str, until: &str| wording.filled("value.span", &[("from", from), ("until", until)]);
    Ok(Day {
        long: span(&first.long, &last.long)?,
        iso: format!("{}/{}", first.iso, last.iso),
    })
}

fn shared_rows(
    entries: &[Entry<'_>],
    contract: Option<&Contract>,
    wording: &Wording,
) -> Result<Vec<Row>, RenderError> {
    let mut rows = Rows::new("list", wording);
    if let Some(contract) = contract {
        rows.add("title", visible(&contract.title, wording)?)?;
        rows.add("number", visible(&contract.number, wording)?)?;
    }
    if let Some(purpose) = shared(entries, |record| &record.order.purpose) {
        rows.add("purpose", values::code("purpose", purpose, wording)?)?;
    }
    if let Some(class) = shared(entries, |record| &record.order.classification) {
        rows.add("classification", parties::classification(class, wording)?)?;
    }
    rows.add_given(
        "place",
        shared(entries, |record| &record.place).and_then(Option::as_ref),
    )?;
    Ok(rows.done())
}

/// What `of` gives for every entry, where it is the same for all.
fn shared<'a, T: PartialEq>(entries: &[Entry<'a>], of: impl Fn(&'a ErasureRecord) -> &'a T) -> Option<&'a T> {
    let first = of(entries.first()?.record);
    let same = |entry: &Entry<'a>| of(entry.record) == first;
    entries.iter().all(same).then_some(first)
}

fn counts(entries: &[Entry<'_>], wording: &Wording) -> Result<Vec<Row>, RenderError> {
    let mut rows = Rows::new("list", wording);
    let shown = |count: usize| wording.filled("value.devices", &[("count", &grouped(count as u64))]);
    rows.add("all", shown(entries.len())?)?;
    for verdict in Verdict::ALL {
        let count = entries
            .iter()
            .filter(|entry| entry.record.verdict == verdict)
            .count();
        let code = codes::verdict(verdict);
        if count > 0 {
            let label = wording.text(&format!("verdict.{code}.word"))?;
            rows.push(code, label, shown(count)?);
        }
    }
    let met = entries
        .iter()
        .filter(|entry| entry.record.order.policy_met)
        .count();
    rows.add("met", shown(met)?)?;
    Ok(rows.done())
}

fn table(entries: &[Entry<'_>], wording: &Wording) -> Result<Table, RenderError> {
    let numbered = (1u64..).zip(entries);
    let rows: Result<Vec<_>, _> = numbered
        .map(|(number, entry)| line(number, entry, wording))
        .collect();
    Ok(Table {
        id: "list",
        title: wording.text("list.table")?,
        head: tables::head(&COLUMNS, wording)?,
        right: vec![0, 5],
        rows: rows?,
        foot: None,
    })
}

fn line(number: u64, entry: &Entry<'_>, wording: &Wording) -> Result<Vec<String>, RenderError> {
    let record = entry.record;
    let met = if record.order.policy_met {
        "value.policy-met"
    } else {
        "value.policy-unmet"
    };
    Ok(vec![
        grouped(number),
        record.number.as_str().to_owned(),
        machine(record, wording)?,
        medium::maker_and_model(&record.medium, wording)?,
        medium::serial_text(&record.medium, wording)?,
        values::short_capacity(record.medium.capacity, wording)?,
        visible(&record.method.name, wording)?,
        values::short_time(record.times.ended),
        wording.text(&format!("verdict.{}.word", codes::verdict(record.verdict)))?,
        wording.text(met)?,
        whole::digest_groups(entry.slip.digest)[..DIGEST_GROUPS].join(" "),
    ])
}

/// 管理番号, then the machine's model and serial, as far as known.
fn machine(record: &ErasureRecord, wording: &Wording) -> Rendered {
    let machine = &record.machine;
    let known: Vec<String> = machine
        .asset_number
        .iter()
        .chain(machine.model.measured())
        .chain(machine.serial.measured())
        .cloned()
        .collect();
    if known.is_empty() {
        return wording.text("value.blank");
    }
    values::join_visible(&known, " ", wording)
}

/// One field per role: the person where it is the same on every certificate, otherwise a reference to them.
fn seal_block(entries: &[Entry<'_>], wording: &Wording) -> Result<Vec<Signatory>, RenderError> {
    let mut everybody = Vec::new();
    for entry in entries {
        everybody.push(people::people(entry.record.into(), entry.signed, wording)?);
    }
    let mut fields = Vec::new();
    for role in [Role::Handler, Role::Supervisor, Role::Witness] {
        fields.push(seal(role, &everybody, wording)?);
    }
    let nobody = |entry: &Entry<'_>| entry.record.witness.mode == WitnessMode::None;
    if entries.iter().all(nobody) {
        // nobody is there who could sign
        fields
            .iter_mut()
            .filter(|field| field.code == Role::Witness.name())
            .for_each(|field| field.ink = false);
    }
    Ok(fields)
}

fn seal(role: Role, everybody: &[Vec<Signatory>], wording: &Wording) -> Result<Signatory, RenderError> {
    let of_role = |person: &&Signatory| person.code == role.name();
    let names = |people: &Vec<Signatory>| -> Vec<(String, String, String)> {
        let named = people.iter().filter(of_role);
        named
            .map(|person| {
                (
                    person.organisation.clone(),
                    person.title.clone(),
                    person.name.clone(),
                )
            })
            .collect()
    };
    let first = everybody.first().map(names).unwrap_or_default();
    let field = Signatory {
        how: wording.text("how.list")?,
        ink: true,
        ..people::empty(role, wording)?
    };
    match first.as_slice() {
        [(organisation, title, name)] if everybody.iter().all(|people| names(people) == first) => {
            Ok(Signatory {
                organisation: organisation.clone(),
                title: title.clone(),
                name: name.clone(),
                ..field
            })
        }
        _ => Ok(Signatory {
            name: wording.text("value.see-certificates")?,
            ..field
        }),
    }
}
