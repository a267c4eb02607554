//! Changelogs that images leave out, from where their distributions publish them: only where somebody asks for that. Of each
//! source one text is fetched, that of the later version, or the commits between both, and it is kept: it never changes. Every
//! wait, every length and the number of questions has an end.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use compare::Direction;
use model::{ErrorKind, InstalledPackage, Silence, Time, Told};
use source::Retry;
use store::Fetched;

use crate::{Event, Options, Pair, Subject, Watch, Written, lock};

/// Where distributions publish changelogs: addresses without a slash at their end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// Debian's.
    pub debian: String,
    /// Ubuntu's.
    pub ubuntu: String,
    /// Where the commits of Alpine's recipes are listed, as GitLab lists them.
    pub alpine: String,
}

impl Default for Places {
    fn default() -> Places {
        Places {
            debian: "https://metadata.ftp-master.debian.org/changelogs".into(),
            ubuntu: "https://changelogs.ubuntu.com/changelogs/pool".into(),
            alpine:
                "https://gitlab.alpinelinux.org/api/v4/projects/alpine%2Faports/repository/commits"
                    .into(),
        }
    }
}

/// What was fetched: the name and the version of a source, and where its changelog is from.
pub(crate) type Texts = BTreeMap<Source, Text>;

/// Name and version of a source, the epoch left out.
type Source = (String, String);

/// A changelog that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) address: String,
    pub(crate) bytes: Vec<u8>,
}

/// Bytes of one changelog.
const LARGEST: u64 = 8 << 20;
/// Sources that are asked about at the most.
const MOST: usize = 400;
/// Questions at once.
const AT_ONCE: usize = 4;
/// After this, nothing more is asked.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long it is believed that something is not there, in seconds.
const BELIEVED: i64 = 24 * 60 * 60;

/// A family of distributions that publishes changelogs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Debian,
    Ubuntu,
    Alpine,
}

impl Family {
    fn of(subject: &Subject) -> Option<Family> {
        match subject.side.facts.distro.as_ref()?.id.as_str() {
            "debian" => Some(Family::Debian),
            "ubuntu" => Some(Family::Ubuntu),
            "alpine" => Some(Family::Alpine),
            _ => None,
        }
    }

    /// Where the changelog of a source may be, the likeliest first: which part of the distribution has it is not known. Of
    /// Alpine's it is the commits behind the first of two, up to the second.
    fn addresses(
        self,
        places: &Places,
        (name, version): &Source,
        commits: Option<[&str; 2]>,
    ) -> Vec<String> {
        let is_plain = |text: &str, others: &str| {
            let known = |one: char| one.is_ascii_alphanumeric() || others.contains(one);
            text.starts_with(|one: char| one.is_ascii_alphanumeric()) && text.chars().all(known)
        };
        if !is_plain(name, "+-._") || !is_plain(version, "+-.~") {
            return Vec::new();
        }
        // Names are plain ASCII here.
        let prefix =
            if name.starts_with("lib") && name.len() > 3 { &name[..4] } else { &name[..1] };
        match self {
            Family::Debian => ["main", "contrib", "non-free", "non-free-firmware"]
                .map(|part| {
                    let base = &places.debian;
                    format!("{base}/{part}/{prefix}/{name}/{name}_{version}_changelog")
                })
                .into(),
            Family::Ubuntu => ["main", "universe", "restricted", "multiverse"]
                .map(|part| {
                    let base = &places.ubuntu;
                    format!("{base}/{part}/{prefix}/{name}/{name}_{version}/changelog")
                })
                .into(),
            Family::Alpine => {
                let is_commit = |text: &&str| {
                    text.len() == 40 && text.bytes().all(|one| one.is_ascii_hexdigit())
                };
                let Some([first, last]) = commits.filter(|ends| ends.iter().all(is_commit)) else {
                    return Vec::new();
                };
                let (base, most) = (&places.alpine, analysis::MOST_COMMITS);
                let name = name.replace('+', "%2B");
                ["main", "community", "testing"]
                    .map(|part| {
                        format!(
                            "{base}?ref_name={first}..{last}&path={part}/{name}&per_page={most}"
                        )
                    })
                    .into()
            }
        }
    }
}

