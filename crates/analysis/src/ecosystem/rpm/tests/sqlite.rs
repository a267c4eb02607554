//! SQLite databases and write-ahead logs, sound and damaged.

use super::super::bytes::ByteOrder::{self, Big, Little};
use super::super::write::sqlite::{Frame, PLAIN, Shape, database, log, pages};
use super::super::write::{long, short};

#[track_caller]
fn check(bytes: &[u8], expect: &str) {
    super::check("rpmdb.sqlite", bytes, expect);
}

#[track_caller]
fn check_log(bytes: &[u8], log: &[u8], expect: &str) {
    super::check_with("rpmdb.sqlite", bytes, &[("rpmdb.sqlite-wal", log)], expect);
}

/// Pages 1 the table of tables, 2 the root, 3 the leaf of `a`, 4 that of `b`, which goes on on 5 and 6.
fn two() -> Vec<u8> {
    database(PLAIN, &[short("a 1-1"), long("b 2-2")])
}

#[test]
fn rows_are_found_on_leaves_and_on_what_continues_them() {
    check(&database(PLAIN, &[]), "");
    check(&database(PLAIN, &[short("a 1-1")]), "a 1-1\n");
    check(&database(PLAIN, &[long("a 1-1")]), "a 1-1\n");
    check(&two(), "a 1-1\nb 2-2\n");
}

#[test]
fn pages_may_be_of_any_size_that_sqlite_knows() {
    for page_size in [1024, 8192, 65536] {
        let bytes = database(Shape { page_size, ..PLAIN }, &[short("a 1-1"), long("b 2-2")]);
        check(&bytes, "a 1-1\nb 2-2\n");
    }
}

#[test]
fn reserved_bytes_of_pages_are_not_read() {
    check(&database(Shape { reserved: 32, ..PLAIN }, &[long("a 1-1")]), "a 1-1\n");
    let mut bytes = two();
    bytes[16..18].copy_from_slice(&[2, 0]);
    bytes[20] = 200;
    check(&bytes, "unreadable: it claims to reserve 200 bytes of each page\n");
}

#[test]
fn rows_of_every_length_about_the_limits_are_read() {
    let header = |length: usize| {
        let header = super::super::write::Header::of("a 1-1");
        header.text(1005, &"x".repeat(length)).blob()
    };
    for length in (3800..4200).chain(8000..8300).step_by(7) {
        check(&database(PLAIN, &[header(length)]), "a 1-1\n");
    }
}

#[test]
fn what_is_no_database_of_rpm_is_refused() {
    check(b"", "unreadable: it is empty\n");
    check(&[7; 4096], "unreadable: it is no SQLite database\n");
    let with = |place: usize, byte: u8| {
        let mut bytes = two();
        bytes[place] = byte;
        bytes
    };
    check(&two()[..2000], "unreadable: it ends within its first page\n");
    check(&with(16, 0x11), "unreadable: its pages claim to have 4352 bytes\n");
    check(&with(59, 2), "unreadable: its texts are of encoding 2; rpm writes UTF-8\n");
    check(
        &with(100, 2),
        "unreadable: its table of tables is damaged: page 1 should be one of a table, but is of kind 2\n",
    );
    // No rows in the table of tables.
    check(&with(104, 0), "unreadable: it has no table `Packages`\n");
}

#[test]
fn a_missing_page_takes_no_other_along() {
    check(
        &two()[..5 * 4096],
        "a 1-1\nnotice: row 0 of page 4 goes on at a bad place: page 6 is missing: left out\n",
    );
    let mut bytes = two();
    bytes[2 * 4096] = 10;
    check(&bytes, "b 2-2\nnotice: page 3 should be one of a table, but is of kind 10\n");
}

#[test]
fn pages_that_lead_back_to_themselves_end() {
    let mut tree = two();
    tree[4096 + 11] = 2;
    check(&tree, "a 1-1\nnotice: page 2 is in use twice\n");
    let mut chain = two();
    chain[4 * 4096 + 3] = 5;
    let expect =
        "a 1-1\nnotice: row 0 of page 4 goes on at a bad place: page 5 is in use twice: left out\n";
    check(&chain, expect);
}

#[test]
fn a_row_that_claims_more_than_there_is_is_left_out() {
    let mut bytes = two();
    let leaf = &mut bytes[3 * 4096..4 * 4096];
    let cell = usize::from(u16::from_be_bytes([leaf[8], leaf[9]]));
    leaf[cell..cell + 3].fill(0xff);
    let expect =
        "a 1-1\nnotice: row 0 of page 4 claims more bytes than the database has: left out\n";
    check(&bytes, expect);
}

