//! Finds the parts of a text in which something drawn by lot may stand, so that only those are searched. Every rule that
//! may be met anywhere is about a run of at least twenty letters, digits and the like; words, paths and names that people
//! make up are told from such runs by the sorts of letters in them.

use std::ops::Range;

/// What a run has at the least.
const RUN: usize = 20;

/// How far before a run the words may stand that tell what it is: two lines above a key, the name before a value.
const BEFORE: usize = 160;

/// How far behind it what belongs to it may go on.
const BEHIND: usize = 16;

/// The parts of a text that are worth a search, in order and apart.
pub(crate) fn worth(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    each(bytes, |run| {
        let from = run.start.saturating_sub(BEFORE);
        let to = (run.end + BEHIND).min(bytes.len());
        match parts.last_mut() {
            Some(last) if last.end >= from => last.end = to,
            _ => parts.push(from..to),
        }
    });
    parts
}

/// Bytes that are looked at together.
const BLOCK: usize = 64;

/// Every run of the least length or more that does not look like words, in order. Bytes are told apart in blocks, without a
/// branch for each, and a block in which no run is long enough costs a few operations: nearly all are such.
fn each(bytes: &[u8], mut visit: impl FnMut(Range<usize>)) {
    // How long the run is that goes on to the end of the last block.
    let mut carried = 0;
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let mut last = [0; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    for (number, block) in blocks.iter().chain([&last]).enumerate() {
        let base = number * BLOCK;
        let mut members = mask(block, is_member);
        if members == u64::MAX {
            carried += BLOCK;
            continue;
        }
        let ahead = members.trailing_ones() as usize;
        let run = base - carried..base + ahead;
        if run.len() >= RUN && !is_wordy(&bytes[run.clone()]) {
            visit(run);
        }
        carried = members.leading_ones() as usize;
        members &= (u64::MAX << ahead) & (u64::MAX >> carried);
        // What is left begins and ends in the block: where so many follow one another.
        let mut long = members & (members >> 1);
        long &= long >> 2;
        long &= long >> 4;
        long &= long >> 8;
        long &= long >> (RUN - 16);
        if long == 0 {
            continue;
        }
        let digits = mask(block, |byte| u8::from(byte.is_ascii_digit()));
        let upper = mask(block, |byte| u8::from(byte.is_ascii_uppercase()));
        while long != 0 {
            let start = long.trailing_zeros();
            let length = (members >> start).trailing_ones();
            let own = (u64::MAX >> (u64::BITS - length)) << start;
            let run = base + start as usize..base + (start + length) as usize;
            // Most runs have neither: they are words, and no byte of them is looked at again.
            if digits & own != 0 || (upper & own != 0 && !is_wordy(&bytes[run.clone()])) {
                visit(run);
            }
            long &= !own;
        }
    }
}

/// Multiplied with eight bytes of 0 or 1, it makes eight bits of them, in the highest byte.
const GATHER: u64 = 0x0102_0408_1020_4080;

/// Which bytes of a block are such, a bit each, the first one lowest; `is` says 1 or 0.
#[inline]
fn mask(block: &[u8; BLOCK], is: impl Fn(u8) -> u8) -> u64 {
    let members = block.map(is);
    let (words, _) = members.as_chunks::<8>();
    let mut bits = [0_u8; BLOCK / 8];
    for (bits, word) in bits.iter_mut().zip(words) {
        [*bits, ..] = u64::from_le_bytes(*word).wrapping_mul(GATHER).to_be_bytes();
    }
    u64::from_le_bytes(bits)
}

/// 1 for a byte that may be in a run, without a branch.
fn is_member(byte: u8) -> u8 {
    let is = |joint: u8| u8::from(byte == joint);
    let letter = u8::from((byte | 0x20).wrapping_sub(b'a') < 26);
    let digit = u8::from(byte.wrapping_sub(b'0') < 10);
    letter | digit | is(b'+') | is(b'/') | is(b'_') | is(b'-') | is(b'~')
}

/// Whether a run looks like words: small letters, large ones with joints, or `namesWithFewLargeLetters`.
pub(crate) fn is_wordy(run: &[u8]) -> bool {
    let sorts = run.iter().fold(0, |sorts, byte| sorts | SORTS[usize::from(*byte)]);
    if sorts & DIGIT != 0 {
        return false;
    }
    if sorts & UPPER == 0 {
        return true;
    }
    let count = |sort: u8| run.iter().filter(|byte| SORTS[usize::from(**byte)] == sort).count();
    match (count(LOWER), count(UPPER)) {
        (0, upper) => run.len() > upper,
        (lower, upper) => upper * 3 < lower,
    }
}

/// Sorts of letters and digits, one bit each.
const LOWER: u8 = 1;
const UPPER: u8 = 2;
const DIGIT: u8 = 4;

/// The sort of each byte; 0 for whatever else there is.
static SORTS: [u8; 256] = sorts();

const fn sorts() -> [u8; 256] {
    let mut sorts = [0; 256];
    let mut byte = 0u8;
    loop {
        sorts[byte as usize] = match byte {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            _ => 0,
        };
        if byte == u8::MAX {
            return sorts;
        }
        byte += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, is_worth: bool) {
        assert_eq!(!worth(text.as_bytes()).is_empty(), is_worth, "{text}");
        let long = format!("{}{text}{}", "a word ".repeat(50), " and more".repeat(50));
        assert_eq!(!worth(long.as_bytes()).is_empty(), is_worth, "{long}");
    }

    #[test]
    fn what_looks_drawn_is_told_from_words() {
        check("key = Zk3Q9bXc7Lm2Pq8Rt5Vw", true);
        check("key = Zk3Q9bXc7Lm2Pq8Rt5V", false);
        check("a_rather_long_name_of_a_function", false);
        check("/usr/share/doc/package/examples/readme", false);
        check("A_RATHER_LONG_NAME_OF_A_CONSTANT", false);
        check("getElementsByTagNameAndClass", false);
        check("--------------------------------", false);
        check("hf QzXwEcRvTbYnUmIkOlPaSdFgHjKl", true);
        check("AKIAQWERTYUIOPASDFGH", true);
    }

    #[test]
    fn parts_reach_back_to_what_tells_them() {
        let text = format!("{}TWILIO = 0123456789abcdef0123456789abcdef", "x y ".repeat(100));
        let parts = worth(text.as_bytes());
        assert_eq!(parts.len(), 1);
        assert!(text[parts[0].clone()].contains("TWILIO"), "{parts:?}");
        assert!(parts[0].start > 0);
    }

    /// The same, byte after byte.
    fn plainly(bytes: &[u8]) -> Vec<Range<usize>> {
        let mut parts: Vec<Range<usize>> = Vec::new();
        let mut start = 0;
        for run in bytes.split(|byte| is_member(*byte) == 0) {
            let end = start + run.len();
            if run.len() >= RUN && !is_wordy(run) {
                let (from, to) = (start.saturating_sub(BEFORE), (end + BEHIND).min(bytes.len()));
                match parts.last_mut() {
                    Some(last) if last.end >= from => last.end = to,
                    _ => parts.push(from..to),
                }
            }
            start = end + 1;
        }
        parts
    }

    proptest::proptest! {
        #[test]
        fn blocks_tell_the_same_as_bytes_one_after_the_other(
            pieces in proptest::collection::vec(
                proptest::prop_oneof!["[a-z]{0,90}", "[A-Z_]{0,90}", "[a-zA-Z]{0,90}", "[a-z0-9/~+-]{0,200}", "[ .\n\"]{0,90}", ".{0,9}"],
                0..24,
            ),
        ) {
            let text = pieces.concat();
            proptest::prop_assert_eq!(worth(text.as_bytes()), plainly(text.as_bytes()));
        }
    }

    #[test]
    fn runs_may_begin_and_end_anywhere_in_blocks() {
        for before in 0..130 {
            for length in [19, 20, 21, 63, 64, 65, 128, 200] {
                let text = format!(
                    "{}{}{}",
                    " ".repeat(before),
                    "a1".repeat(length)[..length].to_owned(),
                    " ."
                );
                for text in [&text[..], text.trim_end_matches([' ', '.'])] {
                    assert_eq!(
                        worth(text.as_bytes()),
                        plainly(text.as_bytes()),
                        "{before} {length}"
                    );
                }
            }
        }
    }
}
