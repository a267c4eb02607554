//! Pages for whoever looks after the service: groups and who may do what in them, repositories that follow a registry, what was
//! done by whom, tokens, and the advisories that are asked. What is not theirs to do has no form.

mod data;
mod done;
mod events;
mod forms;
mod group;
mod groups;
mod repository;
mod tokens;
mod watches;

#[cfg(test)]
mod tests;

pub use data::{DataPage, Database};
pub use done::not_done;
pub use events::{DeedRow, EventsPage, MovedRow};
pub use forms::Hand;
pub use group::{Binding, GroupPage, Identity, Role};
pub use groups::{Group, GroupsPage};
pub use repository::ManagedRepository;
pub use tokens::{Granted, TokenPage, token_made};
pub use watches::{Reading, Watch, WatchesPage};

use maud::{Markup, html};

/// What stands in place of what somebody may not see.
fn not_theirs(title: &str, capability: &str) -> Markup {
    html! {
        section { h2 { (title) } p.empty { "Not yours to see: " code { (capability) } " is needed there." } }
    }
}

/// Where the page of a group is.
pub(crate) fn group_address(id: &str) -> String {
    format!("/groups/{id}")
}
