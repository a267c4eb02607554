//! What readers found lasts as long as the file that they found it in, and owns what it should.

use std::sync::Arc;

use super::{check, facts};
use crate::squash;

const MUSL: &str = "
        //- /lib/apk/db/installed
        P:musl
        V:1.2.5-r0
        A:x86_64
        F:lib
        R:ld-musl.so
        ";

#[test]
fn a_whiteout_takes_its_packages_along() {
    check(
        &format!(
            "{MUSL}
        //- layer
        //- whiteout /lib/apk
        "
        ),
        "/lib/",
    );
}

#[test]
fn the_database_of_the_topmost_layer_counts() {
    check(
        &format!(
            "{MUSL}
        //- layer
        //- /lib/apk/db/installed
        P:busybox
        V:1.36.1-r2
        "
        ),
        r#"
        /lib/
        /lib/apk/
        /lib/apk/db/
        /lib/apk/db/installed "P:busybox|V:1.36.1-r2" @2
        + busybox 1.36.1-r2
        "#,
    );
}

#[test]
fn a_database_behind_a_link_is_told_of_where_nobody_read_it() {
    check(
        "
        //- /data/db
        P:musl
        V:1
        //- /lib/apk/db/installed -> /data/db
        ",
        r#"
        /data/
        /data/db "P:musl|V:1"
        /lib/
        /lib/apk/
        /lib/apk/db/
        /lib/apk/db/installed -> /data/db
        ! /lib/apk/db/installed leads to /data/db
        "#,
    );
    check(
        "
        //- /data/db
        P:musl
        V:1
        //- /lib/apk/db/installed => /data/db
        ",
        r#"
        /data/
        /data/db "P:musl|V:1"
        /lib/
        /lib/apk/
        /lib/apk/db/
        /lib/apk/db/installed "P:musl|V:1"
        ! /lib/apk/db/installed is a hard link to /data/db
        "#,
    );
}

#[test]
fn a_database_that_is_reached_through_a_moved_folder_is_read_once() {
    check(
        "
        //- /usr/lib/apk/db/installed
        P:musl
        V:1.2.5-r0
        F:lib
        R:ld-musl.so
        //- /lib -> usr/lib
        //- /usr/lib/ld-musl.so
        x
        ",
        r#"
        /lib -> usr/lib by musl
        /usr/
        /usr/lib/ by musl
        /usr/lib/apk/
        /usr/lib/apk/db/
        /usr/lib/apk/db/installed "P:musl|V:1.2.5-r0|F:lib|"
        /usr/lib/ld-musl.so "x" by musl
        + musl 1.2.5-r0
        "#,
    );
}

#[test]
fn diversions_move_what_all_but_one_package_own() {
    check(
        "
        //- /var/lib/dpkg/status
        Package: dash
        Status: install ok installed
        Architecture: amd64
        Version: 1

        Package: bash
        Status: install ok installed
        Architecture: amd64
        Version: 2
        //- /var/lib/dpkg/info/dash.list
        /bin/sh
        //- /var/lib/dpkg/info/bash.list
        /bin/sh
        //- /var/lib/dpkg/diversions
        /bin/sh
        /bin/sh.distrib
        bash
        //- /bin/sh
        bash
        //- /bin/sh.distrib
        dash
        //- layer
        //- whiteout /var/lib/dpkg/status-old
        ",
        r#"
        /bin/
        /bin/sh "bash" by bash
        /bin/sh.distrib "dash" by dash
        /var/
        /var/lib/
        /var/lib/dpkg/
        /var/lib/dpkg/diversions "/bin/sh|/bin/sh.distrib|"
        /var/lib/dpkg/info/
        /var/lib/dpkg/info/bash.list "/bin/sh"
        /var/lib/dpkg/info/dash.list "/bin/sh"
        /var/lib/dpkg/status "Package: dash|Status: in"
        + bash 2
        + dash 1
        "#,
    );
}

#[test]
fn packages_of_one_name_own_by_architecture() {
    check(
        "
        //- /var/lib/dpkg/status
        Package: libc6
        Status: install ok installed
        Architecture: amd64
        Version: 1

        Package: libc6
        Status: install ok installed
        Architecture: i386
        Version: 1
        //- /var/lib/dpkg/info/libc6:amd64.list
        /lib64
        //- /var/lib/dpkg/info/libc6:i386.list
        /lib32
        /lib64
        //- /lib64
        a
        //- /lib32
        b
        ",
        r#"
        /lib32 "b" by libc6
        /lib64 "a" by libc6 by libc6
        /var/
        /var/lib/
        /var/lib/dpkg/
        /var/lib/dpkg/info/
        /var/lib/dpkg/info/libc6:amd64.list "/lib64"
        /var/lib/dpkg/info/libc6:i386.list "/lib32|/lib64"
        /var/lib/dpkg/status "Package: libc6|Status: i"
        + libc6 1
        + libc6 1
        "#,
    );
}

