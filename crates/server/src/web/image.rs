//! One image of a repository: its tabs, and what of it can be had as a file.

use engine::Subject;
use model::{Digest, Path, Time};
use pages::{Document, ImagePage, Place, Step, Tab};
use report::{Format, Scan, View};

use super::places::{Found, meant};
use super::{Told, Visit};
use crate::status::Status;

/// Moves of a tag that the images before and after are looked for in.
const MOVES: usize = 1000;

/// What has to be allowed for a tab: as the calls of the API have it that tell the same.
fn needed(tab: Tab) -> &'static [&'static str] {
    match tab {
        Tab::Overview | Tab::Layers | Tab::Settings => &["repo.list", "manifest.metadata.list"],
        Tab::Packages | Tab::Files | Tab::Licences | Tab::Secrets => &["repo.list", "sboms.list"],
        Tab::Vulnerabilities => &["repo.list", "vuln_reports.list"],
    }
}

/// Answers for what follows an image in an address.
pub(super) fn image(
    visit: &Visit<'_>,
    found: &Found,
    digest: &Digest,
    behind: &[String],
) -> Result<Told, Status> {
    let word = match behind {
        [] => "",
        [word] => word,
        _ => return Err(Status::not_found("the address names nothing of the image")),
    };
    match Tab::of(word) {
        Some(tab) => page(visit, found, digest, tab),
        None => file(visit, found, digest, word),
    }
}

fn page(visit: &Visit<'_>, found: &Found, digest: &Digest, tab: Tab) -> Result<Told, Status> {
    let id = &found.thing.id;
    visit.demand(needed(tab), id)?;
    let platform = visit.platform()?;
    let library = &visit.state.library;
    let mut subject = visit.image(found, digest, platform.as_ref())?;
    if tab == Tab::Layers {
        subject.side.tallies = library.tallies(&subject)?;
    }
    let tags = visit.tags(found)?;
    let means = |own: &Digest| *own == *digest || subject.side.image.digest.as_ref() == Some(own);
    let tags: Vec<String> = tags
        .iter()
        .filter(|tag| meant(tag).as_ref().is_some_and(means))
        .map(|tag| tag.name.clone())
        .collect();
    let kept = ["tag", "platform"].map(|name| Some((name, visit.here.get(name)?.to_owned())));
    let kept: Vec<(&str, String)> = kept.into_iter().flatten().collect();
    let may: Vec<Tab> = Tab::ALL.into_iter().filter(|tab| visit.may(needed(*tab), id)).collect();
    let place = found.place.image(digest);
    let step = step(visit, found, digest, &tags)?;
    let page = ImagePage {
        place: &place,
        subject: &subject,
        step: step.as_ref(),
        tags: &tags,
        tabs: &may,
        kept: &kept,
        now: visit.now,
    };
    if tab == Tab::Files {
        let folder = folder(visit)?;
        let is_part = visit.here.get("part").is_some();
        let part = is_part.then(|| Told::Part(page.folder(&folder)));
        return Ok(part.unwrap_or_else(|| Told::Page(page.files(&folder))));
    }
    Ok(Told::Page(tabbed(visit, &page, tab)?))
}

fn tabbed(visit: &Visit<'_>, page: &ImagePage<'_>, tab: Tab) -> Result<Document, Status> {
    Ok(match tab {
        Tab::Overview | Tab::Files => page.overview(),
        Tab::Packages => page.packages(),
        Tab::Layers => page.layers(),
        Tab::Settings => page.settings(),
        Tab::Licences => page.licences(),
        Tab::Secrets => page.secrets(),
        Tab::Vulnerabilities => {
            let asked = visit.state.advisories.ask(|data| {
                engine::findings(page.subject, data, Some(visit.now), &engine::unwatched)
            });
            let findings =
                asked.map(|(_, found)| found).transpose().map_err(|_| Status::internal())?;
            page.vulnerabilities(findings.as_ref())
        }
    })
}

