//! Findings of one image: every row that Grype gives of it on the same data, with how bad it is, whether and where it is
//! fixed, who says it, and by what it was matched.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::rc::Rc;

use serde::Deserialize;

use super::Question;
use super::rows::Row;
use super::vulnerabilities::{Shelf, image_named, named};
use crate::Error;
use crate::corpus::{Corpus, name_of};
use crate::program::Program;

/// The question that a list is the answer to; none where its image is not there.
pub(super) fn question(
    corpus: &Corpus,
    shelf: &Rc<Shelf>,
    file: &Path,
) -> Result<Option<Question>, Error> {
    let name = name_of(file);
    let stem = name.strip_suffix(".tsv").unwrap_or(&name);
    let Some(image) = image_named(corpus, stem) else { return Ok(None) };
    let lent = Rc::clone(shelf);
    let ask = move |program: &Program| {
        let folder = lent.folder(program)?.display().to_string();
        let reference = image.reference()?;
        let words = ["scan", &reference, "--format", "json", "--db-folder", &folder];
        given(&program.run(&words)?, lent.is_older)
    };
    let name = format!("findings{} {stem}", if shelf.is_older { " of schema 5" } else { "" });
    Ok(Some(Question { name, expected: Some(expected(file, shelf.is_older)?), ask: Box::new(ask) }))
}

/// Grype's rows: a heading, then identifier, package, version, type, severity, state, versions, namespace, match.
fn expected(file: &Path, is_older: bool) -> Result<Vec<Row>, Error> {
    let text = fs::read_to_string(file).map_err(Error::io("read", file.display()))?;
    let mut fixes = Fixes { is_older, ..Fixes::default() };
    text.lines().skip(1).for_each(|line| fixes.read(line));
    fixes.prefer_direct();
    Ok(fixes.rows())
}

/// Versions that fix something, by everything else that is said of it: Grype has a row for each record, where one finding of
/// ours has all the versions.
#[derive(Default)]
struct Fixes {
    /// Whether it is of schema 5, which has a severity for each release, and advisories of Go under another name.
    is_older: bool,
    versions: BTreeMap<[String; 8], BTreeSet<String>>,
}

const DIRECT: &str = "exact-direct-match";
const INDIRECT: &str = "exact-indirect-match";

impl Fixes {
    /// Adds versions to those of identifier, type, name, version, severity, state, namespace, match.
    fn add<'a>(&mut self, facts: [&str; 8], versions: impl IntoIterator<Item = &'a str>) {
        let mut facts = facts.map(Into::into);
        if self.is_older {
            let [_, _, _, _, severity, _, namespace, _]: &mut [String; 8] = &mut facts;
            severity.clear();
            namespace.clear();
        }
        let versions = versions.into_iter().filter(|version| !version.is_empty());
        self.versions.entry(facts).or_default().extend(versions.map(Into::into));
    }

    /// A line of Grype's, once for each way of matching. Of Go it writes `go1.21.0` where the version is `1.21.0`.
    fn read(&mut self, line: &str) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [id, package, version, kind, severity, state, fixes, namespace, matched] = columns[..]
        else {
            return;
        };
        let [id, kind, package] = named(id, kind, package);
        let version = match &*kind {
            "golang" => version.strip_prefix("go").unwrap_or(version),
            _ => version,
        };
        let severity = severity.to_lowercase();
        for by in matched.split(',') {
            let facts = [&*id, &*kind, &*package, version, &*severity, state, namespace, by];
            self.add(facts, fixes.split(','));
        }
    }

    /// Where the package itself and its source are both written about, the version that fixes the package is the package's own:
    /// Grype has a row for each.
    fn prefer_direct(&mut self) {
        let direct = |facts: &[String; 8]| {
            let mut facts = facts.clone();
            let [.., by] = &mut facts;
            (by == INDIRECT).then(|| DIRECT.clone_into(by)).map(|()| facts)
        };
        let own: Vec<_> = (self.versions.keys())
            .filter_map(|facts| Some((facts.clone(), self.versions.get(&direct(facts)?)?.clone())))
            .collect();
        self.versions.extend(own);
    }

    fn rows(self) -> Vec<Row> {
        let row = |(facts, versions): ([String; 8], BTreeSet<String>)| {
            let versions: Vec<String> = versions.into_iter().collect();
            let versions = versions.join(",");
            Row::new(facts.iter().map(|fact| &**fact).chain([&*versions]))
        };
        self.versions.into_iter().map(row).collect()
    }
}

/// The part of a scan that is compared here.
#[derive(Deserialize)]
struct Scan {
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    id: String,
    namespace: String,
    severity: String,
    fix: Fix,
    package: Package,
    matched: Vec<Matched>,
    suppressed: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Fix {
    state: String,
    versions: Vec<String>,
}

#[derive(Deserialize)]
struct Package {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    version: String,
}

#[derive(Deserialize)]
struct Matched {
    by: String,
}

fn given(scan: &[u8], is_older: bool) -> Result<Vec<Row>, Error> {
    let Scan { findings } = serde_json::from_slice(scan)
        .map_err(|error| Error::Failed(format!("the scan is not as promised: {error}")))?;
    let mut rows = Fixes { is_older, ..Fixes::default() };
    for finding in findings.iter().filter(|finding| finding.suppressed.is_none()) {
        let Finding { id, namespace, severity, fix, package, matched, .. } = finding;
        let Package { kind, name, version } = package;
        let [id, kind, name] = named(id, kind, name);
        for Matched { by } in matched {
            let facts = [&*id, &*kind, &*name, version, severity, &*fix.state, namespace, by];
            rows.add(facts, fix.versions.iter().map(|version| &**version));
        }
    }
    Ok(rows.rows())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_grype_is_a_finding() {
        let json = r#"{"findings":[{"id":"CVE-1","namespace":"nvd","severity":"high","fix":{"state":"fixed",
            "versions":["3","2"]},"package":{"type":"pypi","name":"a-b","version":"1"},
            "matched":[{"by":"cpe-match"}],"suppressed":null}]}"#;
        let mut rows = Fixes::default();
        rows.read("CVE-1\ta_b\t1\tpython\tHigh\tfixed\t2\tnvd\tcpe-match");
        rows.read("CVE-1\ta_b\t1\tpython\tHigh\tfixed\t3\tnvd\tcpe-match");
        assert_eq!(given(json.as_bytes(), false).unwrap(), rows.rows());
    }
}
