//! What registries tell of their own accord: which tags were pushed, in the words of Distribution, Harbor and Docker Hub. What
//! they say a tag means is not believed: it is looked at. Pure functions of bytes.

use serde_json::Value;

/// Pushes that are taken from one message.
const MOST: usize = 1000;

/// A tag that was pushed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Push {
    /// The repository, without its host: `team/shop`.
    pub(crate) repository: String,
    /// The tag.
    pub(crate) tag: String,
}

/// The tags that a message says were pushed, each once; none where it is no message of a kind that is known.
pub(crate) fn pushes(body: &[u8]) -> Option<Vec<Push>> {
    let message: Value = serde_json::from_slice(body).ok()?;
    let mut pushes = of_distribution(&message)
        .or_else(|| of_harbor(&message))
        .or_else(|| of_docker_hub(&message))?;
    pushes.sort();
    pushes.dedup();
    pushes.truncate(MOST);
    Some(pushes)
}

fn push(repository: &Value, tag: &Value) -> Option<Push> {
    let text = |value: &Value| {
        value.as_str().filter(|text| !text.is_empty() && text.len() <= 255).map(str::to_owned)
    };
    Some(Push { repository: text(repository)?, tag: text(tag)? })
}

/// `{"events": [{"action": "push", "target": {"repository": …, "tag": …}}]}`; pushes of layers and by digest have no tag.
fn of_distribution(message: &Value) -> Option<Vec<Push>> {
    let events = message["events"].as_array()?.iter();
    let pushed = events.filter(|event| event["action"] == "push");
    Some(
        pushed
            .filter_map(|one| push(&one["target"]["repository"], &one["target"]["tag"]))
            .collect(),
    )
}

/// `{"type": "PUSH_ARTIFACT", "event_data": {"resources": [{"tag": …}], "repository": {"repo_full_name": …}}}`, or the same as
/// a `CloudEvent`: `{"type": "harbor.artifact.pushed", "data": …}`.
fn of_harbor(message: &Value) -> Option<Vec<Push>> {
    let kind = message["type"].as_str()?;
    let data =
        [&message["event_data"], &message["data"]].into_iter().find(|one| one.is_object())?;
    let repository = &data["repository"]["repo_full_name"];
    repository.as_str()?;
    if !matches!(kind, "PUSH_ARTIFACT" | "pushImage" | "harbor.artifact.pushed") {
        return Some(Vec::new());
    }
    let resources = data["resources"].as_array().map(Vec::as_slice).unwrap_or_default();
    Some(resources.iter().filter_map(|one| push(repository, &one["tag"])).collect())
}

/// `{"push_data": {"tag": …}, "repository": {"repo_name": …}}`.
fn of_docker_hub(message: &Value) -> Option<Vec<Push>> {
    let (data, repository) = (message["push_data"].as_object()?, &message["repository"]);
    let tag = data.get("tag").unwrap_or(&Value::Null);
    Some(push(&repository["repo_name"], tag).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expect: &str) {
        let told = match pushes(body.as_bytes()) {
            None => "unknown".to_owned(),
            Some(pushes) => {
                let pushes = pushes.iter().map(|push| format!("{}:{}", push.repository, push.tag));
                pushes.collect::<Vec<_>>().join(" ")
            }
        };
        assert_eq!(told, expect, "{body}");
    }

    #[test]
    fn distribution_tells_of_tags_among_much_else() {
        check(
            r#"{"events": [
                {"id": "1", "action": "push", "target": {"mediaType": "application/octet-stream",
                    "digest": "sha256:aa", "repository": "team/shop", "url": "http://h/v2/"}},
                {"id": "2", "action": "push", "target": {"repository": "team/shop", "tag": "1.5",
                    "digest": "sha256:bb"}, "request": {"host": "h"}},
                {"id": "3", "action": "push", "target": {"repository": "team/shop", "tag": "1.5"}},
                {"id": "4", "action": "pull", "target": {"repository": "team/shop", "tag": "1.4"}},
                {"id": "5", "action": "push", "target": {"repository": "a", "tag": "latest"}}
            ]}"#,
            "a:latest team/shop:1.5",
        );
        check(r#"{"events": []}"#, "");
    }

    #[test]
    fn harbor_tells_of_artifacts() {
        let message = |kind: &str, data: &str| {
            format!(
                r#"{{"type": "{kind}", "occur_at": 1586922308, "operator": "admin", "{data}": {{
                    "resources": [{{"digest": "sha256:aa", "tag": "v1", "resource_url": "h/team/shop:v1"}}],
                    "repository": {{"name": "shop", "namespace": "team", "repo_full_name": "team/shop",
                        "repo_type": "private"}}}}}}"#
            )
        };
        check(&message("PUSH_ARTIFACT", "event_data"), "team/shop:v1");
        check(&message("harbor.artifact.pushed", "data"), "team/shop:v1");
        check(&message("DELETE_ARTIFACT", "event_data"), "");
    }

    #[test]
    fn docker_hub_tells_of_one_tag() {
        check(
            r#"{"callback_url": "https://registry.hub.docker.com/u/x", "push_data": {"pushed_at": 1417566161,
                "pusher": "somebody", "tag": "latest"}, "repository": {"name": "shop", "namespace": "team",
                "repo_name": "team/shop", "status": "Active"}}"#,
            "team/shop:latest",
        );
    }

    #[test]
    fn whatever_else_comes_is_not_known() {
        check("", "unknown");
        check("[]", "unknown");
        check("{}", "unknown");
        check(r#"{"type": "ping"}"#, "unknown");
        check(
            r#"{"events": [1, {"action": "push"}, {"action": "push", "target": {"repository": 1, "tag": ""}}]}"#,
            "",
        );
    }
}
