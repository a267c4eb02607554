//! Which servers are spoken to, and how: redirects, plain HTTP, proxies, certificates.

use testkit::registry::{Door, Fault, Registry};

use crate::{check, image, options, shop};

fn layer(place: usize) -> String {
    image().blobs()[place].0.to_string()
}

fn credentials(registry: &Registry) -> (tempfile::TempDir, source::Options) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    let auths =
        format!(r#"{{"auths":{{"{}":{{"username":"u","password":"p"}}}}}}"#, registry.host());
    std::fs::write(&file, auths).unwrap();
    (folder, source::Options { credential_files: vec![file], ..options() })
}

#[test]
fn blobs_may_lie_elsewhere_but_credentials_do_not_go_there() {
    let (registry, storage) = (shop(), shop());
    registry.door(Door::Basic("u:p"));
    let (_folder, options) = credentials(&registry);
    let target = format!("http://{}/v2/shop/blobs/{}", storage.host(), layer(1));
    registry.fault(&layer(1), Fault::Redirect(format!("{target}?signature=s")));
    check(&registry, "shop:1.5", &options, "2 layers");
    assert_eq!(storage.requests(), [format!("GET /v2/shop/blobs/{}?signature=s", layer(1))]);
    assert!(registry.requests().last().unwrap().ends_with(" as Basic dTpw"));
}

#[test]
fn whoever_a_redirect_leads_to_gets_no_credentials_even_if_asked() {
    let (registry, storage) = (shop(), shop());
    registry.door(Door::Basic("u:p"));
    storage.door(Door::Basic("u:p"));
    let (_folder, options) = credentials(&registry);
    let target = format!("http://{}/v2/shop/blobs/{}", storage.host(), layer(1));
    registry.fault(&layer(1), Fault::Redirect(target));
    let error = crate::read(&registry, "shop:1.5", &options).unwrap_err().to_string();
    let expect = format!(
        "could not fetch layer 1 of {}/shop: {} answered 401 Unauthorized (unauthorized)",
        registry.host(),
        storage.host()
    );
    assert_eq!(error, expect);
    assert!(storage.requests().iter().all(|request| !request.contains(" as ")));
}

#[test]
fn a_redirect_on_the_same_server_keeps_credentials() {
    let registry = shop();
    registry.door(Door::Basic("u:p"));
    let (_folder, options) = credentials(&registry);
    registry.fault(&layer(1), Fault::Redirect(format!("/v2/shop/blobs/{}?again", layer(1))));
    check(&registry, "shop:1.5", &options, "2 layers");
}

#[test]
fn a_redirect_to_plain_http_is_refused() {
    let registry = shop();
    registry.fault(&layer(1), Fault::Redirect("http://storage.example/x?signature=s".into()));
    check(
        &registry,
        "shop:1.5",
        &options(),
        "Unavailable: could not fetch layer 1 of HOST/shop: \
         HOST redirects to http://storage.example/x, which is not encrypted\n\
         hint: if storage.example may be spoken to over plain HTTP, it must be allowed by name",
    );
}

#[test]
fn credentials_go_to_no_token_server_over_plain_http() {
    let registry = shop();
    let (_folder, options) = credentials(&registry);
    let challenge = Fault::Answer {
        status: 401,
        headers: r#"WWW-Authenticate: Bearer realm="http://tokens.invalid/token?x=1",service="s""#,
        body: "",
    };
    registry.fault("manifests", challenge);
    check(
        &registry,
        "shop:1.5",
        &options,
        "Denied: HOST wants a token from http://tokens.invalid/token, which is not encrypted\n\
         hint: if tokens.invalid may be spoken to over plain HTTP, it must be allowed by name",
    );
}

#[test]
fn redirects_end() {
    let registry = shop();
    for place in 0..6 {
        registry.fault("shop", Fault::Redirect(format!("/v2/shop/manifests/1.5?{place}")));
    }
    check(
        &registry,
        "shop:1.5",
        &options(),
        "Unavailable: could not fetch the manifest of HOST/shop:1.5: it is redirected more than 5 times",
    );
    registry.fault("manifests", Fault::Redirect("ftp://h.io/".into()));
    check(
        &registry,
        "shop:1.5",
        &options(),
        "Unavailable: could not fetch the manifest of HOST/shop:1.5: HOST redirects to no address",
    );
}

#[test]
fn a_file_of_certificates_must_hold_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, "nothing").unwrap();
    let options = source::Options { certificate_files: vec![file.clone()], ..options() };
    check(
        &shop(),
        "shop:1.5",
        &options,
        &format!(
            "Invalid: could not read certificates from {}: there is none in it\n\
             hint: it should hold lines from BEGIN CERTIFICATE to END CERTIFICATE",
            file.display()
        ),
    );
}

#[test]
fn a_proxy_is_never_asked_for_loopback_and_never_shown() {
    let proxy = |text: &str| source::Options {
        proxy: Some(source::Secret::new(text)),
        no_proxy: vec!["h.io".into()],
        ..options()
    };
    check(&shop(), "shop:1.5", &proxy("http://u:hunter2@proxy.example:1"), "2 layers");
    check(
        &shop(),
        "shop:1.5",
        &proxy("what://u:hunter2@proxy.example"),
        "Invalid: could not use the proxy: its address makes no sense\n\
         hint: one looks like http://proxy.example:3128",
    );
    assert!(!format!("{:?}", proxy("http://u:hunter2@h")).contains("hunter2"));
}

#[test]
fn private_addresses_are_reached_only_if_they_are_listed() {
    let (registry, storage) = (shop(), shop());
    let reach = |listed: &[String]| source::Options {
        reach: source::Reach::Public { listed: listed.to_vec() },
        ..options()
    };
    let refused = "its address is private, and it is not listed as one that may be asked";
    check(
        &registry,
        "shop:1.5",
        &reach(&[]),
        &format!(
            "Unavailable: could not fetch the manifest of HOST/shop:1.5: HOST cannot be reached: {refused}"
        ),
    );
    assert_eq!(registry.requests(), Vec::<String>::new());
    check(&registry, "shop:1.5", &reach(&[registry.host()]), "2 layers");
    let target = format!("http://{}/v2/shop/blobs/{}", storage.host(), layer(1));
    registry.fault(&layer(1), Fault::Redirect(target.clone()));
    let error = crate::read(&registry, "shop:1.5", &reach(&[registry.host()])).unwrap_err();
    assert!(error.to_string().ends_with(refused), "{error}");
    assert_eq!(storage.requests(), Vec::<String>::new());
    registry.fault(&layer(1), Fault::Redirect(target));
    check(&registry, "shop:1.5", &reach(&[registry.host(), storage.host()]), "2 layers");
}
