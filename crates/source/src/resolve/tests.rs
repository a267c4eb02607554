//! What opening says of documents that a test puts on a shelf. Nothing here reads a disk.

use super::*;
use crate::testing::{CONFIG, INDEX, LAYER, MANIFEST, Shelf, digest, on, opened, told, with};

/// What opening says: the platform and what the notices say, or the error with its hint.
fn check(shelf: &Shelf, descriptor: &str, asked: &str, expect: &str) {
    let shown = match opened(shelf, descriptor, asked) {
        Ok(resolved) => {
            let platform = resolved.platform.map(|platform| platform.to_string());
            let mut lines = vec![platform.unwrap_or("no platform".into())];
            lines.extend(resolved.notices.into_iter().map(|notice| notice.text));
            lines.join("\n")
        }
        Err(error) => told(&error),
    };
    assert_eq!(shown, expect);
}

/// An index of images for these platforms.
fn multi(shelf: &mut Shelf, platforms: &[&str]) -> String {
    let images: Vec<String> = platforms
        .iter()
        .map(|platform| {
            let image = shelf.image(platform.trim_end_matches("/v7"), &[platform.as_bytes()]);
            on(&image, platform)
        })
        .collect();
    shelf.index(&images)
}

#[test]
fn a_manifest_leads_to_its_configuration_and_layers() {
    let mut shelf = Shelf::default();
    let image = shelf.image("linux/amd64", &[b"one", b"two"]);
    let resolved = opened(&shelf, &image, "").unwrap();
    assert_eq!(resolved.digest, Some(digest(&image)));
    assert_eq!(resolved.index_digest, None);
    assert_eq!(resolved.settings.env["A"], "b");
    assert_eq!(resolved.layers.len(), 2);
    let layer = &resolved.layers[0];
    assert_eq!(layer.digest, Some(digests::sha256(b"one")));
    assert_eq!(layer.diff_id, layer.digest);
    assert_eq!((layer.size, layer.media_type.as_str()), (Some(3), LAYER));
}

#[test]
fn an_image_may_have_no_layers() {
    let mut shelf = Shelf::default();
    let image = shelf.image("linux/amd64", &[]);
    assert!(opened(&shelf, &image, "").unwrap().layers.is_empty());
}

#[test]
fn the_asked_platform_wins_then_the_hosts() {
    let mut shelf = Shelf::default();
    let index = multi(&mut shelf, &["linux/arm64", "linux/amd64", "linux/arm/v7"]);
    check(&shelf, &index, "", "linux/amd64");
    check(&shelf, &index, "linux/aarch64", "linux/arm64");
    check(&shelf, &index, "linux/arm", "linux/arm/v7");
    let resolved = opened(&shelf, &index, "linux/arm64").unwrap();
    assert_eq!(resolved.index_digest, Some(digest(&index)));
    assert_ne!(resolved.digest, resolved.index_digest);
}

#[test]
fn a_platform_that_is_not_there_is_told_with_those_that_are() {
    let mut shelf = Shelf::default();
    let index = multi(&mut shelf, &["linux/s390x", "linux/arm64"]);
    check(
        &shelf,
        &index,
        "linux/riscv64",
        "shop:1.4 has no image for linux/riscv64\nhint: it has linux/arm64, linux/s390x",
    );
    check(
        &shelf,
        &index,
        "",
        "shop:1.4 has no image for linux/amd64, this machine's platform, and several others\n\
         hint: choose one with --platform: linux/arm64, linux/s390x",
    );
}

#[test]
fn the_only_platform_needs_no_asking() {
    let mut shelf = Shelf::default();
    let index = multi(&mut shelf, &["linux/s390x"]);
    check(&shelf, &index, "", "linux/s390x");
}

#[test]
fn a_lone_image_is_refused_for_another_platform() {
    let mut shelf = Shelf::default();
    let image = shelf.image("linux/arm64", &[]);
    check(&shelf, &image, "", "linux/arm64");
    check(&shelf, &image, "linux/arm64", "linux/arm64");
    check(
        &shelf,
        &image,
        "linux/amd64",
        "shop:1.4 has no image for linux/amd64\n\
         hint: it is one image, for linux/arm64; say --platform linux/arm64 or none at all",
    );
    let config = shelf.put(CONFIG, "{}");
    let silent = shelf.manifest(&config, &[]);
    check(&shelf, &silent, "linux/amd64", "no platform");
}

