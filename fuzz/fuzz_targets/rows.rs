//! Any text in a cell: no form lets it deceive a terminal, leave its place, or get lost for a program.

#![no_main]

use libfuzzer_sys::fuzz_target;
use report::rows::{self, Answer, Answers, Form, Rows};

fuzz_target!(|input: (String, String, u8)| {
    let (first, second, columns) = input;
    let rows = Rows { header: vec!["One", "*Two"], rows: vec![vec![first.clone(), second.clone()]] };
    let answer = Answer { rows, warnings: vec![second.clone()], ..Answer::default() };
    let answers = Answers { answers: vec![("multi".into(), answer)], ..Answers::default() };
    let grid = Form::Grid { terminal: (columns > 0).then_some(columns.into()) };
    for form in [grid, Form::Plain, Form::Html, Form::Json] {
        let mut out = Vec::new();
        let _ = rows::write(&answers, form, &mut out);
        let Ok(text) = String::from_utf8(out) else { panic!("{form:?} is not UTF-8") };
        assert!(text.chars().all(|one| one == '\n' || !model::is_deceiving(one)), "{form:?}");
        match form {
            Form::Grid { .. } => {
                assert!(text.lines().all(|line| line.is_empty() || line.starts_with(['|', '+'])));
            }
            Form::Plain => {
                assert_eq!(text.lines().nth(2).map(|row| row.split(' ').count()), Some(2));
            }
            Form::Html => assert_eq!(text.matches("<td>").count(), 3),
            Form::Json => {
                assert_eq!(text.lines().count(), 1);
                let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
                assert_eq!(value["multi"]["result"]["rows"][0][0], first);
                assert_eq!(value["multi"]["warns"][0], second);
            }
        }
    }
});
