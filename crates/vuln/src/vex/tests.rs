//! Documents and findings in, what is suppressed and what is told out.

use model::{
    Distro, Findings, FixState, ImageFacts, InstalledPackage, Package, Path, Scheme, Severity,
};

use super::*;

/// An image with curl of Debian, which has CVE-2024-1, and flask of Python, which has GHSA-a (CVE-2024-2).
fn image() -> (Findings, ImageFacts, Target) {
    let mut curl = Package::new("deb", "libcurl4", "7.88.1-10", Scheme::Deb);
    curl.source = Some("curl".into());
    let flask = Package::new("pypi", "Flask_Login", "0.6.3", Scheme::Pypi);
    let installed = |package: Package, database: &str| InstalledPackage {
        package,
        database: Path::new(database),
        inside: None,
    };
    let distro = Distro { id: "debian".into(), version_id: Some("12".into()), ..Distro::default() };
    let facts = ImageFacts {
        packages: vec![
            installed(curl, "var/lib/dpkg/status"),
            installed(flask, "usr/lib/python3/METADATA"),
        ],
        distro: Some(distro),
        ..ImageFacts::default()
    };
    let finding = |package: u32, id: &str, aliases: &[&str]| Finding {
        package,
        id: id.into(),
        aliases: aliases.iter().map(|&alias| alias.into()).collect(),
        ..crate::rules::tests::finding(Severity::High, FixState::Fixed)
    };
    let findings = Findings {
        findings: vec![finding(0, "CVE-2024-1", &[]), finding(1, "GHSA-a", &["CVE-2024-2"])],
        ..Findings::default()
    };
    let mut target = Target::default();
    target.add_name("docker.io/library/shop:1.4");
    target.add_name(&format!("shop@{DIGEST}"));
    (findings, facts, target)
}

const DIGEST: &str = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

fn told(documents: &[&str]) -> Vec<String> {
    let (mut findings, facts, target) = image();
    let documents: Vec<Document> =
        documents.iter().map(|text| Document::read("v.json", text.as_bytes()).unwrap()).collect();
    let image = Listed { findings: &mut findings, facts: &facts, target: &target };
    let warnings = apply(&mut [image], &documents);
    let suppressed = findings.findings.iter().filter_map(|finding| {
        let Suppressed { by, reason } = finding.suppressed.as_ref()?;
        let SuppressedBy::Vex { document, status } = by else { panic!("{by:?}") };
        Some(format!("{} {status} by {document}: {reason}", finding.id))
    });
    suppressed.chain(warnings.into_iter().map(|warning| format!("! {warning}"))).collect()
}

/// Statements written `CVE status PRODUCT [SUBCOMPONENT]`.
fn openvex(statements: &[&str]) -> String {
    let statements: Vec<String> = statements
        .iter()
        .map(|statement| {
            let words: Vec<&str> = statement.split(' ').collect();
            let parts = words.get(3).map(|part| format!(r#", "subcomponents": [{{"@id": "{part}"}}]"#));
            let parts = parts.unwrap_or_default();
            format!(
                r#"{{"vulnerability": {{"name": "{}"}}, "status": "{}", "justification": "component_not_present",
                "products": [{{"@id": "{}"{parts}}}]}}"#,
                words[0], words[1], words[2]
            )
        })
        .collect();
    format!(
        r#"{{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "our-vex", "timestamp": "2024-01-01T00:00:00Z",
            "statements": [{}]}}"#,
        statements.join(",")
    )
}

fn check(statements: &[&str], expected: &[&str]) {
    assert_eq!(told(&[&openvex(statements)]), expected, "{statements:?}");
}

const CURL: &str = "CVE-2024-1 not_affected by our-vex: component_not_present";
const FLASK: &str = "GHSA-a not_affected by our-vex: component_not_present";

#[test]
fn an_image_has_many_names() {
    for product in [
        "docker.io/library/shop:1.4",
        "shop:1.4",
        "shop",
        DIGEST,
        "pkg:oci/shop@sha256%3Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa?repository_url=docker.io/library",
        "pkg:oci/shop?repository_url=docker.io/library/shop&tag=1.4",
        "pkg:oci/shop?tag=1.4",
        "pkg:docker/library/shop@1.4",
        "cpe:2.3:o:debian:debian_linux:12:*:*:*:*:*:*:*",
    ] {
        check(&[&format!("CVE-2024-1 not_affected {product}")], &[CURL]);
    }
}

#[test]
fn a_part_of_an_image_is_a_package_of_it() {
    check(&["CVE-2024-1 not_affected shop:1.4 pkg:deb/debian/libcurl4"], &[CURL]);
    check(
        &["CVE-2024-1 not_affected shop:1.4 pkg:deb/debian/libcurl4@7.88.1-10?distro=debian-12"],
        &[CURL],
    );
    check(&["CVE-2024-1 not_affected shop:1.4 pkg:deb/debian/curl@7.88.1-10?arch=source"], &[CURL]);
    check(&["CVE-2024-2 not_affected shop:1.4 pkg:pypi/flask-login"], &[FLASK]);
}

