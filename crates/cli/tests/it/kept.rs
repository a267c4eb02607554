//! What is kept between runs, as a user meets it.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use testkit::registry::Registry;

use crate::{Run, as_typed, command, run, shop};

/// Runs the program with kept facts in `folder`/cache.
fn kept(folder: &Path, arguments: &[&str]) -> Run {
    let mut command = command(folder, arguments);
    command.env("PENTIMENTO_CACHE", folder.join("cache"));
    Run::of(&command.output().unwrap())
}

/// The same, where nothing may go wrong.
#[track_caller]
pub(crate) fn told(folder: &Path, arguments: &[&str]) -> Run {
    let run = kept(folder, arguments);
    assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.stderr);
    run
}

pub(crate) fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap()
}

/// A registry with the shop's two images under `shop:1.4` and `shop:1.5`.
fn registry() -> (TempDir, Registry) {
    let registry = Registry::start();
    let (old, new) = testkit::demo();
    registry.push("shop", "1.4", &old);
    registry.push("shop", "1.5", &new);
    (tempfile::tempdir().unwrap(), registry)
}

#[test]
fn a_second_comparison_needs_no_registry_and_says_the_same() {
    let (folder, registry) = registry();
    let names = ["1.4", "1.5"].map(|tag| format!("{}/shop:{tag}", registry.host()));
    let [old, new] = &names;
    let first = told(folder.path(), &["diff", old, new]);
    assert_eq!(first.stderr.matches(": in its registry (sha256:").count(), 2, "{}", first.stderr);
    drop(registry);
    let second = told(folder.path(), &["diff", old, new]);
    assert_eq!(second.stderr.matches(": kept since 20").count(), 2, "{}", second.stderr);
    assert!(second.stderr.contains("; --force looks again"), "{}", second.stderr);
    let without = run(folder.path(), &["diff", old, new, "--no-cache"]);
    assert_eq!((first.stdout, without.code), (second.stdout, Some(2)));
    let forced = kept(folder.path(), &["diff", old, new, "--force"]);
    assert_eq!((forced.stdout.as_str(), forced.code), ("", Some(2)));
    assert_eq!(told(folder.path(), &["diff", old, new, "--offline"]).code, Some(0));
}

#[test]
fn a_tag_that_moved_has_a_history_and_a_previous_image() {
    let (folder, registry) = registry();
    let (old, new) = testkit::demo();
    registry.push("shop", "latest", &old);
    let name = format!("{}/shop", registry.host());
    told(folder.path(), &["analyze", &name, "-q"]);
    let alone = kept(folder.path(), &["diff", "--previous", &name]);
    assert_eq!((alone.stdout.as_str(), alone.code), ("", Some(2)));
    assert!(alone.stderr.contains("was seen to mean one image only: sha256:"), "{}", alone.stderr);

    registry.push("shop", "latest", &new);
    // Nobody looks at the registry before somebody asks for it.
    assert_eq!(told(folder.path(), &["history", &name]).stdout.lines().count(), 2);
    // Sightings have seconds, and the second one must not look as old as the first.
    thread::sleep(Duration::from_millis(1_100));
    let previous = told(folder.path(), &["diff", "--previous", &name, "--force"]);
    let plain = run(
        folder.path(),
        &["diff", &format!("{name}:1.4"), &format!("{name}:1.5"), "--files", "--format", "json"],
    );
    assert!(previous.stdout.contains("1 altered"), "{}", previous.stdout);
    // Both have one name: the digests tell them apart, and somebody wants to know when that was.
    for (side, image) in [("old", &old), ("new", &new)] {
        let short = image.manifest().1.short();
        let heading = format!(" {side}  {name}:latest@{short}  {short}  ");
        assert!(previous.stdout.contains(&heading), "{heading}\n{}", previous.stdout);
        let when = format!("{side}: {name}:latest ({short}): seen 20");
        assert!(previous.stderr.contains(&when), "{when}\n{}", previous.stderr);
    }
    let document = json(&told(folder.path(), &["diff", "--previous", &name, "--json"]));
    assert_eq!(document["old"]["reference"], format!("{name}:latest@{}", old.manifest().1));
    assert_eq!(json(&plain)["summary"]["causes"]["altered"], 1);

    let history = told(folder.path(), &["history", &name]).stdout;
    let lines: Vec<&str> = history.lines().collect();
    assert_eq!(lines[0], format!("{name}:latest"));
    assert!(lines[1].contains(&new.manifest().1.short()), "{history}");
    assert!(lines[1].contains(", 2 need a look  (now)"), "{history}");
    assert!(lines[2].contains(&old.manifest().1.short()), "{history}");
    assert!(lines[2].contains("  first seen  ") && lines[2].contains(" second"), "{history}");
    let history = json(&told(folder.path(), &["history", &name, "--json"]));
    assert_eq!(history["sightings"].as_array().unwrap().len(), 2);
    assert_eq!(history["sightings"][0]["changes"]["look"], 2);

    told(folder.path(), &["rm", &old.manifest().1.to_string()]);
    let history = told(folder.path(), &["history", &name]).stdout;
    assert!(history.contains("one of the two is not kept"), "{history}");
}

