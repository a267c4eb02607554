//! Tests of order, written as relations: `1.0 < 1.1`. It knows the rules of no scheme.

use std::cmp::Ordering;
use std::path::PathBuf;

use super::{Scheme, Version};

/// Checks `a < b`, `a = b` or `a > b`, and the same turned round.
pub(super) fn check(scheme: Scheme, relation: &str) {
    if let Err(answer) = hold(scheme, relation) {
        panic!("{relation}, but the answer is {answer}");
    }
}

/// Checks every relation of a file of the corpus; those of `exceptions` must not hold.
pub(super) fn check_corpus(scheme: Scheme, name: &str, exceptions: &[&str]) {
    let Some(relations) = corpus_file(name) else { return };
    let relations =
        relations.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '/']));
    let broken: Vec<&str> = relations.filter(|line| hold(scheme, line).is_err()).collect();
    assert_eq!(broken, exceptions, "relations of {name} that do not hold");
}

/// Checks every row of the corpus's table of comparisons that is of `format`; those of `exceptions` must not hold.
pub(super) fn check_table(scheme: Scheme, format: &str, exceptions: &[&str]) {
    let Some(table) = corpus_file("compare.tsv") else { return };
    let relations = table.lines().filter_map(|row| {
        let mut columns = row.strip_prefix(format)?.strip_prefix('\t')?.split('\t');
        let (a, b, order) = (columns.next()?, columns.next()?, columns.next()?);
        let sign = match order {
            "-1" => "<",
            "0" => "=",
            _ => ">",
        };
        Some([a, sign, b])
    });
    let broken = relations.filter(|parts| hold_parts(scheme, *parts).is_err());
    let broken: Vec<String> = broken.map(|parts| parts.join(" ")).collect();
    assert_eq!(broken, exceptions, "rows of {format} that do not hold");
}

fn corpus_file(name: &str) -> Option<String> {
    let corpus = std::env::var_os("PENTIMENTO_CORPUS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
        PathBuf::from,
    );
    let text = std::fs::read_to_string(corpus.join("versions").join(name)).ok();
    if text.is_none() {
        println!("skipped: no {name} in {}", corpus.display());
    }
    text
}

/// Checks that sorting by the scheme contradicts no pair, over every text of three of these pieces.
pub(super) fn check_total(scheme: Scheme, pieces: &[&str]) {
    let mut texts = vec![String::new()];
    for _ in 0..3 {
        let longer =
            texts.iter().flat_map(|text| pieces.iter().map(move |next| text.clone() + next));
        texts = longer.collect();
    }
    let mut versions: Vec<Version> =
        texts.into_iter().map(|text| Version::new(text, scheme)).collect();
    versions.sort();
    for (place, a) in versions.iter().enumerate() {
        for b in &versions[place..] {
            assert_ne!(a.order(b), Ordering::Greater, "{a} and {b}");
        }
    }
}

fn hold(scheme: Scheme, relation: &str) -> Result<(), &'static str> {
    let words: Vec<&str> = relation.split_whitespace().collect();
    let Ok(parts) = words.try_into() else { panic!("{relation} is no relation") };
    hold_parts(scheme, parts)
}

fn hold_parts(scheme: Scheme, [a, sign, b]: [&str; 3]) -> Result<(), &'static str> {
    let (a, b) = (Version::new(a, scheme), Version::new(b, scheme));
    let order = a.order(&b);
    assert_eq!(b.order(&a), order.reverse(), "{a} {sign} {b}, turned round");
    let answer = match order {
        Ordering::Less => "<",
        Ordering::Equal => "=",
        Ordering::Greater => ">",
    };
    if answer == sign { Ok(()) } else { Err(answer) }
}