#[test]
fn images_that_the_index_is_silent_about_are_asked_themselves() {
    let mut shelf = Shelf::default();
    let (arm, amd) = (shelf.image("linux/arm64", &[b"a"]), shelf.image("linux/amd64", &[b"b"]));
    let index = shelf.index(&[arm, amd]);
    check(&shelf, &index, "", "linux/amd64");
    check(&shelf, &index, "linux/arm64", "linux/arm64");
    check(
        &shelf,
        &index,
        "linux/386",
        "shop:1.4 has no image for linux/386\nhint: it has linux/amd64, linux/arm64",
    );
}

#[test]
fn attestations_and_artifacts_are_never_chosen() {
    let mut shelf = Shelf::default();
    let image = on(&shelf.image("linux/arm64", &[]), "linux/arm64");
    let unknown = on(&shelf.image("unknown/unknown", &[b"x"]), "unknown/unknown");
    let noted = with(
        &shelf.image("linux/amd64", &[b"y"]),
        r#""annotations":{"vnd.docker.reference.type":"attestation-manifest"}"#,
    );
    let artifact = with(&shelf.image("linux/amd64", &[b"z"]), r#""artifactType":"text/spdx""#);
    let others = [unknown.clone(), noted, artifact];
    let index = shelf.index(&others);
    let refusal = "shop:1.4 is not an image: its index lists only attestations, signatures or other artifacts\n\
                   hint: only container images have layers of files that could be compared";
    check(&shelf, &index, "", refusal);
    let index = shelf.index(&[&others[..], &[image]].concat());
    check(&shelf, &index, "", "linux/arm64");
    check(
        &shelf,
        &unknown,
        "",
        "shop:1.4 is not an image: it is an attestation about one\n\
         hint: only container images have layers of files that could be compared",
    );
    let index = shelf.index(&[]);
    check(
        &shelf,
        &index,
        "",
        "shop:1.4 is not an image: its index is empty\n\
         hint: only container images have layers of files that could be compared",
    );
}

#[test]
fn an_artifact_is_not_an_image() {
    let mut shelf = Shelf::default();
    let config = shelf.put("application/vnd.oci.empty.v1+json", "{}");
    let layer = shelf.put("text/plain", "hello");
    let artifact = shelf.manifest(&config, &[layer]);
    check(
        &shelf,
        &artifact,
        "",
        "shop:1.4 is not an image: it is an artifact of type application/vnd.oci.empty.v1+json\n\
         hint: only container images have layers of files that could be compared",
    );
    let config = shelf.put(CONFIG, "{}");
    let layer = shelf.put("application/vnd.dev.cosign.simplesigning.v1+json", "{}");
    let signature = shelf.manifest(&config, &[layer]);
    check(
        &shelf,
        &signature,
        "",
        "shop:1.4 is not an image: it has a layer of type application/vnd.dev.cosign.simplesigning.v1+json\n\
         hint: only container images have layers of files that could be compared",
    );
}

#[test]
fn indexes_in_indexes_are_followed_to_a_depth() {
    let mut shelf = Shelf::default();
    let mut index = multi(&mut shelf, &["linux/amd64"]);
    for _ in 1..4 {
        index = shelf.index(&[index]);
    }
    check(&shelf, &index, "", "linux/amd64");
    let index = shelf.index(&[index]);
    check(&shelf, &index, "", "shop:1.4 has indexes more than 4 deep");
}

#[test]
fn an_index_cannot_make_us_look_for_ever() {
    let mut shelf = Shelf::default();
    let empty = shelf.index(&[]);
    let wide = shelf.index(&vec![empty; 100]);
    check(&shelf, &wide, "", "the index of shop:1.4 leads to more than 64 documents");
}

#[test]
fn twins_are_noticed() {
    let mut shelf = Shelf::default();
    let index = multi(&mut shelf, &["linux/amd64", "linux/amd64"]);
    check(&shelf, &index, "", "linux/amd64");
    let a = on(&shelf.image("linux/amd64", &[b"a"]), "linux/amd64");
    let b = on(&shelf.image("linux/amd64", &[b"b"]), "linux/amd64");
    let index = shelf.index(&[a, b]);
    check(
        &shelf,
        &index,
        "",
        "linux/amd64\nits index lists more than one image for linux/amd64; the first one was read",
    );
}

#[test]
fn an_index_that_says_another_platform_than_the_image_is_noticed() {
    let mut shelf = Shelf::default();
    let image = on(&shelf.image("linux/arm64", &[]), "linux/amd64");
    let index = shelf.index(&[image]);
    check(
        &shelf,
        &index,
        "",
        "linux/amd64\nthe index says that this image is for linux/amd64, its configuration says linux/arm64",
    );
}

#[test]
fn a_document_with_another_digest_is_refused() {
    let mut shelf = Shelf::default();
    let image = shelf.image("linux/amd64", &[]);
    let config = shelf.0.keys().find(|&key| *key != digest(&image)).unwrap().clone();
    let length = shelf.0[&config].len();
    shelf.0.insert(config.clone(), vec![b' '; length]);
    let actual = digests::sha256(&vec![b' '; length]);
    check(
        &shelf,
        &image,
        "",
        &format!(
            "shop:1.4 is damaged: a document's bytes are not what {config} promises (got {actual} after {length} \
             bytes)\nhint: fetch or save the image again; nothing of this copy was kept"
        ),
    );
    shelf.0.insert(config.clone(), b"{}".to_vec());
    check(
        &shelf,
        &image,
        "",
        &format!(
            "shop:1.4 is damaged: document {config} should have {length} bytes and has 2\n\
             hint: fetch or save the image again; nothing of this copy was kept"
        ),
    );
    shelf.0.insert(digest(&image), b"{}".to_vec());
    check(
        &shelf,
        &image,
        "",
        &format!(
            "shop:1.4 is damaged: its first document is not what {} promises\n\
             hint: fetch or save the image again; nothing of this copy was kept",
            digest(&image)
        ),
    );
}

#[test]
fn layers_and_diff_ids_must_be_as_many() {
    let mut shelf = Shelf::default();
    let layer = shelf.put(LAYER, "one");
    let config = shelf.put(CONFIG, r#"{"rootfs":{"diff_ids":[]}}"#);
    let image = shelf.manifest(&config, std::slice::from_ref(&layer));
    check(
        &shelf,
        &image,
        "",
        "no platform\n\
         its configuration has no diff-ids: what its layers hold was verified as stored only",
    );
    let diff_id = digests::sha256(b"one");
    let config = shelf.put(CONFIG, format!(r#"{{"rootfs":{{"diff_ids":["{diff_id}"]}}}}"#));
    let image = shelf.manifest(&config, &[layer.clone(), layer]);
    check(
        &shelf,
        &image,
        "",
        "shop:1.4 is damaged: it has 2 layers, its configuration promises 1\n\
         hint: fetch or save the image again; nothing of this copy was kept",
    );
}

#[test]
fn encrypted_layers_and_schema_1_are_told_plainly() {
    let mut shelf = Shelf::default();
    let config = shelf.put(CONFIG, "{}");
    let layer = shelf.put("application/vnd.oci.image.layer.v1.tar+gzip+encrypted", "?");
    let image = shelf.manifest(&config, &[layer]);
    check(
        &shelf,
        &image,
        "",
        "layer 1 of shop:1.4 is encrypted\nhint: decrypt it first: `skopeo copy --decryption-key KEY …`",
    );
    let old = shelf.put(MANIFEST, r#"{"schemaVersion":1,"fsLayers":[],"signatures":[]}"#);
    check(
        &shelf,
        &old,
        "",
        "shop:1.4 has a manifest of Docker's schema 1, which was given up in 2017 and is not read\n\
         hint: pull it and push it again with any current Docker, or copy it with `skopeo copy --format v2s2`",
    );
}

#[test]
fn a_large_document_is_not_fetched() {
    let mut shelf = Shelf::default();
    let index = multi(&mut shelf, &["linux/amd64"]);
    let root =
        Root { bytes: shelf.0[&digest(&index)].clone(), media_type: None, digest: digest(&index) };
    let options = Options { document_limit: 10, ..crate::testing::options("") };
    let error = resolve("shop:1.4", String::new(), root, &shelf, &options).unwrap_err();
    assert!(told(&error).ends_with("is larger than 10 bytes, the most for a document"));
    let html = shelf.put(INDEX, "<html>");
    let short = digest(&html).short();
    check(
        &shelf,
        &html,
        "",
        &format!(
            "shop:1.4 is not an image: its document {short} is no manifest: it is not JSON: expected value at line 1 \
             column 1\nhint: an image has an OCI or Docker manifest; was something else stored under this name?"
        ),
    );
}
