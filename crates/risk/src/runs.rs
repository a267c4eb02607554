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

/// Sorts of characters, one bit each.
const LOWER: u8 = 1;
const UPPER: u8 = 2;
const DIGIT: u8 = 4;
const JOINT: u8 = 8;

/// The sort of each byte; 0 for what no run has in it.
static SORTS: [u8; 256] = sorts();

const fn sorts() -> [u8; 256] {
    let mut sorts = [0; 256];
    let mut byte = 0u8;
    loop {
        sorts[byte as usize] = match byte {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            b'+' | b'/' | b'_' | b'-' | b'~' => JOINT,
            _ => 0,
        };
        if byte == u8::MAX {
            return sorts;
        }
        byte += 1;
    }
}

fn sort(byte: u8) -> u8 {
    SORTS[usize::from(byte)]
}

/// The parts of a text that are worth a search, in order and apart.
pub(crate) fn worth(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    // No run begins before `start`. If the byte that a run from there would end with is in none, it is skipped to.
    'steps: while let Some(window) = bytes.get(start..start + RUN) {
        for (place, &byte) in window.iter().enumerate().rev() {
            if sort(byte) == 0 {
                start += place + 1;
                continue 'steps;
            }
        }
        let rest = &bytes[start + RUN..];
        let more = rest.iter().position(|&byte| sort(byte) == 0).unwrap_or(rest.len());
        let end = start + RUN + more;
        if !is_wordy(&bytes[start..end]) {
            let from = start.saturating_sub(BEFORE);
            let to = (end + BEHIND).min(bytes.len());
            match parts.last_mut() {
                Some(last) if last.end >= from => last.end = to,
                _ => parts.push(from..to),
            }
        }
        start = end + 1;
    }
    parts
}

/// Whether a run looks like words: small letters, large ones with joints, or `namesWithFewLargeLetters`.
pub(crate) fn is_wordy(run: &[u8]) -> bool {
    let (mut lower, mut upper, mut digits, mut joints) = (0_usize, 0_usize, 0_usize, 0_usize);
    for &byte in run {
        match sort(byte) {
            LOWER => lower += 1,
            UPPER => upper += 1,
            DIGIT => digits += 1,
            _ => joints += 1,
        }
    }
    match (lower, upper, digits) {
        (_, 0, 0) => true,
        (0, _, 0) => joints > 0,
        (_, _, 0) => upper * 3 < lower,
        _ => false,
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
}
