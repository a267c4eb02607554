//! The JSON documents are what their committed schemas say, to the field.

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

const COMPARISON: &str = include_str!("../../../../docs/schema/comparison.v1.json");
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
    let changed = kept::Since::Changed { packages: 1, files: 2, look: 3 };
    let sightings = vec![sighting(changed), sighting(kept::Since::First)];
    let history = kept::History { name: "shop".into(), sightings };
    let history = written(&|out| kept::history(&history, format, view, out).unwrap());
    let history = check(include_str!("../../../../docs/schema/history.v1.json"), &history);
    assert_eq!(history["sightings"][0]["changes"]["look"], 3);

    let blob = kept::Blob {
        digest: digest.clone(),
        part: "facts",
        imported: false,
        current: true,
        bytes: 7,
        used: Time(0),
    };
    let blobs =
        written(&|out| kept::blobs(std::slice::from_ref(&blob), format, view, out).unwrap());
    check(include_str!("../../../../docs/schema/cache.v1.json"), &blobs);
}
