//! What the fixtures of other tools are to us: each opens, or is refused with a sentence. They stand in the corpus.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::documents::Document;
use crate::testing::options;
use crate::{digests, layout, open};

/// The fixtures below a folder of the corpus whose names end so, in order.
fn fixtures(folder: &str, end: &str) -> Option<Vec<(String, PathBuf)>> {
    let root = testkit::corpus()?.join("fixtures").join(folder);
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                open.push(path);
            } else if name.ends_with(end) {
                found.push((name, path));
            }
        }
    }
    found.sort();
    Some(found)
}

/// How many layers an image has, all of them read, or why it does not open.
fn shown(reference: &str, path: &Path) -> String {
    let image = match open(&reference.parse().unwrap(), &options("")) {
        Ok(image) => image,
        Err(error) => {
            let path = path.display().to_string();
            return error.to_string().replace(reference, "it").replace(&path, "it");
        }
    };
    let mut shown = format!("{} layers", image.layers.len());
    for (index, layer) in image.layers.iter().enumerate() {
        let mut bytes = Vec::new();
        match image.layer(index) {
            Ok(mut blob) => drop(blob.read_to_end(&mut bytes).unwrap()),
            Err(error) => {
                shown = error.to_string().replace(reference, "it");
                break;
            }
        }
        assert_eq!(layer.size, Some(bytes.len() as u64));
        if let Some(digest) = &layer.digest {
            assert_eq!(digests::of_kind(digest, &bytes), *digest);
        }
    }
    for notice in &image.notices {
        shown = format!("{shown}; {}", notice.text);
    }
    shown
}

