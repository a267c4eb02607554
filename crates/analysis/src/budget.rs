//! How much one file may claim in paths. It judges lengths, never names.
//!
//! Package databases write a directory once and mean it in the path of every file that lies in it, so that two kilobytes
//! could claim gigabytes. In real databases a path takes more bytes than it is long.

use model::sparing::CLAIMS;

use crate::ecosystem::Input;

/// Bytes of a path at the most: the kernel takes no longer one.
const LONGEST: usize = 4_096;

/// Paths at the most, as many as a layer may claim.
const PATHS: usize = 4_000_000;

/// Bytes of all paths at the most: so many, and so many more for each byte of the file, but never above the last.
const FREE: usize = 1 << 20;
const PER_BYTE: usize = 64;
const BYTES: usize = 256 << 20;

/// What is left to be claimed, and what was left out.
pub(crate) struct Budget {
    paths: usize,
    bytes: usize,
    long: usize,
    beyond: usize,
}

impl Budget {
    /// The budget of a file and its companions.
    pub(crate) fn of(input: &Input<'_>) -> Budget {
        let beside = input.companions.iter().map(|(_, bytes)| bytes.len());
        let length = beside.fold(input.bytes.len(), usize::saturating_add);
        let bytes = length.saturating_mul(PER_BYTE).saturating_add(FREE).min(BYTES);
        Budget { paths: PATHS, bytes, long: 0, beyond: 0 }
    }

    /// Whether a path of so many bytes may still be claimed; asked before it is put together. Once the budget is spent,
    /// none may, however short.
    pub(crate) fn admits(&mut self, length: usize) -> bool {
        if length > LONGEST {
            self.long += 1;
            return false;
        }
        let left = (self.paths.checked_sub(1), self.bytes.checked_sub(length));
        if let (Some(paths), Some(bytes)) = left {
            (self.paths, self.bytes) = (paths, bytes);
            return true;
        }
        self.paths = 0;
        self.beyond += 1;
        false
    }

    /// What was left out, in sentences without a final full stop.
    pub(crate) fn into_notices(self) -> impl Iterator<Item = String> {
        let long = || format!("{CLAIMS}paths of more than {LONGEST} bytes: {} left out", self.long);
        let beyond =
            || format!("{CLAIMS}more paths than a file of its size may: {} left out", self.beyond);
        let (long, beyond) = ((self.long > 0).then(long), (self.beyond > 0).then(beyond));
        long.into_iter().chain(beyond)
    }
}
