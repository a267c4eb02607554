//! Everything that a change has to pass, as a list of steps. It changes no file outside of `target`.

use std::env;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::say::say;
use crate::{Error, generate, setup, tidy, tree};

/// Options of `cargo xtask ci`.
#[derive(Default, clap::Args)]
pub(crate) struct Arguments {
    /// Also run the steps whose tools are not part of Rust, where they are installed.
    #[arg(long)]
    extra: bool,
}

/// One step.
struct Step {
    name: &'static str,
    action: Action,
}

/// What a step does.
enum Action {
    /// Calls a function of ours.
    Call(fn() -> Result<(), Error>),
    /// Runs cargo with these arguments.
    Cargo(&'static [&'static str]),
    /// Runs cargo with these arguments where this program, one of cargo's subcommands, is installed.
    Tool(&'static str, &'static [&'static str]),
}

use Action::{Call, Cargo, Tool};

/// The steps that need nothing but Rust: the quick ones first, the tests last so that their summary ends the output.
static STEPS: &[Step] = &[
    Step { name: "format", action: Cargo(&["fmt", "--all", "--check"]) },
    Step { name: "tidy", action: Call(tidy::run) },
    Step { name: "generated files", action: Call(generate::check) },
    Step {
        name: "clippy",
        action: Cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]),
    },
    Step {
        name: "documentation",
        action: Cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]),
    },
    Step { name: "tests", action: Cargo(&["test", "--workspace", "--no-fail-fast"]) },
];

/// The steps whose tools have to be installed first.
static EXTRA: &[Step] = &[
    Step { name: "licences and advisories", action: Tool("cargo-deny", &["deny", "check"]) },
    Step { name: "unused dependencies", action: Tool("cargo-machete", &["machete"]) },
    Step {
        name: "unreferenced snapshots",
        action: Tool("cargo-insta", &["insta", "test", "--unreferenced=reject"]),
    },
];

/// Runs every step, also after one has failed, and sums up at the end.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let extra = if arguments.extra { EXTRA } else { &[] };
    let mut summary = Vec::new();
    let mut failed = Vec::new();
    for step in STEPS.iter().chain(extra) {
        say(format!("── {}", step.name));
        let start = Instant::now();
        let done = step.run();
        summary.push(line(step.name, &done, start.elapsed()));
        if let Err(error) = done {
            say(format!("{}: {error}", step.name));
            failed.push(step.name);
        }
    }
    say("── summary");
    summary.iter().for_each(say);
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Error::Failed(format!("failed: {}", failed.join(", "))))
    }
}

/// One line of the summary: how the step ended and how long it took.
fn line(name: &str, done: &Result<Ran, Error>, took: Duration) -> String {
    let how = match done {
        Ok(Ran::Yes) => "passed",
        Ok(Ran::ToolIsMissing) => "not run, its tool is not installed",
        Err(_) => "FAILED",
    };
    format!("{name:24} {:7.1} s  {how}", took.as_secs_f64())
}

/// Whether a step was run.
enum Ran {
    Yes,
    ToolIsMissing,
}

impl Step {
    fn run(&self) -> Result<Ran, Error> {
        match self.action {
            Call(function) => function().map(|()| Ran::Yes),
            Cargo(arguments) => cargo(arguments).map(|()| Ran::Yes),
            Tool(program, _) if !setup::is_installed(program) => Ok(Ran::ToolIsMissing),
            Tool(_, arguments) => cargo(arguments).map(|()| Ran::Yes),
        }
    }
}

/// Runs cargo in the workspace; what it says is seen as it says it.
pub(crate) fn cargo(arguments: &[&str]) -> Result<(), Error> {
    // Inside of cargo this names the cargo of the pinned toolchain.
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(program)
        .args(arguments)
        .current_dir(tree::root())
        .env("RUSTDOCFLAGS", "--deny warnings")
        .status()
        .map_err(Error::io("run", "cargo"))?;
    let said = arguments.join(" ");
    if status.success() { Ok(()) } else { Err(Error::Failed(format!("`cargo {said}` failed"))) }
}
