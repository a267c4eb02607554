//! The four questions that Anchore's were known by: two images as text in, rows out.

mod types;

use std::collections::BTreeMap;

use engine::Subject;
use model::Digest;
use report::query::{Contents, Question};
use report::rows::{Answers, Form};

use crate::pair;

/// The answer in plain words, without the columns that say which images these are.
fn ask(old: &str, new: &str, question: &str) -> String {
    let pair = pair(&testkit::image(old), &testkit::image(new));
    let (old, new) = (named(pair.old, '1', "shop:1.4"), named(pair.new, '2', "shop:1.5"));
    let others = BTreeMap::from([
        ("shop:1.4".to_owned(), Ok(old)),
        ("gone".into(), Err("there is no image gone".into())),
    ]);
    let words: Vec<String> = question.split_whitespace().map(Into::into).collect();
    let (name, parameters) = words.split_first().unwrap();
    let query = report::query::find(name).unwrap();
    let question =
        Question { subjects: &[&new], parameters, others: &others, contents: &Contents::default() };
    let answer = match query.ask(&question) {
        Ok(answer) => answer,
        Err(wrong) => return format!("{}\n hint: {}\n", wrong.what, wrong.hint),
    };
    let answers = Answers { answers: vec![("2".repeat(64), answer)], ..Answers::default() };
    let mut out = Vec::new();
    report::rows::write(&answers, Form::Plain, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let image = format!("{} docker.io/shop:1.5 ", "2".repeat(12));
    let compared = format!("{} docker.io/shop:1.4 ", "1".repeat(12));
    let lines = text.lines().skip(2).map(|line| {
        let line = line.strip_prefix(&image).unwrap_or(line);
        let line = line.strip_prefix(&compared).unwrap_or(line);
        line.strip_prefix(&compared[..13]).unwrap_or(line).to_owned() + "\n"
    });
    lines.collect()
}

fn named(subject: Subject, digit: char, name: &str) -> Subject {
    let id: Digest = format!("sha256:{}", digit.to_string().repeat(64)).parse().unwrap();
    let names = vec![format!("docker.io/library/{name}")];
    Subject { id: Some(id), current: names.clone(), names, ..subject }
}

#[track_caller]
fn check(old: &str, new: &str, question: &str, expect: &str) {
    assert_eq!(ask(old, new, question).trim_start(), expect.trim_start());
}

fn dpkg(packages: &[(&str, &str, &str)]) -> String {
    let mut text = String::from("//- /var/lib/dpkg/status\n");
    for (name, version, _) in packages {
        text += &format!(
            "Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n\n"
        );
    }
    for (name, _, files) in packages {
        text += &format!("//- /var/lib/dpkg/info/{name}.list\n{}\n", files.replace(' ', "\n"));
    }
    text
}

const APK: &str = "//- /lib/apk/db/installed\nP:musl\nV:1.2.5-r0\nA:x86_64\nF:lib\nR:ld.so\n\n//- /lib/ld.so\nx\n";

#[test]
fn packages_are_told_by_name_with_every_version() {
    let old = dpkg(&[("a", "1:1.0-1", ""), ("b", "1", ""), ("same", "3", "")]);
    let new = dpkg(&[("a", "1:1.1-1", ""), ("c", "2", ""), ("same", "3", "")]);
    check(
        &old,
        &new,
        "show-pkg-diffs shop:1.4",
        "
a 1:1.1-1 1:1.0-1
b NOTINSTALLED 1
c 2 NOTINSTALLED
",
    );
}

#[test]
fn several_versions_of_a_package_stand_in_one_cell() {
    let rpm = |versions: &[&str]| {
        let installed = versions.iter().map(|version| format!("P:kernel\nV:{version}\n\n"));
        format!("//- /lib/apk/db/installed\n{}", installed.collect::<String>())
    };
    check(
        &rpm(&["1.10-r0", "1.9-r0"]),
        &rpm(&["1.10-r0", "1.11-r0"]),
        "show-pkg-diffs shop:1.4",
        "
kernel 1.10-r0,1.11-r0 1.9-r0,1.10-r0
",
    );
}

#[test]
fn an_image_without_package_data_is_a_warning_and_never_all_removed() {
    let warning = "
Warning Output

no package data of docker.io/shop:1.4 (111111111111): packages of the distribution were not compared
";
    check("//- /a\n1\n", APK, "show-pkg-diffs shop:1.4", warning);
    check(
        APK,
        "//- /a\n1\n",
        "show-pkg-diffs shop:1.4",
        &warning.replace("1.4 (111111111111)", "1.5 (222222222222)"),
    );
}

#[test]
fn a_broken_database_is_a_warning() {
    let told =
        ask(APK, "//- /lib/apk/db/installed\nnothing of the kind\n", "show-pkg-diffs shop:1.4");
    assert!(told.contains("docker.io/shop:1.5 (222222222222): /lib/apk/db/installed: "), "{told}");
}

#[test]
fn what_a_damaged_database_does_not_record_is_not_told_to_be_missing() {
    let old = "//- /lib/apk/db/installed\nP:musl\nV:1\n\nP:zlib\nV:1\n\n";
    // The record of zlib has lost its version; openssl is new.
    let new = "//- /lib/apk/db/installed\nP:musl\nV:2\n\nP:zlib\n\nP:openssl\nV:3\n\n";
    check(
        old,
        new,
        "show-pkg-diffs shop:1.4",
        "
musl 2 1
openssl 3 NOTINSTALLED

Warning Output

docker.io/shop:1.5 (222222222222): /lib/apk/db/installed: the record at line 4 has no version (V) in UTF-8: left out
docker.io/shop:1.5 (222222222222) does not record 1 package, but its database could not be read in whole: whether it has \
         them cannot be told
",
    );
}

#[test]
fn a_database_that_cannot_be_read_at_all_is_told_with_the_reason() {
    let told =
        ask(APK, "//- /var/lib/rpm/rpmdb.sqlite\nnothing of the kind\n", "show-pkg-diffs shop:1.4");
    assert!(
        told.contains("docker.io/shop:1.5 (222222222222): /var/lib/rpm/rpmdb.sqlite: "),
        "{told}"
    );
    assert!(!told.contains("NOTINSTALLED"), "{told}");
}

#[test]
fn an_image_that_cannot_be_had_does_not_keep_others_from_being_compared() {
    check(
        APK,
        &APK.replace("1.2.5-r0", "1.2.5-r1"),
        "show-pkg-diffs gone shop:1.4",
        "
musl 1.2.5-r1 1.2.5-r0

Warning Output

there is no image gone
",
    );
}

#[test]
fn what_makes_no_sense_is_said() {
    check(
        APK,
        APK,
        "show-pkg-diffs types=all",
        "no image to compare with is named
 hint: name one or more, or say `base`
",
    );
    check(
        APK,
        APK,
        "show-non-packaged-files x /",
        "`x` is no depth
 hint: say all, leaves, or a number from 1: 1 is `/` alone, 2 also what stands in it
",
    );
    check(
        APK,
        APK,
        "show-non-packaged-files all / /x",
        "`/x` is one parameter too many
 hint: show-non-packaged-files-diff compares with another image
",
    );
    check(
        APK,
        APK,
        "show-non-packaged-files-diff all shop:1.4",
        "`shop:1.4` is no path that could be looked at
 hint: paths begin with `/`, regular expressions with `re:`; images come after the prefix
",
    );
    check(
        APK,
        APK,
        "show-file-diffs shop:1.4 exclude=re:(",
        "`(` is no regular expression that can be used: unclosed group
 hint: the syntax is that of the crate regex: no look-around, no references back
",
    );
    check(
        APK,
        APK,
        "show-file-diffs shop:1.4 also=time",
        "`time` is nothing that files could be compared by
 hint: say type, link, mode, owner, xattr, device or all
",
    );
}

const OLD_FILES: &str = "
//- /bin/a
1
//- /bin/b
1
//- /bin/dir/
//- /bin/link -> a
//- /bin/mode
1
//- /var/log/x
1
//- /var/logs
1
";

const NEW_FILES: &str = "
//- /bin/a
2
//- /bin/c => /bin/a
//- /bin/dir
1
//- /bin/link -> b
//- /bin/mode mode=4755 uid=7
1
//- /var/log/x
2
//- /var/logs
2
";

/// `printf '1\n' | sha256sum` and the same of 2.
const ONE: &str = "4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865";
const TWO: &str = "53c234e5e8472b6ac51c1ae1cab3fe06fad053beb8ebfd8977b010655bfdd3c3";

#[test]
fn files_are_told_by_the_digests_of_their_contents() {
    check(
        OLD_FILES,
        NEW_FILES,
        "show-file-diffs shop:1.4 exclude=/var/log",
        &format!(
            "
/bin/a {TWO} {ONE}
/bin/b NOTINSTALLED {ONE}
/bin/c {TWO} NOTINSTALLED
/bin/dir {ONE} DIRECTORY_OR_OTHER
/var/logs {TWO} {ONE}
"
        ),
    );
}

#[test]
fn what_digests_do_not_tell_is_told_to_who_asks() {
    check(
        OLD_FILES,
        NEW_FILES,
        "show-file-diffs shop:1.4 exclude=/var also=link,mode,owner,type",
        &format!(
            "
/bin/a {TWO} {ONE} same same
/bin/b NOTINSTALLED {ONE} NOTINSTALLED mode=0644,owner=0:0,type=file
/bin/c {TWO} NOTINSTALLED mode=0644,owner=0:0,type=file NOTINSTALLED
/bin/dir {ONE} DIRECTORY_OR_OTHER type=file type=directory
/bin/link DIRECTORY_OR_OTHER DIRECTORY_OR_OTHER link=b link=a
/bin/mode {ONE} {ONE} mode=4755,owner=7:0 mode=0644,owner=0:0
"
        ),
    );
}

/// The example that the rule of depths was taken from.
const UNOWNED: &str = "
//- /etc/owned
x
//- /etc/x
x
//- /only
x
//- /opt/app/d/e/f
x
//- /opt/app/owned
x
//- /tmp/a
x
//- /tmp/b/c
x
";

fn unowned() -> String {
    dpkg(&[(
        "p",
        "1",
        "/. /etc /etc/owned /opt /opt/app/owned /tmp /var /var/lib /var/lib/dpkg /var/lib/dpkg/info",
    )]) + UNOWNED
}

#[test]
fn files_without_a_package_are_listed_and_whole_directories_rolled_up() {
    check(
        "",
        &unowned(),
        "show-non-packaged-files all / exclude=/var/lib",
        "
/etc/x
/only
/opt/app
/opt/app/d
/tmp/a
/tmp/b
",
    );
    check(
        "",
        &unowned(),
        "show-non-packaged-files leaves / exclude=/var",
        "
/etc/x
/only
/opt/app/d/e/f
/tmp/a
/tmp/b/c
",
    );
}

#[test]
fn depths_cut_paths_as_they_did() {
    let ask = |depth: &str| {
        ask("", &unowned(), &format!("show-non-packaged-files {depth} / exclude=/var"))
            .replace('\n', " ")
    };
    assert_eq!(ask("1"), "/ ");
    assert_eq!(ask("2"), "/etc /only /opt /tmp ");
    assert_eq!(ask("3"), "/etc/x /only /opt/app /tmp/a /tmp/b ");
    assert_eq!(ask("9"), "/etc/x /only /opt/app/d/e/f /tmp/a /tmp/b/c ");
}

#[test]
fn anchores_bugs_are_not_here() {
    // One entry at the top made it print `/` as well; a name `count` made it print nothing.
    check("", &unowned(), "show-non-packaged-files 2 /tmp", "/tmp\n");
    check(
        "",
        &(unowned() + "//- /tmp/b/count\nx\n"),
        "show-non-packaged-files leaves /tmp",
        "/tmp/a\n/tmp/b/c\n/tmp/b/count\n",
    );
}

#[test]
fn directories_on_the_way_to_packages_files_count_as_theirs_where_no_record_tells_of_directories() {
    let files = "//- /usr/share/p/doc\nx\n//- /usr/share/mine/\n";
    let distroless = "//- /var/lib/dpkg/status.d/p\nPackage: p\nVersion: 1\n//- /var/lib/dpkg/status.d/p.md5sums\n\
        401b30e3b8b5d629635a5c613cdb7919  usr/share/p/doc\n".to_owned() + files;
    check("", &distroless, "show-non-packaged-files all /usr", "/usr/share/mine\n");
    let apk = "//- /lib/apk/db/installed\nP:p\nV:1\nF:usr/share/p\nR:doc\n\n".to_owned() + files;
    check("", &apk, "show-non-packaged-files all /usr", "/usr\n/usr/share\n/usr/share/mine\n");
}

#[test]
fn prefixes_records_and_owners_are_chosen() {
    check("", &unowned(), "show-non-packaged-files all /tmp", "/tmp/a\n/tmp/b\n");
    check(
        "",
        &unowned(),
        "show-non-packaged-files all /var",
        "/var/lib/dpkg/info/p.list\n/var/lib/dpkg/status\n",
    );
    check("", &unowned(), "show-non-packaged-files all /var records=no", "");
    check("", APK, "show-non-packaged-files all /", "/lib/apk\n");
}

#[test]
fn without_package_data_every_file_counts_and_it_is_said() {
    check(
        "",
        "//- /srv/a\nx\n",
        "show-non-packaged-files all /",
        "
/srv

Warning Output

no package data of docker.io/shop:1.5 (222222222222): every file counts as belonging to none
",
    );
}

#[test]
fn merged_directories_diversions_and_hard_links_own_files_too() {
    let merged = dpkg(&[(
        "p",
        "1",
        "/. /bin /bin/tool /usr /usr/bin /var /var/lib /var/lib/dpkg /var/lib/dpkg/info /bin/other /usr/bin/moved",
    )]) + "//- /bin -> usr/bin\n//- /usr/bin/tool\nx\n//- /usr/bin/other => /usr/bin/tool\n//- /usr/bin/mine\nx\n\
        //- /var/lib/dpkg/diversions\n/usr/bin/moved\n/usr/bin/moved.real\nq\n//- /usr/bin/moved.real\nx\n";
    check("", &merged, "show-non-packaged-files all / records=no", "/usr/bin/mine\n");
}

const OLD_UNOWNED: &str = "
//- /etc/conf
1
//- /etc/gone
1
//- /etc/kept
1
//- /etc/owner
1
//- /etc/was-owned
1
//- /etc/is-owned
1
//- /srv/old/x
1
//- /srv/old/y/z
1
//- /lib/ld.so
1
";

const NEW_UNOWNED: &str = "
//- /etc/conf
2
//- /etc/kept
1
//- /etc/new
1
//- /etc/owner uid=7
1
//- /etc/was-owned
1
//- /etc/is-owned
1
//- /srv/app/x
1
//- /srv/app/y/z
1
//- /lib/ld.so
2
";

fn changing() -> (String, String) {
    let apk = |owned: &str| {
        format!(
            "//- /lib/apk/db/installed\nP:musl\nV:1\nF:etc\nR:{owned}\nF:lib\nR:ld.so\nF:srv\n\n"
        )
    };
    (apk("was-owned") + OLD_UNOWNED, apk("is-owned") + NEW_UNOWNED)
}

#[test]
fn files_without_a_package_came_went_and_changed() {
    let (old, new) = changing();
    check(
        &old,
        &new,
        "show-non-packaged-files-diff all / shop:1.4",
        "
/etc/conf modified
/etc/gone removed
/etc/is-owned now-owned
/etc/new added
/etc/owner modified
/etc/was-owned now-unowned
/lib/apk/db/installed modified
/srv/app added=4
/srv/old removed=4
",
    );
    check(
        &old,
        &new,
        "show-non-packaged-files-diff leaves /srv shop:1.4",
        "
/srv/app/x added
/srv/app/y/z added
/srv/old/x removed
/srv/old/y/z removed
",
    );
    check(
        &old,
        &new,
        "show-non-packaged-files-diff 2 / shop:1.4 exclude=/lib",
        "
/etc added=1,removed=1,modified=2,now-unowned=1,now-owned=1
/srv added=4,removed=4
",
    );
    check(
        &old,
        &new,
        "show-non-packaged-files-diff 3 /srv shop:1.4",
        "
/srv/app added=4
/srv/old removed=4
",
    );
}

#[test]
fn a_directory_that_changed_is_told_beside_what_changed_in_it() {
    let (old, new) = changing();
    let new = new + "//- /srv/old/ uid=9\n";
    check(
        &old,
        &new,
        "show-non-packaged-files-diff leaves /srv/old shop:1.4",
        "
/srv/old modified
/srv/old/x removed
/srv/old/y/z removed
",
    );
}

#[test]
fn one_side_without_package_data_is_not_compared() {
    check("//- /a\n1\n", APK, "show-non-packaged-files-diff all / shop:1.4", "
Warning Output

no package data of docker.io/shop:1.4 (111111111111): what belongs to packages on the other side cannot be told from what does not; nothing was compared
");
    check(
        "//- /a\n1\n",
        "//- /b\n1\n",
        "show-non-packaged-files-diff all / shop:1.4",
        "
/a removed
/b added

Warning Output

no package data of docker.io/shop:1.5 (222222222222): every file counts as belonging to none
no package data of docker.io/shop:1.4 (111111111111): every file counts as belonging to none
",
    );
}

#[test]
fn an_image_beside_itself_differs_in_nothing() {
    let (image, _) = changing();
    for query in ["show-pkg-diffs", "show-file-diffs", "show-non-packaged-files-diff all /"] {
        let same = image.clone() + "//- config {\"User\": \"other\"}\n";
        check(&image, &same, &format!("{query} shop:1.4"), "");
    }
}

#[test]
fn names_that_would_deceive_stay_in_their_line() {
    let old = APK;
    let new = APK.to_owned() + "//- /srv/\\u{1b}[31m\\n\\u{202e}x\\x20y\n1\n";
    check(
        old,
        &new,
        "show-non-packaged-files-diff leaves /srv shop:1.4",
        "/srv/\\u{1b}[31m,\\u{202e}x,y added\n",
    );
}
