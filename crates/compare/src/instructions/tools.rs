//! What lines of history other than commands make, in the words of each builder.

/// The directory of a WORKDIR.
pub(super) fn workdir(text: &str) -> Option<&str> {
    text.strip_prefix("WORKDIR ").map(str::trim).filter(|directory| !directory.is_empty())
}

/// Where a COPY or an ADD puts what it copies: the last of its words, which are one at least beside it.
///
/// Docker's old builder and buildah name what they copied by its digest: `COPY file:0a1b… in /srv/`.
pub(super) fn copied_to(text: &str) -> Option<String> {
    let rest = text.strip_prefix("COPY ").or_else(|| text.strip_prefix("ADD "))?.trim();
    let mut rest = rest;
    while let Some(option) = rest.strip_prefix("--") {
        rest = option.split_once(' ')?.1.trim_start();
    }
    if rest.starts_with('[') {
        let words = words_of_a_list(rest);
        return words.filter(|words| words.len() > 1).and_then(|mut words| words.pop());
    }
    let is_by_digest = ["file:", "dir:", "multi:"].iter().any(|kind| rest.starts_with(kind));
    if is_by_digest && let Some((_, destination)) = rest.split_once(" in ") {
        return Some(destination.trim().to_owned()).filter(|path| !path.is_empty());
    }
    let (sources, destination) = rest.rsplit_once(char::is_whitespace)?;
    (!sources.trim().is_empty()).then(|| destination.to_owned())
}

/// The words of `["a", "b"]`. JSON's escapes are for characters that paths seldom have.
fn words_of_a_list(text: &str) -> Option<Vec<String>> {
    let inner = text.strip_prefix('[')?.trim_end().strip_suffix(']')?;
    let mut words = Vec::new();
    let mut rest = inner.trim_start();
    while let Some(word) = rest.strip_prefix('"') {
        let mut text = String::new();
        let mut characters = word.char_indices();
        let end = loop {
            match characters.next()? {
                (place, '"') => break place,
                (_, '\\') => text.push(characters.next()?.1),
                (_, one) => text.push(one),
            }
        };
        words.push(text);
        rest = word[end + 1..].trim_start().trim_start_matches(',').trim_start();
    }
    rest.is_empty().then_some(words)
}

/// Paths that builders without a Dockerfile say that a layer is for.
///
/// - ko: `go build output, at /ko-app/shop`, a remark.
/// - Jib: `jib-maven-plugin:3.4.0` with the remark `dependencies`, `resources`, `classes` or `jvm arg files`, which lie
///   below `/app` unless its settings say otherwise.
/// - Cloud Native Buildpacks: `Layer: 'jre', Created by buildpack: paketo-buildpacks/bellsoft-liberica@9.3.0`.
/// - Nix: a remark `store paths: ['/nix/store/…', …]`.
///
/// Bazel writes `bazel build ...` and names nothing.
pub(super) fn made(text: &str, comment: &str) -> Vec<String> {
    if let Some((_, path)) = comment.rsplit_once(", at ")
        && text.starts_with("ko ")
    {
        let path = if path == "$KO_DATA_PATH" { "/var/run/ko" } else { path.trim() };
        return vec![path.to_owned()];
    }
    if text.starts_with("jib-") || text == "jib" {
        let folders: &[&str] = match comment {
            "classes" => &["/app/classes"],
            "resources" => &["/app/resources"],
            "dependencies" | "snapshot dependencies" | "project dependencies" => &["/app/libs"],
            "jvm arg files" => &["/app/jib-classpath-file", "/app/jib-main-class-file"],
            _ => &[],
        };
        return folders.iter().map(|&folder| folder.into()).collect();
    }
    if let Some(list) = comment.strip_prefix("store paths: [") {
        let paths = list.split('\'').filter(|part| part.starts_with("/nix/store/"));
        return paths.take(MOST_PATHS).map(Into::into).collect();
    }
    match text {
        "Application Layer" => return vec!["/workspace".into()],
        "Software Bill-of-Materials" => return vec!["/layers/sbom".into()],
        "Buildpacks Launcher Config" => return vec!["/layers/config".into()],
        "Buildpacks Application Launcher" => return vec!["/cnb/lifecycle".into()],
        "Buildpacks Process Types" => return vec!["/cnb/process".into()],
        _ if text.starts_with("Application Slice: ") => return vec!["/workspace".into()],
        _ => {}
    }
    let layer = text.strip_prefix("Layer: '").and_then(|rest| {
        let (layer, rest) = rest.split_once("', Created by ")?;
        let (_, pack) = rest.split_once(": ")?;
        let pack = pack.rsplit_once('@').map_or(pack, |(pack, _)| pack);
        Some(format!("/layers/{}/{layer}", pack.replace('/', "_")))
    });
    layer.into_iter().collect()
}

/// A remark names no more paths than this.
const MOST_PATHS: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_where_things_are_copied() {
        let check = |text: &str, expect: &str| {
            assert_eq!(copied_to(text).unwrap_or_else(|| "nothing".into()), expect, "{text}");
        };
        check("COPY app /srv", "/srv");
        check("COPY --chown=app:app --from=build /out/a /out/b ./bin/", "./bin/");
        check("COPY file:0a1b in /srv/shop/", "/srv/shop/");
        check("COPY --chown=1:1 dir:0a1b in /srv", "/srv");
        check("COPY multi:0a1b 0c2d in /etc/a folder", "/etc/a folder");
        check("ADD file:51 in /", "/");
        check("ADD https://example.com/x.tar /opt/", "/opt/");
        check("COPY [\"a b\", \"/srv/a \\\"b\"]", "/srv/a \"b");
        check("COPY <<EOF /etc/motd", "/etc/motd");
        // What a tool writes that adds a whole archive names no place.
        check("ADD rootfs.tar.gz", "nothing");
        check("COPY --link", "nothing");
        check("COPY [\"a\"]", "nothing");
        check("RUN cp a /srv", "nothing");
    }

    #[test]
    fn builders_without_a_dockerfile_say_what_a_layer_is_for() {
        let check = |text: &str, comment: &str, expect: &str| {
            assert_eq!(made(text, comment).join(" "), expect, "{text} {comment}");
        };
        check("ko build ko://example.com/shop", "go build output, at /ko-app/shop", "/ko-app/shop");
        check("ko build ko://example.com/shop", "kodata contents, at $KO_DATA_PATH", "/var/run/ko");
        check("jib-gradle-plugin:3.4.0", "classes", "/app/classes");
        check("jib-gradle-plugin:3.4.0", "extra files", "");
        check(
            "Layer: 'jre', Created by buildpack: paketo-buildpacks/bellsoft-liberica@9.3.0",
            "",
            "/layers/paketo-buildpacks_bellsoft-liberica/jre",
        );
        check("Application Slice: 1", "", "/workspace");
        check(
            "",
            "store paths: ['/nix/store/a-b', '/nix/store/c-d']",
            "/nix/store/a-b /nix/store/c-d",
        );
        check("bazel build ...", "", "");
    }
}
