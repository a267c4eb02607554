//! Telling how much is kept, checking it, and throwing it away.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use model::{Digest, Time};

use crate::address::{Address, ImageKey, Part, Shelf};
use crate::catalogue::{self, Blob};
use crate::codec::{self, Odd};
use crate::folder::{FETCHED, Lying};
use crate::holds::is_held;
use crate::turn::Turn;
use crate::{Error, KeptBlob, KeptImage, LayerKey, Prune, Pruned, Stat, Store, Verified, lock};

/// Seconds for which nobody's blobs are left alone: another process may be about to keep the image that they belong to.
const GRACE: i64 = 3_600;

impl Store {
    /// How much is kept.
    pub fn stat(&self) -> Result<Stat, Error> {
        let blobs = self.ask("list blobs", catalogue::blobs)?;
        let layers: BTreeSet<_> = blobs
            .iter()
            .filter(|blob| blob.address.part == Part::Facts)
            .map(|blob| (&blob.address.shelf, &blob.address.key))
            .collect();
        Ok(Stat {
            images: self.ask("list images", catalogue::images)?.len() as u64,
            layers: layers.len() as u64,
            bytes: blobs.iter().map(|blob| blob.bytes).sum(),
            capacity: self.inside.options.capacity,
        })
    }

    /// Every blob, by digest. What has another revision than `revision` is stale.
    pub fn list(&self, revision: u64) -> Result<Vec<KeptBlob>, Error> {
        let blobs = self.ask("list blobs", catalogue::blobs)?;
        let mut list: Vec<KeptBlob> = blobs
            .into_iter()
            .map(|Blob { address, bytes, used }| KeptBlob {
                current: address.key.revision == revision,
                imported: address.shelf != Shelf::Verified,
                key: address.key,
                part: address.part,
                bytes,
                used,
            })
            .collect();
        list.sort_by(|one, other| {
            let order = |blob: &KeptBlob| (blob.key.clone(), blob.part, blob.imported);
            order(one).cmp(&order(other))
        });
        Ok(list)
    }

    /// Throws away what nobody needs: what today's readers would read otherwise, what belongs to no image, what a killed
    /// process left, and what there is no room for.
    pub fn prune(&self, prune: &Prune) -> Result<Pruned, Error> {
        let turn = self.turn()?;
        let folder = &self.inside.folder;
        folder.tidy(&turn.lock)?;
        folder.tidy_catalogues(&turn.lock)?;
        let needed = needed(&turn, None)?;
        let is_old = |time: Time| time.0.saturating_add(GRACE) <= prune.now.0;
        let mut blobs = turn.ask("list blobs", catalogue::blobs)?;
        let held = self.held()?;
        let is_current = |address: &Address| address.key.revision == prune.revision;
        let current = blobs.iter().map(|blob| &blob.address).filter(|one| is_current(one));
        let current: BTreeSet<_> = current.map(subject_of).collect();
        blobs.retain(|Blob { address, used, .. }| {
            // What is held goes once today's readers have read it, too: it may be that nobody can read it again.
            let is_all = is_held(&held, address)
                && address.part != Part::Stack
                && !current.contains(&subject_of(address));
            let is_stale = !is_current(address) && !is_all;
            let is_orphan = !needed.contains(&(address.shelf.clone(), address.key.digest.clone()));
            let is_unused = prune.unused_since.is_some_and(|since| *used < since);
            is_stale || is_unused && !is_held(&held, address) || is_orphan && is_old(*used)
        });
        let mut pruned = discard(&turn, blobs)?;
        let known = known_files(&turn)?;
        for Lying { file, bytes, modified } in folder.blobs()? {
            if !known.contains(&file) && is_old(modified) {
                pruned.bytes += bytes;
                folder.remove(&file)?;
            }
        }
        let room = self.make_room_in(&turn)?;
        Ok(Pruned { layers: pruned.layers + room.layers, bytes: pruned.bytes + room.bytes })
    }

    /// Reads everything that is kept. What is broken is thrown away and named, what nobody noted is noted, and images of
    /// which not every layer is there as readers of `revision` read it are named. Others may go on meanwhile.
    pub fn verify(&self, revision: u64) -> Result<Verified, Error> {
        let mut verified = Verified::default();
        let noted = self.ask("list blobs", catalogue::blobs)?;
        let noted: BTreeSet<PathBuf> = noted.iter().map(|blob| blob.address.file()).collect();
        for lying in self.inside.folder.blobs()? {
            // One that is odd, a folder or a link, must not keep the others from being looked at.
            if let Err(error) = self.verify_blob(&lying, &noted, &mut verified) {
                verified.broken.push(odd(&lying.file, &error));
            }
        }
        for Blob { address, .. } in self.ask("list blobs", catalogue::blobs)? {
            let file = address.file();
            if self.inside.folder.has(&file) {
                continue;
            }
            match self.forget_lost(&address) {
                Ok(false) => {}
                Ok(true) => {
                    verified.broken.push(format!("{}: it is not there any more", file.display()));
                }
                Err(error) => verified.broken.push(odd(&file, &error)),
            }
        }
        self.verify_images(revision, &mut verified)?;
        Ok(verified)
    }

