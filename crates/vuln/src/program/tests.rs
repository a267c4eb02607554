//! What programs answer, and what we make of it.

use std::fmt::Write;

use model::{Distro, Findings, ImageFacts, InstalledPackage, Package, Scheme};
use serde_json::json;

use super::*;

fn shop() -> ImageFacts {
    let mut openssl = Package::new("rpm", "openssl-libs", "1:3.0.7-27.el9", Scheme::Rpm);
    openssl.architecture = Some("x86_64".into());
    openssl.source = Some("openssl-3.0.7-27.el9.src.rpm".into());
    openssl.module = Some("tls:1".into());
    let node = Package::new("generic", "node", "18.1.0", Scheme::Semver);
    let scoped = Package::new("npm", "@shop/cart", "1.0.0", Scheme::Npm);
    let packages = [openssl, node, scoped.clone(), scoped];
    let installed = |package| InstalledPackage { package, database: "/db".into(), inside: None };
    ImageFacts {
        packages: packages.map(installed).into(),
        distro: Some(Distro {
            id: "rhel".into(),
            id_like: vec!["fedora".into()],
            version_id: Some("9.4".into()),
            ..Distro::default()
        }),
        ..ImageFacts::default()
    }
}

/// Findings, then gaps, a line each.
fn told(findings: &Findings) -> String {
    let scanner = &findings.scanner;
    let built = scanner.data.built.map_or("-".into(), |built| built.to_string());
    let (name, version, schema) = (&scanner.name, &scanner.version, &scanner.data.schema);
    let mut out = format!("{name} {version}, {built}, {schema:?}\n");
    for one in &findings.findings {
        let matched: Vec<String> = one
            .matched
            .iter()
            .map(|one| {
                format!("{} {} {} [{}]", one.by.name(), one.name, one.version, one.constraint)
            })
            .collect();
        let scores: Vec<String> = one
            .cvss
            .iter()
            .map(|one| {
                format!(
                    "{} {}",
                    one.version,
                    one.score.map_or("-".into(), |score| score.to_string())
                )
            })
            .collect();
        let _ = writeln!(
            out,
            "{} {} ({}) {} {} {} {:?} cvss {} exploited {} | {}{}",
            one.package,
            one.id,
            one.aliases.join(" "),
            one.namespace,
            one.severity,
            one.fix.state.name(),
            one.fix.versions,
            scores.join(", "),
            one.known_exploited.len(),
            matched.join("; "),
            one.suppressed
                .as_ref()
                .map_or(String::new(), |one| format!(" suppressed: {}", one.reason)),
        );
    }
    findings.gaps.iter().fold(out, |out, gap| out + "gap: " + &gap.to_string() + "\n")
}

fn check_grype(answer: &serde_json::Value, expect: &str) {
    let findings = Program::Grype.read(answer.to_string().as_bytes(), b"", &shop()).unwrap();
    assert_eq!(told(&findings), expect);
}

fn check_trivy(answer: &serde_json::Value, about: &serde_json::Value, expect: &str) {
    let (answer, about) = (answer.to_string(), about.to_string());
    let findings = Program::Trivy.read(answer.as_bytes(), about.as_bytes(), &shop()).unwrap();
    assert_eq!(told(&findings), expect);
}

