//! Ranges that are written as one version: `1.2.*`, `^1.2`, `~1.2`, `~> 1.2`, `~= 1.2`. Each becomes bounds that every
//! format has.

use super::parse::Near;
use super::{Format, Operator, Unit};

/// A unit with a sign that every format has; two where it stands for a range, none where it says nothing.
pub(super) fn plain(
    operator: Operator,
    version: &str,
    format: Format,
) -> Result<Vec<Unit>, String> {
    if format == Format::Kb && !matches!(operator, Operator::Equal | Operator::NotEqual) {
        return Err("numbers of the knowledge base are equal or not, they have no order".into());
    }
    let bound = |operator: Operator, version: &str| vec![Unit::Bound(operator, version.into())];
    let Some(prefix) = before_wildcard(version, format) else {
        return Ok(bound(operator, version));
    };
    if prefix.is_empty() {
        return match operator {
            Operator::Equal | Operator::GreaterOrEqual | Operator::LessOrEqual => Ok(Vec::new()),
            _ => Err(format!("`{version}` stands for every version, and nothing is beyond")),
        };
    }
    let numbers =
        Numbers::of(prefix).filter(|numbers| numbers.rest.is_empty()).ok_or_else(|| {
            format!("`{version}` has something else than numbers before its wildcard")
        })?;
    let from = numbers.lowest(format, numbers.values.len(), false);
    let below = numbers.lowest(format, numbers.values.len(), true);
    Ok(match operator {
        Operator::Equal => range(from, below),
        Operator::NotEqual => vec![Unit::Outside(from.into(), below.into())],
        Operator::Less => bound(Operator::Less, &from),
        Operator::GreaterOrEqual => bound(Operator::GreaterOrEqual, &from),
        Operator::LessOrEqual => bound(Operator::Less, &below),
        Operator::Greater => bound(Operator::GreaterOrEqual, &below),
    })
}

/// The bounds of a version and those after it that are still alike.
pub(super) fn near(
    near: Near,
    mark: &str,
    version: &str,
    format: Format,
) -> Result<Vec<Unit>, String> {
    let is_known = match near {
        Near::Caret => matches!(format, Format::Semver | Format::Composer | Format::Pub),
        Near::Tilde => matches!(format, Format::Semver | Format::Composer),
        Near::Pessimistic => matches!(format, Format::Gem | Format::Semver),
        Near::Compatible => format == Format::Pypi,
    };
    if !is_known {
        return Err(format!("versions of {format} know no `{mark}`"));
    }
    let version = before_wildcard(version, format).unwrap_or(version);
    let numbers = Numbers::of(version)
        .ok_or_else(|| format!("`{version}` does not begin with a number, as `{mark}` needs it"))?;
    let count = numbers.values.len();
    if near == Near::Compatible && count < 2 {
        return Err(format!("`{mark}` needs two numbers at least"));
    }
    // How many numbers stay when the last of them goes up.
    let stay = match near {
        Near::Caret => {
            let is_zero = |number: &&str| number.bytes().all(|digit| digit == b'0');
            let zeros = numbers.values.iter().take_while(|number| is_zero(number)).count();
            (zeros + 1).min(count)
        }
        Near::Tilde if format == Format::Semver => count.min(2),
        Near::Tilde | Near::Pessimistic | Near::Compatible => count.saturating_sub(1).max(1),
    };
    Ok(range(version.into(), numbers.lowest(format, stay, true)))
}

fn range(from: String, below: String) -> Vec<Unit> {
    vec![
        Unit::Bound(Operator::GreaterOrEqual, from.into()),
        Unit::Bound(Operator::Less, below.into()),
    ]
}

/// What stands before `.*` or `.x`, where the format has wildcards; None without one.
fn before_wildcard(version: &str, format: Format) -> Option<&str> {
    let wildcards: &[&str] = match format {
        Format::Semver | Format::Composer => &["*", "x", "X"],
        Format::Pypi | Format::Nuget => &["*"],
        _ => return None,
    };
    let mut prefix = version;
    loop {
        let shorter = wildcards.iter().find_map(|wildcard| prefix.strip_suffix(wildcard));
        match shorter {
            Some("") => return Some(""),
            Some(shorter) if shorter.ends_with('.') => prefix = &shorter[..shorter.len() - 1],
            _ => return (prefix.len() < version.len()).then_some(prefix),
        }
    }
}

/// The numbers that a version begins with.
struct Numbers<'a> {
    /// `v`, or the epoch of a Python version.
    prefix: &'a str,
    values: Vec<&'a str>,
    rest: &'a str,
}

