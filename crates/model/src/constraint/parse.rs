//! The reading of constraints. It never judges versions.

use super::{Format, InvalidConstraint, Operator, Unit, ranges};
use crate::visible;

/// The longest text that is read, in bytes; the longest that a feed is known to have is a tenth of it.
const LONGEST: usize = 64 << 10;

/// What stands before a version, longest first.
const SIGNS: [(&str, Sign); 13] = [
    ("===", Sign::Plain(Operator::Equal)),
    ("==", Sign::Plain(Operator::Equal)),
    ("!=", Sign::Plain(Operator::NotEqual)),
    ("<=", Sign::Plain(Operator::LessOrEqual)),
    (">=", Sign::Plain(Operator::GreaterOrEqual)),
    ("~>", Sign::Near(Near::Pessimistic)),
    ("~=", Sign::Near(Near::Compatible)),
    ("<", Sign::Plain(Operator::Less)),
    (">", Sign::Plain(Operator::Greater)),
    ("=", Sign::Plain(Operator::Equal)),
    ("^", Sign::Near(Near::Caret)),
    ("~", Sign::Near(Near::Tilde)),
    ("", Sign::Plain(Operator::Equal)),
];

#[derive(Clone, Copy)]
enum Sign {
    Plain(Operator),
    Near(Near),
}

/// The signs that mean "this one and those after it that are still alike".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Near {
    /// `^1.2`.
    Caret,
    /// `~1.2`.
    Tilde,
    /// `~> 1.2`.
    Pessimistic,
    /// `~= 1.2`.
    Compatible,
}

/// Reads alternatives; none where nothing is said.
pub(super) fn alternatives(
    text: &str,
    format: Format,
) -> Result<Vec<Vec<Unit>>, InvalidConstraint> {
    let invalid = |reason: String| InvalidConstraint { text: shown(text), format, reason };
    if text.len() > LONGEST {
        return Err(invalid(format!("it is longer than {LONGEST} bytes")));
    }
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut alternatives = Vec::new();
    for alternative in text.split("||") {
        let units = units(alternative, format).map_err(invalid)?;
        // `*` says nothing, and so makes the whole say nothing.
        if units.is_empty() {
            return Ok(Vec::new());
        }
        alternatives.push(units);
    }
    Ok(alternatives)
}

/// A text for an error: inert, and no longer than a line.
pub(super) fn shown(text: &str) -> String {
    const LENGTH: usize = 120;
    let shortened: String = text.chars().take(LENGTH).collect();
    let more = if shortened.len() < text.len() { "…" } else { "" };
    visible(shortened.as_bytes()) + more
}

/// Reads what stands between two `||`.
fn units(text: &str, format: Format) -> Result<Vec<Unit>, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("there is nothing on one side of `||`".into());
    }
    let mut units = Vec::new();
    loop {
        let (mark, sign) = sign(rest);
        rest = rest[mark.len()..].trim_start();
        let version = version(&mut rest, mark)?;
        match sign {
            Sign::Plain(operator) => units.extend(ranges::plain(operator, version, format)?),
            Sign::Near(near) => units.extend(ranges::near(near, mark, version, format)?),
        }
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix(',') {
            rest = after.trim_start();
            if rest.is_empty() {
                return Err("there is nothing after the last comma".into());
            }
        } else if rest.is_empty() {
            return Ok(units);
        } else if sign_mark(rest).is_empty() {
            return Err(format!("there is neither a comma nor `||` before `{}`", shown(rest)));
        }
    }
}

fn sign(rest: &str) -> (&'static str, Sign) {
    let found = SIGNS.into_iter().find(|(mark, _)| rest.starts_with(mark));
    found.unwrap_or(("", Sign::Plain(Operator::Equal)))
}

fn sign_mark(rest: &str) -> &'static str {
    sign(rest).0
}

/// Takes a version, in quotes or up to what cannot be one.
fn version<'a>(rest: &mut &'a str, mark: &str) -> Result<&'a str, String> {
    let (version, after) = if let Some(quoted) = rest.strip_prefix(['"', '\'']) {
        let quote = &rest[..1];
        quoted.split_once(quote).ok_or_else(|| format!("a {quote} is not closed"))?
    } else {
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '<' | '>' | '=' | '|' | '"');
        rest.split_at(rest.find(ends).unwrap_or(rest.len()))
    };
    *rest = after;
    if version.trim().is_empty() {
        let place = if mark.is_empty() { "before" } else { "after" };
        let beside =
            if mark.is_empty() { after.chars().take(1).collect() } else { mark.to_owned() };
        return Err(format!("there is no version {place} `{}`", shown(&beside)));
    }
    if version.starts_with(['[', '(']) {
        return Err("ranges in brackets are not part of the language".into());
    }
    Ok(version.trim())
}

#[cfg(test)]
mod tests {
    use crate::{Constraint, Format};

    fn check(text: &str, version: &str, expected: bool) {
        let constraint = Constraint::parse(text, Format::Semver).unwrap();
        assert_eq!(constraint.holds(version), Ok(expected), "{text}: {version}");
    }

    fn check_error(text: &str, expected: &str) {
        let error = Constraint::parse(text, Format::Semver).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn nothing_holds_for_every_version() {
        for text in ["", "  "] {
            let always = Constraint::parse(text, Format::Semver).unwrap();
            assert!(always.is_always() && always.holds("anything") == Ok(true));
        }
    }

    #[test]
    fn all_between_commas_and_one_of_the_alternatives_must_hold() {
        check(">= 1.2, < 1.4 || = 2.0", "1.3", true);
        check(">= 1.2, < 1.4 || = 2.0", "1.4", false);
        check(">= 1.2, < 1.4 || = 2.0", "2.0.0", true);
        check(">=1.2 <1.4||2.0", "1.3", true);
        check("<= '1.4'", "1.4", true);
        check("!= \"1.4\"", "1.4", false);
        check("== 1.4", "1.4", true);
    }

    #[test]
    fn what_cannot_be_compared_is_said_unless_another_alternative_holds() {
        check("< main || < 2", "1", true);
        let constraint = Constraint::parse("< main || > 2", Format::Semver).unwrap();
        let error = constraint.holds("1").unwrap_err().to_string();
        assert_eq!(error, "version `1` cannot be compared with `main` by the rules of semver");
    }

    #[test]
    fn what_is_no_constraint_is_refused_with_its_reason() {
        let refused = |text: &str, reason: &str| {
            check_error(
                text,
                &format!("`{text}` is no constraint on versions of semver: {reason}"),
            );
        };
        refused("< 1 ||", "there is nothing on one side of `||`");
        refused("< 1,", "there is nothing after the last comma");
        refused("<", "there is no version after `<`");
        refused("< , 2", "there is no version after `<`");
        refused("1, ,2", "there is no version before `,`");
        refused("1.2 - 1.4", "there is neither a comma nor `||` before `- 1.4`");
        refused("[1.0,2.0)", "ranges in brackets are not part of the language");
        refused("< \"1", "a \" is not closed");
        refused("< 1 | > 2", "there is neither a comma nor `||` before `| > 2`");
        let long = "1".repeat(70_000);
        let reason = Constraint::parse(&long, Format::Semver).unwrap_err().reason;
        assert_eq!(reason, "it is longer than 65536 bytes");
    }
}
