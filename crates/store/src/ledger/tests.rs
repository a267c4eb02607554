//! The ledger: what everything that stands behind its door has to do. SQLite does it, in memory and in a folder; what is said to
//! it for that is said to `PostgreSQL`, too, and has to be answered the same.

mod postgres;

use super::*;

/// Makes a new ledger.
pub(super) type Open<'a> = &'a dyn Fn() -> Ledger;

/// What every back-end has to do.
fn conforms(open: Open<'_>) {
    jobs::tests::a_job_is_there_once_and_one_takes_it(open);
    jobs::tests::what_somebody_held_who_is_gone_is_taken_over(open);
    jobs::tests::what_could_not_be_done_is_tried_again_later_and_not_for_ever(open);
    deeds::tests::deeds_are_told_by_place_the_latest_first(open);
    leases::tests::a_lease_is_one_holders_until_its_time_is_over_or_it_is_given_back(open);
    things_are_found_by_place_and_name(open);
    a_name_is_taken_once_in_each_place(open);
    what_goes_takes_along_what_is_below_it(open);
    a_tag_is_known_by_all_that_it_meant(open);
    a_repository_has_what_was_seen_there(open);
    what_a_tag_meant_is_found_by_number_and_by_time(open);
}

#[test]
fn a_ledger_in_memory_does_what_a_ledger_does() {
    conforms(&|| Ledger::in_memory().unwrap());
}

#[test]
fn a_ledger_in_a_folder_does_what_a_ledger_does() {
    let folder = tempfile::tempdir().unwrap();
    let number = std::cell::Cell::new(0);
    conforms(&|| {
        number.set(number.get() + 1);
        Ledger::open(&folder.path().join(number.get().to_string())).unwrap()
    });
}

fn id(text: &str) -> Uidp {
    let parts = text.split('/').enumerate();
    let parts =
        parts.map(|(at, part)| format!("{part:0>width$}", width = if at == 0 { 40 } else { 16 }));
    parts.collect::<Vec<_>>().join("/").parse().unwrap()
}

fn thing(kind: ThingKind, place: &str, name: &str, key: &str) -> Thing {
    Thing {
        id: id(place),
        kind,
        name: name.into(),
        key: key.into(),
        created: Time(1),
        updated: Time(2),
        record: b"record".to_vec(),
    }
}

/// Two groups, one with a folder, repositories in all of them.
fn ledger(open: Open<'_>) -> Ledger {
    let ledger = open();
    for (kind, place, name) in [
        (ThingKind::Group, "a", "acme"),
        (ThingKind::Group, "a/1", "tools"),
        (ThingKind::Group, "ab", "other"),
        (ThingKind::Repo, "a/2", "nginx"),
        (ThingKind::Repo, "a/1/3", "nginx"),
        (ThingKind::Repo, "ab/4", "nginx"),
    ] {
        assert!(ledger.add(&thing(kind, place, name, "")).unwrap());
    }
    ledger
}

fn things_are_found_by_place_and_name(open: Open<'_>) {
    let ledger = ledger(open);
    let check = |kind, wanted: Wanted, expect: &[&str]| {
        let found = ledger.things(kind, &wanted).unwrap();
        let expect: Vec<Uidp> = expect.iter().map(|place| id(place)).collect();
        assert_eq!(
            found.into_iter().map(|thing| thing.id).collect::<Vec<_>>(),
            expect,
            "{wanted:?}"
        );
    };
    let all = Wanted::default();
    check(ThingKind::Group, all.clone(), &["a", "a/1", "ab"]);
    check(ThingKind::Group, Wanted { in_root: true, ..all.clone() }, &["a", "ab"]);
    let below = Wanted { descendants_of: Some(id("a")), ..all.clone() };
    check(ThingKind::Repo, below, &["a/1/3", "a/2"]);
    let right_below =
        Wanted { children_of: Some(id("a")), name: Some("nginx".into()), ..all.clone() };
    check(ThingKind::Repo, right_below, &["a/2"]);
    let above = Wanted { ancestors_of: Some(id("a/1/3")), ..all.clone() };
    check(ThingKind::Group, above, &["a", "a/1"]);
    check(ThingKind::Group, Wanted { ancestors_of: Some(id("a")), ..all.clone() }, &[]);
    check(ThingKind::Repo, Wanted { ids: vec![id("ab/4"), id("a")], ..all.clone() }, &["ab/4"]);
    check(ThingKind::Repo, Wanted { name: Some("NGINX".into()), ..all }, &[]);
}

