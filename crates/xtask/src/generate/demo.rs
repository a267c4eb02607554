//! The images that `pentimento serve --demo` shows: made up, small, and always the same bytes. Nothing is fetched.

use std::fs;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use testkit::{Compression, Image, apk_database, apk_package, image, write_oci_archive};

use crate::Error;
use crate::program::target;

/// Characters of a line.
const LINE: usize = 100;

/// An image as it is called, what it has, and what it starts.
struct Made {
    tag: &'static str,
    created: &'static str,
    packages: &'static [(&'static str, &'static str)],
    config: &'static str,
}

/// What every image has.
const BASE: [(&str, &str); 3] = [
    ("ca-certificates-bundle", "20230506-r0"),
    ("glibc", "2.38-r10"),
    ("wolfi-baselayout", "20230201-r7"),
];

static IMAGES: &[Made] = &[
    Made {
        tag: "nginx-1",
        created: "2023-11-20T02:11:00Z",
        packages: &[
            ("libcrypto3", "3.1.4-r1"),
            ("libssl3", "3.1.4-r1"),
            ("nginx", "1.25.3-r1"),
            ("pcre2", "10.42-r4"),
        ],
        config: r#"{"User": "65532", "Entrypoint": ["/usr/sbin/nginx"], "Cmd": ["-c", "/etc/nginx/nginx.conf"], "ExposedPorts": {"8080/tcp": {}}}"#,
    },
    Made {
        tag: "nginx-2",
        created: "2024-01-22T08:49:00Z",
        packages: &[
            ("libcrypto3", "3.2.0-r4"),
            ("libssl3", "3.2.0-r4"),
            ("nginx", "1.25.3-r2"),
            ("pcre2", "10.42-r4"),
        ],
        config: r#"{"User": "65532", "Entrypoint": ["/usr/sbin/nginx"], "Cmd": ["-c", "/etc/nginx/nginx.conf"], "ExposedPorts": {"8080/tcp": {}}}"#,
    },
    Made {
        tag: "nginx-3",
        created: "2024-02-15T03:30:00Z",
        packages: &[
            ("libcrypto3", "3.2.1-r0"),
            ("libssl3", "3.2.1-r0"),
            ("nginx", "1.25.4-r0"),
            ("pcre2", "10.42-r4"),
            ("zlib", "1.3.1-r0"),
        ],
        config: r#"{"User": "65532", "Entrypoint": ["/usr/sbin/nginx"], "Cmd": ["-c", "/etc/nginx/nginx.conf", "-e", "/dev/stderr"], "ExposedPorts": {"8080/tcp": {}}, "StopSignal": "SIGQUIT"}"#,
    },
    Made {
        tag: "nginx-dev-3",
        created: "2024-02-15T03:31:00Z",
        packages: &[
            ("apk-tools", "2.14.0-r3"),
            ("bash", "5.2.21-r0"),
            ("busybox", "1.36.1-r2"),
            ("libcrypto3", "3.2.1-r0"),
            ("libssl3", "3.2.1-r0"),
            ("nginx", "1.25.4-r0"),
            ("pcre2", "10.42-r4"),
            ("zlib", "1.3.1-r0"),
        ],
        config: r#"{"User": "root", "Entrypoint": ["/usr/sbin/nginx"], "Cmd": ["-c", "/etc/nginx/nginx.conf", "-e", "/dev/stderr"], "ExposedPorts": {"8080/tcp": {}}, "StopSignal": "SIGQUIT"}"#,
    },
    Made {
        tag: "curl-1",
        created: "2024-01-31T10:00:00Z",
        packages: &[
            ("curl", "8.5.0-r0"),
            ("libcurl-openssl4", "8.5.0-r0"),
            ("libssl3", "3.2.0-r4"),
        ],
        config: r#"{"User": "65532", "Entrypoint": ["/usr/bin/curl"]}"#,
    },
    Made {
        tag: "curl-2",
        created: "2024-02-01T10:00:00Z",
        packages: &[
            ("curl", "8.6.0-r0"),
            ("libcurl-openssl4", "8.6.0-r0"),
            ("libssl3", "3.2.1-r0"),
            ("nghttp2", "1.59.0-r0"),
        ],
        config: r#"{"User": "65532", "Entrypoint": ["/usr/bin/curl"]}"#,
    },
];

/// An archive of all of them, as text.
pub(super) fn archive() -> Result<String, Error> {
    let images: Vec<Image> = IMAGES.iter().map(build).collect();
    let tagged: Vec<(&Image, &str)> =
        images.iter().zip(IMAGES).map(|(image, made)| (image, made.tag)).collect();
    let folder = target().join("demo");
    fs::create_dir_all(&folder).map_err(Error::io("make", folder.display()))?;
    let file = folder.join(format!("images-{}.tar", std::process::id()));
    write_oci_archive(&file, &tagged);
    let bytes = fs::read(&file).map_err(Error::io("read", file.display()))?;
    fs::remove_file(&file).map_err(Error::io("remove", file.display()))?;
    let text = BASE64_STANDARD.encode(bytes);
    let lines = text.as_bytes().chunks(LINE).map(String::from_utf8_lossy);
    Ok(lines.map(|line| format!("{line}\n")).collect())
}

fn build(made: &Made) -> Image {
    let mut packages: Vec<(&str, &str)> = BASE.iter().chain(made.packages).copied().collect();
    packages.sort_unstable();
    let packages: Vec<_> = packages
        .into_iter()
        .map(|(name, version)| {
            let content = format!("{name} {version}\n");
            apk_package(name, version, &[(&format!("/usr/lib/{name}"), content.as_bytes())])
        })
        .collect();
    let Made { created, config, .. } = made;
    let text = format!(
        "//- layer apko\n//- /etc/os-release\nID=wolfi\nNAME=\"Wolfi\"\nVERSION_ID=\"20230201\"\n\
         {}//- created {created}\n//- config {config}\n",
        apk_database(&packages)
    );
    // As they are: how something is compressed may differ tomorrow.
    image(&text).compressed(Compression::None)
}
