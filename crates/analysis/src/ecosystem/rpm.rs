//! rpm.

use super::Ecosystem;

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "rpm",
    title: "",
    scheme: Some(model::Scheme::Rpm),
    readers: &[],
    records: &[],
};
