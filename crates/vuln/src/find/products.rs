//! What is said of products, by CPE, for programs and packages that no feed of packages is written about.

use std::collections::BTreeSet;

use model::{MatchedBy, Package};

use super::names::Lookup;
use crate::database::Statement;
use crate::{Database, Error, Product};

/// Programs that are recognised by what they say of themselves, with vendor and product. Where one has several, all count.
const PROGRAMS: [(&str, &str, &str); 43] = [
    ("bash", "gnu", "bash"),
    ("busybox", "busybox", "busybox"),
    ("consul", "hashicorp", "consul"),
    ("curl", "haxx", "curl"),
    ("erlang", "erlang", "erlang/otp"),
    ("etcd", "etcd", "etcd"),
    ("etcd", "redhat", "etcd"),
    ("fluent-bit", "treasuredata", "fluent_bit"),
    ("gcc", "gnu", "gcc"),
    ("go", "golang", "go"),
    ("haproxy", "haproxy", "haproxy"),
    ("helm", "helm", "helm"),
    ("httpd", "apache", "http_server"),
    ("java", "oracle", "jdk"),
    ("jdk", "oracle", "jdk"),
    ("jre", "oracle", "jre"),
    ("kubectl", "kubernetes", "kubectl"),
    ("kubectl", "kubernetes", "kubernetes"),
    ("mariadb", "mariadb", "mariadb"),
    ("memcached", "memcached", "memcached"),
    ("mongodb", "mongodb", "mongodb"),
    ("mysql", "oracle", "mysql"),
    ("nginx", "f5", "nginx"),
    ("nginx", "nginx", "nginx"),
    ("node", "nodejs", "node.js"),
    ("openjdk", "oracle", "openjdk"),
    ("openssl", "openssl", "openssl"),
    ("perl", "perl", "perl"),
    ("php", "php", "php"),
    ("php-cli", "php", "php"),
    ("postgres", "postgresql", "postgresql"),
    ("postgresql", "postgresql", "postgresql"),
    ("python", "python", "python"),
    ("rabbitmq", "pivotal_software", "rabbitmq"),
    ("rabbitmq", "vmware", "rabbitmq"),
    ("redis", "redis", "redis"),
    ("redis", "redislabs", "redis"),
    ("ruby", "ruby-lang", "ruby"),
    ("rust", "rust-lang", "rust"),
    ("traefik", "traefik", "traefik"),
    ("valkey", "lfprojects", "valkey"),
    ("vault", "hashicorp", "vault"),
    ("wordpress", "wordpress", "wordpress"),
];

/// A product that a package may be: its vendor, its name.
type Candidate = (String, String);

/// What is said of the products that a package is.
pub(super) fn lookups(
    package: &Package,
    database: &Database,
) -> Result<Vec<(Lookup, Statement)>, Error> {
    let version = version(package);
    let mut rows = Vec::new();
    for (vendor, product) in candidates(package) {
        for (number, known) in database.products(&product)? {
            if !means(&known, &vendor) {
                continue;
            }
            let lookup = Lookup {
                by: MatchedBy::Cpe,
                ecosystem: "binary",
                name: cpe(&vendor, &product, version),
                version: version.into(),
                is_of_distro: false,
            };
            let said = database.affected_products(number)?;
            rows.extend(said.into_iter().map(|row| (lookup.clone(), row)));
        }
    }
    Ok(rows)
}

/// Whether packages of an ecosystem are looked up as products, whatever else they are looked up as.
pub(super) fn answer_for(ecosystem: &str) -> bool {
    matches!(ecosystem, "generic" | "composer")
}

/// The products that a package may be, as CPEs.
pub(crate) fn cpes(package: &Package) -> Vec<String> {
    let version = version(package);
    candidates(package).iter().map(|(vendor, product)| cpe(vendor, product, version)).collect()
}

fn cpe(vendor: &str, product: &str, version: &str) -> String {
    format!("cpe:2.3:a:{vendor}:{product}:{version}:*:*:*:*:*:*:*")
}

/// The version of the product: whoever writes about it does not know how often Alpine built it.
fn version(package: &Package) -> &str {
    match &*package.ecosystem {
        "apk" => without_release(package.version.as_str()),
        _ => package.version.as_str(),
    }
}

/// The products that a package may be. Of most kinds of packages others write by the package's own name, and products
/// that are only called alike would be wrong more often than right.
fn candidates(package: &Package) -> BTreeSet<Candidate> {
    let of = |vendor: &str, product: &str| (vendor.to_owned(), product.to_owned());
    let known = |name: &str| -> Vec<Candidate> {
        let programs = PROGRAMS.iter().filter(|(known, ..)| *known == name);
        programs.map(|(_, vendor, product)| of(vendor, product)).collect()
    };
    match &*package.ecosystem {
        "generic" => known(&package.name).into_iter().collect(),
        "composer" => package
            .name
            .split_once('/')
            .map(|(vendor, name)| of(vendor, name))
            .into_iter()
            .collect(),
        "apk" => {
            let names = std::iter::once(&*package.name).chain(package.source.as_deref());
            let called = |name: &str| {
                let name = name.to_ascii_lowercase();
                let spellings = [name.clone(), name.replace('-', "_")];
                let alike = spellings.into_iter().flat_map(|product| {
                    [(product.clone(), product.clone()), (format!("{product}_project"), product)]
                });
                alike.chain(known(&name)).collect::<Vec<_>>()
            };
            names.flat_map(called).collect()
        }
        _ => BTreeSet::new(),
    }
}

/// `1.2.3` of `1.2.3-r4`.
fn without_release(version: &str) -> &str {
    match version.rsplit_once("-r") {
        Some((rest, release)) if release.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => version,
    }
}

/// Whether a record's product is an application of this vendor, for whatever software.
fn means(product: &Product, vendor: &str) -> bool {
    let any = |text: &str| matches!(text, "" | "*" | "-");
    (any(&product.part) || product.part == "a")
        && (any(&product.vendor) || product.vendor.eq_ignore_ascii_case(vendor))
        && any(&product.target_software)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_may_be_several_products() {
        let check = |ecosystem: &str, name: &str, source: Option<&str>, expect: &str| {
            let mut package = Package::new(ecosystem, name, "1.2-r3", model::Scheme::Apk);
            package.source = source.map(Into::into);
            let told = candidates(&package);
            let told: Vec<String> =
                told.iter().map(|(vendor, name)| format!("{vendor}:{name}")).collect();
            assert_eq!(told.join(" "), expect);
        };
        check("generic", "curl", None, "haxx:curl");
        check("generic", "what", None, "");
        check("deb", "curl", None, "");
        check("composer", "monolog/monolog", None, "monolog:monolog");
        check(
            "apk",
            "libcurl",
            Some("curl"),
            "curl:curl curl_project:curl haxx:curl libcurl:libcurl libcurl_project:libcurl",
        );
        assert_eq!(["1.2-r3", "1.2-rc1", "1"].map(without_release), ["1.2", "1.2-rc1", "1"]);
    }

    #[test]
    fn what_is_made_for_other_software_is_another_product() {
        let product = |part: &str, vendor: &str, target: &str| Product {
            part: part.into(),
            vendor: vendor.into(),
            target_software: target.into(),
            ..Product::default()
        };
        assert!(means(&product("a", "Haxx", "*"), "haxx"));
        assert!(means(&product("", "", ""), "haxx"));
        assert!(!means(&product("o", "haxx", ""), "haxx"));
        assert!(!means(&product("a", "other", ""), "haxx"));
        assert!(!means(&product("a", "haxx", "node.js"), "haxx"));
    }
}
