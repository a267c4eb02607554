//! Installed packages as text: what apk and dpkg record of them, and the files themselves. It resolves no dependencies.

mod apk;
mod dpkg;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::text::escape;

/// A package as apk or dpkg installs it.
#[derive(Clone, Debug)]
pub struct Package {
    manager: Manager,
    name: String,
    version: String,
    architecture: String,
    fields: String,
    merged: bool,
    mtime: u64,
    files: BTreeMap<String, Ships>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manager {
    Apk,
    Dpkg,
}

#[derive(Clone, Debug)]
enum Ships {
    File(Vec<u8>),
    Config(Vec<u8>),
    Link(String),
}

/// A package of Alpine's for `x86_64` with these files.
///
/// ```
/// let musl = testkit::apk_package("musl", "1.2.5-r0", &[("/lib/ld-musl-x86_64.so.1", b"ELF")]);
/// assert!(musl.record().contains("P:musl\nV:1.2.5-r0\nA:x86_64\n"));
/// assert!(musl.record().ends_with("F:lib\nR:ld-musl-x86_64.so.1\nZ:Q1nfTWP+2Wdl54Odk5Ta9a0tePeXg=\n\n"));
///
/// let image = testkit::image(&testkit::apk_database(&[musl]));
/// assert_eq!(image.layers().len(), 1);
/// ```
pub fn apk_package(name: &str, version: &str, files: &[(&str, &[u8])]) -> Package {
    Package::new(Manager::Apk, name, version, "x86_64").with_files(files)
}

/// A package of Debian's with these files.
///
/// ```
/// let curl = testkit::deb_package("curl", "7.88.1-10", "amd64", &[("/usr/bin/curl", b"ELF")]);
/// let text = testkit::dpkg_database(&[curl]);
/// assert!(text.contains("Package: curl\nStatus: install ok installed\n"));
/// assert!(text.contains("//- /var/lib/dpkg/info/curl.list\n/.\n/usr\n/usr/bin\n/usr/bin/curl\n"));
/// assert!(text.contains("//- /usr/bin/curl mode=755"));
/// ```
pub fn deb_package(
    name: &str,
    version: &str,
    architecture: &str,
    files: &[(&str, &[u8])],
) -> Package {
    Package::new(Manager::Dpkg, name, version, architecture).with_files(files)
}

/// The text of apk's database with these packages, and of their files.
pub fn apk_database(packages: &[Package]) -> String {
    database("/lib/apk/db/installed", packages)
}

/// The text of dpkg's database with these packages, and of their files.
pub fn dpkg_database(packages: &[Package]) -> String {
    database("/var/lib/dpkg/status", packages)
}

fn database(path: &str, packages: &[Package]) -> String {
    let records: String = packages.iter().map(Package::record).collect();
    let files: String = packages.iter().map(Package::files).collect();
    format!("//- {path}\n{records}{files}")
}

impl Package {
    fn new(manager: Manager, name: &str, version: &str, architecture: &str) -> Package {
        Package {
            manager,
            name: name.into(),
            version: version.into(),
            architecture: architecture.into(),
            fields: String::new(),
            merged: false,
            mtime: 0,
            files: BTreeMap::new(),
        }
    }

    fn with_files(mut self, files: &[(&str, &[u8])]) -> Package {
        for (path, content) in files {
            self = self.file(path, content);
        }
        self
    }

    /// Adds a file.
    #[must_use]
    pub fn file(mut self, path: &str, content: &[u8]) -> Package {
        self.files.insert(path.into(), Ships::File(content.into()));
        self
    }

    /// Adds a file that administrators may change: dpkg records its digest in `status`, not in `.md5sums`.
    #[must_use]
    pub fn config(mut self, path: &str, content: &[u8]) -> Package {
        self.files.insert(path.into(), Ships::Config(content.into()));
        self
    }

    /// Adds a symbolic link.
    #[must_use]
    pub fn link(mut self, path: &str, target: &str) -> Package {
        self.files.insert(path.into(), Ships::Link(target.into()));
        self
    }

