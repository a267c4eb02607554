//! What is made of release files.

use super::ECOSYSTEM;
use crate::transcript::transcript;

fn check(path: &str, text: &str, expect: &str) {
    check_bytes(path, text.as_bytes(), expect);
}

fn check_bytes(path: &str, bytes: &[u8], expect: &str) {
    assert_eq!(transcript(&ECOSYSTEM, path, bytes).trim_end(), expect);
}

#[test]
fn os_release_names_the_distribution() {
    check(
        "usr/lib/os-release",
        "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n\
         VERSION=\"12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n",
        "debian version=12 codename=bookworm pretty=Debian GNU/Linux 12 (bookworm)",
    );
    check(
        "etc/os-release",
        "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.4\"\n",
        "rocky version=9.4 like=rhel centos fedora",
    );
}

#[test]
fn what_does_not_say_who_it_is_is_linux() {
    check("etc/os-release", "", "linux");
    check("etc/os-release", "NAME=Scratch\nID=\nVERSION_ID=''\n", "linux");
}

#[test]
fn values_are_words_of_the_shell() {
    let check = |value: &str, expect: &str| {
        let expect = format!("x pretty={expect}");
        check("etc/os-release", &format!("ID=x\nPRETTY_NAME={value}"), &expect);
    };
    check("plain", "plain");
    check("two words", "two");
    check("'it is $5'", "it is $5");
    check(r"'back\slash'", r"back\slash");
    check(r#""a \"b\" \$c \\ \` \d""#, r#"a "b" $c \ ` \d"#);
    check(r#"one"two "'three'"#, "onetwo three");
    check(r"a\ b", "a b");
    check("\"never closed", "never closed");
    check("\"ends \\", "ends \\");
}

#[test]
fn comments_blanks_and_line_ends_do_not_matter() {
    check(
        "etc/os-release",
        "# ID=wrong\r\n\r\n  ID=alpine \r\nVERSION_ID=3.20.3\r\nno assignment\r\n=x\r\nA B=c\r\n",
        "alpine version=3.20.3",
    );
    check("etc/os-release", "ID=first\nID=last", "last");
    check_bytes("etc/os-release", b"\xff\xfe\0\nID=x\xff", "x\u{fffd}");
}

#[test]
fn older_release_files_say_less() {
    check(
        "etc/redhat-release",
        "CentOS release 5.11 (Final)\n",
        "centos version=5.11 codename=Final pretty=CentOS release 5.11 (Final)",
    );
    check(
        "etc/centos-release",
        "CentOS Linux release 7.9.2009 (Core)",
        "centos version=7.9.2009 codename=Core pretty=CentOS Linux release 7.9.2009 (Core)",
    );
    check(
        "etc/redhat-release",
        "Red Hat Enterprise Linux Server release 6.10 (Santiago)",
        "rhel version=6.10 codename=Santiago pretty=Red Hat Enterprise Linux Server release 6.10 (Santiago)",
    );
    check("etc/redhat-release", "MyOS", "myos pretty=MyOS");
    check("etc/redhat-release", "\n", "");
    check("etc/alpine-release", "3.20.3\n", "alpine version=3.20.3");
    check("etc/alpine-release", "", "alpine");
    check("etc/debian_version", "12.8\n", "debian version=12");
    check("etc/debian_version", "trixie/sid\n", "debian codename=trixie");
    check(
        "etc/lsb-release",
        "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=14.04\nDISTRIB_CODENAME=trusty\nDISTRIB_DESCRIPTION=\"Ubuntu 14.04.6 LTS\"\n",
        "ubuntu version=14.04 codename=trusty pretty=Ubuntu 14.04.6 LTS",
    );
    check("etc/lsb-release", "LSB_VERSION=base-4.0-amd64:base-4.0-noarch\n", "");
}
