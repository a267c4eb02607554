//! The committed list of known disagreements: rows in which the expected answer is wrong, each with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::rows::Difference;
use crate::{Error, tree};

/// Where the list stands. Its lines are those of the output: question, sign, row, then the reason, parted by tabs.
const LIST: &str = "crates/xtask/truth/known.tsv";

/// Known disagreements by question, each with its reason.
#[derive(Debug, Default)]
pub(super) struct Known(BTreeMap<String, BTreeMap<String, String>>);

impl Known {
    /// Reads the committed list.
    pub(super) fn committed() -> Result<Known, Error> {
        let text = fs::read_to_string(tree::root().join(LIST)).map_err(Error::io("read", LIST))?;
        Known::parse(&text)
    }

    fn parse(text: &str) -> Result<Known, Error> {
        let mut known = Known::default();
        for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.starts_with('#')) {
            let parts = line.split_once('\t').and_then(|(question, rest)| {
                let (difference, reason) = rest.rsplit_once('\t')?;
                (difference.contains('\t') && !reason.trim().is_empty())
                    .then_some((question, difference, reason))
            });
            let Some((question, difference, reason)) = parts else {
                let wanted = "question, sign, row and reason, parted by tabs";
                return Err(Error::Failed(format!("{LIST}:{number}: does not have {wanted}")));
            };
            known.0.entry(question.into()).or_default().insert(difference.into(), reason.into());
        }
        Ok(known)
    }

    /// Why this difference is right, where the list says so.
    pub(super) fn reason(&self, question: &str, difference: &Difference) -> Option<&str> {
        self.0.get(question)?.get(&difference.to_string()).map(|reason| &**reason)
    }

    /// The entries about a question that its differences do not have.
    pub(super) fn unused(&self, question: &str, differences: &[Difference]) -> Vec<&str> {
        let met: BTreeSet<String> = differences.iter().map(ToString::to_string).collect();
        let entries = self.0.get(question).into_iter().flat_map(BTreeMap::keys);
        entries.map(|entry| &**entry).filter(|entry| !met.contains(*entry)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::Row;
    use super::*;

    #[test]
    fn an_entry_explains_its_difference_and_no_other() {
        let known = Known::parse("# why\nfiles a..b\t+\tadded\t/x\tthe oracle is wrong\n").unwrap();
        let met = Difference::Extra(Row::new(["added", "/x"]));
        let other = Difference::Missing(Row::new(["added", "/x"]));
        assert_eq!(known.reason("files a..b", &met), Some("the oracle is wrong"));
        assert_eq!(known.reason("files a..b", &other), None);
        assert_eq!(known.reason("files a..c", &met), None);
        assert_eq!(known.unused("files a..b", &[met]), [""; 0]);
        assert_eq!(known.unused("files a..b", &[other]), ["+\tadded\t/x"]);
    }

    #[test]
    fn an_entry_without_a_reason_is_refused() {
        let error = Known::parse("files a..b\t+\tadded\n").unwrap_err();
        let wanted = "question, sign, row and reason, parted by tabs";
        assert_eq!(error.to_string(), format!("{LIST}:1: does not have {wanted}"));
    }

    #[test]
    fn the_committed_list_can_be_read() {
        Known::committed().unwrap();
    }
}
