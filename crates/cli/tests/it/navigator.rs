//! The pages of the service as people meet them: a real browser, told what to do, at a real service.

mod browser;
mod hostile;
pub(crate) mod issuer;
mod large;
mod look;
mod manage;
mod registry;

use std::fs;

use serde_json::Value;

use crate::serve::{Service, is_there};
use browser::Browser;
use issuer::Issuer;

/// A signed-in browser at a service with the demonstration.
struct Visit {
    service: Service,
    browser: Browser,
    folder: tempfile::TempDir,
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
        let visit = Visit { service, browser, folder };
        visit.sign_in(token.trim());
        Some(visit)
    }

    fn sign_in(&self, token: &str) {
        self.open("/sign-in?to=/repositories");
        self.browser.write("#token", token);
        self.browser.click(".sign-in button");
        self.browser.until("location.pathname == '/repositories'");
    }

    fn open(&self, path: &str) {
        self.browser.open(&format!("{}{path}", self.service.url));
    }

    /// Looks at the page that is there, in a large window and in a small one, in light and in dark.
    fn look(&self, name: &str) {
        let wrong = look::looked_at(&self.browser, name, &look::WINDOWS);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Where the last of the links leads that a selector means.
    fn link(&self, selector: &str) -> String {
        let script = format!(
            "return [...document.querySelectorAll('{selector}')].pop().getAttribute('href')"
        );
        self.browser.run(&script).as_str().unwrap().to_owned()
    }

    /// A page of every kind that has something to show.
    fn pages(&self) -> Vec<String> {
        self.open("/repositories/public-images/nginx:latest");
        let (compare, image) = (self.link(".change a"), self.link(".knot .when a"));
        let tabs =
            ["packages", "files", "vulnerabilities", "layers", "settings", "licences", "secrets"];
        let fixed = [
            "/",
            "/repositories",
            "/repositories/public-images/nginx",
            "/repositories/public-images/nginx:latest",
            "/search?q=openssl",
            "/compare",
            "/sign-in",
            "/events",
            "/watches",
            "/groups",
            "/data",
            "/tokens",
        ];
        self.open(&compare);
        let changed = self.browser.run_and_wait(
            "const done = arguments[arguments.length - 1];
            fetch(location.href + '&format=json&table=paths').then((answer) => answer.json()).then((table) => done(table.rows[0].path));",
        );
        let path = compare.replace("/compare?", "/compare/path?");
        let path = format!("{path}&path={}", changed.as_str().unwrap());
        let package = self.link("#packages td.name .inside a");
        let beside = ["changelogs", "sizes"]
            .map(|page| compare.replace("/compare?", &format!("/compare/{page}?")));
        let mut pages: Vec<String> = fixed.map(str::to_owned).to_vec();
        pages.extend(tabs.map(|tab| image.replace('?', &format!("/{tab}?"))));
        pages.extend(beside);
        pages.extend([image, path, package, compare]);
        pages
    }

    fn text(&self) -> String {
        self.browser
            .run("return document.querySelector('main').innerText")
            .as_str()
            .unwrap()
            .to_owned()
    }
}

