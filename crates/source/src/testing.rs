//! Documents for this room's tests, in memory; never in a build.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use model::Digest;

use crate::resolve::{Documents, Resolved, Root, resolve, too_large};
use crate::{Error, Options, digests};

/// Blobs by digest.
#[derive(Default)]
pub(crate) struct Shelf(pub(crate) BTreeMap<Digest, Vec<u8>>);

/// What a platform-less Linux container starts with.
pub(crate) const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(crate) const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";

impl Shelf {
    /// Keeps a blob and describes it: `{"mediaType":…,"digest":…,"size":…}`.
    pub(crate) fn put(&mut self, media_type: &str, bytes: impl AsRef<[u8]>) -> String {
        let bytes = bytes.as_ref();
        let digest = digests::sha256(bytes);
        let descriptor =
            format!(r#"{{"mediaType":"{media_type}","digest":"{digest}","size":{}}}"#, bytes.len());
        self.0.insert(digest, bytes.to_vec());
        descriptor
    }

    /// An image of uncompressed layers for `os/architecture`; gives its manifest's descriptor.
    pub(crate) fn image(&mut self, platform: &str, layers: &[&[u8]]) -> String {
        let (os, architecture) = platform.split_once('/').unwrap();
        let diff_ids: Vec<String> =
            layers.iter().map(|layer| format!("\"{}\"", digests::sha256(layer))).collect();
        let config = self.put(
            CONFIG,
            format!(
                r#"{{"os":"{os}","architecture":"{architecture}","config":{{"Env":["A=b"]}},
                "rootfs":{{"type":"layers","diff_ids":[{}]}}}}"#,
                diff_ids.join(",")
            ),
        );
        let layers: Vec<String> = layers.iter().map(|layer| self.put(LAYER, layer)).collect();
        self.manifest(&config, &layers)
    }

    /// A manifest of these descriptors.
    pub(crate) fn manifest(&mut self, config: &str, layers: &[String]) -> String {
        let layers = layers.join(",");
        let text = format!(r#"{{"schemaVersion":2,"config":{config},"layers":[{layers}]}}"#);
        self.put(MANIFEST, text)
    }

    /// An index of these descriptors.
    pub(crate) fn index(&mut self, descriptors: &[String]) -> String {
        self.put(INDEX, format!(r#"{{"schemaVersion":2,"manifests":[{}]}}"#, descriptors.join(",")))
    }
}

impl Documents for Shelf {
    fn document(&self, digest: &Digest, _: Option<u64>, limit: u64) -> Result<Vec<u8>, Error> {
        match self.0.get(digest) {
            Some(bytes) if bytes.len() as u64 > limit => Err(too_large("a document", limit)),
            Some(bytes) => Ok(bytes.clone()),
            None => {
                Err(Error::NotFound { what: format!("no {}", digest.short()), hint: String::new() })
            }
        }
    }
}

/// Adds a field to a descriptor.
pub(crate) fn with(descriptor: &str, field: &str) -> String {
    format!("{},{field}}}", descriptor.strip_suffix('}').unwrap())
}

/// Adds a platform to a descriptor.
pub(crate) fn on(descriptor: &str, platform: &str) -> String {
    let mut parts = platform.split('/');
    let mut field = String::from(r#""platform":{"#);
    for name in ["os", "architecture", "variant"] {
        if let Some(part) = parts.next() {
            let comma = if name == "os" { "" } else { "," };
            write!(field, r#"{comma}"{name}":"{part}""#).unwrap();
        }
    }
    with(descriptor, &(field + "}"))
}

/// The digest in a descriptor.
pub(crate) fn digest(descriptor: &str) -> Digest {
    let at = descriptor.find("sha256:").unwrap();
    descriptor[at..at + 71].parse().unwrap()
}

/// Options of a `linux/amd64` host, with what was asked for.
pub(crate) fn options(asked: &str) -> Options {
    let platform = (!asked.is_empty()).then(|| asked.parse().unwrap());
    Options { platform, host: "linux/amd64".parse().unwrap(), ..Options::default() }
}

/// Resolves what a descriptor points at.
pub(crate) fn opened(shelf: &Shelf, descriptor: &str, asked: &str) -> Result<Resolved, Error> {
    let digest = digest(descriptor);
    let bytes = shelf.0[&digest].clone();
    let root = Root { bytes, media_type: None, digest };
    resolve("shop:1.4", "shop:1.4".into(), root, shelf, &options(asked))
}

/// An error as a person reads it.
pub(crate) fn told(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        write!(text, ": {error}").unwrap();
        cause = error.source();
    }
    if let Some(hint) = error.hint() {
        write!(text, "\nhint: {hint}").unwrap();
    }
    text
}
