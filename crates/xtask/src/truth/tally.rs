//! Counts answers and says how they went, each at once and all together at the end.

use super::Question;
use super::known::Known;
use super::rows::{Difference, Row, differences};
use crate::Error;
use crate::say::say;

/// What has been counted so far.
pub(super) struct Tally {
    known: Known,
    total: Counts,
    /// Questions whose answers agree, known disagreements apart.
    agreeing: usize,
    /// Questions whose answers do not, or to which there was no answer.
    differing: Vec<String>,
    /// Questions to which nobody knows the answer.
    open: usize,
    /// What has to be said at the end.
    remarks: Vec<String>,
}

/// Rows.
#[derive(Clone, Copy, Default)]
struct Counts {
    expected: usize,
    given: usize,
    agreeing: usize,
    missing: usize,
    extra: usize,
    known: usize,
}

impl Tally {
    /// Begins to count.
    pub(super) fn new(known: Known) -> Tally {
        Tally {
            known,
            total: Counts::default(),
            agreeing: 0,
            differing: Vec::new(),
            open: 0,
            remarks: Vec::new(),
        }
    }

    /// Counts one answer and says how it went.
    pub(super) fn count(&mut self, question: &Question, answer: Result<Vec<Row>, Error>) {
        match (answer, &question.expected) {
            (Err(error), _) => {
                say(format!("FAIL  {}: {error}", question.name));
                self.differing.push(question.name.clone());
            }
            (Ok(given), None) => {
                say(format!("ok    {}: {} given, no expected answer", question.name, given.len()));
                self.open += 1;
            }
            (Ok(given), Some(expected)) => self.compare(&question.name, expected, &given),
        }
    }

    fn compare(&mut self, name: &str, expected: &[Row], given: &[Row]) {
        let differences = differences(expected, given);
        let (known, unknown): (Vec<_>, Vec<_>) = differences
            .iter()
            .partition(|difference| self.known.reason(name, difference).is_some());
        let counts = Counts::of(expected, given, &unknown, &known);
        say(format!(
            "{}  {name}: {}",
            if unknown.is_empty() { "ok  " } else { "DIFF" },
            counts.text()
        ));
        for difference in &unknown {
            say(format!("        {difference}"));
        }
        for difference in known {
            let reason = self.known.reason(name, difference).unwrap_or_default();
            say(format!("  known {difference}\t{reason}"));
        }
        for entry in self.known.unused(name, &differences) {
            self.remarks.push(format!(
                "the list of known disagreements has one that is none: {name}\t{entry}"
            ));
        }
        if unknown.is_empty() {
            self.agreeing += 1;
        } else {
            self.differing.push(name.into());
        }
        self.total.add(counts);
    }

    /// Counts an expected answer that nothing could be asked for.
    pub(super) fn lose(&mut self, answer: String) {
        self.differing.push(answer);
    }

    /// Keeps a sentence for the end.
    pub(super) fn remark(&mut self, remark: &str) {
        self.remarks.push(remark.into());
    }

    /// Says how everything went, and fails unless all is well.
    pub(super) fn sum_up(self) -> Result<(), Error> {
        say("");
        self.remarks.iter().for_each(say);
        self.differing.iter().for_each(|name| say(format!("differs: {name}")));
        let Tally { agreeing, open, .. } = self;
        let differing = self.differing.len();
        say(format!("rows: {}", self.total.text()));
        say(format!(
            "answers: {agreeing} agree, {differing} differ, {open} have no expected answer"
        ));
        match (agreeing + open, differing) {
            (0, 0) => Err(Error::Failed("nothing was asked".into())),
            (_, 0) => Ok(()),
            _ => Err(Error::Failed(format!("{differing} answers differ from what is expected"))),
        }
    }
}

impl Counts {
    fn of(
        expected: &[Row],
        given: &[Row],
        unknown: &[&Difference],
        known: &[&Difference],
    ) -> Counts {
        let is_missing = |difference: &&&Difference| matches!(difference, Difference::Missing(_));
        let extra = |differences: &[&Difference]| {
            differences.len() - differences.iter().filter(is_missing).count()
        };
        let (agreeing, missing) = (
            given.len() - extra(unknown) - extra(known),
            unknown.iter().filter(is_missing).count(),
        );
        Counts {
            expected: expected.len(),
            given: given.len(),
            agreeing,
            missing,
            extra: extra(unknown),
            known: known.len(),
        }
    }

    fn add(&mut self, other: Counts) {
        self.expected += other.expected;
        self.given += other.given;
        self.agreeing += other.agreeing;
        self.missing += other.missing;
        self.extra += other.extra;
        self.known += other.known;
    }

    fn text(self) -> String {
        let Counts { expected, given, agreeing, missing, extra, known } = self;
        let known = if known > 0 { &*format!(", {known} known disagreements") } else { "" };
        format!(
            "{expected} expected, {given} given, {agreeing} agreeing, {missing} missing, {extra} extra{known}"
        )
    }
}
