//! Two images compared: the page, its parts, and the same as files.

use std::io;

use engine::{Comparison, Pair, PairFindings};
use model::Digest;
use pages::{ComparePage, Of, Place, WantedPackage};
use report::{Format, View};

use super::places::{Found, meant, standing};
use super::{COMPARING, Told, Visit, image};
use crate::status::Status;

/// An image that an address names.
struct Meant {
    found: Found,
    /// As it was named.
    asked: Place,
    digest: Digest,
}

/// The page, or the form that asks which two.
pub(super) fn page(visit: &Visit<'_>) -> Result<Told, Status> {
    let here = &visit.here;
    let [Some(old), Some(new)] = ["old", "new"].map(|name| here.get(name)) else {
        return Ok(Told::Page(pages::compare_form(here, None)));
    };
    let (old, new) = match (named(visit, old), named(visit, new)) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(status), _) | (_, Err(status)) => {
            if here.get("format").is_some() {
                return Err(status);
            }
            return Ok(Told::Page(pages::compare_form(here, Some(&status.message))));
        }
    };
    let folder = image::folder(visit)?;
    let is_part = here.get("part").is_some();
    with(visit, [old, new], &folder, |_, page| {
        if is_part { Told::Part(page.folder(here)) } else { Told::Page(page.document(here)) }
    })
}

