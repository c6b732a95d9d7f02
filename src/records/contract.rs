//! 業務情報: the contract file that says who is addressed and who answers.
//!
//! A TOML file that people write by hand; every mistake is told with its line or field. Its content
//! goes into each record as it stands.

use serde::{Deserialize, Serialize};

use super::{RecordError, check_text};

const WHAT: &str = "contract file";
/// Largest contract file in bytes.
const MOST_BYTES: usize = 256 << 10;

/// A person who stands for a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// 職.
    #[serde(default)]
    pub title: Option<String>,
    /// 氏名.
    pub name: String,
    /// 連絡先.
    #[serde(default)]
    pub contact: Option<String>,
}

/// A party: 商号, its representative 代表者, its address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// 商号・名称.
    pub name: String,
    /// 住所.
    #[serde(default)]
    pub address: Option<String>,
    /// 代表者.
    #[serde(default)]
    pub representative: Option<Person>,
    /// 再委託の承認番号, for a subcontractor.
    #[serde(default)]
    pub approval_number: Option<String>,
}

/// 履行期間, both days included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// 始期.
    #[serde(with = "day")]
    pub from: jiff::civil::Date,
    /// 終期.
    #[serde(with = "day")]
    pub until: jiff::civil::Date,
}

/// 作業場所.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workplace {
    /// Its name, as `--place` takes it.
    pub name: String,
    /// Its address.
    #[serde(default)]
    pub address: Option<String>,
}

/// 賃貸人（リース会社）.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lessor {
    /// 商号.
    pub name: String,
    /// リース契約番号.
    #[serde(default)]
    pub contract_number: Option<String>,
}

/// The content of a contract file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// Version of the file's form: 1.
    pub format: u32,
    /// 契約番号.
    pub number: String,
    /// 業務名.
    pub title: String,
    /// 宛先.
    pub addressee: String,
    /// 担当課.
    pub office: String,
    /// 履行期間.
    pub period: Period,
    /// 受託者.
    pub contractor: Party,
    /// 作業責任者.
    pub supervisor: Person,
    /// 届け出た作業場所.
    #[serde(default, rename = "workplace")]
    pub workplaces: Vec<Workplace>,
    /// 再委託先.
    #[serde(default)]
    pub subcontractor: Option<Party>,
    /// 賃貸人.
    #[serde(default)]
    pub lessor: Option<Lessor>,
}

impl Contract {
    /// Reads and checks a contract file.
    ///
    /// # Errors
    /// [`RecordError::BadContract`] with line and field.
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        if bytes.len() > MOST_BYTES {
            return Err(RecordError::TooLarge {
                what: WHAT,
                bound: MOST_BYTES,
            });
        }
        let bad = |detail: String| RecordError::BadContract { what: WHAT, detail };
        let text = std::str::from_utf8(bytes).map_err(|_| bad("not UTF-8".into()))?;
        let contract: Self = toml::from_str(text).map_err(|error| bad(error.to_string()))?;
        contract.check()?;
        Ok(contract)
    }

    /// What the types leave open: texts, days, the version of the form.
    pub(super) fn check(&self) -> Result<(), RecordError> {
        let bad = |detail: String| RecordError::BadContract { what: WHAT, detail };
        self.check_texts().map_err(|error| bad(error.to_string()))?;
        self.check_rules().map_err(bad)
    }

    /// The texts, each with its bound.
    fn check_texts(&self) -> Result<(), RecordError> {
        check_text("number", &self.number, 100)?;
        check_text("title", &self.title, 200)?;
        check_text("addressee", &self.addressee, 200)?;
        check_text("office", &self.office, 200)?;
        self.supervisor.check()?;
        for place in &self.workplaces {
            check_text("workplace.name", &place.name, 200)?;
            check_optional("workplace.address", place.address.as_ref())?;
        }
        if let Some(lessor) = &self.lessor {
            check_text("lessor.name", &lessor.name, 200)?;
            check_optional("lessor.contract_number", lessor.contract_number.as_ref())?;
        }
        std::iter::once(&self.contractor)
            .chain(&self.subcontractor)
            .try_for_each(Party::check)
    }

    fn check_rules(&self) -> Result<(), String> {
        if self.format != 1 {
            return Err(format!("format: {} is not known to this version", self.format));
        }
        if self.period.until < self.period.from {
            return Err("period.until: before period.from".into());
        }
        let unapproved = self
            .subcontractor
            .as_ref()
            .is_some_and(|party| party.approval_number.is_none());
        if unapproved {
            Err("subcontractor.approval_number: missing".into())
        } else {
            Ok(())
        }
    }
}

impl Party {
    fn check(&self) -> Result<(), RecordError> {
        check_text("contractor.name", &self.name, 200)?;
        check_optional("contractor.address", self.address.as_ref())?;
        check_optional("approval_number", self.approval_number.as_ref())?;
        self.representative.as_ref().map_or(Ok(()), Person::check)
    }
}

impl Person {
    fn check(&self) -> Result<(), RecordError> {
        check_text("name", &self.name, 100)?;
        check_optional("title", self.title.as_ref())?;
        check_optional("contact", self.contact.as_ref())
    }
}

fn check_optional(field: &'static str, text: Option<&String>) -> Result<(), RecordError> {
    text.map_or(Ok(()), |text| check_text(field, text, 200))
}

/// A day: a TOML local date when a person writes it, `2026-04-01` in a payload.
pub(super) mod day {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Toml(toml::value::Datetime),
        Text(String),
    }

    pub(in crate::records) fn serialize<S: Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(day)
    }

    pub(in crate::records) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Date, D::Error> {
        let text = match Written::deserialize(deserializer)? {
            Written::Toml(date) => date.to_string(),
            Written::Text(text) => text,
        };
        let day = text.parse::<Date>().ok().filter(|day| day.to_string() == text);
        day.ok_or_else(|| serde::de::Error::custom("not a day in the form 2026-04-01"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../certificates/contract.example.toml");

    #[test]
    fn the_shipped_example_is_a_contract_and_survives_a_payload() {
        let contract = Contract::parse(EXAMPLE.as_bytes()).unwrap();
        let json = serde_json::to_string(&contract).unwrap();
        assert_eq!(serde_json::from_str::<Contract>(&json).unwrap(), contract);
    }

    #[test]
    fn every_mistake_is_named() {
        let complaint = |from: &str, to: &str| {
            let text = EXAMPLE.replacen(from, to, 1);
            assert_ne!(text, EXAMPLE, "{from}");
            Contract::parse(text.as_bytes()).unwrap_err().to_string()
        };
        assert!(complaint("\nnumber =", "\nnummer =").contains("nummer"));
        assert!(complaint("\nnumber = \"", "\nnumber = 12 # \"").contains("number"));
        assert!(complaint("\nnumber = \"", "\nnumber = \"\\u202e").contains("number: contains a control"));
        assert!(complaint("format = 1", "format = 2").contains("format: 2"));
        assert!(complaint("\nfrom = ", "\nfrom = 2099-01-01 #").contains("period.until: before"));
        assert!(complaint("\nfrom = ", "\nfrom = 2026-02-30 #").contains("line"));
    }
}
