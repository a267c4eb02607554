//! Programs of others that tests use as real peers: looks for them, and installs them where it may.
//!
//! It never fails: a test whose peer is missing says so and passes.

mod axe;

use std::process::Command;
use std::{env, fs};

use crate::say::say;

/// A peer: Debian's package, the program in it, and what tests do with it.
struct Peer {
    package: &'static str,
    program: &'static str,
    purpose: &'static str,
}

static PEERS: &[Peer] = &[
    Peer {
        package: "docker-registry",
        program: "docker-registry",
        purpose: "a real registry to pull from",
    },
    Peer { package: "skopeo", program: "skopeo", purpose: "pushes and converts images" },
    Peer { package: "curl", program: "curl", purpose: "asks the service as people do" },
    Peer { package: "jq", program: "jq", purpose: "reads what the service answers" },
    Peer { package: "chromium", program: "chromium", purpose: "looks at the pages of the service" },
    Peer {
        package: "chromium-driver",
        program: "chromedriver",
        purpose: "tells the browser what to do",
    },
    // Debian keeps it out of PATH, where its wrappers stand.
    Peer {
        package: "postgresql",
        program: "pg_ctlcluster",
        purpose: "answers what the ledger says to its data base",
    },
    Peer { package: "rpm", program: "rpm", purpose: "writes databases that ours must read" },
];

/// Installs the peers that are missing, as far as the machine lets it, and says which tests will be skipped.
pub(crate) fn run() {
    let missing = missing();
    if !missing.is_empty() && may_install() {
        install(&missing);
    }
    for peer in self::missing() {
        let Peer { package, purpose, .. } = peer;
        say(format!("{package} ({purpose}) is not installed: tests that need it will be skipped"));
    }
    axe::run();
}

fn missing() -> Vec<&'static Peer> {
    PEERS.iter().filter(|peer| !is_installed(peer.program)).collect()
}

/// Whether a program of that name stands in `PATH`.
pub(crate) fn is_installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Whether this is a Debian-like machine and we are root there.
fn may_install() -> bool {
    is_installed("apt-get") && is_root()
}

fn is_root() -> bool {
    // The owner of our own /proc folder is who we are.
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        fs::metadata("/proc/self").is_ok_and(|folder| folder.uid() == 0)
    }
    #[cfg(not(unix))]
    {
        false
    }
}

fn install(peers: &[&Peer]) {
    let packages = peers.iter().map(|peer| peer.package);
    let arguments: Vec<&str> =
        ["install", "--yes", "--no-install-recommends"].into_iter().chain(packages).collect();
    // Package lists may be missing or out of date on a fresh machine; with them, this is quick.
    let _ = apt_get(&arguments) || (apt_get(&["update"]) && apt_get(&arguments));
}

fn apt_get(arguments: &[&str]) -> bool {
    say(format!("apt-get {}", arguments.join(" ")));
    Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .is_ok_and(|status| status.success())
}