#[test]
fn the_distribution_is_what_the_first_release_file_says() {
    let text = "
        //- /etc/os-release
        ID=debian
        //- /usr/lib/os-release
        ID=other
    ";
    let facts = facts(&testkit::image(text).layers()[0]);
    assert_eq!(squash(&[Arc::new(facts)]).distro.map(|distro| distro.id), Some("debian".into()));
}

#[test]
fn a_distribution_takes_fixes_of_its_own_lines_only() {
    let check = |text: &str, expect: &[&str]| {
        let layers: Vec<_> =
            (testkit::image(text).layers().iter()).map(|layer| Arc::new(facts(layer))).collect();
        assert_eq!(squash(&layers).distro.unwrap().channels, expect);
    };
    let list =
        "//- /etc/apt/sources.list.d/a.list\ndeb https://esm.ubuntu.com/infra/ubuntu a main\n";
    let ubuntu = "//- /etc/os-release\nID=ubuntu\n";
    check(&format!("{ubuntu}{list}"), &["esm"]);
    check(&format!("//- /etc/os-release\nID=debian\n{list}"), &[]);
    // What a later layer takes away tells nothing, but for packages that came of it.
    check(&format!("{ubuntu}{list}//- layer\n//- whiteout /etc/apt/sources.list.d/a.list\n"), &[]);
    let package = |version: &str| {
        let record = "Status: install ok installed\nArchitecture: amd64\n";
        format!("{ubuntu}//- /var/lib/dpkg/status\nPackage: a\n{record}Version: {version}\n")
    };
    check(&package("1.0-1ubuntu2+esm1"), &["esm"]);
    check(&package("1.0-1ubuntu2~esm2"), &["esm"]);
    check(&package("1.0+esmtp-1"), &[]);
}

#[test]
fn checksums_of_distroless_belong_to_the_record_of_their_name() {
    check(
        "
        //- /var/lib/dpkg/status.d/libssl1
        Package: libssl1.1
        Version: 1.1.1
        //- /var/lib/dpkg/status.d/libssl1.md5sums
        d41d8cd98f00b204e9800998ecf8427e  usr/lib/libssl.so.1.1
        //- /usr/lib/libssl.so.1.1
        x
        ",
        r#"
        /usr/
        /usr/lib/
        /usr/lib/libssl.so.1.1 "x" by libssl1.1
        /var/
        /var/lib/
        /var/lib/dpkg/
        /var/lib/dpkg/status.d/
        /var/lib/dpkg/status.d/libssl1 "Package: libssl1.1|Versi"
        /var/lib/dpkg/status.d/libssl1.md5sums "d41d8cd98f00b204e9800998"
        + libssl1.1 1.1.1
        "#,
    );
}

#[test]
fn settings_that_a_removed_package_left_claim_nothing() {
    check(
        "
        //- /var/lib/dpkg/status
        Package: gone
        Status: deinstall ok config-files
        Architecture: amd64
        Version: 1
        Conffiles:
         /etc/gone d41d8cd98f00b204e9800998ecf8427e
        //- /var/lib/dpkg/info/gone.list
        /etc/gone
        //- /etc/gone
        x
        ",
        r#"
        /etc/
        /etc/gone "x"
        /var/
        /var/lib/
        /var/lib/dpkg/
        /var/lib/dpkg/info/
        /var/lib/dpkg/info/gone.list "/etc/gone"
        /var/lib/dpkg/status "Package: gone|Status: de"
        "#,
    );
}

#[test]
fn a_whiteout_beside_a_database_of_its_own_layer_leaves_the_packages_alone() {
    check(
        &format!(
            "{MUSL}
        //- whiteout /lib/apk/db/installed
        "
        ),
        r#"
        /lib/ by musl
        /lib/apk/
        /lib/apk/db/
        /lib/apk/db/installed "P:musl|V:1.2.5-r0|A:x86_"
        + musl 1.2.5-r0
        "#,
    );
}

#[test]
fn a_database_lives_on_under_another_name_of_the_same_file() {
    check(
        &format!(
            "{MUSL}
        //- /usr/lib/apk/db/installed => /lib/apk/db/installed
        //- layer
        //- whiteout /lib
        "
        ),
        r#"
        /usr/
        /usr/lib/
        /usr/lib/apk/
        /usr/lib/apk/db/
        /usr/lib/apk/db/installed "P:musl|V:1.2.5-r0|A:x86_"
        + musl 1.2.5-r0
        "#,
    );
}