/// The folder that is asked for.
pub(super) fn folder(visit: &Visit<'_>) -> Result<Path, Status> {
    match visit.here.get("folder") {
        None => Ok(Path::root()),
        Some(text) => {
            pages::path(text).ok_or_else(|| Status::invalid_argument("folder is no path"))
        }
    }
}

/// Where an image stands in the history of the tag that is asked about, or of the first that means it.
fn step(
    visit: &Visit<'_>,
    found: &Found,
    digest: &Digest,
    tags: &[String],
) -> Result<Option<Step>, Status> {
    let Some(tag) = visit.here.get("tag").or_else(|| standing_in(tags)) else {
        return Ok(None);
    };
    if visit.here.get("tag").is_some() {
        visit.tag(found, tag)?;
    }
    let moves = visit.state.ledger.moves_before(&found.thing.id, tag, None::<Time>, MOVES)?;
    let digests: Vec<Option<Digest>> = moves.iter().map(|one| one.digest.parse().ok()).collect();
    let Some(place) = digests.iter().position(|one| one.as_ref() == Some(digest)) else {
        return Ok(None);
    };
    let at = |place: Option<usize>| place.and_then(|place| digests.get(place).cloned().flatten());
    Ok(Some(Step {
        tag: tag.to_owned(),
        previous: at(Some(place + 1)),
        next: at(place.checked_sub(1)),
    }))
}

/// Of the tags that mean an image, the one whose history is most likely asked about.
fn standing_in(tags: &[String]) -> Option<&str> {
    let latest = tags.iter().find(|tag| *tag == "latest");
    latest.or(tags.first()).map(String::as_str)
}

/// What can be had of an image as a file.
fn file(visit: &Visit<'_>, found: &Found, digest: &Digest, name: &str) -> Result<Told, Status> {
    let (needed, kind): (&[&str], _) = match name {
        "sbom.spdx.json" | "analysis.json" => (&["repo.list", "sboms.list"], "application/json"),
        "scan.json" | "scan.sarif" => {
            (&["repo.list", "sboms.list", "vuln_reports.list"], "application/json")
        }
        "scan.md" => {
            (&["repo.list", "sboms.list", "vuln_reports.list"], "text/markdown; charset=utf-8")
        }
        _ => return Err(Status::not_found("the address names nothing of the image")),
    };
    visit.demand(needed, &found.thing.id)?;
    let platform = visit.platform()?;
    let subject = visit.state.library.image_soon(&found.shelf(visit), digest, platform.as_ref())?;
    let text = written(visit, &subject, name)?;
    let name = format!("{}-{}", named(&found.place, digest), name);
    Ok(Told::File { name, kind, text })
}

/// What a file of an image is called.
fn named(place: &Place, digest: &Digest) -> String {
    format!("{}-{}", place.name(), digest.short().replace(':', "-"))
}

fn written(visit: &Visit<'_>, subject: &Subject, name: &str) -> Result<String, Status> {
    let mut out = Vec::new();
    let done = match name {
        "sbom.spdx.json" => {
            return report::spdx(&subject.side, subject.analyzed).map_err(|_| Status::internal());
        }
        "analysis.json" => report::analysis(&subject.side, Format::Json, View::default(), &mut out),
        name => {
            let asked = visit
                .state
                .advisories
                .ask(|data| engine::findings(subject, data, None, &engine::unwatched));
            let Some((_, findings)) = asked else {
                return Err(Status::not_found("the service keeps no advisories"));
            };
            let findings = findings.map_err(|_| Status::internal())?;
            let scan = Scan { side: &subject.side, findings: &findings, left_out: 0 };
            match name {
                "scan.sarif" => report::scan_sarif(&scan, &mut out),
                "scan.md" => report::scan_markdown(&scan, &mut out),
                _ => report::scan(&scan, Format::Json, View::default(), &mut out),
            }
        }
    };
    done.map_err(|_| Status::internal())?;
    String::from_utf8(out).map_err(|_| Status::internal())
}
