//! Who may call what: everything that can be called, by every role, at their own group, below it, above it and beside it.
//! What is expected is worked out from the contract's words alone.

use axum::body::Body;
use engine::ThingKind;
use model::Uidp;
use prost::Message as _;
use prost_reflect::{DynamicMessage, Value};
use tonic::Code;

use crate::capability::Capabilities;
use crate::rpc::Access;
use crate::state::State;
use crate::testing::{Demo, Service};
use crate::token::Claims;
use crate::wire::{iam, registry};

const ROLES: [&str; 4] = ["viewer", "editor", "owner", "registry.pull"];

/// A group with one above, one below and one beside it.
struct Tree {
    service: Service,
    above: Uidp,
    own: Uidp,
    below: Uidp,
    beside: Uidp,
}

fn tree() -> Tree {
    tree_with(|_| {})
}

fn tree_with(tune: impl FnOnce(&mut State)) -> Tree {
    let service = Service::tuned(tune);
    let above = Uidp::root([0xa0; 20]);
    let own = above.below([1; 8]);
    let tree = Tree { below: own.below([2; 8]), beside: above.below([3; 8]), own, above, service };
    for (number, group) in tree.groups().into_iter().enumerate() {
        let number = u8::try_from(number).unwrap();
        tree.service.add(ThingKind::Group, group, &format!("group {number}"), &());
        let child = |last: u8| group.below([0x10 + number, last, 0, 0, 0, 0, 0, 0]);
        let repo = child(1);
        tree.service.add(ThingKind::Repo, &repo, "nginx", &());
        tree.service.add(ThingKind::Tag, &repo.below([7; 8]), "latest", &());
        tree.service.add(ThingKind::Role, &child(2), "role", &());
        tree.service.add(ThingKind::Identity, &child(3), "somebody", &());
        let binding = iam::RoleBinding {
            identity: child(3).to_string(),
            role: child(2).to_string(),
            ..Default::default()
        };
        tree.service.add(ThingKind::Binding, &child(4), "", &binding);
    }
    tree
}

impl Tree {
    fn groups(&self) -> [&Uidp; 4] {
        [&self.above, &self.own, &self.below, &self.beside]
    }
}

#[test]
fn a_role_is_good_for_its_group_and_what_is_below_it() {
    let mut checked = 0;
    let calls = tree().service.desk.rpcs().len();
    let cases = (0..calls).flat_map(|call| (0..4).map(move |group| (call, group)));
    for (role, (call, group)) in
        ROLES.iter().flat_map(|role| cases.clone().map(move |case| (role, case)))
    {
        // Some of the calls take something away.
        let tree = tree();
        let token = tree.service.token(&tree.service.somebody(9, role, &tree.own));
        let desk = &tree.service.desk;
        let (rpc, group) = (&desk.rpcs()[call], tree.groups()[group]);
        let Access::Scoped(needed) = rpc.access else { continue };
        let mut message = DynamicMessage::new(desk.shapes(call).input.clone());
        // What is asked about is always the first member.
        message.set_field_by_number(1, Value::String(group.to_string()));
        let answer = rpc.call(&desk.state, Some(&token), &message.encode_to_vec());
        let is_refused = answer.is_err_and(|status| status.code == Code::PermissionDenied);
        let allows = crate::capability::BuiltIn::named(role).unwrap().capabilities();
        let may = allows.contain(needed) && (*group == tree.own || *group == tree.below);
        assert_eq!(!is_refused, may, "{role} {} at {group}", rpc.path);
        checked += 1;
    }
    assert!(checked >= 4 * 4 * 20, "{checked}");
}

