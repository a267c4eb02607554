//! What differs between two kept databases: advisories that came, went or say something else of a package. Both are walked
//! in one order, side by side, so that memory does not grow with what they share.

use std::cmp::Ordering;

use rusqlite::{Row, Rows};

use crate::{Database, Error};

/// One advisory about one package that differs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DataChange {
    /// The ecosystem in Grype's words; `cpe` for products.
    pub ecosystem: String,
    /// The package's name.
    pub package: String,
    /// The release of a distribution (`debian 12`); empty for packages of languages.
    pub release: String,
    /// The advisory.
    pub id: String,
    /// Who says it.
    pub provider: String,
    /// What happened.
    pub kind: DataChangeKind,
}

/// What happened to what an advisory says of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataChangeKind {
    /// Only the new one says it.
    Added,
    /// Only the old one says it.
    Removed,
    /// They say different things: other versions, another fix, another severity, other names, or that it is exploited.
    Modified,
}

impl DataChangeKind {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            DataChangeKind::Added => "added",
            DataChangeKind::Removed => "removed",
            DataChangeKind::Modified => "modified",
        }
    }
}

/// Everything that is said, ordered by what it is said of. Collation is by bytes on both sides.
const ALL: &str = "
    SELECT ecosystem, package, release, id, provider, said FROM (
        SELECT packages.ecosystem AS ecosystem, packages.name AS package,
            coalesce(releases.name || ' ' || releases.major
                || CASE WHEN releases.minor = '' THEN '' ELSE '.' || releases.minor END || releases.label
                || CASE WHEN releases.channel = '' THEN '' ELSE '+' || releases.channel END, '') AS release,
            advisories.id AS id, advisories.provider AS provider,
            affected.unaffected || affected.said || char(29) || advisories.status || advisories.ratings || advisories.aliases
                || EXISTS (SELECT 1 FROM exploited WHERE exploited.cve = advisories.id) AS said
        FROM affected JOIN packages ON packages.number = affected.package
        JOIN advisories ON advisories.number = affected.advisory
        LEFT JOIN releases ON releases.number = affected.release
        UNION ALL
        SELECT 'cpe', products.vendor || ':' || products.product || ':' || products.target_software, '',
            advisories.id, advisories.provider,
            affected_products.unaffected || affected_products.said || char(29) || advisories.status || advisories.ratings || advisories.aliases
                || EXISTS (SELECT 1 FROM exploited WHERE exploited.cve = advisories.id)
        FROM affected_products JOIN products ON products.number = affected_products.product
        JOIN advisories ON advisories.number = affected_products.advisory
    ) ORDER BY ecosystem COLLATE BINARY, package COLLATE BINARY, release COLLATE BINARY, id COLLATE BINARY,
        provider COLLATE BINARY, said COLLATE BINARY";

/// What differs between an old database and a new one, ordered.
pub fn difference(old: &Database, new: &Database) -> Result<Vec<DataChange>, Error> {
    old.with(|before| {
        new.ask(|after| {
            let mut before = before.prepare(ALL)?;
            let mut after = after.prepare(ALL)?;
            merged(before.query([])?, after.query([])?)
        })
    })
}

/// Everything that is said under one key.
struct Group {
    key: [String; 5],
    said: Vec<String>,
}

/// Groups of rows, one after the other.
struct Groups<'a> {
    rows: Rows<'a>,
    next: Option<([String; 5], String)>,
}

impl<'a> Groups<'a> {
    fn new(mut rows: Rows<'a>) -> rusqlite::Result<Groups<'a>> {
        let next = rows.next()?.map(read).transpose()?;
        Ok(Groups { rows, next })
    }

    fn group(&mut self) -> rusqlite::Result<Option<Group>> {
        let Some((key, said)) = self.next.take() else { return Ok(None) };
        let mut group = Group { key, said: vec![said] };
        while let Some(row) = self.rows.next()? {
            let (key, said) = read(row)?;
            if key != group.key {
                self.next = Some((key, said));
                break;
            }
            group.said.push(said);
        }
        Ok(Some(group))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<([String; 5], String)> {
    let key = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
    Ok((key, row.get(5)?))
}

fn merged(old: Rows<'_>, new: Rows<'_>) -> rusqlite::Result<Vec<DataChange>> {
    let (mut old, mut new) = (Groups::new(old)?, Groups::new(new)?);
    let (mut before, mut after) = (old.group()?, new.group()?);
    let mut changes = Vec::new();
    loop {
        let order = match (&before, &after) {
            (None, None) => return Ok(changes),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(before), Some(after)) => before.key.cmp(&after.key),
        };
        let (mut gone, mut come) = (None, None);
        if order.is_le() {
            gone = std::mem::replace(&mut before, old.group()?);
        }
        if order.is_ge() {
            come = std::mem::replace(&mut after, new.group()?);
        }
        let (group, kind) = match (gone, come) {
            (Some(gone), Some(come)) if gone.said == come.said => continue,
            (_, Some(come)) if order.is_eq() => (come, DataChangeKind::Modified),
            (_, Some(come)) => (come, DataChangeKind::Added),
            (Some(gone), None) => (gone, DataChangeKind::Removed),
            (None, None) => continue,
        };
        let [ecosystem, package, release, id, provider] = group.key;
        changes.push(DataChange { ecosystem, package, release, id, provider, kind });
    }
}

#[cfg(test)]
mod tests {
    use model::AdvisoryData;

    use super::*;
    use crate::{Advisory, Affected, Range, Subject, Verdict, Writer};

    /// A database of lines `name id constraint`.
    fn database(folder: &std::path::Path, name: &str, lines: &[&str]) -> Database {
        let path = folder.join(name);
        let mut writer = Writer::create(&path).unwrap();
        for line in lines {
            let words: Vec<&str> = line.splitn(3, ' ').collect();
            let advisory =
                Advisory { id: words[1].into(), provider: "maker".into(), ..Advisory::default() };
            let number = writer.advisory(&advisory).unwrap();
            let range =
                Range { format: "npm".into(), constraint: words[2].into(), ..Range::default() };
            let subject = Subject { ecosystem: "npm".into(), name: words[0].into() };
            let affected = Affected {
                subject,
                release: None,
                verdict: Verdict::Affected,
                cves: Vec::new(),
                qualifiers: Vec::new(),
                ranges: vec![range],
            };
            writer.affected(number, &affected).unwrap();
        }
        writer.finish(&AdvisoryData::default()).unwrap();
        Database::open(&path).unwrap()
    }

    #[test]
    fn what_came_went_or_changed_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let old = ["a CVE-1 < 1", "b CVE-2 < 1", "c CVE-3 < 1", "b CVE-4 < 1"];
        let new = ["c CVE-3 < 1", "e CVE-5 < 1", "b CVE-2 < 2", "d CVE-6 < 1", "b CVE-4 < 1"];
        let old = database(folder.path(), "old", &old);
        let new = database(folder.path(), "new", &new);
        let told = |old: &Database, new: &Database| {
            let changes = difference(old, new).unwrap();
            let one = |change: DataChange| {
                format!("{} {} {}", change.kind.name(), change.package, change.id)
            };
            changes.into_iter().map(one).collect::<Vec<_>>()
        };
        let expect = ["removed a CVE-1", "modified b CVE-2", "added d CVE-6", "added e CVE-5"];
        assert_eq!(told(&old, &new).len(), told(&new, &old).len());
        assert_eq!(told(&old, &old), [""; 0]);
        assert_eq!(told(&old, &new), expect);
    }
}