#[test]
fn records_behind_a_link_are_told_of_where_nobody_read_them() {
    check(
        "
        //- /data/a
        Package: a
        Version: 1
        //- /var/lib/dpkg/status.d/a -> /data/a
        ",
        r#"
        /data/
        /data/a "Package: a|Version: 1"
        /var/
        /var/lib/
        /var/lib/dpkg/
        /var/lib/dpkg/status.d/
        /var/lib/dpkg/status.d/a -> /data/a
        ! /var/lib/dpkg/status.d/a leads to /data/a
        "#,
    );
    check(
        "
        //- /data/a
        Package: a
        Version: 1
        //- /var/lib/dpkg/status.d -> /data
        ",
        r#"
        /data/
        /data/a "Package: a|Version: 1"
        /var/
        /var/lib/
        /var/lib/dpkg/
        /var/lib/dpkg/status.d -> /data
        ! /var/lib/dpkg/status.d/a leads to /data/a
        "#,
    );
}

#[test]
fn a_folder_of_records_that_leads_elsewhere_excuses_nothing() {
    let text = format!(
        "{MUSL}
        //- /var/lib/apk -> /usr/local/bin
        //- /usr/local/bin/evil
        x
        "
    );
    let image = squash(&[Arc::new(facts(&testkit::image(&text).layers()[0]))]);
    let records = image.files.iter().filter(|file| file.record);
    assert!(records.clone().any(|file| file.path == "/lib/apk/db/installed".into()));
    assert!(records.clone().all(|file| !file.path.is_under(&"/usr/local".into())));
}

#[test]
fn records_of_a_package_manager_that_is_not_there_are_files_like_others() {
    let layer = facts(&testkit::image("//- /var/lib/dpkg/sh mode=4755\nx\n").layers()[0]);
    assert!(squash(&[Arc::new(layer)]).files.iter().all(|file| !file.record));
}

/// The licence of each package, in order.
fn licenses(text: &str) -> Vec<Option<String>> {
    let layers = testkit::image(text).layers();
    let facts: Vec<_> = layers.iter().map(|layer| Arc::new(facts(layer))).collect();
    squash(&facts).packages.into_iter().map(|installed| installed.package.license).collect()
}

const TWO: &str = "//- /var/lib/dpkg/status\nPackage: gcc-base\nStatus: install ok installed\nVersion: 1\n\n\
     Package: libgcc\nStatus: install ok installed\nVersion: 1\n\
     //- /usr/share/doc/gcc-base/copyright\nLicense: GPL-3\nLicense: Artistic\n";

#[test]
fn packages_that_share_documentation_share_licences() {
    let both = Some("Artistic, GPL-3".to_owned());
    let linked = format!("{TWO}//- /usr/share/doc/libgcc -> gcc-base\n");
    assert_eq!(licenses(&linked), [both.clone(), both.clone()]);
    assert_eq!(licenses(TWO), [both, None]);
}

#[test]
fn a_whiteout_takes_licences_along() {
    let gone = format!("{TWO}//- layer\n//- whiteout /usr/share/doc\n");
    assert_eq!(licenses(&gone), [None, None]);
}

/// As `dpkg -S` tells them on Debian 12: it knows `/lib64` and nothing of `/usr/lib64`.
#[test]
fn a_directory_that_packages_call_by_a_link_is_theirs() {
    check(
        "
        //- /var/lib/dpkg/status
        Package: libc6
        Status: install ok installed
        Architecture: amd64
        Version: 2.36

        Package: opts
        Status: install ok installed
        Architecture: all
        Version: 1
        //- /var/lib/dpkg/info/libc6:amd64.list
        /lib64
        /lib64/ld.so
        /lib64/sub
        //- /var/lib/dpkg/info/opts.list
        /lib64
        /srv/link
        //- /usr/lib64/ld.so
        x
        //- /usr/lib64/sub/nobodys
        y
        //- /lib64 -> usr/lib64
        //- /srv/link -> data
        //- /srv/data/nobodys
        z
        ",
        r#"
        /lib64 -> usr/lib64 by libc6 by opts
        /srv/
        /srv/data/
        /srv/data/nobodys "z"
        /srv/link -> data by opts
        /usr/
        /usr/lib64/ by libc6
        /usr/lib64/ld.so "x" by libc6
        /usr/lib64/sub/ by libc6
        /usr/lib64/sub/nobodys "y"
        /var/
        /var/lib/
        /var/lib/dpkg/
        /var/lib/dpkg/info/
        /var/lib/dpkg/info/libc6:amd64.list "/lib64|/lib64/ld.so|/lib"
        /var/lib/dpkg/info/opts.list "/lib64|/srv/link"
        /var/lib/dpkg/status "Package: libc6|Status: i"
        + libc6 2.36
        + opts 1
        "#,
    );
}
