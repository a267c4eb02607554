//! The document that describes the API, made of the list of routes. `OpenAPI` 3.1.

use serde_json::{Map, Value, json};

use super::{Access, Answer, Answers, Asked, Parameter, ROOT, Route, Shape, routes};
use crate::status::Status;

/// What the documents look like, by name.
const SCHEMAS: &str = include_str!("openapi/schemas.json");

/// Answers with the document.
pub(super) fn served(asked: &Asked<'_>) -> Result<Answer, Status> {
    let document = document().ok_or_else(Status::internal)?;
    let mut document = document;
    document["servers"] = json!([{ "url": asked.state.trust.issuer }]);
    Ok(Answer::json(&document).tagged())
}

/// The document, without where the service is; none where it is broken.
pub(crate) fn document() -> Option<Value> {
    let schemas: Value = serde_json::from_str(SCHEMAS).ok()?;
    let mut paths: Map<String, Value> = Map::new();
    for route in routes() {
        let path = paths.entry(format!("{ROOT}{}", route.path)).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = operation(route);
    }
    Some(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Pentimento",
            "version": "1",
            "description": "What is in container images, what changed between two of them, and why.",
        },
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
            },
        },
    }))
}

fn operation(route: &Route) -> Value {
    let parameters: Vec<Value> = route.parameters.iter().map(|one| parameter(route, one)).collect();
    let (status, content) = match route.answers {
        Answers::Document(status, schema) => {
            (status, json!({ "application/json": { "schema": reference(schema) } }))
        }
        Answers::Own(name) => {
            let about = format!("The document of docs/schema/{name}.v1.json.");
            let schema = json!({ "type": "object", "description": about });
            (200, json!({ "application/json": { "schema": schema } }))
        }
        Answers::Events(schema) => {
            let about =
                format!("Events with a document each, as #/components/schemas/{schema} has it.");
            let schema = json!({ "type": "string", "description": about });
            (200, json!({ "text/event-stream": { "schema": schema } }))
        }
    };
    let problem = |about: &str| {
        let content = json!({ "application/problem+json": { "schema": reference("Problem") } });
        json!({ "description": about, "content": content })
    };
    let mut responses = json!({
        status.to_string(): { "description": "What was asked for.", "content": content },
        "400": problem("A parameter or the body makes no sense."),
        "default": problem("It could not be answered."),
    });
    let mut operation = json!({ "operationId": route.name, "summary": route.about });
    let about = match route.access {
        Access::Open => None,
        Access::Known => Some("Needs a token.".to_owned()),
        Access::Scoped(place, needed) => Some(format!("Needs {} at `{place}`.", needed.join(", "))),
    };
    match about {
        None => operation["security"] = json!([]),
        Some(about) => {
            operation["description"] = json!(about);
            responses["401"] = problem("There is no token, or none that is good.");
            responses["403"] = problem("The token's owner may not do that there.");
        }
    }
    if !parameters.is_empty() {
        operation["parameters"] = Value::Array(parameters);
    }
    if let Some(body) = route.body {
        let content = json!({ "application/json": { "schema": reference(body) } });
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    operation["responses"] = responses;
    operation
}

fn parameter(route: &Route, parameter: &Parameter) -> Value {
    let is_in_path = route.path.contains(&format!("{{{}}}", parameter.name));
    json!({
        "name": parameter.name,
        "in": if is_in_path { "path" } else { "query" },
        "required": parameter.required || is_in_path,
        "description": parameter.about,
        "schema": shape(parameter.shape),
    })
}

fn shape(shape: Shape) -> Value {
    match shape {
        Shape::Place => json!({
            "type": "string", "pattern": "^[0-9a-f]{40}(?:/[0-9a-f]{16})*$",
        }),
        Shape::Digest => json!({
            "type": "string", "pattern": "^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$",
        }),
        Shape::Text => json!({ "type": "string" }),
        Shape::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Shape::Number => json!({ "type": "integer", "minimum": 1 }),
        Shape::Switch => json!({ "type": "boolean" }),
    }
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}
