//! What is done from pages: by whom, and by whose forms.

use axum::body::Body;
use engine::{ThingKind, Wanted, Work, WorkKind};
use http::Method;
use model::Uidp;

use super::{post, service, tag, with_cookie};
use crate::capability::{BuiltIn, Capabilities};
use crate::rpc::Access;
use crate::testing::{NOW, Service};
use crate::web::deeds;
use crate::wire::registry::Repo;

const ROLES: [&str; 4] = ["viewer", "editor", "owner", "registry.pull"];

/// Somebody who is signed in.
struct SignedIn {
    cookie: String,
    seal: String,
}

fn signed_in(service: &Service, who: &Uidp) -> SignedIn {
    let cookie = format!("pentimento={}", service.token(who));
    let page = with_cookie(service, "/groups", &cookie).text;
    let seal = page.split("name=\"seal\" value=\"").nth(1).unwrap();
    SignedIn { cookie, seal: seal.split('"').next().unwrap().to_owned() }
}

impl SignedIn {
    fn sends(
        &self,
        service: &Service,
        deed: &str,
        said: &[(&str, &str)],
    ) -> crate::testing::Answered {
        let headers =
            [("cookie", self.cookie.as_str()), ("host", "here"), ("origin", "http://here")];
        let form = [&[("seal", self.seal.as_str())], said].concat();
        post(service, &format!("/do/{deed}"), &headers, &form)
    }
}

fn groups(service: &Service) -> Vec<String> {
    let all = service.desk.state.ledger.things(ThingKind::Group, &Wanted::default()).unwrap();
    all.into_iter().map(|group| group.name).collect()
}

/// A group above, one's own, one below it and one beside it, each with a repository.
fn tree(service: &Service) -> [Uidp; 4] {
    let above = Uidp::root([0xa0; 20]);
    let own = above.below([1; 8]);
    let all = [above.clone(), own.clone(), own.below([2; 8]), above.below([3; 8])];
    for (number, group) in all.iter().enumerate() {
        service.add(ThingKind::Group, group, &format!("group {number}"), &());
        service.add(ThingKind::Repo, &group.below([9; 8]), "nginx", &Repo::default());
    }
    all
}

#[test]
fn a_form_is_believed_from_whoever_was_shown_it() {
    let service = service();
    let owner = signed_in(&service, &service.owner);
    let other = signed_in(&service, &service.somebody(5, "owner", &service.group));
    let token = format!("Bearer {}", service.token(&service.owner));
    let cookie = owner.cookie.as_str();
    let elsewhere = [("cookie", cookie), ("host", "here"), ("origin", "https://evil")];
    let ours = [("cookie", cookie), ("host", "here"), ("origin", "http://here")];
    let bearer = [("authorization", token.as_str()), ("host", "here")];
    let form = [("seal", owner.seal.as_str()), ("name", "stolen")];
    for (headers, form) in [
        (&elsewhere[..], &form[..]),
        (&ours[..], &form[1..]),
        (&ours[..], &[("seal", other.seal.as_str()), ("name", "stolen")][..]),
        (&ours[1..], &form[..]),
        (&bearer[..], &form[..]),
    ] {
        let answered = post(&service, "/do/group-make", headers, form);
        assert_eq!(answered.status, 403, "{headers:?} {form:?}");
    }
    assert!(!groups(&service).contains(&"stolen".to_owned()));
    for path in ["/do/group-make", "/do/none"] {
        assert_ne!(with_cookie(&service, path, cookie).status, 200, "{path}");
    }
    assert_eq!(owner.sends(&service, "none", &[]).status, 404);
    let made = owner.sends(&service, "group-make", &[("name", "ours"), ("to", "https://evil")]);
    assert_eq!((made.status, &made.headers["location"]), (303, &"/".parse().unwrap()));
    assert!(groups(&service).contains(&"ours".to_owned()));
    // What is refused is a page that leads back, and is noted as what the API refuses is.
    let to = format!("/groups/{}", service.group);
    let refused = owner.sends(&service, "group-make", &[("name", "ours"), ("to", &to)]);
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains(&format!("<a href=\"{to}\">Go back</a>")), "{}", refused.text);
}

#[test]
fn a_form_does_what_the_call_may_and_nothing_else() {
    let mut checked = 0;
    for (role, deed) in
        ROLES.iter().flat_map(|role| deeds::ALL.iter().map(move |deed| (role, deed)))
    {
        for group in 0..4 {
            let service = Service::new();
            let tree = tree(&service);
            let visitor = signed_in(&service, &service.somebody(6, role, &tree[1]));
            let desk = &service.desk;
            let needed = match desk.rpcs()[desk.place(deed.call).unwrap()].access {
                Access::Scoped(needed) => needed,
                _ => Capabilities::named(["groups.create"]),
            };
            let place = &tree[group];
            let said = [("place", place.as_str()), ("name", "x"), ("identity", "x"), ("to", "/")];
            let answered = visitor.sends(&service, deed.name, &said);
            let allows = BuiltIn::named(role).unwrap().capabilities();
            let may = allows.contain(needed) && place.is_within(&tree[1]);
            assert_eq!(answered.status != 403, may, "{role} {} at {place}", deed.name);
            checked += 1;
        }
    }
    assert!(checked >= 4 * 4 * 16, "{checked}");
}

