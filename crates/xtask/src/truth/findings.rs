//! Findings of one image: every row that Grype gives of it on the same data, with how bad it is, whether it is fixed, who says
//! it, and by what it was matched.

use std::collections::BTreeSet;
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
    let shelf = Rc::clone(shelf);
    let ask = move |program: &Program| {
        let folder = shelf.folder(program)?.display().to_string();
        let reference = image.reference()?;
        let words = ["scan", &reference, "--format", "json", "--db-folder", &folder];
        given(&program.run(&words)?)
    };
    let (name, expected) = (format!("findings {stem}"), Some(expected(file)?));
    Ok(Some(Question { name, expected, ask: Box::new(ask) }))
}

/// Grype's rows: a heading, then identifier, package, version, type, severity, state, versions, namespace, match.
fn expected(file: &Path) -> Result<Vec<Row>, Error> {
    let text = fs::read_to_string(file).map_err(Error::io("read", file.display()))?;
    let rows: BTreeSet<Row> = text.lines().skip(1).flat_map(rows).collect();
    Ok(rows.into_iter().collect())
}

/// A row for each way of matching. Grype has a row for each record, where one finding of ours has all the versions that fix it;
/// so which they are is not compared. Of Go it writes `go1.21.0` where the version is `1.21.0`.
fn rows(line: &str) -> Vec<Row> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [id, package, version, kind, severity, state, _, namespace, matched] = columns[..] else {
        return Vec::new();
    };
    let [id, kind, package] = named(id, kind, package);
    let version = match &*kind {
        "golang" => version.strip_prefix("go").unwrap_or(version),
        _ => version,
    };
    let severity = severity.to_lowercase();
    let row = |by| Row::new([&*id, &*kind, &*package, version, &*severity, state, namespace, by]);
    matched.split(',').map(row).collect()
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

fn given(scan: &[u8]) -> Result<Vec<Row>, Error> {
    let Scan { findings } = serde_json::from_slice(scan)
        .map_err(|error| Error::Failed(format!("the scan is not as promised: {error}")))?;
    let counted = findings.iter().filter(|finding| finding.suppressed.is_none());
    let rows: BTreeSet<Row> = counted.flat_map(Finding::rows).collect();
    Ok(rows.into_iter().collect())
}

impl Finding {
    fn rows(&self) -> Vec<Row> {
        let Finding { id, namespace, severity, fix, package, matched, .. } = self;
        let Package { kind, name, version } = package;
        let [id, kind, name] = named(id, kind, name);
        let facts = [&*id, &*kind, &*name, version, severity, &*fix.state, namespace];
        matched.iter().map(|one| Row::new(facts.into_iter().chain([&*one.by]))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_grype_is_a_finding() {
        let json = r#"{"findings":[{"id":"CVE-1","namespace":"nvd","severity":"high","fix":{"state":"fixed",
            "versions":["2"]},"package":{"type":"pypi","name":"a-b","version":"1"},
            "matched":[{"by":"cpe-match"}],"suppressed":null}]}"#;
        let line = "CVE-1\ta_b\t1\tpython\tHigh\tfixed\t2\tnvd\tcpe-match";
        assert_eq!(given(json.as_bytes()).unwrap(), rows(line));
    }
}
