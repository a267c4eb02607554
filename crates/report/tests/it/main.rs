//! Tests of the documents: two images as text in, what a person or a program reads out.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod changelogs;
mod contents;
mod explanation;
mod findings;
mod golden;
mod json;
mod queries;
mod questions;
mod table;
mod unknown;
mod verification;

use engine::{Options, Pair, Texts};
use model::Name;
use report::{Format, View};

/// Reads two images as a user would.
fn pair(old: &testkit::Image, new: &testkit::Image) -> Pair {
    read(old, new, Texts::Unwanted)
}

/// The same with their texts.
fn pair_with_texts(old: &testkit::Image, new: &testkit::Image) -> Pair {
    read(old, new, Texts::Wanted)
}

fn read(old: &testkit::Image, new: &testkit::Image, texts: Texts) -> Pair {
    let folder = tempfile::tempdir().unwrap();
    testkit::write_layout(folder.path(), "1.4", old);
    testkit::write_layout(folder.path(), "1.5", new);
    let name =
        |tag: &str| -> Name { format!("oci:{}:{tag}", folder.path().display()).parse().unwrap() };
    let (old, new) = (name("1.4"), name("1.5"));
    let mut pair =
        engine::pair([&old, &new], texts, &Options::default(), &engine::unwatched).unwrap();
    pair.old.side.image.reference = "oci:shop:1.4".into();
    pair.new.side.image.reference = "oci:shop:1.5".into();
    pair
}

fn render(pair: &Pair, format: Format, view: View) -> String {
    let mut out = Vec::new();
    report::comparison(&pair.compare(), format, view, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
