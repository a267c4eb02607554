//! Archives that tests write and open again, and hostile ones. No network.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use testkit::{
    Compression, compress, image, write_docker_archive, write_docker_archive_v25, write_oci_archive,
};

use crate::testing::{options, told};
use crate::{Access, Error, Image, digests, open};

fn opened(reference: &str) -> Result<Image, Error> {
    open(&reference.parse().unwrap(), &options(""))
}

/// The user of the opened image, or the error; the archive's path is shortened to `FILE`.
fn check(scheme: &str, file: &Path, rest: &str, expect: &str) {
    let shown = match opened(&format!("{scheme}:{}{rest}", file.display())) {
        Ok(image) => image.settings.user.unwrap_or("nobody".into()),
        Err(error) => told(&error).replace(&file.display().to_string(), "FILE"),
    };
    assert_eq!(shown, expect);
}

fn named(user: &str) -> testkit::Image {
    image(&format!(
        "//- /base\nbase\n//- layer\n//- /motd\n{user}\n//- config {{\"User\": \"{user}\"}}"
    ))
    .compressed(Compression::None)
}

/// The inflated-as-stored digests of all layers, by `each_layer` and, if they can be had so, one by one.
fn stored(image: &Image) -> Vec<model::Digest> {
    let mut seen = BTreeMap::new();
    let wanted: Vec<usize> = (0..image.layers.len()).collect();
    image
        .each_layer(&wanted, &mut |index, blob| {
            let mut bytes = Vec::new();
            blob.read_to_end(&mut bytes).unwrap();
            assert_eq!(image.layers[index].size, Some(bytes.len() as u64));
            seen.insert(index, digests::sha256(&bytes));
            ControlFlow::Continue(())
        })
        .unwrap();
    for (&index, digest) in &seen {
        let mut bytes = Vec::new();
        image.layer(index).unwrap().read_to_end(&mut bytes).unwrap();
        assert_eq!(digests::sha256(&bytes), *digest);
    }
    seen.into_values().collect()
}

fn diff_ids(image: &Image) -> Vec<model::Digest> {
    image.layers.iter().map(|layer| layer.diff_id.clone().unwrap()).collect()
}

/// The archive as it is, and compressed as a whole in both ways.
fn packings(folder: &TempDir, file: &Path) -> [PathBuf; 3] {
    let bytes = fs::read(file).unwrap();
    let packed = |name: &str, compression| {
        let path = folder.path().join(name);
        fs::write(&path, compress(&bytes, compression)).unwrap();
        path
    };
    let gzip = packed("packed.tar.gz", Compression::Gzip);
    [file.into(), gzip, packed("packed.tar.zst", Compression::Zstd)]
}

/// Writes an archive of these members; a name with ` -> ` is a symbolic link.
fn archive(folder: &TempDir, members: &[(&str, &[u8])]) -> PathBuf {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        if let Some((name, target)) = name.split_once(" -> ") {
            header.set_entry_type(tar::EntryType::Symlink);
            header.set_size(0);
            builder.append_link(&mut header, name, target).unwrap();
        } else {
            header.set_size(content.len() as u64);
            builder.append_data(&mut header, name, *content).unwrap();
        }
    }
    let path = folder.path().join("made.tar");
    fs::write(&path, builder.into_inner().unwrap()).unwrap();
    path
}

