//! Lock files of Bundler, Cargo, Go, Composer, NuGet and Paket, Dart, Elixir and Erlang, Gradle, R, Perl and Conan.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Named, python};

/// `Gemfile.lock`: below `specs:` of `GEM` and `GIT`, indented by four, `name (version-platform)`. What is below `PATH` is the
/// application's own.
pub(super) fn bundler(text: &str, named: &mut Named) {
    let mut is_foreign = false;
    for line in text.lines() {
        if !line.starts_with(' ') {
            is_foreign = matches!(line.trim_end(), "GEM" | "GIT");
            continue;
        }
        let gem = line.strip_prefix("    ").filter(|gem| is_foreign && !gem.starts_with(' '));
        let gem = gem.and_then(|gem| gem.trim_end().strip_suffix(')')?.split_once(" ("));
        if let Some((name, version)) = gem {
            named.add(name, version.split('-').next().unwrap_or_default());
        }
    }
}

/// `Cargo.lock`: tables like those of Python's tools. What has no source is the application's own.
pub(super) fn cargo(text: &str, named: &mut Named) {
    let foreign = text.split("[[package]]").skip(1).filter(|table| {
        table.lines().any(|line| line.starts_with("source ") || line.starts_with("source="))
    });
    for table in foreign {
        python::tables(&format!("[[package]]{table}"), named);
    }
}

/// `go.mod`: what it requires, with what is put in its place. `go.sum` is no lock file: it has the checksums of everything
/// that was ever looked at.
pub(super) fn go(text: &str, named: &mut Named) {
    let (mut required, mut replaced) = (Vec::new(), BTreeMap::new());
    let mut block = "";
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or_default().trim();
        let (word, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let (directive, rest) = match (block, word) {
            (_, ")") => {
                block = "";
                continue;
            }
            ("", word) if rest.trim() == "(" => {
                block = word;
                continue;
            }
            ("", word) => (word, rest),
            (block, _) => (block, line),
        };
        let words: Vec<&str> = rest.split_whitespace().map(|word| word.trim_matches('"')).collect();
        match (directive, &words[..]) {
            ("require", [name, version]) => required.push((*name, *version)),
            ("replace", [name, "=>", by @ ..]) => {
                replaced.insert((*name, None), by.to_vec());
            }
            ("replace", [name, version, "=>", by @ ..]) => {
                replaced.insert((*name, Some(*version)), by.to_vec());
            }
            _ => {}
        }
    }
    for (name, version) in required {
        let by = replaced.get(&(name, Some(version))).or_else(|| replaced.get(&(name, None)));
        match by.map(Vec::as_slice) {
            None => named.add(name, version),
            Some([name, version]) => named.add(name, version),
            // A folder beside the application.
            Some(_) => {}
        }
    }
}

/// `composer.lock`.
pub(super) fn composer(document: &Value, named: &mut Named) {
    for list in ["packages", "packages-dev"].iter().filter_map(|name| document.get(*name)) {
        for one in list.as_array().into_iter().flatten() {
            let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
            named.add(text("name"), text("version"));
        }
    }
}

/// `packages.lock.json` of NuGet: by framework, then by name. A project is the application's own.
pub(super) fn nuget(document: &Value, named: &mut Named) {
    let frameworks = document.get("dependencies").and_then(Value::as_object);
    let packages = frameworks.into_iter().flatten().filter_map(|(_, one)| one.as_object());
    for (name, one) in packages.flatten() {
        named.add(name, one.get("resolved").and_then(Value::as_str).unwrap_or_default());
    }
}

/// `pubspec.lock`: names indented by two below `packages:`, and what is known of each by four.
pub(super) fn dart(text: &str, named: &mut Named) {
    let (mut is_within, mut name, mut is_hosted) = (false, "", false);
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let (field, value) = line.trim().split_once(':').unwrap_or_default();
        match (indent, field) {
            (0, _) => is_within = field == "packages",
            (2, _) if is_within => (name, is_hosted) = (field, false),
            (4, "source") if is_within => is_hosted = value.trim() == "hosted",
            (4, "version") if is_hosted => named.add(name, value.trim().trim_matches('"')),
            _ => {}
        }
    }
}

/// `mix.lock`: `"name": {:hex, :name, "1.0.0", …`.
pub(super) fn mix(text: &str, named: &mut Named) {
    for line in text.lines() {
        let Some((_, package)) = line.split_once("{:hex, :") else { continue };
        let mut parts = package.split(", ");
        if let (Some(name), Some(version)) = (parts.next(), parts.next()) {
            named.add(name.trim_matches('"'), version.trim_matches('"'));
        }
    }
}

/// `gradle.lockfile`: `group:name:version=configuration,…`.
pub(super) fn gradle(text: &str, named: &mut Named) {
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let module = line.split('=').next().unwrap_or_default();
        if let [group, name, version] = module.split(':').collect::<Vec<_>>()[..] {
            named.add_of(Some(group), name, version);
        }
    }
}

/// `renv.lock` of R.
pub(super) fn renv(document: &Value, named: &mut Named) {
    let packages = document.get("Packages").and_then(Value::as_object);
    for (name, one) in packages.into_iter().flatten() {
        named.add(name, one.get("Version").and_then(Value::as_str).unwrap_or_default());
    }
}

/// `paket.lock`: below `NUGET`, indented by four, `name (version)`, after which may stand for what it is restricted to.
pub(super) fn paket(text: &str, named: &mut Named) {
    let mut is_within = false;
    for line in text.lines() {
        if !line.starts_with(' ') {
            // Groups have sections of their own.
            is_within = line.trim_end() == "NUGET";
            continue;
        }
        let package = line.strip_prefix("    ").filter(|one| is_within && !one.starts_with(' '));
        let Some((name, rest)) = package.and_then(|package| package.split_once(" (")) else {
            continue;
        };
        named.add(name, rest.split(')').next().unwrap_or_default());
    }
}

/// `rebar.lock`: `{<<"name">>,{pkg,<<"name of the package">>,<<"version">>…},level}`. What comes from Git has no version.
pub(super) fn rebar(text: &str, named: &mut Named) {
    for package in text.split("{pkg,").skip(1) {
        let mut texts = package.split("<<\"").skip(1).map(|text| text.split('"').next());
        if let (Some(Some(name)), Some(Some(version))) = (texts.next(), texts.next()) {
            named.add(name, version);
        }
    }
}

/// `cpanfile.snapshot` of Carton: distributions, indented by two, `Name-version`.
pub(super) fn carton(text: &str, named: &mut Named) {
    let distributions = text.lines().filter_map(|line| line.strip_prefix("  "));
    for line in distributions.filter(|line| !line.starts_with(' ')) {
        if let Some((name, version)) = line.trim_end().rsplit_once('-') {
            // As an installer's note has it.
            let plain = version.strip_prefix('v').filter(|rest| rest.matches('.').count() < 2);
            named.add(name, plain.unwrap_or(version));
        }
    }
}

/// `conan.lock`: lists of `name/version@user/channel#revision%time`.
pub(super) fn conan(document: &Value, named: &mut Named) {
    for list in ["requires", "build_requires", "python_requires"] {
        let list = document.get(list).and_then(Value::as_array);
        for one in list.into_iter().flatten().filter_map(Value::as_str) {
            let reference = one.split(['#', '@', '%']).next().unwrap_or_default();
            if let Some((name, version)) = reference.split_once('/') {
                named.add(name, version);
            }
        }
    }
}
