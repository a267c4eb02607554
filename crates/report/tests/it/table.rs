//! The tables keep the order of one screen, and nothing from an image escapes into a terminal.

use report::{Format, View};

use crate::{pair, render};

#[track_caller]
fn check(old: &str, new: &str, view: View, expect: &str) {
    let pair = pair(&testkit::image(old), &testkit::image(new));
    let shown = render(&pair, Format::Table, view);
    // Digests change with every letter of the image.
    let shown: Vec<String> = shown.lines().map(without_digest).collect();
    let expect: Vec<&str> = expect.trim_matches('\n').lines().collect();
    assert_eq!(shown, expect, "\n{}\n", shown.join("\n"));
}

fn without_digest(line: &str) -> String {
    match line.find("sha256:") {
        Some(start) => format!("{}sha256:…{}", &line[..start], &line[start + 19..]),
        None => line.to_owned(),
    }
}

#[test]
fn the_same_image_is_one_line() {
    let image = testkit::image("//- /a\n1\n");
    let shown = render(&pair(&image, &image), Format::Table, View::default());
    assert_eq!(shown.lines().count(), 1);
    assert!(shown.starts_with("Same: both are sha256:"), "{shown}");
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
fn only_a_view_with_colours_has_escapes() {
    let (old, new) = testkit::demo();
    let pair = pair(&old, &new);
    assert!(!render(&pair, Format::Table, View::default()).contains('\x1b'));
    let colour = View { colour: true, ..View::default() };
    assert!(render(&pair, Format::Table, colour).contains('\x1b'));
}
