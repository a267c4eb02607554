//! What is made of dpkg's database.

use super::ECOSYSTEM;
use crate::transcript::transcript;

fn check(path: &str, bytes: impl AsRef<[u8]>, expect: &str) {
    assert_eq!(transcript(&ECOSYSTEM, path, bytes.as_ref()).trim_end(), expect);
}

const STATUS: &str = "var/lib/dpkg/status";

#[test]
fn a_record_names_the_package() {
    check(
        STATUS,
        "Package: libbz2-1.0\nStatus: install ok installed\nPriority: important\nMaintainer: Anibal <anibal@example.org>\nInstalled-Size: 106\n\
         Architecture: amd64\nMulti-Arch: same\nSource: bzip2 (1.0.8-5)\nVersion: 1.0.8-5+b1\n\
         Description: library\n This package contains\n .\n Version: not this one\n\n\
         Package: adduser\nStatus: install ok installed\nArchitecture: all\nVersion: 3.134\n",
        "libbz2-1.0 1.0.8-5+b1 arch=amd64 source=bzip2 (1.0.8-5) size=108544 supplier=Anibal <anibal@example.org>\nadduser 3.134 arch=all",
    );
}

#[test]
fn a_package_is_there_while_its_files_are() {
    let record = |name: &str, status: &str| {
        format!("Package: {name}\nStatus: {status}\nVersion: 1\nArchitecture: all\n\n")
    };
    let status = [
        record("held", "hold ok installed"),
        record("waiting", "install ok triggers-awaited"),
        record("pending", "install ok triggers-pending"),
        record("halfway", "install reinstreq half-configured"),
        record("unpacked", "install ok unpacked"),
        record("broken", "install reinstreq half-installed"),
        record("shouting", "Install OK Installed"),
        record("settings", "deinstall ok config-files"),
        record("heard-of", "unknown ok not-installed"),
        "Package: without\nVersion: 1\n\n".into(),
        "Package: gone\nStatus: purge ok not-installed\nPriority: optional\n\n".into(),
    ];
    check(
        STATUS,
        status.concat(),
        "held 1 arch=all\nwaiting 1 arch=all\npending 1 arch=all\nhalfway 1 arch=all\n\
         unpacked 1 arch=all\nbroken 1 arch=all\nshouting 1 arch=all",
    );
}

#[test]
fn one_name_may_be_there_for_two_architectures() {
    let record = |arch: &str| {
        format!(
            "Package: libc6\nStatus: install ok installed\nArchitecture: {arch}\nVersion: 2\n\n"
        )
    };
    check(STATUS, record("amd64") + &record("i386"), "libc6 2 arch=amd64\nlibc6 2 arch=i386");
}

#[test]
fn configuration_files_are_marked_so() {
    check(
        STATUS,
        "Package: a\nStatus: install ok installed\nVersion: 1\nConffiles:\n \
         /etc/a 0123456789abcdef0123456789ABCDEF\n \
         /etc/a b 00000000000000000000000000000000 obsolete\n \
         /etc/c 00000000000000000000000000000000 remove-on-upgrade\n \
         /etc/d 00000000000000000000000000000000 obsolete remove-on-upgrade\n \
         /etc/new newconffile\n nonsense\n relative 00000000000000000000000000000000\n",
        "a 1
  /etc/a digest=md5:0123456789abcdef0123456789abcdef is=config
  /etc/a b digest=md5:00000000000000000000000000000000 is=config
  /etc/c digest=md5:00000000000000000000000000000000 is=config
  /etc/d digest=md5:00000000000000000000000000000000 is=config
  /etc/new is=config",
    );
}

#[test]
fn field_names_have_no_case_and_lines_may_end_in_cr_lf() {
    check(
        STATUS,
        "\r\npackage: a\r\nSTATUS: install ok installed\r\nversion: 1\r\ninstalled-size: x\r\n\r\n\
         Package:b\nStatus:install ok installed\nVersion:2",
        "a 1\nb 2",
    );
}

#[test]
fn only_an_empty_line_ends_a_record() {
    check(
        STATUS,
        "Package: a\nStatus: install ok installed\nDescription: x\n \t\nVersion: 1\n\n\n\n\n\
         Package: b\nVersion: 2\nStatus: install ok installed\n",
        "a 1\nb 2",
    );
}

#[test]
fn a_damaged_record_is_told_of_and_the_rest_is_kept() {
    check(
        STATUS,
        b"Status: install ok installed\nVersion: 1\n\nPackage: b\nStatus: install ok installed\n\n\
          Package: \xff\nStatus: install ok installed\nVersion: 1\n\n\
          Package: d\nStatus: install ok installed\nVersion: 4\nSource: \xff\nPackage: e\nVersion: 5\n\n\
          what is this\nPackage: f\nStatus: install ok installed\nVersion: 6\n",
        "d 4 source=\u{fffd}\nf 6\n\
         notice: the record at line 1 has no package name in UTF-8: left out\n\
         notice: the record at line 4 has no version in UTF-8: left out\n\
         notice: the record at line 7 has no package name in UTF-8: left out\n\
         notice: line 15 is not what a record may hold there: left out\n\
         notice: line 18 is not what a record may hold there: left out",
    );
}

