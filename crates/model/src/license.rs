//! What a package is licensed under, in the words of SPDX: made of what its own record says, in the spelling of its
//! package manager. It never guesses: what is on SPDX's list under no name that we know stays as it was said, behind
//! `LicenseRef-`.

mod grammar;
mod names;

use std::collections::BTreeSet;

use grammar::Term;

use crate::Package;

/// What a package is licensed under, as an expression of SPDX
/// (<https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licensing {
    /// The expression: identifiers of SPDX's list, and `LicenseRef-…` for what is not on it.
    pub expression: String,
    /// What stands behind each `LicenseRef-…` of it, ordered.
    pub unlisted: BTreeSet<Unlisted>,
}

/// A licence that SPDX does not list, or that is not told well enough to say which of its list it is (`BSD`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unlisted {
    /// What it is called in the expression: `LicenseRef-` and its words.
    pub id: String,
    /// What the record says.
    pub said: String,
}

/// How a package manager writes several licences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Dialect {
    /// A comma between two parts a choice; elsewhere both hold.
    comma_is_choice: bool,
    /// A blank between two names says that both hold.
    blank_is_and: bool,
    /// `Artistic` is the licence of Perl.
    artistic_is_perl: bool,
}

impl Dialect {
    fn of(ecosystem: &str) -> Dialect {
        Dialect {
            // These have a list in which each is an offer; our readers put commas between.
            comma_is_choice: matches!(ecosystem, "npm" | "gem" | "composer"),
            blank_is_and: matches!(ecosystem, "apk" | "opkg"),
            artistic_is_perl: matches!(ecosystem, "rpm" | "alpm" | "cpan"),
        }
    }
}

/// The longest text that is read; what is longer is the text of a licence, not its name.
const LONGEST: usize = 4_000;

/// The longest name behind `LicenseRef-`.
const LONGEST_ID: usize = 64;

impl Licensing {
    /// What a package is licensed under; none where its record does not say.
    pub fn of(package: &Package) -> Option<Licensing> {
        Licensing::read(&package.ecosystem, package.license.as_deref()?)
    }

    /// Reads what a record of this ecosystem says; none where that says nothing.
    pub fn read(ecosystem: &str, said: &str) -> Option<Licensing> {
        let said = said.trim();
        if says_nothing(said) {
            return None;
        }
        let dialect = Dialect::of(ecosystem);
        let term = if said.len() <= LONGEST { grammar::parse(said, dialect) } else { None };
        let term = term.unwrap_or_else(|| Term::Unlisted(said.into()));
        let mut unlisted = BTreeSet::new();
        let expression = write(&term, false, &mut unlisted);
        Some(Licensing { expression, unlisted })
    }

    /// Whether SPDX lists all of it.
    pub fn is_listed(&self) -> bool {
        self.unlisted.is_empty()
    }
}

/// What tools write who were not told.
fn says_nothing(said: &str) -> bool {
    let words = ["", "unknown", "none", "n/a", "noassertion", "(none)", "null"];
    words.iter().any(|word| said.eq_ignore_ascii_case(word))
}

/// Writes a term, and takes note of what is unlisted in it. A choice within what all holds needs parentheses.
fn write(term: &Term, is_within: bool, unlisted: &mut BTreeSet<Unlisted>) -> String {
    let (terms, word) = match term {
        Term::Listed(text) => return text.clone(),
        Term::Unlisted(said) => {
            let id = reference(said);
            unlisted.insert(Unlisted { id: id.clone(), said: said.clone() });
            return id;
        }
        Term::All(terms) => (terms, " AND "),
        Term::Any(terms) => (terms, " OR "),
    };
    let mut parts: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    for term in terms {
        let mut of_part = BTreeSet::new();
        let part = write(term, matches!(term, Term::Any(_)), &mut of_part);
        if seen.insert(part.to_lowercase()) {
            parts.push(part);
            unlisted.extend(of_part);
        }
    }
    match (&parts[..], is_within) {
        ([_, _, ..], true) => format!("({})", parts.join(word)),
        _ => parts.join(word),
    }
}

/// `LicenseRef-` and the words of what was said, in the letters that SPDX allows.
fn reference(said: &str) -> String {
    let mut id = String::new();
    for one in said.strip_prefix("LicenseRef-").unwrap_or(said).chars() {
        match one {
            one if one.is_ascii_alphanumeric() || one == '.' => id.push(one),
            '+' => id.push_str("-plus-"),
            one if one.is_ascii() => id.push('-'),
            one => id.push_str(&format!("-u{:x}-", u32::from(one))),
        }
    }
    let words: Vec<&str> = id.split('-').filter(|word| !word.is_empty()).collect();
    let mut id = if words.is_empty() { "unnamed".to_owned() } else { words.join("-") };
    if id.len() > LONGEST_ID {
        // Texts that begin alike are told apart.
        let mark = said.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        id.truncate(LONGEST_ID - 17);
        id = format!("{}-{mark:016x}", id.trim_end_matches('-'));
    }
    format!("LicenseRef-{id}")
}

#[cfg(test)]
mod tests;
