//! Berkeley DB's hash tables, sound and damaged.

use super::super::bytes::ByteOrder::{self, Big, Little};
use super::super::write::{berkeley, long, short};

#[track_caller]
fn check(bytes: &[u8], expect: &str) {
    super::check("Packages", bytes, expect);
}

/// A database of a short and a long package in pages of 4096 bytes: page 1 has the records, pages 2 to 4 what is long.
fn database(order: ByteOrder) -> Vec<u8> {
    berkeley::database(order, 4096, &[short("a 1-1"), long("b 2-2")])
}

#[test]
fn machines_of_both_byte_orders_are_read() {
    check(&database(Little), "a 1-1\nb 2-2\n");
    check(&database(Big), "a 1-1\nb 2-2\n");
}

#[test]
fn pages_may_be_of_any_size_that_berkeley_db_knows() {
    for page_size in [512, 1024, 32768, 65536] {
        // An offset of 65536 itself cannot occur: no item is empty.
        let bytes = berkeley::database(Little, page_size, &[short("a 1-1"), long("b 2-2")]);
        check(&bytes, "a 1-1\nb 2-2\n");
    }
}

#[test]
fn an_installation_without_packages_has_none() {
    check(&berkeley::database(Little, 4096, &[]), "");
}

#[test]
fn what_is_no_hash_table_is_named() {
    check(b"", "unreadable: it is empty\n");
    check(
        b"SQLite format 3\0",
        "unreadable: it is an SQLite database, which rpm would call rpmdb.sqlite\n",
    );
    check(&[0; 4096], "unreadable: it is no hash table of Berkeley DB\n");
    let mut tree = database(Little);
    tree[12..16].copy_from_slice(&[0x62, 0x31, 0x05, 0]);
    check(
        &tree,
        "unreadable: it is a B-tree of Berkeley DB; rpm keeps its packages in a hash table\n",
    );
}

#[test]
fn a_head_that_makes_no_sense_is_refused() {
    let with = |place: usize, byte: u8| {
        let mut bytes = database(Little);
        bytes[place] = byte;
        bytes
    };
    check(&with(20, 3), "unreadable: its pages claim to have 4099 bytes\n");
    check(&with(23, 0x80), "unreadable: its pages claim to have 2147487744 bytes\n");
    check(&with(24, 1), "unreadable: it is encrypted\n");
    check(&with(25, 13), "unreadable: its first page is of kind 13\n");
    check(&with(26, 1), "unreadable: its pages have checksums, which rpm never asked for\n");
}

#[test]
fn a_damaged_record_takes_no_other_along() {
    let mut bytes = database(Little);
    bytes[3 * 4096 + 25] = 0;
    check(
        &bytes,
        "a 1-1\nnotice: a package on page 1 is left out: page 3 should hold a part of it\n",
    );
}

#[test]
fn a_chain_of_pages_that_bites_its_tail_ends() {
    let mut bytes = database(Little);
    bytes[4 * 4096 - 4096 + 16] = 2;
    check(
        &bytes,
        "a 1-1\nnotice: a package on page 1 is left out: page 2 is part of another package too\n",
    );
}

#[test]
fn a_chain_that_claims_more_than_it_has_ends() {
    let mut bytes = database(Little);
    // The length of the second package, in its record at the end of page 1's items.
    let items = u16::from_le_bytes([bytes[4096 + 20], bytes[4096 + 21]]);
    let place = 4096 + 26 + 2 * usize::from(items - 1);
    let item = 4096 + usize::from(u16::from_le_bytes([bytes[place], bytes[place + 1]]));
    bytes[item + 8..item + 12].copy_from_slice(&[0, 0, 0, 0x80]);
    check(
        &bytes,
        "a 1-1\nnotice: a package on page 1 is left out: page 0 should hold a part of it\n",
    );
}

#[test]
fn records_never_share_bytes() {
    let mut bytes = database(Little);
    // The key of the first package begins where it ends.
    let [low, high] = [bytes[4096 + 26 + 2], bytes[4096 + 26 + 3]];
    bytes[4096 + 26 + 4..4096 + 26 + 6].copy_from_slice(&[low, high.wrapping_add(1)]);
    check(&bytes, "b 2-2\nnotice: a package on page 1 is left out: its record is damaged\n");
}

#[test]
fn a_lost_page_of_records_is_told_of() {
    let mut bytes = database(Little);
    bytes[4096 + 25] = 99;
    check(
        &bytes,
        "notice: page 1 is left out: its kind 99 is unknown\n\
         notice: the database states that it has 3 records; 0 were found\n",
    );
}

#[test]
fn a_database_of_damage_alone_is_given_up() {
    let mut page = vec![0; 65536];
    page[20..22].copy_from_slice(&[0, 0x7d]);
    page[25] = 13;
    let mut bytes = berkeley::database(Little, 65536, &[]);
    for _ in 0..5 {
        bytes.extend(&page);
    }
    let told = "notice: a package on page 2 is left out: its record is damaged\n".repeat(8);
    let rest = "notice: is damaged in 65536 further places\n\
                notice: the rest of the database was not read\n";
    check(&bytes, &format!("{told}{rest}"));
}

#[test]
fn a_cut_database_has_what_is_left() {
    let bytes = database(Little);
    check(
        &bytes[..4 * 4096 + 100],
        "a 1-1\n\
         notice: a package on page 1 is left out: page 4 should hold a part of it\n\
         notice: the database ends within its page 4\n",
    );
}
