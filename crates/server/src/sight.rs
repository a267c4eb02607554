//! What a caller sees of images: which ones are there for them, what those are called here, and what they are built on. What
//! images are called elsewhere, and what whoever runs the service said of them, is nobody else's business.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use engine::{KeptImage, Subject, Texts, Thing, ThingKind, Wanted};
use model::{Digest, ImageKind, Platform, Uidp};

use crate::caller::Caller;
use crate::capability::Capabilities;
use crate::library::Shelf;
use crate::services::repos;
use crate::state::State;
use crate::status::Status;

/// Images of all repositories that are looked up for one request.
const MOST: usize = 10_000;

/// Images of a repository that are listed at once.
const AT_ONCE: usize = 1_000;

/// What a caller sees.
pub(crate) struct Sight<'a> {
    state: &'a State,
    /// The repositories that they may see.
    repos: BTreeMap<Uidp, Thing>,
    groups: OnceCell<BTreeMap<Uidp, String>>,
}

/// An image of a repository that a caller may see.
#[derive(Clone, Debug)]
pub(crate) struct Seen<'a> {
    /// The repository.
    pub(crate) repo: &'a Thing,
    /// The digest, which may be an index's.
    pub(crate) digest: Digest,
}

impl<'a> Sight<'a> {
    /// What somebody sees who may do all of that.
    pub(crate) fn of(
        state: &'a State,
        caller: &Caller,
        needed: Capabilities,
    ) -> Result<Sight<'a>, Status> {
        let all = state.ledger.things(ThingKind::Repo, &Wanted::default())?;
        let seen = all.into_iter().filter(|repo| caller.may(needed, &repo.id));
        let repos = seen.map(|repo| (repo.id.clone(), repo)).collect();
        Ok(Sight { state, repos, groups: OnceCell::new() })
    }

    /// The image that a text names: `GROUP/REPOSITORY:TAG`, `REPOSITORY@DIGEST`, the same with the repository's ID, or the
    /// digest or ID of an image alone.
    pub(crate) fn find(&self, text: &str) -> Result<Seen<'_>, Status> {
        if text.is_empty() {
            return Err(Status::invalid_argument("an image has no name; say which"));
        }
        if let Ok(digest) = text.parse::<Digest>() {
            return self.anywhere(&digest);
        }
        let parts = match text.split_once('@') {
            Some(parts) => Some(parts).filter(|(_, digest)| digest.parse::<Digest>().is_ok()),
            None => text.rsplit_once(':').filter(|(_, tag)| !tag.contains('/') && !tag.is_empty()),
        };
        let (name, image) = parts.ok_or_else(|| {
            Status::invalid_argument(format!(
                "{text} is no image of a service; say GROUP/REPOSITORY:TAG, REPOSITORY@DIGEST, or a digest"
            ))
        })?;
        let repo = self.repo(name)?;
        let digest = crate::api::meant(self.state, repo, image)?;
        Ok(Seen { repo, digest })
    }

    /// The repository of that name or ID. Groups before it are those right above it.
    fn repo(&self, name: &str) -> Result<&Thing, Status> {
        let nothing =
            || Status::not_found(format!("no repository that you may see is called {name}"));
        if let Ok(id) = name.parse::<Uidp>() {
            return self.repos.get(&id).ok_or_else(nothing);
        }
        let own = name.rsplit('/').next().unwrap_or_default();
        let mut found = Vec::new();
        for repo in self.repos.values().filter(|repo| repo.name == own) {
            let title = self.title(repo)?;
            let above = title.strip_suffix(name);
            if above.is_some_and(|above| above.is_empty() || above.ends_with('/')) {
                found.push(repo);
            }
        }
        match found[..] {
            [repo] => Ok(repo),
            [] => Err(nothing()),
            _ => {
                let ids: Vec<&str> = found.iter().map(|repo| repo.id.as_str()).collect();
                Err(Status::invalid_argument(format!(
                    "{} repositories are called {name}; say the group before it, or the ID of the one that is meant: {}",
                    ids.len(),
                    ids.join(", ")
                )))
            }
        }
    }

    /// The image with this digest or ID, in whichever repository it is.
    fn anywhere(&self, digest: &Digest) -> Result<Seen<'_>, Status> {
        if let Some(repo) = self.holders(digest)?.first() {
            return Ok(Seen { repo, digest: digest.clone() });
        }
        // An ID is the digest of a configuration; repositories know manifests.
        let manifest = self.state.library.outline(digest).and_then(|one| one.description.digest);
        if let Some(manifest) = manifest
            && let Some(repo) = self.holders(&manifest)?.first()
        {
            return Ok(Seen { repo, digest: manifest });
        }
        Err(Status::not_found(format!("no repository that you may see has an image {digest}")))
    }

    /// The repositories that an image was seen in, of those that the caller may see.
    fn holders(&self, digest: &Digest) -> Result<Vec<&Thing>, Status> {
        let all = self.state.ledger.repos_with(&digest.to_string())?;
        Ok(all.iter().filter_map(|id| self.repos.get(id)).collect())
    }

    /// Every image that is kept and that the caller may see, once, at a place and below it where one is said. Of an index, the
    /// image that was taken of it.
    pub(crate) fn all(&self, place: Option<&Uidp>) -> Result<Vec<(Seen<'_>, KeptImage)>, Status> {
        let mut all = Vec::new();
        let mut known = BTreeSet::new();
        for repo in self.repos.values() {
            if place.is_some_and(|place| !repo.id.is_within(place)) {
                continue;
            }
            let mut behind = String::new();
            loop {
                let members = self.state.ledger.members(&repo.id, &behind, AT_ONCE)?;
                let Some(last) = members.last() else { break };
                behind.clone_from(&last.digest);
                for member in members {
                    let Ok(digest) = member.digest.parse::<Digest>() else { continue };
                    if !known.insert(digest.clone()) {
                        continue;
                    }
                    if known.len() > MOST {
                        return Err(Status::invalid_argument(format!(
                            "there are more than {MOST} images; say which, or where"
                        )));
                    }
                    let Some(image) = self.state.library.outline(&digest) else { continue };
                    if image.description.digest.as_ref().is_none_or(|own| *own == digest) {
                        all.push((Seen { repo, digest }, image));
                    }
                }
            }
        }
        Ok(all)
    }

    /// An image, with all that is known of it; it is read where that is still to be done.
    pub(crate) fn subject(
        &self,
        seen: &Seen<'_>,
        platform: Option<&Platform>,
        texts: Texts,
    ) -> Result<Subject, Status> {
        let (state, repo) = (self.state, seen.repo);
        let images = Shelf { id: &repo.id, upstream: repos::upstream(repo), ledger: &state.ledger };
        let library = &state.library;
        let subject = library.image(&images, &seen.digest, platform)?;
        match texts {
            Texts::Wanted => self.as_here(library.with_texts(&subject)?),
            Texts::Unwanted => self.as_here(subject),
        }
    }

    /// A kept image without its facts.
    pub(crate) fn outlined(&self, image: &KeptImage) -> Result<Subject, Status> {
        let ancestors = self.state.library.ancestors(engine::outline(image, &[]))?;
        self.as_here(ancestors)
    }

    /// An image as it is known here: by the names that it has in repositories that the caller may see, built on images of
    /// those.
    fn as_here(&self, subject: Subject) -> Result<Subject, Status> {
        let mut ancestors = Vec::new();
        for ancestor in subject.ancestors {
            let Some(image) = self.state.library.outline(&ancestor.id) else { continue };
            let (names, _) = self.names(&engine::outline(&image, &[]))?;
            if !names.is_empty() {
                ancestors.push(engine::Ancestor { names, kind: ImageKind::default(), ..ancestor });
            }
        }
        let subject = Subject { ancestors: Vec::new(), ..subject };
        let (names, current) = self.names(&subject)?;
        let kind = ImageKind::default();
        Ok(Subject { names, current, ancestors, kind, dockerfile: None, ..subject })
    }

    /// What an image is and was called, and what it is called now. One that no tag ever meant is called by its digest.
    fn names(&self, subject: &Subject) -> Result<(Vec<String>, Vec<String>), Status> {
        let image = &subject.side.image;
        let Some(own) = &image.digest else { return Ok(Default::default()) };
        let (mut names, mut current) = (Vec::new(), Vec::new());
        for repo in self.holders(own)? {
            let title = self.title(repo)?;
            let mut tags: Vec<String> = Vec::new();
            for digest in image.index_digest.iter().chain([own]) {
                tags.extend(self.state.ledger.names_of(&repo.id, &digest.to_string())?);
            }
            let mut seen = BTreeSet::new();
            tags.retain(|tag| seen.insert(tag.clone()));
            if tags.is_empty() {
                names.push(format!("{title}@{own}"));
            }
            for tag in tags {
                let name = format!("{title}:{tag}");
                let meant = crate::api::meant(self.state, repo, &tag).ok();
                if meant.is_some_and(|meant| {
                    meant == *own || Some(&meant) == image.index_digest.as_ref()
                }) {
                    current.push(name.clone());
                }
                names.push(name);
            }
        }
        Ok((names, current))
    }

    /// What a repository is called, with all groups above it.
    pub(crate) fn title(&self, repo: &Thing) -> Result<String, Status> {
        if self.groups.get().is_none() {
            let all = self.state.ledger.things(ThingKind::Group, &Wanted::default())?;
            let all = all.into_iter().map(|group| (group.id, group.name)).collect();
            self.groups.get_or_init(|| all);
        }
        let name = |id: Uidp| self.groups.get()?.get(&id).map(String::as_str);
        let mut names: Vec<&str> = repo.id.ancestors().filter_map(name).collect();
        names.reverse();
        names.push(&repo.name);
        Ok(names.join("/"))
    }
}
