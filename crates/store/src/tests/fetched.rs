//! What was fetched is there again under its own address, until it is broken or cleared.

use std::fs;

use super::*;

const ADDRESS: &str = "https://example.org/a_1_changelog";

fn fetched(content: Option<&str>) -> Fetched {
    Fetched { at: Time(7), content: content.map(|text| text.as_bytes().to_vec()) }
}

#[test]
fn what_was_fetched_is_kept_under_its_address() {
    let (_folder, store) = open();
    assert_eq!(store.fetched(ADDRESS).unwrap(), None);
    for content in [Some("text"), None, Some("")] {
        store.keep_fetched(ADDRESS, &fetched(content)).unwrap();
        assert_eq!(store.fetched(ADDRESS).unwrap(), Some(fetched(content)));
    }
    assert_eq!(store.fetched("https://example.org/a_2_changelog").unwrap(), None);
    store.clear().unwrap();
    assert_eq!(store.fetched(ADDRESS).unwrap(), None);
}

#[test]
fn what_lies_under_another_address_is_not_believed() {
    let (_folder, store) = open();
    store.keep_fetched(ADDRESS, &fetched(Some("text"))).unwrap();
    let folder = store.folder().join("fetched");
    let file = fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    store.keep_fetched("https://example.org/b", &fetched(Some("other"))).unwrap();
    let other = fs::read_dir(&folder).unwrap().map(|one| one.unwrap().path());
    let other = other.into_iter().find(|path| *path != file).unwrap();
    fs::copy(other, &file).unwrap();
    assert_eq!(store.fetched(ADDRESS).unwrap(), None);
    assert_eq!(store.take_warnings().len(), 1);
    assert!(!file.exists());
}
