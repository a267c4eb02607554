//! Every query that asks about images as they are, as a user types it: parameters in, rows and exit code out.

use std::path::Path;

use crate::run;

const SHOP: &str = "\
//- layer /bin/sh -c #(nop) ADD file:51 in /
//- /etc/os-release
ID=alpine
VERSION_ID=3.20.3
//- /etc/passwd
root:x:0:0::/root:/bin/sh
//- /lib/apk/db/installed
P:musl
V:1.2.5-r0
A:x86_64
I:622592
m:Timo <timo@example.org>
L:MIT

//- layer RUN /bin/sh -c npm install # buildkit
//- /srv/shop/node_modules/express/package.json
{\"name\": \"express\", \"version\": \"4.18.2\", \"license\": \"MIT\"}
//- /srv/shop/run mode=4755
password
";

/// Asks the shop in `folder`: rows without ID and name, warnings, standard error, and the exit code.
fn ask(folder: &Path, words: &str) -> String {
    let mut arguments = vec!["--plain", "query", "--image=oci:.:1", "--no-cache"];
    arguments.extend(words.split(' '));
    let run = run(folder, &arguments);
    let line = |line: &str| match line.split_once(" oci:.:1 ") {
        Some((_, row)) => row.to_owned(),
        None => line.to_owned(),
    };
    let rows: Vec<String> = run.stdout.lines().skip(2).map(line).collect();
    let code = run.code.filter(|code| *code != 0).map(|code| format!("exit code {code}"));
    let told = [rows.join("\n"), run.stderr.trim_end().to_owned(), code.unwrap_or_default()];
    told.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_query_answers() {
    let folder = tempfile::tempdir().unwrap();
    testkit::write_layout(folder.path(), "1", &testkit::image(SHOP));
    let check = |words: &str, expect: &str| {
        assert_eq!(ask(folder.path(), words), expect, "{words}");
    };
    check("has-package musl-1.2.5-r0", "musl-1.2.5-r0 musl 1.2.5-r0");
    check("list-packages mu", "musl 1.2.5-r0");
    check(
        "list-package-detail all",
        "musl 1.2.5-r0 x86_64 APKG 622592 Timo,<timo@example.org>,(maintainer) MIT",
    );
    check("list-package-licenses M*", "musl 1.2.5-r0 MIT");
    check("list-npms all", "express 4.18.2 /srv/shop/node_modules/express");
    check("list-npm-detail express", "express 4.18.2 N/A N/A MIT /srv/shop/node_modules/express");
    for query in ["list-gems", "list-gem-detail", "list-python-packages"] {
        check(&format!("{query} all"), "");
    }
    for query in ["list-python-package-detail", "list-java-packages", "list-java-package-detail"] {
        check(&format!("{query} all"), "");
    }
    check("list-files /srv/shop/run", "/srv/shop/run 04755");
    check(
        "list-files-detail /srv/shop/run",
        "/srv/shop/run file 9 04755 NA 6b3a55e0261b0304143f805a24924d0c1c44524821305f31d9277843b8a10f4e",
    );
    check("list-suids /", "/srv/shop/run 04755 setuid(0)");
    check("list-content-search-matches pass under=/srv", "/srv/shop/run pass 0");
    check(
        "list-retrieved-files all",
        "retrieve_files /etc/os-release 28\nretrieve_files /etc/passwd 26",
    );
    check("get-retrieved-files /etc/passwd out", "/etc/passwd out/etc/passwd");
    check("show-distro alpine:3.20.3", "alpine 3.20.3");
    check("show-dockerfile all", "Guessed ADD,file:51,in,/\nGuessed RUN,npm,install");
    check("show-familytree all", "none");
    check(
        "size-bins default",
        &[
            "0-25 1 ID",
            "25-50 0 N/A",
            "50-100 0 N/A",
            "100-250 0 N/A",
            "250-500 0 N/A",
            "500-1000 0 N/A",
            "1000++ 0 N/A",
        ]
        .join("\n")
        .replace("ID", &id(folder.path())),
    );
    check("distro-bins all", &format!("alpine 3.20.3 1 {}", id(folder.path())));
    check("distro-bins summarize", &format!("alpine any 1 {}", id(folder.path())));
    check("common-packages all", "");
    check("base-status all", "N/A N/A N/A N/A");
    // Dates and sizes of what is packed are not fixed; that there are rows is enough.
    assert!(ask(folder.path(), "list-image-attrs all").starts_with("2 1 "), "layers, packages");
    assert!(ask(folder.path(), "show-layer-info all").contains("RUN,npm,install False"));
    assert_eq!(ask(folder.path(), "show-layers all").lines().count(), 3);
}

fn id(folder: &Path) -> String {
    let run =
        run(folder, &["--plain", "query", "--image=oci:.:1", "--no-cache", "show-distro", "all"]);
    run.stdout.lines().nth(2).unwrap().split(' ').next().unwrap().to_owned()
}

#[test]
fn parameters_that_make_no_sense_are_refused_with_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    testkit::write_layout(folder.path(), "1", &testkit::image(SHOP));
    for (words, why) in [
        ("size-bins 10 x", "`x` is no number of megabytes"),
        ("get-retrieved-files all", "no folder to write to is given"),
        ("list-packages re:[", "is no regular expression that can be used"),
        ("show-layer-info some", "does not say which layers are meant"),
        ("show-layers some", "`some` means nothing to this query"),
        ("distro-bins some", "does not say how to count distributions"),
    ] {
        let told = ask(folder.path(), words);
        assert!(told.contains(why) && told.contains(" hint: "), "{told}");
        assert!(told.ends_with("exit code 1"), "{told}");
    }
}

#[test]
fn a_base_that_has_moved_is_seen_among_kept_images() {
    let folder = tempfile::tempdir().unwrap();
    let base = "//- /etc/os-release\nID=debian\nVERSION_ID=12\n";
    testkit::write_layout(folder.path(), "base", &testkit::image(base));
    let app = format!("{base}//- layer RUN make\n//- /app\nx\n//- image {{\"history\": []}}\n");
    testkit::write_layout(folder.path(), "app", &testkit::image(&app));
    let query = |words: &[&str]| {
        let mut arguments = vec!["--plain", "query", "--cache-folder=kept"];
        arguments.extend(words);
        let run = run(folder.path(), &arguments);
        assert!(run.code.is_some_and(|code| code != 1), "{}", run.stderr);
        run.stdout.lines().skip(2).map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    query(&["--image=oci:.:base", "show-distro", "all"]);
    query(&["--image=oci:.:app", "show-distro", "all"]);
    let family = query(&["--image=oci:.:app", "show-familytree", "all"]);
    assert_eq!(family.len(), 2, "{family:?}");
    let layers = query(&["--image=oci:.:app", "show-layer-info", "onlyimage"]);
    assert_eq!(layers.len(), 1, "{layers:?}");
    assert!(query(&["base-status", "all"]).iter().any(|row| row.ends_with(" up-to-date")));
    let moved = "//- /etc/os-release\nID=debian\nVERSION_ID=13\n";
    testkit::write_layout(folder.path(), "base", &testkit::image(moved));
    query(&["--image=oci:.:base", "show-distro", "all"]);
    let status = query(&["base-status", "all"]);
    assert!(status.iter().any(|row| row.ends_with(" out-of-date")), "{status:?}");
    // Back again: what a name means is what was seen under it last, not what was analyzed last.
    testkit::write_layout(folder.path(), "base", &testkit::image(base));
    query(&["--image=oci:.:base", "show-distro", "all"]);
    let status = query(&["base-status", "all"]);
    assert!(status.iter().any(|row| row.ends_with(" up-to-date")), "{status:?}");
}

/// Every file that holds facts of layers goes; what is known of the images beside them stays.
fn lose_facts(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => lose_facts(&path),
            false if path.extension().is_some_and(|ending| ending == "facts") => {
                std::fs::remove_file(&path).unwrap();
            }
            false => {}
        }
    }
}

