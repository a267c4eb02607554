//! A kept database: our own tables, which every format becomes. It is opened to be read, and never written again.

pub(crate) mod coding;

use std::collections::BTreeSet;
use std::path::Path;

use model::{AdvisoryData, Epss, Gap, KnownExploited, Provider, Share, Time};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row};

use crate::record::{Exclusion, Override, Said, Status, Verdict};
use crate::{Advisory, Error, Product, Release};

/// The version of the tables, kept as SQLite's `user_version`. A database of another version is imported again.
pub(crate) const VERSION: i64 = 2;

/// So many records are not a few: fewer are told one by one.
const MANY: u64 = 20;

/// What SQLite may keep of it in memory, in KiB. Look-ups jump about in it, and the system keeps what was read.
const CACHE: i64 = 512;

/// The tables. Of what is affected, the rows of one package and release lie together: a look-up reads them in one go.
pub(crate) const TABLES: &str = "
    CREATE TABLE about (schema TEXT NOT NULL, built INTEGER, origin TEXT NOT NULL, digest TEXT,
        advisories INTEGER NOT NULL, records INTEGER NOT NULL, unreadable INTEGER NOT NULL);
    CREATE TABLE providers (name TEXT PRIMARY KEY, captured INTEGER) WITHOUT ROWID;
    CREATE TABLE advisories (number INTEGER PRIMARY KEY, id TEXT NOT NULL, provider TEXT NOT NULL,
        status INTEGER NOT NULL, published INTEGER, modified INTEGER, aliases TEXT NOT NULL, ratings TEXT NOT NULL,
        description TEXT NOT NULL, pages TEXT NOT NULL);
    CREATE TABLE packages (number INTEGER PRIMARY KEY, ecosystem TEXT NOT NULL COLLATE NOCASE,
        name TEXT NOT NULL COLLATE NOCASE, UNIQUE (name, ecosystem));
    CREATE TABLE releases (number INTEGER PRIMARY KEY, name TEXT NOT NULL, id TEXT NOT NULL, major TEXT NOT NULL,
        minor TEXT NOT NULL, label TEXT NOT NULL, codename TEXT NOT NULL, channel TEXT NOT NULL, end_of_life INTEGER);
    CREATE TABLE affected (package INTEGER NOT NULL, release INTEGER NOT NULL, number INTEGER NOT NULL,
        advisory INTEGER NOT NULL, unaffected INTEGER NOT NULL, said TEXT NOT NULL,
        PRIMARY KEY (package, release, number)) WITHOUT ROWID;
    CREATE TABLE products (number INTEGER PRIMARY KEY, product TEXT NOT NULL COLLATE NOCASE, part TEXT NOT NULL,
        vendor TEXT NOT NULL, edition TEXT NOT NULL, language TEXT NOT NULL, software_edition TEXT NOT NULL,
        target_hardware TEXT NOT NULL, target_software TEXT NOT NULL, other TEXT NOT NULL);
    CREATE INDEX products_by_name ON products (product);
    CREATE TABLE affected_products (product INTEGER NOT NULL, number INTEGER NOT NULL, advisory INTEGER NOT NULL,
        unaffected INTEGER NOT NULL, said TEXT NOT NULL, PRIMARY KEY (product, number)) WITHOUT ROWID;
    CREATE TABLE overrides (alias TEXT NOT NULL, version TEXT, pattern TEXT, codename TEXT, name TEXT, major TEXT,
        minor TEXT, label TEXT, rolling INTEGER NOT NULL);
    CREATE TABLE exclusions (id TEXT NOT NULL, namespace TEXT NOT NULL, fix TEXT NOT NULL, name TEXT NOT NULL,
        version TEXT NOT NULL, language TEXT NOT NULL, kind TEXT NOT NULL, location TEXT NOT NULL,
        justification TEXT NOT NULL);
    CREATE TABLE exploited (cve TEXT PRIMARY KEY, added TEXT, due TEXT, action TEXT NOT NULL,
        ransomware INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE epss (cve TEXT PRIMARY KEY, probability INTEGER NOT NULL, percentile INTEGER NOT NULL,
        day TEXT) WITHOUT ROWID;
    CREATE TABLE weaknesses (cve TEXT NOT NULL, weakness TEXT NOT NULL, PRIMARY KEY (cve, weakness)) WITHOUT ROWID;
    CREATE TABLE ecosystems (name TEXT PRIMARY KEY COLLATE NOCASE) WITHOUT ROWID;
    CREATE TABLE unreadable (what TEXT NOT NULL);
";

/// What is made of all rows once they are there.
pub(crate) const INDEXES: &str = "
    INSERT INTO ecosystems SELECT DISTINCT ecosystem FROM packages;
";

/// Says what the data is.
pub(crate) const ABOUT: &str = "INSERT INTO about VALUES (?, ?, ?, ?,
    (SELECT count(*) FROM advisories), (SELECT count(*) FROM affected) + (SELECT count(*) FROM affected_products), ?)";

