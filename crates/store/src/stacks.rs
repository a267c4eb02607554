//! What the layers of images come to, kept so that they need not be stacked again.

use model::{Digest, ImageFacts, Time};

use crate::address::{Address, Part};
use crate::codec::{self, Odd, Sealed};
use crate::{Error, KeptStack, LayerKey, Store};

/// What a stack is kept under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackKey {
    /// The digests that its layers are kept under, the lowest first.
    pub layers: Vec<Digest>,
    /// The revision of the catalogue of readers, which stands for the way of stacking as well.
    pub revision: u64,
}

impl Store {
    /// What layers come to; none where it is not kept, or the facts of a layer are not, or something of it is broken (it is
    /// gone then). Its files are read when they are asked for.
    pub fn stacked(&self, key: &StackKey, now: Time) -> Result<Option<KeptStack>, Error> {
        let address = key.address();
        let Some(bytes) = self.bytes(&address)? else { return Ok(None) };
        let (mut used, mut layers) = (Vec::new(), Vec::new());
        for address in key.facts() {
            let Some(bytes) = self.bytes(&address)? else { return Ok(None) };
            match Sealed::new(&address.text(), bytes) {
                Ok(layer) => {
                    used.push((address, layer.len()));
                    layers.push(layer);
                }
                Err(odd) => return self.broken(&address, &odd).map(|()| None),
            }
        }
        match codec::read_stack(&address.text(), layers, &bytes) {
            Ok(stack) => {
                used.push((address, bytes.len()));
                for (address, bytes) in &used {
                    self.touch(address, *bytes as u64, now);
                }
                Ok(Some(stack))
            }
            Err(odd) => self.broken(&address, &odd).map(|()| None),
        }
    }

    /// Keeps what layers come to, where their facts are kept. What is written is read again and compared, since nobody does
    /// so later.
    pub fn keep_stacked(&self, key: &StackKey, image: &ImageFacts, now: Time) -> Result<(), Error> {
        if self.inside.folder.is_read_only {
            return Ok(());
        }
        let mut kept = Vec::new();
        for address in key.facts() {
            let Some(bytes) = self.bytes(&address)? else { return Ok(()) };
            kept.push((address.text(), bytes));
        }
        let address = key.address();
        let written = write(&address.text(), kept, image);
        let too_large = |Odd(why)| Error::TooLarge { what: address.text(), why };
        self.write(&address, &written.map_err(too_large)?, now)?;
        self.make_room().map(drop)
    }

    /// Throws a stack away whose files make no sense, and says so.
    pub fn discard_stacked(&self, key: &StackKey) -> Result<(), Error> {
        self.broken(&key.address(), &Odd("its files make no sense"))
    }
}

fn write(key: &str, layers: Vec<(String, Vec<u8>)>, image: &ImageFacts) -> Result<Vec<u8>, Odd> {
    let opened = layers.iter().map(|(key, bytes)| codec::open(key, bytes));
    let written = codec::stack(key, &opened.collect::<Result<Vec<_>, _>>()?, image)?;
    let sealed = layers.into_iter().map(|(key, bytes)| Sealed::new(&key, bytes));
    let read = codec::read_stack(key, sealed.collect::<Result<_, _>>()?, &written)?;
    if read.image != *image || !read.image.files.are_whole() {
        return Err(Odd("it was not read as it was written"));
    }
    Ok(written)
}

impl StackKey {
    fn address(&self) -> Address {
        Address::stack(&self.layers, self.revision)
    }

    fn facts(&self) -> impl Iterator<Item = Address> {
        self.layers.iter().map(|digest| {
            let key = LayerKey { digest: digest.clone(), revision: self.revision };
            Address::verified(&key, Part::Facts)
        })
    }
}
