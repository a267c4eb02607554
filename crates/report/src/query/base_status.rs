//! `base-status`: whether the image that another was built on is still what its name means.
//!
//! Three things are known of kept images: which of them another is built on, every name that each was seen under, and
//! which of those names mean it now. An image's base has a name: that of its Dockerfile's last stage, of its label
//! `org.opencontainers.image.base.name`, or that its nearest kept ancestor was seen under. The base has moved where, of
//! the images that were asked, another has that name now. Nothing asks a registry.

use compare::{Ancestor, Subject};
use model::Reference;

use super::columns::{name, short, short_id};
use super::{EACH, Extent, Query, Question, Scope, Wrong, dockerfile};
use crate::rows::{Answer, Cell, Rows};

pub(super) static QUERY: Query = Query {
    name: "base-status",
    parameters: "all | IMAGE …",
    help: "whether the image that another was built on has moved since, among the images that are asked",
    details: "\
The base is what the Dockerfile's last FROM names, else the label org.opencontainers.image.base.name, else the nearest
kept image that this one is built on. It is out-of-date where another image was seen under that name since, and N/A
where no base or no image of that name is among those that are asked. No registry is asked: analyze the name first.",
    scope: Scope::All,
    extent: Extent::Outline,
    history: true,
    run,
    ..EACH
};

/// The label that names the base.
const LABEL: &str = "org.opencontainers.image.base.name";

/// What is not known.
const UNKNOWN: &str = "N/A";

fn run(question: &Question<'_>) -> Result<Answer, Wrong> {
    if question.parameters.is_empty() {
        return Err(Wrong {
            what: "no image is given".into(),
            hint: "say `all`, or names or IDs of images that are asked".into(),
        });
    }
    let header = vec![
        "Image_Id",
        "Repo_Tag",
        "From_Line",
        "Actual_Base_Id",
        "Current_From_Base_Id",
        "Status",
    ];
    let mut answer = Answer { rows: Rows { header, rows: Vec::new() }, ..Answer::default() };
    for subject in question.subjects {
        if !question.parameters.iter().any(|text| text == "all" || is_called(subject, text)) {
            continue;
        }
        answer.rows.rows.push(status(subject, question.subjects));
    }
    for text in question.parameters {
        let is_meant = |subject: &&Subject| is_called(subject, text);
        if text != "all" && !question.subjects.iter().any(is_meant) {
            answer.warnings.push(format!("{text} is not among the images that are asked"));
        }
    }
    Ok(answer)
}

/// Whether a text is a name of an image, its ID or the beginning of it.
fn is_called(subject: &Subject, text: &str) -> bool {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let is_id = || {
        let id = subject.id.as_ref();
        digits.len() >= 6 && id.is_some_and(|id| id.hex().starts_with(digits))
    };
    subject.names.iter().any(|known| is_same_name(known, text)) || is_id()
}

/// Whether two texts name one image: `debian:12` is `docker.io/library/debian:12`.
fn is_same_name(one: &str, other: &str) -> bool {
    let whole = |text: &str| text.parse::<Reference>().map(|reference| reference.to_string());
    one == other || whole(one).is_ok_and(|one| whole(other).is_ok_and(|other| one == other))
}

fn status(subject: &Subject, asked: &[&Subject]) -> Vec<Cell> {
    let from = from(subject);
    let actual = actual(subject, from.as_deref());
    let current = from.as_deref().and_then(|from| current(from, asked));
    let current_id = current.and_then(|current| current.id.as_ref());
    let status = match (actual, current_id) {
        (Some(actual), Some(current)) if actual.id == *current => "up-to-date",
        (Some(_), Some(_)) => "out-of-date",
        _ => UNKNOWN,
    };
    vec![
        short_id(subject),
        name(subject),
        from.map_or_else(|| UNKNOWN.into(), |from| format!("FROM {from}")),
        actual.map_or_else(|| UNKNOWN.into(), |actual| short(&actual.id)),
        current_id.map_or_else(|| UNKNOWN.into(), short),
        status.into(),
    ]
}

/// What an image's base is called.
fn from(subject: &Subject) -> Option<String> {
    let lines = subject.dockerfile.iter().flat_map(|text| text.lines()).map(ToOwned::to_owned);
    let said = dockerfile::base(&lines.collect::<Vec<_>>());
    let label = || subject.side.settings.labels.get(LABEL).cloned();
    let seen = || subject.ancestors.last()?.names.last().cloned();
    said.or_else(label).or_else(seen)
}

/// The kept image that it was built on: the nearest one of that name, else the nearest one.
fn actual<'a>(subject: &'a Subject, from: Option<&str>) -> Option<&'a Ancestor> {
    let is_it = |ancestor: &&Ancestor| {
        from.is_some_and(|from| ancestor.names.iter().any(|name| is_same_name(name, from)))
    };
    let ancestors = &subject.ancestors;
    ancestors.iter().rev().find(is_it).or_else(|| ancestors.last())
}

/// The image that this name means now.
fn current<'a>(from: &str, asked: &[&'a Subject]) -> Option<&'a Subject> {
    let is_called =
        |subject: &&&Subject| subject.current.iter().any(|name| is_same_name(name, from));
    asked.iter().find(is_called).copied()
}
