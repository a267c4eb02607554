//! Tests of what is kept: which image a name means, and what is not read a second time.

use std::path::Path;
use std::sync::Mutex;
use std::{fs, io};

use model::{Digest, ImageKind, Sha256, Time};
use testkit::Image;
use testkit::registry::Registry;

use super::{BASE, in_layout, layout, name};
use crate::*;

/// A folder of kept facts, and options that use it.
pub(super) struct Kept {
    _folder: tempfile::TempDir,
    pub(super) options: Options,
}

impl Kept {
    pub(super) fn new() -> Kept {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &StoreOptions::default()).unwrap();
        let keep = Some(Keep { store, force: false });
        let options = Options { keep, now: Time(1_000), ..Options::default() };
        Kept { _folder: folder, options }
    }

    pub(super) fn store(&self) -> &Store {
        &self.options.keep.as_ref().unwrap().store
    }

    pub(super) fn forced(&self) -> Options {
        let keep = Some(Keep { store: self.store().clone(), force: true });
        Options { keep, now: Time(2_000), ..self.options.clone() }
    }

    pub(super) fn offline(&self) -> Options {
        Options { offline: true, ..self.options.clone() }
    }

    /// Throws away all facts, as happens where there is no room for them, and nothing else.
    pub(super) fn evict(&self) {
        fs::remove_dir_all(self.store().folder().join("blobs")).unwrap();
    }
}

/// What is told while `text` is looked for, but for progress; then the files, or the error and its hint.
pub(super) fn look(text: &str, options: &Options) -> String {
    let told = Mutex::new(String::new());
    let watch = |event| {
        let line = match event {
            Event::Found { name, origin: Origin::Kept { since, .. }, .. } => {
                format!("{name} kept since {}\n", since.0)
            }
            Event::Found { name, origin, .. } => format!("{name} {origin:?}\n"),
            Event::Warning(text) => format!("warning: {text}\n"),
            Event::Layer => "read\n".into(),
            _ => String::new(),
        };
        told.lock().unwrap().push_str(&line);
    };
    let answer = match subject(&name(text), Texts::Wanted, options, &watch) {
        Ok(subject) => {
            let files = subject.side.facts.files.iter().map(|file| file.path.to_string());
            format!("{}: {}\n", subject.side.image.reference, files.collect::<Vec<_>>().join(" "))
        }
        Err(error) => format!("{error}\n{}\n", error.hint().unwrap_or_default()),
    };
    told.into_inner().unwrap() + &answer
}

fn hide_layers(folder: &Path, image: &Image) {
    for (digest, bytes) in image.blobs() {
        if !bytes.starts_with(b"{") {
            fs::remove_file(folder.join("blobs/sha256").join(digest.hex())).unwrap();
        }
    }
}

fn id(image: &Image) -> String {
    image.blobs()[0].0.hex()
}

/// A registry with an image under a tag: the name, and the registry's host.
fn shop(image: &Image) -> (Registry, String) {
    let registry = Registry::start();
    registry.push("shop", "1", image);
    let name = format!("{}/shop:1", registry.host());
    (registry, name)
}

#[test]
fn a_second_comparison_reads_no_layer() {
    let old = testkit::image(&format!("{BASE}//- layer\n//- /a\n1\n"));
    let new = testkit::image(&format!("{BASE}//- layer\n//- /a\n2\n"));
    let folder = layout(&[("old", &old), ("new", &new)]);
    let names = [in_layout(folder.path(), "old"), in_layout(folder.path(), "new")];
    let kept = Kept::new();
    let compare = |watch: &Watch<'_>| {
        pair([&names[0], &names[1]], Texts::Unwanted, &kept.options, watch).unwrap()
    };
    let first = compare(&unwatched);
    hide_layers(folder.path(), &old);
    fs::remove_file(folder.path().join("blobs/sha256").join(new.blobs()[2].0.hex())).unwrap();
    let second = compare(&|event| assert!(!matches!(event, Event::Bytes(_)), "{event:?}"));
    assert_eq!(first, second);
    assert_eq!(second.compare().files.len(), 1);
}

