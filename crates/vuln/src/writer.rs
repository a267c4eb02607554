//! The writer: takes records one after the other and makes a database of them, in a file that nobody else knows of yet.

use std::collections::HashMap;
use std::path::Path;

use model::{AdvisoryData, Epss, KnownExploited, Provider};
use rusqlite::{CachedStatement, Connection, OptionalExtension as _, params};

use crate::database::coding;
use crate::database::{ABOUT, INDEXES, TABLES, VERSION, sql};
use crate::record::{Exclusion, Override, Verdict};
use crate::{Advisory, Affected, Error, Product, Qualifier, Range, Release, Subject};

/// Unreadable records that are told one by one; the others are only counted.
const MOST_TOLD: u64 = 20;
/// What SQLite may keep in memory while it writes, in KiB.
const CACHE: i64 = 64 << 10;

/// Makes a database of records. What is not finished is not a database.
#[derive(Debug)]
pub struct Writer {
    connection: Connection,
    object: String,
    releases: HashMap<Release, i64>,
    /// The package that was spoken of last: records of one mostly come together.
    last: Option<(Subject, i64)>,
    records: i64,
    unreadable: u64,
}

/// An advisory's place in the database that is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AdvisoryNumber(pub(crate) i64);

impl Writer {
    /// Begins a database in a file that is not there yet, or empty.
    pub fn create(path: &Path) -> Result<Writer, Error> {
        let object = path.display().to_string();
        let begin = || {
            let connection = Connection::open(path)?;
            // Until it has its name, nobody believes the file.
            connection.pragma_update(None, "journal_mode", "OFF")?;
            connection.pragma_update(None, "synchronous", "OFF")?;
            connection.pragma_update(None, "cache_size", -CACHE)?;
            connection.pragma_update(None, "temp_store", "FILE")?;
            connection.set_prepared_statement_cache_capacity(64);
            connection.execute_batch("BEGIN")?;
            connection.execute_batch(TABLES)?;
            Ok(connection)
        };
        let connection = begin().map_err(sql("begin", &object))?;
        let releases = HashMap::new();
        Ok(Writer { connection, object, releases, last: None, records: 0, unreadable: 0 })
    }

    /// Keeps an advisory. What is affected by it is told by its number.
    pub fn advisory(&mut self, advisory: &Advisory) -> Result<AdvisoryNumber, Error> {
        let mut statement = self.statement(
            "INSERT INTO advisories (id, provider, status, published, modified, aliases, ratings, description, pages)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        let values = params![
            advisory.id,
            advisory.provider,
            advisory.status as u8,
            advisory.published.map(|time| time.0),
            advisory.modified.map(|time| time.0),
            coding::list(&advisory.aliases),
            coding::ratings(&advisory.ratings),
            advisory.description,
            coding::list(&advisory.references),
        ];
        statement.insert(values).map(AdvisoryNumber).map_err(self.failed())
    }

    /// Keeps what an advisory says of a package.
    pub fn affected(&mut self, advisory: AdvisoryNumber, affected: &Affected) -> Result<(), Error> {
        let package = self.package(&affected.subject)?;
        let release = match &affected.release {
            Some(release) => self.release(release)?,
            None => 0,
        };
        self.records += 1;
        let mut statement = self.statement(
            "INSERT INTO affected (package, release, number, advisory, unaffected, said) VALUES (?, ?, ?, ?, ?, ?)",
        )?;
        let unaffected = affected.verdict == Verdict::Unaffected;
        let said = coding::said(&affected.ranges, &affected.qualifiers, &affected.cves);
        let values = params![package, release, self.records, advisory.0, unaffected, said];
        statement.execute(values).map_err(self.failed())?;
        Ok(())
    }

    /// Keeps what an advisory says of a product.
    pub fn product(
        &mut self,
        advisory: AdvisoryNumber,
        product: &Product,
        said: (Verdict, &[Range], &[Qualifier], &[String]),
    ) -> Result<(), Error> {
        let Product { part, vendor, product: name, edition, language, .. } = product;
        let Product { software_edition, target_hardware, target_software, other, .. } = product;
        let all = params![
            name,
            part,
            vendor,
            edition,
            language,
            software_edition,
            target_hardware,
            target_software,
            other
        ];
        let mut statement = self.statement(
            "SELECT number FROM products WHERE product = ? AND part = ? AND vendor = ? AND edition = ? AND language = ?
             AND software_edition = ? AND target_hardware = ? AND target_software = ? AND other = ?",
        )?;
        let known = statement.query_row(all, |row| row.get(0)).optional().map_err(self.failed())?;
        let number = match known {
            Some(number) => number,
            None => self
                .statement("INSERT INTO products (product, part, vendor, edition, language, software_edition, target_hardware, target_software, other) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")?
                .insert(all)
                .map_err(self.failed())?,
        };
        drop(statement);
        self.records += 1;
        let (verdict, ranges, qualifiers, cves) = said;
        let said = coding::said(ranges, qualifiers, cves);
        self.statement(
            "INSERT INTO affected_products (product, number, advisory, unaffected, said) VALUES (?, ?, ?, ?, ?)",
        )?
        .execute(params![number, self.records, advisory.0, verdict == Verdict::Unaffected, said])
        .map_err(self.failed())?;
        Ok(())
    }

