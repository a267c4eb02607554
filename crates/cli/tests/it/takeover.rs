//! Several processes at one folder: one is killed in the midst of its work, and another goes on where it ended.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use testkit::Image;
use testkit::registry::{Fault, Registry};

use crate::serve::{Service, is_there};

const WANTED: &str = r#"
pentimento auth login
post() { curl -s -f -H "Authorization: Bearer $(pentimento auth token)" --data "$2" "$SERVER$1"; }
GROUP=$(pentimento iam group describe local -oid)
for NAME in $NAMES; do
  REPO=$(post "/registry/v1/repos/$GROUP" "{\"name\":\"$NAME\",\"sync_config\":{\"source\":\"$HOST/$NAME\"}}" | jq -r .id)
  post "/registry/v1/tags/$REPO" '{"name":"latest"}' | jq -r .digest
done
"#;

const STATES: &str = r#"
pentimento auth login 2> /dev/null
get() { curl -s -f -H "Authorization: Bearer $(pentimento auth token)" "$SERVER$1"; }
for REPO in $(get /registry/v1/repos | jq -r '.items[].id'); do
  get "/api/v1/analyses?repo=$REPO" | jq -r '.items[] | "\(.state) \(.tries)"'
done
"#;

/// How often each layer of these images was asked for.
fn reads(registry: &Registry, repository: &str, image: &Image) -> BTreeMap<String, usize> {
    let requests = registry.requests();
    let layers = image.blobs().into_iter().filter(|(_, bytes)| !bytes.starts_with(b"{"));
    layers
        .map(|(digest, _)| {
            let read = format!("GET /v2/{repository}/blobs/{digest}");
            let times = requests.iter().filter(|request| request.starts_with(&read)).count();
            (digest.to_string(), times)
        })
        .collect()
}

fn start(folder: &Path, log: &str, host: &str) -> Service {
    let own = folder.join(log);
    fs::create_dir_all(&own).unwrap();
    let home = folder.join("home");
    let cache = home.join("cache").display().to_string();
    let arguments = ["--registry", host, "--watch", "never", "--cache-folder", &cache];
    Service::start_in(&own, &home, &arguments)
}