    fn verify_blob(
        &self,
        Lying { file, modified, .. }: &Lying,
        noted: &BTreeSet<PathBuf>,
        verified: &mut Verified,
    ) -> Result<(), Error> {
        // Another process may have thrown it away.
        let Some(bytes) = self.inside.folder.read(file)? else { return Ok(()) };
        match whole(file, &bytes) {
            Ok(address) => {
                verified.whole += u64::from(address.part == Part::Facts);
                if !noted.contains(file) {
                    self.adopt(&address, bytes.len() as u64, *modified)?;
                }
            }
            Err(why) => {
                if self.remove_broken(file, &bytes)? {
                    verified.broken.push(format!("{}: {why}", file.display()));
                }
            }
        }
        Ok(())
    }

    /// Removes a file among the blobs that is still as broken as it was, with its row. Whether it was.
    fn remove_broken(&self, file: &Path, bytes: &[u8]) -> Result<bool, Error> {
        let Some(turn) = self.turn_if_any()? else { return Ok(true) };
        if self.inside.folder.read(file)?.is_none_or(|there| there != bytes) {
            return Ok(false);
        }
        let mut rows = turn.ask("list blobs", catalogue::blobs)?;
        rows.retain(|blob| blob.address.file() == file);
        discard(&turn, rows)?;
        self.inside.folder.remove(file)?;
        Ok(true)
    }

    fn verify_images(&self, revision: u64, verified: &mut Verified) -> Result<(), Error> {
        let blobs = self.ask("list blobs", catalogue::blobs)?;
        let there: BTreeSet<Address> = blobs.into_iter().map(|blob| blob.address).collect();
        let rows = self.ask("list images", catalogue::images)?;
        for row in rows {
            let Some(image) = self.open_image(&row)? else {
                verified.broken.extend(self.take_warnings());
                continue;
            };
            let mut shelves = vec![Shelf::Verified];
            shelves.extend(image.imported.then(|| Shelf::of(&image)));
            let has = |key: &LayerKey, part| {
                let mut places = shelves.iter().map(|place| Address {
                    shelf: place.clone(),
                    key: key.clone(),
                    part,
                });
                places.any(|place| there.contains(&place))
            };
            let is_there = |layer: &Digest| {
                let key = LayerKey { digest: layer.clone(), revision };
                Part::OF_LAYERS.into_iter().all(|part| has(&key, part))
            };
            let missing = image.layers().filter(|layer| !is_there(layer)).count();
            if missing > 0 {
                let of = image.layers().len();
                let id = &image.id;
                verified.incomplete.push(format!(
                    "image {id}: what today's readers read of {missing} of {of} layers is not kept"
                ));
            }
        }
        Ok(())
    }

    /// Throws everything away: facts, images and names, and what was fetched.
    pub fn clear(&self) -> Result<Pruned, Error> {
        let turn = self.turn()?;
        let mut pruned = Pruned::default();
        for Blob { address, bytes, .. } in turn.ask("list blobs", catalogue::blobs)? {
            pruned.count(&address, bytes);
        }
        turn.change("clear everything", catalogue::clear)?;
        let folder = &self.inside.folder;
        for Lying { file, .. } in folder.blobs()?.into_iter().chain(folder.lying(FETCHED)?) {
            folder.remove(&file)?;
        }
        self.inside.folder.tidy(&turn.lock)?;
        Ok(pruned)
    }

    /// Throws an image away, with the facts that no other image needs. That it was seen stays in the history of its
    /// names.
    pub fn remove(&self, image: &KeptImage) -> Result<Pruned, Error> {
        let turn = self.turn()?;
        let key = ImageKey::of(image);
        let needed = needed(&turn, Some(&key))?;
        turn.change("forget an image", |connection| catalogue::forget_image(connection, &key))?;
        let layers: Vec<Digest> = image.layers().cloned().collect();
        let stack = Address::stack(&layers, 0).key.digest;
        let own: BTreeSet<(Shelf, &Digest)> = layers
            .iter()
            .chain([&stack])
            .flat_map(|layer| [(Shelf::Verified, layer), (Shelf::of(image), layer)])
            .collect();
        let mut blobs = turn.ask("list blobs", catalogue::blobs)?;
        blobs.retain(|Blob { address, .. }| {
            own.contains(&(address.shelf.clone(), &address.key.digest))
                && !needed.contains(&(address.shelf.clone(), address.key.digest.clone()))
        });
        discard(&turn, blobs)
    }

