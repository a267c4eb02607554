//! No output shows a secret: each is planted in two images, everything is asked about them in every form, and what is
//! written must not have any of them in it.

use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::{Run, run};

/// Secrets of the old image and of the new one, by the name that stands for them in [`IMAGE`]. The tokens have the
/// checksums of their maker.
const SECRETS: &[[&str; 3]] = &[
    [
        "token-variable",
        "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",
        "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",
    ],
    [
        "token-file",
        "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",
        "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",
    ],
    [
        "token-hidden",
        "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",
        "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",
    ],
    ["variable", "Korb7Paket1Alt", "Korb7Paket2Neu"],
    ["label", "Marke3Etikett1Alt", "Marke3Etikett2Neu"],
    ["argument", "Baukasten5Holz1Alt", "Baukasten5Holz2Neu"],
    ["command", "Startwort8Lauf1Alt", "Startwort8Lauf2Neu"],
    ["option", "Schalter2Knopf1Alt", "Schalter2Knopf2Neu"],
    ["health", "Pulswort9Takt1Alt", "Pulswort9Takt2Neu"],
    ["dotenv", "Datenbank4Tor1Alt", "Datenbank4Tor2Neu"],
    ["address", "Adresse6Weg1Alt", "Adresse6Weg2Neu"],
    ["netrc", "Netzwerk2Draht1Alt", "Netzwerk2Draht2Neu"],
    ["pgpass", "Elefant3Ruessel1Alt", "Elefant3Ruessel2Neu"],
    ["hash", "wIqWhJ5dT8kPpX1LZ0mB7sAlt", "wIqWhJ5dT8kPpX1LZ0mB7sNeu"],
    [
        "cloud",
        "kQ7wZ2nLx9RtV4bYc1MpS8dFhG3jK6uE5oAaBbCd",
        "pX3vT8mQz5KsW1nRj6YbD9cHfL2gU7eA4iOqZzYx",
    ],
    [
        "key",
        "MHcCAQEEIBq3Vn0xK1cUe9yqmF4cGqvC0pKx8mZrT5jWnQ2sLhYdoAoGCCqGSM49",
        "MHcCAQEEIJ7tRw2vBx5nLk8sQd4fHg1yZc6pMv3jTu9eXaW0oKbIoAoGCCqGSM49",
    ],
    ["message", "Hinweis4Satz1Alt", "Hinweis4Satz2Neu"],
    ["changelog", "Wandel6Blatt1Alt", "Wandel6Blatt2Neu"],
];

/// An image with a secret wherever one may stand; `@NAME@` is one of [`SECRETS`].
const IMAGE: &str = r#"
//- layer |2 TOKEN=@token-variable@ DB_PASSWORD=@argument@ /bin/sh -c fetch --all
//- /etc/os-release
ID=debian
VERSION_ID=12
//- /etc/passwd
root:x:0:0::/root:/bin/sh
//- /etc/shadow mode=640
root:$6$saltsalt$@hash@IqWhJ5dT8kPpX1LZ0mB7s:19000:0:99999:7:::
//- /srv/shop/.env
DB_PASSWORD=@dotenv@
DATABASE_URL=postgres://shop:@address@@db.internal/shop
//- /srv/shop/deploy.sh mode=755
curl -H "Authorization: Bearer @token-file@" https://api.github.com/
//- /srv/shop/config.json
{"auths":{"registry.internal":{"auth":"@login@"}}}
//- /srv/shop/shop.mo base64=@catalogue@
//- /home/shop/.netrc
machine api.internal login shop password @netrc@
//- /home/shop/.pgpass
db.internal:5432:shop:shop:@pgpass@
//- /home/shop/.aws/credentials
[default]
aws_access_key_id = AKIA3QZ7WX2RTV5KPLMN
aws_secret_access_key = @cloud@
//- /etc/ssl/private/shop.pem
-----BEGIN EC PRIVATE KEY-----
@key@
AwEHoUQDQgAE+9PoaQh2LEntLjeNunrWv7yy5Vpo5o4mjSI/cCIrshM8BAuTlFxt
-----END EC PRIVATE KEY-----
//- /tmp/token
@token-hidden@
//- /var/lib/dpkg/status
Package: shop
Status: install ok installed
Architecture: amd64
Version: @version@
Description: shop

