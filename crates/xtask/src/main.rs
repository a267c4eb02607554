//! The house's own tool: what is checked, generated and measured here is one verb of `cargo xtask`.
//!
//! Nothing of the product depends on it, and it knows nothing about particular images.

mod bench;
mod ci;
mod corpus;
mod demo;
mod error;
mod generate;
mod managers;
mod oci;
mod program;
mod say;
mod setup;
mod tidy;
mod tree;
mod truth;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use error::Error;

/// Checks, generates and measures the workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Checks the rules of the house that no compiler checks.
    Tidy,
    /// Writes the generated files.
    Generate(generate::Arguments),
    /// Prints what is read of an image, as a table; or compares what is found with what package managers say.
    Ecosystems(managers::Arguments),
    /// Runs everything that a change has to pass.
    Ci(ci::Arguments),
    /// Installs what the tests use as real peers, as far as this machine lets it.
    TestSetup,
    /// `test-setup`, then `ci`: all tests with all they need.
    Test,
    /// Builds the program and shows what it does, on two images that it makes itself.
    Demo,
    /// Compares what the program says of a corpus with answers that others computed.
    Truth(truth::Arguments),
    /// Measures time and memory of a comparison beside the floor: reading, inflating and hashing alone.
    Bench(bench::Arguments),
    /// Reads, inflates and hashes files as fast as the crates can: what `bench` compares with.
    #[command(hide = true)]
    Floor(bench::floor::Arguments),
    /// Runs a command and says how long it took and how much memory it had.
    #[command(hide = true)]
    Measure(bench::measure::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().verb {
        Verb::Tidy => tidy::run(),
        Verb::Generate(arguments) => generate::run(&arguments),
        Verb::Ecosystems(arguments) => managers::run(&arguments),
        Verb::Ci(arguments) => ci::run(&arguments),
        Verb::TestSetup => {
            setup::run();
            Ok(())
        }
        Verb::Test => {
            setup::run();
            ci::run(&ci::Arguments::default())
        }
        Verb::Demo => demo::run(),
        Verb::Truth(arguments) => truth::run(&arguments),
        Verb::Bench(arguments) => bench::run(&arguments),
        Verb::Floor(arguments) => bench::floor::run(&arguments),
        Verb::Measure(arguments) => bench::measure::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::complain(&error);
            ExitCode::FAILURE
        }
    }
}