#[test]
fn docker_archives_of_both_kinds_open_plain_and_packed() {
    let (old, new) = (named("old"), named("new"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("saved.tar");
    let images: [(&testkit::Image, &[&str]); 2] =
        [(&old, &["shop:1.4", "shop:stable"]), (&new, &["shop:1.5"])];
    for write in [write_docker_archive, write_docker_archive_v25] {
        write(&file, &images);
        for file in packings(&folder, &file) {
            check("docker-archive", &file, ":shop:1.4", "old");
            check("docker-archive", &file, ":docker.io/library/shop:stable", "old");
            check("docker-archive", &file, ":1.5", "new");
            check("docker-archive", &file, "@1", "new");
            check(
                "docker-archive",
                &file,
                &format!("@{}", digests::sha256(&old.config_json())),
                "old",
            );
            let image = opened(&format!("docker-archive:{}:1.5", file.display())).unwrap();
            assert_eq!(stored(&image), new.diff_ids());
            assert_eq!(diff_ids(&image), new.diff_ids());
            assert_eq!(image.config_digest, Some(digests::sha256(&new.config_json())));
            let packed = file.extension().is_some_and(|extension| extension != "tar");
            assert_eq!(image.access() == Access::InOrder, packed);
        }
    }
    let (_, digest, _) = new.manifest();
    check("docker-archive", &file, &format!("@{digest}"), "new");
    let image = opened(&format!("docker-archive:{}:1.5", file.display())).unwrap();
    assert_eq!(image.digest, Some(digest));
}

#[test]
fn a_manifest_vouches_only_for_layers_that_it_lists() {
    let folder = tempfile::tempdir().unwrap();
    let app = named("app");
    let (manifest, digest, _) = app.manifest();
    let (names, blobs): (Vec<_>, Vec<_>) = (app.blobs().into_iter())
        .map(|(digest, bytes)| (format!("blobs/{}", digest.to_string().replace(':', "/")), bytes))
        .unzip();
    let [config, base, top] = &names[..] else { panic!("{names:?}") };
    let manifest_name = format!("blobs/{}", digest.to_string().replace(':', "/"));
    let index = format!(
        r#"{{"schemaVersion":2,"manifests":[{{"digest":"{digest}","size":{}}}]}}"#,
        manifest.len()
    );
    let check = |layers: [&str; 2], top_bytes: &[u8], vouched: bool| {
        let lines =
            format!(r#"[{{"Config":"{config}","Layers":["{}","{}"]}}]"#, layers[0], layers[1]);
        let file = archive(
            &folder,
            &[
                ("manifest.json", lines.as_bytes()),
                ("index.json", index.as_bytes()),
                (&manifest_name, &manifest),
                (config, &blobs[0]),
                (base, &blobs[1]),
                (top, top_bytes),
                ("evil/layer.tar", &blobs[2]),
            ],
        );
        let image = opened(&format!("docker-archive:{}", file.display())).unwrap();
        assert_eq!(image.digest, vouched.then(|| digest.clone()), "{layers:?}");
    };
    check([base, top], &blobs[2], true);
    check([base, "evil/layer.tar"], &blobs[2], false);
    check([top, base], &blobs[2], false);
    check([base, base], &blobs[2], false);
    check([base, &format!("./{top}")], &blobs[2], false);
    check([base, top], b"of another size", false);
}

#[test]
fn an_image_that_was_not_chosen_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("saved.tar");
    let (old, new) = (named("old"), named("new"));
    write_docker_archive(&file, &[(&old, &["a:1", "b:1"]), (&new, &["b:2", "c:1"]), (&new, &[])]);
    check(
        "docker-archive",
        &file,
        "",
        "archive FILE has 2 images, and none was chosen\n\
         hint: say :NAME:TAG, or @0 for the first; it has a:1, b:1, b:2, c:1, @2",
    );
    check(
        "docker-archive",
        &file,
        ":1",
        "archive FILE has several images of tag 1\nhint: say :NAME:TAG; it has a:1, b:1, b:2, c:1, @2",
    );
    check(
        "docker-archive",
        &file,
        ":d:1",
        "archive FILE has no tag d:1\nhint: it has a:1, b:1, b:2, c:1, @2",
    );
    check(
        "docker-archive",
        &file,
        "@7",
        "archive FILE has no image number 7\nhint: it has 3 images, @0 to @2",
    );
    write_docker_archive(&file, &[(&old, &[])]);
    check("docker-archive", &file, "", "old");
}

#[test]
fn oci_archives_open_plain_and_packed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("images.tar");
    let (old, new) = (named("old").compressed(Compression::Gzip), named("new"));
    write_oci_archive(&file, &[(&old, "1.4"), (&new, "1.5")]);
    for file in packings(&folder, &file) {
        check("oci-archive", &file, ":1.4", "old");
        let image = opened(&format!("oci-archive:{}:1.4", file.display())).unwrap();
        let digests: Vec<_> =
            image.layers.iter().map(|layer| layer.digest.clone().unwrap()).collect();
        assert_eq!(stored(&image), digests);
        assert_eq!(image.digest, Some(old.manifest().1));
        check("oci-archive", &file, ":2", "archive FILE has no tag 2\nhint: it has 1.4, 1.5");
        check(
            "docker-archive",
            &file,
            "",
            "FILE is not an image: there is no manifest.json in it\n\
             hint: it holds an OCI layout; say oci-archive:FILE",
        );
    }
}

#[test]
fn the_scheme_says_which_of_two_descriptions_counts() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("saved.tar");
    write_docker_archive_v25(&file, &[(&named("app"), &["shop:1.4"])]);
    check("oci-archive", &file, "", "app");
    check("docker-archive", &file, "", "app");
    write_docker_archive(&file, &[(&named("app"), &["shop:1.4"])]);
    check(
        "oci-archive",
        &file,
        "",
        "FILE is not an image: there is no index.json in it\n\
         hint: it is what `docker save` writes; say docker-archive:FILE",
    );
}

