//! Registries: the reading half of the OCI distribution protocol. Writes nothing, neither there nor here, and never
//! follows a descriptor's `urls`.
//!
//! HTTPS always, but for loopback and the hosts that [`Options::plain_http`] allows. A tag is asked for once; all that
//! follows is asked for by digest. Why this is our own: `docs/decisions/0003-our-own-registry-client.md`.

mod authorization;
mod blob;
mod challenge;
mod credentials;
mod date;
mod document;
mod link;
mod session;
mod tags;
mod transport;
mod url;

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::Arc;
use std::thread;

use model::{Digest, Platform, RegistryReference};

use self::blob::Blob;
pub(crate) use self::document::{answer, document, reply};
use self::session::Session;
use self::tags::Tags;
pub(crate) use self::transport::reason;
use self::transport::{Request, Response, Sleep};
pub(crate) use self::url::{encode, is_loopback};
use crate::documents::{Descriptor, Document};
use crate::image::Visit;
use crate::resolve::{Documents, Root, resolve};
use crate::{Blobs, Error, Image, Layer, Options, digests};

/// Every kind of manifest. Schema 1 goes last: it is not read, but who has nothing else shall be told so.
const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.docker.distribution.manifest.v2+json, \
    application/vnd.docker.distribution.manifest.v1+prettyjws;q=0.1, \
    application/vnd.docker.distribution.manifest.v1+json;q=0.1";

/// Pages of a list of tags that are read to say which tags there are instead.
const PAGES_FOR_A_HINT: usize = 5;
/// Pages of a list of tags that are read where the list itself is wanted.
const PAGES: usize = 1000;

/// Opens an image of a registry.
pub(crate) fn open(reference: &RegistryReference, options: &Options) -> Result<Image, Error> {
    open_with(reference, options, Box::new(thread::sleep))
}

/// The tags of the repository, the newest-looking first.
pub(crate) fn tags(reference: &RegistryReference, options: &Options) -> Result<Vec<String>, Error> {
    let session = Session::new(reference, options, Box::new(thread::sleep))?;
    match tags::list(&session, options, PAGES)? {
        Tags::Known { names, more: false } => Ok(names),
        Tags::Known { names, more: true } => Err(Error::Limit {
            what: format!(
                "{} has more tags than the {} that were read",
                session.name(),
                names.len()
            ),
        }),
        Tags::NoRepository => Err(no_repository(&session)),
    }
}

/// The platforms that an image of a registry is there for: those of an index, or the only one.
pub(crate) fn platforms(
    reference: &RegistryReference,
    options: &Options,
) -> Result<Vec<Platform>, Error> {
    let session = Arc::new(Session::new(reference, options, Box::new(thread::sleep))?);
    let repository = Repository { session, layers: Vec::new() };
    let root = repository.root(reference, options)?;
    if let Ok(Document::Index(entries)) = Document::parse(&root.bytes) {
        let images = entries.iter().filter(|entry| !entry.is_no_image());
        let platforms: BTreeSet<Platform> = images.filter_map(Descriptor::platform).collect();
        return Ok(platforms.into_iter().collect());
    }
    let name = reference.to_string();
    let resolved = resolve(&name, name.clone(), root, &repository, options)?;
    Ok(resolved.platform.into_iter().collect())
}

/// The digest that a tag means now. The registry is asked for the headers of its document alone, unless they do not tell.
pub(crate) fn tagged(reference: &RegistryReference, options: &Options) -> Result<Digest, Error> {
    let session = Arc::new(Session::new(reference, options, Box::new(thread::sleep))?);
    let tag = reference.tag.as_deref().unwrap_or("latest");
    let what = format!("the digest of {reference}");
    let url = session.url(&format!("manifests/{tag}"));
    let request = Request { accept: Some(ACCEPT), head: true, ..Request::get(&what, url) };
    let response = session.document(&request, options.document_limit)?;
    let told = response.header("docker-content-digest").filter(|_| response.status == 200);
    if let Some(digest) = told.and_then(|digest| digest.parse().ok()) {
        return Ok(digest);
    }
    // A refusal has no words either: they are in the answer to the whole question.
    let repository = Repository { session, layers: Vec::new() };
    let root =
        repository.root(&RegistryReference { digest: None, ..reference.clone() }, options)?;
    Ok(root.digest)
}

fn open_with(
    reference: &RegistryReference,
    options: &Options,
    sleep: Sleep,
) -> Result<Image, Error> {
    let session = Arc::new(Session::new(reference, options, sleep)?);
    let mut repository = Repository { session, layers: Vec::new() };
    let name = reference.to_string();
    let root = repository.root(reference, options)?;
    let resolved = resolve(&name, name.clone(), root, &repository, options)?;
    repository.layers.clone_from(&resolved.layers);
    Ok(resolved.with(Box::new(repository)))
}

/// Where the documents and blobs of one image come from.
struct Repository {
    session: Arc<Session>,
    layers: Vec<Layer>,
}