#[test]
fn kept_images_are_listed_shown_and_forgotten() {
    let folder = shop();
    assert_eq!(json(&told(folder.path(), &["images", "--json"]))["images"], Value::Array(vec![]));
    told(folder.path(), &["diff", "oci:shop:1.4", "oci:shop:1.5", "-q"]);
    told(folder.path(), &["analyze", "oci:shop:same", "-q"]);
    let images = told(folder.path(), &["images", "--format", "json"]).stdout;
    let images: Value = serde_json::from_str(&as_typed(folder.path(), &images)).unwrap();
    let names: Vec<Value> =
        images["images"].as_array().unwrap().iter().map(|image| image["names"].clone()).collect();
    let expected =
        [serde_json::json!(["oci:shop:1.5", "oci:shop:same"]), serde_json::json!(["oci:shop:1.4"])];
    assert!(expected.iter().all(|one| names.contains(one)) && names.len() == 2, "{names:?}");

    let shown = told(folder.path(), &["show", "oci:shop:same"]).stdout;
    let typed = as_typed(folder.path(), &shown);
    assert_ne!(typed, shown, "names are kept with their whole paths");
    assert!(typed.contains("\nNAMES        oci:shop:1.5 oci:shop:same\n"), "{shown}");
    assert!(shown.contains("\nDISTRO       debian\nDISTROVERS   12\n"), "{shown}");
    let id = shown.lines().find_map(|line| line.strip_prefix("SHORTID      ")).unwrap();
    assert_eq!(told(folder.path(), &["show", &id[..6]]).stdout, shown);

    let gone = told(folder.path(), &["rm", id]);
    assert!(gone.stderr.starts_with(&format!("{id}: forgotten (sha256:")), "{}", gone.stderr);
    let lost = kept(folder.path(), &["show", id]);
    assert_eq!(
        (lost.stderr, lost.code),
        (
            format!(
                "error: could not show it: no kept image is called {id}\n hint: `pentimento images` lists what is kept\n"
            ),
            Some(2)
        )
    );
    // Nothing is forgotten where one of the names means nothing.
    assert_eq!(kept(folder.path(), &["rm", "oci:shop:1.4", "oci:shop:none"]).code, Some(2));
    assert_eq!(told(folder.path(), &["show", "oci:shop:1.4"]).code, Some(0));
}

