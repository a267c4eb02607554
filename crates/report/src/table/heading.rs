//! The first lines: which two images these are, and the figures of what differs.

use std::collections::BTreeMap;

use compare::{Comparison, Direction, SettingChange, Side};

use super::page::{Meaning, Page, plain};
use crate::text::{bytes, counted, growth, inert};

/// One line an image.
pub(super) fn images(comparison: &Comparison<'_>, page: &mut Page) {
    let shared = match comparison.shared_layers {
        0 => String::new(),
        shared => format!(", {shared} shared"),
    };
    let row = |name: &str, side: &Side, shared: &str| {
        let mut row = vec![(name.to_owned(), Meaning::Heading)];
        row.extend(image(side).into_iter().map(plain));
        if let Some(last) = row.last_mut() {
            last.0 += shared;
        }
        row
    };
    page.rows(" ", &[row("old", comparison.old, ""), row("new", comparison.new, &shared)], 1);
}

/// Reference, digest, platform, date, size and layers of an image.
pub(super) fn image(side: &Side) -> Vec<String> {
    let image = &side.image;
    let digest = image.digest.as_ref().or(image.config_digest.as_ref());
    let created = image.created.as_deref().map(|time| inert(time.get(..10).unwrap_or(time)));
    let platform = image.platform.as_ref().map(ToString::to_string);
    vec![
        inert(&reference(&image.reference)),
        digest.map(model::Digest::short).unwrap_or_default(),
        platform.map(|platform| inert(&platform)).unwrap_or_default(),
        created.unwrap_or_default(),
        bytes(image.size()),
        counted(image.layers.len(), "layer"),
    ]
}

/// The causes of what needs a look, whatever it is.
const LOOK: [&str; 3] = ["altered", "unknown-package", "unexplained"];

/// A reference with its digest as short as digests are shown.
fn reference(reference: &str) -> String {
    let digest = |text: &str| text.parse::<model::Digest>().ok();
    match reference.rsplit_once('@').and_then(|(name, text)| Some((name, digest(text)?))) {
        Some((name, digest)) => format!("{name}@{}", digest.short()),
        None => reference.to_owned(),
    }
}

/// The figures.
pub(super) fn summary(comparison: &Comparison<'_>, page: &mut Page) {
    page.line("");
    let mut look: Vec<String> = LOOK
        .into_iter()
        .filter_map(|cause| match comparison.count(cause) {
            0 => None,
            count => Some(format!("{} {cause}", crate::text::number(count))),
        })
        .collect();
    let mut rows = Vec::new();
    let count = comparison.files.iter().filter(|change| change.needs_look()).count();
    let others: usize = LOOK.into_iter().map(|cause| comparison.count(cause)).sum();
    let privileged = count - others;
    if privileged > 0 {
        look.push(format!("{} privileged", crate::text::number(privileged)));
    }
    let needs = if count == 1 { "needs a look" } else { "need a look" };
    let meaning = if count == 0 { Meaning::Plain } else { Meaning::Look };
    rows.push(vec![
        (format!("{:>5} {} {needs}", crate::text::number(count), plural(count, "path")), meaning),
        plain(look.join(" · ")),
    ]);
    rows.extend(super::risks::figures(comparison));
    rows.push(vec![
        plain(figure(comparison.packages.len(), "package")),
        plain(directions(comparison)),
        plain(installed_growth(comparison)),
    ]);
    let untold = comparison.untold().map(|untold| untold.packages.len()).sum();
    if untold > 0 {
        let told = plain("may or may not be in both images: see Not known");
        rows.push(vec![(figure(untold, "package"), Meaning::Look), told]);
    }
    rows.extend(comparison.vulnerabilities.as_ref().map(super::vulnerabilities::summary));
    let names: Vec<&str> = {
        let mut names: Vec<&str> = comparison.settings.iter().map(|change| change.name).collect();
        names.dedup();
        names
    };
    rows.push(vec![plain(figure(settings(comparison), "setting")), plain(names.join(" · "))]);
    let notices = comparison.old.all_notices().count() + comparison.new.all_notices().count();
    if notices > 0 {
        let told = plain("not everything could be read or told for sure: see Notices");
        rows.push(vec![(figure(notices, "notice"), Meaning::Look), told]);
    }
    page.rows("", &rows, usize::MAX);
}

/// How many settings differ; the lines of the history are one.
fn settings(comparison: &Comparison<'_>) -> usize {
    let is_history = |change: &&SettingChange| change.name == "history";
    let history = comparison.settings.iter().filter(is_history).count();
    comparison.settings.len() - history.saturating_sub(1)
}

fn figure(count: usize, word: &str) -> String {
    format!("{:>5} {}", crate::text::number(count), plural(count, word))
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.into() } else { format!("{word}s") }
}

/// `31 ↑  1 ↓  3 +  1 −  1 rebuilt`
fn directions(comparison: &Comparison<'_>) -> String {
    let mut counts: BTreeMap<Direction, usize> = BTreeMap::new();
    for change in &comparison.packages {
        *counts.entry(change.direction).or_default() += 1;
    }
    let word = |direction| match direction {
        Direction::Rebuilt | Direction::Respelled | Direction::Moved | Direction::Relicensed => {
            direction.name()
        }
        direction => super::packages::sign(direction),
    };
    let counts =
        counts.into_iter().map(|(direction, count)| format!("{count} {}", word(direction)));
    counts.collect::<Vec<_>>().join("  ")
}

fn installed_growth(comparison: &Comparison<'_>) -> String {
    let known: Vec<i64> =
        comparison.packages.iter().filter_map(compare::PackageChange::growth).collect();
    match known.iter().fold(0_i64, |sum, one| sum.saturating_add(*one)) {
        _ if known.is_empty() => String::new(),
        sum => growth(sum),
    }
}

/// Both references mean one image.
pub(super) fn same_image(comparison: &Comparison<'_>, page: &mut Page) {
    let image = &comparison.new.image;
    match image.digest.as_ref().or(image.config_digest.as_ref()) {
        Some(digest) => page.line(&format!("Same: both are {digest}")),
        None => page.line("Same: both have the same content"),
    }
}

/// Nothing differs that a container would see.
pub(super) fn same_content(comparison: &Comparison<'_>, differing: &[&str], page: &mut Page) {
    images(comparison, page);
    page.line("");
    let but = match differing {
        [] => "their documents".to_owned(),
        differing => differing.join(", "),
    };
    page.line(&format!(
        "Same content: no difference in packages, files, settings; what differs: {but}"
    ));
}