#[test]
fn a_bare_name_means_the_kept_image_and_asks_nobody() {
    let image = testkit::image("//- /a\n1\n");
    let (registry, name) = shop(&image);
    let kept = Kept::new();
    let first = look(&name, &kept.options);
    assert_eq!(first, format!("{name} Registry\nread\n{name}: /a\n"));
    let asked = registry.requests().len();
    let second = look(&name, &kept.options);
    assert_eq!(second, format!("{name} kept since 1000\n{name}: /a\n"));
    assert_eq!(look(&name, &kept.offline()), second);
    let named = look(&format!("registry:{name}"), &kept.offline());
    assert_eq!(named, second);
    assert_eq!(registry.requests().len(), asked);
}

#[test]
fn an_image_is_found_by_id_and_digest_and_their_beginnings() {
    let image = testkit::image("//- /a\n1\n");
    let (_registry, name) = shop(&image);
    let kept = Kept::new();
    look(&name, &kept.options);
    let (id, digest) = (id(&image), image.manifest().1.to_string());
    let repository = name.strip_suffix(":1").unwrap();
    let texts = [
        id.clone(),
        format!("sha256:{id}"),
        id[..12].into(),
        id[..4].into(),
        digest.clone(),
        digest[..20].into(),
    ];
    for text in texts {
        let found = look(&text, &kept.offline());
        assert_eq!(found, format!("{text} kept since 1000\n{name}: /a\n"));
    }
    for repository in [repository, "h.io/elsewhere"] {
        let text = format!("{repository}@{digest}");
        let found = look(&text, &kept.offline());
        assert_eq!(found, format!("{text} kept since 1000\n{text}: /a\n"));
    }
}

#[test]
fn a_tag_that_moved_is_noticed_where_the_registry_is_asked() {
    let (old, new) = (testkit::image("//- /a\n1\n"), testkit::image("//- /b\n1\n"));
    let (registry, name) = shop(&old);
    let kept = Kept::new();
    look(&name, &kept.options);
    registry.push("shop", "1", &new);
    let told = look(&name, &kept.options);
    assert_eq!(told, format!("{name} kept since 1000\n{name}: /a\n"));
    assert_eq!(look(&name, &kept.forced()), format!("{name} Registry\nread\n{name}: /b\n"));
    let told = look(&name, &kept.options);
    assert_eq!(told, format!("{name} kept since 2000\n{name}: /b\n"));
    let history = kept.store().history(&name).unwrap();
    let digests: Vec<_> = history.into_iter().map(|seen| seen.digest.unwrap()).collect();
    assert_eq!(digests, [new.manifest().1, old.manifest().1]);
}

#[test]
fn what_looks_like_an_id_is_asked_of_no_registry() {
    for text in ["0584b3d2cf6d", "sha256:05", &"05".repeat(32)] {
        let expected = format!(
            "no kept image and no engine of this machine has {text}\n`pentimento images` lists what is kept\n"
        );
        assert_eq!(look(text, &Kept::new().options), expected);
        assert_eq!(look(text, &Options::default()), expected);
    }
}

#[test]
fn a_beginning_of_several_ids_lists_them() {
    let kept = Kept::new();
    let image = testkit::image("//- /a\n1\n");
    let (_registry, name) = shop(&image);
    look(&name, &kept.options);
    let (mut other, _) = super::super::kept(kept.store(), &name, &kept.options).unwrap();
    let mut bytes = [0; 32];
    bytes[..3].copy_from_slice(&Sha256::from_hex(&id(&image)).unwrap().0[..3]);
    other.id = Digest::Sha256(Sha256(bytes));
    other.description.digest = None;
    other.analyzed = Time(86_400);
    kept.store().keep_image(&other, &["shop:2".into()], Time(86_400)).unwrap();
    let start = &id(&image)[..6];
    let mut candidates = [
        format!("{} {name} analyzed 1970-01-01", id(&image)),
        format!("{} shop:2 analyzed 1970-01-02", other.id.hex()),
    ];
    candidates.sort();
    let expected = format!(
        "{start} is the beginning of 2 images' IDs\nsay more of the one that is meant:\n{}\n",
        candidates.join("\n")
    );
    assert_eq!(look(start, &kept.options), expected);
}

