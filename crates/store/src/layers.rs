//! Facts and texts of layers: kept, had again, and thrown away where there is no room.

use model::{LayerFacts, Text, Time};
use rusqlite::Connection;

use crate::address::{Address, Part, Shelf};
use crate::catalogue::{self, Blob};
use crate::codec::{self, Odd};
use crate::turn::Turn;
use crate::{Error, KeptImage, KeptLayer, LayerKey, Store, lock};

/// Seconds for which the catalogue need not hear of another use.
const RECENT: i64 = 3_600;

/// What readers of another revision read of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OlderLayer {
    /// The facts.
    pub layer: KeptLayer,
    /// The texts, where they are kept.
    pub texts: Option<Vec<Text>>,
}

impl Store {
    /// The facts kept under `key`; none where there are none, or where they are broken (they are gone then).
    pub fn layer(&self, key: &LayerKey, now: Time) -> Result<Option<KeptLayer>, Error> {
        self.read(&Address::verified(key, Part::Facts), now, codec::read_facts)
    }

    /// The texts kept under `key`, as [`Store::layer`].
    pub fn texts(&self, key: &LayerKey, now: Time) -> Result<Option<Vec<Text>>, Error> {
        self.read(&Address::verified(key, Part::Texts), now, codec::read_texts)
    }

    /// The facts of a layer of `image`: what was read here, else what was imported with it and serves it alone.
    pub fn layer_of(
        &self,
        image: &KeptImage,
        key: &LayerKey,
        now: Time,
    ) -> Result<Option<KeptLayer>, Error> {
        match self.layer(key, now)? {
            None if image.imported => {
                self.read(&imported(image, key, Part::Facts), now, codec::read_facts)
            }
            layer => Ok(layer),
        }
    }

    /// The texts of a layer of `image`, as [`Store::layer_of`].
    pub fn texts_of(
        &self,
        image: &KeptImage,
        key: &LayerKey,
        now: Time,
    ) -> Result<Option<Vec<Text>>, Error> {
        match self.texts(key, now)? {
            None if image.imported => {
                self.read(&imported(image, key, Part::Texts), now, codec::read_texts)
            }
            texts => Ok(texts),
        }
    }

    /// The facts of a layer of `image` that readers of another revision than `key` says read, those that were used last, with their
    /// texts where these are kept. What is in a form that is not known any more is passed over, and stays.
    pub fn older_layer_of(
        &self,
        image: &KeptImage,
        key: &LayerKey,
        now: Time,
    ) -> Result<Option<OlderLayer>, Error> {
        let imported = image.imported.then(|| Shelf::of(image));
        for shelf in [Some(Shelf::Verified), imported].into_iter().flatten() {
            let revisions = self.ask("look up older facts", |connection| {
                catalogue::revisions(connection, &shelf, &key.digest)
            })?;
            for revision in revisions.into_iter().filter(|revision| *revision != key.revision) {
                let key = LayerKey { digest: key.digest.clone(), revision };
                let facts = Address { shelf: shelf.clone(), key: key.clone(), part: Part::Facts };
                let Some(bytes) = self.bytes(&facts)? else { continue };
                let Ok(layer) = codec::read_facts(&facts.text(), &bytes) else { continue };
                self.touch(&facts, bytes.len() as u64, now);
                let texts = Address { shelf: shelf.clone(), key, part: Part::Texts };
                let bytes = self.bytes(&texts)?;
                let texts = bytes.and_then(|bytes| codec::read_texts(&texts.text(), &bytes).ok());
                return Ok(Some(OlderLayer { layer, texts }));
            }
        }
        Ok(None)
    }

    /// Of how many layers of an image no facts are kept that readers of this revision read.
    pub fn lacking(&self, image: &KeptImage, revision: u64) -> Result<usize, Error> {
        let imported = image.imported.then(|| Shelf::of(image));
        let mut lacking = 0;
        for digest in image.layers() {
            let key = LayerKey { digest: digest.clone(), revision };
            let shelves = [Some(Shelf::Verified), imported.clone()].into_iter().flatten();
            let addresses: Vec<Address> = shelves
                .map(|shelf| Address { shelf, key: key.clone(), part: Part::Facts })
                .collect();
            let is_there = self.ask("look up a blob", |connection| {
                for address in &addresses {
                    if catalogue::use_of(connection, address)?.is_some() {
                        return Ok(true);
                    }
                }
                Ok(false)
            })?;
            lacking += usize::from(!is_there);
        }
        Ok(lacking)
    }

    /// Keeps what a layer was read to be, once its digest was verified.
    pub fn keep_layer(
        &self,
        key: &LayerKey,
        layer: &KeptLayer<&LayerFacts>,
        texts: &[Text],
        now: Time,
    ) -> Result<(), Error> {
        let address = Address::verified(key, Part::Facts);
        let too_large = |Odd(why)| Error::TooLarge { what: address.text(), why };
        let facts = codec::facts(&address.text(), layer).map_err(too_large)?;
        self.write(&address, &facts, now)?;
        let address = Address::verified(key, Part::Texts);
        let too_large = |Odd(why)| Error::TooLarge { what: address.text(), why };
        let texts = codec::texts(&address.text(), texts).map_err(too_large)?;
        self.write(&address, &texts, now)?;
        self.make_room().map(drop)
    }