fn a_name_is_taken_once_in_each_place(open: Open<'_>) {
    let ledger = ledger(open);
    assert!(!ledger.add(&thing(ThingKind::Repo, "a/9", "nginx", "")).unwrap());
    assert!(!ledger.add(&thing(ThingKind::Repo, "a/2", "curl", "")).unwrap());
    assert!(ledger.add(&thing(ThingKind::Repo, "a/9", "curl", "")).unwrap());
    assert!(!ledger.replace(&thing(ThingKind::Repo, "a/9", "nginx", "")).unwrap());
    assert!(ledger.replace(&thing(ThingKind::Repo, "a/9", "wget", "k")).unwrap());
    assert!(!ledger.replace(&thing(ThingKind::Group, "a/9", "wget", "k")).unwrap());
    assert_eq!(ledger.thing(ThingKind::Repo, &id("a/9")).unwrap().unwrap().key, "k");
    let several =
        [thing(ThingKind::Repo, "a/10", "new", ""), thing(ThingKind::Repo, "a/11", "wget", "")];
    assert!(!ledger.add_all(&several).unwrap());
    assert_eq!(ledger.thing(ThingKind::Repo, &id("a/10")).unwrap(), None);
}

fn what_goes_takes_along_what_is_below_it(open: Open<'_>) {
    let ledger = ledger(open);
    ledger.add(&thing(ThingKind::Identity, "a/5", "ci", "issuer ci")).unwrap();
    ledger.add(&thing(ThingKind::Binding, "ab/6", "", id("a/5").as_str())).unwrap();
    assert!(!ledger.forget(ThingKind::Repo, &id("a")).unwrap());
    assert!(ledger.forget(ThingKind::Group, &id("a")).unwrap());
    let left = |kind| ledger.things(kind, &Wanted::default()).unwrap().len();
    assert_eq!([ThingKind::Group, ThingKind::Repo, ThingKind::Binding].map(left), [1, 1, 0]);
}

fn a_tag_is_known_by_all_that_it_meant(open: Open<'_>) {
    let ledger = ledger(open);
    let repo = id("a/2");
    let mut latest = thing(ThingKind::Tag, "a/2/7", "latest", "sha256:1");
    for (digest, time) in [("sha256:1", 10), ("sha256:1", 20), ("sha256:2", 30), ("sha256:1", 40)] {
        (latest.key, latest.updated) = (digest.into(), Time(time));
        ledger.tag(&latest).unwrap();
    }
    let moves = |from, to| {
        let moves = ledger.moves(&repo, "latest", [from, to], 1000).unwrap();
        moves.into_iter().map(|one| format!("{} {}", one.time.0, one.digest)).collect::<Vec<_>>()
    };
    assert_eq!(moves(None, None), ["10 sha256:1", "30 sha256:2", "40 sha256:1"]);
    assert_eq!(moves(Some(Time(30)), None), ["30 sha256:2", "40 sha256:1"]);
    assert_eq!(moves(Some(Time(11)), Some(Time(39))), ["30 sha256:2"]);
    assert!(ledger.forget(ThingKind::Tag, &latest.id).unwrap());
    assert_eq!(moves(None, None).len(), 3);
}

