//! deb.

use super::Ecosystem;

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "deb",
    title: "",
    scheme: Some(model::Scheme::Deb),
    readers: &[],
    records: &[],
};
