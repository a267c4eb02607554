//! A service whose tags follow those of a registry: by looking, and by being told.

use std::process::Command;
use std::thread;
use std::time::Duration;

use testkit::registry::Registry;

use crate::serve::{Service, is_there};

/// A repository whose `latest` follows the registry's.
const BEFORE: &str = r#"
pentimento auth login
post() { curl -s -f -H "Authorization: Bearer $(pentimento auth token)" --data "$2" "$SERVER$1"; }
GROUP=$(pentimento iam group describe local -oid)
REPO=$(post "/registry/v1/repos/$GROUP" "{\"name\":\"shop\",\"sync_config\":{\"source\":\"$SOURCE\"}}" | jq -r .id)
post "/registry/v1/tags/$REPO" '{"name":"latest"}' | jq -r .digest
"#;

/// A message of the registry's, to the address that the service says.
const PUSHED: &str = r#"
GROUP=$(pentimento iam group describe local -oid)
HOOK=$(curl -s -f -H "Authorization: Bearer $(pentimento auth token)" "$SERVER/api/v1/hooks?place=$GROUP")
curl -s -f -H "Authorization: $(echo "$HOOK" | jq -r .authorization)" "$(echo "$HOOK" | jq -r .url)" \
  --data '{"events":[{"action":"push","target":{"repository":"team/shop","tag":"latest"}}]}'
"#;

/// What the tag meant, and what differs between the first and the last of it.
const AFTER: &str = r#"
get() { curl -s -f -H "Authorization: Bearer $(pentimento auth token)" "$SERVER$1"; }
REPO=$(get "/registry/v1/repos?name=shop" | jq -r '.items[].id')
TAG=$(get "/registry/v1/tags?uidp.children_of=$REPO" | jq -r '.items[].id')
HISTORY=$(get "/registry/v1/tags/$TAG/history" | jq -r '.items[].digest')
echo "$HISTORY"
"#;

const DIFFERENCE: &str = r#"
get() { curl -s -f -H "Authorization: Bearer $(pentimento auth token)" "$SERVER$1"; }
REPO=$(get "/registry/v1/repos?name=shop" | jq -r '.items[].id')
get "/registry/v1/repos/$REPO/diff?from_digest=$FROM&to_digest=$TO" | jq -r '.packages.added[].name'
"#;