//- /var/lib/dpkg/info/shop.list
/usr/share/doc/shop/changelog.Debian.gz
//- /usr/share/doc/shop/changelog.Debian.gz base64=@paper@
//- layer RUN rm /tmp/token && login --password=@argument@
//- whiteout /tmp/token
//- config {
    "User": "shop",
    "Env": ["GITHUB_TOKEN=@token-variable@", "DB_PASSWORD=@variable@", "URL=https://shop:@address@@db.internal/"],
    "Labels": {"org.example.password": "@label@"},
    "Entrypoint": ["/bin/sh", "-c", "run --token @token-variable@"],
    "Cmd": ["shop", "--password=@command@", "--admin-token", "@option@"],
    "Healthcheck": {"Test": ["CMD-SHELL", "check --password=@health@"]}
  }
"#;

/// The image of a side: 1 is the old one, 2 the new one.
fn image(side: usize) -> testkit::Image {
    let secret = |name: &str| SECRETS.iter().find(|one| one[0] == name).unwrap()[side];
    let version = format!("1.{side}");
    let entry = |version: &str, text: &str| {
        format!(
            "shop ({version}) stable; urgency=low\n\n  * {text}\n\n -- Shop <shop@example.org>  Mon, 14 Sep 2026 00:00:00 +0000\n\n"
        )
    };
    let text = format!("Log in with password={} once", secret("changelog"));
    let paper = entry(&version, &text) + &entry("1.0", "First");
    let paper = testkit::compress(paper.as_bytes(), testkit::Compression::Gzip);
    let mut text = IMAGE
        .replace("@version@", &version)
        .replace("@paper@", &BASE64_STANDARD.encode(paper))
        .replace("@catalogue@", &BASE64_STANDARD.encode(catalogue(secret("message"))))
        .replace("@login@", &login(secret("dotenv")));
    for one in SECRETS {
        text = text.replace(&format!("@{}@", one[0]), one[side]);
    }
    testkit::image(&text)
}

/// A name and a password as registries' credentials have them.
fn login(password: &str) -> String {
    BASE64_STANDARD.encode(format!("shop:{password}"))
}

/// A catalogue of gettext's with one message.
fn catalogue(secret: &str) -> Vec<u8> {
    let text = format!("password = {secret}");
    let numbers = [0x9504_12de, 0, 1, 28, 36, 0, 44, 4, 44, text.len(), 49];
    let numbers =
        numbers.into_iter().flat_map(|number| u32::try_from(number).unwrap().to_le_bytes());
    numbers.chain(b"Hint\0".iter().copied()).chain(text.bytes()).chain([0]).collect()
}

/// Both images, `shop:1` and `shop:2`, and advisories about their package in the folder `kept`.
fn planted() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for side in [1, 2] {
        testkit::write_layout(folder.path(), &side.to_string(), &image(side));
    }
    let file = folder.path().join("advisories.db");
    let advisories =
        "built 2026-11-20T00:00:00Z\nrelease debian 12 bookworm\nCVE-2026-1 high shop <9\n";
    testkit::write_advisories(&file, advisories);
    let kept = run(folder.path(), &["db", "import", "advisories.db", "--db-folder", "kept"]);
    assert_eq!(kept.code, Some(0), "{}", kept.stderr);
    folder
}

/// Whether any secret stands in what was written, also as Base64 has it; which ones.
fn shown(text: &str) -> Vec<&'static str> {
    let is_shown = |secret: &str| {
        text.contains(secret) || text.contains(&login(secret)) || {
            // However it stands among other bytes, these of its digits are the same.
            let digits = BASE64_STANDARD.encode(secret);
            text.contains(&digits[..digits.len() / 4 * 4 - 4])
        }
    };
    let secrets = SECRETS.iter().filter(|one| is_shown(one[1]) || is_shown(one[2]));
    secrets.map(|one| one[0]).collect()
}

