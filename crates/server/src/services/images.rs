//! Images of repositories: what differs between two, and what is known of one.

mod difference;
pub(crate) mod sbom;
pub(crate) mod vulnerabilities;

use std::collections::BTreeSet;
use std::sync::Arc;

use engine::{Pair, PairFindings, Subject, ThingKind};
use model::{Digest, Licensing, Package, Platform, Purl};
use report::words;

use super::{existing, moment as moment_of, place, repos};
use crate::caller::Caller;
use crate::library::Shelf;
use crate::state::State;
use crate::status::Status;
use crate::wire::registry::manifest_metadata_filter::item::Item as Named;
use crate::wire::registry::{
    ArchRequest, Archs, DiffImageRequest, DiffImageResponse, ImageConfig, ImageConfigRequest,
    ManifestMetadata, ManifestMetadataFilter, ManifestMetadataList, PkgMetadata, Size, SizeRequest,
    image_config,
};

/// Images that one call may ask for.
const MOST: usize = 20;

/// Tells what differs between two images of a repository.
pub(crate) fn diff(
    state: &State,
    _: &Caller,
    request: DiffImageRequest,
) -> Result<DiffImageResponse, Status> {
    let platform = match request.platform.as_str() {
        "" => None,
        text => Some(text.parse::<Platform>().map_err(invalid)?),
    };
    let digests = [&request.from_digest, &request.to_digest];
    for (name, digest) in ["from_digest", "to_digest"].into_iter().zip(digests) {
        let wrong = |error| Status::invalid_argument(format!("{name}: {error}"));
        digest.parse::<Digest>().map_err(wrong)?;
    }
    let key = |data: String| {
        [request.from_digest.clone(), request.to_digest.clone(), request.platform.clone(), data]
    };
    if had(state, &request.repo_id, digests)?
        && let Some(known) = state.comparisons.of(&key(state.advisories.name()))
    {
        return Ok(DiffImageResponse::clone(&known));
    }
    let old = image(state, &request.repo_id, digests[0], platform.as_ref())?;
    let new = image(state, &request.repo_id, digests[1], platform.as_ref())?;
    let pair = Pair { old, new };
    // Of when the data are is told with the answer; how old that is by now hangs on who reads it.
    let unwatched = &engine::unwatched;
    let found =
        state.advisories.ask(|data| PairFindings::find(&pair, [data, data], None, unwatched));
    let (data, findings) = match found {
        Some((data, found)) => (data, Some(found.map_err(|_| Status::internal())?)),
        None => (String::new(), None),
    };
    let is_troubled = state.advisories.is_troubled();
    let response = difference::difference(&pair, findings.as_ref(), is_troubled, digests);
    // Digests mean the same for ever, and so does what differs between them in the same data.
    let is_current = ![&pair.old.side, &pair.new.side].into_iter().any(engine::is_older);
    if !is_troubled && is_current {
        state.comparisons.note(key(data), Arc::new(response.clone()));
    }
    Ok(response)
}

