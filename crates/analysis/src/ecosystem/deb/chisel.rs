//! What `chisel` cut out of Ubuntu's packages: its list of packages, slices and paths. It reads no slices' definitions.

use std::collections::BTreeMap;

use model::{Evidence, OwnedPath, Package, Path, Recorded, RecordedDigest, Scheme, Sha256};
use serde_json::{Map, Value};

use super::{ECOSYSTEM, Input, Reading, Unreadable};
use crate::budget::Budget;
use crate::ecosystem::{Damage, kept};

/// The longest list once inflated.
const LONGEST: usize = 64 << 20;

/// Reads `manifest.wall`: zstd over lines of JSON, each of which is of a kind; the first says which format it is.
pub(super) fn wall(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let inflated = layer::inflate(input.bytes, LONGEST);
    let mut damage = Damage::default();
    if inflated.rest.is_some() {
        damage.tell(|| "is cut short, damaged, or larger than its reader allows: the rest of it is not known".into());
    }
    let mut budget = Budget::of(input);
    let mut packages: BTreeMap<String, (Package, Vec<OwnedPath>)> = BTreeMap::new();
    let mut lines = (1..).zip(inflated.bytes.split(|&byte| byte == b'\n'));
    let first: Option<Map<String, Value>> =
        lines.next().and_then(|(_, line)| serde_json::from_slice(line).ok());
    if first.is_none_or(|first| !first.contains_key("jsonwall")) {
        return Err(Unreadable("its first line does not say that it is one of chisel's".into()));
    }
    for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let Ok(row) = serde_json::from_slice::<Map<String, Value>>(line) else {
            damage.tell(|| format!("line {number} is no JSON: left out"));
            continue;
        };
        match row.get("kind").and_then(Value::as_str) {
            Some("package") => match package(&row) {
                Some(package) => {
                    packages.insert(package.name.clone(), (package, Vec::new()));
                }
                None => damage.tell(|| format!("line {number} has no name or version: left out")),
            },
            // Rows are ordered by their kind, so that packages come before paths.
            Some("path") => {
                for name in owners(&row) {
                    if let (Some((_, paths)), Some(path)) =
                        (packages.get_mut(name), owned(&row, &mut budget))
                    {
                        paths.push(path);
                    }
                }
            }
            _ => {}
        }
    }
    let evidence = vec![Evidence::Packages(packages.into_values().collect())];
    let notices = damage.into_notices().into_iter().chain(budget.into_notices()).collect();
    Ok(Reading { evidence, notices, ..Reading::default() })
}

fn text<'a>(row: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    row.get(name)?.as_str().filter(|text| !text.is_empty())
}

fn package(row: &Map<String, Value>) -> Option<Package> {
    let (name, version) = (text(row, "name")?, text(row, "version")?);
    Some(Package {
        architecture: text(row, "arch").and_then(kept),
        build: text(row, "sha256").and_then(kept),
        ..Package::new(ECOSYSTEM.name, &kept(name)?, &kept(version)?, Scheme::Deb)
    })
}

/// The packages whose slices have the path: `NAME_SLICE`.
fn owners(row: &Map<String, Value>) -> Vec<&str> {
    let slices = row.get("slices").and_then(Value::as_array).into_iter().flatten();
    let names = slices.filter_map(|slice| Some(slice.as_str()?.split_once('_')?.0));
    let mut names: Vec<&str> = names.collect();
    names.dedup();
    names
}

fn owned(row: &Map<String, Value>, budget: &mut Budget) -> Option<OwnedPath> {
    let path = text(row, "path")?;
    let path = budget.admits(path.len()).then(|| Path::new(path))?;
    // A path that chisel's scripts changed has a second digest: that is what is there.
    let digest = text(row, "final_sha256").or_else(|| text(row, "sha256")).and_then(sha256);
    let mode = text(row, "mode").and_then(|mode| u16::from_str_radix(mode, 8).ok());
    let digest = digest.map(RecordedDigest::Sha256).map(Box::new);
    (path != Path::root()).then(|| OwnedPath {
        path,
        recorded: Recorded { digest, mode: mode.map(|mode| mode & 0o7777), ..Recorded::default() },
    })
}

fn sha256(hex: &str) -> Option<Sha256> {
    let mut bytes = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[place * 2..place * 2 + 2], 16).ok()?;
    }
    Some(Sha256(bytes))
}

#[cfg(test)]
mod tests {
    use testkit::{Compression, compress};

    use super::ECOSYSTEM;
    use crate::transcript::transcript;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let packed = compress(text.as_bytes(), Compression::Zstd);
        let transcript = transcript(&ECOSYSTEM, "var/lib/chisel/manifest.wall", &packed);
        assert_eq!(transcript.trim_end(), expect);
    }

    // The form that the package `public/jsonwall` of chisel documents.
    const HEAD: &str = r#"{"jsonwall":"1.0","schema":"1.0","count":5}"#;

    #[test]
    fn packages_have_the_paths_of_their_slices() {
        let digest = "ab".repeat(32);
        check(
            &format!(
                r#"{HEAD}
{{"kind":"content","slice":"bash_bins","path":"/bin/bash"}}
{{"kind":"package","name":"bash","version":"5.2.21-2ubuntu4","sha256":"f0","arch":"amd64"}}
{{"kind":"path","path":"/bin/bash","mode":"0755","slices":["bash_bins","bash_all"],"sha256":"{digest}","size":7}}
{{"kind":"path","path":"/bin/","mode":"0755","slices":["bash_bins","gone_x"]}}
{{"kind":"slice","name":"bash_bins"}}
"#
            ),
            &format!(
                "bash 5.2.21-2ubuntu4 arch=amd64 build=f0\n  /bin/bash mode=755 digest=sha256:{digest}\n  /bin mode=755"
            ),
        );
    }

    #[test]
    fn what_is_damaged_is_told_of() {
        check("x", "unreadable: its first line does not say that it is one of chisel's");
        check(
            &format!("{HEAD}\nx\n{{\"kind\":\"package\"}}\n"),
            "notice: line 2 is no JSON: left out\nnotice: line 3 has no name or version: left out",
        );
    }
}
