//! Bills of materials of images, as documents and taken apart.

use engine::Subject;
use model::{ImageFacts, Purl, Time};

use super::{image, license, moment_of, of_architecture};
use crate::caller::Caller;
use crate::state::State;
use crate::status::Status;
use crate::wire::registry::{RawSbom, RawSbomRequest, SbomRequest};
use crate::wire::tenant::component_graph::edge::Type;
use crate::wire::tenant::component_graph::node::Node as Component;
use crate::wire::tenant::component_graph::{Edge, Node};
use crate::wire::tenant::sbom2::Source;
use crate::wire::tenant::{ComponentGraph, Package2, Sbom2};

/// Gives an image's bill of materials, the document and what it lists.
pub(crate) fn sbom(state: &State, _: &Caller, request: SbomRequest) -> Result<Sbom2, Status> {
    let platform = of_architecture(&request.arch)?;
    let subject = image(state, &request.repo_id, &request.digest, platform.as_ref())?;
    let digest = subject.side.image.digest.as_ref().map(ToString::to_string);
    Ok(Sbom2 {
        raw_sbom: document(&subject)?.into_bytes(),
        graph: Some(graph(&subject)),
        tool: concat!("pentimento-", env!("CARGO_PKG_VERSION")).into(),
        format: "spdx".into(),
        generated_at: Some(moment_of(read(&subject))),
        source: Source::Generated.into(),
        name: subject.side.image.reference.clone(),
        digest,
        ..Sbom2::default()
    })
}

/// Gives an image's bill of materials as a document.
pub(crate) fn raw(state: &State, _: &Caller, request: RawSbomRequest) -> Result<RawSbom, Status> {
    if !request.reference.is_empty() && request.reference != request.digest {
        return Err(Status::invalid_argument("an image is named by its digest alone"));
    }
    let platform = of_architecture(&request.arch)?;
    let subject = image(state, &request.repo_id, &request.digest, platform.as_ref())?;
    Ok(RawSbom { raw_sbom: document(&subject)? })
}

/// When the image was read: its bill is the same for ever after.
fn read(subject: &Subject) -> Time {
    subject.analyzed
}

fn document(subject: &Subject) -> Result<String, Status> {
    report::spdx(&subject.side, read(subject)).map_err(|_| Status::internal())
}

/// The package at a place, called as the bill of materials calls it.
pub(super) fn package(facts: &ImageFacts, place: usize) -> Option<Package2> {
    let package = &facts.packages.get(place)?.package;
    Some(Package2 {
        id: report::spdx_id(place, package),
        name: package.name.clone(),
        version: package.version.as_str().into(),
        license: license(package),
        description: String::new(),
        purl: Purl::of(package, facts.distro.as_ref()).to_string(),
    })
}

fn graph(subject: &Subject) -> ComponentGraph {
    let facts = &subject.side.facts;
    let packages = (0..facts.packages.len()).filter_map(|place| package(facts, place));
    let (mut nodes, mut edges) = (Vec::new(), Vec::new());
    for package in packages {
        edges.push(Edge {
            subject_id: report::SPDX_IMAGE.into(),
            predicate_id: package.id.clone(),
            r#type: Type::Contains.into(),
        });
        nodes.push(Node { node: Some(Component::Package(package)) });
    }
    ComponentGraph { nodes, edges }
}
