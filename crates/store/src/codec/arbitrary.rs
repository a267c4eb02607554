//! Facts, texts and images at random, for property tests. They need not make sense, but meet each other often.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{
    Claim, Description, Digest, Distro, Diversion, Evidence, File, FileEntry, FileHit, FileKind,
    Found, Health, History, Hit, ImageFacts, ImageKind, InstalledPackage, LayerDescription,
    LayerEntry, LayerFacts, Notice, OwnedPath, Owner, Package, Path, Platform, Recorded,
    RecordedDigest, Scheme, Settings, Sha256, Text, TextKind, Time, Version, What,
};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option::of;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{Index, select};

use crate::{KeptImage, KeptLayer};

/// Any layer.
pub(crate) fn layer() -> impl Strategy<Value = KeptLayer> {
    let facts = (vec(entry(), 0..12), vec(found(), 0..6), vec(notice(), 0..3));
    (any::<u64>(), digest(), facts).prop_map(|(size, diff_id, (entries, found, notices))| {
        KeptLayer { size, diff_id, facts: LayerFacts { entries, found, notices } }
    })
}

/// Any texts.
pub(crate) fn texts() -> impl Strategy<Value = Vec<Text>> {
    let rpm = (word(), word(), of(word())).prop_map(|(name, version, architecture)| {
        TextKind::RpmChangelog { name, version, architecture }
    });
    let kind = prop_oneof![Just(TextKind::File), Just(TextKind::DebianChangelog), rpm];
    let text = (path(), kind, vec(any::<u8>(), 0..50));
    vec(text.prop_map(|(path, kind, bytes)| Text { path, kind, bytes: bytes.into() }), 0..5)
}

/// Any image.
pub(crate) fn image() -> impl Strategy<Value = KeptImage> {
    let kind = select(&[ImageKind::None, ImageKind::Base, ImageKind::User]);
    let said = (kind, of(word()), of(distro()), any::<i64>(), any::<bool>());
    let parts = (digest(), description(), settings(), vec(notice(), 0..3));
    (parts, said).prop_map(
        |((id, description, settings, notices), (kind, dockerfile, distro, analyzed, imported))| {
            let analyzed = Time(analyzed);
            #[rustfmt::skip]
            let image = KeptImage {
                id, description, settings, notices, kind, dockerfile, distro, analyzed, imported,
            };
            image
        },
    )
}

fn distro() -> impl Strategy<Value = Distro> {
    let optional = (of(word()), of(word()), of(word()));
    (word(), vec(word(), 0..3), optional, vec(word(), 0..2)).prop_map(
        |(id, id_like, (version_id, codename, pretty_name), channels)| Distro {
            id,
            id_like,
            version_id,
            codename,
            pretty_name,
            channels,
        },
    )
}

/// Any layers, and an image that has some of their files and digests: it need not be what they come to.
pub(crate) fn stack() -> impl Strategy<Value = (Vec<KeptLayer>, ImageFacts)> {
    let recorded = claims().prop_map(|claims| claims.into_iter().map(|claim| claim.recorded));
    let owners =
        recorded.prop_map(|recorded| recorded.map(|one| (any_package(&one), one)).collect());
    let file = (any::<Index>(), of(path()), of(0..9_u32), owners, any::<bool>());
    let installed =
        || {
            (package(), path(), of(word())).prop_map(|(package, database, inside)| {
                InstalledPackage { package, database, inside }
            })
        };
    let distro = of(word().prop_map(|id| Distro { id, ..Distro::default() }));
    let hit = (path(), hit(), any::<u32>(), of(any::<u32>()))
        .prop_map(|(path, hit, layer, hidden)| FileHit { path, hit, layer, hidden });
    let parts =
        (vec(installed(), 3), vec(installed(), 0..3), vec(notice(), 0..3), distro, vec(hit, 0..3));
    (vec(layer(), 0..3), vec(file, 0..9), parts).prop_map(|(layers, files, parts)| {
        let (packages, declared, notices, distro, hits) = parts;
        let mut files: Vec<File> = files.into_iter().map(|file| drawn(&layers, file)).collect();
        // No image has two files at one path.
        let mut seen = BTreeSet::new();
        files.retain(|file| seen.insert(file.path.clone()));
        let root = files.first().map(|file| file.entry.clone());
        (
            layers,
            ImageFacts { root, files: files.into(), packages, declared, distro, hits, notices },
        )
    })
}

type Drawn = (Index, Option<Path>, Option<u32>, Vec<(u32, Recorded)>, bool);