#[test]
fn cells_may_not_share_a_row_again_and_again() {
    let mut bytes = database(PLAIN, &[long("a 1-1")]);
    let leaf = &mut bytes[4096..2 * 4096];
    let cell: [u8; 2] = leaf[8..10].try_into().unwrap();
    leaf[4] = 3;
    leaf[10..12].copy_from_slice(&cell);
    leaf[12..14].copy_from_slice(&cell);
    check(
        &bytes,
        "a 1-1\n\
         notice: row 1 of page 2 claims more bytes than the database has: left out\n\
         notice: row 2 of page 2 claims more bytes than the database has: left out\n",
    );
}

/// A log of the change from a database of `a` to one of `a` in another version, complete or not.
fn upgrade(order: ByteOrder, is_complete: bool) -> (Vec<u8>, Vec<u8>) {
    let before = database(PLAIN, &[short("a 1-1")]);
    let after = pages(PLAIN, &[long("a 2-1")]);
    let last = u32::from(is_complete) * 4;
    let frames: Vec<Frame<'_>> = (1..)
        .zip(&after)
        .map(|(number, page)| Frame { number, page, commit: if number == 4 { last } else { 0 } })
        .collect();
    (before, log(order, &frames))
}

#[test]
fn a_complete_change_in_the_log_counts() {
    for order in [Little, Big] {
        let (database, log) = upgrade(order, true);
        check_log(&database, &log, "a 2-1\n");
    }
}

#[test]
fn a_change_that_was_not_committed_does_not_count() {
    let (database, log) = upgrade(Little, false);
    check_log(&database, &log, "a 1-1\n");
    // The last frame, in which the change is complete, is cut.
    let (database, log) = upgrade(Little, true);
    check_log(&database, &log[..log.len() - 1], "a 1-1\n");
}

#[test]
fn frames_of_an_earlier_use_of_the_log_do_not_count() {
    let (database, sound) = upgrade(Little, true);
    let frame = 32;
    for place in [frame + 8, frame + 12, frame + 16, frame + 24 + 500] {
        let mut log = sound.clone();
        log[place] ^= 1;
        check_log(&database, &log, "a 1-1\n");
    }
}

#[test]
fn the_last_commit_says_how_long_the_database_is() {
    let before = two();
    let after = pages(PLAIN, &[short("b 2-2")]);
    let page = [0; 4096];
    let frames = [
        Frame { number: 9, page: &page, commit: 9 },
        Frame { number: 1, page: &after[0], commit: 0 },
        Frame { number: 2, page: &after[1], commit: 2 },
    ];
    check_log(&before, &log(Little, &frames), "b 2-2\n");
    // A page beyond it is not there any more.
    let frames = [Frame { number: 1, page: &before[..4096], commit: 2 }];
    let expect = "notice: page 3 is missing\nnotice: page 4 is missing\n";
    check_log(&before, &log(Little, &frames), expect);
}

#[test]
fn a_log_that_is_empty_or_hardly_begun_changes_nothing() {
    let (database, sound) = upgrade(Little, true);
    check_log(&database, b"", "a 1-1\n");
    check_log(&database, &sound[..20], "a 1-1\n");
    check_log(&database, &sound[..32], "a 1-1\n");
}

#[test]
fn a_log_that_is_none_is_told_of() {
    let (database, sound) = upgrade(Little, true);
    let check = |place: usize, reason: &str| {
        let mut log = sound.clone();
        log[place] ^= 0x10;
        let expect = format!("a 1-1\nnotice: its write-ahead log was not applied: {reason}\n");
        check_log(&database, &log, &expect);
    };
    check(0, "it is no such log");
    check(7, "it is of an unknown version");
    check(10, "its pages are not as large as those of the database");
    check(13, "the checksum of its head is wrong");
}

#[test]
fn an_interrupted_change_is_told_of() {
    let journal = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, 0, 0];
    let check = |journal: &[u8], expect: &str| {
        super::check_with("rpmdb.sqlite", &two(), &[("rpmdb.sqlite-journal", journal)], expect);
    };
    check(
        &journal,
        "a 1-1\nb 2-2\nnotice: a change of the database was interrupted, and is not undone here\n",
    );
    // A journal that is done with.
    check(&[0; 512], "a 1-1\nb 2-2\n");
}
