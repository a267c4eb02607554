//! What is set less safely than it could be, in files and in variables.

use super::{About, misconfiguration, weak};
use crate::rule::{How, Rule, Severity};

pub(super) static RULES: &[Rule] = &[
    weak(
        About {
            id: "tls-outdated",
            severity: Severity::Medium,
            title: "outdated TLS",
            reason: "SSL 3, TLS 1.0 and TLS 1.1 have known weaknesses",
        },
        &["*.conf", "openssl.cnf", "*.vhost", "sites-enabled/*", "sites-available/*"],
        &["ssl_protocols", "SSLProtocol", "MinProtocol"],
        r"(?im)^[^#\n]*\b(?P<name>ssl_protocols|SSLProtocol|MinProtocol)\b[^#\n]*?[\s=+](?:SSLv2|SSLv3|TLSv1|TLSv1\.[01])(?:[\s;]|$)",
    ),
    weak(
        About {
            id: "tls-unverified",
            severity: Severity::Medium,
            title: "certificates are not verified",
            reason: "Anybody on the way can pose as the other end",
        },
        &[
            ".npmrc",
            "npmrc",
            ".gitconfig",
            "gitconfig",
            ".git/config",
            ".curlrc",
            ".wgetrc",
            "pip.conf",
            "apt.conf",
            "apt.conf.d/*",
        ],
        &[
            "strict-ssl",
            "sslVerify",
            "sslverify",
            "insecure",
            "check_certificate",
            "check-certificate",
            "Verify-Peer",
            "AllowUnauthenticated",
            "trusted-host",
        ],
        r#"(?im)^\s*(?:(?P<name>strict-ssl|sslverify|check[_-]certificate)\s*=\s*(?:false|off|0)\b|--?insecure\b|insecure\s*$|trusted-host\s*=|[^#\n/]*(?:Verify-Peer|AllowUnauthenticated)\s+"?(?:false|true)"?)"#,
    ),
    weak(
        About {
            id: "django-debug",
            severity: Severity::Medium,
            title: "Django in debug mode",
            reason: "Errors show settings and code to whoever provokes them",
        },
        &["settings.py", "settings/*.py", "*_settings.py"],
        &["DEBUG"],
        r"(?m)^\s*(?P<name>DEBUG)\s*=\s*True\b",
    ),
    weak(
        About {
            id: "flask-debug",
            severity: Severity::Medium,
            title: "Flask in debug mode",
            reason: "Its debugger runs what a visitor types",
        },
        &["app.py", "main.py", "run.py", "wsgi.py", "server.py", "manage.py", "__main__.py"],
        &["debug"],
        r"\.(?P<name>run)\([^)\n]*\bdebug\s*=\s*True\b",
    ),
    weak(
        About {
            id: "spring-actuator",
            severity: Severity::Medium,
            title: "all of Spring's actuator endpoints",
            reason: "They tell the environment and memory, and shut the program down",
        },
        &[
            "application.properties",
            "application-*.properties",
            "application.yml",
            "application.yaml",
            "application-*.yml",
            "bootstrap.yml",
        ],
        &["exposure"],
        r#"(?m)(?:management\.endpoints\.web\.(?P<name>exposure)\.include\s*[=:]|exposure:\s*\n\s+include:)\s*["']?\*"#,
    ),
    weak(
        About {
            id: "php-errors-shown",
            severity: Severity::Low,
            title: "PHP shows its errors",
            reason: "They tell visitors paths and code",
        },
        &["php.ini", "conf.d/*.ini"],
        &["display_errors"],
        r"(?im)^\s*(?P<name>display_errors)\s*=\s*(?:on|1|true|stdout)\b",
    ),
    weak(
        About {
            id: "rails-local-requests",
            severity: Severity::Medium,
            title: "Rails takes all visitors for developers",
            reason: "Errors show settings and code to whoever provokes them",
        },
        &["environments/production.rb"],
        &["consider_all_requests_local"],
        r"(?m)^[^#\n]*\b(?P<name>consider_all_requests_local)\s*=\s*true\b",
    ),
    weak(
        About {
            id: "redis-unprotected",
            severity: Severity::Medium,
            title: "Redis without protected mode",
            reason: "Anybody who reaches it reads and writes everything, if no password is set",
        },
        &["redis.conf", "valkey.conf"],
        &["protected-mode"],
        r"(?m)^\s*(?P<name>protected-mode)\s+no\b",
    ),
    misconfiguration(
        About {
            id: "debug-variable",
            severity: Severity::Low,
            title: "a variable for development",
            reason: "Programs check less and tell more than they should where strangers reach them",
        },
        How::Other,
    ),
    misconfiguration(
        About {
            id: "debugger-variable",
            severity: Severity::Medium,
            title: "a debugger listens",
            reason: "Whoever reaches it runs what he likes",
        },
        How::Other,
    ),
    misconfiguration(
        About {
            id: "unverified-variable",
            severity: Severity::Medium,
            title: "a variable turns off the verifying of certificates",
            reason: "Anybody on the way can pose as the other end",
        },
        How::Other,
    ),
];
