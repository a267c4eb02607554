//! Queries of packages.

use model::{InstalledPackage, Package, Path, Scheme};

use super::{check, check_subject, subject};

const ALPINE: &str = "\
//- /lib/apk/db/installed
P:musl
V:1.2.5-r0
A:x86_64
S:400
I:622592
o:musl
m:Timo Teräs <timo.teras@iki.fi>
L:MIT

P:libssl3
V:3.3.2-r0
A:x86_64
o:openssl
L:Apache-2.0

P:ssl_client
V:1.36.1-r29
A:x86_64
";

#[test]
fn packages_are_listed_by_the_beginnings_of_their_names() {
    check(ALPINE, "list-packages all", "libssl3 3.3.2-r0\nmusl 1.2.5-r0\nssl_client 1.36.1-r29");
    check(ALPINE, "list-packages ssl", "ssl_client 1.36.1-r29");
    check(ALPINE, "list-packages re:.*ssl", "libssl3 3.3.2-r0\nssl_client 1.36.1-r29");
    check(ALPINE, "list-packages mus lib", "libssl3 3.3.2-r0\nmusl 1.2.5-r0");
    check(ALPINE, "list-packages nothing", "");
}

#[test]
fn what_is_known_of_a_package_is_told_and_what_is_not_is_said() {
    check(
        ALPINE,
        "list-package-detail musl libssl3",
        "libssl3 3.3.2-r0 x86_64 APKG N/A Unknown Apache-2.0\n\
         musl 1.2.5-r0 x86_64 APKG 622592 Timo,Teräs,<timo.teras@iki.fi>,(maintainer) MIT",
    );
}

#[test]
fn a_package_is_found_by_name_and_version() {
    check(ALPINE, "has-package musl", "musl musl 1.2.5-r0");
    check(ALPINE, "has-package musl-1.2.5-r0", "musl-1.2.5-r0 musl 1.2.5-r0");
    check(ALPINE, "has-package musl-1.2.5", "");
    check(ALPINE, "has-package mus", "");
    let debian = testkit::dpkg_database(&[
        testkit::deb_package("zlib1g", "1:1.2.13.dfsg-1", "amd64", &[]),
        testkit::deb_package("zlib1g-dev", "1:1.2.13.dfsg-1", "amd64", &[]),
    ]);
    check(
        &debian,
        "has-package zlib1g-1.2.13.dfsg-1 zlib1g-1:1.2.13.dfsg-1",
        "zlib1g-1.2.13.dfsg-1 zlib1g 1:1.2.13.dfsg-1\nzlib1g-1:1.2.13.dfsg-1 zlib1g 1:1.2.13.dfsg-1",
    );
}

#[test]
fn licenses_are_compared_whole_unless_there_is_a_star() {
    check(ALPINE, "list-package-licenses MIT", "musl 1.2.5-r0 MIT");
    check(ALPINE, "list-package-licenses Apache", "");
    check(ALPINE, "list-package-licenses Apache*", "libssl3 3.3.2-r0 Apache-2.0");
    check(ALPINE, "list-package-licenses Unknown", "ssl_client 1.36.1-r29 Unknown");
}

#[test]
fn a_broken_database_is_a_warning_and_not_an_empty_answer() {
    check(
        "//- /lib/apk/db/installed\nnothing of the kind\n",
        "list-packages all",
        "\nWarning Output\n\ndocker.io/shop:1.5 (ID): /lib/apk/db/installed: the record at line 1 has no name (P) in \
         UTF-8: left out\nno package data of docker.io/shop:1.5 (ID): which packages of a distribution are in it is \
         not known",
    );
    check(
        "//- /bin/busybox\nx\n",
        "list-packages all",
        "\nWarning Output\n\nno package data of docker.io/shop:1.5 (ID): which packages of a distribution are in it is \
         not known",
    );
}

#[test]
fn what_is_asked_for_has_to_be_said() {
    check(
        ALPINE,
        "list-packages",
        "no name is given\n hint: say `all`, or which name is meant: its beginning, or re:PATTERN",
    );
    check(
        ALPINE,
        "list-packages re:(",
        "`(` is no regular expression that can be used: unclosed group\n \
         hint: the syntax is that of the crate regex: no look-around, no references back",
    );
    check(
        ALPINE,
        "has-package",
        "no package is given\n hint: say names, or names with versions: has-package openssl zlib-1.2.13-r1",
    );
}

/// An image with packages of languages, made by hand: the rows depend on facts alone.
#[test]
fn packages_of_languages_stand_where_their_records_are() {
    let mut subject = subject(ALPINE);
    let installed = |package: Package, database: &str, inside: Option<&str>| InstalledPackage {
        package,
        database: Path::from(database),
        inside: inside.map(Into::into),
    };
    let express = Package {
        license: Some("MIT".into()),
        source: Some("https://expressjs.com".into()),
        ..Package::new("npm", "express", "4.18.2", Scheme::Npm)
    };
    let jar = Package {
        specification: Some("2.17".into()),
        supplier: Some("The Apache Software Foundation".into()),
        ..Package::new("maven", "log4j-core", "2.17.1", Scheme::Maven)
    };
    let gem = Package::new("gem", "rails", "7.1.0", Scheme::Gem);
    let python = Package::new("pypi", "Flask_Login", "0.6.3", Scheme::Pypi);
    subject.side.facts.packages.extend([
        installed(express, "/app/node_modules/express/package.json", None),
        installed(jar, "/app/shop.war", Some("WEB-INF/lib/log4j-core-2.17.1.jar")),
        installed(gem, "/usr/lib/ruby/specifications/rails-7.1.0.gemspec", None),
        installed(python, "/usr/lib/python3/flask_login-0.6.3.dist-info/METADATA", None),
    ]);
    let check = |command: &str, expect: &str| check_subject(&subject, command, expect);
    check("list-npms all", "express 4.18.2 /app/node_modules/express");
    check(
        "list-npm-detail exp",
        "express 4.18.2 N/A https://expressjs.com MIT /app/node_modules/express",
    );
    check("list-gems all", "rails 7.1.0 /usr/lib/ruby/specifications/rails-7.1.0.gemspec");
    check(
        "list-gem-detail all",
        "rails 7.1.0 N/A N/A Unknown /usr/lib/ruby/specifications/rails-7.1.0.gemspec",
    );
    check(
        "list-python-packages all",
        "Flask_Login 0.6.3 /usr/lib/python3/flask_login-0.6.3.dist-info/METADATA",
    );
    check(
        "list-python-package-detail all",
        "Flask_Login 0.6.3 N/A Unknown /usr/lib/python3/flask_login-0.6.3.dist-info/METADATA",
    );
    check(
        "list-java-packages all",
        "log4j-core 2.17 2.17.1 /app/shop.war:WEB-INF/lib/log4j-core-2.17.1.jar",
    );
    check(
        "list-java-package-detail log",
        "log4j-core 2.17 2.17.1 The,Apache,Software,Foundation \
         /app/shop.war:WEB-INF/lib/log4j-core-2.17.1.jar",
    );
    // They are no packages of the distribution.
    check("has-package express", "");
    check("list-packages all", "libssl3 3.3.2-r0\nmusl 1.2.5-r0\nssl_client 1.36.1-r29");
}
