//! What is told of two images, on pages of the demonstration.

use axum::body::Body;
use http::Method;

use crate::testing::Demo;

const PAIR: &str = "old=public-images/nginx:1.25.3&new=public-images/nginx:1.25.4";

#[test]
fn a_package_is_told_of_on_a_page_and_in_its_row() {
    let demo = Demo::new();
    let get = |path: &str| demo.service.get(&format!("/compare/{path}"));
    let page = get(&format!("package?{PAIR}&type=apk&name=nginx"));
    assert_eq!(page.status, 200, "{}", page.text);
    for part in
        ["1.25.3-r2 → 1.25.4-r0", "id=\"log-title\"", "id=\"vulnerabilities\"", "id=\"paths\""]
    {
        assert!(page.text.contains(part), "{part}\n{}", page.text);
    }
    let part = get(&format!("package?{PAIR}&type=apk&name=nginx&part=list"));
    assert!(part.text.contains("All about it"), "{}", part.text);
    // It stands in a page that has IDs of its own.
    assert!(!part.text.contains("id=\"") && !part.text.contains("<html"), "{}", part.text);
    assert_eq!(get(&format!("package?{PAIR}&type=apk&name=none")).status, 404);
    assert_eq!(get(&format!("package?{PAIR}&type=deb&name=nginx")).status, 404);
    assert_eq!(get(&format!("package?{PAIR}")).status, 400);
    let whole = get(&format!("changelogs?{PAIR}"));
    assert!(whole.text.contains("id=\"without\""), "{}", whole.text);
    let json = get(&format!("changelogs?{PAIR}&format=json")).json();
    assert!(json["changelogs"].is_object() || json["sources"].is_array(), "{json}");
}

#[test]
fn sizes_are_a_picture_and_the_same_in_tables() {
    let demo = Demo::new();
    let page = demo.service.get(&format!("/compare/sizes?{PAIR}"));
    assert_eq!(page.status, 200);
    for part in
        ["<svg class=\"map\" role=\"img\" aria-label=", "id=\"packages\"", "id=\"directories\""]
    {
        assert!(page.text.contains(part), "{part}\n{}", page.text);
    }
    let table =
        demo.service.get(&format!("/compare/sizes?{PAIR}&format=json&table=packages")).json();
    let rows = table["rows"].as_array().unwrap();
    let sum = |side: &str| rows.iter().map(|row| row[side].as_i64().unwrap()).sum::<i64>();
    assert!(sum("old") > 0 && rows.iter().any(|row| row["package"] == "nginx"), "{table}");
    let growth: i64 = rows.iter().map(|row| row["growth"].as_i64().unwrap()).sum();
    assert_eq!(sum("new") - sum("old"), growth);
}

#[test]
fn whoever_may_not_compare_is_told_nothing_of_it() {
    let demo = Demo::new();
    let group = demo.nginx.parent().unwrap();
    let beside = model::Uidp::root([0xb0; 20]);
    for (number, place, status) in [(7, &group, 200), (8, &beside, 404)] {
        if place == &beside {
            demo.service.add(engine::ThingKind::Group, &beside, "beside", &());
        }
        let who = demo.service.somebody(number, "registry.pull", place);
        let token = format!("Bearer {}", demo.service.token(&who));
        for path in ["package?type=apk&name=nginx", "changelogs?", "sizes?"] {
            let path = format!("/compare/{path}&{PAIR}");
            let headers = [("authorization", token.as_str())];
            let answered = demo.service.send(Method::GET, &path, &headers, Body::empty());
            assert_eq!(answered.status, status, "{path}");
            assert_eq!(demo.service.send(Method::GET, &path, &[], Body::empty()).status, 401);
        }
    }
}
