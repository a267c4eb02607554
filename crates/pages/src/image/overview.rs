//! What an image is, at a glance.

use maud::{Markup, html};
use model::Time;

use super::{ImagePage, Tab};
use crate::Of;
use crate::words::{self, counted};

pub(super) fn facts(page: &ImagePage<'_>) -> Markup {
    let side = &page.subject.side;
    let image = &side.image;
    let facts = &side.facts;
    let distro = facts.distro.as_ref().map(|distro| {
        let version = distro.version_id.as_deref().unwrap_or_default();
        distro.pretty_name.clone().unwrap_or_else(|| format!("{} {version}", distro.id))
    });
    let created = image.created.as_deref();
    let base = page.subject.ancestors.last();
    let may = |tab: Tab| page.tabs.contains(&tab);
    let download = |name: &str| format!("{}/{name}", page.place.address());
    html! {
        dl.facts {
            @if let Some(digest) = &image.digest { (fact("Digest", &words::digest(digest))) }
            @if let Some(digest) = &image.config_digest { (fact("Image ID", &words::digest(digest))) }
            @if let Some(digest) = &image.index_digest { (fact("Of the index", &words::digest(digest))) }
            @if let Some(platform) = &image.platform { (fact("Platform", &words::text(&platform.to_string()))) }
            @if let Some(text) = created { (fact("Created", &moment(text, page.now))) }
            (fact("Analysed", &words::moment(page.subject.analyzed, page.now)))
            (fact("Size as stored", &html! { (report::bytes(image.size())) }))
            (fact("Layers", &html! { (counted(image.layers.len(), "layer")) }))
            (fact("Distribution", &words::text(distro.as_deref().unwrap_or("none is named in it"))))
            (fact("Packages", &html! { (words::number(facts.packages.len())) }))
            @if let Some(base) = base {
                (fact("Built on", &html! {
                    @match base.names.last() { Some(name) => (words::text(name)), None => (words::digest(&base.id)) }
                    " " span.aside { "its lowest " (counted(base.layers, "layer")) }
                }))
            }
            (fact("Tags that mean it", &html! {
                @if page.tags.is_empty() { span.aside { "none any more, or none that you may see" } }
                @for (number, tag) in page.tags.iter().enumerate() {
                    @if number > 0 { ", " }
                    a href=(page.place.with(Of::Tag(tag.clone())).address()) { (words::text(tag)) }
                }
            }))
        }
        @if may(Tab::Packages) {
            p.downloads {
                "Download: "
                a href=(download("sbom.spdx.json")) { "SBOM (SPDX 2.3)" } " · "
                a href=(download("analysis.json")) { "analysis (JSON)" }
                @if may(Tab::Vulnerabilities) {
                    " · " a href=(download("scan.json")) { "vulnerabilities (JSON)" }
                    " · " a href=(download("scan.sarif")) { "SARIF" }
                    " · " a href=(download("scan.md")) { "Markdown" }
                }
            }
        }
    }
}

fn fact(name: &str, value: &Markup) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

/// A moment as somebody wrote it; what is no moment is a text.
pub(crate) fn moment(text: &str, now: Time) -> Markup {
    match Time::of_rfc3339(text) {
        Some(time) => html! { (words::moment(time, now)) " " span.aside { (words::exact(time)) } },
        None => words::text(text),
    }
}
