//! Cuts out of a changelog what lies between two versions. It believes what entries say of themselves.

use std::collections::{HashMap, HashSet};

use model::{Changelog, ChangelogEntry, Scheme, Time, Version};

/// What must be known of the entries that are told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// The image has no changelog: this one was fetched from this address.
    Fetched(String),
    /// The changelog ends above the earlier version, so that entries may be missing; why, where that is known.
    EndsEarly(Option<String>),
    /// Only the image with the later version has a changelog: entries were chosen by the order of versions.
    OneSided,
    /// Entries name no versions, and the two changelogs have none in common: those of later days were chosen.
    ByDay,
    /// Entries name no versions, and the other image has no changelog: which of so many are new is not known.
    Unbounded(usize),
    /// There is no entry between the versions: the package was only built again, or nobody wrote anything.
    Unwritten,
}

impl Remark {
    /// Its name in documents.
    pub fn name(&self) -> &'static str {
        match self {
            Remark::Fetched(_) => "fetched",
            Remark::EndsEarly(_) => "ends-early",
            Remark::OneSided => "one-sided",
            Remark::ByDay => "by-day",
            Remark::Unbounded(_) => "unbounded",
            Remark::Unwritten => "unwritten",
        }
    }
}

/// The changelog of the later version.
pub(super) struct Newer<'a> {
    pub(super) changelog: Changelog,
    /// The version that was there before it, or that came after it in a downgrade.
    pub(super) version: &'a Version,
}

/// The entries that only the newer changelog has, as far down as the two have something in common, or else as the
/// earlier version reaches.
pub(super) fn between(
    newer: &Newer<'_>,
    older: Option<&Changelog>,
) -> (Vec<ChangelogEntry>, Vec<Remark>) {
    let entries = &newer.changelog.entries;
    let known = older.map(Known::of).unwrap_or_default();
    let mut remarks = Vec::new();
    let told: Vec<&ChangelogEntry> = match entries.iter().rposition(|entry| known.has(entry)) {
        // What is below the last common entry is older than all that the other one remembers.
        Some(last) => entries[..last].iter().filter(|entry| !known.has(entry)).collect(),
        None if entries.iter().any(|entry| entry.version.is_some()) => {
            by_version(newer, older, &mut remarks)
        }
        None => by_day(entries, older, &mut remarks),
    };
    if told.is_empty() && remarks.is_empty() {
        remarks.push(Remark::Unwritten);
    }
    (told.into_iter().cloned().collect(), remarks)
}

/// The entries down to the first that is about the earlier version, or one before it.
fn by_version<'a>(
    newer: &'a Newer<'_>,
    older: Option<&Changelog>,
    remarks: &mut Vec<Remark>,
) -> Vec<&'a ChangelogEntry> {
    let entries = &newer.changelog.entries;
    let is_reached = |entry: &ChangelogEntry| {
        entry.version.as_deref().is_some_and(|version| !is_after(version, newer.version))
    };
    let end = entries.iter().position(is_reached);
    if older.is_none() {
        remarks.push(Remark::OneSided);
    }
    if end.is_none() {
        remarks.push(Remark::EndsEarly(newer.changelog.cut.clone()));
    }
    entries[..end.unwrap_or(entries.len())].iter().collect()
}

fn by_day<'a>(
    entries: &'a [ChangelogEntry],
    older: Option<&Changelog>,
    remarks: &mut Vec<Remark>,
) -> Vec<&'a ChangelogEntry> {
    let latest = older.and_then(|older| older.entries.iter().filter_map(|entry| entry.date).max());
    let Some(latest) = latest else {
        remarks.push(Remark::Unbounded(entries.len()));
        return Vec::new();
    };
    remarks.push(Remark::ByDay);
    entries.iter().filter(|entry| entry.date.is_some_and(|date| date > latest)).collect()
}

/// What one changelog says, to find it in another.
#[derive(Default)]
struct Known<'a> {
    /// Days and texts by version.
    versions: HashMap<&'a str, Vec<(Option<Time>, &'a str)>>,
    /// Entries without versions.
    others: HashSet<(Option<Time>, Option<&'a str>, &'a str)>,
}

impl<'a> Known<'a> {
    fn of(changelog: &'a Changelog) -> Known<'a> {
        let mut known = Known::default();
        for entry in &changelog.entries {
            match &entry.version {
                Some(version) => {
                    let said = (entry.date, entry.text.as_str());
                    known.versions.entry(version.as_str()).or_default().push(said);
                }
                None => {
                    known.others.insert((entry.date, entry.author.as_deref(), &entry.text));
                }
            }
        }
        known
    }

    /// Whether the entry is there. A version may have several, and makers mend texts and days: one of both must agree.
    fn has(&self, entry: &ChangelogEntry) -> bool {
        let Some(version) = entry.version.as_deref() else {
            let author = entry.author.as_deref();
            return self.others.contains(&(entry.date, author, &entry.text));
        };
        let said = self.versions.get(version).map(Vec::as_slice).unwrap_or_default();
        said.iter().any(|(date, text)| *date == entry.date || *text == entry.text)
    }
}

/// Whether an entry's version is later than that of a package. Entries of rpm's leave out what they like: only what they
/// say is compared.
fn is_after(version: &str, package: &Version) -> bool {
    let scheme = package.scheme();
    let mut text = package.as_str();
    if scheme == Scheme::Rpm {
        if !version.contains(':') {
            text = text.split_once(':').map_or(text, |(_, rest)| rest);
        }
        if !version.contains('-') {
            text = text.split_once('-').map_or(text, |(front, _)| front);
        }
    }
    Version::new(version, scheme).order(&Version::new(text, scheme)).is_gt()
}
