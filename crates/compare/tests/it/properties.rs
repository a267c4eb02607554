//! What holds for any two images.

use compare::{Comparison, Direction, Untold, Which};
use proptest::prelude::*;

use crate::{pair, show};

/// The same changes, seen from the other side. Owners are told of the new side and are left out.
fn turned(comparison: &Comparison<'_>) -> Vec<String> {
    let packages = comparison.packages.iter().map(|change| {
        let direction = match change.direction {
            Direction::Upgraded => Direction::Downgraded,
            Direction::Downgraded => Direction::Upgraded,
            Direction::Added => Direction::Removed,
            Direction::Removed => Direction::Added,
            other => other,
        };
        format!("{direction:?} {:?} {:?} {:?}", change.key, change.new, change.old)
    });
    let files = comparison.files.iter().map(|change| {
        format!("{:?} {:?} {:?} {:?}", change.new, change.old, change.mask, change.cause)
    });
    let settings = comparison.settings.iter().map(|change| {
        format!("{} {:?} {:?} {:?}", change.name, change.key, change.new, change.old)
    });
    let untold = comparison.untold().map(|untold| show_untold(untold, untold.lacking.other()));
    let mut all: Vec<String> = packages.chain(files).chain(settings).chain(untold).collect();
    // Lines of history that went come before those that came, whichever way it goes.
    all.sort();
    all
}

fn straight(comparison: &Comparison<'_>) -> Vec<String> {
    let packages = comparison.packages.iter().map(|change| {
        format!("{:?} {:?} {:?} {:?}", change.direction, change.key, change.old, change.new)
    });
    let files = comparison.files.iter().map(|change| {
        format!("{:?} {:?} {:?} {:?}", change.old, change.new, change.mask, change.cause)
    });
    let settings = comparison.settings.iter().map(|change| {
        format!("{} {:?} {:?} {:?}", change.name, change.key, change.old, change.new)
    });
    let untold = comparison.untold().map(|untold| show_untold(untold, untold.lacking));
    let mut all: Vec<String> = packages.chain(files).chain(settings).chain(untold).collect();
    all.sort();
    all
}

fn show_untold(untold: &Untold<'_>, lacking: Which) -> String {
    let Untold { ecosystem, lack, packages, traces, .. } = untold;
    format!("{ecosystem} {lacking:?} {lack:?} {packages:?} {traces:?}")
}

/// A few lines of history, often the same ones in another order.
fn history() -> impl Strategy<Value = String> {
    proptest::collection::vec("[a-c]", 0..5)
        .prop_map(|lines| lines.iter().map(|line| format!("//- empty RUN {line}\n")).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn nothing_differs_from_itself(text in testkit::arbitrary_image()) {
        let same = pair(&text, &text);
        prop_assert!(show(&same.compare()).is_empty());
        // Another digest of the same content: the layers are read, and still nothing differs.
        let other = pair(&text, &("//- created 2026-01-01T00:00:00Z\n".to_owned() + &text));
        prop_assert_eq!(show(&other.compare()), Vec::<String>::new());
    }

    #[test]
    fn a_comparison_turned_round_is_the_other_one(
        (old, new) in testkit::arbitrary_pair(), before in history(), after in history(),
    ) {
        let (old, new) = (before + &old, after + &new);
        let (there, back) = (pair(&old, &new), pair(&new, &old));
        prop_assert_eq!(straight(&there.compare()), turned(&back.compare()));
    }

    #[test]
    fn reading_twice_gives_the_same((old, new) in testkit::arbitrary_pair()) {
        prop_assert_eq!(pair(&old, &new), pair(&old, &new));
    }
}