fn a_repository_has_what_was_seen_there(open: Open<'_>) {
    let ledger = ledger(open);
    ledger.note_member(&id("a/2"), "sha256:1", Time(5)).unwrap();
    ledger.note_member(&id("a/2"), "sha256:1", Time(6)).unwrap();
    let has = |place: &str, digest: &str| ledger.has_member(&id(place), digest).unwrap();
    let repos = |digest: &str| ledger.repos_with(digest).unwrap();
    assert_eq!((repos("sha256:1"), repos("sha256:2")), (vec![id("a/2")], vec![]));
    assert!(has("a/2", "sha256:1") && !has("a/1/3", "sha256:1") && !has("a/2", "sha256:2"));
}

/// A ledger of an older version of the program is gone on with.
#[test]
fn an_older_ledger_has_what_it_had_and_all_that_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let older = Connection::open(folder.path().join(FILE)).unwrap();
    older.execute_batch(TABLES).unwrap();
    let member = format!("INSERT INTO members VALUES ('{}', 'sha256:1', 5)", id("a/2"));
    older.execute_batch(&member).unwrap();
    older.pragma_update(None, "user_version", 1).unwrap();
    drop(older);
    let ledger = Ledger::open(folder.path()).unwrap();
    assert_eq!(ledger.repos_with("sha256:1").unwrap(), [id("a/2")]);
    assert!(ledger.lease("watch", "one", Time(1), Time(9)).unwrap());
    drop(ledger);
    let newer = Connection::open(folder.path().join(FILE)).unwrap();
    newer.pragma_update(None, "user_version", VERSION + 1).unwrap();
    drop(newer);
    let refused = Ledger::open(folder.path()).unwrap_err();
    assert!(matches!(refused, Error::Newer { .. }), "{refused}");
}

#[test]
fn a_ledger_is_kept_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("data");
    let first = Ledger::open(&folder).unwrap();
    first.add(&thing(ThingKind::Group, "a", "acme", "")).unwrap();
    drop(first);
    let again = Ledger::open(&folder).unwrap();
    assert_eq!(again.things(ThingKind::Group, &Wanted::default()).unwrap().len(), 1);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&folder.join(FILE))), (0o700, 0o600));
}

fn what_a_tag_meant_is_found_by_number_and_by_time(open: Open<'_>) {
    let ledger = ledger(open);
    let repo = id("a/2");
    for (time, digest) in [(10, "x"), (20, "y"), (30, "x")] {
        let moved = Move { time: Time(time), digest: digest.into() };
        ledger.note_move(&repo, "latest", &moved).unwrap();
    }
    let behind = |after, most| -> Vec<(i64, i64)> {
        let moves = ledger.moves_after(&repo, "latest", after, most).unwrap();
        moves.into_iter().map(|(number, one)| (number, one.time.0)).collect()
    };
    assert_eq!(behind(0, 2), [(1, 10), (2, 20)]);
    assert_eq!(behind(2, 2), [(3, 30)]);
    let meant = |moment| ledger.meant(&repo, "latest", Time(moment)).unwrap().unwrap().time.0;
    assert_eq!([5, 10, 19, 20, 99].map(meant), [10, 10, 10, 20, 30]);
    assert_eq!(ledger.meant(&repo, "gone", Time(1)).unwrap(), None);
    ledger.note_move(&repo, "1.5", &Move { time: Time(25), digest: "x".into() }).unwrap();
    assert_eq!(ledger.names_of(&repo, "x").unwrap(), ["latest", "1.5"]);
    assert_eq!(ledger.names_of(&repo, "y").unwrap(), ["latest"]);
    let meant = |digest: &str| (repo.clone(), digest.to_owned());
    assert_eq!(ledger.meant_in(9).unwrap(), [meant("x"), meant("y")]);
    assert_eq!(ledger.meant_in(1).unwrap(), [meant("x")]);
    for digest in ["c", "a", "b"] {
        ledger.note_member(&repo, digest, Time(7)).unwrap();
    }
    let members = |after: &str, most| -> Vec<String> {
        let members = ledger.members(&repo, after, most).unwrap();
        members.into_iter().map(|member| member.digest).collect()
    };
    assert_eq!(members("", 2), ["a", "b"]);
    assert_eq!(members("b", 2), ["c"]);
}
