//! rpm's changelogs, as `rpm -q --changelog` prints them. The form says where an entry begins, and habit where it names
//! its version.

use model::{Changelog, ChangelogEntry, Time};

use super::mentions::{self, Habit};

/// `Fri Dec 23 2016`
const DAY: usize = 15;

/// Takes a changelog apart.
pub(crate) fn parse(text: &str) -> Changelog {
    let mut entries: Vec<ChangelogEntry> = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    let mut after_blank = true;
    for line in text.lines() {
        match head(line).filter(|_| after_blank) {
            Some(entry) => {
                finish(entries.last_mut(), &lines);
                lines.clear();
                entries.push(entry);
            }
            None => lines.push(line.trim_end()),
        }
        after_blank = line.is_empty();
    }
    finish(entries.last_mut(), &lines);
    Changelog { entries, ..Changelog::default() }
}

fn finish(entry: Option<&mut ChangelogEntry>, lines: &[&str]) {
    if let Some(entry) = entry {
        entry.text = mentions::block(lines);
        (entry.cves, entry.bugs) = mentions::of(&entry.text, Habit::Rpm);
    }
}

/// `* Fri Dec 23 2016 Name <address> - 2.24-4`
fn head(line: &str) -> Option<ChangelogEntry> {
    let (day, name) = line.strip_prefix("* ")?.split_at_checked(DAY)?;
    let name = match name.strip_prefix(' ') {
        Some(name) => name.trim(),
        None if name.is_empty() => "",
        None => return None,
    };
    let date = Some(Time::of_calendar(day)?);
    let (author, version) = author_and_version(name);
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Some(ChangelogEntry {
        version: version.map(Into::into),
        date,
        author: text(author),
        ..ChangelogEntry::default()
    })
}

/// The version is the last word, after the address, after a dash, in brackets, or where it begins with a digit.
fn author_and_version(name: &str) -> (&str, Option<&str>) {
    let (before, last) = match name.rfind('>') {
        Some(end) => name.split_at(end + 1),
        None => name.rsplit_once(char::is_whitespace).map_or(("", name), |parts| parts),
    };
    let dashed = before.trim_end().ends_with('-') || last.trim_start().starts_with('-');
    let word = last.trim().trim_start_matches('-').trim();
    let word = word.trim_start_matches('[').trim_end_matches([']', ':', ',']);
    let is_sure = before.ends_with('>') || dashed || last.trim().starts_with('[');
    if !is_version(word) || !(is_sure || word.starts_with(|one: char| one.is_ascii_digit())) {
        return (name, None);
    }
    (before.trim_end().trim_end_matches('-').trim_end(), Some(word))
}

fn is_version(word: &str) -> bool {
    let allowed = |one: char| one.is_ascii_alphanumeric() || "._+~^:-".contains(one);
    word.starts_with(|one: char| one.is_ascii_alphanumeric())
        && word.contains(|one: char| one.is_ascii_digit())
        && word.chars().all(allowed)
}
