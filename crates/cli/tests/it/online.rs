//! `changelog --online` as a user meets it: a server of this machine plays those of the distributions.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use crate::{Run, command};

/// A server with texts at paths. It ends with the process.
struct Server {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// What a path has; what begins with a digit is a status alone.
    fn start(texts: &[(&str, String)]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let texts: BTreeMap<String, String> =
            texts.iter().map(|(path, text)| ((*path).to_owned(), text.clone())).collect();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let server = Server { address, asked: Arc::clone(&asked) };
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let Some(Ok(request)) = lines.next() else { continue };
                while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
                let path = request.split(' ').nth(1).unwrap().to_owned();
                let (status, text) = match texts.get(&path) {
                    Some(text) if text.starts_with(|one: char| one.is_ascii_digit()) => {
                        (text.as_str(), "")
                    }
                    Some(text) => ("200 OK", text.as_str()),
                    None => ("404 Not Found", "nothing"),
                };
                asked.lock().unwrap().push(path);
                let length = text.len();
                // Whoever has enough hangs up.
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}"
                );
            }
        });
        server
    }

    /// What was asked for since this was asked last, ordered.
    fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.sort();
        asked
    }
}

/// A slim image of a distribution: packages of two sources, and no papers.
fn image(distribution: &str, openssl: &str, other: &str) -> testkit::Image {
    let package = |name: &str, source: &str, version: &str| {
        format!(
            "Package: {name}\nStatus: install ok installed\nArchitecture: amd64\n{source}Version: {version}\n\n"
        )
    };
    let status = package("libssl3", "Source: openssl\n", openssl)
        + &package("openssl", "", openssl)
        + &package("other", "", other);
    testkit::image(&format!(
        "//- /etc/os-release\nID={distribution}\nVERSION_ID=12\n//- /var/lib/dpkg/status\n{status}"
    ))
}

/// Two images of Debian's, `1` and `2`.
fn images() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    testkit::write_layout(folder.path(), "1", &image("debian", "1:3.0.13-1", "0.9-1"));
    testkit::write_layout(folder.path(), "2", &image("debian", "1:3.0.15-1", "1.0-1"));
    folder
}

/// A changelog of openssl with three versions.
fn changelog() -> String {
    let entry = |version: &str, day: u8, text: &str| {
        format!(
            "openssl (1:{version}) bookworm; urgency=medium\n\n  * {text}\n\n -- A Dev <dev@example.org>  Mon, {day:02} Sep 2026 00:00:00 +0000\n\n"
        )
    };
    entry("3.0.15-1", 14, "CVE-2024-9143: check lengths (Closes: #12345)")
        + &entry("3.0.14-1", 7, "New upstream version")
        + &entry("3.0.13-1", 1, "Older than both")
}

const PATH: &str = "/main/o/openssl/openssl_3.0.15-1_changelog";

fn told(folder: &Path, server: &str, words: &str) -> Run {
    let words: Vec<&str> = words.split(' ').collect();
    let mut command = command(folder, &words);
    command.env("PENTIMENTO_DEBIAN_CHANGELOGS", server);
    command.env("PENTIMENTO_UBUNTU_CHANGELOGS", format!("{server}/ubuntu/"));
    command.env("PENTIMENTO_ALPINE_COMMITS", format!("{server}/commits"));
    Run::of(&command.output().unwrap())
}

#[test]
fn a_slim_image_has_its_changelogs_fetched_once() {
    let folder = images();
    let server = Server::start(&[(PATH, changelog())]);
    let words = "changelog oci:.:1 oci:.:2 --cache-folder cache";
    let without = told(folder.path(), &server.address, words);
    assert!(without.stdout.contains("no changelog in the image"), "{}", without.stdout);
    assert_eq!(server.asked(), [""; 0]);

    let online = told(folder.path(), &server.address, &format!("{words} --online"));
    assert_eq!(
        (online.code, online.stderr.contains("warning")),
        (Some(0), false),
        "{}",
        online.stderr
    );
    for line in [
        format!("    from {}{PATH}", server.address),
        "  ↑  openssl  1:3.0.13-1 → 1:3.0.15-1  deb  libssl3, openssl".into(),
        "    1:3.0.15-1  2026-09-14  A Dev".into(),
        "      * CVE-2024-9143: check lengths (Closes: #12345)".into(),
        "    1:3.0.14-1  2026-09-07  A Dev".into(),
    ] {
        assert!(online.stdout.contains(&format!("\n{line}\n")), "{line}: {}", online.stdout);
    }
    assert!(!online.stdout.contains("Older than both"), "{}", online.stdout);
    assert!(
        online.stdout.contains("other  0.9-1 → 1.0-1  deb    no changelog"),
        "{}",
        online.stdout
    );
    let parts = ["contrib", "main", "non-free", "non-free-firmware"];
    let mut expect = parts.map(|part| format!("/{part}/o/other/other_1.0-1_changelog")).to_vec();
    expect.push(PATH.into());
    expect.sort();
    assert_eq!(server.asked(), expect);

    // What was there is kept, and what was not is believed for a while.
    let again = told(folder.path(), &server.address, &format!("{words} --online"));
    assert_eq!((again.stdout, server.asked()), (online.stdout.clone(), Vec::new()));
    let offline = told(folder.path(), &server.address, &format!("{words} --online --offline"));
    assert_eq!((offline.stdout, server.asked()), (online.stdout, Vec::new()));
    // Another folder has nothing yet, and nobody may be asked.
    let offline =
        told(folder.path(), &server.address, "changelog oci:.:1 oci:.:2 --online --offline");
    assert!(offline.stdout.contains("no changelog in the image"), "{}", offline.stdout);
    assert_eq!(server.asked(), [""; 0]);
}

