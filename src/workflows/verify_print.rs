//! A printed PDF: whether page, attachments and statement belong together, and what the records inside are
//! worth (`docs/spec/print.md` §4).

use crate::crypto::Digest;
use crate::records::{
    Check, CheckResult, Envelope, PrintStatement, PrintedRecord, Roster, RosterStanding, SlipFile,
    verify_print,
};
use crate::rendering::{self, PAPER, Printable, Printed, Shown, Template};
use crate::units::Timestamp;

use super::press::{self, Press};

/// What a printed PDF says of itself, as far as it fits together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintFound {
    /// The print statement.
    pub statement: PrintStatement,
}

/// A record that hangs on a page, not yet judged.
pub(super) struct Hung<'a> {
    pub(super) name: &'a str,
    pub(super) record: &'a [u8],
    pub(super) slip: &'a [u8],
}

/// A printed PDF in its parts.
pub(super) struct Parts<'a> {
    pub(super) statement: PrintStatement,
    signed: Envelope,
    page: &'a [u8],
    roster: Option<&'a [u8]>,
    pub(super) hung: Vec<Hung<'a>>,
}

/// Takes a print apart. `None`: it is not what this program makes of its parts.
pub(super) fn parts<'a>(file: &[u8], printed: &'a Printed<'a>) -> Option<Parts<'a>> {
    let mut rest = printed.attachments.iter();
    let signed = rest
        .next_back()
        .filter(|last| last.name == press::STATEMENT && !last.data)?;
    let signed = Envelope::parse(signed.bytes).ok()?;
    let statement = PrintStatement::read(&signed).ok()?;
    let roster = rest.as_slice().last().filter(|last| last.name == press::ROSTER);
    let roster = roster.filter(|roster| !roster.data).map(|roster| roster.bytes);
    if roster.is_some() {
        rest.next_back();
    }
    let hung = rest.as_slice().chunks(2).map(|pair| match pair {
        [record, slip] if record.data && slip.data => Some(Hung {
            name: &record.name,
            record: record.bytes,
            slip: slip.bytes,
        }),
        _ => None,
    });
    let hung = hung.collect::<Option<Vec<_>>>()?;
    let named = named_after_their_numbers(&statement.records, printed);
    (named && rendering::is_exact(file, printed, &press::mark(&signed))).then_some(Parts {
        statement,
        signed,
        page: printed.page,
        roster,
        hung,
    })
}

fn named_after_their_numbers(records: &[PrintedRecord], printed: &Printed<'_>) -> bool {
    let wanted = records.iter().flat_map(|record| {
        [
            format!("{}.json", record.number),
            format!("{}.slip.json", record.number),
        ]
    });
    let names = printed
        .attachments
        .iter()
        .map(|attachment| attachment.name.clone());
    let names: Vec<String> = names
        .filter(|name| name != press::ROSTER && name != press::STATEMENT)
        .collect();
    wanted.eq(names)
}

