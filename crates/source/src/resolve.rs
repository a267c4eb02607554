//! From the first document of an image to all that its documents say: the road every source takes.
//!
//! Nothing here knows where documents come from, and nothing passes that does not have the digest it is named by.

mod choose;

use model::{Digest, Notice, Platform, Settings, visible};

use self::choose::Chosen;
use crate::documents::{Config, Descriptor, Document, Manifest};
use crate::{Blobs, Error, Image, Layer, Options, digests};

/// Layers of an image at the most: engines stop at a few hundred.
const LAYERS: usize = 4_096;

/// Where documents come from. The same object usually is the image's [`Blobs`] afterwards.
pub(crate) trait Documents {
    /// Fetches a document whole. It may answer with anything: [`resolve`] verifies size and digest. It reads no more
    /// than `limit` bytes and then says [`Error::Limit`] (see [`too_large`]).
    fn document(&self, digest: &Digest, size: Option<u64>, limit: u64) -> Result<Vec<u8>, Error>;

    /// The same for an index or a manifest, which registries keep apart from all other documents.
    fn manifest_document(
        &self,
        digest: &Digest,
        size: Option<u64>,
        limit: u64,
    ) -> Result<Vec<u8>, Error> {
        self.document(digest, size, limit)
    }
}

/// The first document: what a tag or a digest led to.
pub(crate) struct Root {
    /// The document, whole.
    pub(crate) bytes: Vec<u8>,
    /// What the source called it; its content is believed instead.
    pub(crate) media_type: Option<String>,
    /// Its digest; verified here.
    pub(crate) digest: Digest,
}

/// All of an [`Image`] but the way to its layers.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) reference: String,
    pub(crate) tags: Vec<String>,
    pub(crate) digest: Option<Digest>,
    pub(crate) config_digest: Option<Digest>,
    pub(crate) index_digest: Option<Digest>,
    pub(crate) platform: Option<Platform>,
    pub(crate) created: Option<String>,
    pub(crate) settings: Settings,
    pub(crate) layers: Vec<Layer>,
    pub(crate) notices: Vec<Notice>,
}

impl Resolved {
    /// The image, with the way to its layers.
    pub(crate) fn with(self, blobs: Box<dyn Blobs>) -> Image {
        Image {
            reference: self.reference,
            tags: self.tags,
            digest: self.digest,
            config_digest: self.config_digest,
            index_digest: self.index_digest,
            platform: self.platform,
            created: self.created,
            settings: self.settings,
            layers: self.layers,
            notices: self.notices,
            blobs,
        }
    }
}

/// Follows `root` to one manifest and its configuration. `name` is what messages call the image (`shop:1.4`),
/// `reference` what the person said.
pub(crate) fn resolve(
    name: &str,
    reference: String,
    root: Root,
    documents: &dyn Documents,
    options: &Options,
) -> Result<Resolved, Error> {
    let road = Road { name, documents, options };
    if digests::of_kind(&root.digest, &root.bytes) != root.digest {
        return Err(
            road.corrupt(&format!("its first document is not what {} promises", root.digest))
        );
    }
    let document = road.parse(&root.digest, &root.bytes, root.media_type.as_deref())?;
    road.follow(reference, root.digest, document)
}

/// Follows one of several descriptors that are the same image for different platforms, without an index that has a
/// digest of its own.
pub(crate) fn resolve_among(
    name: &str,
    reference: String,
    mut entries: Vec<Descriptor>,
    documents: &dyn Documents,
    options: &Options,
) -> Result<Resolved, Error> {
    let road = Road { name, documents, options };
    if entries.len() == 1
        && let Some(entry) = entries.pop()
    {
        let document = road.document(&entry)?;
        return road.follow(reference, entry.digest, document);
    }
    let mut notices = Vec::new();
    let chosen = choose::choose(&road, entries, &mut notices)?;
    road.describe(reference, None, chosen, notices)
}

/// The error of a document that is larger than the limit.
pub(crate) fn too_large(object: &str, limit: u64) -> Error {
    Error::Limit { what: format!("{object} is larger than {limit} bytes, the most for a document") }
}

