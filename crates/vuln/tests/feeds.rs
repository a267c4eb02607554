//! Findings on a corpus of images from its OSV and secdb feeds beside those that Grype has on a database that was made of the
//! same feeds. Without a corpus nothing is compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::{Finding, ImageFacts, Name};
use vuln::{Database, Options, Shelf, find, unwatched};

fn corpus() -> Option<PathBuf> {
    let given = std::env::var_os("PENTIMENTO_CORPUS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    Some(given.unwrap_or(beside)).filter(|folder| folder.join("vulnerabilities/expected").is_dir())
}

fn facts(corpus: &Path, name: &str) -> Option<ImageFacts> {
    if let Some(cut) = name.strip_prefix("cut-") {
        let (folder, side) = cut.rsplit_once('-')?;
        let file =
            File::open(corpus.join("cut").join(folder).join(format!("{side}.tar.gz"))).ok()?;
        let (expect, limits) = (layer::Expect::default(), layer::Limits::default());
        let read = layer::read::<_, layer::Error>(file, &expect, &limits, analysis::scan).ok()?;
        return Some(analysis::squash(&[Arc::new(read.0.facts)]));
    }
    let (layout, tag) = name.split_once('-')?;
    let reference = format!("oci:{}:{tag}", corpus.join("images").join(layout).display());
    let name: Name = reference.parse().ok()?;
    let options = engine::Options::default();
    let subject = engine::subject(&name, engine::Texts::Unwanted, &options, &engine::unwatched);
    Some(subject.ok()?.side.facts)
}

/// Lines that differ, each with a reason. Beside these, what only the feed says of names that the database was not made of is
/// not told: it has records of Python by their GHSA alone, and of Alpine's names the CVEs alone.
///
/// - wagtail: the record has `introduced 2.11` and `introduced 0` before `fixed 2.11.6`. In the order of versions, which the
///   format asks for, 2.11.7 fixes nothing that is still affected.
/// - golang.org/x/crypto: `introduced 0` is before every version. The database has `>= 0`, and no pseudo-version is.
const DIFFERENT: [&str; 2] = [
    "osv/Go vulnerable-go-old + GO-2026-5932 () golang.org/x/crypto v0.0.0-20220622213112-05595931fe9d not-fixed ",
    "osv/PyPI vulnerable-python-new ~ GHSA-wq5h-f9p5-q7fx wagtail 0.0.1 fixed 2.11.6,2.11.7,2.12.4: 2.11.6,2.12.4",
];

/// What Grype found: the vulnerability, and package, version, fix state and fixed versions.
type Row = (String, [String; 4]);

/// Rows of packages of these kinds, and how many others there are. Rows that only differ in what fixes them are one.
fn expected(file: &Path, kinds: &[&str]) -> (Vec<Row>, usize) {
    let text = fs::read_to_string(file).expect("a list can be read");
    let rows = text.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    let (held, others): (Vec<_>, Vec<_>) = rows.partition(|row| kinds.contains(&row[3]));
    let mut fixes: BTreeMap<[&str; 4], BTreeSet<&str>> = BTreeMap::new();
    for row in &held {
        fixes.entry([row[0], row[1], row[2], row[5]]).or_default().extend(row[6].split(','));
    }
    let row = |([id, package, version, state], fixes): ([&str; 4], BTreeSet<&str>)| {
        let fixes = fixes.into_iter().collect::<Vec<_>>().join(",");
        (id.into(), [package.into(), version.into(), state.into(), fixes])
    };
    (fixes.into_iter().map(row).collect(), others.len())
}

fn told(facts: &ImageFacts, finding: &Finding) -> [String; 4] {
    let package = &facts.packages[finding.package as usize].package;
    let mut fixes = finding.fix.versions.clone();
    fixes.sort();
    // Grype writes the version of Go's library as the toolchain does.
    let go = if package.name == "stdlib" { "go" } else { "" };
    let version = format!("{go}{}", package.version);
    [package.key().name, version, finding.fix.state.name().into(), fixes.join(",")]
}

/// Compares one image: rows that are equal, and lines for those that are not.
fn compare(
    facts: &ImageFacts,
    database: &Database,
    expected: &[Row],
    ours: &[&str],
) -> (usize, Vec<String>) {
    let findings =
        find(facts, database, &Options::default()).expect("a database can be asked").findings;
    let is_ours = |finding: &&Finding| {
        finding.suppressed.is_none()
            && ours.contains(&&*facts.packages[finding.package as usize].package.ecosystem)
    };
    let found: Vec<(&Finding, [String; 4])> =
        findings.iter().filter(is_ours).map(|finding| (finding, told(facts, finding))).collect();
    let mut used = vec![false; found.len()];
    let (mut equal, mut lines) = (0, Vec::new());
    for (id, row) in expected {
        // Records of a feed may share a name: together they say what is fixed.
        let mut fixes: Option<BTreeSet<&str>> = None;
        for (place, (finding, told)) in found.iter().enumerate() {
            if told[..3] == row[..3] && finding.names().any(|name| name == id) {
                used[place] = true;
                fixes.get_or_insert_default().extend(told[3].split(','));
            }
        }
        let fixes = fixes.map(|fixes| fixes.into_iter().collect::<Vec<_>>().join(","));
        match fixes {
            Some(fixes) if fixes == row[3] => equal += 1,
            Some(fixes) => lines.push(format!("~ {id} {}: {fixes}", row.join(" "))),
            None => lines.push(format!("- {id} {}", row.join(" "))),
        }
    }
    let is_known = |finding: &Finding| {
        finding
            .names()
            .any(|name| ["CVE-", "GHSA-", "GO-"].iter().any(|begin| name.starts_with(begin)))
            && (!finding.id.starts_with("PYSEC-")
                || finding.names().any(|name| name.starts_with("GHSA-")))
    };
    lines.extend(
        found.iter().zip(used).filter(|((finding, _), used)| !used && is_known(finding)).map(
            |((finding, told), _)| {
                format!("+ {} ({}) {}", finding.id, finding.aliases.join(" "), told.join(" "))
            },
        ),
    );
    (equal, lines)
}

#[test]
fn findings_of_feeds_are_those_of_grype() {
    let Some(corpus) = corpus() else {
        println!("skipped: there is no corpus");
        return;
    };
    let folder = tempfile::TempDir::new().unwrap();
    let shelf = Shelf::at(folder.path());
    let feeds: [(&str, &[&str], &[&str]); 3] = [
        ("osv/PyPI", &["python"], &["pypi"]),
        ("osv/Go", &["go-module"], &["golang"]),
        ("secdb", &["apk"], &["apk"]),
    ];
    let mut files: Vec<PathBuf> = fs::read_dir(corpus.join("vulnerabilities/expected"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut different = Vec::new();
    for (feed, kinds, ours) in feeds {
        let at = corpus.join("vulnerabilities").join(feed).display().to_string();
        let database = shelf.import(&at, &unwatched).unwrap().open().unwrap();
        println!("{feed}: {:?}, {} unreadable", database.counts(), database.unreadable().len());
        for what in database.unreadable() {
            println!("{feed} ! {what}");
        }
        for file in &files {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            let (expected, others) = expected(file, kinds);
            let Some(facts) = facts(&corpus, &name) else { panic!("there is no image {name}") };
            let (equal, lines) = compare(&facts, &database, &expected, ours);
            if !expected.is_empty() || !lines.is_empty() {
                let (rows, not) = (expected.len(), lines.len());
                println!(
                    "{feed} {name}: {rows} rows, {equal} equal, {not} lines differ, {others} rows not held"
                );
            }
            different.extend(lines.into_iter().map(|line| format!("{feed} {name} {line}")));
        }
    }
    different.sort();
    assert_eq!(different, DIFFERENT);
}
