//! The registry that everybody runs, where it is installed as `docker-registry`; else these tests say that they were
//! skipped. Images are pushed by a few plain requests.

use std::fs;
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use model::Digest;
use source::Options;
use tempfile::TempDir;
use testkit::Image;

use crate::{image, options, outcome};

/// `sesame` for the user `app`, as `htpasswd -B` writes it.
const PASSWORDS: &str = "app:$2b$04$oG2mqxMg6YGQNmM81hxoYOWhrMzg0OYUoSBhyKcBxrpeiK3dn4pzi\n";
const AUTHORIZATION: &str = "Basic YXBwOnNlc2FtZQ==";

/// A running `docker-registry`.
struct Server {
    host: String,
    child: Child,
    folder: TempDir,
}

impl Server {
    /// Starts one; none where it is not installed.
    fn start(guarded: bool) -> Option<Server> {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let host = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let mut config = format!(
            "version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: {}\n\
             http:\n  addr: {host}\n",
            path("data")
        );
        if guarded {
            fs::write(path("htpasswd"), PASSWORDS).unwrap();
            let guard =
                format!("auth:\n  htpasswd:\n    realm: test\n    path: {}\n", path("htpasswd"));
            config.push_str(&guard);
        }
        fs::write(path("config.yml"), config).unwrap();
        let started = Command::new("docker-registry")
            .args(["serve", &path("config.yml")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let child = match started {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                println!("skipped: docker-registry is not installed");
                return None;
            }
            started => started.unwrap(),
        };
        let server = Server { host, child, folder };
        for _ in 0..500 {
            if TcpStream::connect(&server.host).is_ok() {
                return Some(server);
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("docker-registry does not listen at {}", server.host);
    }

    fn push(&self, tag: &str, image: &Image) {
        for (digest, bytes) in image.blobs() {
            self.push_blob(&digest, &bytes);
        }
        let (manifest, digest, media_type) = image.manifest();
        self.push_manifest(&digest.to_string(), &manifest, media_type);
        self.push_manifest(tag, &manifest, media_type);
    }

    fn push_blob(&self, digest: &Digest, bytes: &[u8]) {
        let start = format!("http://{}/v2/team/shop/blobs/uploads/", self.host);
        let begun = ureq::post(start).header("authorization", AUTHORIZATION).send_empty().unwrap();
        let location = begun.headers()["location"].to_str().unwrap();
        ureq::put(format!("{location}&digest={digest}"))
            .header("authorization", AUTHORIZATION)
            .content_type("application/octet-stream")
            .send(bytes)
            .unwrap();
    }

    fn push_manifest(&self, name: &str, bytes: &[u8], media_type: &str) {
        ureq::put(format!("http://{}/v2/team/shop/manifests/{name}", self.host))
            .header("authorization", AUTHORIZATION)
            .content_type(media_type)
            .send(bytes)
            .unwrap();
    }

    /// Options with a credential file that has this password.
    fn login(&self, password: &str) -> Options {
        let file = self.folder.path().join(password);
        let entry = format!(r#"{{"username":"app","password":"{password}"}}"#);
        fs::write(&file, format!(r#"{{"auths":{{"{}":{entry}}}}}"#, self.host)).unwrap();
        Options { credential_files: vec![file], ..options() }
    }

    #[track_caller]
    fn check(&self, name: &str, options: &Options, expect: &str) {
        let shown = outcome(&format!("{}/{name}", self.host), options);
        let shown = shown.replace(&self.host, "HOST");
        assert_eq!(shown.replace(&self.folder.path().display().to_string(), "FOLDER"), expect);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_real_registry_is_read() {
    let Some(server) = Server::start(false) else { return };
    let arm =
        testkit::image("//- platform linux/arm64\n//- /a\narm\n").media(testkit::Media::Docker);
    server.push("1.5", &image());
    server.push("1.5-arm", &arm);
    let (index, _, media_type) =
        testkit::index(&[(&image(), "linux/amd64"), (&arm, "linux/arm64")]);
    server.push_manifest("multi", &index, media_type);

    let options = options();
    server.check("team/shop:1.5", &options, "2 layers");
    server.check(&format!("team/shop@{}", image().manifest().1), &options, "2 layers");
    server.check("team/shop:multi", &options, "2 layers");
    let arm64 = Options { platform: "linux/arm64".parse().ok(), ..options.clone() };
    server.check("team/shop:multi", &arm64, "1 layers");
    server.check(
        "team/shop:1.6",
        &options,
        "NotFound: HOST/team/shop has no tag 1.6\nhint: it has multi, 1.5-arm and 1.5",
    );
    server.check("team/shap:1.5", &options, "NotFound: HOST/team/shap does not exist");
    server.check(
        &format!("team/shop@sha256:{}", "0".repeat(64)),
        &options,
        &format!("NotFound: HOST/team/shop has no manifest sha256:{}", "0".repeat(64)),
    );
}

#[test]
fn a_real_registry_wants_the_right_password() {
    let Some(server) = Server::start(true) else { return };
    server.push("1.5", &image());
    server.check("team/shop:1.5", &server.login("sesame"), "2 layers");
    let denied = "Denied: HOST gives no access to HOST/team/shop, or it does not exist: \
                  401 Unauthorized (authentication required)";
    server.check(
        "team/shop:1.5",
        &server.login("wrong"),
        &format!(
            "{denied}\nhint: the credentials were those of FOLDER/wrong; `docker login HOST` replaces them"
        ),
    );
    server.check(
        "team/shop:1.5",
        &options(),
        &format!(
            "{denied}\nhint: no credentials were sent, and no file has any; `docker login HOST` stores them"
        ),
    );
}
