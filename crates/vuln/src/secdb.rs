//! secdb: what Alpine, Wolfi and Chainguard publish. A JSON document says of each source package which version fixed which
//! vulnerabilities; the version `0` says that the package never had them.

use std::collections::{BTreeMap, BTreeSet};

use model::{Fix, FixState};
use serde::Deserialize;
use serde_json::Value;

use crate::namespace::plain;
use crate::record::{Advisory, Affected, Range, Release, Subject, Verdict};

/// What a document came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Which release it is of.
    pub release: Release,
    /// Advisories, each with what is affected by it, ordered by name.
    pub advisories: Vec<(Advisory, Vec<Affected>)>,
    /// What of it makes no sense, a clause each.
    pub unreadable: Vec<String>,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    distroversion: String,
    #[serde(default)]
    reponame: String,
    #[serde(default)]
    urlprefix: String,
    #[serde(default)]
    apkurl: String,
    packages: Vec<Value>,
}

#[derive(Deserialize)]
struct Entry {
    pkg: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    /// By version, in the order of the document's text as it is sorted.
    secfixes: Option<BTreeMap<String, Option<Vec<Value>>>>,
}

/// Where what a distribution publishes can be known by: a part of its addresses, its name.
const DISTRIBUTIONS: [(&str, &str); 4] = [
    ("wolfi", "wolfi"),
    ("cgr.dev", "chainguard"),
    ("chainguard", "chainguard"),
    ("alpine", "alpine"),
];

/// Reads one document. The error is a clause.
pub fn read(document: &[u8]) -> Result<Reading, String> {
    let document: Document = serde_json::from_slice(document)
        .map_err(|error| format!("it is not the JSON of a secdb document: {error}"))?;
    let release = release(&document)?;
    let mut reading = Reading { release: release.clone(), ..Reading::default() };
    let mut unnamed = 0_u32;
    let mut found: BTreeMap<String, (BTreeSet<String>, Vec<Affected>)> = BTreeMap::new();
    let mut broken = 0_u32;
    for entry in document.packages {
        // One that makes no sense takes none of the others along.
        let Ok(Entry { pkg }) = serde_json::from_value(entry) else {
            broken += 1;
            continue;
        };
        for (version, texts) in pkg.secfixes.unwrap_or_default() {
            for text in texts.unwrap_or_default() {
                let names = names(text.as_str().unwrap_or_default());
                if names.is_empty() {
                    unnamed += 1;
                }
                for (name, aliases) in names {
                    let (known, affected) = found.entry(name).or_default();
                    known.extend(aliases);
                    affected.push(fixed(&pkg.name, &version, &release));
                }
            }
        }
    }
    let place = format!("{} {} {}", release.name, document.distroversion, document.reponame);
    if broken > 0 {
        let place = place.trim_end();
        reading
            .unreadable
            .push(format!("{broken} packages of {place} are not the JSON that they should be"));
    }
    if unnamed > 0 {
        reading.unreadable.push(format!("{unnamed} fixes of {} have no name", place.trim_end()));
    }
    let provider = release.name.clone();
    reading.advisories = found
        .into_iter()
        .map(|(id, (aliases, affected))| {
            let advisory = Advisory {
                id,
                provider: provider.clone(),
                aliases: aliases.into_iter().collect(),
                ..Advisory::default()
            };
            (advisory, affected)
        })
        .collect();
    Ok(reading)
}

fn release(document: &Document) -> Result<Release, String> {
    let addresses = [&document.urlprefix, &document.apkurl].map(|text| text.to_ascii_lowercase());
    let is_of = |part: &str| addresses.iter().any(|address| address.contains(part));
    let known = DISTRIBUTIONS.iter().find(|(part, _)| is_of(part));
    let (_, name) = known.ok_or("its `urlprefix` does not say which distribution it is of")?;
    let mut release = Release { name: (*name).into(), id: (*name).into(), ..Release::default() };
    let version = document.distroversion.trim().trim_start_matches('v');
    if *name != "alpine" {
        release.label = "rolling".into();
    } else if version.starts_with(|first: char| first.is_ascii_digit()) {
        let mut parts = version.split('.');
        release.major = plain(parts.next().unwrap_or_default()).into();
        release.minor = plain(parts.next().unwrap_or_default()).into();
    } else if version.is_empty() {
        return Err("its `distroversion` is missing".into());
    } else {
        // `edge`, also as `edge-main`.
        release.label = version.split('-').next().unwrap_or_default().into();
    }
    Ok(release)
}

