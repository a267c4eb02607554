//! What registries hold: images, indexes, tags, and what is not there.

use model::Reference;
use testkit::registry::{Fault, Registry};

use crate::{check, check_requests, image, options, shop};

#[test]
fn an_image_is_read_with_one_request_for_each_thing() {
    let registry = shop();
    check(&registry, "shop:1.5", &options(), "2 layers");
    check_requests(
        &registry,
        &[
            "GET /v2/shop/manifests/1.5",
            "GET /v2/shop/blobs/CONFIG",
            "GET /v2/shop/blobs/LAYER1",
            "GET /v2/shop/blobs/LAYER2",
        ],
    );
}

#[test]
fn a_digest_wins_over_a_tag() {
    let registry = shop();
    let (_, digest, _) = image().manifest();
    check(&registry, &format!("shop:gone@{digest}"), &options(), "2 layers");
    assert_eq!(registry.requests()[0], format!("GET /v2/shop/manifests/{digest}"));
}

#[test]
fn a_platform_is_chosen_from_an_index() {
    let registry = Registry::start();
    let arm = testkit::image("//- platform linux/arm64\n//- /a\narm\n");
    registry.push_index("shop", "1", &[(&image(), "linux/amd64"), (&arm, "linux/arm64")]);
    check(&registry, "shop:1", &options(), "2 layers");
    let arm64 = source::Options { platform: "linux/arm64".parse().ok(), ..options() };
    check(&registry, "shop:1", &arm64, "1 layers");
    let requests = registry.requests();
    assert_eq!(requests[0], "GET /v2/shop/manifests/1");
    assert_eq!(requests[1], format!("GET /v2/shop/manifests/{}", image().manifest().1));
}

#[test]
fn a_tag_that_is_not_there_is_told_with_those_that_are() {
    let registry = shop();
    for tag in ["1.4", "1.10", "1.3", "0.9"] {
        registry.push("shop", tag, &image());
    }
    let expect = "NotFound: HOST/shop has no tag 1.6\nhint: it has 1.10, 1.5, 1.4 and 2 more";
    check(&registry, "shop:1.6", &options(), expect);
    registry.tags_by(2);
    check(&registry, "shop:1.6", &options(), expect);
    registry.tags_by(1);
    let expect = "NotFound: HOST/shop has no tag 1.6\nhint: it has 1.10, 1.5, 1.4 and 2 more";
    check(&registry, "shop:1.6", &options(), expect);
}

#[test]
fn a_repository_that_is_not_there_is_no_missing_tag() {
    let registry = shop();
    check(&registry, "shap:1.5", &options(), "NotFound: HOST/shap does not exist");
}

#[test]
fn tags_that_cannot_be_listed_only_take_the_hint_away() {
    let registry = shop();
    for _ in 0..3 {
        registry.fault("tags/list", Fault::Answer { status: 500, headers: "", body: "" });
    }
    let expect = "NotFound: HOST/shop has no tag 2\nhint: its tags cannot be listed";
    check(&registry, "shop:2", &options(), expect);
}

#[test]
fn all_tags_are_listed_page_by_page() {
    let registry = shop();
    for tag in ["1.4", "latest", "1.10"] {
        registry.push("shop", tag, &image());
    }
    registry.tags_by(1);
    let Ok(Reference::Registry(reference)) = format!("{}/shop", registry.host()).parse() else {
        panic!("a registry's reference was expected");
    };
    let tags = source::tags(&reference, &options()).unwrap();
    assert_eq!(tags, ["latest", "1.10", "1.5", "1.4"]);
}

#[test]
fn the_next_page_is_not_fetched_from_another_server() {
    let (registry, other) = (shop(), shop());
    let elsewhere = format!("Link: <http://{}/v2/shop/tags/list>; rel=\"next\"", other.host());
    registry.fault(
        "tags/list",
        Fault::Answer { status: 200, headers: elsewhere.leak(), body: r#"{"tags":["a"]}"# },
    );
    check(&registry, "shop:2", &options(), "NotFound: HOST/shop has no tag 2\nhint: it has a");
    assert_eq!(other.requests(), [""; 0]);
}

#[test]
fn a_missing_blob_is_named() {
    let registry = shop();
    let gone = || Fault::Answer { status: 404, headers: "", body: "" };
    registry.fault(&image().blobs()[0].0.to_string(), gone());
    check(
        &registry,
        "shop:1.5",
        &options(),
        "NotFound: could not fetch the configuration of HOST/shop: HOST has no CONFIG\n\
         hint: an index or a manifest names something that was deleted or never pushed",
    );
    registry.fault(&image().blobs()[2].0.to_string(), gone());
    check(
        &registry,
        "shop:1.5",
        &options(),
        "NotFound: could not read layer 2 of HOST/shop: HOST has no blob LAYER2\n\
         hint: its manifest names a blob that was deleted or never pushed",
    );
}

#[test]
fn a_manifest_of_schema_1_is_refused_in_so_many_words() {
    let registry = Registry::start();
    let schema1 = br#"{"schemaVersion":1,"name":"shop","fsLayers":[],"history":[]}"#;
    let media_type = "application/vnd.docker.distribution.manifest.v1+prettyjws";
    registry.push_manifest("shop", "old", schema1, media_type);
    let reference: Reference = format!("{}/shop:old", registry.host()).parse().unwrap();
    let error = source::open(&reference, &options()).err().unwrap();
    assert!(error.to_string().contains("schema 1"), "{error}");
}

#[test]
fn the_digest_of_a_tag_is_asked_for_without_its_document() {
    let registry = shop();
    let name = format!("{}/shop:1.5", registry.host());
    let Ok(Reference::Registry(reference)) = name.parse() else { panic!("{name}") };
    let digest = image().manifest().1;
    assert_eq!(source::tagged(&reference, &options()).unwrap(), digest);
    check_requests(&registry, &["HEAD /v2/shop/manifests/1.5"]);
    // Who does not say it in the headers is asked for the document.
    registry.fault("manifests", Fault::Answer { status: 200, headers: "", body: "" });
    assert_eq!(source::tagged(&reference, &options()).unwrap(), digest);
    let requests = registry.requests();
    assert_eq!(requests[1..], ["HEAD /v2/shop/manifests/1.5", "GET /v2/shop/manifests/1.5"]);
    let gone = model::RegistryReference { tag: Some("1.6".into()), ..reference };
    let error = source::tagged(&gone, &options()).unwrap_err();
    assert!(error.to_string().contains("has no tag 1.6"), "{error}");
}
