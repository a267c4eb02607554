//! Pages to look after the service with: what may be done has a form, and names of others are inert.

use super::*;
use crate::{Form, Here};

const HAND: Hand<'_> = Hand { seal: "5ea1", to: "/groups/1" };

fn group(id: &str, names: &[&str]) -> Group {
    let names = names.iter().map(|&name| name.to_owned()).collect();
    Group { id: id.into(), names, ..Group::default() }
}

fn page(may: &[&'static str]) -> GroupPage<'static> {
    let robot = Binding {
        id: "1/2".into(),
        identity: "3".into(),
        name: "<robot>".into(),
        role: "owner".into(),
        created: None,
        above: None,
    };
    GroupPage {
        group: group("1", &["<b>\u{202e}"]),
        above: Vec::new(),
        groups: Vec::new(),
        repositories: None,
        bindings: Some(vec![robot]),
        identities: None,
        everybody: Vec::new(),
        roles: None,
        capabilities: vec!["repo.list"],
        may: may.to_vec(),
        hand: Some(HAND),
        now: model::Time(0),
    }
}

#[test]
fn groups_are_in_the_order_of_their_tree() {
    let groups = [group("2", &["b"]), group("1/3", &["a", "z"]), group("1", &["a"])];
    let page = GroupsPage { groups: &groups, hand: None }.document();
    let csv = page.export(None, &Here::default(), Form::Csv).unwrap();
    let names: Vec<&str> = csv.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(names, ["a", "a / z", "b"]);
    assert!(!page.fragment(&Here::default()).contains("<form"), "nothing to be done");
}

#[test]
fn there_is_a_form_for_what_may_be_done_and_it_is_sealed() {
    let html =
        page(&["role_bindings.delete", "groups.delete"]).document().fragment(&Here::default());
    assert_eq!(html.matches("<form").count(), 2, "{html}");
    assert_eq!(html.matches("name=\"seal\" value=\"5ea1\"").count(), 2, "{html}");
    for part in ["action=\"/do/binding-delete\"", "action=\"/do/group-delete\"", "identity.list"] {
        assert!(html.contains(part), "{part}\n{html}");
    }
    assert!(!page(&[]).document().fragment(&Here::default()).contains("<form"));
}

#[test]
fn names_are_inert_and_forms_are_for_eyes_alone() {
    let document = page(&["role_bindings.delete"]).document();
    let html = document.fragment(&Here::default());
    assert!(html.contains("the role owner from &lt;robot&gt;"), "{html}");
    assert!(!html.contains("<robot>") && !html.contains('\u{202e}'), "{html}");
    let csv = document.export(Some("bindings"), &Here::default(), Form::Csv).unwrap();
    assert_eq!(csv, "identity,role,given,above\r\n<robot>,owner,,here\r\n");
}
