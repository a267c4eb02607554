//! The vulnerabilities that came, went or changed: the worst that came first, what is alike folded.

use std::collections::{BTreeMap, BTreeSet};

use compare::{Comparison, Fate, FindingAspect, FindingCause, FindingChange, Vulnerabilities};
use model::{Finding, Severity};

use super::page::{Cell, Meaning, Page, plain};
use crate::View;
use crate::gaps;
use crate::text::{inert, number};

/// Rows of each kind that are shown before the rest is folded: what came, what changed, what went.
const SHOWN: [usize; 3] = [20, 6, 4];

/// Names of packages in one row.
const NAMES: usize = 3;

/// Columns of the packages of one row.
const PACKAGES: usize = 60;

/// A likelihood of being exploited that is worth a word, in millionths.
const LIKELY: u32 = 100_000;

/// Says above everything else that the sides were asked of different data.
pub(super) fn different_data(comparison: &Comparison<'_>, page: &mut Page) {
    let vulnerabilities = comparison.vulnerabilities.as_ref();
    if let Some(sentence) = vulnerabilities.and_then(gaps::different_data) {
        page.line("");
        let sentence = page.paint(&inert(&sentence), Meaning::Look);
        page.line(&format!(" ! {sentence}"));
    }
}

/// The figures: `13 vulnerabilities  2 + (1 high)  11 −`.
pub(super) fn summary(vulnerabilities: &Vulnerabilities<'_>) -> Vec<Cell> {
    let names: BTreeSet<&str> =
        vulnerabilities.changes.iter().map(|change| change.name.as_str()).collect();
    let mut figures = Vec::new();
    for (kind, sign) in [("added", "+"), ("changed", "~"), ("removed", "−")] {
        let of_kind = vulnerabilities.changes.iter().filter(|change| change.fate.name() == kind);
        let mut worst: BTreeMap<&str, Severity> = BTreeMap::new();
        for change in of_kind {
            let severity = worst.entry(&change.name).or_default();
            *severity = change.severity().max(*severity);
        }
        if !worst.is_empty() {
            let bad = if kind == "added" { severe(worst.values().copied()) } else { String::new() };
            figures.push(format!("{} {sign}{bad}", number(worst.len())));
        }
    }
    let untold: BTreeSet<&str> =
        vulnerabilities.untold.iter().map(|untold| untold.name.as_str()).collect();
    if !untold.is_empty() {
        figures.push(format!("{} not known", number(untold.len())));
    }
    let came = vulnerabilities.changes.iter().any(|change| change.fate == Fate::Added);
    let meaning = if came || !untold.is_empty() { Meaning::Look } else { Meaning::Plain };
    let count = names.len();
    let word = if count == 1 { "vulnerability" } else { "vulnerabilities" };
    vec![(format!("{:>5} {word}", number(count)), meaning), plain(figures.join("  "))]
}

/// ` (1 critical, 2 high)`, where there are any.
fn severe(severities: impl Iterator<Item = Severity>) -> String {
    let (mut critical, mut high) = (0_usize, 0_usize);
    for severity in severities {
        critical += usize::from(severity == Severity::Critical);
        high += usize::from(severity == Severity::High);
    }
    let figures = [(critical, "critical"), (high, "high")];
    let figures = figures.into_iter().filter(|(count, _)| *count > 0);
    let figures: Vec<String> =
        figures.map(|(count, word)| format!("{} {word}", number(count))).collect();
    if figures.is_empty() { String::new() } else { format!(" ({})", figures.join(", ")) }
}

pub(super) fn section(comparison: &Comparison<'_>, view: View, page: &mut Page) {
    let Some(vulnerabilities) = &comparison.vulnerabilities else { return };
    if vulnerabilities.is_empty() {
        return;
    }
    let data = if vulnerabilities.same_data() {
        format!("{} on both sides", gaps::data(&vulnerabilities.new.scanner))
    } else {
        "different data on both sides".to_owned()
    };
    page.titled("Vulnerabilities", &inert(&data));
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (kind, most) in ["added", "changed", "removed"].into_iter().zip(SHOWN) {
        let groups = groups(vulnerabilities, kind);
        let folds = !view.all && groups.len() > most + 1;
        let shown = if folds { most } else { groups.len() };
        rows.extend(groups[..shown].iter().map(|group| row(group, comparison, view)));
        if folds {
            rows.push(folded(&groups[shown..]));
        }
    }
    page.rows("  ", &rows, 3);
}

/// Changes of one vulnerability in several packages, all of one kind and cause.
struct Group<'c, 'a> {
    changes: Vec<&'c FindingChange<'a>>,
}

impl<'c, 'a> Group<'c, 'a> {
    fn first(&self) -> &'c FindingChange<'a> {
        self.changes[0]
    }

    fn severity(&self) -> Severity {
        self.changes.iter().map(|change| change.severity()).max().unwrap_or_default()
    }

    fn is_exploited(&self) -> bool {
        self.changes.iter().any(|change| change.is_exploited())
    }

