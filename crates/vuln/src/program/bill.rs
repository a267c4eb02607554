//! The bill of materials that a program is handed: `CycloneDX` 1.5 as JSON (<https://cyclonedx.org/docs/1.5/json/>). Packages
//! are told by their package URLs; what these have no room for stands in the properties that the programs write
//! themselves: of which source a package was built, of which module it is, which products it is by CPE.

use model::{Distro, ImageFacts, Package, Purl};
use serde_json::{Value, json};

use super::Program;
use crate::find::names::source;
use crate::find::products;

/// Distributions that Trivy calls otherwise than `os-release` does.
const FAMILIES: [(&str, &str); 8] = [
    ("rhel", "redhat"),
    ("almalinux", "alma"),
    ("ol", "oracle"),
    ("amzn", "amazon"),
    ("sles", "suse linux enterprise server"),
    ("sled", "suse linux enterprise server"),
    ("opensuse-leap", "opensuse.leap"),
    ("opensuse-tumbleweed", "opensuse.tumbleweed"),
];

/// The bill of an image, in the words of a program.
pub(super) fn of(facts: &ImageFacts, called: &str, program: Program) -> Value {
    let distro = facts.distro.as_ref();
    let packages = facts.packages.iter().enumerate().map(|(place, installed)| {
        component(place, &installed.package, &installed.location(), distro, program)
    });
    let system = distro.map(|distro| operating_system(distro, program));
    let components: Vec<Value> = system.into_iter().chain(packages).collect();
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": { "bom-ref": "image", "type": "container", "name": called } },
        "components": components,
    })
}

fn operating_system(distro: &Distro, program: Program) -> Value {
    let version = distro.version_id.as_deref().unwrap_or_default();
    match program {
        Program::Grype => {
            let likes = distro.id_like.iter().enumerate();
            let likes = likes.map(|(place, like)| (format!("syft:distro:idLike:{place}"), &**like));
            let told = [
                ("syft:distro:id", Some(&*distro.id)),
                ("syft:distro:versionID", distro.version_id.as_deref()),
                ("syft:distro:versionCodename", distro.codename.as_deref()),
                ("syft:distro:prettyName", distro.pretty_name.as_deref()),
            ];
            let told = told.into_iter().filter_map(|(name, value)| Some((name.into(), value?)));
            let properties: Vec<Value> =
                told.chain(likes).map(|(name, value)| property(&name, value)).collect();
            json!({
                "bom-ref": "system", "type": "operating-system", "name": distro.id, "version": version,
                "properties": properties,
            })
        }
        Program::Trivy => json!({
            "bom-ref": "system", "type": "operating-system", "name": family(distro), "version": version,
            "properties": [
                property("aquasecurity:trivy:Class", "os-pkgs"),
                property("aquasecurity:trivy:Type", family(distro)),
            ],
        }),
    }
}

fn family(distro: &Distro) -> &str {
    let known = FAMILIES.iter().find(|(id, _)| *id == distro.id);
    known.map_or(&distro.id, |(_, family)| family)
}

fn property(name: &str, value: &str) -> Value {
    json!({ "name": name, "value": value })
}

fn component(
    place: usize,
    package: &Package,
    location: &str,
    distro: Option<&Distro>,
    program: Program,
) -> Value {
    let mut component = json!({
        "bom-ref": format!("package-{place}"),
        "type": "library",
        "name": package.name,
        "version": package.version.as_str(),
        "purl": Purl::of(package, distro).to_string(),
    });
    if let Some(group) = &package.group {
        component["group"] = json!(group);
    }
    let mut properties = match program {
        Program::Grype => of_syft(package, location),
        Program::Trivy => of_trivy(package, distro),
    };
    let mut cpes = products::cpes(package).into_iter();
    if let Some(cpe) = cpes.next().filter(|_| program == Program::Grype) {
        component["cpe"] = json!(cpe);
        properties.extend(cpes.map(|cpe| property("syft:cpe23", &cpe)));
    }
    if !properties.is_empty() {
        component["properties"] = json!(properties);
    }
    component
}

/// What Grype reads, as Syft writes it.
fn of_syft(package: &Package, location: &str) -> Vec<Value> {
    let mut properties = vec![property("syft:location:0:path", location)];
    if package.ecosystem == "rpm" {
        properties.push(property("syft:package:type", "rpm"));
        properties.push(property("syft:package:metadataType", "rpm-db-entry"));
        let epoch = package.version.as_str().split_once(':').map(|(epoch, _)| epoch);
        let told = [
            ("syft:metadata:epoch", epoch),
            ("syft:metadata:sourceRpm", package.source.as_deref()),
            // A package without one is of no module, which is not the same as that nobody knows.
            ("syft:metadata:modularityLabel", package.module.as_deref().or(Some(""))),
        ];
        properties.extend(told.iter().filter_map(|(name, value)| Some(property(name, (*value)?))));
    }
    properties
}

/// What Trivy reads, as it writes it.
fn of_trivy(package: &Package, distro: Option<&Distro>) -> Vec<Value> {
    let Some((name, version)) = source(package) else { return Vec::new() };
    let mut properties = Vec::new();
    if let Some(distro) = distro {
        properties.push(property("aquasecurity:trivy:PkgType", family(distro)));
    }
    let (epoch, rest) = match version.split_once(':') {
        Some((epoch, rest)) => (Some(epoch), rest),
        None => (None, &*version),
    };
    let (version, release) = match rest.rsplit_once('-').filter(|_| package.ecosystem != "apk") {
        Some((version, release)) => (version, Some(release)),
        None => (rest, None),
    };
    properties.push(property("aquasecurity:trivy:SrcName", &name));
    properties.push(property("aquasecurity:trivy:SrcVersion", version));
    let rest = [
        ("aquasecurity:trivy:SrcRelease", release),
        ("aquasecurity:trivy:SrcEpoch", epoch),
        ("aquasecurity:trivy:Modularitylabel", package.module.as_deref()),
    ];
    properties.extend(rest.iter().filter_map(|(name, value)| Some(property(name, (*value)?))));
    properties
}
