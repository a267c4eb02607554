//! Images of the container engines on this machine, by the sockets that they answer on.

use model::{Engine, Notice};

use crate::{Error, Image, Options};

/// What the engines of this machine have under a name.
#[derive(Default)]
pub struct Local {
    /// The image; none where no engine has it. Its reference says which engine does: `docker:shop:1.4`.
    pub image: Option<Image>,
    /// Engines that could not be asked, and why: another image than the one that is meant may be found without them.
    pub notices: Vec<Notice>,
}

/// See [`crate::local`].
pub(crate) fn local(_name: &str, _options: &Options) -> Local {
    Local::default()
}

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
