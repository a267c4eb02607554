//! Patterns that callers write: regular expressions that are for all of a text, and bounded.

use regex::{Regex, RegexBuilder};

use crate::status::Status;

/// Bytes of a pattern at the most, and of what is made of it.
const LONGEST: usize = 1000;
const LARGEST: usize = 1 << 20;

/// A pattern for all of a text; or why it cannot be used.
pub(crate) fn pattern(text: &str) -> Result<Regex, Status> {
    let wrong = |why: String| {
        Status::invalid_argument(format!("the pattern `{text:.100}` cannot be used: {why}"))
    };
    if text.is_empty() || text.len() > LONGEST {
        return Err(wrong(format!("a pattern has 1 to {LONGEST} bytes")));
    }
    // By itself first: a parenthesis that closes ours would let through what nobody has written.
    let built = |text: &str| RegexBuilder::new(text).size_limit(LARGEST).build();
    let whole = built(text).and_then(|_| built(&format!(r"\A(?:{text})\z")));
    whole.map_err(|error| wrong(error.to_string()))
}

/// Whether all of a text is as a pattern says.
pub(crate) fn fits(text: &str, said: &str) -> bool {
    pattern(text).is_ok_and(|pattern| pattern.is_match(said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_for_all_of_a_text() {
        assert!(fits("v.*|main", "v1.2") && fits("v.*|main", "main"));
        assert!(!fits("v.*|main", "xmain") && !fits("v.*|main", "main-x") && !fits("v", "v1"));
        for wrong in ["", "(", "a)|(?:.*", "(?:x{1000}){1000}", &"x".repeat(1001)] {
            assert!(pattern(wrong).is_err(), "{wrong:.20}");
        }
    }
}
