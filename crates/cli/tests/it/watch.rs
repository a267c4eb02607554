//! Tags that are watched, as a user meets them.

use std::path::Path;

use testkit::registry::{Fault, Registry};

use crate::{Run, command};

/// Runs the program with kept facts and the list in `folder`.
fn told(folder: &Path, arguments: &[&str], code: i32) -> Run {
    let mut command = command(folder, arguments);
    command.env("PENTIMENTO_CACHE", folder.join("cache"));
    command.env("PENTIMENTO_DATA", folder.join("data"));
    let run = Run::of(&command.output().unwrap());
    assert_eq!(run.code, Some(code), "{arguments:?}: {}{}", run.stdout, run.stderr);
    run
}

#[test]
fn a_watched_tag_has_a_history_that_outlasts_its_images_in_the_registry() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let registry = Registry::start();
    let (old, new) = testkit::demo();
    registry.push("shop", "latest", &old);
    let name = format!("{}/shop", registry.host());
    let once = ["watch", "run", "--once", "-v"];

    let empty = told(folder, &once, 2);
    assert!(empty.stderr.contains("nothing is watched: "), "{}", empty.stderr);
    told(folder, &["watch", "add", &name], 0);
    let list = told(folder, &["watch", "list", "--format", "plain"], 0).stdout;
    assert!(list.contains(&format!("{name}:latest - - -")), "{list}");
    let [was, is] = [&old, &new].map(|image| image.manifest().1.to_string());
    let first = told(folder, &once, 0).stdout;
    assert!(first.ends_with(&format!(" {name}:latest: first seen → {was}\n")), "{first}");

    let before = registry.requests().len();
    let same = told(folder, &once, 0);
    assert_eq!(same.stdout, "");
    assert!(same.stderr.contains(" as before"), "{}", same.stderr);
    assert_eq!(registry.requests()[before..], ["HEAD /v2/shop/manifests/latest"]);

    registry.push("shop", "latest", &new);
    // Sightings have seconds.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let moved = told(folder, &once, 0).stdout;
    assert!(moved.ends_with(&format!(" {name}:latest: {was} → {is}\n")), "{moved}");
    registry.fault("manifests", Fault::Answer { status: 404, headers: "", body: "" });
    registry.fault("manifests", Fault::Answer { status: 404, headers: "", body: "" });
    let gone = told(folder, &once, 2);
    assert!(gone.stderr.contains("could not look at"), "{}", gone.stderr);
    drop(registry);

    // What it ever meant stays, whatever room there is.
    let mut prune = command(folder, &["cache", "prune"]);
    prune.env("PENTIMENTO_CACHE", folder.join("cache")).env("PENTIMENTO_CACHE_SIZE", "1");
    assert!(prune.status().unwrap().success());
    told(folder, &["analyze", &was, "--offline", "-q"], 0);
    let history = told(folder, &["history", &name, "--format", "plain"], 0).stdout;
    assert!(history.contains(&old.manifest().1.short()), "{history}");
    assert!(history.contains(&new.manifest().1.short()), "{history}");
    let since = told(folder, &["diff", "--since", "1w", &name], 0);
    let known = "is not known: it was first seen ";
    assert!(since.stderr.contains(known), "{}", since.stderr);
    assert!(since.stdout.contains("1 altered"), "{}", since.stdout);
    let since = told(folder, &["diff", "--since", "0s", &name, "--json"], 0);
    let since: serde_json::Value = serde_json::from_str(&since.stdout).unwrap();
    assert_eq!(since["old"]["digest"], since["new"]["digest"]);
    assert_eq!(since["new"]["digest"], is);
    let wrong = told(folder, &["diff", "--since", "soon", &name], 2);
    assert!(wrong.stderr.contains("error: soon is no time\n hint: say how long ago"));

    told(folder, &["watch", "rm", &name], 0);
    told(folder, &["watch", "rm", &name], 2);
}