#[test]
fn facts_that_are_gone_are_read_again_from_the_same_image() {
    let (old, new) = (testkit::image("//- /a\n1\n"), testkit::image("//- /b\n1\n"));
    let (registry, name) = shop(&old);
    let kept = Kept::new();
    look(&name, &kept.options);
    registry.push("shop", "1", &new);
    kept.evict();
    // The tag has moved, but the name means the kept image until somebody looks again.
    let told = look(&name, &kept.options);
    assert_eq!(told, format!("{name} kept since 1000\nread\n{name}: /a\n"));
    kept.evict();
    let told = look(&id(&old)[..12], &kept.offline());
    let said = told.split_once('\n').unwrap().1;
    let short = format!("sha256:{}", &id(&old)[..12]);
    assert_eq!(
        said,
        format!(
            "not all that is asked of {name} ({short}) is kept, and it cannot be read again: nobody is asked with --offline\nwithout --offline it is read again where it came from\n"
        )
    );
}

#[test]
fn what_another_version_read_serves_where_it_may_and_nothing_else_can_be_had() {
    let image = testkit::image("//- /a\n1\n//- layer\n//- /b\n1\n");
    let folder = layout(&[("1", &image)]);
    let kept = Kept::new();
    look(&format!("oci:{}:1", folder.path().display()), &kept.options);
    let (known, _) = crate::kept(kept.store(), &id(&image), &kept.options).unwrap();
    assert!(is_whole(&known, kept.store()).unwrap());
    // One layer was read by another version of the readers.
    let digest = known.layers().next().unwrap().clone();
    let [current, older] =
        [revision(), 1].map(|revision| store::LayerKey { digest: digest.clone(), revision });
    let layer = kept.store().layer(&current, Time(0)).unwrap().unwrap();
    let layer = store::KeptLayer { size: layer.size, diff_id: layer.diff_id, facts: &layer.facts };
    kept.store().keep_layer(&older, &layer, &[], Time(0)).unwrap();
    let hex = digest.hex();
    let blobs = kept.store().folder().join("blobs").join(&hex[..2]).join(&hex[2..4]);
    let current = format!("{:016x}", revision());
    for blob in fs::read_dir(blobs).unwrap().map(|entry| entry.unwrap().path()) {
        if blob.to_string_lossy().contains(&current) {
            fs::remove_file(blob).unwrap();
        }
    }
    let ask = |options: &Options| {
        let found = subject(&name(&id(&image)), Texts::Unwanted, options, &unwatched);
        found.ok().map(|subject| (subject.side.facts.files.iter().count(), is_older(&subject.side)))
    };
    let offline = kept.offline();
    let (there, gone) = (folder.path().to_owned(), folder.path().with_extension("gone"));
    fs::rename(&there, &gone).unwrap();
    assert_eq!(ask(&offline), None);
    assert!(!is_whole(&known, kept.store()).unwrap());
    let older = Options { older: true, ..offline.clone() };
    assert_eq!(ask(&older), Some((2, true)));
    // It is nothing that is kept as today's readers read it.
    assert_eq!(ask(&offline), None);
    // What can be read again is.
    fs::rename(&gone, &there).unwrap();
    assert_eq!(ask(&Options { offline: false, ..older }), Some((2, false)));
    assert_eq!(ask(&offline), Some((2, false)));
}

