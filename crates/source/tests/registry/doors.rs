//! Who is let in: anonymous tokens, passwords, identity tokens, and what is said to those who are not.

use testkit::registry::{Door, Fault, Registry};

use crate::{check, check_requests, image, options, shop};

/// Options with a credential file about the registry, and what the file is called.
struct Login {
    options: source::Options,
    file: String,
    _folder: tempfile::TempDir,
}

fn login(registry: &Registry, entry: &str) -> Login {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    std::fs::write(&file, format!(r#"{{"auths":{{"{}":{entry}}}}}"#, registry.host())).unwrap();
    let shown = file.display().to_string();
    let options = source::Options { credential_files: vec![file], ..options() };
    Login { options, file: shown, _folder: folder }
}

const ENTRY: &str = r#"{"auth":"dTpw"}"#;

#[test]
fn an_anonymous_token_is_fetched_once() {
    let registry = shop();
    registry.door(Door::Token);
    check(&registry, "shop:1.5", &options(), "2 layers");
    check_requests(
        &registry,
        &[
            "GET /v2/shop/manifests/1.5",
            "GET /token?service=test&scope=repository:shop:pull",
            "GET /v2/shop/manifests/1.5 as Bearer token-1",
            "GET /v2/shop/blobs/CONFIG as Bearer token-1",
            "GET /v2/shop/blobs/LAYER1 as Bearer token-1",
            "GET /v2/shop/blobs/LAYER2 as Bearer token-1",
        ],
    );
}

#[test]
fn a_token_that_expires_is_renewed_once() {
    let registry = shop();
    registry.door(Door::Token);
    registry.fault(&image().blobs()[2].0.to_string(), Fault::TokensExpire);
    check(&registry, "shop:1.5", &options(), "2 layers");
    assert_eq!(registry.requests().iter().filter(|request| request.contains("/token")).count(), 2);
}

#[test]
fn a_password_buys_a_token() {
    let registry = shop();
    registry.door(Door::TokenFor("u:p"));
    check(&registry, "shop:1.5", &login(&registry, ENTRY).options, "2 layers");
    let expect = "GET /token?service=test&scope=repository:shop:pull as Basic dTpw";
    assert_eq!(registry.requests()[1], expect);
    assert_eq!(registry.requests()[2], "GET /v2/shop/manifests/1.5 as Bearer token-1");
}

#[test]
fn an_identity_token_is_posted() {
    let registry = shop();
    registry.door(Door::TokenForIdentity("i"));
    let login = login(&registry, r#"{"auth":"dTpw","identitytoken":"i"}"#);
    check(&registry, "shop:1.5", &login.options, "2 layers");
    let expect = "POST /token with grant_type=refresh_token&service=test&scope=repository:shop:pull\
                  &client_id=pentimento&refresh_token=i";
    assert_eq!(registry.requests()[1], expect);
}

#[test]
fn a_password_is_only_sent_when_it_is_asked_for() {
    let registry = shop();
    check(&registry, "shop:1.5", &login(&registry, ENTRY).options, "2 layers");
    assert!(registry.requests().iter().all(|request| !request.contains(" as ")));
    registry.door(Door::Basic("u:p"));
    check(&registry, "shop:1.5", &login(&registry, ENTRY).options, "2 layers");
}

#[test]
fn without_credentials_the_way_to_get_some_is_told() {
    let registry = shop();
    registry.door(Door::Basic("u:p"));
    check(
        &registry,
        "shop:1.5",
        &options(),
        "Denied: HOST gives no access to HOST/shop, or it does not exist: 401 Unauthorized (unauthorized)\n\
         hint: no credentials were sent, and no file has any; `docker login HOST` stores them",
    );
    registry.door(Door::TokenFor("u:p"));
    let login = login(&Registry::start(), ENTRY);
    check(
        &registry,
        "shop:1.5",
        &login.options,
        &format!(
            "Denied: HOST gives no access to HOST/shop, or it does not exist: 401 Unauthorized (unauthorized)\n\
             hint: no credentials were sent: {} has none for HOST; `docker login HOST` stores them",
            login.file
        ),
    );
}

#[test]
fn refused_credentials_are_named_by_their_file() {
    for door in [Door::Basic("u:other"), Door::TokenFor("u:other"), Door::TokenForIdentity("i")] {
        let registry = shop();
        registry.door(door);
        let login = login(&registry, ENTRY);
        check(
            &registry,
            "shop:1.5",
            &login.options,
            &format!(
                "Denied: HOST gives no access to HOST/shop, or it does not exist: 401 Unauthorized (unauthorized)\n\
                 hint: the credentials were those of {}; `docker login HOST` replaces them",
                login.file
            ),
        );
    }
}

#[test]
fn a_403_is_a_refusal_too() {
    let registry = shop();
    let body = r#"{"errors":[{"code":"DENIED","message":"requested access is denied"}]}"#;
    registry.fault("manifests", Fault::Answer { status: 403, headers: "", body });
    check(
        &registry,
        "shop:1.5",
        &options(),
        "Denied: HOST gives no access to HOST/shop, or it does not exist: 403 Forbidden (requested access is denied)\n\
         hint: no credentials were sent, and no file has any; `docker login HOST` stores them",
    );
}

#[test]
fn a_helper_that_cannot_be_asked_is_mentioned() {
    let registry = shop();
    registry.door(Door::Basic("u:p"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    std::fs::write(&file, r#"{"credsStore":"../evil"}"#).unwrap();
    let shown = file.display().to_string();
    let options = source::Options { credential_files: vec![file], ..options() };
    check(
        &registry,
        "shop:1.5",
        &options,
        &format!(
            "Denied: HOST gives no access to HOST/shop, or it does not exist: 401 Unauthorized (unauthorized)\n\
             hint: no credentials were sent: {shown} has none for HOST; `docker login HOST` stores them; \
             `../evil` is not the name of a credential helper"
        ),
    );
}

#[test]
fn an_answer_of_a_token_server_is_bounded_and_checked() {
    let registry = shop();
    registry.door(Door::Token);
    let check_token = |fault: Fault, expect: &str| {
        registry.fault("/token", fault);
        check(&registry, "shop:1.5", &options(), expect);
    };
    let answer = |body| Fault::Answer { status: 200, headers: "", body };
    check_token(
        answer(r#"{"token":""}"#),
        "Corrupt: could not fetch a token for HOST/shop from HOST: the answer has no token",
    );
    check_token(
        answer(r#"{"token":"a\r\nX-Evil: b"}"#),
        "Corrupt: could not fetch a token for HOST/shop from HOST: the token has characters that no token has",
    );
    check_token(
        Fault::Endless(200),
        "Limit: a token for HOST/shop from HOST is larger than 1048576 bytes, the most for a document",
    );
    check_token(
        Fault::Answer { status: 404, headers: "", body: "" },
        "Unavailable: could not fetch a token for HOST/shop from HOST: it answered 404 Not Found",
    );
}
