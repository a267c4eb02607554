//! Tests of order, written as relations: `1.0 < 1.1`. It knows the rules of no scheme.

use std::cmp::Ordering;
use std::path::PathBuf;

use super::{Scheme, Version};

/// Checks `a < b`, `a = b` or `a > b`, and the same turned round.
pub(super) fn check(scheme: Scheme, relation: &str) {
    check_with(by(scheme), relation);
}

/// The same by a rule that no scheme has.
pub(super) fn check_with(compare: impl Fn(&str, &str) -> Option<Ordering>, relation: &str) {
    if let Err(answer) = hold(&compare, relation) {
        panic!("{relation}, but the answer is {answer}");
    }
}

/// Checks every relation of a file of the corpus; those of `exceptions` must not hold.
pub(super) fn check_corpus(scheme: Scheme, name: &str, exceptions: &[&str]) {
    check_corpus_with(by(scheme), name, exceptions);
}

/// The same by a rule that no scheme has.
pub(crate) fn check_corpus_with(
    compare: impl Fn(&str, &str) -> Option<Ordering>,
    name: &str,
    exceptions: &[&str],
) {
    let Some(relations) = corpus_file(name) else { return };
    let relations =
        relations.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '/']));
    let broken: Vec<&str> = relations.filter(|line| hold(&compare, line).is_err()).collect();
    assert_eq!(broken, exceptions, "relations of {name} that do not hold");
}

/// Checks every row of the corpus's table of comparisons that is of `format`; those of `exceptions` must not hold.
pub(super) fn check_table(scheme: Scheme, format: &str, exceptions: &[&str]) {
    check_table_with(by(scheme), format, exceptions);
}

/// The same by a rule that no scheme has.
pub(crate) fn check_table_with(
    compare: impl Fn(&str, &str) -> Option<Ordering>,
    format: &str,
    exceptions: &[&str],
) {
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
    let broken = relations.filter(|parts| hold_parts(&compare, *parts).is_err());
    let broken: Vec<String> = broken.map(|parts| parts.join(" ")).collect();
    assert_eq!(broken, exceptions, "rows of {format} that do not hold");
}

/// A file of the corpus's folder of versions; None, and a word about it, where there is none.
pub(crate) fn corpus_file(name: &str) -> Option<String> {
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
    let order = |a: &str, b: &str| Version::new(a, scheme).order(&Version::new(b, scheme));
    check_total_with(order, pieces);
}

/// The same by a rule that no scheme has.
pub(super) fn check_total_with(order: impl Fn(&str, &str) -> Ordering, pieces: &[&str]) {
    let mut texts = vec![String::new()];
    for _ in 0..3 {
        let longer =
            texts.iter().flat_map(|text| pieces.iter().map(move |next| text.clone() + next));
        texts = longer.collect();
    }
    texts.sort_by(|a, b| order(a, b));
    for (place, a) in texts.iter().enumerate() {
        for b in &texts[place..] {
            assert_ne!(order(a, b), Ordering::Greater, "{a} and {b}");
        }
    }
}

fn by(scheme: Scheme) -> impl Fn(&str, &str) -> Option<Ordering> {
    move |a, b| Some(Version::new(a, scheme).order(&Version::new(b, scheme)))
}

type Answer = Result<(), &'static str>;

fn hold(compare: impl Fn(&str, &str) -> Option<Ordering>, relation: &str) -> Answer {
    let words: Vec<&str> = relation.split_whitespace().collect();
    let Ok(parts) = words.try_into() else { panic!("{relation} is no relation") };
    hold_parts(compare, parts)
}

fn hold_parts(compare: impl Fn(&str, &str) -> Option<Ordering>, [a, sign, b]: [&str; 3]) -> Answer {
    let order = compare(a, b);
    assert_eq!(compare(b, a), order.map(Ordering::reverse), "{a} {sign} {b}, turned round");
    let answer = match order {
        Some(Ordering::Less) => "<",
        Some(Ordering::Equal) => "=",
        Some(Ordering::Greater) => ">",
        None => "none",
    };
    if answer == sign { Ok(()) } else { Err(answer) }
}