#[test]
fn kept_analyses_are_exported_and_imported() {
    let (here, there) = (shop(), tempfile::tempdir().unwrap());
    told(here.path(), &["diff", "oci:shop:1.4", "oci:shop:1.5", "-q"]);
    let export = ["export", "oci:shop:1.4", "oci:shop:1.5", "-o", "shop.pentimento"];
    told(here.path(), &export);
    fs::copy(here.path().join("shop.pentimento"), there.path().join("x")).unwrap();
    let imported = json(&told(there.path(), &["import", "x", "--json"]));
    let images = imported["images"].as_array().unwrap();
    assert_eq!((images.len(), &images[0]["imported"]), (2, &Value::Bool(true)));
    let ids = [0, 1].map(|place| images[place]["id"].as_str().unwrap().to_owned());
    let (old, new) = if images[0]["names"][0].as_str().unwrap().ends_with("/shop:1.4") {
        (&ids[0], &ids[1])
    } else {
        (&ids[1], &ids[0])
    };
    fs::write(there.path().join("names"), format!("{old}\n")).unwrap();
    let analyzed = json(&told(there.path(), &["analyze", "--imagefile", "names", "--json"]));
    assert_eq!(analyzed["images"][0]["imported"], true);
    let elsewhere = told(there.path(), &["diff", old, new]);
    assert!(elsewhere.stderr.contains(": imported, analyzed elsewhere 20"), "{}", elsewhere.stderr);
    let own = told(here.path(), &["diff", "oci:shop:1.4", "oci:shop:1.5"]);
    // The same, but that a notice says whose word it is.
    let is_about_import = |line: &&str| line.contains("was imported") || line.contains("otice");
    let elsewhere = as_typed(here.path(), &elsewhere.stdout);
    let (told_here, about): (Vec<&str>, Vec<&str>) =
        elsewhere.lines().filter(|line| !line.is_empty()).partition(|line| !is_about_import(line));
    let own: Vec<&str> = own.stdout.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(told_here, own);
    assert!(about.iter().any(|line| line.contains("was imported")), "{about:?}");
    let again = kept(there.path(), &["analyze", old, "--force"]);
    assert!(
        again.stderr.contains(") cannot be looked at again: it was imported\n"),
        "{}",
        again.stderr
    );
    let cut = fs::read(here.path().join("shop.pentimento")).unwrap();
    fs::write(there.path().join("cut"), &cut[..cut.len() / 2]).unwrap();
    let cut = kept(there.path(), &["import", "cut"]);
    assert_eq!((cut.stdout.as_str(), cut.code), ("", Some(2)));
    let told = "error: nothing is imported: cut is no file of kept facts that can be imported: ";
    assert!(cut.stderr.starts_with(told), "{}", cut.stderr);
}

#[test]
fn what_others_saw_is_told_apart_and_comes_before_what_was_seen_here() {
    let (here, registry) = registry();
    let there = tempfile::tempdir().unwrap();
    let (old, new) = testkit::demo();
    let name = format!("{}/shop", registry.host());
    registry.push("shop", "latest", &old);
    told(here.path(), &["analyze", &name, "-q"]);
    let file = here.path().join("file").display().to_string();
    told(here.path(), &["export", &name, "-o", &file]);
    told(there.path(), &["import", &file]);
    let heading = format!("{name}:latest, seen elsewhere (imported)");
    let imported = told(there.path(), &["history", &name]).stdout;
    assert!(imported.starts_with(&heading) && imported.lines().count() == 2, "{imported}");
    registry.push("shop", "latest", &new);
    // Sightings have seconds.
    thread::sleep(Duration::from_millis(1_100));
    told(there.path(), &["analyze", &name, "-q", "--force"]);
    let both = told(there.path(), &["history", &name]).stdout;
    let lines: Vec<&str> = both.lines().collect();
    assert_eq!((lines[0], lines[2]), (format!("{name}:latest").as_str(), heading.as_str()));
    assert!(lines[1].contains(&new.manifest().1.short()), "{both}");
    assert!(lines[1].ends_with("  first seen  (now)"), "{both}");
    assert_eq!(lines[3], imported.lines().nth(1).unwrap());
    let document = json(&told(there.path(), &["history", &name, "--json"]));
    assert_eq!(document["sightings"][0]["imported"], false);
    assert_eq!(document["sightings"][1]["imported"], true);
    // Once more imported, it is not newer than what was seen here.
    told(there.path(), &["import", &file]);
    assert_eq!(told(there.path(), &["history", &name]).stdout, both);
    let previous = json(&told(there.path(), &["diff", "--previous", &name, "--json"]));
    assert_eq!(previous["old"]["digest"], old.manifest().1.to_string());
    assert_eq!(previous["new"]["digest"], new.manifest().1.to_string());
}

#[test]
fn a_file_that_cannot_be_imported_is_told_with_its_name_and_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("old"), "pentimento kept facts 1\n").unwrap();
    fs::write(folder.path().join("other"), "something else that is long enough").unwrap();
    for (file, told) in [
        (
            "old",
            "error: nothing is imported: old has version 1 of the format, and this program reads version 2 alone\n hint: export it again with this version of the program\n",
        ),
        (
            "other",
            "error: nothing is imported: other is no file of kept facts that can be imported: it does not begin as such a file does\n hint: a file is imported whole or not at all: export it again\n",
        ),
        (
            ".",
            "error: nothing is imported: could not read .: Is a directory (os error 21)\n hint: nothing of it was kept\n",
        ),
        (
            "none",
            "error: nothing is imported: could not read none: No such file or directory (os error 2)\n",
        ),
    ] {
        let run = kept(folder.path(), &["import", file]);
        assert_eq!((run.stderr.as_str(), run.code), (told, Some(2)));
    }
}

