//! A made-up Debian system of a chosen size: packages with their files, and dpkg's database of them. The same numbers
//! give the same bytes. What is in a file means nothing; its length, its name and who owns it look like a real one's.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use sha2::{Digest as _, Sha256};
use tar::{Builder, EntryType, Header};

/// Files of a package.
const FILES: u32 = 72;

/// Entries of a layer for each package: its files, directories and links, and what dpkg has of them.
const ENTRIES: u32 = 101;

/// When the oldest file was built.
const BUILT: u64 = 1_700_000_000;

static WORDS: &[&str] = &[
    "app", "archive", "audio", "base", "cache", "client", "codec", "color", "common", "config",
    "core", "crypt", "data", "dev", "device", "doc", "driver", "event", "file", "filter", "font",
    "format", "frame", "graph", "http", "image", "index", "input", "json", "kernel", "key", "lang",
    "layout", "lib", "link", "list", "locale", "map", "media", "model", "module", "net", "object",
    "output", "parser", "path", "plugin", "proto", "query", "render", "runtime", "schema",
    "screen", "server", "shell", "signal", "socket", "sound", "stream", "table", "text", "thread",
    "tool", "tree", "type", "utils", "video", "widget", "xml", "zone",
];

/// Where packages put their files: a folder of theirs below it.
static PLACES: &[(&str, &str)] = &[
    ("/usr/share/doc", ""),
    ("/usr/lib/python3/dist-packages", ".py"),
    ("/usr/share", ".xml"),
    ("/usr/lib/x86_64-linux-gnu", ".so"),
    ("/usr/include", ".h"),
    ("/usr/share/locale", ".mo"),
];

/// A system, and which of its packages are newer than at first.
pub(super) struct System {
    /// How many packages there are.
    packages: u32,
    /// Every so many packages is newer.
    every: u32,
    /// What its version ends in.
    version: u32,
}

/// What stands at a path.
enum Thing {
    Directory,
    Link(String),
    File(Vec<u8>),
}

impl System {
    /// A system of about so many files, directories and links, with every `every`th package in version `version`.
    pub(super) fn new(entries: u32, every: u32, version: u32) -> System {
        System { packages: entries / ENTRIES, every, version }
    }

    /// Writes all of it as a layer, and says how many entries that has.
    pub(super) fn all(&self, out: &mut dyn Write) -> io::Result<u32> {
        self.write(out, |_| true)
    }

    /// Writes the newer packages as a layer on top of the rest, and says how many entries that has.
    pub(super) fn newer(&self, out: &mut dyn Write) -> io::Result<u32> {
        self.write(out, |package| self.version_of(package) != 1)
    }

    fn version_of(&self, package: u32) -> u32 {
        if package.is_multiple_of(self.every) { self.version } else { 1 }
    }

    fn write(&self, out: &mut dyn Write, is_meant: impl Fn(u32) -> bool) -> io::Result<u32> {
        let mut things = BTreeMap::new();
        let mut status = String::new();
        for number in 0..self.packages {
            let package = Package { number, version: self.version_of(number) };
            status.push_str(&package.stanza());
            if is_meant(number) {
                package.put(&mut things);
            }
        }
        let time = BUILT + u64::from(self.version) * 86_400;
        put(&mut things, "/var/lib/dpkg/status", (time, Thing::File(status.into_bytes())));
        let release = b"ID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n".to_vec();
        put(&mut things, "/etc/os-release", (BUILT, Thing::File(release)));
        let mut archive = Builder::new(out);
        for (path, (time, thing)) in &things {
            append(&mut archive, &path[1..], *time, thing)?;
        }
        archive.finish()?;
        Ok(u32::try_from(things.len()).unwrap_or(u32::MAX))
    }
}

/// What stands where, and when it was built.
type Things = BTreeMap<String, (u64, Thing)>;

struct Package {
    number: u32,
    version: u32,
}