/// Name and version of the source of a package, as its distribution publishes it.
pub(crate) fn source_of(installed: &InstalledPackage) -> Source {
    let (name, version) = compare::source_of(&installed.package);
    let version = version.as_str();
    (name, version.split_once(':').map_or(version, |(_, rest)| rest).into())
}

/// Fetches the changelogs that a comparison needs and the images have not, and adds them to `written`. Where nobody may be
/// asked, those that are kept are taken. What could not be had is told to whoever watches.
pub fn fetch(
    pair: &Pair,
    written: &mut Written,
    places: &Places,
    options: &Options,
    watch: &Watch<'_>,
) {
    let mut wanted: Vec<(Source, Vec<String>)> =
        wanted(pair, written, places).into_iter().collect();
    if wanted.len() > MOST {
        let more = wanted.len() - MOST;
        watch(Event::Warning(format!(
            "changelogs of {MOST} sources are fetched at the most: {more} are left out"
        )));
        wanted.truncate(MOST);
    }
    let until = Instant::now() + PATIENCE;
    let asking = Mutex::new(Asking { left: wanted.into_iter(), trouble: None });
    let texts = Mutex::new(Texts::new());
    let ask = || {
        while let Some((source, addresses)) = next(&asking, until) {
            match first(&addresses, &source, options) {
                Ok(None) => {}
                Ok(Some(text)) => {
                    lock(&texts).insert(source, text);
                }
                Err(trouble) => lock(&asking).trouble = Some(trouble),
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(ask);
        }
    });
    if let Some(trouble) = lock(&asking).trouble.take() {
        watch(Event::Warning(trouble));
    }
    written.fetched = std::mem::take(&mut *lock(&texts));
}

/// What is still to be asked, and why nothing more is.
struct Asking {
    left: std::vec::IntoIter<(Source, Vec<String>)>,
    trouble: Option<String>,
}

fn next(asking: &Mutex<Asking>, until: Instant) -> Option<(Source, Vec<String>)> {
    let mut asking = lock(asking);
    if asking.trouble.is_some() {
        return None;
    }
    if Instant::now() > until && asking.left.len() > 0 {
        asking.trouble = Some(format!(
            "no more changelogs are fetched after {} s: {} are left out",
            PATIENCE.as_secs(),
            asking.left.len()
        ));
        return None;
    }
    asking.left.next()
}

/// The sources of packages that changed of which the image with the later version has no changelog, and where it may be.
fn wanted(pair: &Pair, written: &Written, places: &Places) -> BTreeMap<Source, Vec<String>> {
    let comparison = pair.compare();
    let [old, new] = pair.changelogs(&comparison, written);
    let mut wanted = BTreeMap::new();
    let changed = comparison
        .packages
        .iter()
        .filter(|change| change.is_of_content() && matches!(&*change.key.ecosystem, "deb" | "apk"));
    for change in changed {
        let (subject, changelogs, later, earlier) = match change.direction {
            Direction::Downgraded => (&pair.old, &old, &change.old, &change.new),
            _ => (&pair.new, &new, &change.new, &change.old),
        };
        let (Some(family), Some(later), Some(earlier)) =
            (Family::of(subject), compare::latest(later), compare::latest(earlier))
        else {
            continue;
        };
        let source = source_of(later);
        let addresses = match changelogs.told(later) {
            Told::Nothing(Silence::Missing | Silence::NotKept) => {
                family.addresses(places, &source, None)
            }
            Told::Commit(last) => {
                let first = earlier.package.commit.as_deref();
                family.addresses(places, &source, first.map(|first| [first, &last]))
            }
            Told::Nothing(_) | Told::Changelog(_) => Vec::new(),
        };
        if !addresses.is_empty() {
            wanted.entry(source).or_insert(addresses);
        }
    }
    wanted
}

