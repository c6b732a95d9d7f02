//! 判定 of a partial erasure: its title, and that it is no erasure of a medium.
//!
//! The word of a verdict is the same as on the paper of a medium; what it means is said of files or free space.

use crate::records::{PartialRecord, Verdict};
use crate::rendering::RenderError;
use crate::rendering::fill::{codes, values};
use crate::rendering::partial_sheet::Scope;
use crate::rendering::sheet::VerdictBox;
use crate::rendering::wording::Wording;

use super::codes as own_codes;

type Rendered = Result<String, RenderError>;

/// ファイル消去証明書（部分消去） for `erased` alone.
pub(super) fn title(record: &PartialRecord, wording: &Wording) -> Rendered {
    of_verdict("title", record, wording)
}

/// 「媒体の消去ではない」.
pub(super) fn scope(record: &PartialRecord, wording: &Wording) -> Result<Scope, RenderError> {
    let scope = own_codes::scope(record.scope);
    Ok(Scope {
        heading: wording.text("partial.heading")?,
        sentence: wording.text(&format!("partial.{scope}.only"))?,
    })
}

/// 「下記のとおり、…」. One that does not meet the policy by itself says so in the same breath.
pub(super) fn statement(record: &PartialRecord, wording: &Wording) -> Rendered {
    let statement = of_verdict("statement", record, wording)?;
    if record.verdict == Verdict::Erased && !record.order.policy_met {
        let unmet = wording.text("verdict.erased.policy-unmet")?;
        wording.filled("value.sentences", &[("first", &statement), ("second", &unmet)])
    } else {
        Ok(statement)
    }
}

fn of_verdict(what: &str, record: &PartialRecord, wording: &Wording) -> Rendered {
    let (scope, verdict) = (own_codes::scope(record.scope), codes::verdict(record.verdict));
    wording.text(&format!("partial.{scope}.{verdict}.{what}"))
}

/// 判定 with 規程への適合 and 消去水準.
pub(super) fn verdict_box(record: &PartialRecord, wording: &Wording) -> Result<VerdictBox, RenderError> {
    let code = codes::verdict(record.verdict);
    let order = &record.order;
    let met = if order.policy_met { "met" } else { "unmet" };
    Ok(VerdictBox {
        code,
        certificate: record.verdict == Verdict::Erased,
        word: wording.text(&format!("verdict.{code}.word"))?,
        sentence: of_verdict("sentence", record, wording)?,
        policy_met: order.policy_met,
        policy_word: wording.text(&format!("value.policy-{met}"))?,
        reasons: reasons(record, wording)?,
        required: wording.text(&format!("level.{}", codes::level(Some(order.required))))?,
        achieved: wording.text(&format!("level.{}", codes::level(order.achieved)))?,
    })
}

/// Reasons of files have words of their own where those of a medium would say something else.
fn reasons(record: &PartialRecord, wording: &Wording) -> Result<Vec<String>, RenderError> {
    let mut all = Vec::new();
    for code in &record.reasons {
        all.push(match wording.known("partial-reason", code) {
            Some(text) => text.to_owned(),
            None => values::code("reason", code, wording)?,
        });
    }
    for code in &record.order.unmet {
        all.push(values::code("unmet", code, wording)?);
    }
    Ok(all)
}
