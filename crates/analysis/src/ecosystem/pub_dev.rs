//! Dart: packages in pub's cache. What was compiled into a program is not to be seen any more, and `pubspec.lock` is not
//! read.

use model::{Evidence, Package, Scheme};

use super::{Ecosystem, Held, Holding, Input, Reader, Reading, Unreadable, Want, kept};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "pub",
    title: "pub (Dart, Flutter)",
    osv: Some("Pub"),
    scheme: Some(Scheme::Pub),
    readers: &[Reader {
        revision: 1,
        wants: Want::Within("hosted", "pubspec.yaml"),
        companions: &[],
        limit: 1 << 20,
        read: specification,
    }],
    records: &[],
    holdings: Some(holdings),
};

/// A package's folder is its own.
fn holdings(held: &Held<'_>) -> Vec<Holding> {
    let folder = held.record.rsplit_once('/');
    folder.map(|(folder, _)| Holding::All(folder.into())).into_iter().collect()
}

/// Reads `hosted/HOST/NAME-VERSION/pubspec.yaml`, of which the folder says all that matters. Those that lie deeper are
/// examples.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
fn specification(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let path = String::from_utf8_lossy(input.path);
    let mut parts = path.rsplit('/').skip(1);
    let (folder, _, hosted) = (parts.next(), parts.next(), parts.next());
    let folder = folder.filter(|_| hosted == Some("hosted"));
    let text = String::from_utf8_lossy(input.bytes);
    let source = ["repository:", "homepage:"].iter().find_map(|name| {
        kept(
            text.lines().find_map(|line| line.strip_prefix(name))?.trim().trim_matches(['"', '\'']),
        )
    });
    let package = folder.and_then(|folder| folder.split_once('-')).and_then(|(name, version)| {
        let (name, version) = (kept(name)?, kept(version)?);
        Some(Package { source, ..Package::new(ECOSYSTEM.name, &name, &version, Scheme::Pub) })
    });
    let evidence = package.map(|package| Evidence::Packages(vec![(package, Vec::new())]));
    Ok(Reading { evidence: evidence.into_iter().collect(), ..Reading::default() })
}

#[cfg(test)]
mod tests {
    use super::ECOSYSTEM;
    use crate::transcript::transcript;

    #[track_caller]
    fn check(path: &str, expect: &str) {
        let text = "name: http\nversion: 1.1.0\nrepository: https://example.org/http\n";
        assert_eq!(transcript(&ECOSYSTEM, path, text.as_bytes()).trim_end(), expect);
    }

    #[test]
    fn a_folder_of_the_cache_is_a_package() {
        check(
            "root/.pub-cache/hosted/example.org/http-1.1.0/pubspec.yaml",
            "http 1.1.0 source=https://example.org/http",
        );
        check(
            "c/hosted/h/a_b-2.0.0-dev.1+3/pubspec.yaml",
            "a_b 2.0.0-dev.1+3 source=https://example.org/http",
        );
    }

    #[test]
    fn examples_are_none() {
        check("root/.pub-cache/hosted/example.org/http-1.1.0/example/pubspec.yaml", "");
        check("hosted/pubspec.yaml", "");
    }
}
