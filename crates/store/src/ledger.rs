//! The ledger of the service: groups, repositories, tags, identities, roles and who has them, and what tags meant.
//!
//! All of them are [`Thing`]s with a place in one tree; what a kind of thing has beside a name and a place is a record that
//! only the service can read. Unlike facts, nothing in here can be had again. Nothing here asks a clock.

mod deeds;
mod jobs;
mod leases;
mod moves;
#[cfg(test)]
mod recorded;
mod session;
mod things;

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use model::{Time, Uidp};
use rusqlite::{Connection, TransactionBehavior};

use crate::catalogue::PATIENCE;
use crate::{Error, lock};
use session::Session;

pub use deeds::Deed;
pub use jobs::{Ended, Job, JobState, Work, WorkKind};

/// The version of the tables, kept as SQLite's `user_version`.
const VERSION: i64 = 4;

/// The ledger's file, inside its folder.
const FILE: &str = "ledger.sqlite";

const TABLES: &str = "
    CREATE TABLE things (
        id TEXT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        parent TEXT NOT NULL,
        name TEXT NOT NULL,
        key TEXT NOT NULL,
        created INTEGER NOT NULL,
        updated INTEGER NOT NULL,
        record BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE UNIQUE INDEX things_by_place ON things (kind, parent, name)
        WHERE kind IN ('group', 'repo', 'tag');
    CREATE INDEX things_by_name ON things (kind, name);
    CREATE INDEX things_by_key ON things (kind, key);
    CREATE TABLE moves (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        repo TEXT NOT NULL,
        tag TEXT NOT NULL,
        digest TEXT NOT NULL,
        time INTEGER NOT NULL
    );
    CREATE INDEX moves_by_tag ON moves (repo, tag, number);
    CREATE TABLE members (
        repo TEXT NOT NULL,
        digest TEXT NOT NULL,
        seen INTEGER NOT NULL,
        PRIMARY KEY (repo, digest)
    ) WITHOUT ROWID;
";

/// The ledger. Cloning gives another handle on the same one.
#[derive(Clone, Debug)]
pub struct Ledger {
    connection: Arc<Mutex<Connection>>,
}

/// What kind of thing something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ThingKind {
    /// A group of groups and repositories.
    Group,
    /// A repository.
    Repo,
    /// A tag of a repository; its key is the digest that it means.
    Tag,
    /// Somebody; its key is what an issuer calls it.
    Identity,
    /// A set of capabilities.
    Role,
    /// That somebody has a role in the group that it is below; its key is the identity.
    Binding,
}

/// Something with a place in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// Its place.
    pub id: Uidp,
    /// What it is.
    pub kind: ThingKind,
    /// Its name. Groups, repositories and tags of one name cannot stand beside one another.
    pub name: String,
    /// What it is looked up by beside its name; empty where by nothing.
    pub key: String,
    /// When it was made.
    pub created: Time,
    /// When it was changed last.
    pub updated: Time,
    /// What else the service says of it.
    pub record: Vec<u8>,
}

/// Which things are meant. All that is said has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Exactly one of these; any where there is none.
    pub ids: Vec<Uidp>,
    /// With this name.
    pub name: Option<String>,
    /// With this key.
    pub key: Option<String>,
    /// Above this.
    pub ancestors_of: Option<Uidp>,
    /// Below this, however deep.
    pub descendants_of: Option<Uidp>,
    /// Right below this.
    pub children_of: Option<Uidp>,
    /// Below nothing.
    pub in_root: bool,
    /// Changed after this.
    pub updated_since: Option<Time>,
}

/// What a tag meant from some moment on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// That moment.
    pub time: Time,
    /// The digest.
    pub digest: String,
}

/// An image that was seen in a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its digest, or that of an index.
    pub digest: String,
    /// When it was seen last.
    pub seen: Time,
}

impl ThingKind {
    fn name(self) -> &'static str {
        match self {
            ThingKind::Group => "group",
            ThingKind::Repo => "repo",
            ThingKind::Tag => "tag",
            ThingKind::Identity => "identity",
            ThingKind::Role => "role",
            ThingKind::Binding => "binding",
        }
    }

    fn named(name: &str) -> Option<ThingKind> {
        let all = [
            ThingKind::Group,
            ThingKind::Repo,
            ThingKind::Tag,
            ThingKind::Identity,
            ThingKind::Role,
            ThingKind::Binding,
        ];
        all.into_iter().find(|kind| kind.name() == name)
    }
}

impl Ledger {
    /// Opens the ledger in `folder`; both are made where they are missing, for the user alone.
    pub fn open(folder: &Path) -> Result<Ledger, Error> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(Error::io("make", folder))?;
        let path = folder.join(FILE);
        let connection = Connection::open(&path).map_err(Error::ledger("begin"))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))
            .map_err(Error::io("keep others out of", &path))?;
        Ledger::with(connection, &path)
    }

    /// A ledger that is gone when its last handle is.
    pub fn in_memory() -> Result<Ledger, Error> {
        let connection = Connection::open_in_memory().map_err(Error::ledger("begin"))?;
        Ledger::with(connection, &PathBuf::from(":memory:"))
    }

    fn with(mut connection: Connection, path: &Path) -> Result<Ledger, Error> {
        let version = prepare(&mut connection).map_err(Error::ledger("begin"))?;
        if version > VERSION {
            return Err(Error::Newer { path: path.into(), version, known: VERSION });
        }
        #[cfg(test)]
        recorded::note(recorded::Said::New);
        Ok(Ledger { connection: Arc::new(Mutex::new(connection)) })
    }

    fn ask<T>(
        &self,
        doing: &'static str,
        ask: impl FnOnce(&Session<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        ask(&Session(&lock(&self.connection))).map_err(Error::ledger(doing))
    }

    /// Changes several things, or none.
    fn change<T>(
        &self,
        doing: &'static str,
        change: impl FnOnce(&Session<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        let mut connection = lock(&self.connection);
        let changing = || {
            let changing = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let changed = change(&Session(&changing))?;
            changing.commit()?;
            Ok(changed)
        };
        #[cfg(test)]
        recorded::note(recorded::Said::Begin);
        let changed = changing();
        #[cfg(test)]
        recorded::note(match &changed {
            Ok(_) => recorded::Said::Commit,
            Err(_) => recorded::Said::Rollback,
        });
        changed.map_err(Error::ledger(doing))
    }
}

/// Makes the tables where there are none, and says of which version they are.
fn prepare(connection: &mut Connection) -> rusqlite::Result<i64> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let making = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = making.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version >= VERSION {
        return Ok(version);
    }
    if version < 1 {
        making.execute_batch(TABLES)?;
    }
    if version < 2 {
        making.execute_batch(jobs::TABLES)?;
    }
    if version < 3 {
        making.execute_batch(deeds::TABLES)?;
    }
    if version < 4 {
        making.execute_batch(moves::INDEXES)?;
        making.execute_batch(leases::TABLES)?;
    }
    making.pragma_update(None, "user_version", VERSION)?;
    making.commit()?;
    Ok(VERSION)
}

#[cfg(test)]
mod tests;