#[test]
fn a_person_may_say_what_an_image_is() {
    let folder = shop();
    let kind = |arguments: &[&str]| {
        let said = [&["analyze", "--image=oci:shop:1.4", "-q"], arguments].concat();
        told(folder.path(), &said);
        let shown = json(&told(folder.path(), &["show", "oci:shop:1.4", "--json"]));
        (shown["images"][0]["type"].clone(), shown["images"][0]["dockerfile"].clone())
    };
    fs::write(folder.path().join("Dockerfile"), "FROM debian:12\n").unwrap();
    assert_eq!(kind(&["--imagetype=none"]), ("none".into(), Value::Null));
    assert_eq!(kind(&["--imagetype=base"]), ("base".into(), Value::Null));
    let user = ("user".into(), "FROM debian:12\n".into());
    assert_eq!(kind(&["--imagetype=none", "--dockerfile=Dockerfile"]), user);
    assert_eq!(kind(&[]), user);
    let refused = |arguments: &[&str]| {
        let run = kept(folder.path(), &[&["analyze", "oci:shop:1.4"], arguments].concat());
        assert_eq!((run.stdout.as_str(), run.code), ("", Some(2)));
        run.stderr
    };
    let told = refused(&["--imagetype", "user"]);
    assert!(told.contains("an image becomes one of type `user` by --dockerfile FILE"), "{told}");
    let told = refused(&["--imagetype", "base", "--dockerfile", "Dockerfile"]);
    assert!(told.contains("is of type `user`, not `base`"), "{told}");
    let told = refused(&["--dockerfile", "none"]);
    assert!(told.contains("could not read the Dockerfile none: "), "{told}");
}

#[test]
fn a_file_may_name_the_images() {
    let folder = shop();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("Dockerfile", "FROM debian:12\n");
    write(
        "names",
        "# ours\noci:shop:1.4 Dockerfile\noci:shop:none\n\noci:shop:1.5\noci:shop:same\n",
    );
    write("seen", "oci:shop:same\n");
    let arguments = ["analyze", "--imagefile", "names", "--excludefile", "seen", "--json"];
    let run = kept(folder.path(), &arguments);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.starts_with("error: could not analyze: "), "{}", run.stderr);
    let document = json(&run);
    let told: Vec<String> = document["images"]
        .as_array()
        .unwrap()
        .iter()
        .map(|image| format!("{} {}", image["names"][0].as_str().unwrap(), image["type"]))
        .collect();
    assert_eq!(told, ["oci:shop:1.4 \"user\"", "oci:shop:1.5 \"none\""]);
}

#[test]
fn the_cache_is_told_pruned_verified_and_cleared() {
    let folder = shop();
    told(folder.path(), &["analyze", "oci:shop:1.4", "-q"]);
    let stat = || told(folder.path(), &["cache", "stat", "--plain"]).stdout;
    assert!(stat().contains("\nIMAGES 1\n") && stat().contains("\nLAYERS "), "{}", stat());
    let blobs = json(&told(folder.path(), &["cache", "list", "--json"]));
    assert_eq!(blobs["blobs"][0]["current"], true);
    let pruned = json(&told(folder.path(), &["cache", "prune", "--json"]));
    assert_eq!((&pruned["kind"], &pruned["layers"]), (&"cache-pruned".into(), &0.into()));
    let stat_document = json(&told(folder.path(), &["cache", "stat", "--json"]));
    assert_eq!(
        (&stat_document["kind"], &stat_document["images"]),
        (&"cache-stat".into(), &1.into())
    );
    let verified = json(&told(folder.path(), &["cache", "verify", "--json"]));
    assert_eq!(
        (&verified["kind"], &verified["broken"]),
        (&"cache-verified".into(), &Value::Array(vec![]))
    );
    assert_eq!(json(&told(folder.path(), &["cache", "list", "--json"])), blobs);
    told(folder.path(), &["cache", "verify"]);
    let hex = blobs["blobs"][0]["layer"].as_str().unwrap().strip_prefix("sha256:").unwrap();
    let place = folder.path().join("cache/blobs").join(&hex[..2]).join(&hex[2..4]);
    for file in fs::read_dir(&place).unwrap() {
        fs::write(file.unwrap().path(), "not facts").unwrap();
    }
    let broken = kept(folder.path(), &["cache", "verify"]);
    assert_eq!(broken.code, Some(1));
    assert_eq!(broken.stderr.matches("warning: ").count(), 3, "{}", broken.stderr);
    let cleared = told(folder.path(), &["cache", "clear"]);
    assert!(cleared.stderr.starts_with("thrown away: the facts of "), "{}", cleared.stderr);
    assert!(stat().contains("\nIMAGES 0\n"), "{}", stat());
}

