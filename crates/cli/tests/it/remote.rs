//! `--server`: a service does what the program does, and answers what it answers, with the same exit codes.

use std::fs;

use serde_json::{Value, json};

use crate::Run;
use crate::serve::{Service, is_there};

/// A service that has two images of a shop, which the program can have as well.
struct Shop {
    service: Service,
    old: String,
    new: String,
    _registry: testkit::registry::Registry,
    _folder: tempfile::TempDir,
}

/// A repository with two tags that follow a registry's.
const BEFORE: &str = r#"
pentimento auth login
post() { curl -s -f -H "Authorization: Bearer $(pentimento auth token)" --data "$2" "$SERVER$1"; }
GROUP=$(pentimento iam group describe local -oid)
REPO=$(post "/registry/v1/repos/$GROUP" "{\"name\":\"shop\",\"sync_config\":{\"source\":\"$SOURCE\"}}" | jq -r .id)
for tag in 1.4 1.5; do post "/registry/v1/tags/$REPO" "{\"name\":\"$tag\"}" > /dev/null; done
"#;

impl Shop {
    fn open() -> Option<Shop> {
        if !is_there(&["curl", "jq", "sh"]) {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let registry = testkit::registry::Registry::start();
        let (old, new) = testkit::demo();
        registry.push("team/shop", "1.4", &old);
        registry.push("team/shop", "1.5", &new);
        let service = Service::start(folder.path(), &["--registry", &registry.host()]);
        let source = format!("{}/team/shop", registry.host());
        let made = service.script(BEFORE, &[("SOURCE", &source)]);
        assert_eq!(made.code, Some(0), "{}", made.stderr);
        let [old, new] = [old, new].map(|image| format!("{source}@{}", image.manifest().1));
        Some(Shop { service, old, new, _registry: registry, _folder: folder })
    }

    /// What the program answers, for the platform that the service takes.
    fn here(&self, arguments: &[&str], options: &[&str]) -> Run {
        self.service.told(&[arguments, &["--platform", "linux/amd64"], options].concat())
    }

    /// What the service answers.
    fn there(&self, arguments: &[&str], options: &[&str]) -> Run {
        self.service.told(&[arguments, &["--server", &self.service.url], options].concat())
    }

    /// Both answer the same.
    #[track_caller]
    fn check(&self, here: &[&str], there: &[&str], options: &[&str]) {
        let (here, there) = (self.here(here, options), self.there(there, options));
        assert_eq!(there.stdout, here.stdout, "{options:?} {}{}", here.stderr, there.stderr);
        assert_eq!(there.code, here.code, "{options:?} {}{}", here.stderr, there.stderr);
    }
}

#[test]
fn a_service_compares_as_the_program_does() {
    let Some(shop) = Shop::open() else { return };
    let here = ["diff", &shop.old, &shop.new, "--no-vulnerabilities"];
    let there = ["diff", "local/shop:1.4", "shop:1.5"];
    for options in [
        &["--json", "--exit-code"][..],
        &["--files", "--width", "90"],
        &["--all"],
        &["--plain", "--sizes"],
        &["--layers", "--changelog"],
        &["--budget", "1KB", "--budget", "package:nothing=1MB"],
        &["--budget", "1GB", "--json"],
    ] {
        shop.check(&here, &there, options);
    }
    let here = ["diff", &shop.old, &shop.new];
    shop.check(&here, &there, &["--content", "/etc/os-release", "--json"]);
    shop.check(&here, &there, &["--explain", "/etc/os-release"]);
    for (option, names) in [("--markdown", ["here.md", "there.md"]), ("--sarif", ["here", "there"])]
    {
        let [here, there] = names;
        let own = ["diff", &shop.old, &shop.new, "--no-vulnerabilities"];
        assert_eq!(shop.here(&own, &[option, here]).code, Some(0));
        let asked = shop.there(&["diff", "shop:1.4", "shop:1.5"], &[option, there]);
        assert_eq!(asked.code, Some(0), "{}", asked.stderr);
        let home = &shop.service.home;
        let [here, there] = names.map(|name| fs::read_to_string(home.join(name)).unwrap());
        assert_eq!(there, here);
    }
    for options in [&["--all"][..], &["--json", "--package", "openssl"], &["--width", "70"]] {
        let there = ["changelog", "shop:1.4", "shop:1.5"];
        shop.check(&["changelog", &shop.old, &shop.new], &there, options);
    }
    let code = |arguments: &[&str]| shop.there(arguments, &["--exit-code"]).code;
    assert_eq!(code(&["diff", "shop:1.5", "shop:1.5"]), Some(0));
    assert_eq!(code(&["diff", "shop:1.4", "shop:1.5"]), Some(1));
    assert_eq!(code(&["diff", "--since", "30d", "shop:1.5"]), Some(0));
}

#[test]
fn a_service_tells_of_an_image_as_the_program_does() {
    let Some(shop) = Shop::open() else { return };
    for (verb, options) in [
        ("analyze", &["--json"][..]),
        ("analyze", &["--width", "90"]),
        ("analyze", &["--plain", "--sizes"]),
        ("analyze", &["--layers", "--json"]),
        ("verify", &["--json"]),
        ("verify", &["--exit-code", "--width", "90"]),
        ("secrets", &["--all"]),
        ("secrets", &["--json", "--exit-code"]),
    ] {
        shop.check(&[verb, &shop.new], &[verb, "local/shop:1.5"], options);
    }
    // What an image is called is another thing there, and so is what was typed.
    let told = |told: &Run| {
        let lines = told.stdout.lines().map(|line| {
            let words = line.split(' ').filter(|word| !word.contains('/') || word.starts_with('/'));
            words.collect::<Vec<_>>().join(" ")
        });
        (told.code, lines.collect::<Vec<String>>())
    };
    for (query, here, there) in [
        ("show-pkg-diffs", shop.old.as_str(), "local/shop:1.4"),
        ("show-distro", "all", "all"),
        ("list-files-detail", "/etc/os-release", "/etc/os-release"),
    ] {
        let own = format!("--image={}", shop.new);
        let here = shop.here(&["query", "--plain", &own, query, here], &[]);
        let there = shop.there(&["query", "--plain", "--image=shop:1.5", query, there], &[]);
        assert_eq!(told(&there), told(&here), "{}", there.stderr);
        assert_eq!(there.code, Some(0));
    }
}

#[test]
fn what_a_service_cannot_do_is_told() {
    let Some(shop) = Shop::open() else { return };
    let check = |arguments: &[&str], expect: &str| {
        let told = shop.there(arguments, &[]);
        assert_eq!((told.code, told.stdout.as_str()), (Some(2), ""));
        assert!(told.stderr.contains(expect), "{}", told.stderr);
    };
    check(&["diff", "shop:1.4", "other:1.5"], "no repository that you may see is called other");
    check(&["diff", "shop:1.4", "shop:1.6"], "answered 404 (shop has no tag 1.6)");
    check(&["diff", "shop:1.4", "shop"], "shop is no image of a service");
    check(&["diff", "shop:1.4", "shop:1.5", "--db", "x"], "--db is nothing that a service");
    check(&["diff", "shop:1.4", "shop:1.5", "--explain", "/x"], "neither of the two images has /x");
    check(&["analyze", "shop:1.6"], "no tag 1.6 that you may see");
    check(&["scan", "shop:1.4"], "answered 404 (the service has no vulnerability data)");
    check(&["scan", "shop:1.4", "--db", "x"], "--db is nothing that a service");
    check(&["history", "shop:1.6"], "answered 404 (shop has no tag 1.6)");
    check(&["show", "shop:1.4", "--cache-folder", "x"], "--cache-folder is nothing that a service");
    check(&["cache", "stat"], "--server is for verbs that ask something of images");
    let reads = ["query", "--image=shop:1.5", "list-content-search-matches", "x"];
    assert_eq!(shop.there(&reads, &[]).code, Some(1));
}

#[test]
fn a_service_tells_what_it_keeps() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &["--demo"]);
    assert_eq!(service.told(&["auth", "login"]).code, Some(0));
    let told = |arguments: &[&str], code: i32| {
        let told = service.told(&[&["--server", &service.url], arguments].concat());
        assert_eq!(told.code, Some(code), "{arguments:?} {}", told.stderr);
        told.stdout
    };
    let history = told(&["history", "nginx:latest"], 0);
    let lines: Vec<&str> = history.lines().collect();
    assert_eq!(lines[0], "public-images/nginx:latest");
    assert!(lines[1].starts_with(" 2024-02-15 03:35  sha256:") && lines[1].ends_with("(now)"));
    assert!(lines[3].contains("first seen"), "{history}");
    let images: Value = serde_json::from_str(&told(&["images", "--json"], 0)).unwrap();
    let names = images["images"].as_array().unwrap().iter().map(|image| &image["names"]);
    let names: Vec<&Value> = names.collect();
    assert_eq!(names.len(), 6);
    assert!(names.contains(&&json!(["public-images/nginx:latest", "public-images/nginx:1.25.4"])));
    let show = told(&["show", "public-images/nginx:1.25.4"], 0);
    assert!(show.contains("NAMES        public-images/nginx:latest public-images/nginx:1.25.4\n"));
    let distros = told(&["query", "show-distro", "all", "--plain"], 0);
    assert_eq!(distros.lines().filter(|line| line.ends_with(" wolfi 20230201")).count(), 6);
    // Warnings are 2 and failures are 1, as ever with queries.
    told(&["query", "--image=nginx:latest", "--image=nginx:9", "show-distro", "all"], 2);
    told(&["query", "--image=nginx:9", "show-distro", "all"], 1);
    told(&["query", "--image=nginx:latest", "show-pkg-diffs", "base"], 2);
    let previous = told(&["diff", "--previous", "nginx:latest", "--no-vulnerabilities"], 0);
    assert!(previous.contains("1.25.4-r0"), "{previous}");
    told(&["diff", "--previous", "nginx:1.25.4"], 2);
}