impl Package {
    fn name(&self) -> String {
        format!("{}-{}{}", word(self.number, 1), word(self.number, 2), self.number % 100)
    }

    /// What dpkg's database has of it.
    fn stanza(&self) -> String {
        let (name, version, source) = (self.name(), self.version, word(self.number, 1));
        format!(
            "Package: {name}\nStatus: install ok installed\nPriority: optional\nSection: misc\nInstalled-Size: 4711\nMaintainer: Somebody <somebody@example.org>\nArchitecture: amd64\nSource: {source}\nVersion: 1.{number}.{version}-1\nDescription: a package that nobody has\n It was made to be counted.\n\n",
            number = self.number
        )
    }

    /// Puts its files there, and dpkg's lists of them.
    fn put(&self, things: &mut Things) {
        let time = BUILT + u64::from(self.number) * 50_000 + u64::from(self.version) * 1_000_000;
        let name = self.name();
        let (mut own, mut sums) = (BTreeMap::new(), String::new());
        for number in 0..FILES {
            let salt = self.number * 1_000 + number;
            let (root, suffix) = PLACES[(self.number + number / 12) as usize % PLACES.len()];
            let folder = word(salt / 7, 3);
            let (one, other) = (word(salt, 4), word(salt, 5));
            let path = format!("{root}/{name}/{folder}/{one}_{other}{number}{suffix}");
            // One file in twenty is the same everywhere: empty, or a licence.
            let content = if number % 20 == 0 { Vec::new() } else { self.content(number) };
            let _ = writeln!(sums, "{}  {}", &hex(&content)[..32], &path[1..]);
            if number % 12 == 0 {
                let target = format!("{one}_{other}{number}{suffix}");
                put(&mut own, &format!("{path}.link"), (time, Thing::Link(target)));
            }
            put(&mut own, &path, (time, Thing::File(content)));
        }
        let list: String = own.keys().map(|path| format!("{path}\n")).collect();
        let info = format!("/var/lib/dpkg/info/{name}");
        let list = format!("/.\n{list}").into_bytes();
        put(&mut own, &format!("{info}.list"), (time, Thing::File(list)));
        put(&mut own, &format!("{info}.md5sums"), (time, Thing::File(sums.into_bytes())));
        things.extend(own);
    }

    /// Half of a package's files change from one version to the next.
    fn content(&self, number: u32) -> Vec<u8> {
        let version = if number.is_multiple_of(2) { self.version } else { 1 };
        format!("{} {number} {version}\n", self.number).into_bytes()
    }
}

/// Puts something at a path, and the directories that it lies in.
fn put(things: &mut Things, path: &str, thing: (u64, Thing)) {
    for (slash, _) in path.match_indices('/').skip(1) {
        things.entry(path[..slash].into()).or_insert((thing.0, Thing::Directory));
    }
    things.insert(path.into(), thing);
}

fn append(
    archive: &mut Builder<&mut dyn Write>,
    path: &str,
    time: u64,
    thing: &Thing,
) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_mtime(time);
    header.set_mode(0o644);
    match thing {
        Thing::Directory => {
            header.set_entry_type(EntryType::Directory);
            header.set_mode(0o755);
            header.set_size(0);
            archive.append_data(&mut header, path, io::empty())
        }
        Thing::Link(target) => {
            header.set_entry_type(EntryType::Symlink);
            header.set_mode(0o777);
            header.set_size(0);
            archive.append_link(&mut header, path, target)
        }
        Thing::File(content) => {
            header.set_size(content.len() as u64);
            archive.append_data(&mut header, path, &**content)
        }
    }
}

/// A word that is always the same for these numbers, and looks chosen at random.
fn word(number: u32, salt: u32) -> &'static str {
    let mixed = (u64::from(number) << 8 | u64::from(salt)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    WORDS[usize::try_from(mixed >> 40).unwrap_or(0) % WORDS.len()]
}

/// Digits of a digest. dpkg would say MD5; nobody can tell by looking, and they take as much room.
fn hex(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}
