//! Counts what each layer of an image does, and how much of it was in vain. It reads no layer again: facts are enough.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use model::{FileKind, ImageFacts, LayerEntry, LayerFacts, LayerTally, Path, Sha256, What};

/// The figures of each of `layers`, oldest first, which are those of `image`.
pub fn tally(layers: &[Arc<LayerFacts>], image: &ImageFacts) -> Vec<LayerTally> {
    let mut stack =
        Stack { image, led: HashMap::new(), standing: BTreeMap::new(), contents: Vec::new() };
    let mut tallies: Vec<LayerTally> =
        layers.iter().enumerate().map(|(number, layer)| stack.put(number, layer)).collect();
    let seen: HashSet<usize> = stack.standing.values().flatten().copied().collect();
    let mut known: HashSet<Sha256> = HashSet::new();
    for (number, content) in stack.contents.iter().enumerate() {
        let tally = &mut tallies[content.layer];
        if !seen.contains(&number) {
            tally.hidden = tally.hidden.saturating_add(content.size);
        } else if !known.insert(content.sha256) {
            tally.repeated = tally.repeated.saturating_add(content.size);
        }
    }
    tallies
}

/// The bytes of one regular file, as one layer stores them.
struct Content {
    layer: usize,
    size: u64,
    sha256: Sha256,
}

/// Layers stacked so far.
struct Stack<'a> {
    image: &'a ImageFacts,
    /// Where directories of layers' names lead.
    led: HashMap<Path, Path>,
    /// What stands at each path that is no directory: the number of its content, where it has one.
    standing: BTreeMap<Path, Option<usize>>,
    contents: Vec<Content>,
}

impl Stack<'_> {
    fn put(&mut self, layer: usize, facts: &LayerFacts) -> LayerTally {
        let mut tally = LayerTally::default();
        // Whatever a layer takes away, it takes from those below, wherever in its archive it says so.
        let mut gone: BTreeSet<Path> = BTreeSet::new();
        for entry in &facts.entries {
            let path = self.leads(&entry.path);
            match entry.what {
                What::Whiteout => gone.extend(self.clear(&path, true)),
                What::Opaque => gone.extend(self.clear(&path, false)),
                What::Put(_) | What::Link { .. } => {}
            }
        }
        let mut put: BTreeSet<Path> = BTreeSet::new();
        for LayerEntry { path, what } in &facts.entries {
            let path = self.leads(path);
            let content = match what {
                What::Whiteout | What::Opaque => continue,
                What::Link { target } => {
                    let target = self.leads(target);
                    self.standing.get(&target).copied().flatten()
                }
                What::Put(file) => match file.kind {
                    FileKind::Directory => {
                        // A directory in the place of a file takes the file away.
                        if self.standing.remove(&path).is_some() {
                            gone.insert(path);
                        }
                        continue;
                    }
                    FileKind::Regular { size, sha256 } => {
                        tally.put = tally.put.saturating_add(size);
                        self.contents.push(Content { layer, size, sha256 });
                        Some(self.contents.len() - 1)
                    }
                    _ => None,
                },
            };
            // A file in the place of a directory takes all below it away.
            gone.extend(self.clear(&path, false));
            let was = self.standing.insert(path.clone(), content).is_some();
            if put.insert(path.clone()) {
                if gone.remove(&path) || was {
                    tally.changed += 1;
                } else {
                    tally.added += 1;
                }
            }
        }
        tally.removed = gone.iter().filter(|path| !put.contains(*path)).count();
        tally
    }

    /// Takes away what stands below a path, and what stands there itself where `itself` says so.
    fn clear(&mut self, path: &Path, itself: bool) -> Vec<Path> {
        let below = self.standing.range(path.clone()..).map(|(path, _)| path);
        let below = below.take_while(|one| one.is_under(path));
        let gone: Vec<Path> = below.filter(|one| itself || *one != path).cloned().collect();
        for path in &gone {
            self.standing.remove(path);
        }
        gone
    }

    /// A path as the image has it: links of its directories lead where they lead in the end.
    fn leads(&mut self, path: &Path) -> Path {
        let Some(directory) = path.parent() else { return path.clone() };
        if let Some(led) = self.led.get(&directory) {
            return led.join(path.name());
        }
        let led = self.image.resolve(&directory).unwrap_or_else(|| directory.clone());
        let path = led.join(path.name());
        self.led.insert(directory, led);
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let image = testkit::image(text);
        let layers: Vec<Arc<LayerFacts>> = image
            .compressed(testkit::Compression::None)
            .layers()
            .iter()
            .map(|layer| {
                let limits = layer::Limits::default();
                let mut bytes = &layer[..];
                let mut entries = layer::Entries::new(&mut bytes, &limits);
                Arc::new(crate::scan(&mut entries).unwrap().facts)
            })
            .collect();
        let image = crate::squash(&layers);
        let told = tally(&layers, &image).into_iter().map(|one| {
            let LayerTally { added, changed, removed, put, hidden, repeated } = one;
            format!("+{added} ~{changed} -{removed} {put} hidden {hidden} repeated {repeated}")
        });
        assert_eq!(told.collect::<Vec<_>>(), expect);
    }

    #[test]
    fn what_later_layers_replace_or_remove_is_hidden() {
        check(
            "//- /a\none\n//- /b\ntwo\n//- /d/c\nthree\n//- layer\n//- /a\nother\n//- whiteout /b\n//- layer\n//- opaque /d\n//- /d/e\nx\n",
            &[
                "+3 ~0 -0 14 hidden 14 repeated 0",
                "+0 ~1 -1 6 hidden 0 repeated 0",
                "+1 ~0 -1 2 hidden 0 repeated 0",
            ],
        );
    }

    #[test]
    fn the_same_bytes_are_repeated_wherever_they_stand() {
        check(
            "//- /a\none\n//- /copy\none\n//- layer\n//- /other\none\n",
            &["+2 ~0 -0 8 hidden 0 repeated 4", "+1 ~0 -0 4 hidden 0 repeated 4"],
        );
    }

    #[test]
    fn a_hard_link_keeps_bytes_in_sight() {
        check(
            "//- /a\none\n//- /b => /a\n//- layer\n//- whiteout /a\n",
            &["+2 ~0 -0 4 hidden 0 repeated 0", "+0 ~0 -1 0 hidden 0 repeated 0"],
        );
    }

    #[test]
    fn links_of_directories_are_followed() {
        check(
            "//- /usr/lib/x\none\n//- /lib -> usr/lib\n//- layer\n//- /lib/x\nother\n",
            &["+2 ~0 -0 4 hidden 4 repeated 0", "+0 ~1 -0 6 hidden 0 repeated 0"],
        );
    }
}
