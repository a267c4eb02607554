//! .NET: the packages that a program or a shared runtime brings, as the `deps.json` beside it says. It opens no assemblies
//! and reads no project files.

use model::{Evidence, OwnedPath, Package, Path, Recorded, Scheme};
use serde_json::{Map, Value};

use super::{Ecosystem, Held, Holding, Input, Reader, Reading, Unreadable, Want, kept};
use crate::budget::Budget;

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "nuget",
    title: "NuGet (.NET)",
    osv: Some("NuGet"),
    scheme: Some(Scheme::Nuget),
    readers: &[Reader {
        revision: 1,
        wants: Want::Suffix(".deps.json"),
        companions: &[],
        limit: 32 << 20,
        read: dependencies,
    }],
    records: &[],
    holdings: Some(holdings),
};

/// A shared runtime has its folder for itself: `shared/NAME/VERSION/NAME.deps.json`.
fn holdings(held: &Held<'_>) -> Vec<Holding> {
    let mut parts = held.record.rsplit('/');
    let file = parts.next().and_then(|file| file.strip_suffix(".deps.json"));
    let (version, name, shared) = (parts.next(), parts.next(), parts.next());
    let is_shared = version.is_some() && name.is_some() && name == file && shared == Some("shared");
    let folder = held.record.rsplit_once('/').filter(|_| is_shared);
    folder.map(|(folder, _)| Holding::All(folder.into())).into_iter().collect()
}

/// Reads `NAME.deps.json`: what is built of which libraries, and which of them are packages.
fn dependencies(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let bytes = input.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input.bytes);
    let document: Value = serde_json::from_slice(bytes)
        .map_err(|error| Unreadable(format!("it is not JSON ({error})")))?;
    let Some(libraries) = document.get("libraries").and_then(Value::as_object) else {
        // Other programs may call their files so, too.
        return Ok(Reading::default());
    };
    let targets = Targets::of(&document);
    let folder = input.path.iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash);
    let folder = Path::new(&input.path[..folder]);
    let mut budget = Budget::of(input);
    let mut packages = Vec::new();
    for (library, facts) in libraries {
        let Some(package) = package(library, facts) else { continue };
        let files = targets.files(library);
        if files.as_ref().is_some_and(Vec::is_empty) {
            // It was only needed to build the program, or is a name for several others.
            continue;
        }
        let owned = files.unwrap_or_default().into_iter().filter(|path| {
            budget.admits(folder.as_bytes().len().saturating_add(path.len()).saturating_add(1))
        });
        let owned = owned.map(|path| OwnedPath {
            path: folder.join(path.as_bytes()),
            recorded: Recorded::default(),
        });
        packages.push((package, owned.collect()));
    }
    let evidence = Some(packages).filter(|packages: &Vec<_>| !packages.is_empty());
    let evidence = evidence.map(Evidence::Packages).into_iter().collect();
    Ok(Reading { evidence, notices: budget.into_notices().collect(), ..Reading::default() })
}

/// `NAME/VERSION`, where it is a package and no project of one's own.
fn package(library: &str, facts: &Value) -> Option<Package> {
    let (name, version) = library.rsplit_once('/')?;
    let name = match facts.get("type")?.as_str()? {
        "package" => name,
        // A program that brings its runtime along calls it so.
        "runtimepack" => name.strip_prefix("runtimepack.").unwrap_or(name),
        _ => return None,
    };
    let (name, version) = (kept(name)?, kept(version)?);
    let build = facts.get("sha512").and_then(Value::as_str).and_then(kept);
    Some(Package { build, ..Package::new(ECOSYSTEM.name, &name, &version, Scheme::Nuget) })
}

/// Which files each library brings, for each system that the program was built for.
struct Targets<'a>(Vec<&'a Map<String, Value>>);

