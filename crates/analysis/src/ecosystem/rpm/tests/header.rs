//! Header blobs: what a package is, and which paths are its own.

use model::TextKind;

use super::super::write::{Header, ndb};
use super::super::{Input, read_ndb};

/// Checks what is read of one header.
#[track_caller]
fn check(header: &Header, expect: &str) {
    check_blob(header.blob(), expect);
}

#[track_caller]
fn check_blob(blob: Vec<u8>, expect: &str) {
    super::check("Packages.db", &ndb::database(&[blob]), expect);
}

/// A package with everything that is read of one.
pub(super) fn sample() -> Vec<u8> {
    described()
        .texts(1117, &["etc", "a.conf", "b"])
        .texts(1118, &["/", "/etc/"])
        .numbers(1116, &[0, 1, 1])
        .short(1030, &[0o40_755, 0o100_644, 0o104_755])
        .numbers(1037, &[0, 1, 64])
        .texts(1035, &["", &"00".repeat(32), ""])
        .numbers(5011, &[8])
        .numbers(1080, &[1_700_000_000])
        .texts(1081, &["A Dev <a@example.org> - 5.1-2"])
        .texts(1082, &["- fixes CVE-2024-0001"])
        .blob()
}

fn described() -> Header {
    Header::of("bash 5.1-2")
        .text(1011, "Fedora Project")
        .text(1014, "GPLv3+")
        .text(1022, "x86_64")
        .text(1044, "bash-5.1-2.src.rpm")
        .numbers(1009, &[7_738_778])
        .text(5096, "tools:1:2:3")
        .text(269, "5a")
        .text(273, "25")
}

#[test]
fn a_package_is_described_by_its_tags() {
    check(
        &described(),
        "bash 5.1-2, arch x86_64, source bash-5.1-2.src.rpm, build sha256:25, size 7738778, \
         license GPLv3+, supplier Fedora Project, module tools:1:2:3\n",
    );
}

#[test]
fn an_epoch_is_shown_where_the_package_states_it() {
    check(&Header::of("openssl 3.0-1").numbers(1003, &[1]), "openssl 1:3.0-1\n");
    check(&Header::of("perl-IO 1.38-416").numbers(1003, &[0]), "perl-IO 0:1.38-416\n");
}

#[test]
fn a_size_beyond_4_gib_has_a_tag_of_its_own() {
    let long = Header::of("cuda 12-1").entry(5009, 5, 1, &(5_u64 << 30).to_be_bytes());
    check(&long, "cuda 12-1, size 5368709120\n");
}

#[test]
fn a_build_is_known_by_the_strongest_digest_that_there_is() {
    check(&Header::of("a 1-1").text(269, "5a").bytes(261, &[7; 16]), "a 1-1, build sha1:5a\n");
    let md5 = Header::of("a 1-1").bytes(261, &[7; 16]);
    check(&md5, "a 1-1, build md5:07070707070707070707070707070707\n");
    let key = Header::of("gpg-pubkey 8483c65d-5ccc5b19").numbers(1006, &[1_556_896_537]);
    let host = key.text(1007, "localhost");
    check(&host, "gpg-pubkey 8483c65d-5ccc5b19, build 1556896537@localhost\n");
}

#[test]
fn what_was_added_at_installation_replaces_the_packages_own() {
    check(&Header::of("a 1-1").text(1022, "i686").text(1022, "x86_64"), "a 1-1, arch x86_64\n");
}

#[test]
fn texts_need_not_be_utf_8() {
    check(&Header::of("a 1-1").entry(1014, 6, 1, b"caf\xe9\0"), "a 1-1, license caf\u{fffd}\n");
}

