//! What can go wrong between here and a registry that is willing.

use std::time::Duration;

use source::Options;
use testkit::registry::Fault;

use crate::{check, check_requests, image, options, shop};

fn status(status: u16) -> Fault {
    Fault::Answer { status, headers: "", body: "" }
}

fn layer(place: usize) -> String {
    image().blobs()[place].0.to_string()
}

#[test]
fn what_passes_is_tried_again() {
    let registry = shop();
    registry.fault("manifests", status(500));
    registry.fault("manifests", Fault::Answer { status: 429, headers: "Retry-After: 1", body: "" });
    registry.fault(&layer(0), Fault::CutAfter(3));
    registry.fault(&layer(1), status(503));
    check(&registry, "shop:1.5", &options(), "2 layers");
}

#[test]
fn what_does_not_pass_is_given_up() {
    let registry = shop();
    for _ in 0..2 {
        registry.fault("manifests", status(500));
    }
    let body = r#"{"errors":[{"code":"UNAVAILABLE","message":"in maintenance"}]}"#;
    registry.fault("manifests", Fault::Answer { status: 503, headers: "", body });
    check(
        &registry,
        "shop:1.5",
        &options(),
        "Unavailable: could not fetch the manifest of HOST/shop:1.5: \
         HOST answered 503 Service Unavailable (in maintenance)",
    );
}

#[test]
fn what_is_a_refusal_is_not_tried_again() {
    let registry = shop();
    registry.fault("manifests", status(418));
    check(
        &registry,
        "shop:1.5",
        &options(),
        "Unavailable: could not fetch the manifest of HOST/shop:1.5: HOST answered 418 I'm a teapot",
    );
    assert_eq!(registry.requests().len(), 1);
}

#[test]
fn a_cut_blob_goes_on_where_it_was_cut() {
    let registry = shop();
    registry.fault(&layer(2), Fault::CutAfter(20_000));
    registry.fault(&layer(2), Fault::CutAfter(1_000));
    check(&registry, "shop:1.5", &options(), "2 layers");
    let last = image().blobs()[2].1.len() - 1;
    check_requests(
        &registry,
        &[
            "GET /v2/shop/manifests/1.5",
            "GET /v2/shop/blobs/CONFIG",
            "GET /v2/shop/blobs/LAYER1",
            "GET /v2/shop/blobs/LAYER2",
            &format!("GET /v2/shop/blobs/LAYER2 bytes 20000-{last}"),
            &format!("GET /v2/shop/blobs/LAYER2 bytes 21000-{last}"),
        ],
    );
}

#[test]
fn a_server_without_ranges_sends_the_whole_again() {
    let registry = shop();
    registry.fault(&layer(2), Fault::CutAfter(20_000));
    registry.fault(&layer(2), Fault::WholeInstead);
    check(&registry, "shop:1.5", &options(), "2 layers");
}

#[test]
fn another_range_than_the_one_asked_for_is_refused() {
    let registry = shop();
    registry.fault(&layer(2), Fault::CutAfter(20_000));
    registry.fault(&layer(2), Fault::OtherRange);
    check(
        &registry,
        "shop:1.5",
        &options(),
        "Corrupt: could not read layer 2 of HOST/shop (LAYER2): HOST sends another part of it than was asked for\n\
         hint: the registry or a proxy before it serves a damaged copy; nothing of it was kept",
    );
}

#[test]
fn a_range_that_is_refused_ends_the_blob() {
    let registry = shop();
    registry.fault(&layer(2), Fault::CutAfter(20_000));
    registry.fault(&layer(2), status(416));
    check(
        &registry,
        "shop:1.5",
        &options(),
        "Unavailable: could not fetch layer 2 of HOST/shop: HOST answered 416 Range Not Satisfiable",
    );
}

#[test]
fn a_server_that_cuts_every_connection_is_given_up() {
    let registry = shop();
    for _ in 0..3 {
        registry.fault(&layer(2), Fault::CutAfter(100));
    }
    check(
        &registry,
        "shop:1.5",
        &options(),
        "Unavailable: could not read layer 2 of HOST/shop: HOST broke off after 300 bytes: Peer disconnected",
    );
}

#[test]
fn a_server_that_falls_silent_is_asked_again() {
    let registry = shop();
    let impatient = Options { timeout: Duration::from_millis(250), ..options() };
    registry.fault(&layer(1), Fault::Silence);
    check(&registry, "shop:1.5", &impatient, "2 layers");
    for _ in 0..3 {
        registry.fault("manifests", Fault::Silence);
    }
    check(
        &registry,
        "shop:1.5",
        &impatient,
        "Unavailable: could not fetch the manifest of HOST/shop:1.5: HOST did not answer within 0.25 s",
    );
}

#[test]
fn wrong_bytes_are_not_believed() {
    let registry = shop();
    registry.fault("manifests", Fault::WrongByte);
    let shown = crate::read(&registry, "shop:1.5", &options()).unwrap_err().to_string();
    let shown = crate::plain(&registry, &shown);
    let expect = "could not read the manifest of HOST/shop:1.5: its bytes are not what MANIFEST promises (got ";
    assert!(shown.starts_with(expect), "{shown}");
    registry.fault(&layer(0), Fault::WrongByte);
    let error = crate::read(&registry, "shop:1.5", &options()).unwrap_err();
    assert_eq!(error.kind(), model::ErrorKind::Corrupt);
    // Layers are verified where they are read.
    registry.fault(&layer(1), Fault::WrongByte);
    let expect = "2 layers, layer 1 is not what its digest promises";
    check(&registry, "shop:1.5", &options(), expect);
}

#[test]
fn a_blob_of_another_size_is_refused() {
    let registry = shop();
    registry.fault(&layer(1), Fault::ClaimedLength(7));
    let size = image().blobs()[1].1.len();
    check(
        &registry,
        "shop:1.5",
        &options(),
        &format!(
            "Corrupt: could not read layer 1 of HOST/shop (LAYER1): it should have {size} bytes, and HOST sends 7\n\
             hint: the registry or a proxy before it serves a damaged copy; nothing of it was kept"
        ),
    );
}

#[test]
fn documents_have_a_limit() {
    let registry = shop();
    let small = Options { document_limit: 2000, ..options() };
    let expect =
        "Limit: the manifest of HOST/shop:1.5 is larger than 2000 bytes, the most for a document";
    registry.fault("manifests", Fault::ClaimedLength(u64::MAX));
    check(&registry, "shop:1.5", &small, expect);
    registry.fault("manifests", Fault::Endless(200));
    check(&registry, "shop:1.5", &small, expect);
    assert_eq!(registry.requests().len(), 2);
}

#[test]
fn a_refusal_without_an_end_is_not_read_to_its_end() {
    let registry = shop();
    for _ in 0..3 {
        registry.fault("manifests", Fault::Endless(500));
    }
    check(
        &registry,
        "shop:1.5",
        &options(),
        "Unavailable: could not fetch the manifest of HOST/shop:1.5: HOST answered 500 Internal Server Error",
    );
    registry.fault(&layer(1), Fault::Endless(400));
    check(
        &registry,
        "shop:1.5",
        &options(),
        "Unavailable: could not fetch layer 1 of HOST/shop: HOST answered 400 Bad Request\n\
         hint: it was spoken to over plain HTTP; if it wants TLS on a loopback address, use port 443 or this machine's name",
    );
}