#[test]
fn every_form_says_where_a_changelog_is_from() {
    let folder = images();
    let server = Server::start(&[(PATH, changelog())]);
    let all = |words: &str| told(folder.path(), &server.address, words).stdout;
    let json: Value =
        serde_json::from_str(&all("changelog oci:.:1 oci:.:2 --online --json")).unwrap();
    let openssl = &json["sources"][0];
    assert_eq!(openssl["told"], "entries");
    assert_eq!(
        openssl["remarks"],
        serde_json::json!([{"name": "fetched", "detail": format!("{}{PATH}", server.address)}])
    );
    assert_eq!(openssl["entries"][0]["cves"], serde_json::json!(["CVE-2024-9143"]));
    let plain = all("changelog oci:.:1 oci:.:2 --online --plain");
    assert!(plain.contains(&format!(" Debian,#12345 {}{PATH} ", server.address)), "{plain}");
    let diff = all("diff oci:.:1 oci:.:2 --changelog --online --no-vulnerabilities");
    assert!(diff.contains(PATH) && diff.contains("CVE-2024-9143"), "{diff}");
    let alone = told(folder.path(), &server.address, "diff oci:.:1 oci:.:2 --online");
    assert_eq!(alone.code, Some(2));
    assert!(alone.stderr.contains("--online is about changelogs"), "{}", alone.stderr);
}

#[test]
fn a_downgrade_asks_for_what_was_lost() {
    let folder = images();
    let server = Server::start(&[(PATH, changelog())]);
    let told = told(folder.path(), &server.address, "changelog oci:.:2 oci:.:1 --online");
    assert!(told.stdout.contains("these entries were lost with the downgrade"), "{}", told.stdout);
    assert!(told.stdout.contains("CVE-2024-9143"), "{}", told.stdout);
}

#[test]
fn ubuntu_has_a_place_of_its_own_and_others_have_none() {
    let folder = tempfile::tempdir().unwrap();
    for (distribution, is_asked) in [("ubuntu", true), ("devuan", false)] {
        testkit::write_layout(folder.path(), "1", &image(distribution, "3.0.13-1", "1"));
        testkit::write_layout(folder.path(), "2", &image(distribution, "3.0.15-1", "1"));
        let path = "/ubuntu/universe/o/openssl/openssl_3.0.15-1/changelog";
        let server = Server::start(&[(path, changelog())]);
        let told = told(folder.path(), &server.address, "changelog oci:.:1 oci:.:2 --online");
        assert_eq!(told.stdout.contains("CVE-2024-9143"), is_asked, "{}", told.stdout);
        let main = "/ubuntu/main/o/openssl/openssl_3.0.15-1/changelog";
        let expect = if is_asked { vec![main, path] } else { Vec::new() };
        assert_eq!(server.asked(), expect);
    }
}

/// An image of Alpine's with two packages of one recipe, and one of a recipe that no repository has.
fn of_alpine(version: &str, commit: char) -> testkit::Image {
    let package = |name: &str, origin: &str| {
        let commit = commit.to_string().repeat(40);
        format!("P:{name}\nV:{version}\nA:x86_64\no:{origin}\nc:{commit}\n\n")
    };
    let installed =
        package("libssl3", "openssl") + &package("ssl++", "openssl") + &package("x", "x");
    testkit::image(&format!(
        "//- /etc/os-release\nID=alpine\nVERSION_ID=3.20.1\n//- /lib/apk/db/installed\n{installed}"
    ))
}

/// The address of the commits of a recipe.
fn commits(part: &str, recipe: &str, range: [char; 2]) -> String {
    let [first, last] = range.map(|one| one.to_string().repeat(40));
    format!("/commits?ref_name={first}..{last}&path={part}/{recipe}&per_page=100")
}