/// The texts of an array.
fn texts(value: &Value) -> Vec<String> {
    let all = value.as_array().unwrap_or_else(|| panic!("{value}"));
    all.iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_person_finds_out_what_changed() {
    let Some(visit) = Visit::begin() else { return };
    let browser = &visit.browser;
    assert!(visit.text().contains("public-images/nginx"), "{}", visit.text());
    browser.click_text("public-images/nginx");
    browser.until("document.querySelector('#tags') != null");
    browser.click_text("latest");
    browser.until("document.querySelectorAll('.knot').length == 3");
    let text = visit.text();
    assert!(
        text.contains("what it means now") && text.contains("the first that is known"),
        "{text}"
    );
    assert!(!text.contains("compare with the one before"), "{text}");
    browser.click(".history form button:not(.copy)");
    browser.until("location.pathname == '/compare'");
    let text = visit.text();
    for part in
        ["What changed", "Look first", "nginx", "1.25.4-r0", "Vulnerabilities", "Swap sides"]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
    // A package opens in its row, with what is told of it.
    browser.click("#packages details[data-folder] > summary");
    browser.until("document.querySelector('#packages tr.opened .tree') != null");
    visit.look("a package in its row");
    browser.click("#packages details[data-folder] > summary");
    browser.until("document.querySelector('#packages tr.opened').hidden");
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
    let tabs = browser
        .run("return [...document.querySelectorAll('.tabs a')].map(a => a.getAttribute('href'))");
    let tabs = texts(&tabs);
    assert_eq!(tabs.len(), 8);
    for tab in tabs {
        visit.open(&tab);
        assert_eq!(visit.link(".tabs [aria-current]"), tab);
    }
    visit.open("/repositories/public-images/nginx:latest");
    browser.click(".knot .when a");
    browser.until("document.querySelector('a[rel=prev]') != null");
    browser.click("a[rel=prev]");
    browser.until("document.querySelector('a[rel=next]') != null");
    visit.open("/search?q=openssl");
    assert!(visit.text().contains("package"), "{}", visit.text());
    visit.open("/");
    visit.open("/compare");
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

#[test]
fn every_page_is_for_everybody_and_light_and_stands_still_while_it_comes() {
    let Some(visit) = Visit::begin() else { return };
    let browser = &visit.browser;
    browser.run_at_first(look::STILL);
    let mut wrong = Vec::new();
    for path in visit.pages() {
        wrong.extend(look::measured(browser, &format!("{}{path}", visit.service.url)));
        wrong.extend(look::looked_at(browser, &path, &look::WINDOWS));
    }
    wrong.extend(browser.troubles());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_keyboard_is_enough() {
    let Some(visit) = Visit::begin() else { return };
    let browser = &visit.browser;
    visit.open("/repositories");
    browser.press("/");
    browser.until("document.activeElement.matches('[type=search]')");
    browser.write("[type=search]", "openssl\u{e007}");
    browser.until("location.pathname == '/search'");
    visit.open("/repositories/public-images/nginx:latest");
    browser.tab_to(".history form button:not(.copy)");
    browser.press("\u{e007}");
    browser.until("location.pathname == '/compare'");
    browser.tab_to("#files details[data-folder] > summary");
    browser.press("\u{e007}");
    browser.until("document.querySelector('#files .inside .tree') != null");
    // What is wider than the window is scrolled by keys, too.
    browser.tab_to(".scroll");
    browser.tab_to("[aria-label=\"Packages as CSV\"]");
}

#[test]
fn pages_are_whole_without_script() {
    let Some(visit) = Visit::begin() else { return };
    let browser = &visit.browser;
    browser.without_script();
    visit.open("/repositories/public-images/nginx:latest");
    assert_eq!(browser.run("return document.querySelectorAll('button.copy').length"), 0);
    browser.click(".history form button");
    browser.until("location.pathname == '/compare'");
    // What opens in place has a link to the same.
    browser.click("#packages details[data-folder] > summary");
    browser.click("#packages details[open] .inside a");
    browser.until("location.pathname == '/compare/package'");
    browser.click_text("What changed");
    browser.until("document.querySelector('#files') != null");
    browser.click("#files details[data-folder] > summary");
    browser.click("#files details[open] .inside a");
    browser.until("location.search.includes('folder=')");
    visit.open("/groups");
    browser.click("details.do > summary");
    browser.write("details.do [name=name]", "quiet");
    browser.click("details.do form button");
    browser.until("document.body.innerText.includes('quiet')");
    browser.click(".leave button");
    browser.until("document.querySelector('#token') != null");
}

/// Makes the identity whom the issuer calls alice, who may look at the demonstration.
pub(crate) const ALICE: &str = r#"
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
    let visit = Visit { service, browser, folder };
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
    visit.open(compare.as_str().unwrap());
    let package = visit.link("#packages td.name .inside a");
    let beside =
        |page: &str| compare.as_str().unwrap().replace("/compare?", &format!("/compare/{page}?"));
    visit.open("/groups");
    let group = visit.link("#groups tr:last-child .name a");
    let pages = [
        ("groups", "/groups".to_owned()),
        ("group", group),
        ("events", "/events".to_owned()),
        ("watches", "/watches".to_owned()),
        ("data", "/data".to_owned()),
        ("tokens", "/tokens".to_owned()),
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
        ("package", package),
        ("changelogs", beside("changelogs")),
        ("sizes", beside("sizes")),
        ("compare", compare.as_str().unwrap().to_owned()),
        ("search", "/search?q=openssl".to_owned()),
        ("nothing", "/repositories/none/none".to_owned()),
        ("sign-in", "/sign-in".to_owned()),
    ];
    for (name, path) in pages {
        visit.open(&path);
        for (width, scheme) in look::WINDOWS {
            visit.browser.see(width, scheme);
            // What is folded is looked at, too.
            visit.browser.run(
                "document.querySelectorAll('details.do').forEach((one) => { one.open = true; });
                document.querySelector('#packages details[data-folder]')?.setAttribute('open', '');",
            );
            visit.browser.until("document.querySelector('[aria-busy]') == null");
            let picture = visit.browser.picture();
            fs::write(folder.join(format!("{name}-{width}-{scheme}.png")), picture).unwrap();
        }
    }
}