#[test]
fn lists_have_what_a_role_is_good_for_and_nothing_else() {
    for role in ROLES {
        let tree = tree();
        let identity = tree.service.somebody(9, role, &tree.own);
        let token = tree.service.token(&identity);
        let desk = &tree.service.desk;
        for (place, rpc) in desk.rpcs().iter().enumerate() {
            let Access::Narrowed(needed) = rpc.access else { continue };
            if is_tested_elsewhere(rpc.path) {
                continue;
            }
            let answer = rpc.call(&desk.state, Some(&token), &[]).unwrap();
            let answer = DynamicMessage::decode(desk.shapes(place).output.clone(), &answer[..]);
            let answer = answer.unwrap();
            let items = answer.get_field_by_name("items").unwrap();
            let ids: Vec<String> = (items.as_list().unwrap().iter())
                .map(|item| {
                    let id = item.as_message().unwrap().get_field_by_name("id").unwrap();
                    id.as_str().unwrap().to_owned()
                })
                .filter(|id| id.contains('/'))
                .collect();
            let allows = crate::capability::BuiltIn::named(role).unwrap().capabilities();
            let is_ours = |id: &String| id.parse::<Uidp>().unwrap().is_within(&tree.own);
            assert!(ids.iter().all(is_ours), "{role} {}: {ids:?}", rpc.path);
            let own = ids.iter().filter(|id| !id.contains("0909090909090909")).count();
            let expect = if allows.contain(needed) { 2 } else { 0 };
            assert_eq!(own, expect, "{role} {}: {ids:?}", rpc.path);
        }
    }
}

/// What has no list of things with IDs, and what needs images: reports have a walk of their own.
fn is_tested_elsewhere(path: &str) -> bool {
    path.ends_with("/Lookup") || path.contains(".Vulnerabilities/")
}

#[test]
fn reports_are_there_for_those_who_may_see_them() {
    let demo = Demo::new();
    let (service, repo) = (&demo.service, &demo.nginx);
    let own = repo.parent().unwrap();
    // The images are of the group itself; below it and beside it there is a repository that has one of them, too.
    let tag = service.get(&format!("/registry/v1/tags?uidp.childrenOf={repo}&name=latest"));
    let digest = tag.json()["items"][0]["digest"].as_str().unwrap().to_owned();
    let (below, beside) = (own.below([2; 8]), Uidp::root([0xb0; 20]));
    let mut places = vec![repo.clone()];
    for group in [&below, &beside] {
        service.add(ThingKind::Group, group, "group", &());
        let repo = group.below([3; 8]);
        service.add(ThingKind::Repo, &repo, "copy", &());
        service.desk.state.ledger.note_member(&repo, &digest, crate::testing::NOW).unwrap();
        places.push(repo);
    }
    for (number, (role, group)) in (0x40..)
        .zip(ROLES.iter().flat_map(|role| [&own, &below, &beside].map(|group| (*role, group))))
    {
        let token = service.token(&service.somebody(number, role, group));
        let get = |path: &str| {
            let headers = [("authorization", token.as_str())];
            service.send(http::Method::GET, path, &headers, Body::empty())
        };
        let needed = Capabilities::named(["vuln_report.list"]);
        let allows = crate::capability::BuiltIn::named(role).unwrap().capabilities();
        let may = |place: &Uidp| allows.contain(needed) && place.is_within(group);
        let listed = get(&format!("/registry/v1/vuln_reports?digest={digest}"));
        let listed: Vec<String> = (listed.json()["items"].as_array().unwrap().iter())
            .map(|item| item["repoId"].as_str().unwrap().to_owned())
            .collect();
        let mut expect: Vec<String> =
            places.iter().filter(|place| may(place)).map(ToString::to_string).collect();
        expect.sort();
        assert_eq!(listed, expect, "{role} {group}");
        let raw = get(&format!("/registry/v1/vuln_reports/raw?digest={digest}"));
        let status = if expect.is_empty() { 404 } else { 200 };
        assert_eq!(raw.status, status, "{role} {group}: {:.100}", raw.text);
        let counted = get("/registry/v1/vuln_reports/counts?repo=nginx&tag=latest").json();
        let counted = counted["items"].as_array().unwrap().len();
        assert_eq!(counted, usize::from(may(repo)), "{role} {group}");
    }
}

#[test]
fn nobody_calls_anything_without_a_token() {
    let tree = tree();
    let gone = Uidp::root([0xee; 20]);
    let of_nobody = tree.service.token(&gone);
    for rpc in tree.service.desk.rpcs().iter().filter(|rpc| rpc.access != Access::Open) {
        assert_eq!(
            rpc.call(&tree.service.desk.state, None, &[]).unwrap_err().code,
            Code::Unauthenticated
        );
        for binding in &rpc.bindings {
            let path = binding.template.example(tree.own.as_str());
            for headers in [
                &[][..],
                &[("authorization", "Bearer e30.e30.e30")],
                &[("authorization", of_nobody.as_str())],
            ] {
                let answered =
                    tree.service.send(binding.method.clone(), &path, headers, Body::empty());
                assert_eq!(answered.status, 401, "{} {path}", binding.method);
            }
        }
    }
}

