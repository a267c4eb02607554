//! What is made of apk's database.

use super::ECOSYSTEM;
use crate::transcript::transcript;

fn check(bytes: impl AsRef<[u8]>, expect: &str) {
    let told = transcript(&ECOSYSTEM, "lib/apk/db/installed", bytes.as_ref());
    assert_eq!(told.trim_end(), expect);
}

#[test]
fn a_record_names_the_package_and_its_files() {
    check(
        "C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=\nP:busybox-binsh\nV:1.36.1-r29\nA:x86_64\nS:1546\nI:8192\n\
         m:Sören <soren@example.org>\nT:ash as /bin/sh\nL:GPL-2.0-only\no:busybox\nt:1718\nc:1747c01fb96905f101c25609011589d28e01cbb8\n\
         F:bin\nR:sh\na:0:0:777\nZ:Q1pcfTfDNEbNKQc2s1tia7da05M8Q=\n\
         F:tmp\nM:0:0:1777\nF:etc/crontabs\nR:root\nZ:Q1vfk1apUWI4yLJGhhNRd0kJixfvY=\n\n",
        "busybox-binsh 1.36.1-r29 arch=x86_64 source=busybox build=Q1qKcZ+j23xssAXmgQhkOO8dHnbWw= commit=1747c01fb96905f101c25609011589d28e01cbb8 size=8192 license=GPL-2.0-only supplier=Sören <soren@example.org>
  /bin mode=755
  /bin/sh mode=777 digest=sha1:a5c7d37c33446cd290736b35b626bb75ad3933c4
  /tmp mode=1777
  /etc/crontabs mode=755
  /etc/crontabs/root mode=644 digest=sha1:bdf9356a9516238c8b2468613517749098b17ef6",
    );
}

#[test]
fn records_end_at_empty_lines_or_with_the_file() {
    check("\n\nP:a\nV:1\n\n\n\nP:b\nV:2", "a 1\nb 2");
    check("", "");
    check("\n".repeat(100_000), "");
}

#[test]
fn a_virtual_package_is_a_package() {
    check(
        "P:.build-deps\nV:20240101.000000\nA:noarch\n",
        ".build-deps 20240101.000000 arch=noarch",
    );
}

#[test]
fn a_damaged_record_is_told_of_and_the_rest_is_kept() {
    check(
        "P:a\nV:1\n\nV:2\nF:bin\n\nP:c\nV:\n\nP:\u{fffd}\nV:4\n\nP:e\nV:5\n",
        "a 1\n\u{fffd} 4\ne 5\n\
         notice: the record at line 4 has no name (P) in UTF-8: left out\n\
         notice: the record at line 7 has no version (V) in UTF-8: left out",
    );
    check(
        b"P:\xff\nV:1\n\nP:b\nV:2\n",
        "b 2\nnotice: the record at line 1 has no name (P) in UTF-8: left out",
    );
}

#[test]
fn a_file_that_is_no_database_is_told_of_in_few_words() {
    check(
        b"\x1f\x8b\0\0\0\n\xff",
        "notice: the record at line 1 has no name (P) in UTF-8: left out",
    );
    let told =
        transcript(&ECOSYSTEM, "usr/lib/apk/db/installed", "x\n\n".repeat(500_000).as_bytes());
    assert_eq!(told.lines().count(), 9);
    assert!(told.ends_with("notice: is damaged in 499992 further places\n"), "{told}");
}

#[test]
fn paths_are_bytes_and_never_climb_out() {
    check(
        b"P:a\nV:1\nF:\nR:top\nF:d\xff\nR:n \xfe\nF:../..//etc\nR:../x\n",
        "a 1\n  /top mode=644\n  /d\\xff mode=755\n  /d\\xff/n \\xfe mode=644\n  /etc mode=755\n  /x mode=644",
    );
}

#[test]
fn what_a_file_line_says_wrongly_is_not_recorded() {
    check(
        "P:a\nV:1\nR:nowhere\na:0:0:755\nZ:Q1pcfTfDNEbNKQc2s1tia7da05M8Q=\nF:b\nM:0:0:99999\nR:c\na:0:0\nZ:Q1!\n",
        "a 1\n  /b mode=755\n  /b/c mode=644",
    );
    check(
        "P:a\nV:1\nF:b\nR:c\nZ:Q2AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nR:d\nZ:Q3AAAA\nZ:\n",
        "a 1\n  /b mode=755\n  /b/c mode=644 digest=sha256:\
         0000000000000000000000000000000000000000000000000000000000000000\n  /b/d mode=644",
    );
}

#[test]
fn a_line_of_ten_megabytes_is_a_line() {
    let long = "x".repeat(10 << 20);
    check(format!("P:a\nV:1\nT:{long}\n\nP:b\nV:2\n"), "a 1\nb 2");
    check(&long, "notice: the record at line 1 has no name (P) in UTF-8: left out");
}

#[test]
fn few_bytes_cannot_claim_gigabytes() {
    let long = format!("F:{}\n", "d/".repeat(2_000));
    let text = format!("P:a\nV:1\n{long}{}\nP:b\nV:2\nF:etc\n", "R:x\n".repeat(50_000));
    let told = transcript(&ECOSYSTEM, "lib/apk/db/installed", text.as_bytes());
    // Its 204,030 bytes allow for 13 MiB, and a path has 4,002 bytes.
    let (paths, notices): (Vec<_>, Vec<_>) = told.lines().partition(|line| line.starts_with("  "));
    assert!((3_000..4_000).contains(&paths.len()), "{}", paths.len());
    let left_out = 50_002 - paths.len();
    let notice =
        format!("notice: claims more paths than a file of its size may: {left_out} left out");
    assert_eq!(notices, ["a 1", "b 2", &notice]);
}

#[test]
fn what_lies_at_an_impossible_path_is_left_out() {
    let (fits, long) = ("d".repeat(4_093), "d".repeat(4_097));
    check(
        format!("P:a\nV:1\nF:{fits}\nR:x\nR:xy\na:0:0:700\nF:{long}\nM:0:0:700\nR:lost\nF:etc\n"),
        &format!(
            "a 1\n  /{fits} mode=755\n  /{fits}/x mode=644\n  /etc mode=755\n\
             notice: claims paths of more than 4096 bytes: 2 left out"
        ),
    );
}
