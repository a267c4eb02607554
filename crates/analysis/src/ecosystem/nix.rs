//! Nix: what lies in the store, as its folders are called. It opens no database, which images have none of, and no file.

use model::{Evidence, Package, Scheme};

use super::{EVERY_SIZE, Ecosystem, Input, Reader, Reading, Unreadable, Want, kept};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "nix",
    title: "Nix (folders of the store)",
    osv: None,
    scheme: Some(Scheme::Nix),
    readers: &[Reader {
        revision: 1,
        wants: Want::Folder("nix/store"),
        companions: &[],
        limit: EVERY_SIZE,
        read: folder,
    }],
    records: &[Want::Under("nix/var/nix")],
    holdings: None,
};

/// What a package may be divided into; the first one has no name.
const OUTPUTS: [&str; 12] = [
    "bin", "data", "dev", "devdoc", "dist", "doc", "info", "lib", "man", "py", "static", "terminfo",
];

/// The length of the digest that a folder's name begins with.
const DIGEST: usize = 32;

/// Reads the name of a folder: digest, name, version and maybe an output. What has no version is no package, but
/// something that was made on the way.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
fn folder(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let package = str::from_utf8(input.path).ok().and_then(package);
    let evidence = package.map(|package| Evidence::Packages(vec![(package, Vec::new())]));
    Ok(Reading { evidence: evidence.into_iter().collect(), ..Reading::default() })
}

fn package(path: &str) -> Option<Package> {
    let folder = path.rsplit('/').next()?;
    let (digest, rest) = folder.split_at_checked(DIGEST)?;
    let is_digest = digest.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
    let rest = rest.strip_prefix('-').filter(|_| is_digest)?;
    let rest = OUTPUTS
        .iter()
        .find_map(|output| rest.strip_suffix(output)?.strip_suffix('-'))
        .unwrap_or(rest);
    // As `builtins.parseDrvName` does: the version begins behind the first hyphen that no letter follows.
    let mut hyphens = rest.match_indices('-').map(|(place, _)| place);
    let hyphen =
        hyphens.find(|place| rest[place + 1..].starts_with(|c: char| !c.is_ascii_alphabetic()))?;
    let (name, version) = (kept(&rest[..hyphen])?, kept(&rest[hyphen + 1..])?);
    let has_digit = version.bytes().any(|byte| byte.is_ascii_digit());
    let build = Some(digest.to_owned());
    has_digit
        .then(|| Package { build, ..Package::new(ECOSYSTEM.name, &name, &version, Scheme::Nix) })
}

#[cfg(test)]
mod tests {
    use super::ECOSYSTEM;
    use crate::transcript::transcript;

    #[track_caller]
    fn check(name: &str, expect: &str) {
        let path = format!("nix/store/{name}");
        assert_eq!(transcript(&ECOSYSTEM, &path, b"").trim_end(), expect);
    }

    #[test]
    fn a_folder_is_called_after_its_package() {
        let digest = "0c2jq8qxwbqbfh7l9nq2p1vn8dhsy3wm";
        let build = format!(" build={digest}");
        check(&format!("{digest}-bash-5.2-p15"), &format!("bash 5.2-p15{build}"));
        check(&format!("{digest}-openssl-3.0.12-bin"), &format!("openssl 3.0.12{build}"));
        check(&format!("{digest}-gcc-12.3.0-lib"), &format!("gcc 12.3.0{build}"));
        check(&format!("{digest}-python3.11-x-y-1.0"), &format!("python3.11-x-y 1.0{build}"));
    }

    #[test]
    fn what_has_no_version_is_no_package() {
        let digest = "0c2jq8qxwbqbfh7l9nq2p1vn8dhsy3wm";
        check(&format!("{digest}-etc"), "");
        check(&format!("{digest}-user-environment"), "");
        check(".links", "");
        check("short-1.0", "");
    }
}
