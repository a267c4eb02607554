//! Images of the container engines on this machine, by the sockets that they answer on: Docker's Engine API, which Podman
//! speaks as well.
//!
//! Opening an image asks for small documents only: what the engine says of it, and of its history. Its layers are known
//! by their diff-ids, so that whoever has kept what is in them needs no more. Only where a layer is wanted, the engine is
//! asked to export the image. Nothing is ever changed there; nothing goes to another machine.

mod address;
mod client;
mod socket;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Engine, Notice, Platform, visible};

use self::client::{Client, title};
use crate::archive::Export;
use crate::documents::{Inspected, Past};
use crate::registry::encode;
use crate::resolve::{Resolved, check_platform, promise};
use crate::{Error, Image, Layer, Options, listing};

/// Since when one of several platforms can be inspected, and its history and archive be asked for.
const INSPECTS_PLATFORMS: (u32, u32) = (1, 49);
const EXPORTS_PLATFORMS: (u32, u32) = (1, 48);

/// What the engines of this machine have under a name.
#[derive(Default)]
pub struct Local {
    /// The image; none where no engine has it. Its reference says which engine does: `docker:shop:1.4`.
    pub image: Option<Image>,
    /// Engines that could not be asked, and why: another image than the one that is meant may be found without them.
    pub notices: Vec<Notice>,
}

/// See [`crate::local`].
pub(crate) fn local(name: &str, options: &Options) -> Local {
    let mut notices = Vec::new();
    for engine in [Engine::Docker, Engine::Podman] {
        let reference = format!("{}:{name}", engine.scheme());
        let search = Search::run(engine, name, &reference, options);
        notices.extend(search.notices());
        if search.image.is_some() {
            return Local { image: search.image, notices };
        }
    }
    Local { image: None, notices }
}

/// Opens the image that `engine` calls `name`.
pub(crate) fn open(
    engine: Engine,
    name: &str,
    reference: &str,
    options: &Options,
) -> Result<Image, Error> {
    let search = Search::run(engine, name, reference, options);
    let notices = search.notices();
    match search.image {
        Some(mut image) => {
            image.notices.extend(notices);
            Ok(image)
        }
        None => Err((search.missing.into_iter().chain(search.failed).next())
            .unwrap_or_else(|| nobody(engine, reference, options))),
    }
}

/// What became of asking every socket of an engine.
#[derive(Default)]
struct Search {
    image: Option<Image>,
    /// Said by an engine that has no such image.
    missing: Option<Error>,
    /// Said of engines that gave no usable answer.
    failed: Vec<Error>,
}

impl Search {
    /// Asks one socket after the other until an engine has the image.
    fn run(engine: Engine, name: &str, reference: &str, options: &Options) -> Search {
        let mut search = Search::default();
        if !is_name(name) {
            search.missing = Some(no_name(engine, name));
            return search;
        }
        for socket in options.engines.iter().filter(|socket| socket.engine == engine) {
            let client = match Client::connect(socket, options) {
                Ok(Some(client)) => Arc::new(client),
                Ok(None) => continue,
                Err(error) => {
                    search.failed.push(error);
                    continue;
                }
            };
            match image(&client, name, reference, options) {
                Ok(image) => {
                    search.image = Some(image);
                    break;
                }
                Err(error @ (Error::NotFound { .. } | Error::Invalid { .. })) => {
                    search.missing.get_or_insert(error);
                }
                Err(error) => search.failed.push(error),
            }
        }
        search
    }

    fn notices(&self) -> Vec<Notice> {
        self.failed.iter().map(|error| Notice::general(error.to_string())).collect()
    }
}

/// Opens an image of an engine that answers.
fn image(
    client: &Arc<Client>,
    name: &str,
    reference: &str,
    options: &Options,
) -> Result<Image, Error> {
    let what = format!("what {reference} is");
    let path = |name: &str, of: &str| format!("/images/{}/{of}", encode(name));
    let json = path(name, "json");
    let Some(bytes) = client.document(&json, &what)? else {
        return Err(not_found(client, name));
    };
    let mut inspected = parse(client, &what, Inspected::parse(&bytes))?;
    let mut query = String::new();
    if inspected.index_digest().is_some() {
        // The name means several platforms, of which the engine has chosen its own.
        if let Some(platform) = &options.platform
            && client.speaks(INSPECTS_PLATFORMS)
            && let Some(bytes) =
                client.document(&format!("{json}?{}", platform_query(platform)), &what)?
        {
            inspected = parse(client, &what, Inspected::parse(&bytes))?;
        }
        let chosen = inspected.platform().filter(|_| client.speaks(EXPORTS_PLATFORMS));
        query = chosen.map(|chosen| format!("?{}", platform_query(&chosen))).unwrap_or_default();
    }
    // From here on by ID: the name may mean another image by then.
    let id = inspected.id().to_owned();
    let past = past(client, &id, &query, reference, inspected.layers())?;
    let resolved = resolved(inspected, past, reference, options)?;
    let (client, archive) = (Arc::clone(client), format!("{}{query}", path(&id, "get")));
    let what = format!("what is in {reference}");
    let export = Export {
        name: reference.into(),
        layers: resolved.layers.clone(),
        limit: options.document_limit,
        ask: Box::new(move || client.stream(&archive, &what)),
    };
    Ok(resolved.with(Box::new(export)))
}

