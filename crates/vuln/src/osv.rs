//! OSV: one JSON document says of one vulnerability which packages of which ecosystems have it (<https://ossf.github.io/osv-schema>).
//!
//! A document of a language's ecosystem becomes one advisory. One of a distribution may be about many CVEs at once
//! (`ALSA-2024:0001`); it becomes an advisory for each, because a CVE is what people ask for and what other feeds name.
//! Keys that are not known are passed over, as the format wants it.

mod ecosystem;
mod ranges;
mod shapes;

use std::collections::BTreeSet;

use model::{Cvss, Severity, Time};

use crate::record::{Advisory, Affected, Qualifier, Rating, Status, Subject, Verdict};
use crate::score;
use ecosystem::{Family, Place};
use shapes::{Document, Rated};

/// The most packages that one document may name.
const MOST_PACKAGES: usize = 20_000;

/// The most that one document may come to: packages, each for every name.
const MOST_RECORDS: usize = 200_000;

/// What a document came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Advisories, each with what is affected by it.
    pub advisories: Vec<(Advisory, Vec<Affected>)>,
    /// What of it makes no sense, a clause each.
    pub unreadable: Vec<String>,
    /// Ecosystems that it is about and that nothing is known of here: no image has packages of them.
    pub strange: BTreeSet<String>,
}

/// Reads one document. The error is a clause.
pub fn read(document: &[u8]) -> Result<Reading, String> {
    let document: Document = serde_json::from_slice(document)
        .map_err(|error| format!("it is not the JSON of an OSV document: {error}"))?;
    if document.id.trim().is_empty() {
        return Err("its `id` is empty".into());
    }
    if document.affected.len() > MOST_PACKAGES {
        return Err(format!("{} names more than {MOST_PACKAGES} packages", document.id));
    }
    let mut reading = Reading::default();
    let mut affected = Vec::new();
    let mut family = Family::Language;
    // What is withdrawn affects nothing; that it was withdrawn is kept.
    if document.withdrawn.is_none() {
        for one in &document.affected {
            let Some(package) = &one.package else { continue };
            match Place::of(&package.ecosystem) {
                Some(place) => {
                    family = place.family;
                    let mut found =
                        what_is_affected(one, &package.name, &place, &mut reading.unreadable);
                    if let Some(found) = found.as_mut().filter(|_| place.ecosystem == "rpm") {
                        let module = module(&document, found);
                        found.qualifiers.extend(module);
                    }
                    affected.extend(found);
                }
                None => {
                    reading.strange.insert(package.ecosystem.clone());
                }
            }
        }
    }
    for what in &mut reading.unreadable {
        *what = format!("{}: {what}", document.id);
    }
    reading.unreadable.sort();
    reading.unreadable.dedup();
    let names = names(&document, family);
    if names.len().saturating_mul(affected.len()) > MOST_RECORDS {
        let (count, packages) = (names.len(), affected.len());
        return Err(format!(
            "{} is about {count} names of {packages} packages, which is more than {MOST_RECORDS}",
            document.id
        ));
    }
    let advisories = names
        .into_iter()
        .map(|(id, aliases)| (advisory(&document, family, id, aliases), affected.clone()));
    reading.advisories.extend(advisories);
    Ok(reading)
}

/// What a document says of one package; none where it means no version.
fn what_is_affected(
    one: &shapes::Affected,
    name: &str,
    place: &Place,
    unreadable: &mut Vec<String>,
) -> Option<Affected> {
    if name.trim().is_empty() {
        unreadable.push(format!("a package of {} has no name", place.ecosystem));
        return None;
    }
    let ranges = ranges::of(one, place, &mut |what| unreadable.push(format!("{name}: {what}")));
    // Without versions it means none of them, where other formats mean all.
    if ranges.is_empty() {
        return None;
    }
    let imports = one.ecosystem_specific.imports.as_deref().unwrap_or_default();
    let imports: Vec<(String, Vec<String>)> = imports
        .iter()
        .filter(|import| !import.path.is_empty())
        .map(|import| (import.path.clone(), import.symbols.clone().unwrap_or_default()))
        .collect();
    let subject = Subject { ecosystem: place.ecosystem.into(), name: place.name(name) };
    Some(Affected {
        subject,
        release: place.release.clone(),
        verdict: Verdict::Affected,
        cves: Vec::new(),
        qualifiers: if imports.is_empty() {
            Vec::new()
        } else {
            vec![Qualifier::GoImports(imports)]
        },
        ranges,
    })
}

