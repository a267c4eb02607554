//! Queries of an image as a whole, and of its layers.

use super::{ancestor, ask, check, check_subject, subject};

const BASE: &str = "\
//- layer /bin/sh -c #(nop) ADD file:51 in /
//- /etc/os-release
ID=debian
VERSION_ID=\"12\"
//- /lib/x
12345
//- empty /bin/sh -c #(nop)  CMD [\"bash\"]
";

fn child() -> String {
    format!("{BASE}//- layer RUN /bin/sh -c make # buildkit\n//- /srv/app\nx\n")
}

#[test]
fn an_image_in_numbers() {
    let subject = subject(&child());
    let size = subject.side.image.size();
    let unknown = "no package data of docker.io/shop:1.5 (ID): which packages of a distribution are in it is not known";
    let expect = format!("2 0 6 0 {size} 2023-11-14T22:13:20Z\n\nWarning Output\n\n{unknown}");
    check_subject(&subject, "list-image-attrs all", &expect);
    let apk =
        testkit::apk_database(&[testkit::apk_package("musl", "1.2.5-r0", &[("/lib/m", b"m")])]);
    let subject = super::subject(&apk);
    let shown = super::shown(&subject, ask(&[&subject], "list-image-attrs all"));
    // The package owns /lib and /lib/m; the database and its folders are nobody's.
    assert!(shown.starts_with("1 1 5 2 "), "{shown}");
}

#[test]
fn a_distribution_is_found_by_name_and_version() {
    for command in ["all", "debian", "debian:12", "alpine debian"] {
        check(BASE, &format!("show-distro {command}"), "debian 12");
    }
    check(BASE, "show-distro debian:11", "");
    check("//- /a\nx\n", "show-distro all", "Unknown 0");
}

#[test]
fn a_dockerfile_is_guessed_from_history_unless_it_was_given() {
    check(
        &child(),
        "show-dockerfile all",
        "Guessed ADD,file:51,in,/\nGuessed CMD,[\"bash\"]\nGuessed RUN,make",
    );
    let mut given = subject(&child());
    given.dockerfile = Some("FROM debian:12\n\nRUN make\n".into());
    check_subject(&given, "show-dockerfile all", "Actual FROM,debian:12\nActual RUN,make");
    let without = "//- /a\nx\n";
    check(
        without,
        "show-dockerfile all",
        "\nWarning Output\n\nno Dockerfile was given for docker.io/shop:1.5, and it has no history that would tell of one",
    );
}

#[test]
fn a_family_is_told_from_the_oldest_on() {
    let mut base = subject(BASE);
    base.names = vec!["docker.io/library/debian:12".into()];
    let mut subject = subject(&child());
    subject.ancestors = vec![ancestor(&base)];
    let id = &base.id.as_ref().unwrap().hex()[..12];
    check_subject(&subject, "show-familytree all", &format!("{id} docker.io/debian:12 base\nnone"));
}

#[test]
fn layers_are_told_with_what_made_them() {
    let base = subject(BASE);
    let mut subject = subject(&child());
    subject.ancestors = vec![ancestor(&base)];
    let layers: Vec<String> = subject
        .side
        .image
        .layers
        .iter()
        .map(|layer| format!("{} {}", &layer.diff_id.hex()[..12], layer.size))
        .collect();
    let [first, second] = [&layers[0], &layers[1]];
    check_subject(
        &subject,
        "show-layer-info all",
        &format!(
            "{first} ADD,file:51,in,/ True\nunknown 0 CMD,[\"bash\"] True\n{second} RUN,make False"
        ),
    );
    check_subject(&subject, "show-layer-info onlyimage", &format!("{second} RUN,make"));
    let id = subject.id.clone().unwrap().hex();
    let [one, two] = [0, 1].map(|number: usize| subject.side.image.layers[number].diff_id.clone());
    check_subject(&subject, "show-layers all", &format!("ID{}\n{one}\n{two}", &id[12..]));
    check(
        BASE,
        "show-layer-info some",
        "`some` does not say which layers are meant\n hint: say `all`, or `onlyimage` for those that no kept base has",
    );
}

#[test]
fn a_history_that_does_not_fit_explains_nothing() {
    let odd = subject(&format!(
        "{BASE}//- image {{\"history\": [{{\"created_by\": \"x\", \"empty_layer\": true}}]}}\n"
    ));
    let answer = ask(&[&odd], "show-layer-info all").unwrap();
    assert_eq!(
        answer.warnings,
        ["the history does not fit the layers: which instruction made which layer is not known"]
    );
    assert_eq!(answer.rows.rows[0][4], "unknown");
}
