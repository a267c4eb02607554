//! What images are called: under which names one is kept, and which kept name a text might mean.
//!
//! `docs/names.md` tells people the same.

use model::{Digest, Platform, Reference, RegistryReference};
use source::Image;

use crate::{Options, local};

/// The shortest beginning of a digest that is taken for one.
const SHORTEST: usize = 4;

/// A registry's reference as engines list it: `docker.io/alpine:3.20`, not `docker.io/library/alpine:3.20`. Two
/// references have two such names.
pub fn familiar(reference: &RegistryReference) -> String {
    let whole = reference.to_string();
    // With another slash it would be read as a repository of another owner.
    let official = whole.strip_prefix("docker.io/library/").filter(|rest| !rest.contains('/'));
    official.map_or_else(|| whole.clone(), |rest| format!("docker.io/{rest}"))
}

/// The names that an image is kept under which was reached by `reference`, the most familiar last.
pub(crate) fn of_reference(reference: &Reference, options: &Options) -> Vec<String> {
    let names = match reference {
        Reference::Registry(reference) => vec![familiar(reference)],
        Reference::Engine { name, .. } if is_identity(name) => Vec::new(),
        Reference::Engine { name, .. } => {
            let plain = match name.parse() {
                Ok(Reference::Registry(reference)) => Some(familiar(&reference)),
                _ => None,
            };
            [Some(reference.to_string()), plain].into_iter().flatten().collect()
        }
        local => vec![local::whole(local, options).to_string()],
    };
    names.into_iter().map(|name| for_platform(name, options)).collect()
}

/// The names that an image is kept under which an engine of this machine has: all tags that it has there, and what it was
/// reached by, the most familiar of that last. `asked` is what was said of it.
pub(crate) fn at_engine(
    reference: &Reference,
    asked: &str,
    image: &Image,
    options: &Options,
) -> Vec<String> {
    let Reference::Engine { engine, .. } = reference else { return Vec::new() };
    // The beginning of an ID is no name: it would mean this image for ever.
    let mut digests = [&image.config_digest, &image.digest].into_iter().flatten();
    let is_beginning = digests.any(|digest| is_beginning(asked, digest));
    let own = if is_beginning { Vec::new() } else { of_reference(reference, options) };
    let tagged = image.tags.iter().flat_map(|tag| {
        of_reference(&Reference::Engine { engine: *engine, name: tag.clone() }, options)
    });
    let mut names: Vec<String> = tagged.filter(|name| !own.contains(name)).collect();
    names.extend(own);
    names
}

/// A name with the platform that was asked for, where that is not the one of this machine: one tag is another image on
/// each platform, and each has a history of its own.
pub(crate) fn for_platform(name: String, options: &Options) -> String {
    match &options.source.platform {
        Some(asked) if !is_alike(asked, &options.source.host) => format!("{name}[{asked}]"),
        _ => name,
    }
}

/// Whether an image for `own` may stand where `asked` is wanted.
pub(crate) fn is_alike(asked: &Platform, own: &Platform) -> bool {
    let alike = (&asked.os, &asked.architecture) == (&own.os, &own.architecture);
    alike && asked.variant.as_ref().is_none_or(|asked| own.variant.as_ref() == Some(asked))
}

/// Whether `text` may be an ID, a digest, or the beginning of one.
pub(crate) fn may_be_identity(text: &str) -> bool {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    digits.len() >= SHORTEST && digits.len() <= 64 && is_hexadecimal(digits)
}

/// Whether `text` can hardly be anything else than an ID or a digest: no registry is asked for a repository of such a
/// name.
pub(crate) fn is_identity(text: &str) -> bool {
    match text.strip_prefix("sha256:") {
        Some(digits) => is_hexadecimal(digits),
        None => matches!(text.len(), 12 | 64) && is_hexadecimal(text),
    }
}

/// Whether `text` is the beginning of this digest.
pub(crate) fn is_beginning(text: &str, digest: &Digest) -> bool {
    let digits = text.strip_prefix("sha256:").unwrap_or(text).to_ascii_lowercase();
    may_be_identity(text) && digest.to_string().starts_with(&format!("sha256:{digits}"))
}

fn is_hexadecimal(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, names: &[&str]) {
        let reference = text.parse().unwrap();
        assert_eq!(of_reference(&reference, &Options::default()), names, "{text}");
    }

    #[test]
    fn one_image_has_one_name_however_short_it_was_said() {
        check("alpine", &["docker.io/alpine:latest"]);
        check("docker.io/library/alpine:3.20", &["docker.io/alpine:3.20"]);
        check("docker.io/alpine", &["docker.io/alpine:latest"]);
        check("registry:grafana/loki:3", &["docker.io/grafana/loki:3"]);
        check("docker.io/library/a/b", &["docker.io/library/a/b:latest"]);
        check("localhost:5000/shop:1.4", &["localhost:5000/shop:1.4"]);
    }

    #[test]
    fn an_image_of_an_engine_has_its_plain_name_too() {
        check("docker:shop:dev", &["docker:shop:dev", "docker.io/shop:dev"]);
        check("podman:localhost/shop", &["podman:localhost/shop", "localhost/shop:latest"]);
        check("docker:0584b3d2cf6d", &[]);
    }

    #[test]
    fn files_and_folders_are_called_as_they_were_named() {
        check("oci:shop:1.4", &["oci:shop:1.4"]);
        check("dir:/x", &["dir:/x"]);
    }

    #[test]
    fn another_platform_has_a_name_of_its_own() {
        let mut options = Options::default();
        options.source.host = "linux/amd64".parse().unwrap();
        options.source.platform = Some("linux/arm64".parse().unwrap());
        let reference = "alpine".parse().unwrap();
        assert_eq!(of_reference(&reference, &options), ["docker.io/alpine:latest[linux/arm64]"]);
        options.source.platform = Some("linux/amd64".parse().unwrap());
        assert_eq!(of_reference(&reference, &options), ["docker.io/alpine:latest"]);
    }

    #[test]
    fn digits_of_an_id_are_known_by_their_length() {
        assert!(is_identity("0584b3d2cf6d") && is_identity("sha256:05") && !is_identity("0584"));
        assert!(may_be_identity("0584") && !may_be_identity("058") && !may_be_identity("shop"));
        assert!(!is_identity("decade") && may_be_identity("decade"));
    }
}