/// With advisories that both have.
#[test]
fn a_service_scans_as_the_program_does() {
    if !is_there(&["curl", "jq", "sh"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &["--demo"]);
    let login = service.told(&["auth", "login"]);
    assert_eq!(login.code, Some(0), "{}", login.stderr);
    let data = service.home.join(".local/share/pentimento");
    let archive = format!("oci-archive:{}:nginx-2", data.join("demo.tar").display());
    let advisories = data.join("demo-advisories").display().to_string();
    let check = |options: &[&str], code: i32| {
        let here = ["scan", &archive, "--platform", "linux/amd64", "--db-folder", &advisories];
        let here = service.told(&[&here[..], options].concat());
        let there = ["scan", "public-images/nginx:1.25.3", "--server", &service.url];
        let there = service.told(&[&there[..], options].concat());
        assert_eq!(there.stdout, here.stdout, "{}{}", here.stderr, there.stderr);
        assert_eq!((there.code, here.code), (Some(code), Some(code)), "{}", there.stderr);
        assert!(here.stdout.contains("CVE-2024-24990"), "{}", here.stdout);
    };
    check(&["--json"], 0);
    check(&["--width", "100", "--all"], 0);
    check(&["--plain", "--only-fixed"], 0);
    check(&["--fail-on", "high"], 1);
    check(&["--fail-on", "critical"], 0);
}
