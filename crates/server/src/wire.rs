//! The messages of the contract, as `proto/` at the root of the repository has them. Nothing here does anything.

#![expect(missing_docs, reason = "packages have no comments that would be taken over")]
#![expect(clippy::doc_markdown, reason = "some of it is said by the generator")]
#![expect(clippy::zero_sized_map_values, reason = "the contract has sets as maps to nothing")]

include!(concat!(env!("OUT_DIR"), "/contract.rs"));

pub use chainguard::platform::{auth, common, iam, oidc, ping, registry, tenant};

/// The contract itself, as a set of file descriptors.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