impl Parts<'_> {
    /// 照合値 of the print statement.
    pub(super) fn signed_digest(&self) -> Digest {
        self.signed.digest()
    }

    /// Everything about the print itself. `records` are those inside, as far as they are genuine.
    pub(super) fn judge(
        &self,
        printed: &Printed<'_>,
        records: &[Option<Shown<'_>>],
        own: Option<&Template>,
        standing: &RosterStanding,
        now: Timestamp,
    ) -> Vec<Check> {
        let mut checks = vec![Check::ExactForm];
        checks.extend(self.unbound(printed, records));
        if checks.iter().any(|check| check.result() == CheckResult::False) {
            return checks;
        }
        checks.push(Check::PageBound);
        checks.extend(self.roster_attached());
        let who = verify_print(&self.statement, &self.signed, standing, now);
        let vouched = matches!(who, Check::PrintSigned { .. });
        checks.push(who);
        let unattended = self
            .statement
            .printer
            .as_ref()
            .filter(|printer| printer.unattended);
        checks.extend(unattended.map(|printer| Check::Unattended {
            name: printer.name.clone(),
        }));
        checks.extend(self.drawing(records, own, standing, vouched));
        checks
    }

    /// What of the statement is of something else.
    fn unbound(&self, printed: &Printed<'_>, records: &[Option<Shown<'_>>]) -> Option<Check> {
        let statement = &self.statement;
        let files = self.hung.iter().zip(&statement.records).all(|(hung, named)| {
            let payload = Envelope::parse(hung.record)
                .ok()
                .map(|envelope| envelope.digest());
            let file = Digest::of(&[hung.record]) == named.file && Digest::of(&[hung.slip]) == named.slip;
            file && payload == Some(named.digest)
        });
        let roster = self.roster.map(|bytes| Digest::of(&[bytes]));
        let numbers = records
            .iter()
            .zip(&statement.records)
            .all(|(record, named)| record.is_none_or(|record| *record.number() == named.number));
        let specimen = records.iter().flatten().any(|record| record.specimen());
        let shown = statement.layout.shows();
        let kinds = records.iter().flatten().all(|record| record.kind() == shown);
        let known = records.iter().all(Option::is_some);
        let found = [
            (press::page_ref(self.page) == statement.page, "page"),
            (printed.time == statement.printed_at, "time"),
            (files && numbers && kinds, "records"),
            (roster == statement.roster, "roster"),
            (!known || specimen == statement.specimen, "specimen"),
        ];
        let what = found
            .into_iter()
            .find_map(|(holds, what)| (!holds).then_some(what))?;
        Some(Check::PageUnbound { what })
    }

    fn roster_attached(&self) -> Option<Check> {
        let roster = Roster::parse(self.roster?);
        Some(match roster {
            Ok(roster) => Check::RosterAttached {
                serial: roster.content().serial,
                organisation: roster.content().organisation.clone(),
            },
            Err(_) => Check::PageUnbound { what: "roster" },
        })
    }

    /// Whose template it is, and whether the page comes out the same here.
    fn drawing(
        &self,
        records: &[Option<Shown<'_>>],
        own: Option<&Template>,
        standing: &RosterStanding,
        vouched: bool,
    ) -> Vec<Check> {
        let statement = &self.statement;
        let built_in = Template::built_in(statement.layout);
        let is_named = |template: &&Template| press::template_digest(template) == statement.template;
        let known = Some(&built_in).filter(is_named).filter(|_| PAPER);
        let admitted = standing
            .pinned()
            .is_some_and(|roster| roster.content().templates.contains(&statement.template));
        let template = match (press::is_built_in(statement.layout, statement.template), admitted) {
            (true, _) => Check::TemplateBuiltIn,
            (false, true) => Check::TemplateAdmitted,
            (false, false) => Check::TemplateUnknown {
                digest: statement.template,
            },
        };
        let at_hand = known.or(own.filter(is_named));
        let drawn = match at_hand {
            Some(template) if statement.renderer == press::renderer(statement.language) => {
                self.draw_again(template, records)
            }
            _ => None,
        };
        let page = match (drawn, vouched) {
            (Some(true), _) => Check::PageRedrawn,
            (Some(false), _) => Check::PageRedrawnOtherwise,
            (None, true) => Check::PageNotRedrawn,
            (None, false) => Check::PageUnproven,
        };
        vec![template, page]
    }

    /// Whether the page, typeset again, is the same. None: a record inside is not genuine, or the
    /// typesetter fails here.
    fn draw_again(&self, template: &Template, records: &[Option<Shown<'_>>]) -> Option<bool> {
        let slips: Vec<SlipFile> = self
            .hung
            .iter()
            .map(|hung| SlipFile::parse(hung.slip).ok())
            .collect::<Option<_>>()?;
        let records: Vec<Printable<'_>> = records
            .iter()
            .zip(&slips)
            .map(|(record, slip)| {
                let record = (*record)?;
                Some(Printable { record, slip })
            })
            .collect::<Option<_>>()?;
        let press = Press::with(self.statement.layout, self.statement.language, template.clone());
        press.page(&records).ok().map(|page| page == self.page)
    }
}
