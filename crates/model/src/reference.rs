//! References: how a person says which image is meant.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::Digest;

/// Where an image is and which one of those there is meant.
///
/// | text | meaning |
/// |---|---|
/// | `alpine:3.20`, `host:5000/a/b@sha256:…`, `registry:alpine` | an image in a registry |
/// | `oci:FOLDER[:TAG\|@DIGEST]` | an OCI image layout folder |
/// | `oci-archive:FILE[:TAG\|@DIGEST]` | the same as a tar file, also compressed |
/// | `docker-archive:FILE[:NAME:TAG\|@INDEX]` | what `docker save` writes, also compressed |
/// | `dir:FOLDER` | a root file system |
/// | `docker:NAME`, `podman:NAME` | an image that the engine on this machine has, by name or ID |
/// | `./x`, `../x`, `/x`, `x.tar`, `x.tar.gz`, `x.tgz`, `x.tar.zst` | looked at to find out which of those it is |
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// An image in a registry.
    Registry(RegistryReference),
    /// An OCI image layout folder.
    OciLayout {
        /// The folder with `oci-layout` and `index.json`.
        path: PathBuf,
        /// Which image of it; none where there is only one.
        selector: Option<Selector>,
    },
    /// An OCI image layout in a tar file.
    OciArchive {
        /// The file.
        path: PathBuf,
        /// Which image of it; none where there is only one.
        selector: Option<Selector>,
    },
    /// What `docker save` writes.
    DockerArchive {
        /// The file.
        path: PathBuf,
        /// Which image of it; none where there is only one.
        selector: Option<Selector>,
    },
    /// A root file system.
    Directory {
        /// Its root.
        path: PathBuf,
    },
    /// An image of a container engine on this machine.
    Engine {
        /// Which engine.
        engine: Engine,
        /// The name or ID, as the engine is asked for it.
        name: String,
    },
    /// A file or folder of a kind that its content tells.
    Path {
        /// The file or folder.
        path: PathBuf,
    },
}

/// A container engine that answers on a socket of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Docker.
    Docker,
    /// Podman.
    Podman,
}

impl Engine {
    /// The scheme of its references.
    pub fn scheme(self) -> &'static str {
        match self {
            Engine::Docker => "docker",
            Engine::Podman => "podman",
        }
    }
}

/// What a person calls an image.
///
/// A text with a scheme, or one that looks like a path, says where the image is. Any other text is looked for: among
/// kept analyses, at engines of this machine, in a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// It says where the image is.
    Reference(Reference),
    /// It is looked for.
    Bare {
        /// What was said: a repository with or without tag or digest, a digest, an ID or the beginning of one.
        text: String,
        /// What it means to a registry, where it means something there.
        registry: Result<RegistryReference, InvalidReference>,
    },
}

impl FromStr for Name {
    type Err = InvalidReference;

    fn from_str(text: &str) -> Result<Name, InvalidReference> {
        let has_scheme = text.starts_with("registry:");
        match text.parse::<Reference>() {
            Ok(Reference::Registry(reference)) if !has_scheme => {
                Ok(Name::Bare { text: text.into(), registry: Ok(reference) })
            }
            Ok(reference) => Ok(Name::Reference(reference)),
            // The beginning of a digest names nothing in a registry, but may be kept. Digests are written small.
            Err(error) if is_digest_like(text) => {
                Ok(Name::Bare { text: text.to_ascii_lowercase(), registry: Err(error) })
            }
            Err(error) => Err(error),
        }
    }
}

/// Some hexadecimal digits, with or without `sha256:` before them.
fn is_digest_like(text: &str) -> bool {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Which image of several is meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Selector {
    /// The one of this tag (in archives and layouts: of this recorded name).
    Tag(String),
    /// The one whose manifest has this digest.
    Digest(Digest),
    /// The one at this place, counted from 0 (docker archives only).
    Index(usize),
}

/// An image in a registry, with the defaults of Docker's short names filled in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RegistryReference {
    /// Host and port, `docker.io` by default.
    pub host: String,
    /// The repository's path, `library/alpine`.
    pub repository: String,
    /// The tag; `latest` where neither tag nor digest were given.
    pub tag: Option<String>,
    /// The digest, which wins over the tag.
    pub digest: Option<Digest>,
}

/// A text that names no image.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` names no image: {reason}")]
pub struct InvalidReference {
    /// What was given.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Selector::Tag(tag) => write!(f, ":{tag}"),
            Selector::Digest(digest) => write!(f, "@{digest}"),
            Selector::Index(index) => write!(f, "@{index}"),
        }
    }
}

impl fmt::Display for RegistryReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.repository)?;
        self.tag.iter().try_for_each(|tag| write!(f, ":{tag}"))?;
        self.digest.iter().try_for_each(|digest| write!(f, "@{digest}"))
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, path, selector) = match self {
            Reference::Registry(reference) => return write!(f, "{reference}"),
            Reference::OciLayout { path, selector } => ("oci:", path, selector),
            Reference::OciArchive { path, selector } => ("oci-archive:", path, selector),
            Reference::DockerArchive { path, selector } => ("docker-archive:", path, selector),
            Reference::Directory { path } => ("dir:", path, &None),
            Reference::Engine { engine, name } => return write!(f, "{}:{name}", engine.scheme()),
            Reference::Path { path } => ("", path, &None),
        };
        write!(f, "{scheme}{}", path.display())?;
        selector.iter().try_for_each(|selector| write!(f, "{selector}"))
    }
}

