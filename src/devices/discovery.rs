//! Finds every whole block device that has a size.

use super::error::DeviceError;
use super::facts::DeviceFacts;
use super::inspect::{all_facts, shares_serial};

/// Every whole block device of non-zero size, in the order of their names, numbers in them by
/// value. Unbound loop devices and RAM disks are left out.
///
/// # Errors
/// [`DeviceError::CannotInspect`] where the system's list cannot be read, [`DeviceError::Unsupported`].
pub fn discover() -> Result<Vec<DeviceFacts>, DeviceError> {
    let mut found = all_facts()?;
    let shared: Vec<bool> = found.iter().map(|facts| shares_serial(facts, &found)).collect();
    for (facts, shared) in found.iter_mut().zip(shared) {
        facts.serial_shared = shared;
    }
    found.sort_by_cached_key(|facts| sort_key(&facts.path.to_string_lossy()));
    Ok(found)
}

/// A name cut into text and numbers, so that `loop10` comes after `loop9`, and `sdaa` after `sdz`.
fn sort_key(name: &str) -> Vec<(usize, String)> {
    let mut pieces: Vec<String> = Vec::new();
    let mut was_digit = None;
    for character in name.chars() {
        let is_digit = character.is_ascii_digit();
        match pieces.last_mut() {
            Some(piece) if was_digit == Some(is_digit) => piece.push(character),
            _ => pieces.push(character.into()),
        }
        was_digit = Some(is_digit);
    }
    pieces.into_iter().map(|piece| (piece.len(), piece)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ordered_as_people_expect() {
        let mut names = [
            "loop10", "sdz", "loop9", "sdaa", "sda", "nvme0n10", "nvme0n2", "nvme1n1",
        ];
        names.sort_by_cached_key(|name| sort_key(name));
        assert_eq!(
            names,
            [
                "sda", "sdz", "loop9", "loop10", "nvme0n2", "nvme0n10", "nvme1n1", "sdaa"
            ]
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn every_device_that_is_found_has_a_size_and_is_whole() {
        for facts in discover().unwrap() {
            assert!(facts.size.0 > 0, "{facts:?}");
            assert_eq!(facts.kind, crate::devices::NodeKind::WholeDevice);
        }
    }
}
