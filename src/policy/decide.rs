//! What a policy requires of one case, whether a plan can meet it, and whether a result did.
//!
//! The strictest of all rules that match is required: the highest level, a witness if one rule wants
//! one, only the ways of signing that all allow, every approval. No rule is a refusal. Touches nothing.

use super::error::PolicyError;
use super::level::{Level, MediumKind, PassphraseUse, Purpose, ScanNeed, Scope, WitnessNeed, WitnessWay};
use super::profile::{Bilingual, Profile, Rule, Source};

/// What is to be erased, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// A medium, or files on one.
    pub scope: Scope,
    /// 機密性, a value of the policy.
    pub classification: String,
    /// Whether My Number (個人番号) is or was on it.
    pub mynumber: bool,
    /// 処理事由.
    pub purpose: Purpose,
    /// What the medium is, or what the files lie on.
    pub medium: MediumKind,
}

/// A rule that applies, as it is recorded and printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleReference {
    /// Its id.
    pub id: String,
    /// What it says.
    pub text: Bilingual,
    /// Where that comes from.
    pub sources: Vec<Source>,
}

/// What a policy requires of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The level required.
    pub level: Level,
    /// Whether an official has to be there.
    pub witness: WitnessNeed,
    /// How a witness may sign. Empty: in no way, so there can be none.
    pub witness_ways: Vec<WitnessWay>,
    /// The posts 職 that have to approve beforehand.
    pub approvals: Vec<String>,
    /// Whether a passphrase may be used; none where no rule says.
    pub passphrase: Option<PassphraseUse>,
    /// Whether a virus scan has to be recorded; none where no rule says.
    pub scan: Option<ScanNeed>,
    /// The rules it follows from, in the order of the file.
    pub rules: Vec<RuleReference>,
}

/// What somebody is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intent<'a> {
    /// The level that medium and method can reach ([`super::Technique::reachable`]); none where nothing can.
    pub reachable: Option<Level>,
    /// The step named to follow (`--then`).
    pub then: Option<Level>,
    /// How the named witness will sign; none without a witness.
    pub witness: Option<WitnessWay>,
    /// The posts whose approval was verified.
    pub approved_by: &'a [String],
}

/// Why a policy is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shortfall {
    /// No level was shown to be reached.
    NothingAchieved,
    /// The level reached is lower than the one required.
    LevelTooLow,
    /// A witness is required and there was none.
    WitnessMissing,
    /// The witness signs in a way that the policy does not allow.
    WitnessWayNotAllowed,
}

impl Shortfall {
    /// A code that never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NothingAchieved => "POL-NOTHING-ACHIEVED",
            Self::LevelTooLow => "POL-LEVEL-TOO-LOW",
            Self::WitnessMissing => "POL-WITNESS-MISSING",
            Self::WitnessWayNotAllowed => "POL-WITNESS-WAY-NOT-ALLOWED",
        }
    }
}

/// 規程への適合: what stands beside the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The level required.
    pub required: Level,
    /// The level shown; none where nothing was.
    pub achieved: Option<Level>,
    /// Whether the policy is met by this erasure alone.
    pub met: bool,
    /// The step that stays open until its own record is linked.
    pub follow: Option<Level>,
    /// Why it is not met; empty exactly when it is.
    pub reasons: Vec<Shortfall>,
}

/// What `profile` requires of `case`.
///
/// # Errors
/// The classification is not the policy's, no rule covers the case, or the rules that require a
/// witness leave no way to sign.
pub fn decide(profile: &Profile, case: &Case) -> Result<Requirement, PolicyError> {
    if !profile.knows(&case.classification) {
        return Err(unknown_classification(profile, &case.classification));
    }
    let rules: Vec<&Rule> = profile
        .matching(
            case.scope,
            &case.classification,
            case.mynumber,
            case.purpose,
            case.medium,
        )
        .collect();
    let strictest_level = rules.iter().map(|rule| rule.level).max();
    let strictest_witness = rules.iter().map(|rule| rule.witness).max();
    let (Some(level), Some(witness)) = (strictest_level, strictest_witness) else {
        return Err(no_rule(profile, case));
    };
    let witness_ways = common_ways(&rules);
    if witness == WitnessNeed::Required && witness_ways.is_empty() {
        return Err(PolicyError::NoWitnessWay { rules: ids(&rules) });
    }
    Ok(Requirement {
        level,
        witness,
        witness_ways,
        approvals: all_approvals(&rules),
        // `Refused` and `Required` are the later words of their lists, so the strictest is the largest.
        passphrase: rules.iter().filter_map(|rule| rule.passphrase).max(),
        scan: rules.iter().filter_map(|rule| rule.scan).max(),
        rules: rules.into_iter().map(reference).collect(),
    })
}