#[test]
fn archives() {
    let mut lines = Vec::new();
    for folder in ["dive", "go-containerregistry/tarball", "container-inspector/repos"] {
        let Some(mut files) = fixtures(folder, ".tar") else { return };
        files.extend(fixtures(folder, ".tar.gz").unwrap());
        for (name, path) in files {
            let all = shown(&path.display().to_string(), &path);
            if let Some((_, rest)) = all.split_once(" has ")
                && let Some((count, _)) = rest.split_once(" images")
            {
                for index in 0..count.parse().unwrap() {
                    let reference = format!("docker-archive:{}@{index}", path.display());
                    lines.push(format!("{name}@{index}: {}", shown(&reference, &path)));
                }
            } else {
                lines.push(format!("{name}: {all}"));
            }
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    test-docker-image.tar: 14 layers
    test-estargz-image.tar: it is not an image: there is neither manifest.json nor index.json in it
    test-gzip-image.tar: it is not an image: there is neither manifest.json nor index.json in it
    test-kaniko-image.tar: 14 layers
    test-oci-estargz-image.tar: 1 layers
    test-oci-gzip-image.tar: 1 layers
    test-oci-uncompressed-image.tar: 1 layers
    test-oci-zstd-image.tar: 1 layers
    test-uncompressed-image.tar: it is not an image: there is neither manifest.json nor index.json in it
    test-zstd-image.tar: it is not an image: there is neither manifest.json nor index.json in it
    content.tar: it is not an image: there is neither manifest.json nor index.json in it
    hello-world-v25.tar: 1 layers
    no_manifest.tar: it is not an image: there is neither manifest.json nor index.json in it
    null_manifest.tar: it is not an image: its manifest.json lists no images
    test_bundle.tar@0: 1 layers
    test_bundle.tar@1: 1 layers
    test_image_1.tar: 1 layers
    test_image_2.tar: 1 layers
    test_link.tar@0: 1 layers
    test_link.tar@1: 2 layers
    test_load_manifest.tar: 1 layers
    hello-world.tar: 1 layers
    imagesv11.tar@0: 1 layers
    imagesv11.tar@1: 1 layers
    imagesv11.tar@2: 2 layers
    imagesv11_with_tar_at_root.tar@0: 1 layers
    imagesv11_with_tar_at_root.tar@1: 1 layers
    imagesv11_with_tar_at_root.tar@2: 2 layers
    images.tar.gz@0: 4 layers
    images.tar.gz@1: 6 layers
    "#);
}

#[test]
fn layouts() {
    let mut lines = Vec::new();
    for folder in ["regclient", "go-containerregistry/layout", "containers-image/oci"] {
        let Some(files) = fixtures(folder, "index.json") else { return };
        for (_, path) in files {
            let folder = path.parent().unwrap();
            let name = folder.file_name().unwrap().to_string_lossy();
            let Ok(entries) = layout::entries("it", &fs::read(&path).unwrap()) else {
                lines.push(format!(
                    "{name}: {}",
                    shown(&format!("oci:{}", folder.display()), folder)
                ));
                continue;
            };
            for entry in entries {
                let reference = format!("oci:{}@{}", folder.display(), entry.digest);
                lines.push(format!(
                    "{name}@{}: {}",
                    entry.digest.short(),
                    shown(&reference, folder)
                ));
            }
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    external@sha256:30cc0c708132: it is not an image: it is an artifact of type application/example.sbom
    external@sha256:70a9aadde0b5: it is not an image: its index lists only attestations, signatures or other artifacts
    external@sha256:c46d306320ae: it is not an image: it is an artifact of type application/example.sbom
    testrepo@sha256:119b4a63feed: 1 layers
    testrepo@sha256:87144634443f: 1 layers
    testrepo@sha256:caf692c7d56c: 1 layers
    testrepo@sha256:7ceb9b6bcc27: 2 layers
    testrepo@sha256:dfae8f425735: 3 layers
    testrepo@sha256:6fe828b32b9b: 5 layers
    testrepo@sha256:43089316cfee: it is not an image: it has a layer of type application/vnd.example.build-type+json
    testrepo@sha256:d91043439162: it is not an image: it has a layer of type application/vnd.example.build-type+json
    testrepo@sha256:4351e6ebc634: it is not an image: its index lists only attestations, signatures or other artifacts
    testrepo@sha256:0484e93c23cd: it is not an image: it is an artifact of type application/example.sbom
    testrepo@sha256:955b8a891713: it is not an image: its index lists only attestations, signatures or other artifacts
    testrepo@sha256:741132f956e1: it is not an image: it is an artifact of type application/example.signature
    testrepo@sha256:41d51f3b861a: it is not an image: its index lists only attestations, signatures or other artifacts
    testrepo@sha256:98291b121cf5: it is not an image: its index lists only attestations, signatures or other artifacts
    testrepo@sha256:7ee385b1056d: it is not an image: its index lists only attestations, signatures or other artifacts
    testrepo@sha256:2a25aa502b51: it is not an image: it is an artifact of type application/example.layers
    testrepo@sha256:df85221e1519: it has no image for linux/amd64, this machine's platform, and several others
    testrepo@sha256:905693978d03: it is not an image: it is an artifact of type application/example
    testrepo@sha256:6fe828b32b9b: 5 layers
    testrepo@sha256:8e54c6754f08: it is not an image: it is an artifact of type application/example.child
    testrepo@sha256:d69399e05204: it is not an image: it is an artifact of type application/example.child
    testrepo@sha256:fdc0d9052a90: it is not an image: its index lists only attestations, signatures or other artifacts
    testrepo@sha256:0514ce64171e: it is not an image: it is an artifact of type application/example.mirror
    testrepo@sha256:0514ce64171e: it is not an image: it is an artifact of type application/example.mirror
    testrepo@sha256:819ff4564a5d: it is not an image: it is an artifact of type application/example.sbom
    testrepo@sha256:ad460bc30198: it is not an image: it is an artifact of type application/example.sbom
    test_gc_image_unknown_mediatype@sha256:325899857025: layout it has no blobs/sha256/32589985702551b6c56033bb3334432a0a513bf9d6aceda0f67c42b003850720
    test_gc_index@sha256:eebff607b162: 1 layers
    test_gc_index@sha256:05f95b26ed10: 1 layers
    test_gc_index@sha256:2b29a2b8dea3: 1 layers
    test_index@sha256:eebff607b162: 1 layers
    test_index@sha256:325899857025: 1 layers
    test_index@sha256:05f95b26ed10: 1 layers
    test_index@sha256:2b29a2b8dea3: 1 layers
    test_index_media_type@sha256:b544f71ecd82: it is not an image: it is an artifact of type application/vnd.cncf.helm.config.v1+json
    test_index_one_image@sha256:98ceaf93e482: 1 layers
    delete_image_multiple_images@sha256:a2f798327b3f: 1 layers
    delete_image_multiple_images@sha256:a2f798327b3f: 1 layers
    delete_image_multiple_images@sha256:93cbd11a4f41: 1 layers
    delete_image_multiple_images@sha256:93cbd11a4f41: 1 layers
    delete_image_multiple_images@sha256:5b2aba4d3c27: 1 layers
    delete_image_multiple_images@sha256:861d3c014b0e: 1 layers
    delete_image_multiple_images@sha256:0dc27f36a618: it is damaged: document sha256:913cf3a39d377faf89ed388ad913a318a390488c9f34c46e43424795cdabffe8 should have 585 bytes and has 584
    delete_image_only_one_image@sha256:eaa95f3cfaac: it is damaged: document sha256:a527179158cd5cebc11c152b8637b47ce96c838ba2aa0de66d14f45cedc11423 should have 585 bytes and has 740
    delete_image_shared_blobs_dir@sha256:eaa95f3cfaac: layout it has no blobs/sha256/eaa95f3cfaac07c8a5153eb77c933269586ad0226c83405776be08547e4d2a18
    delete_image_two_identical_references@sha256:49d1584496c6: 1 layers
    delete_image_two_identical_references@sha256:ecfa463536cb: 1 layers
    manifest@sha256:84afb6189c4d: could not open layout it: no oci-layout there
    name_lookups@sha256:aaaaaaaaaaaa: could not open layout it: no oci-layout there
    name_lookups@sha256:bbbbbbbbbbbb: could not open layout it: no oci-layout there
    name_lookups@sha256:cccccccccccc: could not open layout it: no oci-layout there
    name_lookups@sha256:dddddddddddd: could not open layout it: no oci-layout there
    name_lookups@sha256:eeeeeeeeeeee: could not open layout it: no oci-layout there
    two_images_manifest@sha256:e692418e4cba: could not open layout it: no oci-layout there
    two_images_manifest@sha256:5b0bcabd1ed2: could not open layout it: no oci-layout there
    "#);
}

#[test]
fn manifests() {
    let mut lines = Vec::new();
    for folder in ["manifest", "image"] {
        let folder = format!("containers-image/internal/{folder}");
        let Some(files) = fixtures(&folder, ".json") else { return };
        for (name, path) in files {
            let what = match Document::parse(&fs::read(path).unwrap()) {
                Ok(Document::Index(entries)) => {
                    let platforms: Vec<_> = (entries.iter())
                        .map(|entry| entry.platform().map_or("none".into(), |own| own.to_string()))
                        .collect();
                    format!("index of {}", platforms.join(" "))
                }
                Ok(Document::Manifest(manifest)) => {
                    let odd = manifest.layers.iter().any(|layer| !layer.could_be_layer());
                    let artifact = !manifest.config.could_be_image_config();
                    let kind = if odd || artifact { "artifact" } else { "manifest" };
                    format!("{kind} of {}", manifest.layers.len())
                }
                Ok(Document::Schema1) => "schema 1".into(),
                Err(reason) => reason,
            };
            lines.push(format!("{name}: {what}"));
        }
    }
    lines.dedup();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    non-json.manifest.json: it is not JSON: expected value at line 1 column 1
    oci1.index.everything.json: index of B/A/E
    oci1.index.zstd-selection.json: index of linux/amd64 linux/amd64 linux/arm64 linux/arm64 linux/s390x linux/amd64
    oci1.index.zstd-selection2.json: index of linux/amd64 linux/amd64 linux/amd64 linux/arm64 none none none linux/arm64 linux/amd64 linux/amd64
    oci1index.json: index of linux/ppc64le linux/amd64 linux/arm64
    ocilist-variants.json: index of linux/amd64 linux/arm/v7 linux/arm/v6 linux/arm/v6 linux/arm/unrecognized-present linux/arm/v7
    ociv1.artifact.json: it does not say what it should: `` is not a digest; one looks like sha256: and 64 hexadecimal digits at line 6 column 16
    ociv1.image.index.json: index of linux/ppc64le linux/amd64
    ociv1.manifest.json: manifest of 3
    ociv1nomime.artifact.json: it does not say what it should: `` is not a digest; one looks like sha256: and 64 hexadecimal digits at line 5 column 16
    ociv1nomime.image.index.json: index of linux/ppc64le linux/amd64
    ociv1nomime.manifest.json: manifest of 3
    schema2-to-schema1-by-docker.json: it is not JSON: expected value at line 1 column 1
    schema2list-variants.json: index of linux/amd64 linux/arm/v6 linux/arm/unrecognized-present linux/arm/v7
    schema2list.json: index of linux/amd64 linux/arm/v5 linux/arm/v6 linux/arm64 linux/386 linux/ppc64le linux/s390x
    unknown-version.manifest.json: it has neither `manifests` nor `config` and `layers`
    v2list.everything.json: index of b/a/e
    v2list.manifest.json: index of linux/ppc64le linux/amd64 linux/s390x linux/arm/armv7 linux/arm64/armv8
    v2s1-invalid-signatures.manifest.json: schema 1
    v2s1-unsigned.manifest.json: schema 1
    v2s1.manifest.json: schema 1
    v2s2.manifest.json: manifest of 3
    v2s2nomime.manifest.json: manifest of 0
    oci1-all-media-types-config.json: it does not say what it should: missing field `digest` at line 34 column 5
    oci1-all-media-types-to-schema2-config.json: it does not say what it should: missing field `digest` at line 34 column 5
    oci1-all-media-types-to-schema2.json: manifest of 6
    oci1-all-media-types.json: manifest of 6
    oci1-artifact.json: artifact of 5
    oci1-config-extra-fields.json: it does not say what it should: missing field `digest` at line 36 column 5
    oci1-config.json: it does not say what it should: missing field `digest` at line 1 column 841
    oci1-extra-config-fields.json: manifest of 5
    oci1-invalid-media-type.json: manifest of 1
    oci1-to-schema1.json: schema 1
    oci1-to-schema2-config.json: it does not say what it should: missing field `digest` at line 1 column 841
    oci1-to-schema2.json: manifest of 5
    oci1.encrypted.json: manifest of 5
    oci1.json: manifest of 5
    schema1-for-oci-config.json: schema 1
    schema1-to-oci1-config.json: it does not say what it should: missing field `digest` at line 41 column 5
    schema1-to-oci1.json: it does not say what it should: invalid value: integer `-1`, expected u64 at line 6 column 18
    schema1-to-schema2-config.json: it does not say what it should: missing field `digest` at line 60 column 5
    schema1-to-schema2.json: it does not say what it should: invalid value: integer `-1`, expected u64 at line 6 column 18
    schema1.json: schema 1
    schema2-all-media-types-to-oci1.json: manifest of 5
    schema2-all-media-types.json: manifest of 5
    schema2-config.json: it does not say what it should: missing field `digest` at line 1 column 841
    schema2-invalid-media-type.json: manifest of 5
    schema2-to-oci1-config.json: it does not say what it should: missing field `digest` at line 20 column 5
    schema2-to-oci1.json: manifest of 5
    schema2-to-schema1-by-docker.json: schema 1
    schema2.json: manifest of 5
    "#);
}
