//! 消去方式 and 検証: what was done, what was read back, and in which numbers.

use crate::records::{
    ErasureRecord, Fact, HiddenArea, Method, Pattern, RangeList, ReadBack, ReadPath, SecondLook, VerifyAsked,
};
use crate::rendering::RenderError;
use crate::rendering::sheet::Section;
use crate::rendering::wording::Wording;
use crate::units::ByteCount;

use super::rows::Rows;
use super::values::{self, grouped};
use super::verdict::intrusion;
use super::{codes, conduct, displaced, visible};

type Rendered = Result<String, RenderError>;

/// 消去方式.
pub(super) fn method(record: &ErasureRecord, wording: &Wording) -> Result<Section, RenderError> {
    let method = &record.method;
    let mut rows = Rows::new("method", wording);
    named(method, wording, &mut rows)?;
    rows.add("passes", passes(method, record.passes.len(), wording)?)?;
    let path = format!("io-path.{}", codes::io_path(record.io.path));
    rows.add("io_path", wording.text(&path)?)?;
    conduct::io(&record.io, wording, &mut rows)?;
    rows.into_section()
}

/// The method in words, and where it comes from.
pub(super) fn named(method: &Method, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    let row = rows.add("name", method_name(method, wording)?)?;
    if method.legacy {
        row.noted(wording.text("value.legacy")?);
    }
    let row = rows.add("source", visible(&method.source, wording)?)?;
    let gloss = wording.known("method-source", &method.source);
    if let Some(gloss) = gloss.filter(|gloss| *gloss != method.source) {
        row.noted(gloss);
    }
    Ok(())
}

/// How many passes there were to be, and how many of them were begun.
pub(super) fn passes(method: &Method, begun: usize, wording: &Wording) -> Rendered {
    let planned = usize::from(method.passes);
    let key = if begun == planned {
        "value.passes"
    } else {
        "value.passes-begun"
    };
    let (planned, begun) = (planned.to_string(), begun.to_string());
    wording.filled(key, &[("planned", &planned), ("begun", &begun)])
}

/// The method in words, with the name that the record and contracts use.
fn method_name(method: &Method, wording: &Wording) -> Rendered {
    let name = method.name.as_str();
    let count = name
        .strip_prefix("random-")
        .filter(|count| count.parse::<u8>().is_ok());
    let byte = name.strip_prefix("byte:");
    let byte = byte.filter(|byte| byte.len() == 2 && byte.bytes().all(|digit| digit.is_ascii_hexdigit()));
    let words = match (count, byte) {
        (Some(count), _) => wording.filled("method.random-N", &[("count", count)])?,
        (_, Some(byte)) => wording.filled("method.byte-XX", &[("byte", byte)])?,
        _ => match wording.known("method", name) {
            Some(words) => words.to_owned(),
            None => return values::code("method", name, wording),
        },
    };
    wording.filled("value.method", &[("name", name), ("words", &words)])
}

/// The bytes of a pass in words.
pub(super) fn pattern(pattern: &Pattern, wording: &Wording) -> Rendered {
    match pattern {
        Pattern::Seeded { .. } => wording.text("pattern.seeded"),
        Pattern::SeededComplement { .. } => wording.text("pattern.seeded-complement"),
        Pattern::Constant { bytes } => {
            let bytes = visible(&bytes.to_uppercase(), wording)?;
            wording.filled("pattern.constant", &[("bytes", &bytes)])
        }
    }
}

/// 検証.
pub(super) fn verification(record: &ErasureRecord, wording: &Wording) -> Result<Section, RenderError> {
    let verification = &record.verification;
    let mut rows = Rows::new("verification", wording);
    let row = rows.add("mode", asked(&verification.asked, wording)?)?;
    if record.io.fail_fast {
        row.noted(wording.text("value.fail-fast")?);
    }
    match &verification.last {
        Fact::Measured(read) => read_back(read, wording, &mut rows)?,
        Fact::NotMeasured(why) => {
            rows.add("compared", values::absence(*why, wording)?)?;
        }
    }
    for read in &verification.earlier {
        let row = rows.add("earlier", earlier(read, wording)?)?;
        row.noted(read_path(&read.read, wording)?);
        displaced::row(&read.displaced, wording, &mut rows)?;
    }
    second_look(&verification.second_look, wording, &mut rows)?;
    rows.add("hidden", hidden_area(record.hidden_area, wording)?)?;
    rows.into_section()
}

pub(super) fn asked(asked: &VerifyAsked, wording: &Wording) -> Rendered {
    let key = format!("verify-mode.{}", codes::asked(asked));
    match asked {
        VerifyAsked::Sample { percent } => wording.filled(&key, &[("percent", &percent.to_string())]),
        VerifyAsked::Full | VerifyAsked::None => wording.text(&key),
    }
}