    fn read<T>(
        &self,
        address: &Address,
        now: Time,
        decode: impl FnOnce(&str, &[u8]) -> Result<T, Odd>,
    ) -> Result<Option<T>, Error> {
        let Some(bytes) = self.bytes(address)? else { return Ok(None) };
        match decode(&address.text(), &bytes) {
            Ok(value) => {
                self.touch(address, bytes.len() as u64, now);
                Ok(Some(value))
            }
            Err(odd) => self.broken(address, &odd).map(|()| None),
        }
    }

    /// The bytes of a blob, which is in use from now on.
    pub(crate) fn bytes(&self, address: &Address) -> Result<Option<Vec<u8>>, Error> {
        let bytes = self.inside.folder.read(&address.file())?;
        match bytes {
            Some(_) => drop(lock(&self.inside.in_use).insert(address.clone())),
            None => drop(self.forget_lost(address)?),
        }
        Ok(bytes)
    }

    /// Throws a broken blob away, and says so.
    pub(crate) fn broken(&self, address: &Address, Odd(why): &Odd) -> Result<(), Error> {
        let [is, was] = if address.part == Part::Stack { ["is", "was"] } else { ["are", "were"] };
        let Some(turn) = self.turn_if_any()? else {
            self.warn(format!("kept {} {is} not used: {why}", address.text()));
            return Ok(());
        };
        // Another process may have thrown it away and kept a whole one already.
        let there = self.inside.folder.read(&address.file())?;
        let is_whole = |bytes: Vec<u8>| codec::check(&bytes).is_ok_and(|found| found == *address);
        // Whether a stack is whole is not told by it alone, and it is soon made again.
        if address.part != Part::Stack && there.is_none_or(is_whole) {
            return Ok(());
        }
        turn.discard(std::slice::from_ref(address))?;
        self.warn(format!("kept {} {was} thrown away: {why}", address.text()));
        Ok(())
    }

    /// Keeps a blob. It is whole before it has its place, and in its place before it is in the catalogue.
    pub(crate) fn write(&self, address: &Address, bytes: &[u8], now: Time) -> Result<(), Error> {
        if self.inside.folder.is_read_only {
            return Ok(());
        }
        lock(&self.inside.in_use).insert(address.clone());
        let temporary = self.inside.folder.prepare(bytes)?;
        let turn = self.turn()?;
        self.inside.folder.place(temporary.path(), &address.file())?;
        turn.note(&[Blob { address: address.clone(), bytes: bytes.len() as u64, used: now }])
    }

    /// Notes a blob that the catalogue does not know of: a process may have been killed before it said so.
    pub(crate) fn adopt(&self, address: &Address, bytes: u64, now: Time) -> Result<(), Error> {
        match self.turn_if_any()? {
            Some(turn) => self.adopt_in(&turn, address, bytes, now),
            None => Ok(()),
        }
    }

    fn adopt_in(
        &self,
        turn: &Turn<'_>,
        address: &Address,
        bytes: u64,
        now: Time,
    ) -> Result<(), Error> {
        if self.inside.folder.has(&address.file()) {
            turn.note(&[Blob { address: address.clone(), bytes, used: now }])?;
        }
        Ok(())
    }

    /// Forgets a blob whose file somebody took away who did not ask us, and says whether there was one.
    pub(crate) fn forget_lost(&self, address: &Address) -> Result<bool, Error> {
        let use_of = |connection: &Connection| catalogue::use_of(connection, address);
        if self.ask("look up a blob", use_of)?.is_none() {
            return Ok(false);
        }
        let Some(turn) = self.turn_if_any()? else { return Ok(true) };
        // Until now another process may have been about to keep it, or to throw it away.
        let is_lost = !self.inside.folder.has(&address.file())
            && turn.ask("look up a blob", use_of)?.is_some();
        if is_lost {
            turn.discard(std::slice::from_ref(address))?;
        }
        Ok(is_lost)
    }

    /// Notes a use. Where it cannot be noted at once it is not: that only changes what goes first where there is no room,
    /// and what was read stays true.
    pub(crate) fn touch(&self, address: &Address, bytes: u64, now: Time) {
        if !self.inside.folder.is_read_only {
            drop(self.try_to_touch(address, bytes, now));
        }
    }

    fn try_to_touch(&self, address: &Address, bytes: u64, now: Time) -> Result<(), Error> {
        let used =
            self.ask("look up a blob", |connection| catalogue::use_of(connection, address))?;
        match used {
            // Every use would be a write otherwise, and an hour more or less changes no order that matters.
            Some(used) if now.0.saturating_sub(used.0) < RECENT => Ok(()),
            Some(_) => self
                .turn_at_once()?
                .change("note a use", |connection| catalogue::touch(connection, address, now)),
            None => self.adopt_in(&self.turn_at_once()?, address, bytes, now),
        }
    }
}

fn imported(image: &KeptImage, key: &LayerKey, part: Part) -> Address {
    Address { shelf: Shelf::of(image), key: key.clone(), part }
}