/// Writes a comparison into a file.
type Write = fn(&Comparison<'_>, &mut dyn io::Write) -> io::Result<()>;

/// The files that a comparison is had as: name, type, and what writes it.
const FORMS: [(&str, &str, Write); 5] = [
    ("comparison.json", "application/json", |comparison, out| {
        report::comparison(comparison, Format::Json, View::default(), out)
    }),
    ("comparison.html", "text/html; charset=utf-8", |comparison, out| {
        report::comparison(comparison, Format::Html, View::default(), out)
    }),
    ("comparison.txt", "text/plain; charset=utf-8", |comparison, out| {
        report::comparison(comparison, Format::Table, View::default(), out)
    }),
    ("comparison.md", "text/markdown; charset=utf-8", |comparison, out| {
        report::comparison_markdown(comparison, View::default(), out)
    }),
    ("comparison.sarif", "application/sarif+json", report::comparison_sarif),
];

/// The same as a file.
pub(super) fn file(visit: &Visit<'_>) -> Result<Told, Status> {
    let name = visit.here.path.strip_prefix("/compare/").unwrap_or_default().to_owned();
    let form = FORMS.iter().find(|form| form.0 == name).ok_or_else(|| {
        let names: Vec<&str> = FORMS.iter().map(|form| form.0).collect();
        Status::not_found(format!("a comparison is had as {}", names.join(", ")))
    })?;
    let (_, kind, write) = *form;
    let pair = both(visit)?;
    let mut out = Vec::new();
    let folder = image::folder(visit)?;
    let done = with(visit, pair, &folder, |_, page| write(page.comparison, &mut out))?;
    done.map_err(|_| Status::internal())?;
    let text = String::from_utf8(out).map_err(|_| Status::internal())?;
    Ok(Told::File { name, kind, text })
}

/// Everything about one path of a comparison: why it changed, and what differs inside of it.
pub(super) fn path(visit: &Visit<'_>) -> Result<Told, Status> {
    let said = |name: &str| {
        let said = visit.here.get(name);
        said.ok_or_else(|| Status::invalid_argument("old, new and path have to be said"))
    };
    let images = [named(visit, said("old")?)?, named(visit, said("new")?)?];
    let path = pages::path(said("path")?);
    let path = path.ok_or_else(|| Status::invalid_argument("path is no path"))?;
    let document: Result<pages::Document, Status> = with(visit, images, &path, |pair, page| {
        let library = &visit.state.library;
        let explained = library.explained([&pair.old, &pair.new], &path)?;
        let missing = || Status::not_found(format!("neither of the two images has {path}"));
        let (meant, pasts) = explained.pasts.ok_or_else(missing)?;
        let mut why = Vec::new();
        let explanation = page.comparison.explain(&meant, pasts);
        let (format, view) = (Format::Table, View::default());
        report::explanation(&explanation, page.comparison, format, view, &mut why)
            .map_err(|_| Status::internal())?;
        let inside = library.inside(pair, page.comparison, std::slice::from_ref(&meant)).and_then(
            |changes| {
                let mut inside = Vec::new();
                report::contents(page.comparison, &changes, format, view, &mut inside)
                    .map_err(|_| Status::internal())?;
                Ok(String::from_utf8_lossy(&inside).into_owned())
            },
        );
        let inside = inside.map_err(|status| status.message);
        let why = String::from_utf8_lossy(&why);
        Ok(page.path(&visit.here, &meant, &why, inside.as_deref().map_err(String::as_str)))
    })?;
    Ok(Told::Page(document?))
}

/// The two images that the address has to name.
fn both(visit: &Visit<'_>) -> Result<[Meant; 2], Status> {
    let said = |name: &str| {
        let said = visit.here.get(name);
        said.ok_or_else(|| Status::invalid_argument("old and new have to name two images"))
    };
    Ok([named(visit, said("old")?)?, named(visit, said("new")?)?])
}

/// What changelogs say of all packages that changed.
pub(super) fn changelogs(visit: &Visit<'_>) -> Result<Told, Status> {
    let here = &visit.here;
    with(visit, both(visit)?, &image::folder(visit)?, |pair, page| {
        let texts = told(visit, pair)?;
        let comparison = texts.pair.compare_with_changelogs(&texts.written);
        // One of the page's tables, or all as programs have it.
        if here.get("format") == Some("json") && here.get("table").is_none() {
            let mut out = Vec::new();
            report::changelogs(&comparison, Format::Json, View::default(), &mut out)
                .map_err(|_| Status::internal())?;
            let text = String::from_utf8(out).map_err(|_| Status::internal())?;
            return Ok(Told::Json(text));
        }
        let told = comparison.changelogs.unwrap_or_default();
        Ok(Told::Page(page.changelogs(here, &told)))
    })?
}

/// Two images with their texts.
struct Texts {
    pair: Pair,
    written: engine::Written,
}

/// Reads what changelogs say, where that is not kept.
fn told(visit: &Visit<'_>, pair: &Pair) -> Result<Texts, Status> {
    let library = &visit.state.library;
    let pair = Pair { old: library.with_texts(&pair.old)?, new: library.with_texts(&pair.new)? };
    let written = library.written(&pair)?;
    Ok(Texts { pair, written })
}

/// One package: what its makers say of what changed, its vulnerabilities and its paths.
pub(super) fn package(visit: &Visit<'_>) -> Result<Told, Status> {
    let here = &visit.here;
    let (Some(kind), Some(name)) = (here.get("type"), here.get("name")) else {
        return Err(Status::invalid_argument("type and name have to name a package"));
    };
    let wanted = WantedPackage { kind, name };
    let document = with(visit, both(visit)?, &image::folder(visit)?, |pair, page| {
        let texts = told(visit, pair);
        let told = texts.as_ref().map(|texts| {
            let comparison = texts.pair.compare_with_changelogs(&texts.written);
            let mut told = comparison.changelogs.unwrap_or_default();
            told.sources.retain(|source| source.ecosystem == kind);
            told.retain(&[name.to_owned()]);
            told
        });
        let told = told.as_ref().map_err(|status| status.message.as_str());
        if here.get("part").is_some() {
            return page.package_part(here, wanted, told).map(Told::Part);
        }
        page.package(here, wanted, told).map(Told::Page)
    })?;
    document.ok_or_else(|| Status::not_found("no package of that name changed between the two"))
}

/// What takes how much room in the two.
pub(super) fn sizes(visit: &Visit<'_>) -> Result<Told, Status> {
    with(visit, both(visit)?, &image::folder(visit)?, |pair, page| {
        let sizes = engine::sizes(&pair.old.side, &pair.new.side, ComparePage::DEEPEST);
        Told::Page(page.sizes(&visit.here, &sizes))
    })
}

/// Compares two images, and gives what comes of it.
fn with<T>(
    visit: &Visit<'_>,
    [old, new]: [Meant; 2],
    folder: &model::Path,
    then: impl FnOnce(&Pair, &ComparePage<'_>) -> T,
) -> Result<T, Status> {
    for meant in [&old, &new] {
        visit.demand(&COMPARING, &meant.found.thing.id)?;
    }
    let platform = visit.platform()?;
    let subject = |meant: &Meant| visit.image(&meant.found, &meant.digest, platform.as_ref());
    let pair = Pair { old: subject(&old)?, new: subject(&new)? };
    let asked = visit
        .state
        .advisories
        .ask(|data| PairFindings::find(&pair, [data, data], Some(visit.now), &engine::unwatched));
    let findings = asked.map(|(_, found)| found).transpose().map_err(|_| Status::internal())?;
    let mut comparison = pair.compare();
    if let Some(findings) = &findings {
        findings.compare(&mut comparison);
    }
    let places = [&old, &new].map(|meant| meant.found.place.image(&meant.digest));
    let asked = [old.asked, new.asked];
    let page = ComparePage {
        comparison: &comparison,
        places: &places,
        asked: &asked,
        folder,
        now: visit.now,
    };
    Ok(then(&pair, &page))
}

/// The image that a text names: by its digest, by a tag, or as the one that stands for a repository.
fn named(visit: &Visit<'_>, text: &str) -> Result<Meant, Status> {
    let place = Place::parse(text).filter(|(_, behind)| behind.is_empty()).map(|(place, _)| place);
    let place = place.ok_or_else(|| {
        Status::invalid_argument(
            "an image is named as group/repository:tag or group/repository@sha256:…",
        )
    })?;
    let found = visit.repository(&place)?;
    let none = || Status::not_found(format!("{} has no image", place.title()));
    let digest = match &place.of {
        Of::Digest(digest) => digest.clone(),
        Of::Tag(name) => meant(&visit.tag(&found, name)?).ok_or_else(none)?,
        Of::Everything => standing(&visit.tags(&found)?).and_then(meant).ok_or_else(none)?,
    };
    Ok(Meant { found, asked: place, digest })
}
