//! Figures that many pages show of images that are kept: they are worked out once, and forgotten when others are asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::{Pair, PairFindings, Thing};
use model::{Digest, Severity};
use pages::{Change, Current, Summary};

use super::Visit;
use super::places::{Found, meant};
use crate::recent::Recent;

/// Images and comparisons whose figures are remembered.
const IMAGES: usize = 4096;
const COMPARISONS: usize = 4096;

/// What is remembered of images, by repository, digest and the advisories' name.
pub(crate) struct Memory {
    images: Recent<[String; 3], Arc<Figures>>,
    comparisons: Recent<[String; 4], Arc<Summary>>,
}

/// Figures of an image.
struct Figures {
    size: u64,
    vulnerabilities: Option<BTreeMap<Severity, usize>>,
}

impl Memory {
    pub(crate) fn new() -> Memory {
        Memory { images: Recent::new(IMAGES), comparisons: Recent::new(COMPARISONS) }
    }
}

impl Visit<'_> {
    /// What is known of the image that a tag means, and that the visitor may know.
    pub(super) fn current(&self, repository: &Found, tag: &Thing) -> Current {
        let figures = meant(tag).and_then(|digest| self.figures(repository, &digest));
        let id = &repository.thing.id;
        let sees_size = self.may(&["repo.list", "manifest.metadata.list"], id);
        let sees_reports = self.may(&["repo.list", "vuln_reports.list"], id);
        let vulnerabilities = figures.as_ref().and_then(|figures| figures.vulnerabilities.clone());
        Current {
            tag: tag.name.clone(),
            size: figures.as_ref().map(|figures| figures.size).filter(|_| sees_size),
            vulnerabilities: vulnerabilities.filter(|_| sees_reports),
        }
    }

    /// Figures of an image that is kept, where they are remembered or there is time to find them.
    fn figures(&self, repository: &Found, digest: &Digest) -> Option<Arc<Figures>> {
        let advisories = self.state.advisories.name();
        let key = [repository.thing.id.to_string(), digest.to_string(), advisories];
        if let Some(known) = self.memory.images.of(&key) {
            return Some(known);
        }
        if !self.has_time() {
            return None;
        }
        let library = &self.state.library;
        // What is not kept any more is not known; whoever opens its page is told more.
        let subject = library.at_hand(&repository.shelf(self), digest, None).ok().flatten()?;
        let found = self
            .state
            .advisories
            .ask(|data| engine::findings(&subject, data, None, &engine::unwatched));
        let found = found.and_then(|(_, found)| found.ok());
        let figures = Figures {
            size: subject.side.image.size(),
            vulnerabilities: found.map(|found| pages::severities(&subject.side, &found)),
        };
        let figures = Arc::new(figures);
        self.memory.images.note(key, Arc::clone(&figures));
        Some(figures)
    }

    /// How large an image is, as stored, where that is known and the visitor may know it.
    pub(super) fn size(&self, repository: &Found, digest: &Digest) -> Option<u64> {
        if !self.may(&["repo.list", "manifest.metadata.list"], &repository.thing.id) {
            return None;
        }
        self.figures(repository, digest).map(|figures| figures.size)
    }

    /// What changed between two images of a repository, where both are kept and the visitor may know it.
    pub(super) fn change(&self, repository: &Found, old: Option<&Digest>, new: &Digest) -> Change {
        let Some(old) = old else { return Change::First };
        let unknown = Change::Unknown(old.clone());
        let id = &repository.thing.id;
        if !self.may(&super::COMPARING, id) {
            return unknown;
        }
        let advisories = self.state.advisories.name();
        let key = [id.to_string(), old.to_string(), new.to_string(), advisories];
        if let Some(known) = self.memory.comparisons.of(&key) {
            return Change::From(old.clone(), Summary::clone(&known));
        }
        if !self.has_time() {
            return unknown;
        }
        let library = &self.state.library;
        let images = repository.shelf(self);
        let at_hand = |digest| library.at_hand(&images, digest, None).ok().flatten();
        let (Some(before), Some(after)) = (at_hand(old), at_hand(new)) else { return unknown };
        let pair = Pair { old: before, new: after };
        let found = self
            .state
            .advisories
            .ask(|data| PairFindings::find(&pair, [data, data], None, &engine::unwatched));
        let found = found.and_then(|(_, found)| found.ok());
        let mut comparison = pair.compare();
        if let Some(found) = &found {
            found.compare(&mut comparison);
        }
        let summary = Summary::of(&comparison);
        self.memory.comparisons.note(key, Arc::new(summary.clone()));
        Change::From(old.clone(), summary)
    }
}
