//! Constraints: which versions an advisory is about, as the feed writes it (`>= 1.2, < 1.4 || = 2.0`).
//!
//! Units stand between commas (all of them must hold) or blanks, alternatives between `||` (one must hold). A unit is an
//! operator and a version; no operator means `=`. Formats whose package managers have them know `^1.2`, `~1.2`,
//! `~> 1.2`, `~= 1.2` and `1.2.*`, too. Nothing at all holds for every version.

mod format;
mod parse;
mod ranges;
#[cfg(test)]
mod vectors;

use std::cmp::Ordering;
use std::fmt;

pub use format::Format;

/// Which versions are meant, and by which rules they are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    text: Box<str>,
    format: Format,
    /// One of them must hold; none means always.
    alternatives: Vec<Vec<Unit>>,
}

/// A text that is no constraint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no constraint on versions of {format}: {reason}")]
pub struct InvalidConstraint {
    /// What was given, shortened if it was long.
    pub text: String,
    /// The rules that it was read by.
    pub format: Format,
    /// Why it is none.
    pub reason: String,
}

/// A version that the rules of a constraint have no place for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("version `{version}` cannot be compared with `{bound}` by the rules of {format}")]
pub struct Incomparable {
    /// The version that was asked about.
    pub version: String,
    /// The version that the constraint names.
    pub bound: String,
    /// The rules.
    pub format: Format,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Unit {
    /// `< 1.2`.
    Bound(Operator, Box<str>),
    /// `!= 1.2.*`: not from the first and below the second.
    Outside(Box<str>, Box<str>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

impl Operator {
    fn accepts(self, order: Ordering) -> bool {
        match self {
            Operator::Less => order.is_lt(),
            Operator::LessOrEqual => order.is_le(),
            Operator::Greater => order.is_gt(),
            Operator::GreaterOrEqual => order.is_ge(),
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => order.is_ne(),
        }
    }
}

impl Constraint {
    /// Reads a constraint. Its versions are not judged here: [`Constraint::holds`] says which of them make no sense.
    pub fn parse(text: &str, format: Format) -> Result<Constraint, InvalidConstraint> {
        let alternatives = parse::alternatives(text, format)?;
        Ok(Constraint { text: text.trim().into(), format, alternatives })
    }

    /// Whether a version is meant. An alternative that cannot be judged is passed over if another one holds.
    pub fn holds(&self, version: &str) -> Result<bool, Incomparable> {
        let mut failure = None;
        for alternative in &self.alternatives {
            match self.all_hold(alternative, version) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(incomparable) => failure = failure.or(Some(incomparable)),
            }
        }
        failure.map_or(Ok(self.is_always()), Err)
    }

    fn all_hold(&self, units: &[Unit], version: &str) -> Result<bool, Incomparable> {
        for unit in units {
            let holds = match unit {
                Unit::Bound(operator, bound) => operator.accepts(self.compare(version, bound)?),
                Unit::Outside(from, below) => {
                    self.compare(version, from)?.is_lt() || self.compare(version, below)?.is_ge()
                }
            };
            if !holds {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn compare(&self, version: &str, bound: &str) -> Result<Ordering, Incomparable> {
        self.format.compare(version, bound).ok_or_else(|| Incomparable {
            version: parse::shown(version),
            bound: parse::shown(bound),
            format: self.format,
        })
    }

    /// Whether it says nothing and so holds for every version.
    pub fn is_always(&self) -> bool {
        self.alternatives.is_empty()
    }

    /// The rules that its versions are compared by.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The text as the feed has it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}