#[test]
fn broken_facts_are_read_again_and_told() {
    let folder = shop();
    let first = told(folder.path(), &["analyze", "oci:shop:1.4"]);
    for blob in walk(&folder.path().join("cache/blobs")) {
        fs::write(blob, "not facts").unwrap();
    }
    let second = told(folder.path(), &["analyze", "oci:shop:1.4"]);
    assert_eq!(first.stdout, second.stdout);
    assert!(second.stderr.contains("warning: kept facts "), "{}", second.stderr);
    assert_eq!(told(folder.path(), &["analyze", "oci:shop:1.4"]).stderr, "");
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn without_a_folder_nothing_is_kept_and_only_the_curious_are_told() {
    let folder = shop();
    let quiet = run(folder.path(), &["analyze", "oci:shop:1.4"]);
    assert_eq!((quiet.stderr.as_str(), quiet.code), ("", Some(0)));
    let curious = run(folder.path(), &["analyze", "oci:shop:1.4", "-v"]);
    assert_eq!(curious.stderr, "nothing is kept: neither --cache-folder nor $HOME says where\n");
    let lost = run(folder.path(), &["images"]);
    assert_eq!((lost.stdout.as_str(), lost.code), ("", Some(2)));
    told(folder.path(), &["analyze", "oci:shop:1.4", "--no-cache"]);
    assert!(!folder.path().join("cache").exists());
}

#[test]
fn a_folder_that_cannot_be_used_is_a_warning() {
    let folder = shop();
    fs::write(folder.path().join("cache"), "in the way").unwrap();
    let run = told(folder.path(), &["analyze", "oci:shop:1.4"]);
    assert!(run.stderr.starts_with("warning: nothing is kept: "), "{}", run.stderr);
    assert!(run.stdout.contains("Debian"), "{}", run.stdout);
}

#[test]
fn offline_asks_nobody() {
    let (folder, registry) = registry();
    let name = format!("{}/shop:1.4", registry.host());
    let told = kept(folder.path(), &["analyze", &name, "--offline"]);
    let sentence = format!(
        "error: could not analyze: no kept image is called {name}, and nobody else is asked with --offline\n hint: analyze it once without --offline\n"
    );
    assert_eq!((told.stderr, told.code), (sentence, Some(2)));
    assert_eq!(registry.requests(), Vec::<String>::new());
}

/// An image whose analysis takes long enough to be killed in the middle of it.
fn large() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let layer = |number: usize| -> String {
        (0..400).map(|file| format!("//- /{number}/{file} size=20000\n")).collect()
    };
    let text = (0..6).map(layer).collect::<Vec<_>>().join("//- layer\n");
    fs::create_dir(folder.path().join("large")).unwrap();
    testkit::write_layout(&folder.path().join("large"), "1", &testkit::image(&text));
    folder
}

