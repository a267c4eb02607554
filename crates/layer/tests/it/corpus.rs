//! Walks every layer of the corpus: real images of many builders, and hard ones made by hand.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

use layer::{Entries, Error, Expect, Kind, Limits, read};
use model::Digest;
use testkit::corpus;

/// Walks a layer to its end; how many entries it has.
fn count(entries: &mut Entries<'_>) -> Result<u64, Error> {
    let mut count = 0;
    while let Some(entry) = entries.next_entry()? {
        let mut length = 0;
        while let Some(bytes) = entries.chunk()? {
            length += bytes.len() as u64;
        }
        assert!(!matches!(entry.kind, Kind::Regular { size } if size != length));
        count += 1;
    }
    Ok(count)
}

/// Whether a blob is a document of the image rather than a layer.
fn is_document(path: &Path) -> bool {
    fs::read(path).unwrap().trim_ascii_start().starts_with(b"{")
}

#[test]
fn every_layer_of_the_layouts_is_read_and_verified() {
    let Some(corpus) = corpus() else { return };
    let mut layers: BTreeMap<String, u64> = BTreeMap::new();
    for layout in fs::read_dir(corpus.join("images")).unwrap() {
        for blob in fs::read_dir(layout.unwrap().path().join("blobs/sha256")).unwrap() {
            let path = blob.unwrap().path();
            if is_document(&path) {
                continue;
            }
            let name = path.file_name().unwrap().to_str().unwrap();
            let digest: Digest = format!("sha256:{name}").parse().unwrap();
            let size = fs::metadata(&path).unwrap().len();
            let expect = Expect { digest: Some(digest), size: Some(size), diff_id: None };
            let result = read(File::open(&path).unwrap(), &expect, &Limits::default(), count);
            let (count, _) = result.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            layers.insert(name.into(), count);
        }
    }
    assert!(layers.len() > 50 && layers.values().sum::<u64>() > 5_000, "{layers:?}");
}

#[test]
fn every_layer_in_saved_images_is_read() {
    let Some(corpus) = corpus() else { return };
    let mut layers = 0;
    for image in fs::read_dir(corpus.join("fixtures/dive")).unwrap() {
        let path = image.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "tar") {
            continue;
        }
        let limits = Limits::default();
        let name = path.display();
        read(File::open(&path).unwrap(), &Expect::default(), &limits, |entries| {
            while let Some(entry) = entries.next_entry()? {
                let mut bytes = Vec::new();
                while let Some(chunk) = entries.chunk()? {
                    bytes.extend_from_slice(chunk);
                }
                // A layer, packed or not; all else in a saved image is text.
                if bytes.len() >= 512
                    && bytes.iter().take(2000).any(|byte| matches!(byte, 0 | 0xff))
                {
                    let result = read(&bytes[..], &Expect::default(), &limits, count);
                    result.unwrap_or_else(|error| panic!("{name}: {}: {error}", entry.path));
                    layers += 1;
                }
            }
            Ok::<_, Error>(())
        })
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    assert!(layers > 20, "{layers} layers");
}