/// Asks how the image was built; Podman, which knows it better, in its own words.
fn past(
    client: &Client,
    id: &str,
    query: &str,
    reference: &str,
    layers: usize,
) -> Result<Past, Error> {
    let what = format!("how {reference} was built");
    let id = encode(id);
    if let Some(bytes) = client.libpod_document(&format!("/images/{id}/json"), &what)? {
        return parse(client, &what, Past::parse_libpod(&bytes));
    }
    match client.document(&format!("/images/{id}/history{query}"), &what)? {
        Some(bytes) => parse(client, &what, Past::parse(&bytes, layers)),
        None => Err(not_found(client, reference)),
    }
}

/// What both answers say together.
fn resolved(
    inspected: Inspected,
    past: Past,
    reference: &str,
    options: &Options,
) -> Result<Resolved, Error> {
    let (digest, index_digest) = (inspected.manifest_digest(), inspected.index_digest());
    let (config_digest, tags) = (inspected.config_digest(), inspected.tags());
    let unread = Layer { digest: None, diff_id: None, size: None, media_type: String::new() };
    let mut layers = vec![unread; inspected.layers()];
    let mut config = inspected.config();
    check_platform(reference, &config, options)?;
    let mut notices: Vec<_> = past.tell(&mut config).into_iter().map(Notice::general).collect();
    promise(reference, &mut layers, &config, &mut notices)?;
    Ok(Resolved {
        reference: reference.into(),
        tags,
        digest,
        config_digest,
        index_digest,
        platform: config.platform(),
        created: config.created(),
        settings: config.settings(),
        layers,
        notices,
    })
}

/// A platform as the engine is asked for it.
fn platform_query(platform: &Platform) -> String {
    let variant = platform.variant.as_deref().unwrap_or_default();
    let named =
        [("os", &*platform.os), ("architecture", &*platform.architecture), ("variant", variant)];
    let named: BTreeMap<_, _> = named.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    // A map of texts cannot fail to be written.
    format!("platform={}", encode(&serde_json::to_string(&named).unwrap_or_default()))
}

/// Whether it can stand in an address. Whether it means an image is the engine's to say.
fn is_name(name: &str) -> bool {
    name.split('/').all(|part| !matches!(part, "" | "." | ".."))
        && name.chars().all(|one| !one.is_control() && !one.is_whitespace())
}

fn parse<T>(client: &Client, what: &str, parsed: Result<T, String>) -> Result<T, Error> {
    parsed.map_err(|reason| Error::Corrupt {
        what: format!("{} cannot be understood when it says {what}: {reason}", client.title()),
        hint: "is it a container engine that answers there?".into(),
    })
}

fn no_name(engine: Engine, name: &str) -> Error {
    Error::Invalid {
        what: format!("{} is no name of an image", visible(name.as_bytes())),
        hint: format!("`{} images` lists names and IDs", engine.scheme()),
    }
}

fn not_found(client: &Client, name: &str) -> Error {
    let command = client.engine().scheme();
    Error::NotFound {
        what: format!("{} has no image {}", client.title(), visible(name.as_bytes())),
        hint: format!(
            "`{command} images` lists what it has; registry:NAME means one in a registry"
        ),
    }
}

/// The error where none of the engine's sockets is there.
fn nobody(engine: Engine, reference: &str, options: &Options) -> Error {
    let sockets = options.engines.iter().filter(|socket| socket.engine == engine);
    let tried: Vec<_> = sockets.map(|socket| &socket.address).collect();
    let (title, command) = (title(engine), engine.scheme());
    Error::Unavailable {
        what: match &tried[..] {
            [] => format!("{title} cannot be asked for {reference}: nobody said where it listens"),
            _ => format!(
                "{title} cannot be asked for {reference}: there is no socket {}",
                listing::list(&tried)
            ),
        },
        hint: format!(
            "is {title} running? `{command} save` writes archives, which can be read without it"
        ),
    }
}
