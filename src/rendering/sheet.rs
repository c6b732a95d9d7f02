//! What a template is given: every text of a paper, in its language, ready to be set.
//!
//! Templates lay out; they decide and word nothing. All texts come from a verified record and from
//! `certificates/wording/*.toml`. Passed to the template as the virtual file `data.json`.

use serde::Serialize;

use crate::records::ErasureRecord;

use super::delivery_sheet::DeliverySheet;
use super::partial_sheet::PartialSheet;
use super::wording::Wording;

/// Everything that a template is given.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Paper {
    /// `ja` or `en`, for line breaking.
    pub(super) language: &'static str,
    /// Texts that belong to the form and not to a record, by their key in `[form]` of the wording.
    pub(super) form: std::collections::BTreeMap<String, String>,
    /// One per erasure record, in the order asked for; empty on lists and papers of deliveries.
    pub(super) sheets: Vec<Sheet>,
    /// The table of a list; `None` on other papers.
    pub(super) list: Option<List>,
    /// One per delivery, in the order asked for; empty on papers of erasures.
    pub(super) deliveries: Vec<DeliverySheet>,
    /// One per partial erasure, in the order asked for; empty on other papers.
    pub(super) partials: Vec<PartialSheet>,
}

impl Paper {
    /// A paper of nothing yet.
    pub(super) fn empty(wording: &Wording) -> Self {
        Self {
            language: wording.language().name(),
            form: wording.form(),
            sheets: Vec::new(),
            list: None,
            deliveries: Vec::new(),
            partials: Vec::new(),
        }
    }
}

/// One record on paper.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Sheet {
    /// 証明書番号.
    pub(super) number: String,
    /// 照合値 in 16 groups of four hexadecimal digits.
    pub(super) digest: Vec<String>,
    /// 見本 stands across every page.
    pub(super) specimen: Option<String>,
    /// 「仮想装置・イメージファイル（実機ではない）」 where the medium is none.
    pub(super) virtual_heading: Option<String>,
    /// 「前処理としての消去」 where a further step must follow.
    pub(super) follow_heading: Option<String>,
    /// データ消去証明書, or データ消去結果記録（不合格）…
    pub(super) title: String,
    /// The verdict.
    pub(super) verdict: VerdictBox,
    /// Day of the end of the erasure: with era (令和8年11月21日) and ISO (2026-11-21).
    pub(super) date: Day,
    /// 宛先: lines, addressee first, then office; empty without a contract.
    pub(super) addressee: Vec<String>,
    /// 受託者: the block at the right, with a place for the seal; none without a contract.
    pub(super) contractor: Option<Contractor>,
    /// 「下記のとおり、…」, by verdict.
    pub(super) statement: String,
    /// The groups of rows below 記, in order.
    pub(super) sections: Vec<Section>,
    /// Tables: passes, then exceptions; long ones break over pages and repeat their heads.
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
    pub(super) record: ErasureRecord,
}

/// 判定 and what stands beside it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct VerdictBox {
    /// The stable code: `erased`, `erased-with-exceptions`, `not-erased`, `unverified`, `interrupted`.
    pub(super) code: &'static str,
    /// Only `erased` makes a certificate.
    pub(super) certificate: bool,
    /// 合格, 不合格, …
    pub(super) word: String,
    /// What it means in one sentence.
    pub(super) sentence: String,
    /// 規程への適合 met.
    pub(super) policy_met: bool,
    /// 適合, or 不適合.
    pub(super) policy_word: String,
    /// Why not erased and why the policy is not met, a sentence each; empty where all is well.
    pub(super) reasons: Vec<String>,
    /// 消去水準: required.
    pub(super) required: String,
    /// 消去水準: achieved.
    pub(super) achieved: String,
}

/// A day in two spellings.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Day {
    /// 令和8年11月21日, or 21 November 2026.
    pub(super) long: String,
    /// 2026-11-21.
    pub(super) iso: String,
}

/// 受託者.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Contractor {
    /// 所在地, 商号又は名称, 代表者職氏名, 連絡先: label and text.
    pub(super) rows: Vec<Row>,
}

/// A group of rows under a heading.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Section {
    /// Its key: `contract`, `machine`, `medium`, `reason`, `method`, `verification`, `course`, `ledger`, `tool`.
    pub(super) id: &'static str,
    /// Heading.
    pub(super) title: String,
    /// Rows.
    pub(super) rows: Vec<Row>,
}

/// A label and its text.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    /// Its key, for templates that look for one.
    pub(super) id: &'static str,
    /// Label.
    pub(super) label: String,
    /// Text; 「測定なし（…）」 where nothing was measured.
    pub(super) text: String,
    /// A second line in small print.
    pub(super) note: Option<String>,
    /// Digits and signs are set with equal widths.
    pub(super) code: bool,
}

/// A table that may go over pages.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Table {
    /// Its key: `passes`, `unwritable`, `unreadable`, `mismatches`.
    pub(super) id: &'static str,
    /// Caption, with count and bytes.
    pub(super) title: String,
    /// Heads of the columns.
    pub(super) head: Vec<String>,
    /// Columns that are set flush right, from 0.
    pub(super) right: Vec<usize>,
    /// Rows.
    pub(super) rows: Vec<Vec<String>>,
    /// What stands below it, such as how many more there are.
    pub(super) foot: Option<String>,
}

/// A person on the paper.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Signatory {
    /// The stable code: `handler`, `supervisor`, `witness`.
    pub(super) code: &'static str,
    /// 作業担当者 …
    pub(super) role: String,
    /// 所属.
    pub(super) organisation: String,
    /// 職.
    pub(super) title: String,
    /// 氏名; 「立会いなし」 where there is no witness.
    pub(super) name: String,
    /// How he signed: 電子署名済（同じ装置で）, 未署名, 紙面に署名・押印, 電子署名なし …
    pub(super) how: String,
    /// Fingerprint in groups of four, for those who sign electronically.
    pub(super) fingerprint: Option<String>,
    /// Whether the paper waits for ink: 署名・押印欄 is printed larger and marked.
    pub(super) ink: bool,
}

/// 消去結果一覧表.
#[derive(Clone, Debug, Serialize)]
pub(super) struct List {
    /// Title.
    pub(super) title: String,
    /// 見本 where any record is one.
    pub(super) specimen: Option<String>,
    /// First and last day: 令和8年11月1日～令和8年11月21日.
    pub(super) period: Day,
    /// 宛先, 受託者: where all records share one contract.
    pub(super) addressee: Vec<String>,
    /// 受託者.
    pub(super) contractor: Option<Contractor>,
    /// 業務名 and such, where all records share them.
    pub(super) rows: Vec<Row>,
    /// 「下記のとおり…」.
    pub(super) statement: String,
    /// Counts by verdict: 合格 12台, 不合格 1台 …
    pub(super) counts: Vec<Row>,
    /// The table: 番号, 証明書番号, 機器・管理番号, 型式, 製造番号, 容量, 方式, 完了日時, 判定, 適合, 照合値.
    pub(super) table: Table,
    /// Rows (from 0) whose verdict is not `erased` or whose policy is not met, to be marked.
    pub(super) marked: Vec<usize>,
    /// Names below the one seal block.
    pub(super) people: Vec<Signatory>,
}
