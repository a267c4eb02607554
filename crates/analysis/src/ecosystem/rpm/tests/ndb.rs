//! NDB databases, sound and damaged.

use super::super::write::{long, ndb, short};

#[track_caller]
fn check(bytes: &[u8], expect: &str) {
    super::check("Packages.db", bytes, expect);
}

/// A database of two packages; the frame of the first is at byte 4096, its slot at byte 32.
fn database() -> Vec<u8> {
    ndb::database(&[short("a 1-1"), long("b 2-2")])
}

#[test]
fn slots_lead_to_packages() {
    check(&database(), "a 1-1\nb 2-2\n");
    check(&ndb::database(&[]), "");
}

#[test]
fn free_slots_hold_nothing() {
    let mut bytes = database();
    bytes[32 + 4..32 + 16].fill(0);
    check(&bytes, "b 2-2\n");
}

#[test]
fn what_is_no_ndb_database_is_refused() {
    check(b"", "unreadable: it is no NDB database\n");
    check(b"RpmX", "unreadable: it is no NDB database\n");
    check(b"RpmP\0\0\0\0", "unreadable: it ends within its header\n");
    let mut newer = database();
    newer[4] = 1;
    check(&newer, "unreadable: it is of NDB's version 1; only 0 is known\n");
}

#[test]
fn a_package_whose_checksum_is_wrong_is_left_out() {
    let mut bytes = database();
    bytes[4096 + 30] ^= 1;
    check(
        &bytes,
        "b 2-2\nnotice: package number 1 is left out: the checksum of its header is wrong\n",
    );
}

#[test]
fn a_damaged_slot_takes_no_other_along() {
    let mut bytes = database();
    bytes[32] = b'?';
    check(&bytes, "b 2-2\nnotice: a slot is damaged: its package is left out\n");
}

#[test]
fn a_slot_may_not_lead_out_of_the_database() {
    for place in [11, 15] {
        let mut bytes = database();
        bytes[32 + place] = 0x80;
        let expect = "b 2-2\nnotice: package number 1 is left out: \
                      its header should stand beyond the end of the database\n";
        check(&bytes, expect);
    }
}

#[test]
fn slots_may_not_share_a_package_again_and_again() {
    let mut bytes = database();
    let slot: [u8; 16] = bytes[48..64].try_into().unwrap();
    bytes[64..80].copy_from_slice(&slot);
    bytes[80..96].copy_from_slice(&slot);
    check(
        &bytes,
        "a 1-1\nb 2-2\n\
         notice: package number 2 is left out: its header overlaps those of other packages\n\
         notice: package number 2 is left out: its header overlaps those of other packages\n",
    );
}

#[test]
fn a_database_damaged_everywhere_tells_of_the_first_places() {
    let mut bytes = database();
    bytes[32..4096].fill(0xff);
    let told = "notice: a slot is damaged: its package is left out\n".repeat(8);
    check(&bytes, &format!("{told}notice: is damaged in 246 further places\n"));
}

#[test]
fn a_cut_database_has_what_is_left() {
    let bytes = database();
    check(
        &bytes[..5000],
        "a 1-1\nnotice: package number 2 is left out: \
         its header should stand beyond the end of the database\n",
    );
    check(&bytes[..40], "notice: the database ends within its table of packages\n");
}
