//! Any bytes as a database of Grype's or the archive of one, and any texts as the JSON in its columns: an import ends with a
//! database that can be asked, or with an error. What cannot be read is told.

#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use rusqlite::{Connection, params};
use vuln::{Options, Shelf, find, unwatched};

const V6: &str = "
CREATE TABLE db_metadata(build_timestamp, model, revision, addition);
CREATE TABLE vulnerability_handles(id, name, status, withdrawn_date, provider_id, blob_id);
CREATE TABLE packages(id, ecosystem, name);
CREATE TABLE affected_package_handles(id, vulnerability_id, operating_system_id, package_id, blob_id);
CREATE TABLE blobs(id, value);
INSERT INTO db_metadata VALUES ('2024-12-31 00:00:00+00:00', 6, 1, 9);
INSERT INTO packages VALUES (1, 'python', 'a');
INSERT INTO vulnerability_handles VALUES (1, 'CVE-1', 'active', NULL, 'github', 1);
INSERT INTO affected_package_handles VALUES (1, 1, NULL, 1, 2);";

const V5: &str = "
CREATE TABLE vulnerability(id, package_name, namespace, package_qualifiers, version_constraint, version_format, cpes, related_vulnerabilities, fixed_in_versions, fix_state);
CREATE TABLE vulnerability_metadata(id, namespace, data_source, severity, urls, description, cvss);";

fuzz_target!(|input: (u8, &str, &str, &str, &[u8])| {
    let (which, one, other, third, bytes) = input;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vulnerability.db");
    match which % 3 {
        0 => fs::write(&file, bytes).unwrap(),
        1 => {
            let connection = Connection::open(&file).unwrap();
            connection.execute_batch(V6).unwrap();
            connection.execute("INSERT INTO blobs VALUES (1, ?), (2, ?)", [one, other]).unwrap();
        }
        _ => {
            let connection = Connection::open(&file).unwrap();
            connection.execute_batch(V5).unwrap();
            let row = "INSERT INTO vulnerability VALUES ('CVE-1', 'a', ?1, ?2, '< 2', 'python', ?3, ?3, ?3, 'fixed')";
            connection.execute(row, params![one, other, third]).unwrap();
            let row = "INSERT INTO vulnerability_metadata VALUES ('CVE-1', ?1, '', 'Low', ?2, ?3, ?2)";
            connection.execute(row, params![one, other, third]).unwrap();
        }
    }
    let shelf = Shelf::at(&folder.path().join("kept"));
    let Ok(kept) = shelf.import(file.to_str().unwrap(), &unwatched) else {
        assert_eq!(fs::read_dir(shelf.folder()).unwrap().count(), 0);
        return;
    };
    let database = kept.open().unwrap();
    find(&model::ImageFacts::default(), &database, &Options::default()).unwrap();
    assert!(vuln::difference(&database, &database).unwrap().is_empty());
});
