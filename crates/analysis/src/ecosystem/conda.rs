//! Conda: what conda, mamba and micromamba installed, one record for each package in `conda-meta` of an environment. It never
//! reads their caches, where the same records lie beside packages that nobody may have installed.

use std::collections::HashSet;

use model::{Evidence, OwnedPath, Package, Path, Recorded, RecordedDigest, Scheme, Sha256};
use serde_json::Value;

use super::{Ecosystem, Input, Reader, Reading, Unreadable, Want, kept};
use crate::budget::Budget;

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "conda",
    title: "Conda",
    osv: None,
    scheme: Some(Scheme::Generic),
    readers: &[Reader {
        revision: 1,
        wants: Want::Among("conda-meta", ".json"),
        companions: &[],
        limit: 64 << 20,
        read: record,
    }],
    records: &[Want::Within("conda-meta", "history"), Want::Within("conda-meta", "state")],
    holdings: None,
};

/// Reads `conda-meta/NAME-VERSION-BUILD.json`. Paths begin in the environment, which `conda-meta` stands in.
fn record(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let record: Value = serde_json::from_slice(input.bytes)
        .map_err(|error| Unreadable(format!("it is not JSON ({error})")))?;
    let text = |name: &str| kept(record.get(name)?.as_str()?);
    let (Some(name), Some(version)) = (text("name"), text("version")) else {
        return Err(Unreadable("it has no name or no version".into()));
    };
    let package = Package {
        architecture: text("subdir"),
        build: text("build"),
        license: text("license"),
        size: record.get("size").and_then(Value::as_u64),
        ..Package::new(ECOSYSTEM.name, &name, &version, Scheme::Generic)
    };
    let folder = |path: &[u8]| {
        let slash = path.iter().rposition(|&byte| byte == b'/').unwrap_or(0);
        path[..slash].to_vec()
    };
    let environment = Path::new(folder(&folder(input.path)));
    let mut budget = Budget::of(input);
    let mut owned = Vec::new();
    for (path, digest) in paths(&record) {
        if !budget.admits(environment.as_bytes().len().saturating_add(path.len())) {
            continue;
        }
        let path = environment.join(path.as_bytes());
        let digest = digest.and_then(Sha256::from_hex).map(RecordedDigest::Sha256).map(Box::new);
        if path != environment && path.is_under(&environment) {
            owned.push(OwnedPath { path, recorded: Recorded { digest, ..Recorded::default() } });
        }
    }
    let evidence = vec![Evidence::Packages(vec![(package, owned)])];
    Ok(Reading { evidence, notices: budget.into_notices().collect(), ..Reading::default() })
}

/// The paths of a record, with the SHA-256 that each has in the environment: of what was changed for the place that it was
/// installed in, the one after that. Old records list paths alone.
fn paths(record: &Value) -> Vec<(&str, Option<&str>)> {
    let told = record["paths_data"]["paths"].as_array().into_iter().flatten();
    let mut paths: Vec<(&str, Option<&str>)> = told.filter_map(path).collect();
    let known: HashSet<&str> = paths.iter().map(|(path, _)| *path).collect();
    let files = record["files"].as_array().into_iter().flatten().filter_map(Value::as_str);
    paths.extend(files.filter(|path| !known.contains(path)).map(|path| (path, None)));
    paths
}

fn path(one: &Value) -> Option<(&str, Option<&str>)> {
    let is_changed = !one["prefix_placeholder"].is_null();
    let shipped = one["sha256"].as_str().filter(|_| !is_changed);
    // The digest of a link is that of what it leads to.
    let is_link = one["path_type"].as_str() == Some("softlink");
    let digest = one["sha256_in_prefix"].as_str().or(shipped).filter(|_| !is_link);
    Some((one["_path"].as_str()?, digest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::transcript;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let path = "opt/conda/conda-meta/openssl-3.0.1-h1_0.json";
        assert_eq!(transcript(&ECOSYSTEM, path, text.as_bytes()).trim_end(), expect);
    }

    #[test]
    fn a_record_is_a_package_with_its_files() {
        let digest = "47dec1".repeat(10) + "47de";
        let record = serde_json::json!({
            "name": "openssl", "version": "3.0.1", "build": "h1_0", "license": "Apache-2.0", "subdir": "linux-64",
            "files": ["bin/openssl", "share/d"],
            "paths_data": {"paths_version": 1, "paths": [
                {"_path": "bin/openssl", "path_type": "hardlink", "sha256": digest},
                {"_path": "lib/a", "path_type": "softlink", "sha256": digest},
                {"_path": "etc/b", "prefix_placeholder": "/x", "sha256": "00", "sha256_in_prefix": digest},
                {"_path": "etc/c", "prefix_placeholder": "/x", "sha256": digest},
                {"_path": "../../etc/passwd", "sha256": digest},
                {"no": "path"},
            ]},
        });
        let told = transcript(
            &ECOSYSTEM,
            "opt/conda/conda-meta/openssl-3.0.1-h1_0.json",
            record.to_string().as_bytes(),
        );
        assert!(told.starts_with("openssl 3.0.1"), "{told}");
        assert_eq!(told.matches(&format!("sha256:{digest}")).count(), 2, "{told}");
        for path in [
            "/opt/conda/bin/openssl",
            "/opt/conda/lib/a",
            "/opt/conda/etc/b",
            "/opt/conda/etc/c",
            "/opt/conda/share/d",
        ] {
            assert!(told.contains(path), "{path}: {told}");
        }
        assert!(!told.contains("passwd"), "{told}");
    }

    #[test]
    fn old_records_list_paths_alone() {
        let path = "conda-meta/a-1-0.json";
        let told = transcript(&ECOSYSTEM, path, br#"{"name":"a","version":"1","files":["bin/a"]}"#);
        assert!(told.contains("/bin/a"), "{told}");
    }

    #[test]
    fn what_is_no_record_is_unreadable() {
        check("[]", "unreadable: it has no name or no version");
        check("{\"name\": \"a\"}", "unreadable: it has no name or no version");
        check("{", "unreadable: it is not JSON (EOF while parsing an object at line 1 column 1)");
    }
}