/// A file that one of the layers puts somewhere, or a directory that none does.
fn drawn(layers: &[KeptLayer], (index, path, layer, owners, record): Drawn) -> File {
    let entries = (0..)
        .zip(layers)
        .flat_map(|(number, layer)| layer.facts.entries.iter().map(move |entry| (entry, number)));
    let puts = entries.filter_map(|(entry, number)| match &entry.what {
        What::Put(file) => Some((&entry.path, file, number)),
        _ => None,
    });
    let puts: Vec<_> = puts.collect();
    let known = recorded_by(layers);
    let owners = owners.into_iter().map(|(package, mut recorded)| {
        recorded.digest = recorded.digest.filter(|digest| known.contains(&&**digest));
        Owner { package, recorded }
    });
    let owners = owners.collect();
    let there = (!puts.is_empty()).then(|| puts[index.index(puts.len())]);
    let (named, entry, number) = match there {
        Some((path, file, number)) => (path.clone(), file.clone(), number),
        None => (Path::root(), Arc::new(FileEntry::implied_directory()), 0),
    };
    let (path, layer) = (path.unwrap_or(named), layer.unwrap_or(number));
    File { path, entry, layer, owners, record }
}

/// Every digest that a database of these layers records.
fn recorded_by(layers: &[KeptLayer]) -> Vec<&RecordedDigest> {
    let found = layers.iter().flat_map(|layer| &layer.facts.found);
    let claims = found.flat_map(|found| match &found.evidence {
        Evidence::Packages(packages) => packages.iter().flat_map(|(_, paths)| paths).collect(),
        Evidence::Claims(claim) => claim.paths.iter().collect(),
        _ => Vec::new(),
    });
    claims.filter_map(|claim| claim.recorded.digest.as_deref()).collect()
}

/// The number of one of three packages.
fn any_package(recorded: &Recorded) -> u32 {
    recorded.mode.map_or(0, |mode| u32::from(mode) % 3)
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![4 => select(&["", "a", "lib", "1.2-3"]).prop_map(Into::into), 1 => any::<String>()]
}

fn path() -> impl Strategy<Value = Path> {
    let name = prop_oneof![
        6 => select(&["a", "b", "usr", "lib", "ä"]).prop_map(|name| name.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 1..4),
    ];
    vec(name, 0..4).prop_map(|names| Path::new(names.join(&b'/')))
}

fn sha256() -> impl Strategy<Value = Sha256> {
    (0..6_u8).prop_map(|byte| Sha256([byte; 32]))
}

fn digest() -> impl Strategy<Value = Digest> {
    prop_oneof![
        3 => sha256().prop_map(Digest::Sha256),
        1 => any::<u8>().prop_map(|byte| Digest::Sha512(Box::new([byte; 64]))),
    ]
}

fn notice() -> impl Strategy<Value = Notice> {
    (of(path()), word()).prop_map(|(path, text)| Notice { path, text })
}

fn entry() -> impl Strategy<Value = LayerEntry> {
    let what = prop_oneof![
        8 => file().prop_map(|file| What::Put(Arc::new(file))),
        1 => path().prop_map(|target| What::Link { target }),
        1 => Just(What::Whiteout),
        1 => Just(What::Opaque),
    ];
    (path(), what).prop_map(|(path, what)| LayerEntry { path, what })
}

fn file() -> impl Strategy<Value = FileEntry> {
    let kind = prop_oneof![
        4 => (any::<u64>(), sha256()).prop_map(|(size, sha256)| FileKind::Regular { size, sha256 }),
        1 => Just(FileKind::Directory),
        1 => path().prop_map(|path| FileKind::Symlink { target: path.as_bytes().into() }),
        1 => any::<(u32, u32)>().prop_map(|(major, minor)| FileKind::CharDevice { major, minor }),
        1 => any::<(u32, u32)>().prop_map(|(major, minor)| FileKind::BlockDevice { major, minor }),
        1 => select(&[FileKind::Fifo, FileKind::Socket]),
    ];
    let bytes = || vec(any::<u8>(), 0..4).prop_map(Into::into);
    let xattrs = of(btree_map(bytes(), bytes(), 0..3).prop_map(Box::new));
    let rights = (select(&[0o644, 0o755, 0o4755]), select(&[0, 1000]), any::<u32>());
    (kind, rights, any::<i64>(), xattrs).prop_map(|(kind, (mode, uid, gid), mtime, xattrs)| {
        FileEntry { kind, mode, uid, gid, mtime, xattrs }
    })
}

fn found() -> impl Strategy<Value = Found> {
    let packages = vec((package(), claims()), 0..3).prop_map(Evidence::Packages);
    let paths =
        (word(), claims()).prop_map(|(package, paths)| Evidence::Claims(Claim { package, paths }));
    let diversion =
        (path(), path(), of(word())).prop_map(|(from, to, by)| Diversion { from, to, by });
    let distro = distro().prop_map(Evidence::Distro);
    let licenses = (word(), vec(word(), 0..3))
        .prop_map(|(package, licenses)| Evidence::Licenses { package, licenses });
    let nested = (word(), vec(package(), 0..3))
        .prop_map(|(inside, packages)| Evidence::Nested { inside, packages });
    let evidence = prop_oneof![
        packages,
        paths,
        vec(diversion, 0..3).prop_map(Evidence::Diversions),
        distro,
        licenses,
        nested,
        vec(package(), 0..3).prop_map(Evidence::Stated),
        vec(package(), 0..3).prop_map(Evidence::Declared),
        vec(hit(), 0..3).prop_map(Evidence::Hits),
        word().prop_map(Evidence::Channel)
    ];
    (path(), word(), evidence).prop_map(|(path, ecosystem, evidence)| Found {
        path,
        ecosystem,
        evidence,
    })
}

