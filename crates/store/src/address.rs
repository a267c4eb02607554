//! Where a blob belongs: what it is of, and which file that is.

use std::path::PathBuf;

use model::Digest;
use sha2::{Digest as _, Sha256};

use crate::{KeptImage, LayerKey};

/// What a blob of a layer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// What the layer does and says.
    Facts,
    /// What people read of it.
    Texts,
    /// What the layers of an image come to, in numbers of what their facts have. Its digest is that of their digests.
    Stack,
}

impl Part {
    const ALL: [Part; 3] = [Part::Facts, Part::Texts, Part::Stack];

    /// What there is of each layer.
    pub(crate) const OF_LAYERS: [Part; 2] = [Part::Facts, Part::Texts];

    /// What it is called in keys, file names and tables.
    pub fn name(self) -> &'static str {
        match self {
            Part::Facts => "facts",
            Part::Texts => "texts",
            Part::Stack => "stack",
        }
    }

    pub(crate) fn of_name(name: &str) -> Option<Part> {
        Part::ALL.into_iter().find(|part| part.name() == name)
    }
}

/// Whom a blob serves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Shelf {
    /// Every image with that layer: it was read here, and its digest was verified.
    Verified,
    /// One image alone, which was imported; by the digits that stand for it.
    Imported(String),
}

impl Shelf {
    /// The shelf of an imported image.
    pub(crate) fn of(image: &KeptImage) -> Shelf {
        Shelf::of_image(&ImageKey::of(image))
    }

    pub(crate) fn of_image(key: &ImageKey) -> Shelf {
        let digest = Sha256::digest(key.text());
        Shelf::Imported(digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }

    /// What it is called in the catalogue; nothing for what serves every image.
    pub(crate) fn name(&self) -> &str {
        match self {
            Shelf::Verified => "",
            Shelf::Imported(name) => name,
        }
    }

    pub(crate) fn of_name(name: &str) -> Option<Shelf> {
        let is_name = name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        match name {
            "" => Some(Shelf::Verified),
            name => is_name.then(|| Shelf::Imported(name.into())),
        }
    }

    /// The folder of its blobs, inside the store's.
    pub(crate) fn folder(&self) -> PathBuf {
        match self {
            Shelf::Verified => PathBuf::from("blobs"),
            Shelf::Imported(name) => PathBuf::from("imported").join(name),
        }
    }
}

/// Where a blob belongs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Address {
    pub(crate) shelf: Shelf,
    pub(crate) key: LayerKey,
    pub(crate) part: Part,
}

impl Address {
    pub(crate) fn verified(key: &LayerKey, part: Part) -> Address {
        Address { shelf: Shelf::Verified, key: key.clone(), part }
    }

    /// Where it stands what layers come to.
    pub(crate) fn stack(layers: &[Digest], revision: u64) -> Address {
        let lines: String = layers.iter().map(|digest| format!("{digest}\n")).collect();
        let digest = Digest::Sha256(model::Sha256(Sha256::digest(lines).into()));
        Address { shelf: Shelf::Verified, key: LayerKey { digest, revision }, part: Part::Stack }
    }

    /// What is written into the blob, so that it is not taken for another one.
    pub(crate) fn text(&self) -> String {
        let LayerKey { digest, revision } = &self.key;
        let part = self.part.name();
        match &self.shelf {
            Shelf::Verified => format!("{part} {digest} {revision:016x}"),
            Shelf::Imported(name) => format!("{part} {digest} {revision:016x} {name}"),
        }
    }

    /// What [`Address::text`] has written.
    pub(crate) fn parse(text: &str) -> Option<Address> {
        let mut words = text.split(' ');
        let part = Part::of_name(words.next()?)?;
        let digest = words.next()?.parse().ok()?;
        let revision = u64::from_str_radix(words.next()?, 16).ok()?;
        let shelf = Shelf::of_name(words.next().unwrap_or_default())?;
        let address = Address { shelf, key: LayerKey { digest, revision }, part };
        (address.text() == text).then_some(address)
    }

    /// Its file, inside the store's folder.
    pub(crate) fn file(&self) -> PathBuf {
        let LayerKey { digest, revision } = &self.key;
        let hex = digest.hex();
        let name = format!("{}-{hex}-{revision:016x}.{}", digest.algorithm(), self.part.name());
        self.shelf.folder().join(&hex[..2]).join(&hex[2..4]).join(name)
    }
}

/// What tells images apart: one ID may come with several manifests, whose blobs need not be the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ImageKey {
    pub(crate) id: Digest,
    pub(crate) manifest: Option<Digest>,
}

impl ImageKey {
    pub(crate) fn of(image: &KeptImage) -> ImageKey {
        ImageKey { id: image.id.clone(), manifest: image.description.digest.clone() }
    }

    /// The manifest's digest as the catalogue has it: nothing where there is none.
    pub(crate) fn manifest_text(&self) -> String {
        self.manifest.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    /// What is written into an image's record.
    pub(crate) fn text(&self) -> String {
        format!("image {} {}", self.id, self.manifest_text())
    }
}