#[test]
fn a_package_owns_what_is_in_place() {
    let header = Header::of("a 1-1")
        .texts(1117, &["etc", "a.conf", "a", "b", "readme", "a.log", "other", "shared"])
        .texts(1118, &["/", "/etc/", "/usr/bin/", "/usr/share/doc/a/"])
        .numbers(1116, &[0, 1, 2, 2, 3, 1, 2, 3])
        .short(1030, &[0o40_755, 0o100_644, 0o104_755, 0o120_777, 0o100_644, 0o100_600, 0, 0])
        .numbers(1037, &[0, 1, 0, 0, 2, 64, 0, 0])
        .entry(1029, 1, 8, &[0, 0, 0, 0, 2, 0, 1, 3])
        .texts(1035, &["", &"00".repeat(32), &"0f".repeat(32), "", "", "", "", ""])
        .numbers(5011, &[8]);
    let expect = "
a 1-1
  /etc 755
  /etc/a.conf 644 config sha256:0
  /usr/bin/a 4755 sha256:f
  /usr/bin/b
  /etc/a.log 600 ghost
";
    check(&header, &expect[1..]);
}

#[test]
fn old_packages_have_whole_paths_and_do_not_name_their_digest() {
    let md5 = "ab".repeat(16);
    let old = Header::of("a 1-1").texts(1027, &["/bin", "/bin/a"]).texts(1035, &["", &md5]);
    check(&old, "a 1-1\n  /bin\n  /bin/a md5:ab\n");
}

#[test]
fn digests_are_of_the_algorithm_that_the_package_names() {
    let of = |algorithm, digest: &str| {
        let header = Header::of("a 1-1").texts(1027, &["/a"]).texts(1035, &[digest]);
        header.numbers(5011, &[algorithm])
    };
    check(&of(2, &"cd".repeat(20)), "a 1-1\n  /a sha1:cd\n");
    check(&of(10, "cafe"), "a 1-1\n  /a 10:cafe\n");
    // What does not fit its algorithm is kept as it stands.
    check(&of(8, "cafe"), "a 1-1\n  /a 8:cafe\n");
    check(&of(1, &"é".repeat(16)), &format!("a 1-1\n  /a 1:{}\n", "é".repeat(16)));
}

#[test]
fn a_damaged_list_of_files_leaves_the_package() {
    let nowhere = Header::of("a 1-1").texts(1117, &["x", "y"]).texts(1118, &["/"]);
    check(
        &nowhere.numbers(1116, &[0, 7]),
        "a 1-1\n  /x\nnotice: the files of a 1-1 are not all known: \
         file 2 is in no directory of its DIRNAMES\n",
    );
}

#[test]
fn few_bytes_cannot_claim_many_paths() {
    let directory = format!("/{}/", "d".repeat(4_000));
    let names = vec!["x"; 1000];
    let header = Header::of("a 1-1").texts(1117, &names).texts(1118, &[&directory]);
    let blob = header.numbers(1116, &[0; 1000]).blob();
    let input = super::super::Input { path: b"", bytes: &blob, beyond: &[], companions: &[] };
    let (paths, problem) = super::super::files::paths(
        &super::super::header::Header::parse(&blob).unwrap(),
        blob.len(),
        &mut super::super::Budget::of(&input),
    );
    assert!(paths.len() < 30, "{} bytes claim {} paths", blob.len(), paths.len());
    assert_eq!(problem.unwrap(), "it claims more paths than a header of its size can hold");
}

#[test]
fn a_path_that_is_longer_than_any_is_left_out() {
    let directory = format!("/{}/", "d".repeat(4_093));
    let header = Header::of("a 1-1").texts(1117, &["x", "xy", "z"]).texts(1118, &["/", &directory]);
    check(
        &header.numbers(1116, &[0, 1, 0]),
        "a 1-1\n  /x\n  /z\nnotice: claims paths of more than 4096 bytes: 1 left out\n",
    );
}

#[test]
fn a_header_without_a_name_or_version_is_left_out() {
    check(&Header::default(), "notice: a package is left out: it has no NAME\n");
    check(
        &Header::default().text(1000, "a"),
        "notice: a package is left out: it is of `a`, but it has no VERSION\n",
    );
}

