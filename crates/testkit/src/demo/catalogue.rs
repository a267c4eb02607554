//! The demo's packages: reads `packages.txt` and `upgrades.txt`, and builds what they list. It knows no layers.

use std::sync::OnceLock;

use crate::blobs::{Compression, compress};
use crate::package::{Package, deb_package};
use crate::text::{made_up, unescape};

/// A package as the list has it, with the changelog of the versions so far, the latest first.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) architecture: String,
    fields: Vec<String>,
    files: Vec<String>,
    changelog: String,
    mtime: u64,
    built: OnceLock<Package>,
}

const OS_RELEASE: &[u8] =
    b"PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\n\
    VERSION_ID=\"12\"\nVERSION=\"12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n\
    HOME_URL=\"https://www.debian.org/\"\n";

/// Reads blocks of packages, parted by blank lines: `NAME VERSION ARCHITECTURE [source=TEXT] [same]`, then a line
/// for each file: `PATH SIZE`, `PATH same SIZE` (in every version), `PATH conf SIZE` or `PATH -> TARGET`.
pub(super) fn packages(text: &str, mtime: u64) -> Vec<Vec<Row>> {
    let row = |(head, lines): (&str, Vec<&str>)| {
        let words: Vec<&str> = head.split(' ').collect();
        let mut row = Row {
            name: words[0].into(),
            version: words[1].into(),
            architecture: words[2].into(),
            fields: words[3..].iter().map(|word| field(word)).collect(),
            files: lines.into_iter().map(Into::into).collect(),
            changelog: String::new(),
            mtime,
            built: OnceLock::new(),
        };
        row.log("New upstream release.");
        row
    };
    text.split("\n\n").map(|block| rows(block).into_iter().map(row).collect()).collect()
}

/// Reads upgrades, `NAME VERSION ARCHITECTURE GROWTH`, with lines for the changelog and, where they are others than
/// before, for the files; gives the rows with them applied.
pub(super) fn upgrade(installed: &[Row], text: &str, mtime: u64) -> Vec<Row> {
    let upgraded = |(head, lines): (&str, Vec<&str>)| {
        let words: Vec<&str> = head.split(' ').collect();
        let mut row = find(installed, words[0]).clone();
        (row.version, row.architecture, row.mtime) = (words[1].into(), words[2].into(), mtime);
        row.built = OnceLock::new();
        let (files, changes): (Vec<&str>, Vec<&str>) =
            lines.into_iter().partition(|line| line.starts_with('/'));
        if files.is_empty() {
            row.grow(words[3]);
        } else {
            row.files = files.into_iter().map(Into::into).collect();
        }
        row.log(&changes.join("\n  * "));
        row
    };
    rows(text).into_iter().map(upgraded).collect()
}

fn find<'a>(rows: &'a [Row], name: &str) -> &'a Row {
    let row = rows.iter().find(|row| row.name == name);
    row.unwrap_or_else(|| panic!("the demo has no package {name}"))
}

/// Lines, each with the indented ones below it.
fn rows(block: &str) -> Vec<(&str, Vec<&str>)> {
    let mut rows: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("  "), rows.last_mut()) {
            (Some(file), Some((_, files))) => files.push(file),
            _ => rows.push((line, Vec::new())),
        }
    }
    rows
}

fn field(word: &str) -> String {
    match word.split_once('=') {
        Some(("source", source)) => format!("Source: {}", text(source)),
        _ => "Multi-Arch: same".into(),
    }
}

fn text(word: &str) -> String {
    let bytes = unescape(word).unwrap_or_else(|reason| panic!("{reason}"));
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Row {
    fn log(&mut self, changes: &str) {
        let Row { name, version, changelog, .. } = self;
        *changelog = format!(
            "{name} ({version}) bookworm; urgency=medium\n\n  * {changes}\n\n \
             -- Testkit <testkit@example.org>  Mon, 14 Sep 2026 00:00:00 +0000\n\n{changelog}"
        );
    }

    /// Makes the last regular file longer.
    fn grow(&mut self, bytes: &str) {
        let files = self.files.iter_mut().rev();
        for file in files.filter(|file| !file.contains("->")).take(1) {
            let (path, size) = file.rsplit_once(' ').unwrap_or((&file[..], ""));
            *file = format!("{path} {}", number(size) + number(bytes));
        }
    }

    /// The package itself.
    pub(super) fn package(&self) -> &Package {
        self.built.get_or_init(|| {
            let package = self.build();
            match &self.name[..] {
                "base-files" => {
                    let point = if self.version.ends_with("u8") { "12.8\n" } else { "12.7\n" };
                    package
                        .file("/usr/lib/os-release", OS_RELEASE)
                        .config("/etc/debian_version", point.as_bytes())
                }
                _ => package,
            }
        })
    }

    /// What a package ships differs from version to version, but for settings and papers.
    fn build(&self) -> Package {
        let Row { name, version, architecture, .. } = self;
        let mut package = deb_package(name, version, architecture, &[]).built(self.mtime).merged();
        for field in &self.fields {
            package = package.field(field);
        }
        let build = version.bytes().chain(architecture.bytes());
        let build = build.fold(0, |seed: u64, byte| seed * 31 % (1 << 40) + u64::from(byte));
        for file in &self.files {
            let words: Vec<&str> = file.split(' ').collect();
            let path = words[0];
            package = match words[1..] {
                ["->", target] => package.link(path, target),
                ["conf", size] => package.config(path, &made_up_file(path, 0, size)),
                ["same", size] => package.file(path, &made_up_file(path, 0, size)),
                [size] => package.file(path, &made_up_file(path, build, size)),
                _ => panic!("`{file}` is not a file of the demo"),
            };
        }
        let documents = format!("/usr/share/doc/{name}");
        let copyright = made_up(name.as_bytes(), 0, 1500);
        let changelog = compress(self.changelog.as_bytes(), Compression::Gzip);
        package
            .file(&format!("{documents}/copyright"), &copyright)
            .file(&format!("{documents}/changelog.Debian.gz"), &changelog)
    }
}

fn made_up_file(path: &str, seed: u64, size: &str) -> Vec<u8> {
    made_up(path.as_bytes(), seed, number(size))
}

fn number(digits: &str) -> u64 {
    digits.parse().unwrap_or_else(|_| panic!("`{digits}` is not a size"))
}
