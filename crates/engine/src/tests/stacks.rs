//! Tests of stacks: what layers come to is the same, whether it was kept or not.

use std::fs;
use std::path::PathBuf;

use super::kept::Kept;
use super::{in_layout, layout};
use crate::*;

/// Two images with packages, links, whiteouts, hard links and a lot of files, most of which both have.
fn images() -> [testkit::Image; 2] {
    let status = |version: u32| {
        format!(
            "//- /var/lib/dpkg/status\nPackage: shop\nStatus: install ok installed\nArchitecture: all\nVersion: {version}\n\n"
        )
    };
    let base: String =
        (0..400).map(|number| format!("//- /usr/share/shop/{number}\n{number}\n")).collect();
    let list = "//- /var/lib/dpkg/info/shop.list\n/.\n/usr\n/usr/share\n/usr/share/shop\n/usr/share/shop/1\n/bin/sh\n";
    let links =
        "//- /bin -> usr/bin\n//- /usr/bin/dash mode=4755\nx\n//- /usr/bin/sh => /usr/bin/dash\n";
    let base = format!("{base}{list}{links}//- /root mode=700 uid=1000\n1\n{}", status(1));
    let old = format!("{base}//- layer\n//- /bin/ls\n1\n");
    let new = format!(
        "{base}//- layer\n{}//- whiteout /usr/share/shop/2\n//- /usr/share/shop/1\nchanged\n//- layer\n//- /etc/motd\nhello\n",
        status(2)
    );
    [testkit::image(&old), testkit::image(&new)]
}

/// Everything that a comparison tells of files and packages, and what was warned of.
fn told(names: &[Name; 2], options: &Options) -> (String, Vec<String>) {
    let warnings = std::sync::Mutex::new(Vec::new());
    let watch = |event| {
        if let Event::Warning(text) = event {
            warnings.lock().unwrap().push(text);
        }
    };
    let pair = pair([&names[0], &names[1]], Texts::Unwanted, options, &watch).unwrap();
    let comparison = pair.compare();
    let told = format!(
        "{:#?}\n{:#?}\n{:#?}\n{}",
        comparison.files, comparison.packages, comparison.unknown, comparison.times_only
    );
    (told, warnings.into_inner().unwrap())
}

/// Files of stacks.
fn stacks(kept: &Kept) -> Vec<PathBuf> {
    let mut ahead = vec![kept.options.keep.as_ref().unwrap().store.folder().join("blobs")];
    let mut stacks = Vec::new();
    while let Some(path) = ahead.pop() {
        if path.is_dir() {
            ahead.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|end| end == "stack") {
            stacks.push(path);
        }
    }
    stacks.sort();
    stacks
}

#[test]
fn a_comparison_tells_the_same_whether_stacks_are_kept_or_not() {
    let [old, new] = images();
    let folder = layout(&[("old", &old), ("new", &new)]);
    let names = [in_layout(folder.path(), "old"), in_layout(folder.path(), "new")];
    for names in [names.clone(), [names[1].clone(), names[0].clone()]] {
        let kept = Kept::new();
        let (expected, _) = told(&names, &Options::default());
        assert!(expected.contains("/usr/share/shop/2") && expected.contains("shop"), "{expected}");
        let check = |what: &str, warnings: usize| {
            let (found, warned) = told(&names, &kept.options);
            assert_eq!(found, expected, "{what}");
            assert_eq!(warned.len(), warnings, "{what}: {warned:?}");
        };
        check("nothing kept", 0);
        assert_eq!(stacks(&kept).len(), 2);
        check("both kept", 0);
        fs::remove_file(&stacks(&kept)[0]).unwrap();
        check("one kept", 0);
        assert_eq!(stacks(&kept).len(), 2);
        for stack in stacks(&kept) {
            let mut bytes = fs::read(&stack).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(&stack, bytes).unwrap();
        }
        check("both broken", 2);
        check("made again", 0);
        for stack in stacks(&kept) {
            let bytes = fs::read(&stack).unwrap();
            fs::write(&stack, &bytes[..bytes.len() - 1]).unwrap();
        }
        check("both cut short", 2);
    }
}

#[test]
fn an_image_is_the_same_whether_its_stack_is_kept_or_not() {
    let [_, image] = images();
    let folder = layout(&[("1", &image)]);
    let name = in_layout(folder.path(), "1");
    let kept = Kept::new();
    let read = |options: &Options| {
        let subject = subject(&name, Texts::Unwanted, options, &unwatched).unwrap();
        subject.side.facts
    };
    let expected = read(&Options::default());
    assert_eq!(read(&kept.options), expected);
    assert_eq!(stacks(&kept).len(), 1);
    assert_eq!(read(&kept.options), expected);
    for path in ["/usr/share/shop/399", "/etc/motd", "/nothing"] {
        let path = model::Path::from(path);
        assert_eq!(read(&kept.options).file(&path), expected.file(&path), "{path}");
    }
}
