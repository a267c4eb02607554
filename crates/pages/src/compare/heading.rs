//! Which two images these are, and the figures of what differs.

use std::collections::{BTreeMap, BTreeSet};

use compare::Side;
use maud::{Markup, html};
use model::{Digest, Severity};

use super::ComparePage;
use crate::words::{self, counted, number};
use crate::{Here, Of, Place, Summary, summary};

/// Both images, and what can be done with the two.
pub(super) fn images(page: &ComparePage<'_>, here: &Here) -> Markup {
    let comparison = page.comparison;
    let [old, new] = page.asked;
    let (old_text, new_text) = (old.to_string(), new.to_string());
    let swap = here.with(&[("old", Some(&new_text)), ("new", Some(&old_text)), ("folder", None)]);
    let file = |form: &str| {
        let parameters = [("old", old_text.as_str()), ("new", new_text.as_str())];
        let platform = here.get("platform").map(|platform| ("platform", platform));
        crate::here::address(&format!("/compare/{form}"), parameters.into_iter().chain(platform))
    };
    let none = ["folder", "cause", "all", "sort", "filter"].map(|name| (name, None));
    let changelogs = here.at("/compare/changelogs").with(&none);
    html! {
        section.pair aria-label="The two images" {
            (image("Old", comparison.old, page, 0))
            (image("New", comparison.new, page, 1))
            p.does {
                a href=(swap) { "Swap sides" } " · "
                @if comparison.shared_layers > 0 { (counted(comparison.shared_layers, "layer")) " shared · " }
                a href=(changelogs) { "Changelogs" } " · "
                "download " a href=(file("comparison.json")) { "JSON" } ", "
                a href=(file("comparison.html")) { "HTML" } ", "
                a href=(file("comparison.md")) { "Markdown" } ", "
                a href=(file("comparison.sarif")) { "SARIF" } ", "
                a href=(file("comparison.txt")) { "text" }
            }
            details { summary { "Compare others" } (form(&old_text, &new_text)) }
        }
    }
}

fn image(name: &str, side: &Side, page: &ComparePage<'_>, place: usize) -> Markup {
    let (own, asked) = (&page.places[place], &page.asked[place]);
    let image = &side.image;
    let digest: Option<&Digest> = match &own.of {
        Of::Digest(digest) => Some(digest),
        _ => image.digest.as_ref(),
    };
    let repository = asked.with(match &asked.of {
        Of::Tag(tag) => Of::Tag(tag.clone()),
        _ => Of::Everything,
    });
    html! {
        div.side {
            h2 { (name) }
            p { a href=(repository.address()) { (words::text(&repository.title())) } }
            @if let Some(digest) = digest { p { a href=(own.address()) { (words::digest(digest)) } } }
            p.aside {
                @if let Some(platform) = &image.platform { (words::text(&platform.to_string())) " · " }
                @if let Some(created) = &image.created { (crate::image::moment(created, page.now)) " · " }
                (report::bytes(image.size())) " · " (counted(image.layers.len(), "layer"))
            }
        }
    }
}

/// The form that asks for two others.
pub(super) fn form(old: &str, new: &str) -> Markup {
    html! {
        form.others method="get" action="/compare" {
            label for="old" { "Old" } input type="text" id="old" name="old" value=(old) required spellcheck="false" autocapitalize="off";
            label for="new" { "New" } input type="text" id="new" name="new" value=(new) required spellcheck="false" autocapitalize="off";
            button { "Compare" }
        }
    }
}

