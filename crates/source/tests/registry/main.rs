//! Reading from registries: one in memory that misbehaves as told, and a real one where it is installed.

#![cfg(test)]

mod doors;
mod faults;
mod hosts;
mod images;
mod real;

use std::io::Read as _;
use std::time::Duration;

use model::{Digest, Reference};
use source::{Error, Options, Retry};
use testkit::registry::Registry;

/// Options by which no pause takes long. The machine may be slow, so that silence has to be long.
fn options() -> Options {
    Options {
        host: "linux/amd64".parse().unwrap(),
        timeout: Duration::from_secs(20),
        retry: Retry {
            times: 2,
            pause: Duration::from_millis(1),
            longest: Duration::from_millis(3),
        },
        ..Options::default()
    }
}

/// A registry with one image of two layers, `shop:1.5`.
fn shop() -> Registry {
    let registry = Registry::start();
    registry.push("shop", "1.5", &image());
    registry
}

fn image() -> testkit::Image {
    testkit::image("//- layer\n//- /etc/motd\nwelcome\n//- layer\n//- /big size=40000\n")
        .compressed(testkit::Compression::None)
}

/// Opens an image of the registry and reads every layer.
fn read(registry: &Registry, name: &str, options: &Options) -> Result<String, Error> {
    read_all(&format!("{}/{name}", registry.host()), options)
}

/// Opens an image and reads every layer.
fn read_all(reference: &str, options: &Options) -> Result<String, Error> {
    let reference: Reference = reference.parse().unwrap();
    let image = source::open(&reference, options)?;
    let mut text = format!("{} layers", image.layers.len());
    for index in 0..image.layers.len() {
        let mut bytes = Vec::new();
        let result = image.layer(index)?.read_to_end(&mut bytes);
        if let Err(error) = result {
            // The stream's error carries ours.
            return Err(*error.into_inner().unwrap().downcast::<Error>().unwrap());
        }
        if Some(&testkit::digest(&bytes)) != image.layers[index].digest.as_ref() {
            text = format!("{text}, layer {} is not what its digest promises", index + 1);
        }
    }
    Ok(text)
}

/// Reads an image of the registry and compares what comes of it; see [`outcome`].
#[track_caller]
fn check(registry: &Registry, name: &str, options: &Options, expect: &str) {
    let shown = outcome(&format!("{}/{name}", registry.host()), options);
    assert_eq!(plain(registry, &shown), expect);
}

/// What comes of reading an image: a word about it, or the error's kind, text and hint.
fn outcome(reference: &str, options: &Options) -> String {
    match read_all(reference, options) {
        Ok(text) => text,
        Err(error) => match error.hint() {
            Some(hint) => format!("{:?}: {error}\nhint: {hint}", error.kind()),
            None => format!("{:?}: {error}", error.kind()),
        },
    }
}

/// The requests so far, a line each.
#[track_caller]
fn check_requests(registry: &Registry, expect: &[&str]) {
    let requests: Vec<_> =
        registry.requests().iter().map(|request| plain(registry, request)).collect();
    assert_eq!(requests, expect);
}

/// With HOST, CONFIG, MANIFEST, LAYER1 and LAYER2 for what is otherwise hard to read.
fn plain(registry: &Registry, text: &str) -> String {
    let image = image();
    let mut text = text.replace(&registry.host(), "HOST");
    let mut name = |digest: &Digest, name: &str| {
        text = text.replace(&digest.to_string(), name).replace(&digest.short(), name);
    };
    name(&image.manifest().1, "MANIFEST");
    for ((digest, _), label) in image.blobs().iter().zip(["CONFIG", "LAYER1", "LAYER2"]) {
        name(digest, label);
    }
    text
}
