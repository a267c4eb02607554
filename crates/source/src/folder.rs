//! Root file systems in folders: one layer, an archive that is made while it is read. Nothing is written, no link is
//! followed, and what other file systems are mounted there is left out.

mod tarball;
mod walk;

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use model::Settings;

use self::tarball::Tarball;
use self::walk::Walk;
use crate::image::Visit;
use crate::{Blobs, Error, Image, Layer};

/// Opens the root file system in the folder `path`.
///
/// The folder is walked once to tell what has to be left out, and again whenever its layer is read. A file that
/// changes its length or vanishes meanwhile makes that reading fail: half a file is not reported as a whole one.
pub(crate) fn open(path: &Path, reference: String) -> Result<Image, Error> {
    let shown = path.display();
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::NotFound {
            what: format!("could not open folder {shown}: there is no such folder"),
            hint: "`dir:FOLDER` names a root file system; `registry:NAME` names an image in a registry"
                .into(),
        }),
        Err(source) => {
            Err(Error::Io { doing: "open", object: format!("folder {shown}"), source })
        }
        Ok(metadata) if !metadata.is_dir() => Err(Error::Invalid {
            what: format!("could not open folder {shown}: it is not a folder"),
            hint: format!("for a tar file say docker-archive:{shown} or oci-archive:{shown}"),
        }),
        Ok(_) => {
            let mut walk = Walk::new(path)?;
            let mut members: usize = 0;
            while walk.next()?.is_some() {
                members += 1;
            }
            if members == 0 {
                return Err(Error::Corrupt {
                    what: format!("folder {shown} is empty: no root file system is there"),
                    hint: "name the folder that holds etc, usr and the others".into(),
                });
            }
            Ok(Image {
                reference,
                tags: Vec::new(),
                digest: None,
                config_digest: None,
                index_digest: None,
                platform: None,
                created: None,
                settings: Settings::default(),
                layers: vec![Layer {
                    digest: None,
                    diff_id: None,
                    size: None,
                    media_type: String::new(),
                }],
                notices: walk.notices(),
                blobs: Box::new(Folder { path: path.into() }),
            })
        }
    }
}

struct Folder {
    path: PathBuf,
}

impl Blobs for Folder {
    fn open(&self, _: usize, _: &Layer) -> Result<Box<dyn Read + Send>, Error> {
        Ok(Box::new(Tarball::new(Walk::new(&self.path)?)))
    }

    fn each(&self, wanted: &[usize], visit: &mut Visit<'_>) -> Result<(), Error> {
        for &index in wanted {
            if visit(index, &mut Tarball::new(Walk::new(&self.path)?)).is_break() {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