/// Whether a repository is there and both images were seen in it.
fn had(state: &State, repo: &str, digests: [&String; 2]) -> Result<bool, Status> {
    let id = place(repo)?;
    existing(state, ThingKind::Repo, "repository", &id)?;
    for digest in digests {
        if !state.ledger.has_member(&id, digest)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What a container of an image starts with.
pub(crate) fn config(
    state: &State,
    _: &Caller,
    request: ImageConfigRequest,
) -> Result<ImageConfig, Status> {
    let platform = of_architecture(&request.arch)?;
    let subject = image(state, &request.repo_id, &request.digest, platform.as_ref())?;
    let settings = &subject.side.settings;
    let there = |name: &String| (name.clone(), image_config::Nothing {});
    Ok(ImageConfig {
        user: settings.user.clone().unwrap_or_default(),
        exposed_ports: settings.ports.iter().map(there).collect(),
        env: settings
            .env
            .iter()
            .map(|(name, value)| format!("{name}={}", words::value(name, value)))
            .collect(),
        entrypoint: words::command(settings.entrypoint.as_deref().unwrap_or_default()),
        cmd: words::command(settings.cmd.as_deref().unwrap_or_default()),
        volumes: settings.volumes.iter().map(there).collect(),
        working_dir: settings.workdir.clone().unwrap_or_default(),
        labels: settings
            .labels
            .iter()
            .map(|(name, value)| (name.clone(), words::value(name, value)))
            .collect(),
        stop_signal: settings.stop_signal.clone().unwrap_or_default(),
    })
}

/// Lists the architectures that an image or index is there for.
pub(crate) fn architectures(
    state: &State,
    _: &Caller,
    request: ArchRequest,
) -> Result<Archs, Status> {
    let digest: Digest = request.digest.parse().map_err(invalid)?;
    let id = place(&request.repo_id)?;
    let thing = existing(state, ThingKind::Repo, "repository", &id)?;
    let shelf = Shelf { id: &id, upstream: repos::upstream(&thing), ledger: &state.ledger };
    let platforms = state.library.platforms(&shelf, &digest)?;
    let names: BTreeSet<String> = platforms.into_iter().map(|one| one.architecture).collect();
    Ok(Archs { archs: names.into_iter().collect() })
}

/// How large an image's layers are, as they are stored.
pub(crate) fn size(state: &State, _: &Caller, request: SizeRequest) -> Result<Size, Status> {
    let platform = of_architecture(&request.arch)?;
    let subject = image(state, &request.repo_id, &request.digest, platform.as_ref())?;
    let image = &subject.side.image;
    Ok(Size {
        size: i64::try_from(image.size()).unwrap_or(i64::MAX),
        arch: image.platform.as_ref().map(|one| one.architecture.clone()).unwrap_or_default(),
    })
}

/// Lists what is known of the packages of images.
pub(crate) fn metadata(
    state: &State,
    _: &Caller,
    filter: ManifestMetadataFilter,
) -> Result<ManifestMetadataList, Status> {
    // The gateway cannot say which; the repository has to be there all the same.
    existing(state, ThingKind::Repo, "repository", &place(&filter.repo_id)?)?;
    if filter.items.len() > MOST {
        return Err(Status::invalid_argument(format!("one call is for {MOST} images at the most")));
    }
    let mut items = Vec::new();
    for item in filter.items {
        let (digest, platform) = match item.item {
            Some(Named::ImageDigest(digest)) => (digest, None),
            Some(Named::IndexFilter(one)) => (one.digest, of_architecture(&one.arch)?),
            None => return Err(Status::invalid_argument("an item names no image")),
        };
        let subject = image(state, &filter.repo_id, &digest, platform.as_ref())?;
        items.push(described(&subject, digest));
    }
    Ok(ManifestMetadataList { items })
}

fn described(subject: &Subject, digest: String) -> ManifestMetadata {
    let facts = &subject.side.facts;
    let packages = facts.packages.iter().map(|installed| PkgMetadata {
        purl: Purl::of(&installed.package, facts.distro.as_ref()).to_string(),
        license: license(&installed.package),
        ..PkgMetadata::default()
    });
    ManifestMetadata { digest, pkg_metadata: packages.collect() }
}

/// What a package is licensed under, in the words of SPDX; empty where nobody says.
fn license(package: &Package) -> String {
    Licensing::of(package).map(|licensing| licensing.expression).unwrap_or_default()
}

/// An image of a repository, both as a caller wrote them.
fn image(
    state: &State,
    repo: &str,
    digest: &str,
    platform: Option<&Platform>,
) -> Result<Subject, Status> {
    let digest: Digest = digest.parse().map_err(invalid)?;
    let id = place(repo)?;
    let thing = existing(state, ThingKind::Repo, "repository", &id)?;
    let shelf = Shelf { id: &id, upstream: repos::upstream(&thing), ledger: &state.ledger };
    state.library.image(&shelf, &digest, platform)
}

/// An architecture of Linux, where one is said.
fn of_architecture(text: &str) -> Result<Option<Platform>, Status> {
    match text {
        "" => Ok(None),
        text => format!("linux/{text}").parse().map(Some).map_err(invalid),
    }
}

fn invalid(error: impl std::fmt::Display) -> Status {
    Status::invalid_argument(error.to_string())
}
