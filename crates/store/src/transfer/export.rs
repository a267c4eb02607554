//! Writes kept analyses to a file.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::{BEGINNING, VERSION};
use crate::address::{Address, ImageKey, Part, Shelf};
use crate::catalogue;
use crate::codec::{self, Exported, Odd, Seen};
use crate::images::record;
use crate::{Error, KeptImage, LayerKey, Store};

impl Store {
    /// Writes images, the names that they were seen under and when, and all their facts and texts, as readers of
    /// `revision` have read them.
    pub fn export(
        &self,
        images: &[KeptImage],
        revision: u64,
        to: &mut dyn Write,
    ) -> Result<(), Error> {
        if images.len() > codec::MOST_IMAGES {
            return Err(Error::Images { images: images.len(), most: codec::MOST_IMAGES });
        }
        let mut exported = Vec::new();
        for image in images {
            let key = ImageKey::of(image);
            let sightings = self.seen(&key)?;
            exported.push(Exported {
                key: key.text(),
                record: record(image)?,
                sightings,
                revision,
            });
        }
        let too_large = |Odd(why)| Error::TooLarge { what: "the list of images".into(), why };
        let index = codec::index(&exported).map_err(too_large)?;
        let beginning = [BEGINNING, format!("{VERSION}\n").as_bytes()].concat();
        to.write_all(&beginning).map_err(writing)?;
        write(to, &index)?;
        let mut written = BTreeSet::new();
        for image in images {
            for digest in image.layers() {
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

    /// When an image was seen under which name. What others saw goes along: whoever reads the file takes our word for it.
    fn seen(&self, key: &ImageKey) -> Result<Vec<Seen>, Error> {
        let seen = self.ask("look up names", |sql| catalogue::sightings_of(sql, key))?;
        let seen = seen.into_iter().map(|(name, first, last)| Seen { name, first, last });
        Ok(seen.take(codec::MOST_SIGHTINGS).collect())
    }

    /// A blob as it is when it serves every image. What is broken is none, and thrown away.
    fn exported(&self, image: &KeptImage, key: &LayerKey, part: Part) -> Result<Vec<u8>, Error> {
        let plain = Address::verified(key, part);
        if let Some(bytes) = self.whole(&plain)? {
            return Ok(bytes);
        }
        let own = Address { shelf: Shelf::of(image), ..plain.clone() };
        let bytes = if image.imported { self.whole(&own)? } else { None };
        let resealed = bytes.and_then(|b| codec::reseal(&own.text(), &plain.text(), &b).ok());
        resealed.ok_or_else(|| Error::Gone {
            image: image.id.clone(),
            layer: key.digest.clone(),
            part: part.name(),
        })
    }

    /// The bytes of a blob that was read whole.
    fn whole(&self, address: &Address) -> Result<Option<Vec<u8>>, Error> {
        let Some(bytes) = self.inside.folder.read(&address.file())? else { return Ok(None) };
        let odd = match codec::check(&bytes) {
            Ok(found) if found == *address => return Ok(Some(bytes)),
            Ok(_) => Odd("it was written for something else"),
            Err(odd) => odd,
        };
        self.broken(address, &odd).map(|()| None)
    }
}

fn write(to: &mut dyn Write, bytes: &[u8]) -> Result<(), Error> {
    let length = (bytes.len() as u64).to_le_bytes();
    to.write_all(&length).and_then(|()| to.write_all(bytes)).map_err(writing)
}

fn writing(source: io::Error) -> Error {
    Error::Transfer { doing: "write", file: "the exported file".into(), source }
}
