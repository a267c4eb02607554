//! The program as a user has it: built for release and run as a process. Nothing is known of it but its command line.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Error, ci, tree};

/// The program `pentimento`.
pub(crate) struct Program {
    path: PathBuf,
}

impl Program {
    /// Takes the program at `path`, or builds it where none is given.
    pub(crate) fn at(path: Option<&PathBuf>) -> Result<Program, Error> {
        match path {
            Some(path) => Ok(Program { path: path.clone() }),
            None => Program::build(),
        }
    }

    fn build() -> Result<Program, Error> {
        ci::cargo(&["build", "--release", "--workspace", "--bins"])?;
        Ok(Program { path: target().join("release").join("pentimento") })
    }

    /// Runs it in the workspace's root with our own terminal.
    pub(crate) fn show(&self, arguments: &[&str]) -> Result<(), Error> {
        let status = Command::new(&self.path)
            .args(arguments)
            .arg("--no-cache")
            .current_dir(tree::root())
            .status()
            .map_err(Error::io("run", self.path.display()))?;
        if status.success() {
            return Ok(());
        }
        Err(Error::Failed(format!("`pentimento {}` failed", arguments.join(" "))))
    }

    /// Where it stands.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Runs it and gives what it wrote to standard output. Any exit code but 0 is an error with what it complained of; but a
    /// document that says what it could not tell is one, too.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<Vec<u8>, Error> {
        self.bare(&[arguments, &["--no-cache"]].concat())
    }

    /// Runs it with these words and no others, and gives what [`Program::run`] does.
    pub(crate) fn bare(&self, arguments: &[&str]) -> Result<Vec<u8>, Error> {
        let output = Command::new(&self.path)
            .args(arguments)
            .output()
            .map_err(Error::io("run", self.path.display()))?;
        let is_told = output.status.code() == Some(2) && !output.stdout.is_empty();
        if output.status.success() || is_told {
            return Ok(output.stdout);
        }
        let complaint = String::from_utf8_lossy(&output.stderr).trim().replace('\n', " · ");
        let code = output.status.code().map_or("a signal".into(), |code| code.to_string());
        Err(Error::Failed(format!(
            "`pentimento {}` ended with {code}: {complaint}",
            arguments.join(" ")
        )))
    }
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| tree::root().join("target"), PathBuf::from)
}