fn check(arguments: &[&str], is_told: bool) {
    if !is_there(&["curl", "jq", "sh"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::start();
    let (old, new) = testkit::demo();
    let [was, is] = [&old, &new].map(|image| image.manifest().1.to_string());
    registry.push("team/shop", "latest", &old);
    let (host, source) = (registry.host(), format!("{}/team/shop", registry.host()));
    let arguments = [&["--registry", &host], arguments].concat();
    let service = Service::start(folder.path(), &arguments);
    let before = service.script(BEFORE, &[("SOURCE", &source)]);
    assert_eq!(before.stdout.trim(), was, "{}", before.stderr);

    registry.push("team/shop", "latest", &new);
    if is_told {
        let told = service.script(PUSHED, &[]);
        assert_eq!(told.stdout, "{\"accepted\":1}", "{}", told.stderr);
    }
    let has_read = |image: &testkit::Image| {
        let (last, ..) = image.blobs().last().cloned().unwrap();
        let read = format!("GET /v2/team/shop/blobs/{last}");
        registry.requests().iter().any(|request| request.starts_with(&read))
    };
    let expect = format!("{was}\n{is}\n");
    let mut tries = 0;
    loop {
        let history = service.script(AFTER, &[]);
        if history.stdout == expect && has_read(&old) && has_read(&new) {
            break;
        }
        tries += 1;
        assert!(tries < 100, "{}{}", history.stdout, history.stderr);
        thread::sleep(Duration::from_millis(200));
    }
    // Both were read when they came. The last blob may still be on its way to being kept.
    thread::sleep(Duration::from_secs(2));
    drop(registry);
    let difference = service.script(DIFFERENCE, &[("FROM", &was), ("TO", &is)]);
    assert_eq!(difference.stdout, "libicu72\nlibxml2\ntzdata\n", "{}", difference.stderr);
}

#[test]
fn a_tag_that_moves_in_its_registry_moves() {
    check(&["--watch", "1s"], false);
}

#[test]
fn a_registry_tells_that_a_tag_was_pushed() {
    check(&["--watch", "never"], true);
}

/// A repository that takes over some tags of the registry's.
const TAKING: &str = r#"
pentimento auth login
post() { curl -s -f -H "Authorization: Bearer $(pentimento auth token)" --data "$2" "$SERVER$1"; }
GROUP=$(pentimento iam group describe local -oid)
post "/registry/v1/repos/$GROUP" "{\"name\":\"shop\",\"sync_config\":{\"source\":\"$SOURCE\",\"tagPattern\":\"v1[.][0-9]+\"}}" | jq -r .sync_config.tagPattern
curl -s -H "Authorization: Bearer $(pentimento auth token)" "$SERVER/registry/v1/repos/$GROUP" \
  --data "{\"name\":\"other\",\"sync_config\":{\"source\":\"$SOURCE\",\"tagPattern\":\"(\"}}" | jq -r .code
"#;

const TAGS: &str = r#"
get() { curl -s -f -H "Authorization: Bearer $(pentimento auth token)" "$SERVER$1"; }
get "/registry/v1/tags" | jq -r '.items[] | "\(.name) \(.digest)"' | sort
REPO=$(get "/registry/v1/repos?name=shop" | jq -r '.items[].id')
get "/api/v1/analyses?repo=$REPO" | jq -r '.items[].state'
"#;

#[test]
fn tags_that_come_to_a_registry_are_taken_over() {
    if !is_there(&["curl", "jq", "sh", "sort"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::start();
    registry.tags_by(2);
    let (old, new) = testkit::demo();
    for tag in ["v1.0", "v1.1", "v1.2", "v2.0", "latest"] {
        registry.push("team/shop", tag, &old);
    }
    let (host, source) = (registry.host(), format!("{}/team/shop", registry.host()));
    let service = Service::start(folder.path(), &["--registry", &host, "--watch", "2s"]);
    let begun = service.script(TAKING, &[("SOURCE", &source)]);
    assert_eq!(begun.stdout, "v1[.][0-9]+\n3\n", "{}", begun.stderr);
    let [was, is] = [&old, &new].map(|image| image.manifest().1.to_string());
    let wait = |expect: &str| {
        let mut tries = 0;
        loop {
            let told = service.script(TAGS, &[]);
            if told.stdout == expect {
                return;
            }
            tries += 1;
            assert!(tries < 150, "{}{}", told.stdout, told.stderr);
            thread::sleep(Duration::from_millis(200));
        }
    };
    let three: String = ["v1.0", "v1.1", "v1.2"].map(|tag| format!("{tag} {was}\n")).concat();
    wait(&format!("{three}done\n"));
    registry.push("team/shop", "v1.3", &new);
    wait(&format!("{three}v1.3 {is}\ndone\ndone\n"));
}

#[test]
fn how_often_tags_are_looked_at_is_said_with_a_unit() {
    let serve = |watch: &str| {
        let folder = tempfile::tempdir().unwrap();
        let mut command: Command =
            crate::command(folder.path(), &["serve", &format!("--watch={watch}")]);
        crate::Run::of(&command.output().unwrap())
    };
    for wrong in ["15", "0s", "-1m", "often"] {
        let told = serve(wrong);
        assert_eq!(told.code, Some(2));
        assert!(told.stderr.contains("a whole number with s, m, h, d or w"), "{}", told.stderr);
    }
}

#[test]
fn of_two_services_on_one_folder_one_looks_at_tags() {
    if !is_there(&["curl", "jq", "sh"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::start();
    let (old, new) = testkit::demo();
    registry.push("team/shop", "latest", &old);
    let (host, source) = (registry.host(), format!("{}/team/shop", registry.host()));
    let home = folder.path().join("home");
    let start = |name: &str| {
        let own = folder.path().join(name);
        std::fs::create_dir_all(&own).unwrap();
        Service::start_in(&own, &home, &["--registry", &host, "--watch", "1s"])
    };
    let first = start("first");
    let before = first.script(BEFORE, &[("SOURCE", &source)]);
    assert_eq!(before.code, Some(0), "{}", before.stderr);
    let second = start("second");
    let looks = || {
        let head = "HEAD /v2/team/shop/manifests/latest";
        registry.requests().iter().filter(|request| request.starts_with(head)).count()
    };
    // It is asked every ten seconds which tags there are.
    let before = looks();
    assert!((0..30).any(|_| {
        thread::sleep(Duration::from_secs(1));
        looks() > before
    }));
    thread::sleep(Duration::from_secs(11));
    let begun = looks();
    thread::sleep(Duration::from_secs(8));
    // Each takes its pause of a second: two would have looked twice as often.
    let (looked, most) = (looks() - begun, 9);
    assert!((2..=most).contains(&looked), "{looked}");
    first.kill();
    registry.push("team/shop", "latest", &new);
    let is = new.manifest().1.to_string();
    let login = second.script("pentimento auth login", &[]);
    assert_eq!(login.code, Some(0), "{}", login.stderr);
    let is_noted = (0..40).any(|_| {
        thread::sleep(Duration::from_secs(1));
        second.script(AFTER, &[]).stdout.trim().ends_with(&is)
    });
    assert!(is_noted, "nobody looks any more");
}