#[test]
fn what_needs_no_facts_is_answered_without_them() {
    let folder = tempfile::tempdir().unwrap();
    testkit::write_layout(folder.path(), "1", &testkit::image(SHOP));
    let query = |words: &str| {
        let mut arguments = vec!["--plain", "query", "--cache-folder=kept"];
        arguments.extend(words.split(' '));
        let run = run(folder.path(), &arguments);
        (run.stdout, run.code)
    };
    let questions = [
        "size-bins default",
        "distro-bins all",
        "base-status all",
        "show-distro all",
        "show-dockerfile all",
        "show-familytree all",
        "show-layers all",
        "show-layer-info all",
    ];
    assert_eq!(query("--image=oci:.:1 show-distro all").1, Some(0));
    let before = questions.map(query);
    assert!(before.iter().all(|(_, code)| *code == Some(0)), "{before:?}");
    lose_facts(&folder.path().join("kept/blobs"));
    std::fs::remove_file(folder.path().join("index.json")).unwrap();
    assert_eq!(questions.map(query), before);
    let (_, code) = query("list-packages all");
    assert_eq!(code, Some(1), "facts are gone, and so is the image");
}

#[test]
fn whoever_asks_an_imported_image_is_told_in_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    testkit::write_layout(folder.path(), "1", &testkit::image(SHOP));
    let pentimento = |words: &str| run(folder.path(), &words.split(' ').collect::<Vec<_>>());
    assert_eq!(pentimento("analyze --cache-folder=here oci:.:1").code, Some(0));
    assert_eq!(pentimento("export --cache-folder=here oci:.:1 -o shop.pentimento").code, Some(0));
    assert_eq!(pentimento("import --cache-folder=there shop.pentimento").code, Some(0));
    // It is kept with its whole path, wherever that was.
    let whole = format!("oci:{}:1 (", folder.path().canonicalize().unwrap().display());
    for (form, told) in [
        ("--plain", &format!("\nWarning Output\n\n{whole}")[..]),
        ("--json", &format!("\"warns\":[\"{whole}")),
        ("--html", "WarningOutput"),
    ] {
        for question in ["show-distro all", "list-packages all", "size-bins default"] {
            let run = pentimento(&format!("{form} query --cache-folder=there {question}"));
            assert_eq!(run.code, Some(2), "{}", run.stderr);
            assert!(
                run.stdout.contains(told) && run.stdout.contains("was imported"),
                "{}",
                run.stdout
            );
        }
    }
}
