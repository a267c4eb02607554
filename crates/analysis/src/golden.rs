//! Notices that facts have changed although the revision that they are kept under has not: kept ones would still be used.
//!
//! `golden.txt` has a line for each reader's ecosystem, for the pass over a layer and for stacking: the revision, and a
//! fingerprint of what comes of fixed files and layers. A test says which number is to be raised.

use std::fmt::Debug;
use std::sync::Arc;

use layer::{Expect, Limits};
use model::{LayerFacts, Scanned};

use crate::ecosystem::{ALL, Ecosystem, Reading, SCAN_REVISION, samples};
use crate::transcript::reading;
use crate::{scan, squash, texts};

const GOLDEN: &str = include_str!("golden.txt");

/// A revision, and what comes of it.
struct Line {
    /// What has this revision: an ecosystem's name, `pass` or `stacking`.
    name: &'static str,
    revision: String,
    facts: String,
    /// Which number is to be raised where the facts are others.
    raise: String,
}

/// Files by ecosystem, for those whose files are text.
const FILES: &[(&str, &str, &str)] = &[
    ("apk", "lib/apk/db/installed", APK),
    ("apk", "var/lib/db/sbom/musl-1.spdx.json", BILL),
    ("bitnami", "opt/bitnami/a/.spdx-a.spdx", BILL),
    ("lock", "srv/package-lock.json", r#"{"packages":{"node_modules/a":{"version":"1.0.0"}}}"#),
    ("lock", "srv/yarn.lock", "a@^1:\n  version \"1.0.0\"\n"),
    ("lock", "srv/pnpm-lock.yaml", "packages:\n  a@1.0.0:\n"),
    ("lock", "srv/bun.lock", "{\"packages\": {\"a\": [\"a@1.0.0\",],},}"),
    ("lock", "srv/deno.lock", r#"{"version":"5","npm":{"a@1.0.0_b@2.0.0":{}}}"#),
    (
        "lock",
        "srv/Package.resolved",
        r#"{"pins":[{"location":"https://h/a.git","state":{"version":"1.0.0"}}]}"#,
    ),
    ("lock", "srv/Podfile.lock", "PODS:\n  - A/B (1.0):\n"),
    ("lock", "srv/paket.lock", "NUGET\n    A (1.0)\n"),
    ("lock", "srv/rebar.lock", "[{<<\"a\">>,{pkg,<<\"a\">>,<<\"1.0\">>},0}"),
    ("lock", "srv/cpanfile.snapshot", "DISTRIBUTIONS\n  A-B-1.0\n"),
    ("lock", "srv/conan.lock", r#"{"requires":["a/1.0#r"]}"#),
    ("lock", "srv/uv.lock", "[[package]]\nname = \"a\"\nversion = \"1\"\n"),
    ("lock", "srv/requirements.txt", "a==1\n"),
    ("lock", "srv/Gemfile.lock", "GEM\n  specs:\n    a (1)\n"),
    ("lock", "srv/go.mod", "require a v1.0.0\n"),
    ("deb", "var/lib/dpkg/status", STATUS),
    ("deb", "var/lib/dpkg/status.d/tzdata", STATUS),
    ("deb", "var/lib/dpkg/info/zlib1g:amd64.list", "/.\n/usr\n/usr/lib\n/usr/lib/libz.so.1\n"),
    (
        "deb",
        "var/lib/dpkg/info/zlib1g:amd64.md5sums",
        "0cc175b9c0f1b6a831c399e269772661  usr/lib/libz.so.1\n",
    ),
    ("deb", "var/lib/dpkg/diversions", "/bin/sh\n/bin/sh.distrib\ndash\n"),
    (
        "deb",
        "usr/share/doc/zlib1g/copyright",
        "Format: https://www.debian.org/doc/x\n\nFiles: *\nLicense: Zlib\n",
    ),
    (
        "deb",
        "usr/share/doc/zlib1g/changelog.Debian",
        "zlib (1:1.2) sid; urgency=low\n\n  * x\n\n -- A <a@b>  Mon, 02 Jan 2023 10:00:00 +0000\n",
    ),
    ("npm", "srv/node_modules/a/package.json", NPM),
    ("gem", "usr/lib/ruby/gems/3.1.0/specifications/rake-13.0.6.gemspec", GEM),
    ("pypi", "usr/lib/python3/site-packages/x-1.dist-info/METADATA", PYPI),
    (
        "pypi",
        "usr/lib/python3/site-packages/x-1.dist-info/RECORD",
        "x/__init__.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n../../../bin/x,,\n",
    ),
    ("composer", "srv/vendor/composer/installed.json", COMPOSER),
    (
        "conda",
        "opt/conda/conda-meta/a-1-0.json",
        r#"{"name":"a","version":"1","build":"0","license":"MIT","files":["bin/a"]}"#,
    ),
    ("nuget", "app/Shop.deps.json", NUGET),
    (
        "rpm",
        "var/lib/rpmmanifest/container-manifest-2",
        "a\t1-1\t0\t0\tV\t2\t7\tx86_64\t2\ta.src.rpm\n",
    ),
    (
        "deb",
        "var/lib/chisel/manifest.wall",
        "{\"jsonwall\":\"1.0\"}\n{\"kind\":\"package\",\"name\":\"a\",\"version\":\"1\"}\n\
         {\"kind\":\"path\",\"path\":\"/a\",\"mode\":\"0644\",\"slices\":[\"a_x\"]}\n",
    ),
    ("alpm", "var/lib/pacman/local/a-1-1/desc", "%NAME%\na\n\n%VERSION%\n1-1\n\n%ARCH%\nany\n\n"),
    ("alpm", "var/lib/pacman/local/a-1-1/files", "%FILES%\nusr/a\n\n%BACKUP%\netc/a\tx\n"),
    ("alpm", "var/lib/pacman/local/a-1-1/mtree", "#mtree\n/set mode=644\n./usr/a type=file\n"),
    ("opkg", "usr/lib/opkg/status", "Package: a\nVersion: 1\nStatus: install user installed\n"),
    ("opkg", "usr/lib/opkg/info/a.list", "/bin/a\n"),
    ("nix", "nix/store/0c2jq8qxwbqbfh7l9nq2p1vn8dhsy3wm-bash-5.2", ""),
    ("hex", "opt/lib/a-1/ebin/a.app", "{application, a, [{vsn, \"1.0.0\"}]}."),
    (
        "cran",
        "usr/lib/R/library/a/DESCRIPTION",
        "Package: a\nVersion: 1-1\nLicense: MIT\nBuilt: R\n",
    ),
    ("cpan", "usr/lib/perl5/.meta/A-1/install.json", r#"{"name":"A","version":"1","dist":"A-1"}"#),
    (
        "luarocks",
        "usr/lib/luarocks/rocks-5.4/a/1-1/a-1-1.rockspec",
        "package = \"a\"\ndescription = {\n license = \"MIT\"\n}\n",
    ),
    ("pub", "c/hosted/h/a-1.0.0/pubspec.yaml", "name: a\nhomepage: https://example.org\n"),
    (
        "swift",
        "srv/.build/workspace-state.json",
        r#"{"object":{"dependencies":[{"packageRef":{"location":"https://example.org/a"},
            "state":{"checkoutState":{"version":"1.0.0","revision":"abc"}}}]}}"#,
    ),
    ("wordpress", "srv/wp-includes/version.php", "<?php $wp_version = '6.4';"),
    ("wordpress", "srv/wp-content/plugins/a/a.php", "<?php\n/*\nPlugin Name: A\nVersion: 1\n*/\n"),
    ("wordpress", "srv/wp-content/themes/a/style.css", "/*\nTheme Name: A\nVersion: 1\n*/\n"),
    ("generic", "usr/bin/curl", "curl/8.1.0\n"),
    (
        "os-release",
        "etc/apt/sources.list.d/a.list",
        "deb https://esm.ubuntu.com/apps/ubuntu a main\n",
    ),
    (
        "os-release",
        "etc/os-release",
        "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian 12\"\nVERSION_CODENAME=bookworm\n",
    ),
    ("file", "etc/passwd", "root:x:0:0::/root:/bin/sh\n"),
];