    /// Throws away what was used least recently, until what is left fits; what was imported, which cannot be had again,
    /// behind everything else and with a warning. What this process uses stays, and so does what anybody holds.
    pub(crate) fn make_room(&self) -> Result<Pruned, Error> {
        let held = self.ask("add up blobs", catalogue::held)?;
        if held <= self.inside.options.capacity || self.inside.folder.is_read_only {
            return Ok(Pruned::default());
        }
        self.make_room_in(&self.turn()?)
    }

    fn make_room_in(&self, turn: &Turn<'_>) -> Result<Pruned, Error> {
        let capacity = self.inside.options.capacity;
        let mut held = turn.ask("add up blobs", catalogue::held)?;
        let mut going = Vec::new();
        let holds = self.held()?;
        let mut blobs = turn.ask("list blobs", catalogue::blobs)?;
        // Of what several versions of the readers have read, what was used last is held: they come in that order.
        let used_last: BTreeMap<_, u64> = (blobs.iter())
            .map(|Blob { address, .. }| (subject_of(address), address.key.revision))
            .collect();
        blobs.sort_by_key(|blob| blob.address.shelf != Shelf::Verified);
        for blob in blobs {
            if held <= capacity {
                break;
            }
            let is_used = lock(&self.inside.in_use).contains(&blob.address);
            let is_last =
                used_last.get(&subject_of(&blob.address)) == Some(&blob.address.key.revision);
            let is_held = is_last && is_held(&holds, &blob.address);
            if !is_used && !is_held {
                held = held.saturating_sub(blob.bytes);
                going.push(blob);
            }
        }
        let is_imported = |blob: &&Blob| blob.address.shelf != Shelf::Verified;
        let lost = going.iter().filter(is_imported).filter(|blob| blob.address.part == Part::Facts);
        let lost = lost.count();
        let pruned = discard(turn, going)?;
        if lost > 0 {
            self.warn(format!(
                "there was no room for the facts of {lost} layers of imported images: import them again with a larger --cache-size"
            ));
        }
        Ok(pruned)
    }
}

/// What a blob is of, whichever readers read it.
fn subject_of(Address { shelf, key, part }: &Address) -> (Shelf, Digest, Part) {
    (shelf.clone(), key.digest.clone(), *part)
}

fn discard(turn: &Turn<'_>, blobs: Vec<Blob>) -> Result<Pruned, Error> {
    let mut pruned = Pruned::default();
    for Blob { address, bytes, .. } in &blobs {
        pruned.count(address, *bytes);
    }
    let addresses: Vec<Address> = blobs.into_iter().map(|blob| blob.address).collect();
    turn.discard(&addresses)?;
    Ok(pruned)
}

/// The layers that kept images have, but for one image.
fn needed(turn: &Turn<'_>, but: Option<&ImageKey>) -> Result<BTreeSet<(Shelf, Digest)>, Error> {
    let layers = turn.ask("list layers", catalogue::layers)?;
    let others = layers.into_iter().filter(|layer| Some(&layer.image) != but);
    Ok(others
        .map(|layer| {
            let is_imported = layer.imported.then(|| Shelf::of_image(&layer.image));
            (is_imported.unwrap_or(Shelf::Verified), layer.digest)
        })
        .collect())
}

fn known_files(turn: &Turn<'_>) -> Result<BTreeSet<PathBuf>, Error> {
    let blobs = turn.ask("list blobs", catalogue::blobs)?;
    Ok(blobs.iter().map(|blob| blob.address.file()).collect())
}

/// What a blob is that lies in `file`, where it is whole and lies where it belongs.
fn whole(file: &Path, bytes: &[u8]) -> Result<Address, &'static str> {
    match codec::check(bytes) {
        Ok(address) if address.file() == file => Ok(address),
        Ok(_) => Err("it lies where another belongs"),
        Err(Odd(why)) => Err(why),
    }
}

impl Pruned {
    fn count(&mut self, address: &Address, bytes: u64) {
        self.layers += u64::from(address.part == Part::Facts);
        self.bytes += bytes;
    }
}

/// What stands where a blob should, and is not removed: whoever put it there has to look at it.
fn odd(file: &Path, error: &Error) -> String {
    format!("{}: {}; it is still there", file.display(), model::told(error))
}
