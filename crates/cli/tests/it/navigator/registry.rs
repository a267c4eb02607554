//! A real registry, followed by the service and watched by a person: from an empty group to why a program is another one.

use super::Visit;
use super::browser::Browser;
use crate::kept::Server as Registry;
use crate::serve::{Service, is_there};
use crate::shop;

#[test]
fn a_tag_that_moves_in_a_registry_is_looked_into() {
    if !is_there(&["chromium", "chromedriver"]) {
        return;
    }
    let Some(registry) = Registry::start() else { return };
    let folder = shop();
    registry.push_as(folder.path(), "1.4", "team/shop:latest");
    let service = Service::start(folder.path(), &["--registry", &registry.host, "--watch", "1s"]);
    let login = service.told(&["auth", "login"]);
    assert_eq!(login.code, Some(0), "{}", login.stderr);
    let token = service.told(&["auth", "token"]).stdout;
    let visit = Visit { service, browser: Browser::start(), folder };
    visit.sign_in(token.trim());
    let browser = &visit.browser;
    visit.open("/watches");
    let source = format!("{}/team/shop", registry.host);
    visit.have_done("Make a repository", &[("name", "shop"), ("source", &source)]);
    browser.click_text("local/shop");
    browser.until("document.querySelector('#manage') != null");
    visit.have_done("Make a tag", &[("name", "latest")]);
    visit.open("/repositories/local/shop:latest");
    browser.until("document.querySelectorAll('.knot').length == 1");
    registry.push_as(visit.folder.path(), "1.5", "team/shop:latest");
    // It is looked at again, and what came is read, without anybody asking.
    let began = std::time::Instant::now();
    while browser.run("return document.querySelectorAll('.knot').length") != 2
        || !visit.text().contains("need a look")
    {
        assert!(began.elapsed().as_secs() < 60, "{}", visit.text());
        std::thread::sleep(std::time::Duration::from_millis(500));
        visit.open("/repositories/local/shop:latest");
    }
    browser.click(".knot .change a");
    browser.until("location.pathname == '/compare'");
    visit.shows(&["Look first", "altered", "/usr/bin/curl", "openssl"]);
    browser.click_text("/usr/bin/curl");
    browser.until("location.pathname == '/compare/path'");
    visit.shows(&["Why it changed", "which owns it, did not", "What differs inside"]);
    visit.open("/events");
    visit.shows(&["local/shop:latest", "Registry/CreateRepo", "Registry/CreateTag"]);
    assert_eq!(browser.troubles(), Vec::<String>::new());
}
