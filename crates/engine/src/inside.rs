//! Looks into single paths of two images: reads what stands there again on either side, and compares what it says.

use std::collections::BTreeMap;

use compare::{Comparison, ContentChange, Subject};
use model::{Content, File, Path};

use crate::contents::LARGEST;
use crate::{Error, Files, Options, Pair, Watch, contents};

/// A path that neither image has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchPath {
    /// The path as it was asked for.
    pub path: Path,
    /// Paths of the images that are called alike, where there are any.
    pub alike: Vec<Path>,
}

/// A path as each side has it.
struct Looked<'a> {
    asked: Path,
    sides: [Option<&'a File>; 2],
}

/// Looks up paths on both sides: as they are, or where their directory's links lead. One that nobody has is an error.
pub fn looked_up(pair: &Pair, paths: &[Path]) -> Result<(), NoSuchPath> {
    paths.iter().try_for_each(|path| {
        if look_up(pair, path).sides.iter().any(Option::is_some) {
            return Ok(());
        }
        let named = |file: &&File| file.path.name() == path.name();
        let files = pair.new.side.facts.files.iter().chain(&pair.old.side.facts.files);
        let mut alike: Vec<Path> = files.filter(named).map(|file| file.path.clone()).collect();
        alike.sort();
        alike.dedup();
        alike.truncate(3);
        Err(NoSuchPath { path: path.clone(), alike })
    })
}

fn look_up<'a>(pair: &'a Pair, asked: &Path) -> Looked<'a> {
    let side = |subject: &'a Subject| {
        let facts = &subject.side.facts;
        facts.file(asked).or_else(|| {
            let directory = facts.resolve(&asked.parent()?)?;
            facts.file(&directory.join(asked.name()))
        })
    };
    Looked { asked: asked.clone(), sides: [side(&pair.old), side(&pair.new)] }
}

/// Looks into `paths`, each of which one of the images has.
pub fn inside<'a>(
    pair: &'a Pair,
    comparison: &'a Comparison<'a>,
    paths: &[Path],
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Vec<ContentChange<'a>>, Error> {
    let looked: Vec<Looked<'a>> = paths.iter().map(|path| look_up(pair, path)).collect();
    let read = |subject: &Subject, side: usize| {
        let of = |looked: &Looked<'_>| {
            let [old, new] = looked.sides;
            let file = looked.sides[side]?;
            compare::is_to_be_read(old, new).then(|| file.path.clone())
        };
        let paths: Vec<Path> = looked.iter().filter_map(of).collect();
        let mut read = BTreeMap::new();
        contents(Files { subject, paths: &paths }, options, watch, &mut |path, bytes| {
            read.insert(path.clone(), analysis::content::content(path, bytes));
        })?;
        Ok::<_, Error>(read)
    };
    let read = [read(&pair.old, 0)?, read(&pair.new, 1)?];
    let change = |looked: &Looked<'a>| {
        let [old, new] = looked.sides;
        let is_read = compare::is_to_be_read(old, new);
        let large = looked.sides.map(|side| {
            side.filter(|file| is_read && file.entry.size() > LARGEST).map(|_| too_large())
        });
        let content = |side: usize| {
            let path = &looked.sides[side]?.path;
            read[side].get(path).or(large[side].as_ref())
        };
        let asked = looked.asked.clone();
        compare::content(comparison, asked, [old, new], [content(0), content(1)])
    };
    Ok(looked.iter().map(change).collect())
}

/// What is told of a file that is not read again.
fn too_large() -> Content {
    let notice = format!("has more than {} MB: it is not looked into", LARGEST >> 20);
    Content { notices: vec![notice], ..Content::default() }
}
