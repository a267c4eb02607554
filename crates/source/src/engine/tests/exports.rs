//! What is in an image: exported where somebody wants it, and never twice without need.

use std::io::Read as _;

use super::*;
use testkit::engine::id;

/// An image of three layers, the lowest of which is the largest.
fn image() -> testkit::Image {
    testkit::image("//- /big size=40000\n//- layer\n//- /a\none\n//- layer\n//- /a\ntwo\n")
}

fn inflated(bytes: &[u8]) -> Vec<u8> {
    let mut inflated = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut inflated).unwrap();
    inflated
}

type Write = fn(&Path, &[(&testkit::Image, &[&str])]);

/// What `write` writes of an image, as bytes.
fn written(write: Write, image: &testkit::Image) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("image.tar");
    write(&file, &[(image, &["shop:1"])]);
    std::fs::read(&file).unwrap()
}

/// An opened image of Docker that will be asked for this export so many times.
fn with_export(image: &testkit::Image, times: usize, head: &str, bytes: &[u8]) -> (Played, Image) {
    let played = Played::start();
    played.expect_image("shop:1", image);
    for _ in 0..times {
        played.expect_bytes(&format!("GET /v1.41/images/{}/get", id(image)), head, bytes);
    }
    let opened = opened("docker:shop:1", &with_docker(&played));
    (played, opened)
}

#[test]
fn an_image_is_opened_without_its_export() {
    // An export that nobody expects fails the test.
    let played = Played::start();
    played.expect_image("shop:1", &image());
    let opened = opened("docker:shop:1", &with_docker(&played));
    let diff_ids: Vec<_> = opened.layers.into_iter().map(|layer| layer.diff_id.unwrap()).collect();
    assert_eq!(diff_ids, image().diff_ids());
}

#[test]
fn an_export_of_podman_is_read_in_one_go() {
    let played = recorded_podman("shop:1.4");
    let get = format!("GET /v1.41/images/{PODMAN_ID}/get");
    played.expect_bytes(&get, "200\nTransfer-Encoding: chunked", &inflated(PODMAN_EXPORT));
    let options = options(&[(Engine::Podman, &played.address())]);
    assert_eq!(read(&opened("podman:shop:1.4", &options), &[0, 1]), [0, 1]);
}

#[test]
fn an_export_of_old_docker_is_asked_for_again_once_its_members_are_known() {
    // Its folders have names that tell nothing, and manifest.json stands at the end.
    let played = recorded_docker("shop:1.4");
    for _ in 0..2 {
        let get = format!("GET /v1.41/images/{DOCKER_ID}/get");
        played.expect_bytes(&get, "200\nTransfer-Encoding: chunked", &inflated(DOCKER_EXPORT));
    }
    let image = opened("docker:shop:1.4", &with_docker(&played));
    let mut seen = read(&image, &[0, 1, 2]);
    seen.sort_unstable();
    assert_eq!(seen, [0, 1, 2]);
}

#[test]
fn an_export_of_docker_25_names_layers_by_their_diff_ids() {
    let image = image().compressed(testkit::Compression::None);
    let bytes = written(testkit::write_docker_archive_v25, &image);
    let (_played, opened) = with_export(&image, 1, "200", &bytes);
    let mut seen = read(&opened, &[0, 1, 2]);
    seen.sort_unstable();
    assert_eq!(seen, [0, 1, 2]);
}

#[test]
fn only_wanted_layers_are_given_and_the_rest_is_not_waited_for() {
    let image = image().compressed(testkit::Compression::None);
    let bytes = written(testkit::write_docker_archive_v25, &image);
    let (_played, opened) = with_export(&image, 1, "200", &bytes);
    assert_eq!(read(&opened, &[1]), [1]);

    let (_played, opened) = with_export(&image, 1, "200", &bytes);
    let mut bytes = Vec::new();
    opened.layer(2).unwrap().read_to_end(&mut bytes).unwrap();
    assert_eq!(digests::sha256(&bytes), image.diff_ids()[2]);
}

/// The error of reading every layer.
fn failed(opened: &Image) -> String {
    let mut broken = None;
    let visited =
        opened.each_layer(&[0, 1, 2], &mut |_, blob| match blob.read_to_end(&mut Vec::new()) {
            Ok(_) => ControlFlow::Continue(()),
            Err(error) => {
                broken = Some(error.to_string());
                ControlFlow::Break(())
            }
        });
    broken.unwrap_or_else(|| visited.err().map_or("none".into(), |error| told(&error)))
}

#[test]
fn an_export_that_breaks_off_is_no_image() {
    let image = image().compressed(testkit::Compression::None);
    let bytes = written(testkit::write_docker_archive_v25, &image);
    for head in ["200 cut=20000", "200 cut=20000\nTransfer-Encoding: chunked"] {
        let (_played, opened) = with_export(&image, 1, head, &bytes);
        let error = failed(&opened);
        assert!(
            error.contains("Docker broke off while it said what is in docker:shop:1"),
            "{error}"
        );
    }
}

#[test]
fn an_export_of_something_else_is_refused() {
    let image = image();
    let other = written(testkit::write_docker_archive, &testkit::image("//- /other\n"));
    let (_played, opened) = with_export(&image, 1, "200", &other);
    assert_eq!(
        failed(&opened),
        "docker:shop:1 is damaged: what the engine exports is not the image that it told of\nhint: fetch or save the image again; nothing of this copy was kept"
    );

    let (_played, opened) = with_export(&image, 1, "200", b"<html>Welcome</html>");
    assert_eq!(
        failed(&opened),
        "the export of docker:shop:1 is no tar archive: it is a web page or another markup document\nhint: is it a container engine that answers there?"
    );

    let (_played, opened) = with_export(&image, 1, "200", b"");
    assert_eq!(
        failed(&opened),
        "the export of docker:shop:1 is no tar archive: it is empty\nhint: is it a container engine that answers there?"
    );

    let (_played, opened) = with_export(&image, 1, "500", br#"{"message":"no room is left"}"#);
    assert_eq!(
        failed(&opened),
        "Docker did not say what is in docker:shop:1: it answered 500 Internal Server Error (no room is left)"
    );
}
