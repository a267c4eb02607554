//! `types=`: which packages a question is about, and what is said where nobody has any of them.

use super::{APK, ask, check};

#[test]
fn types_that_nobody_has_are_a_warning() {
    check(
        APK,
        &(APK.to_owned() + "//- /x\n1\n"),
        "show-pkg-diffs shop:1.4 types=nmp",
        "
Warning Output

neither docker.io/shop:1.5 nor docker.io/shop:1.4 has packages of these types: there are packages of apk
",
    );
}

#[test]
fn every_type_of_a_distribution_is_one() {
    // Nothing is known of one side's packages, whatever package manager it has.
    let (none, apk) = ("//- /a\n1\n", "show-pkg-diffs shop:1.4 types=apk");
    for types in ["alpm", "apk", "deb", "opkg", "rpm"] {
        let told = ask(none, none, &apk.replace("types=apk", &format!("types={types}")));
        assert!(told.contains("packages of the distribution were not compared"), "{told}");
    }
    let told = ask(APK, none, apk);
    assert!(!told.contains("NOTINSTALLED"), "{told}");
}

#[test]
fn types_that_nobody_has_are_a_warning_of_files_too() {
    let new = APK.to_owned() + "//- /x\n1\n";
    let told = "neither docker.io/shop:1.5 nor docker.io/shop:1.4 has packages of these types: there are packages of apk";
    let question = "show-non-packaged-files-diff all / shop:1.4 types=nmp";
    assert!(ask(APK, &new, question).contains(told));
    let told = "docker.io/shop:1.5 has no packages of these types: there are packages of apk";
    assert!(ask(APK, &new, "show-non-packaged-files all / types=nmp").contains(told));
    assert!(!ask(APK, &new, "show-non-packaged-files all / types=apk").contains("Warning"));
}
