//! What tags meant and when, and which images a repository is known to have. Both outlast the tags.

use model::{Time, Uidp};
use rusqlite::{Result, params};

use super::session::Session;
use super::things::insert;
use super::{Ledger, Member, Move, Thing, ThingKind};
use crate::Error;

/// How what a digest is called is found, and where it is.
pub(super) const INDEXES: &str = "
    CREATE INDEX moves_by_digest ON moves (repo, digest, number);
    CREATE INDEX members_by_digest ON members (digest, repo);
";

impl Ledger {
    /// Notes a tag, new or known, and what it means from now on, where that is something else than before.
    pub fn tag(&self, tag: &Thing) -> std::result::Result<(), Error> {
        let Some(repo) = tag.id.parent() else { return Ok(()) };
        self.change("note a tag", |session| {
            let sql = "UPDATE things SET name = ?2, key = ?3, updated = ?4, record = ?5
                WHERE id = ?1 AND kind = ?6";
            let kind = ThingKind::Tag.name();
            let id = tag.id.as_str();
            let values = params![id, tag.name, tag.key, tag.updated.0, tag.record, kind];
            if session.change(sql, values)? == 0 {
                insert(session, tag)?;
            }
            note(session, &repo, &tag.name, &tag.key, tag.updated)
        })
    }

    /// Notes what a tag meant from some moment on, without a tag: as its history is brought along from elsewhere.
    pub fn note_move(
        &self,
        repo: &Uidp,
        tag: &str,
        moved: &Move,
    ) -> std::result::Result<(), Error> {
        self.change("note what a tag meant", |session| {
            note(session, repo, tag, &moved.digest, moved.time)
        })
    }

    /// What a tag meant, the oldest first, no more than `most` of it.
    pub fn moves(
        &self,
        repo: &Uidp,
        tag: &str,
        [start, end]: [Option<Time>; 2],
        most: usize,
    ) -> std::result::Result<Vec<Move>, Error> {
        let sql = "SELECT time, digest FROM moves WHERE repo = ?1 AND tag = ?2
            AND time >= ?3 AND time <= ?4 ORDER BY number LIMIT ?5";
        self.ask("look up what a tag meant", |session| {
            let (start, end) =
                (start.map_or(i64::MIN, |time| time.0), end.map_or(i64::MAX, |time| time.0));
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            session.rows(sql, params![repo.as_str(), tag, start, end, most], |row| {
                Ok(Move { time: Time(row.get(0)?), digest: row.get(1)? })
            })
        })
    }

    /// What a tag meant, the oldest first, no more than `most` of it: only what was noted behind that number. Each comes with
    /// its own.
    pub fn moves_after(
        &self,
        repo: &Uidp,
        tag: &str,
        after: i64,
        most: usize,
    ) -> std::result::Result<Vec<(i64, Move)>, Error> {
        let sql = "SELECT number, time, digest FROM moves WHERE repo = ?1 AND tag = ?2
            AND number > ?3 ORDER BY number LIMIT ?4";
        self.ask("look up what a tag meant", |session| {
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            session.rows(sql, params![repo.as_str(), tag, after, most], |row| {
                Ok((row.get(0)?, Move { time: Time(row.get(1)?), digest: row.get(2)? }))
            })
        })
    }

    /// What a tag meant before some moment, the latest first, no more than `most` of it.
    pub fn moves_before(
        &self,
        repo: &Uidp,
        tag: &str,
        before: Option<Time>,
        most: usize,
    ) -> std::result::Result<Vec<Move>, Error> {
        let sql = "SELECT time, digest FROM moves WHERE repo = ?1 AND tag = ?2 AND time < ?3
            ORDER BY number DESC LIMIT ?4";
        self.ask("look up what a tag meant", |session| {
            let before = before.map_or(i64::MAX, |time| time.0);
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            session.rows(sql, params![repo.as_str(), tag, before, most], |row| {
                Ok(Move { time: Time(row.get(0)?), digest: row.get(1)? })
            })
        })
    }

    /// What all tags of a repository came to mean, each with its name, the latest first, no more than `most` of it.
    pub fn latest_moves(
        &self,
        repo: &Uidp,
        most: usize,
    ) -> std::result::Result<Vec<(String, Move)>, Error> {
        let sql =
            "SELECT tag, time, digest FROM moves WHERE repo = ?1 ORDER BY number DESC LIMIT ?2";
        self.ask("look up what tags meant", |session| {
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            session.rows(sql, params![repo.as_str(), most], |row| {
                Ok((row.get(0)?, Move { time: Time(row.get(1)?), digest: row.get(2)? }))
            })
        })
    }

    /// Every digest that a tag ever meant in any repository that is there, ordered, no more than `most`.
    pub fn meanings(&self, most: usize) -> std::result::Result<Vec<String>, Error> {
        let sql = "SELECT DISTINCT digest FROM moves ORDER BY digest LIMIT ?1";
        self.ask("list what tags meant", |session| {
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            session.rows(sql, params![most], |row| row.get(0))
        })
    }

