//! Packages of languages that packages of the operating system brought are told once, and whose they are.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;

use super::facts;
use crate::squash;

/// Whether a Python package is claimed by a package of the system, and whether through a link.
type Case = (bool, bool);

/// An image of Python packages, and what apk has of them.
fn image(cases: &[Case]) -> String {
    let mut text = String::from("//- /lib -> usr/lib\n");
    let mut database = String::from("//- /usr/lib/apk/db/installed\n");
    for (number, (is_claimed, is_linked)) in cases.iter().enumerate() {
        let folder = format!("lib/python3/site-packages/p{number}-1.dist-info");
        text += &format!("//- /usr/{folder}/METADATA\nName: p{number}\nVersion: 1\n");
        if *is_claimed {
            let folder = if *is_linked { folder } else { format!("usr/{folder}") };
            database += &format!("P:py3-p{number}\nV:1-r0\nF:{folder}\nR:METADATA\n\n");
        }
    }
    database + &text
}

proptest! {
    #[test]
    fn each_is_told_once_and_whose_it_is(cases in vec((any::<bool>(), any::<bool>()), 0..6)) {
        let layers = testkit::image(&image(&cases)).layers();
        let image = squash(&layers.iter().map(|layer| Arc::new(facts(layer))).collect::<Vec<_>>());
        let of_python = image.packages.iter().filter(|one| one.package.ecosystem == "pypi");
        prop_assert_eq!(of_python.clone().count(), cases.len());
        for (number, (is_claimed, _)) in cases.iter().enumerate() {
            let name = format!("p{number}");
            let mut found = of_python.clone().filter(|one| one.package.name == name);
            let installed = found.next().unwrap();
            prop_assert!(found.next().is_none(), "{name} is told twice");
            let bringer = image.bringer(installed).map(|place| &*image.packages[place].package.name);
            let expected = is_claimed.then(|| format!("py3-p{number}"));
            prop_assert_eq!(bringer, expected.as_deref());
        }
        let brought = cases.iter().filter(|(is_claimed, _)| *is_claimed).count();
        prop_assert_eq!(image.own_packages(), image.packages.len() - brought);
    }
}
