//! How long is waited between two tries, with nobody really waiting.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::{Digest, Reference};
use testkit::registry::{Fault, Registry};

use super::*;
use crate::Retry;

/// Opens `shop:1` while these faults happen to its manifest, and tells the pauses in milliseconds.
fn check(faults: &[Fault], pauses: &[u128]) {
    let registry = Registry::start();
    registry.push("shop", "1", &testkit::image("//- /a\n"));
    for fault in faults {
        registry.fault("manifests/1", fault.clone());
    }
    let retry =
        Retry { times: 5, pause: Duration::from_millis(500), longest: Duration::from_secs(3) };
    let options = Options { retry, host: "linux/amd64".parse().unwrap(), ..Options::default() };
    let slept = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&slept);
    let sleep: Sleep = Box::new(move |pause| noted.lock().unwrap().push(pause.as_millis()));
    let Ok(Reference::Registry(reference)) = format!("{}/shop:1", registry.host()).parse() else {
        panic!("a registry's reference was expected");
    };
    let opened = open_with(&reference, &options, sleep);
    assert_eq!(opened.is_ok(), faults.len() <= 5);
    assert_eq!(*slept.lock().unwrap(), pauses);
}

fn answer(status: u16, headers: &'static str) -> Fault {
    Fault::Answer { status, headers, body: "" }
}

#[test]
fn pauses_double_up_to_the_longest() {
    let faults: Vec<Fault> = (0..6).map(|_| answer(502, "")).collect();
    check(&faults[..2], &[500, 1000]);
    check(&faults, &[500, 1000, 2000, 3000, 3000]);
}

#[test]
fn a_server_may_ask_for_a_longer_pause_but_not_for_any() {
    check(&[answer(429, "Retry-After: 2")], &[2000]);
    check(&[answer(429, "Retry-After: 0")], &[500]);
    check(&[answer(503, "Retry-After: 86400")], &[3000]);
    let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\nRetry-After: Sun, 06 Nov 1994 08:49:39 GMT";
    check(&[answer(429, date)], &[2000]);
}

/// Opens by a digest that nobody has, and waits for nothing.
fn open_at_once(host: String) -> Error {
    let digest = Some(Digest::Sha512(Box::new([0; 64])));
    let reference = RegistryReference { host, repository: "shop".into(), tag: None, digest };
    let sleep: Sleep = Box::new(|_| panic!("nothing here passes by waiting"));
    open_with(&reference, &Options::default(), sleep).err().unwrap()
}

#[test]
fn nobody_waits_for_a_last_word() {
    let registry = Registry::start();
    assert_eq!(open_at_once(registry.host()).kind(), model::ErrorKind::NotFound);
}

#[test]
fn nobody_waits_where_nobody_listens() {
    let host = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = open_at_once(host.to_string()).to_string();
    assert!(error.contains("cannot be reached: Connection refused"), "{error}");
}
