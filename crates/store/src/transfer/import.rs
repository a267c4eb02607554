//! Reads a file of kept analyses: all of it, and then keeps all of it or nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::path::Path;

use model::Time;
use rusqlite::Connection;

use super::{BEGINNING, MOST_BYTES, VERSION};
use crate::address::{Address, ImageKey, Part, Shelf};
use crate::catalogue::{self, Blob};
use crate::codec::{self, Exported, Odd, Seen};
use crate::find::may_be_digest;
use crate::folder::Staging;
use crate::images::{keep, record};
use crate::{Error, Imported, KeptImage, LayerKey, Store, lock};

impl Store {
    /// Keeps the images of a file that [`Store::export`] wrote; errors call it `name`. Their facts serve these images
    /// alone: whoever made the file says what is in them, and nothing proves it. Facts of another revision than `revision`
    /// are refused: nobody could use them, or read them again.
    ///
    /// Of a file that is not whole, and by a process that is killed, nothing is kept.
    pub fn import(
        &self,
        from: &mut dyn Read,
        name: &Path,
        revision: u64,
        now: Time,
    ) -> Result<Imported, Error> {
        let mut from = From { bytes: from, name };
        from.beginning()?;
        let index = from.part()?.ok_or_else(|| from.odd("it names no images"))?;
        let exported = codec::read_index(&index).map_err(|Odd(why)| from.odd(why))?;
        if let Some(other) = exported.iter().find(|one| one.revision != revision) {
            let (file, other) = (from.file(), other.revision);
            return Err(Error::OtherRevision { file, revision: other, known: revision });
        }
        let (arriving, known) = self.arriving(exported, &from, now)?;
        let (known, seen): (Vec<_>, Vec<_>) = known.into_iter().unzip();
        let mut staging = self.inside.folder.staging(&self.turn()?.lock)?;
        let blobs = self.stage(&mut from, &arriving, &mut staging, now)?;
        from.end()?;
        complete(&arriving, &blobs, &from)?;
        let seen: Vec<_> = known.iter().map(ImageKey::of).zip(seen).collect();
        let images = self.keep_arrived(arriving, &seen, &blobs, &staging)?;
        self.make_room()?;
        Ok(Imported { images, known })
    }

    /// The images of a file, and apart those that were analyzed here, of which only the sightings count: what was read here
    /// is known better.
    fn arriving(
        &self,
        exported: Vec<Exported>,
        from: &From<'_>,
        now: Time,
    ) -> Result<(Vec<Arriving>, Vec<Known>), Error> {
        let (mut arriving, mut known) = (Vec::new(), Vec::new());
        for Exported { key, record, sightings, revision } in exported {
            let image = codec::read_image(&key, &record).map_err(|Odd(why)| from.odd(why))?;
            if ImageKey::of(&image).text() != key {
                return Err(from.odd("an image is not the one that it is said to be"));
            }
            // Whoever wrote the file may have another clock, or lie: nothing was seen after today.
            let sightings = sightings.into_iter().map(|seen| {
                let last = seen.last.min(now);
                Seen { first: seen.first.min(last), last, ..seen }
            });
            let mut sightings: Vec<Seen> = sightings.collect();
            let own =
                self.ask("look up an image", |sql| catalogue::image(sql, &ImageKey::of(&image)))?;
            if own.is_some_and(|row| !row.imported) {
                // Whoever made the file chose its names: none of them takes the place of an ID.
                sightings.retain(|seen| !may_be_digest(&seen.name));
                known.push((image, sightings));
                continue;
            }
            let image = KeptImage { imported: true, analyzed: image.analyzed.min(now), ..image };
            arriving.push(Arriving { image, sightings, revision });
        }
        Ok((arriving, known))
    }

    /// Writes the blobs that arriving images need, once for each of these images, but does not put them in their places.
    fn stage(
        &self,
        from: &mut From<'_>,
        arriving: &[Arriving],
        staging: &mut Staging,
        now: Time,
    ) -> Result<BTreeMap<Address, Blob>, Error> {
        let mut shelves: BTreeMap<LayerKey, BTreeSet<Shelf>> = BTreeMap::new();
        for Arriving { image, revision, .. } in arriving {
            for digest in image.layers() {
                let key = LayerKey { digest: digest.clone(), revision: *revision };
                shelves.entry(key).or_default().insert(Shelf::of(image));
            }
        }
        let mut blobs = BTreeMap::new();
        let capacity = self.inside.options.capacity;
        let mut room = capacity;
        while let Some(bytes) = from.part()? {
            let address = check(&bytes).map_err(|Odd(why)| from.odd(why))?;
            for shelf in shelves.get(&address.key).into_iter().flatten() {
                let own = Address { shelf: shelf.clone(), ..address.clone() };
                if blobs.contains_key(&own) {
                    continue;
                }
                room = room
                    .checked_sub(bytes.len() as u64)
                    .ok_or_else(|| Error::NoRoom { file: from.file(), capacity })?;
                let resealed = codec::reseal(&address.text(), &own.text(), &bytes)
                    .map_err(|Odd(why)| from.odd(why))?;
                staging.put(own.file(), &resealed)?;
                let bytes = resealed.len() as u64;
                blobs.insert(own.clone(), Blob { address: own, bytes, used: now });
            }
        }
        Ok(blobs)
    }

