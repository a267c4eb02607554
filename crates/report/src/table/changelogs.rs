//! What changelogs say of the packages that changed: the entries between their versions, long ones folded. What an image
//! says is shown inert, line by line.

use compare::{Binary, Changelogs, Comparison, Direction, Figures, Remark, Said, SourceChange};
use model::{ChangelogEntry, Silence};

use super::page::{Cell, Meaning, Page, plain};
use crate::View;
use crate::text::{counted, inert, number, readable, width};

/// Lines of one entry that are shown before the rest is folded.
const LINES: usize = 6;

/// Entries of one source that are shown before the rest is folded.
const ENTRIES: usize = 5;

/// Names of packages that fit on a line.
const NAMES: usize = 80;

/// The figures: how much is told, and of how many packages nothing.
pub(super) fn summary(changelogs: &Changelogs, page: &mut Page) {
    let Figures { packages, with_entries, with_commits, alone, silent, entries, cves, bugs } =
        changelogs.figures();
    let told = [
        (with_entries, "with entries"),
        (with_commits, "with commits alone"),
        (alone, "came or went"),
        (silent, "without a changelog"),
    ];
    let told = told.into_iter().filter(|(count, _)| *count > 0);
    let told: Vec<String> = told.map(|(count, what)| format!("{} {what}", number(count))).collect();
    let mentions = [(cves, "CVE"), (bugs, "bug")].map(|(count, word)| counted(count, word));
    let (entry, verb) = if entries == 1 { ("entry", "mentions") } else { ("entries", "mention") };
    let figure = |count, word: &str| plain(format!("{:>5} {word}", number(count)));
    let package = if packages == 1 { "package" } else { "packages" };
    page.line("");
    page.rows(
        "",
        &[
            vec![figure(packages, package), plain(told.join(" · "))],
            vec![figure(entries, entry), plain(format!("{verb} {}", mentions.join(" · ")))],
        ],
        usize::MAX,
    );
}

/// The section: downgrades first, then what has entries, then what is told in a line.
pub(super) fn section(changelogs: &Changelogs, view: View, page: &mut Page) {
    let mut sources: Vec<&SourceChange> = changelogs.sources.iter().collect();
    sources.sort_by_key(|source| source.direction != Direction::Downgraded);
    let (told, rest): (Vec<&SourceChange>, Vec<&SourceChange>) =
        sources.into_iter().partition(|source| has_entries(source));
    if !told.is_empty() {
        page.section("Changelogs");
    }
    for (place, source) in told.iter().enumerate() {
        if place > 0 {
            page.line("");
        }
        entries(source, view, page);
    }
    if !rest.is_empty() {
        page.section("Without entries");
        let rows: Vec<Vec<Cell>> = rest.iter().map(|source| row(source, view)).collect();
        page.rows("  ", &rows, 1);
    }
}

fn has_entries(source: &SourceChange) -> bool {
    matches!(&source.said, Said::Entries { entries, .. } if !entries.is_empty())
}

fn entries(source: &SourceChange, view: View, page: &mut Page) {
    let Said::Entries { entries, remarks } = &source.said else { return };
    page.rows("  ", &[head(source, view)], usize::MAX);
    if source.direction == Direction::Downgraded {
        let lost = match entries[..] {
            [_] => "this entry was lost with the downgrade",
            _ => "these entries were lost with the downgrade",
        };
        let lost = page.paint(lost, Meaning::Look);
        page.line(&format!("    {lost}"));
    }
    if let Some(link) = link(source) {
        let link = page.paint(&link, Meaning::Aside);
        page.line(&format!("    {link}"));
    }
    for remark in remarks {
        let remark = page.paint(&sentence(remark, source), Meaning::Aside);
        page.line(&format!("    {remark}"));
    }
    let folds = !view.all && entries.len() > ENTRIES + 1;
    let shown = if folds { ENTRIES } else { entries.len() };
    for one in &entries[..shown] {
        entry(one, view, page);
    }
    if folds {
        let more = entries.len() - shown;
        page.line(&format!("    {} more entries        (--all)", number(more)));
    }
}

fn entry(entry: &ChangelogEntry, view: View, page: &mut Page) {
    let parts = [
        entry.version.as_deref().map(inert),
        entry.date.map(model::Time::day),
        entry.author.as_deref().map(name),
    ];
    let head = parts.into_iter().flatten().collect::<Vec<_>>().join("  ");
    page.line(&format!("    {}", page.paint(&head, Meaning::Heading)));
    let lines: Vec<&str> = entry.text.lines().collect();
    let folds = !view.all && lines.len() > LINES + 1;
    let shown = if folds { LINES } else { lines.len() };
    for line in &lines[..shown] {
        page.line(&format!("      {}", readable(line)));
    }
    if folds {
        // What is folded may be why somebody reads: its CVEs are told all the same.
        let above = lines[..shown].join("\n").to_ascii_uppercase();
        let hidden: Vec<&str> =
            entry.cves.iter().filter(|cve| !above.contains(*cve)).map(String::as_str).collect();
        let cves =
            if hidden.is_empty() { String::new() } else { format!(", {}", hidden.join(", ")) };
        page.line(&format!(
            "      {} more{cves}        (--all)",
            counted(lines.len() - shown, "line")
        ));
    }
}

