//! Images, comparisons, histories and searches, asked of the demonstration.

use axum::body::Body;
use engine::ThingKind;
use http::Method;
use serde_json::{Value, json};

use crate::testing::{Demo, NOW};

/// What a question about the repository `nginx` of the demonstration is answered.
fn ask(demo: &Demo, question: &str) -> Value {
    let (path, query) = question.split_once('?').unwrap_or((question, ""));
    let answered = demo.service.get(&format!("/api/v1{path}?repo={}&{query}", demo.nginx));
    assert_eq!(answered.status, 200, "{question}: {}", answered.text);
    answered.json()
}

/// A list of an answer, one member of each item.
fn each(answer: &Value, list: &str, member: &str) -> Vec<String> {
    let items = answer[list].as_array().unwrap().iter();
    items.map(|item| item[member].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn lists_come_in_pages() {
    let demo = Demo::new();
    let repos = demo.service.get("/api/v1/repos?group=public-images").json();
    let mut names = each(&repos, "items", "name");
    names.sort();
    assert_eq!(names, ["curl", "nginx"]);
    let first = demo.service.get("/api/v1/repos?limit=1").json();
    let next = first["next"].as_str().unwrap();
    let second = demo.service.get(&format!("/api/v1/repos?limit=1&after={next}")).json();
    assert_eq!(second["next"], Value::Null);
    assert_ne!(each(&first, "items", "id"), each(&second, "items", "id"));

    let tags = each(&ask(&demo, "/tags"), "items", "name");
    assert_eq!(tags, ["1.25.3", "1.25.4", "latest", "latest-dev"]);
    assert_eq!(each(&ask(&demo, "/tags?after=1.25.4&limit=1"), "items", "name"), ["latest"]);

    let history = ask(&demo, "/history?tag=latest");
    let times = each(&history, "items", "time");
    let expect = ["2023-11-20T02:20:00Z", "2024-01-22T08:49:31Z", "2024-02-15T03:35:00Z"];
    assert_eq!((&times[..], &history["next"]), (&expect.map(str::to_owned)[..], &Value::Null));
    let page = ask(&demo, "/history?tag=latest&limit=2");
    let next = page["next"].as_str().unwrap();
    let rest = ask(&demo, &format!("/history?tag=latest&limit=2&after={next}"));
    assert_eq!(each(&rest, "items", "time"), expect[2..]);

    let images = ask(&demo, "/images");
    assert_eq!(images["items"].as_array().unwrap().len(), 4);
    let tagged: Vec<&Value> =
        images["items"].as_array().unwrap().iter().map(|one| &one["tags"]).collect();
    assert!(tagged.contains(&&json!(["1.25.4", "latest"])), "{tagged:?}");
}

#[test]
fn a_comparison_is_the_document_of_the_program() {
    let demo = Demo::new();
    let document = ask(&demo, "/comparisons?from=1.25.3&to=1.25.4");
    assert_eq!((&document["kind"], &document["version"]), (&json!("comparison"), &json!(1)));
    assert_eq!(document["same"], false);
    let names = each(&document, "packages", "name");
    assert!(names.contains(&"nginx".to_owned()), "{names:?}");
    let then = ask(&demo, "/comparisons?since=2024-01-01&to=latest");
    assert_eq!(then["old"]["digest"], ask(&demo, "/history?tag=latest")["items"][0]["digest"]);

    let path =
        format!("/api/v1/comparisons?repo={}&from=1.25.3&to=1.25.4&format=table", demo.nginx);
    let table = demo.service.get(&path);
    assert_eq!(table.headers["pentimento-outcome"], "different");
    assert!(table.text.contains("nginx"), "{}", table.text);
    let same = demo.service.get(&path.replace("from=1.25.3", "from=latest"));
    assert_eq!(same.headers["pentimento-outcome"], "same");
    // Digests mean the same for ever: what the client has already is not even made.
    let token = demo.service.token(&demo.service.owner);
    let tag = table.headers["etag"].to_str().unwrap();
    let headers = [("authorization", token.as_str()), ("if-none-match", tag)];
    let again = demo.service.send(Method::GET, &path, &headers, Body::empty());
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    let other = demo.service.send(
        Method::GET,
        &path.replace("format=table", "format=table&files=true"),
        &headers,
        Body::empty(),
    );
    assert_eq!(other.status, 200);

    let files = document["files"].as_array().unwrap();
    let mut paged = Vec::new();
    let mut next = Value::Null;
    loop {
        let after = next.as_str().map(|next| format!("&after={next}")).unwrap_or_default();
        let page = format!("/comparisons/files?from=1.25.3&to=1.25.4&limit=3{after}");
        let page = ask(&demo, &page);
        paged.extend(page["items"].as_array().unwrap().clone());
        next = page["next"].clone();
        if next.is_null() {
            break;
        }
    }
    assert_eq!(paged, *files);
    let folder = files[0]["path"].as_str().unwrap().rsplit_once('/').unwrap().0;
    let below = ask(&demo, &format!("/comparisons/files?from=1.25.3&to=1.25.4&below={folder}/"));
    let below = each(&below, "items", "path");
    assert!(!below.is_empty() && below.iter().all(|path| path.starts_with(folder)), "{below:?}");
    let causes = ask(&demo, "/comparisons/files?from=1.25.3&to=1.25.4&cause=package");
    assert!(each(&causes, "items", "cause").iter().all(|cause| cause == "package"));
}

#[test]
fn an_image_is_described_and_analysed() {
    let demo = Demo::new();
    let digest = ask(&demo, "/tags?limit=1")["items"][0]["digest"].as_str().unwrap().to_owned();
    let document = ask(&demo, &format!("/images/{digest}"));
    assert_eq!(document["kind"], "analysis");
    let nowhere = format!("/api/v1/images/sha256:{}?repo={}", "0".repeat(64), demo.nginx);
    assert_eq!(demo.service.get(&nowhere).status, 404);

    let wanted = format!("/api/v1/analyses?repo={}&image=latest", demo.nginx);
    let wanted = demo.service.put(Method::POST, &wanted, "");
    assert_eq!((wanted.status, &wanted.json()["state"]), (202, &json!("waiting")));
    let place = wanted.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(demo.service.get(&place).json(), wanted.json());
    assert_eq!(ask(&demo, "/analyses")["items"], json!([wanted.json()]));
    let other = place.replace(demo.nginx.as_str(), demo.service.group.as_str());
    assert_eq!(demo.service.get(&other).status, 404);
    let state = &demo.service.desk.state;
    let job = state.ledger.take_job("somebody", state.now(), 60).unwrap().unwrap();
    state.ledger.end_job(job.number, "somebody", &engine::Ended::Done, state.now()).unwrap();
    let events = demo.service.get(&place.replace("?repo", "/events?repo"));
    assert_eq!(events.headers["content-type"], "text/event-stream");
    assert!(events.text.starts_with("event: done\ndata: {"), "{}", events.text);
}

#[test]
fn images_are_found_by_what_is_in_them() {
    let demo = Demo::new();
    let search = |question: &str| {
        let answered = demo.service.get(&format!("/api/v1/search?{question}"));
        assert_eq!(answered.status, 200, "{question}: {}", answered.text);
        answered.json()
    };
    let found = search("package=nginx");
    assert_eq!(found["items"].as_array().unwrap().len(), 4, "{found}");
    let newer = search("package=nginx&type=apk&range=%3E%3D1.25.4,%3C2");
    let mut tags: Vec<String> = (newer["items"].as_array().unwrap().iter())
        .map(|item| item["tags"][0].as_str().unwrap_or_default().to_owned())
        .collect();
    tags.sort();
    assert_eq!(tags, ["1.25.4", "latest-dev"]);
    assert_eq!(search("package=nginx&type=deb")["items"], json!([]));
    let first = search("package=nginx&limit=3");
    let next = first["next"].as_str().unwrap().replace(' ', "%20");
    let rest = search(&format!("package=nginx&limit=3&after={next}"));
    assert_eq!(rest["items"].as_array().unwrap().len(), 1, "{rest}");

    let files = ask(&demo, "/comparisons/files?from=1.25.3&to=1.25.4&limit=100");
    let file = (files["items"].as_array().unwrap().iter())
        .find_map(|file| Some((file["path"].as_str()?, file["new"]["sha256"].as_str()?)));
    let (path, sha256) = file.unwrap();
    let digest = format!("sha256:{}", sha256.trim_start_matches("sha256:"));
    let found = search(&format!("file={digest}&place={}", demo.nginx));
    let paths: Vec<Value> = (found["items"].as_array().unwrap().iter())
        .map(|item| item["matches"][0]["path"].clone())
        .collect();
    assert!(paths.contains(&json!(path)), "{paths:?}");

    let found = search("vulnerability=cve-2024-24990");
    let first = &found["items"][0]["matches"][0];
    assert_eq!((&first["name"], &first["severity"]), (&json!("nginx"), &json!("high")), "{found}");
    assert_eq!(demo.service.get("/api/v1/search?package=a&vulnerability=b").status, 400);
    assert_eq!(demo.service.get("/api/v1/search").status, 400);
    // Whoever may not see a repository finds nothing in it.
    let stranger = demo.service.somebody(7, "viewer", &demo.service.group);
    let token = demo.service.token(&stranger);
    let path = "/api/v1/search?package=nginx";
    let answered =
        demo.service.send(Method::GET, path, &[("authorization", &token)], Body::empty());
    assert_eq!(answered.json()["items"], json!([]));
    assert_eq!(answered.json()["looked_at"], json!(0));
}

#[test]
fn what_was_untagged_stays() {
    let demo = Demo::new();
    let ledger = &demo.service.desk.state.ledger;
    let wanted = engine::Wanted { name: Some("1.25.3".into()), ..engine::Wanted::default() };
    let tag = ledger.things(ThingKind::Tag, &wanted).unwrap().pop().unwrap();
    assert!(ledger.forget(ThingKind::Tag, &tag.id).unwrap());
    let history = ask(&demo, "/history?tag=1.25.3");
    let digest = history["items"][0]["digest"].as_str().unwrap();
    assert_eq!(ask(&demo, &format!("/comparisons?from={digest}&to=latest"))["same"], false);
}

#[test]
fn an_image_is_called_by_the_names_that_the_caller_may_see() {
    let demo = Demo::new();
    let (service, state) = (&demo.service, &demo.service.desk.state);
    let digest = ask(&demo, "/tags?limit=1")["items"][0]["digest"].as_str().unwrap().to_owned();
    // Somebody else has the same image, and no tag that means it.
    let other = service.group.below([7; 8]);
    service.add(ThingKind::Repo, &other, "mirror", &());
    state.ledger.note_member(&other, &digest, state.now()).unwrap();
    let token = service.token(&service.somebody(9, "viewer", &service.group));
    let told = |path: &str| {
        let headers = [("authorization", token.as_str())];
        service.send(Method::GET, &format!("/api/v1{path}"), &headers, Body::empty())
    };
    let images = told("/kept").json();
    let images = images["images"].as_array().unwrap().clone();
    let name = format!("local/mirror@{digest}");
    assert_eq!(images.len(), 1);
    assert_eq!(images[0]["names"], json!([name]));
    let query = told("/queries/show-distro?parameter=all");
    assert_eq!(query.headers["pentimento-outcome"], "told", "{}", query.text);
    let answers = query.json();
    assert_eq!(answers.as_object().unwrap().len(), 1, "{answers}");
    // What it is not told of is not there, by whatever it is called.
    let dev = ask(&demo, "/comparisons?from=latest&to=latest-dev")["new"]["digest"].clone();
    for image in ["nginx:latest", "public-images/nginx:latest", dev.as_str().unwrap()] {
        let query = told(&format!("/queries/show-distro?parameter=all&image={image}"));
        assert_eq!(query.status, 404, "{image} {}", query.text);
    }
    let own = told(&format!("/queries/show-distro?parameter=all&image=mirror@{digest}"));
    assert_eq!(own.status, 200, "{}", own.text);
    let id = images[0]["id"].as_str().unwrap();
    assert_eq!(told(&format!("/queries/show-distro?parameter=all&image={id}")).status, 200);
}

#[test]
fn what_reads_files_again_is_no_question_to_a_service() {
    let demo = Demo::new();
    let asked = |query: &str| demo.service.get(&format!("/api/v1/queries/{query}")).status;
    assert_eq!(asked("nothing?parameter=all"), 404);
    assert_eq!(asked("show-pkg-diffs"), 400);
    let reads = report::query::ALL.iter().filter(|query| query.contents.is_some());
    for query in reads {
        assert_eq!(asked(&format!("{}?parameter=x", query.name)), 501, "{}", query.name);
    }
}

/// Has all facts been read by another version of the readers.
fn age(store: &engine::Store) {
    let (current, now) = (engine::revision(), NOW);
    for blob in store.list(current).unwrap() {
        if blob.part != store::Part::Facts {
            continue;
        }
        let layer = store.layer(&blob.key, now).unwrap().unwrap();
        let texts = store.texts(&blob.key, now).unwrap().unwrap();
        let older = store::LayerKey { revision: 1, ..blob.key };
        let (size, diff_id) = (layer.size, layer.diff_id);
        let layer = store::KeptLayer { size, diff_id, facts: &layer.facts };
        store.keep_layer(&older, &layer, &texts, now).unwrap();
    }
    let mut folders = vec![store.folder().join("blobs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().contains(&format!("{current:016x}")) {
                std::fs::remove_file(path).unwrap();
            }
        }
    }
}

#[test]
fn what_another_version_read_is_told_as_that_where_nothing_else_can_be_had() {
    let demo = Demo::new();
    age(&demo.store);
    // Nobody has the images any more.
    std::fs::remove_file(demo.folder.path().join("demo.tar")).unwrap();
    let history = ask(&demo, "/history?tag=latest");
    let digests = each(&history, "items", "digest");
    let asked = format!("from_digest={}&to_digest={}", digests[0], digests[2]);
    let diff = demo.service.get(&format!("/registry/v1/repos/{}/diff?{asked}", demo.nginx)).json();
    let warnings = diff["warnings"].as_array().unwrap();
    for side in ["from", "to"] {
        let told = format!("{side}: was read by another version of this program");
        assert!(warnings.iter().any(|one| one.as_str().unwrap().starts_with(&told)), "{diff}");
    }
    let changed = diff["packages"]["changed"].as_array().unwrap();
    assert!(changed.iter().any(|one| one["name"] == "nginx"), "{diff}");
    let told = ask(&demo, "/sightings?tag=latest");
    assert!(told["sightings"][0]["changes"]["packages"].as_u64().unwrap() > 0, "{told}");
    let found = demo.service.get("/api/v1/search?package=nginx").json();
    assert_eq!(found["items"].as_array().unwrap().len(), 4, "{found}");
    // What is read again one day is not the same for ever.
    let path = format!("/api/v1/comparisons?repo={}&from=1.25.3&to=1.25.4", demo.nginx);
    let tag = demo.service.get(&path).headers["etag"].to_str().unwrap().to_owned();
    assert!(tag.starts_with("W/"), "{tag}");
}

#[test]
fn what_a_tag_meant_before_is_compared_with_what_it_means() {
    let demo = Demo::new();
    let document = ask(&demo, "/comparisons?previous=true&to=latest");
    let history = each(&ask(&demo, "/history?tag=latest"), "items", "digest");
    assert_eq!(document["old"]["digest"], history[1]);
    assert_eq!(document["new"]["digest"], history[2]);
    let asked = |question: &str| {
        demo.service.get(&format!("/api/v1/comparisons?repo={}&{question}", demo.nginx)).status
    };
    assert_eq!(asked("previous=true&to=1.25.3"), 404);
    assert_eq!(asked("previous=true&since=30d&to=latest"), 400);
    assert_eq!(asked(&format!("previous=true&to={}", history[2])), 404);
}