#[track_caller]
fn check(folder: &Path, words: &str) -> Run {
    let words: Vec<&str> = words.split_whitespace().collect();
    let run = run(folder, &words);
    for text in [&run.stdout, &run.stderr] {
        assert_eq!(shown(text), [""; 0], "{words:?}:\n{text}");
    }
    run
}

const FORMS: [&str; 4] = ["table", "json", "plain", "html"];

#[test]
fn what_is_planted_is_found() {
    let folder = planted();
    let told = check(folder.path(), "secrets oci:.:2 --all --json").stdout;
    for rule in [
        "github-token",
        "private-key",
        "aws-secret-key",
        "netrc-password",
        "pgpass-password",
        "docker-credentials",
        "password-hash",
        "password-in-address",
        "password-in-configuration",
    ] {
        assert!(told.contains(&format!("\"{rule}\"")), "{rule}: {told}");
    }
    for place in ["env:URL", "labels:org.example.password", "history", "healthcheck", "/tmp/token"]
    {
        assert!(told.contains(&format!("\"{place}\"")), "{place}: {told}");
    }
}

#[test]
fn no_comparison_shows_a_secret() {
    let folder = planted();
    for form in FORMS {
        for words in [
            "--files --all --sizes --depth 9 --layers --db-folder kept",
            "--changelog --all --no-vulnerabilities",
            "--budget 1 --no-vulnerabilities",
        ] {
            let told =
                check(folder.path(), &format!("diff oci:.:1 oci:.:2 --format {form} {words}"));
            assert!(told.stdout.contains("DB_PASSWORD"), "{}{}", told.stdout, told.stderr);
        }
        let told =
            check(folder.path(), &format!("changelog oci:.:1 oci:.:2 --all --format {form}"));
        assert!(
            told.stdout.contains("‹16 characters›") || told.stdout.contains("‹16,characters›"),
            "{}{}",
            told.stdout,
            told.stderr
        );
    }
}

#[test]
fn no_content_and_no_explanation_shows_a_secret() {
    let folder = planted();
    let image = IMAGE.lines().filter_map(|line| line.strip_prefix("//- /"));
    let paths: Vec<String> =
        image.filter_map(|line| Some(format!("/{}", line.split(' ').next()?))).collect();
    assert_eq!(paths.len(), 15);
    let contents: String = paths
        .iter()
        .filter(|path| *path != "/tmp/token")
        .map(|path| format!(" --content {path}"))
        .collect();
    for form in FORMS {
        let told =
            check(folder.path(), &format!("diff oci:.:1 oci:.:2 --all --format {form}{contents}"));
        assert!(told.stdout.contains("characters"), "{}{}", told.stdout, told.stderr);
        for path in &paths {
            check(folder.path(), &format!("diff oci:.:1 oci:.:2 --explain {path} --format {form}"));
        }
    }
}

#[test]
fn no_analysis_shows_a_secret() {
    let folder = planted();
    for form in FORMS {
        let told = check(
            folder.path(),
            &format!("analyze oci:.:2 --all --sizes --layers --format {form} --cache-folder cache"),
        );
        assert!(told.stdout.contains("DB_PASSWORD"), "{}{}", told.stdout, told.stderr);
        for words in [
            "secrets oci:.:2 --all",
            "verify oci:.:2 --all",
            "scan oci:.:2 --all --db-folder kept --sarif out.sarif --markdown out.md",
            "diff oci:.:1 oci:.:2 --all --changelog --db-folder kept --sarif diff.sarif --markdown diff.md",
            "images --cache-folder cache",
            "show oci:.:2 --cache-folder cache",
            "history oci:.:2 --cache-folder cache",
            "analyze oci:.:3",
        ] {
            check(folder.path(), &format!("{words} --format {form}"));
        }
    }
    for file in ["out.sarif", "out.md"] {
        let text = std::fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(text.contains("CVE-2026-1"), "{text}");
        assert_eq!(shown(&text), [""; 0], "{file}: {text}");
    }
    for (file, told) in [("diff.sarif", "secret"), ("diff.md", "Secrets and weak settings")] {
        let text = std::fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(text.contains(told), "{text}");
        assert_eq!(shown(&text), [""; 0], "{file}: {text}");
    }
}

