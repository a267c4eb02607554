//! What texts mean among kept images, and what names meant before.

use super::*;

/// Says what a text means: the first digits of IDs, with names.
fn check(store: &Store, text: &str, expect: &str) {
    let digits = |id: &Digest| id.hex()[..4].to_owned();
    let told = match store.find(text).unwrap() {
        Found::Nothing => "nothing".into(),
        Found::One(image, names) => format!("{} {}", digits(&image.id), names.join(" ")),
        Found::Several(candidates) => {
            let told =
                candidates.iter().map(|one| format!("{} {}", digits(&one.id), one.names.join(" ")));
            told.collect::<Vec<_>>().join(" or ")
        }
    };
    assert_eq!(told.trim(), expect, "{text}");
}

#[test]
fn a_name_means_what_it_was_seen_as_last_and_its_history_is_told() {
    let (_folder, store) = open();
    let names = ["docker.io/library/a:1".to_owned()];
    for (now, id) in [(10, 0xaa), (20, 0xaa), (30, 0xbb), (40, 0xaa)] {
        store.keep_image(&image(id, id + 1, &[1]), &names, Time(now)).unwrap();
    }
    let Found::One(found, seen_under) = store.find(&names[0]).unwrap() else { panic!() };
    assert_eq!((found.id, &seen_under[..]), (sha256(0xaa), &names[..]));
    let history = store.history(&names[0]).unwrap();
    let told: Vec<_> = history.iter().map(|s| (s.id.short(), s.first.0, s.last.0)).collect();
    let expect = [("aa", 40, 40), ("bb", 30, 30), ("aa", 10, 20)]
        .map(|(id, first, last)| (format!("sha256:{}", id.repeat(6)), first, last));
    assert_eq!(told, expect);
}

#[test]
fn the_name_that_was_seen_last_is_the_last_one_however_often_it_was_seen_before() {
    let (_folder, store) = open();
    let image = image(0xaa, 0x11, &[1]);
    for (now, name) in [(10, "a:1"), (20, "b:1"), (30, "a:1")] {
        store.keep_image(&image, &[name.into()], Time(now)).unwrap();
    }
    check(&store, "aaaa", "aaaa b:1 a:1");
    assert_eq!(store.history("a:1").unwrap().len(), 1);
    store
        .keep_image(&self::image(0xbb, 0x22, &[1]), &["c:1".into(), "b:1".into()], Time(40))
        .unwrap();
    store.keep_image(&image, &["c:1".into()], Time(50)).unwrap();
    check(&store, "aaaa", "aaaa b:1 a:1 c:1");
    check(&store, "b:1", "bbbb c:1 b:1");
}

#[test]
fn an_image_is_found_by_digest_id_name_and_their_beginnings() {
    let (_folder, store) = open();
    store.keep_image(&image(0xaa, 0xbb, &[1]), &["host/a:1".into()], Time(1)).unwrap();
    store.keep_image(&image(0xab, 0xac, &[1]), &["host/b:1".into()], Time(2)).unwrap();
    let digest = |byte: &str| format!("sha256:{}", byte.repeat(32));
    check(&store, &digest("aa"), "aaaa host/a:1");
    check(&store, &"aa".repeat(32), "aaaa host/a:1");
    check(&store, &digest("bb"), "aaaa host/a:1");
    check(&store, "host/b:1", "abab host/b:1");
    check(&store, &format!("host/b@{}", digest("ac")), "abab host/b:1");
    check(&store, "acac", "abab host/b:1");
    check(&store, "sha256:ACACACACACAC", "abab host/b:1");
    check(&store, "abababab", "abab host/b:1");
    for nothing in
        ["aba", "", "sha256:", "host/c:1", "cccc", &digest("cc"), "host/a@sha256:aa", "%", "aaa_"]
    {
        check(&store, nothing, "nothing");
    }
}

#[test]
fn a_beginning_that_several_have_names_them_all() {
    let (_folder, store) = open();
    let mut near = image(0xaa, 0x11, &[1]);
    if let Digest::Sha256(Sha256(bytes)) = &mut near.id {
        bytes[31] = 0;
    }
    store.keep_image(&image(0xaa, 0x22, &[1]), &["a:2".into()], Time(1)).unwrap();
    store.keep_image(&near, &["a:1".into(), "a:1.0".into()], Time(2)).unwrap();
    check(&store, "aaaa", "aaaa a:1 a:1.0 or aaaa a:2");
    check(&store, "sha256:aaaaaa", "aaaa a:1 a:1.0 or aaaa a:2");
    check(&store, "2222", "aaaa a:2");
}

#[test]
fn one_id_with_two_manifests_is_the_image_analyzed_last() {
    let (_folder, store) = open();
    for (manifest, analyzed) in [(0x11, 5), (0x22, 9), (0x33, 7)] {
        let image = KeptImage { analyzed: Time(analyzed), ..image(0xaa, manifest, &[manifest]) };
        store.keep_image(&image, &[format!("a:{manifest:x}")], Time(analyzed)).unwrap();
    }
    check(&store, "aaaa", "aaaa a:22");
    check(&store, &"11".repeat(32), "aaaa a:11");
    check(&store, "a:33", "aaaa a:33");
    assert_eq!(store.images().unwrap().len(), 3);
}

#[test]
fn a_name_wins_over_the_beginning_of_an_id() {
    let (_folder, store) = open();
    store.keep_image(&image(0xaa, 0x11, &[1]), &[], Time(1)).unwrap();
    store.keep_image(&image(0xbb, 0x22, &[1]), &["aaaa".into()], Time(2)).unwrap();
    check(&store, "aaaa", "bbbb aaaa");
}

#[test]
fn a_name_whose_image_is_gone_means_nothing_and_keeps_its_history() {
    let (_folder, store) = open();
    let names = ["a:1".to_owned()];
    store.keep_image(&image(0xaa, 0x11, &[1]), &names, Time(1)).unwrap();
    store.keep_image(&image(0xbb, 0x22, &[2]), &names, Time(2)).unwrap();
    store.remove(&image(0xbb, 0x22, &[2])).unwrap();
    check(&store, "a:1", "nothing");
    let kept: Vec<bool> = store.history("a:1").unwrap().iter().map(|one| one.kept).collect();
    assert_eq!(kept, [false, true]);
}

#[test]
fn an_index_leads_to_the_images_of_every_platform() {
    let (_folder, store) = open();
    for (id, manifest) in [(0xaa, 0x11), (0xbb, 0x22)] {
        let mut image = image(id, manifest, &[1]);
        image.description.index_digest = Some(sha256(0x99));
        store.keep_image(&image, &[], Time(1)).unwrap();
    }
    check(&store, &"99".repeat(32), "aaaa  or bbbb");
    check(&store, "9999", "nothing");
}
