//! Findings on a corpus of images from its OSV and secdb feeds beside those that Grype has on a database that was made of the
//! same feeds. Without a corpus nothing is compared.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "what was compared is told")]

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

/// How a feed is compared.
struct Feed {
    /// Its place in the corpus's folder of vulnerabilities.
    at: &'static str,
    /// Grype's word for the packages that it has.
    kind: &'static str,
    /// Ours.
    ecosystem: &'static str,
    /// What the image's distribution is taken for, where the database has what it says under another one's name.
    distro: Option<&'static str>,
    /// Whether several advisories of the feed may fix one vulnerability, of which the database has one.
    has_more_fixes: bool,
    /// What begins the names of packages that the database was not made of.
    left_out: &'static str,
}

/// What Grype found: the vulnerability, and package, version, fix state and fixed versions.
type Row = (String, [String; 4]);

/// Rows of packages of this kind, and how many others there are. Rows that only differ in what fixes them are one; where a
/// package and its source are both written about, the package's own versions count.
fn expected(file: &Path, kind: &str) -> (Vec<Row>, usize) {
    let text = fs::read_to_string(file).expect("a list can be read");
    let rows = text.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    let (held, others): (Vec<_>, Vec<_>) = rows.partition(|row| row[3] == kind);
    let fact = |row: &[&'_ str]| [row[0].to_owned(), row[1].into(), row[2].into(), row[5].into()];
    let is_direct = |row: &&Vec<&str>| row[8].contains("exact-direct-match");
    let direct: BTreeSet<[String; 4]> =
        held.iter().filter(is_direct).map(|row| fact(row)).collect();
    let mut fixes: BTreeMap<[String; 4], BTreeSet<&str>> = BTreeMap::new();
    for row in held.iter().filter(|row| is_direct(row) || !direct.contains(&fact(row))) {
        fixes.entry(fact(row)).or_default().extend(row[6].split(','));
    }
    let row = |([id, package, version, state], fixes): ([String; 4], BTreeSet<&str>)| {
        (id, [package, version, state, fixes.into_iter().collect::<Vec<_>>().join(",")])
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
    feed: &Feed,
) -> (usize, Vec<String>) {
    let findings =
        find(facts, database, &Options::default()).expect("a database can be asked").findings;
    let is_ours = |finding: &&Finding| {
        let package = &facts.packages[finding.package as usize].package;
        let is_left_out = !feed.left_out.is_empty() && package.name.starts_with(feed.left_out);
        finding.suppressed.is_none() && package.ecosystem == feed.ecosystem && !is_left_out
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
        let wanted: BTreeSet<&str> = row[3].split(',').collect();
        let is_equal = |fixes: &BTreeSet<&str>| {
            *fixes == wanted || feed.has_more_fixes && fixes.is_superset(&wanted)
        };
        let is_equal = fixes.as_ref().is_some_and(is_equal);
        match fixes.map(|fixes| fixes.into_iter().collect::<Vec<_>>().join(",")) {
            Some(_) if is_equal => equal += 1,
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

/// Compares every list of a corpus with what a feed tells of its image; lines that differ are to be these.
fn check(feed: &Feed, different: &[&str]) {
    let Some(corpus) = corpus() else {
        println!("skipped: there is no corpus");
        return;
    };
    let folder = tempfile::TempDir::new().unwrap();
    let at = corpus.join("vulnerabilities").join(feed.at).display().to_string();
    let database = Shelf::at(folder.path()).import(&at, &unwatched).unwrap().open().unwrap();
    println!("{}: {:?}, {} unreadable", feed.at, database.counts(), database.unreadable().len());
    assert_eq!(database.unreadable(), [""; 0]);
    let mut files: Vec<PathBuf> = fs::read_dir(corpus.join("vulnerabilities/expected"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut lines = Vec::new();
    for file in files {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let (expected, others) = expected(&file, feed.kind);
        let Some(mut facts) = facts(&corpus, &name) else { panic!("there is no image {name}") };
        if let (Some(distro), Some(id)) = (&mut facts.distro, feed.distro) {
            distro.id = id.into();
        }
        let (equal, differ) = compare(&facts, &database, &expected, feed);
        if !expected.is_empty() || !differ.is_empty() {
            let (rows, not) = (expected.len(), differ.len());
            println!("{name}: {rows} rows, {equal} equal, {not} lines differ, {others} not held");
        }
        lines.extend(differ.into_iter().map(|line| format!("{name} {line}")));
    }
    lines.sort();
    assert_eq!(lines, different);
}

const OF_A_LANGUAGE: Feed =
    Feed { at: "", kind: "", ecosystem: "", distro: None, has_more_fixes: false, left_out: "" };

/// The record of wagtail has `introduced 2.11` and `introduced 0` before `fixed 2.11.6`. In the order of versions, which the
/// format asks for, 2.11.7 fixes nothing that is still affected. The feed has records by their GHSA alone.
#[test]
fn findings_of_osv_for_python_are_those_of_grype() {
    let feed = Feed { at: "osv/PyPI", kind: "python", ecosystem: "pypi", ..OF_A_LANGUAGE };
    check(
        &feed,
        &[
            "vulnerable-python-new ~ GHSA-wq5h-f9p5-q7fx wagtail 0.0.1 fixed 2.11.6,2.11.7,2.12.4: 2.11.6,2.12.4",
        ],
    );
}

/// `introduced 0` is before every version. The database has `>= 0`, and no pseudo-version is.
#[test]
fn findings_of_osv_for_go_are_those_of_grype() {
    let feed = Feed { at: "osv/Go", kind: "go-module", ecosystem: "golang", ..OF_A_LANGUAGE };
    check(
        &feed,
        &[
            "vulnerable-go-old + GO-2026-5932 () golang.org/x/crypto v0.0.0-20220622213112-05595931fe9d not-fixed ",
        ],
    );
}

/// Images of Rocky and `CentOS` stand for such of `AlmaLinux`: the database has its advisories as Red Hat's, without kernels.
#[test]
fn findings_of_osv_for_almalinux_are_those_of_grype() {
    let feed = Feed {
        at: "osv/AlmaLinux",
        kind: "rpm",
        ecosystem: "rpm",
        distro: Some("almalinux"),
        has_more_fixes: true,
        left_out: "kernel-",
    };
    check(&feed, &[]);
}

/// Of Alpine's names the database has CVEs alone.
#[test]
fn findings_of_secdb_are_those_of_grype() {
    check(&Feed { at: "secdb", kind: "apk", ecosystem: "apk", ..OF_A_LANGUAGE }, &[]);
}
