//! What must hold for any images: one compared with itself gives nothing, and two the other way round give the same,
//! turned round.

use serde_json::{Map, Value};

use super::files::{diff, not_as_promised};
use super::rows::{Difference, Row, differences};
use super::{Question, Questions};
use crate::Error;
use crate::corpus::{Corpus, Pair, Subject, name_of};
use crate::program::Program;

/// One question for each image, then one for each pair that has an expected answer or stands side by side in a layout.
pub(super) fn questions(corpus: &Corpus) -> Result<Questions, Error> {
    let mut questions: Vec<Question> = corpus.subjects().map(itself).collect();
    for file in corpus.list("expected/files")? {
        let name = name_of(&file);
        let pair = name.strip_suffix(".jsonl").and_then(|stem| corpus.pair_named(stem));
        questions.extend(pair.map(|pair| turned(&pair)));
    }
    for pair in corpus.neighbours() {
        let question = turned(&pair);
        if !questions.iter().any(|asked| asked.name == question.name) {
            questions.push(question);
        }
    }
    Ok(Questions { asked: questions, ..Questions::default() })
}

fn itself(subject: Subject<'_>) -> Question {
    let (reference, platform) = (subject.reference(), subject.platform_words());
    let ask = move |program: &Program| {
        let comparison = compare(program, &reference, &reference, &platform)?;
        let mut rows = rows(&comparison, Clone::clone)?;
        if comparison["same"] != Value::Bool(true) {
            rows.push(Row::new(["same", &comparison["same"].to_string()]));
        }
        Ok(rows)
    };
    let name = format!("itself {}", subject.name());
    Question { name, expected: Some(Vec::new()), ask: Box::new(ask) }
}

/// Asks for what differs between one way round and the other.
fn turned(pair: &Pair<'_>) -> Question {
    let (old, new) = (pair.old.reference(), pair.new.reference());
    let platform = pair.platform_words();
    let ask = move |program: &Program| {
        let forth = rows(&compare(program, &old, &new, &platform)?, turn)?;
        let back = rows(&compare(program, &new, &old, &platform)?, Clone::clone)?;
        let one_sided = |difference: Difference| match difference {
            Difference::Missing(row) => Row::new(["only forth", &row.to_string()]),
            Difference::Extra(row) => Row::new(["only back", &row.to_string()]),
        };
        Ok(differences(&forth, &back).into_iter().map(one_sided).collect())
    };
    let name = format!("turned {}", pair.name());
    Question { name, expected: Some(Vec::new()), ask: Box::new(ask) }
}

fn compare(program: &Program, old: &str, new: &str, platform: &[String]) -> Result<Value, Error> {
    serde_json::from_slice(&diff(program, old, new, platform)?).map_err(not_as_promised)
}

/// Every change of a comparison as a row.
fn rows(
    comparison: &Value,
    turn: impl Fn(&Map<String, Value>) -> Map<String, Value>,
) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    for list in ["packages", "files", "settings"] {
        let changes = comparison[list]
            .as_array()
            .ok_or_else(|| not_as_promised(format!("it has no list `{list}`")))?;
        for change in changes {
            let change = change
                .as_object()
                .ok_or_else(|| not_as_promised(format!("`{list}` has what is no object")))?;
            let mut change = turn(change);
            if list == "files" {
                forget_sides(&mut change);
            }
            let change = Value::Object(change).to_string();
            rows.push(Row::new([list, &change]));
        }
    }
    Ok(rows)
}

/// Takes out of a changed file what is said of the new side alone.
fn forget_sides(change: &mut Map<String, Value>) {
    if change.get("change").is_some_and(|word| word == "changed") {
        change.remove("type");
    }
    change.remove("owner");
}

/// A change as it should look the other way round.
fn turn(change: &Map<String, Value>) -> Map<String, Value> {
    let turn = |(key, value): (&String, &Value)| {
        let key = match &**key {
            "old" => "new",
            "new" => "old",
            key => key,
        };
        let value = match (key, value.as_str()) {
            ("growth", _) => value.as_i64().map_or(value.clone(), |growth| (-growth).into()),
            ("change", Some("added")) => "removed".into(),
            ("change", Some("removed")) => "added".into(),
            ("change", Some("upgraded")) => "downgraded".into(),
            ("change", Some("downgraded")) => "upgraded".into(),
            _ => value.clone(),
        };
        (key.to_owned(), value)
    };
    change.iter().map(turn).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_turned_round_and_back_is_itself() {
        let check = |change: &str, turned: &str| {
            let object = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap();
            assert_eq!(turn(&object(change)), object(turned));
            assert_eq!(turn(&object(turned)), object(change));
        };
        check(r#"{"path":"/a","change":"added"}"#, r#"{"path":"/a","change":"removed"}"#);
        check(
            r#"{"name":"a","change":"upgraded","growth":5,"old":[1],"new":[2]}"#,
            r#"{"name":"a","change":"downgraded","growth":-5,"old":[2],"new":[1]}"#,
        );
        check(r#"{"path":"/a","change":"changed"}"#, r#"{"path":"/a","change":"changed"}"#);
    }
}
