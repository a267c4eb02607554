//! What `docker save` and its imitators write: `manifest.json` lists configurations, tags and layers by name. Since
//! Docker 25 an OCI layout stands beside it, which tells digests that `manifest.json` does not know.

mod select;

use model::{Digest, Notice, Selector};
use serde::Deserialize;

use super::Stored;
use super::file::{Archive, Place};
use crate::documents::{Config, Descriptor, Document, Manifest, json};
use crate::resolve::{Documents, Resolved, check_platform, damaged, promise};
use crate::{Error, Image, Layer, Options, digests};

/// Images of an archive at the most.
const IMAGES: usize = 4_096;

/// Documents of the OCI layout beside that are looked at, at the most.
const LOOKS: usize = 64;

/// One image of `manifest.json`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Line {
    pub(super) config: String,
    #[serde(default)]
    repo_tags: Option<Vec<String>>,
    #[serde(default)]
    pub(super) layers: Option<Vec<String>>,
}

/// Opens an image of `archive`.
pub(super) fn open(
    archive: Archive,
    selector: Option<&Selector>,
    reference: String,
    options: &Options,
) -> Result<Image, Error> {
    let limit = options.document_limit;
    let bytes = archive.read("manifest.json", limit)?.unwrap_or_default();
    let lines = lines(&bytes, &archive.path.display().to_string())?;
    let docker = Docker { manifests: manifests(&archive, limit), archive: &archive, limit };
    let line = select::select(&docker, &lines, selector)?;
    let (resolved, places) = describe(&docker, line, reference.clone(), options)?;
    let layers = resolved.layers.clone();
    Ok(resolved.with(Box::new(Stored { archive, name: reference, layers, places })))
}

/// An archive with what the layout in it says.
struct Docker<'a> {
    archive: &'a Archive,
    /// The manifests of the OCI layout, where there is one.
    manifests: Vec<(Digest, Manifest)>,
    limit: u64,
}

impl Docker<'_> {
    /// The bytes of an image's configuration.
    fn config(&self, line: &Line) -> Result<Vec<u8>, Error> {
        self.archive.read(&line.config, self.limit)?.ok_or_else(|| {
            let (path, name) =
                (self.archive.path.display(), model::visible(line.config.as_bytes()));
            damaged(&format!("archive {path}"), &format!("its configuration {name} is not there"))
        })
    }
}

/// The images that a `manifest.json` of these bytes lists. `path` is what messages call the archive.
pub(super) fn lines(bytes: &[u8], path: &str) -> Result<Vec<Line>, Error> {
    let corrupt = |reason: &str| Error::Corrupt {
        what: format!("{path} is not an image: {reason}"),
        hint: "save it again: `docker save NAME -o FILE`".into(),
    };
    let lines: Option<Vec<Line>> = json(bytes)
        .map_err(|reason| corrupt(&format!("its manifest.json cannot be read: {reason}")))?;
    match lines {
        Some(lines) if lines.len() > IMAGES => {
            Err(Error::Limit { what: format!("archive {path} has more than {IMAGES} images") })
        }
        Some(lines) if !lines.is_empty() => Ok(lines),
        _ => Err(corrupt("its manifest.json lists no images")),
    }
}

/// The manifests of the OCI layout in the archive. Whatever is wrong with it is no reason not to read the image: what
/// `manifest.json` says is enough.
fn manifests(archive: &Archive, limit: u64) -> Vec<(Digest, Manifest)> {
    let index = archive.read("index.json", limit).ok().flatten().unwrap_or_default();
    let Ok(Document::Index(mut entries)) = Document::parse(&index) else { return Vec::new() };
    let mut manifests = Vec::new();
    for _ in 0..LOOKS {
        let Some(entry) = entries.pop() else { break };
        let Ok(bytes) = archive.document(&entry.digest, entry.size, limit) else { continue };
        if digests::of_kind(&entry.digest, &bytes) != entry.digest {
            continue;
        }
        match Document::parse(&bytes) {
            Ok(Document::Index(inner)) => entries.extend(inner),
            Ok(Document::Manifest(manifest)) => manifests.push((entry.digest, *manifest)),
            _ => {}
        }
    }
    manifests
}

/// What `manifest.json`, the configuration and the layout beside say together, and where the layers stand.
fn describe(
    docker: &Docker<'_>,
    line: &Line,
    reference: String,
    options: &Options,
) -> Result<(Resolved, Vec<Option<Place>>), Error> {
    let name = reference.as_str();
    let bytes = docker.config(line)?;
    let config_digest = digests::sha256(&bytes);
    let config = Config::parse(&bytes)
        .map_err(|reason| damaged(name, &format!("its configuration cannot be read: {reason}")))?;
    check_platform(name, &config, options)?;
    let mut notices = Vec::new();
    if let Some(named) = digest_in(&line.config).filter(|named| *named != config_digest) {
        notices.push(Notice::general(format!(
            "its configuration is stored under the digest {named}, but has {config_digest}"
        )));
    }
    let (mut layers, places) = layers(docker, line, name)?;
    let manifest = docker.manifests.iter().find(|(_, manifest)| {
        manifest.config.digest == config_digest && are_the_same(&layers, &manifest.layers)
    });
    if let Some((_, manifest)) = manifest {
        for (layer, descriptor) in layers.iter_mut().zip(&manifest.layers) {
            layer.media_type.clone_from(&descriptor.media_type);
        }
    }
    promise(name, &mut layers, &config, &mut notices)?;
    let resolved = Resolved {
        tags: Vec::new(),
        digest: manifest.map(|(digest, _)| digest.clone()),
        config_digest: Some(config_digest),
        index_digest: None,
        platform: config.platform(),
        created: config.created(),
        settings: config.settings(),
        layers,
        notices,
        reference,
    };
    Ok((resolved, places))
}

/// The layers that `manifest.json` names. They must be there, for nothing else says what they are.
fn layers(
    docker: &Docker<'_>,
    line: &Line,
    name: &str,
) -> Result<(Vec<Layer>, Vec<Option<Place>>), Error> {
    let (mut layers, mut places) = (Vec::new(), Vec::new());
    for (index, member) in line.layers.iter().flatten().enumerate() {
        let Some(place) = docker.archive.find(member)? else {
            let (number, member) = (index + 1, model::visible(member.as_bytes()));
            return Err(damaged(name, &format!("layer {number}, {member}, is not in the archive")));
        };
        // Only a name of the layout promises a digest; the old `ID/layer.tar` promises nothing.
        let digest =
            member.strip_prefix("blobs/").and_then(|blob| blob.replacen('/', ":", 1).parse().ok());
        layers.push(Layer {
            digest,
            diff_id: None,
            size: Some(place.size),
            media_type: String::new(),
        });
        places.push(Some(place));
    }
    Ok((layers, places))
}

/// Whether a manifest of the layout lists the very blobs that `manifest.json` names, each at its place and of its size.
/// Anything less, and the manifest's digest would vouch for layers that nothing compares with it.
fn are_the_same(layers: &[Layer], descriptors: &[Descriptor]) -> bool {
    layers.len() == descriptors.len()
        && layers.iter().zip(descriptors).all(|(layer, descriptor)| {
            layer.digest.as_ref() == Some(&descriptor.digest)
                && (descriptor.size.is_none() || descriptor.size == layer.size)
        })
}

/// The digest in a configuration's name: `HEX.json`, `sha256:HEX` or `blobs/sha256/HEX`.
fn digest_in(name: &str) -> Option<Digest> {
    let hex = name.rsplit(['/', ':']).next()?.trim_end_matches(".json");
    format!("sha256:{hex}").parse().ok()
}
