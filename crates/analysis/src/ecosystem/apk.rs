//! apk.

use super::Ecosystem;

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "apk",
    title: "",
    scheme: Some(model::Scheme::Apk),
    readers: &[],
    records: &[],
};