#[test]
fn a_package_may_be_the_product() {
    check(&["CVE-2024-2 not_affected pkg:pypi/flask_login@0.6.3"], &[FLASK]);
}

#[test]
fn what_is_of_another_product_is_told() {
    let told = |product: &str| {
        format!(
            "! VEX document our-vex: what it says of CVE-2024-1 counts for nothing, because neither an image nor a \
             package with it is {product}"
        )
    };
    for product in [
        "shop:1.5",
        "pkg:oci/shop?tag=1.5",
        "pkg:deb/debian/libcurl4@7.88.1-11",
        "pkg:rpm/debian/libcurl4",
    ] {
        check(&[&format!("CVE-2024-1 not_affected {product}")], &[&told(product)]);
    }
    let both = told("shop:1.4 with pkg:deb/debian/wget");
    check(&["CVE-2024-1 not_affected shop:1.4 pkg:deb/debian/wget"], &[&both]);
    let none = "! VEX document our-vex: none of the vulnerabilities that it is about was found";
    check(&["CVE-2020-9 not_affected shop:1.4"], &[none]);
}

#[test]
fn of_several_statements_the_last_one_counts() {
    check(&["CVE-2024-1 not_affected shop", "CVE-2024-1 affected shop"], &[]);
    check(
        &["CVE-2024-1 under_investigation shop", "CVE-2024-1 fixed shop"],
        &["CVE-2024-1 fixed by our-vex: component_not_present"],
    );
    // Time counts more than the order of documents.
    let later = openvex(&["CVE-2024-1 not_affected shop"]).replace("2024-01-01", "2025-01-01");
    let earlier = openvex(&["CVE-2024-1 affected shop"]);
    assert_eq!(told(&[&later, &earlier]), [CURL]);
}

#[test]
fn statements_that_make_no_sense_are_told_and_the_others_count() {
    let document = openvex(&["CVE-2024-1 nonsense shop", "CVE-2024-2 fixed shop"]);
    assert_eq!(
        told(&[&document]),
        [
            "GHSA-a fixed by our-vex: component_not_present",
            "! VEX document our-vex: statement 1: `nonsense` is no status",
        ]
    );
    let read = |text: &str| Document::read("v.json", text.as_bytes()).unwrap_err();
    assert_eq!(
        read("{}"),
        "it is neither OpenVEX (`statements`) nor CSAF (`document.csaf_version`)"
    );
    assert!(read("<xml/>").starts_with("it is not JSON"));
}

fn csaf(platform: &str, status: &str) -> String {
    format!(
        r#"{{"document": {{"category": "csaf_vex", "csaf_version": "2.0",
            "tracking": {{"id": "our-csaf", "current_release_date": "2024-01-01T00:00:00Z"}}}},
        "product_tree": {{
            "branches": [{{"category": "vendor", "name": "v", "branches": [
                {{"product": {{"product_id": "os", "name": "OS", "product_identification_helper": {{"cpe": "{platform}"}}}}}},
                {{"product": {{"product_id": "curl", "name": "curl",
                    "product_identification_helper": {{"purl": "pkg:deb/debian/curl?arch=source"}}}}}}]}}],
            "relationships": [{{"category": "default_component_of", "product_reference": "curl",
                "relates_to_product_reference": "os",
                "full_product_name": {{"product_id": "os:curl", "name": "curl of OS"}}}}]}},
        "vulnerabilities": [{{"cve": "CVE-2024-1", "product_status": {{"{status}": ["os:curl", "nobody"]}},
            "flags": [{{"label": "vulnerable_code_not_present", "product_ids": ["os:curl"]}}]}}]}}"#
    )
}

#[test]
fn csaf_has_packages_of_platforms() {
    let nobody = "! VEX document our-csaf: CVE-2024-1: there is no product `nobody`";
    let suppressed = "CVE-2024-1 not_affected by our-csaf: vulnerable_code_not_present";
    let debian = |version: &str, status: &str| {
        csaf(&format!("cpe:/o:debian:debian_linux:{version}"), status)
    };
    assert_eq!(told(&[&debian("12", "known_not_affected")]), [suppressed, nobody]);
    assert_eq!(told(&[&debian("12", "known_affected")]), [nobody]);
    let other = "! VEX document our-csaf: what it says of CVE-2024-1 counts for nothing, because neither an image nor a \
                 package with it is cpe:/o:debian:debian_linux:11 with pkg:deb/debian/curl?arch=source";
    assert_eq!(told(&[&debian("11", "known_not_affected")]), [nobody, other]);
}
