//! Tests of the use cases: whole images in a layout, and what is told while they are read.

use std::path::Path;
use std::sync::Mutex;
use std::{fs, io};

use testkit::{Compression, Image};

use super::*;

mod claims;
mod contents;
mod kept;
mod local;
mod stacks;

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn read(name: &Name, options: &Options) -> Result<compare::Side, Error> {
    subject(name, Texts::Unwanted, options, &unwatched).map(|subject| subject.side)
}

fn in_layout(folder: &Path, tag: &str) -> Name {
    name(&format!("oci:{}:{tag}", folder.display()))
}

fn layout(images: &[(&str, &Image)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (tag, image) in images {
        testkit::write_layout(folder.path(), tag, image);
    }
    folder
}

const BASE: &str = "//- /base size=200000\n";

#[test]
fn a_layer_that_both_images_have_is_read_once() {
    let old = testkit::image(&format!("{BASE}//- layer\n//- /a\n1\n"));
    let new = testkit::image(&format!("{BASE}//- layer\n//- /a\n2\n"));
    let folder = layout(&[("old", &old), ("new", &new)]);
    let seen = Mutex::new((None, 0));
    let watch = |event| match event {
        Event::Reading { layers, bytes } => seen.lock().unwrap().0 = Some((layers, bytes)),
        Event::Bytes(count) => seen.lock().unwrap().1 += count,
        _ => {}
    };
    let (old, new) = (in_layout(folder.path(), "old"), in_layout(folder.path(), "new"));
    let pair = pair([&old, &new], Texts::Unwanted, &Options::default(), &watch).unwrap();
    let distinct = pair.old.side.image.size() + pair.new.side.image.layers[1].size;
    assert_eq!(seen.into_inner().unwrap(), (Some((3, Some(distinct))), distinct));
    assert_eq!(pair.compare().shared_layers, 1);
}

#[test]
fn images_of_one_digest_are_not_read_at_all() {
    let image = testkit::image(BASE);
    let folder = layout(&[("old", &image), ("new", &image)]);
    let watch = |event| assert!(!matches!(event, Event::Bytes(_)), "{event:?}");
    let (old, new) = (in_layout(folder.path(), "old"), in_layout(folder.path(), "new"));
    let pair = pair([&old, &new], Texts::Unwanted, &Options::default(), &watch).unwrap();
    assert_eq!(pair.compare().sameness(), compare::Sameness::Image);
    assert_eq!(pair.old.side.image.layers.len(), 1);
}

#[test]
fn the_same_error_is_told_whatever_the_number_of_threads() {
    let image =
        testkit::image("//- /a\n1\n//- layer\n//- /b size=5000\n//- layer\n//- /c size=90000\n");
    let folder = layout(&[("1", &image)]);
    for (digest, bytes) in image.blobs() {
        let path = folder.path().join("blobs/sha256").join(digest.hex());
        let is_layer = !bytes.starts_with(b"{");
        if is_layer {
            fs::write(path, vec![0; bytes.len()]).unwrap();
        }
    }
    for threads in [1, 2, 3, 8] {
        let options = Options { threads: Some(threads), ..Options::default() };
        let error = read(&in_layout(folder.path(), "1"), &options).unwrap_err();
        assert!(error.to_string().starts_with("could not read layer 1 of "), "{threads}: {error}");
    }
}

#[test]
fn a_broken_promise_is_told_where_it_can_be_seen() {
    let lie = format!("sha256:{}", "11".repeat(32));
    let text = format!("//- image {{\"rootfs\": {{\"diff_ids\": [\"{lie}\"]}}}}\n//- /a\n1\n");
    let told = |image: &Image| {
        let folder = layout(&[("1", image)]);
        let side = read(&in_layout(folder.path(), "1"), &Options::default()).unwrap();
        side.notices.len()
    };
    let plain = testkit::image(&text).compressed(Compression::None);
    assert_eq!(told(&plain), 1);
    // Packed, the promise is believed beside the verified digest: see docs/decisions/0005.
    assert_eq!(told(&testkit::image(&text).compressed(Compression::Gzip)), 0);
}

#[test]
fn archives_that_are_packed_as_a_whole_give_the_same_as_a_layout() {
    let text = "//- /a\n1\n//- layer\n//- whiteout /a\n//- /b\n2\n//- layer\n//- /c\n3\n";
    let image = testkit::image(text);
    let folder = layout(&[("1", &image)]);
    let plain = folder.path().join("plain.tar");
    testkit::write_docker_archive(&plain, &[(&image, &["shop:1"])]);
    let packed = folder.path().join("packed.tar.gz");
    let bytes = testkit::compress(&fs::read(&plain).unwrap(), Compression::Gzip);
    fs::write(&packed, bytes).unwrap();
    let expected = read(&in_layout(folder.path(), "1"), &Options::default()).unwrap();
    for archive in [plain, packed] {
        let archive = name(&format!("docker-archive:{}", archive.display()));
        let side = read(&archive, &Options::default()).unwrap();
        assert_eq!(side.facts, expected.facts);
    }
}

#[test]
fn an_error_of_transport_keeps_its_kind_and_hint() {
    let transport = source::Error::Unavailable { what: "cut".into(), hint: "try again".into() };
    let source = Box::new(layer::Error::Io(io::Error::other(transport)));
    let error = Error::Layer { reference: "shop".into(), number: 1, digest: None, source };
    assert_eq!(
        (error.kind(), error.hint().as_deref()),
        (model::ErrorKind::Unavailable, Some("try again"))
    );
}
