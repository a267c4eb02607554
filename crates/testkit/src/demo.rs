//! Two images of a small shop on Debian, between which everything happens that a comparison can tell. Both are made up.

mod catalogue;

use std::collections::BTreeSet;

use crate::image::{Image, image};
use catalogue::{Row, packages, upgrade};

/// When the distribution's packages were built, the older image, and the packages that came with the newer one.
const BUILT: u64 = 1_789_344_000;
const OLD: u64 = 1_790_950_200;
const NEW: u64 = 1_794_990_000;

const CMD: &str = "//- empty CMD [\"bash\"]\n";

/// What is known to be wrong with packages of the shop, as lines for [`write_advisories`](crate::write_advisories); nothing says when it
/// was known.
pub const DEMO_ADVISORIES: &str = include_str!("demo/advisories.txt");

/// `shop:1.4` and `shop:1.5`, for the project's own demonstration and for tests of the whole program.
///
/// Five layers are shared: Debian with some packages, the user, and libraries of the shop. The newer image has a layer
/// with upgraded packages, among them security fixes of openssl and libexpat1; zlib1g went back; libxml2 came with
/// libicu72; perl-doc went; tzdata has the same version for another architecture. The shop changed too, and so did its
/// user, entry point, environment, ports and label. And two things are wrong: `/usr/bin/curl` was replaced, though curl
/// was not upgraded, and the upgrade left a setuid file, `/usr/local/bin/helper`, that no package owns.
///
/// ```
/// let (old, new) = testkit::demo();
/// assert_eq!((old.layers().len(), new.layers().len()), (7, 8));
/// assert_eq!(old.diff_ids()[..5], new.diff_ids()[..5]);
/// ```
pub fn demo() -> (Image, Image) {
    let mut groups = packages(include_str!("demo/packages.txt"), BUILT).into_iter();
    let mut group = || groups.next().unwrap_or_default();
    let (base, more, added) = (group(), group(), group());
    let all = [base.clone(), more.clone()].concat();
    let mut tree = Tree::default();

    let first = tree.layer(
        "ADD rootfs.tar.xz / # buildkit",
        BUILT,
        &[include_str!("demo/base.txt"), &status("status", &base), &files(&base)],
    );
    let second = tree.layer(
        "RUN /bin/sh -c apt-get update && apt-get install -y ca-certificates curl openssl perl-doc \
         tzdata && rm -rf /var/lib/apt/lists/* # buildkit",
        OLD,
        &[
            include_str!("demo/install.txt"),
            &status("status", &all),
            &status("status-old", &base),
            &log(&more, "install"),
            &files(&more),
        ],
    );
    let shared = [&first, CMD, &second, include_str!("demo/user.txt")].concat();

    let upgraded = upgrade(&all, include_str!("demo/upgrades.txt"), NEW);
    let third = tree.layer(
        "RUN /bin/sh -c apt-get update && apt-get upgrade -y && apt-get install -y --allow-downgrades \
         libxml2 zlib1g=1:1.2.13.dfsg-1 && apt-get purge -y perl-doc # buildkit",
        NEW,
        &upgrade_layer(&all, &upgraded, &added).each_ref().map(String::as_str),
    );
    (
        image(&[&shared, include_str!("demo/shop-1.4.txt")].concat()),
        image(&[&shared, &third, include_str!("demo/shop-1.5.txt")].concat()),
    )
}

/// What upgrading leaves behind.
fn upgrade_layer(all: &[Row], upgraded: &[Row], added: &[Row]) -> [String; 7] {
    let kept = all.iter().filter(|row| row.name != "perl-doc");
    let kept = kept.map(|row| upgraded.iter().find(|new| new.name == row.name).unwrap_or(row));
    let mut now: Vec<Row> = kept.chain(added).cloned().collect();
    now.sort_by(|one, other| one.name.cmp(&other.name));
    [
        whiteouts(all, &now),
        status("status", &now),
        status("status-old", all),
        log(upgraded, "upgrade") + &log_lines(added, "install"),
        files(upgraded),
        files(added),
        "//- /etc/ld.so.cache size=3720\n\
         //- /var/cache/ldconfig/aux-cache mode=600 size=2410\n\
         //- /usr/local/bin/helper mode=4755 size=18432\n"
            .into(),
    ]
}

/// dpkg's database, alone.
fn status(name: &str, rows: &[Row]) -> String {
    let mut rows: Vec<&Row> = rows.iter().collect();
    rows.sort_by(|one, other| one.name.cmp(&other.name));
    let records: String = rows.into_iter().map(|row| row.package().record()).collect();
    format!("//- /var/lib/dpkg/{name}\n{records}")
}

