//! What is made of the records of Python packages.

use super::ECOSYSTEM;
use crate::transcript::transcript;

fn check(path: &str, bytes: impl AsRef<[u8]>, expect: &str) {
    assert_eq!(transcript(&ECOSYSTEM, path, bytes.as_ref()).trim_end(), expect);
}

const METADATA: &str = "usr/lib/python3/dist-packages/x-1.dist-info/METADATA";
const RECORD: &str = "usr/lib/python3/site-packages/x-1.dist-info/RECORD";

#[test]
fn metadata_name_the_package() {
    check(
        METADATA,
        "Metadata-Version: 2.1\nName: Flask\nVersion: 2.2.2\nSummary: A\n\tlong one\nAuthor: A R\n\
         Author-email: a@example.org\nLicense: BSD-3-Clause\nProject-URL: Source Code, https://e.org/s\n\
         Home-page: https://e.org\n\nName: not this one\n",
        "Flask 2.2.2 source=https://e.org/s license=BSD-3-Clause supplier=A R <a@example.org>",
    );
    for path in [
        "usr/lib/python3/dist-packages/x.egg-info/PKG-INFO",
        "usr/lib/python3/dist-packages/x-1-py3.9.egg/EGG-INFO/PKG-INFO",
        "usr/lib/python3/dist-packages/x-1.egg-info",
    ] {
        check(path, "Name: x\r\nVersion: 1\r\n\r\nText\r\n", "x 1");
    }
}

#[test]
fn licences_stand_in_several_headers() {
    let license = |headers: &str| format!("Name: x\nVersion: 1\n{headers}");
    check(METADATA, license("License: MIT License\nLicense-Expression: MIT\n"), "x 1 license=MIT");
    check(
        METADATA,
        license(
            "License: UNKNOWN\nClassifier: License :: OSI Approved\n\
             Classifier: License :: OSI Approved :: MIT License\n\
             Classifier: License :: OSI Approved :: BSD License\nClassifier: Typing :: Typed\n",
        ),
        "x 1 license=MIT License, BSD License",
    );
    check(METADATA, license(&format!("License: {}\n", "text ".repeat(50))), "x 1");
}

#[test]
fn what_does_not_name_a_package_is_told_of() {
    check(METADATA, "", "unreadable: it does not say its name");
    check(METADATA, "Name: x\n\nVersion: 1\n", "unreadable: it does not say its version");
    check(METADATA, "Name: x\nVersion: UNKNOWN\n", "unreadable: it does not say its version");
    check(METADATA, b"Name: caf\xe9\nVersion: 1\n", "caf\u{fffd} 1");
    check(METADATA, format!("Name: x\nVersion: 1\n{}", "A: b\n".repeat(500_000)), "x 1");
}

#[test]
fn a_record_says_which_files_are_whose() {
    check(
        RECORD,
        "x/__init__.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\r\n\
         x-1.dist-info/RECORD,,\n../../../bin/x,sha256=AAAA,1\n\"x/a,\"\"b.py\",,\n\
         /opt/x,md5=1B2M2Y8AsgTpgAmY7PhCfg,0\n",
        "x-1.dist-info claims\n  \
         /usr/lib/python3/site-packages/x/__init__.py digest=sha256:\
         e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n  \
         /usr/lib/python3/site-packages/x-1.dist-info/RECORD\n  /usr/bin/x\n  \
         /usr/lib/python3/site-packages/x/a,\"b.py\n  /opt/x",
    );
    check(
        "usr/lib/x.egg-info/installed-files.txt",
        "../x/__init__.py\n./top_level.txt\n",
        "x.egg-info claims\n  /usr/lib/x/__init__.py\n  /usr/lib/x.egg-info/top_level.txt",
    );
}

#[test]
fn a_damaged_record_is_told_of_and_the_rest_is_kept() {
    check(
        RECORD,
        "no comma\n\"no end,,\n,,\na,,\n",
        "x-1.dist-info claims\n  /usr/lib/python3/site-packages/a\n\
         notice: line 1 is no path, digest and size: left out\n\
         notice: line 2 is no path, digest and size: left out\n\
         notice: line 3 is no path, digest and size: left out",
    );
    check(
        RECORD,
        "../../../../../../../../..,,\n../../../../../../../etc/passwd,,\n",
        "x-1.dist-info claims\n  /etc/passwd",
    );
}

#[test]
fn few_bytes_cannot_claim_gigabytes() {
    let folder = "d/".repeat(2_000);
    let told = transcript(
        &ECOSYSTEM,
        &format!("{folder}x.dist-info/RECORD"),
        "a,,\n".repeat(50_000).as_bytes(),
    );
    let left_out = told.lines().last().unwrap();
    assert!(
        left_out.starts_with("notice: claims more paths than a file of its size may"),
        "{left_out}"
    );
    assert!(told.lines().count() < 5_000);
}
