//! `pentimento query`: the words of the article that Anchore's queries were announced with, and what can go wrong.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::{Run, as_typed, run, shop};

/// A folder with the layout `shop` of two tags, small enough to be read, in the place of the article's images.
fn small() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let shop = folder.path().join("shop");
    fs::create_dir(&shop).unwrap();
    let image = |version: &str, extra: &str| {
        testkit::image(&format!(
            "//- /lib/apk/db/installed\nP:zlib\nV:{version}\nF:lib\nR:libz.so\n\n{extra}//- /lib/libz.so\n{version}\n"
        ))
    };
    testkit::write_layout(
        &shop,
        "old",
        &image("1.2.11-r3", "P:gone\nV:1-r0\n\n//- /srv/log/x\n1\n"),
    );
    testkit::write_layout(
        &shop,
        "new",
        &image("1.2.13-r1", "P:came\nV:2-r0\n\n//- /srv/app/y\n1\n"),
    );
    testkit::write_layout(&shop, "scratch", &testkit::image("//- /app\n1\n"));
    folder
}

fn query(folder: &Path, words: &str) -> Run {
    let words: Vec<&str> = words.split(' ').collect();
    run(folder, &[&["query"], &words[..]].concat())
}

const QUERIES: [&str; 4] = [
    "show-pkg-diffs oci:shop:old",
    "show-file-diffs oci:shop:old",
    "show-non-packaged-files all /",
    "show-non-packaged-files-diff all / oci:shop:old",
];

#[test]
fn the_four_questions_in_four_forms_are_answered_as_they_were() {
    let folder = small();
    for form in ["--format=table", "--plain", "--html", "--json"] {
        let answers = QUERIES.map(|question| {
            let run = query(folder.path(), &format!("--image=oci:shop:new {question} {form}"));
            assert_eq!((run.stderr.as_str(), run.code), ("", Some(0)), "{question}");
            format!("$ {question}\n{}", run.stdout)
        });
        let name = form.trim_start_matches("--").replace("format=", "");
        insta::assert_snapshot!(format!("query-{name}"), answers.join("\n"));
    }
}

/// What rpm itself says of the two images: `expected/packages` of the corpus.
#[test]
fn the_example_of_the_article_with_packages_of_rpm() {
    let Some(corpus) = testkit::corpus() else { return };
    let layout = format!("oci:{}/images/rpm", corpus.display());
    for format in ["sqlite", "ndb", "bdb"] {
        let words =
            format!("--image={layout}:{format}-new show-pkg-diffs {layout}:{format}-old --plain");
        let run = query(Path::new("."), &words);
        let rows = run.stdout.lines().skip(2).map(|row| row.splitn(4, ' ').last().unwrap());
        assert_eq!(
            rows.collect::<Vec<_>>().join("\n"),
            "\
corpdata 2024a-1.cl9 2023c-1.cl9
corpdown 2.4^20230101-1.cl9 2.5-1.cl9
corpgone NOTINSTALLED 1.0-1.cl9
corpnew 3.1-5.cl9 NOTINSTALLED
corpold 0.9-1.cl9 0.9~rc1-2.cl9
corpssl 1:1.0.2k-3.cl9 1:1.0.2k-1.cl9
corpzlib 1.2.13-1.cl9 1.2.11-40.cl9"
        );
    }
}

#[test]
fn the_real_root_file_systems_of_alpine_differ_so() {
    let Some(corpus) = testkit::corpus() else { return };
    let layout = format!("oci:{}/images/alpine", corpus.display());
    let answers = QUERIES.map(|question| {
        let question = question.replace("oci:shop:old", &format!("{layout}:3.20.3"));
        let words = format!(
            "--image={layout}:3.19.4 {question} exclude=/usr exclude=/bin exclude=/sbin --plain"
        );
        let words = if question.contains("pkg") {
            words.replace(" exclude=", "\0").split('\0').next().unwrap_or_default().to_owned()
                + " --plain"
        } else {
            words
        };
        let run = query(Path::new("."), &words);
        assert_eq!((run.stderr.as_str(), run.code), ("", Some(0)), "{question}");
        let name = question.split(' ').next().unwrap_or_default();
        format!("$ {name}\n{}", run.stdout.replace(&layout, "LAYOUT"))
    });
    insta::assert_snapshot!("query-alpine", answers.join("\n"));
}

