//! Memory that direct I/O accepts: its first byte lies at a multiple of 4096.

/// What the buffers of a [`crate::devices::Target`] are aligned to, in bytes.
const ALIGNMENT: usize = 4096;

/// Bytes in memory, aligned.
pub(super) struct AlignedBuffer {
    memory: Vec<u8>,
    start: usize,
    length: usize,
}

impl AlignedBuffer {
    /// `length` zero bytes.
    pub(super) fn new(length: usize) -> Self {
        let memory = vec![0; length + ALIGNMENT];
        let start = memory.as_ptr().addr().next_multiple_of(ALIGNMENT) - memory.as_ptr().addr();
        Self {
            memory,
            start,
            length,
        }
    }

    /// The first `length` bytes, or all where there are fewer.
    pub(super) fn first_mut(&mut self, length: usize) -> &mut [u8] {
        &mut self.memory[self.start..self.start + length.min(self.length)]
    }
}

/// Whether `bytes` may be handed to a target as they are.
pub(super) fn is_aligned(bytes: &[u8]) -> bool {
    bytes.as_ptr().addr().is_multiple_of(ALIGNMENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_stays_aligned_when_it_moves() {
        let buffers: Vec<_> = [1, 512, 4096, 1 << 20]
            .map(AlignedBuffer::new)
            .into_iter()
            .collect();
        for (mut buffer, length) in buffers.into_iter().zip([1, 512, 4096, 1 << 20]) {
            assert_eq!(buffer.first_mut(usize::MAX).len(), length);
            assert!(is_aligned(buffer.first_mut(length)));
        }
        assert!(!is_aligned(&AlignedBuffer::new(4096).first_mut(4096)[1..]));
    }
}
