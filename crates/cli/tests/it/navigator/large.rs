//! Images of 60,000 files: pages of what is kept already are there at once, and folders are asked for when they are opened.

use std::fmt::Write as _;

use testkit::Image;
use testkit::registry::Registry;

use super::Visit;
use super::browser::Browser;
use crate::serve::{Service, is_there};

const PACKAGES: usize = 600;
const FILES: usize = 100;

/// What a person waits at the most until something is seen, in milliseconds. The program that tests use is hardly optimised, and
/// other tests are busy beside this one: what is ten times as slow as it should be is found by it.
const LONGEST: f64 = if cfg!(debug_assertions) { 5_000.0 } else { 300.0 };

/// A system of packages with a hundred files each, all of this version.
fn image(version: usize) -> Image {
    let mut text = String::from("//- /etc/os-release\nID=debian\nVERSION_ID=\"12\"\n");
    text += "//- /var/lib/dpkg/status\n";
    for package in 0..PACKAGES {
        let _ = write!(
            text,
            "Package: lib{package}\nStatus: install ok installed\nArchitecture: amd64\nMaintainer: m\nVersion: {version}.0-1\n\n"
        );
    }
    for package in 0..PACKAGES {
        let _ = writeln!(text, "//- /var/lib/dpkg/info/lib{package}.list");
        for file in 0..FILES {
            let _ = writeln!(text, "/usr/lib/lib{package}/{}/file{file}", file % 7);
        }
    }
    for package in 0..PACKAGES {
        for file in 0..FILES {
            let _ = writeln!(text, "//- /usr/lib/lib{package}/{}/file{file}\n{version}", file % 7);
        }
    }
    testkit::image(&text)
}

const BEFORE: &str = r#"
pentimento auth login
post() { curl -s -f -H "Authorization: Bearer $(pentimento auth token)" --data "$2" "$SERVER$1"; }
REPO=$(post "/registry/v1/repos/$(pentimento iam group describe local -oid)" "{\"name\":\"large\",\"sync_config\":{\"source\":\"$SOURCE\"}}" | jq -r .id)
for TAG in 1 2; do post "/registry/v1/tags/$REPO" "{\"name\":\"$TAG\"}" >/dev/null; done
pentimento auth token
"#;

#[test]
fn pages_of_sixty_thousand_files_are_there_at_once() {
    if !is_there(&["chromium", "chromedriver", "curl", "jq", "sh"]) {
        return;
    }
    let registry = Registry::start();
    registry.push("large", "1", &image(1));
    registry.push("large", "2", &image(2));
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &["--registry", &registry.host()]);
    let source = format!("{}/large", registry.host());
    let made = service.script(BEFORE, &[("SOURCE", &source)]);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let visit = Visit { service, browser: Browser::start(), folder };
    visit.sign_in(made.stdout.trim());
    let browser = &visit.browser;
    let all = "/compare?old=local/large:1&new=local/large:2";
    visit.open(all);
    // Until both have been read.
    browser.until("document.querySelector('#files') != null");
    visit.open("/repositories/local/large:2");
    let image = visit.link(".knot .when a");
    let image = image.split('?').next().unwrap();
    let folder = format!("{image}/files?folder=/usr/lib");
    let packages = format!("{image}/packages");
    let files = format!("{image}/files");
    let mut wrong = Vec::new();
    for path in [all, image, &files, &folder, &packages, "/search?q=file99", "/"] {
        visit.open(path);
        visit.open(path);
        browser.until("performance.getEntriesByName('first-contentful-paint').length == 1");
        let told = browser.run(
            "const [page] = performance.getEntriesByType('navigation');
            return [performance.getEntriesByName('first-contentful-paint')[0].startTime, page.responseStart, page.decodedBodySize, document.querySelectorAll('*').length];",
        );
        println!(
            "{path}: painted after {} ms, answered after {} ms, {} bytes, {} elements",
            told[0], told[1], told[2], told[3]
        );
        if told[0].as_f64().unwrap() > LONGEST {
            wrong.push(format!("{path}: painted after {} ms", told[0]));
        }
    }
    // Of a tree no more is there than was opened.
    visit.open(all);
    let is_open = "document.querySelector('#files .inside .tree') != null";
    assert_eq!(browser.run(&format!("return {is_open}")), false);
    browser.click("#files details[data-folder] > summary");
    browser.until(is_open);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