/// Whether what is intended can meet what is required.
///
/// # Errors
/// Everything that stands against it, at once.
pub fn check_before(requirement: &Requirement, intent: &Intent<'_>) -> Result<(), Vec<PolicyError>> {
    let mut refusals = Vec::new();
    refusals.extend(level_refusal(requirement.level, intent.reachable, intent.then));
    refusals.extend(witness_refusal(requirement, intent.witness));
    let missing = requirement
        .approvals
        .iter()
        .filter(|post| !intent.approved_by.contains(post));
    refusals.extend(missing.map(|post| PolicyError::ApprovalMissing { post: post.clone() }));
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(refusals)
    }
}

/// Whether what was achieved meets what was required.
///
/// `achieved` is what the measured facts show, never what was asked for: none unless the verdict is
/// that everything was erased. A step that follows is carried along and never counts as done.
#[must_use]
pub fn judge(
    requirement: &Requirement,
    achieved: Option<Level>,
    then: Option<Level>,
    witness: Option<WitnessWay>,
) -> Decision {
    let mut reasons = Vec::new();
    match achieved {
        None => reasons.push(Shortfall::NothingAchieved),
        Some(level) if level < requirement.level => reasons.push(Shortfall::LevelTooLow),
        Some(_) => {}
    }
    match witness_refusal(requirement, witness) {
        None => {}
        Some(PolicyError::WitnessMissing) => reasons.push(Shortfall::WitnessMissing),
        Some(_) => reasons.push(Shortfall::WitnessWayNotAllowed),
    }
    Decision {
        required: requirement.level,
        achieved,
        met: reasons.is_empty(),
        follow: then,
        reasons,
    }
}

fn level_refusal(required: Level, reachable: Option<Level>, then: Option<Level>) -> Option<PolicyError> {
    match (reachable, then) {
        (_, Some(then)) if !then.may_follow() => Some(PolicyError::NotAFollowingStep { then }),
        (None, None) => Some(PolicyError::NoLevelReachable { required }),
        (Some(reachable), None) if reachable < required => {
            Some(PolicyError::LevelTooLow { required, reachable })
        }
        (reachable, Some(then)) if reachable < Some(required) && then < required => {
            Some(PolicyError::FollowingStepTooLow { required, then })
        }
        _ => None,
    }
}

fn witness_refusal(requirement: &Requirement, witness: Option<WitnessWay>) -> Option<PolicyError> {
    match witness {
        None if requirement.witness == WitnessNeed::Required => Some(PolicyError::WitnessMissing),
        Some(way) if !requirement.witness_ways.contains(&way) => {
            let allowed: Vec<_> = requirement.witness_ways.iter().map(|way| way.as_str()).collect();
            Some(PolicyError::WitnessWayNotAllowed {
                way,
                allowed: allowed.join(", "),
            })
        }
        _ => None,
    }
}

fn common_ways(rules: &[&Rule]) -> Vec<WitnessWay> {
    let allowed_by_all = |way: &&WitnessWay| rules.iter().all(|rule| rule.witness_ways.contains(way));
    WitnessWay::ALL.iter().filter(allowed_by_all).copied().collect()
}

fn all_approvals(rules: &[&Rule]) -> Vec<String> {
    let mut posts: Vec<String> = Vec::new();
    for post in rules.iter().flat_map(|rule| &rule.approvals) {
        if !posts.contains(post) {
            posts.push(post.clone());
        }
    }
    posts
}

fn reference(rule: &Rule) -> RuleReference {
    RuleReference {
        id: rule.id.clone(),
        text: rule.text.clone(),
        sources: rule.sources.clone(),
    }
}

