//! Turns the contract in `proto/` into types, without any program that is not written in Rust.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use protox::prost::Message as _;

const FILES: [&str; 8] = [
    "auth.proto",
    "common.proto",
    "iam.proto",
    "oidc.proto",
    "ping.proto",
    "registry.proto",
    "tenant.proto",
    "vulnerabilities.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto");
    println!("cargo::rerun-if-changed={}", folder.display());
    let descriptors = protox::compile(FILES, [&folder])?;
    let out = env::var_os("OUT_DIR").ok_or("cargo says where to write")?;
    fs::write(Path::new(&out).join("descriptors.bin"), descriptors.encode_to_vec())?;
    prost_build::Config::new()
        .btree_map(["."])
        .include_file("contract.rs")
        .compile_fds(descriptors)?;
    Ok(())
}
