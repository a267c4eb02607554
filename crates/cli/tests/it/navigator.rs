//! The pages of the service as people meet them: a real browser, told what to do, at a real service.

mod browser;
mod issuer;

use std::fs;

use serde_json::Value;

use crate::serve::{Service, is_there};
use browser::Browser;
use issuer::Issuer;

/// What is wrong with a page for whoever does not see it, uses no mouse, or has a small window: an empty list where nothing.
const LOOK: &str = include_str!("navigator/look.js");

/// A signed-in browser at a service with the demonstration.
struct Visit {
    service: Service,
    browser: Browser,
    _folder: tempfile::TempDir,
}

impl Visit {
    fn begin() -> Option<Visit> {
        if !is_there(&["chromium", "chromedriver"]) {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let service = Service::start(folder.path(), &["--demo"]);
        let login = service.told(&["auth", "login"]);
        assert_eq!(login.code, Some(0), "{}", login.stderr);
        let token = service.told(&["auth", "token"]).stdout;
        let browser = Browser::start();
        let visit = Visit { service, browser, _folder: folder };
        visit.open("/sign-in?to=/repositories");
        visit.browser.write("#token", token.trim());
        visit.browser.click(".sign-in button");
        visit.browser.until("location.pathname == '/repositories'");
        Some(visit)
    }

    fn open(&self, path: &str) {
        self.browser.open(&format!("{}{path}", self.service.url));
    }

    /// Looks at the page that is there, in a large window and in a small one, in light and in dark.
    fn look(&self, name: &str) {
        for (width, scheme) in [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")] {
            self.browser.see(width, scheme);
            let wrong = self.browser.run(LOOK);
            assert_eq!(wrong, Value::Array(Vec::new()), "{name} {width} {scheme}");
        }
        self.browser.see(1280, "light");
    }

    fn text(&self) -> String {
        self.browser
            .run("return document.querySelector('main').innerText")
            .as_str()
            .unwrap()
            .to_owned()
    }
}

#[test]
fn a_person_finds_out_what_changed() {
    let Some(visit) = Visit::begin() else { return };
    let browser = &visit.browser;
    assert!(visit.text().contains("public-images/nginx"), "{}", visit.text());
    visit.look("repositories");
    browser.click_text("public-images/nginx");
    browser.until("document.querySelector('#tags') != null");
    visit.look("repository");
    browser.click_text("latest");
    browser.until("document.querySelectorAll('.knot').length == 3");
    let text = visit.text();
    assert!(
        text.contains("what it means now") && text.contains("the first that is known"),
        "{text}"
    );
    assert!(!text.contains("compare with the one before"), "{text}");
    visit.look("tag");
    browser.click(".history form button:not(.copy)");
    browser.until("location.pathname == '/compare'");
    let text = visit.text();
    for part in
        ["What changed", "Look first", "nginx", "1.25.4-r0", "Vulnerabilities", "Swap sides"]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
    visit.look("comparison");
    // A folder opens in place.
    browser.click("#files details[data-folder] > summary");
    browser.until("document.querySelector('#files .inside .tree') != null");
    let before = browser.run("return location.search").as_str().unwrap().to_owned();
    browser.click_text("Swap sides");
    browser.until(&format!("location.search != {}", Value::from(before)));
    assert!(visit.text().contains("1.25.4-r0 → 1.25.3"), "{}", visit.text());
    assert_eq!(browser.troubles(), Vec::<String>::new());
}

#[test]
fn an_image_is_looked_at_tab_by_tab() {
    let Some(visit) = Visit::begin() else { return };
    let browser = &visit.browser;
    visit.open("/repositories/public-images/nginx:latest");
    browser.click(".knot .when a");
    browser.until("document.querySelector('.tabs') != null");
    visit.look("image");
    let tabs = browser
        .run("return [...document.querySelectorAll('.tabs a')].map(a => a.getAttribute('href'))");
    let tabs: Vec<&str> = tabs.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(tabs.len(), 8);
    for tab in tabs {
        visit.open(tab);
        visit.look(tab);
    }
    visit.open("/repositories/public-images/nginx:latest");
    browser.click(".knot .when a");
    browser.until("document.querySelector('a[rel=prev]') != null");
    browser.click("a[rel=prev]");
    browser.until("document.querySelector('a[rel=next]') != null");
    visit.open("/search?q=openssl");
    assert!(visit.text().contains("package"), "{}", visit.text());
    visit.look("search");
    visit.open("/");
    visit.look("home");
    visit.open("/compare");
    visit.look("form");
    // The keyboard comes to the content at once.
    browser.press("\u{e004}");
    let first = browser.run("return document.activeElement.textContent");
    assert_eq!(first, "Skip to the content");
    browser.click(".leave button");
    browser.until("document.querySelector('#token') != null");
    assert!(!visit.text().contains("nginx"));
    // Only that somebody has to sign in is told, as what it is.
    let others = browser.troubles().into_iter().filter(|text| !text.contains("401"));
    assert_eq!(others.collect::<Vec<_>>(), Vec::<String>::new());
}

/// Makes the identity whom the issuer calls alice, who may look at the demonstration.
const ALICE: &str = r#"
pentimento auth login
post() { curl -s -f -H "Authorization: Bearer $(pentimento auth token)" --data "$2" "$SERVER$1"; }
GROUP=$(pentimento iam group describe public-images -oid)
ALICE=$(post "/iam/v1/identities/$GROUP" "{\"name\":\"Alice\",\"claimMatch\":{\"issuer\":\"$ISSUER\",\"subject\":\"alice\"}}" | jq -r .id)
ROLE=$(curl -s -f -H "Authorization: Bearer $(pentimento auth token)" "$SERVER/iam/v1/roles?name=viewer" | jq -r '.items[0].id')
post "/iam/v1/rolebindings/$GROUP" "{\"identity\":\"$ALICE\",\"role\":\"$ROLE\"}" | jq -r .role
"#;

#[test]
fn a_person_signs_in_at_an_issuer_and_is_signed_in_at_once() {
    if !is_there(&["chromium", "chromedriver", "curl", "jq", "sh"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let issuer = Issuer::start();
    let login = ["--login-issuer", &issuer.url, "--login-client", "pages"];
    let service = Service::start(folder.path(), &[&["--demo"][..], &login].concat());
    let made = service.script(ALICE, &[("ISSUER", &issuer.url)]);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let browser = Browser::start();
    let visit = Visit { service, browser, _folder: folder };
    visit.open("/repositories");
    visit.look("sign-in");
    let host = issuer.url.trim_start_matches("http://");
    visit.browser.click_text(&format!("Sign in at {host}"));
    // The issuer is another site, from which browsers bring no cookie along; she is known all the same.
    visit.browser.until("location.pathname == '/repositories'");
    visit.browser.until("document.querySelector('.leave') != null");
    assert!(visit.text().contains("public-images/nginx"), "{}", visit.text());
    visit.browser.click(".leave button");
    visit.browser.until("document.querySelector('#token') != null");
}

/// Writes pictures of pages into the folder that `PENTIMENTO_PICTURES` names, for whoever wants to look at them.
#[test]
fn pictures_are_taken_where_somebody_wants_them() {
    let Some(folder) = std::env::var_os("PENTIMENTO_PICTURES") else { return };
    let Some(visit) = Visit::begin() else { return };
    let folder = std::path::PathBuf::from(folder);
    visit.open("/repositories/public-images/nginx:latest");
    let image =
        visit.browser.run("return document.querySelector('.knot .when a').getAttribute('href')");
    let image = image.as_str().unwrap();
    let compare = visit
        .browser
        .run("return [...document.querySelectorAll('.change a')].pop().getAttribute('href')");
    let pages = [
        ("home", "/".to_owned()),
        ("repositories", "/repositories".to_owned()),
        ("repository", "/repositories/public-images/nginx".to_owned()),
        ("tag", "/repositories/public-images/nginx:latest".to_owned()),
        ("image", image.to_owned()),
        ("packages", format!("{image}/packages")),
        ("files", format!("{image}/files")),
        ("vulnerabilities", format!("{image}/vulnerabilities")),
        ("layers", format!("{image}/layers")),
        ("settings", format!("{image}/settings")),
        ("compare", compare.as_str().unwrap().to_owned()),
        ("search", "/search?q=openssl".to_owned()),
        ("nothing", "/repositories/none/none".to_owned()),
        ("sign-in", "/sign-in".to_owned()),
    ];
    for (name, path) in pages {
        visit.open(&path);
        for (width, scheme) in [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")] {
            visit.browser.see(width, scheme);
            let picture = visit.browser.picture();
            fs::write(folder.join(format!("{name}-{width}-{scheme}.png")), picture).unwrap();
        }
    }
}
