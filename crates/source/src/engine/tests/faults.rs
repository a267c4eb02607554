//! Engines that are not there, may not be asked, or do not answer as engines do.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;

use super::*;

/// Docker that gives this answer instead of an inspection.
#[track_caller]
fn check_answer(answer: &str, expect: &str) {
    let played = Played::start();
    played.expect("GET /_ping", DOCKER_PING);
    played.expect("GET /v1.41/images/shop:1/json", answer);
    check("docker:shop:1", &with_docker(&played), expect);
}

#[test]
fn an_image_that_the_engine_has_not_is_missing() {
    check_answer(
        "404\n\n{\"message\":\"No such image: shop:1\"}",
        "NotFound: Docker has no image shop:1\nhint: `docker images` lists what it has; registry:NAME means one in a registry",
    );
}

#[test]
fn a_name_that_cannot_be_one_is_not_asked_for() {
    let played = Played::start();
    for name in ["../../containers/x", "a//b", "a b", "a\u{1b}[1m"] {
        let error = crate::engine::open(Engine::Docker, name, "docker:x", &with_docker(&played));
        let error = told(&error.err().unwrap());
        assert!(error.contains("is no name of an image"), "{error}");
    }
    // What means something in an address is written so that it means nothing there.
    played.expect("GET /_ping", DOCKER_PING);
    played.expect("GET /v1.41/images/shop%3Fall%3D1%23x/json", "404");
    let error =
        crate::engine::open(Engine::Docker, "shop?all=1#x", "docker:x", &with_docker(&played));
    assert_eq!(error.err().unwrap().kind(), model::ErrorKind::NotFound);
}

#[test]
fn a_socket_that_is_not_there_is_named() {
    check(
        "docker:shop:1",
        &options(&[]),
        "Unavailable: Docker cannot be asked for docker:shop:1: nobody said where it listens\nhint: is Docker running? `docker save` writes archives, which can be read without it",
    );
    let gone = [(Engine::Docker, "unix:///nowhere/docker.sock")];
    check(
        "docker:shop:1",
        &options(&gone),
        "Unavailable: Docker cannot be asked for docker:shop:1: there is no socket SOCKET\nhint: is Docker running? `docker save` writes archives, which can be read without it",
    );
    check(
        "podman:shop:1",
        &options(&gone),
        "Unavailable: Podman cannot be asked for podman:shop:1: nobody said where it listens\nhint: is Podman running? `podman save` writes archives, which can be read without it",
    );
}

#[test]
fn a_socket_that_nobody_listens_at_any_more_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("engine.sock");
    drop(UnixListener::bind(&path).unwrap());
    let address = format!("unix://{}", path.display());
    check(
        "docker:shop:1",
        &options(&[(Engine::Docker, &address)]),
        "Unavailable: Docker cannot be asked at SOCKET: nobody listens there\nhint: is Docker running?",
    );
}

#[test]
fn a_socket_that_is_closed_to_the_user_says_who_may() {
    let played = Played::start();
    let path = played.path();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o000)).unwrap();
    if std::os::unix::net::UnixStream::connect(&path).is_ok() {
        eprintln!("skipped: this user (root?) may ask at any socket");
        return;
    }
    check(
        "docker:shop:1",
        &with_docker(&played),
        "Denied: Docker cannot be asked: SOCKET is closed to this user\nhint: the socket's group may ask (`ls -l` shows which one it is); so may root",
    );
}

#[test]
fn an_engine_that_stays_silent_is_not_waited_for_for_ever() {
    let played = Played::start();
    played.expect("GET /_ping", "silence");
    let brief = Options { timeout: Duration::from_millis(200), ..with_docker(&played) };
    check(
        "docker:shop:1",
        &brief,
        "Unavailable: Docker cannot be asked at SOCKET: it did not answer within 0.2 s\nhint: is Docker running?",
    );
}

#[test]
fn an_answer_that_breaks_off_is_none() {
    check_answer(
        "200 cut=7\n\n{\"Id\":\"sha256:0\"}",
        "Unavailable: Docker broke off while it said what docker:shop:1 is: Peer disconnected",
    );
    check_answer(
        "200 cut=7\nTransfer-Encoding: chunked\n\n{\"Id\":\"sha256:0\"}",
        "Unavailable: Docker broke off while it said what docker:shop:1 is: Peer disconnected",
    );
}

#[test]
fn an_answer_that_is_no_description_of_an_image_is_refused() {
    check_answer(
        "200\n\n<html>",
        "Corrupt: Docker cannot be understood when it says what docker:shop:1 is: it is not JSON: expected value at line 1 column 1\nhint: is it a container engine that answers there?",
    );
    check_answer(
        "200\n\n{}",
        "Corrupt: Docker cannot be understood when it says what docker:shop:1 is: it does not say what it should: missing field `Id` at line 1 column 2\nhint: is it a container engine that answers there?",
    );
    check_answer(
        "200\n\n{\"Id\":\"x\",\"RootFS\":{\"Layers\":[\"sha256:../../x\"]}}",
        "Corrupt: Docker cannot be understood when it says what docker:shop:1 is: it does not say what it should: `sha256:../../x` is not a digest; one looks like sha256: and 64 hexadecimal digits at line 1 column 48\nhint: is it a container engine that answers there?",
    );
    check_answer(
        "500\n\n{\"message\":\"the disk \\u001b[31mis full\"}",
        "Unavailable: Docker did not say what docker:shop:1 is: it answered 500 Internal Server Error (the disk \\u{1b}[31mis full)",
    );
    check_answer(
        "403\n\n{\"message\":\"authorization denied by plugin\"}",
        "Denied: Docker did not say what docker:shop:1 is: it answered 403 Forbidden (authorization denied by plugin)\nhint: the engine is set up to refuse this",
    );
    check_answer(
        "301\nLocation: http://h.io/\n\n",
        "Unavailable: Docker did not say what docker:shop:1 is: it answered 301 Moved Permanently",
    );
}

#[test]
fn an_answer_larger_than_any_description_is_not_read() {
    let played = Played::start();
    played.expect("GET /_ping", DOCKER_PING);
    let long = format!("200\nTransfer-Encoding: chunked\n\n{{\"Id\":\"{}\"}}", "a".repeat(5000));
    played.expect("GET /v1.41/images/shop:1/json", &long);
    let narrow = Options { document_limit: 1000, ..with_docker(&played) };
    check(
        "docker:shop:1",
        &narrow,
        "Limit: Docker's answer, what docker:shop:1 is, is larger than 1000 bytes, the most for a document",
    );
}

#[test]
fn whoever_speaks_no_http_is_no_engine() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("engine.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let speaker = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // Who closes without having listened breaks the connection instead.
        let _ = stream.read(&mut [0; 1000]).unwrap();
        stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
    });
    let address = format!("unix://{}", path.display());
    check(
        "docker:shop:1",
        &options(&[(Engine::Docker, &address)]),
        "Unavailable: Docker cannot be asked at SOCKET: it does not answer as an engine: http parse fail: invalid HTTP version\nhint: is Docker running?",
    );
    speaker.join().unwrap().unwrap();
}

#[test]
fn an_image_of_another_platform_is_refused() {
    let played = Played::start();
    played.expect_image("shop:1", &testkit::image("//- platform linux/arm64\n//- /a\n"));
    let options = Options { platform: "linux/amd64".parse().ok(), ..with_docker(&played) };
    check(
        "docker:shop:1",
        &options,
        "NotFound: docker:shop:1 has no image for linux/amd64\nhint: it is one image, for linux/arm64; say --platform linux/arm64 or none at all",
    );
}
