//! Images and the names that they were seen under.

use model::{Digest, Time};
use rusqlite::Connection;

use crate::address::{Address, ImageKey};
use crate::catalogue::{self, New, Row, Seen};
use crate::codec::{self, Odd};
use crate::{Error, KeptImage, Sighting, Store};

impl Store {
    /// Keeps an image, and that it was seen under `names` now.
    pub fn keep_image(&self, image: &KeptImage, names: &[String], now: Time) -> Result<(), Error> {
        let Some(turn) = self.turn_if_any()? else { return Ok(()) };
        let record = record(image)?;
        turn.change("keep an image", |connection| {
            // What was read here is known better than what somebody else says.
            if !keep(connection, image, &record)? {
                return Ok(());
            }
            for name in names {
                let sighting = Seen { name, key: &ImageKey::of(image), first: now, last: now };
                catalogue::see(connection, &sighting)?;
            }
            Ok(())
        })
    }

    /// Every kept image, the one analyzed last first, with every name that it was seen under, the latest last.
    pub fn images(&self) -> Result<Vec<(KeptImage, Vec<String>)>, Error> {
        self.named(self.ask("list images", catalogue::images)?)
    }

    /// The same of those that an index with this digest led to.
    pub fn images_of_index(&self, index: &Digest) -> Result<Vec<(KeptImage, Vec<String>)>, Error> {
        self.named(
            self.ask("look up an index", |connection| catalogue::of_index(connection, index))?,
        )
    }

    /// The same of those whose lowest layer, unpacked, has this digest.
    pub fn images_on(&self, lowest: &Digest) -> Result<Vec<(KeptImage, Vec<String>)>, Error> {
        self.named(
            self.ask("look up a layer", |connection| catalogue::on_layer(connection, lowest))?,
        )
    }

    fn named(&self, rows: Vec<Row>) -> Result<Vec<(KeptImage, Vec<String>)>, Error> {
        let mut images = Vec::new();
        for row in rows {
            if let Some(image) = self.open_image(&row)? {
                images.push((image, self.names_of(&row.key)?));
            }
        }
        Ok(images)
    }

    /// What was seen under `name`, the latest first.
    pub fn history(&self, name: &str) -> Result<Vec<Sighting>, Error> {
        self.ask("look up a name", |connection| catalogue::sightings(connection, name))
    }

    pub(crate) fn names_of(&self, key: &ImageKey) -> Result<Vec<String>, Error> {
        self.ask("look up names", |connection| catalogue::names_of(connection, key))
    }

    /// Reads what the catalogue has of an image; none where it is broken (it is gone then).
    pub(crate) fn open_image(&self, row: &Row) -> Result<Option<KeptImage>, Error> {
        let key = &row.key;
        match codec::read_image(&key.text(), &row.record) {
            Ok(image) if ImageKey::of(&image) == *key && image.imported == row.imported => {
                Ok(Some(image))
            }
            odd => {
                let why = odd.err().map_or("it is another image", |Odd(why)| why);
                self.forget_broken(row, why).map(|()| None)
            }
        }
    }

    /// Throws an image away whose record is broken, and says so.
    fn forget_broken(&self, row: &Row, why: &str) -> Result<(), Error> {
        let key = &row.key;
        let Some(turn) = self.turn_if_any()? else {
            self.warn(format!("the kept image {} is not used: {why}", key.id));
            return Ok(());
        };
        let is_gone = turn.change("forget an image", |connection| {
            // Another process may have kept a whole one in its place.
            let there = catalogue::image(connection, key)?;
            let is_same = there.is_some_and(|there| there.record == row.record);
            Ok(is_same && catalogue::forget_image(connection, key)?)
        })?;
        if is_gone {
            self.warn(format!("the kept image {} was thrown away: {why}", key.id));
        }
        Ok(())
    }
}

/// An image as the catalogue has it.
pub(crate) fn record(image: &KeptImage) -> Result<Vec<u8>, Error> {
    let key = ImageKey::of(image).text();
    codec::image(&key, image).map_err(|Odd(why)| Error::TooLarge { what: key.clone(), why })
}

/// Keeps an image, unless it is imported and known from here. Whether it is kept now.
pub(crate) fn keep(
    connection: &Connection,
    image: &KeptImage,
    record: &[u8],
) -> rusqlite::Result<bool> {
    let key = ImageKey::of(image);
    let is_own = catalogue::image(connection, &key)?.is_some_and(|row| !row.imported);
    if is_own && image.imported {
        return Ok(false);
    }
    // The digest of the stack is one that the image needs, as those of its layers are.
    let layers: Vec<Digest> = image.layers().cloned().collect();
    let stack = Address::stack(&layers, 0).key.digest;
    let needed = [layers, vec![stack]].concat();
    let new = New {
        key: &key,
        index: image.description.index_digest.as_ref(),
        lowest: image.description.layers.first().map(|layer| &layer.diff_id),
        analyzed: image.analyzed.0,
        imported: image.imported,
        layers: &needed,
        record,
    };
    catalogue::keep(connection, &new).map(|()| true)
}
