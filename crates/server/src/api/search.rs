//! Which images have something: a package, a file with these bytes, a vulnerability. What is kept of them is asked, one image
//! after the other; nothing is read for it.

use std::cmp::Ordering;
use std::time::{Duration, Instant};

use engine::{Subject, ThingKind, Wanted};
use model::{Digest, FileKind, Path, Purl, Uidp, Version};
use serde_json::{Value, json};

use super::lists::named;
use super::page::limit;
use super::{Answer, Asked};
use crate::capability::Capabilities;
use crate::library::Shelf;
use crate::services::repos;
use crate::state::State;
use crate::status::Status;

/// What has to be allowed where an image is, to be told of it.
const NEEDED: &[&str] = &["repo.list", "sboms.list"];

/// Images that one request looks into, and how long it may take; then the rest is for the next one.
const MOST_IMAGES: usize = 500;
const PATIENCE: Duration = Duration::from_secs(10);

/// Matches in one image that are told.
const MOST_MATCHES: usize = 100;

/// Images of a repository that are listed at once.
const AT_ONCE: usize = 100;

/// What is looked for.
enum Question<'a> {
    Package { name: &'a str, kind: Option<&'a str>, range: Range },
    File(Digest),
    Vulnerability(&'a str),
}

/// Versions: all that hold to every bound.
#[derive(Default)]
struct Range(Vec<(Vec<Ordering>, String)>);

/// Looks for images.
pub(super) fn search(asked: &Asked<'_>) -> Result<Answer, Status> {
    let (state, most) = (asked.state, limit(asked)?);
    let question = Question::of(asked)?;
    let mut needed = Capabilities::named(NEEDED.iter().copied());
    if let Question::Vulnerability(_) = question {
        needed |= Capabilities::named(["vuln_reports.list"]);
        if state.advisories.name().is_empty() {
            return Err(Status::not_found("the service has no vulnerability data"));
        }
    }
    let place = asked.said("place").map(|_| asked.read::<Uidp>("place")).transpose()?;
    let after = asked.said("after").unwrap_or_default();
    let (from_repo, from_digest) = after.split_once(' ').unwrap_or((after, ""));
    let began = Instant::now();
    let (mut items, mut looked, mut unread, mut next) = (Vec::new(), 0, 0, None);
    'all: for repo in state.ledger.things(ThingKind::Repo, &Wanted::default())? {
        let is_meant = place.as_ref().is_none_or(|place| repo.id.is_within(place));
        if repo.id.as_str() < from_repo || !is_meant || !asked.may(needed, &repo.id) {
            continue;
        }
        let below = Wanted { children_of: Some(repo.id.clone()), ..Wanted::default() };
        let tags = state.ledger.things(ThingKind::Tag, &below)?;
        let is_first = repo.id.as_str() == from_repo;
        let mut behind = if is_first { from_digest.to_owned() } else { String::new() };
        loop {
            let members = state.ledger.members(&repo.id, &behind, AT_ONCE)?;
            let Some(last) = members.last() else { break };
            let last = last.digest.clone();
            for member in members {
                if items.len() >= most || looked >= MOST_IMAGES || began.elapsed() > PATIENCE {
                    next = Some(format!("{} {behind}", repo.id));
                    break 'all;
                }
                looked += 1;
                behind.clone_from(&member.digest);
                let shelf =
                    Shelf { id: &repo.id, upstream: repos::upstream(&repo), ledger: &state.ledger };
                let Ok(digest) = member.digest.parse::<Digest>() else { continue };
                let Some(subject) = state.library.kept_already(&shelf, &digest)? else {
                    unread += 1;
                    continue;
                };
                let image = &subject.side.image;
                // An index's own digest means an image that has one of its own.
                if image.digest.as_ref().is_some_and(|own| *own != digest) {
                    continue;
                }
                let matches = question.matches(&subject, state)?;
                if matches.is_empty() {
                    continue;
                }
                let mut tagged = named(&tags, &member.digest);
                if let Some(index) = &image.index_digest {
                    tagged.extend(named(&tags, &index.to_string()));
                }
                items.push(json!({
                    "repo": repo.id.to_string(),
                    "name": repo.name,
                    "digest": member.digest,
                    "platform": image.platform.as_ref().map(ToString::to_string),
                    "tags": tagged,
                    "matches": matches,
                }));
            }
            behind = last;
        }
    }
    let document = json!({ "items": items, "next": next, "looked_at": looked, "not_kept": unread });
    Ok(Answer::json(&document))
}