#[test]
fn nobody_gives_what_they_do_not_have() {
    let tree = tree();
    let service = &tree.service;
    let granter = iam::Role {
        capabilities: vec![
            "role_bindings.create".into(),
            "roles.update".into(),
            "repo.list".into(),
        ],
        ..Default::default()
    };
    let role = tree.own.below([0x55; 8]);
    service.add(ThingKind::Role, &role, "granter", &granter);
    let identity = service.somebody(9, "registry.pull", &tree.own);
    let owner = service.somebody(8, "owner", &tree.own);
    let call = |path: &str, who: &Uidp, message: Vec<u8>| {
        let desk = &service.desk;
        let rpc = &desk.rpcs()[desk.place(path).unwrap()];
        rpc.call(&desk.state, Some(&service.token(who)), &message).map_err(|status| status.code)
    };
    let bind = |who: &Uidp, role: &str, group: &Uidp| {
        let binding = iam::RoleBinding {
            identity: identity.to_string(),
            role: role.into(),
            ..Default::default()
        };
        let request = iam::CreateRoleBindingRequest {
            parent: group.to_string(),
            role_binding: Some(binding),
        };
        call("chainguard.platform.iam.RoleBindings/Create", who, request.encode_to_vec())
            .map(|_| ())
    };
    let named = |name: &str| crate::capability::BuiltIn::named(name).unwrap().id;
    assert_eq!(bind(&identity, role.as_str(), &tree.own), Err(Code::PermissionDenied));
    assert_eq!(bind(&owner, role.as_str(), &tree.above), Err(Code::PermissionDenied));
    // A role is good for nothing outside of where it was made.
    service.somebody(7, "owner", &tree.beside);
    let neighbour = Uidp::root([7; 20]);
    assert_eq!(bind(&neighbour, role.as_str(), &tree.beside), Err(Code::InvalidArgument));
    assert_eq!(bind(&owner, role.as_str(), &tree.own), Ok(()));
    assert_eq!(bind(&identity, named("owner"), &tree.own), Err(Code::PermissionDenied));
    assert_eq!(bind(&identity, named("viewer"), &tree.own), Err(Code::PermissionDenied));
    assert_eq!(bind(&identity, role.as_str(), &tree.below), Ok(()));
    let wider = iam::Role {
        id: role.to_string(),
        name: "granter".into(),
        capabilities: vec!["repo.delete".into()],
        ..Default::default()
    };
    let update =
        |who| call("chainguard.platform.iam.Roles/Update", who, wider.encode_to_vec()).map(|_| ());
    assert_eq!(update(&identity), Err(Code::PermissionDenied));
    assert_eq!(update(&owner), Ok(()));
}

#[test]
fn a_token_for_a_token_has_no_more_rights() {
    let tree = tree();
    let service = &tree.service;
    let identity = service.somebody(9, "owner", &tree.own);
    let exchange = |claims: Claims, query: &str| {
        let token = service.token_with(Claims { sub: identity.to_string(), ..claims });
        let path = format!("/sts/exchange?aud=http://here&{query}");
        service.send(http::Method::GET, &path, &[("authorization", &token)], Body::empty())
    };
    let may = |token: &str, place: &Uidp| {
        let caller = service.desk.state.caller(Some(token)).unwrap();
        caller.at(place) != Capabilities::NONE
    };
    let narrow = exchange(Claims::default(), &format!("scopes={}", tree.below));
    let narrow = narrow.json()["token"].as_str().unwrap().to_owned();
    assert!(may(&narrow, &tree.below) && !may(&narrow, &tree.own));
    let limited = Claims { scopes: Some(vec![tree.below.to_string()]), ..Claims::default() };
    let wider = exchange(limited.clone(), &format!("scope={}", tree.own));
    assert_eq!(wider.status, 403, "{}", wider.text);
    let same = exchange(limited, "cap=repo.list").json()["token"].as_str().unwrap().to_owned();
    let caller = service.desk.state.caller(Some(&same)).unwrap();
    assert_eq!(caller.at(&tree.below).names(), ["repo.list"]);
    assert_eq!(caller.at(&tree.own), Capabilities::NONE);
    let foreign = exchange(Claims::default(), &format!("identity={}", service.owner));
    assert_eq!(foreign.status, 403, "{}", foreign.text);
    let filter = registry::RepoFilter::default().encode_to_vec();
    let desk = &service.desk;
    let list = &desk.rpcs()[desk.place("chainguard.platform.registry.Registry/ListRepos").unwrap()];
    let seen = list.call(&desk.state, Some(&narrow), &filter).unwrap();
    assert_eq!(registry::RepoList::decode(&seen[..]).unwrap().items.len(), 1);
}

