//! The order of apk's versions: numbers, a letter, suffixes, a commit, a revision. It never refuses a text.
//!
//! The rules are those of apk-tools 3: `1.2.3b_rc1~1a2b3c-r4`, compared piece by piece. A number after the first that
//! begins with a zero is compared as the digits of a fraction. Where versions differ in kind of piece, the one whose
//! piece stands earlier in the grammar is greater, but a suffix that announces a release is less than anything, and a
//! text that breaks the grammar is less than one that ends there.
//!
//! Alpine has published versions that apk-tools 3 calls invalid and whose rest it ignores (`6.6.2p1`); those are read on
//! as apk-tools 2 does, so that `6.6.2p2` is an upgrade of it.

use std::cmp::Ordering;

use super::digits;

/// Compares two versions.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (mut ours, mut theirs) = (Pieces::of(a), Pieces::of(b));
    loop {
        let (a, b) = (ours.next(), theirs.next());
        if a.kind != b.kind {
            return differ(&a, &b);
        }
        match order(&a, &b) {
            Ordering::Equal if matches!(a.kind, Kind::End | Kind::Invalid) => {
                return Ordering::Equal;
            }
            Ordering::Equal => {}
            decided => return decided,
        }
    }
}

/// The kinds of piece, in the order of the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    First,
    Number,
    Letter,
    Suffix,
    SuffixNumber,
    Commit,
    Revision,
    End,
    /// A number without digits: it breaks the grammar, but what follows can be read.
    Gap,
    /// What follows cannot be read.
    Invalid,
}

/// A piece of a version.
struct Piece<'a> {
    kind: Kind,
    text: &'a [u8],
}

/// The order of two pieces of one kind.
fn order(a: &Piece<'_>, b: &Piece<'_>) -> Ordering {
    match a.kind {
        Kind::Number if a.text.starts_with(b"0") || b.text.starts_with(b"0") => a.text.cmp(b.text),
        Kind::First | Kind::Number | Kind::SuffixNumber | Kind::Revision => {
            digits::compare(a.text, b.text)
        }
        Kind::Suffix => rank(a.text).cmp(&rank(b.text)),
        Kind::Letter | Kind::Commit => a.text.cmp(b.text),
        Kind::Gap | Kind::End | Kind::Invalid => Ordering::Equal,
    }
}

/// The order of two versions that are the same up to these pieces.
fn differ(a: &Piece<'_>, b: &Piece<'_>) -> Ordering {
    match (announces(a), announces(b)) {
        (true, _) => Ordering::Less,
        (_, true) => Ordering::Greater,
        _ => b.kind.cmp(&a.kind),
    }
}

/// Suffixes in their order: the first four come before the release, the others after it.
const SUFFIXES: [&[u8]; 9] =
    [b"alpha", b"beta", b"pre", b"rc", b"cvs", b"svn", b"git", b"hg", b"p"];

fn rank(suffix: &[u8]) -> Option<usize> {
    SUFFIXES.iter().position(|known| *known == suffix)
}

fn announces(piece: &Piece<'_>) -> bool {
    piece.kind == Kind::Suffix && rank(piece.text).is_some_and(|rank| rank < 4)
}

/// Takes a version apart.
struct Pieces<'a> {
    rest: &'a [u8],
    last: Option<Kind>,
}

impl<'a> Pieces<'a> {
    fn of(version: &'a str) -> Pieces<'a> {
        Pieces { rest: version.as_bytes(), last: None }
    }

    fn next(&mut self) -> Piece<'a> {
        let piece = self.read().unwrap_or(Piece { kind: Kind::Invalid, text: &[] });
        self.last = Some(if piece.kind == Kind::Gap { Kind::Number } else { piece.kind });
        piece
    }

