//! Deeds: who changed what, and who tried. They outlast what they were done to, and nothing here takes one away.

use model::{Time, Uidp};
use rusqlite::{Result, Row, params};

use super::Ledger;
use crate::Error;

pub(super) const TABLES: &str = "
    CREATE TABLE deeds (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        time INTEGER NOT NULL,
        identity TEXT NOT NULL,
        what TEXT NOT NULL,
        place TEXT NOT NULL,
        outcome TEXT NOT NULL
    );
    CREATE INDEX deeds_by_place ON deeds (place, number);
";

/// Something that somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// When.
    pub time: Time,
    /// Who: an identity, or nobody that is known.
    pub identity: String,
    /// What: the name of the call.
    pub what: String,
    /// Where, as the caller said it; empty where below nothing.
    pub place: String,
    /// What came of it: `ok`, or why not in a word.
    pub outcome: String,
}

impl Ledger {
    /// Notes a deed.
    pub fn note_deed(&self, deed: &Deed) -> std::result::Result<(), Error> {
        let sql = "INSERT INTO deeds (time, identity, what, place, outcome)
            VALUES (?1, ?2, ?3, ?4, ?5)";
        self.ask("note what somebody did", |session| {
            let Deed { time, identity, what, place, outcome } = deed;
            let values = params![time.0, identity, what, place, outcome];
            session.change(sql, values).map(|_| ())
        })
    }

    /// What was done at a place and below it, the latest first: what was noted before that number, no more than `most`. Each
    /// comes with its number.
    pub fn deeds(
        &self,
        place: &Uidp,
        before: Option<i64>,
        most: usize,
    ) -> std::result::Result<Vec<(i64, Deed)>, Error> {
        let sql = "SELECT number, time, identity, what, place, outcome FROM deeds
            WHERE (place = ?1 OR (place >= ?2 AND place < ?3)) AND number < ?4
            ORDER BY number DESC LIMIT ?5";
        let deed = |row: &Row<'_>| -> Result<(i64, Deed)> {
            let deed = Deed {
                time: Time(row.get(1)?),
                identity: row.get(2)?,
                what: row.get(3)?,
                place: row.get(4)?,
                outcome: row.get(5)?,
            };
            Ok((row.get(0)?, deed))
        };
        self.ask("list what was done", |session| {
            // `0` follows `/`.
            let (first, end) = (format!("{place}/"), format!("{place}0"));
            let (before, most) =
                (before.unwrap_or(i64::MAX), i64::try_from(most).unwrap_or(i64::MAX));
            let values = params![place.as_str(), first, end, before, most];
            session.rows(sql, values, deed)
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::ledger::tests::Open;

    pub(in crate::ledger) fn deeds_are_told_by_place_the_latest_first(open: Open<'_>) {
        let ledger = open();
        let own = Uidp::root([1; 20]);
        let below = own.below([2; 8]);
        let beside = Uidp::root([0x11; 20]);
        for (time, place) in [(1, &own), (2, &below), (3, &beside), (4, &own)] {
            let deed = Deed {
                time: Time(time),
                identity: "somebody".into(),
                what: "Repos/Create".into(),
                place: place.to_string(),
                outcome: "ok".into(),
            };
            ledger.note_deed(&deed).unwrap();
        }
        let told = |place: &Uidp, before, most| -> Vec<i64> {
            let deeds = ledger.deeds(place, before, most).unwrap();
            deeds.into_iter().map(|(_, deed)| deed.time.0).collect()
        };
        assert_eq!(told(&own, None, 9), [4, 2, 1]);
        assert_eq!(told(&own, Some(4), 1), [2]);
        assert_eq!(told(&below, None, 9), [2]);
    }
}