#[test]
fn an_image_is_wanted_and_followed_by_those_who_may_know_it() {
    for role in ROLES {
        for group in 0..4 {
            let service = Service::new();
            let tree = tree(&service);
            let visitor = signed_in(&service, &service.somebody(6, role, &tree[1]));
            let repo = tree[group].below([9; 8]);
            let digest = format!("sha256:{}", "aa".repeat(32));
            let may = repo.is_within(&tree[1]);
            let said = [("place", repo.as_str()), ("image", digest.as_str())];
            let answered = visitor.sends(&service, "read", &said);
            assert_eq!(answered.status, if may { 303 } else { 403 }, "{role} {repo}");
            let platform = String::new();
            let work = Work { repo: repo.clone(), kind: WorkKind::Read, what: digest, platform };
            let state = &service.desk.state;
            let job = state.ledger.want(&work, NOW).unwrap();
            let path = format!("/follow/{}?repo={repo}", job.number);
            // Whoever may follow it is told until it has ended: it has.
            while let Some(job) = state.ledger.take_job("test", NOW, 10).unwrap() {
                state.ledger.end_job(job.number, "test", &engine::Ended::Done, NOW).unwrap();
            }
            let followed = with_cookie(&service, &path, &visitor.cookie);
            assert_eq!(followed.status, if may { 200 } else { 403 }, "{role} {repo}");
            assert_eq!(followed.text.contains("event: done"), may, "{}", followed.text);
            assert_eq!(service.send(Method::GET, &path, &[], Body::empty()).status, 401);
        }
    }
}

#[test]
fn a_group_is_shown_with_what_its_visitor_may_see() {
    for role in ROLES {
        let service = Service::new();
        let tree = tree(&service);
        let visitor = signed_in(&service, &service.somebody(6, role, &tree[1]));
        let get = |path: &str| with_cookie(&service, path, &visitor.cookie);
        let list = get("/groups").text;
        for (number, group) in tree.iter().enumerate() {
            let page = get(&format!("/groups/{group}"));
            let events = get(&format!("/events?place={group}"));
            let may = group.is_within(&tree[1]);
            assert_eq!(list.contains(&format!("group {number}")), may, "{role} {group}");
            let status = if may { 200 } else { 404 };
            assert_eq!((page.status, events.status), (status, status), "{role} {group}");
            if !may {
                continue;
            }
            let allows = BuiltIn::named(role).unwrap().capabilities();
            for (capability, part) in [
                ("role_bindings.list", "id=\"bindings\""),
                ("identity.list", "id=\"identities\""),
                ("roles.list", "id=\"roles\""),
                ("groups.delete", "/do/group-delete"),
                ("role_bindings.create", "/do/binding-make"),
                ("repo.create", "/do/repo-make"),
            ] {
                let has = allows.contain(Capabilities::named([capability]));
                assert_eq!(page.text.contains(part), has, "{role} {part}");
            }
            let sees = allows.contain(Capabilities::named(["groups.update"]));
            assert_eq!(events.text.contains("id=\"deeds\""), sees, "{role}");
        }
    }
}

#[test]
fn what_nobody_may_do_without_a_token_has_no_form() {
    let service = Service::tuned(|state| state.public = vec![Uidp::root([0xa0; 20])]);
    tree(&service);
    for path in ["/groups", "/events", "/watches", "/data", "/repositories/group 0/nginx"] {
        let page = service.send(Method::GET, &path.replace(' ', "%20"), &[], Body::empty());
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        assert!(!page.text.contains("method=\"post\""), "{path}");
    }
    let page = service.send(Method::GET, "/tokens", &[], Body::empty());
    assert_eq!(page.status, 401);
}

#[test]
fn a_form_changes_nothing_that_it_does_not_say() {
    let service = service();
    let owner = signed_in(&service, &service.owner);
    let nginx = service.group.below([1; 8]);
    let said = [("place", nginx.as_str()), ("name", "nginx"), ("readme", "# other"), ("to", "/")];
    assert_eq!(owner.sends(&service, "repo-change", &said).status, 303);
    let moved = format!("sha256:{}", "cc".repeat(32));
    tag(&service, &nginx, "1.0", &moved, NOW);
    let tag = nginx.below([7; 8]);
    let said = [("place", tag.as_str()), ("digest", moved.as_str()), ("to", "/")];
    assert_eq!(owner.sends(&service, "tag-change", &said).status, 303);
    let page = with_cookie(&service, "/repositories/local/nginx", &owner.cookie).text;
    assert!(page.contains("# other") && page.contains(&"cc".repeat(6)), "{page}");
}
