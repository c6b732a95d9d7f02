//! What the rules of an office demand of one erasure.
//!
//! A policy (規程) is a TOML file: a list of classifications and a list of rules. [`Profile`] reads
//! one, [`decide`] turns a [`Case`] into a [`Requirement`], [`check_before`] refuses what cannot meet
//! it, [`judge`] says afterwards whether it was met. Shipped: `mic`, after the guideline of the
//! Ministry of Internal Affairs and Communications (総務省 地方公共団体における情報セキュリティ
//! ポリシーに関するガイドライン); levels are those of NIST SP 800-88r2 §3.1.
//!
//! Every rule that matches a case counts, and the strictest of what they say is required: a rule that
//! is added can make an office stricter, never laxer, and the order of rules means nothing. A case
//! without a rule is refused; it never means that nothing is required.
//!
//! The room touches only its embedded files. It knows no devices and no people, and leaves digesting
//! [`Profile::source_bytes`] to its caller.

mod decide;
mod delivery;
mod error;
mod level;
mod profile;

pub use decide::{
    Case, Decision, Intent, Requirement, RuleReference, Shortfall, check_before, decide, judge,
};
pub use delivery::{DeliveryRules, for_delivery};
pub use error::PolicyError;
pub use level::{
    Level, MediumKind, PassphraseUse, Purpose, ReadBackExtent, ScanNeed, Scope, Standing, Technique,
    WitnessNeed, WitnessWay,
};
pub use profile::{Bilingual, Classification, MAX_PROFILE_BYTES, Profile, Source};
