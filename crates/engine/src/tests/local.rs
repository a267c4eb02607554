//! Tests of bare names at an engine of this machine: one on a socket that has a single image and knows three questions.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::{Arc, Mutex};
use std::thread;

use model::Engine;
use testkit::Image;
use testkit::registry::Registry;

use super::kept::{Kept, look};
use crate::EngineSocket;

/// A socket, and what was asked there.
struct Socket {
    _folder: tempfile::TempDir,
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Socket {
    /// Begins to answer for an engine that calls `image` by `name`.
    fn start(name: &str, image: &Image) -> Socket {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("docker.sock");
        let archive = folder.path().join("image.tar");
        testkit::write_docker_archive(&archive, &[(image, &[name])]);
        let layers: Vec<String> =
            image.diff_ids().iter().map(|diff_id| format!("\"{diff_id}\"")).collect();
        let id = &image.blobs()[0].0;
        let inspected = format!(
            "{{\"Id\": \"{id}\", \"Os\": \"linux\", \"Architecture\": \"amd64\", \"RootFS\": {{\"Type\": \"layers\", \"Layers\": [{}]}}}}",
            layers.join(", ")
        );
        let [by_name, by_id] = [name, &id.to_string()].map(|name| format!("/images/{name}/"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (listener, told) = (UnixListener::bind(&path).unwrap(), asked.clone());
        let archive = fs::read(archive).unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = request(&stream);
                told.lock().unwrap().push(request.clone());
                let of_image = [&by_name, &by_id].iter().find_map(|path| {
                    let (_, question) = request.split_once(path.as_str())?;
                    Some(question.to_owned())
                });
                let answer = match (&*request, of_image.as_deref()) {
                    ("/_ping", _) => Some(b"OK".to_vec()),
                    (_, Some("json")) => Some(inspected.clone().into_bytes()),
                    (_, Some("history")) => Some(b"[]".to_vec()),
                    (_, Some("get")) => Some(archive.clone()),
                    _ => None,
                };
                let status = if answer.is_some() { "200 OK" } else { "404 Not Found" };
                let body = answer.unwrap_or_else(|| b"{\"message\": \"no such image\"}".to_vec());
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                // Whoever asks may have heard enough.
                let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
            }
        });
        Socket { _folder: folder, address: format!("unix://{}", path.display()), asked }
    }

    fn exports(&self) -> usize {
        self.asked.lock().unwrap().iter().filter(|path| path.ends_with("/get")).count()
    }
}

/// The path that is asked for.
fn request(stream: &UnixStream) -> String {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().and_then(Result::ok).unwrap_or_default();
    // The head ends with an empty line, and nothing that is asked has a body.
    lines.take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty())).for_each(drop);
    first.split(' ').nth(1).unwrap_or_default().replace("%3A", ":")
}

#[test]
fn an_engine_is_asked_before_the_registry_and_after_what_is_kept() {
    let image = testkit::image("//- /a\n1\n");
    let socket = Socket::start("shop:dev", &image);
    let mut kept = Kept::new();
    kept.options.source.engines =
        vec![EngineSocket { engine: Engine::Docker, address: socket.address.clone() }];
    let shown = "docker.io/library/shop:dev: /a\n";
    let first = look("shop:dev", &kept.options);
    assert_eq!(first, format!("shop:dev Docker\nread\n{shown}"));
    let exports = socket.exports();
    let second = look("shop:dev", &kept.options);
    assert_eq!(second, format!("shop:dev kept since 1000\n{shown}"));
    // Who insists is told anew, and nothing is exported a second time.
    assert_eq!(look("shop:dev", &kept.forced()), format!("shop:dev Docker\n{shown}"));
    assert_eq!(look("docker:shop:dev", &kept.options), "docker:shop:dev: /a\n");
    let offline = look("docker:shop:dev", &kept.offline());
    assert_eq!(offline, "docker:shop:dev kept since 1000\ndocker:shop:dev: /a\n");
    assert_eq!(socket.exports(), exports);
    // What is gone is had again by its ID, whatever its name means by then.
    kept.evict();
    let again = look("shop:dev", &kept.options);
    assert_eq!(again, format!("shop:dev kept since 1000\nread\n{shown}"));
    assert!(socket.exports() > exports && exports > 0);
    let id = &image.blobs()[0].0.hex()[..12];
    assert!(look(id, &kept.options).contains(" kept since "));
}

#[test]
fn what_no_engine_has_is_asked_of_the_registry() {
    let socket = Socket::start("shop:dev", &testkit::image("//- /a\n1\n"));
    let registry = Registry::start();
    registry.push("shop", "1", &testkit::image("//- /b\n1\n"));
    let name = format!("{}/shop:1", registry.host());
    let mut kept = Kept::new();
    let docker = EngineSocket { engine: Engine::Docker, address: socket.address.clone() };
    let podman =
        EngineSocket { engine: Engine::Podman, address: "unix:///nonexistent/podman.sock".into() };
    kept.options.source.engines = vec![docker, podman];
    assert_eq!(look(&name, &kept.options), format!("{name} Registry\nread\n{name}: /b\n"));
    assert!(socket.asked.lock().unwrap().iter().any(|path| path.contains("shop")));
}
