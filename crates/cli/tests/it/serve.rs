//! The service as its users meet it: `pentimento serve`, a real registry, and the programs that people ask with.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::kept::Server as Registry;
use crate::{Run, command, run, shop};

/// A service that listens, until it is dropped.
pub(crate) struct Service {
    pub(crate) url: String,
    pub(crate) home: PathBuf,
    child: Child,
    _output: BufReader<ChildStdout>,
}

impl Service {
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Service {
        Service::start_in(folder, &folder.join("home"), arguments)
    }

    /// The same, in a home that others may live in, too.
    pub(crate) fn start_in(folder: &Path, home: &Path, arguments: &[&str]) -> Service {
        let home = home.to_owned();
        fs::create_dir_all(&home).unwrap();
        let mut all = vec!["serve", "--listen", "127.0.0.1:0"];
        all.extend(arguments);
        let mut child = command(folder, &all)
            .env("HOME", &home)
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let log = || fs::read_to_string(folder.join("log")).unwrap();
        let url = line.trim().strip_prefix("Pentimento serves at ");
        let url = url.unwrap_or_else(|| panic!("{line}{}", log())).to_owned();
        Service { url, home, child, _output: output }
    }

    /// Kills it: it has no time to end anything.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Runs the program in the service's home.
    pub(crate) fn told(&self, arguments: &[&str]) -> Run {
        Run::of(&command(&self.home, arguments).env("HOME", &self.home).output().unwrap())
    }

