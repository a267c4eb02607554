//! Events on a line of versions (`introduced`, `fixed`, `last_affected`, `limit`) and lists of versions become
//! constraints.
//!
//! A range of commits (`GIT`) says nothing of versions and is left out. `introduced: 0` is before every version and never
//! becomes a bound.

use std::cmp::Ordering;

use model::{Constraint, Fix, FixState, Format};

use super::ecosystem::Place;
use super::shapes::{Affected, Event, Range as Line};
use crate::record::Range;

/// The most events and versions that are read of one package.
const MOST: usize = 50_000;
/// How many versions are compared with how many ranges, to leave out those that ranges have.
const MOST_LOOKS: usize = 4_000_000;
/// How many versions of a list stand in one constraint.
const TOGETHER: usize = 200;

/// What versions are meant, with what was done about them. What makes no sense is told, a clause each.
pub(super) fn of(
    affected: &Affected,
    place: &Place,
    unreadable: &mut dyn FnMut(String),
) -> Vec<Range> {
    let format = Format::named(place.format).unwrap_or(Format::Fuzzy);
    let mut ranges = Vec::new();
    let mut constraints = Vec::new();
    for line in affected.ranges.iter().filter(|line| line.kind != "GIT") {
        match spans(line, format) {
            Ok(spans) => {
                for span in spans {
                    match Constraint::parse(&span.constraint, format) {
                        Ok(constraint) => {
                            constraints.push(constraint);
                            ranges.push(span.range(place.format));
                        }
                        Err(error) => unreadable(error.to_string()),
                    }
                }
            }
            Err(what) => unreadable(what),
        }
    }
    if affected.versions.len() > MOST {
        unreadable(format!("more than {MOST} versions are listed; the others were left out"));
    }
    // Lists mostly repeat what ranges say; that is looked for as long as it does not take long.
    let may_look = affected.versions.len().saturating_mul(constraints.len()) <= MOST_LOOKS;
    let is_new = |version: &&String| {
        let holds = |constraint: &Constraint| constraint.holds(version) == Ok(true);
        let is_known = may_look && constraints.iter().any(holds);
        !version.trim().is_empty() && !is_known
    };
    let listed: Vec<&String> = affected.versions.iter().take(MOST).filter(is_new).collect();
    for versions in listed.chunks(TOGETHER) {
        let named: Vec<String> =
            versions.iter().map(|version| format!("= {}", quoted(version))).collect();
        let constraint = named.join(" || ");
        match Constraint::parse(&constraint, format) {
            Ok(_) => {
                ranges.push(Range { format: place.format.into(), constraint, fix: Fix::default() });
            }
            Err(error) => unreadable(error.to_string()),
        }
    }
    ranges
}

/// Versions from one to another, and the one that fixes them.
struct Span {
    constraint: String,
    fixed: Option<String>,
}

impl Span {
    fn range(self, format: &str) -> Range {
        let state = if self.fixed.is_some() { FixState::Fixed } else { FixState::NotFixed };
        let fix = Fix { state, versions: self.fixed.into_iter().collect() };
        Range { format: format.into(), constraint: self.constraint, fix }
    }
}

/// An event and the version that it happens at; none is before every version.
#[derive(Clone, Copy)]
enum Happens<'a> {
    Introduced(Option<&'a str>),
    Fixed(&'a str),
    LastAffected(&'a str),
}

impl<'a> Happens<'a> {
    fn of(event: &'a Event) -> Option<Happens<'a>> {
        match event {
            Event { introduced: Some(at), .. } => {
                Some(Happens::Introduced(Some(&**at).filter(|at| *at != "0")))
            }
            Event { fixed: Some(at), .. } => Some(Happens::Fixed(at)),
            Event { last_affected: Some(at), .. } => Some(Happens::LastAffected(at)),
            _ => None,
        }
    }

    fn at(self) -> Option<&'a str> {
        match self {
            Happens::Introduced(at) => at,
            Happens::Fixed(at) | Happens::LastAffected(at) => Some(at),
        }
    }
}

/// Walks along the events of a line, in the order of their versions.
fn spans(line: &Line, format: Format) -> Result<Vec<Span>, String> {
    if line.events.len() > MOST {
        return Err(format!("a range has more than {MOST} events"));
    }
    let mut events: Vec<Happens<'_>> = line.events.iter().filter_map(Happens::of).collect();
    for at in events.iter().filter_map(|event| event.at()) {
        if format.compare(at, at).is_none() {
            return Err(format!("`{at}` in a range is no version of {format}"));
        }
    }
    events.sort_by(|a, b| match (a.at(), b.at()) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(a), Some(b)) => format.compare(a, b).unwrap_or(Ordering::Equal),
    });
    let limit = limit(line, format);
    let mut spans: Vec<Span> = Vec::new();
    let mut since = None;
    for event in events {
        match event {
            Happens::Introduced(at) => since = since.or(Some(at)),
            Happens::Fixed(at) => match (since.take(), spans.last_mut()) {
                (Some(from), _) => {
                    spans.push(span(from, Some(("<", at)), limit, Some(at)));
                }
                // The last one that is affected was named, and now the one that fixes it.
                (None, Some(last)) if last.fixed.is_none() => last.fixed = Some(at.into()),
                (None, _) => {}
            },
            Happens::LastAffected(at) => {
                if let Some(from) = since.take() {
                    spans.push(span(from, Some(("<=", at)), limit, None));
                }
            }
        }
    }
    if let Some(from) = since {
        spans.push(span(from, None, limit, None));
    }
    // Fixed before any version was affected: nothing is meant.
    spans.retain(|span| span.constraint != "< 0");
    Ok(spans)
}