#[test]
fn a_kept_image_whose_place_has_another_now_is_an_error() {
    let (old, new) = (testkit::image("//- /a\n1\n"), testkit::image("//- /b\n1\n"));
    let folder = layout(&[("1", &old)]);
    let kept = Kept::new();
    let name = in_layout(folder.path(), "1");
    subject(&name, Texts::Unwanted, &kept.options, &unwatched).unwrap();
    kept.evict();
    testkit::write_layout(folder.path(), "1", &new);
    let told = look(&id(&old), &kept.options);
    assert!(told.contains(":1 is another image now\n--force looks"), "{told}");
}

#[test]
fn to_look_again_and_to_ask_nobody_is_a_contradiction_but_for_what_is_here() {
    let image = testkit::image("//- /a\n1\n");
    let (_registry, shop) = shop(&image);
    let kept = Kept::new();
    look(&shop, &kept.options);
    let both = Options { offline: true, ..kept.forced() };
    for name in [shop.clone(), format!("registry:{shop}"), "docker:shop".into(), id(&image)] {
        let told = look(&name, &both);
        assert!(told.contains("cannot be looked at again: with --offline no engine"), "{told}");
        assert!(told.contains("\nleave out --force to use what is kept, or"), "{told}");
        let error = subject(&name.parse().unwrap(), Texts::Unwanted, &both, &unwatched);
        assert_eq!(error.unwrap_err().kind(), model::ErrorKind::Invalid, "{name}");
    }
    // A folder is asked by opening it: by its name, and by the ID of what was found there.
    let other = testkit::image("//- /b\n1\n");
    let folder = layout(&[("1", &other)]);
    let name = in_layout(folder.path(), "1");
    subject(&name, Texts::Unwanted, &both, &unwatched).unwrap();
    assert!(look(&id(&other), &both).ends_with(": /b\n"));
}

#[test]
fn a_kept_image_that_cannot_be_looked_at_again_is_not_said_to_be_incomplete() {
    let image = testkit::image("//- /a\n1\n");
    let folder = layout(&[("1", &image)]);
    let kept = Kept::new();
    subject(&in_layout(folder.path(), "1"), Texts::Unwanted, &kept.options, &unwatched).unwrap();
    fs::remove_file(folder.path().join("index.json")).unwrap();
    let told = look(&id(&image), &kept.forced());
    assert!(told.contains(") cannot be looked at again: "), "{told}");
    assert!(told.contains("\nleave out --force to use what is kept of it"), "{told}");
    assert!(look(&id(&image), &kept.options).ends_with(": /a\n"));
}

#[test]
fn a_folder_is_read_every_time_and_kept_as_the_image_that_it_was() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), "1").unwrap();
    let kept = Kept::new();
    let text = format!("dir:{}", folder.path().display());
    assert_eq!(look(&text, &kept.options), format!("read\n{text}: /a\n"));
    let subject = || subject(&name(&text), Texts::Unwanted, &kept.options, &unwatched).unwrap();
    let first = subject().id.unwrap();
    fs::write(folder.path().join("b"), "1").unwrap();
    let second = subject().id.unwrap();
    assert_ne!(first, second);
    let by_id = look(&first.hex(), &kept.offline());
    assert!(by_id.ends_with(&format!("{text}: /a\n")) && !by_id.contains("read"), "{by_id}");
    kept.evict();
    let lost = look(&first.hex(), &kept.options);
    assert!(lost.contains(&format!("{text} is another image now")), "{lost}");
}

#[test]
fn a_promise_that_differs_is_read_again() {
    let text = "//- /a\n1\n";
    let lie = format!("sha256:{}", "11".repeat(32));
    let honest = testkit::image(text);
    let liar =
        testkit::image(&format!("//- image {{\"rootfs\": {{\"diff_ids\": [\"{lie}\"]}}}}\n{text}"));
    let folder = layout(&[("honest", &honest), ("liar", &liar)]);
    let kept = Kept::new();
    let diff_id = |tag: &str, options: &Options| {
        let name = in_layout(folder.path(), tag);
        let subject = subject(&name, Texts::Unwanted, options, &unwatched).unwrap();
        subject.side.image.layers[0].diff_id.clone()
    };
    for tag in ["honest", "liar", "honest"] {
        assert_eq!(diff_id(tag, &kept.options), diff_id(tag, &Options::default()), "{tag}");
    }
}

