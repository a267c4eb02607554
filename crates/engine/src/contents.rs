//! Reads files of an analyzed image again, because facts are kept and contents are not. It takes no other bytes for them.
//!
//! A file is known by the size and the SHA-256 that facts have of it, so it is found under whatever name a layer has it,
//! and a hard link is found wherever its content stands. The layers that the files come from are read first, the others
//! only if something is missing then. A layer is verified as whenever it is read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use compare::Subject;
use layer::{Entries, Expect, Kind};
use model::{FileKind, Path, Sha256};
use sha2::{Digest as _, Sha256 as Hasher};
use source::Image;
use store::{Found, KeptImage};

use crate::find::again;
use crate::layers::Counted;
use crate::{Error, Event, Options, Watch};

/// Files of an image.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    /// The image.
    pub subject: &'a Subject,
    /// Regular files of it, by the paths at which a container sees them. Others are passed over.
    pub paths: &'a [Path],
}

/// Larger files are passed over as well: each is held as a whole.
pub(crate) const LARGEST: u64 = 64 << 20;

/// Reads `files` again where the image came from, and gives each to `visit`, in no certain order.
pub fn contents(
    files: Files<'_>,
    options: &Options,
    watch: &Watch<'_>,
    visit: &mut dyn FnMut(&Path, &[u8]),
) -> Result<(), Error> {
    let mut wanted = Wanted::of(files);
    wanted.give_empty(visit);
    if wanted.is_empty() {
        return Ok(());
    }
    let image = open(files.subject, options)?;
    let own = wanted.layers.iter().copied().filter(|number| *number < image.layers.len());
    let own: Vec<usize> = own.collect();
    let others: Vec<usize> = (0..image.layers.len()).filter(|n| !own.contains(n)).collect();
    for numbers in [own, others] {
        if !wanted.is_empty() {
            read(&image, &numbers, &mut wanted, &mut Reading { options, watch, visit })?;
        }
    }
    match wanted.first() {
        None => Ok(()),
        Some(path) => Err(Error::Changed { reference: image.reference, path: path.clone() }),
    }
}

/// Opens the source that the image came from, pinned to that image.
fn open(subject: &Subject, options: &Options) -> Result<Image, Error> {
    let kept = kept(subject, options);
    let meant = again(&kept, &subject.names, options)?;
    meant.into_image().ok_or_else(|| Error::NotKept { name: kept.description.reference })
}

/// The image as it is kept, which says where it came from; else as it was just read.
pub(crate) fn kept(subject: &Subject, options: &Options) -> KeptImage {
    let id = subject.id.as_ref();
    let found = options.keeping().zip(id).map(|(keep, id)| keep.store.find(&id.to_string()));
    if let Some(Ok(Found::One(image, _))) = found {
        return *image;
    }
    let description = subject.side.image.clone();
    KeptImage {
        id: id.cloned().unwrap_or_else(|| crate::stack::stand_in(&description.layers)),
        description,
        settings: model::Settings::default(),
        notices: Vec::new(),
        kind: subject.kind,
        dockerfile: None,
        distro: None,
        analyzed: subject.analyzed,
        imported: false,
    }
}

/// What is still to be found: paths by size and digest.
struct Wanted {
    files: BTreeMap<u64, BTreeMap<Sha256, Vec<Path>>>,
    /// The layers that they come from.
    layers: BTreeSet<usize>,
}

impl Wanted {
    fn of(files: Files<'_>) -> Wanted {
        let mut wanted = Wanted { files: BTreeMap::new(), layers: BTreeSet::new() };
        for path in files.paths {
            let Some(file) = files.subject.side.facts.file(path) else { continue };
            let FileKind::Regular { size, sha256 } = file.entry.kind else { continue };
            if size > LARGEST {
                continue;
            }
            wanted.files.entry(size).or_default().entry(sha256).or_default().push(path.clone());
            wanted.layers.insert(usize::try_from(file.layer).unwrap_or(usize::MAX));
        }
        wanted
    }

    /// Nothing has to be read for what has nothing in it.
    fn give_empty(&mut self, visit: &mut dyn FnMut(&Path, &[u8])) {
        for path in self.files.remove(&0).into_iter().flatten().flat_map(|(_, paths)| paths) {
            visit(&path, &[]);
        }
    }

    fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    fn first(&self) -> Option<&Path> {
        self.files.values().flat_map(BTreeMap::values).flatten().min()
    }

    /// The paths of a content, which are found now.
    fn take(&mut self, size: u64, sha256: &Sha256) -> Vec<Path> {
        let Some(of_size) = self.files.get_mut(&size) else { return Vec::new() };
        let paths = of_size.remove(sha256).unwrap_or_default();
        if of_size.is_empty() {
            self.files.remove(&size);
        }
        paths
    }
}

/// How layers are read, and who is given what is found.
struct Reading<'a, 'w> {
    options: &'a Options,
    watch: &'a Watch<'w>,
    visit: &'a mut dyn FnMut(&Path, &[u8]),
}

/// Reads layers, and gives what is wanted of them.
fn read(
    image: &Image,
    numbers: &[usize],
    wanted: &mut Wanted,
    reading: &mut Reading<'_, '_>,
) -> Result<(), Error> {
    let mut sizes = numbers.iter().map(|number| image.layers[*number].size);
    let bytes = sizes.try_fold(0_u64, |sum, size| Some(sum.saturating_add(size?)));
    (reading.watch)(Event::Reading { layers: numbers.len(), bytes });
    let mut failed = None;
    let mut each = |number: usize, blob: &mut (dyn std::io::Read + Send)| match read_one(
        image,
        number,
        blob,
        &mut *wanted,
        reading,
    ) {
        Ok(()) if wanted.is_empty() => ControlFlow::Break(()),
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    };
    let source = |source| Error::Source { reference: image.reference.clone(), source };
    image.each_layer(numbers, &mut each).map_err(source)?;
    failed.map_or(Ok(()), Err)
}

fn read_one(
    image: &Image,
    number: usize,
    blob: &mut (dyn std::io::Read + Send),
    wanted: &mut Wanted,
    reading: &mut Reading<'_, '_>,
) -> Result<(), Error> {
    let layer = &image.layers[number];
    let expect =
        Expect { digest: layer.digest.clone(), size: layer.size, diff_id: layer.diff_id.clone() };
    let counted = Counted { bytes: blob, watch: reading.watch };
    let visit = &mut *reading.visit;
    let walk = |entries: &mut Entries<'_>| walk(entries, wanted, visit);
    layer::read(counted, &expect, &reading.options.limits, walk).map_err(|source| {
        Error::Layer {
            reference: image.reference.clone(),
            number: number + 1,
            digest: layer.digest.clone(),
            source: Box::new(source),
        }
    })?;
    (reading.watch)(Event::Layer);
    Ok(())
}

/// Walks a layer to its end. Only what has a wanted size is looked at, so that no more is held than one wanted file.
fn walk(
    entries: &mut Entries<'_>,
    wanted: &mut Wanted,
    visit: &mut dyn FnMut(&Path, &[u8]),
) -> Result<(), layer::Error> {
    while let Some(entry) = entries.next_entry()? {
        let Kind::Regular { size } = entry.kind else { continue };
        if !wanted.files.contains_key(&size) {
            continue;
        }
        let mut bytes = Vec::new();
        let mut hasher = Hasher::new();
        while let Some(chunk) = entries.chunk()? {
            hasher.update(chunk);
            bytes.extend_from_slice(chunk);
        }
        for path in wanted.take(size, &Sha256(hasher.finalize().into())) {
            visit(&path, &bytes);
        }
    }
    Ok(())
}