#[test]
fn options_stand_before_and_after_the_verb_and_json_wins() {
    let folder = small();
    let asked = |words: &str| run(folder.path(), &words.split(' ').collect::<Vec<_>>()).stdout;
    let question = "query --image=oci:shop:new show-pkg-diffs oci:shop:old";
    let json = asked(&format!("{question} --json"));
    assert!(json.starts_with('{') && json.lines().count() == 1, "{json}");
    for words in [
        format!("--json {question}"),
        format!("--html {question} --json --plain"),
        format!("-f html {question} --json"),
        format!("{question} --format json"),
        format!("--quiet {question} --json"),
    ] {
        assert_eq!(asked(&words), json, "{words}");
    }
    assert_eq!(asked(&format!("--plain {question}")), asked(&format!("{question} --plain --html")));
    let narrow = asked(&format!("{question} --width 60"));
    assert!(narrow.contains("| Compare      | Package | Input Image  |"), "{narrow}");
    assert!(narrow.contains("| zlib "), "{narrow}");
    assert!(narrow.lines().all(|line| line.len() <= 93), "{narrow}");
}

#[test]
fn several_images_stand_in_one_table_and_those_that_cannot_be_had_are_warnings() {
    let folder = small();
    fs::write(
        folder.path().join("images"),
        "oci:shop:new Dockerfile\n\noci:shop:none\noci:shop:old\n",
    )
    .unwrap();
    let run = query(folder.path(), "--imagefile images show-non-packaged-files 2 / --plain");
    assert_eq!((run.stderr.as_str(), run.code), ("", Some(2)));
    let rows =
        run.stdout.lines().skip(2).map(|line| line.split_once(' ').map_or(line, |(_, rest)| rest));
    assert_eq!(
        rows.collect::<Vec<_>>().join("\n"),
        "\
oci:shop:new /lib
oci:shop:new /srv
oci:shop:old /lib
oci:shop:old /srv

Output

not look at oci:shop:none: layout shop has no tag none; it has new, old, scratch"
    );
}