#[test]
fn facts_under_other_limits_are_neither_kept_nor_used() {
    let folder = layout(&[("1", &testkit::image("//- /a\n1\n"))]);
    let mut kept = Kept::new();
    kept.options.limits.entries = 7;
    let text = format!("oci:{}:1", folder.path().display());
    let told = look(&text, &kept.options);
    assert_eq!(
        (told.as_str(), look(&text, &kept.options)),
        (&*format!("read\n{text}: /a\n"), told.clone())
    );
    assert!(kept.store().images().unwrap().is_empty());
}

#[test]
fn ancestors_are_kept_images_with_the_lowest_layers() {
    let base = "//- /a\n1\n";
    let middle = format!("{base}//- layer\n//- /b\n1\n");
    let top = format!("{middle}//- layer\n//- /c\n1\n");
    let other = testkit::image("//- /c\n1\n");
    let images = [&*top, base, &*middle].map(testkit::image);
    let folder = layout(&[
        ("top", &images[0]),
        ("base", &images[1]),
        ("middle", &images[2]),
        ("other", &other),
    ]);
    let kept = Kept::new();
    let subject = |tag: &str| {
        let name = in_layout(folder.path(), tag);
        subject(&name, Texts::Unwanted, &kept.options, &unwatched).unwrap()
    };
    for tag in ["middle", "base", "other"] {
        subject(tag);
    }
    let ancestors: Vec<_> = subject("top").ancestors.into_iter().map(|one| one.names).collect();
    let name = |tag| vec![format!("oci:{}:{tag}", folder.path().display())];
    assert_eq!(ancestors, [name("base"), name("middle")]);
    assert!(subject("base").ancestors.is_empty());
}

#[test]
fn what_a_person_said_stays_until_something_else_is_said() {
    let folder = layout(&[("1", &testkit::image("//- /a\n1\n"))]);
    let kept = Kept::new();
    let kind = |said: Option<ImageKind>| {
        let name = in_layout(folder.path(), "1");
        let said = said.map(|kind| Said { kind, dockerfile: None });
        analyze(&name, said.as_ref(), &kept.options, &unwatched).unwrap().kind
    };
    assert_eq!(kind(None), ImageKind::None);
    assert_eq!(kind(Some(ImageKind::Base)), ImageKind::Base);
    assert_eq!(kind(None), ImageKind::Base);
    assert_eq!(kind(Some(ImageKind::None)), ImageKind::None);
}

#[test]
fn another_platform_is_another_image_under_the_same_name() {
    let (here, there) = (testkit::image("//- /a\n1\n"), testkit::image("//- /b\n1\n"));
    let registry = Registry::start();
    registry.push_index("shop", "1", &[(&here, "linux/amd64"), (&there, "linux/arm64")]);
    let text = format!("{}/shop:1", registry.host());
    let mut kept = Kept::new();
    kept.options.source.host = "linux/amd64".parse().unwrap();
    let on = |platform: &str| {
        let mut options = kept.options.clone();
        options.source.platform = Some(platform.parse().unwrap());
        let told = look(&text, &options);
        let (origin, files) = told.split_once('\n').unwrap();
        (origin.contains("kept"), files.rsplit(' ').next().unwrap().trim().to_owned())
    };
    assert_eq!(on("linux/arm64"), (false, "/b".into()));
    assert_eq!(on("linux/amd64"), (false, "/a".into()));
    assert_eq!(on("linux/arm64"), (true, "/b".into()));
    assert_eq!(on("linux/amd64"), (true, "/a".into()));
    assert!(look(&text, &kept.options).ends_with("/a\n"));
}

