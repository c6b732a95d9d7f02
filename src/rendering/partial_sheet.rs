//! What a template of a partial erasure is given: the paper of files and free space.
//!
//! Templates lay out; they decide and word nothing. All texts come from a verified record and from
//! `certificates/wording/*.toml`. No name of a file is in the record, so none is here.

use serde::Serialize;

use crate::records::PartialRecord;

use super::sheet::{Contractor, Day, Row, Section, Signatory, Table, VerdictBox};

/// One partial erasure on paper.
#[derive(Clone, Debug, Serialize)]
pub(super) struct PartialSheet {
    /// 証明書番号.
    pub(super) number: String,
    /// 照合値 in 16 groups of four hexadecimal digits.
    pub(super) digest: Vec<String>,
    /// 見本 stands across every page.
    pub(super) specimen: Option<String>,
    /// 「仮想装置・イメージファイル（実機ではない）」 where one of the media is none.
    pub(super) virtual_heading: Option<String>,
    /// 「前処理としての消去」 where a further step must follow.
    pub(super) follow_heading: Option<String>,
    /// ファイル消去証明書（部分消去）, or ファイル消去結果記録（部分消去・不合格）…
    pub(super) title: String,
    /// 「媒体の消去ではない」, and what alone it is about. On every paper, whatever the verdict.
    pub(super) scope: Scope,
    /// The verdict.
    pub(super) verdict: VerdictBox,
    /// Day of the end of the erasure.
    pub(super) date: Day,
    /// 宛先: lines, addressee first, then office; empty without a contract.
    pub(super) addressee: Vec<String>,
    /// 受託者; none without a contract.
    pub(super) contractor: Option<Contractor>,
    /// 「下記のとおり、…」, by verdict.
    pub(super) statement: String,
    /// The groups of rows below 記, in order: `contract`, `machine`, `object`, `free-space`, `reason`, `method`,
    /// `proof`, `beyond`, `course`, `ledger`, `tool`.
    pub(super) sections: Vec<Section>,
    /// ファイルシステム: for each its type, mount point, medium, and how its blocks were looked at.
    pub(super) systems: Table,
    /// What stands in its place where it does not fit on the first page: how many there are.
    pub(super) systems_below: String,
    /// `media`, `batches`, `passes`, `seeds`: long ones break over pages and repeat their heads.
    pub(super) tables: Vec<Table>,
    /// 既知の限界, a sentence each.
    pub(super) limits: Vec<String>,
    /// 作業担当者・作業責任者・立会人, each with a field for 署名・押印.
    pub(super) people: Vec<Signatory>,
    /// The slip box: rows beside the QR code.
    pub(super) slip: Vec<Row>,
    /// The QR code as an SVG picture (one path, no margin).
    pub(super) qr: String,
    /// The record itself, for templates that show more.
    pub(super) record: PartialRecord,
}

/// What the paper is not about.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Scope {
    /// 「媒体の消去ではない」.
    pub(super) heading: String,
    /// What it is about, and what not, in one sentence or two.
    pub(super) sentence: String,
}