fn files(rows: &[Row]) -> String {
    rows.iter().map(|row| row.package().files()).collect()
}

fn log(rows: &[Row], action: &str) -> String {
    format!("//- /var/log/dpkg.log\n{}", log_lines(rows, action))
}

fn log_lines(rows: &[Row], action: &str) -> String {
    let line = |Row { name, version, architecture, .. }: &Row| {
        format!("{action} {name}:{architecture} {version}\n")
    };
    rows.iter().map(line).collect()
}

/// Whites out what packages had and have no more: a directory where nothing else of theirs is left in it, else the
/// files.
fn whiteouts(old: &[Row], new: &[Row]) -> String {
    let paths = |rows: &[Row]| -> BTreeSet<String> {
        rows.iter().flat_map(|row| row.package().paths()).collect()
    };
    let left = paths(new);
    let is_used = |folder: &str| left.iter().any(|path| path.starts_with(&format!("{folder}/")));
    let highest = |path: &String| {
        let mut highest = &path[..];
        while let Some((parent, _)) =
            highest.rsplit_once('/').filter(|(parent, _)| !is_used(parent))
        {
            highest = parent;
        }
        highest.to_owned()
    };
    let gone: BTreeSet<String> = paths(old).difference(&left).map(highest).collect();
    gone.iter().map(|path| format!("//- whiteout {path}\n")).collect()
}

/// The directories that exist so far.
#[derive(Default)]
struct Tree(BTreeSet<String>);

impl Tree {
    /// The text of a layer, with the directories that it needs.
    fn layer(&mut self, instruction: &str, mtime: u64, parts: &[&str]) -> String {
        let body = parts.concat();
        let names = body.lines().filter_map(|line| line.strip_prefix("//- /")?.split(' ').next());
        let (said, files): (Vec<&str>, Vec<&str>) = names.partition(|name| name.ends_with('/'));
        self.0.extend(said.iter().map(|name| name.trim_end_matches('/').to_owned()));
        let mut needed = BTreeSet::new();
        for name in said.iter().map(|name| name.trim_end_matches('/')).chain(files) {
            needed.extend(name.match_indices('/').map(|(place, _)| name[..place].to_owned()));
        }
        let missing = needed.difference(&self.0).map(|name| format!("//- /{name}/\n"));
        let missing: String = missing.collect();
        self.0.extend(needed);
        format!("//- layer {instruction}\n//- mtime {mtime}\n{missing}{body}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Read as _;

    use md5::{Digest as _, Md5};

    use super::*;

    /// Stacks the layers as far as the demonstration needs it: path to content.
    fn files(image: &Image) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        for layer in image.layers() {
            for entry in tar::Archive::new(&layer[..]).entries().unwrap() {
                let mut entry = entry.unwrap();
                let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
                if let Some((folder, gone)) = name.split_once(".wh.") {
                    let gone = format!("{folder}{gone}");
                    let below = format!("{gone}/");
                    files.retain(|path: &String, _| *path != gone && !path.starts_with(&below));
                } else {
                    let mut content = Vec::new();
                    entry.read_to_end(&mut content).unwrap();
                    files.insert(name, content);
                }
            }
        }
        files
    }

    /// Lists what dpkg recorded otherwise than it is.
    fn altered(image: &Image) -> Vec<String> {
        let files = files(image);
        let recorded = files.iter().filter(|(path, _)| path.ends_with(".md5sums"));
        let lines = recorded.flat_map(|(_, sums)| std::str::from_utf8(sums).unwrap().lines());
        let is_altered = |line: &&str| {
            let (sum, path) = line.split_once("  ").unwrap();
            // Below a merged /usr the record says `lib/x`, where `usr/lib/x` is meant.
            let places = [path.to_owned(), format!("usr/{path}")];
            let content = places.iter().find_map(|place| files.get(place)).unwrap();
            let is = Md5::digest(content).into_iter().map(|byte| format!("{byte:02x}"));
            is.collect::<String>() != sum
        };
        lines.filter(is_altered).map(|line| line[34..].to_owned()).collect()
    }

    #[test]
    fn only_curl_is_not_what_dpkg_recorded() {
        let (old, new) = demo();
        assert_eq!(altered(&old), Vec::<String>::new());
        assert_eq!(altered(&new), ["usr/bin/curl"]);
    }

    #[test]
    fn what_went_left_nothing_behind() {
        let (_, new) = demo();
        let files = files(&new);
        let left = files.keys().filter(|path| path.contains("perl-doc") || path.contains("1.3.1"));
        assert_eq!(left.collect::<Vec<_>>(), Vec::<&String>::new());
        assert!(files.contains_key("usr/lib/x86_64-linux-gnu/libz.so.1.2.13"));
    }
}
