//! Tests of stacking: each row of the field's list of hard cases by name.

mod brought;
mod evidence;

use std::collections::HashMap;
use std::sync::Arc;

use layer::{Entries, Expect, Kind, Limits};
use model::{File, FileKind, ImageFacts, LayerFacts, Sha256};
use sha2::{Digest as _, Sha256 as Hasher};

use crate::{scan, squash};

/// Stacks the image that `text` says and compares files, packages and notices with `expect`, line by line:
/// `/path "content"`, `/path/`, `/path -> text`, `/path char 1,3`; ` @2` where a file is not of the lowest layer;
/// ` by NAME` for each owner; `+ NAME VERSION`; `! notice`.
#[track_caller]
fn check(text: &str, expect: &str) {
    let layers = testkit::image(text).layers();
    let facts: Vec<Arc<LayerFacts>> = layers.iter().map(|layer| Arc::new(facts(layer))).collect();
    let contents = layers.iter().flat_map(|layer| contents(layer)).collect();
    let shown = show(&squash(&facts), &contents);
    let expect: Vec<&str> = expect.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(shown, expect, "\n{}\n", shown.join("\n"));
}

fn facts(layer: &[u8]) -> LayerFacts {
    layer::read::<_, layer::Error>(layer, &Expect::default(), &Limits::default(), scan)
        .unwrap()
        .0
        .facts
}

/// What each digest stands for.
fn contents(mut layer: &[u8]) -> HashMap<Sha256, String> {
    let (limits, mut contents) = (Limits::default(), HashMap::new());
    let mut entries = Entries::new(&mut layer, &limits);
    while let Some(entry) = entries.next_entry().unwrap() {
        let mut bytes = Vec::new();
        while let (Kind::Regular { .. }, Some(chunk)) = (&entry.kind, entries.chunk().unwrap()) {
            bytes.extend_from_slice(chunk);
        }
        let text = String::from_utf8_lossy(&bytes).trim_end().to_owned();
        contents.insert(Sha256(Hasher::digest(&bytes).into()), text);
    }
    contents
}

fn show(image: &ImageFacts, contents: &HashMap<Sha256, String>) -> Vec<String> {
    let files = image.files.iter().map(|file| show_file(file, image, contents));
    let packages = image
        .packages
        .iter()
        .map(|installed| format!("+ {} {}", installed.package.name, installed.package.version));
    let notices = image.notices.iter().map(|notice| {
        let path = notice.path.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("! {path} {}", notice.text.split([':', ',', ';']).next().unwrap_or_default())
    });
    files.chain(packages).chain(notices).collect()
}

fn show_file(file: &File, image: &ImageFacts, contents: &HashMap<Sha256, String>) -> String {
    let path = &file.path;
    let mut line = match &file.entry.kind {
        FileKind::Regular { sha256, .. } => {
            let content = contents[sha256].replace('\n', "|");
            format!("{path} {:?}", content.chars().take(24).collect::<String>())
        }
        FileKind::Directory => format!("{path}/"),
        FileKind::Symlink { target } => format!("{path} -> {}", model::visible(target)),
        FileKind::CharDevice { major, minor } => format!("{path} char {major},{minor}"),
        kind => format!("{path} {}", kind.name()),
    };
    if file.layer > 0 {
        line += &format!(" @{}", file.layer + 1);
    }
    for owner in image.owners(file) {
        line += &format!(" by {}", owner.name);
    }
    line
}

#[test]
fn a_whiteout_hides_what_lower_layers_have() {
    check(
        "
        //- /a/one
        1
        //- /a/two/x
        2
        //- layer
        //- whiteout /a/one
        //- whiteout /a/two
        //- whiteout /never
        ",
        "/a/",
    );
}