#[test]
fn an_image_without_package_data_is_a_warning() {
    let folder = small();
    for [input, compared] in [["new", "scratch"], ["scratch", "new"]] {
        let words = format!("--image=oci:shop:{input} show-pkg-diffs oci:shop:{compared} --json");
        let run = query(folder.path(), &words);
        assert_eq!(run.code, Some(2));
        assert!(run.stdout.contains(r#""rowcount":0"#), "{}", run.stdout);
        assert!(
            run.stdout.contains(r#""warns":["no package data of oci:shop:scratch ("#),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn the_command_in_json_asks_the_same_again() {
    let words = "--image=oci:shop:new --platform=linux/amd64 show-distro all --json";
    let answer: serde_json::Value =
        serde_json::from_str(&query(small().path(), words).stdout).unwrap();
    let answer = answer.as_object().unwrap().values().next().unwrap();
    let command = "pentimento query --image=oci:shop:new --platform=linux/amd64 show-distro all";
    assert_eq!(answer["querycommand"], command);
}

#[track_caller]
fn check(words: &str, code: i32, error: &str) {
    let run = query(small().path(), words);
    assert_eq!((run.stdout.as_str(), run.code), ("", Some(code)), "{}", run.stderr);
    assert_eq!(run.stderr.trim_end(), error.trim());
}

#[test]
fn what_makes_no_sense_is_a_failure_with_a_hint() {
    check(
        "--image=oci:shop:new show-package-diffs oci:shop:old",
        1,
        "
error: there is no query `show-package-diffs`
 hint: did you mean show-pkg-diffs, show-file-diffs? `pentimento query` lists all of them",
    );
    check(
        "--image=oci:shop:gone show-pkg-diffs oci:shop:old",
        1,
        "
error: could not look at oci:shop:gone: layout shop has no tag gone
 hint: it has new, old, scratch",
    );
    check(
        "--image=oci:shop:new show-non-packaged-files -1 /",
        1,
        "
error: could not ask show-non-packaged-files: `-1` is no depth
 hint: say all, leaves, or a number from 1: 1 is `/` alone, 2 also what stands in it",
    );
    check("--image=oci:shop:new show-file-diffs oci:shop:old exclude=re:[", 1, "
error: could not ask show-file-diffs: `[` is no regular expression that can be used: unclosed character class
 hint: the syntax is that of the crate regex: no look-around, no references back");
    // Nothing was answered at all.
    check(
        "--image=oci:shop:gone --image=oci:shop:lost show-distro all",
        1,
        "
error: could not look at oci:shop:gone: layout shop has no tag gone
 hint: it has new, old, scratch
error: could not look at oci:shop:lost: layout shop has no tag lost
 hint: it has new, old, scratch",
    );
    check(
        "--image=oci:shop:new show-non-packaged-files-diff all / oci:shop:gone",
        1,
        "
error: could not ask show-non-packaged-files-diff: could not look at oci:shop:gone: layout shop has no tag gone; it has new, old, scratch
 hint: name an image that can be had, or say `base`",
    );
    // Parameters are judged before any image is looked at.
    check(
        "--image=oci:shop:gone list-package-detail re:[",
        1,
        "
error: could not ask list-package-detail: `[` is no regular expression that can be used: unclosed character class
 hint: the syntax is that of the crate regex: no look-around, no references back",
    );
    check(
        "--image= show-pkg-diffs oci:shop:old",
        1,
        "
error: an image has no name
 hint: say which image: --image=NAME",
    );
    check(
        "--imagefile=none show-pkg-diffs oci:shop:old",
        1,
        "
error: could not read the names of images in none: No such file or directory (os error 2)
 hint: it is a text file with the name of an image in each line",
    );
    check(
        "show-pkg-diffs oci:shop:old",
        1,
        "
error: no image is named, and none is kept
 hint: name one with --image, or analyze some first: pentimento analyze NAME",
    );
}

#[test]
fn an_option_without_its_value_is_an_error_of_usage() {
    let run = query(small().path(), "show-pkg-diffs oci:shop:old --image");
    assert_eq!((run.stdout.as_str(), run.code), ("", Some(2)));
    assert!(run.stderr.contains("a value is required for '--image <IMAGE>'"), "{}", run.stderr);
}

#[test]
fn queries_are_listed_and_explained() {
    let folder = small();
    let list = query(folder.path(), "--plain").stdout;
    for name in [
        "show-pkg-diffs",
        "show-file-diffs",
        "show-non-packaged-files",
        "show-non-packaged-files-diff",
    ] {
        assert!(list.lines().any(|line| line.starts_with(&format!("{name} "))), "{list}");
        let alone = query(folder.path(), name);
        assert!(alone.stdout.starts_with(&format!("{name}\nparams: ")), "{}", alone.stdout);
        assert_eq!(alone.stdout, query(folder.path(), &format!("{name} help")).stdout);
    }
    let help = query(folder.path(), "help --plain");
    assert_eq!((help.stdout, help.code), (list, Some(0)));
    let explained = query(folder.path(), "help show-pkg-diffs");
    assert_eq!(explained.code, Some(0));
    assert_eq!(explained.stdout, query(folder.path(), "show-pkg-diffs help").stdout);
    let unknown = query(folder.path(), "help show-pkg-dif");
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.stderr.contains("did you mean show-pkg-diffs"), "{}", unknown.stderr);
    let json = query(folder.path(), "--json").stdout;
    assert!(
        json.starts_with(
            r#"{"list_query_commands":{"queryparams":"","querycommand":"pentimento query""#
        ),
        "{json}"
    );
}

#[test]
fn kept_images_are_asked_by_short_id_and_by_their_base() {
    let folder = tempfile::tempdir().unwrap();
    let shop = folder.path().join("shop");
    fs::create_dir(&shop).unwrap();
    let base = "//- /lib/apk/db/installed\nP:zlib\nV:1-r0\n\n";
    let image = base.to_owned()
        + "//- layer RUN apk upgrade\n//- /lib/apk/db/installed\nP:zlib\nV:2-r0\n\n";
    testkit::write_layout(&shop, "base", &testkit::image(base));
    testkit::write_layout(&shop, "new", &testkit::image(&image));
    let asked = |words: &str| {
        let words = format!("query --cache-folder cache --plain {words}");
        run(folder.path(), &words.split(' ').collect::<Vec<_>>())
    };
    let row = |run: &Run| run.stdout.lines().nth(2).unwrap_or_default().to_owned();
    let named = row(&asked("--image=oci:shop:new show-pkg-diffs oci:shop:base"));
    assert!(named.ends_with(" zlib 2-r0 1-r0"), "{named}");
    let ids: Vec<&str> = named.split(' ').collect();
    let by_id = row(&asked(&format!("--image={} show-pkg-diffs {}", ids[0], ids[2])));
    assert_eq!(as_typed(folder.path(), &by_id), named);
    assert_eq!(row(&asked("--image=oci:shop:new show-pkg-diffs base")), named);
    let files = asked("--image=oci:shop:new show-non-packaged-files-diff leaves /lib");
    assert!(
        as_typed(folder.path(), &files.stdout)
            .ends_with(" oci:shop:base /lib/apk/db/installed modified\n"),
        "{}",
        files.stdout
    );
    // Without a name every kept image is asked; the base itself is built on nothing.
    let all = asked("show-pkg-diffs base");
    assert_eq!((as_typed(folder.path(), &row(&all)), all.code), (named, Some(2)));
    assert!(all.stdout.contains("is built on no image that is kept"), "{}", all.stdout);
}

/// The shell session of the article, with `pentimento` for `anchore` and a registry in memory before the names.
#[test]
fn the_session_of_the_article_works_word_for_word() {
    let folder = tempfile::tempdir().unwrap();
    let registry = testkit::registry::Registry::start();
    let image = |version: &str, app: &str| {
        testkit::image(&format!(
            "//- /lib/apk/db/installed\nP:zlib\nV:{version}\nF:lib\nR:libz.so\n\n//- /lib/libz.so\n{version}\n//- /srv/app\n{app}\n"
        ))
    };
    registry.push("myapp", "latest", &image("1.2.13-r1", "2"));
    registry.push("myapp", "old", &image("1.2.11-r3", "1"));
    let myapp = format!("{}/myapp", registry.host());
    let typed = |line: &str| {
        let line = line.replace("myapp", &myapp);
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        let run = run(folder.path(), &[&words[..], &["--cache-folder", "cache"]].concat());
        assert_eq!(run.code, Some(0), "{line}: {}", run.stderr);
        run.stdout.replace(&myapp, "myapp")
    };
    typed("pentimento analyze --imagetype=none --image=myapp:latest");
    typed("pentimento analyze --imagetype=none --image=myapp:old");
    let packages = typed("pentimento query --image=myapp:latest show-pkg-diffs myapp:old");
    assert!(
        packages.contains(" | zlib    | 1.2.13-r1           | 1.2.11-r3             |\n"),
        "{packages}"
    );
    let files = typed("pentimento query --image=myapp:latest show-file-diffs myapp:old --plain");
    assert_eq!(files.lines().count(), 2 + 3, "{files}");
    let unowned =
        typed("pentimento query --image=myapp:latest show-non-packaged-files all / --plain");
    assert!(unowned.ends_with(" /srv\n"), "{unowned}");
    let words = "pentimento query --image=myapp:latest show-non-packaged-files-diff all /";
    let changed = typed(&format!("{words} myapp:old exclude=/lib/apk --plain"));
    assert!(changed.ends_with(" myapp:old /srv/app modified\n"), "{changed}");
    // The article names the old image by the beginning of its ID.
    let short = changed.lines().nth(2).and_then(|row| row.split(' ').nth(2)).unwrap();
    let again = typed(&format!("{words} {short} exclude=/lib/apk --plain"));
    assert_eq!(again, changed);
}

/// Two images whose IDs begin with the same four digits, and those.
fn alike() -> ([testkit::Image; 2], String) {
    let mut seen: BTreeMap<String, testkit::Image> = BTreeMap::new();
    for number in 0.. {
        let image =
            testkit::image(&format!("//- /lib/apk/db/installed\nP:zlib\nV:{number}-r0\n\n"));
        let (manifest, ..) = image.manifest();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        let digits =
            manifest["config"]["digest"].as_str().unwrap()["sha256:".len()..][..4].to_owned();
        if let Some(other) = seen.insert(digits.clone(), image.clone()) {
            return ([other, image], digits);
        }
    }
    unreachable!("there are 65,536 beginnings")
}

#[test]
fn the_beginning_of_several_ids_lists_those_that_it_may_mean() {
    let folder = tempfile::tempdir().unwrap();
    let shop = folder.path().join("shop");
    fs::create_dir(&shop).unwrap();
    let (images, digits) = alike();
    for (image, tag) in images.iter().zip(["one", "two"]) {
        testkit::write_layout(&shop, tag, image);
    }
    let asked = |words: &str| {
        let words = format!("query --cache-folder cache --plain {words}");
        run(folder.path(), &words.split(' ').collect::<Vec<_>>())
    };
    asked("--image=oci:shop:one --image=oci:shop:two show-non-packaged-files 1");
    let failed = asked(&format!("--image={digits} show-non-packaged-files 1"));
    assert_eq!((failed.stdout.as_str(), failed.code), ("", Some(1)), "{}", failed.stderr);
    let hint = failed.stderr.lines().filter(|line| line.starts_with("       "));
    assert_eq!(hint.count(), 2, "{}", failed.stderr);
    let warned = asked(&format!("--image=oci:shop:one show-pkg-diffs {digits}"));
    assert_eq!(warned.code, Some(2), "{}", warned.stderr);
    for name in ["oci:shop:one", "oci:shop:two"] {
        let (failed, warned) = (&failed.stderr, &warned.stdout);
        assert!(as_typed(folder.path(), failed).contains(name), "{failed}");
        assert!(as_typed(folder.path(), warned).contains(name), "{warned}");
    }
}

#[test]
fn comparisons_and_images_are_rows_where_rows_are_wanted() {
    let folder = shop();
    for verb in ["diff oci:shop:1.4 oci:shop:1.5", "analyze oci:shop:1.5"] {
        for (form, start) in
            [("--plain", "Kind Name "), ("--html", "<table>\n    <tr>\n        <th>Kind</th>")]
        {
            let words = format!("{verb} {form}");
            let run = run(folder.path(), &words.split(' ').collect::<Vec<_>>());
            assert_eq!((run.stderr.as_str(), run.code), ("", Some(0)));
            assert!(run.stdout.starts_with(start), "{}", run.stdout);
            assert!(run.stdout.contains("package"), "{}", run.stdout);
        }
    }
    let plain = run(folder.path(), &["diff", "oci:shop:1.4", "oci:shop:1.5", "--plain"]).stdout;
    let words = plain.lines().skip(2).map(|line| line.split(' ').count());
    assert!(words.clone().all(|count| count == 8), "{plain}");
    assert!(words.count() > 100, "{plain}");
}

#[test]
fn files_without_a_package_are_compared_with_each_image_in_turn() {
    let folder = small();
    let words = "--plain --image=oci:shop:new show-non-packaged-files-diff all /";
    let rows = |others: &str, code: i32| {
        let run = query(folder.path(), &format!("{words} {others}"));
        assert_eq!(run.code, Some(code), "{}", run.stderr);
        let names =
            run.stdout.lines().filter_map(|row| row.split(' ').nth(3).map(ToOwned::to_owned));
        let mut names: Vec<String> = names.filter(|name| name.starts_with("oci:")).collect();
        names.dedup();
        names.join(" ")
    };
    assert_eq!(rows("oci:shop:old", 0), "oci:shop:old");
    assert_eq!(rows("oci:shop:old oci:shop:scratch", 2), "oci:shop:old");
    // One that cannot be had is a warning, and the others are compared all the same.
    assert_eq!(rows("oci:shop:gone oci:shop:old", 2), "oci:shop:old");
}
