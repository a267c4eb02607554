//! The first page, and searching: for repositories, tags and digests in the ledger, for packages, vulnerabilities and paths in
//! the images that stand for repositories.

use engine::{Subject, Thing};
use model::{Digest, Path};
use pages::{Hit, MovedTag, Of, SearchPage};

use super::places::{Found, meant, standing};
use super::{Told, Visit};
use crate::status::Status;

/// Tags that the first page shows.
const MOVED: usize = 15;

/// Characters that are searched for, things of one kind in one image, suggestions, and moves that are looked through.
const LONGEST: usize = 200;
const HITS: usize = 20;
const SUGGESTIONS: usize = 12;
const MOVES: usize = 2000;

/// Digits of a digest that are enough to look for it.
const DIGITS: usize = 6;

/// The first page.
pub(super) fn home(visit: &Visit<'_>) -> Result<Told, Status> {
    let repositories = visit.repositories()?;
    let mut tags = Vec::new();
    for found in &repositories {
        tags.extend(visit.tags(found)?.into_iter().map(|tag| (found, tag)));
    }
    tags.sort_by(|(_, one), (_, other)| (other.updated, &one.id).cmp(&(one.updated, &other.id)));
    let mut moved = Vec::new();
    for (found, tag) in tags.into_iter().take(MOVED) {
        let Some(digest) = meant(&tag) else { continue };
        let last = visit.state.ledger.moves_before(&found.thing.id, &tag.name, None, 2)?;
        let before: Option<Digest> = last.get(1).and_then(|one| one.digest.parse().ok());
        let change = visit.change(found, before.as_ref(), &digest);
        let place = found.place.with(Of::Tag(tag.name.clone()));
        moved.push(MovedTag { place, time: tag.updated, digest, change });
    }
    Ok(Told::Page(pages::home(&moved, repositories.len(), visit.now)))
}

/// What a search finds.
pub(super) fn search(visit: &Visit<'_>) -> Result<Told, Status> {
    let Some(words) = words(visit) else {
        return Ok(Told::Page(pages::search(&SearchPage::default())));
    };
    let mut page = SearchPage { words: words.clone(), ..SearchPage::default() };
    let mut images = Vec::new();
    for found in visit.repositories()? {
        let tags = visit.tags(&found)?;
        page.hits.extend(of_ledger(visit, &found, &tags, &words)?);
        images.extend(standing(&tags).and_then(meant).map(|digest| (found, digest)));
    }
    page.hits.sort_by_key(|hit| hit.kind != "repository");
    for (found, digest) in images {
        let shelf = found.shelf(visit);
        let at_hand = || visit.state.library.at_hand(&shelf, &digest, None).ok().flatten();
        match visit.has_time().then(at_hand).flatten() {
            Some(subject) => {
                page.hits.extend(of_image(visit, &found, &digest, &subject, &words));
                page.looked += 1;
            }
            None => page.left += 1,
        }
    }
    Ok(Told::Page(pages::search(&page)))
}

/// What may be meant by what somebody has typed so far.
pub(super) fn suggestions(visit: &Visit<'_>) -> Result<Told, Status> {
    let mut hits = Vec::new();
    if let Some(words) = words(visit) {
        for found in visit.repositories()? {
            let tags = visit.tags(&found)?;
            hits.extend(of_ledger(visit, &found, &tags, &words)?);
            if hits.len() >= SUGGESTIONS {
                break;
            }
        }
    }
    hits.truncate(SUGGESTIONS);
    Ok(Told::Json(pages::suggestions(&hits)))
}

fn words(visit: &Visit<'_>) -> Option<String> {
    let words: String = visit.here.get("q")?.trim().chars().take(LONGEST).collect();
    Some(words).filter(|words| !words.is_empty())
}

/// Whether one text has another in it, small letters or large.
fn has(text: &str, words: &str) -> bool {
    text.to_lowercase().contains(&words.to_lowercase())
}