/// What every step needs: what to call the image, where documents come from, and what was asked for.
struct Road<'a> {
    name: &'a str,
    documents: &'a dyn Documents,
    options: &'a Options,
}

impl Road<'_> {
    /// From a document to the image that it means.
    fn follow(
        &self,
        reference: String,
        digest: Digest,
        document: Document,
    ) -> Result<Resolved, Error> {
        let mut notices = Vec::new();
        match document {
            Document::Manifest(manifest) => {
                let alone = Chosen { digest, platform: None, manifest };
                self.describe(reference, None, alone, notices)
            }
            Document::Index(entries) => {
                let chosen = choose::choose(self, entries, &mut notices)?;
                self.describe(reference, Some(digest), chosen, notices)
            }
            Document::Schema1 => Err(self.schema1()),
        }
    }

    /// Reads the configuration and puts together what it and the manifest say.
    fn describe(
        &self,
        reference: String,
        index_digest: Option<Digest>,
        chosen: Chosen,
        mut notices: Vec<Notice>,
    ) -> Result<Resolved, Error> {
        let Chosen { digest, platform: described, manifest } = chosen;
        let config = self.config(&manifest)?;
        if described.is_none() {
            check_platform(self.name, &config, self.options)?;
        }
        let own = config.platform();
        if let (Some(own), Some(described)) = (&own, &described)
            && (&own.os, &own.architecture) != (&described.os, &described.architecture)
        {
            notices.push(Notice::general(format!(
                "the index says that this image is for {described}, its configuration says {own}"
            )));
        }
        let mut layers = self.layers(&manifest)?;
        promise(self.name, &mut layers, &config, &mut notices)?;
        Ok(Resolved {
            reference,
            tags: Vec::new(),
            digest: Some(digest),
            config_digest: Some(manifest.config.digest),
            index_digest,
            // Configurations often leave out the variant, by which the image was chosen.
            platform: described.or(own),
            created: config.created(),
            settings: config.settings(),
            layers,
            notices,
        })
    }

    /// Fetches a document by `get` and verifies it.
    fn fetch(
        &self,
        descriptor: &Descriptor,
        get: impl FnOnce(&Digest, u64) -> Result<Vec<u8>, Error>,
    ) -> Result<Vec<u8>, Error> {
        let (digest, limit) = (&descriptor.digest, self.options.document_limit);
        if descriptor.size.is_some_and(|size| size > limit) {
            return Err(too_large(&format!("document {digest} of {}", self.name), limit));
        }
        let bytes = get(digest, limit)?;
        let length = bytes.len() as u64;
        if let Some(size) = descriptor.size.filter(|&size| size != length) {
            return Err(self
                .corrupt(&format!("document {digest} should have {size} bytes and has {length}")));
        }
        let actual = digests::of_kind(digest, &bytes);
        if actual != *digest {
            return Err(self.corrupt(&format!(
                "a document's bytes are not what {digest} promises (got {actual} after {length} bytes)"
            )));
        }
        Ok(bytes)
    }

    /// Fetches an index or a manifest.
    fn document(&self, descriptor: &Descriptor) -> Result<Document, Error> {
        let bytes = self.fetch(descriptor, |digest, limit| {
            self.documents.manifest_document(digest, descriptor.size, limit)
        })?;
        self.parse(&descriptor.digest, &bytes, Some(&descriptor.media_type))
    }

    fn parse(
        &self,
        digest: &Digest,
        bytes: &[u8],
        called: Option<&str>,
    ) -> Result<Document, Error> {
        Document::parse(bytes).map_err(|reason| {
            let called = called.filter(|called| !called.is_empty());
            let called = called.map(|called| format!(", called {},", visible(called.as_bytes()))).unwrap_or_default();
            Error::Corrupt {
                what: format!(
                    "{} is not an image: its document {}{called} is no manifest: {reason}",
                    self.name,
                    digest.short()
                ),
                hint: "an image has an OCI or Docker manifest; was something else stored under this name?"
                    .into(),
            }
        })
    }

    /// Fetches the configuration, once it is sure that the manifest is an image's.
    fn config(&self, manifest: &Manifest) -> Result<Config, Error> {
        if !manifest.config.could_be_image_config() {
            let kind = match manifest.artifact_type.as_str() {
                "" => &manifest.config.media_type,
                artifact_type => artifact_type,
            };
            return Err(self
                .not_an_image(&format!("it is an artifact of type {}", visible(kind.as_bytes()))));
        }
        let unlike = manifest.layers.iter().find(|layer| !layer.could_be_layer());
        if let Some(layer) = unlike {
            let kind = visible(layer.media_type.as_bytes());
            return Err(self.not_an_image(&format!("it has a layer of type {kind}")));
        }
        let bytes = self.fetch(&manifest.config, |digest, limit| {
            self.documents.document(digest, manifest.config.size, limit)
        })?;
        let config = Config::parse(&bytes).map_err(|reason| {
            self.corrupt(&format!("its configuration cannot be read: {reason}"))
        })?;
        if config.is_no_image() {
            return Err(self.not_an_image("it is an attestation about one"));
        }
        Ok(config)
    }

    /// The layers as the manifest describes them.
    fn layers(&self, manifest: &Manifest) -> Result<Vec<Layer>, Error> {
        if let Some(place) = manifest.layers.iter().position(Descriptor::is_encrypted) {
            return Err(Error::Denied {
                what: format!("layer {} of {} is encrypted", place + 1, self.name),
                hint: "decrypt it first: `skopeo copy --decryption-key KEY …`".into(),
            });
        }
        Ok((manifest.layers.iter())
            .map(|layer| Layer {
                digest: Some(layer.digest.clone()),
                diff_id: None,
                size: layer.size,
                media_type: layer.media_type.clone(),
            })
            .collect())
    }

    fn corrupt(&self, reason: &str) -> Error {
        damaged(self.name, reason)
    }

    fn not_an_image(&self, reason: &str) -> Error {
        Error::Corrupt {
            what: format!("{} is not an image: {reason}", self.name),
            hint: "only container images have layers of files that could be compared".into(),
        }
    }

    fn schema1(&self) -> Error {
        Error::Corrupt {
            what: format!(
                "{} has a manifest of Docker's schema 1, which was given up in 2017 and is not read",
                self.name
            ),
            hint: "pull it and push it again with any current Docker, or copy it with \
                   `skopeo copy --format v2s2`"
                .into(),
        }
    }
}

