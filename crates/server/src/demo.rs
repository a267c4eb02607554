//! What `--demo` brings: a group with two repositories, tags that moved, and the images that they meant. The images are made up
//! (`cargo xtask generate` makes them), and read as any others are.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use engine::{AdvisoryShelf, Ledger, Move, Options, Texts, Thing, ThingKind, Wanted};
use model::{Name, Time, Uidp};
use prost::Message as _;

use crate::error::Error;
use crate::local;
use crate::wire::registry::{CatalogTier, Repo, Tag};

/// An archive of images, in lines of base64.
const IMAGES: &str = include_str!("demo.base64");

/// The group.
const GROUP: &str = "public-images";

/// A repository with its images.
struct Shown {
    name: &'static str,
    readme: &'static str,
    /// What was tagged when: the tag, the image's name in the archive, and when it began to mean it.
    moves: &'static [(&'static str, &'static str, i64)],
}

static SHOWN: &[Shown] = &[
    Shown {
        name: "nginx",
        readme: "# nginx\n\nMade up: it has the packages of a web server, and serves nothing.\n",
        moves: &[
            ("latest", "nginx-1", 1_700_446_800),
            ("latest", "nginx-2", 1_705_913_371),
            ("1.25.3", "nginx-2", 1_705_913_371),
            ("latest", "nginx-3", 1_707_968_100),
            ("1.25.4", "nginx-3", 1_707_968_100),
            ("latest-dev", "nginx-dev-3", 1_707_968_160),
        ],
    },
    Shown {
        name: "curl",
        readme: "# curl\n\nMade up: it has the packages of curl, and fetches nothing.\n",
        moves: &[("latest", "curl-1", 1_706_695_300), ("latest", "curl-2", 1_706_781_700)],
    },
];

/// What is wrong with some of their packages, as OSV says it.
static ADVISORIES: &[(&str, &str)] = &[
    ("nginx.json", include_str!("demo/nginx.json")),
    ("openssl.json", include_str!("demo/openssl.json")),
];

/// Advisories about the demonstration, kept in a folder of its own.
pub(crate) fn advisories(folder: &Path) -> Result<AdvisoryShelf, Error> {
    let broken =
        |why: String| Error::Contract { why: format!("the demonstration is broken: {why}") };
    let machine =
        |source| Error::Machine { doing: "write the advisories of the demonstration", source };
    let records = folder.join("demo-records");
    fs::create_dir_all(&records).map_err(machine)?;
    for (name, record) in ADVISORIES {
        fs::write(records.join(name), record).map_err(machine)?;
    }
    let shelf = AdvisoryShelf::at(&folder.join("demo-advisories"));
    shelf.import(&records.to_string_lossy(), &|_| {}).map_err(|error| broken(error.to_string()))?;
    Ok(shelf)
}

/// Brings the demonstration, where it is not there yet.
pub(crate) fn prepare(
    folder: &Path,
    ledger: &Ledger,
    owner: &Uidp,
    options: &Options,
    now: Time,
) -> Result<(), Error> {
    let file = folder.join("demo.tar");
    let broken =
        |why: String| Error::Contract { why: format!("the demonstration is broken: {why}") };
    let text: String = IMAGES.split_ascii_whitespace().collect();
    let bytes = BASE64_STANDARD.decode(text).map_err(|error| broken(error.to_string()))?;
    let machine =
        |source| Error::Machine { doing: "write the images of the demonstration", source };
    fs::write(&file, bytes).map_err(machine)?;
    let group = local::own_group(ledger, owner, GROUP, now)?;
    for shown in SHOWN {
        let repo = repo(ledger, &group, shown)?;
        for &(tag, image, time) in shown.moves {
            let name = format!("oci-archive:{}:{image}", file.display()).parse::<Name>();
            let name = name.map_err(|error| broken(error.to_string()))?;
            let options = Options { now, ..options.clone() };
            // Read again at every start: facts may have been thrown away meanwhile.
            let subject = engine::subject(&name, Texts::Unwanted, &options, &|_| {})
                .map_err(|error| broken(error.to_string()))?;
            let digest = subject.side.image.digest.map(|digest| digest.to_string());
            let digest = digest.ok_or_else(|| broken(format!("{image} has no digest")))?;
            ledger.note_member(&repo, &digest, now)?;
            note(ledger, &repo, tag, &Move { time: Time(time), digest })?;
        }
    }
    Ok(())
}

/// The repository, made where it is missing.
fn repo(ledger: &Ledger, group: &Uidp, shown: &Shown) -> Result<Uidp, Error> {
    let wanted = Wanted {
        name: Some(shown.name.into()),
        children_of: Some(group.clone()),
        ..Wanted::default()
    };
    if let Some(repo) = ledger.things(ThingKind::Repo, &wanted)?.pop() {
        return Ok(repo.id);
    }
    let made = Time(shown.moves.first().map_or(0, |(_, _, time)| *time));
    let record = Repo {
        catalog_tier: CatalogTier::Application.into(),
        bundles: vec!["application".into()],
        readme: shown.readme.into(),
        ..Repo::default()
    };
    let thing = thing(group, ThingKind::Repo, shown.name, made, record.encode_to_vec())?;
    ledger.add(&thing)?;
    Ok(thing.id)
}

/// Notes what a tag meant, once.
fn note(ledger: &Ledger, repo: &Uidp, tag: &str, moved: &Move) -> Result<(), Error> {
    let known = ledger.moves(repo, tag, [None, None], usize::MAX)?;
    if known.iter().any(|one| one.time >= moved.time) {
        return Ok(());
    }
    let wanted =
        Wanted { name: Some(tag.into()), children_of: Some(repo.clone()), ..Wanted::default() };
    let mut thing = match ledger.things(ThingKind::Tag, &wanted)?.pop() {
        Some(thing) => thing,
        None => thing(repo, ThingKind::Tag, tag, moved.time, Tag::default().encode_to_vec())?,
    };
    thing.key.clone_from(&moved.digest);
    thing.updated = moved.time;
    ledger.tag(&thing)?;
    Ok(())
}

fn thing(
    parent: &Uidp,
    kind: ThingKind,
    name: &str,
    time: Time,
    record: Vec<u8>,
) -> Result<Thing, Error> {
    let id = parent.below(local::random()?);
    let (name, key) = (name.to_owned(), String::new());
    Ok(Thing { id, kind, name, key, created: time, updated: time, record })
}