fn ids(rules: &[&Rule]) -> String {
    rules
        .iter()
        .map(|rule| rule.id.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

/// The refusal of a classification that the policy does not know.
pub(super) fn unknown_classification(profile: &Profile, given: &str) -> PolicyError {
    let known: Vec<_> = profile
        .classifications()
        .iter()
        .map(|known| known.id.as_str())
        .collect();
    PolicyError::UnknownClassification {
        profile: profile.id().to_owned(),
        given: given.to_owned(),
        known: known.join(", "),
    }
}

fn no_rule(profile: &Profile, case: &Case) -> PolicyError {
    PolicyError::NoRule {
        profile: profile.id().to_owned(),
        scope: case.scope,
        classification: case.classification.clone(),
        purpose: case.purpose,
        medium: case.medium,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    const LATE_RULE: &str = r#"
[[rule]]
id = "late"
scope = "medium"
classifications = ["1", "2"]
purposes = ["disposal"]
level = "LEVEL"
witness = "required"
witness_ways = ["paper"]
approvals = ["課長", "所長"]
scan = "required"
text = { ja = "文", en = "text" }
sources = [{ document = "文書", clause = "第2", standing = "own-reading" }]
"#;

    fn mic() -> Profile {
        Profile::embedded("mic").unwrap()
    }

    fn small(rules: &str) -> Profile {
        let head = r#"
format = 1
id = "small"
title = { ja = "小", en = "small" }
classifications = [
  { id = "1", title = { ja = "一", en = "one" } },
  { id = "2", title = { ja = "二", en = "two" } },
]
[[rule]]
id = "first"
scope = "medium"
classifications = ["1", "2"]
purposes = ["disposal"]
media = ["usb-flash"]
level = "purge"
witness = "optional"
witness_ways = ["own-machine", "paper"]
approvals = ["所長"]
passphrase = "allowed"
text = { ja = "文", en = "text" }
sources = [{ document = "文書", clause = "第1", standing = "read" }]
"#;
        Profile::parse(format!("{head}{rules}").as_bytes()).unwrap()
    }

    fn case(classification: &str, mynumber: bool, purpose: Purpose, medium: MediumKind) -> Case {
        Case {
            scope: Scope::Medium,
            classification: classification.to_owned(),
            mynumber,
            purpose,
            medium,
        }
    }

    fn every_case(profile: &Profile) -> Vec<Case> {
        let mut cases = Vec::new();
        for (scope, known) in Scope::ALL
            .iter()
            .flat_map(|s| profile.classifications().iter().map(move |c| (s, c)))
        {
            for (purpose, medium) in Purpose::ALL
                .iter()
                .flat_map(|p| MediumKind::ALL.iter().map(move |m| (p, m)))
            {
                for mynumber in [false, true] {
                    let plain = case(&known.id, mynumber, *purpose, *medium);
                    cases.push(Case {
                        scope: *scope,
                        ..plain
                    });
                }
            }
        }
        cases
    }

    /// The table of the shipped policy, written a second time and by hand.
    fn expected_level(case: &Case) -> Level {
        use Purpose::{Disposal, HandBack, LeaseReturn, Repair, Repurpose, Reuse};
        match (
            case.scope,
            case.mynumber,
            case.classification.as_str(),
            case.purpose,
        ) {
            (Scope::Files, ..) => Level::Partial,
            (_, true, _, Disposal | LeaseReturn | HandBack) => Level::Destroy,
            (_, true, _, Reuse | Repurpose | Repair) => Level::Purge,
            (_, false, "1", _) | (_, false, "2", Reuse | Repurpose) => Level::Clear,
            (_, false, ..) => Level::Purge,
        }
    }

    fn expected_witness(case: &Case) -> WitnessNeed {
        use MediumKind::{Optical, Sd, Tape, Unknown, UsbFlash};
        let portable = matches!(case.medium, UsbFlash | Sd | Optical | Tape | Unknown);
        let clause_3 = matches!(case.purpose, Purpose::Disposal | Purpose::Repurpose);
        let important = case.classification != "1";
        if case.scope == Scope::Medium && (case.mynumber || (portable && clause_3 && important)) {
            WitnessNeed::Required
        } else {
            WitnessNeed::Optional
        }
    }

    #[test]
    fn every_case_of_the_shipped_policy_is_ruled_as_the_table_says() {
        let profile = mic();
        let cases = every_case(&profile);
        assert_eq!(
            cases.len(),
            2 * 6 * 2 * Purpose::ALL.len() * MediumKind::ALL.len()
        );
        for case in cases {
            let requirement = decide(&profile, &case).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(requirement.level, expected_level(&case), "{case:?}");
            assert_eq!(requirement.witness, expected_witness(&case), "{case:?}");
            assert_eq!(requirement.witness_ways, WitnessWay::ALL, "{case:?}");
            assert!(
                !requirement.rules.is_empty() && requirement.approvals.is_empty(),
                "{case:?}"
            );
        }
    }

    #[test]
    fn a_host_overwrite_meets_the_shipped_policy_only_where_it_asks_for_clear() {
        let profile = mic();
        for case in every_case(&profile) {
            let requirement = decide(&profile, &case).unwrap();
            let decision = judge(&requirement, Some(Level::Clear), None, Some(WitnessWay::Paper));
            assert_eq!(decision.met, expected_level(&case) <= Level::Clear, "{case:?}");
            assert_eq!(decision.reasons.is_empty(), decision.met);
        }
    }

    #[test]
    fn files_never_satisfy_a_rule_for_a_medium() {
        let profile = mic();
        for case in every_case(&profile)
            .iter()
            .filter(|case| case.scope == Scope::Medium)
        {
            let decision = judge(
                &decide(&profile, case).unwrap(),
                Some(Level::Partial),
                None,
                Some(WitnessWay::Paper),
            );
            assert!(!decision.met, "{case:?}");
        }
    }

    #[test]
    fn the_strictest_of_all_rules_counts_whatever_their_order() {
        for (level, strictest) in [("clear", Level::Purge), ("destroy", Level::Destroy)] {
            let profile = small(&LATE_RULE.replace("LEVEL", level));
            let found = decide(
                &profile,
                &case("2", false, Purpose::Disposal, MediumKind::UsbFlash),
            )
            .unwrap();
            assert_eq!((found.level, found.witness), (strictest, WitnessNeed::Required));
            assert_eq!(found.witness_ways, [WitnessWay::Paper]);
            assert_eq!(found.approvals, ["所長", "課長"]);
            assert_eq!(found.passphrase, Some(PassphraseUse::Allowed));
            assert_eq!(found.scan, Some(ScanNeed::Required));
            assert_eq!(
                found
                    .rules
                    .iter()
                    .map(|rule| rule.id.as_str())
                    .collect::<Vec<_>>(),
                ["first", "late"]
            );
        }
    }

    #[test]
    fn a_medium_of_unknown_kind_falls_under_the_rules_of_every_kind() {
        let profile = small("");
        let of = |medium| decide(&profile, &case("1", false, Purpose::Disposal, medium));
        assert_eq!(of(MediumKind::Unknown).map(|found| found.level), Ok(Level::Purge));
        assert_eq!(
            of(MediumKind::Hdd).map_err(|error| error.code()),
            Err("POL-NO-RULE")
        );
    }

    #[test]
    fn what_no_rule_covers_is_refused() {
        let profile = small("");
        let error = decide(&profile, &case("1", false, Purpose::Repair, MediumKind::UsbFlash)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no rule of the policy `small` covers medium, 1, repair, usb-flash"
        );
        let error = decide(
            &profile,
            &case("3", true, Purpose::Disposal, MediumKind::UsbFlash),
        )
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "the policy `small` knows no classification `3`: 1, 2"
        );
    }

    #[test]
    fn rules_that_leave_a_required_witness_no_way_are_refused() {
        let other_way = LATE_RULE
            .replace("LEVEL", "clear")
            .replace("[\"paper\"]", "[\"same-machine\"]");
        let error = decide(
            &small(&other_way),
            &case("1", false, Purpose::Disposal, MediumKind::UsbFlash),
        );
        assert_eq!(
            error,
            Err(PolicyError::NoWitnessWay {
                rules: "first, late".into()
            })
        );
    }

    #[test]
    fn every_refusal_is_told_at_once() {
        let profile = small(&LATE_RULE.replace("LEVEL", "destroy"));
        let requirement = decide(
            &profile,
            &case("2", false, Purpose::Disposal, MediumKind::UsbFlash),
        )
        .unwrap();
        let posts = ["所長".to_owned()];
        let intent = Intent {
            reachable: Some(Level::Clear),
            then: Some(Level::Purge),
            witness: None,
            approved_by: &posts,
        };
        assert_eq!(
            check_before(&requirement, &intent),
            Err(vec![
                PolicyError::FollowingStepTooLow {
                    required: Level::Destroy,
                    then: Level::Purge
                },
                PolicyError::WitnessMissing,
                PolicyError::ApprovalMissing {
                    post: "課長".into()
                },
            ])
        );
        let way = Some(WitnessWay::SameMachine);
        let refusals = check_before(
            &requirement,
            &Intent {
                witness: way,
                ..intent
            },
        )
        .unwrap_err();
        assert_eq!(
            refusals[1].to_string(),
            "the policy does not let a witness sign by same-machine: paper"
        );
    }

    #[test]
    fn too_low_a_level_needs_a_following_step_that_is_high_enough() {
        use Level::{Clear, Destroy, Partial, Purge};
        for (required, reachable, then, code) in [
            (Clear, Some(Clear), None, None),
            (Clear, Some(Clear), Some(Destroy), None),
            (Purge, Some(Clear), None, Some("POL-LEVEL-TOO-LOW")),
            (Purge, Some(Clear), Some(Purge), None),
            (Purge, Some(Clear), Some(Destroy), None),
            (
                Destroy,
                Some(Clear),
                Some(Purge),
                Some("POL-FOLLOWING-STEP-TOO-LOW"),
            ),
            (Destroy, Some(Clear), Some(Destroy), None),
            (Purge, Some(Clear), Some(Clear), Some("POL-NOT-A-FOLLOWING-STEP")),
            (
                Clear,
                Some(Clear),
                Some(Partial),
                Some("POL-NOT-A-FOLLOWING-STEP"),
            ),
            (Clear, None, None, Some("POL-NO-LEVEL-REACHABLE")),
            (Clear, None, Some(Purge), None),
            (Destroy, None, Some(Purge), Some("POL-FOLLOWING-STEP-TOO-LOW")),
        ] {
            let found = level_refusal(required, reachable, then).map(|error| error.code());
            assert_eq!(found, code, "{required} {reachable:?} {then:?}");
        }
    }

    #[test]
    fn a_step_that_follows_stays_open_and_never_counts_as_done() {
        let requirement = decide(&mic(), &case("2", false, Purpose::LeaseReturn, MediumKind::Ssd)).unwrap();
        let decision = judge(&requirement, Some(Level::Clear), Some(Level::Purge), None);
        assert_eq!(
            decision,
            Decision {
                required: Level::Purge,
                achieved: Some(Level::Clear),
                met: false,
                follow: Some(Level::Purge),
                reasons: vec![Shortfall::LevelTooLow],
            }
        );
        assert!(judge(&requirement, Some(Level::Destroy), None, None).met);
    }

    #[test]
    fn nothing_shown_and_nobody_there_meet_nothing() {
        let requirement = decide(&mic(), &case("1", true, Purpose::Disposal, MediumKind::Hdd)).unwrap();
        let decision = judge(&requirement, None, None, None);
        assert_eq!(
            decision.reasons,
            [Shortfall::NothingAchieved, Shortfall::WitnessMissing]
        );
        assert!(!judge(&requirement, Some(Level::Destroy), None, None).met);
        assert!(
            judge(
                &requirement,
                Some(Level::Destroy),
                None,
                Some(WitnessWay::OwnMachine)
            )
            .met
        );
    }

    proptest! {
        #[test]
        fn a_stricter_case_never_requires_less(
            lower in 0..6_usize, upper in 0..6_usize, purpose in select(Purpose::ALL), medium in select(MediumKind::ALL),
            scope in select(Scope::ALL), mynumber in any::<bool>(),
        ) {
            let profile = mic();
            let of = |index: usize, mynumber: bool, medium: MediumKind| {
                let id = &profile.classifications()[index].id;
                decide(&profile, &Case { scope, ..case(id, mynumber, purpose, medium) }).unwrap()
            };
            let (lower, upper) = (lower.min(upper), lower.max(upper));
            let base = of(lower, mynumber, medium);
            for stricter in [of(upper, mynumber, medium), of(lower, true, medium), of(lower, mynumber, MediumKind::Unknown)] {
                prop_assert!(stricter.level >= base.level && stricter.witness >= base.witness);
            }
        }

        #[test]
        fn what_was_let_through_without_a_following_step_is_met_when_it_succeeds(
            required in select(Level::ALL), reachable in select(Level::ALL), witness in proptest::option::of(select(WitnessWay::ALL)),
            need in select(WitnessNeed::ALL),
        ) {
            let requirement = Requirement {
                level: required, witness: need, witness_ways: vec![WitnessWay::Paper], approvals: Vec::new(),
                passphrase: None, scan: None, rules: Vec::new(),
            };
            let intent = Intent { reachable: Some(reachable), then: None, witness, approved_by: &[] };
            let let_through = check_before(&requirement, &intent).is_ok();
            prop_assert_eq!(let_through, judge(&requirement, Some(reachable), None, witness).met);
        }
    }
}
