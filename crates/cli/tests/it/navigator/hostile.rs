//! An image that somebody made to harm whoever looks at it: markup, control and direction characters, and paths of four
//! kilobytes, wherever an image has names. All of it is text on pages, and nothing but text.

use serde_json::{Value, json};
use testkit::Image;
use testkit::registry::Registry;

use super::browser::Browser;
use super::{Visit, look};
use crate::serve::{Service, is_there};

/// What would run if it were taken for markup: in text, in an attribute, in an address.
const MARKUP: [&str; 4] = [
    "<img src=x onerror=window.harmed=1>",
    "\"><svg onload=window.harmed=1>",
    "'><script>window.harmed=1<",
    "javascript:window.harmed=1",
];

/// Turns text round, hides, moves the cursor, ends lines.
const DECEIVING: &str = "a\u{202e}gpj.exe\u{2066}\u{200b}\u{1b}[2Jb\u{7}\r\n\tc\u{ad}\u{feff}";

/// The image before, or the one after with other bytes everywhere.
fn image(round: u32) -> Image {
    let mut names: Vec<String> = MARKUP.iter().map(|name| (*name).to_owned()).collect();
    names.push(DECEIVING.to_owned());
    let mut text = String::new();
    let said = format!("RUN {} {}", MARKUP[0], MARKUP[2]);
    text += &format!("//- layer {said} # {round}\n");
    for name in &names {
        text += &format!("//- /srv/{0}/{0}\n{round}\n", escaped(name));
    }
    text += &format!("//- /srv/\\xff\\xfe\\xc0{round}\n1\n");
    // Of 4,096 bytes in parts, and of as many in one.
    let long = vec!["long<b>".repeat(28); 20].join("/");
    text += &format!("//- /srv/{long}\n{round}\n//- /{}\n{round}\n", "w".repeat(4095));
    text += "//- /etc/os-release\nID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"<u>Debian</u>\"\n";
    // The package manager's records, and those of a language, which anybody may write.
    text += "//- /var/lib/dpkg/status\n";
    for (place, name) in names.iter().enumerate() {
        let line = name.replace(['\r', '\n', '\t'], "");
        text += &format!(
            "Package: p{place}{line}\nStatus: install ok installed\nArchitecture: amd64\nMaintainer: {line}\nVersion: {round}.0{line}\n\n"
        );
    }
    for (place, name) in names.iter().enumerate() {
        let package = json!({ "name": format!("n{place}{name}"), "version": format!("{round}.0.0"), "license": name });
        text += &format!("//- /app/node_modules/n{place}/package.json\n{package}\n");
    }
    let labels: serde_json::Map<String, Value> =
        names.iter().map(|name| (name.clone(), json!(format!("{name} {round}")))).collect();
    let env: Vec<String> = names.iter().map(|name| format!("{name}={name} {round}")).collect();
    let config = json!({ "Labels": labels, "Env": env, "Entrypoint": names, "User": format!("{} {round}", MARKUP[0]),
        "WorkingDir": format!("/{}", MARKUP[1]), "Volumes": { MARKUP[0]: {} }, "ExposedPorts": { MARKUP[2]: {} } });
    text += &format!("//- config {config}\n");
    let history = names.iter().map(|name| json!({ "created_by": format!("{name} {round}"), "comment": name, "empty_layer": true }));
    let history: Vec<Value> = history.chain([json!({ "created_by": said })]).collect();
    text += &format!("//- image {}\n", json!({ "author": MARKUP[0], "history": history }));
    testkit::image(&text)
}

/// A name as the grammar of images has it.
fn escaped(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' => char::from(byte).to_string(),
            byte => format!("\\x{byte:02x}"),
        })
        .collect::<String>()
}

/// What of the page that is there is not as harmless as it has to be.
const HARM: &str = r"const harm = [];
if (window.harmed) harm.push('a script of the image ran');
if (document.querySelectorAll('script').length !== 1) harm.push('there is another script');
for (const one of document.querySelectorAll('img, iframe, object, embed, u, main script, [onerror], [onload], [href^=javascript]')) {
  harm.push('the image made an element: ' + one.outerHTML.slice(0, 200));
}
for (const one of document.querySelectorAll('main svg')) if (!one.matches('.spark, .map, .map *')) harm.push('a picture: ' + one.outerHTML.slice(0, 200));
const raw = document.documentElement.outerHTML.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/);
if (raw) harm.push('a character that deceives: ' + raw[0].charCodeAt(0).toString(16) + ' in ' + raw.input.slice(Math.max(0, raw.index - 80), raw.index + 40));
return harm;";

