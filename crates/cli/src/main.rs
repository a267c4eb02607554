//! `pentimento`: tells what changed beneath the layers between two container images, and why.
//!
//! The roof of the house: it reads arguments and the environment, shows progress, prints, and chooses the exit code.
//! It decides nothing about images.

#[cfg(feature = "serve")]
mod client;
mod commands;
mod environment;
mod error;
mod progress;
mod ui;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use commands::{Command, GlobalArguments};
use ui::Ui;

/// Comparing is a million small pieces of memory in a few threads, of which that of the system makes a third of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The text of `--help`.
const ABOUT: &str = "\
Tells what changed between two container images, and why

An image is named by a reference:

  alpine:3.20, host:5000/shop@sha256:…      looked for: kept, in Docker or Podman, in a registry
  0584b3d2cf6d, sha256:0584…                a kept image, or one of Docker or Podman, by ID or digest
  registry:NAME                             in a registry, and nowhere else
  oci:FOLDER[:TAG|@DIGEST]                  an OCI image layout
  oci-archive:FILE[:TAG|@DIGEST]            the same in a tar file, also compressed
  docker-archive:FILE[:NAME:TAG|@NUMBER]    what `docker save` writes, also compressed
  dir:FOLDER                                a root file system
  docker:NAME, podman:NAME                  what the engine on this machine has, by name or ID
  ./PATH, FILE.tar, FILE.tar.gz             looked at to find out which of those it is

What was read is kept: a kept image is not read again, and nobody is asked for it unless --force is said.

Exit codes: 0 done, 1 the images differ (only with --exit-code), 2 it could not be told.";

/// Tells what changed between two container images, and why
#[derive(Debug, Parser)]
#[command(version, long_about = ABOUT, disable_help_subcommand = true)]
struct Arguments {
    #[command(flatten)]
    global: GlobalArguments,

    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let matches = Arguments::command().get_matches();
    let arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    let ui = Ui::new(&arguments.global);
    #[cfg(feature = "serve")]
    let arguments = match arguments.command.with_file(std::env::args_os().collect()) {
        None => arguments,
        Some(Ok(words)) => Arguments::parse_from(words),
        Some(Err(error)) => {
            ui.failure(&error);
            return error.exit_code();
        }
    };
    match arguments.command.run(&ui) {
        Ok(code) => code,
        Err(error) => {
            ui.failure(&error);
            error.exit_code()
        }
    }
}