pub(super) fn read_path(path: &ReadPath, wording: &Wording) -> Rendered {
    let key = format!("read-path.{}", codes::read_path(path));
    match path {
        ReadPath::Cached { reason } => wording.filled(&key, &[("reason", &visible(reason, wording)?)]),
        ReadPath::Direct | ReadPath::BackingFileUncached | ReadPath::Memory => wording.text(&key),
    }
}

fn read_back(read: &ReadBack, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    rows.add("read_path", read_path(&read.read, wording)?)?;
    let (compared, planned) = (
        values::bytes(read.compared, wording)?,
        values::bytes(read.planned, wording)?,
    );
    let values = [("compared", compared.as_str()), ("planned", &planned)];
    rows.add("compared", wording.filled("value.compared", &values)?)?;
    rows.add("coverage", values::percent(read.coverage_ppm))?;
    rows.add("mismatched", places(read.mismatched, &read.mismatches, wording)?)?;
    rows.add(
        "unreadable",
        places(read.unreadable.bytes, &read.unreadable, wording)?,
    )?;
    displaced::row(&read.displaced, wording, rows)?;
    sample(read, wording, rows)?;
    let (from, until) = (
        values::time(read.started, wording),
        values::time(read.ended, wording),
    );
    let span = wording.filled("value.span", &[("from", &from), ("until", &until)])?;
    rows.add("read_at", span).map(|_| ())
}

/// What was drawn, and what it would have shown: only where all of it was read.
fn sample(read: &ReadBack, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    let Some(sample) = &read.sample else {
        return Ok(());
    };
    let key = match sample.bound_ppm {
        _ if read.compared != read.planned => "value.sample-unfinished",
        0 => "value.sample-whole",
        _ => "value.sample",
    };
    let (blocks, of) = (grouped(sample.blocks), grouped(sample.of));
    let share = values::percent(sample.bound_ppm);
    let values = [("blocks", blocks.as_str()), ("of", &of), ("share", &share)];
    rows.add("sample", wording.filled(key, &values)?).map(|_| ())
}

/// `0 バイト（0 か所）`.
fn places(bytes: ByteCount, list: &RangeList, wording: &Wording) -> Rendered {
    let bytes = values::bytes(bytes, wording)?;
    let values = [("bytes", bytes.as_str()), ("count", &grouped(list.count))];
    wording.filled("value.places", &values)
}

fn earlier(read: &ReadBack, wording: &Wording) -> Rendered {
    let (compared, mismatched, unreadable) = (
        values::bytes(read.compared, wording)?,
        places(read.mismatched, &read.mismatches, wording)?,
        places(read.unreadable.bytes, &read.unreadable, wording)?,
    );
    let (pass, coverage) = (read.pass.to_string(), values::percent(read.coverage_ppm));
    let values = [
        ("pass", pass.as_str()),
        ("compared", &compared),
        ("coverage", &coverage),
        ("mismatched", &mismatched),
        ("unreadable", &unreadable),
    ];
    wording.filled("value.earlier", &values)
}

/// The look after verification: former partition starts and both ends, and who was there.
fn second_look(look: &Fact<SecondLook>, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    let look = match look {
        Fact::Measured(look) => look,
        Fact::NotMeasured(why) => {
            return rows
                .add("second_look", values::absence(*why, wording)?)
                .map(|_| ());
        }
    };
    let (compared, mismatched, unreadable) = (
        values::bytes(look.compared, wording)?,
        values::bytes(look.mismatched, wording)?,
        places(look.unreadable.bytes, &look.unreadable, wording)?,
    );
    let values = [
        ("compared", compared.as_str()),
        ("mismatched", &mismatched),
        ("unreadable", &unreadable),
    ];
    let row = rows.add("second_look", wording.filled("value.second-look", &values)?)?;
    row.noted(intrusions(look, wording)?);
    Ok(())
}

fn intrusions(look: &SecondLook, wording: &Wording) -> Rendered {
    if look.intrusions.is_empty() {
        return wording.text("value.no-intrusion");
    }
    let all = look.intrusions.iter().map(|text| intrusion(text, wording));
    Ok(all.collect::<Result<Vec<_>, _>>()?.join(" "))
}

fn hidden_area(area: HiddenArea, wording: &Wording) -> Rendered {
    let key = format!("hidden-area.{}", codes::hidden(area));
    match area {
        HiddenArea::Found { bytes } => wording.filled(&key, &[("bytes", &values::bytes(bytes, wording)?)]),
        HiddenArea::NotExamined | HiddenArea::None | HiddenArea::CouldNotTell => wording.text(&key),
    }
}
