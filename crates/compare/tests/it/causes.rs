//! Every changed path has exactly one cause.

use crate::check;

/// A database of apk with `packages` (name, version, the files below `/usr/bin` that it owns).
fn apk(packages: &[(&str, &str, &[&str])]) -> String {
    let mut text = "//- /lib/apk/db/installed\n".to_owned();
    for (name, version, files) in packages {
        text += &format!("P:{name}\nV:{version}\nF:usr/bin\n");
        text.extend(files.iter().map(|file| format!("R:{file}\n")));
        text += "\n";
    }
    text
}

#[test]
fn what_a_changed_package_owns_is_its_doing() {
    check(
        &(apk(&[("a", "1", &["a", "gone"]), ("b", "1", &["b"]), ("c", "1", &["c"])])
            + "//- /usr/bin/a\n1\n//- /usr/bin/gone\n1\n//- /usr/bin/b\n1\n//- /usr/bin/c\n1\n"),
        &(apk(&[("a", "2", &["a", "came"]), ("c", "1", &["c"]), ("d", "1", &["d"])])
            + "//- /usr/bin/a\n2\n//- /usr/bin/came\n1\n//- /usr/bin/c\n1\n//- /usr/bin/d\n1\n"),
        "
        upgraded a 1 -> 2
        removed b 1 ->
        added d  -> 1
        ~ /lib/apk/db/installed content database
        ~ /usr/bin/a content package by a
        - /usr/bin/b package by b
        + /usr/bin/came package by a
        + /usr/bin/d package by d
        - /usr/bin/gone package by a
        ",
    );
}

#[test]
fn what_an_unchanged_package_owns_was_altered() {
    let database = apk(&[("a", "1", &["a", "deleted", "mode"])]);
    check(
        &(database.clone() + "//- /usr/bin/a\n1\n//- /usr/bin/deleted\n1\n//- /usr/bin/mode\n1\n"),
        &(database + "//- /usr/bin/a\n2\n//- /usr/bin/mode mode=4755\n1\n"),
        "
        ~ /usr/bin/a content altered by a
        - /usr/bin/deleted altered by a
        ~ /usr/bin/mode mode altered by a
        ",
    );
}

#[test]
fn what_nobody_owns_is_unexplained() {
    check(
        "//- /etc/motd\n1\n//- /srv/app/x\n1\n",
        "//- /etc/motd\n2\n//- /usr/local/bin/helper mode=4755\n1\n",
        "
        ~ /etc/motd content unexplained
        - /srv unexplained
        - /srv/app unexplained
        - /srv/app/x unexplained
        + /usr unexplained
        + /usr/local unexplained
        + /usr/local/bin unexplained
        + /usr/local/bin/helper unexplained
        ",
    );
}

#[test]
fn an_owner_on_one_side_is_enough_whichever_way_the_comparison_goes() {
    let with = apk(&[("curl", "8", &["curl"]), ("b", "1", &[])]) + "//- /usr/bin/curl\nowned\n";
    let without = apk(&[("b", "1", &[])]) + "//- /usr/bin/curl\nnobody's\n";
    check(
        &with,
        &without,
        "
        removed curl 8 ->
        ~ /lib/apk/db/installed content,size database
        ~ /usr/bin/curl content,size package by curl
        ",
    );
    check(
        &without,
        &with,
        "
        added curl  -> 8
        ~ /lib/apk/db/installed content,size database
        ~ /usr/bin/curl content,size package by curl
        ",
    );
}

#[test]
fn a_directory_is_explained_by_what_is_in_it() {
    check(
        &(apk(&[("b", "1", &[])]) + "//- /usr/\n"),
        &(apk(&[("b", "1", &[]), ("a", "1", &["a"])])
            + "//- /usr/bin/a\n1\n//- /usr/empty/\n//- /usr/mixed/x\n1\n"),
        "
        added a  -> 1
        ~ /lib/apk/db/installed content,size database
        + /usr/bin package by a
        + /usr/bin/a package by a
        + /usr/empty unexplained
        + /usr/mixed unexplained
        + /usr/mixed/x unexplained
        ",
    );
}

#[test]
fn a_rebuilt_package_explains_its_files() {
    check(
        "//- /lib/apk/db/installed\nC:Q1AAAA\nP:a\nV:1\nF:bin\nR:a\n//- /bin/a\n1\n",
        "//- /lib/apk/db/installed\nC:Q1BBBB\nP:a\nV:1\nF:bin\nR:a\n//- /bin/a\n2\n",
        "
        rebuilt a 1 -> 1
        ~ /bin/a content package by a
        ~ /lib/apk/db/installed content database
        ",
    );
}

#[test]
fn only_the_kind_is_told_where_the_kind_changed() {
    check(
        "//- /a mode=600\n1\n//- /l -> x\n",
        "//- /a -> x\n//- /l -> y\n",
        "
        ~ /a type unexplained
        ~ /l link unexplained
        ",
    );
}

#[test]
fn times_are_counted_and_are_no_changes() {
    let pair = crate::pair("//- /a mtime=1\nx\n", "//- /a mtime=2\nx\n");
    let comparison = pair.compare();
    assert!(comparison.is_empty());
    assert_eq!(comparison.times_only, 1);
}

#[test]
fn owners_attributes_and_devices_are_compared() {
    check(
        "//- /a uid=1\nx\n//- /b xattr:user.k=1\nx\n//- /c char=1,3\n//- /d\nx\n",
        "//- /a uid=2\nx\n//- /b xattr:user.k=2\nx\n//- /c char=1,5\n//- /d\nxy\n",
        "
        ~ /a owner unexplained
        ~ /b xattr unexplained
        ~ /c device unexplained
        ~ /d content,size unexplained
        ",
    );
}
