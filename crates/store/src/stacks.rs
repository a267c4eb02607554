//! What the layers of images come to, kept so that they need not be stacked again.

use model::{Digest, ImageFacts, LayerFacts, Time};

use crate::address::{Address, Part};
use crate::codec::{self, Odd, Opened};
use crate::{Error, KeptStack, LayerKey, Store};

/// What a stack is kept under.
#[derive(Clone, Copy, Debug)]
pub struct StackKey<'a> {
    /// The digests that its layers are kept under, the lowest first.
    pub layers: &'a [Digest],
    /// The revision of the catalogue of readers.
    pub revision: u64,
    /// The revision of stacking: it changes whenever the same layers would come to something else.
    pub stacking: u64,
}

impl Store {
    /// What layers come to; none where it is not kept, or the facts of a layer are not, or something of it is broken.
    pub fn stacked(&self, stack: &StackKey<'_>, now: Time) -> Result<Option<KeptStack>, Error> {
        let address = Address::stack(stack.layers, stack.revision);
        let Some(bytes) = self.bytes(&address)? else { return Ok(None) };
        let mut layers = Vec::new();
        for address in facts(stack) {
            let Some(bytes) = self.bytes(&address)? else { return Ok(None) };
            layers.push((address, bytes));
        }
        let mut opened = Vec::new();
        for (address, bytes) in &layers {
            match codec::open(&address.text(), bytes) {
                Ok(layer) => opened.push(layer),
                Err(odd) => {
                    self.broken(address, &odd)?;
                    return Ok(None);
                }
            }
        }
        let read = codec::read_stack(&address.text(), stack.stacking, &opened, &bytes);
        match read {
            Ok(stack) => {
                layers.push((address, bytes));
                for (address, bytes) in &layers {
                    self.touch(address, bytes.len() as u64, now)?;
                }
                Ok(stack)
            }
            Err(odd) => self.broken(&address, &odd).map(|()| None),
        }
    }

    /// Keeps what layers come to, where their facts are kept; `layers` are those facts, and `image` was made of them.
    pub fn keep_stacked(
        &self,
        stack: &StackKey<'_>,
        (layers, image): (&[&LayerFacts], &ImageFacts),
        now: Time,
    ) -> Result<(), Error> {
        let mut kept = Vec::new();
        for address in facts(stack) {
            let Some(bytes) = self.bytes(&address)? else { return Ok(()) };
            kept.push((address, bytes));
        }
        let address = Address::stack(stack.layers, stack.revision);
        let too_large = |Odd(why)| Error::TooLarge { what: address.text(), why };
        let opened = kept.iter().map(|(address, bytes)| codec::open(&address.text(), bytes));
        let opened = opened.collect::<Result<Vec<Opened<'_>>, Odd>>().map_err(too_large)?;
        let layers: Vec<_> = layers.iter().copied().zip(opened).collect();
        let written = codec::stack(&address.text(), stack.stacking, &layers, image);
        self.write(&address, &written.map_err(too_large)?, now)?;
        self.make_room().map(drop)
    }
}

fn facts(stack: &StackKey<'_>) -> impl Iterator<Item = Address> {
    let revision = stack.revision;
    stack.layers.iter().map(move |digest| {
        Address::verified(&LayerKey { digest: digest.clone(), revision }, Part::Facts)
    })
}
