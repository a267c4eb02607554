//! Looking after the service in a browser: groups, who may do what, repositories and tags, tokens, and what is told of all that.

use std::time::Duration;

use serde_json::Value;
use testkit::registry::{Fault, Registry};

use super::browser::Browser;
use super::{Visit, look};
use crate::serve::{Service, is_there};

impl Visit {
    /// Opens what is folded under a title, says something in its fields, and sends it.
    pub(super) fn have_done(&self, title: &str, fields: &[(&str, &str)]) {
        let browser = &self.browser;
        let found = browser.run(&format!(
            "const one = [...document.querySelectorAll('details.do, details.take')].find((one) => one.querySelector('summary').textContent.trim().startsWith({0}));
            if (!one) return false;
            one.open = true;
            for (const other of document.querySelectorAll('[data-meant]')) delete other.dataset.meant;
            one.dataset.meant = 'yes';
            return true;",
            Value::from(title)
        ));
        assert_eq!(found, true, "{title}\n{}", self.text());
        for (name, text) in fields {
            let field = format!("[data-meant] [name={name}]");
            browser.run(&format!(
                "const field = document.querySelector({}); if (field.matches('input[type=text], textarea')) field.value = '';",
                Value::from(field.as_str())
            ));
            browser.write(&field, text);
        }
        browser.run("window.before = true");
        browser.click("[data-meant] form button:not(.copy)");
        browser.until("window.before === undefined && document.readyState === 'complete'");
    }