impl FromStr for Reference {
    type Err = InvalidReference;

    fn from_str(text: &str) -> Result<Reference, InvalidReference> {
        let invalid = |reason: &str| InvalidReference { text: text.into(), reason: reason.into() };
        if let Some((scheme, rest)) = text.split_once(':') {
            let located = || {
                let (path, selector) = locate(rest).map_err(|reason| invalid(&reason))?;
                if path.is_empty() {
                    return Err(invalid(&format!("a path must follow `{scheme}:`")));
                }
                Ok((PathBuf::from(path), selector))
            };
            match scheme {
                "oci" => {
                    let (path, selector) = located()?;
                    return match selector {
                        Some(Selector::Index(_)) => Err(invalid("a layout has no numbered images")),
                        selector => Ok(Reference::OciLayout { path, selector }),
                    };
                }
                "oci-archive" => {
                    let (path, selector) = located()?;
                    return match selector {
                        Some(Selector::Index(_)) => Err(invalid("a layout has no numbered images")),
                        selector => Ok(Reference::OciArchive { path, selector }),
                    };
                }
                "docker-archive" => {
                    let (path, selector) = located()?;
                    return Ok(Reference::DockerArchive { path, selector });
                }
                "dir" if rest.is_empty() => return Err(invalid("a path must follow `dir:`")),
                "dir" => return Ok(Reference::Directory { path: rest.into() }),
                "docker" | "podman" if rest.is_empty() => {
                    return Err(invalid(&format!("a name must follow `{scheme}:`")));
                }
                "docker" => {
                    return Ok(Reference::Engine { engine: Engine::Docker, name: rest.into() });
                }
                "podman" => {
                    return Ok(Reference::Engine { engine: Engine::Podman, name: rest.into() });
                }
                "registry" => return registry(rest).map_err(|reason| invalid(&reason)),
                _ => {}
            }
        }
        if looks_like_a_path(text) {
            return Ok(Reference::Path { path: text.into() });
        }
        registry(text).map_err(|reason| invalid(&reason))
    }
}

/// Parts `PATH[:TAG|@DIGEST|@INDEX]`. A tag may hold colons (`docker.io/library/alpine:3.20`), a path may not.
fn locate(text: &str) -> Result<(&str, Option<Selector>), String> {
    if let Some((path, chosen)) = text.rsplit_once('@') {
        if let Ok(digest) = chosen.parse() {
            return Ok((path, Some(Selector::Digest(digest))));
        }
        if let Ok(index) = chosen.parse() {
            return Ok((path, Some(Selector::Index(index))));
        }
        if chosen.contains(':') {
            return Err(format!("`{chosen}` is not a digest"));
        }
    }
    match text.split_once(':') {
        Some((_, "")) => Err("nothing follows its last colon".into()),
        Some((path, tag)) => Ok((path, Some(Selector::Tag(tag.into())))),
        None => Ok((text, None)),
    }
}

fn looks_like_a_path(text: &str) -> bool {
    let starts = ["/", "./", "../"].iter().any(|start| text.starts_with(start));
    let ends =
        [".tar", ".tar.gz", ".tgz", ".tar.zst", ".tar.xz"].iter().any(|end| text.ends_with(end));
    starts || ends || text == "." || text == ".."
}

/// Reads a registry's reference with Docker's defaults, by the grammar of `distribution/reference`.
fn registry(text: &str) -> Result<Reference, String> {
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) => {
            let digest = digest.parse().map_err(|_| format!("`{digest}` is not a digest"))?;
            (rest, Some(digest))
        }
        None => (text, None),
    };
    // A colon after the last slash parts the tag; one before it is a port.
    let colon = rest.rfind(':').filter(|&colon| rest.rfind('/').is_none_or(|slash| slash < colon));
    let (name, tag) = match colon {
        Some(colon) => (&rest[..colon], Some(&rest[colon + 1..])),
        None => (rest, None),
    };
    let (host, repository) = match name.split_once('/') {
        Some((host, repository)) if is_host(host) => (host, repository.to_owned()),
        _ => ("docker.io", name.to_owned()),
    };
    let host = if host == "index.docker.io" { "docker.io" } else { host };
    let repository = match host {
        "docker.io" if !repository.contains('/') => format!("library/{repository}"),
        _ => repository,
    };
    if name.is_empty() {
        return Err("it has no name".into());
    }
    if host.len() + 1 + repository.len() > 255 {
        return Err("its name is longer than 255 characters".into());
    }
    if !is_plain_host(host) {
        return Err(format!("`{host}` is not a host name"));
    }
    if let Some(part) = repository.split('/').find(|part| !is_component(part)) {
        return Err(match part {
            "" => "its name has an empty part".into(),
            part if part.bytes().any(|byte| byte.is_ascii_uppercase()) => {
                format!("`{part}` has capital letters, which repository names may not have")
            }
            part => format!("`{part}` is not a part of a repository's name"),
        });
    }
    if let Some(tag) = tag.filter(|tag| !is_tag(tag)) {
        return Err(format!("`{tag}` is not a tag"));
    }
    let tag = match (tag, &digest) {
        (None, None) => Some("latest"),
        (tag, _) => tag,
    };
    let host = host.into();
    let tag = tag.map(Into::into);
    Ok(Reference::Registry(RegistryReference { host, repository, tag, digest }))
}

