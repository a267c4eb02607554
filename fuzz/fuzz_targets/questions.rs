//! Any parameters, of every query, asked of an image with any name, attribute, history and content: an answer has as many
//! cells in each row as its heading, and can be written in every form.

#![no_main]

use std::collections::BTreeMap;
use std::sync::Arc;

use compare::Subject;
use libfuzzer_sys::fuzz_target;
use model::{File, FileEntry, FileKind, History, InstalledPackage, Package, Path, Scheme, Sha256};
use report::query::{ALL, Contents, Question};
use report::rows::{Answers, Form, write};

fuzz_target!(|input: (u8, Vec<String>, Vec<u8>, &[u8], &str)| {
    let (number, parameters, attribute, bytes, text) = input;
    let query = ALL[usize::from(number) % ALL.len()];
    let subject = subject(attribute, bytes, text);
    let mut contents = Contents::default();
    if let Some(Ok(need)) = query.contents.map(|needs| needs(&subject, &parameters)) {
        contents.seen.extend(need.files.iter().map(|path| (path.clone(), need.look(bytes))));
    }
    let (subjects, others) = ([&subject], BTreeMap::new());
    let question =
        Question { subjects: &subjects, parameters: &parameters, others: &others, contents: &contents };
    let Ok(answer) = query.ask(&question) else { return };
    for row in &answer.rows.rows {
        assert_eq!(row.len(), answer.rows.header.len(), "{}", query.name);
    }
    let answers = Answers { answers: vec![("0".repeat(64), answer)], ..Answers::default() };
    for form in [Form::Grid { terminal: Some(80) }, Form::Plain, Form::Html, Form::Json] {
        write(&answers, form, &mut std::io::sink()).unwrap();
    }
});

fn subject(attribute: Vec<u8>, bytes: &[u8], text: &str) -> Subject {
    let mut subject = Subject::default();
    let xattrs = BTreeMap::from([(Box::from(&b"security.capability"[..]), attribute.into())]);
    let kind = FileKind::Regular { size: bytes.len() as u64, sha256: Sha256([0; 32]) };
    let entry =
        FileEntry { kind, mode: 0o4755, uid: 0, gid: 0, mtime: 0, xattrs: Some(Box::new(xattrs)) };
    let file = File {
        path: Path::new(bytes),
        entry: Arc::new(entry),
        layer: 0,
        owners: Box::default(),
        record: false,
    };
    subject.side.facts.files = vec![file].into();
    let package = Package::new("apk", text, text, Scheme::Apk);
    let database = Path::new("/lib/apk/db/installed");
    subject.side.facts.packages.push(InstalledPackage { package, database, inside: None });
    let history = History { created_by: Some(text.into()), empty_layer: true, ..History::default() };
    subject.side.settings.history.push(history);
    subject.dockerfile = Some(text.into());
    subject
}