impl<'a> Numbers<'a> {
    fn of(version: &'a str) -> Option<Numbers<'a>> {
        let marks = version.find(|c: char| !matches!(c, 'v' | 'V')).unwrap_or(version.len());
        let epoch = version.find('!').map_or(0, |place| place + 1);
        let (prefix, numbers) = version.split_at(marks.max(epoch));
        let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
        let mut length = numbers.bytes().take_while(is_number).count();
        // In `1.2.beta` the last dot belongs to the word.
        if numbers[..length].ends_with('.') {
            length -= 1;
        }
        let values: Vec<&str> = numbers[..length].split('.').collect();
        let whole = values.iter().all(|value| !value.is_empty());
        whole.then_some(Numbers { prefix, values, rest: &numbers[length..] })
    }

    /// The lowest version that begins with the first `count` numbers, the last of which goes up by one if it is `next`.
    fn lowest(&self, format: Format, count: usize, next: bool) -> String {
        let mut values: Vec<String> = self.values.iter().take(count).map(|&v| v.into()).collect();
        if let Some(last) = values.last_mut().filter(|_| next) {
            *last = increment(last);
        }
        let end = match format {
            Format::Semver | Format::Nuget | Format::Pub => {
                values.resize(values.len().max(3), "0".into());
                // npm does not count pre-releases of the first version to a range, but they come before it.
                if next { "-0" } else { "" }
            }
            Format::Composer => "-dev",
            Format::Pypi => ".dev0",
            Format::Gem => ".A",
            _ => "",
        };
        format!("{}{}{end}", self.prefix, values.join("."))
    }
}

/// Adds one to decimal digits of any length.
fn increment(digits: &str) -> String {
    let nines = digits.bytes().rev().take_while(|&digit| digit == b'9').count();
    let (head, tail) = digits.split_at(digits.len() - nines);
    let zeros = "0".repeat(tail.len());
    match head.as_bytes().last() {
        Some(last) => format!("{}{}{zeros}", &head[..head.len() - 1], char::from(last + 1)),
        None => format!("1{zeros}"),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Constraint, Format};

    /// A version that holds is written alone, one that does not with a `!` before it.
    fn check(format: Format, text: &str, versions: &str) {
        let constraint = Constraint::parse(text, format).unwrap();
        for version in versions.split(' ') {
            let (version, expected) = match version.strip_prefix('!') {
                Some(version) => (version, false),
                None => (version, true),
            };
            assert_eq!(constraint.holds(version), Ok(expected), "{text}: {version}");
        }
    }

    fn check_error(format: Format, text: &str, reason: &str) {
        assert_eq!(Constraint::parse(text, format).unwrap_err().reason, reason);
    }

    #[test]
    fn a_caret_keeps_the_first_number_that_is_not_zero() {
        check(Format::Semver, "^1.2.3", "1.2.3 1.9.0 !2.0.0 !2.0.0-rc.1 !1.2.2");
        check(Format::Semver, "^0.2.3", "0.2.9 !0.3.0 !0.3.0-0");
        check(Format::Semver, "^0.0.3", "0.0.3 !0.0.4");
        check(Format::Semver, "^0.0", "0.0.9 !0.1.0");
        check(Format::Composer, "^1.2", "1.2 1.9.9 !2.0 !2.0-dev");
        check(
            Format::Semver,
            "^99999999999999999999.1",
            "99999999999999999999.2 !100000000000000000000.0",
        );
    }

    #[test]
    fn a_tilde_means_less_to_npm_than_to_composer() {
        check(Format::Semver, "~1.2.3", "1.2.9 !1.3.0 !1.2.2");
        check(Format::Semver, "~1.2", "1.2.0 !1.3.0");
        check(Format::Semver, "~1", "1.9.0 !2.0.0");
        check(Format::Composer, "~1.2", "1.9 !2.0");
        check(Format::Composer, "~1.2.3", "1.2.9 !1.3");
    }

    #[test]
    fn ruby_and_python_let_the_last_number_go() {
        check(Format::Gem, "~> 1.2, != 1.3", "1.2 1.9 !1.3 !2.0 !2.0.a !1.1");
        check(Format::Gem, "~> 1.2.3", "1.2.3 1.2.9 !1.3");
        check(Format::Gem, "~> 3", "3.9 !4");
        check(Format::Gem, "~> 1.2.beta", "1.2.beta 1.9 !2");
        check(Format::Pypi, "~= 1.4.2", "1.4.2 1.4.9 !1.5 !1.5.dev3 !1.4.1");
        check(Format::Pypi, "~= 1!1.4", "1!1.4 1!1.9 !1!2.0 !1.4");
    }

    #[test]
    fn a_wildcard_is_a_range() {
        check(Format::Semver, "1.2.x", "1.2.0 1.2.9 !1.3.0 !1.1.9");
        check(Format::Semver, "1.x.x || 3.*", "1.0.0 !2.0.0 3.1.0");
        check(Format::Pypi, "== 1.2.*", "1.2 1.2.dev1 1.2.9 !1.3 !1.3.dev1");
        check(Format::Pypi, "!= 1.2.*", "1.1 1.3 !1.2 !1.2.7");
        check(Format::Semver, "> 1.x", "2.0.0 !1.9.0");
        check(Format::Semver, "<= 1.x", "1.9.0 !2.0.0");
        check(Format::Semver, "*", "1.0.0 anything");
        check(Format::Semver, "< 1.0 || *", "5");
        check(Format::Nuget, "1.*", "1.5 !2.0");
    }

    #[test]
    fn what_a_format_does_not_have_is_an_error() {
        check_error(Format::Apk, "^1.2", "versions of apk know no `^`");
        check_error(Format::Deb, "~1.2", "versions of deb know no `~`");
        check_error(Format::Semver, "~= 1.2", "versions of semver know no `~=`");
        check_error(Format::Pypi, "~= 1", "`~=` needs two numbers at least");
        check_error(Format::Semver, "^a", "`a` does not begin with a number, as `^` needs it");
        check_error(Format::Semver, "> *", "`*` stands for every version, and nothing is beyond");
        check_error(
            Format::Kb,
            "< 5",
            "numbers of the knowledge base are equal or not, they have no order",
        );
        check_error(
            Format::Pypi,
            "== 1.2rc1.*",
            "`1.2rc1.*` has something else than numbers before its wildcard",
        );
    }
}