/// The first part of a name is a host where it could be nothing else.
fn is_host(part: &str) -> bool {
    part.contains(['.', ':']) || part == "localhost" || part.bytes().any(|b| b.is_ascii_uppercase())
}

fn is_plain_host(host: &str) -> bool {
    let (name, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => {
            let is_address = address.parse::<std::net::Ipv6Addr>().is_ok();
            return is_address && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port));
        }
        None => host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port))),
    };
    port.is_none_or(is_port)
        && name.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
}

fn is_port(port: &str) -> bool {
    port.parse::<u16>().is_ok()
}

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
fn is_component(part: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = part.as_bytes();
    let ends_in_words =
        bytes.first().copied().is_some_and(word) && bytes.last().copied().is_some_and(word);
    ends_in_words
        && bytes.split(|&byte| word(byte)).all(|separator| {
            matches!(separator, b"" | b"." | b"_" | b"__") || separator.iter().all(|&b| b == b'-')
        })
}

/// `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`
fn is_tag(tag: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let bytes = tag.as_bytes();
    bytes.len() <= 128
        && bytes.first().copied().is_some_and(word)
        && bytes.iter().all(|&byte| word(byte) || byte == b'.' || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let shown = match text.parse::<Reference>() {
            Ok(reference @ Reference::Path { .. }) => format!("path {reference}"),
            Ok(reference) => reference.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(shown, expect);
    }

    #[test]
    fn short_names_get_dockers_defaults() {
        check("alpine", "docker.io/library/alpine:latest");
        check("alpine:3.20", "docker.io/library/alpine:3.20");
        check("a/b", "docker.io/a/b:latest");
        check("index.docker.io/alpine", "docker.io/library/alpine:latest");
        check("registry:localhost/x", "localhost/x:latest");
    }

    #[test]
    fn digits_that_no_repository_is_called_by_are_looked_for_as_those_of_an_id() {
        let bare = |text: &str| match text.parse().unwrap() {
            Name::Bare { text, registry } => (text, registry.is_ok()),
            Name::Reference(reference) => panic!("{reference}"),
        };
        assert_eq!(bare("CAFE12"), ("cafe12".to_owned(), false));
        // A repository may be called so, and so it stays as it is.
        assert_eq!(bare("cafe12"), ("cafe12".to_owned(), true));
        assert!("Alpine".parse::<Name>().is_err());
    }

    #[test]
    fn ports_tags_and_digests_are_told_apart() {
        let digest = format!("sha256:{}", "ab".repeat(32));
        check("127.0.0.1:5000/alpine:3.19.4", "127.0.0.1:5000/alpine:3.19.4");
        check("[::1]:5000/alpine", "[::1]:5000/alpine:latest");
        check(&format!("h.io/a@{digest}"), &format!("h.io/a@{digest}"));
        check(&format!("h.io/a:1@{digest}"), &format!("h.io/a:1@{digest}"));
    }

    #[test]
    fn files_and_folders_are_named_by_a_scheme() {
        let digest = format!("sha256:{}", "ab".repeat(32));
        check("oci:images/shop:1.4", "oci:images/shop:1.4");
        check("oci:images/shop", "oci:images/shop");
        check(&format!("oci:images/shop@{digest}"), &format!("oci:images/shop@{digest}"));
        check("oci:l:docker.io/a/b:1", "oci:l:docker.io/a/b:1");
        check("docker-archive:old.tar:a/b:1", "docker-archive:old.tar:a/b:1");
        check("docker-archive:old.tar@1", "docker-archive:old.tar@1");
        check("dir:/srv/rootfs", "dir:/srv/rootfs");
        check("./x", "path ./x");
        check("old.tar.gz", "path old.tar.gz");
    }

    #[test]
    fn what_names_no_image_is_refused_with_its_reason() {
        check("", "`` names no image: it has no name");
        check("oci:", "`oci:` names no image: a path must follow `oci:`");
        check("oci:x@sha256:00", "`oci:x@sha256:00` names no image: `sha256:00` is not a digest");
        check(
            "Alpine",
            "`Alpine` names no image: `Alpine` has capital letters, which repository names may not have",
        );
        check("a//b", "`a//b` names no image: its name has an empty part");
        check("a:b:c", "`a:b:c` names no image: `a:b` is not a part of a repository's name");
        check("a.b:99999/c", "`a.b:99999/c` names no image: `a.b:99999` is not a host name");
        check("alpine:", "`alpine:` names no image: `` is not a tag");
    }
}
