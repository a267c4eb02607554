//! Layouts that tests write and open again, and the corpus's. No network, no other program.

use std::fs;
use std::io::Read;
use std::path::Path;

use testkit::{image, write_index, write_layout};

use crate::testing::{CONFIG, INDEX, LAYER, Shelf, digest, on, options, told, with};
use crate::{Error, Image, open};

/// Opens `oci:FOLDER` and what follows it; paths in errors are shortened to `FOLDER`.
fn opened(folder: &Path, rest: &str) -> Result<Image, Error> {
    open(&format!("oci:{}{rest}", folder.display()).parse().unwrap(), &options(""))
}

fn check(folder: &Path, rest: &str, expect: &str) {
    let shown = match opened(folder, rest) {
        Ok(image) => match image.settings.user {
            Some(user) => user,
            None => image.platform.map(|platform| platform.to_string()).unwrap_or_default(),
        },
        Err(error) => told(&error).replace(&folder.display().to_string(), "FOLDER"),
    };
    assert_eq!(shown, expect);
}

fn named(user: &str) -> testkit::Image {
    image(&format!("//- /motd\n{user}\n//- config {{\"User\": \"{user}\"}}"))
}

/// A layout whose `index.json` lists these descriptors.
fn written(shelf: &Shelf, descriptors: &[String]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    write("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#);
    write("index.json", format!(r#"{{"manifests":[{}]}}"#, descriptors.join(",")).as_bytes());
    for (digest, bytes) in &shelf.0 {
        write(&super::blob_path(digest), bytes);
    }
    folder
}

fn name(descriptor: &str, key: &str, name: &str) -> String {
    with(descriptor, &format!(r#""annotations":{{"{key}":"{name}"}}"#))
}

const REF_NAME: &str = "org.opencontainers.image.ref.name";

#[test]
fn an_image_is_found_by_tag_by_digest_or_because_it_is_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (named("old"), named("new"));
    write_layout(folder.path(), "1.4", &old);
    check(folder.path(), "", "old");
    write_layout(folder.path(), "1.4-again", &old);
    check(folder.path(), "", "old");
    write_layout(folder.path(), "1.5", &new);
    check(folder.path(), ":1.4", "old");
    check(folder.path(), ":1.5", "new");
    let (_, digest, _) = new.manifest();
    check(folder.path(), &format!("@{digest}"), "new");
    check(
        folder.path(),
        "",
        "layout FOLDER has 2 images, and none was chosen\n\
         hint: say :TAG or @DIGEST; it has 1.4, 1.4-again, 1.5",
    );
    check(folder.path(), ":1.6", "layout FOLDER has no tag 1.6\nhint: it has 1.4, 1.4-again, 1.5");
    let absent = format!("sha256:{}", "0".repeat(64));
    check(
        folder.path(),
        &format!("@{absent}"),
        &format!("layout FOLDER has no {absent}\nhint: it has 1.4, 1.4-again, 1.5"),
    );
}

#[test]
fn layers_come_as_they_are_stored() {
    let folder = tempfile::tempdir().unwrap();
    let image = image("//- /a\none\n//- layer\n//- /b\ntwo").compressed(testkit::Compression::Gzip);
    write_layout(folder.path(), "1", &image);
    let opened = opened(folder.path(), ":1").unwrap();
    assert_eq!(opened.digest, Some(image.manifest().1));
    let diff_ids: Vec<_> =
        opened.layers.iter().map(|layer| layer.diff_id.clone().unwrap()).collect();
    assert_eq!(diff_ids, image.diff_ids());
    let mut seen = Vec::new();
    let mut visit = |index: usize, blob: &mut (dyn std::io::Read + Send)| {
        let mut bytes = Vec::new();
        blob.read_to_end(&mut bytes).unwrap();
        seen.push((index, testkit::digest(&bytes)));
        std::ops::ControlFlow::Continue(())
    };
    opened.each_layer(&[0, 1], &mut visit).unwrap();
    let stored = |index: usize| (index, opened.layers[index].digest.clone().unwrap());
    assert_eq!(seen, [stored(0), stored(1)]);
}

#[test]
fn the_children_of_an_index_can_be_opened_by_digest() {
    let folder = tempfile::tempdir().unwrap();
    let (amd, arm) = (image("//- /a\n"), image("//- /b\n//- platform linux/arm64"));
    write_index(folder.path(), "multi", &[(&amd, "linux/amd64"), (&arm, "linux/arm64")]);
    check(folder.path(), ":multi", "linux/amd64");
    check(folder.path(), &format!("@{}", arm.manifest().1), "linux/arm64");
}

#[test]
fn full_names_are_found_by_their_tag() {
    let mut shelf = Shelf::default();
    let (a, b) = (shelf.image("linux/amd64", &[b"a"]), shelf.image("linux/arm64", &[b"b"]));
    let folder = written(
        &shelf,
        &[
            name(&a, "io.containerd.image.name", "docker.io/library/alpine:3.20"),
            name(&b, REF_NAME, "example.org/x/shop:1.4"),
        ],
    );
    for tag in [":alpine:3.20", ":3.20", ":docker.io/library/alpine:3.20"] {
        check(folder.path(), tag, "linux/amd64");
    }
    check(folder.path(), ":1.4", "linux/arm64");
    let folder = written(&shelf, &[name(&a, REF_NAME, "h.io/a:1"), name(&b, REF_NAME, "h.io/b:1")]);
    check(
        folder.path(),
        ":1",
        "layout FOLDER has several images of tag 1\n\
         hint: say the whole name or the digest; it has h.io/a:1, h.io/b:1",
    );
}

#[test]
fn an_index_file_may_list_platforms_itself() {
    let mut shelf = Shelf::default();
    let amd = on(&shelf.image("linux/amd64", &[b"a"]), "linux/amd64");
    let arm = on(&shelf.image("linux/arm64", &[b"b"]), "linux/arm64");
    let folder = written(&shelf, &[arm.clone(), amd]);
    check(folder.path(), "", "linux/amd64");
    assert_eq!(opened(folder.path(), "").unwrap().index_digest, None);
    let other = on(&shelf.image("linux/arm64", &[b"c"]), "linux/arm64");
    let folder = written(&shelf, &[arm.clone(), other.clone()]);
    check(
        folder.path(),
        "",
        &format!(
            "layout FOLDER has 2 images, and none was chosen\nhint: say :TAG or @DIGEST; it has {}",
            {
                let mut digests = [digest(&arm), digest(&other)];
                digests.sort();
                format!("@{}, @{}", digests[0], digests[1])
            }
        ),
    );
}

#[test]
fn attestations_do_not_count_as_images() {
    let mut shelf = Shelf::default();
    let image = on(&shelf.image("linux/amd64", &[b"a"]), "linux/amd64");
    let attestation = on(&shelf.image("unknown/unknown", &[b"b"]), "unknown/unknown");
    let folder = written(&shelf, &[attestation.clone(), image]);
    check(folder.path(), "", "linux/amd64");
    let folder = written(&shelf, &[attestation]);
    assert!(
        told(&opened(folder.path(), "").err().unwrap()).contains("is an attestation about one")
    );
}

#[test]
fn what_is_not_a_layout_is_told_with_what_it_looks_like() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    check(
        &path.join("none"),
        ":1",
        "could not open layout FOLDER: there is no such folder\n\
         hint: `oci:FOLDER:TAG` names an image in a folder; `registry:NAME` names one in a registry",
    );
    fs::write(path.join("file"), "").unwrap();
    check(
        &path.join("file"),
        "",
        "could not open layout FOLDER: it is not a folder\n\
         hint: for a tar file say oci-archive:FOLDER or docker-archive:FOLDER",
    );
    check(
        path,
        "",
        "could not open layout FOLDER: no oci-layout there\n\
         hint: `docker save` writes archives; say docker-archive:FOLDER.tar. For a root file system say dir:FOLDER",
    );
    fs::write(path.join("oci-layout"), r#"{"imageLayoutVersion":"2.0.0"}"#).unwrap();
    assert!(
        told(&opened(path, "").err().unwrap())
            .contains(": it is of layout version 2.0.0, and only 1 is known")
    );
    fs::write(path.join("oci-layout"), r#"{"imageLayoutVersion":"1.1.0"}"#).unwrap();
    assert!(told(&opened(path, "").err().unwrap()).contains(": no index.json there"));
    fs::write(path.join("index.json"), "[]").unwrap();
    assert!(told(&opened(path, "").err().unwrap()).contains("its index.json is no index"));
    fs::write(path.join("index.json"), r#"{"manifests":[]}"#).unwrap();
    check(
        path,
        "",
        "layout FOLDER lists no images\nhint: write the layout again; its index.json is empty",
    );
}

#[test]
fn an_absent_layer_is_told_when_it_is_read() {
    let mut shelf = Shelf::default();
    let config = shelf.put(CONFIG, "{}");
    let plain = shelf.put(LAYER, "plain");
    let foreign = shelf.put("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "foreign");
    let manifest = shelf
        .manifest(&config, &[plain.clone(), with(&foreign, r#""urls":["http://127.0.0.1:9/"]"#)]);
    shelf.0.remove(&digest(&plain));
    shelf.0.remove(&digest(&foreign));
    let folder = written(&shelf, &[manifest]);
    let image = opened(folder.path(), "").unwrap();
    let told = |index: usize| {
        let error = image.layer(index).err().unwrap();
        told(&error).replace(&folder.path().display().to_string(), "FOLDER")
    };
    assert_eq!(
        told(0),
        format!(
            "layer 1 of oci:FOLDER, {}, is not there\n\
             hint: the copy is not complete; fetch or save the image again",
            digest(&plain)
        )
    );
    assert_eq!(
        told(1),
        format!(
            "layer 2 of oci:FOLDER, {}, is not there: it is a foreign layer, which only its maker hands out\n\
             hint: addresses in images are never followed; save the image from where it is whole",
            digest(&foreign)
        )
    );
}

#[test]
fn an_absent_document_is_told() {
    let mut shelf = Shelf::default();
    let manifest = shelf.image("linux/amd64", &[]);
    let index = shelf.index(&[manifest]);
    shelf.0.retain(|key, _| *key == digest(&index));
    let folder = written(&shelf, &[index]);
    let error = told(&opened(folder.path(), "").err().unwrap());
    assert!(error.contains("has no blobs/sha256/"), "{error}");
    let html = shelf.put(INDEX, "<html>");
    let folder = written(&shelf, &[html]);
    let error = told(&opened(folder.path(), "").err().unwrap());
    assert!(error.contains("it is not JSON"), "{error}");
}

#[test]
fn every_image_of_the_corpus_opens() {
    let Some(corpus) = testkit::corpus() else { return };
    let mut count = 0;
    for layout in fs::read_dir(corpus.join("images")).unwrap() {
        let path = layout.unwrap().path();
        let index = fs::read(path.join("index.json")).unwrap();
        for entry in super::entries("corpus", &index).unwrap() {
            let tag = &entry.annotations[REF_NAME];
            let image = opened(&path, &format!(":{tag}")).unwrap();
            let is_index = image.index_digest.as_ref() == Some(&entry.digest);
            assert!(is_index || image.digest == Some(entry.digest), "{tag}");
            for (index, layer) in image.layers.iter().enumerate() {
                let mut bytes = Vec::new();
                image.layer(index).unwrap().read_to_end(&mut bytes).unwrap();
                assert_eq!(Some(bytes.len() as u64), layer.size);
            }
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}