/// The module stream that packages of an advisory of Red Hat's family belong to. Its versions say that they are of one
/// (`1:18.19.0-1.module_el8.9.0`), its title says of which (`Important: nodejs:18 security update`).
fn module(document: &Document, affected: &Affected) -> Option<Qualifier> {
    let mut fixes = affected.ranges.iter().flat_map(|range| &range.fix.versions);
    if !fixes.any(|version| version.contains(".module")) {
        return Some(Qualifier::Module(String::new()));
    }
    let is_stream = |word: &&str| {
        word.split_once(':').is_some_and(|(name, stream)| !name.is_empty() && !stream.is_empty())
    };
    let stream = document.summary.as_deref()?.split_whitespace().find(is_stream)?;
    Some(Qualifier::Module(stream.into()))
}

/// The names that advisories are made for, each with its other names.
fn names(document: &Document, family: Family) -> Vec<(String, Vec<String>)> {
    let mut aliases: Vec<String> = document.aliases.clone().unwrap_or_default();
    aliases.retain(|alias| *alias != document.id && !alias.is_empty());
    if family == Family::Language {
        return vec![(document.id.clone(), aliases)];
    }
    let is_cve = |name: &String| name.starts_with("CVE-");
    let upstream = document.upstream.iter().flatten();
    let mut cves: Vec<String> =
        aliases.iter().chain(upstream).filter(|name| is_cve(name)).cloned().collect();
    if cves.is_empty() && !document.id.starts_with("CVE-") {
        // Before the schema had `upstream`, distributions named their CVEs as related.
        cves = document.related.iter().flatten().filter(|name| is_cve(name)).cloned().collect();
    }
    cves.sort();
    cves.dedup();
    // Announcements of other updates have numbers, too.
    let is_of_no_flaw = |id: &str| {
        ["ALBA-", "ALEA-", "RHBA-", "RHEA-", "RLBA-", "RLEA-"].iter().any(|one| id.starts_with(one))
    };
    match &cves[..] {
        [] if is_of_no_flaw(&document.id) => Vec::new(),
        [] => vec![(document.id.clone(), aliases)],
        [cve] => {
            aliases.retain(|alias| alias != cve);
            // `DEBIAN-CVE-2024-1` is the same flaw; `DSA-5600-1` is an announcement, which may come to have more.
            if document.id.ends_with(cve.as_str()) && document.id != *cve {
                aliases.push(document.id.clone());
            }
            aliases.sort();
            vec![(cve.clone(), aliases)]
        }
        cves => cves.iter().map(|cve| (cve.clone(), Vec::new())).collect(),
    }
}

fn advisory(document: &Document, family: Family, id: String, aliases: Vec<String>) -> Advisory {
    let time = |text: &Option<String>| {
        let time = text.as_deref().and_then(Time::of_rfc3339);
        // Go's exporter writes the year 1 where it does not know.
        time.filter(|time| time.0 > 0)
    };
    let mut pages: Vec<(u8, String)> = Vec::new();
    for page in document.references.iter().flatten() {
        // The page that says it comes first.
        let rank = match page.kind.as_deref() {
            Some("ADVISORY") => 0,
            Some("WEB") => 2,
            _ => 1,
        };
        if let Some(url) = &page.url {
            pages.push((rank, url.clone()));
        }
    }
    if let Some(url) = &document.database_specific.url {
        pages.insert(0, (0, url.clone()));
    }
    pages.sort_by_key(|(rank, _)| *rank);
    let details = document.details.clone().filter(|text| !text.is_empty());
    Advisory {
        provider: provider(&document.id, document),
        status: if document.withdrawn.is_some() { Status::Withdrawn } else { Status::Active },
        published: time(&document.published),
        modified: time(&document.modified),
        aliases,
        ratings: ratings(document, family),
        description: details.or_else(|| document.summary.clone()).unwrap_or_default(),
        references: pages.into_iter().map(|(_, url)| url).collect(),
        id,
    }
}