#[test]
fn commits_of_alpine_are_told_where_their_list_is_fetched() {
    let folder = tempfile::tempdir().unwrap();
    testkit::write_layout(folder.path(), "1", &of_alpine("3.3.0-r0", 'a'));
    testkit::write_layout(folder.path(), "2", &of_alpine("3.3.2-r1", 'b'));
    let list = serde_json::json!([
        {"id": "b", "title": "x", "message": "community/openssl: fix CVE-2024-9143\n\nSee #16500\n",
         "author_name": "A Dev", "authored_date": "2026-09-14T10:00:00.000+02:00"},
        {"message": "community/openssl: security upgrade to 3.3.2", "authored_date": "odd"},
        {"no": "message"},
    ]);
    let path = commits("community", "openssl", ['a', 'b']);
    let empty = |part: &str, recipe: &str| (commits(part, recipe, ['a', 'b']), "[]".to_owned());
    let lists = [
        empty("main", "openssl"),
        (path.clone(), list.to_string()),
        empty("main", "x"),
        empty("community", "x"),
    ];
    let lists = lists.each_ref().map(|(path, list)| (&**path, list.clone()));
    let server = Server::start(&lists);
    let words = "changelog oci:.:1 oci:.:2 --cache-folder cache";
    let without = told(folder.path(), &server.address, words);
    assert!(!without.stdout.contains("CVE-2024-9143"), "{}", without.stdout);
    assert_eq!(server.asked(), [""; 0]);

    let online = told(folder.path(), &server.address, &format!("{words} --online"));
    assert_eq!((online.code, online.stderr.contains("warning")), (Some(0), false));
    for line in [
        format!("    from {}{path}", server.address),
        "  ↑  openssl  3.3.0-r0 → 3.3.2-r1  apk  libssl3, ssl++".into(),
        "      community/openssl: fix CVE-2024-9143".into(),
        "      See #16500".into(),
        "      community/openssl: security upgrade to 3.3.2".into(),
    ] {
        assert!(online.stdout.contains(&format!("\n{line}\n")), "{line}: {}", online.stdout);
    }
    // Nobody has a list of the other one: its commits are told as without.
    assert!(online.stdout.contains(&"b".repeat(12)), "{}", online.stdout);
    let mut expect =
        ["main", "community", "testing"].map(|part| commits(part, "x", ['a', 'b'])).to_vec();
    expect.extend([commits("main", "openssl", ['a', 'b']), path]);
    expect.sort();
    assert_eq!(server.asked(), expect);
    let again = told(folder.path(), &server.address, &format!("{words} --online"));
    assert_eq!((again.stdout, server.asked()), (online.stdout, Vec::new()));

    let back = "changelog oci:.:2 oci:.:1 --online --json";
    let back: Value =
        serde_json::from_str(&told(folder.path(), &server.address, back).stdout).unwrap();
    assert_eq!(back["sources"][0]["told"], "entries");
    assert_eq!(back["sources"][0]["change"], "downgraded");
}

#[test]
fn a_server_that_fails_is_a_warning() {
    let folder = images();
    let large = "a".repeat(9 << 20);
    for (answer, warning) in [("503 Unavailable".to_owned(), true), (large, false)] {
        let server = Server::start(&[(PATH, answer)]);
        let told = told(folder.path(), &server.address, "changelog oci:.:1 oci:.:2 --online");
        assert_eq!(told.code, Some(0), "{}", told.stderr);
        assert!(told.stdout.contains("no changelog in the image"), "{}", told.stdout);
        let is_told = told.stderr.contains("no more changelogs are fetched");
        assert_eq!(is_told, warning, "{}", told.stderr);
    }
    let nobody = told(folder.path(), "http://127.0.0.1:1", "changelog oci:.:1 oci:.:2 --online");
    assert_eq!(nobody.code, Some(0));
    assert!(nobody.stderr.contains("no more changelogs are fetched"), "{}", nobody.stderr);
}

#[test]
fn what_is_kept_and_broken_is_fetched_again() {
    let folder = images();
    let server = Server::start(&[(PATH, changelog())]);
    let words = "changelog oci:.:1 oci:.:2 --online --cache-folder cache";
    let first = told(folder.path(), &server.address, words);
    let _ = server.asked();
    for file in std::fs::read_dir(folder.path().join("cache/fetched")).unwrap() {
        let path = file.unwrap().path();
        let mut bytes = std::fs::read(&path).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        std::fs::write(&path, bytes).unwrap();
    }
    let again = told(folder.path(), &server.address, words);
    assert_eq!(again.stdout, first.stdout);
    assert_eq!(server.asked().len(), 5);
    let cleared = told(folder.path(), &server.address, "cache clear --cache-folder cache");
    assert_eq!(cleared.code, Some(0), "{}", cleared.stderr);
    assert_eq!(std::fs::read_dir(folder.path().join("cache/fetched")).unwrap().count(), 0);
}
