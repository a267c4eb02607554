//! What an entry's text mentions: CVEs, and bugs with the tracker that the words around the number speak of. It never
//! asks whether they exist.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use model::{Bug, Tracker};
use regex::{Captures, Regex};

/// Whose habits a text follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    /// `Closes: #1, #2` means Debian's bugs.
    Debian,
    /// It means whatever tracker the authors have.
    Rpm,
}

// A pattern that is wrong would match nothing; the tests below prove that none is.

static CVE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\bCVE[-_ ]?([0-9]{4})[-_]([0-9]{4,})").ok());

/// As Debian Policy 4.4 has it: a word, then numbers with commas between them.
static CLOSES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\bcloses:\s*((?:bug)?#?\s?[0-9]+(?:,\s*(?:bug)?#?\s?[0-9]+)*)").ok()
});

/// As Launchpad has it, whatever the distribution.
static LAUNCHPAD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\blp:\s*(#\s?[0-9]+(?:,\s*#\s?[0-9]+)*)").ok());

/// Numbers with the words before them; which words, the number of the group says.
static BUG: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = [
        r"(?i)\brhbz\s?[#:-]{0,2}\s?([0-9]+)",
        r"bugzilla\.redhat\.com/(?:show_bug\.cgi\?id=)?([0-9]+)",
        r"\bRHEL-([0-9]{3,})\b",
        r"\b(?:bsc|bnc)\s?#\s?([0-9]+)",
        r"\bboo\s?#\s?([0-9]+)",
        r"\bswbz\s?#?\s?([0-9]+)",
        r"\b(?:bz|bugs?|bugzilla):?\s?#{0,2}\s?([0-9]{3,})\b",
        r"#([0-9]{2,})\b",
    ];
    Regex::new(&words.join("|")).ok()
});

/// The trackers of those groups.
const TRACKERS: [Tracker; 8] = [
    Tracker::RedHat,
    Tracker::RedHat,
    Tracker::Jira,
    Tracker::Suse,
    Tracker::OpenSuse,
    Tracker::Sourceware,
    Tracker::Unnamed,
    Tracker::Unnamed,
];

/// The CVEs and the bugs that a text mentions, each once, ordered.
pub(super) fn of(text: &str, habit: Habit) -> (Vec<String>, Vec<Bug>) {
    let cves: BTreeSet<String> =
        all(&CVE, text).map(|cve| format!("CVE-{}-{}", &cve[1], &cve[2])).collect();
    let mut bugs = BTreeSet::new();
    let mut rest = listed(&LAUNCHPAD, text, Tracker::Launchpad, &mut bugs);
    if habit == Habit::Debian {
        rest = listed(&CLOSES, &rest, Tracker::Debian, &mut bugs).into_owned().into();
    }
    for bug in all(&BUG, &rest) {
        let groups = TRACKERS.iter().zip(1..);
        bugs.extend(groups.filter_map(|(tracker, group)| {
            Some(Bug { tracker: *tracker, number: bug.get(group)?.as_str().parse().ok()? })
        }));
    }
    (cves.into_iter().collect(), bugs.into_iter().collect())
}

fn all<'t>(
    pattern: &'static LazyLock<Option<Regex>>,
    text: &'t str,
) -> impl Iterator<Item = Captures<'t>> {
    pattern.iter().flat_map(move |pattern| pattern.captures_iter(text))
}

/// Takes lists of numbers out of the text.
fn listed<'t>(
    pattern: &'static LazyLock<Option<Regex>>,
    text: &'t str,
    tracker: Tracker,
    bugs: &mut BTreeSet<Bug>,
) -> Cow<'t, str> {
    for list in all(pattern, text) {
        let numbers = list[1].split(|one: char| !one.is_ascii_digit());
        let numbers = numbers.filter_map(|number| number.parse().ok());
        bugs.extend(numbers.map(|number| Bug { tracker, number }));
    }
    match pattern.as_ref() {
        Some(pattern) => pattern.replace_all(text, " "),
        None => text.into(),
    }
}

/// A text of these lines without empty ones around it, and without what all its lines are indented by.
pub(super) fn block(lines: &[&str]) -> String {
    let is_empty = |line: &&str| line.trim().is_empty();
    let first = lines.iter().position(|line| !is_empty(line)).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| !is_empty(line)).map_or(first, |last| last + 1);
    let lines = &lines[first..last];
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let common = lines.iter().filter(|line| !is_empty(line)).map(indent).min().unwrap_or(0);
    let text: Vec<&str> = lines.iter().map(|line| line.get(common..).unwrap_or_default()).collect();
    text.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(habit: Habit, text: &str, expect: &str) {
        let (cves, bugs) = of(text, habit);
        let bugs = bugs.iter().map(ToString::to_string);
        assert_eq!(cves.into_iter().chain(bugs).collect::<Vec<_>>().join(" "), expect);
    }

    #[test]
    fn cves_are_told_once_in_order_and_in_capitals() {
        let text =
            "Fix cve-2024-9143, CVE-2024-5535 (CVE-2024-5535), CVE_2016-10009 and CVE 2014-6271.";
        let expect = "CVE-2014-6271 CVE-2016-10009 CVE-2024-5535 CVE-2024-9143";
        check(Habit::Rpm, text, expect);
        check(Habit::Debian, text, expect);
        check(Habit::Rpm, "CVE-2024-123, CVE-24-1234, XCVE-2024-1234", "");
    }

    #[test]
    fn bugs_belong_to_the_tracker_that_the_words_name() {
        check(
            Habit::Rpm,
            "rhbz#1 RHBZ #2, rhbz: 3, https://bugzilla.redhat.com/show_bug.cgi?id=4",
            "rhbz#1 rhbz#2 rhbz#3 rhbz#4",
        );
        check(Habit::Rpm, "(RHEL-12783), on RHEL-9 too", "RHEL-12783");
        check(Habit::Rpm, "bsc#1, bnc#2, boo#3, swbz#4", "bsc#1 bsc#2 boo#3 swbz#4");
        check(Habit::Rpm, "(#2232519) [BZ #19129], bug 105", "#105 #19129 #2232519");
        check(Habit::Rpm, "item #1 of debug 1234", "");
    }

    #[test]
    fn debian_closes_bugs_of_its_own_and_ubuntu_those_of_launchpad() {
        check(
            Habit::Debian,
            "Thanks. (Closes: #1072043, bug#5,\n    #77) (LP: #2061079)",
            "Debian #5 Debian #77 Debian #1072043 LP: #2061079",
        );
        check(Habit::Debian, "closes: 42; see #43", "Debian #42 #43");
        check(Habit::Rpm, "Closes: #42", "#42");
    }

    #[test]
    fn numbers_beyond_all_measure_are_nobodys() {
        check(Habit::Debian, "Closes: #99999999999999999999999, rhbz#99999999999999999999999", "");
    }

    #[test]
    fn a_block_loses_what_all_its_lines_begin_with() {
        assert_eq!(block(&["", "  * a", "", "    b", " "]), "* a\n\n  b");
        assert_eq!(block(&["- a", "  b"]), "- a\n  b");
        assert_eq!(block(&["", " "]), "");
        assert_eq!(block(&["  a", "\u{3000}b"]), "  a\n\u{3000}b");
    }
}