#[test]
fn anybody_reads_what_is_public_and_nothing_else() {
    let public = Uidp::root([0xa0; 20]).below([1; 8]);
    let allows = crate::capability::BuiltIn::named("registry.pull").unwrap().capabilities();
    let calls = tree().service.desk.rpcs().len();
    for (call, group) in (0..calls).flat_map(|call| (0..4).map(move |group| (call, group))) {
        let tree = tree_with(|state| state.public = vec![public.clone()]);
        assert_eq!(tree.own, public);
        let desk = &tree.service.desk;
        let (rpc, group) = (&desk.rpcs()[call], tree.groups()[group]);
        let mut message = DynamicMessage::new(desk.shapes(call).input.clone());
        let code = |message: &DynamicMessage| {
            let answer = rpc.call(&desk.state, None, &message.encode_to_vec());
            answer.map_err(|status| status.code)
        };
        match rpc.access {
            Access::Open => {}
            Access::Known => assert_eq!(code(&message), Err(Code::Unauthenticated), "{}", rpc.path),
            Access::Scoped(needed) => {
                message.set_field_by_number(1, Value::String(group.to_string()));
                let is_refused = code(&message) == Err(Code::Unauthenticated);
                let may = allows.contain(needed) && group.is_within(&public);
                assert_eq!(!is_refused, may, "{} at {group}", rpc.path);
            }
            Access::Narrowed(_) if is_tested_elsewhere(rpc.path) => {}
            Access::Narrowed(needed) => {
                let answer = code(&message).unwrap();
                let answer = DynamicMessage::decode(desk.shapes(call).output.clone(), &answer[..]);
                let items = answer.unwrap().get_field_by_name("items").unwrap().into_owned();
                let ids = items.as_list().unwrap().iter().map(|item| {
                    let id = item.as_message().unwrap().get_field_by_name("id").unwrap();
                    id.as_str().unwrap().to_owned()
                });
                let ids: Vec<String> = ids.filter(|id| id.contains('/')).collect();
                let is_public = |id: &String| id.parse::<Uidp>().unwrap().is_within(&public);
                assert!(ids.iter().all(is_public), "{} {ids:?}", rpc.path);
                assert_eq!(!ids.is_empty(), allows.contain(needed), "{}", rpc.path);
            }
        }
    }
}

#[test]
fn anybody_asks_over_http_as_far_as_something_is_public() {
    let public = Uidp::root([0xa0; 20]).below([1; 8]);
    let tree = tree_with(|state| state.public = vec![public.clone()]);
    let check = |method: http::Method, path: &str, status: u16| {
        let answered = tree.service.send(method.clone(), path, &[], Body::empty());
        assert_eq!(answered.status, status, "{method} {path}: {}", answered.text);
    };
    check(http::Method::GET, "/registry/v1/repos", 200);
    check(http::Method::GET, &format!("/api/v1/tags?repo={}", tree.below), 404);
    check(http::Method::GET, &format!("/api/v1/tags?repo={}", tree.beside), 401);
    check(http::Method::GET, &format!("/api/v1/hooks?place={}", tree.own), 401);
    check(http::Method::GET, &format!("/api/v1/deeds?place={}", tree.own), 401);
    check(http::Method::GET, "/api/v1/repos", 200);
    check(http::Method::POST, &format!("/api/v1/analyses?repo={}&image=x", tree.own), 401);
    check(http::Method::POST, "/iam/v1/groups", 401);
    check(http::Method::GET, "/auth/v1/ok", 401);
    // Who shows a token that is none is not anybody.
    let headers = [("authorization", "Bearer e30.e30.e30")];
    let answered =
        tree.service.send(http::Method::GET, "/registry/v1/repos", &headers, Body::empty());
    assert_eq!(answered.status, 401);
}