#[test]
fn the_answer_of_grype_is_taken_with_its_own_data() {
    let rpm = json!({
        "name": "openssl-libs", "version": "1:3.0.7-27.el9",
        "purl": "pkg:rpm/rhel/openssl-libs@3.0.7-27.el9?upstream=x&epoch=1&arch=x86_64",
    });
    check_grype(
        &json!({
            "matches": [
                {
                    "vulnerability": {
                        "id": "CVE-2024-1", "namespace": "redhat:distro:redhat:9", "severity": "High",
                        "cvss": [],
                        "fix": { "versions": ["1:3.0.7-28.el9"], "state": "fixed" },
                        "knownExploited": [{ "cve": "CVE-2024-1", "knownRansomwareCampaignUse": "Known" }],
                    },
                    "relatedVulnerabilities": [{
                        "id": "GHSA-aaaa", "cvss": [{
                            "version": "3.1", "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                            "metrics": { "baseScore": 9.8 },
                        }],
                    }],
                    "matchDetails": [{
                        "type": "exact-indirect-match",
                        "searchedBy": { "package": { "name": "openssl", "version": "3.0.7-27.el9" } },
                        "found": { "versionConstraint": "< 1:3.0.7-28.el9 (rpm)" },
                    }],
                    "artifact": rpm,
                },
                {
                    "vulnerability": { "id": "GHSA-b", "namespace": "github:language:javascript" },
                    "artifact": { "name": "other", "version": "1.0.0", "purl": "pkg:npm/@shop/cart@1.0.0" },
                },
                { "vulnerability": { "id": "CVE-3" }, "artifact": { "name": "nobody", "version": "2" } },
                { "vulnerability": 7 },
            ],
            "ignoredMatches": [{
                "vulnerability": { "id": "CVE-2024-4", "namespace": "nvd:cpe", "severity": "Low" },
                "matchDetails": [{ "type": "cpe-match", "searchedBy": { "cpes": ["cpe:2.3:a:nodejs:node.js:18.1.0:*:*:*:*:*:*:*"] } }],
                "artifact": { "name": "node", "version": "18.1.0" },
                "appliedIgnoreRules": [{ "reason": "the shop said so" }],
            }],
            "descriptor": {
                "name": "grype", "version": "0.121.3",
                "db": { "status": { "built": "2024-12-31T04:00:00Z", "schemaVersion": "v6.1.9", "from": "https://x" } },
            },
        }),
        "grype 0.121.3, 2024-12-31T04:00:00Z, \"v6.1.9\"\n\
         0 CVE-2024-1 (GHSA-aaaa) redhat:distro:redhat:9 high fixed [\"1:3.0.7-28.el9\"] cvss 3.1 9.8 exploited 1 | exact-indirect-match openssl 3.0.7-27.el9 [< 1:3.0.7-28.el9 (rpm)]\n\
         2 GHSA-b () github:language:javascript unknown unknown [] cvss  exploited 0 | \n\
         3 GHSA-b () github:language:javascript unknown unknown [] cvss  exploited 0 | \n\
         1 CVE-2024-4 () nvd:cpe low unknown [] cvss  exploited 0 | cpe-match cpe:2.3:a:nodejs:node.js:18.1.0:*:*:*:*:*:*:* 18.1.0 [] suppressed: the shop said so\n\
         gap: a row of what grype found makes no sense: invalid type: integer `7`, expected struct Vulnerability\n\
         gap: grype tells CVE-3 of a package that the image is not known to have: nobody 2\n",
    );
}

#[test]
fn an_older_grype_tells_its_schema_as_a_number() {
    let answer = json!({
        "matches": [],
        "descriptor": {
            "name": "grype", "version": "0.74.1",
            "db": { "built": "2024-02-27T01:23:18Z", "schemaVersion": 5, "location": "/db/5" },
        },
    });
    check_grype(&answer, "grype 0.74.1, 2024-02-27T01:23:18Z, \"5\"\n");
}

