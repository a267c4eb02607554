//! Tests of files that are read again: the same bytes, from wherever a layer has them, or none.

use std::collections::BTreeMap;

use testkit::Compression;

use super::*;

const IMAGE: &str = "\
//- /lib -> usr/lib
//- /usr/lib/one
below
//- /usr/lib/kept
kept
//- /empty
//- /copy
kept
//- layer
//- /lib/one
above
//- /link => /usr/lib/kept
//- /gone
gone
//- layer
//- whiteout /gone
";

/// Reads files again, and gives what they hold.
fn reread(subject: &Subject, paths: &[&str], options: &Options) -> Result<String, Error> {
    let paths: Vec<model::Path> = paths.iter().map(|path| model::Path::from(*path)).collect();
    let mut found = BTreeMap::new();
    contents(Files { subject, paths: &paths }, options, &unwatched, &mut |path, bytes| {
        found.insert(path.to_string(), String::from_utf8_lossy(bytes).trim_end().to_owned());
    })?;
    let told: Vec<String> = found.iter().map(|(path, text)| format!("{path}={text}")).collect();
    Ok(told.join(" "))
}

fn analyzed(name: &Name) -> Subject {
    subject(name, Texts::Unwanted, &Options::default(), &unwatched).unwrap()
}

#[test]
fn the_surviving_content_is_read_wherever_it_stands() {
    let image = testkit::image(IMAGE);
    for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
        let folder = layout(&[("1", &image.clone().compressed(compression))]);
        let subject = analyzed(&in_layout(folder.path(), "1"));
        let paths = ["/usr/lib/one", "/link", "/usr/lib/kept", "/copy", "/empty", "/gone", "/lib"];
        assert_eq!(
            reread(&subject, &paths, &Options::default()).unwrap(),
            "/copy=kept /empty= /link=kept /usr/lib/kept=kept /usr/lib/one=above"
        );
    }
}

#[test]
fn only_layers_that_hold_a_wanted_file_are_read() {
    let image = testkit::image("//- /big size=100000\n//- layer\n//- /small\nx\n");
    let folder = layout(&[("1", &image)]);
    let subject = analyzed(&in_layout(folder.path(), "1"));
    let read = Mutex::new(0);
    let watch = |event| {
        if let Event::Bytes(count) = event {
            *read.lock().unwrap() += count;
        }
    };
    let files = Files { subject: &subject, paths: &["/small".into()] };
    contents(files, &Options::default(), &watch, &mut |_, _| {}).unwrap();
    assert_eq!(read.into_inner().unwrap(), subject.side.image.layers[1].size);
}

#[test]
fn another_image_of_the_name_is_not_taken_for_it() {
    let folder = layout(&[("1", &testkit::image("//- /a\nold\n"))]);
    let name = in_layout(folder.path(), "1");
    let subject = analyzed(&name);
    testkit::write_layout(folder.path(), "1", &testkit::image("//- /a\nnew\n"));
    let error = reread(&subject, &["/a"], &Options::default()).unwrap_err();
    assert!(matches!(error, Error::Lost { .. }), "{error}");
    assert!(error.hint().is_some());
}

#[test]
fn a_folder_that_has_changed_since_gives_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), "old").unwrap();
    let subject = analyzed(&name(&format!("dir:{}", folder.path().display())));
    assert_eq!(reread(&subject, &["/a"], &Options::default()).unwrap(), "/a=old");
    fs::write(folder.path().join("a"), "new").unwrap();
    let error = reread(&subject, &["/a"], &Options::default()).unwrap_err();
    assert!(matches!(error, Error::Changed { .. }), "{error}");
}

#[test]
fn a_damaged_layer_is_an_error() {
    let image = testkit::image("//- /a\nx\n");
    let folder = layout(&[("1", &image)]);
    let subject = analyzed(&in_layout(folder.path(), "1"));
    let digest = subject.side.image.layers[0].digest.hex();
    let blob = folder.path().join("blobs/sha256").join(digest);
    let mut bytes = fs::read(&blob).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&blob, bytes).unwrap();
    let error = reread(&subject, &["/a"], &Options::default()).unwrap_err();
    assert!(matches!(error, Error::Layer { .. }), "{error}");
}

#[test]
fn nobody_is_asked_offline() {
    let folder = layout(&[("1", &testkit::image("//- /a\nx\n"))]);
    let mut subject = analyzed(&in_layout(folder.path(), "1"));
    subject.side.image.reference = "registry.example/shop:1".into();
    let options = Options { offline: true, ..Options::default() };
    let error = reread(&subject, &["/a"], &options).unwrap_err();
    assert!(error.to_string().contains("offline"), "{error}");
}
