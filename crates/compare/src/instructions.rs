//! Tells whether the line of history that made a layer names a path. A line that says nothing of a path does not
//! explain it, whatever its layer did (docs/decisions/0008).

mod named;
mod shell;
mod tools;

use std::collections::HashSet;

use model::{Digest, File, Path};

use crate::generated;
use crate::{FileChange, Side, Which, history};

use named::Named;

/// A line of the history of one of two images, by its place in [`model::Settings::history`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    /// The image.
    pub side: Which,
    /// The place in its history.
    pub place: usize,
}

/// What the histories of two images name.
pub(crate) struct Instructions {
    sides: [Lines; 2],
}

/// What the lines of one history name.
struct Lines {
    /// By layer: the line that made it, and what that names. Nothing where history and layers do not fit together.
    layers: Vec<(usize, Named)>,
    /// By layer: whether the other image has it too.
    shared: Vec<bool>,
}

impl Instructions {
    pub(crate) fn new([old, new]: [&Side; 2]) -> Instructions {
        Instructions { sides: [Lines::new(old, new), Lines::new(new, old)] }
    }

    /// The line that explains a change; the same whichever way the comparison goes, but for its side.
    ///
    /// Where a layer that only one image has put the path there, the line that made that layer has to name it; where
    /// both sides have such layers, both lines have to. A path that is missing while its layer is there was taken away
    /// by a layer of the other image: one of its lines has to name it.
    pub(crate) fn explain(&self, change: &FileChange<'_>) -> Option<Line> {
        let rows = generated::about(change);
        let programs: Vec<&str> = rows.flat_map(|row| generated::TABLE[row].by).copied().collect();
        let present = [(Which::Old, change.old), (Which::New, change.new)];
        let present = present.into_iter().filter_map(|(which, file)| Some((which, file?)));
        let mut present: Vec<(Which, &File)> = present.collect();
        let is_shared =
            |(which, file): &(Which, &File)| self.of(*which).is_shared(file.layer as usize);
        if let [(which, file)] = present[..]
            && is_shared(&(which, file))
        {
            let other = which.other();
            return self
                .of(other)
                .takes_away(file, &programs)
                .map(|place| Line { side: other, place });
        }
        if !present.iter().all(is_shared) {
            present.retain(|one| !is_shared(one));
        }
        let is_one_sided = change.old.is_none() || change.new.is_none();
        let mut lines = present
            .iter()
            .map(|(side, file)| {
                let place = self.of(*side).made(file, is_one_sided, &programs)?;
                Some(Line { side: *side, place })
            })
            .collect::<Option<Vec<Line>>>()?;
        lines.pop()
    }

    fn of(&self, which: Which) -> &Lines {
        let [old, new] = &self.sides;
        match which {
            Which::Old => old,
            Which::New => new,
        }
    }
}

impl Lines {
    fn new(side: &Side, other: &Side) -> Lines {
        let layers = history::lines(side).map(|lines| Named::of_layers(side, &lines));
        let others: HashSet<&Digest> =
            other.image.layers.iter().map(|layer| &layer.diff_id).collect();
        let shared = side.image.layers.iter().map(|layer| others.contains(&layer.diff_id));
        Lines { layers: layers.unwrap_or_default(), shared: shared.collect() }
    }

    fn is_shared(&self, layer: usize) -> bool {
        self.shared.get(layer) == Some(&true)
    }

    /// The line that made a file's layer, where that names it.
    fn made(&self, file: &File, is_one_sided: bool, programs: &[&str]) -> Option<usize> {
        let (place, named) = self.layers.get(file.layer as usize)?;
        let is_meant = named.names(&file.path)
            || (is_one_sided && named.leads_through(&file.path, &file.entry.kind))
            || named.runs(programs);
        is_meant.then_some(*place)
    }

    /// The lowest line of this image's own layers that names a file of the other's as a command does.
    fn takes_away(&self, file: &File, programs: &[&str]) -> Option<usize> {
        let own = self.layers.iter().enumerate().filter(|(layer, _)| !self.is_shared(*layer));
        let mut own = own.map(|(_, line)| line);
        let line = own.find(|(_, named)| {
            named.is_command() && (named.names(&file.path) || named.runs(programs))
        });
        line.map(|(place, _)| *place)
    }
}

/// A path as an image has it: every link in it followed, its last name excepted. What is not there keeps its names.
fn real(side: &Side, path: &Path) -> Path {
    let Some(parent) = path.parent() else { return path.clone() };
    let parent = match side.facts.resolve(&parent) {
        Some(resolved) => resolved,
        None => real(side, &parent),
    };
    parent.join(path.name())
}