const APK: &str = "C:Q1p78yvTLG094tHE1+dToJGbmYzQE=\nP:musl\nV:1.2.5-r0\nA:x86_64\nS:1\nI:622592\nL:MIT\no:musl\n\
    m:Timo <timo@example.org>\nc:abc123\nF:lib\nM:0:0:755\nR:ld.so\na:0:0:755\nZ:Q1p78yvTLG094tHE1+dToJGbmYzQE=\n\n";

const BILL: &str = r#"{"packages":[{"licenseDeclared":"MIT","externalRefs":[{"referenceType":"purl",
    "referenceLocator":"pkg:bitnami/a@1.0.0-0?arch=amd64"}]}]}"#;

const STATUS: &str = "Package: zlib1g\nStatus: install ok installed\nMaintainer: A <a@example.org>\nInstalled-Size: 106\n\
    Architecture: amd64\nMulti-Arch: same\nSource: zlib (1:1.2)\nVersion: 1:1.2+b1\nConffiles:\n /etc/z 0cc175b9c0f1b6a831c399e269772661\n\n";

const NPM: &str = r#"{"name": "a", "version": "1.0.0", "license": "MIT", "author": "A <a@example.org>",
    "repository": {"type": "git", "url": "https://example.org/a"}}"#;

const GEM: &str =
    "s.name = \"rake\"\ns.version = \"13.0.6\"\ns.authors = [\"A\"]\ns.licenses = [\"MIT\"]\n";