    /// The tags of a repository that ever meant a digest, each once, the one last that came to mean it last. They need not be
    /// there any more.
    pub fn names_of(&self, repo: &Uidp, digest: &str) -> std::result::Result<Vec<String>, Error> {
        let sql = "SELECT tag FROM moves WHERE repo = ?1 AND digest = ?2
            GROUP BY tag ORDER BY max(number)";
        self.ask("look up what an image was called", |session| {
            session.rows(sql, params![repo.as_str(), digest], |row| row.get(0))
        })
    }

    /// The repositories that an image was seen in, ordered.
    pub fn repos_with(&self, digest: &str) -> std::result::Result<Vec<Uidp>, Error> {
        let sql = "SELECT repo FROM members WHERE digest = ?1 ORDER BY repo";
        self.ask("look up where an image was seen", |session| {
            let rows = session.rows(sql, params![digest], |row| row.get::<_, String>(0))?;
            Ok(rows.iter().filter_map(|repo| repo.parse().ok()).collect())
        })
    }

    /// Every digest that a tag ever meant, each with its repository, what was meant last first, no more than `most`.
    pub fn meant_in(&self, most: usize) -> std::result::Result<Vec<(Uidp, String)>, Error> {
        let sql = "SELECT repo, digest FROM moves GROUP BY repo, digest
            ORDER BY max(number) DESC LIMIT ?1";
        self.ask("list what tags meant", |session| {
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let rows = session.rows(sql, params![most], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })?;
            let rows = rows.into_iter();
            Ok(rows.filter_map(|(repo, digest)| Some((repo.parse().ok()?, digest))).collect())
        })
    }

    /// What a tag meant at that moment; where nothing is known of so early a time, the first that it meant.
    pub fn meant(
        &self,
        repo: &Uidp,
        tag: &str,
        moment: Time,
    ) -> std::result::Result<Option<Move>, Error> {
        let sql = "SELECT time, digest FROM moves WHERE repo = ?1 AND tag = ?2
            ORDER BY time > ?3, CASE WHEN time > ?3 THEN number ELSE -number END LIMIT 1";
        self.ask("look up what a tag meant", |session| {
            let values = params![repo.as_str(), tag, moment.0];
            let moved =
                |row: &rusqlite::Row<'_>| Ok(Move { time: Time(row.get(0)?), digest: row.get(1)? });
            session.row(sql, values, moved)
        })
    }

    /// The images that were seen in a repository, by digest: those behind `after`, no more than `most`.
    pub fn members(
        &self,
        repo: &Uidp,
        after: &str,
        most: usize,
    ) -> std::result::Result<Vec<Member>, Error> {
        let sql = "SELECT digest, seen FROM members WHERE repo = ?1 AND digest > ?2
            ORDER BY digest LIMIT ?3";
        self.ask("list the images of a repository", |session| {
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            session.rows(sql, params![repo.as_str(), after, most], |row| {
                Ok(Member { digest: row.get(0)?, seen: Time(row.get(1)?) })
            })
        })
    }

    /// Notes that a repository has an image, which was seen there.
    pub fn note_member(
        &self,
        repo: &Uidp,
        digest: &str,
        now: Time,
    ) -> std::result::Result<(), Error> {
        let sql = "INSERT INTO members (repo, digest, seen) VALUES (?1, ?2, ?3)
            ON CONFLICT (repo, digest) DO UPDATE SET seen = excluded.seen
            WHERE excluded.seen > members.seen";
        self.ask("note an image of a repository", |session| {
            let values = params![repo.as_str(), digest, now.0];
            session.change(sql, values).map(|_| ())
        })
    }

    /// Whether an image was seen in a repository.
    pub fn has_member(&self, repo: &Uidp, digest: &str) -> std::result::Result<bool, Error> {
        let sql = "SELECT seen FROM members WHERE repo = ?1 AND digest = ?2";
        self.ask("look up an image of a repository", |session| {
            let seen =
                session.row(sql, params![repo.as_str(), digest], |row| row.get::<_, i64>(0))?;
            Ok(seen.is_some())
        })
    }
}

fn note(session: &Session<'_>, repo: &Uidp, tag: &str, digest: &str, time: Time) -> Result<()> {
    let latest =
        "SELECT digest FROM moves WHERE repo = ?1 AND tag = ?2 ORDER BY number DESC LIMIT 1";
    let latest: Option<String> =
        session.row(latest, params![repo.as_str(), tag], |row| row.get(0))?;
    if digest.is_empty() || latest.as_deref() == Some(digest) {
        return Ok(());
    }
    let sql = "INSERT INTO moves (repo, tag, digest, time) VALUES (?1, ?2, ?3, ?4)";
    session.change(sql, params![repo.as_str(), tag, digest, time.0])?;
    Ok(())
}
