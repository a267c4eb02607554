//! What is made of Java archives. They are written by a library that shares nothing with the reader.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::ECOSYSTEM;
use crate::transcript::transcript;

/// An archive of these members.
fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let options = if name.as_bytes().ends_with(b".jar") { stored } else { packed };
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[track_caller]
fn check(path: &str, bytes: &[u8], expect: &str) {
    assert_eq!(transcript(&ECOSYSTEM, path, bytes).trim_end(), expect);
}

const MANIFEST: &str = "META-INF/MANIFEST.MF";
const POM: &str = "META-INF/maven/org.example/shop/pom.properties";
const PROPERTIES: &[u8] =
    b"#Generated\n#Mon Jan 01\nversion=1.4.0\r\ngroupId=org.example\r\nartifactId=shop\r\n";

/// An archive in an archive, one known by its properties and one by its manifest.
pub(crate) fn sample() -> Vec<u8> {
    let manifest = b"Manifest-Version: 1.0\r\nImplementation-Title: The Shop\r\n\
        Implementation-Version: 9\r\nImplementation-Vendor: Shop Keepers\r\nSpecification-Version: 1.4\r\n\r\n";
    let inner = archive(&[(MANIFEST, manifest)]);
    archive(&[(MANIFEST, manifest), (POM, PROPERTIES), ("WEB-INF/lib/inner-2.0.jar", &inner)])
}

#[test]
fn mavens_properties_know_best() {
    let manifest = b"Manifest-Version: 1.0\r\nImplementation-Title: The Shop\r\n\
        Implementation-Version: 9\r\nImplementation-Vendor: Shop Ke\r\n epers\r\n\
        Specification-Version: 1.4\r\n\r\nName: a.class\r\nImplementation-Title: b\r\n";
    let jar = archive(&[(MANIFEST, manifest), ("a.class", b"x"), (POM, PROPERTIES)]);
    check(
        "opt/app.jar",
        &jar,
        "shop 1.4.0 supplier=Shop Keepers group=org.example specification=1.4",
    );
}

#[test]
fn without_them_the_name_of_the_file_and_the_manifest_must_do() {
    let named = |manifest: &str| archive(&[(MANIFEST, manifest.as_bytes())]);
    check("commons-lang3-3.12.0.jar", &named(""), "commons-lang3 3.12.0");
    check("lib/x-y.jar", &named("Implementation-Version: 2\n"), "x-y 2");
    check(
        "x.jar",
        &named("Implementation-Title: a.b\nSpecification-Version: 1\n"),
        "a.b 1 specification=1",
    );
    check(
        "x.jar",
        &named("Bundle-SymbolicName: org.b;singleton:=true\nBundle-Version: 3\n"),
        "org.b 3",
    );
    check(
        "x-1.jar",
        &named("Implementation-Version: ${v}\nImplementation-Vendor-Id: org.x\n"),
        "x 1 group=org.x",
    );
    check("x.jar", &named("Implementation-Title: A B\nImplementation-Version: 1\n"), "x 1");
    check("x.jar", &named("Implementation-Title: x\n"), "");
}

#[test]
fn what_was_put_into_an_archive_is_a_package_too() {
    let other = b"version=2\ngroupId=com.google\nartifactId=guava\n";
    let jar =
        archive(&[("META-INF/maven/com.google/guava/pom.properties", other), (POM, PROPERTIES)]);
    check("shop-1.4.0.jar", &jar, "shop 1.4.0 group=org.example\nguava 2 group=com.google");
    check("app.jar", &jar, "guava 2 group=com.google\nshop 1.4.0 group=org.example");
}

#[test]
fn archives_lie_in_archives() {
    let inner = archive(&[(POM, PROPERTIES)]);
    let war = archive(&[("WEB-INF/lib/shop-1.4.0.jar", &inner), ("WEB-INF/lib/empty.jar", b"")]);
    let ear = archive(&[("shop.war", &war), ("lib/a-1.jar", &archive(&[]))]);
    check(
        "opt/shop-2.ear",
        &ear,
        "shop 2\nshop.war:WEB-INF/lib/shop-1.4.0.jar: shop 1.4.0 group=org.example\nlib/a-1.jar: a 1",
    );
}

#[test]
fn what_stands_before_an_archive_is_passed_over() {
    let script = [b"#!/bin/sh\nexec java -jar $0\n", &archive(&[(POM, PROPERTIES)])[..]].concat();
    check("app.jar", &script, "shop 1.4.0 group=org.example");
    let mut remark = archive(&[(POM, PROPERTIES)]);
    let length = remark.len();
    remark[length - 2] = 4;
    check("app.jar", &[&remark[..], b"PK\x05\x06"].concat(), "shop 1.4.0 group=org.example");
}

#[test]
fn what_is_damaged_is_told_of_and_the_rest_is_kept() {
    check("x.jar", b"", "");
    check("x-1.jar", b"text", "unreadable: is no zip archive, or is cut short");
    let jar = archive(&[("x", b"some"), (POM, PROPERTIES)]);
    check("x.jar", &jar[..jar.len() - 10], "unreadable: is no zip archive, or is cut short");
    check("x.jar", &jar[40..], "unreadable: has a damaged table of contents");
    let outer = archive(&[("a-1.jar", b"PK"), ("b-1.jar", &archive(&[]))]);
    check(
        "x.jar",
        &outer,
        "b-1.jar: b 1\nnotice: has a-1.jar, which is no zip archive, or is cut short: not all packages in it are known",
    );
}

#[test]
fn archives_may_lie_only_so_deep() {
    let mut jar = archive(&[(POM, PROPERTIES)]);
    for _ in 0..5 {
        jar = archive(&[("x.jar", &jar)]);
    }
    check(
        "x.jar",
        &jar,
        "notice: has x.jar:x.jar:x.jar:x.jar:x.jar, which lies deeper in archives than is looked at: \
         not all packages in it are known",
    );
}

#[test]
fn a_bomb_is_not_inflated() {
    let zeros = vec![0; 64 << 20];
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    writer.start_file("a-1.war", packed).unwrap();
    writer.write_all(&zeros).unwrap();
    writer.start_file(MANIFEST, packed).unwrap();
    writer.write_all(b"Implementation-Version: 1\n\n").unwrap();
    writer.write_all(&zeros).unwrap();
    let jar = writer.finish().unwrap().into_inner();
    check(
        "bomb.jar",
        &jar,
        "bomb 1\nnotice: has a-1.war, which is larger than what is looked into: not all packages in it are known",
    );
}

#[test]
fn an_archive_may_have_only_so_many_archives() {
    let empty = archive(&[]);
    let members: Vec<(String, &[u8])> =
        (0..20_010).map(|number| (format!("{number}.jar"), &empty[..])).collect();
    let members: Vec<(&str, &[u8])> =
        members.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    check(
        "x.jar",
        &archive(&members),
        "notice: has more archives and texts than are looked at: not all packages in it are known",
    );
}

#[test]
fn any_byte_may_be_wrong() {
    let inner = archive(&[(POM, PROPERTIES), (MANIFEST, b"Implementation-Version: 1\n")]);
    let jar = archive(&[("lib/a-1.jar", &inner), (POM, PROPERTIES)]);
    for place in 0..jar.len() {
        for value in [0, 1, 0x7f, 0xff] {
            let mut damaged = jar.clone();
            damaged[place] = value;
            // It says something or other, and comes to an end.
            transcript(&ECOSYSTEM, "x.jar", &damaged);
        }
        transcript(&ECOSYSTEM, "x.jar", &jar[..place]);
    }
}