/// Waits until something is so.
#[track_caller]
fn wait(seconds: u64, mut is: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < Duration::from_secs(seconds), "it takes too long");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn what_a_killed_process_did_another_ends() {
    if !is_there(&["curl", "jq", "sh"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::start();
    let base = "//- /base size=200000\n";
    let image = testkit::image(&format!("{base}//- layer\n//- /a\n1\n//- layer\n//- /b\n2\n"));
    registry.push("shop", "latest", &image);
    let layers = image.blobs().into_iter().filter(|(_, bytes)| !bytes.starts_with(b"{"));
    let largest = layers.max_by_key(|(_, bytes)| bytes.len()).unwrap().0.to_string();
    registry.fault(&largest, Fault::Silence);
    let host = registry.host();
    let first = start(folder.path(), "first", &host);
    let wanted = first.script(WANTED, &[("HOST", &host), ("NAMES", "shop")]);
    assert_eq!(wanted.stdout.trim(), image.manifest().1.to_string(), "{}", wanted.stderr);
    // Two layers are read, and nothing comes of the third.
    wait(20, || reads(&registry, "shop", &image).values().all(|times| *times == 1));
    thread::sleep(Duration::from_millis(500));
    let second = start(folder.path(), "second", &host);
    let states = || second.script(STATES, &[]).stdout;
    thread::sleep(Duration::from_millis(2500));
    assert_eq!(reads(&registry, "shop", &image)[&largest], 1);
    first.kill();
    wait(40, || states() == "done 2\n");
    // What the first one had read was not read again.
    let expect = |digest: &String| if *digest == largest { 2 } else { 1 };
    for (digest, times) in reads(&registry, "shop", &image) {
        assert_eq!(times, expect(&digest), "{digest}");
    }
}

/// Asks for the bill of materials of an image that a tag meant once, and says how many packages it has.
const PACKAGES: &str = r#"
pentimento auth login 2> /dev/null
get() { curl -s -f -H "Authorization: Bearer $(pentimento auth token)" "$SERVER$1"; }
REPO=$(get "/registry/v1/repos?name=shop" | jq -r '.items[].id')
get "/registry/v1/repos/$REPO/digest/$DIGEST/rawsbom" | jq -r '.rawSbom | fromjson | .packages | length'
"#;

#[test]
fn what_a_tag_meant_once_is_read_again_or_held() {
    if !is_there(&["curl", "jq", "sh"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("home/cache");
    let registry = Registry::start();
    let (old, new) = testkit::demo();
    registry.push("shop", "latest", &old);
    let host = registry.host();
    let service = start(folder.path(), "service", &host);
    let wanted = service.script(WANTED, &[("HOST", &host), ("NAMES", "shop")]);
    let digest = wanted.stdout.trim().to_owned();
    assert_eq!(digest, old.manifest().1.to_string(), "{}", wanted.stderr);
    wait(20, || service.script(STATES, &[]).stdout == "done 1\n");
    // No tag of the registry means it any more.
    registry.push("shop", "latest", &new);
    let packages = || service.script(PACKAGES, &[("DIGEST", &digest)]).stdout.trim().to_owned();
    let all = packages();
    assert!(all.parse::<usize>().unwrap() > 3, "{all}");
    fs::remove_dir_all(cache.join("blobs")).unwrap();
    assert_eq!(packages(), all);
    // What is kept of it now is held.
    let layers = |folder: &str| -> Vec<String> {
        let entries = fs::read_dir(cache.join(folder)).into_iter().flatten().flatten();
        let texts = entries.map(|entry| fs::read_to_string(entry.path()).unwrap());
        texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
    };
    wait(20, || layers("holds").len() > old.layers().len());
    // Somebody else has no room for anything.
    for _ in 0..2 {
        let mut other = crate::command(folder.path(), &["cache", "prune"]);
        other.env("PENTIMENTO_CACHE", &cache).env("PENTIMENTO_CACHE_SIZE", "1");
        assert!(other.status().unwrap().success());
    }
    drop(registry);
    service.kill();
    let service = start(folder.path(), "again", &host);
    let told = service.script(PACKAGES, &[("DIGEST", &digest)]);
    assert_eq!(told.stdout.trim(), all, "{}", told.stderr);
}

#[test]
fn processes_that_work_at_once_read_no_layer_twice() {
    if !is_there(&["curl", "jq", "sh"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::start();
    let image = |number: usize| {
        testkit::image(&format!("//- /base size=300000\n//- layer\n//- /a\n{number}\n"))
    };
    let names: Vec<String> = (0..6).map(|number| format!("shop{number}")).collect();
    let images: Vec<Image> = (0..6).map(image).collect();
    for (name, image) in names.iter().zip(&images) {
        // Blobs of a registry are had by repository; which layer it is, the digest says.
        registry.push(name, "latest", image);
    }
    let shared = images[0].blobs().into_iter().find(|blob| images[1].blobs().contains(blob));
    let (shared, _) = shared.unwrap();
    registry.fault(&shared.to_string(), Fault::Late(Duration::from_secs(2)));
    let host = registry.host();
    let services = ["first", "second"].map(|log| start(folder.path(), log, &host));
    let watch = crate::command(folder.path(), &["analyze", &format!("{host}/shop5"), "-q"])
        .env("PENTIMENTO_CACHE", folder.path().join("home/cache"))
        .spawn();
    let wanted = services[1].script(WANTED, &[("HOST", &host), ("NAMES", &names.join(" "))]);
    assert_eq!(wanted.stdout.lines().count(), 6, "{}", wanted.stderr);
    wait(40, || services[1].script(STATES, &[]).stdout == "done 1\n".repeat(6));
    assert!(watch.unwrap().wait().unwrap().success());
    let all: usize = (names.iter().zip(&images))
        .map(|(name, image)| reads(&registry, name, image)[&shared.to_string()])
        .sum();
    assert_eq!(all, 1);
    for (name, image) in names.iter().zip(&images) {
        let own = reads(&registry, name, image);
        assert!(
            own.iter().all(|(digest, times)| *digest == shared.to_string() || *times == 1),
            "{own:?}"
        );
    }
}

#[test]
fn what_is_not_kept_as_todays_readers_read_it_is_read_again_at_once() {
    if !is_there(&["curl", "jq", "sh"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::start();
    let (old, _) = testkit::demo();
    registry.push("shop", "latest", &old);
    let host = registry.host();
    let service = start(folder.path(), "first", &host);
    let wanted = service.script(WANTED, &[("HOST", &host), ("NAMES", "shop")]);
    assert_eq!(wanted.code, Some(0), "{}", wanted.stderr);
    wait(20, || service.script(STATES, &[]).stdout == "done 1\n");
    let cache = folder.path().join("home/cache").display().to_string();
    let cleared = service.told(&["cache", "clear", "--cache-folder", &cache]);
    assert_eq!(cleared.code, Some(0), "{}", cleared.stderr);
    service.kill();
    let all = |times: usize| reads(&registry, "shop", &old).values().all(|read| *read == times);
    assert!(all(1));
    // Nobody asks for it.
    let again = start(folder.path(), "again", &host);
    wait(20, || all(2));
    let log = || fs::read_to_string(folder.path().join("again/log")).unwrap();
    wait(20, || log().contains("1 images that another version of the program read"));
    drop(again);
}