/// Who publishes documents that are called so.
fn provider(id: &str, document: &Document) -> String {
    const PROVIDERS: [(&str, &str); 24] = [
        ("GHSA-", "github"),
        ("GO-", "govulndb"),
        ("PYSEC-", "pypa"),
        ("RUSTSEC-", "rustsec"),
        ("MAL-", "malicious-packages"),
        ("BIT-", "bitnami"),
        ("CGA-", "chainguard"),
        ("HSEC-", "haskell"),
        ("RSEC-", "r-consortium"),
        ("ALSA-", "alma"),
        ("ALBA-", "alma"),
        ("ALEA-", "alma"),
        ("RLSA-", "rocky"),
        ("RXSA-", "rocky"),
        ("RHSA-", "rhel"),
        ("RHBA-", "rhel"),
        ("RHEA-", "rhel"),
        ("DSA-", "debian"),
        ("DLA-", "debian"),
        ("DEBIAN-", "debian"),
        ("USN-", "ubuntu"),
        ("UBUNTU-", "ubuntu"),
        ("SUSE-", "sles"),
        ("openSUSE-", "sles"),
    ];
    let known = PROVIDERS.iter().find(|(begin, _)| id.starts_with(begin));
    let ecosystem = || {
        let package = document.affected.iter().find_map(|one| one.package.as_ref());
        let word = package.map_or("osv", |package| &package.ecosystem);
        word.split(':').next().unwrap_or_default().to_ascii_lowercase().replace(' ', "-")
    };
    known.map_or_else(ecosystem, |(_, provider)| (*provider).to_owned())
}

/// How bad a document says it is: words first, then vectors, the newest kind first.
fn ratings(document: &Document, family: Family) -> Vec<Rating> {
    let mut ratings = Vec::new();
    let word = document.database_specific.severity.as_deref();
    let specific = document.affected.iter().find_map(|one| {
        let specific = &one.ecosystem_specific;
        specific.severity.as_deref().or(specific.urgency.as_deref())
    });
    let of_ubuntu =
        document.rated().find(|rated| rated.kind == "Ubuntu").map(|rated| &*rated.score);
    // Red Hat's family begins its titles with it: `Important: thunderbird security update`.
    let title = document.summary.as_deref().filter(|_| family == Family::Distribution);
    let title = title.and_then(|title| title.split_once(':')).map(|(word, _)| word);
    let words = [word, specific, of_ubuntu, title];
    if let Some(severity) = words.into_iter().flatten().find_map(severity) {
        ratings.push(Rating::Word { severity, source: None });
    }
    let mut vectors: Vec<&Rated> =
        document.rated().filter(|rated| rated.kind.starts_with("CVSS_V")).collect();
    vectors.sort_by(|a, b| b.kind.cmp(&a.kind));
    vectors.dedup_by(|a, b| a.score == b.score);
    ratings.extend(vectors.into_iter().map(|rated| Rating::Cvss(cvss(&rated.score))));
    ratings
}

fn cvss(vector: &str) -> Cvss {
    Cvss {
        version: score::version(vector).into(),
        vector: vector.into(),
        score: score::of_vector(vector),
        source: None,
    }
}

/// The severity that a word means; none for words that say nothing (`not yet assigned`).
fn severity(word: &str) -> Option<Severity> {
    // Debian marks urgencies that nobody has looked at with a star.
    Severity::of_word(word.trim().trim_end_matches('*'))
        .filter(|severity| *severity != Severity::Unknown)
}

#[cfg(test)]
mod tests;
