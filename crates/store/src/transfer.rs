//! Kept analyses as one file: written here, read elsewhere. What a file says is believed for its own images alone.
//!
//! `docs/kept-facts.md` describes the format.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Write};

use model::Time;

use crate::address::{Address, ImageKey, Part, Shelf};
use crate::catalogue;
use crate::codec::{self, Exported, Odd};
use crate::{Error, Imported, KeptImage, LayerKey, Store};

/// What a file begins with; the number is the version of the format.
const BEGINNING: &[u8] = b"pentimento kept facts 1\n";

/// Bytes of one part of a file at the most.
const MOST_BYTES: u64 = 1 << 30;

/// Images that one file has at the most, layers of each, and names.
const MOST_IMAGES: usize = 10_000;
const MOST_LAYERS: usize = 4_096;
const MOST_NAMES: usize = 1_000;

impl Store {
    /// Writes images with their names and all their facts and texts, as readers of `revision` have read them.
    pub fn export(
        &self,
        images: &[KeptImage],
        revision: u64,
        to: &mut dyn Write,
    ) -> Result<(), Error> {
        let mut exported = Vec::new();
        for image in images {
            let key = ImageKey::of(image).text();
            let record = codec::image(&key, image).map_err(|odd| too_large(&key, &odd))?;
            let names = self.names_of(&ImageKey::of(image))?;
            exported.push(Exported { key, record, names, revision });
        }
        let index = codec::index(&exported).map_err(|odd| too_large("the images", &odd))?;
        to.write_all(BEGINNING).map_err(writing)?;
        write(to, &index)?;
        let mut written = BTreeSet::new();
        for image in images {
            for digest in &image.layers {
                let key = LayerKey { digest: digest.clone(), revision };
                if written.insert(key.clone()) {
                    for part in Part::OF_LAYERS {
                        write(to, &self.exported(image, &key, part)?)?;
                    }
                }
            }
        }
        // Nothing: what was cut off is told from what is whole.
        write(to, &[])
    }

    /// A blob as it is when it serves every image.
    fn exported(&self, image: &KeptImage, key: &LayerKey, part: Part) -> Result<Vec<u8>, Error> {
        let plain = Address::verified(key, part);
        if let Some(bytes) = self.inside.folder.read(&plain.file())? {
            return Ok(bytes);
        }
        let own = Address { shelf: Shelf::of(image), ..plain.clone() };
        let bytes = self.inside.folder.read(&own.file())?.filter(|_| image.imported);
        let missing = || Error::Corrupt {
            what: format!(
                "could not export image {}: the {} of its layer {} are not kept; analyze it again",
                image.id,
                part.name(),
                key.digest
            ),
        };
        let bytes = bytes.ok_or_else(missing)?;
        codec::reseal(&own.text(), &plain.text(), &bytes).map_err(|_| missing())
    }

    /// Keeps the images of a file that [`Store::export`] wrote. Their facts serve these images alone: whoever made the
    /// file says what is in them, and nothing proves it.
    pub fn import(&self, from: &mut dyn Read, now: Time) -> Result<Imported, Error> {
        let mut written = Vec::new();
        let imported = self.import_into(from, now, &mut written);
        if imported.is_err() {
            for address in &written {
                self.discard(address)?;
            }
        }
        imported
    }

    fn import_into(
        &self,
        from: &mut dyn Read,
        now: Time,
        written: &mut Vec<Address>,
    ) -> Result<Imported, Error> {
        let mut beginning = [0; BEGINNING.len()];
        from.read_exact(&mut beginning).map_err(reading)?;
        if beginning != BEGINNING {
            return Err(corrupt("it does not begin as such a file does, or is of another version"));
        }
        let index = read(from)?.ok_or_else(|| corrupt("it names no images"))?;
        let exported = codec::read_index(&index).map_err(|Odd(why)| corrupt(why))?;
        let (arriving, known) = self.arriving(exported, now)?;
        let mut shelves: BTreeMap<LayerKey, Vec<Shelf>> = BTreeMap::new();
        for Arriving { image, revision, .. } in &arriving {
            for digest in &image.layers {
                let key = LayerKey { digest: digest.clone(), revision: *revision };
                shelves.entry(key).or_default().push(Shelf::of(image));
            }
        }
        let mut have: BTreeSet<Address> = BTreeSet::new();
        let mut room = self.inside.options.capacity;
        while let Some(bytes) = read(from)? {
            let address = check(&bytes)?;
            let shelves = shelves.get(&address.key).map(Vec::as_slice).unwrap_or_default();
            for shelf in shelves {
                let own = Address { shelf: shelf.clone(), ..address.clone() };
                // What an earlier import left whole stays as it is, whatever becomes of this one.
                let is_whole = |bytes: Vec<u8>| codec::check(&bytes).is_ok();
                if !have.insert(own.clone())
                    || self.inside.folder.read(&own.file())?.is_some_and(is_whole)
                {
                    continue;
                }
                room = room.checked_sub(bytes.len() as u64).ok_or_else(|| {
                    corrupt("it has more facts than may be kept; --cache-size allows more")
                })?;
                let resealed = codec::reseal(&address.text(), &own.text(), &bytes)
                    .map_err(|Odd(why)| corrupt(why))?;
                written.push(own.clone());
                self.write(&own, &resealed, now)?;
            }
        }
        if from.read(&mut [0]).map_err(reading)? > 0 {
            return Err(corrupt("something follows its end"));
        }
        let images = self.keep_arrived(arriving, &have, now)?;
        self.make_room()?;
        Ok(Imported { images, known })
    }

