//! Changelogs as the makers of languages' packages write them: Markdown, reStructuredText or plain text, with a heading for
//! each version. There is no rule for them; what is no heading of a version is text of the one above it.

use std::sync::LazyLock;

use model::{Changelog, ChangelogEntry, Time};
use regex::Regex;

use super::mentions::{self, Habit};

/// Entries of one changelog that are read.
const MOST: usize = 5_000;

// A pattern that is wrong would match nothing; the tests below prove that none is.

/// A version at the beginning of a heading, behind the words that may stand before it: `[1.2.3]`, `Version 1.2`, `shop@1.2.3`.
static VERSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^[\[*_`]*(?:(?:version|release|changes in|changes for|changes between \S+ and|what's new in|new in)\s+)?(?:@?[a-z][a-z0-9_./-]*[ @]\s*)?[\[(]?(?:version\s+|release\s+)?v?([0-9]+(?:\.[0-9]+)+(?:[-.+~]?[0-9a-z]+)*)",
    )
    .ok()
});

/// A day in digits, and one with the name of its month.
static DIGITS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b([12][0-9]{3})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})\b").ok());
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let month = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?";
    let day = r"([0-9]{1,2})(?:st|nd|rd|th)?";
    Regex::new(&format!(r"(?i)\b(?:{month}\s+{day}|{day}\s+{month}),?\s+([12][0-9]{{3}})\b")).ok()
});

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Takes a changelog apart.
pub(super) fn parse(text: &str) -> Changelog {
    let lines: Vec<&str> = text.lines().collect();
    let mut changelog = Changelog::default();
    let mut open: Option<Open<'_>> = None;
    let mut at = 0;
    while at < lines.len() {
        let Some((heading, length)) = heading(&lines[at..]) else {
            if let Some(entry) = &mut open {
                entry.lines.push(lines[at].trim_end());
            }
            at += 1;
            continue;
        };
        at += length;
        if let Some(version) = version(heading) {
            changelog.entries.extend(open.take().map(Open::finish));
            if changelog.entries.len() == MOST {
                changelog.cut = Some(format!("it has more than {MOST} entries"));
                break;
            }
            open = Some(Open { version, date: day(heading), lines: Vec::new() });
        } else if is_unreleased(heading) {
            changelog.entries.extend(open.take().map(Open::finish));
        } else if let Some(entry) = &mut open {
            entry.lines.extend(lines[at - length..at].iter().map(|line| line.trim_end()));
        }
    }
    changelog.entries.extend(open.map(Open::finish));
    // A few grow at their end.
    let days: Vec<Time> = changelog.entries.iter().filter_map(|entry| entry.date).collect();
    if days.first() < days.last() {
        changelog.entries.reverse();
    }
    changelog
}

/// An entry whose text is still being read.
struct Open<'a> {
    version: &'a str,
    date: Option<Time>,
    lines: Vec<&'a str>,
}

impl Open<'_> {
    fn finish(self) -> ChangelogEntry {
        // Some say below the heading when it was released.
        let said = self.lines.iter().take(4).find(|line| line.to_lowercase().contains("released"));
        let date = self.date.or_else(|| day(said?));
        let text = mentions::block(&self.lines);
        let (cves, bugs) = mentions::of(&text, Habit::Rpm);
        let version = Some(self.version.into());
        ChangelogEntry { version, date, author: None, text, cves, bugs }
    }
}

/// The text of a heading that stands here, and how many lines it takes.
fn heading<'a>(lines: &[&'a str]) -> Option<(&'a str, usize)> {
    let line = lines[0];
    for sign in ['#', '='] {
        let rest = line.trim_start_matches(sign);
        let level = line.len() - rest.len();
        if (1..=6).contains(&level) && rest.starts_with([' ', '\t', '[']) {
            return Some((rest.trim().trim_end_matches(sign).trim(), 1));
        }
    }
    if line.trim().is_empty() || line.starts_with([' ', '\t']) {
        return None;
    }
    let is_line = |line: &str| {
        let line = line.trim_end();
        let first = line.chars().next().filter(|one| "=-~^*+#".contains(*one));
        line.len() >= 3 && first.is_some_and(|first| line.chars().all(|one| one == first))
    };
    if is_line(line) {
        // A heading between two lines.
        let inner = lines.get(1).filter(|inner| !inner.trim().is_empty() && !is_line(inner))?;
        return (lines.get(2)?.trim_end() == line.trim_end()).then_some((inner.trim(), 3));
    }
    if lines.get(1).is_some_and(|below| is_line(below)) {
        return Some((line.trim(), 2));
    }
    // A version with a day is a heading also where nothing marks it.
    // What begins with two stars is bold, no point of a list.
    let is_marked = line.starts_with(['-', '+', '>', '|']) || line.starts_with("* ");
    let is_short = line.len() <= 80;
    (!is_marked && is_short && version(line).is_some() && day(line).is_some())
        .then_some((line.trim(), 1))
}

fn version(heading: &str) -> Option<&str> {
    Some(VERSION.as_ref()?.captures(heading)?.get(1)?.as_str())
        // A day alone is no version.
        .filter(|version| !is_day(version))
}

fn is_day(version: &str) -> bool {
    DIGITS
        .as_ref()
        .is_some_and(|day| day.find(version).is_some_and(|day| day.len() == version.len()))
}

fn is_unreleased(heading: &str) -> bool {
    let heading = heading.trim_matches(['[', ']', '*']).to_ascii_lowercase();
    ["unreleased", "next", "upcoming", "master", "main", "head", "dev"]
        .iter()
        .any(|word| heading.split(|one: char| !one.is_alphanumeric()).next() == Some(*word))
}

/// The first day that a line names.
fn day(line: &str) -> Option<Time> {
    if let Some(day) = DIGITS.as_ref()?.captures(line) {
        let month: usize = day[2].parse().ok()?;
        return moment(MONTHS.get(month.checked_sub(1)?)?, &day[3], &day[1]);
    }
    let day = NAMED.as_ref()?.captures(line)?;
    let month = day.get(1).or(day.get(4))?.as_str().to_ascii_lowercase();
    moment(&month, day.get(2).or(day.get(3))?.as_str(), &day[5])
}

fn moment(month: &str, day: &str, year: &str) -> Option<Time> {
    let mut month = month.to_owned();
    month.get_mut(..1)?.make_ascii_uppercase();
    // Any weekday does.
    Time::of_calendar(&format!("Mon {month} {day:0>2} {year}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let entries = parse(text).entries.into_iter().map(|entry| {
            let day = entry.date.map_or("-".into(), Time::day);
            let lines = entry.text.replace('\n', "|");
            let cves = entry.cves.join(",");
            format!("{} {day} {lines} {cves}", entry.version.unwrap()).trim_end().to_owned()
        });
        assert_eq!(entries.collect::<Vec<_>>(), expect);
    }

    #[test]
    fn headings_of_keep_a_changelog() {
        check(
            "# Changelog\n\nAll of it.\n\n## [Unreleased]\n- x\n\n## [1.1.0] - 2019-02-15\n### Added\n- a (CVE-2019-1234)\n\n## 1.0.0 - 2017-06-20\n- b\n",
            &[
                "1.1.0 2019-02-15 ### Added|- a (CVE-2019-1234) CVE-2019-1234",
                "1.0.0 2017-06-20 - b",
            ],
        );
    }

    #[test]
    fn headings_of_other_tools() {
        check(
            "# [4.18.2](https://e.org/compare/v4.18.1...v4.18.2) (2022-10-08)\n\n* a\n\n## v4.18.1\n* b\n",
            &["4.18.2 2022-10-08 * a", "4.18.1 - * b"],
        );
        check("4.18.2 / 2022-10-08\n===================\n\n  * a\n", &["4.18.2 2022-10-08 * a"]);
        check(
            "## shop@2.0.0-rc.1\n- a\n\n### Patch Changes\n- b\n",
            &["2.0.0-rc.1 - - a||### Patch Changes|- b"],
        );
        check("=== 1.10.0 / 2020-07-07\n\n* a\n", &["1.10.0 2020-07-07 * a"]);
        check("**v1.2.0** - January 2, 2024\n\n- a\n", &["1.2.0 2024-01-02 - a"]);
    }

    #[test]
    fn headings_with_lines_below_them() {
        check(
            "Release History\n===============\n\ndev\n---\n- no\n\n2.31.0 (2023-05-22)\n-------------------\n\n**Security**\n- a\n",
            &["2.31.0 2023-05-22 **Security**|- a"],
        );
        check(
            "Version 2.3.2\n-------------\n\nReleased 2023-05-01\n\n-   a\n",
            &["2.3.2 2023-05-01 Released 2023-05-01||-   a"],
        );
        check("=====\n1.0.1\n=====\n* a\n", &["1.0.1 - * a"]);
    }

    #[test]
    fn what_is_no_heading_is_text() {
        check(
            "## 1.0.0\n1.2.3 is broken\n- 1.2.4 (2024-01-01) too\n    ## 9.9.9\n",
            &["1.0.0 - 1.2.3 is broken|- 1.2.4 (2024-01-01) too|    ## 9.9.9"],
        );
        check("nothing\n", &[]);
        check("## 2024-01-01\n- a\n", &[]);
    }

    #[test]
    fn what_grows_at_its_end_is_turned_round() {
        check(
            "## 1.0 2020-01-01\na\n## 1.1 2021-01-01\nb\n",
            &["1.1 2021-01-01 b", "1.0 2020-01-01 a"],
        );
    }
}