#[test]
fn hostile_files_cost_no_more_than_their_bytes() {
    let long = "x".repeat(10 << 20);
    let record = "Package: a\nStatus: install ok installed\nVersion: 1\n";
    check(STATUS, format!("{record}Description: {long}\n\n"), "a 1");
    check(STATUS, format!("{record}Description: x\n{}", " \n".repeat(1 << 20)), "a 1");
    check(STATUS, &long, "notice: line 1 is not what a record may hold there: left out");
    check(STATUS, "\n".repeat(1 << 20), "");
    check(STATUS, vec![0; 1 << 20], "notice: line 1 is not what a record may hold there: left out");
    let told = transcript(&ECOSYSTEM, STATUS, "x\n\n".repeat(500_000).as_bytes());
    assert!(told.ends_with("notice: is damaged in 499992 further places\n"));
    let sizes = "Installed-Size: 99999999999999999999\n\nInstalled-Size: 18446744073709551615\n";
    check(STATUS, format!("{record}{sizes}{record}"), "a 1\na 1 size=18446744073709551615");
}

#[test]
fn a_piece_of_distroless_is_a_record_without_a_status() {
    check(
        "var/lib/dpkg/status.d/tzdata",
        "Package: tzdata\nVersion: 2024a-0+deb12u1\nArchitecture: all\nInstalled-Size: 1\n",
        "tzdata 2024a-0+deb12u1 arch=all size=1024",
    );
    check(
        "var/lib/dpkg/status.d/tzdata.md5sums",
        "5461b4c9623a1657baf85fbc0c8576b6  usr/share/zoneinfo/Etc/GMT+5\n",
        "tzdata claims\n  /usr/share/zoneinfo/Etc/GMT+5 digest=md5:5461b4c9623a1657baf85fbc0c8576b6",
    );
    check("var/lib/dpkg/status.d/tzdata.list", "/usr\n", "tzdata claims\n  /usr");
}

#[test]
fn a_list_claims_paths_but_not_the_root() {
    check(
        "var/lib/dpkg/info/libc6:amd64.list",
        b"/.\n/usr\n/usr/a b \n/usr/\xff\n\n/usr/last",
        "libc6:amd64 claims\n  /usr\n  /usr/a b \n  /usr/\\xff\n  /usr/last",
    );
    let told = transcript(&ECOSYSTEM, "var/lib/dpkg/info/x.list", &vec![b'\n'; 1 << 20]);
    assert_eq!(told, "x claims\n");
}

#[test]
fn checksums_claim_paths_with_their_digests() {
    check(
        "var/lib/dpkg/info/bash.md5sums",
        b"0123456789abcdef0123456789abcdef  usr/bin/ba sh\nnot a digest\n\
          0123456789abcdef0123456789abcdef usr/bin/one-space\n\
          zzzz456789abcdef0123456789abcdef  usr/bin/x\n0123456789abcdef0123456789abcdef  \xff",
        "bash claims
  /usr/bin/ba sh digest=md5:0123456789abcdef0123456789abcdef
  /\\xff digest=md5:0123456789abcdef0123456789abcdef
notice: line 2 is no digest and path: left out
notice: line 3 is no digest and path: left out
notice: line 4 is no digest and path: left out",
    );
}

#[test]
fn a_diversion_is_three_lines() {
    check(
        "var/lib/dpkg/diversions",
        "/usr/bin/firefox\n/usr/bin/firefox.real\nfirefox-esr\n/bin/sh\n/bin/sh.distrib\n:\n/usr/share\n/x\n",
        "/usr/bin/firefox goes to /usr/bin/firefox.real for firefox-esr
/bin/sh goes to /bin/sh.distrib for the administrator
notice: the diversion at line 7 is cut short: left out",
    );
    check(
        "var/lib/dpkg/diversions",
        b"/a\n/b\n\xff\n/c\n/d\ne",
        "/c goes to /d for e\n\
         notice: the diversion at line 1 is for \\xff, which is not UTF-8: left out",
    );
}

#[test]
fn a_path_that_is_longer_than_any_is_left_out() {
    let long = "d".repeat(4_096);
    let notice = "notice: claims paths of more than 4096 bytes: 1 left out";
    check(
        "var/lib/dpkg/info/a.list",
        format!("/{long}\n/b\n"),
        &format!("a claims\n  /b\n{notice}"),
    );
    let digest = "0123456789abcdef0123456789abcdef";
    check(
        "var/lib/dpkg/info/a.md5sums",
        format!("{digest}  x{long}\n{digest}  b\n"),
        &format!("a claims\n  /b digest=md5:{digest}\n{notice}"),
    );
    check(
        STATUS,
        format!(
            "Package: a\nStatus: install ok installed\nVersion: 1\nConffiles:\n \
             /{long} {digest}\n /b {digest}\n"
        ),
        &format!("a 1\n  /b digest=md5:{digest} is=config\n{notice}"),
    );
}
