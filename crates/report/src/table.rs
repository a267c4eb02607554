//! The tables for eyes: one screen that says whether it is the same, what to look at, and what came with it.

mod analysis;
mod budgets;
pub(crate) mod changelogs;
mod contents;
mod explanation;
mod files;
mod heading;
mod layers;
pub(crate) mod look;
mod markdown;
pub(crate) mod packages;
mod page;
pub(crate) mod risks;
mod scan;
mod settings;
mod sizes;
mod unknown;
mod verification;
pub(crate) mod vulnerabilities;

use std::collections::BTreeSet;
use std::io::{self, Write};

use compare::{Comparison, ContentChange, Explanation, Sameness, Side, Verification};
use model::Notice;

use crate::{Scan, View};
use page::Page;

/// Writes what differs between two images.
pub(crate) fn comparison(
    comparison: &Comparison<'_>,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    page_of(comparison, view).write(out)
}

/// The same as Markdown.
pub(crate) fn comparison_as_markdown(
    comparison: &Comparison<'_>,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    markdown::write(page_of(comparison, view), out)
}

fn page_of(comparison: &Comparison<'_>, view: View) -> Page {
    let mut page = Page::new(view);
    match comparison.sameness() {
        Sameness::Image => heading::same_image(comparison, &mut page),
        Sameness::Content(differing) => heading::same_content(comparison, &differing, &mut page),
        Sameness::Different => different(comparison, view, &mut page),
    }
    if comparison.sameness() != Sameness::Different {
        budgets::section(comparison, &mut page);
        vulnerabilities::different_data(comparison, &mut page);
        vulnerabilities::section(comparison, view, &mut page);
    }
    notices(comparison, &mut page);
    page
}

fn different(comparison: &Comparison<'_>, view: View, page: &mut Page) {
    heading::images(comparison, page);
    vulnerabilities::different_data(comparison, page);
    unknown::section(comparison, page);
    heading::summary(comparison, page);
    budgets::section(comparison, page);
    look::section(comparison, view, page);
    packages::section(comparison, view, page);
    packages::declared(comparison, view, page);
    vulnerabilities::section(comparison, view, page);
    if let Some(changelogs) = &comparison.changelogs {
        changelogs::section(changelogs, view, page);
    }
    settings::section(comparison, view, page);
    risks::section(comparison, view, page);
    files::section(comparison, view, page);
    layers::section("Layers of the old image", comparison.old, page);
    layers::section("Layers of the new image", comparison.new, page);
    sizes::section(Some(comparison.old), comparison.new, view, page);
}

/// Writes what changelogs say of the packages that changed.
pub(crate) fn changelogs(
    comparison: &Comparison<'_>,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(view);
    changelogs::page(comparison, view, &mut page);
    notices(comparison, &mut page);
    page.write(out)
}

/// Writes what differs inside files.
pub(crate) fn contents(
    comparison: &Comparison<'_>,
    contents: &[ContentChange<'_>],
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(view);
    match comparison.sameness() {
        Sameness::Image => heading::same_image(comparison, &mut page),
        _ => contents::page(comparison, contents, view, &mut page),
    }
    page.write(out)
}

/// Writes the vulnerabilities of one image.
pub(crate) fn scan(scan: &Scan<'_>, view: View, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(view);
    scan::sections(scan, view, &mut page);
    page.write(out)
}

/// Writes what is not as it was installed.
pub(crate) fn verification(
    verification: &Verification<'_>,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(view);
    verification::sections(verification, view, &mut page);
    page.notices(verification.side.all_notices().map(|notice| ("", notice)));
    page.write(out)
}

/// Writes everything about one path.
pub(crate) fn explanation(
    explanation: &Explanation<'_>,
    comparison: &Comparison<'_>,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(view);
    explanation::page(explanation, comparison, &mut page);
    page.write(out)
}

/// Writes what is in one image.
pub(crate) fn analysis(side: &Side, view: View, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(view);
    analysis::sections(side, view, &mut page);
    page.write(out)
}

/// Writes which secrets and weak settings one image has.
pub(crate) fn risks(side: &Side, view: View, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(view);
    risks::page(side, view, &mut page);
    page.write(out)
}

fn notices(comparison: &Comparison<'_>, page: &mut Page) {
    let old: BTreeSet<&Notice> = comparison.old.all_notices().collect();
    let new: BTreeSet<&Notice> = comparison.new.all_notices().collect();
    let of_both = new.intersection(&old).map(|notice| ("", *notice));
    let of_old = old.difference(&new).map(|notice| ("old: ", *notice));
    let of_new = new.difference(&old).map(|notice| ("new: ", *notice));
    page.notices(of_both.chain(of_old).chain(of_new));
}