/// An author without the address.
pub(crate) fn name(author: &str) -> String {
    let name = author.split('<').next().unwrap_or_default().trim();
    inert(if name.is_empty() { author } else { name })
}

/// What is told in a line.
fn row(source: &SourceChange, view: View) -> Vec<Cell> {
    let mut row = head(source, view);
    let reason = [Some(told(source)), link(source)];
    let reason = reason.into_iter().flatten().collect::<Vec<_>>();
    row.push((reason.join("; "), Meaning::Aside));
    row
}

/// What has to be known of the entries of a changelog, or why there are none.
pub(crate) fn told(source: &SourceChange) -> String {
    match &source.said {
        Said::Entries { remarks, .. } => {
            let sentences: Vec<String> =
                remarks.iter().map(|remark| sentence(remark, source)).collect();
            sentences.join("; ")
        }
        Said::Commits { old: Some(old), new: Some(new) } if old == new => {
            format!("commit {}", short(old))
        }
        Said::Commits { old, new } => {
            let [old, new] = [old, new].map(|commit| commit.as_deref().map_or("?".into(), short));
            format!("commit {old} → {new}")
        }
        Said::Nothing(silence) => why(silence),
        Said::Alone => source.direction.name().to_owned(),
    }
}

/// Where the difference can be read.
pub(crate) fn link(source: &SourceChange) -> Option<String> {
    let link = source.link.as_ref()?;
    let guess = if link.is_certain { "" } else { " (its tags are a guess)" };
    Some(format!("{}{guess}", inert(&link.url)))
}

/// Why nothing is told, in a clause.
fn why(silence: &Silence) -> String {
    match silence {
        Silence::Missing => "no changelog in the image".into(),
        Silence::NotKept => {
            "its changelog was not kept: it is too large, or stands elsewhere".into()
        }
        Silence::Unreadable(reason) => {
            format!("its changelog could not be read: {}", inert(reason))
        }
        Silence::Unusual => "packages of its kind bring no changelog".into(),
    }
}

fn sentence(remark: &Remark, source: &SourceChange) -> String {
    let earlier = source.packages.first().map(|package| match source.direction {
        Direction::Downgraded => versions(&package.new),
        _ => versions(&package.old),
    });
    let earlier = earlier.unwrap_or_default();
    match remark {
        Remark::Fetched(address) => format!("from {}", inert(address)),
        Remark::EndsEarly(None) => format!("the changelog does not reach back to {earlier}"),
        Remark::EndsEarly(Some(why)) => {
            format!("the changelog does not reach back to {earlier}: {}", inert(why))
        }
        Remark::OneSided => {
            format!("only one of the images has a changelog: entries later than {earlier}")
        }
        Remark::ByDay => "entries name no versions: those of later days".into(),
        Remark::Unbounded(count) => format!(
            "{} {} no versions, and the other image has no changelog: which are new is not known",
            number(*count),
            if *count == 1 { "entry names" } else { "entries name" }
        ),
        Remark::Unwritten => "no entry between the two".into(),
    }
}

/// Sign, source, versions, ecosystem, packages.
fn head(source: &SourceChange, view: View) -> Vec<Cell> {
    let (sign, meaning) =
        (super::packages::sign(source.direction), super::packages::meaning(source.direction));
    let versions = source.packages.first().map(change).unwrap_or_default();
    vec![
        (sign.to_owned(), meaning),
        (inert(&source.source), Meaning::Heading),
        plain(versions),
        plain(inert(&source.ecosystem)),
        plain(packages(source, view)),
    ]
}

/// The packages, unless there is only the one that the source is called after.
fn packages(source: &SourceChange, view: View) -> String {
    let names: Vec<&str> = source.packages.iter().map(|package| package.name.as_str()).collect();
    if names == [source.source.as_str()] {
        return String::new();
    }
    let mut text = String::new();
    for (place, name) in names.iter().enumerate() {
        let name = inert(name);
        if !view.all && width(&text) + width(&name) > NAMES {
            return format!("{text} and {} more", number(names.len() - place));
        }
        text += if text.is_empty() { "" } else { ", " };
        text += &name;
    }
    text
}

/// Which versions a package went from and to.
pub(crate) fn change(package: &Binary) -> String {
    match (versions(&package.old), versions(&package.new)) {
        (old, new) if old.is_empty() || old == new => new,
        (old, new) if new.is_empty() => old,
        (old, new) => format!("{old} → {new}"),
    }
}

fn versions(versions: &[String]) -> String {
    versions.iter().map(|version| inert(version)).collect::<Vec<_>>().join(", ")
}

/// A commit in the length that people know it by.
fn short(commit: &str) -> String {
    inert(commit.get(..12).unwrap_or(commit))
}

/// The whole page of changelogs.
pub(super) fn page(comparison: &Comparison<'_>, view: View, page: &mut Page) {
    super::heading::images(comparison, page);
    super::unknown::section(comparison, page);
    let none = Changelogs::default();
    let changelogs = comparison.changelogs.as_ref().unwrap_or(&none);
    if changelogs.sources.is_empty() {
        page.line("");
        page.line(if comparison.may_hide() {
            "No package is known to have changed"
        } else {
            "No package changed"
        });
        return;
    }
    summary(changelogs, page);
    section(changelogs, view, page);
}