    /// What is said of it last.
    fn findings(&self) -> impl Iterator<Item = &'a Finding> {
        self.changes.iter().flat_map(|change| last(change).iter().copied())
    }
}

/// What the new image has of it, or what the old one had.
fn last<'c, 'a>(change: &'c FindingChange<'a>) -> &'c [&'a Finding] {
    if change.new.is_empty() { &change.old } else { &change.new }
}

/// Changes of one kind put together by vulnerability, cause and fix; exploited and worse ones first.
fn groups<'c, 'a>(vulnerabilities: &'c Vulnerabilities<'a>, kind: &str) -> Vec<Group<'c, 'a>> {
    let mut groups: BTreeMap<_, Vec<&FindingChange<'_>>> = BTreeMap::new();
    for change in vulnerabilities.changes.iter().filter(|change| change.fate.name() == kind) {
        let key = (&change.name, change.cause, what(change), change.severity());
        groups.entry(key).or_default().push(change);
    }
    let mut groups: Vec<Group<'_, '_>> =
        groups.into_values().map(|changes| Group { changes }).collect();
    // Sorting is stable: names stay in order among their like.
    groups.sort_by_key(|group| std::cmp::Reverse((group.is_exploited(), group.severity())));
    groups
}

fn row(group: &Group<'_, '_>, comparison: &Comparison<'_>, view: View) -> Vec<Cell> {
    let change = group.first();
    let (sign, meaning) = match change.fate {
        Fate::Added => ("+", Meaning::Look),
        Fate::Removed => ("−", Meaning::Added),
        Fate::Changed(_) => ("~", Meaning::Plain),
    };
    let severity = group.severity();
    let emphasis = match (&change.fate, severity) {
        (Fate::Added, Severity::Critical | Severity::High) => Meaning::Look,
        _ => Meaning::Plain,
    };
    vec![
        (sign.to_owned(), meaning),
        plain(inert(&change.name)),
        (severity.name().to_owned(), emphasis),
        plain(packages(group, comparison)),
        plain(what(change)),
        (why(group, view), Meaning::Aside),
    ]
}

/// `libssl3, openssl 3.0.13-1`: packages of one version together.
fn packages(group: &Group<'_, '_>, comparison: &Comparison<'_>) -> String {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for change in &group.changes {
        let (side, findings) = if change.new.is_empty() {
            (comparison.old, &change.old)
        } else {
            (comparison.new, &change.new)
        };
        let own: BTreeSet<String> = findings
            .iter()
            .filter_map(|finding| side.facts.packages.get(finding.package as usize))
            .map(|installed| inert(installed.package.version.as_str()))
            .collect();
        let own = own.into_iter().collect::<Vec<_>>().join(", ");
        versions.entry(own).or_default().insert(inert(&change.package.name));
    }
    let texts = versions.into_iter().map(|(version, names)| {
        let shown: Vec<&str> = names.iter().take(NAMES).map(String::as_str).collect();
        let more = match names.len() - shown.len() {
            0 => String::new(),
            more => format!(" and {} more", number(more)),
        };
        format!("{}{more} {version}", shown.join(", "))
    });
    let texts: Vec<String> = texts.collect();
    let all = texts.join("; ");
    if texts.len() > 1 && crate::text::width(&all) > PACKAGES {
        return format!("{}; {} more versions", texts[0], number(texts.len() - 1));
    }
    all
}

/// What came of it, or how it is fixed: `fixed in 3.0.15`, `severity low → high`.
pub(crate) fn what(change: &FindingChange<'_>) -> String {
    let (old, new) = (&change.old[..], &change.new[..]);
    match &change.fate {
        Fate::Added => fix(new),
        Fate::Removed => String::new(),
        Fate::Changed(aspects) => {
            let texts = aspects.iter().map(|aspect| match aspect {
                FindingAspect::Severity => format!("severity {} → {}", worst(old), worst(new)),
                FindingAspect::Fix => match (fix(old), fix(new)) {
                    (before, after) if before.is_empty() => after,
                    (before, after) if after.is_empty() => format!("{before} → not known"),
                    (before, after) => format!("{before} → {after}"),
                },
                FindingAspect::Id => format!("called {} → {}", ids(old), ids(new)),
                FindingAspect::KnownExploited if change.is_exploited_now() => {
                    "exploited now".into()
                }
                FindingAspect::KnownExploited => "not listed as exploited any more".into(),
            });
            texts.collect::<Vec<_>>().join(", ")
        }
    }
}

fn worst(findings: &[&Finding]) -> Severity {
    findings.iter().map(|finding| finding.severity).max().unwrap_or_default()
}

fn ids(findings: &[&Finding]) -> String {
    let ids: BTreeSet<String> = findings.iter().map(|finding| inert(&finding.id)).collect();
    ids.into_iter().collect::<Vec<_>>().join(", ")
}