const BEFORE: &str = r#"
pentimento auth login
post() { curl -s -f -H "Authorization: Bearer $(pentimento auth token)" --data "$2" "$SERVER$1"; }
REPO=$(post "/registry/v1/repos/$(pentimento iam group describe local -oid)" "{\"name\":\"evil\",\"sync_config\":{\"source\":\"$SOURCE\"}}" | jq -r .id)
for TAG in old new; do post "/registry/v1/tags/$REPO" "{\"name\":\"$TAG\"}" >/dev/null; done
pentimento auth token
"#;

#[test]
fn what_is_in_an_image_is_text_on_pages_and_nothing_else() {
    if !is_there(&["chromium", "chromedriver", "curl", "jq", "sh"]) {
        return;
    }
    let registry = Registry::start();
    registry.push("evil", "old", &image(1));
    registry.push("evil", "new", &image(2));
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &["--registry", &registry.host()]);
    let source = format!("{}/evil", registry.host());
    let made = service.script(BEFORE, &[("SOURCE", &source)]);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let visit = Visit { service, browser: Browser::start(), folder };
    visit.sign_in(made.stdout.trim());
    let browser = &visit.browser;
    let mut wrong = Vec::new();
    let mut look = |name: &str, shown: &[&str]| {
        let text = visit.text();
        let missing = shown.iter().filter(|part| !text.contains(**part));
        wrong.extend(missing.map(|part| format!("{name} does not show {part}\n{text:.4000}")));
        wrong.extend(
            super::texts(&browser.run(HARM)).into_iter().map(|text| format!("{name}: {text}")),
        );
        wrong.extend(look::looked_at(browser, name, &[(390, "light")]));
    };
    visit.open("/compare?old=local/evil:old&new=local/evil:new");
    browser.until("document.querySelector('#files') != null");
    look("comparison", &[MARKUP[0], "\\u{202e}", "\\u{1b}", "1.0a\\u{202e}gpj"]);
    // What opens in a row is put into the page by a script.
    browser.click("#packages details[data-folder] > summary");
    browser.until("document.querySelector('#packages tr.opened .more') != null");
    look("a package in its row", &[]);
    for page in ["changelogs", "sizes"] {
        visit.open(&format!("/compare/{page}?old=local/evil:old&new=local/evil:new"));
        look(page, &[]);
    }
    visit.open("/compare?old=local/evil:old&new=local/evil:new");
    visit.open(&visit.link("#packages td.name .inside a"));
    look("package", &["Changelog"]);
    visit.open("/compare?old=local/evil:old&new=local/evil:new");
    let row = browser.run_and_wait(
        "const done = arguments[arguments.length - 1];
        fetch(location.href + '&format=json&table=paths').then((answer) => answer.json()).then((table) => done(table.rows.map((row) => row.path)));",
    );
    for path in
        super::texts(&row).iter().filter(|path| path.starts_with("/srv") || path.contains("/www"))
    {
        let address = format!(
            "return '/compare/path?old=local/evil:old&new=local/evil:new&path=' + encodeURIComponent({})",
            json!(path)
        );
        visit.open(browser.run(&address).as_str().unwrap());
        look("path", &["Why it changed"]);
    }
    visit.open("/repositories/local/evil:new");
    look("tag", &[]);
    let image = visit.link(".knot .when a");
    visit.open(&image);
    look("image", &[]);
    for (tab, shown) in [
        ("packages", MARKUP[0]),
        ("files?folder=/srv", "\\u{202e}"),
        ("vulnerabilities", ""),
        ("layers", MARKUP[0]),
        ("settings", MARKUP[1]),
        ("licences", MARKUP[0]),
        ("secrets", ""),
    ] {
        visit.open(&image.split('?').next().map(|image| format!("{image}/{tab}")).unwrap());
        look(tab, &[shown]);
    }
    visit.open("/search?q=%3Cimg");
    look("search", &[MARKUP[0]]);
    for path in ["/", "/events", "/watches"] {
        visit.open(path);
        look(path, &[]);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
