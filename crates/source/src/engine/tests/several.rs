//! Several engines, and engines that have an image for several platforms.

use serde_json::json;
use testkit::engine::{id, inspected};

use super::*;

fn image(text: &str) -> testkit::Image {
    testkit::image(&format!("//- /a\n{text}\n"))
}

/// What a bare `shop:1` is found to be.
fn found(options: &Options) -> String {
    let local = local("shop:1", options);
    let mut shown = local.image.as_ref().map_or("nobody has it".into(), shown);
    for notice in local.notices {
        write!(shown, "\nwarning: {}", notice.text).unwrap();
    }
    for (socket, name) in options.engines.iter().zip(["FIRST", "SECOND"]) {
        shown = shown.replace(&socket.address, name);
    }
    shown
}

#[test]
fn docker_is_asked_before_podman() {
    let (docker, podman) = (Played::start(), Played::start());
    docker.expect_image("shop:1", &image("docker's"));
    // However the sockets are ordered, and Podman is not even asked.
    let engines = [(Engine::Podman, &*podman.address()), (Engine::Docker, &*docker.address())];
    let short = &id(&image("docker's"))[..19];
    assert_eq!(found(&options(&engines)), format!("docker:shop:1 {short} 1 layers"));
}

#[test]
fn podman_is_asked_where_docker_has_no_such_image() {
    let (docker, podman) = (Played::start(), recorded_podman("shop:1"));
    docker.expect("GET /_ping", DOCKER_PING);
    docker.expect("GET /v1.41/images/shop:1/json", "404");
    let engines = [(Engine::Docker, &*docker.address()), (Engine::Podman, &*podman.address())];
    let found = found(&options(&engines));
    assert!(found.starts_with("podman:shop:1 sha256:d5882a4ac509 2 layers"), "{found}");
}

#[test]
fn an_engine_that_does_not_answer_is_a_warning_and_the_next_one_is_asked() {
    let (docker, podman) = (Played::start(), recorded_podman("shop:1"));
    docker.expect("GET /_ping", "500\n\n{\"message\":\"not now\"}");
    let engines = [(Engine::Docker, &*docker.address()), (Engine::Podman, &*podman.address())];
    let found = found(&options(&engines));
    assert!(found.starts_with("podman:shop:1 sha256:d5882a4ac509 2 layers"), "{found}");
    assert!(
        found.ends_with(
            "\nwarning: Docker did not say whether it is there: it answered 500 Internal Server Error (not now)"
        ),
        "{found}"
    );
}

#[test]
fn where_no_engine_is_nobody_is_warned() {
    let engines = [(Engine::Docker, "unix:///nowhere/a"), (Engine::Podman, "unix:///nowhere/b")];
    assert_eq!(found(&options(&engines)), "nobody has it");
    assert_eq!(found(&options(&[])), "nobody has it");
}

#[test]
fn the_second_socket_of_an_engine_is_asked_where_the_first_has_no_such_image() {
    let (user, machine) = (Played::start(), Played::start());
    user.expect("GET /_ping", DOCKER_PING);
    user.expect("GET /v1.41/images/shop:1/json", "404");
    machine.expect_image("shop:1", &image("all users'"));
    let engines = [(Engine::Docker, &*user.address()), (Engine::Docker, &*machine.address())];
    let short = &id(&image("all users'"))[..19];
    assert_eq!(found(&options(&engines)), format!("docker:shop:1 {short} 1 layers"));
}

/// What Docker says since 28 of an image that it keeps as registries do.
fn described(image: &testkit::Image, index: char) -> String {
    let index = format!("sha256:{}", index.to_string().repeat(64));
    let mut said = inspected(image);
    said["Id"] = json!(index);
    said["Descriptor"] = json!({
        "mediaType": "application/vnd.oci.image.index.v1+json", "digest": index, "size": 2
    });
    answer(&said.to_string())
}

#[test]
fn one_of_several_platforms_is_inspected_and_exported_as_that_one() {
    let arm = testkit::image("//- platform linux/arm64\n//- /a\narm\n");
    let index = format!("sha256:{}", "b".repeat(64));
    let platform = "platform=%7B%22architecture%22:%22arm64%22%2C%22os%22:%22linux%22%7D";
    let played = Played::start();
    played.expect("GET /_ping", "200\nApi-Version: 1.49\n\nOK");
    played.expect("GET /v1.49/images/shop:1/json", &described(&image("amd"), 'b'));
    played.expect(&format!("GET /v1.49/images/shop:1/json?{platform}"), &described(&arm, 'b'));
    played.expect(&format!("GET /v1.49/images/{index}/history?{platform}"), "200\n\n[]");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("image.tar");
    let plain = arm.clone().compressed(testkit::Compression::None);
    testkit::write_docker_archive_v25(&file, &[(&plain, &[])]);
    let get = format!("GET /v1.49/images/{index}/get?{platform}");
    played.expect_bytes(&get, "200", &std::fs::read(&file).unwrap());

    let options = Options { platform: "linux/arm64".parse().ok(), ..with_docker(&played) };
    let image = opened("docker:shop:1", &options);
    assert_eq!(shown(&image), "docker:shop:1 nobody 1 layers");
    assert_eq!(image.index_digest.as_ref().unwrap().to_string(), index);
    assert_eq!(image.platform.as_ref().unwrap().to_string(), "linux/arm64");
    assert_eq!(read(&image, &[0]), [0]);
}
