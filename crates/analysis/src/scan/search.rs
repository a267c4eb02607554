//! Looks for a pattern in a file while its bytes go by. It holds what matches, and a little of what went by last, however
//! large the file is.

use regex::bytes::Regex;

use super::interest::Wanted;
use crate::ecosystem::{self, Want};

/// Bytes that a match may have at the most where it begins in one chunk and ends in another.
const SEAM: usize = 512;

/// Matches of one file at the most.
const MOST: usize = 16;

/// One reader's search.
pub(super) struct Search {
    wanted: Wanted,
    pattern: &'static Regex,
    /// The last bytes that went by.
    tail: Vec<u8>,
    /// What matched, a line each.
    found: Vec<u8>,
    matches: usize,
}

impl Search {
    /// The search that a reader wants, if its pattern is one.
    pub(super) fn of(wanted: &Wanted) -> Option<Search> {
        let Want::Says { pattern, .. } = wanted.reader().wants else { return None };
        let pattern = ecosystem::compiled(pattern)?;
        Some(Search { wanted: *wanted, pattern, tail: Vec::new(), found: Vec::new(), matches: 0 })
    }

    /// More bytes of the file.
    pub(super) fn take(&mut self, chunk: &[u8]) {
        if self.matches >= MOST {
            return;
        }
        if self.tail.is_empty() {
            self.look(chunk, 0);
        } else {
            let known = self.tail.len();
            let mut seam = std::mem::take(&mut self.tail);
            seam.extend_from_slice(&chunk[..chunk.len().min(SEAM)]);
            self.look(&seam, known);
            if chunk.len() > SEAM {
                self.look(chunk, 0);
            }
            self.tail = seam;
            if chunk.len() <= SEAM {
                let spare = self.tail.len().saturating_sub(SEAM);
                self.tail.drain(..spare);
                return;
            }
        }
        self.tail.clear();
        self.tail.extend_from_slice(&chunk[chunk.len().saturating_sub(SEAM)..]);
    }

    /// Looks at bytes of which the first were looked at before. What matches may go on behind the last one, so that
    /// a match that ends there waits for more.
    fn look(&mut self, bytes: &[u8], known: usize) {
        for found in self.pattern.find_iter(bytes) {
            // One that ended right where the last bytes ended has waited.
            let is_new = found.end() >= known;
            if is_new && found.end() < bytes.len() && self.matches < MOST {
                self.found.extend_from_slice(found.as_bytes());
                self.found.push(b'\n');
                self.matches += 1;
            }
        }
    }

    /// Who looked, and what was found, also right at the end.
    pub(super) fn finish(mut self) -> (Wanted, Vec<u8>) {
        let end = self.pattern.find_iter(&self.tail).find(|found| found.end() == self.tail.len());
        if let Some(found) = end {
            self.found.extend_from_slice(found.as_bytes());
        }
        (self.wanted, self.found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::interest::Interest;

    /// What is found of versions of curl in a content that comes in chunks of this size.
    #[track_caller]
    fn check(content: &str, chunk: usize, expect: &str) {
        let wanted = Interest::of_all().in_path(&"/usr/bin/curl".into());
        let mut search = wanted.iter().find_map(Search::of).unwrap();
        content.as_bytes().chunks(chunk).for_each(|chunk| search.take(chunk));
        let found = String::from_utf8(search.finish().1).unwrap();
        let mut lines: Vec<&str> = found.lines().collect();
        lines.dedup();
        assert_eq!(lines.join(" "), expect, "in chunks of {chunk}");
    }

    #[test]
    fn a_match_may_lie_anywhere() {
        let content = format!("{}curl/8.10.11 {}", "x".repeat(1500), "y".repeat(1500));
        for chunk in [1, 2, 7, 511, 512, 513, 1024, 1506, 1507, 1510, 4096] {
            check(&content, chunk, "curl/8.10.11");
        }
    }

    #[test]
    fn a_match_may_end_with_the_file() {
        for chunk in [1, 5, 11, 12, 13, 4096] {
            check("xcurl/8.10.11", chunk, "curl/8.10.11");
            check("curl/8.10", chunk, "");
        }
    }

    #[test]
    fn only_so_many_matches_are_held() {
        let content: String = (0..100_000).map(|number| format!("curl/1.1.{number} ")).collect();
        let wanted = Interest::of_all().in_path(&"/usr/bin/curl".into());
        let mut search = wanted.iter().find_map(Search::of).unwrap();
        content.as_bytes().chunks(1000).for_each(|chunk| search.take(chunk));
        assert!(search.finish().1.len() < 1000);
    }
}