/// A kept database that is open.
#[derive(Debug)]
pub struct Database {
    connection: Connection,
    object: String,
    data: AdvisoryData,
    counts: Counts,
    releases: Vec<(i64, Release)>,
    overrides: Vec<Override>,
    exclusions: Vec<Exclusion>,
    ecosystems: BTreeSet<String>,
    unreadable: Vec<String>,
    has: Has,
}

/// What else a database has; what it lacks need not be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a table of its own")]
pub(crate) struct Has {
    pub(crate) exploited: bool,
    pub(crate) epss: bool,
    pub(crate) weaknesses: bool,
    pub(crate) products: bool,
}

/// How much a database has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Advisories.
    pub advisories: u64,
    /// What they say of packages and products.
    pub records: u64,
    /// Records that could not be read.
    pub unreadable: u64,
}

/// What is said of a package, and in which advisory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// The advisory's number.
    pub(crate) advisory: i64,
    /// What it says.
    pub(crate) verdict: Verdict,
    /// Of which versions, under which conditions.
    pub(crate) said: Said,
}

impl Database {
    /// Opens a database that a [`crate::Writer`] made.
    pub fn open(path: &Path) -> Result<Database, Error> {
        let object = path.display().to_string();
        if !path.is_file() {
            return Err(Error::NotFound {
                what: format!("there is no database of advisories at {object}"),
                hint: "import one, or update".into(),
            });
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let open = || {
            let connection = Connection::open_with_flags(unchanging(path), flags)?;
            connection.set_prepared_statement_cache_capacity(32);
            connection.pragma_update(None, "cache_size", -CACHE)?;
            let version: i64 =
                connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
            Ok((version, connection))
        };
        let (version, connection) = open().map_err(sql("open", &object))?;
        if version != VERSION {
            return Err(Error::Corrupt {
                what: format!(
                    "could not open {object}: its tables are of version {version}, this program reads {VERSION}"
                ),
                hint: "import the advisories again".into(),
            });
        }
        Database::read(connection, object.clone()).map_err(sql("read", &object))
    }

    fn read(connection: Connection, object: String) -> rusqlite::Result<Database> {
        let (mut data, counts) = connection.query_row(
            "SELECT schema, built, origin, digest, advisories, records, unreadable FROM about",
            [],
            |row| {
                let data = AdvisoryData {
                    schema: row.get(0)?,
                    built: row.get::<_, Option<i64>>(1)?.map(Time),
                    origin: row.get(2)?,
                    digest: row.get(3)?,
                    providers: Vec::new(),
                };
                Ok((data, counts(row)?))
            },
        )?;
        let provider = |row: &Row<'_>| {
            let captured = row.get::<_, Option<i64>>(1)?.map(Time);
            Ok(Provider { name: row.get(0)?, captured })
        };
        data.providers =
            all(&connection, "SELECT name, captured FROM providers ORDER BY name", provider)?;
        let releases = all(&connection, "SELECT * FROM releases ORDER BY number", release)?;
        let overrides = all(&connection, "SELECT * FROM overrides ORDER BY rowid", |row| {
            Ok(Override {
                alias: row.get(0)?,
                version: row.get(1)?,
                pattern: row.get(2)?,
                codename: row.get(3)?,
                name: row.get(4)?,
                major: row.get(5)?,
                minor: row.get(6)?,
                label: row.get(7)?,
                rolling: row.get(8)?,
            })
        })?;
        let exclusions = all(&connection, "SELECT * FROM exclusions ORDER BY rowid", |row| {
            Ok(Exclusion {
                id: row.get(0)?,
                namespace: row.get(1)?,
                fix: row.get(2)?,
                name: row.get(3)?,
                version: row.get(4)?,
                language: row.get(5)?,
                kind: row.get(6)?,
                location: row.get(7)?,
                justification: row.get(8)?,
            })
        })?;
        let ecosystems = all(&connection, "SELECT name FROM ecosystems", |row| row.get(0))?;
        let unreadable = all(&connection, "SELECT what FROM unreadable", |row| row.get(0))?;
        let ecosystems = ecosystems.into_iter().collect();
        let has = connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM exploited), EXISTS (SELECT 1 FROM epss), EXISTS (SELECT 1 FROM weaknesses),
             EXISTS (SELECT 1 FROM products)",
            [],
            |row| {
                let (exploited, epss, weaknesses) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(Has { exploited, epss, weaknesses, products: row.get(3)? })
            },
        )?;
        Ok(Database {
            connection,
            object,
            data,
            counts,
            releases,
            overrides,
            exclusions,
            ecosystems,
            unreadable,
            has,
        })
    }

    /// What the data is.
    pub fn data(&self) -> &AdvisoryData {
        &self.data
    }

    /// How much there is.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Every release that something is said of, with its number.
    pub(crate) fn releases(&self) -> &[(i64, Release)] {
        &self.releases
    }

    /// What distributions' names stand for, as the data says.
    pub(crate) fn overrides(&self) -> &[Override] {
        &self.overrides
    }

    /// Findings that the data says are wrong.
    pub(crate) fn exclusions(&self) -> &[Exclusion] {
        &self.exclusions
    }

    /// Whether anything is said of packages of this kind.
    pub(crate) fn has_ecosystem(&self, ecosystem: &str) -> bool {
        self.ecosystems.contains(ecosystem)
    }

    /// Records that could not be read when it was imported, a clause each.
    pub fn unreadable(&self) -> &[String] {
        &self.unreadable
    }

    /// That so many records could not be read that much may be missing: more than one in a hundred, and not a few.
    pub(crate) fn many_unreadable(&self) -> Option<Gap> {
        let Counts { records: read, unreadable, .. } = self.counts;
        let of = read.saturating_add(unreadable);
        (unreadable >= MANY && unreadable.saturating_mul(100) > of)
            .then_some(Gap::ManyUnreadable { records: unreadable, of })
    }

    /// What else there is.
    pub(crate) fn has(&self) -> Has {
        self.has
    }

    /// What is said of packages of this name in these releases; 0 is none.
    pub(crate) fn affected(
        &self,
        ecosystem: &str,
        name: &str,
        releases: &[i64],
    ) -> Result<Vec<Statement>, Error> {
        self.ask(|connection| {
            let mut look = connection
                .prepare_cached("SELECT number FROM packages WHERE name = ? AND ecosystem = ?")?;
            let package: Option<i64> =
                look.query_row([name, ecosystem], |row| row.get(0)).optional()?;
            let Some(package) = package else { return Ok(Vec::new()) };
            let mut rows = Vec::new();
            let mut statement = connection.prepare_cached(
                "SELECT advisory, unaffected, said FROM affected WHERE package = ? AND release = ?",
            )?;
            for release in releases {
                for row in statement.query_map([package, *release], row)? {
                    rows.push(row?);
                }
            }
            Ok(rows)
        })
    }

    /// Whether anything is said to be affected in one of these releases. That things are not affected may be all.
    pub(crate) fn tells_of_affected(&self, releases: &[i64]) -> Result<bool, Error> {
        self.ask(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT EXISTS(SELECT 1 FROM affected WHERE release = ? AND unaffected = 0)",
            )?;
            for release in releases {
                if statement.query_row([release], |row| row.get(0))? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    /// The products of this name.
    pub(crate) fn products(&self, name: &str) -> Result<Vec<(i64, Product)>, Error> {
        self.ask(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT number, part, vendor, product, edition, language, software_edition, target_hardware,
                 target_software, other FROM products WHERE product = ? ORDER BY number",
            )?;
            statement.query_map([name], product)?.collect()
        })
    }

    /// What is said of a product.
    pub(crate) fn affected_products(&self, product: i64) -> Result<Vec<Statement>, Error> {
        self.ask(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT advisory, unaffected, said FROM affected_products WHERE product = ?",
            )?;
            statement.query_map([product], row)?.collect()
        })
    }

    /// An advisory.
    pub(crate) fn advisory(&self, number: i64) -> Result<Option<Advisory>, Error> {
        self.ask(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, provider, status, published, modified, aliases, ratings, description, pages
                 FROM advisories WHERE number = ?",
            )?;
            statement.query_row([number], advisory).optional()
        })
    }

    /// What is known of a CVE's being exploited.
    pub(crate) fn known_exploited(&self, cve: &str) -> Result<Option<KnownExploited>, Error> {
        self.ask(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT * FROM exploited WHERE cve = ?")?;
            let one = |row: &Row<'_>| {
                Ok(KnownExploited {
                    cve: row.get(0)?,
                    added: row.get(1)?,
                    due: row.get(2)?,
                    action: row.get(3)?,
                    ransomware: row.get(4)?,
                })
            };
            statement.query_row([cve], one).optional()
        })
    }

    /// How likely a CVE is exploited.
    pub(crate) fn epss(&self, cve: &str) -> Result<Option<Epss>, Error> {
        self.ask(|connection| {
            let mut statement = connection.prepare_cached("SELECT * FROM epss WHERE cve = ?")?;
            let one = |row: &Row<'_>| {
                let [probability, percentile] =
                    [row.get(1)?, row.get(2)?].map(Share::of_millionths);
                Ok(Epss { cve: row.get(0)?, probability, percentile, day: row.get(3)? })
            };
            statement.query_row([cve], one).optional()
        })
    }

    /// Kinds of weakness that a CVE is.
    pub(crate) fn weaknesses(&self, cve: &str) -> Result<Vec<String>, Error> {
        self.ask(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT weakness FROM weaknesses WHERE cve = ?")?;
            statement.query_map([cve], |row| row.get(0))?.collect()
        })
    }

    /// Lends the connection to whoever asks two databases at once.
    pub(crate) fn with<T>(&self, ask: impl FnOnce(&Connection) -> T) -> T {
        ask(&self.connection)
    }

    pub(crate) fn ask<T>(
        &self,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        ask(&self.connection).map_err(sql("read", &self.object))
    }
}