    pub(super) fn shows(&self, parts: &[&str]) {
        let text = self.text();
        for part in parts {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }
}

#[test]
fn a_group_is_looked_after_in_a_browser() {
    let Some(visit) = Visit::begin() else { return };
    let browser = &visit.browser;
    visit.open("/groups");
    visit.shows(&["public-images", "owner"]);
    visit.look("groups");
    visit.have_done("Make a group", &[("name", "team"), ("description", "Ours")]);
    browser.click_text("team");
    browser.until("document.querySelector('#bindings') != null");
    visit.look("an empty group");
    visit.have_done("Make a group", &[("name", "web")]);
    visit.shows(&["team / web"]);
    visit.have_done(
        "Make an identity",
        &[("name", "robot"), ("issuer", "https://issuer.example"), ("subject", "repo:a/b")],
    );
    visit.shows(&["robot", "repo:a/b of https://issuer.example"]);
    let robot =
        browser.run("return document.querySelector('#identities [data-copy]').dataset.copy");
    visit.have_done("Give a role", &[("identity", robot.as_str().unwrap()), ("role", "viewer")]);
    let given = browser.run("return document.querySelector('#bindings').innerText");
    assert!(given.as_str().unwrap().contains("viewer"), "{given}");
    visit.have_done("Change …", &[("name", "worker"), ("description", "Builds")]);
    visit.shows(&["worker", "Builds", "repo:a/b of https://issuer.example"]);
    browser.run("document.querySelectorAll('details.do').forEach((one) => { one.open = true; })");
    visit.look("a group");
    visit.have_done("Make a role", &[("name", "looker")]);
    visit.shows(&["looker"]);
    visit.have_done("Make a repository", &[("name", "shop")]);
    browser.click_text("team/shop");
    browser.until("document.querySelector('#manage') != null");
    let digest = format!("sha256:{}", "ab".repeat(32));
    visit.have_done("Make a tag", &[("name", "1.0"), ("digest", &digest)]);
    visit.shows(&["1.0", "sha256:abababababab"]);
    visit.have_done(
        "Change the repository",
        &[("name", "shop"), ("description", "A shop"), ("readme", "# Shop")],
    );
    visit.shows(&["# Shop", "1.0"]);
    browser.run("document.querySelectorAll('details.do').forEach((one) => { one.open = true; })");
    visit.look("a repository with all that can be done");
    // What is refused says why, and leads back.
    visit.have_done("Make a tag", &[("name", "2.0"), ("digest", "no digest")]);
    visit.shows(&["It was not done", "Go back"]);
    visit.look("refused");
    browser.click_text("Go back");
    browser.until("document.querySelector('#manage') != null");
    visit.have_done("Forget a tag", &[]);
    visit.have_done("Forget the repository", &[]);
    browser.until("location.pathname.startsWith('/groups/')");
    visit.shows(&["It has none."]);
    visit.have_done("Take away the role viewer from worker", &[]);
    visit.open("/events");
    visit.shows(&[
        "Tags that moved",
        "public-images/nginx:latest",
        "Registry/CreateTag",
        "InvalidArgument",
        "owner",
    ]);
    visit.look("events");
    visit.open("/watches");
    visit.look("watches");
    visit.open("/data");
    visit.shows(&["yes", "Databases of advisories"]);
    visit.look("advisories");
    visit.open("/tokens");
    visit.shows(&["public-images", "team", "groups.create"]);
    visit.look("tokens");
    visit.have_done("Make a token", &[]);
    visit.shows(&["shown this once"]);
    visit.look("a token");
    let token = browser.run("return document.querySelector('pre[data-copy]').dataset.copy");
    let asked = visit.service.script(
        r#"curl -s -f -H "Authorization: Bearer $TOKEN" "$SERVER/iam/v1/groups" | jq -r '.items[].name'"#,
        &[("TOKEN", token.as_str().unwrap())],
    );
    assert!(asked.stdout.contains("team"), "{}{}", asked.stdout, asked.stderr);
    visit.open("/groups");
    browser.click_text("team");
    browser.until("document.querySelector('#bindings') != null");
    visit.have_done("Forget the group", &[]);
    browser.until("location.pathname == '/groups'");
    assert!(!visit.text().contains("team"), "{}", visit.text());
    // Only what was refused is told, as what it is.
    let others = browser.troubles().into_iter().filter(|text| !text.contains("400"));
    assert_eq!(others.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn whoever_may_only_look_has_no_forms() {
    let Some(visit) = Visit::begin() else { return };
    visit.open("/groups");
    let own = visit.browser.run("return [...document.querySelectorAll('#groups a')].find((one) => one.textContent == 'public-images').getAttribute('href')");
    let group = own.as_str().unwrap();
    let limited = visit.service.script(
        r#"TOKEN=$(pentimento auth token); curl -s -f -H "Authorization: Bearer $TOKEN" "$SERVER/sts/exchange?aud=$SERVER&cap=groups.list&cap=repo.list" | jq -r .token"#,
        &[],
    );
    assert_eq!(limited.code, Some(0), "{}", limited.stderr);
    visit.browser.click(".leave button");
    visit.browser.until("document.querySelector('#token') != null");
    visit.sign_in(limited.stdout.trim());
    for (path, shown) in [
        (group, "role_bindings.list"),
        (group, "identity.list"),
        ("/repositories/public-images/nginx", "tag.list"),
        ("/groups", "public-images"),
        ("/events", "groups.update"),
        ("/watches", "None that you may see"),
    ] {
        visit.open(path);
        visit.shows(&[shown]);
        let forms =
            visit.browser.run("return document.querySelectorAll('main form[method=post]').length");
        assert_eq!(forms, 0, "{path}");
        let wrong = look::looked_at(&visit.browser, path, &[(390, "dark")]);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

const BEFORE: &str = r#"
pentimento auth login
post() { curl -s -f -H "Authorization: Bearer $(pentimento auth token)" --data "$2" "$SERVER$1"; }
REPO=$(post "/registry/v1/repos/$(pentimento iam group describe local -oid)" "{\"name\":\"slow\",\"sync_config\":{\"source\":\"$SOURCE\"}}" | jq -r .id)
post "/registry/v1/tags/$REPO" "{\"name\":\"1.0\"}" >/dev/null
pentimento auth token
"#;

#[test]
fn an_image_is_followed_while_it_is_read() {
    if !is_there(&["chromium", "chromedriver", "curl", "jq", "sh"]) {
        return;
    }
    let registry = Registry::start();
    registry.push("slow", "1.0", &testkit::image("//- /etc/motd\nwelcome\n"));
    registry.fault("/blobs/", Fault::Late(Duration::from_secs(15)));
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &["--registry", &registry.host()]);
    let source = format!("{}/slow", registry.host());
    let (browser, other) = (Browser::start(), Browser::start());
    let made = service.script(BEFORE, &[("SOURCE", &source)]);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let visit = Visit { service, browser, folder };
    visit.sign_in(made.stdout.trim());
    let browser = &visit.browser;
    visit.open("/watches");
    visit.shows(&["local/slow", &source]);
    browser.until("document.querySelector('[data-follow]') != null");
    let image = visit.link("#readings td:nth-child(3) a");
    browser.run("window.here = true");
    // Who opens the image meanwhile is told how far it is, and then shown it.
    other.open(&format!("{}/sign-in?to={image}", visit.service.url));
    other.write("#token", made.stdout.trim());
    other.click(".sign-in button");
    other.until("document.body.innerText.includes('is being read')");
    let wrong = look::looked_at(&other, "an image that is being read", &look::WINDOWS);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    other.until("document.querySelector('.tabs') != null");
    browser.until("document.querySelector('[data-follow]').textContent == 'done'");
    assert_eq!(browser.run("return window.here"), true, "the page is the same");
    let wrong = look::looked_at(browser, "watches", &look::WINDOWS);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Where its registry sends messages is for whoever looks after the repository.
    visit.open("/repositories/local/slow");
    let hook = browser.run("return [...document.querySelectorAll('#manage [data-copy]')].map((one) => one.dataset.copy)");
    let hook = super::texts(&hook);
    assert!(hook[0].contains("/api/v1/hooks?place=") && hook[1].starts_with("Bearer "), "{hook:?}");
    assert_eq!(browser.troubles(), Vec::<String>::new());
}