    /// Keeps a release, whether or not anything is said of it: one whose end of life is known, or that has no faults.
    pub fn release(&mut self, release: &Release) -> Result<i64, Error> {
        if let Some(&number) = self.releases.get(release) {
            return Ok(number);
        }
        let mut statement = self.statement(
            "INSERT INTO releases (name, id, major, minor, label, codename, channel, end_of_life) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        let Release { name, id, major, minor, label, codename, channel, end_of_life } = release;
        let end = end_of_life.map(|time| time.0);
        let values = params![name, id, major, minor, label, codename, channel, end];
        let number = statement.insert(values).map_err(self.failed())?;
        drop(statement);
        self.releases.insert(release.clone(), number);
        Ok(number)
    }

    /// Keeps what a distribution's name stands for.
    pub fn stands_for(&mut self, rule: &Override) -> Result<(), Error> {
        let Override { alias, version, pattern, codename, name, major, minor, label, rolling } =
            rule;
        self.statement("INSERT INTO overrides VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")?
            .execute(params![alias, version, pattern, codename, name, major, minor, label, rolling])
            .map_err(self.failed())?;
        Ok(())
    }

    /// Keeps which findings are said to be wrong.
    pub fn exclusion(&mut self, exclusion: &Exclusion) -> Result<(), Error> {
        let Exclusion { id, namespace, fix, name, version, .. } = exclusion;
        let Exclusion { language, kind, location, justification, .. } = exclusion;
        self.statement("INSERT INTO exclusions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")?
            .execute([id, namespace, fix, name, version, language, kind, location, justification])
            .map_err(self.failed())?;
        Ok(())
    }

    /// Keeps what is known of a CVE's being exploited.
    pub fn known_exploited(&mut self, one: &KnownExploited) -> Result<(), Error> {
        let KnownExploited { cve, added, due, action, ransomware } = one;
        self.statement("INSERT OR REPLACE INTO exploited VALUES (?, ?, ?, ?, ?)")?
            .execute(params![cve, added, due, action, ransomware])
            .map_err(self.failed())?;
        Ok(())
    }

    /// Keeps how likely a CVE is exploited.
    pub fn epss(&mut self, one: &Epss) -> Result<(), Error> {
        let Epss { cve, probability, percentile, day } = one;
        self.statement("INSERT OR REPLACE INTO epss VALUES (?, ?, ?, ?)")?
            .execute(params![cve, probability.millionths(), percentile.millionths(), day])
            .map_err(self.failed())?;
        Ok(())
    }

    /// Keeps the kind of weakness that a CVE is.
    pub fn weakness(&mut self, cve: &str, weakness: &str) -> Result<(), Error> {
        self.statement("INSERT OR IGNORE INTO weaknesses VALUES (?, ?)")?
            .execute([cve, weakness])
            .map_err(self.failed())?;
        Ok(())
    }

    /// Notes a record that makes no sense: a clause that says which and why. It is told with every match.
    pub fn unreadable(&mut self, what: &str) -> Result<(), Error> {
        self.unreadable += 1;
        if self.unreadable <= MOST_TOLD {
            let what: String = what.chars().take(400).collect();
            self.statement("INSERT INTO unreadable VALUES (?)")?
                .execute([what])
                .map_err(self.failed())?;
        }
        Ok(())
    }

    /// Writes what is known of the data as a whole, and closes the file, which is a database now.
    pub fn finish(mut self, data: &AdvisoryData) -> Result<(), Error> {
        let unreadable = i64::try_from(self.unreadable).unwrap_or(i64::MAX);
        let more = self.unreadable.saturating_sub(MOST_TOLD);
        if more > 0 {
            self.unreadable = 0;
            self.unreadable(&format!(
                "and {more} more records of the advisories could not be read"
            ))?;
        }
        let AdvisoryData { schema, built, origin, digest, providers } = data;
        for Provider { name, captured } in providers {
            self.statement("INSERT OR REPLACE INTO providers VALUES (?, ?)")?
                .execute(params![name, captured.map(|time| time.0)])
                .map_err(self.failed())?;
        }
        let finish = |connection: &Connection| {
            connection.execute(
                ABOUT,
                params![schema, built.map(|time| time.0), origin, digest, unreadable],
            )?;
            connection.execute_batch(INDEXES)?;
            connection.pragma_update(None, "user_version", VERSION)?;
            connection.execute_batch("COMMIT")
        };
        finish(&self.connection).map_err(self.failed())?;
        let Writer { connection, object, .. } = self;
        connection.close().map_err(|(_, error)| sql("close", &object)(error))
    }

    fn package(&mut self, subject: &Subject) -> Result<i64, Error> {
        if let Some((last, number)) = &self.last
            && last == subject
        {
            return Ok(*number);
        }
        let values = [&*subject.ecosystem, &*subject.name];
        let mut look =
            self.statement("SELECT number FROM packages WHERE ecosystem = ? AND name = ?")?;
        let known = look.query_row(values, |row| row.get(0)).optional().map_err(self.failed())?;
        drop(look);
        let number = match known {
            Some(number) => number,
            None => self
                .statement("INSERT INTO packages (ecosystem, name) VALUES (?, ?)")?
                .insert(values)
                .map_err(self.failed())?,
        };
        self.last = Some((subject.clone(), number));
        Ok(number)
    }

    fn statement(&self, text: &str) -> Result<CachedStatement<'_>, Error> {
        self.connection.prepare_cached(text).map_err(self.failed())
    }

    fn failed(&self) -> impl Fn(rusqlite::Error) -> Error + use<> {
        sql("write", &self.object)
    }
}
