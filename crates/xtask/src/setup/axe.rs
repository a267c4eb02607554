//! axe-core: the rules of accessibility that pages are held against in the browser. It is one script, which npm and pip both have;
//! it stands in `target` and is never part of the repository.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use super::is_installed;
use crate::program::target;
use crate::say::say;

/// A way to have it: the program, what it is told before the folder and behind it, and where the script is in the folder then.
struct Way {
    program: &'static str,
    before: &'static [&'static str],
    behind: &'static [&'static str],
    script: &'static str,
}

/// Both ask whichever registry they are set up for, and run nothing of what they bring.
static WAYS: &[Way] = &[
    Way {
        program: "npm",
        before: &[
            "install",
            "--ignore-scripts",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--prefix",
        ],
        behind: &["axe-core@4.14.1"],
        script: "node_modules/axe-core/axe.min.js",
    },
    Way {
        program: "pip3",
        before: &["install", "--quiet", "--no-deps", "--upgrade", "--target"],
        behind: &["axe-playwright-python==0.1.8"],
        script: "axe_playwright_python/axe.min.js",
    },
];

/// Sees to it that the script is where tests look for it, and says so where it cannot be had.
pub(super) fn run() {
    let script = script();
    if script.is_file() || WAYS.iter().any(|way| way.go(&script).unwrap_or(false)) {
        return;
    }
    say(
        "axe-core (rules of accessibility) could be had neither by npm nor by pip: pages will not be held against them",
    );
}

/// Where tests look for it.
fn script() -> PathBuf {
    target().join("peers").join("axe.min.js")
}

impl Way {
    fn go(&self, script: &Path) -> io::Result<bool> {
        if !is_installed(self.program) {
            return Ok(false);
        }
        let folder = script.with_extension(self.program);
        fs::create_dir_all(&folder)?;
        say(format!("{} {} … {}", self.program, self.before[0], self.behind.join(" ")));
        let mut command = Command::new(self.program);
        command.args(self.before).arg(&folder).args(self.behind);
        if !command.status()?.success() {
            return Ok(false);
        }
        fs::copy(folder.join(self.script), script)?;
        Ok(true)
    }
}
