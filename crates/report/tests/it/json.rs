//! The JSON documents are what their committed schemas say, to the field.

use std::collections::BTreeMap;

use engine::Subject;
use report::query::{Contents, Query, Question};
use report::rows::{Answer, Answers, Form};
use report::{Format, View};
use serde_json::Value;

use crate::{pair, render};

/// The committed schema, made strict: a field that it does not know is an error here, so that no field is forgotten.
fn strict(schema: &str) -> Value {
    fn close(value: &mut Value) {
        if let Some(object) = value.as_object_mut() {
            if object.contains_key("properties") {
                object.entry("additionalProperties").or_insert(Value::Bool(false));
            }
            object.values_mut().for_each(close);
        } else if let Some(list) = value.as_array_mut() {
            list.iter_mut().for_each(close);
        }
    }
    let mut schema = serde_json::from_str(schema).unwrap();
    close(&mut schema);
    schema
}

#[track_caller]
pub(crate) fn check(schema: &str, document: &str) -> Value {
    let document: Value = serde_json::from_str(document).unwrap();
    let validator = jsonschema::validator_for(&strict(schema)).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    document
}

pub(crate) const COMPARISON: &str = include_str!("../../../../docs/schema/comparison.v1.json");
const ANALYSIS: &str = include_str!("../../../../docs/schema/analysis.v1.json");

/// An image that has everything at least once.
const RICH: &str = r#"
//- platform linux/amd64
//- created 2026-01-01T00:00:00Z
//- config {"User": "app", "Env": ["A=1"], "Entrypoint": ["/a"], "ExposedPorts": {"80/tcp": {}}, "Shell": ["/bin/sh"]}
//- config {"Healthcheck": {"Test": ["NONE"], "Interval": 1, "Retries": 3}, "Labels": {"a": "b"}, "Volumes": {"/v": {}}}
//- layer RUN something
//- /etc/os-release
ID=alpine
VERSION_ID=3.20.3
PRETTY_NAME="Alpine Linux v3.20"
//- /lib/apk/db/installed
C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=
P:musl
V:1.2.5-r0
A:x86_64
I:1000
L:MIT
o:musl
F:lib
R:ld-musl.so
//- /lib/ld-musl.so xattr:security.capability=0x01
x
//- /dev/null char=1,3
//- /dev/sda block=8,0
//- /pipe fifo
//- /link -> /lib
//- /odd\xff\xfename
x
//- /gone => /nowhere
"#;

#[test]
fn a_comparison_is_what_its_schema_says() {
    let pair = pair(&testkit::image(RICH), &testkit::image("//- /x\n1\n"));
    let document = check(COMPARISON, &render(&pair, Format::Json, View::default()));
    let files = document["files"].as_array().unwrap();
    let odd = files.iter().find(|file| file["path_base64"] == "L29kZP/+bmFtZQ==").unwrap();
    assert_eq!(odd["path"], r"/odd\xff\xfename");
    let (old, new) = testkit::demo();
    check(COMPARISON, &render(&crate::pair(&old, &new), Format::Json, View::default()));
}

#[test]
fn an_analysis_is_what_its_schema_says() {
    let pair = pair(&testkit::image(RICH), &testkit::image(""));
    for side in [&pair.old, &pair.new] {
        let mut out = Vec::new();
        report::analysis(&side.side, Format::Json, View::default(), &mut out).unwrap();
        check(ANALYSIS, std::str::from_utf8(&out).unwrap());
    }
}