const PYPI: &str = "Metadata-Version: 2.1\nName: x\nVersion: 1\nAuthor: A\nLicense: MIT\nHome-page: https://example.org\n";

const COMPOSER: &str = r#"[{"name": "psr/log", "version": "3.0.0", "license": ["MIT"], "install-path": "../psr/log",
    "source": {"type": "git", "url": "https://example.org/log.git", "reference": "fe5ea"}, "authors": [{"name": "A"}]}]"#;

const NUGET: &str = r#"{"runtimeTarget": {"name": "N"}, "targets": {"N": {"A/1.0.0": {"runtime": {"lib/A.dll": {}}}}},
    "libraries": {"A/1.0.0": {"type": "package", "sha512": "sha512-Hr"}}}"#;

/// Layers with everything that layers do, and packages in them.
const LAYERS: &str = r"
//- /etc/os-release
ID=debian
//- /etc/ mode=700 uid=1 gid=2 mtime=3
//- /etc/motd xattr:user.a=b
one
//- /etc/hard => /etc/motd
//- /dev/null char=1,3
//- /dev/sda block=8,0
//- /pipe fifo
//- /bin -> usr/bin
//- /bin/sh mode=4755
x
//- /odd\xff
x
//- /srv/gone/below
x
//- /usr/lib/python3/dist-packages/x-1.dist-info/METADATA
Name: x
Version: 1
//- /usr/lib/python3/dist-packages/x-1.dist-info/RECORD
x/__init__.py,,
//- /usr/lib/python3/dist-packages/x/__init__.py
x
//- layer
//- whiteout /srv/gone
//- opaque /dev
//- /etc/motd
two
//- /cycle -> cycle
//- /cycle/below
x
";

#[test]
fn facts_change_with_their_revision_and_not_without() {
    let complaints: Vec<String> = lines().iter().filter_map(complaint).collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    let known = GOLDEN.lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(known, lines().len(), "golden.txt has lines of what is not there any more");
}

#[test]
fn a_fact_that_changes_alone_is_a_complaint() {
    let of = |revision: &str, facts: &str| {
        let (revision, facts) = (revision.to_owned(), facts.to_owned());
        Line { name: "stacking", revision, facts, raise: "STACKING".into() }
    };
    let known = lines().pop().unwrap();
    assert!(complaint(&of(&known.revision, &known.facts)).is_none());
    let changed = complaint(&of(&known.revision, "other")).unwrap();
    assert!(changed.contains("count up STACKING"), "{changed}");
    let raised = complaint(&of("other", &known.facts)).unwrap();
    assert!(raised.contains("a new revision: write"), "{raised}");
}

fn lines() -> Vec<Line> {
    let ecosystems = ALL.iter().map(|ecosystem| of_ecosystem(ecosystem));
    ecosystems.chain(of_layers()).collect()
}

