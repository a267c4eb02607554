//! What is said of products, by CPE, for programs and packages that no feed of packages is written about.

use model::{MatchedBy, Package};

use super::names::Lookup;
use crate::database::Statement;
use crate::{Database, Error, Product};

/// Programs that are recognised by what they say of themselves, with vendor and product. Where one has several, all count.
const PROGRAMS: [(&str, &str, &str); 34] = [
    ("bash", "gnu", "bash"),
    ("busybox", "busybox", "busybox"),
    ("consul", "hashicorp", "consul"),
    ("curl", "haxx", "curl"),
    ("erlang", "erlang", "erlang/otp"),
    ("fluent-bit", "treasuredata", "fluent_bit"),
    ("go", "golang", "go"),
    ("gcc", "gnu", "gcc"),
    ("haproxy", "haproxy", "haproxy"),
    ("helm", "helm", "helm"),
    ("httpd", "apache", "http_server"),
    ("java", "oracle", "jdk"),
    ("jdk", "oracle", "jdk"),
    ("jre", "oracle", "jre"),
    ("mariadb", "mariadb", "mariadb"),
    ("memcached", "memcached", "memcached"),
    ("mysql", "oracle", "mysql"),
    ("nginx", "f5", "nginx"),
    ("nginx", "nginx", "nginx"),
    ("node", "nodejs", "node.js"),
    ("openjdk", "oracle", "openjdk"),
    ("openssl", "openssl", "openssl"),
    ("perl", "perl", "perl"),
    ("php", "php", "php"),
    ("php-cli", "php", "php"),
    ("postgresql", "postgresql", "postgresql"),
    ("python", "python", "python"),
    ("redis", "redislabs", "redis"),
    ("redis", "redis", "redis"),
    ("ruby", "ruby-lang", "ruby"),
    ("rust", "rust-lang", "rust"),
    ("traefik", "traefik", "traefik"),
    ("vault", "hashicorp", "vault"),
    ("wordpress", "wordpress", "wordpress"),
];

/// What is said of the products that a package is.
pub(super) fn lookups(
    package: &Package,
    database: &Database,
) -> Result<Vec<(Lookup, Statement)>, Error> {
    if package.ecosystem != "generic" {
        return Ok(Vec::new());
    }
    let programs = PROGRAMS.iter().filter(|(name, ..)| *name == package.name);
    let mut rows = Vec::new();
    for (_, vendor, product) in programs {
        for (number, known) in database.products(product)? {
            if !means(&known, vendor) {
                continue;
            }
            let lookup = Lookup {
                by: MatchedBy::Cpe,
                ecosystem: "binary",
                name: format!("cpe:2.3:a:{vendor}:{product}:{}:*:*:*:*:*:*:*", package.version),
                version: package.version.to_string(),
                is_of_distro: false,
            };
            let said = database.affected_products(number)?;
            rows.extend(said.into_iter().map(|row| (lookup.clone(), row)));
        }
    }
    Ok(rows)
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
