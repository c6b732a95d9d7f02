//! What a template of a delivery is given, and what the notice of a passphrase is.
//!
//! Templates lay out; they decide and word nothing. All texts come from a verified record, or from what the
//! caller of a notice gives, and from `certificates/wording/*.toml`.

use serde::Serialize;

use crate::records::DeliveryRecord;

use super::sheet::{Contractor, Day, Row, Section, Signatory, Table};

/// One delivery on paper: 送付書 and 宛名票.
#[derive(Clone, Debug, Serialize)]
pub(super) struct DeliverySheet {
    /// 送付番号.
    pub(super) number: String,
    /// 照合値 in 16 groups of four hexadecimal digits.
    pub(super) digest: Vec<String>,
    /// 見本 stands across every page.
    pub(super) specimen: Option<String>,
    /// 「仮想装置・イメージファイル（実機ではない）」 where the medium is none.
    pub(super) virtual_heading: Option<String>,
    /// データ送付書.
    pub(super) title: String,
    /// Day of the end of the sealing.
    pub(super) date: Day,
    /// 宛先: lines; empty where neither contract nor recipients say whom.
    pub(super) addressee: Vec<String>,
    /// 受託者, with a place for the seal; none without a contract.
    pub(super) contractor: Option<Contractor>,
    /// 送付者: organisation and person.
    pub(super) sender: Vec<Row>,
    /// 「下記のとおり、…」.
    pub(super) statement: String,
    /// The groups of rows below 記, in order: `contents`, `contract`, `protection`, `carrier`, `checks`,
    /// `course`, `ledger`, `tool`.
    pub(super) sections: Vec<Section>,
    /// `recipients`, where there are any; `volumes`.
    pub(super) tables: Vec<Table>,
    /// How to open it and how to check it, a sentence each.
    pub(super) notes: Vec<String>,
    /// Who signs; the sender first.
    pub(super) people: Vec<Signatory>,
    /// The slip box: rows beside the QR code.
    pub(super) slip: Vec<Row>,
    /// The QR code as an SVG picture (one path, no margin).
    pub(super) qr: String,
    /// 宛名票.
    pub(super) address: Address,
    /// The record itself, for templates that show more.
    pub(super) record: DeliveryRecord,
}

/// What stands on the outside of an envelope. Nothing here says how confidential the contents are.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Address {
    /// Lines above whom it is for: organisations, groups.
    pub(super) above: Vec<String>,
    /// Whom it is for, with the form of address; none where it is to be written by hand.
    pub(super) chief: Option<String>,
    /// The line below: an office in whose care it is.
    pub(super) below: Option<String>,
    /// 差出人.
    pub(super) sender: Vec<Row>,
    /// 送付番号, 媒体番号.
    pub(super) marks: Vec<Row>,
}

/// パスワード通知書: everything that its template is given.
#[derive(Serialize)]
pub(super) struct NoticePaper<'a> {
    /// `ja` or `en`, for line breaking.
    pub(super) language: &'static str,
    /// Texts that belong to the form, by their key in `[form]` of the wording.
    pub(super) form: std::collections::BTreeMap<String, String>,
    /// The notice.
    pub(super) notice: NoticeSheet<'a>,
}

/// The notice itself. No `Debug`: the passphrase is in it.
#[derive(Serialize)]
pub(super) struct NoticeSheet<'a> {
    /// 送付番号.
    pub(super) number: String,
    /// 見本.
    pub(super) specimen: Option<String>,
    /// The day of the notice.
    pub(super) date: Day,
    /// 宛先: lines.
    pub(super) addressee: Vec<String>,
    /// 送付者.
    pub(super) sender: Vec<Row>,
    /// 送付番号, 件名, パッケージ番号, 通知の方法.
    pub(super) rows: Vec<Row>,
    /// What stands between groups and belongs to the passphrase; empty where the groups are only for reading.
    pub(super) joint: &'static str,
    /// The passphrase in groups.
    pub(super) groups: Vec<Group<'a>>,
    /// 注意事項, a sentence each.
    pub(super) cautions: Vec<String>,
}

/// A group of signs.
#[derive(Serialize)]
pub(super) struct Group<'a> {
    /// 第1組.
    pub(super) number: String,
    /// Its signs.
    pub(super) signs: Vec<Sign<'a>>,
}

/// A sign and how it is read aloud.
#[derive(Serialize)]
pub(super) struct Sign<'a> {
    /// As it is written.
    pub(super) sign: &'a str,
    /// エー, ナナ; empty where there is no reading.
    pub(super) reading: String,
}
