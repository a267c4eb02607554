//! Images of the engines of this machine, as a user meets them. The engine is played; none that is really there is asked.

use std::path::Path;

use testkit::engine::{Engine, id};

use crate::{Run, command};

/// Runs the program with kept facts, this Docker, and no Podman.
#[track_caller]
fn told(folder: &Path, address: &str, arguments: &[&str]) -> Run {
    let run = asked(folder, address, arguments);
    assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.stderr);
    run
}

fn asked(folder: &Path, address: &str, arguments: &[&str]) -> Run {
    let mut command = command(folder, arguments);
    command
        .env("PENTIMENTO_CACHE", folder.join("cache"))
        .env("DOCKER_HOST", address)
        .env("CONTAINER_HOST", "unix:///nowhere/podman.sock");
    Run::of(&command.output().unwrap())
}

fn short(image: &testkit::Image) -> String {
    id(image)[..19].into()
}

#[test]
fn what_is_kept_of_an_engines_image_is_not_exported_again() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = testkit::demo();
    // A request that is not listed here, like a second export, fails the test.
    let docker = Engine::start();
    docker.expect_image("shop:1.4", &old);
    docker.expect_export(&old);
    docker.expect_export(&old);
    let first = told(folder.path(), &docker.address(), &["analyze", "docker:shop:1.4"]);
    docker.expect_image("shop:1.4", &old);
    let second = told(folder.path(), &docker.address(), &["analyze", "docker:shop:1.4"]);
    assert_eq!(first.stdout, second.stdout);

    docker.expect_image("shop:1.5", &new);
    docker.expect_export(&new);
    docker.expect_export(&new);
    let both = ["diff", "shop:1.4", "docker:shop:1.5"];
    let diff = told(folder.path(), &docker.address(), &both);
    let archives = ["old", "new"].map(|name| folder.path().join(format!("{name}.tar")));
    testkit::write_docker_archive(&archives[0], &[(&old, &[])]);
    testkit::write_docker_archive(&archives[1], &[(&new, &[])]);
    let of_archives =
        ["diff", "docker-archive:old.tar", "docker-archive:new.tar", "--format", "json"];
    let of_archives = told(folder.path(), "", &of_archives);
    let of_kept = ["diff", "shop:1.4", "shop:1.5", "--format", "json", "--offline"];
    let of_kept = told(folder.path(), "", &of_kept);
    assert!(diff.stdout.contains("openssl"), "{}", diff.stdout);
    let without_images = |run: &Run| {
        let mut json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        for side in ["old", "new"] {
            json[side]["reference"].take();
        }
        json
    };
    assert_eq!(without_images(&of_kept), without_images(&of_archives));
}

#[test]
fn an_image_that_was_asked_for_by_its_id_is_called_as_the_engine_calls_it() {
    let (old, _) = testkit::demo();
    let start = id(&old)["sha256:".len()..][..12].to_owned();
    for asked in [format!("docker:{start}"), start.clone()] {
        let folder = tempfile::tempdir().unwrap();
        let docker = Engine::start();
        let mut inspected = testkit::engine::inspected(&old);
        inspected["RepoTags"] = serde_json::json!(["shop:1.4", "shop:stable", "<none>:<none>"]);
        docker.expect("GET /_ping", "200\nApi-Version: 1.41\n\nOK");
        let json = format!("GET /v1.41/images/{start}/json");
        docker.expect(&json, &format!("200\n\n{inspected}"));
        docker.expect(&format!("GET /v1.41/images/{}/history", id(&old)), "200\n\n[]");
        docker.expect_export(&old);
        docker.expect_export(&old);
        told(folder.path(), &docker.address(), &["analyze", &asked]);
        let names = ["shop:1.4", "shop:stable", "docker:shop:1.4", "docker:shop:stable"];
        for name in &names {
            told(folder.path(), "", &["show", name]);
        }
        let images = told(folder.path(), "", &["images", "--format", "json"]).stdout;
        let images: serde_json::Value = serde_json::from_str(&images).unwrap();
        assert_eq!(images["images"][0]["names"].as_array().unwrap().len(), names.len(), "{images}");
    }
}

#[test]
fn a_bare_name_that_an_engine_has_is_not_looked_for_in_a_registry() {
    let folder = tempfile::tempdir().unwrap();
    let (old, _) = testkit::demo();
    let docker = Engine::start();
    docker.expect_image("shop:1.4", &old);
    docker.expect_export(&old);
    docker.expect_export(&old);
    let run = told(folder.path(), &docker.address(), &["analyze", "shop:1.4", "--no-cache"]);
    let line = format!("shop:1.4: in Docker ({})\n", short(&old));
    assert_eq!(run.stderr, line);
}

#[test]
fn an_engine_that_does_not_answer_is_a_warning_for_a_bare_name_and_an_error_for_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let (old, _) = testkit::demo();
    let registry = testkit::registry::Registry::start();
    registry.push("shop", "1.4", &old);
    let name = format!("{}/shop:1.4", registry.host());
    let docker = Engine::start();
    docker.expect("GET /_ping", "500\n\n{\"message\":\"not now\"}");
    let run = told(folder.path(), &docker.address(), &["analyze", &name]);
    let warning =
        "Docker did not say whether it is there: it answered 500 Internal Server Error (not now)";
    assert!(run.stderr.contains(&format!("warning: {warning}\n")), "{}", run.stderr);

    docker.expect("GET /_ping", "500\n\n{\"message\":\"not now\"}");
    let run = asked(folder.path(), &docker.address(), &["analyze", "docker:shop:1.4"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains(warning), "{}", run.stderr);
}

#[test]
fn another_machine_is_not_asked() {
    let folder = tempfile::tempdir().unwrap();
    let run = asked(folder.path(), "ssh://shop@h.io", &["analyze", "docker:shop:1.4"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("could not ask an engine at ssh://shop@h.io"), "{}", run.stderr);
}
