//! Where rules are met in an image: in files that are there, and in files that a later layer took away or replaced. Those
//! are still in the image for whoever unpacks its layers.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use model::{Evidence, FileHit, FileKind, Hit, LayerEntry, LayerFacts, Path, What};

use super::Stack;

/// Every place in which a rule is met, ordered.
pub(super) fn of(stack: &Stack<'_>, layers: &[Arc<LayerFacts>]) -> Vec<FileHit> {
    let mut there = Vec::new();
    let mut gone: Vec<(u32, &Path, &Hit)> = Vec::new();
    for (layer, facts) in (0..).zip(layers) {
        for found in &facts.found {
            let Evidence::Hits(hits) = &found.evidence else { continue };
            let place = stack.read.get(&(layer, &found.path)).and_then(|(places, file)| {
                let is_there = |path: &&Path| {
                    stack.tree.find(path).is_some_and(|there| Arc::ptr_eq(there, file))
                };
                places.iter().find(is_there)
            });
            let hit = |hit: &Hit, path: &Path| FileHit {
                path: path.clone(),
                hit: hit.clone(),
                layer,
                hidden: None,
            };
            match place {
                Some(path) => there.extend(hits.iter().map(|one| hit(one, path))),
                None => gone.extend(hits.iter().map(|hit| (layer, &found.path, hit))),
            }
        }
    }
    let hidden = hidden(gone, &there, layers);
    there.extend(hidden);
    there.sort_unstable();
    there.dedup();
    there
}

/// What is no more where it was, with the layer that took it away. What stands there still, written by a later layer
/// again, is not hidden.
fn hidden(
    gone: Vec<(u32, &Path, &Hit)>,
    there: &[FileHit],
    layers: &[Arc<LayerFacts>],
) -> Vec<FileHit> {
    if gone.is_empty() {
        return Vec::new();
    }
    let known: HashSet<(&Path, &str, &str, Option<[u8; 6]>)> = there
        .iter()
        .map(|one| (&one.path, &*one.hit.rule, &*one.hit.excerpt, one.hit.mark))
        .collect();
    let is_gone =
        |path: &Path, hit: &Hit| !known.contains(&(path, &*hit.rule, &*hit.excerpt, hit.mark));
    let takers = Takers::of(&gone, layers);
    let gone = gone.into_iter().filter(|(_, path, hit)| is_gone(path, hit));
    let hidden = gone.map(|(layer, path, hit)| FileHit {
        path: path.clone(),
        hit: hit.clone(),
        layer,
        // A file that never came to be there was hidden by its own layer.
        hidden: Some(takers.after(layer, path).unwrap_or(layer)),
    });
    hidden.collect()
}

/// Which layers do something to the paths that are asked for, or to directories on the way to them.
struct Takers<'a>(HashMap<Path, Vec<(u32, &'a LayerEntry)>>);

impl<'a> Takers<'a> {
    fn of(gone: &[(u32, &Path, &Hit)], layers: &'a [Arc<LayerFacts>]) -> Takers<'a> {
        let on_the_way = gone.iter().flat_map(|(_, path, _)| super::ancestors(path));
        let mut takers: HashMap<Path, Vec<_>> = on_the_way.map(|path| (path, Vec::new())).collect();
        for (layer, facts) in (0..).zip(layers) {
            for entry in &facts.entries {
                if let Some(takers) = takers.get_mut(&entry.path) {
                    takers.push((layer, entry));
                }
            }
        }
        Takers(takers)
    }

    /// The first layer above this one that takes a path away.
    fn after(&self, layer: u32, path: &Path) -> Option<u32> {
        let mut first: Option<u32> = None;
        for one in super::ancestors(path) {
            let is_end = |entry: &LayerEntry| match &entry.what {
                What::Whiteout | What::Link { .. } => true,
                What::Opaque => one != *path,
                What::Put(file) => one == *path || file.kind != FileKind::Directory,
            };
            let takers = self.0.get(&one).into_iter().flatten();
            let takers = takers.filter(|(number, entry)| *number > layer && is_end(entry));
            first = takers.map(|(number, _)| *number).chain(first).min();
        }
        first
    }
}
