//! What is not as it was installed in one image, as a person and a program read it.

use engine::{Keep, Options, Store, StoreOptions};
use model::Name;
use report::{Format, View};

const SCHEMA: &str = include_str!("../../../../docs/schema/verification.v1.json");

/// dpkg's records of a package with two programs, a page of its manual, a configuration file and a diverted program. Every
/// file came with the content `1`.
const RECORDS: &str = "\
//- /bin -> usr/bin
//- /var/lib/dpkg/status
Package: tool
Status: install ok installed
Architecture: amd64
Version: 1
Conffiles:
 /etc/tool.conf b026324c6904b2a9cb4b88d6d61c81d1

//- /var/lib/dpkg/diversions
/usr/bin/ps
/usr/bin/ps.tool
other
//- /var/lib/dpkg/info/tool.list
/.
/bin/tool
/usr/bin/helper
/usr/bin/ps
/usr/share/man/man1/tool.1.gz
/etc/tool.conf
//- /var/lib/dpkg/info/tool.md5sums
b026324c6904b2a9cb4b88d6d61c81d1  bin/tool
b026324c6904b2a9cb4b88d6d61c81d1  usr/bin/helper
b026324c6904b2a9cb4b88d6d61c81d1  usr/bin/ps
b026324c6904b2a9cb4b88d6d61c81d1  usr/share/man/man1/tool.1.gz
";

/// What is told of an image by deviation, path and what differs, and how many files were compared. Asked twice of one
/// store, it is told the same.
fn check(files: &str, expected: &str) {
    let image = testkit::image(&format!("{RECORDS}{files}"));
    let [first, second] = verify(&image, Format::Json);
    assert_eq!(first, second, "what is kept is verified otherwise");
    let document = crate::json::check(SCHEMA, &first);
    let mut told = format!("{} compared\n", document["compared"]);
    for one in document["deviations"].as_array().unwrap() {
        let text = |name: &str| one[name].as_str().unwrap().to_owned();
        told += &format!("{} {} {}\n", text("deviation"), text("path"), one["what"]);
    }
    assert_eq!(told, expected);
}

fn verify(image: &testkit::Image, format: Format) -> [String; 2] {
    let folder = tempfile::tempdir().unwrap();
    testkit::write_layout(folder.path(), "1", image);
    let name: Name = format!("oci:{}:1", folder.path().display()).parse().unwrap();
    let kept = tempfile::tempdir().unwrap();
    let store = Store::open(kept.path(), &StoreOptions::default()).unwrap();
    let options = Options { keep: Some(Keep { store, force: false }), ..Options::default() };
    [(); 2].map(|()| {
        let to_verify = engine::verified(&name, &options, &engine::unwatched).unwrap();
        let mut out = Vec::new();
        let verification = to_verify.verify();
        report::verification(&verification, format, View::default(), &mut out).unwrap();
        let told = String::from_utf8(out).unwrap();
        told.replace(&folder.path().display().to_string(), "images")
    })
}

#[test]
fn an_image_as_it_was_installed_deviates_nowhere() {
    let files = "//- /usr/bin/tool\n1\n//- /usr/bin/helper\n1\n//- /usr/bin/ps.tool\n1\n//- /usr/bin/ps\n2\n\
                 //- /usr/share/man/man1/tool.1.gz\n1\n//- /etc/tool.conf\n1\n";
    check(files, "5 compared\n");
}

#[test]
fn what_was_altered_removed_configured_and_left_out_is_told_apart() {
    let files = "//- /usr/bin/tool\n2\n//- /usr/bin/ps.tool\n2\n//- /usr/bin/ps\n1\n//- /etc/tool.conf\n2\n";
    let expected = "3 compared\n\
                    altered /bin/tool [\"content\"]\n\
                    altered /usr/bin/ps.tool [\"content\"]\n\
                    missing /usr/bin/helper [\"missing\"]\n\
                    configuration /etc/tool.conf [\"content\"]\n\
                    left-out /usr/share/man/man1/tool.1.gz [\"missing\"]\n";
    check(files, expected);
}

#[test]
fn the_altered_program_of_the_demonstration_is_told() {
    let (_, new) = testkit::demo();
    let [table, _] = verify(&new, Format::Table);
    insta::assert_snapshot!("verify-demo", table);
    let [plain, _] = verify(&new, Format::Plain);
    insta::assert_snapshot!("verify-demo-plain", plain);
}
