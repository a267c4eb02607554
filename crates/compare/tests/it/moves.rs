//! What moved: two images as text in, moves out.

use crate::pair;

#[track_caller]
fn check(old: &str, new: &str, expect: &[&str]) {
    let pair = pair(old, new);
    let (old, new) = (&pair.old.side, &pair.new.side);
    let comparison = compare::compare(old, new);
    let moves = comparison.moves.iter().map(|one| {
        let below = one.below.map(|count| format!(" {count} below")).unwrap_or_default();
        format!("{} -> {}{below}", one.from, one.to)
    });
    assert_eq!(moves.collect::<Vec<_>>(), expect);
    // Turned round, everything moved back.
    let back = compare::compare(new, old);
    assert_eq!(back.moves.len(), comparison.moves.len());
}

#[test]
fn a_file_of_the_same_bytes_has_moved() {
    check("//- /a\none\n", "//- /b\none\n", &["/a -> /b"]);
    check("//- /a\none\n", "//- /b\ntwo\n", &[]);
    // A copy is no move.
    check("//- /a\none\n", "//- /a\none\n//- /b\none\n", &[]);
}

#[test]
fn nothing_is_made_of_files_without_content_or_of_many_alike() {
    check("//- /a\n", "//- /b\n", &[]);
    check("//- /x/a\none\n//- /y/b\none\n", "//- /x/c\none\n//- /y/d\none\n", &[]);
}

#[test]
fn a_directory_that_moved_whole_is_one_move() {
    let tree = |top: &str| {
        format!(
            "//- {top}/a\none\n//- {top}/b/c\ntwo\n//- {top}/b/d\nsame\n//- {top}/b/e\nsame\n//- {top}/l -> a\n"
        )
    };
    check(&tree("/old"), &tree("/new"), &["/old -> /new 5 below"]);
    let more = tree("/old") + "//- /old/gone\ngone\n";
    check(
        &more,
        &tree("/new"),
        &["/old/a -> /new/a", "/old/b -> /new/b 3 below", "/old/l -> /new/l"],
    );
}
