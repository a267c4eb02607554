//! OCI layouts: what they hold, and new ones of layers that exist already. Nothing here looks into a layer.

mod write;

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Error;

pub(crate) use write::write;

const NAME: &str = "org.opencontainers.image.ref.name";

/// A layout folder and what its index names.
pub(crate) struct Layout {
    /// The folder.
    pub(crate) path: PathBuf,
    /// The images that it names, in its order.
    pub(crate) images: Vec<Image>,
}

/// One image that an index names.
#[derive(Debug)]
pub(crate) struct Image {
    /// The recorded name; none where the index records none.
    pub(crate) tag: Option<String>,
    /// The digest of its manifest or index.
    pub(crate) digest: String,
    /// Whether it is an index of several platforms.
    pub(crate) is_index: bool,
}

/// An index or a manifest, as far as it is needed here.
#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    manifests: Vec<Descriptor>,
    #[serde(default)]
    layers: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
    #[serde(default, rename = "mediaType")]
    media_type: String,
    #[serde(default)]
    annotations: serde_json::Map<String, Value>,
    #[serde(default)]
    platform: Value,
}

impl Layout {
    /// Reads the index of the layout in `path`.
    pub(crate) fn open(path: &Path) -> Result<Layout, Error> {
        let index: Document = document(&path.join("index.json"))?;
        let images = index.manifests.into_iter().map(|descriptor| Image {
            tag: descriptor.annotations.get(NAME).and_then(Value::as_str).map(Into::into),
            is_index: descriptor.media_type.contains("index")
                || descriptor.media_type.contains("manifest.list"),
            digest: descriptor.digest,
        });
        Ok(Layout { path: path.into(), images: images.collect() })
    }

    /// The reference of one of its images.
    pub(crate) fn reference(&self, image: &Image) -> String {
        let path = self.path.display();
        match &image.tag {
            Some(tag) => format!("oci:{path}:{tag}"),
            None => format!("oci:{path}@{}", image.digest),
        }
    }

    /// The files of an image's layers, the lowest first; of an index the image for linux/amd64.
    pub(crate) fn layers(&self, image: &Image) -> Result<Vec<PathBuf>, Error> {
        let mut manifest: Document = document(&self.blob(&image.digest))?;
        let is_amd64 = |descriptor: &&Descriptor| descriptor.platform["architecture"] == "amd64";
        if let Some(chosen) = manifest.manifests.iter().find(is_amd64) {
            manifest = document(&self.blob(&chosen.digest))?;
        }
        Ok(manifest.layers.iter().map(|layer| self.blob(&layer.digest)).collect())
    }

    fn blob(&self, digest: &str) -> PathBuf {
        self.path.join("blobs").join(digest.replace(':', "/"))
    }
}

fn document<T: DeserializeOwned>(file: &Path) -> Result<T, Error> {
    let bytes = fs::read(file).map_err(Error::io("read", file.display()))?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Error::Failed(format!("{} is not what it should be: {error}", file.display()))
    })
}

/// Opens a file for reading.
pub(crate) fn open(file: &Path) -> Result<File, Error> {
    File::open(file).map_err(Error::io("open", file.display()))
}

/// How a layer is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    None,
    Gzip,
    Zstd,
}

/// Bytes of a buffer: large enough that its size does not show in the time.
pub(crate) const BUFFER: usize = 256 << 10;

/// Inflates a layer, however it is packed, and says how it is.
pub(crate) fn inflate<'a>(stored: impl Read + 'a) -> io::Result<(Packing, Box<dyn Read + 'a>)> {
    let mut stored = BufReader::with_capacity(BUFFER, stored);
    Ok(match stored.fill_buf()? {
        [0x1f, 0x8b, ..] => (Packing::Gzip, Box::new(MultiGzDecoder::new(stored))),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            (Packing::Zstd, Box::new(zstd::stream::read::Decoder::with_buffer(stored)?))
        }
        _ => (Packing::None, Box::new(stored)),
    })
}
