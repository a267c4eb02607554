//! Patterns of rules: `*` stands for any text, `?` for any character. In paths `*` ends at a `/`, and `**` does not.

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    pieces: Vec<Piece>,
    is_path: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Character(char),
    One,
    /// Any text without a `/`.
    Some,
    /// Any text.
    All,
}

impl Pattern {
    pub(crate) fn of(text: &str) -> Pattern {
        Pattern::read(text, false)
    }

    pub(crate) fn of_path(text: &str) -> Pattern {
        Pattern::read(text, true)
    }

    fn read(text: &str, is_path: bool) -> Pattern {
        let mut pieces = Vec::new();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            pieces.push(match character {
                '*' if !is_path => Piece::All,
                '*' if characters.peek() == Some(&'*') => {
                    characters.next();
                    Piece::All
                }
                '*' => Piece::Some,
                '?' => Piece::One,
                other => Piece::Character(other),
            });
        }
        Pattern { pieces, is_path }
    }

    /// Whether a text is meant, whole. It takes time in proportion to both lengths.
    pub(crate) fn fits(&self, text: &str) -> bool {
        // Which beginnings of the pattern fit the text so far.
        let mut fitting = vec![false; self.pieces.len() + 1];
        fitting[0] = true;
        self.skip_empty(&mut fitting);
        for character in text.chars() {
            let mut next = vec![false; fitting.len()];
            for (place, piece) in
                self.pieces.iter().enumerate().filter(|(place, _)| fitting[*place])
            {
                match piece {
                    Piece::Character(wanted) if *wanted == character => next[place + 1] = true,
                    Piece::One if !(self.is_path && character == '/') => next[place + 1] = true,
                    Piece::All => next[place] = true,
                    Piece::Some if character != '/' => next[place] = true,
                    _ => {}
                }
            }
            self.skip_empty(&mut next);
            fitting = next;
        }
        fitting.last() == Some(&true)
    }

    /// Stars may stand for nothing.
    fn skip_empty(&self, fitting: &mut [bool]) {
        for (place, piece) in self.pieces.iter().enumerate() {
            if fitting[place] && matches!(piece, Piece::Some | Piece::All) {
                fitting[place + 1] = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn stars_stand_for_any_text() {
        let fits = |pattern, text| Pattern::of(pattern).fits(text);
        assert!(
            fits("lib*", "libcurl4") && fits("*curl*", "libcurl4") && fits("lib?url4", "libcurl4")
        );
        assert!(fits("@angular/*", "@angular/core") && fits("*", "") && fits("é*", "éa"));
        assert!(!fits("lib", "libcurl4") && !fits("lib?", "lib") && !fits("", "a"));
    }

    #[test]
    fn in_paths_one_star_ends_at_a_slash() {
        let fits = |pattern, text| Pattern::of_path(pattern).fits(text);
        assert!(fits("/usr/*/x", "/usr/lib/x") && !fits("/usr/*", "/usr/lib/x"));
        assert!(
            fits("/usr/**", "/usr/lib/x")
                && fits("**/x", "/usr/lib/x")
                && !fits("/usr?lib", "/usr/lib")
        );
    }
}
