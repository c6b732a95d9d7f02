//! 判定: title, statement, headings, and the box that nobody can overlook.

use crate::records::{Ending, ErasureRecord, Order, Verdict, VerifyAsked};
use crate::rendering::RenderError;
use crate::rendering::sheet::VerdictBox;
use crate::rendering::wording::Wording;

use super::{codes, displaced, values, visible};

type Rendered = Result<String, RenderError>;

/// データ消去証明書 for `erased` alone.
pub(super) fn title(record: &ErasureRecord, wording: &Wording) -> Rendered {
    wording.text(&format!("verdict.{}.title", codes::verdict(record.verdict)))
}

/// 「下記のとおり、…」. An erasure that does not meet the policy by itself says so in the same breath.
pub(super) fn statement(record: &ErasureRecord, wording: &Wording) -> Rendered {
    let statement = of_verdict("statement", record, wording)?;
    if record.verdict == Verdict::Erased && !record.order.policy_met {
        let unmet = wording.text("verdict.erased.policy-unmet")?;
        wording.filled("value.sentences", &[("first", &statement), ("second", &unmet)])
    } else {
        Ok(statement)
    }
}

/// The text `what` of the verdict. Where only a sample was read back, `erased` says that.
fn of_verdict(what: &str, record: &ErasureRecord, wording: &Wording) -> Rendered {
    let sampled = matches!(record.verification.asked, VerifyAsked::Sample { .. });
    match record.verdict {
        Verdict::Erased if sampled => wording.text(&format!("verdict.erased.{what}-sample")),
        verdict => wording.text(&format!("verdict.{}.{what}", codes::verdict(verdict))),
    }
}

/// 見本.
pub(super) fn specimen(is_one: bool, wording: &Wording) -> Result<Option<String>, RenderError> {
    is_one.then(|| wording.text("value.specimen")).transpose()
}

/// 「仮想装置・イメージファイル（実機ではない）」.
pub(super) fn virtual_heading(
    kind: Option<&String>,
    wording: &Wording,
) -> Result<Option<String>, RenderError> {
    kind.map(|_| wording.text("value.virtual-heading")).transpose()
}

/// 「前処理としての消去」 and the step that must follow.
pub(super) fn follow_heading(order: &Order, wording: &Wording) -> Result<Option<String>, RenderError> {
    let heading = |level| {
        let level = wording.text(&format!("level.{}", codes::level(Some(level))))?;
        wording.filled("value.follow-heading", &[("level", &level)])
    };
    order.follow.map(heading).transpose()
}

/// 判定 with 規程への適合 and 消去水準.
pub(super) fn verdict_box(record: &ErasureRecord, wording: &Wording) -> Result<VerdictBox, RenderError> {
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

fn reasons(record: &ErasureRecord, wording: &Wording) -> Result<Vec<String>, RenderError> {
    let mut all = Vec::new();
    for code in &record.reasons {
        all.push(values::code("reason", code, wording)?);
    }
    all.extend(displaced::patterns(&record.verification, wording)?);
    all.extend(failure(record, wording)?);
    if let Some(look) = record.verification.second_look.measured() {
        for found in &look.intrusions {
            all.push(intrusion(found, wording)?);
        }
    }
    for code in &record.order.unmet {
        all.push(values::code("unmet", code, wording)?);
    }
    Ok(all)
}

/// What the system answered when it refused.
fn failure(record: &ErasureRecord, wording: &Wording) -> Result<Option<String>, RenderError> {
    match record.ending {
        Ending::Failed { errno } => {
            let text = wording.filled("value.errno", &[("errno", &errno.to_string())])?;
            Ok(Some(text))
        }
        _ => Ok(None),
    }
}

/// Who or what was found at the medium: a code and what it is about, or the text as it stands.
pub(super) fn intrusion(text: &str, wording: &Wording) -> Rendered {
    let (code, about) = text.split_once(' ').unwrap_or((text, ""));
    let (pid, program) = about.split_once(' ').unwrap_or((about, ""));
    let (about, pid, program) = (
        visible(about, wording)?,
        visible(pid, wording)?,
        visible(program, wording)?,
    );
    match code {
        "held-by" => wording.filled("intrusion.held-by", &[("pid", &pid), ("program", &program)]),
        "partition-back" => wording.filled("intrusion.partition-back", &[("name", &about)]),
        "could-not-tell" => wording.filled("intrusion.could-not-tell", &[("reason", &about)]),
        _ => visible(text, wording),
    }
}