#[test]
fn the_digest_of_an_index_means_the_image_for_this_machine() {
    let (here, there) = (testkit::image("//- /a\n1\n"), testkit::image("//- /b\n1\n"));
    let folder = tempfile::tempdir().unwrap();
    testkit::write_index(folder.path(), "1", &[(&here, "linux/amd64"), (&there, "linux/arm64")]);
    let mut kept = Kept::new();
    kept.options.source.host = "linux/amd64".parse().unwrap();
    kept.options.offline = true;
    let on = |platform: &str| {
        let mut options = kept.options.clone();
        options.source.platform = Some(platform.parse().unwrap());
        subject(&in_layout(folder.path(), "1"), Texts::Unwanted, &options, &unwatched).unwrap()
    };
    let index = on("linux/arm64").side.image.index_digest.unwrap().to_string();
    assert!(look(&index, &kept.options).contains("no kept image"));
    on("linux/amd64");
    assert!(look(&index, &kept.options).ends_with("/a\n"));
}

/// What is kept of all images, as a file that others import.
fn exported(kept: &Kept) -> Vec<u8> {
    let images: Vec<_> =
        kept.store().images().unwrap().into_iter().map(|(image, _)| image).collect();
    let mut file = Vec::new();
    kept.store().export(&images, revision(), &mut file).unwrap();
    file
}

fn import(kept: &Kept, file: &[u8]) {
    kept.store().import(&mut &file[..], "file".as_ref(), revision(), Time(1_000)).unwrap();
}

#[test]
fn what_others_said_of_an_image_does_not_become_ours() {
    let folder = layout(&[("1", &testkit::image("//- /a\n1\n"))]);
    let name = in_layout(folder.path(), "1");
    let said = Said { kind: ImageKind::User, dockerfile: Some("FROM elsewhere".into()) };
    let (elsewhere, here) = (Kept::new(), Kept::new());
    analyze(&name, Some(&said), &elsewhere.options, &unwatched).unwrap();
    import(&here, &exported(&elsewhere));
    let subject = analyze(&name, None, &here.options, &unwatched).unwrap();
    assert_eq!((subject.kind, subject.dockerfile), (ImageKind::None, None));
    let (image, _) = here.store().images().unwrap().remove(0);
    assert_eq!((image.imported, image.kind, image.dockerfile), (false, ImageKind::None, None));
}

#[test]
fn an_imported_image_takes_no_digest_from_an_image_that_was_read_here() {
    let (own, foreign) = (testkit::image("//- /a\n1\n"), testkit::image("//- /b\n1\n"));
    let folder = layout(&[("own", &own), ("foreign", &foreign)]);
    let (elsewhere, here) = (Kept::new(), Kept::new());
    let look_at = |tag, kept: &Kept| {
        analyze(&in_layout(folder.path(), tag), None, &kept.options, &unwatched).unwrap();
    };
    look_at("foreign", &elsewhere);
    look_at("own", &here);
    // Whoever made the file says that his image came of an index, and gives it a digest of ours.
    for digest in [own.manifest().1.clone(), own.blobs()[0].0.clone()] {
        let (mut image, _) = elsewhere.store().images().unwrap().remove(0);
        image.description.index_digest = Some(digest.clone());
        elsewhere.store().keep_image(&image, &[], Time(1_000)).unwrap();
        import(&here, &exported(&elsewhere));
        let told = look(&digest.to_string(), &here.offline());
        assert!(told.ends_with(": /a\n"), "{told}");
    }
}

#[test]
fn a_store_that_cannot_be_used_is_a_warning() -> io::Result<()> {
    let folder = layout(&[("1", &testkit::image("//- /a\n1\n"))]);
    let kept = Kept::new();
    let place = kept.store().folder().to_owned();
    fs::remove_dir_all(&place)?;
    fs::write(&place, "in the way")?;
    let text = format!("oci:{}:1", folder.path().display());
    let told = look(&text, &kept.options);
    assert!(told.contains("warning: ") && told.ends_with(&format!("{text}: /a\n")), "{told}");
    fs::remove_file(&place)
}