/// Refuses an image that stands alone and is not for the platform that was asked for.
pub(crate) fn check_platform(name: &str, config: &Config, options: &Options) -> Result<(), Error> {
    match (&options.platform, config.platform()) {
        (Some(asked), Some(own)) if !config.could_run_on(asked) => Err(Error::NotFound {
            what: format!("{name} has no image for {asked}"),
            hint: format!("it is one image, for {own}; say --platform {own} or none at all"),
        }),
        _ => Ok(()),
    }
}

/// Tells each layer the diff-id that the configuration promises for it.
pub(crate) fn promise(
    name: &str,
    layers: &mut [Layer],
    config: &Config,
    notices: &mut Vec<Notice>,
) -> Result<(), Error> {
    let (stored, promised) = (layers.len(), config.diff_ids().len());
    if stored > LAYERS {
        return Err(Error::Limit { what: format!("{name} has more than {LAYERS} layers") });
    }
    if promised == 0 && stored > 0 {
        notices.push(Notice::general(
            "its configuration has no diff-ids: what its layers hold was verified as stored only",
        ));
    } else if promised != stored {
        // No engine runs such an image, and which diff-id belongs to which layer would be a guess.
        let reason = format!("it has {stored} layers, its configuration promises {promised}");
        return Err(damaged(name, &reason));
    }
    for (layer, diff_id) in layers.iter_mut().zip(config.diff_ids()) {
        layer.diff_id = Some(diff_id.clone());
    }
    Ok(())
}

/// The error of an image whose documents or blobs are not what they should be.
pub(crate) fn damaged(name: &str, reason: &str) -> Error {
    Error::Corrupt {
        what: format!("{name} is damaged: {reason}"),
        hint: "fetch or save the image again; nothing of this copy was kept".into(),
    }
}

#[cfg(test)]
mod tests;
