//! One image as a bill of materials: SPDX 2.3 as JSON (<https://spdx.github.io/spdx-spec/v2.3/>). What could not be read of
//! the image stands in the document's comment: a bill that is short must not look whole.

use std::collections::BTreeMap;

use compare::Side;
use model::{Digest, InstalledPackage, Licensing, Purl, Time};
use serde::Serialize;

/// What a text is that nobody has looked at.
const NOTHING_SAID: &str = "NOASSERTION";

/// The image itself, among what is listed.
pub const IMAGE: &str = "SPDXRef-Image";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    spdx_version: &'static str,
    data_license: &'static str,
    #[serde(rename = "SPDXID")]
    id: &'static str,
    name: String,
    #[serde(rename = "documentNamespace")]
    namespace: String,
    creation_info: Creation,
    #[serde(skip_serializing_if = "String::is_empty")]
    comment: String,
    packages: Vec<Package>,
    relationships: Vec<Relationship>,
    #[serde(rename = "hasExtractedLicensingInfos", skip_serializing_if = "Vec::is_empty")]
    unlisted: Vec<UnlistedLicense>,
}

/// A licence that SPDX does not list: the document has to say what its identifier stands for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UnlistedLicense {
    license_id: String,
    name: String,
    extracted_text: String,
}

#[derive(Serialize)]
struct Creation {
    created: String,
    creators: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    #[serde(rename = "SPDXID")]
    id: String,
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    version_info: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    supplier: Option<String>,
    download_location: &'static str,
    files_analyzed: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checksums: Vec<Checksum>,
    license_concluded: &'static str,
    license_declared: String,
    /// The licence in the words of the package, where it is declared in others.
    #[serde(skip_serializing_if = "Option::is_none")]
    license_comments: Option<String>,
    copyright_text: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_info: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_refs: Vec<ExternalReference>,
    primary_package_purpose: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Checksum {
    algorithm: &'static str,
    checksum_value: String,
}

#[derive(Serialize)]
struct ExternalReference {
    #[serde(rename = "referenceCategory")]
    category: &'static str,
    #[serde(rename = "referenceType")]
    kind: &'static str,
    #[serde(rename = "referenceLocator")]
    locator: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Relationship {
    spdx_element_id: String,
    #[serde(rename = "relationshipType")]
    kind: &'static str,
    related_spdx_element: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'static str>,
}

/// Writes the bill of an image; `created` is when the image was read.
pub(crate) fn write(side: &Side, created: Time) -> serde_json::Result<String> {
    serde_json::to_string(&document(side, created))
}

/// What the package at this place of the image's packages is called in the bill.
pub(crate) fn id(place: usize, ecosystem: &str, name: &str) -> String {
    let word = |text: &str| -> String {
        let may = |one: char| one.is_ascii_alphanumeric() || one == '.' || one == '-';
        text.chars().map(|one| if may(one) { one } else { '-' }).collect()
    };
    // Names that are alike once they are spelled so are told apart by their place.
    format!("SPDXRef-Package-{}-{}-{}", word(ecosystem), word(name), place + 1)
}

fn document(side: &Side, created: Time) -> Document {
    let digest = side.image.digest.as_ref().or(side.image.config_digest.as_ref());
    let named = digest.map_or_else(|| "unknown".to_owned(), Digest::hex);
    let mut unlisted: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let packages = side.facts.packages.iter().enumerate().map(|(place, installed)| {
        let package = &installed.package;
        let licensing = Licensing::of(package);
        for one in licensing.iter().flat_map(|licensing| &licensing.unlisted) {
            let said = unlisted.entry(one.id.clone()).or_default();
            if !said.contains(&one.said) {
                said.push(one.said.clone());
            }
        }
        let declared = licensing.map_or_else(|| NOTHING_SAID.into(), |one| one.expression);
        let purl = Purl::of(package, side.facts.distro.as_ref());
        Package {
            id: id(place, &package.ecosystem, &package.name),
            name: package.name.clone(),
            version_info: package.version.as_str().into(),
            supplier: package.supplier.as_ref().map(|name| format!("Organization: {name}")),
            license_comments: package
                .license
                .as_ref()
                .filter(|text| **text != declared)
                .map(|text| format!("recorded as: {text}")),
            license_declared: declared,
            source_info: Some(format!("recorded in {}", installed.location())),
            external_refs: vec![ExternalReference {
                category: "PACKAGE-MANAGER",
                kind: "purl",
                locator: purl.to_string(),
            }],
            primary_package_purpose: if package.is_of_a_language() {
                "LIBRARY"
            } else {
                "APPLICATION"
            },
            ..Package::unsaid()
        }
    });
    let packages: Vec<Package> = std::iter::once(image(side, digest)).chain(packages).collect();
    let mut relationships = relationships(&packages, side);
    let declared: Vec<Package> = side.facts.declared.iter().enumerate().map(declared).collect();
    relationships.extend(declared.iter().map(|package| Relationship {
        spdx_element_id: IMAGE.into(),
        kind: "OTHER",
        related_spdx_element: package.id.clone(),
        comment: Some(DECLARED),
    }));
    let packages = packages.into_iter().chain(declared).collect();
    let unlisted = unlisted.into_iter().map(|(license_id, said)| UnlistedLicense {
        license_id,
        name: said.join("; "),
        extracted_text: said.join("\n"),
    });
    let notices: Vec<String> = side
        .all_notices()
        .map(|notice| match &notice.path {
            Some(path) => format!("{path}: {}", notice.text),
            None => notice.text.clone(),
        })
        .collect();
    let comment = match notices.len() {
        0 => String::new(),
        count => {
            format!("{count} things could not be read or told for sure:\n{}", notices.join("\n"))
        }
    };
    Document {
        spdx_version: "SPDX-2.3",
        data_license: "CC0-1.0",
        id: "SPDXRef-DOCUMENT",
        name: side.image.reference.clone(),
        namespace: format!("urn:pentimento:spdx:{named}"),
        creation_info: Creation {
            created: created.to_string(),
            creators: vec![concat!("Tool: pentimento-", env!("CARGO_PKG_VERSION")).into()],
        },
        comment,
        packages,
        relationships,
        unlisted: unlisted.collect(),
    }
}

/// How what lock files name goes with the image.
const DECLARED: &str = "declared by a lock file in the image, not found installed";

/// A package that a lock file names. It is none of the image's.
fn declared((place, declared): (usize, &InstalledPackage)) -> Package {
    let package = &declared.package;
    let id = id(place, &package.ecosystem, &package.name);
    Package {
        id: id.replace("SPDXRef-Package-", "SPDXRef-Declared-"),
        name: package.name.clone(),
        version_info: package.version.as_str().into(),
        source_info: Some(format!("declared in {}, not found installed", declared.location())),
        external_refs: vec![ExternalReference {
            category: "PACKAGE-MANAGER",
            kind: "purl",
            locator: Purl::of(package, None).to_string(),
        }],
        primary_package_purpose: "LIBRARY",
        ..Package::unsaid()
    }
}

fn image(side: &Side, digest: Option<&Digest>) -> Package {
    let checksum = |digest: &Digest| Checksum { algorithm: "SHA256", checksum_value: digest.hex() };
    Package {
        id: IMAGE.into(),
        name: side.image.reference.clone(),
        version_info: digest.map(ToString::to_string).unwrap_or_default(),
        checksums: digest
            .filter(|digest| digest.algorithm() == "sha256")
            .map(checksum)
            .into_iter()
            .collect(),
        primary_package_purpose: "CONTAINER",
        ..Package::unsaid()
    }
}

/// What contains what: a package of the operating system those of languages that it brought, the image all others.
fn relationships(packages: &[Package], side: &Side) -> Vec<Relationship> {
    let facts = &side.facts;
    let describes = Relationship {
        spdx_element_id: "SPDXRef-DOCUMENT".into(),
        kind: "DESCRIBES",
        related_spdx_element: IMAGE.into(),
        comment: None,
    };
    let bringer = |place: usize| facts.bringer(facts.packages.get(place)?);
    let listed = packages.iter().skip(1).enumerate();
    let contained = listed.map(|(place, package)| Relationship {
        spdx_element_id: bringer(place)
            .and_then(|place| packages.get(place + 1))
            .map_or_else(|| IMAGE.into(), |bringer| bringer.id.clone()),
        kind: "CONTAINS",
        related_spdx_element: package.id.clone(),
        comment: None,
    });
    std::iter::once(describes).chain(contained).collect()
}

impl Package {
    /// A package of which nothing is said.
    fn unsaid() -> Package {
        Package {
            id: String::new(),
            name: String::new(),
            version_info: String::new(),
            supplier: None,
            download_location: NOTHING_SAID,
            files_analyzed: false,
            checksums: Vec::new(),
            license_concluded: NOTHING_SAID,
            license_declared: NOTHING_SAID.into(),
            license_comments: None,
            copyright_text: NOTHING_SAID,
            source_info: None,
            external_refs: Vec::new(),
            primary_package_purpose: "OTHER",
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{Distro, Notice, Scheme};
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_package_is_listed_with_its_url_and_belongs_to_the_image() {
        let mut side = Side::default();
        side.image.reference = "shop:1.4".into();
        side.image.digest = format!("sha256:{}", "a".repeat(64)).parse().ok();
        side.facts.distro = Some(Distro { id: "wolfi".into(), ..Distro::default() });
        for (ecosystem, name, scheme) in
            [("apk", "so:x_y", Scheme::Apk), ("npm", "@a/b", Scheme::Npm)]
        {
            let mut package = model::Package::new(ecosystem, name, "1.0-r0", scheme);
            package.license = Some("GPL-2.0+ and others".into());
            side.facts.packages.push(InstalledPackage {
                package,
                database: "/db".into(),
                inside: None,
            });
        }
        side.facts.declared.push(InstalledPackage {
            package: model::Package::new("npm", "c", "2.0.0", Scheme::Npm),
            database: "/app/package-lock.json".into(),
            inside: None,
        });
        side.facts.notices.push(Notice::about("/db".into(), "is cut short"));
        let text = write(&side, Time(0)).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["spdxVersion"], "SPDX-2.3");
        assert_eq!(document["creationInfo"]["created"], "1970-01-01T00:00:00Z");
        assert_eq!(
            document["comment"],
            "1 things could not be read or told for sure:\n/db: is cut short"
        );
        let packages = document["packages"].as_array().unwrap();
        let ids: Vec<&str> = packages.iter().map(|one| one["SPDXID"].as_str().unwrap()).collect();
        let declared = "SPDXRef-Declared-npm-c-1";
        assert_eq!(
            ids,
            [IMAGE, "SPDXRef-Package-apk-so-x-y-1", "SPDXRef-Package-npm--a-b-2", declared]
        );
        assert_eq!(packages[0]["checksums"][0]["checksumValue"], "a".repeat(64));
        let purl = &packages[2]["externalRefs"][0]["referenceLocator"];
        assert_eq!(purl, "pkg:npm/%40a/b@1.0-r0");
        assert_eq!(packages[0]["licenseDeclared"], "NOASSERTION");
        assert_eq!(packages[1]["licenseDeclared"], "GPL-2.0-or-later AND LicenseRef-others");
        assert_eq!(packages[1]["licenseComments"], "recorded as: GPL-2.0+ and others");
        let unlisted = &document["hasExtractedLicensingInfos"];
        assert_eq!(unlisted.as_array().unwrap().len(), 1, "each is told once");
        assert_eq!(unlisted[0]["licenseId"], "LicenseRef-others");
        assert_eq!(unlisted[0]["extractedText"], "others");
        let related = document["relationships"].as_array().unwrap();
        assert_eq!(related.len(), 4);
        assert_eq!(related[2]["relationshipType"], "CONTAINS");
        assert_eq!(
            (&related[3]["relationshipType"], &related[3]["comment"]),
            (&"OTHER".into(), &DECLARED.into())
        );
        assert!(related[1..].iter().all(|one| one["spdxElementId"] == IMAGE));
    }
}
