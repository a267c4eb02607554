//! Tests of tables of what is kept.

use compare::{Side, Subject};
use model::{Description, Digest, ImageKind, LayerDescription, Sha256, Time};

use super::*;

fn digest(byte: u8) -> Digest {
    Digest::Sha256(Sha256([byte; 32]))
}

fn shop() -> Image {
    let layer = LayerDescription {
        digest: digest(3),
        diff_id: digest(4),
        size: 1_200_000,
        media_type: String::new(),
    };
    let image = Description {
        reference: "docker.io/library/shop:1\u{202e}".into(),
        digest: Some(digest(2)),
        platform: "linux/amd64".parse().ok(),
        layers: vec![layer],
        ..Description::default()
    };
    let subject = Subject {
        side: Side { image, ..Side::default() },
        id: Some(digest(1)),
        names: vec!["docker.io/shop:1".into(), "docker.io/shop:latest".into()],
        current: vec!["docker.io/shop:1".into(), "docker.io/shop:latest".into()],
        kind: ImageKind::Base,
        analyzed: Time(1_482_451_260),
        ..Subject::default()
    };
    Image { subject, imported: false }
}

fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn images_are_a_row_each() {
    let text = written(|out| images(&[shop()], Format::Plain, View::default(), out));
    insta::assert_snapshot!(text, @r"
    Names Image_Id Digest Platform Distro Type Analyzed Size Layers

    docker.io/shop:1,docker.io/shop:latest 010101010101 sha256:020202020202 linux/amd64 - base 2016-12-23T00:01:00Z 1.2MB 1
    ");
}

#[test]
fn one_image_is_a_line_for_each_thing_that_is_known() {
    let text = written(|out| image(&shop(), Format::Table, View::default(), out));
    insta::assert_snapshot!(text, @r"
    IMAGEID      sha256:0101010101010101010101010101010101010101010101010101010101010101
    SHORTID      010101010101
    DIGEST       sha256:0202020202020202020202020202020202020202020202020202020202020202
    INDEXDIGEST  -
    HUMANNAME    docker.io/shop:latest
    NAMES        docker.io/shop:1 docker.io/shop:latest
    REFERENCE    docker.io/library/shop:1\u{202e}
    PLATFORM     linux/amd64
    DISTRO       -
    DISTROVERS   -
    IMAGETYPE    base
    DOCKERFILE   -
    CREATED      -
    ANALYZED     2016-12-23T00:01:00Z
    IMPORTED     no
    SIZE         1200000
    PARENTID     -
    BASEID       -
    LAYER        sha256:0303030303030303030303030303030303030303030303030303030303030303
    ");
}

#[test]
fn a_history_tells_what_came_when_and_how_long_it_stood() {
    let sighting = |byte: u8, first: i64, since: Since| Sighting {
        id: digest(byte),
        digest: Some(digest(byte)),
        first: Time(first),
        last: Time(first + 10),
        imported: false,
        since,
    };
    let day = 86_400;
    let sightings = vec![
        sighting(
            4,
            48 * day,
            Since::Changed { packages: 37, files: 1_180, look: 2, unknown: false },
        ),
        sighting(3, day + 7_200, Since::Changed { packages: 1, files: 9, look: 0, unknown: false }),
        sighting(2, day, Since::Unknown),
        sighting(1, 0, Since::First),
    ];
    let mut shown = History { name: "docker.io/shop:latest".into(), sightings };
    let text = written(|out| history(&shown, Format::Table, View::default(), out));
    insta::assert_snapshot!(text, @r"
    docker.io/shop:latest
     1970-02-18 00:00  sha256:040404040404  37 packages, 2 need a look  (now)
     1970-01-02 02:00  sha256:030303030303  1 package                   46 days
     1970-01-02 00:00  sha256:020202020202  one of the two is not kept  2 hours
     1970-01-01 00:00  sha256:010101010101  first seen                  24 hours
    ");
    // What others saw is told apart, and with their times alone.
    let elsewhere =
        |byte, first, since| Sighting { imported: true, ..sighting(byte, first, since) };
    shown.sightings.truncate(1);
    let changed = Since::Changed { packages: 2, files: 2, look: 0, unknown: false };
    shown.sightings.push(elsewhere(9, 90 * day, changed));
    shown.sightings.push(elsewhere(8, 50 * day, Since::First));
    let text = written(|out| history(&shown, Format::Table, View::default(), out));
    insta::assert_snapshot!(text, @r"
    docker.io/shop:latest
     1970-02-18 00:00  sha256:040404040404  37 packages, 2 need a look  (now)
    docker.io/shop:latest, seen elsewhere (imported)
     1970-04-01 00:00  sha256:090909090909  2 packages                  (last 1970-04-01 00:00)
     1970-02-20 00:00  sha256:080808080808  first seen                  40 days
    ");
    let text = written(|out| history(&shown, Format::Plain, View::default(), out));
    insta::assert_snapshot!(text, @r"
    First_Seen Digest Changes Until Imported

    1970-02-18,00:00 sha256:040404040404 37,packages,,2,need,a,look (now) no
    1970-04-01,00:00 sha256:090909090909 2,packages (last,1970-04-01,00:00) yes
    1970-02-20,00:00 sha256:080808080808 first,seen 40,days yes
    ");
}
