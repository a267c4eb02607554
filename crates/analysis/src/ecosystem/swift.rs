//! Swift: what its package manager checked out beside a build. What was linked into a program is not to be seen any more,
//! and what `Package.resolved` names is declared (`lock`).

use model::{Evidence, Package, Scheme};
use serde_json::Value;

use super::{Ecosystem, Input, Reader, Reading, Unreadable, Want, kept};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "swift",
    title: "Swift packages",
    osv: Some("SwiftURL"),
    scheme: Some(Scheme::Semver),
    readers: &[Reader {
        revision: 1,
        wants: Want::Right(".build", "workspace-state.json"),
        companions: &[],
        limit: 8 << 20,
        read: state,
    }],
    records: &[],
    holdings: None,
};

/// Reads `workspace-state.json`: where each dependency came from, and what was checked out of it.
fn state(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let document: Value = serde_json::from_slice(input.bytes)
        .map_err(|error| Unreadable(format!("it is not JSON ({error})")))?;
    let list = document.pointer("/object/dependencies").and_then(Value::as_array);
    let list = list.ok_or_else(|| Unreadable("it has no list of dependencies".into()))?;
    let packages: Vec<_> =
        list.iter().filter_map(package).map(|package| (package, Vec::new())).collect();
    let evidence = Some(packages).filter(|packages| !packages.is_empty()).map(Evidence::Packages);
    Ok(Reading { evidence: evidence.into_iter().collect(), ..Reading::default() })
}

fn package(one: &Value) -> Option<Package> {
    let text = |path: &str| kept(one.pointer(path)?.as_str()?);
    let location = text("/packageRef/location").or_else(|| text("/packageRef/path"))?;
    let revision = text("/state/checkoutState/revision");
    // What follows a branch has no version: its commit is all there is.
    let version = text("/state/checkoutState/version").or_else(|| revision.clone())?;
    Some(Package {
        build: revision,
        ..Package::new(ECOSYSTEM.name, name(&location), &version, Scheme::Semver)
    })
}

/// What a package is called that comes from an address: that, without how it is reached.
pub(super) fn name(location: &str) -> &str {
    let name = location.split_once("://").map_or(location, |(_, rest)| rest);
    name.strip_suffix(".git").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::ECOSYSTEM;
    use crate::transcript::transcript;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let path = "srv/.build/workspace-state.json";
        assert_eq!(transcript(&ECOSYSTEM, path, text.as_bytes()).trim_end(), expect);
    }

    #[test]
    fn a_checkout_is_a_package() {
        check(
            r#"{"object":{"dependencies":[{"packageRef":{"identity":"swift-nio",
              "location":"https://example.org/apple/swift-nio.git"},
              "state":{"checkoutState":{"revision":"abc","version":"2.40.0"},"name":"sourceControlCheckout"}},
              {"packageRef":{"location":"https://example.org/x/y"},
              "state":{"checkoutState":{"branch":"main","revision":"def"}}},
              {"packageRef":{"location":"/local"},"state":{"name":"fileSystem"}}]},"version":6}"#,
            "example.org/apple/swift-nio 2.40.0 build=abc\nexample.org/x/y def build=def",
        );
    }

    #[test]
    fn what_is_no_state_is_told_of() {
        check("{}", "unreadable: it has no list of dependencies");
    }
}