/// `fixed in 3.0.15-1`, `will not be fixed`; nothing where nobody says.
pub(crate) fn fix(findings: &[&Finding]) -> String {
    let mut texts: Vec<String> = findings.iter().map(|finding| fixed(&finding.fix)).collect();
    texts.sort_unstable();
    texts.dedup();
    texts.retain(|text| !text.is_empty());
    texts.join("; ")
}

fn fixed(fix: &model::Fix) -> String {
    use model::FixState;
    match (fix.state, &fix.versions[..]) {
        (FixState::Unknown, _) => String::new(),
        (FixState::Fixed, []) => "fixed".into(),
        (FixState::Fixed, versions) => format!("fixed in {}", inert(&versions.join(", "))),
        (FixState::NotFixed, _) => "not fixed".into(),
        (FixState::WontFix, _) => "will not be fixed".into(),
    }
}

/// The cause in words, and what is worth a word beside it.
fn why(group: &Group<'_, '_>, view: View) -> String {
    let mut parts = vec![words(group.first().cause)];
    parts.extend(urgent(group.findings(), view));
    parts.join(" · ")
}

/// A cause in words: `package added`.
pub(crate) fn words(cause: FindingCause) -> String {
    cause.name().replace('-', " ")
}

/// That it is exploited, or likely to be, and on demand who says how bad it is.
pub(crate) fn urgent<'f>(findings: impl Iterator<Item = &'f Finding>, view: View) -> Vec<String> {
    let findings: Vec<&Finding> = findings.collect();
    let mut parts = Vec::new();
    let exploited = findings.iter().flat_map(|finding| &finding.known_exploited).next();
    if let Some(exploited) = exploited {
        let since = exploited.added.as_deref().map(|day| format!(" since {}", inert(day)));
        let ransom = if exploited.ransomware { ", for ransom" } else { "" };
        parts.push(format!("exploited{}{ransom}", since.unwrap_or_default()));
    }
    let epss = findings.iter().flat_map(|finding| &finding.epss);
    let epss = epss.map(|epss| epss.probability.millionths()).max();
    if let Some(likely) = epss.filter(|likely| view.all || *likely >= LIKELY) {
        parts.push(format!("EPSS {}.{} %", likely / 10_000, likely / 1_000 % 10));
    }
    if view.all {
        let sources: BTreeSet<&str> = findings
            .iter()
            .filter(|finding| finding.severity != Severity::Unknown)
            .map(|finding| finding.severity_source.as_deref().unwrap_or(&finding.provider))
            .filter(|source| !source.is_empty())
            .collect();
        let sources: Vec<String> = sources.into_iter().map(inert).collect();
        if !sources.is_empty() {
            parts.push(format!("severity by {}", sources.join(", ")));
        }
    }
    parts
}

/// `− 10 more: 9 upgraded, 1 package removed        (--all)`
fn folded(groups: &[Group<'_, '_>]) -> Vec<Cell> {
    let mut causes: BTreeMap<FindingCause, usize> = BTreeMap::new();
    for group in groups {
        *causes.entry(group.first().cause).or_default() += 1;
    }
    let causes: Vec<String> = match causes.into_iter().collect::<Vec<_>>()[..] {
        [(cause, _)] => vec![format!("all {}", words(cause))],
        ref causes => causes
            .iter()
            .map(|(cause, count)| format!("{} {}", number(*count), words(*cause)))
            .collect(),
    };
    let bad = severe(groups.iter().map(Group::severity));
    let sign = match groups.first().map(|group| &group.first().fate) {
        Some(Fate::Removed) => ("−".to_owned(), Meaning::Added),
        Some(Fate::Changed(_)) => ("~".to_owned(), Meaning::Plain),
        _ => ("+".to_owned(), Meaning::Look),
    };
    let more = format!("{} more{bad}: {}        (--all)", number(groups.len()), causes.join(", "));
    vec![sign, plain(more)]
}

/// What cannot be told of vulnerabilities, and how much that hides.
pub(super) fn lines(comparison: &Comparison<'_>) -> Vec<(String, bool)> {
    let vulnerabilities = comparison.vulnerabilities.iter();
    let lines = vulnerabilities.flat_map(gaps::of_both);
    lines.map(|(line, hides)| (inert(&line), hides)).collect()
}

/// `closes CVE-2024-5535, CVE-2024-9143; opens CVE-2024-1`
pub(crate) fn of_package(
    comparison: &Comparison<'_>,
    change: &compare::PackageChange<'_>,
) -> String {
    let Some(vulnerabilities) = &comparison.vulnerabilities else { return String::new() };
    let list = |verb: &str, names: Vec<&str>| {
        let shown: Vec<String> = names.iter().take(NAMES).map(|name| inert(name)).collect();
        let more = match names.len() - shown.len() {
            0 => String::new(),
            more => format!(" and {} more", number(more)),
        };
        (!shown.is_empty()).then(|| format!("{verb} {}{more}", shown.join(", ")))
    };
    let opens = list("opens", vulnerabilities.opened_by(change));
    let closes = list("closes", vulnerabilities.closed_by(change));
    opens.into_iter().chain(closes).collect::<Vec<_>>().join("; ")
}
