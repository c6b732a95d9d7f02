//! The Merkle tree of RFC 6962 §2.1 (RFC 9162 §2.1): heads, proofs of inclusion and of consistency.
//!
//! The tree is computed from hashes of complete subtrees, which a store keeps by level and place, so
//! that appending and proving take a number of steps that grows with the logarithm of the size. Pure:
//! touches nothing but the [`Nodes`] it is lent.

use crate::crypto::Digest;

use super::error::{Damage, LedgerError};

/// Size and root of a tree: what a checkpoint signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many leaves.
    pub size: u64,
    /// The root over all of them.
    pub root: Digest,
}

/// Hashes of complete subtrees: level 0 are the leaves, `at` counts from 0 on each level.
pub trait Nodes {
    /// The hash over the leaves `at << level` up to `(at + 1) << level`.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] when it is not there.
    fn node(&self, level: u8, at: u64) -> Result<Digest, LedgerError>;
}

/// The hash of a leaf: SHA-256(0x00 ‖ leaf).
#[must_use]
pub(super) fn leaf_hash(leaf: &[u8]) -> Digest {
    Digest::of(&[&[0], leaf])
}

/// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
#[must_use]
pub(super) fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest::of(&[&[1], left.bytes(), right.bytes()])
}

impl Head {
    /// The head of the tree without leaves: SHA-256 of nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            size: 0,
            root: Digest::of(&[]),
        }
    }

    /// The head over the first `size` leaves.
    ///
    /// # Errors
    /// Whatever the nodes say when one is missing.
    pub fn at<N: Nodes + ?Sized>(nodes: &N, size: u64) -> Result<Self, LedgerError> {
        if size == 0 {
            return Ok(Self::empty());
        }
        Ok(Self {
            size,
            root: range_hash(nodes, 0, size)?,
        })
    }
}

/// The inner nodes that become complete when a leaf is put at `seq`: level, place, hash, upwards.
pub(super) fn completed_by<N: Nodes + ?Sized>(
    nodes: &N,
    seq: u64,
    leaf: Digest,
) -> Result<Vec<(u8, u64, Digest)>, LedgerError> {
    let (mut level, mut at, mut hash) = (0u8, seq, leaf);
    let mut completed = Vec::new();
    while at % 2 == 1 {
        hash = node_hash(&nodes.node(level, at - 1)?, &hash);
        level += 1;
        at /= 2;
        completed.push((level, at, hash));
    }
    Ok(completed)
}