    /// The images of a file, without those that were analyzed here: what was read here is known better.
    fn arriving(
        &self,
        exported: Vec<Exported>,
        now: Time,
    ) -> Result<(Vec<Arriving>, Vec<KeptImage>), Error> {
        if exported.len() > MOST_IMAGES {
            return Err(corrupt("it has more images than are read"));
        }
        let (mut arriving, mut known) = (Vec::new(), Vec::new());
        for Exported { key, record, names, revision } in exported {
            let mut image = codec::read_image(&key, &record).map_err(|Odd(why)| corrupt(why))?;
            if ImageKey::of(&image).text() != key {
                return Err(corrupt("an image is not the one that it is said to be"));
            }
            if image.layers.len() > MOST_LAYERS || names.len() > MOST_NAMES {
                return Err(corrupt("an image has more layers or names than are read"));
            }
            let own = self.ask("look up an image", |connection| {
                catalogue::image(connection, &ImageKey::of(&image))
            })?;
            if own.is_some_and(|row| !row.imported) {
                known.push(image);
                continue;
            }
            image.imported = true;
            image.analyzed = image.analyzed.min(now);
            arriving.push(Arriving { image, names, revision });
        }
        Ok((arriving, known))
    }

    fn keep_arrived(
        &self,
        arriving: Vec<Arriving>,
        written: &BTreeSet<Address>,
        now: Time,
    ) -> Result<Vec<(KeptImage, Vec<String>)>, Error> {
        for Arriving { image, revision, .. } in &arriving {
            for (digest, part) in
                image.layers.iter().flat_map(|d| Part::OF_LAYERS.map(|part| (d, part)))
            {
                let key = LayerKey { digest: digest.clone(), revision: *revision };
                if !written.contains(&Address { shelf: Shelf::of(image), key, part }) {
                    return Err(corrupt("the facts of a layer are missing"));
                }
            }
        }
        let mut images = Vec::new();
        for Arriving { image, names, .. } in arriving {
            self.keep_image(&image, &names, now)?;
            images.push((image, names));
        }
        Ok(images)
    }
}

/// An image on its way from a file.
struct Arriving {
    image: KeptImage,
    names: Vec<String>,
    revision: u64,
}

/// What a blob of a file is, once it was read whole.
fn check(bytes: &[u8]) -> Result<Address, Error> {
    let odd = |Odd(why)| corrupt(why);
    let address = codec::check(bytes).map_err(odd)?;
    match address.shelf {
        Shelf::Verified => Ok(address),
        Shelf::Imported(_) => Err(corrupt("a blob of it serves another image")),
    }
}

fn write(to: &mut dyn Write, bytes: &[u8]) -> Result<(), Error> {
    let length = (bytes.len() as u64).to_le_bytes();
    to.write_all(&length).and_then(|()| to.write_all(bytes)).map_err(writing)
}

/// The next part; none at the end.
fn read(from: &mut dyn Read) -> Result<Option<Vec<u8>>, Error> {
    let mut length = [0; 8];
    from.read_exact(&mut length).map_err(reading)?;
    let length = u64::from_le_bytes(length);
    if length > MOST_BYTES {
        return Err(corrupt("a part of it is larger than anything that is kept"));
    }
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes).map_err(reading)?;
    if bytes.len() as u64 != length {
        return Err(corrupt("it ends early"));
    }
    Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
}

fn writing(source: io::Error) -> Error {
    Error::Transfer { doing: "write", source }
}

fn reading(source: io::Error) -> Error {
    match source.kind() {
        io::ErrorKind::UnexpectedEof => corrupt("it ends early"),
        _ => Error::Transfer { doing: "read", source },
    }
}

fn corrupt(why: &str) -> Error {
    Error::Corrupt { what: format!("the file cannot be imported: {why}") }
}

fn too_large(what: &str, Odd(why): &Odd) -> Error {
    Error::TooLarge { what: what.into(), why }
}
