//! 業務情報: the contract file that says who is addressed and who answers.
//!
//! A TOML file that people write by hand; every mistake is told with its line or field. Its content
//! goes into each record as it stands.

use serde::{Deserialize, Serialize};

use super::{RecordError, check_text};

const WHAT: &str = "contract file";
/// Largest contract file in bytes.
const MOST_BYTES: usize = 256 << 10;

/// A party: 商号 or office, its representative, its address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// 商号・名称.
    pub name: String,
    /// 代表者職.
    #[serde(default)]
    pub representative_title: Option<String>,
    /// 代表者氏名.
    #[serde(default)]
    pub representative: Option<String>,
    /// 住所.
    #[serde(default)]
    pub address: Option<String>,
    /// 再委託の承認番号, for a subcontractor.
    #[serde(default)]
    pub approval_number: Option<String>,
}

/// The content of a contract file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// 契約番号.
    pub number: String,
    /// 業務名.
    pub title: String,
    /// 履行期間の始期 (`yyyy-mm-dd`).
    #[serde(default)]
    pub from: Option<String>,
    /// 履行期間の終期 (`yyyy-mm-dd`).
    #[serde(default)]
    pub until: Option<String>,
    /// 宛先.
    pub addressee: String,
    /// 担当課.
    #[serde(default)]
    pub office: Option<String>,
    /// 作業責任者.
    #[serde(default)]
    pub supervisor: Option<String>,
    /// 届け出た作業場所.
    #[serde(default)]
    pub workplaces: Vec<String>,
    /// 受託者.
    pub contractor: Party,
    /// 再委託先.
    #[serde(default)]
    pub subcontractor: Option<Party>,
    /// 賃貸人（リース会社）.
    #[serde(default)]
    pub lessor: Option<String>,
}

impl Contract {
    /// Reads and checks a contract file.
    ///
    /// # Errors
    /// [`RecordError::BadContract`] with line and field.
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        if bytes.len() > MOST_BYTES {
            return Err(RecordError::TooLarge { what: WHAT, bound: MOST_BYTES });
        }
        let bad = |detail: String| RecordError::BadContract { what: WHAT, detail };
        let text = std::str::from_utf8(bytes).map_err(|_| bad("not UTF-8".into()))?;
        let contract: Self = toml::from_str(text).map_err(|error| bad(error.to_string()))?;
        contract.check().map_err(|error| bad(error.to_string()))?;
        contract.check_period().map_err(bad)?;
        Ok(contract)
    }

    fn check(&self) -> Result<(), RecordError> {
        check_text("number", &self.number, 100)?;
        check_text("title", &self.title, 200)?;
        check_text("addressee", &self.addressee, 200)?;
        check_optional("office", self.office.as_ref())?;
        check_optional("supervisor", self.supervisor.as_ref())?;
        check_optional("lessor", self.lessor.as_ref())?;
        self.workplaces.iter().try_for_each(|place| check_text("workplaces", place, 200))?;
        std::iter::once(&self.contractor).chain(&self.subcontractor).try_for_each(Party::check)
    }

    fn check_period(&self) -> Result<(), String> {
        let day = |field: &str, text: &Option<String>| match text {
            Some(text) => text.parse::<jiff::civil::Date>().map(Some).map_err(|_| format!("{field}: not a day in the form 2026-04-01")),
            None => Ok(None),
        };
        match (day("from", &self.from)?, day("until", &self.until)?) {
            (Some(from), Some(until)) if until < from => Err("until: before from".into()),
            _ => Ok(()),
        }
    }
}

impl Party {
    fn check(&self) -> Result<(), RecordError> {
        check_text("contractor.name", &self.name, 200)?;
        check_optional("representative_title", self.representative_title.as_ref())?;
        check_optional("representative", self.representative.as_ref())?;
        check_optional("address", self.address.as_ref())?;
        check_optional("approval_number", self.approval_number.as_ref())
    }
}

fn check_optional(field: &'static str, text: Option<&String>) -> Result<(), RecordError> {
    text.map_or(Ok(()), |text| check_text(field, text, 200))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "number = \"R8-103\"\ntitle = \"端末更新業務\"\naddressee = \"○○県知事 様\"\nfrom = \"2026-04-01\"\nuntil = \"2027-03-31\"\n[contractor]\nname = \"株式会社 消去\"\n";

    #[test]
    fn the_shipped_example_is_a_contract() {
        let example = include_bytes!("../../certificates/contract.example.toml");
        Contract::parse(example).unwrap();
        Contract::parse(GOOD.as_bytes()).unwrap();
    }

    #[test]
    fn every_mistake_is_named() {
        let complaint = |from: &str, to: &str| Contract::parse(GOOD.replace(from, to).as_bytes()).unwrap_err().to_string();
        assert!(complaint("number =", "nummer =").contains("nummer"));
        assert!(complaint("\"R8-103\"", "12").contains("line 1"));
        assert!(complaint("R8-103", " ").contains("number: empty"));
        assert!(complaint("2026-04-01", "2026-02-30").contains("from: not a day"));
        assert!(complaint("2027-03-31", "2025-03-31").contains("until: before from"));
        assert!(complaint("name = \"株式会社 消去\"", "").contains("name"));
    }
}