    /// Adds a line to the record, as it stands there: `Source: openssl`, `Multi-Arch: same`, `o:openssl`.
    #[must_use]
    pub fn field(mut self, line: &str) -> Package {
        self.fields.push_str(line);
        self.fields.push('\n');
        self
    }

    /// Gives the files a time.
    #[must_use]
    pub fn built(self, mtime: u64) -> Package {
        Package { mtime, ..self }
    }

    /// Lays the files where a merged `/usr` has them, while the record still says `/lib`, `/bin`, `/sbin`.
    #[must_use]
    pub fn merged(self) -> Package {
        Package { merged: true, ..self }
    }

    /// The package's stanza in the database, with the blank line after it.
    pub fn record(&self) -> String {
        match self.manager {
            Manager::Apk => apk::record(self),
            Manager::Dpkg => dpkg::record(self),
        }
    }

    /// The package's files as text, for dpkg with its `.list` and `.md5sums`.
    pub fn files(&self) -> String {
        let notes = match self.manager {
            Manager::Apk => Vec::new(),
            Manager::Dpkg => dpkg::notes(self),
        };
        let notes = notes.iter().map(|(path, text)| self.lay(path, 0o644, text.as_bytes()));
        let files = self.files.iter().map(|(path, ships)| {
            let path = self.place(path);
            match ships {
                Ships::File(content) | Ships::Config(content) => {
                    self.lay(&path, mode(&path), content)
                }
                Ships::Link(target) => {
                    let (path, target) = (escape(path.as_bytes()), escape(target.as_bytes()));
                    format!("//- {path} -> {target}{}\n", self.time())
                }
            }
        });
        notes.chain(files).collect()
    }

    /// Every path that [`Package::files`] lays down, to be whited out with the package.
    pub fn paths(&self) -> Vec<String> {
        let notes = match self.manager {
            Manager::Apk => Vec::new(),
            Manager::Dpkg => dpkg::notes(self),
        };
        let notes = notes.into_iter().map(|(path, _)| path);
        notes.chain(self.files.keys().map(|path| self.place(path))).collect()
    }

    /// What it takes when installed, in bytes.
    fn size(&self) -> usize {
        let length = |ships: &Ships| match ships {
            Ships::File(content) | Ships::Config(content) => content.len(),
            Ships::Link(_) => 0,
        };
        self.files.values().map(length).sum()
    }

    /// A file as text: in lines where its content is lines, else in base64.
    fn lay(&self, path: &str, mode: u32, content: &[u8]) -> String {
        let mode = if mode == 0o644 { String::new() } else { format!(" mode={mode:o}") };
        let head = format!("//- {}{mode}{}", escape(path.as_bytes()), self.time());
        match std::str::from_utf8(content) {
            Ok("") => format!("{head}\n"),
            Ok(lines) if is_lines(lines) => format!("{head}\n{lines}"),
            _ => format!("{head} base64={}\n", STANDARD.encode(content)),
        }
    }

    fn time(&self) -> String {
        if self.mtime == 0 { String::new() } else { format!(" mtime={}", self.mtime) }
    }

    /// Where a path of the record lies.
    fn place(&self, path: &str) -> String {
        let is_merged =
            ["/bin/", "/lib/", "/lib64/", "/sbin/"].iter().any(|top| path.starts_with(top));
        if self.merged && is_merged { format!("/usr{path}") } else { path.into() }
    }
}

/// What lies in a folder for programs may be run.
fn mode(path: &str) -> u32 {
    let (parent, _) = split(path);
    if parent.ends_with("bin") { 0o755 } else { 0o644 }
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or_else(|| panic!("`{path}` is not a path from `/`"))
}

fn is_lines(text: &str) -> bool {
    text.ends_with('\n')
        && !text.contains('\r')
        && !text.lines().any(|line| line.starts_with("//-"))
}