/// The vulnerabilities that one text names, each with its other names: `CVE-2023-34319 XSA-432`. Where it names several
/// CVEs, other names in it are of all of them together and of none alone.
fn names(text: &str) -> Vec<(String, Vec<String>)> {
    let is_name =
        |word: &&str| word.contains('-') && word.bytes().any(|byte| byte.is_ascii_digit());
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(is_name).collect();
    let (cves, others): (Vec<&str>, Vec<&str>) =
        words.iter().partition(|word| word.starts_with("CVE-"));
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    match (&cves[..], &others[..]) {
        ([], []) => Vec::new(),
        ([], [first, rest @ ..]) => vec![((*first).into(), owned(rest))],
        ([cve], others) => vec![((*cve).into(), owned(others))],
        (cves, _) => cves.iter().map(|cve| ((*cve).into(), Vec::new())).collect(),
    }
}

/// That versions before one are affected. Nothing is before `0`: so it is kept that the package never was, as Grype
/// keeps it, and others can be told so.
fn fixed(package: &str, version: &str, release: &Release) -> Affected {
    let range = Range {
        format: "apk".into(),
        constraint: format!("< {version}"),
        fix: Fix { state: FixState::Fixed, versions: vec![version.into()] },
    };
    Affected {
        subject: Subject { ecosystem: "apk".into(), name: package.into() },
        release: Some(release.clone()),
        verdict: Verdict::Affected,
        cves: Vec::new(),
        qualifiers: Vec::new(),
        ranges: vec![range],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(version: &str, packages: &str) -> String {
        format!(
            r#"{{"apkurl": "{{{{urlprefix}}}}/x", "urlprefix": "https://mirror.example/alpine",
                "distroversion": "{version}", "reponame": "main", "packages": [{packages}]}}"#
        )
    }

    fn check(packages: &str, expected: &[&str]) {
        let reading = read(document("v3.18", packages).as_bytes()).unwrap();
        let told = reading.advisories.iter().flat_map(|(advisory, affected)| {
            affected.iter().map(move |one| {
                let aliases: String =
                    advisory.aliases.iter().map(|alias| format!(" ({alias})")).collect();
                format!(
                    "{}{aliases}: {} {}",
                    advisory.id, one.subject.name, one.ranges[0].constraint
                )
            })
        });
        let told: Vec<String> =
            told.chain(reading.unreadable.iter().map(|what| format!("! {what}"))).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn versions_fix_what_they_name() {
        check(
            r#"{"pkg": {"name": "curl", "secfixes": {"8.1.0-r0": ["CVE-2023-2", "CVE-2023-1"], "0": ["CVE-2020-1"]}}}"#,
            &["CVE-2020-1: curl < 0", "CVE-2023-1: curl < 8.1.0-r0", "CVE-2023-2: curl < 8.1.0-r0"],
        );
    }

    #[test]
    fn one_text_may_have_several_names() {
        check(
            r#"{"pkg": {"name": "xen", "secfixes": {"4.1-r0": ["CVE-2023-1 XSA-1", "CVE-2023-2 CVE-2023-3 XSA-2", "XSA-3 GHSA-a-1"]}}}"#,
            &[
                "CVE-2023-1 (XSA-1): xen < 4.1-r0",
                "CVE-2023-2: xen < 4.1-r0",
                "CVE-2023-3: xen < 4.1-r0",
                "XSA-3 (GHSA-a-1): xen < 4.1-r0",
            ],
        );
    }

    #[test]
    fn what_has_no_name_is_counted_and_what_is_empty_says_nothing() {
        check(
            r#"{"pkg": {"name": "a", "secfixes": {"1-r0": ["N/A", null], "2-r0": null}}}, {"pkg": {"name": "b", "secfixes": null}}"#,
            &["! 2 fixes of alpine v3.18 main have no name"],
        );
    }

    #[test]
    fn a_document_says_which_release_it_is_of() {
        let told = |text: &str| {
            read(text.as_bytes()).map(|reading| {
                let Release { name, major, minor, label, .. } = reading.release;
                format!("{name} {major}/{minor}/{label}")
            })
        };
        assert_eq!(told(&document("v3.18", "")), Ok("alpine 3/18/".into()));
        assert_eq!(told(&document("edge-main", "")), Ok("alpine //edge".into()));
        assert_eq!(told(&document("", "")), Err("its `distroversion` is missing".into()));
        let wolfi = r#"{"urlprefix": "https://packages.wolfi.example", "packages": []}"#;
        assert_eq!(told(wolfi), Ok("wolfi //rolling".into()));
        let nobody = r#"{"urlprefix": "https://x.example", "packages": []}"#;
        assert_eq!(
            told(nobody),
            Err("its `urlprefix` does not say which distribution it is of".into())
        );
        assert!(told("[]").unwrap_err().starts_with("it is not the JSON of a secdb document"));
    }
}