impl<'a> Question<'a> {
    fn of(asked: &'a Asked<'_>) -> Result<Question<'a>, Status> {
        let range = asked.said("range");
        let kind = asked.said("type");
        let of_packages = range.is_some() || kind.is_some();
        match (asked.said("package"), asked.said("file"), asked.said("vulnerability")) {
            (Some(name), None, None) => {
                let range = range.map(Range::parse).transpose()?.unwrap_or_default();
                Ok(Question::Package { name, kind, range })
            }
            (None, Some(_), None) if !of_packages => {
                let digest: Digest = asked.read("file")?;
                match digest {
                    Digest::Sha256(_) => Ok(Question::File(digest)),
                    Digest::Sha512(_) => {
                        Err(Status::invalid_argument("file is a digest with sha256: before it"))
                    }
                }
            }
            (None, None, Some(id)) if !of_packages => Ok(Question::Vulnerability(id)),
            _ => {
                let text = "one of package, file and vulnerability says what is looked for; type \
                    and range are for packages";
                Err(Status::invalid_argument(text))
            }
        }
    }

    fn matches(&self, subject: &Subject, state: &State) -> Result<Vec<Value>, Status> {
        let facts = &subject.side.facts;
        let distro = facts.distro.as_ref();
        match self {
            Question::Package { name, kind, range } => {
                let packages = facts.packages.iter().map(|installed| &installed.package);
                let found = packages.filter(|package| {
                    package.name == **name
                        && kind.is_none_or(|kind| package.ecosystem == kind)
                        && range.has(&package.version)
                });
                let shown = found.map(|package| {
                    json!({
                        "type": package.ecosystem,
                        "name": package.name,
                        "version": package.version.as_str(),
                        "purl": Purl::of(package, distro).to_string(),
                    })
                });
                Ok(shown.take(MOST_MATCHES).collect())
            }
            Question::File(wanted) => {
                let root = Path::root();
                let found = facts.files.since(&root).filter_map(|file| {
                    let FileKind::Regular { size, sha256 } = &file.entry.kind else { return None };
                    let is_it = Digest::Sha256(*sha256) == *wanted;
                    is_it.then(|| json!({ "path": file.path.to_string(), "size": size }))
                });
                Ok(found.take(MOST_MATCHES).collect())
            }
            Question::Vulnerability(id) => {
                let found = state
                    .advisories
                    .ask(|data| engine::findings(subject, data, None, &engine::unwatched));
                let Some((_, found)) = found else { return Ok(Vec::new()) };
                let found = found.map_err(|_| Status::internal())?;
                let is_it = |name: &String| name.eq_ignore_ascii_case(id);
                let shown = found
                    .findings
                    .iter()
                    .filter(|finding| is_it(&finding.id) || finding.aliases.iter().any(is_it));
                let shown = shown.filter_map(|finding| {
                    let package = &facts.packages.get(finding.package as usize)?.package;
                    Some(json!({
                        "id": finding.id,
                        "severity": finding.severity.name(),
                        "type": package.ecosystem,
                        "name": package.name,
                        "version": package.version.as_str(),
                        "fixed_in": finding.fix.versions,
                    }))
                });
                Ok(shown.take(MOST_MATCHES).collect())
            }
        }
    }
}

impl Range {
    /// Reads bounds such as `>=1.2,<2`; a version alone is that one.
    fn parse(text: &str) -> Result<Range, Status> {
        use Ordering::{Equal, Greater, Less};
        let bound = |bound: &str| {
            let bound = bound.trim();
            let signs: [(&str, &[Ordering]); 5] = [
                (">=", &[Greater, Equal]),
                ("<=", &[Less, Equal]),
                (">", &[Greater]),
                ("<", &[Less]),
                ("=", &[Equal]),
            ];
            let signed = signs.iter().find_map(|(sign, orders)| {
                Some((orders.to_vec(), bound.strip_prefix(sign)?.trim().to_owned()))
            });
            let (orders, version) = signed.unwrap_or((vec![Equal], bound.to_owned()));
            if version.is_empty() {
                let text = "range has bounds such as >=1.2,<2, all of which hold";
                return Err(Status::invalid_argument(text));
            }
            Ok((orders, version))
        };
        text.split(',').map(bound).collect::<Result<_, Status>>().map(Range)
    }

    /// Whether a version is in it, by the order of its own kind.
    fn has(&self, version: &Version) -> bool {
        self.0.iter().all(|(orders, bound)| {
            let bound = Version::new(bound.as_str(), version.scheme());
            orders.contains(&version.order(&bound))
        })
    }
}

#[cfg(test)]
mod tests {
    use model::Scheme;

    use super::*;

    #[test]
    fn a_range_is_of_versions_by_their_own_order() {
        let check = |range: &str, version: &str, expect: bool| {
            let version = Version::new(version, Scheme::Deb);
            assert_eq!(Range::parse(range).unwrap().has(&version), expect, "{range}");
        };
        check(">=1.2,<2", "1.10-1", true);
        check(">=1.2,<2", "2", false);
        check("<1.2", "1.2~rc1", true);
        check("1.2-1", "1.2-1", true);
        check("=1.2-1", "1.2-2", false);
        check(" > 1:0 , <= 1:3 ", "1:3", true);
        assert!(Range::parse(">=").is_err() && Range::parse("1,").is_err());
    }
}