#[test]
fn a_whiteout_spares_what_its_own_layer_puts_whatever_the_order() {
    let expect = r#"
        /a "new" @2
        /d/ @2
        /d/y "new" @2
    "#;
    let lower = "
        //- /a
        old
        //- /d/x
        old
        //- layer";
    check(
        &format!(
            "{lower}
        //- whiteout /a
        //- whiteout /d
        //- /a
        new
        //- /d/y
        new
        "
        ),
        expect,
    );
    check(
        &format!(
            "{lower}
        //- /a
        new
        //- /d/y
        new
        //- whiteout /d
        //- whiteout /a
        "
        ),
        expect,
    );
}

#[test]
fn a_whiteout_in_the_lowest_layer_hides_nothing() {
    check(
        "
        //- whiteout /a
        //- opaque /d
        //- /a
        1
        //- /d/x
        2
        ",
        r#"
        /a "1"
        /d/
        /d/x "2"
        "#,
    );
}

#[test]
fn a_bare_whiteout_never_hits_its_parent() {
    check(
        "
        //- /a/one
        1
        //- layer
        //- /a/.wh.
        ",
        r#"
        /a/
        /a/one "1"
        ! /a/.wh. this whiteout names nothing and is left out
        "#,
    );
}

#[test]
fn what_only_begins_like_an_opaque_mark_is_bookkeeping() {
    check(
        "
        //- /a/one
        1
        //- layer
        //- /a/.wh..wh..opqX
        //- /.wh..wh.plnk/5.2
        //- /.wh..wh.aufs
        ",
        r#"
        /a/
        /a/one "1"
        "#,
    );
}

#[test]
fn an_opaque_directory_hides_what_lower_layers_have_in_it() {
    check(
        "
        //- /a/one
        1
        //- /a/two/x
        2
        //- layer
        //- /a/three
        3
        //- opaque /a
        ",
        r#"
        /a/
        /a/three "3" @2
        "#,
    );
}

#[test]
fn an_opaque_mark_in_a_directory_that_replaces_a_link_spares_the_links_target() {
    check(
        "
        //- /target/one
        1
        //- /link -> target
        //- layer
        //- /link/
        //- opaque /link
        //- /link/two
        2
        ",
        r#"
        /link/ @2
        /link/two "2" @2
        /target/
        /target/one "1"
        "#,
    );
}

#[test]
fn a_whiteout_through_a_link_acts_in_the_links_target() {
    check(
        "
        //- /usr/lib/one
        1
        //- /lib -> usr/lib
        //- layer
        //- whiteout /lib/one
        ",
        "
        /lib -> usr/lib
        /usr/
        /usr/lib/
        ",
    );
}

#[test]
fn what_replaces_a_directory_takes_all_of_it_away() {
    check(
        "
        //- /a/x
        1
        //- /b/x
        1
        //- /c
        1
        //- /d -> c
        //- layer
        //- /a
        file
        //- /b -> c
        //- /c/
        //- /c/x
        2
        //- /d/
        ",
        r#"
        /a "file" @2
        /b -> c @2
        /c/ @2
        /c/x "2" @2
        /d/ @2
        "#,
    );
}

#[test]
fn a_directory_keeps_what_is_in_it_when_a_layer_names_it_again() {
    check(
        "
        //- /a/x
        1
        //- layer
        //- /a/ mode=700
        ",
        r#"
        /a/ @2
        /a/x "1"
        "#,
    );
}

#[test]
fn parents_that_no_entry_names_are_implied_and_a_file_in_the_way_goes() {
    check(
        "
        //- /a
        file
        //- layer
        //- /a/b/c
        1
        ",
        r#"
        /a/ @2
        /a/b/ @2
        /a/b/c "1" @2
        "#,
    );
}

#[test]
fn a_device_of_zeros_stays_a_device() {
    check(
        "
        //- /a
        1
        //- layer
        //- /a char=0,0
        ",
        "
        /a char 0,0 @2
        ! /a a character device 0
        ",
    );
}