impl Repository {
    /// Asks for what the tag or the digest leads to.
    fn root(&self, reference: &RegistryReference, options: &Options) -> Result<Root, Error> {
        let what = format!("the manifest of {reference}");
        let wanted = match (&reference.digest, &reference.tag) {
            (Some(digest), _) => digest.to_string(),
            (None, tag) => tag.clone().unwrap_or_else(|| "latest".into()),
        };
        let response = self.manifest(&what, &wanted, options.document_limit)?;
        if response.status == 404 {
            return Err(self.not_found(reference, &response, options));
        }
        let media_type = response.header("content-type").map(str::to_owned);
        let promised = response.header("docker-content-digest").map(str::to_owned);
        let promised = promised.and_then(|digest| digest.parse::<Digest>().ok());
        let digest = match reference.digest.clone().or(promised) {
            Some(promised) => {
                let actual = digests::of_kind(&promised, &response.body);
                if actual != promised {
                    return Err(Error::Corrupt {
                        what: format!("could not read {what}: its bytes are not what {promised} promises (got {actual})"),
                        hint: "the registry or a proxy before it serves a damaged copy; nothing of it was kept".into(),
                    });
                }
                promised
            }
            None => digests::sha256(&response.body),
        };
        Ok(Root { bytes: response.body, media_type, digest })
    }

    /// Asks for a manifest; the answer is one, or there is none (404).
    fn manifest(&self, what: &str, wanted: &str, limit: u64) -> Result<Response<Vec<u8>>, Error> {
        let url = self.session.url(&format!("manifests/{wanted}"));
        let request = Request { accept: Some(ACCEPT), ..Request::get(what, url) };
        let response = self.session.document(&request, limit)?;
        match response.status {
            200 | 404 => Ok(response),
            _ => Err(self.session.failure(what, &response)),
        }
    }

    /// Says what is not there, the tag or the whole repository, and what is there instead.
    fn not_found(
        &self,
        reference: &RegistryReference,
        response: &Response<Vec<u8>>,
        options: &Options,
    ) -> Error {
        let session = &self.session;
        if String::from_utf8_lossy(&response.body).contains("NAME_UNKNOWN") {
            return no_repository(session);
        }
        let name = session.name();
        let what = match (&reference.digest, &reference.tag) {
            (Some(digest), _) => format!("{name} has no manifest {digest}"),
            (None, tag) => format!("{name} has no tag {}", tag.as_deref().unwrap_or("latest")),
        };
        let hint = match tags::list(session, options, PAGES_FOR_A_HINT) {
            Ok(Tags::NoRepository) => return no_repository(session),
            Ok(Tags::Known { .. }) if reference.digest.is_some() => String::new(),
            Ok(Tags::Known { names, more }) => tags::instead(&names, more),
            // The first error is the one to tell; this one only took the hint away.
            Err(_) => "its tags cannot be listed".into(),
        };
        Error::NotFound { what, hint }
    }
}

impl Documents for Repository {
    fn document(&self, digest: &Digest, _: Option<u64>, limit: u64) -> Result<Vec<u8>, Error> {
        let what = format!("the configuration of {}", self.session.name());
        let request = Request::get(&what, self.session.url(&format!("blobs/{digest}")));
        let response = self.session.document(&request, limit)?;
        match response.status {
            200 => Ok(response.body),
            404 => Err(missing(&what, digest, &response)),
            _ => Err(self.session.failure(&what, &response)),
        }
    }

    fn manifest_document(
        &self,
        digest: &Digest,
        _: Option<u64>,
        limit: u64,
    ) -> Result<Vec<u8>, Error> {
        let what = format!("a manifest of {}", self.session.name());
        let response = self.manifest(&what, &digest.to_string(), limit)?;
        match response.status {
            200 => Ok(response.body),
            _ => Err(missing(&what, digest, &response)),
        }
    }
}

impl Blobs for Repository {
    fn open(&self, index: usize, layer: &Layer) -> Result<Box<dyn Read + Send>, Error> {
        let what = format!("layer {} of {}", index + 1, self.session.name());
        let Some(digest) = layer.digest.clone() else {
            let what = format!("could not read {what}: it has no digest");
            return Err(Error::Corrupt { what, hint: String::new() });
        };
        Ok(Box::new(Blob::open(Arc::clone(&self.session), what, digest, layer.size)?))
    }

    fn each(&self, wanted: &[usize], visit: &mut Visit<'_>) -> Result<(), Error> {
        for &index in wanted {
            if visit(index, &mut Blobs::open(self, index, &self.layers[index])?).is_break() {
                break;
            }
        }
        Ok(())
    }
}

fn no_repository(session: &Session) -> Error {
    Error::NotFound { what: format!("{} does not exist", session.name()), hint: String::new() }
}

fn missing(what: &str, digest: &Digest, response: &Response<Vec<u8>>) -> Error {
    Error::NotFound {
        what: format!("could not fetch {what}: {} has no {digest}", response.url.authority()),
        hint: "an index or a manifest names something that was deleted or never pushed".into(),
    }
}

#[cfg(test)]
mod tests;
