//! The tables keep the order of one screen, and nothing from an image escapes into a terminal.

use report::{Format, View};

use crate::{pair, render};

#[test]
fn the_screen_of_the_demonstration_is_as_it_was() {
    let (old, new) = testkit::demo();
    insta::assert_snapshot!("demo", render(&pair(&old, &new), Format::Table, View::default()));
}

#[test]
fn a_narrow_terminal_shortens_names_and_never_a_version() {
    let (old, new) = testkit::demo();
    let view = View { width: Some(80), ..View::default() };
    let shown = render(&pair(&old, &new), Format::Table, view);
    assert!(shown.contains("3.0.13-1~deb12u1 → 3.0.15-1~deb12u1"), "{shown}");
}

#[test]
fn the_same_image_is_one_line() {
    let image = testkit::image("//- /a\n1\n");
    let shown = render(&pair(&image, &image), Format::Table, View::default());
    assert_eq!(shown.lines().count(), 1);
    assert!(shown.starts_with("Same: both are sha256:"), "{shown}");
}

#[test]
fn the_same_content_says_what_differs_all_the_same() {
    let gzip = testkit::image("//- /a\n1\n").compressed(testkit::Compression::Gzip);
    let zstd = testkit::image("//- /a mtime=5\n1\n").compressed(testkit::Compression::Zstd);
    let shown = render(&pair(&gzip, &zstd), Format::Table, View::default());
    assert!(shown.contains("Same content"), "{shown}");
    assert!(shown.contains("layers, times of files"), "{shown}");
    let again = testkit::image("//- /a\n1\n").compressed(testkit::Compression::Zstd);
    let shown = render(&pair(&gzip, &again), Format::Table, View::default());
    assert!(shown.contains("what differs: compression"), "{shown}");
}

#[test]
fn names_that_would_deceive_are_shown_inert() {
    let (old, new) = ("//- /a\n1\n", "//- /a\n1\n//- /\\u{1b}[31m\\u{202e}x\n1\n");
    let pair = pair(&testkit::image(old), &testkit::image(new));
    let shown = render(&pair, Format::Table, View { files: true, ..View::default() });
    assert!(shown.contains(r"/\u{1b}[31m\u{202e}x"), "{shown}");
    assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{shown}");
}

#[test]
fn a_directory_that_came_whole_is_one_row_but_what_is_privileged_stands_alone() {
    let old = testkit::image("//- /a\n1\n");
    let new =
        testkit::image("//- /a\n1\n//- /srv/x\n1\n//- /srv/y/z\n1\n//- /srv/root mode=4755\n1\n");
    let shown = render(&pair(&old, &new), Format::Table, View::default());
    assert!(shown.contains("3 paths below it"), "{shown}");
    assert!(shown.contains("/srv/root"), "{shown}");
    assert!(!shown.contains("/srv/y/z"), "{shown}");
}

#[test]
fn notices_are_always_shown() {
    let broken = testkit::image("//- /lib/apk/db/installed\nnothing of the kind\n");
    let shown =
        render(&pair(&broken, &testkit::image("//- /b\n1\n")), Format::Table, View::default());
    assert!(shown.contains("Notices\n  ! old: /lib/apk/db/installed"), "{shown}");
}

#[test]
fn only_a_view_with_colours_has_escapes() {
    let (old, new) = testkit::demo();
    let pair = pair(&old, &new);
    assert!(!render(&pair, Format::Table, View::default()).contains('\x1b'));
    let colour = View { colour: true, ..View::default() };
    assert!(render(&pair, Format::Table, colour).contains('\x1b'));
}
