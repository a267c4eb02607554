//! What `os-release` says.

use super::Ecosystem;

pub(super) static ECOSYSTEM: Ecosystem =
    Ecosystem { name: "os-release", title: "", scheme: None, readers: &[], records: &[] };