const CONFIG: &[u8] = br#"{"config":{"User":"app"}}"#;

#[test]
fn whoever_reads_layers_in_order_may_break_off() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("saved.tar");
    write_docker_archive(&file, &[(&named("app"), &["shop:1.4"])]);
    for file in packings(&folder, &file) {
        let image = opened(&format!("docker-archive:{}", file.display())).unwrap();
        let mut seen = 0;
        let mut visit = |_: usize, blob: &mut (dyn std::io::Read + Send)| {
            seen += 1;
            blob.read_exact(&mut [0; 512]).unwrap();
            ControlFlow::Break(())
        };
        image.each_layer(&[0, 1], &mut visit).unwrap();
        assert_eq!(seen, 1);
    }
}

#[test]
fn layers_may_be_links_but_not_in_a_circle() {
    let folder = tempfile::tempdir().unwrap();
    let manifest: &[u8] =
        br#"[{"Config":"c.json","Layers":["a/layer.tar","b/layer.tar","d/layer.tar"]}]"#;
    let file = archive(
        &folder,
        &[
            ("./manifest.json", manifest),
            ("c.json", CONFIG),
            ("a/layer.tar -> ../b/layer.tar", b""),
            ("b/layer.tar", b"content"),
            ("d/layer.tar -> ../../../a/layer.tar", b""),
        ],
    );
    for file in packings(&folder, &file) {
        let image = opened(&format!("docker-archive:{}", file.display())).unwrap();
        assert_eq!(stored(&image), vec![digests::sha256(b"content"); 3]);
    }
    let file = archive(
        &folder,
        &[
            ("manifest.json", manifest),
            ("c.json", CONFIG),
            ("a/layer.tar -> ../b/layer.tar", b""),
            ("b/layer.tar -> ../a/layer.tar", b""),
        ],
    );
    check(
        "docker-archive",
        &file,
        "",
        "archive FILE is damaged: its member a/layer.tar is a link that leads nowhere in 16 steps\n\
         hint: copy or save it again; nothing of it was kept",
    );
}