fn all<T>(
    connection: &Connection,
    text: &str,
    one: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    connection.prepare(text)?.query_map([], one)?.collect()
}

fn counts(row: &Row<'_>) -> rusqlite::Result<Counts> {
    let count = |place| Ok::<_, rusqlite::Error>(row.get::<_, i64>(place)?.unsigned_abs());
    Ok(Counts { advisories: count(4)?, records: count(5)?, unreadable: count(6)? })
}

fn release(row: &Row<'_>) -> rusqlite::Result<(i64, Release)> {
    let release = Release {
        name: row.get(1)?,
        id: row.get(2)?,
        major: row.get(3)?,
        minor: row.get(4)?,
        label: row.get(5)?,
        codename: row.get(6)?,
        channel: row.get(7)?,
        end_of_life: row.get::<_, Option<i64>>(8)?.map(Time),
    };
    Ok((row.get(0)?, release))
}

fn product(row: &Row<'_>) -> rusqlite::Result<(i64, Product)> {
    let product = Product {
        part: row.get(1)?,
        vendor: row.get(2)?,
        product: row.get(3)?,
        edition: row.get(4)?,
        language: row.get(5)?,
        software_edition: row.get(6)?,
        target_hardware: row.get(7)?,
        target_software: row.get(8)?,
        other: row.get(9)?,
    };
    Ok((row.get(0)?, product))
}

