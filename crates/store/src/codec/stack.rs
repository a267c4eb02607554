//! An image as its layers come to it. It says nothing that the facts of the layers do not: it spares stacking them again.
//!
//! Its files come in runs (`runs.rs`), of which only those are read that somebody asks for. Digests are not repeated: a
//! file's is the number of one that the facts of the layers have.

use model::{File, FileHit, Files, ImageFacts, InstalledPackage, Path};

use super::claims::{self, Counts};
use super::evidence::{
    read_distro, read_hit, read_package, write_distro, write_hit, write_package, write_text,
};
use super::facts::{Head, read_notice, write_notice};
use super::frame::{self, Opened, Packing, Seal};
use super::runs::{self, Rows};
use super::wire::{In, Odd, Out, Read};
use super::{columns, entries};
use crate::{KeptLayer, KeptStack};

/// Columns beside those of the files: what is told of the image as a whole, and where each run begins.
const BESIDE: usize = 2;

/// Everything that is written.
const ALL: usize = BESIDE + columns::COLUMNS;

/// The facts of a layer as they are kept, of which nothing but the digests is looked at.
pub(crate) struct Sealed {
    bytes: Vec<u8>,
    /// The digest over all of them.
    digest: Seal,
    /// Where the digests of files begin.
    raw: usize,
}

impl Sealed {
    /// Takes facts that were written for `key`, where they are as they were written.
    pub(crate) fn new(key: &str, bytes: Vec<u8>) -> Read<Sealed> {
        let (digest, raw) = frame::raw_of(key, &bytes)?;
        Ok(Sealed { bytes, digest, raw })
    }

    /// How many bytes are kept.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The digests, of which there are so many.
    pub(super) fn digests(&self, counts: Counts) -> Read<claims::Tables<'_>> {
        claims::Tables::new(counts, &self.bytes[self.raw..])
    }
}

/// Writes down, for `key`, what layers come to whose facts are kept as in `layers`.
pub(crate) fn stack(key: &str, layers: &[Opened<'_>], image: &ImageFacts) -> Read<Vec<u8>> {
    let heads = layers.iter().map(Head::of).collect::<Read<Vec<_>>>()?;
    let digests: Vec<claims::Tables<'_>> = heads.iter().map(|head| head.digests).collect();
    let mut writing = runs::Writing::new(claims::Writing::behind(&digests));
    for run in runs::cut(&image.files) {
        writing.run(run);
    }
    let mut head = Out::default();
    head.list(heads.iter().zip(layers), |out, (head, opened)| {
        out.raw(&opened.digest);
        out.number(head.size);
        out.digest(&head.diff_id);
        head.digests.counts().into_iter().for_each(|count| out.count(count));
    });
    head.option(image.distro.as_ref(), write_distro);
    head.list(image.notices.iter(), write_notice);
    head.list(image.packages.iter(), write_installed);
    head.list(image.declared.iter(), write_installed);
    head.list(image.hits.iter(), write_file_hit);
    head.flag(image.root.is_some());
    // The root is the only file of a run of its own, behind all others.
    if let Some(root) = &image.root {
        let (path, entry, owners) = (Path::root(), root.clone(), Box::default());
        writing.run(&[File { path, entry, layer: 0, owners, record: false }]);
    }
    let written = writing.finish(&mut head)?;
    let columns: Vec<Out> =
        [head, written.index].into_iter().chain(written.columns.all()).collect();
    frame::seal_packed(Packing::Quick, key, &columns::join(&columns), &written.contents)
}

fn write_installed(out: &mut Out, installed: &InstalledPackage) {
    let InstalledPackage { package, database, inside } = installed;
    write_package(out, package);
    out.path(database);
    write_text(out, inside.as_ref());
}

fn write_file_hit(out: &mut Out, one: &FileHit) {
    let FileHit { path, hit, layer, hidden } = one;
    out.path(path);
    write_hit(out, hit);
    out.number((*layer).into());
    out.option(hidden.as_ref(), |out, layer| out.number((*layer).into()));
}

fn read_file_hit(read: &mut In<'_>) -> Read<FileHit> {
    let (path, hit) = (read.path()?, read_hit(read)?);
    Ok(FileHit { path, hit, layer: read.small()?, hidden: read.option(In::small)? })
}

/// Reads what `layers` come to, as it was written for `key`, and what is known of each beside its facts. Files are read when
/// they are asked for.
pub(crate) fn read_stack(key: &str, layers: Vec<Sealed>, bytes: &[u8]) -> Read<KeptStack> {
    let Opened { unpacked, raw, .. } = frame::open(key, bytes)?;
    let [mut head, index, ..] = columns::part::<ALL>(&unpacked)?;
    let told = head.list(read_layer)?;
    if !layers.iter().map(|layer| layer.digest).eq(told.iter().map(|layer| layer.kept_as)) {
        return Err(Odd("it was stacked of other layers"));
    }
    let distro = head.option(read_distro)?;
    let notices = head.list(read_notice)?;
    let packages = head.list(read_installed)?;
    let declared = head.list(read_installed)?;
    let hits = head.list(read_file_hit)?;
    let has_root = head.flag()?;
    let rights = entries::read_rights(&mut head)?;
    head.end()?;
    let places = runs::places(index)?;
    let (contents, rest) = raw.as_chunks();
    if contents.len() != places.len() || !rest.is_empty() {
        return Err(Odd("a run of files has no digest"));
    }
    let layers = layers.into_iter().zip(told.iter().map(|layer| layer.counts)).collect();
    let rows = Rows::new(unpacked, BESIDE, places, (rights, layers, packages.len()))?;
    let files = contents.len().checked_sub(usize::from(has_root));
    let files = files.ok_or(Odd("the root has no run"))?;
    let root = if has_root { rows.read(files)?.into_iter().next() } else { None };
    let contents: Vec<_> = contents[..files].iter().copied().map(model::Sha256).collect();
    let image = ImageFacts {
        root: root.map(|root| root.entry),
        files: Files::kept(Box::new(rows), contents),
        packages,
        declared,
        distro,
        hits,
        notices,
    };
    Ok(KeptStack { image, layers: told.into_iter().map(|layer| layer.known).collect() })
}

/// What a stack says of a layer.
struct Told {
    /// The digest over its facts as they were kept.
    kept_as: Seal,
    known: KeptLayer<()>,
    counts: Counts,
}

fn read_layer(read: &mut In<'_>) -> Read<Told> {
    let (kept_as, size, diff_id) = (read.array()?, read.number()?, read.digest()?);
    let known = KeptLayer { size, diff_id, facts: () };
    Ok(Told { kept_as, known, counts: claims::read_counts(read)? })
}

fn read_installed(read: &mut In<'_>) -> Read<InstalledPackage> {
    let (package, database) = (read_package(read)?, read.path()?);
    Ok(InstalledPackage { package, database, inside: read.option(In::text)? })
}
