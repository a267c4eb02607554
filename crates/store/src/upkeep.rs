//! Telling how much is kept, checking it, and throwing it away.

use std::collections::{BTreeMap, BTreeSet};

use model::{Digest, Time};

use crate::address::{Address, ImageKey, Part, Shelf};
use crate::catalogue::{self, Blob};
use crate::codec::{self, Odd};
use crate::folder::Lying;
use crate::{Error, KeptBlob, KeptImage, Prune, Pruned, Stat, Store, Verified, lock};

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
        let mut pruned = Pruned::default();
        self.inside.folder.tidy()?;
        let needed = self.needed(None)?;
        let is_old = |time: Time| time.0.saturating_add(GRACE) <= prune.now.0;
        for Blob { address, bytes, used } in self.ask("list blobs", catalogue::blobs)? {
            let is_stale = address.key.revision != prune.revision;
            let is_orphan = !needed.contains(&(address.shelf.clone(), address.key.digest.clone()));
            let is_unused = prune.unused_since.is_some_and(|since| used < since);
            if is_stale || is_unused || is_orphan && is_old(used) {
                pruned.count(&address, bytes);
                self.discard(&address)?;
            }
        }
        let known = self.known_files()?;
        for Lying { file, bytes, modified } in self.inside.folder.blobs()? {
            if !known.contains_key(&file) && is_old(modified) {
                pruned.bytes += bytes;
                self.inside.folder.remove(&file)?;
            }
        }
        let room = self.make_room()?;
        Ok(Pruned { layers: pruned.layers + room.layers, bytes: pruned.bytes + room.bytes })
    }

    /// Reads everything that is kept. What is broken is thrown away and named.
    pub fn verify(&self) -> Result<Verified, Error> {
        let mut verified = Verified::default();
        let mut known = self.known_files()?;
        for Lying { file, modified, .. } in self.inside.folder.blobs()? {
            let Some(bytes) = self.inside.folder.read(&file)? else { continue };
            match codec::check(&bytes) {
                Ok(address) if address.file() == file => {
                    verified.whole += u64::from(address.part == Part::Facts);
                    if !known.contains_key(&file) {
                        self.adopt(&address, bytes.len() as u64, modified)?;
                    }
                }
                odd => {
                    let why = odd.err().map_or("it lies where another belongs", |Odd(why)| why);
                    verified.broken.push(format!("{}: {why}", file.display()));
                    self.inside.folder.remove(&file)?;
                    if let Some(address) = known.remove(&file) {
                        self.discard(&address)?;
                    }
                }
            }
        }
        for (file, address) in known {
            if self.inside.folder.read(&file)?.is_none() {
                verified.broken.push(format!("{}: it is not there any more", file.display()));
                self.discard(&address)?;
            }
        }
        self.verify_images(&mut verified)?;
        Ok(verified)
    }

    fn verify_images(&self, verified: &mut Verified) -> Result<(), Error> {
        let blobs = self.ask("list blobs", catalogue::blobs)?;
        let there: BTreeSet<(Shelf, Digest)> = blobs
            .into_iter()
            .filter(|blob| blob.address.part == Part::Facts)
            .map(|blob| (blob.address.shelf, blob.address.key.digest))
            .collect();
        let rows = self.ask("list images", catalogue::images)?;
        for row in rows {
            let Some(image) = self.open_image(&row)? else {
                verified.broken.extend(self.take_warnings());
                continue;
            };
            let mut shelves = vec![Shelf::Verified];
            shelves.extend(image.imported.then(|| Shelf::of(&image)));
            let is_there = |layer: &Digest| {
                shelves.iter().any(|shelf| there.contains(&(shelf.clone(), layer.clone())))
            };
            let missing = image.layers.iter().filter(|layer| !is_there(layer)).count();
            if missing > 0 {
                let of = image.layers.len();
                let id = &image.id;
                verified
                    .incomplete
                    .push(format!("image {id}: the facts of {missing} of {of} layers are gone"));
            }
        }
        Ok(())
    }

    /// Throws everything away: facts, images and names.
    pub fn clear(&self) -> Result<Pruned, Error> {
        let mut pruned = Pruned::default();
        for Blob { address, bytes, .. } in self.ask("list blobs", catalogue::blobs)? {
            pruned.count(&address, bytes);
        }
        self.change("clear everything", catalogue::clear)?;
        for Lying { file, .. } in self.inside.folder.blobs()? {
            self.inside.folder.remove(&file)?;
        }
        self.inside.folder.tidy()?;
        Ok(pruned)
    }

    /// Throws an image away, with the facts that no other image needs. That it was seen stays in the history of its
    /// names.
    pub fn remove(&self, image: &KeptImage) -> Result<Pruned, Error> {
        let key = ImageKey::of(image);
        let needed = self.needed(Some(&key))?;
        self.change("forget an image", |connection| catalogue::forget_image(connection, &key))?;
        let stack = Address::stack(&image.layers, 0).key.digest;
        let own: BTreeSet<(Shelf, &Digest)> = image
            .layers
            .iter()
            .chain([&stack])
            .flat_map(|layer| [(Shelf::Verified, layer), (Shelf::of(image), layer)])
            .collect();
        let mut pruned = Pruned::default();
        for Blob { address, bytes, .. } in self.ask("list blobs", catalogue::blobs)? {
            let place = (address.shelf.clone(), &address.key.digest);
            if own.contains(&place)
                && !needed.contains(&(address.shelf.clone(), address.key.digest.clone()))
            {
                pruned.count(&address, bytes);
                self.discard(&address)?;
            }
        }
        Ok(pruned)
    }

    /// The layers that kept images have, but for one image.
    fn needed(&self, but: Option<&ImageKey>) -> Result<BTreeSet<(Shelf, Digest)>, Error> {
        let layers = self.ask("list layers", catalogue::layers)?;
        let others = layers.into_iter().filter(|layer| Some(&layer.image) != but);
        Ok(others
            .map(|layer| {
                let is_imported = layer.imported.then(|| Shelf::of_image(&layer.image));
                (is_imported.unwrap_or(Shelf::Verified), layer.digest)
            })
            .collect())
    }

    fn known_files(&self) -> Result<BTreeMap<std::path::PathBuf, Address>, Error> {
        let blobs = self.ask("list blobs", catalogue::blobs)?;
        Ok(blobs.into_iter().map(|blob| (blob.address.file(), blob.address)).collect())
    }

    /// Throws away what was used least recently, until what is left fits. What this process uses stays.
    pub(crate) fn make_room(&self) -> Result<Pruned, Error> {
        let capacity = self.inside.options.capacity;
        let mut pruned = Pruned::default();
        let mut held = self.ask("add up blobs", catalogue::held)?;
        if held <= capacity {
            return Ok(pruned);
        }
        for Blob { address, bytes, .. } in self.ask("list blobs", catalogue::blobs)? {
            if held <= capacity {
                break;
            }
            if !lock(&self.inside.in_use).contains(&address) {
                self.discard(&address)?;
                pruned.count(&address, bytes);
                held = held.saturating_sub(bytes);
            }
        }
        Ok(pruned)
    }
}

impl Pruned {
    fn count(&mut self, address: &Address, bytes: u64) {
        self.layers += u64::from(address.part == Part::Facts);
        self.bytes += bytes;
    }
}