/// What is wrong about a line, and what is to be done.
fn complaint(line: &Line) -> Option<String> {
    let Line { name, revision, facts, raise } = line;
    let written = format!("{name} {revision} {facts}");
    let rows = GOLDEN.lines().map(|row| row.split(' ').collect::<Vec<_>>());
    let known = rows.into_iter().find(|row| row.first() == Some(name));
    match known.as_deref() {
        Some([_, known, same]) if known == revision && same == facts => None,
        Some([_, known, _]) if known == revision => Some(format!(
            "{name}: the same bytes give other facts ({facts}), and those that are kept would still be used. If that is \
             meant, count up {raise}; then write what this test says next into golden.txt"
        )),
        _ => Some(format!("{name}: a new revision: write `{written}` into golden.txt")),
    }
}

/// What the readers of an ecosystem make of its files.
fn of_ecosystem(ecosystem: &Ecosystem) -> Line {
    let readers = ecosystem.readers.iter();
    let readers: Vec<_> = readers
        .map(|reader| (reader.revision, reader.wants, reader.companions, reader.limit))
        .collect();
    let readings: Vec<_> =
        files(ecosystem.name).iter().map(|(path, bytes)| reading(ecosystem, path, bytes)).collect();
    assert!(!readings.is_empty(), "golden.rs has no file of {}: add a small one", ecosystem.name);
    let is_told = |reading: &Reading| !reading.evidence.is_empty() || !reading.texts.is_empty();
    let unread = readings.iter().find(|reading| !reading.as_ref().is_ok_and(is_told));
    assert_eq!(unread, None, "a file of {} that says nothing", ecosystem.name);
    Line {
        name: ecosystem.name,
        revision: fingerprint(&readers),
        facts: fingerprint(&readings),
        raise: format!("`revision` of the readers of {} that did it", ecosystem.title),
    }
}

fn files(ecosystem: &str) -> Vec<(&'static str, Vec<u8>)> {
    let mut files: Vec<_> = match ecosystem {
        "cargo" => vec![("usr/bin/a", samples::cargo())],
        "golang" => vec![("usr/bin/a", samples::golang())],
        "maven" => vec![("app/shop-1.war", samples::java())],
        "rpm" => samples::rpm().into(),
        _ => Vec::new(),
    };
    let own = FILES.iter().filter(|(name, ..)| *name == ecosystem);
    files.extend(own.map(|(_, path, text)| (*path, text.as_bytes().to_vec())));
    files
}

/// The pass over layers, and what they come to.
fn of_layers() -> [Line; 2] {
    let image = testkit::image(LAYERS);
    let demo: [testkit::Image; 2] = testkit::demo().into();
    let images = [&image, &demo[0], &demo[1]].map(|image| {
        let layers = image.layers();
        layers.iter().map(|layer| scanned(layer)).collect::<Vec<Scanned>>()
    });
    let entries: Vec<_> = images.iter().flatten().map(|scanned| &scanned.facts.entries).collect();
    let pass = Line {
        name: "pass",
        revision: SCAN_REVISION.to_string(),
        facts: fingerprint(&entries),
        raise: "`SCAN_REVISION` in ecosystem.rs".into(),
    };
    let stacks = images.map(|layers| {
        let (facts, read): (Vec<Arc<LayerFacts>>, Vec<_>) =
            layers.into_iter().map(|one| (Arc::new(one.facts), Arc::new(one.texts))).unzip();
        let stack = squash(&facts);
        let texts = texts(&stack, &read);
        (stack, texts)
    });
    let (revision, raise) = stacking();
    [pass, Line { name: "stacking", revision, facts: fingerprint(&stacks), raise: raise.into() }]
}

/// What kept stacks lie under: the catalogue's revision stands for stacking as well.
fn stacking() -> (String, &'static str) {
    (format!("{:016x}", crate::revision()), "`SCAN_REVISION` in ecosystem.rs")
}

fn scanned(layer: &[u8]) -> Scanned {
    let (expect, limits) = (Expect::default(), Limits::default());
    layer::read::<_, layer::Error>(layer, &expect, &limits, scan).unwrap().0
}

/// What facts say, as 16 digits. A field that nobody fills says nothing: a new one alone is no other fact.
fn fingerprint(facts: &impl Debug) -> String {
    let text = format!("{facts:?}");
    let says = |part: &&str| !part.trim_end_matches([' ', '}', ')', ']']).ends_with(": None");
    let said: Vec<&str> = text.split(", ").filter(says).collect();
    let digest = testkit::digest(said.join(", ").as_bytes());
    digest.hex().chars().take(16).collect()
}
