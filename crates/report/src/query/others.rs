//! The images that a query compares with, as its parameters name them.

use std::collections::BTreeSet;

use compare::Subject;

use super::{Question, Wrong, columns};
use crate::rows::Answer;

/// The parameter that means the image that another is built on.
pub const BASE: &str = "base";

/// The names of images among words, each once.
pub(super) fn names(words: &[&str]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    words.iter().filter(|word| seen.insert(**word)).map(ToString::to_string).collect()
}

/// The images to compare with. One that cannot be had is a warning, and the others are compared all the same.
pub(super) fn found<'a>(
    question: &Question<'a>,
    words: &[&str],
    answer: &mut Answer,
) -> Result<Vec<&'a Subject>, Wrong> {
    if words.is_empty() {
        return Err(Wrong {
            what: "no image to compare with is named".into(),
            hint: format!("name one or more, or say `{BASE}`"),
        });
    }
    let mut found = Vec::new();
    for name in names(words) {
        match question.others.get(&name) {
            Some(Ok(other)) => found.push(other),
            Some(Err(reason)) => answer.warnings.push(reason.clone()),
            None => answer.warnings.push(format!("nobody looked for image {name}")),
        }
    }
    Ok(found)
}

/// The one image that is asked.
pub(super) fn subject<'a>(question: &Question<'a>) -> Result<&'a Subject, Wrong> {
    question.subjects.first().copied().ok_or_else(nobody)
}

/// What is odd about an image as a whole, each as a warning: that it was imported, that its documents promise other layers.
/// What is doubtful about its history alone is told only where `history` is asked for.
pub(super) fn odd(subject: &Subject, history: bool) -> impl Iterator<Item = String> {
    let (name, id) = (columns::name(subject), columns::short_id(subject));
    let notices = subject.side.notices.iter().map(|notice| &notice.text);
    let told = notices.filter(move |text| history || !text.starts_with(model::OF_THE_PAST));
    told.map(move |text| format!("{name} ({id}): {text}"))
}

/// What [`subject`] says where nobody is asked.
pub(super) fn nobody() -> Wrong {
    Wrong { what: "no image is asked".into(), hint: "name one with --image".into() }
}

/// What could not be read of package managers' records, each as a warning: packages and owners may be missing.
pub(super) fn broken_records(subject: &Subject) -> impl Iterator<Item = String> {
    let facts = &subject.side.facts;
    let of_records = facts.notices.iter().filter_map(move |notice| {
        let path = notice.path.as_ref()?;
        // Of a database that could not be read at all nobody knows that it is a record.
        let is_database =
            || compare::of_distributions().any(|ecosystem| compare::is_database(ecosystem, path));
        let is_record = facts.file(path).is_some_and(|file| file.record) || is_database();
        is_record.then_some((path, notice))
    });
    of_records.map(move |(path, notice)| {
        format!(
            "{} ({}): {path}: {}",
            columns::name(subject),
            columns::short_id(subject),
            notice.text
        )
    })
}
