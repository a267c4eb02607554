//! Images of engines that are played on a socket; no engine is needed, and none is ever asked.
//!
//! `recorded/` holds what real engines answered about one image, built from one Dockerfile of every instruction: Docker
//! 20.10.24 (API 1.41, storage driver vfs) and Podman 4.3.1 (API 1.41, libpod 4.3.1), each its inspection, its history
//! and, compressed, its export. What Docker says since version 25 (1.44: an OCI layout), since 27 (1.48: `Descriptor`,
//! a platform in the export) and since 28 (1.49: a platform in the inspection) was written from the documentation of its
//! API and not recorded.

mod exports;
mod faults;
mod several;

use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use model::{Engine, History, Settings};
use testkit::engine::Engine as Played;

use crate::testing::told;
use crate::{EngineSocket, Image, Options, digests, local, open};

const DOCKER_INSPECT: &str = include_str!("recorded/docker-inspect.json");
const DOCKER_HISTORY: &str = include_str!("recorded/docker-history.json");
const DOCKER_EXPORT: &[u8] = include_bytes!("recorded/docker.tar.gz");
const DOCKER_ID: &str = "sha256:164e640db3110a1c67b90dfea58de6ab99c944dd5cb8c2f7e2c7076a2a41ab2e";
const PODMAN_INSPECT: &str = include_str!("recorded/podman-inspect.json");
const PODMAN_LIBPOD: &str = include_str!("recorded/podman-libpod.json");
const PODMAN_EXPORT: &[u8] = include_bytes!("recorded/podman.tar.gz");
const PODMAN_ID: &str = "sha256:d5882a4ac5093aef669cf8feb4e8125d942380b43a2de901397881e45a71aa97";

const DOCKER_PING: &str = "200\nApi-Version: 1.41\n\nOK";
const PODMAN_PING: &str = "200\nApi-Version: 1.41\nLibpod-Api-Version: 4.3.1\n\nOK";

/// Options of a `linux/amd64` machine with these engines. The machine may be slow, so that silence has to be long.
fn options(engines: &[(Engine, &str)]) -> Options {
    let sockets =
        engines.iter().map(|&(engine, address)| EngineSocket { engine, address: address.into() });
    Options {
        host: "linux/amd64".parse().unwrap(),
        timeout: Duration::from_secs(20),
        engines: sockets.collect(),
        ..Options::default()
    }
}

/// Options of a machine with this Docker.
fn with_docker(played: &Played) -> Options {
    options(&[(Engine::Docker, &played.address())])
}

/// Docker with the image that was recorded, asked for by `name`.
fn recorded_docker(name: &str) -> Played {
    let played = Played::start();
    played.expect("GET /_ping", DOCKER_PING);
    played.expect(&format!("GET /v1.41/images/{name}/json"), &answer(DOCKER_INSPECT));
    played.expect(&format!("GET /v1.41/images/{DOCKER_ID}/history"), &answer(DOCKER_HISTORY));
    played
}

/// Podman with the image that was recorded, asked for by `name`.
fn recorded_podman(name: &str) -> Played {
    let played = Played::start();
    played.expect("GET /_ping", PODMAN_PING);
    played.expect(&format!("GET /v1.41/images/{name}/json"), &answer(PODMAN_INSPECT));
    let libpod = format!("GET /v4.3.1/libpod/images/{PODMAN_ID}/json");
    played.expect(&libpod, &answer(PODMAN_LIBPOD));
    played
}

fn answer(body: &str) -> String {
    format!("200\nContent-Type: application/json\n\n{body}")
}

fn opened(reference: &str, options: &Options) -> Image {
    open(&reference.parse().unwrap(), options).unwrap_or_else(|error| panic!("{}", told(&error)))
}

/// The image's ID and notices, or the error; the socket's address is shortened to `SOCKET`.
#[track_caller]
fn check(reference: &str, options: &Options, expect: &str) {
    let mut shown = match open(&reference.parse().unwrap(), options) {
        Ok(image) => shown(&image),
        Err(error) => format!("{:?}: {}", error.kind(), told(&error)),
    };
    for socket in &options.engines {
        shown = shown.replace(&socket.address, "SOCKET");
    }
    assert_eq!(shown, expect);
}

fn shown(image: &Image) -> String {
    let id = image.config_digest.as_ref().map_or_else(|| "nobody".into(), model::Digest::short);
    let mut shown = format!("{} {id} {} layers", image.reference, image.layers.len());
    for notice in &image.notices {
        write!(shown, "\nnotice: {}", notice.text).unwrap();
    }
    shown
}

/// Reads these layers in the order that they come by, each of which has to be what its diff-id promises.
fn read(image: &Image, wanted: &[usize]) -> Vec<usize> {
    let mut seen = Vec::new();
    let visited = image.each_layer(wanted, &mut |index, blob| {
        let mut bytes = Vec::new();
        blob.read_to_end(&mut bytes).unwrap();
        assert_eq!(Some(digests::sha256(&bytes)), image.layers[index].diff_id);
        seen.push(index);
        ControlFlow::Continue(())
    });
    visited.unwrap_or_else(|error| panic!("{}", told(&error)));
    seen
}

/// The settings that the configuration in an archive has, which is what an engine should tell as well.
fn in_archive(bytes: &[u8]) -> Settings {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("image.tar.gz");
    std::fs::write(&file, bytes).unwrap();
    let reference = format!("docker-archive:{}", Path::display(&file));
    opened(&reference, &options(&[])).settings
}

/// Docker's interface has whole seconds.
fn in_seconds(settings: Settings) -> Settings {
    let whole = |created: String| {
        created.split_once('.').map_or(created.clone(), |(seconds, _)| format!("{seconds}Z"))
    };
    let lines = settings.history.into_iter();
    let history = lines.map(|line| History { created: line.created.map(whole), ..line }).collect();
    Settings { history, ..settings }
}

#[test]
fn docker_tells_the_settings_that_the_configuration_has() {
    for name in ["shop:1.4", "164e640db311"] {
        let played = recorded_docker(name);
        let image = opened(&format!("docker:{name}"), &with_docker(&played));
        assert_eq!(
            shown(&image),
            format!(
                "docker:{name} sha256:164e640db311 3 layers\n\
                 notice: how the image was built is not told whole: of 2 lines of the history without a size 1 made a \
                 layer; the engine does not say which, the \
                 oldest are taken to be it"
            )
        );
        assert_eq!(image.platform.unwrap().to_string(), "linux/amd64");
        assert_eq!(image.created.unwrap(), "2026-11-24T00:34:08.075767969Z");
        assert_eq!(image.digest, None);
        assert_eq!(image.settings, in_seconds(in_archive(DOCKER_EXPORT)));
    }
}

#[test]
fn podman_tells_the_settings_that_the_configuration_has_but_for_two() {
    let played = recorded_podman("localhost/shop:1.4");
    let options = options(&[(Engine::Podman, &played.address())]);
    let image = opened("podman:localhost/shop:1.4", &options);
    let untold = |setting| {
        format!(
            "\nnotice: how the image was built is not told whole: Podman does not tell the setting `{setting}`, which an instruction of the history sets; `podman \
             save` writes an archive that has it"
        )
    };
    let notices = untold("shell") + &untold("onbuild");
    assert_eq!(
        shown(&image),
        format!("podman:localhost/shop:1.4 sha256:d5882a4ac509 2 layers{notices}")
    );
    let settings = Settings { shell: None, onbuild: Vec::new(), ..in_archive(PODMAN_EXPORT) };
    assert_eq!(image.settings, settings);
}
