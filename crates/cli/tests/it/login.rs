//! Signing in at a service of another machine: at its issuer with a browser, or with a token that an issuer made.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::navigator::ALICE;
use crate::navigator::issuer::Issuer;
use crate::serve::{Service, is_there};
use crate::{Run, command};

/// What is told to somebody at a machine of their own.
fn told(home: &Path, arguments: &[&str]) -> Run {
    Run::of(&command(home, arguments).env("HOME", home).output().unwrap())
}

#[test]
fn somebody_signs_in_at_the_issuer_that_a_service_names() {
    if !is_there(&["curl", "jq", "sh"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let issuer = Issuer::start();
    let options = ["--demo", "--login-issuer", &issuer.url, "--login-client", "pentimento"];
    let service = Service::start(folder.path(), &options);
    let made = service.script(ALICE, &[("ISSUER", &issuer.url)]);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let home = folder.path().join("elsewhere");
    fs::create_dir(&home).unwrap();
    let server = ["--server", &service.url];
    let before = told(&home, &[&server[..], &["images"]].concat());
    assert!(before.stderr.contains("`pentimento auth login` makes one"), "{}", before.stderr);
    let mut login = command(&home, &[&server[..], &["auth", "login"]].concat())
        .env("HOME", &home)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut address = String::new();
    BufReader::new(login.stdout.take().unwrap()).read_line(&mut address).unwrap();
    assert!(address.starts_with(&format!("{}/authorize?", issuer.url)), "{address}");
    assert!(address.contains("&code_challenge_method=S256"), "{address}");
    // Whoever comes without what the browser was given is sent away.
    let (_, back) = address.split_once("&redirect_uri=").unwrap();
    let back = back.split('&').next().unwrap().replace("%3A", ":").replace("%2F", "/");
    let browse = |address: &str| {
        let browsed = Command::new("curl").args(["-s", "-L", address]).output().unwrap();
        String::from_utf8(browsed.stdout).unwrap()
    };
    assert_eq!(browse(&format!("{back}?code=other&state=guessed")), "There is nothing here.");
    let page = browse(address.trim());
    assert_eq!(page, "You may close this page: the program goes on.");
    assert_eq!(login.wait().unwrap().code(), Some(0));
    let status = told(&home, &[&server[..], &["auth", "status"]].concat());
    assert!(status.stdout.contains("repo.list"), "{}{}", status.stdout, status.stderr);
    assert!(!status.stdout.contains("repo.create"), "{}", status.stdout);
    let images = told(&home, &[&server[..], &["images", "--plain"]].concat());
    assert!(images.stdout.contains("public-images/nginx:latest"), "{}", images.stderr);
}

#[test]
fn somebody_signs_in_with_a_browser_of_another_machine() {
    if !is_there(&["curl", "jq", "sh"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let issuer = Issuer::start();
    let options = ["--demo", "--login-issuer", &issuer.url, "--login-client", "pentimento"];
    let service = Service::start(folder.path(), &options);
    let made = service.script(ALICE, &[("ISSUER", &issuer.url)]);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let home = folder.path().join("elsewhere");
    fs::create_dir(&home).unwrap();
    let login = told(&home, &["--server", &service.url, "auth", "login", "--device"]);
    assert_eq!(login.code, Some(0), "{}", login.stderr);
    assert_eq!(login.stdout, format!("{}/enter\nBCDF-GHJK\n", issuer.url));
    let status = told(&home, &["--server", &service.url, "auth", "status"]);
    assert!(status.stdout.contains("repo.list"), "{}{}", status.stdout, status.stderr);
}

#[test]
fn a_token_of_an_issuer_is_shown_for_one_of_the_service() {
    if !is_there(&["curl", "jq", "sh"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &["--demo"]);
    assert_eq!(service.told(&["auth", "login"]).code, Some(0));
    let token = service.told(&["auth", "token"]).stdout;
    let home = folder.path().join("elsewhere");
    fs::create_dir(&home).unwrap();
    let file = home.join("token");
    fs::write(&file, &token).unwrap();
    let login = ["--server", &service.url, "auth", "login"];
    let nowhere = told(&home, &login);
    assert_eq!(nowhere.code, Some(2));
    assert!(nowhere.stderr.contains("does not say where one signs in"), "{}", nowhere.stderr);
    assert!(nowhere.stderr.contains("--identity-token FILE"), "{}", nowhere.stderr);
    for (said, code) in
        [(file.to_str().unwrap(), 0), (token.trim(), 0), ("e30.e30.e30", 2), ("no token", 2)]
    {
        let shown = told(&home, &[&login[..], &["--identity-token", said]].concat());
        assert_eq!(shown.code, Some(code), "{}", shown.stderr);
        assert!(!shown.stderr.contains(token.trim()), "{}", shown.stderr);
    }
    let status = told(&home, &["--server", &service.url, "auth", "status"]);
    assert!(status.stdout.contains("repo.create"), "{}", status.stdout);
    let other = ["--identity", &"a".repeat(40), "--identity-token", file.to_str().unwrap()];
    let other = told(&home, &[&login[..], &other].concat());
    assert_eq!(other.code, Some(2));
    assert!(other.stderr.contains("you may not be"), "{}", other.stderr);
}
