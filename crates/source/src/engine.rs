//! Images of the container engines on this machine, by the sockets that they answer on.

use model::Engine;

use crate::{Error, Image, Options};

/// Opens the image that `engine` calls `name`.
pub(crate) fn open(
    engine: Engine,
    name: &str,
    _reference: String,
    _options: &Options,
) -> Result<Image, Error> {
    let scheme = engine.scheme();
    Err(Error::NotFound {
        what: format!("{scheme} has no image {name}: it cannot be asked yet"),
        hint: format!("`{scheme} save` writes archives, which can be read"),
    })
}
