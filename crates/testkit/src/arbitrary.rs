//! Images at random, as text, for property tests: small, but with everything that layers do to each other.
//!
//! Names are few, so that layers meet: files replace directories, links lead to what went, whiteouts hit and miss. The
//! texts are valid; what the archives say need not make sense to a container engine.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;

use crate::package::{Package, apk_database, apk_package, deb_package, dpkg_database};

/// Any image, as text for [`image`](crate::image()).
///
/// ```
/// use proptest::prelude::*;
///
/// proptest!(|(text in testkit::arbitrary_image())| {
///     let image = testkit::image(&text);
///     prop_assert_eq!(image.manifest(), testkit::image(&text).manifest());
/// });
/// ```
pub fn arbitrary_image() -> impl Strategy<Value = String> {
    (vec(layer(), 0..4), settings()).prop_map(|(layers, settings)| layers.concat() + &settings)
}

/// Any two images that may have their lowest layers in common, as most images have that are compared.
pub fn arbitrary_pair() -> impl Strategy<Value = (String, String)> {
    let own = || (vec(layer(), 0..3), settings());
    (vec(layer(), 0..3), own(), own()).prop_map(|(shared, old, new)| {
        let text = |(layers, settings): (Vec<String>, String)| {
            shared.concat() + &layers.concat() + &settings
        };
        (text(old), text(new))
    })
}

/// One layer.
fn layer() -> impl Strategy<Value = String> {
    let instruction = select(&["", " COPY a /a", " RUN make"]);
    (instruction, vec(lines(), 0..8))
        .prop_map(|(instruction, lines)| format!("//- layer{instruction}\n{}", lines.concat()))
}

/// One entry, or a few that belong together.
fn lines() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => (path(), words(), content()).prop_map(|(path, words, content)| format!("//- {path}{words}\n{content}")),
        4 => (path(), words()).prop_map(|(path, words)| format!("//- {path}/{words}\n")),
        4 => (path(), target()).prop_map(|(path, target)| format!("//- {path} -> {target}\n")),
        1 => (path(), path()).prop_map(|(path, other)| format!("//- {path} => {other}\n")),
        2 => (path(), path(), content())
            .prop_map(|(path, other, content)| format!("//- {path}\n{content}//- {other} => {path}\n")),
        1 => path().prop_map(|path| format!("//- {path} fifo\n")),
        1 => (path(), 0..3).prop_map(|(path, minor)| format!("//- {path} char=1,{minor}\n")),
        3 => path().prop_map(|path| format!("//- whiteout {path}\n")),
        2 => path().prop_map(|path| format!("//- opaque {path}\n")),
        1 => (path(), content()).prop_map(|(path, content)| format!("//- raw .{path}\n{content}")),
        1 => (path(), path()).prop_map(|(path, other)| format!("//- raw {path}/..{other}//b\n")),
        2 => packages(),
    ]
}

fn path() -> impl Strategy<Value = String> {
    let name = select(&["a", "b", "c", "lib", "usr", "bin", r"\xfe", "ä", r"x\x20y"]);
    vec(name, 1..4).prop_map(|names| names.iter().map(|name| format!("/{name}")).collect())
}

/// What a symbolic link leads to: from the root, from where it stands, or nowhere.
fn target() -> impl Strategy<Value = String> {
    let start = select(&["", ".", "..", "../..", "/.."]);
    prop_oneof![path(), (start, path()).prop_map(|(start, path)| start.to_owned() + &path)]
}

fn content() -> impl Strategy<Value = String> {
    select(&["", "one\n", "two\n", "one\ntwo\n"]).prop_map(Into::into)
}

fn words() -> impl Strategy<Value = String> {
    let word = select(&["mode=700", "mode=4755", "uid=1000", "gid=5", "mtime=9", "xattr:user.a=b"]);
    prop_oneof![3 => Just(String::new()), 1 => word.prop_map(|word| format!(" {word}"))]
}

/// A database with its packages' files, some of which may lie under links.
fn packages() -> impl Strategy<Value = String> {
    let package = (select(&["bin", "lib", "c"]), select(&["1-1", "1.0-1", "2-1"]), content());
    (any::<bool>(), vec(package, 0..4)).prop_map(|(is_apk, mut packages)| {
        packages.sort();
        packages.dedup_by_key(|(name, ..)| *name);
        let package = |(name, version, content): &(&str, &str, String)| -> Package {
            let (program, library) = (format!("/bin/{name}"), format!("/lib/{name}/{version}"));
            let files = [(&program[..], content.as_bytes()), (&library, version.as_bytes())];
            if is_apk {
                apk_package(name, &version.replace('-', "-r"), &files)
            } else {
                deb_package(name, version, "amd64", &files)
            }
        };
        let packages: Vec<Package> = packages.iter().map(package).collect();
        if is_apk { apk_database(&packages) } else { dpkg_database(&packages) }
    })
}

fn settings() -> impl Strategy<Value = String> {
    let setting = select(&[
        "//- config {\"User\": \"app\"}\n",
        "//- config {\"User\": \"root\", \"Env\": [\"A=1\"]}\n",
        "//- config {\"Entrypoint\": [\"/a\"]}\n",
        "//- config {\"Labels\": {\"a\": \"b\"}}\n",
        "//- platform linux/arm64\n",
        "//- created 2026-10-02T00:00:00Z\n",
        "//- empty RUN true\n",
    ]);
    vec(setting, 0..3).prop_map(|settings| settings.concat())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::*;

    proptest! {
        #[test]
        fn another_reader_can_read_every_layer((old, new) in arbitrary_pair()) {
            for text in [old, new] {
                for layer in crate::image(&text).layers() {
                    for entry in tar::Archive::new(&layer[..]).entries().unwrap() {
                        let mut entry = entry.unwrap();
                        let size = std::io::copy(&mut entry, &mut std::io::sink()).unwrap();
                        prop_assert!(size < 10_000);
                    }
                }
            }
        }
    }
}
