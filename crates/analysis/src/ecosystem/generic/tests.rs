//! Each program once, with what it really says, and with something like it that says nothing.

use super::{ECOSYSTEM, READERS, compiled};
use crate::ecosystem::{Input, Want};

/// What is recognised in a file of this content, which is looked through as the pass over a layer does.
#[track_caller]
fn check(path: &str, content: &[u8], expect: &str) {
    let mut said = Vec::new();
    for reader in READERS {
        let Want::Says { pattern, .. } = reader.wants else { continue };
        if !reader.wants.is_met_by(path.as_bytes()) {
            continue;
        }
        let matches: Vec<&[u8]> =
            compiled(pattern).unwrap().find_iter(content).map(|found| found.as_bytes()).collect();
        if matches.is_empty() {
            continue;
        }
        let bytes = matches.join(&b'\n');
        let input = Input { path: path.as_bytes(), bytes: &bytes, beyond: &[], companions: &[] };
        for evidence in (reader.read)(&input).unwrap().evidence {
            let model::Evidence::Packages(packages) = evidence else { panic!("no packages") };
            said.extend(packages.iter().map(|(one, _)| format!("{} {}", one.name, one.version)));
        }
    }
    assert_eq!(said.join(", "), expect, "{path}");
}

#[test]
fn every_program_says_its_version() {
    let rows: &[(&str, &[u8], &str)] = &[
        ("usr/local/bin/node", b"\0node.js/v20.20.2\0", "node 20.20.2"),
        ("usr/local/bin/node", b"\0v6.17.1\0", "node 6.17.1"),
        ("usr/local/lib/libpython3.13.so.1.0", b"0/3.13.0\0\x003.2.0\0", "python 3.13.0"),
        ("usr/bin/python3.11", b"\x003.2.0\0 \x003.11.2\0", "python 3.11.2"),
        ("usr/local/bin/ruby", b"ruby 3.1.7p261 (2025-03-26", "ruby 3.1.7p261"),
        ("usr/local/bin/perl", b"/usr/local/lib/perl5/5.36.0\0", "perl 5.36.0"),
        ("usr/local/bin/php", b"\0X-Powered-By: PHP/8.2.36\0", "php 8.2.36"),
        ("opt/java/release", b"JAVA_VERSION=\"17.0.9\"\nLIBC=\"gnu\"\n", "java 17.0.9"),
        ("usr/local/go/VERSION", b"go1.22.3\ntime 2024\n", "go 1.22.3"),
        ("lib/librustc_driver-4c3b.so", b"rustc version 1.63.0clang", "rust 1.63.0"),
        ("lib/librustc_driver-4c3b.so", b"rustc version 1.97.0-nightly", "rust 1.97.0-nightly"),
        ("usr/sbin/nginx", b"\0nginx version: nginx/1.22.1\0", "nginx 1.22.1"),
        ("usr/local/apache2/bin/httpd", b"\0Apache/2.4.71\0", "httpd 2.4.71"),
        ("usr/local/sbin/haproxy", b"\x002.6.12-1+deb12u4\0", "haproxy 2.6.12"),
        ("usr/local/sbin/haproxy", b"HA-Proxy version 1.8.30, rel", "haproxy 1.8.30"),
        ("bin/redis-server", b"A7.0.151790282056000000000\0", "redis 7.0.15"),
        ("bin/redis-server", b"\x007.0.14buildkitsandbox-1702957741000000000\0", "redis 7.0.14"),
        ("bin/redis-server", b"\x004.0.11841ce7054bd9-1542359302000000000\0", "redis 4.0.11"),
        ("bin/valkey-server", b"y9.0.0buildkitsandbox-1764887574000000000\0", "valkey 9.0.0"),
        ("bin/postgres", b"PostgreSQL 9.1 \0postgres (PostgreSQL) 15.20\n", "postgres 15.20"),
        ("usr/sbin/mysqld", b"/sb_0/release/mysql-8.0.4-rc/mysys/my.cc", "mysql 8.0.4"),
        ("usr/bin/mysql", b"\x008.0.37\0\0\0mysql_real_esc", "mysql 8.0.37"),
        ("usr/sbin/mariadbd", b"\x0010.11.19-MariaDB\0", "mariadb 10.11.19"),
        ("bin/mongod", b"\x007.0.5\x00123456789012345678901234567890123456abcd\0", "mongodb 7.0.5"),
        ("bin/memcached", b"\0memcached 1.6.18\0", "memcached 1.6.18"),
        ("plugins/rabbit-3.10.8/ebin/rabbit.app", b"{vsn, \"3.10.8\"},", "rabbitmq 3.10.8"),
        ("bin/consul", b"\0v1.7.14\0", "consul 1.7.14"),
        ("bin/vault", b"sdk/version.Version=1.15.2\"", "vault 1.15.2"),
        ("usr/local/bin/traefik", b"\x003.0.4\0", "traefik 3.0.4"),
        ("bin/helm", b"\0v3.13.1\0", "helm 3.13.1"),
        (
            "bin/kubectl",
            b"-X 'k8s.io/component-base/version.gitVersion=v1.30.1' ",
            "kubectl 1.30.1",
        ),
        ("bin/etcd", b"\ndep\tgo.etcd.io/etcd/api/v3\tv3.5.9\t\n", "etcd 3.5.9"),
        ("bin/openssl", b"\0OpenSSL 1.1.1w  11 Sep 2023\0", "openssl 1.1.1w"),
        ("lib/libcrypto.so.3", b"\0OpenSSL 3.0.22 26 Sep 2026\0", "openssl 3.0.22"),
        ("bin/busybox", b"BusyBox v1.35.0 (Debian", "busybox 1.35.0"),
        ("bin/bash", b"@(#)Bash version 5.2.15(1) release GNU", "bash 5.2.15"),
        ("bin/curl", b"\0curl/7.88.1\0", "curl 7.88.1"),
    ];
    for (path, content, expect) in rows {
        check(path, content, expect);
    }
    for reader in READERS {
        let Want::Says { what, .. } = reader.wants else { panic!("no pattern") };
        let is_there = rows.iter().any(|(_, _, expect)| expect.starts_with(what));
        assert!(is_there, "{what} has no row");
    }
}

#[test]
fn what_only_looks_alike_says_nothing() {
    check("usr/bin/python3.11", b"\x003.2.0\0", "");
    check("bin/redis-server", b"\x007.0.15\0", "");
    check("usr/sbin/mysqld", b"mysql 8.0.4", "");
    check("bin/nodejs-docs", b"node.js/v20.20.2", "");
    check("opt/release", b"VERSION=\"17\"", "");
    check("bin/openssl", b"OpenSSL 3.0.22", "");
    assert_eq!(ECOSYSTEM.readers.len(), READERS.len());
}
