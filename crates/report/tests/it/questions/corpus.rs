//! Queries of the corpus, against what package managers say of the same images.

use std::collections::BTreeSet;
use std::fs;

use super::{ask, read};

/// Where a layout of the corpus is, by the name that its expected answers have.
fn reference(corpus: &std::path::Path, name: &str) -> Option<String> {
    let (layout, tag) = name.split_once('_')?;
    Some(format!("oci:{}:{tag}", corpus.join("images").join(layout).display()))
}

/// `expected/packages` has what rpm, dpkg and apk's own records say: ecosystem, name, version, architecture, source.
#[test]
fn packages_are_those_that_package_managers_list() {
    let Some(corpus) = testkit::corpus() else { return };
    let mut compared = 0;
    for entry in fs::read_dir(corpus.join("expected/packages")).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
        // Which platform of several is meant, depends on the machine.
        if name.ends_with("-multi") {
            continue;
        }
        let Some(reference) = reference(&corpus, name) else { continue };
        let subject = read(&reference);
        let text = fs::read_to_string(&path).unwrap();
        let expect: BTreeSet<(String, String, String)> = text
            .lines()
            .map(|line| {
                let mut fields = line.split('\t').skip(1).map(ToOwned::to_owned);
                let mut next = || fields.next().unwrap_or_default();
                // rpm's word for what is not there.
                let none = |text: String| if text == "(none)" { String::new() } else { text };
                (next(), next(), none(next()))
            })
            .collect();
        let answer = ask(&[&subject], "list-package-detail all").unwrap();
        let told: BTreeSet<(String, String, String)> = answer
            .rows
            .rows
            .iter()
            .map(|row| {
                let architecture = if row[4] == "N/A" { String::new() } else { row[4].clone() };
                (row[2].clone(), row[3].clone(), architecture)
            })
            .collect();
        let differing: Vec<_> = told.symmetric_difference(&expect).collect();
        assert!(differing.is_empty(), "{name}: {differing:?}");
        compared += expect.len();
    }
    assert!(compared > 1_000, "{compared}");
}