#[test]
fn a_hard_link_shares_what_its_target_was_at_that_moment() {
    check(
        "
        //- /a
        1
        //- layer
        //- /b => /a
        //- /c => /b
        //- layer
        //- /a
        2
        //- whiteout /b
        ",
        r#"
        /a "2" @3
        /c "1" @2
        "#,
    );
}

#[test]
fn a_hard_link_to_nothing_is_left_out_and_told() {
    check(
        "
        //- /a => /gone
        //- /d/
        //- /e => /d
        //- /f => /f
        ",
        "
        /d/
        ! /a is a hard link to /gone
        ! /e is a hard link to the directory /d
        ! /f is a hard link to /f
        ",
    );
}

#[test]
fn a_hard_link_to_itself_leaves_the_file_alone() {
    check(
        "
        //- /a
        1
        //- layer
        //- /a => /a
        ",
        r#"/a "1" @2"#,
    );
}

#[test]
fn a_hard_link_to_a_symbolic_link_is_that_symbolic_link() {
    check(
        "
        //- /a -> b
        //- /c => /a
        ",
        "
        /a -> b
        /c -> b
        ",
    );
}

#[test]
fn an_entry_written_through_a_link_lands_in_its_target() {
    check(
        "
        //- /usr/lib/one
        1
        //- /lib -> usr/lib
        //- layer
        //- /lib/two
        2
        ",
        r#"
        /lib -> usr/lib
        /usr/
        /usr/lib/
        /usr/lib/one "1"
        /usr/lib/two "2" @2
        ! /lib is a symbolic link
        "#,
    );
}

#[test]
fn links_never_lead_out_and_never_hang() {
    check(
        "
        //- /loop1 -> loop2
        //- /loop2 -> /loop1
        //- /dangling -> nowhere
        //- /up -> ../../..
        //- /etc/x
        1
        //- layer
        //- /loop1/a
        1
        //- /dangling/b
        2
        //- /up/etc/y
        3
        ",
        r#"
        /dangling/ @2
        /dangling/b "2" @2
        /etc/
        /etc/x "1"
        /etc/y "3" @2
        /loop1/ @2
        /loop1/a "1" @2
        /loop2 -> /loop1
        /up -> ../../..
        ! /up is a symbolic link
        "#,
    );
}

#[test]
fn what_is_deleted_recreated_and_overwritten_belongs_to_the_last_layer() {
    check(
        "
        //- /a
        1
        //- layer
        //- whiteout /a
        //- layer
        //- /a
        3
        //- layer
        //- /a
        4
        ",
        r#"/a "4" @4"#,
    );
}

#[test]
fn of_two_entries_of_one_name_the_last_wins_and_links_keep_what_they_had() {
    check(
        "
        //- /a
        1
        //- /b => /a
        //- /a
        2
        ",
        r#"
        /a "2"
        /b "1"
        "#,
    );
}

#[test]
fn empty_layers_and_layers_that_come_twice_change_nothing() {
    let layer = facts(&testkit::image("//- /a\n1\n").layers()[0]);
    let empty = LayerFacts::default();
    let layer = Arc::new(layer);
    let stacked = squash(&[layer.clone(), Arc::new(empty), layer.clone()]);
    assert_eq!(stacked.files.len(), 1);
    assert_eq!(squash(&[]), ImageFacts::default());
}

#[test]
fn directories_that_a_bomb_implies_stop_at_a_limit() {
    let deep = "/d".repeat(400);
    let entries: String = (0..1_000).map(|n| format!("//- /{n:0>1000}{deep}\n")).collect();
    let image = squash(&[Arc::new(facts(&testkit::image(&entries).layers()[0]))]);
    assert!(image.files.len() < 400_000);
    let text = image.notices.iter().map(|notice| notice.text.as_str());
    assert!(text.clone().any(|text| text.contains("more directories than an image may imply")));
}

#[test]
fn a_broken_link_makes_room_all_the_same() {
    check(
        "
        //- /a
        1
        //- layer
        //- /a => /gone
        ",
        "! /a is a hard link to /gone",
    );
}