    /// Runs a script with the programs of this machine and ours, in the service's home.
    pub(crate) fn script(&self, text: &str, variables: &[(&str, &str)]) -> Run {
        let program = Path::new(env!("CARGO_BIN_EXE_pentimento")).parent().unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new("sh")
            .args(["-e", "-u", "-c", text])
            .env_clear()
            .env("PATH", format!("{}:{path}", program.display()))
            .env("HOME", &self.home)
            .env("SERVER", &self.url)
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        Run::of(&output)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn is_there(programs: &[&str]) -> bool {
    let missing = |program: &&&str| Command::new(program).arg("--version").output().is_err();
    if let Some(program) = programs.iter().find(missing) {
        println!("skipped: {program} is not installed");
        return false;
    }
    true
}

/// The session of the guide to the Image Diff API, with other hosts, `skopeo` for `crane`, and our way to log in.
const SESSION: &str = r#"
pentimento auth login
TOKEN=$(cat ~/.cache/chainguard/$(echo $SERVER | tr / -)/oidc-token)

GROUP_UIDP=$(pentimento iam group describe public-images -ojson |jq -r '.id')

FROM_DIGEST=$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://${REPO_URL}:1.4")
TO_DIGEST=$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://${REPO_URL}:latest")

REPO_NAME=$(echo $REPO_URL | cut -d'/' -f3)

REPO_UIDP=$(curl -s -X GET -H "Authorization: Bearer $TOKEN" \
  "$SERVER/registry/v1/repos?name=${REPO_NAME}" | \
  jq -r ".items[] | select(.id | startswith(\"${GROUP_UIDP}\")) | .id")

curl -s -X GET -H \
  "Authorization: Bearer $TOKEN" \
  "$SERVER/registry/v1/repos/${REPO_UIDP}/diff?from_digest=${FROM_DIGEST}&to_digest=${TO_DIGEST}" | \
  jq -r
"#;

/// What has to be there before: the group and the repository.
const BEFORE: &str = r#"
pentimento auth login
post() { curl -s -H "Authorization: Bearer $(pentimento auth token)" --data "$2" "$SERVER$1"; }
GROUP=$(post /iam/v1/groups '{"name":"public-images"}' | jq -r .id)
post "/registry/v1/repos/$GROUP" "{\"name\":\"shop\",\"sync_config\":{\"source\":\"$REPO_URL\"}}"
"#;

#[test]
fn the_session_of_the_guide_works() {
    if !is_there(&["curl", "jq", "sh"]) {
        return;
    }
    let Some(registry) = Registry::start() else { return };
    let folder = shop();
    for (source, tag) in [("1.4", "1.4"), ("1.5", "latest")] {
        registry.push_as(folder.path(), source, &format!("team/shop:{tag}"));
    }
    let repository = format!("{}/team/shop", registry.host);
    let advisories = format!("built 2024-02-27T01:23:18Z\n{}", testkit::DEMO_ADVISORIES);
    testkit::write_advisories(&folder.path().join("advisories.db"), &advisories);
    let kept = ["--db-folder", "kept"];
    let import = run(folder.path(), &[&["db", "import", "advisories.db"], &kept[..]].concat());
    assert_eq!(import.code, Some(0), "{}", import.stderr);
    let service =
        Service::start(folder.path(), &[&["--registry", &registry.host], &kept[..]].concat());
    let variables = [("REPO_URL", repository.as_str())];
    let before = service.script(BEFORE, &variables);
    assert_eq!(before.code, Some(0), "{}{}", before.stdout, before.stderr);
    let session = service.script(SESSION, &variables);
    assert_eq!(session.code, Some(0), "{}{}", session.stdout, session.stderr);
    let diff: Value = serde_json::from_str(&session.stdout).unwrap();
    let names = |list: &str| -> Vec<String> {
        let list = diff["packages"][list].as_array().unwrap().iter();
        list.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    // tzdata was built for another architecture: to the contract that is another package.
    assert_eq!(names("added"), ["libicu72", "libxml2", "tzdata"]);
    assert!(names("removed").contains(&"perl-doc".to_owned()), "{:?}", names("removed"));
    assert!(names("changed").contains(&"openssl".to_owned()), "{:?}", names("changed"));
    let added = &diff["packages"]["added"][1];
    let purl = added["reference"].as_str().unwrap();
    assert!(purl.starts_with("pkg:deb/debian/libxml2@"), "{purl}");
    let vulnerabilities = &diff["vulnerabilities"];
    assert_eq!(
        vulnerabilities["added"],
        json!([
            {"id": "CVE-2024-56171", "reference": "debian:distro:debian:12", "severity": "High"},
            {"id": "CVE-2025-24928", "reference": "debian:distro:debian:12", "severity": "High"},
        ])
    );
    let removed = vulnerabilities["removed"].as_array().unwrap();
    assert!(
        removed.iter().any(|one| one["id"] == "CVE-2024-5535" && one["severity"] == "Critical")
    );
    let metadata = vulnerabilities["metadata"].as_array().unwrap();
    assert_eq!(metadata.len(), 2);
    for one in metadata {
        assert!(one["digest"].as_str().unwrap().starts_with("sha256:"), "{one}");
        let version = concat!("v", env!("CARGO_PKG_VERSION"));
        assert_eq!(one["scanner"], json!({"name": "pentimento", "version": version}));
        assert_eq!(one["vulnerabilityDbLastBuildTime"], "2024-02-27T01:23:18Z");
        assert_eq!(one["vulnerabilityDbSchemaVersion"], "v6.1.9");
    }
    // What was read is kept: the registry may be gone.
    drop(registry);
    let kept =
        SESSION.lines().filter(|line| !line.contains("skopeo")).collect::<Vec<_>>().join("\n");
    let digests = folder.path().join("shop");
    let digest = |tag: &str| {
        let index: Value =
            serde_json::from_slice(&fs::read(digests.join("index.json")).unwrap()).unwrap();
        let manifests = index["manifests"].as_array().unwrap().iter();
        let mut tagged =
            manifests.filter(|one| one["annotations"]["org.opencontainers.image.ref.name"] == *tag);
        tagged.next().unwrap()["digest"].as_str().unwrap().to_owned()
    };
    let (from, to) = (digest("1.4"), digest("1.5"));
    let variables = [variables[0], ("FROM_DIGEST", &from), ("TO_DIGEST", &to)];
    let again = service.script(&kept, &variables);
    assert_eq!(again.stdout, session.stdout, "{}", again.stderr);
}

/// What a demonstration answers to every kind of question.
const DEMO: &str = r#"
pentimento auth login
get() { curl -s -f -H "Authorization: Bearer $(pentimento auth token)" "$SERVER$1"; }
GROUP=$(pentimento iam group describe public-images -ojson | jq -r .id)
REPO=$(get "/registry/v1/repos?name=nginx&uidp.childrenOf=$GROUP" | jq -r '.items[].id')
TAG=$(get "/registry/v1/tags?uidp.children_of=$REPO&name=latest" | jq -r '.items[].id')
DIGESTS=$(get "/registry/v1/tags/$TAG/history" | jq -r '.items[].digest')
FIRST=$(echo "$DIGESTS" | head -1)
LAST=$(get "/registry/v1/tags?uidp.children_of=$REPO&name=latest-dev" | jq -r '.items[].digest')
get "/registry/v1/repos/$REPO/diff?from_digest=$FIRST&to_digest=$LAST" | jq -c '.packages.added[].name, (.packages.changed[] | [.name, .previous.version, .current.version]), .config.changed.changedUser'
get "/registry/v1/repos/$REPO/diff?from_digest=$FIRST&to_digest=$LAST" | jq -c '.vulnerabilities.added, .vulnerabilities.removed[], (.vulnerabilities.metadata[] | .vulnerabilityDbLastBuildTime)'
get "/registry/v1/repos/$REPO/digests/$FIRST/vulnreport" | jq -c '.vulnerabilityDbLastBuildTime, (.vulnerabilityMatches[] | [.vulnerability.id, .vulnerability.severity, .vulnerability.cvss[0].score, .pkg.name, .fix.state, .fix.versions[0]]), (.rawVulnReport | @base64d | fromjson | .kind)'
get "/registry/v1/repos/$REPO/digests/$LAST/size" | jq -c '.arch'
get "/registry/v1/repos/$REPO/digests/$LAST/architectures" | jq -c .
get "/registry/v1/repos/$REPO/digests/$LAST/imageconfig" | jq -c '.user, .entrypoint, .exposedPorts'
get "/registry/v1/repos/$REPO/digests/$LAST/sbom" | jq -c '.format, .source, (.graph.nodes | length), (.rawSbom | @base64d | fromjson | .spdxVersion, .packages[2].name)'
get "/registry/v1/repos/$REPO/digest/$LAST/rawsbom" | jq -c '.rawSbom | fromjson | .relationships | length'
get "/v2/public-images/nginx/_chainguard/history/latest?start=2024-01-01T00:00:00Z" | jq -c '[.history[].updateTimestamp]'
get "/registry/v1/repos/$REPO/diff?from_digest=$FIRST&to_digest=$FIRST" | jq -c '.packages, .config'
"#;

#[test]
fn a_demonstration_answers_at_once() {
    if !is_there(&["curl", "jq", "sh"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        // The second time all of it is there already.
        let service = Service::start(folder.path(), &["--demo"]);
        let told = service.script(DEMO, &[]);
        assert_eq!(told.code, Some(0), "{}{}", told.stdout, told.stderr);
        assert_eq!(
            told.stdout,
            r#""apk-tools"
"bash"
"busybox"
"zlib"
["libcrypto3","3.1.4-r1","3.2.1-r0"]
["libssl3","3.1.4-r1","3.2.1-r0"]
["nginx","1.25.3-r1","1.25.4-r0"]
{"current":"root","previous":"65532"}
[]
{"id":"CVE-2024-0727","reference":"wolfi:distro:wolfi:rolling","severity":"Medium"}
{"id":"CVE-2024-24990","reference":"wolfi:distro:wolfi:rolling","severity":"High"}
"2024-02-27T01:23:18Z"
"2024-02-27T01:23:18Z"
"2024-02-27T01:23:18Z"
["CVE-2024-0727","MEDIUM","5.5","libcrypto3","FIXED","3.2.1-r0"]
["CVE-2024-0727","MEDIUM","5.5","libssl3","FIXED","3.2.1-r0"]
["CVE-2024-24990","HIGH","7.5","nginx","FIXED","1.25.4-r0"]
"scan"
"amd64"
{"archs":["amd64"]}
"root"
["/usr/sbin/nginx"]
{"8080/tcp":{}}
"spdx"
"GENERATED"
11
"SPDX-2.3"
"bash"
12
["2024-01-22T08:49:31Z","2024-02-15T03:35:00Z"]
{"added":[],"removed":[],"changed":[]}
null
"#
        );
    }
}

#[test]
fn without_advisories_nothing_looks_as_if_somebody_had_looked() {
    if !is_there(&["curl", "jq", "sh"]) {
        return;
    }
    let Some(registry) = Registry::start() else { return };
    let folder = shop();
    registry.push_as(folder.path(), "1.4", "team/shop:1.4");
    registry.push_as(folder.path(), "1.5", "team/shop:latest");
    let repository = format!("{}/team/shop", registry.host);
    let service = Service::start(folder.path(), &["--registry", &registry.host]);
    let variables = [("REPO_URL", repository.as_str())];
    assert_eq!(service.script(BEFORE, &variables).code, Some(0));
    let session = service.script(SESSION, &variables);
    let diff: Value = serde_json::from_str(&session.stdout).unwrap();
    assert_eq!(diff["vulnerabilities"], Value::Null);
    assert!(diff["warnings"][0].as_str().unwrap().starts_with("vulnerabilities are not known"));
    let report = r#"
REPO=$(curl -s -H "Authorization: Bearer $(pentimento auth token)" "$SERVER/registry/v1/repos?name=shop" | jq -r '.items[].id')
DIGEST=$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://${REPO_URL}:1.4")
curl -s -H "Authorization: Bearer $(pentimento auth token)" "$SERVER/registry/v1/repos/$REPO/digests/$DIGEST/vulnreport" | jq -c '[.code, .message]'
"#;
    let report = service.script(report, &variables);
    assert_eq!(
        report.stdout, "[5,\"there is no report: the service has no vulnerability data\"]\n",
        "{}",
        report.stderr
    );
}

#[test]
fn a_service_ends_when_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let mut service = Service::start(folder.path(), &[]);
    let id = service.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(service.child.wait().unwrap().code(), Some(0));
}

#[test]
fn whoever_has_the_folder_has_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]);
    let before = service.told(&["auth", "token"]);
    assert_eq!(before.code, Some(2));
    assert!(before.stderr.contains("hint: `pentimento auth login` makes one"), "{}", before.stderr);
    assert_eq!(service.told(&["auth", "login"]).code, Some(0));
    let token = service.told(&["auth", "token"]).stdout;
    assert!(token.starts_with("ey"), "{token}");
    let status = service.told(&["auth", "status"]).stdout;
    assert!(status.contains(&format!(" of {}, until ", service.url)), "{status}");
    assert!(status.contains("repo.list"), "{status}");
    let group = service.told(&["iam", "group", "describe", "local", "-o", "json"]);
    let group: Value = serde_json::from_str(&group.stdout).unwrap();
    assert_eq!(group["name"], "local");
    let id = service.told(&["iam", "group", "describe", group["id"].as_str().unwrap(), "-oid"]);
    assert_eq!(id.stdout.trim(), group["id"].as_str().unwrap());
    let nobody = service.told(&["iam", "group", "describe", "nobody"]);
    assert_eq!(nobody.code, Some(2));
    assert!(nobody.stderr.contains("no group that you may see is called nobody"));
    let audience = service.url.replace('/', "-");
    let file = service.home.join(".cache/chainguard").join(audience).join("oidc-token");
    assert_eq!(fs::read_to_string(&file).unwrap(), token.trim());
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_configuration_file_says_what_options_say() {
    if !is_there(&["curl", "jq", "sh"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("serve.toml");
    let text =
        "demo = true\nmetrics = true\nlisten = \"192.0.2.1:1\"\nanonymous = [\"public-images\"]\n";
    fs::write(&file, text).unwrap();
    // The address of the command line wins, or it could not begin.
    let service = Service::start(folder.path(), &["--config", "serve.toml"]);
    let told = service.script(
        r#"
curl -s -f "$SERVER/metrics" | grep -c '^pentimento_requests_total'
curl -s -f "$SERVER/api/v1/repos" | jq -r '.items[].name' | sort
curl -s "$SERVER/iam/v1/groups" --data '{"name":"x"}' | jq -c .
"#,
        &[],
    );
    let expect =
        "12\ncurl\nnginx\n{\"code\":16,\"message\":\"failed to verify token\",\"details\":[]}\n";
    assert_eq!(told.stdout, expect, "{}", told.stderr);
    fs::write(&file, "metric = true").unwrap();
    let wrong = run(folder.path(), &["serve", "--config", "serve.toml"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("there is no key metric, but listen"), "{}", wrong.stderr);
    let nobody = ["serve", "--data", "data", "--listen", "127.0.0.1:0", "--anonymous", "none"];
    let nobody = run(folder.path(), &nobody);
    assert!(nobody.stderr.contains("there is no such group"), "{}", nobody.stderr);
}