fn start(folder: &Path) -> Child {
    let mut command = command(folder, &["analyze", "oci:large:1"]);
    command.env("PENTIMENTO_CACHE", folder.join("cache"));
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn a_killed_process_leaves_what_others_can_use() {
    let folder = large();
    let expected = run(folder.path(), &["analyze", "oci:large:1"]).stdout;
    for pause in [1, 5, 10, 20, 40, 80, 160, 320] {
        let mut child = start(folder.path());
        thread::sleep(Duration::from_millis(pause));
        child.kill().unwrap();
        child.wait().unwrap();
        let verified = kept(folder.path(), &["cache", "verify"]);
        assert_eq!(verified.code, Some(0), "after {pause} ms: {}", verified.stderr);
    }
    let run = told(folder.path(), &["analyze", "oci:large:1"]);
    assert_eq!((run.stdout, run.stderr.as_str()), (expected, ""));
}

#[test]
fn several_processes_may_analyze_one_image_at_once() {
    let folder = large();
    let children: Vec<Child> = (0..4).map(|_| start(folder.path())).collect();
    for mut child in children {
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    let images = json(&told(folder.path(), &["images", "--json"]));
    assert_eq!(images["images"].as_array().unwrap().len(), 1);
    assert_eq!(told(folder.path(), &["cache", "verify"]).code, Some(0));
}

/// `docker-registry`, where it is installed, as `skopeo` is, which fills it.
pub(crate) struct Server {
    pub(crate) host: String,
    child: Child,
    _folder: TempDir,
}

impl Server {
    pub(crate) fn start() -> Option<Server> {
        let is_there = |program: &str| Command::new(program).arg("--version").output().is_ok();
        if !is_there("docker-registry") || !is_there("skopeo") {
            println!("skipped: docker-registry or skopeo is not installed");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        drop(listener);
        let config = format!(
            "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: {host}\n",
            folder.path().join("data").display()
        );
        fs::write(folder.path().join("config.yml"), config).unwrap();
        let child = Command::new("docker-registry")
            .args(["serve", &folder.path().join("config.yml").display().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Server { host, child, _folder: folder };
        for _ in 0..500 {
            if std::net::TcpStream::connect(&server.host).is_ok() {
                return Some(server);
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("docker-registry does not listen at {}", server.host);
    }

    fn push(&self, folder: &Path, tag: &str) {
        self.push_as(folder, tag, "team/shop:latest");
    }

    /// Pushes a tag of the layout `shop` under another name.
    pub(crate) fn push_as(&self, folder: &Path, tag: &str, name: &str) {
        let status = Command::new("skopeo")
            .args(["copy", "--quiet", "--insecure-policy", "--dest-tls-verify=false"])
            .arg(format!("oci:{}:{tag}", folder.join("shop").display()))
            .arg(format!("docker://{}/{name}", self.host))
            .status()
            .unwrap();
        assert!(status.success());
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
fn a_real_registry_may_stop_once_its_images_are_kept() {
    let Some(server) = Server::start() else { return };
    let folder = shop();
    let name = format!("{}/team/shop", server.host);
    server.push(folder.path(), "1.4");
    told(folder.path(), &["analyze", &name, "-q"]);
    server.push(folder.path(), "1.5");
    let unmoved = json(&told(folder.path(), &["history", &name, "--json"]));
    assert_eq!(unmoved["sightings"].as_array().unwrap().len(), 1);
    thread::sleep(Duration::from_millis(1_100));
    let first = told(folder.path(), &["diff", "--previous", &name, "--force"]);
    drop(server);
    let second = told(folder.path(), &["diff", "--previous", &name]);
    assert_eq!(first.stdout, second.stdout);
    assert!(second.stdout.contains("1 altered"), "{}", second.stdout);
    let history = json(&told(folder.path(), &["history", &name, "--json"]));
    let digests: std::collections::BTreeSet<String> = history["sightings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sighting| sighting["digest"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(digests.len(), 2);
}

#[test]
fn what_is_told_of_layers_is_the_same_of_a_kept_image() {
    let folder = shop();
    let analyze = ["analyze", "oci:shop:1.5", "--layers", "--json"];
    let read = json(&run(folder.path(), &analyze));
    let layers = read["image"]["layers"].as_array().unwrap();
    assert!(layers.iter().any(|layer| layer["tally"]["added"].as_u64() > Some(0)), "{read:#}");
    for _ in 0..2 {
        assert_eq!(
            json(&told(folder.path(), &analyze))["image"]["layers"],
            read["image"]["layers"]
        );
    }
}

#[test]
fn a_lost_catalogue_is_told_by_whoever_meets_it_first() {
    let (folder, registry) = registry();
    let name = format!("{}/shop:1.4", registry.host());
    told(folder.path(), &["analyze", &name]);
    let cache = folder.path().join("cache");
    let catalogue = fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path());
    let is_catalogue =
        |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "sqlite");
    let catalogue = catalogue.into_iter().find(is_catalogue).unwrap();
    fs::write(&catalogue, vec![7; 20_000]).unwrap();
    let run = kept(folder.path(), &["show", &name]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("was damaged"), "{}", run.stderr);
}