fn row(row: &Row<'_>) -> rusqlite::Result<Statement> {
    let verdict = if row.get(1)? { Verdict::Unaffected } else { Verdict::Affected };
    let said = row.get_ref(2)?.as_str().map_err(|_| rusqlite::Error::InvalidQuery)?;
    Ok(Statement { advisory: row.get(0)?, verdict, said: coding::read_said(said) })
}

fn advisory(row: &Row<'_>) -> rusqlite::Result<Advisory> {
    let time = |place| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(place)?.map(Time));
    let text = |place| row.get::<_, String>(place);
    let status = if row.get::<_, u8>(2)? == 0 { Status::Active } else { Status::Withdrawn };
    Ok(Advisory {
        id: text(0)?,
        provider: text(1)?,
        status,
        published: time(3)?,
        modified: time(4)?,
        aliases: coding::read_list(&text(5)?),
        ratings: coding::read_ratings(&text(6)?),
        description: text(7)?,
        references: coding::read_list(&text(8)?),
    })
}

/// The address of a file that nobody writes: SQLite needs no lock for it, and makes no file beside it.
pub(crate) fn unchanging(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    let byte = |&byte: &u8| match byte {
        b'/' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02x}"),
    };
    let path: String = path.as_os_str().as_bytes().iter().map(byte).collect();
    format!("file:{path}?immutable=1")
}

/// Makes an error of SQLite's one of ours.
pub(crate) fn sql(doing: &'static str, object: &str) -> impl Fn(rusqlite::Error) -> Error + use<> {
    let object = object.to_owned();
    move |error| Error::Corrupt {
        what: format!("could not {doing} {object}: {error}"),
        hint: "it should be a database of advisories; import it again".into(),
    }
}