fn span(
    from: Option<&str>,
    to: Option<(&str, &str)>,
    limit: Option<&str>,
    fixed: Option<&str>,
) -> Span {
    let from = from.map(|at| format!(">= {}", quoted(at)));
    let to = to.map(|(sign, at)| format!("{sign} {}", quoted(at)));
    let limit = limit.map(|at| format!("< {}", quoted(at)));
    let bounds: Vec<String> = [from, to, limit].into_iter().flatten().collect();
    Span { constraint: bounds.join(", "), fixed: fixed.map(Into::into) }
}

/// The highest of the limits; none where there is none, or where one is `*`.
fn limit(line: &Line, format: Format) -> Option<&str> {
    let limits = || line.events.iter().filter_map(|event| event.limit.as_deref());
    if limits().any(|limit| limit == "*") {
        return None;
    }
    limits().reduce(|a, b| if format.compare(a, b) == Some(Ordering::Less) { b } else { a })
}

/// A version as a constraint may have it.
fn quoted(version: &str) -> String {
    let version = version.trim();
    let is_plain =
        |c: char| !c.is_whitespace() && !matches!(c, ',' | '<' | '>' | '=' | '|' | '"' | '\'');
    match version.chars().all(is_plain) {
        true => version.into(),
        false if version.contains('"') => format!("'{version}'"),
        false => format!("\"{version}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Events are written `introduced 0, fixed 1.2`; versions stand behind a semicolon.
    fn check(word: &str, text: &str, expected: &[&str]) {
        let (events, versions) = text.split_once(';').unwrap_or((text, ""));
        let events =
            events.split(',').filter_map(|event| event.trim().split_once(' ')).map(|(kind, at)| {
                let at = Some(at.to_owned());
                match kind {
                    "introduced" => Event { introduced: at, ..Event::default() },
                    "fixed" => Event { fixed: at, ..Event::default() },
                    "last" => Event { last_affected: at, ..Event::default() },
                    _ => Event { limit: at, ..Event::default() },
                }
            });
        let line = Line { kind: "ECOSYSTEM".into(), events: events.collect() };
        let versions = versions.split_whitespace().map(Into::into).collect();
        let affected = Affected { ranges: vec![line], versions, ..Affected::default() };
        let mut told = Vec::new();
        let ranges =
            of(&affected, &Place::of(word).unwrap(), &mut |what| told.push(format!("! {what}")));
        let ranges = ranges.into_iter().map(|range| {
            let state = range.fix.state.name();
            format!("{} → {state} {}", range.constraint, range.fix.versions.join(" "))
                .trim_end()
                .to_owned()
        });
        let ranges: Vec<String> = ranges.chain(told).collect();
        assert_eq!(ranges, expected, "{text}");
    }

    #[test]
    fn events_become_spans() {
        check("PyPI", "introduced 0, fixed 1.2", &["< 1.2 → fixed 1.2"]);
        check("PyPI", "introduced 1.0, last 1.1", &[">= 1.0, <= 1.1 → not-fixed"]);
        check("PyPI", "introduced 0", &[" → not-fixed"]);
        check("PyPI", "introduced 0, last 1.1, fixed 1.2", &["<= 1.1 → fixed 1.2"]);
        check(
            "Go",
            "introduced 0, fixed 1.2.0, introduced 1.3.0, fixed 1.3.5",
            &["< 1.2.0 → fixed 1.2.0", ">= 1.3.0, < 1.3.5 → fixed 1.3.5"],
        );
        check("npm", "introduced 0, fixed 2.0.0, limit 1.5.0", &["< 2.0.0, < 1.5.0 → fixed 2.0.0"]);
        check("npm", "introduced 0, fixed 2.0.0, limit *", &["< 2.0.0 → fixed 2.0.0"]);
    }

    #[test]
    fn events_are_sorted_by_their_versions() {
        check(
            "npm",
            "fixed 1.10.0, introduced 1.9.0, introduced 0, fixed 1.2.0",
            &["< 1.2.0 → fixed 1.2.0", ">= 1.9.0, < 1.10.0 → fixed 1.10.0"],
        );
    }

    #[test]
    fn listed_versions_count_where_no_range_has_them() {
        check(
            "PyPI",
            "introduced 0, fixed 1.2; 1.0 1.1 2.0rc1",
            &["< 1.2 → fixed 1.2", "= 2.0rc1 → unknown"],
        );
        check("PyPI", "; 1.0 1.0.1", &["= 1.0 || = 1.0.1 → unknown"]);
        check("PyPI", ";", &[]);
    }

    #[test]
    fn what_means_no_version_is_left_out() {
        check("PyPI", "introduced 0, fixed 0", &[]);
        check("PyPI", "fixed 1.0", &[]);
        let error = "! `main` in a range is no version of semver";
        check("npm", "introduced 0, fixed main; 1.0.0", &["= 1.0.0 → unknown", error]);
    }
}
