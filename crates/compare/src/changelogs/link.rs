//! Where the difference between two versions of a package can be read: at the host of its sources, as its own metadata name
//! it. Nothing is fetched, and whether the host has the two versions is not known.

use model::Package;

/// An address that shows what changed between two versions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The address.
    pub url: String,
    /// Whether the names of the two versions there are known. Else they are a guess: most projects call version 1.2.3
    /// `v1.2.3`.
    pub is_certain: bool,
}

/// The link between two versions of a package, where its metadata name a host that is known.
pub(super) fn link(old: &Package, new: &Package) -> Option<Link> {
    let repository = Repository::of(new).or_else(|| Repository::of(old))?;
    let (before, is_certain) = mark(old);
    let (after, _) = mark(new);
    Some(Link { url: repository.between(&before, &after), is_certain })
}

/// A repository at a host.
#[derive(Debug, PartialEq, Eq)]
struct Repository {
    host: Host,
    /// The host's name, the owner's and the repository's.
    address: String,
}

/// How a host writes addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Host {
    /// GitHub, and hosts that do as it does: Codeberg and other hosts of Forgejo and Gitea.
    GitHub,
    GitLab,
    Bitbucket,
}

impl Repository {
    fn of(package: &Package) -> Option<Repository> {
        match package.ecosystem.as_str() {
            "golang" => Repository::parse(&package.name),
            _ => Repository::parse(package.source.as_deref()?),
        }
    }

    /// Reads what people write: `git+https://github.com/a/b.git`, `git@github.com:a/b`, `github:a/b`, `a/b` (npm).
    fn parse(text: &str) -> Option<Repository> {
        let text = text.trim();
        let short =
            [("github:", "github.com"), ("gitlab:", "gitlab.com"), ("bitbucket:", "bitbucket.org")];
        for (prefix, host) in short {
            if let Some(rest) = text.strip_prefix(prefix) {
                return Repository::at(host, rest);
            }
        }
        let text = text.split_once("://").map_or(text, |(_, rest)| rest);
        let text = text.split_once('@').map_or(
            text,
            |(user, rest)| {
                if user.contains('/') { text } else { rest }
            },
        );
        let (host, rest) = text.split_once(['/', ':'])?;
        if host.contains('.') {
            return Repository::at(host, rest);
        }
        // npm means GitHub where nothing is said.
        let is_one = !rest.contains(['/', ':']);
        is_one.then(|| Repository::at("github.com", text)).flatten()
    }

    fn at(host: &str, rest: &str) -> Option<Repository> {
        let host = host.trim_start_matches("www.").to_ascii_lowercase();
        let kind = match host.as_str() {
            "github.com" | "codeberg.org" => Host::GitHub,
            "bitbucket.org" => Host::Bitbucket,
            host if host == "gitlab.com" || host.starts_with("gitlab.") => Host::GitLab,
            _ => return None,
        };
        let rest = rest.split(['#', '?']).next().unwrap_or_default().trim_matches('/');
        let is_name = |part: &&str| {
            !part.is_empty()
                && part.chars().all(|one| one.is_ascii_alphanumeric() || "-_.~".contains(one))
        };
        let mut parts: Vec<&str> = rest.split('/').take_while(|part| *part != "-").collect();
        // GitLab has groups in groups; others have a repository right below its owner.
        if kind != Host::GitLab {
            parts.truncate(2);
        }
        if parts.len() < 2 || !parts.iter().all(is_name) {
            return None;
        }
        let path = parts.join("/");
        let path = path.strip_suffix(".git").unwrap_or(&path);
        Some(Repository { host: kind, address: format!("{host}/{path}") })
    }

    fn between(&self, old: &str, new: &str) -> String {
        let Repository { host, address } = self;
        match host {
            Host::GitHub => format!("https://{address}/compare/{old}...{new}"),
            Host::GitLab => format!("https://{address}/-/compare/{old}...{new}"),
            Host::Bitbucket => format!("https://{address}/branches/compare/{new}%0D{old}"),
        }
    }
}

/// What a version is called at its host, and whether that is sure.
fn mark(package: &Package) -> (String, bool) {
    let version = package.version.as_str();
    let encoded = |text: &str| -> String {
        let is_plain = |one: char| one.is_ascii_alphanumeric() || "-._~".contains(one);
        text.bytes()
            .map(|byte| match char::from(byte) {
                one if is_plain(one) => one.to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect()
    };
    match package.ecosystem.as_str() {
        // A version of Go is a tag, or says the commit at its end.
        "golang" => {
            let version = version.split('+').next().unwrap_or_default();
            let commit = version.rsplit_once('-').filter(|(before, commit)| {
                commit.len() == 12
                    && commit.bytes().all(|byte| byte.is_ascii_hexdigit())
                    && before.len() > 14
            });
            // A module in a folder of its repository has the folder in its tags.
            let is_root = package.name.split('/').count() <= 4;
            match commit {
                Some((_, commit)) => (commit.into(), true),
                None => (encoded(version), is_root),
            }
        }
        // Composer keeps the commit, and the tag as it is.
        "composer" => match &package.build {
            Some(commit) if commit.len() == 40 => (encoded(commit), true),
            _ => (encoded(version), false),
        },
        _ if version.starts_with('v') => (encoded(version), false),
        _ => (encoded(&format!("v{version}")), false),
    }
}

#[cfg(test)]
mod tests {
    use model::Scheme;

    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let found = Repository::parse(text).map_or("nothing".into(), |one| one.between("a", "b"));
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn repositories_are_read_as_people_write_them() {
        let at_github = "https://github.com/o/r/compare/a...b";
        for text in [
            "https://github.com/o/r",
            "git+https://github.com/o/r.git",
            "git://github.com/o/r.git#main",
            "git+ssh://git@github.com/o/r.git",
            "git@github.com:o/r.git",
            "github:o/r",
            "o/r",
            "http://www.github.com/o/r/tree/main/packages/x",
        ] {
            check(text, at_github);
        }
        check("https://gitlab.com/g/s/r.git", "https://gitlab.com/g/s/r/-/compare/a...b");
        check("https://gitlab.e.org/g/r/-/tree/main", "https://gitlab.e.org/g/r/-/compare/a...b");
        check("https://codeberg.org/o/r", "https://codeberg.org/o/r/compare/a...b");
        check("https://bitbucket.org/o/r", "https://bitbucket.org/o/r/branches/compare/b%0Da");
    }

    #[test]
    fn what_is_no_repository_gives_no_link() {
        for text in [
            "https://e.org/o/r",
            "https://github.com/o",
            "",
            "o",
            "https://github.com/o/r r",
            "javascript:alert/1",
        ] {
            check(text, "nothing");
        }
    }

    #[test]
    fn versions_are_called_as_their_ecosystem_calls_them() {
        let between = |ecosystem: &str, name: &str, [old, new]: [&str; 2]| {
            let package = |version: &str| Package {
                source: Some("https://github.com/o/r".into()),
                ..Package::new(ecosystem, name, version, Scheme::Semver)
            };
            let link = link(&package(old), &package(new)).unwrap();
            let end = link.url.rsplit('/').next().unwrap().to_owned();
            (end, link.is_certain)
        };
        assert_eq!(between("npm", "x", ["1.0.0", "1.1.0"]), ("v1.0.0...v1.1.0".into(), false));
        assert_eq!(
            between("golang", "github.com/o/r", ["v1.0.0", "v0.0.0-20240102030405-abcdef123456"]),
            ("v1.0.0...abcdef123456".into(), true)
        );
    }
}