impl<'a> Targets<'a> {
    fn of(document: &'a Value) -> Targets<'a> {
        let targets = document.get("targets").and_then(Value::as_object);
        let targets = targets.into_iter().flat_map(Map::values).filter_map(Value::as_object);
        Targets(targets.collect())
    }

    /// Paths of a library's files below the program's folder; none where no target speaks of it.
    fn files(&self, library: &str) -> Option<Vec<String>> {
        let mentions: Vec<&Value> =
            self.0.iter().filter_map(|target| target.get(library)).collect();
        if mentions.is_empty() {
            return None;
        }
        let mut files = Vec::new();
        for mention in mentions {
            let names = |kind: &str| {
                mention.get(kind).and_then(Value::as_object).into_iter().flat_map(Map::keys)
            };
            // Of a package's folders only the last part of the path is left where the program is put.
            files.extend(names("runtime").chain(names("native")).map(|path| last(path, 1)));
            files.extend(names("resources").map(|path| last(path, 2)));
            files.extend(names("runtimeTargets").cloned());
        }
        files.sort();
        files.dedup();
        Some(files)
    }
}

/// So many names at the end of a path.
fn last(path: &str, names: usize) -> String {
    let start = path.rmatch_indices('/').nth(names - 1).map_or(0, |(slash, _)| slash + 1);
    path[start..].into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::transcript;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let path = "app/Shop.deps.json";
        assert_eq!(transcript(&ECOSYSTEM, path, text.as_bytes()).trim_end(), expect);
    }

    #[test]
    fn packages_have_the_files_that_they_bring() {
        check(
            r#"{"runtimeTarget":{"name":".NETCoreApp,Version=v8.0"},
            "targets":{".NETCoreApp,Version=v8.0":{
              "Shop/1.0.0":{"dependencies":{"Newtonsoft.Json":"13.0.3"},"runtime":{"Shop.dll":{}}},
              "Newtonsoft.Json/13.0.3":{"runtime":{"lib/net6.0/Newtonsoft.Json.dll":{"fileVersion":"13.0"}}},
              "Sqlite/2.1.6":{"runtimeTargets":{"runtimes/linux-x64/native/libe_sqlite3.so":{"rid":"linux-x64"}}},
              "Humanizer.de/2.14.1":{"resources":{"lib/netstandard2.0/de/Humanizer.resources.dll":{"locale":"de"}}},
              "Analyzers/3.3.4":{}}},
            "libraries":{
              "Shop/1.0.0":{"type":"project","serviceable":false,"sha512":""},
              "Newtonsoft.Json/13.0.3":{"type":"package","sha512":"sha512-Hr"},
              "Sqlite/2.1.6":{"type":"package"},
              "Humanizer.de/2.14.1":{"type":"package"},
              "Analyzers/3.3.4":{"type":"package"}}}"#,
            "Humanizer.de 2.14.1\n  /app/de/Humanizer.resources.dll\n\
             Newtonsoft.Json 13.0.3 build=sha512-Hr\n  /app/Newtonsoft.Json.dll\n\
             Sqlite 2.1.6\n  /app/runtimes/linux-x64/native/libe_sqlite3.so",
        );
    }

    #[test]
    fn a_runtime_may_come_along() {
        check(
            r#"{"targets":{},"libraries":{
              "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1":{"type":"runtimepack"}}}"#,
            "Microsoft.NETCore.App.Runtime.linux-x64 8.0.1",
        );
    }

    #[test]
    fn what_is_something_else_says_nothing() {
        check("{}", "");
        check("[]", "");
        check(r#"{"libraries":{"x":{"type":"package"},"y/1":{},"z/1":7}}"#, "");
        check("", "unreadable: it is not JSON (EOF while parsing a value at line 1 column 0)");
    }

    #[test]
    fn a_shared_runtime_has_its_folder() {
        let package = Package::new("nuget", "x", "1", Scheme::Nuget);
        let held = |record: &str| holdings(&Held { record, package: &package });
        let folder = "usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.1";
        let path = format!("{folder}/Microsoft.NETCore.App.deps.json");
        assert_eq!(held(&path), [Holding::All(folder.into())]);
        assert_eq!(held("app/Shop.deps.json"), []);
        assert_eq!(held("shared/a/b/c.deps.json"), []);
    }
}