    /// Keeps what was read: the blobs take their places, and then everything else is one change of the catalogue. Until
    /// that nothing leads to them.
    fn keep_arrived(
        &self,
        arriving: Vec<Arriving>,
        known: &[(ImageKey, Vec<Seen>)],
        blobs: &BTreeMap<Address, Blob>,
        staging: &Staging,
    ) -> Result<Vec<(KeptImage, Vec<String>)>, Error> {
        let records: Vec<Vec<u8>> =
            arriving.iter().map(|one| record(&one.image)).collect::<Result<_, _>>()?;
        lock(&self.inside.in_use).extend(blobs.keys().cloned());
        let turn = self.turn()?;
        staging.place(&self.inside.folder, &turn.lock)?;
        turn.change("keep images", |connection| {
            for blob in blobs.values() {
                catalogue::note(connection, blob)?;
            }
            for (Arriving { image, sightings, .. }, record) in arriving.iter().zip(&records) {
                // Analyzed here meanwhile, it stays as it is.
                if keep(connection, image, record)? {
                    see(connection, &ImageKey::of(image), sightings)?;
                }
            }
            for (key, sightings) in known {
                see(connection, key, sightings)?;
            }
            Ok(())
        })?;
        Ok(arriving.into_iter().map(Arriving::named).collect())
    }
}

/// An image that was analyzed here, and when others saw it.
type Known = (KeptImage, Vec<Seen>);

/// Notes when others saw an image.
fn see(connection: &Connection, key: &ImageKey, sightings: &[Seen]) -> rusqlite::Result<()> {
    for &Seen { ref name, first, last } in sightings {
        catalogue::see_elsewhere(connection, &catalogue::Seen { name, key, first, last })?;
    }
    Ok(())
}

/// An image on its way from a file.
struct Arriving {
    image: KeptImage,
    sightings: Vec<Seen>,
    revision: u64,
}

impl Arriving {
    /// The image with its names, the latest last.
    fn named(self) -> (KeptImage, Vec<String>) {
        let mut latest: BTreeMap<String, Time> = BTreeMap::new();
        for Seen { name, last, .. } in self.sightings {
            let noted = latest.entry(name).or_insert(last);
            *noted = last.max(*noted);
        }
        let mut names: Vec<(Time, String)> =
            latest.into_iter().map(|(name, last)| (last, name)).collect();
        names.sort_unstable();
        (self.image, names.into_iter().map(|(_, name)| name).collect())
    }
}

/// That every layer of every image is there.
fn complete(
    arriving: &[Arriving],
    blobs: &BTreeMap<Address, Blob>,
    from: &From<'_>,
) -> Result<(), Error> {
    let is_there = |arriving: &Arriving, digest: &model::Digest, part| {
        let key = LayerKey { digest: digest.clone(), revision: arriving.revision };
        blobs.contains_key(&Address { shelf: Shelf::of(&arriving.image), key, part })
    };
    let is_complete = arriving.iter().all(|one| {
        one.image
            .layers()
            .all(|layer| Part::OF_LAYERS.into_iter().all(|part| is_there(one, layer, part)))
    });
    if is_complete { Ok(()) } else { Err(from.odd("the facts of a layer are missing")) }
}

/// What a blob of a file is, once it was read whole.
fn check(bytes: &[u8]) -> Result<Address, Odd> {
    let address = codec::check(bytes)?;
    match address.shelf {
        Shelf::Verified => Ok(address),
        Shelf::Imported(_) => Err(Odd("a blob of it serves another image")),
    }
}

/// The file that is read.
struct From<'a> {
    bytes: &'a mut dyn Read,
    name: &'a Path,
}

impl From<'_> {
    /// Reads what every file begins with.
    fn beginning(&mut self) -> Result<(), Error> {
        let mut beginning = [0; BEGINNING.len()];
        self.fill(&mut beginning)?;
        if beginning != BEGINNING {
            return Err(self.odd("it does not begin as such a file does"));
        }
        let mut version = String::new();
        loop {
            let mut digit = [0];
            self.fill(&mut digit)?;
            match digit[0] {
                b'\n' if version == VERSION.to_string() => return Ok(()),
                b'\n' => break,
                digit if digit.is_ascii_digit() && version.len() < 9 => {
                    version.push(char::from(digit));
                }
                _ => return Err(self.odd("it does not say its version")),
            }
        }
        Err(Error::OtherVersion { file: self.file(), version, known: VERSION })
    }

    /// The next part; none at the end.
    fn part(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let mut length = [0; 8];
        self.fill(&mut length)?;
        let length = u64::from_le_bytes(length);
        if length > MOST_BYTES {
            return Err(self.odd("a part of it is larger than anything that is kept"));
        }
        let mut bytes = Vec::new();
        let read = (&mut *self.bytes).take(length).read_to_end(&mut bytes);
        read.map_err(|error| self.reading(error))?;
        if bytes.len() as u64 != length {
            return Err(self.odd("it ends early"));
        }
        Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
    }

    /// That nothing follows.
    fn end(&mut self) -> Result<(), Error> {
        match self.bytes.read(&mut [0]) {
            Ok(0) => Ok(()),
            Ok(_) => Err(self.odd("something follows its end")),
            Err(error) => Err(self.reading(error)),
        }
    }

    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), Error> {
        self.bytes.read_exact(buffer).map_err(|error| self.reading(error))
    }

    fn reading(&self, source: io::Error) -> Error {
        match source.kind() {
            io::ErrorKind::UnexpectedEof => self.odd("it ends early"),
            _ => Error::Transfer { doing: "read", file: self.file(), source },
        }
    }

    fn odd(&self, why: &'static str) -> Error {
        Error::Unimportable { file: self.file(), why }
    }

    fn file(&self) -> String {
        self.name.display().to_string()
    }
}
