//! Bitnami: programs that it builds into `/opt/bitnami`, as the bills of materials say that it puts beside them.

pub(super) mod bill;

use model::Scheme;

use super::{Ecosystem, Held, Holding, Input, Reader, Reading, Unreadable, Want};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "bitnami",
    title: "Bitnami (programs in /opt/bitnami)",
    osv: Some("Bitnami"),
    scheme: Some(Scheme::Generic),
    readers: &[Reader {
        revision: 1,
        wants: Want::Suffix(".spdx"),
        companions: &[],
        limit: 4 << 20,
        read: component,
    }],
    records: &[],
    holdings: Some(holdings),
};

/// A component has the folder in which its bill lies.
fn holdings(held: &Held<'_>) -> Vec<Holding> {
    let folder = held.record.rsplit_once('/');
    folder.map(|(folder, _)| Holding::All(folder.into())).into_iter().collect()
}

/// Reads `opt/bitnami/COMPONENT/.spdx-COMPONENT.spdx`, which is JSON in spite of its name.
fn component(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let name = input.path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    if input.path.starts_with(b"opt/bitnami/") && name.starts_with(b".spdx-") {
        bill::read(input)
    } else {
        Ok(Reading::default())
    }
}

#[cfg(test)]
mod tests {
    use super::ECOSYSTEM;
    use crate::transcript::transcript;

    const NGINX: &str = r#"{"spdxVersion":"SPDX-2.3","packages":[{"name":"nginx","versionInfo":"1.25.3","licenseDeclared":"BSD-2-Clause",
        "externalRefs":[{"referenceType":"cpe23Type","referenceLocator":"cpe:2.3:*:f5:nginx:1.25.3"},
            {"referenceType":"purl","referenceLocator":"pkg:bitnami/nginx@1.25.3-0?arch=amd64&distro=debian-11"}]},
        {"name":"src","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:github/x/y@1"}]},{"name":"none"}]}"#;

    #[test]
    fn a_component_is_what_its_url_says() {
        let told = transcript(&ECOSYSTEM, "opt/bitnami/nginx/.spdx-nginx.spdx", NGINX.as_bytes());
        assert_eq!(told.trim_end(), "states nginx 1.25.3-0 arch=amd64 license=BSD-2-Clause");
    }

    #[test]
    fn other_bills_are_not_its_own() {
        assert_eq!(transcript(&ECOSYSTEM, "srv/.spdx-nginx.spdx", NGINX.as_bytes()), "");
        assert_eq!(transcript(&ECOSYSTEM, "opt/bitnami/a/license.spdx", b"text"), "");
        let told = transcript(&ECOSYSTEM, "opt/bitnami/a/.spdx-a.spdx", b"SPDXVersion: SPDX-2.3");
        assert!(told.starts_with("unreadable: it is not JSON"), "{told}");
    }
}
