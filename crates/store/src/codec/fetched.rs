//! What was fetched from an address.

use model::Time;

use super::frame;
use super::wire::{In, Out, Read};
use crate::Fetched;

/// Writes it down, for `key`.
pub(crate) fn fetched(key: &str, fetched: &Fetched) -> Read<Vec<u8>> {
    let mut out = Out::default();
    out.signed(fetched.at.0);
    out.option(fetched.content.as_ref(), |out, content| out.bytes(content));
    frame::seal(key, &out.0, &[])
}

/// Reads what was written for `key`.
pub(crate) fn read_fetched(key: &str, bytes: &[u8]) -> Read<Fetched> {
    let opened = frame::open(key, bytes)?;
    let mut read = In(&opened.unpacked);
    let at = Time(read.signed()?);
    let content = read.option(|read| Ok(read.bytes()?.to_vec()))?;
    read.end()?;
    Ok(Fetched { at, content })
}