fn hit() -> impl Strategy<Value = Hit> {
    (word(), any::<u32>(), word(), of(any::<[u8; 6]>()))
        .prop_map(|(rule, line, excerpt, mark)| Hit { rule, line, excerpt, mark })
}

fn package() -> impl Strategy<Value = Package> {
    let scheme = select(&[Scheme::Apk, Scheme::Deb, Scheme::Rpm, Scheme::Npm, Scheme::Maven]);
    let texts = vec(of(word()), 9);
    (word(), word(), word(), scheme, of(any::<u64>()), texts).prop_map(
        |(ecosystem, name, version, scheme, size, mut texts)| {
            let mut text = || texts.pop().flatten();
            let version = Version::new(version, scheme);
            let (architecture, source, build, commit) = (text(), text(), text(), text());
            let (license, supplier, module) = (text(), text(), text());
            let (group, specification) = (text(), text());
            #[rustfmt::skip]
            let package = Package {
                ecosystem, name, version, architecture, source, build, commit, size, license,
                supplier, module, group, specification,
            };
            package
        },
    )
}

fn claims() -> impl Strategy<Value = Vec<OwnedPath>> {
    let digest = prop_oneof![
        3 => sha256().prop_map(RecordedDigest::Sha256),
        1 => (0..3_u8).prop_map(|byte| RecordedDigest::Md5([byte; 16])),
        1 => (0..3_u8).prop_map(|byte| RecordedDigest::Sha1([byte; 20])),
        1 => (any::<u32>(), word()).prop_map(|(algorithm, digits)| {
            RecordedDigest::Other(algorithm, digits.into())
        }),
    ];
    let mode = of(select(&[0o644, 0o755, 0o700]));
    let recorded = (of(digest.prop_map(Box::new)), mode, any::<bool>(), any::<bool>())
        .prop_map(|(digest, mode, config, ghost)| Recorded { digest, mode, config, ghost });
    vec((path(), recorded).prop_map(|(path, recorded)| OwnedPath { path, recorded }), 0..5)
}

fn description() -> impl Strategy<Value = Description> {
    let platform = (word(), word(), of(word())).prop_map(|(os, architecture, variant)| Platform {
        os,
        architecture,
        variant,
    });
    let layer = (digest(), digest(), any::<u64>(), word()).prop_map(
        |(digest, diff_id, size, media_type)| LayerDescription {
            digest,
            diff_id,
            size,
            media_type,
        },
    );
    let digests = (of(digest()), of(digest()), of(digest()));
    (word(), digests, of(platform), of(word()), vec(layer, 0..3)).prop_map(
        |(reference, (digest, config_digest, index_digest), platform, created, layers)| {
            #[rustfmt::skip]
            let description = Description {
                reference, digest, config_digest, index_digest, platform, created, layers,
            };
            description
        },
    )
}

fn settings() -> impl Strategy<Value = Settings> {
    let list = || vec(word(), 0..3);
    let health = (list(), vec(of(any::<u64>()), 5)).prop_map(|(test, numbers)| Health {
        test,
        interval: numbers[0],
        timeout: numbers[1],
        start_period: numbers[2],
        start_interval: numbers[3],
        retries: numbers[4],
    });
    let history = (of(word()), of(word()), of(word()), any::<bool>()).prop_map(
        |(created, created_by, comment, empty_layer)| History {
            created,
            created_by,
            comment,
            empty_layer,
        },
    );
    let texts = vec(of(word()), 4);
    let lists = (of(list()), of(list()), of(list()), list());
    let maps = (btree_map(word(), word(), 0..3), btree_map(word(), word(), 0..3));
    let sets = (btree_set(word(), 0..3), btree_set(word(), 0..3));
    (texts, lists, maps, sets, of(health), vec(history, 0..3)).prop_map(
        |(mut texts, lists, (env, labels), (ports, volumes), healthcheck, history)| Settings {
            user: texts.pop().flatten(),
            workdir: texts.pop().flatten(),
            stop_signal: texts.pop().flatten(),
            author: texts.pop().flatten(),
            entrypoint: lists.0,
            cmd: lists.1,
            shell: lists.2,
            onbuild: lists.3,
            env,
            labels,
            ports,
            volumes,
            healthcheck,
            history,
        },
    )
}