#[test]
fn the_answer_of_trivy_is_taken_with_its_own_data() {
    let about = json!({
        "Version": "0.74.0", "VulnerabilityDB": { "Version": 2, "UpdatedAt": "2025-01-01T00:00:00Z" },
    });
    check_trivy(
        &json!({
            "Metadata": { "OS": { "Family": "redhat", "Name": "9.4" } },
            "Results": [
                { "Class": "os-pkgs", "Type": "redhat", "Vulnerabilities": [{
                    "VulnerabilityID": "CVE-2024-1", "VendorIDs": ["RHSA-2024:1"],
                    "PkgName": "openssl-libs", "InstalledVersion": "1:3.0.7-27.el9",
                    "PkgIdentifier": { "PURL": "pkg:rpm/rhel/openssl-libs@3.0.7-27.el9?arch=x86_64&epoch=1" },
                    "FixedVersion": "1:3.0.7-28.el9", "Status": "fixed",
                    "DataSource": { "ID": "redhat" }, "Severity": "MEDIUM", "SeveritySource": "nvd",
                    "CVSS": { "nvd": { "V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "V3Score": 9.8 } },
                }, 7] },
                { "Class": "lang-pkgs", "Type": "node-pkg", "Vulnerabilities": [{
                    "VulnerabilityID": "CVE-2024-2", "PkgName": "@shop/cart", "InstalledVersion": "1.0.0",
                    "Status": "will_not_fix", "DataSource": { "ID": "ghsa" }, "Severity": "CRITICAL",
                }] },
            ],
        }),
        &about,
        "trivy 0.74.0, 2025-01-01T00:00:00Z, \"2\"\n\
         0 CVE-2024-1 (RHSA-2024:1) redhat:distro:redhat:9.4 medium fixed [\"1:3.0.7-28.el9\"] cvss 3.1 9.8 exploited 0 | exact-direct-match openssl-libs 1:3.0.7-27.el9 []\n\
         2 CVE-2024-2 () ghsa:language:node-pkg critical wont-fix [] cvss  exploited 0 | exact-direct-match @shop/cart 1.0.0 []\n\
         3 CVE-2024-2 () ghsa:language:node-pkg critical wont-fix [] cvss  exploited 0 | exact-direct-match @shop/cart 1.0.0 []\n\
         gap: a row of what trivy found makes no sense: invalid type: integer `7`, expected struct Vulnerability\n",
    );
    check_trivy(
        &json!({ "Metadata": { "OS": { "Family": "redhat", "Name": "5", "EOSL": true } } }),
        &about,
        "trivy 0.74.0, 2025-01-01T00:00:00Z, \"2\"\n\
         gap: rhel 9.4 is not kept secure any more\n\
         gap: the advisories say nothing about rhel 9.4: 1 packages were not looked up\n",
    );
}

#[test]
fn each_program_is_handed_the_packages_in_its_own_words() {
    let check = |program, expect: &str| {
        let bill = bill::of(&shop(), "shop:1.4", program);
        let components = bill["components"].as_array().unwrap().iter().map(|one| {
            let properties = one["properties"].as_array().into_iter().flatten().map(|property| {
                format!(
                    " {}={}",
                    property["name"].as_str().unwrap(),
                    property["value"].as_str().unwrap()
                )
            });
            let text = |key: &str| one[key].as_str().unwrap_or_default();
            let words = [text("type"), text("name"), text("version"), text("purl"), text("cpe")];
            words.join(" ") + &properties.collect::<String>() + "\n"
        });
        assert_eq!(components.collect::<String>(), expect);
    };
    check(
        Program::Grype,
        "operating-system rhel 9.4   syft:distro:id=rhel syft:distro:versionID=9.4 syft:distro:idLike:0=fedora\n\
         library openssl-libs 1:3.0.7-27.el9 pkg:rpm/rhel/openssl-libs@3.0.7-27.el9?arch=x86_64&distro=rhel-9.4&epoch=1&upstream=openssl-3.0.7-27.el9.src.rpm  syft:location:0:path=/db syft:package:type=rpm syft:package:metadataType=rpm-db-entry syft:metadata:epoch=1 syft:metadata:sourceRpm=openssl-3.0.7-27.el9.src.rpm syft:metadata:modularityLabel=tls:1\n\
         library node 18.1.0 pkg:generic/node@18.1.0 cpe:2.3:a:nodejs:node.js:18.1.0:*:*:*:*:*:*:* syft:location:0:path=/db\n\
         library @shop/cart 1.0.0 pkg:npm/%40shop/cart@1.0.0  syft:location:0:path=/db\n\
         library @shop/cart 1.0.0 pkg:npm/%40shop/cart@1.0.0  syft:location:0:path=/db\n",
    );
    check(
        Program::Trivy,
        "operating-system redhat 9.4   aquasecurity:trivy:Class=os-pkgs aquasecurity:trivy:Type=redhat\n\
         library openssl-libs 1:3.0.7-27.el9 pkg:rpm/rhel/openssl-libs@3.0.7-27.el9?arch=x86_64&distro=rhel-9.4&epoch=1&upstream=openssl-3.0.7-27.el9.src.rpm  aquasecurity:trivy:PkgType=redhat aquasecurity:trivy:SrcName=openssl aquasecurity:trivy:SrcVersion=3.0.7 aquasecurity:trivy:SrcRelease=27.el9 aquasecurity:trivy:Modularitylabel=tls:1\n\
         library node 18.1.0 pkg:generic/node@18.1.0 \n\
         library @shop/cart 1.0.0 pkg:npm/%40shop/cart@1.0.0 \n\
         library @shop/cart 1.0.0 pkg:npm/%40shop/cart@1.0.0 \n",
    );
}