#[test]
fn risks_are_what_their_schema_says_and_tell_no_secret() {
    let old =
        testkit::image("//- /srv/.env\nDB_PASSWORD=hunter22\n//- layer\n//- whiteout /srv/.env\n");
    let new = testkit::image("//- config {\"Env\": [\"API_TOKEN=hunter22\"]}\n//- /srv mode=777\n");
    let pair = pair(&old, &new);
    for side in [&pair.old.side, &pair.new.side] {
        for format in [Format::Json, Format::Table, Format::Plain, Format::Html] {
            let mut out = Vec::new();
            report::risks(side, format, View { all: true, ..View::default() }, &mut out).unwrap();
            report::analysis(side, format, View { all: true, ..View::default() }, &mut out)
                .unwrap();
            let out = String::from_utf8(out).unwrap();
            assert!(
                !out.contains("hunter22")
                    && out.contains("password-in-configuration") != (format == Format::Table),
                "{out}"
            );
        }
        let mut out = Vec::new();
        report::risks(side, Format::Json, View::default(), &mut out).unwrap();
        let schema = include_str!("../../../../docs/schema/risks.v1.json");
        let document = check(schema, std::str::from_utf8(&out).unwrap());
        assert!(!document["risks"].as_array().unwrap().is_empty());
    }
    for format in [Format::Json, Format::Table, Format::Plain, Format::Html] {
        assert!(!render(&pair, format, View { all: true, ..View::default() }).contains("hunter22"));
    }
    let document = check(COMPARISON, &render(&pair, Format::Json, View::default()));
    assert_eq!(document["risks"][0]["setting"], "env:API_TOKEN");
    assert_eq!(document["summary"]["risks"]["removed"], 1);
    insta::assert_snapshot!("risks", render(&pair, Format::Table, View::default()));
}

#[test]
fn the_same_facts_give_the_same_bytes() {
    let (old, new) = testkit::demo();
    let once = render(&pair(&old, &new), Format::Json, View::default());
    assert_eq!(once, render(&pair(&old, &new), Format::Json, View::default()));
}

#[test]
fn what_is_kept_is_what_its_schemas_say() {
    use model::{Digest, Sha256, Time};
    use report::kept;

    let rich = pair(&testkit::image(RICH), &testkit::image("//- /x\n1\n")).old;
    let rich = kept::Image { subject: rich, imported: true };
    let written = |write: &dyn Fn(&mut Vec<u8>)| {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    };
    let (format, view) = (Format::Json, View::default());
    let images = written(&|out| {
        kept::images(&[rich.clone(), kept::Image::default()], format, view, out).unwrap();
    });
    let images = check(include_str!("../../../../docs/schema/images.v1.json"), &images);
    assert_eq!(images["images"][0]["image"]["distribution"]["id"], "alpine");

    let digest = Digest::Sha256(Sha256([1; 32]));
    let sighting = |since| kept::Sighting {
        id: digest.clone(),
        digest: Some(digest.clone()),
        first: Time(0),
        last: Time(1),
        imported: false,
        since,
    };
    let changed = kept::Since::Changed { packages: 1, files: 2, look: 3, unknown: true };
    let sightings = vec![sighting(changed), sighting(kept::Since::First)];
    let history = kept::History { name: "shop".into(), sightings };
    let history = written(&|out| kept::history(&history, format, view, out).unwrap());
    let history = check(include_str!("../../../../docs/schema/history.v1.json"), &history);
    assert_eq!(history["sightings"][0]["changes"]["look"], 3);

    let blob = kept::Blob {
        digest: digest.clone(),
        part: "stack",
        imported: false,
        current: true,
        bytes: 7,
        used: Time(0),
    };
    let blobs =
        written(&|out| kept::blobs(std::slice::from_ref(&blob), format, view, out).unwrap());
    check(include_str!("../../../../docs/schema/cache.v1.json"), &blobs);
    let stat = kept::Stat { folder: "/x".into(), images: 1, layers: 2, bytes: 3, capacity: 4 };
    let stat = written(&|out| kept::stat(&stat, format, view, out).unwrap());
    check(include_str!("../../../../docs/schema/cache-stat.v1.json"), &stat);
    let pruned = kept::Pruned { layers: 1, bytes: 2 };
    let pruned = written(&|out| kept::pruned(pruned, format, view, out).unwrap());
    check(include_str!("../../../../docs/schema/cache-pruned.v1.json"), &pruned);
    let (broken, incomplete) = (vec!["one is broken".into()], vec!["another is not whole".into()]);
    let verified = kept::Verified { whole: 1, broken, incomplete };
    let verified = written(&|out| kept::verified(&verified, format, view, out).unwrap());
    check(include_str!("../../../../docs/schema/cache-verified.v1.json"), &verified);
}

const QUERY: &str = include_str!("../../../../docs/schema/query.v1.json");