/// The proof that leaf `seq` is in the tree of the first `size` leaves (RFC 6962 §2.1.1).
///
/// # Errors
/// [`LedgerError::OutOfRange`] when that tree has no such leaf.
pub(super) fn prove_inclusion<N: Nodes + ?Sized>(
    nodes: &N,
    seq: u64,
    size: u64,
) -> Result<Vec<Digest>, LedgerError> {
    if seq >= size {
        return Err(LedgerError::OutOfRange { asked: seq, size });
    }
    let (mut start, mut end) = (0, size);
    let mut proof = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if seq < middle {
            proof.push(range_hash(nodes, middle, end)?);
            end = middle;
        } else {
            proof.push(range_hash(nodes, start, middle)?);
            start = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of `old` leaves is the beginning of that of `new` (RFC 6962 §2.1.2).
/// Empty when `old` is 0 or `new`.
///
/// # Errors
/// [`LedgerError::OutOfRange`] when `old` is more than `new`.
pub(super) fn prove_consistency<N: Nodes + ?Sized>(
    nodes: &N,
    old: u64,
    new: u64,
) -> Result<Vec<Digest>, LedgerError> {
    if old > new {
        return Err(LedgerError::OutOfRange {
            asked: old,
            size: new,
        });
    }
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    let (mut start, mut end) = (0, new);
    let mut proof = Vec::new();
    while old < end {
        let middle = start + split(end - start);
        if old <= middle {
            proof.push(range_hash(nodes, middle, end)?);
            end = middle;
        } else {
            proof.push(range_hash(nodes, start, middle)?);
            start = middle;
        }
    }
    // The old root itself is known to the verifier, so it is left out.
    if start > 0 {
        proof.push(range_hash(nodes, start, end)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that the leaf with hash `leaf` is at `seq` in the tree of `head` (RFC 9162 §2.1.3.2).
///
/// # Errors
/// [`LedgerError::ProofInvalid`].
pub fn verify_inclusion(leaf: &Digest, seq: u64, head: &Head, proof: &[Digest]) -> Result<(), LedgerError> {
    if seq >= head.size {
        return Err(LedgerError::ProofInvalid);
    }
    let (mut place, mut last, mut root) = (seq, head.size - 1, *leaf);
    for hash in proof {
        if last == 0 {
            return Err(LedgerError::ProofInvalid);
        }
        if place % 2 == 1 || place == last {
            root = node_hash(hash, &root);
            while place.is_multiple_of(2) && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            root = node_hash(&root, hash);
        }
        place >>= 1;
        last >>= 1;
    }
    if last == 0 && root == head.root {
        Ok(())
    } else {
        Err(LedgerError::ProofInvalid)
    }
}

/// Checks that the tree of `old` is the beginning of that of `new` (RFC 9162 §2.1.4.2). The empty tree
/// is the beginning of every tree.
///
/// # Errors
/// [`LedgerError::ProofInvalid`].
pub fn verify_consistency(old: &Head, new: &Head, proof: &[Digest]) -> Result<(), LedgerError> {
    let holds = if old.size == 0 {
        proof.is_empty() && *old == Head::empty() && (new.size > 0 || new == old)
    } else if old.size == new.size {
        proof.is_empty() && old.root == new.root
    } else {
        old.size < new.size && roots_from_consistency(old, new, proof) == Some((old.root, new.root))
    };
    if holds {
        Ok(())
    } else {
        Err(LedgerError::ProofInvalid)
    }
}

/// The old and the new root that a consistency proof gives, for 0 < old < new.
fn roots_from_consistency(old: &Head, new: &Head, proof: &[Digest]) -> Option<(Digest, Digest)> {
    let (mut place, mut last) = (old.size - 1, new.size - 1);
    while place % 2 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let mut hashes = proof.iter();
    let seed = if old.size.is_power_of_two() {
        old.root
    } else {
        *hashes.next()?
    };
    let (mut old_root, mut new_root) = (seed, seed);
    for hash in hashes {
        if last == 0 {
            return None;
        }
        if place % 2 == 1 || place == last {
            old_root = node_hash(hash, &old_root);
            new_root = node_hash(hash, &new_root);
            while place.is_multiple_of(2) && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            new_root = node_hash(&new_root, hash);
        }
        place >>= 1;
        last >>= 1;
    }
    (last == 0).then_some((old_root, new_root))
}

/// The largest power of two below `leaves`, which is more than one.
fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// The hash over the leaves from `start` to before `end`, a range that the splitting above gives.
fn range_hash<N: Nodes + ?Sized>(nodes: &N, start: u64, end: u64) -> Result<Digest, LedgerError> {
    let leaves = end - start;
    if leaves.is_power_of_two() {
        let level = leaves.trailing_zeros() as u8;
        return nodes.node(level, start >> level);
    }
    let middle = start + split(leaves);
    Ok(node_hash(
        &range_hash(nodes, start, middle)?,
        &range_hash(nodes, middle, end)?,
    ))
}

/// A tree in memory: 64 bytes for each leaf.
#[derive(Clone, Debug, Default)]
pub struct MemoryTree {
    levels: Vec<Vec<Digest>>,
}

impl MemoryTree {
    /// A tree without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The tree over these leaves.
    #[must_use]
    pub fn of<'a>(leaves: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut tree = Self::new();
        for leaf in leaves {
            tree.push(leaf_hash(leaf));
        }
        tree
    }

    /// Appends a leaf by its hash.
    pub fn push(&mut self, leaf: Digest) {
        let mut hash = leaf;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let row = &mut self.levels[level];
            row.push(hash);
            let [.., left, right] = row.as_slice() else { return };
            if row.len() % 2 == 1 {
                return;
            }
            hash = node_hash(left, right);
        }
    }

    /// How many leaves it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// The head over all its leaves.
    ///
    /// # Errors
    /// None that can happen: every node is there.
    pub fn head(&self) -> Result<Head, LedgerError> {
        Head::at(self, self.size())
    }

    /// The complete subtrees of one level above the leaves.
    pub(super) fn level(&self, level: u8) -> &[Digest] {
        self.levels.get(usize::from(level)).map_or(&[], Vec::as_slice)
    }

    /// How many levels have a complete subtree.
    pub(super) fn height(&self) -> u8 {
        self.levels.len() as u8
    }
}

impl Nodes for MemoryTree {
    fn node(&self, level: u8, at: u64) -> Result<Digest, LedgerError> {
        let found = usize::try_from(at).ok().and_then(|at| self.level(level).get(at));
        found.copied().ok_or(LedgerError::Damaged {
            damage: Damage::Node { level, at },
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// MTH of RFC 6962 §2.1, word for word.
    fn naive_root(leaves: &[Vec<u8>]) -> Digest {
        match leaves {
            [] => Digest::of(&[]),
            [leaf] => Digest::of(&[&[0], leaf]),
            _ => {
                let mut k = 1;
                while k * 2 < leaves.len() {
                    k *= 2;
                }
                let (left, right) = (naive_root(&leaves[..k]), naive_root(&leaves[k..]));
                Digest::of(&[&[1], left.bytes(), right.bytes()])
            }
        }
    }

    /// PATH(m, D\[n\]) of RFC 6962 §2.1.1, word for word.
    fn naive_path(m: usize, leaves: &[Vec<u8>]) -> Vec<Digest> {
        if leaves.len() <= 1 {
            return Vec::new();
        }
        let k = leaves.len().next_power_of_two() / 2;
        let (mut path, other) = if m < k {
            (naive_path(m, &leaves[..k]), naive_root(&leaves[k..]))
        } else {
            (naive_path(m - k, &leaves[k..]), naive_root(&leaves[..k]))
        };
        path.push(other);
        path
    }

    /// SUBPROOF(m, D\[n\], b) of RFC 6962 §2.1.2, word for word.
    fn naive_subproof(m: usize, leaves: &[Vec<u8>], whole: bool) -> Vec<Digest> {
        if m == leaves.len() {
            return if whole {
                Vec::new()
            } else {
                vec![naive_root(leaves)]
            };
        }
        let k = leaves.len().next_power_of_two() / 2;
        let (mut proof, other) = if m <= k {
            (naive_subproof(m, &leaves[..k], whole), naive_root(&leaves[k..]))
        } else {
            (
                naive_subproof(m - k, &leaves[k..], false),
                naive_root(&leaves[..k]),
            )
        };
        proof.push(other);
        proof
    }

    fn tree_of(leaves: &[Vec<u8>]) -> MemoryTree {
        MemoryTree::of(leaves.iter().map(Vec::as_slice))
    }

    /// The eight inputs and roots that the Certificate Transparency implementations share.
    #[test]
    fn the_known_answers_of_certificate_transparency() {
        let inputs = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let hex = |text: &str| data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap();
        let leaves: Vec<Vec<u8>> = inputs.iter().map(|text| hex(text)).collect();
        for (size, root) in roots.iter().enumerate() {
            assert_eq!(
                tree_of(&leaves[..size]).head().unwrap().root.to_string(),
                *root,
                "size {size}"
            );
        }
        let path: Vec<String> = prove_inclusion(&tree_of(&leaves), 5, 8)
            .unwrap()
            .iter()
            .map(Digest::to_string)
            .collect();
        assert_eq!(
            path,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        );
    }

    #[test]
    fn every_proof_of_small_trees_is_that_of_the_rfc_and_verifies() {
        let leaves: Vec<Vec<u8>> = (0..40u8).map(|n| vec![n; usize::from(n)]).collect();
        let tree = tree_of(&leaves);
        for size in 0..=leaves.len() {
            let head = Head::at(&tree, size as u64).unwrap();
            assert_eq!(head.root, naive_root(&leaves[..size]));
            for seq in 0..size {
                let proof = prove_inclusion(&tree, seq as u64, head.size).unwrap();
                assert_eq!(proof, naive_path(seq, &leaves[..size]));
                assert_eq!(
                    verify_inclusion(&leaf_hash(&leaves[seq]), seq as u64, &head, &proof),
                    Ok(())
                );
            }
            for old in 1..=size {
                let proof = prove_consistency(&tree, old as u64, head.size).unwrap();
                assert_eq!(proof, naive_subproof(old, &leaves[..size], true));
                let old = Head::at(&tree, old as u64).unwrap();
                assert_eq!(verify_consistency(&old, &head, &proof), Ok(()));
            }
        }
    }

    #[test]
    fn places_outside_the_tree_are_refused() {
        let tree = tree_of(&[vec![1], vec![2]]);
        let head = tree.head().unwrap();
        assert_eq!(
            prove_inclusion(&tree, 2, 2),
            Err(LedgerError::OutOfRange { asked: 2, size: 2 })
        );
        assert_eq!(
            prove_consistency(&tree, 3, 2),
            Err(LedgerError::OutOfRange { asked: 3, size: 2 })
        );
        assert!(prove_inclusion(&tree, 0, 3).is_err(), "a leaf is not there");
        assert_eq!(
            verify_inclusion(&leaf_hash(&[1]), 2, &head, &[]),
            Err(LedgerError::ProofInvalid)
        );
        assert_eq!(
            verify_consistency(&head, &Head::empty(), &[]),
            Err(LedgerError::ProofInvalid)
        );
        assert_eq!(verify_consistency(&Head::empty(), &head, &[]), Ok(()));
        assert_eq!(
            verify_consistency(&Head::empty(), &head, &[head.root]),
            Err(LedgerError::ProofInvalid)
        );
        let false_empty = Head {
            size: 0,
            root: head.root,
        };
        assert_eq!(
            verify_consistency(&false_empty, &head, &[]),
            Err(LedgerError::ProofInvalid)
        );
    }

    proptest! {
        #[test]
        fn a_proof_of_inclusion_holds_for_its_leaf_place_and_head_alone(
            leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..8), 2..70),
            seq in any::<prop::sample::Index>(), flip in any::<prop::sample::Index>(), bit in 0u8..8,
        ) {
            let tree = tree_of(&leaves);
            let head = tree.head().unwrap();
            let seq = seq.index(leaves.len());
            let hash = leaf_hash(&leaves[seq]);
            let proof = prove_inclusion(&tree, seq as u64, head.size).unwrap();
            prop_assert_eq!(&proof, &naive_path(seq, &leaves));
            let at = flip.index(proof.len() * 32);
            let mut changed = *proof[at / 32].bytes();
            changed[at % 32] ^= 1 << bit;
            let mut wrong = proof.clone();
            wrong[at / 32] = Digest::from_bytes(changed);
            prop_assert!(verify_inclusion(&hash, seq as u64, &head, &wrong).is_err());
            prop_assert!(verify_inclusion(&hash, seq as u64, &head, &proof[1..]).is_err());
            wrong = proof.clone();
            wrong.push(hash);
            prop_assert!(verify_inclusion(&hash, seq as u64, &head, &wrong).is_err());
            for other in 0..leaves.len() {
                let same = leaves[other] == leaves[seq];
                let held = verify_inclusion(&leaf_hash(&leaves[other]), seq as u64, &head, &proof).is_ok();
                prop_assert_eq!(held, same);
            }
        }

        #[test]
        fn a_proof_of_consistency_fails_when_the_past_was_changed(
            leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..8), 2..70),
            old in any::<prop::sample::Index>(), changed in any::<prop::sample::Index>(),
        ) {
            let old = old.index(leaves.len() - 1) + 1;
            let tree = tree_of(&leaves);
            let (before, after) = (Head::at(&tree, old as u64).unwrap(), tree.head().unwrap());
            let proof = prove_consistency(&tree, old as u64, after.size).unwrap();
            prop_assert_eq!(&proof, &naive_subproof(old, &leaves, true));
            prop_assert_eq!(verify_consistency(&before, &after, &proof), Ok(()));
            let mut forged = leaves.clone();
            forged[changed.index(old)][0] ^= 1;
            let forged = tree_of(&forged);
            let forged_proof = prove_consistency(&forged, old as u64, after.size).unwrap();
            prop_assert!(verify_consistency(&before, &forged.head().unwrap(), &forged_proof).is_err());
            prop_assert!(verify_consistency(&before, &forged.head().unwrap(), &proof).is_err());
            if let Some((_, short)) = proof.split_last() {
                prop_assert!(verify_consistency(&before, &after, short).is_err());
            }
        }
    }
}