#[test]
fn no_query_shows_a_secret() {
    let folder = planted();
    let all = check(folder.path(), "query --plain").stdout;
    let queries: Vec<&str> = all
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| {
            ["list-", "show-", "has-", "base-", "distro-", "size-", "common-"]
                .iter()
                .any(|start| name.starts_with(start))
        })
        .collect();
    assert!(queries.len() >= 28, "{all}");
    // What was read is kept, so that each answer takes a moment.
    let ask = |query: &str, form: &str| {
        let words =
            format!("query --image=oci:.:2 {query} --offline --format {form} --cache-folder cache");
        check(folder.path(), &words)
    };
    for query in &queries {
        let parameters = match *query {
            "show-non-packaged-files-diff" => "all / oci:.:1",
            "show-file-diffs" | "show-pkg-diffs" | "common-packages" | "base-status" => "oci:.:1",
            _ => "all",
        };
        for form in FORMS {
            ask(&format!("{query} {parameters}"), form);
        }
    }
    let matches =
        check(folder.path(), "query --image=oci:.:2 list-content-search-matches all --plain");
    assert!(matches.stdout.contains("/etc/ssl/private/shop.pem PRIV_KEY"), "{}", matches.stdout);
}

/// Everything that a service tells of both images, one answer below the other.
#[cfg(feature = "serve")]
const ASKED: &str = r#"
pentimento auth login
post() { curl -s -f -H "Authorization: Bearer $(pentimento auth token)" --data "$2" "$SERVER$1"; }
get() { curl -s -f -H "Authorization: Bearer $(pentimento auth token)" "$SERVER$1"; }
GROUP=$(pentimento iam group describe local -oid)
REPO=$(post "/registry/v1/repos/$GROUP" "{\"name\":\"shop\",\"sync_config\":{\"source\":\"$SOURCE\"}}" | jq -r .id)
OLD=$(post "/registry/v1/tags/$REPO" '{"name":"1"}' | jq -r .digest)
NEW=$(post "/registry/v1/tags/$REPO" '{"name":"2"}' | jq -r .digest)
get "/registry/v1/repos/$REPO/diff?from_digest=$OLD&to_digest=$NEW"
get "/registry/v1/repos/$REPO/digests/$NEW/sbom"
get "/registry/v1/repos/$REPO/digests/$NEW/imageconfig"
get "/api/v1/images/$NEW?repo=$REPO"
for FORMAT in table json plain html; do
  get "/api/v1/comparisons?repo=$REPO&from=$OLD&to=$NEW&format=$FORMAT&files=true&all=true&sizes=3"
done
get "/api/v1/comparisons/files?repo=$REPO&from=$OLD&to=$NEW"
get "/compare?old=local/shop:1&new=local/shop:2"
for PAGE in changelogs sizes package; do
  get "/compare/$PAGE?old=local/shop:1&new=local/shop:2&type=deb&name=shop"
done
get "/compare/package?old=local/shop:1&new=local/shop:2&type=deb&name=shop&part=list"
get "/compare/changelogs?old=local/shop:1&new=local/shop:2&format=json"
for PAGE in events watches "groups/$GROUP" repositories/local/shop; do get "/$PAGE"; done
for TAB in packages files vulnerabilities layers settings licences secrets; do
  get "/repositories/local/shop@$NEW/$TAB"
done
"#;

#[cfg(feature = "serve")]
#[test]
fn no_service_shows_a_secret() {
    use crate::serve::{Service, is_there};
    if !is_there(&["curl", "jq", "sh"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let registry = testkit::registry::Registry::start();
    for side in [1, 2] {
        registry.push("shop", &side.to_string(), &image(side));
    }
    let (host, source) = (registry.host(), format!("{}/shop", registry.host()));
    let service = Service::start(folder.path(), &["--registry", &host]);
    let told = service.script(ASKED, &[("SOURCE", &source)]);
    for words in ["DB_PASSWORD", "What changed", "How it was built", "Log in with password="] {
        assert!(told.stdout.contains(words), "{words}: {}{}", told.stdout, told.stderr);
    }
    assert_eq!(
        (shown(&told.stdout), told.code),
        (Vec::new(), Some(0)),
        "{}{}",
        told.stdout,
        told.stderr
    );
}
