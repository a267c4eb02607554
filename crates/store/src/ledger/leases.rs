//! Leases: what one process alone does of all that serve from one ledger, for as long as it says that it is there.

use model::Time;
use rusqlite::params;

use super::Ledger;
use crate::Error;

pub(super) const TABLES: &str = "
    CREATE TABLE leases (
        name TEXT NOT NULL PRIMARY KEY,
        holder TEXT NOT NULL,
        due INTEGER NOT NULL
    );
";

impl Ledger {
    /// Takes a lease until `until`, or holds it for longer. False where another has it, whose time is not over.
    pub fn lease(&self, name: &str, holder: &str, now: Time, until: Time) -> Result<bool, Error> {
        let sql = "INSERT INTO leases (name, holder, due) VALUES (?1, ?2, ?4)
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, due = excluded.due
            WHERE leases.holder = excluded.holder OR leases.due <= ?3";
        self.ask("take a lease", |session| {
            Ok(session.change(sql, params![name, holder, now.0, until.0])? > 0)
        })
    }

    /// Gives back every lease that somebody has, because they stop.
    pub fn give_back_leases(&self, holder: &str) -> Result<(), Error> {
        let sql = "DELETE FROM leases WHERE holder = ?1";
        self.ask("give leases back", |session| session.change(sql, params![holder]).map(|_| ()))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::ledger::tests::Open;

    pub(in crate::ledger) fn a_lease_is_one_holders_until_its_time_is_over_or_it_is_given_back(
        open: Open<'_>,
    ) {
        let ledger = open();
        let take = |holder: &str, now: i64| {
            ledger.lease("watch", holder, Time(now), Time(now + 10)).unwrap()
        };
        assert_eq!([take("one", 0), take("two", 5), take("one", 5)], [true, false, true]);
        assert_eq!([take("two", 14), take("two", 15), take("one", 16)], [false, true, false]);
        assert!(ledger.lease("other", "one", Time(16), Time(20)).unwrap());
        ledger.give_back_leases("two").unwrap();
        assert!(take("one", 17));
    }
}
