//! Whiteouts and what else says something about lower layers.

use crate::listing::check;
use crate::tar::{Header, Tar};

#[test]
fn a_whiteout_names_what_goes() {
    let tar = Tar::new().file("etc/.wh.motd", "content is not looked at").bare(".wh.dir/", b'5');
    check(tar.end(), "whiteout /etc/motd\nwhiteout /dir");
}

#[test]
fn an_opaque_mark_names_its_directory() {
    let tar = Tar::new().file("etc/.wh..wh..opq", "").bare(".wh..wh..opq", b'6');
    check(tar.end(), "opaque /etc\nopaque /");
}

#[test]
fn only_the_exact_name_is_opaque() {
    check(Tar::new().file("etc/.wh..wh..opqX", "").end(), "");
}

#[test]
fn bookkeeping_of_aufs_is_no_file() {
    let tar = Tar::new()
        .bare(".wh..wh.plnk/", b'5')
        .file(".wh..wh.plnk/12.34", "x")
        .file(".wh..wh.aufs", "x")
        .link("kept", b'1', ".wh..wh.plnk/12.34");
    check(tar.end(), "link /kept -> /.wh..wh.plnk/12.34");
}

#[test]
fn a_whiteout_of_nothing_never_hits_its_parent() {
    let tar = Tar::new().file("etc/.wh.", "").file("etc/.wh..", "").file("etc/.wh...", "");
    check(
        tar.end(),
        "! /etc/.wh.: this whiteout names nothing and is left out
        ! /etc/.wh..: this whiteout names nothing and is left out
        ! /etc/.wh...: this whiteout names nothing and is left out",
    );
}

#[test]
fn marks_of_overlayfs_itself_stay_what_they_are() {
    let tar = Tar::new()
        .member(Header::new(b"gone", b'3', 0), b"")
        .pax(&[("SCHILY.xattr.trusted.overlay.opaque", b"y")])
        .bare("d", b'5');
    check(
        tar.end(),
        "char /gone 0:0
        directory /d trusted.overlay.opaque=y
        ! /gone: a character device 0:0 is a whiteout for engines that unpack with overlayfs, and a device for others
        ! /d: it has attributes of overlayfs itself (trusted.overlay.*), which engines disagree about",
    );
}

#[test]
fn what_estargz_adds_is_part_of_the_tree() {
    let tar = Tar::new().file(".no.prefetch.landmark", "\u{f}").file("stargz.index.json", "{}");
    check(
        tar.end(),
        r#"file /.no.prefetch.landmark "\u{f}"
        file /stargz.index.json "{}""#,
    );
}
