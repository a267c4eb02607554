//! Our own API, `/api/v1`: what the contract of the time has no words for. `routes` lists on one page what can be asked and by
//! whom; the document of `OpenAPI` is made of that list.

mod analyses;
mod answer;
mod comparisons;
mod deeds;
mod events;
mod hooks;
mod images;
mod kept;
mod lists;
mod openapi;
mod page;
mod problem;
mod queries;
mod routes;
mod search;
mod sign_in;
mod written;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use tonic::Code;

use crate::caller::Caller;
use crate::capability::Capabilities;
use crate::desk::Desk;
use crate::gateway::{parse, unescape};
use crate::grpc::authorization;
use crate::state::State;
use crate::status::Status;

pub(crate) use answer::Answer;
pub(crate) use events::response as following;
pub(crate) use hooks::hook;
pub(crate) use images::meant;
pub(crate) use routes::routes;

/// Where all of it is.
pub(crate) const ROOT: &str = "/api/v1";

/// Bytes of a body at the most.
const LARGEST: usize = 1 << 20;

/// Something that can be asked.
pub(crate) struct Route {
    /// How.
    pub(crate) method: Method,
    /// Where, below [`ROOT`]; `{number}` stands for one part of the path.
    pub(crate) path: &'static str,
    /// What clients call it.
    pub(crate) name: &'static str,
    /// What it does, in a sentence.
    pub(crate) about: &'static str,
    /// What it is told.
    pub(crate) parameters: &'static [Parameter],
    /// What its body is, where it has one.
    pub(crate) body: Option<&'static str>,
    /// Who may ask.
    pub(crate) access: Access,
    /// What it answers: a schema of the document, or a media type.
    pub(crate) answers: Answers,
    /// How it is answered.
    pub(crate) run: fn(&Asked<'_>) -> Result<Answer, Status>,
}

/// Something that a route is told.
pub(crate) struct Parameter {
    /// Its name; one that stands in braces in the path is taken from there.
    pub(crate) name: &'static str,
    /// Whether it has to be told.
    pub(crate) required: bool,
    /// What it is.
    pub(crate) shape: Shape,
    /// What it means, in a sentence.
    pub(crate) about: &'static str,
}

/// What a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A place in the tree.
    Place,
    /// A digest.
    Digest,
    /// Any text.
    Text,
    /// Any texts: it may be said several times.
    Texts,
    /// A whole number from 1 on.
    Number,
    /// `true` or `false`.
    Switch,
}

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anybody; who it has to be, the route finds out itself.
    Open,
    /// Whoever has a token. What they may not see is not there for them.
    Known,
    /// Whoever may do all of that at the place that this parameter names.
    Scoped(&'static str, &'static [&'static str]),
}

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answers {
    /// A document of this schema, with this status.
    Document(u16, &'static str),
    /// A document of the program's own, whose schema has this name in docs/schema.
    Own(&'static str),
    /// Server-sent events, each with a document of this schema.
    Events(&'static str),
}

/// A request that was let in.
pub(crate) struct Asked<'a> {
    /// What may be used.
    pub(crate) state: &'a State,
    /// Who asks; none where anybody may.
    pub(crate) caller: Option<&'a Caller>,
    /// The `authorization`, as it was sent.
    pub(crate) authorization: Option<&'a str>,
    parameters: BTreeMap<String, Vec<String>>,
    /// What the client has already: tags of answers.
    known: String,
    /// The body.
    pub(crate) body: &'a [u8],
}

impl Asked<'_> {
    /// What was said of a parameter; what is empty was not said.
    pub(crate) fn said(&self, name: &str) -> Option<&str> {
        self.all(name).first().map(String::as_str).filter(|text| !text.is_empty())
    }

    /// All that was said of a parameter that may be said several times.
    pub(crate) fn all(&self, name: &str) -> &[String] {
        self.parameters.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a switch is on.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.said(name) == Some("true")
    }

    /// Whether the client has the answer with this tag.
    pub(crate) fn has(&self, tag: &str) -> bool {
        answer::knows(&self.known, tag)
    }

    /// Who asks, where somebody has to.
    pub(crate) fn whoever(&self) -> Result<&Caller, Status> {
        self.caller.ok_or_else(Status::unverified)
    }

    /// Whether the caller may do all of that at this place.
    pub(crate) fn may(&self, needed: Capabilities, place: &model::Uidp) -> bool {
        self.caller.is_some_and(|caller| caller.may(needed, place))
    }

    /// Refuses what the caller may not do at this place.
    pub(crate) fn demand(&self, needed: Capabilities, place: &model::Uidp) -> Result<(), Status> {
        self.whoever()?.demand(needed, place)
    }

    /// What was said of a parameter that has to be said.
    pub(crate) fn needed(&self, name: &str) -> Result<&str, Status> {
        self.said(name).ok_or_else(|| Status::invalid_argument(format!("{name} has to be said")))
    }

    /// The same, as what it means.
    pub(crate) fn read<T: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
        name: &str,
    ) -> Result<T, Status> {
        self.needed(name)?
            .parse()
            .map_err(|error| Status::invalid_argument(format!("{name}: {error}")))
    }
}

/// Answers a request.
pub(crate) async fn answer(desk: &Arc<Desk>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let mut others = Vec::new();
    let path = parts.uri.path().strip_prefix(ROOT).unwrap_or_default();
    let mut found = None;
    for route in routes() {
        let Some(bound) = bind(route.path, path) else { continue };
        if route.method == parts.method {
            found = Some((route, bound));
            break;
        }
        others.push(route.method.as_str());
    }
    let Some((route, bound)) = found else {
        if others.is_empty() {
            return problem::of(&Status::not_found("there is nothing at this path"));
        }
        let text = format!("this path is asked by {}", others.join(", "));
        let status = Status::new(Code::Unimplemented, text);
        let mut response = problem::with(StatusCode::METHOD_NOT_ALLOWED, &status);
        if let Ok(allowed) = HeaderValue::from_str(&others.join(", ")) {
            response.headers_mut().insert(header::ALLOW, allowed);
        }
        return response;
    };
    let asking = async {
        let parameters = parameters(route, bound, parts.uri.query().unwrap_or_default())?;
        let authorization = authorization(&parts.headers);
        let body = crate::http::body(body, LARGEST).await?;
        let here = Arc::clone(desk);
        let known = answer::known(&parts.headers);
        let answering =
            move || run(&here, route, parameters, authorization.as_deref(), (known, &body));
        desk.wait_for(route.name, answering).await
    };
    match asking.await {
        Ok(answer) => match answer.follows() {
            Some(number) => events::response(desk, number),
            None => answer.into_response(&parts.headers).await,
        },
        Err(status) => problem::of(&status),
    }
}

/// Asks a route from within, as whoever has this token: what it is told in its path and its query is checked as it is of a request.
pub(crate) fn call(
    desk: &Desk,
    name: &str,
    bound: Vec<(String, String)>,
    query: &str,
    token: &str,
) -> Result<Answer, Status> {
    let route = routes().iter().find(|route| route.name == name).ok_or_else(Status::internal)?;
    let parameters = parameters(route, bound, query)?;
    run(desk, route, parameters, Some(token), (String::new(), &Bytes::new()))
}

/// What a path says of a route's; none where it is another one.
fn bind(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let mut bound = Vec::new();
    let (mut parts, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (parts.next(), path.next()) {
            (None, None) => return Some(bound),
            (Some(part), Some(said)) => {
                let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
                match name {
                    Some(name) if !said.is_empty() => {
                        bound.push((name.to_owned(), unescape(said, false).ok()?));
                    }
                    None if part == said => {}
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
}

/// All that a request says, each of its shape, and once unless it may be said several times. What nobody knows is refused: a
/// typing error would otherwise look as if it had been heeded.
fn parameters(
    route: &Route,
    bound: Vec<(String, String)>,
    query: &str,
) -> Result<BTreeMap<String, Vec<String>>, Status> {
    let wrong = |text: String| Err(Status::invalid_argument(text));
    let bound = bound.into_iter().map(|(name, value)| (name, vec![value]));
    let mut parameters: BTreeMap<String, Vec<String>> = bound.collect();
    for (name, values) in parse(query)? {
        let is_in_path = route.path.contains(&format!("{{{name}}}"));
        let known = route.parameters.iter().find(|known| known.name == name);
        let Some(known) = known.filter(|_| !is_in_path) else {
            let known: Vec<&str> = route.parameters.iter().map(|known| known.name).collect();
            return wrong(format!("there is no {name} here, but {}", known.join(", ")));
        };
        if values.len() > 1 && known.shape != Shape::Texts {
            return wrong(format!("{name} is said more than once"));
        }
        parameters.insert(name, values);
    }
    for Parameter { name, required, shape, .. } in route.parameters {
        let said = parameters.get(*name).and_then(|values| values.first());
        let said = said.filter(|value| !value.is_empty());
        let Some(said) = said else {
            if *required {
                return wrong(format!("{name} has to be said"));
            }
            continue;
        };
        let is_good = match shape {
            Shape::Place => said.parse::<model::Uidp>().is_ok(),
            Shape::Digest => said.parse::<model::Digest>().is_ok(),
            Shape::Text | Shape::Texts => true,
            Shape::Number => said.parse::<u32>().is_ok_and(|number| number > 0),
            Shape::Switch => matches!(said.as_str(), "true" | "false"),
        };
        if !is_good {
            return wrong(format!("{name} is {}", shape.about()));
        }
    }
    Ok(parameters)
}

fn run(
    desk: &Desk,
    route: &Route,
    parameters: BTreeMap<String, Vec<String>>,
    authorization: Option<&str>,
    (known, body): (String, &Bytes),
) -> Result<Answer, Status> {
    let state = &desk.state;
    let caller = match route.access {
        Access::Open => None,
        Access::Known | Access::Scoped(..) => {
            let caller = state.caller(authorization)?;
            // Anybody may read, and has nothing done.
            Some(if route.method == Method::GET { caller } else { caller.known()? })
        }
    };
    let _pass = match &caller {
        Some(caller) => Some(state.limits.admit(caller.identity.as_str(), Instant::now())?),
        None => None,
    };
    let asked = Asked { state, caller: caller.as_ref(), authorization, parameters, known, body };
    let answering = || {
        if let (Access::Scoped(parameter, needed), Some(caller)) = (route.access, &caller) {
            let place = asked.read(parameter)?;
            caller.demand(Capabilities::named(needed.iter().copied()), &place)?;
        }
        (route.run)(&asked)
    };
    let done = answering();
    if route.method != Method::GET {
        // Whoever comes without a token shows a hook's secret.
        let who = caller.as_ref().map_or("hook", |caller| caller.identity.as_str());
        let place = asked.said("repo").or(asked.said("place")).unwrap_or_default();
        state.note_deed(who, route.name, place, &done)?;
    }
    done
}

impl Shape {
    fn about(self) -> &'static str {
        match self {
            Shape::Place => {
                "a place in the tree: 40 hexadecimal digits, and parts of 16 behind slashes"
            }
            Shape::Digest => "a digest, such as sha256: with 64 hexadecimal digits behind it",
            Shape::Text => "a text",
            Shape::Texts => "a text, or several",
            Shape::Number => "a whole number from 1 on",
            Shape::Switch => "true or false",
        }
    }
}