    /// None where the grammar is broken.
    fn read(&mut self) -> Option<Piece<'a>> {
        let Some(last) = self.last else {
            return Some(self.number(Kind::First));
        };
        let Some((&byte, rest)) = self.rest.split_first() else {
            return Some(Piece { kind: Kind::End, text: &[] });
        };
        match byte {
            b'a'..=b'z' if last <= Kind::Number => {
                let (text, rest) = self.rest.split_at(1);
                self.rest = rest;
                Some(Piece { kind: Kind::Letter, text })
            }
            b'.' if last <= Kind::Number => {
                self.rest = rest;
                Some(self.number(Kind::Number))
            }
            // After a letter apk-tools 3 wants no digits; see the top of this file.
            b'0'..=b'9' if last <= Kind::Letter => Some(self.number(Kind::Number)),
            b'0'..=b'9' if last == Kind::Suffix => Some(self.number(Kind::SuffixNumber)),
            b'_' if last <= Kind::SuffixNumber => {
                self.rest = rest;
                let text = self.take(u8::is_ascii_lowercase);
                rank(text).map(|_| Piece { kind: Kind::Suffix, text })
            }
            b'~' if last < Kind::Commit => {
                self.rest = rest;
                let text = self.take(u8::is_ascii_hexdigit);
                (!text.is_empty()).then_some(Piece { kind: Kind::Commit, text })
            }
            b'-' if last < Kind::Revision => {
                self.rest = rest.strip_prefix(b"r")?;
                let revision = self.number(Kind::Revision);
                (revision.kind == Kind::Revision).then_some(revision)
            }
            _ => None,
        }
    }

    fn number(&mut self, kind: Kind) -> Piece<'a> {
        match self.take(u8::is_ascii_digit) {
            [] => Piece { kind: Kind::Gap, text: &[] },
            text => Piece { kind, text },
        }
    }

    fn take(&mut self, belongs: impl Fn(&u8) -> bool) -> &'a [u8] {
        let length = self.rest.iter().take_while(|byte| belongs(byte)).count();
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        text
    }
}

#[cfg(test)]
mod tests {
    use crate::Scheme::Apk;
    use crate::version::relations;

    fn check(relation: &str) {
        relations::check(Apk, relation);
    }

    #[test]
    fn numbers_count_and_the_longer_version_is_greater() {
        check("1.9 < 1.10");
        check("1.2 < 1.2.0");
        check("1.2 < 1.2a");
        check("1.2a < 1.2b");
        check("99999999999999999999998 < 99999999999999999999999");
        check("01 = 1");
    }

    #[test]
    fn a_number_that_begins_with_zero_is_a_fraction() {
        check("1.05 < 1.5");
        check("8.2.0015 < 8.2.002");
        check("1.0 < 1.00");
        check("1.010 < 1.02");
    }

    #[test]
    fn suffixes_come_before_or_after_the_release() {
        check("1_alpha < 1_beta");
        check("1_beta < 1_pre");
        check("1_pre < 1_rc");
        check("1_rc9 < 1");
        check("1 < 1_cvs");
        check("1_cvs < 1_svn");
        check("1_svn < 1_git");
        check("1_git < 1_hg");
        check("1_hg < 1_p");
        check("1_p9 < 1_p10");
        check("1_rc_p < 1");
        check("1_p_rc < 1_p");
    }

    #[test]
    fn a_commit_and_a_revision_come_last() {
        check("1-r9 < 1-r10");
        check("1 < 1-r0");
        check("1_rc1-r7 < 1-r0");
        check("1~abc < 1~abd");
        check("1-r0 < 1~abc-r0");
        check("20240101.000000 < 20240102.000000");
    }

    #[test]
    fn what_breaks_the_grammar_is_least_but_may_be_read_on() {
        check("1.2.3! < 1.2.3");
        check("1_unheard < 1");
        check("6.6.2p1-r1 < 6.6.2p2-r0");
        check("6.6.2p < 6.6.2p1");
        check("é = ü");
        check("é < 1");
    }

    #[test]
    fn the_order_is_total() {
        let pieces = ["", "0", "1", "01", "10", ".", "a", "_rc", "_p", "~a", "-r1", "-", "é"];
        relations::check_total(Apk, &pieces);
    }

    #[test]
    fn the_corpus_agrees() {
        relations::check_corpus(Apk, "alpine-versions-generated.txt", &[]);
        // apk-tools 2 takes `-r` without a number for `-r0`, to apk-tools 3 it breaks the grammar; nobody builds such.
        let exceptions = ["1-r = 1-r0", "1-r0-1 = 1-r-2"];
        relations::check_corpus(Apk, "alpine-versions.txt", &exceptions);
    }
}
