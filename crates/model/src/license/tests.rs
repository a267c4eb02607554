//! Spellings of licences as package managers and people have them, and hostile ones.

use super::*;

/// Lines of a spelling and what it comes to, parted by `=>`.
#[track_caller]
fn check(ecosystem: &str, lines: &str) {
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (said, expect) = line.rsplit_once(" => ").unwrap();
        let licensing = Licensing::read(ecosystem, said.trim()).unwrap();
        assert_eq!(licensing.expression, expect.trim(), "{said}");
        assert!(spdx::Expression::parse(&licensing.expression).is_ok(), "{said}: no expression");
    }
}

#[test]
fn what_is_an_expression_stays_one() {
    check(
        "apk",
        "MIT => MIT
         MIT AND BSD-2-Clause AND GPL-2.0-or-later => MIT AND BSD-2-Clause AND GPL-2.0-or-later
         (MIT OR Apache-2.0) AND Unicode-DFS-2016 => (MIT OR Apache-2.0) AND Unicode-DFS-2016
         GPL-2.0-only WITH Classpath-exception-2.0 => GPL-2.0-only WITH Classpath-exception-2.0
         MIT AND MIT => MIT
         MIT AND (Zlib AND ISC) => MIT AND Zlib AND ISC
         ((MIT)) => MIT
         LicenseRef-Fedora-Public-Domain => LicenseRef-Fedora-Public-Domain
         mit OR apache-2.0 => MIT OR Apache-2.0",
    );
}

#[test]
fn identifiers_that_are_out_of_use_become_those_of_today() {
    check(
        "npm",
        "GPL-2.0 => GPL-2.0-only
         GPL-2.0+ => GPL-2.0-or-later
         LGPL-2.1 => LGPL-2.1-only
         AGPL-3.0 => AGPL-3.0-only
         GPL-2.0-with-classpath-exception => GPL-2.0-only WITH Classpath-exception-2.0",
    );
}

#[test]
fn debian_has_names_of_its_own() {
    check(
        "deb",
        "Expat => MIT
         GPL-2+ => GPL-2.0-or-later
         GPL-1+ or Artistic => GPL-1.0-or-later OR Artistic-1.0
         LGPL-3+ or GPL-2+ => LGPL-3.0-or-later OR GPL-2.0-or-later
         LGPLv3+_or_GPLv2+ => LGPL-3.0-or-later OR GPL-2.0-or-later
         MPL-1.1 or GPL-2+ or LGPL-2.1+ => MPL-1.1 OR GPL-2.0-or-later OR LGPL-2.1-or-later
         BSD-3-clause => BSD-3-Clause
         BSD-4-clause-UC => BSD-4-Clause-UC
         BSD-2 => BSD-2-Clause
         Apache-2 => Apache-2.0
         ZLIB => Zlib
         OpenLDAP-2.8 => OLDAP-2.8
         GFDL-NIV-1.3+ => GFDL-1.3-no-invariants-or-later
         Apache-2.0 with LLVM exception => Apache-2.0 WITH LLVM-exception
         GPL-2+ with Libtool exception => GPL-2.0-or-later WITH Libtool-exception
         GPL-3+-WITH-BISON-EXCEPTION => GPL-3.0-or-later WITH Bison-exception-2.2
         GPL-2 with Linux-syscall-note exception => GPL-2.0-only WITH Linux-syscall-note
         GPL-2+ or Artistic-2.0, and BSD-3-clause => (GPL-2.0-or-later OR Artistic-2.0) AND BSD-3-Clause
         GPL-2+, LGPL-2.1+ => GPL-2.0-or-later AND LGPL-2.1-or-later
         public-domain => LicenseRef-public-domain
         BSD-3-google => LicenseRef-BSD-3-google
         GPL-2+ with OpenSSL exception => LicenseRef-GPL-2-plus-with-OpenSSL-exception",
    );
}

#[test]
fn rpm_had_names_of_its_own() {
    check(
        "rpm",
        "LGPLv2+ => LGPL-2.0-or-later
         GPLv3+ and GFDL => GPL-3.0-or-later AND GFDL-1.1-or-later
         GPL => GPL-1.0-or-later
         GPL+ or Artistic => GPL-1.0-or-later OR Artistic-1.0-Perl
         ASL 2.0 => Apache-2.0
         MPLv2.0 => MPL-2.0
         BSD with advertising => BSD-4-Clause
         zlib and Boost => Zlib AND BSL-1.0
         LGPLv2.1 AND GPLv2 => LGPL-2.1-only AND GPL-2.0-only
         MIT and (BSD or ASL 2.0) => MIT AND (LicenseRef-BSD OR Apache-2.0)
         GPLv2+ and LGPLv2+ with exceptions => GPL-2.0-or-later AND LicenseRef-LGPLv2-plus-with-exceptions
         Public Domain => LicenseRef-Public-Domain",
    );
}