/// The figures.
pub(super) fn strip(page: &ComparePage<'_>, here: &Here) -> Markup {
    let comparison = page.comparison;
    let told = Summary::of(comparison);
    let packages: usize = told.packages.iter().sum();
    let growth = comparison.packages.iter().filter_map(compare::PackageChange::growth);
    let growth = growth
        .fold(None, |sum: Option<i64>, one| Some(sum.unwrap_or_default().saturating_add(one)));
    let size = |side: &Side| i64::try_from(side.image.size()).unwrap_or(i64::MAX);
    let stored = size(comparison.new).saturating_sub(size(comparison.old));
    let (count, came) = vulnerabilities(page);
    let none = ["folder", "cause", "all", "sort", "filter"].map(|name| (name, None));
    let sizes = here.at("/compare/sizes").with(&none);
    html! {
        section.strip aria-label="Figures" {
            a.figure.(if told.look > 0 { "look" } else { "calm" }) href="#look" {
                b { (number(told.look)) } (if told.look == 1 { "needs a look" } else { "need a look" })
            }
            a.figure href="#packages" {
                b { (number(packages)) } (if packages == 1 { "package" } else { "packages" })
                span.detail { (summary::signs(told.packages)) @if let Some(growth) = growth { (report::growth(growth)) } }
            }
            @if comparison.vulnerabilities.is_some() {
                a.figure.(if came.is_empty() { "calm" } else { "look" }) href="#vulnerabilities" {
                    b { (number(count)) } (if count == 1 { "vulnerability" } else { "vulnerabilities" })
                    span.detail { (severities(&came, told.vulnerabilities.unwrap_or_default())) }
                }
            }
            a.figure href="#settings" { b { (number(told.settings)) } (if told.settings == 1 { "setting" } else { "settings" }) }
            a.figure href="#files" { b { (number(told.files)) } (if told.files == 1 { "path" } else { "paths" })
                @if comparison.times_only > 0 { span.detail { (number(comparison.times_only)) " in time alone" } }
            }
            a.figure href=(sizes) { b { (report::growth(stored)) } "as stored" span.detail { "what takes how much room" } }
        }
    }
}

/// How many vulnerabilities came, went or changed, and how bad those are that came.
fn vulnerabilities(page: &ComparePage<'_>) -> (usize, BTreeMap<Severity, usize>) {
    let Some(all) = &page.comparison.vulnerabilities else { return (0, BTreeMap::new()) };
    let names: BTreeSet<&str> = all.changes.iter().map(|change| change.name.as_str()).collect();
    let mut worst: BTreeMap<&str, Severity> = BTreeMap::new();
    for change in all.changes.iter().filter(|change| change.fate == compare::Fate::Added) {
        let severity = worst.entry(&change.name).or_default();
        *severity = change.severity().max(*severity);
    }
    let mut came = BTreeMap::new();
    for severity in worst.into_values() {
        *came.entry(severity).or_default() += 1;
    }
    (names.len(), came)
}

fn severities(came: &BTreeMap<Severity, usize>, [added, removed]: [usize; 2]) -> Markup {
    let bad = [Severity::Critical, Severity::High];
    let bad = bad.into_iter().filter_map(|one| Some((one, *came.get(&one)?)));
    let bad: Vec<String> =
        bad.map(|(severity, count)| format!("{} {}", number(count), severity.name())).collect();
    html! {
        @if added > 0 { "+" (number(added)) @if !bad.is_empty() { " (" (bad.join(", ")) ")" } " " }
        @if removed > 0 { "−" (number(removed)) }
    }
}

/// What cannot be told: it stands before everything that could be misread without it.
pub(super) fn not_known(page: &ComparePage<'_>) -> Markup {
    let comparison = page.comparison;
    let mut lines = report::unknown(comparison);
    lines.extend(comparison.vulnerabilities.iter().flat_map(report::untold));
    lines.extend(resolved(page));
    html! {
        @if !lines.is_empty() {
            div.known role="note" { p { strong { "Know this first" } } ul { @for line in &lines { li { (words::inert(line)) } } } }
        }
    }
}

/// What was taken of an index.
fn resolved(page: &ComparePage<'_>) -> Vec<String> {
    let sides = [page.comparison.old, page.comparison.new];
    let told = |(side, place): (&Side, &Place)| {
        let Of::Digest(digest) = &place.of else { return None };
        let index = side.image.index_digest.as_ref().filter(|index| *index == digest)?;
        let platform = side.image.platform.as_ref().map(ToString::to_string).unwrap_or_default();
        Some(format!("{} is an index; its image for {platform} was taken", index.short()))
    };
    sides.into_iter().zip(page.places).filter_map(told).collect()
}