/// What is at the first of the addresses where there is anything. An error is a sentence, and means that nothing more is to be
/// asked.
fn first(
    addresses: &[String],
    (name, version): &Source,
    options: &Options,
) -> Result<Option<Text>, String> {
    let store = options.keeping().map(|keep| &keep.store);
    for address in addresses {
        // What cannot be read of what is kept is asked for again.
        let kept = store.and_then(|store| store.fetched(address).ok().flatten());
        match kept {
            Some(Fetched { content: Some(bytes), .. }) => {
                return Ok(Some(Text { address: address.clone(), bytes }));
            }
            Some(Fetched { content: None, at }) if is_believed(at, options) => continue,
            _ if options.offline => continue,
            _ => {}
        }
        let what = format!("the changelog of {name} {version} from {address}");
        let mut asked = options.source.clone();
        asked.retry = Retry { times: 1, ..asked.retry };
        let content = match source::document(address, &what, LARGEST, &asked) {
            // An empty list of commits: the recipe stands elsewhere.
            Ok(bytes) => Some(bytes).filter(|bytes| bytes.trim_ascii() != b"[]"),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            // One that is too large says nothing of the others.
            Err(error) if error.kind() == ErrorKind::Limit => return Ok(None),
            Err(error) => return Err(format!("{error}; no more changelogs are fetched")),
        };
        let fetched = Fetched { at: options.now, content };
        if let Some(store) = store {
            // It is told all the same where it cannot be kept.
            let _ = store.keep_fetched(address, &fetched);
        }
        if let Some(bytes) = fetched.content {
            return Ok(Some(Text { address: address.clone(), bytes }));
        }
    }
    Ok(None)
}

/// Whether something is still not there that was not there then.
fn is_believed(at: Time, options: &Options) -> bool {
    let is_forced = options.keep.as_ref().is_some_and(|keep| keep.force);
    !is_forced && options.now.0.saturating_sub(at.0) < BELIEVED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(family: Family, name: &str, version: &str, expect: &str) {
        let source = (name.to_owned(), version.to_owned());
        let commits = [&*"a".repeat(40), &*"b".repeat(40)];
        let first = family.addresses(&Places::default(), &source, Some(commits)).into_iter().next();
        assert_eq!(first.unwrap_or_default(), expect);
    }

    #[test]
    fn addresses_are_those_that_apt_asks() {
        check(
            Family::Debian,
            "openssl",
            "3.0.15-1~deb12u1",
            "https://metadata.ftp-master.debian.org/changelogs/main/o/openssl/openssl_3.0.15-1~deb12u1_changelog",
        );
        check(
            Family::Ubuntu,
            "libxml2",
            "2.9.13+dfsg-1ubuntu0.4",
            "https://changelogs.ubuntu.com/changelogs/pool/main/libx/libxml2/libxml2_2.9.13+dfsg-1ubuntu0.4/changelog",
        );
        check(
            Family::Ubuntu,
            "lib",
            "1",
            "https://changelogs.ubuntu.com/changelogs/pool/main/l/lib/lib_1/changelog",
        );
    }

    #[test]
    fn commits_of_a_recipe_are_those_between_two() {
        let base =
            "https://gitlab.alpinelinux.org/api/v4/projects/alpine%2Faports/repository/commits";
        let (first, last) = ("a".repeat(40), "b".repeat(40));
        let range = format!("{base}?ref_name={first}..{last}&path=main/busybox&per_page=100");
        check(Family::Alpine, "busybox", "1.36.1-r29", &range);
        let odd = ["b".repeat(39), "g".repeat(40), "b&path=x".into()];
        for odd in odd.iter().map(|odd| Some([&*first, odd])).chain([None]) {
            let source = ("busybox".to_owned(), "1".to_owned());
            let addresses = Family::Alpine.addresses(&Places::default(), &source, odd);
            assert_eq!(addresses, [""; 0]);
        }
    }

    #[test]
    fn hostile_names_have_no_address() {
        for name in ["", "../x", "a/b", "a?b", "a#b", "é", "a b", "-a"] {
            check(Family::Debian, name, "1", "");
            check(Family::Debian, "a", name, "");
        }
    }
}