#[test]
fn people_write_many_names() {
    check(
        "pypi",
        "MIT License => MIT
         Apache 2 => Apache-2.0
         Apache License 2.0 => Apache-2.0
         Apache License, Version 2.0 => Apache-2.0
         The Apache Software License, Version 2.0 => Apache-2.0
         BSD 3-Clause License => BSD-3-Clause
         Mozilla Public License 2.0 (MPL 2.0) => MPL-2.0
         ISC License (ISCL) => ISC
         Historical Permission Notice and Disclaimer (HPND) => HPND
         GNU Lesser General Public License v2 or later (LGPLv2+) => LGPL-2.0-or-later
         GNU General Public License v3 (GPLv3) => GPL-3.0-only
         GNU Library or Lesser General Public License (LGPL) => LGPL-2.0-or-later
         GPL v2 or later => GPL-2.0-or-later
         MPL 2.0 or later => MPL-2.0+
         Python Software Foundation License => PSF-2.0
         (Apache-2.0 OR BSD-3-Clause) AND PSF-2.0 => (Apache-2.0 OR BSD-3-Clause) AND PSF-2.0
         MIT License, Mozilla Public License 2.0 (MPL 2.0) => MIT AND MPL-2.0
         BSD License => LicenseRef-BSD-License
         Academic Free License (AFL) => LicenseRef-Academic-Free-License-AFL
         Dual License => LicenseRef-Dual-License
         Copyright (c) 2005-2023, NumPy Developers. => LicenseRef-Copyright-c-2005-2023 AND LicenseRef-NumPy-Developers.",
    );
}

#[test]
fn lists_are_choices_where_the_package_manager_says_so() {
    check("npm", "MIT, GPL => MIT OR GPL-1.0-or-later");
    check("composer", "MIT, BSD-3-Clause => MIT OR BSD-3-Clause");
    check("gem", "Ruby, BSD-2-Clause => Ruby OR BSD-2-Clause");
    check("alpm", "Zlib, MIT => Zlib AND MIT");
    check(
        "npm",
        "MIT/Apache-2.0 => MIT OR Apache-2.0\nMIT/X11 => MIT\nUNLICENSED => LicenseRef-UNLICENSED",
    );
    check("npm", "SEE LICENSE IN a/b => LicenseRef-SEE-LICENSE-IN-a-b");
}

#[test]
fn other_ecosystems_have_other_signs() {
    check("cran", "GPL-2 | GPL-3 => GPL-2.0-only OR GPL-3.0-only\nGPL (>= 2) => GPL-2.0-or-later");
    check(
        "cran",
        "MIT + file LICENSE => MIT\nGPL (>= 2) | file LICENSE => GPL-2.0-or-later OR LicenseRef-file-LICENSE",
    );
    check("apk", "MIT BSD-2-Clause GPL2+ => MIT AND BSD-2-Clause AND GPL-2.0-or-later");
    check("apk", "MIT custom => LicenseRef-MIT-custom");
    check("wordpress", "GPLv2 or later => GPL-2.0-or-later");
    check(
        "maven",
        "https://www.apache.org/licenses/LICENSE-2.0.txt => Apache-2.0
         \"Apache-2.0\";link=\"https://x/y\" => Apache-2.0
         http://example.org/license, v1 => LicenseRef-http-example.org-license AND LicenseRef-v1",
    );
}

#[test]
fn what_says_nothing_is_nothing() {
    for said in ["", "  ", "UNKNOWN", "None", "N/A"] {
        assert_eq!(Licensing::read("pypi", said), None, "{said}");
    }
    assert_eq!(Licensing::of(&Package::new("deb", "a", "1", crate::Scheme::Deb)), None);
}

#[test]
fn what_is_unlisted_is_told_in_its_own_words() {
    let licensing = Licensing::read("deb", "Expat and BSD-like and Ünknown").unwrap();
    let unlisted: Vec<_> = licensing.unlisted.iter().map(|one| (&*one.id, &*one.said)).collect();
    assert_eq!(licensing.expression, "MIT AND LicenseRef-BSD-like AND LicenseRef-udc-nknown");
    assert_eq!(
        unlisted,
        [("LicenseRef-BSD-like", "BSD-like"), ("LicenseRef-udc-nknown", "Ünknown")]
    );
    assert!(!licensing.is_listed() && Licensing::read("deb", "Expat").unwrap().is_listed());
    // What only letters' cases tell apart stands there once.
    let licensing = Licensing::read("npm", "Mine AND mine").unwrap();
    assert_eq!((&*licensing.expression, licensing.unlisted.len()), ("LicenseRef-Mine", 1));
}

#[test]
fn hostile_texts_are_one_name() {
    let texts = [
        "(MIT",
        "MIT)",
        ")(",
        "()",
        ",",
        "and",
        "or or",
        "( ( MIT ) ",
        "((((((((((((((((((((MIT))))))))))))))))))))",
    ];
    let long = [
        "(".repeat(3_000),
        "a or ".repeat(700),
        "(a and ".repeat(500),
        "x".repeat(100_000),
        "MIT/".repeat(900),
    ];
    for text in texts.iter().map(ToString::to_string).chain(long) {
        let licensing = Licensing::read("apk", &text).unwrap();
        assert!(
            spdx::Expression::parse(&licensing.expression).is_ok(),
            "{text}: {}",
            licensing.expression
        );
    }
}

proptest::proptest! {
    #[test]
    fn every_text_gives_an_expression(text in "([a-zA-Z0-9().,+/|&é -]|MIT|GPL-2| and | or | with ){0,40}") {
        if let Some(licensing) = Licensing::read("npm", &text) {
            proptest::prop_assert!(spdx::Expression::parse(&licensing.expression).is_ok(), "{}", licensing.expression);
        }
    }

    #[test]
    fn an_expression_reads_as_itself(text in "[a-zA-Z0-9().,+/ -]{0,40}") {
        if let Some(licensing) = Licensing::read("rpm", &text) {
            let again = Licensing::read("rpm", &licensing.expression).unwrap();
            proptest::prop_assert_eq!(again.expression, licensing.expression);
        }
    }
}
