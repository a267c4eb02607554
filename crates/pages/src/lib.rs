//! The pages of the Navigator: what is known goes in, HTML comes out.
//!
//! A page is a [`Document`]: a title, and sections and tables in the order of one screen. [`Document::html`] writes it into the
//! [`Frame`] that all pages have, [`Document::export`] one of its tables as JSON or CSV. [`Place`] is what an address means,
//! [`Here`] the address that was asked for. Templates are checked when this is compiled, and whatever they are given is text in
//! them and never markup. Nothing here does I/O, asks a clock or knows who may see what.

pub mod assets;
mod compare;
mod document;
mod here;
mod history;
mod home;
mod image;
mod manage;
mod message;
mod path;
mod place;
mod repositories;
mod shell;
mod spark;
mod summary;
mod table;
mod treemap;
mod words;

pub use self::compare::{ComparePage, Wanted as WantedPackage, compare_form};
pub use document::Document;
pub use here::Here;
pub use history::{Change, Knot, TagPage, tag};
pub use home::{Hit, MovedTag, SearchPage, home, search, suggestions};
pub use image::{ImagePage, Step, Tab};
pub use manage::{
    Binding, DataPage, Database, DeedRow, EventsPage, Granted, Group, GroupPage, GroupsPage, Hand,
    Identity, ManagedRepository, MovedRow, Reading, Role, TokenPage, Watch, WatchesPage, not_done,
    token_made,
};
pub use message::{being_read, message, sign_in, signed_in};
pub use path::path;
pub use place::{Of, Place};
pub use repositories::{
    Current, Repository, RepositoryPage, Tag, repositories, repository, severities,
};
pub use shell::{Frame, Visitor};
pub use summary::Summary;
pub use table::{Form, Table};
