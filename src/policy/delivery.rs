//! What a policy says of a delivery. Until policies have rules for deliveries, this is one function.

use super::decide::unknown_classification;
use super::{PolicyError, Profile};

/// What is allowed for a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryRules {
    /// Whether the package may be sealed under a passphrase instead of recipients' keys.
    pub passphrase: bool,
}

/// What `profile` allows for data of `classification`: a passphrase for 機密性1 and 2 without My Number.
///
/// # Errors
/// The classification is not one of the policy's.
pub fn for_delivery(
    profile: &Profile,
    classification: &str,
    mynumber: bool,
) -> Result<DeliveryRules, PolicyError> {
    if !profile.knows(classification) {
        return Err(unknown_classification(profile, classification));
    }
    Ok(DeliveryRules {
        passphrase: matches!(classification, "1" | "2") && !mynumber,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_for_the_lower_classifications() {
        let mic = Profile::embedded("mic").unwrap();
        let allowed = |classification, mynumber| {
            for_delivery(&mic, classification, mynumber).map(|rules| rules.passphrase)
        };
        assert_eq!(allowed("1", false), Ok(true));
        assert_eq!(allowed("2", false), Ok(true));
        assert_eq!(allowed("2", true), Ok(false));
        assert_eq!(allowed("3", false), Ok(false));
        assert!(allowed("9", false).is_err());
    }
}
