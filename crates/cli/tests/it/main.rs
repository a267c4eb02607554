//! The program as a user meets it: arguments in; standard output, standard error and exit code out.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a test that was skipped says so")]

mod advisories;
mod changelog;
mod engines;
mod failures;
mod files;
#[cfg(feature = "serve")]
mod following;
mod help;
mod kept;
mod login;
mod managers;
mod names;
#[cfg(feature = "serve")]
mod navigator;
mod online;
mod output;
mod query;
mod query_all;
mod query_contents;
mod remote;
mod secrecy;
#[cfg(feature = "serve")]
mod serve;
mod stress;
#[cfg(feature = "serve")]
mod takeover;
mod unowned;
mod verify;
mod watch;

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What a run left behind.
struct Run {
    stdout: String,
    stderr: String,
    code: Option<i32>,
}

impl Run {
    fn of(output: &Output) -> Run {
        Run {
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
            code: output.status.code(),
        }
    }
}

/// The program in `folder` with nothing of our environment: without a home it keeps nothing.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pentimento"));
    command.args(arguments).current_dir(folder).env_clear().stdin(Stdio::null());
    command
}

/// Runs the program in `folder` with nothing of our environment.
fn run(folder: &Path, arguments: &[&str]) -> Run {
    Run::of(&command(folder, arguments).output().unwrap())
}

/// What was said, with whole paths in `folder` as somebody types them there.
fn as_typed(folder: &Path, text: &str) -> String {
    let folder = folder.canonicalize().unwrap();
    text.replace(&format!("{}/", folder.display()), "")
}

/// A folder with the layout `shop` of three tags: 1.4, 1.5 and 1.5 again under the name `same`.
fn shop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = testkit::demo();
    let shop = folder.path().join("shop");
    std::fs::create_dir(&shop).unwrap();
    testkit::write_layout(&shop, "1.4", &old);
    testkit::write_layout(&shop, "1.5", &new);
    testkit::write_layout(&shop, "same", &new);
    folder
}