/// Answers in JSON, checked against the schema.
#[track_caller]
pub(crate) fn answered(answers: &Answers) -> Value {
    let mut out = Vec::new();
    report::rows::write(answers, Form::Json, &mut out).unwrap();
    let document = check(QUERY, std::str::from_utf8(&out).unwrap());
    for answer in document.as_object().unwrap().values() {
        let result = &answer["result"];
        let rows = result["rows"].as_array().unwrap();
        let cells = result["header"].as_array().unwrap().len();
        assert_eq!((&result["rowcount"], &result["colcount"]), (&rows.len().into(), &cells.into()));
        assert!(rows.iter().all(|row| row.as_array().unwrap().len() == cells), "{result}");
    }
    document
}

/// Parameters that every query can be asked with; `other` is an image to compare with.
fn parameters(query: &str) -> &'static [&'static str] {
    match query {
        "has-package" => &["musl"],
        "show-pkg-diffs" => &["other", "gone"],
        "show-file-diffs" => &["other", "also=all"],
        "show-non-packaged-files-diff" => &["all", "/", "other"],
        "get-retrieved-files" => &["all", "out"],
        "size-bins" => &["default"],
        _ => &["all"],
    }
}

/// Asks every query of an image, beside one to compare with and one that there is not.
fn every_answer(subject: &Subject, other: Subject) -> Vec<(&'static str, Value)> {
    let others =
        BTreeMap::from([("other".to_owned(), Ok(other)), ("gone".into(), Err("gone".into()))]);
    let ask = |query: &&'static Query| {
        let parameters: Vec<String> =
            parameters(query.name).iter().map(ToString::to_string).collect();
        let (subjects, contents) = ([subject], Contents::default());
        let question = Question {
            subjects: &subjects,
            parameters: &parameters,
            others: &others,
            contents: &contents,
        };
        let answer = query.ask(&question).unwrap();
        let command = vec!["query".into(), query.name.into()];
        let answers = Answers { command, parameters, answers: vec![("0".repeat(64), answer)] };
        (query.name, answered(&answers)["0".repeat(64)].clone())
    };
    report::query::ALL.iter().map(ask).collect()
}

#[test]
fn every_answer_of_every_query_is_what_its_schema_says() {
    let pair = pair(&testkit::image(RICH), &testkit::image("//- /x\n1\n"));
    let mut rows = 0;
    for (name, answer) in every_answer(&pair.new, pair.old.clone()) {
        assert!(answer["result"]["colcount"].as_u64() > Some(0), "{name}");
        rows += answer["result"]["rowcount"].as_u64().unwrap();
    }
    for (_, answer) in every_answer(&pair.old, pair.new) {
        rows += answer["result"]["rowcount"].as_u64().unwrap();
    }
    assert!(rows > 40, "{rows}");
    // What stands where no image could be had, and where help is asked for.
    let lost = Answer { warnings: vec!["could not be had".into()], ..Answer::default() };
    answered(&Answers { answers: vec![("oci:none".into(), lost)], ..Answers::default() });
}

#[test]
fn whatever_is_asked_of_an_imported_image_says_so() {
    let pair = pair(&testkit::image(RICH), &testkit::image("//- /x\n1\n"));
    let mut imported = pair.old;
    imported.side.notices.push(model::Notice::general("was imported"));
    for (name, answer) in every_answer(&imported, pair.new.clone()) {
        let warnings = answer["warns"].to_string();
        assert!(warnings.contains("): was imported"), "{name}: {answer}");
    }
    for (name, answer) in every_answer(&pair.new, imported) {
        let compares = !answer["compare"].is_null();
        assert_eq!(answer["warns"].to_string().contains("was imported"), compares, "{name}");
    }
}

#[test]
fn packages_that_are_not_known_are_a_warning_wherever_they_count() {
    let pair = pair(&testkit::image(RICH), &testkit::image("//- /x\n1\n"));
    let mut warned = Vec::new();
    for (name, answer) in every_answer(&pair.new, pair.old) {
        if answer["warns"].to_string().contains("no package data of ") {
            warned.push(name);
        }
    }
    assert_eq!(
        warned.join(" "),
        "has-package list-image-attrs list-package-detail list-package-licenses list-packages show-pkg-diffs \
         show-non-packaged-files show-non-packaged-files-diff common-packages"
    );
}