#[test]
fn claims_beyond_the_header_are_found_out() {
    let check = |blob: &[u8], expect: &str| {
        check_blob(blob.to_vec(), &format!("notice: a package is left out: {expect}\n"));
    };
    let number = |number: u32| number.to_be_bytes();
    check(b"", "it has 0 bytes, too few for a header");
    check(
        &[number(1 << 31), number(0)].concat(),
        "its index claims 2147483648 entries, more than its 8 bytes hold",
    );
    check(
        &[number(0), number(u32::MAX)].concat(),
        "its store claims 4294967295 bytes, more than its 8 bytes hold",
    );
    check(
        &[number(1), number(0), number(1000), number(6), number(9), number(1)].concat(),
        "its NAME stands at 9, beyond its end",
    );
    let huge = Header::of("a 1-1").entry(1003, 4, 1 << 31, &[]).blob();
    check(&huge, "it is of `a`, but its EPOCH claims 2147483648 numbers, beyond its end");
    let wrong = Header::of("a 1-1").numbers(1022, &[1]).blob();
    check(&wrong, "it is of `a`, but its ARCH is of type 4, not a text");
    let long = Header::of("a 1-1").text(1014, &"x".repeat(70_000)).blob();
    check(&long, "it is of `a`, but its LICENSE is longer than 65536 bytes");
}

/// Checks which changelog is kept of a package, and what could not be.
#[track_caller]
fn check_changelog(header: &Header, expect: &str) {
    let bytes = ndb::database(&[header.blob()]);
    let input =
        Input { path: b"var/lib/rpm/Packages.db", bytes: &bytes, beyond: &[], companions: &[] };
    let reading = read_ndb(&input).unwrap();
    let texts = reading.texts.iter().map(|(kind, text)| {
        let TextKind::RpmChangelog { name, version, .. } = kind else { panic!("{kind:?}") };
        format!("{name} {version}\n{}", String::from_utf8_lossy(text))
    });
    let notices = reading.notices.iter().map(|notice| format!("notice: {notice}\n"));
    assert_eq!(texts.chain(notices).collect::<String>(), expect);
}

#[test]
fn a_changelog_is_kept_as_rpm_prints_it() {
    let header = Header::of("glibc 2.24-4")
        .numbers(1080, &[1_482_494_400, 1_482_408_000])
        .texts(1081, &["Carlos <c@example.org> - 2.24-4", "Florian\n* Thu Jan 01 1970 <f@b>"])
        .texts(1082, &["- one\n- two", "- three"]);
    check_changelog(
        &header,
        "glibc 2.24-4\n* Fri Dec 23 2016 Carlos <c@example.org> - 2.24-4\n- one\n- two\n\n\
         * Thu Dec 22 2016 Florian * Thu Jan 01 1970 <f@b>\n- three\n\n",
    );
    check_changelog(&Header::of("glibc 2.24-4"), "");
}

#[test]
fn a_damaged_changelog_leaves_the_package_known() {
    let header = Header::of("glibc 2.24-4").numbers(1080, &[0]).numbers(1081, &[1]);
    check_changelog(
        &header.texts(1082, &["- x"]),
        "notice: the changelog of glibc 2.24-4 is not all known: its CHANGELOGNAME is of type 4, not a text\n",
    );
    let header = Header::of("glibc 2.24-4").numbers(1080, &[0]).texts(1081, &["A", "B"]);
    // Three lists of one length are one changelog: what has no time is none of it.
    check_changelog(
        &header.texts(1082, &["- x", "- y"]),
        "glibc 2.24-4\n* Thu Jan 01 1970 A\n- x\n\n",
    );
}

#[test]
fn a_changelog_beyond_all_measure_loses_its_oldest_entries() {
    let texts = ["- new", &"x".repeat(9 << 20), "- old"];
    let header = Header::of("linux 6-1").numbers(1080, &[0, 0, 0]).texts(1081, &["A", "B", "C"]);
    check_changelog(
        &header.texts(1082, &texts),
        "linux 6-1\n* Thu Jan 01 1970 A\n- new\n\n\
         notice: the changelog of linux 6-1 is not all known: 2 entries have no room\n",
    );
}