#[test]
fn the_last_of_two_members_of_one_name_counts() {
    let folder = tempfile::tempdir().unwrap();
    let file = archive(
        &folder,
        &[
            ("manifest.json", b"null"),
            ("c.json", CONFIG),
            ("manifest.json", br#"[{"Config":"./c.json","RepoTags":null,"Layers":null}]"#),
        ],
    );
    check("docker-archive", &file, "", "app");
}

#[test]
fn what_is_missing_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let check = |members: &[(&str, &[u8])], expect: &str| {
        check("docker-archive", &archive(&folder, members), "", expect);
    };
    let again = "hint: save it again: `docker save NAME -o FILE`";
    for empty in [&b"null"[..], b"[]"] {
        let expect = format!("FILE is not an image: its manifest.json lists no images\n{again}");
        check(&[("manifest.json", empty)], &expect);
    }
    check(
        &[("manifest.json", b"[{}]")],
        &format!(
            "FILE is not an image: its manifest.json cannot be read: it does not say what it should: missing field \
             `Config` at line 1 column 3\n{again}"
        ),
    );
    let again = "hint: fetch or save the image again; nothing of this copy was kept";
    check(
        &[("manifest.json", br#"[{"Config":"c.json"}]"#)],
        &format!("archive FILE is damaged: its configuration c.json is not there\n{again}"),
    );
    check(
        &[("manifest.json", br#"[{"Config":"c.json","Layers":["x\u001b"]}]"#), ("c.json", CONFIG)],
        &format!(
            "docker-archive:FILE is damaged: layer 1, x\\u{{1b}}, is not in the archive\n{again}"
        ),
    );
    check(
        &[("repositories", b"{}"), ("abc/layer.tar", b"")],
        "FILE is not an image: there is no manifest.json in it\n\
         hint: it was saved by a Docker before 1.10; load it into a current one and save it again",
    );
    check(
        &[("etc/passwd", b""), ("bin/sh", b"")],
        "FILE is not an image: there is no manifest.json in it\n\
         hint: it looks like a packed root file system; unpack it and say dir:FOLDER",
    );
}

#[test]
fn a_configuration_under_another_digest_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let name = "0".repeat(64);
    let manifest = format!(r#"[{{"Config":"{name}.json"}}]"#);
    let file = archive(
        &folder,
        &[("manifest.json", manifest.as_bytes()), (&format!("{name}.json"), CONFIG)],
    );
    let image = opened(&format!("docker-archive:{}", file.display())).unwrap();
    assert_eq!(
        image.notices[0].text,
        format!(
            "its configuration is stored under the digest sha256:{name}, but has {}",
            digests::sha256(CONFIG)
        )
    );
}

#[test]
fn what_is_cut_short_or_no_archive_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.tar");
    write_docker_archive(&whole, &[(&named("app"), &["shop:1.4"])]);
    let again = "hint: copy or save it again; nothing of it was kept";
    for file in packings(&folder, &whole) {
        let bytes = fs::read(&file).unwrap();
        let cut = folder.path().join("cut.tar");
        fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
        check(
            "docker-archive",
            &cut,
            "",
            &format!("archive FILE is damaged: it is cut short\n{again}"),
        );
    }
    let other = folder.path().join("other.tar");
    let other_is = |bytes: &[u8], expect: &str| {
        fs::write(&other, bytes).unwrap();
        check("docker-archive", &other, "", expect);
    };
    other_is(b"", "FILE is no tar archive: it is empty\nhint: was it written to its end?");
    other_is(
        b"<html>no</html>",
        "FILE is no tar archive: it is a web page or another markup document\n\
         hint: was an error page stored instead of the image?",
    );
    other_is(
        b"\xfd7zXZ\0\0",
        "FILE is no tar archive: it is an xz stream\n\
         hint: plain, gzip and zstd archives are read; unpack this one first",
    );
    other_is(
        &compress(b"hello", Compression::Gzip),
        "FILE is no tar archive: it is a text inside\n\
         hint: `docker save NAME -o FILE` writes an archive of an image",
    );
    let mut bytes = fs::read(&whole).unwrap();
    bytes[148] ^= 1;
    other_is(
        &bytes,
        "FILE is no tar archive: it is data of no kind that we know\n\
         hint: `docker save NAME -o FILE` writes an archive of an image",
    );
    check(
        "docker-archive",
        folder.path(),
        "",
        "could not open archive FILE: it is a folder\n\
         hint: for an OCI layout say oci:FILE, for a root file system dir:FILE",
    );
    check(
        "docker-archive",
        &folder.path().join("none"),
        "",
        "could not open archive FILE: there is no such file\n\
         hint: `docker save NAME -o FILE` writes one",
    );
}

#[test]
fn an_archive_of_hostile_headers_stops_at_limits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hostile.tar");
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(tar::EntryType::XHeader);
    header.set_path("pax").unwrap();
    header.set_size(1 << 40);
    header.set_cksum();
    fs::write(&path, header.as_bytes()).unwrap();
    check(
        "docker-archive",
        &path,
        "",
        "could not read archive FILE: it has a header of more than 1048576 bytes",
    );
    let bomb = compress(
        &[header_of_zeros().as_bytes(), &vec![0; 70 << 20][..]].concat(),
        Compression::Zstd,
    );
    fs::write(&path, bomb).unwrap();
    check(
        "docker-archive",
        &path,
        "",
        "could not read archive FILE: it grows beyond any image when it is inflated",
    );
}

/// A member of 1 GiB.
fn header_of_zeros() -> tar::Header {
    let mut header = tar::Header::new_ustar();
    header.set_path("zeros").unwrap();
    header.set_size(1 << 30);
    header.set_cksum();
    header
}

#[test]
fn the_platform_that_was_asked_for_must_be_the_archives() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("saved.tar");
    write_docker_archive(&file, &[(&named("app"), &[])]);
    let reference = format!("docker-archive:{}", file.display());
    let error = open(&reference.parse().unwrap(), &options("linux/arm64")).err().unwrap();
    assert!(told(&error).contains("has no image for linux/arm64"), "{}", told(&error));
}

#[test]
fn no_damage_makes_it_panic() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.tar");
    write_docker_archive_v25(&whole, &[(&named("app"), &["shop:1.4"])]);
    let damaged = folder.path().join("damaged.tar");
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    for file in packings(&folder, &whole) {
        let bytes = fs::read(&file).unwrap();
        for _ in 0..200 {
            let mut bytes = bytes.clone();
            for _ in 0..=random(4) {
                let (at, value) = (random(bytes.len()), random(256));
                bytes[at] = u8::try_from(value).unwrap();
            }
            bytes.truncate(bytes.len() - random(64));
            fs::write(&damaged, bytes).unwrap();
            for scheme in ["docker-archive", "oci-archive"] {
                if let Ok(image) = opened(&format!("{scheme}:{}", damaged.display())) {
                    let wanted: Vec<usize> = (0..image.layers.len()).collect();
                    // It may be refused here or read; what is read is verified by its digest later.
                    let _ = image.each_layer(&wanted, &mut |_, blob| {
                        let _ = std::io::copy(blob, &mut std::io::sink());
                        ControlFlow::Continue(())
                    });
                }
            }
        }
    }
}