/// The repository, its tags, and the digests that they mean or meant.
fn of_ledger(
    visit: &Visit<'_>,
    found: &Found,
    tags: &[Thing],
    words: &str,
) -> Result<Vec<Hit>, Status> {
    let hit =
        |kind, name: String, place| Hit { kind, name, beside: String::new(), place, part: None };
    let mut hits = Vec::new();
    if has(&found.place.title(), words) {
        hits.push(hit("repository", found.place.title(), found.place.clone()));
    }
    for tag in tags {
        let place = found.place.with(Of::Tag(tag.name.clone()));
        let is_meant = has(&tag.name, words) || (words.contains(':') && has(&place.title(), words));
        if is_meant && hits.len() < HITS {
            hits.push(hit("tag", place.title(), place));
        }
    }
    let digits = words.strip_prefix("sha256:").unwrap_or(words).to_lowercase();
    if digits.len() < DIGITS || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Ok(hits);
    }
    let moves = visit.state.ledger.latest_moves(&found.thing.id, MOVES)?;
    let moves = moves.into_iter().filter(|(name, _)| tags.iter().any(|tag| tag.name == *name));
    let mut digests: Vec<Digest> = moves.filter_map(|(_, one)| one.digest.parse().ok()).collect();
    digests.sort();
    digests.dedup();
    digests.retain(|digest| digest.to_string().starts_with(&format!("sha256:{digits}")));
    let images = digests.into_iter().take(HITS);
    hits.extend(images.map(|digest| hit("image", digest.to_string(), found.place.image(&digest))));
    Ok(hits)
}

/// What an image has that is called so.
fn of_image(
    visit: &Visit<'_>,
    found: &Found,
    digest: &Digest,
    subject: &Subject,
    words: &str,
) -> Vec<Hit> {
    let (id, place) = (&found.thing.id, found.place.image(digest));
    let facts = &subject.side.facts;
    let mut hits = Vec::new();
    let hit = |kind, name: &str, beside: &str, part| Hit {
        kind,
        name: name.to_owned(),
        beside: beside.to_owned(),
        place: place.clone(),
        part,
    };
    let image_id = subject.side.image.config_digest.as_ref().map(ToString::to_string);
    if words.len() >= DIGITS
        && image_id.is_some_and(|id| {
            id.strip_prefix("sha256:")
                .unwrap_or(&id)
                .starts_with(words.strip_prefix("sha256:").unwrap_or(words))
        })
    {
        hits.push(hit("image", words, "by its image ID", None));
    }
    if visit.may(&["repo.list", "sboms.list"], id) {
        let packages = facts.packages.iter().map(|installed| &installed.package);
        for package in packages.filter(|package| has(&package.name, words)).take(HITS) {
            let part = ("packages", vec![("filter", package.name.clone())]);
            hits.push(hit("package", &package.name, package.version.as_str(), Some(part)));
        }
        let path = Path::from(words);
        if words.starts_with('/')
            && let Some(file) = facts.file(&path)
        {
            let folder = path.parent().unwrap_or_else(Path::root);
            let part = ("files", vec![("folder", folder.to_string())]);
            hits.push(hit("path", &path.to_string(), file.entry.kind.name(), Some(part)));
        }
    }
    let is_name = ["CVE-", "GHSA-"].iter().any(|word| words.to_ascii_uppercase().starts_with(word));
    if is_name && visit.may(&["repo.list", "vuln_reports.list"], id) {
        let found = visit
            .state
            .advisories
            .ask(|data| engine::findings(subject, data, None, &engine::unwatched));
        let found = found.and_then(|(_, found)| found.ok()).unwrap_or_default();
        for finding in found.findings {
            let Some(name) = finding.names().find(|name| name.eq_ignore_ascii_case(words)) else {
                continue;
            };
            let part = ("vulnerabilities", vec![("filter", name.to_owned())]);
            hits.push(hit("vulnerability", name, finding.severity.name(), Some(part)));
        }
        hits.dedup();
    }
    hits
}
