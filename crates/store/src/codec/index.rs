//! What an exported file has in it.

use model::Time;

use super::frame;
use super::wire::{In, Odd, Out, Read};
use super::{MOST_IMAGES, MOST_SIGHTINGS};

/// What the frame is sealed for.
const KEY: &str = "index";

/// An image in an exported file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exported {
    /// What its record was sealed for.
    pub(crate) key: String,
    /// The record.
    pub(crate) record: Vec<u8>,
    /// The names that it was seen under, and when.
    pub(crate) sightings: Vec<Seen>,
    /// The revision of the readers that read its facts.
    pub(crate) revision: u64,
}

/// That an image was seen under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) name: String,
    /// When it was first seen there since another was.
    pub(crate) first: Time,
    /// When it was last seen there.
    pub(crate) last: Time,
}

/// Writes the images of a file down.
pub(crate) fn index(images: &[Exported]) -> Read<Vec<u8>> {
    let mut out = Out::default();
    out.list(images.iter(), |out, image| {
        out.text(&image.key);
        out.bytes(&image.record);
        out.list(image.sightings.iter(), |out, seen| {
            out.text(&seen.name);
            out.signed(seen.first.0);
            out.signed(seen.last.0);
        });
        out.number(image.revision);
    });
    frame::seal(KEY, &out.0, &[])
}

/// Reads the images of a file.
pub(crate) fn read_index(bytes: &[u8]) -> Read<Vec<Exported>> {
    let opened = frame::open(KEY, bytes)?;
    let mut read = In(&opened.unpacked);
    let too_many = Odd("it has more images than are read");
    let images = read.list_within(MOST_IMAGES, too_many, |read| {
        Ok(Exported {
            key: read.text()?,
            record: read.bytes()?.into(),
            sightings: read_sightings(read)?,
            revision: read.number()?,
        })
    })?;
    read.end()?;
    if opened.raw.is_empty() { Ok(images) } else { Err(Odd("something follows its end")) }
}

fn read_sightings(read: &mut In<'_>) -> Read<Vec<Seen>> {
    let too_many = Odd("an image has more sightings than are read");
    read.list_within(MOST_SIGHTINGS, too_many, |read| {
        let (name, first) = (read.text()?, Time(read.signed()?));
        Ok(Seen { name, first, last: Time(read.signed()?) })
    })
}
