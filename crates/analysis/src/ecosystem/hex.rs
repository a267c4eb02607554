//! Erlang and Elixir: applications that stand compiled in an image, as their resource files say. It reads no sources and
//! no `mix.lock`.

use std::sync::LazyLock;

use model::{Evidence, Package, Scheme};
use regex::Regex;

use super::{Ecosystem, Held, Holding, Input, Reader, Reading, Unreadable, Want, kept};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "hex",
    title: "Hex (Erlang, Elixir)",
    osv: Some("Hex"),
    scheme: Some(Scheme::Semver),
    readers: &[Reader {
        revision: 1,
        wants: Want::Suffix(SUFFIX),
        companions: &[],
        limit: 2 << 20,
        read: resource,
    }],
    records: &[],
    holdings: Some(holdings),
};

const SUFFIX: &str = ".app";

/// The folder of compiled modules.
const FOLDER: &str = "/ebin/";

/// The folder that has `ebin` in it is the application's own.
fn holdings(held: &Held<'_>) -> Vec<Holding> {
    let folder = held.record.rsplit_once(FOLDER);
    folder.map(|(folder, _)| Holding::All(folder.into())).into_iter().collect()
}

static NAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\{\s*application\s*,\s*'?([A-Za-z][A-Za-z0-9_@]*)").ok());
static VERSION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\{\s*vsn\s*,\s*"([^"]*)""#).ok());

/// Reads `ebin/NAME.app`: one term with the application's name and a list of pairs.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
fn resource(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let path = String::from_utf8_lossy(input.path);
    if path.rsplit_once(FOLDER).is_none_or(|(_, file)| file.contains('/')) {
        return Ok(Reading::default());
    }
    let text = String::from_utf8_lossy(input.bytes);
    let lines: Vec<&str> =
        text.lines().filter(|line| !line.trim_start().starts_with('%')).collect();
    let text = lines.join("\n");
    let first = |pattern: &Option<Regex>| {
        let found = pattern.as_ref()?.captures(&text)?;
        kept(&found[1])
    };
    let (name, version) = (first(&NAME), first(&VERSION));
    let package = name
        .zip(version)
        .map(|(name, version)| Package::new(ECOSYSTEM.name, &name, &version, Scheme::Semver));
    let evidence = package.map(|package| Evidence::Packages(vec![(package, Vec::new())]));
    Ok(Reading { evidence: evidence.into_iter().collect(), ..Reading::default() })
}

#[cfg(test)]
mod tests {
    use super::ECOSYSTEM;
    use crate::transcript::transcript;

    #[track_caller]
    fn check(path: &str, text: &str, expect: &str) {
        assert_eq!(transcript(&ECOSYSTEM, path, text.as_bytes()).trim_end(), expect);
    }

    const COWBOY: &str = "opt/app/lib/cowboy-2.9.0/ebin/cowboy.app";

    #[test]
    fn a_resource_file_is_an_application() {
        check(
            COWBOY,
            "%% {application, other}\n{application, 'cowboy', [\n\t{description, \"HTTP\"},\n\t{vsn, \"2.9.0\"},\n\
             \t{modules, []}\n]}.\n",
            "cowboy 2.9.0",
        );
        check(COWBOY, "{application,phoenix,[{vsn,\"1.7.0-rc.0\"}]}.", "phoenix 1.7.0-rc.0");
    }

    #[test]
    fn other_files_of_that_name_are_none() {
        check("usr/share/x.app", "{application, x, [{vsn, \"1\"}]}.", "");
        check("srv/ebin/deeper/x.app", "{application, x, [{vsn, \"1\"}]}.", "");
        check(COWBOY, "{application, x, []}.", "");
        check(COWBOY, "", "");
    }
}
