//! Numbers at places of a byte slice. Every place is checked, none is assumed.

/// Which end of a number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Big,
    Little,
}

impl ByteOrder {
    /// The two bytes at `place`.
    pub(super) fn u16(self, bytes: &[u8], place: usize) -> Option<u16> {
        let number = array(bytes, place)?;
        Some(match self {
            ByteOrder::Big => u16::from_be_bytes(number),
            ByteOrder::Little => u16::from_le_bytes(number),
        })
    }

    /// The four bytes at `place`.
    pub(super) fn u32(self, bytes: &[u8], place: usize) -> Option<u32> {
        let number = array(bytes, place)?;
        Some(match self {
            ByteOrder::Big => u32::from_be_bytes(number),
            ByteOrder::Little => u32::from_le_bytes(number),
        })
    }
}

/// The `N` bytes at `place`.
pub(super) fn array<const N: usize>(bytes: &[u8], place: usize) -> Option<[u8; N]> {
    bytes.get(place..)?.first_chunk().copied()
}

/// A number of the file as a length or place; what does not fit is beyond the end of any slice anyway.
pub(super) fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The piece of `length` bytes at `place`.
pub(super) fn piece(bytes: &[u8], place: usize, length: usize) -> Option<&[u8]> {
    bytes.get(place..)?.get(..length)
}
