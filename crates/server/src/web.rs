//! The Navigator: pages for people, on the same port and with the same rights as the API. What pages look like is the room
//! `pages`; here they are asked for, filled and sent. A page is a function of a [`Visit`], one file for each kind of page.

mod answer;
mod compare;
pub(crate) mod deeds;
mod figures;
mod image;
mod login;
mod manage;
mod places;
mod repositories;
mod search;
mod session;
mod waiting;

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::routing::{MethodRouter, get, post};
use http::{Request, Response};
use model::{Digest, Time, Uidp};
use pages::{Document, Here, Place, Visitor};

use crate::caller::Caller;
use crate::capability::Capabilities;
use crate::desk::Desk;
use crate::state::State as Service;
use crate::status::Status;

pub(crate) use figures::Memory;

/// How long a page may take. What is read for it is read on, and the page is looked at again.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long figures are looked for that a page can do without.
const SPARE: Duration = Duration::from_millis(800);

/// Somebody who looks at a page.
pub(crate) struct Visit<'a> {
    desk: &'a Desk,
    pub(crate) state: &'a Service,
    pub(crate) memory: &'a Memory,
    pub(crate) caller: Caller,
    pub(crate) here: Here,
    pub(crate) now: Time,
    /// The token of the visitor.
    token: Option<String>,
    /// What shows that a form is the visitor's; none where they are not signed in.
    seal: Option<String>,
    /// When nothing more is begun that the page can do without.
    until: Instant,
    /// The image that has to be read before there is a page.
    awaited: RefCell<Option<(Place, Uidp, Digest)>>,
}

/// What a page was asked for ends in.
pub(crate) enum Told {
    /// A page.
    Page(Document),
    /// A page that tells how far something is that the page waits for.
    Waiting(Document),
    /// Part of a page that is there.
    Part(Document),
    /// What a script of ours asked for.
    Json(String),
    /// A file.
    File {
        /// What it is called.
        name: String,
        /// Its media type.
        kind: &'static str,
        /// Its content.
        text: String,
    },
}

/// What may be compared by whom: as the API has it.
const COMPARING: [&str; 3] = ["repo.list", "vuln_reports.list", "sboms.list"];

type Run = fn(&Visit<'_>) -> Result<Told, Status>;

/// Where the pages are.
pub(crate) fn routes() -> Router<Arc<Desk>> {
    Router::new()
        .route("/", page(search::home))
        .route("/search", page(search::search))
        .route("/search/suggestions", page(search::suggestions))
        .route("/repositories", page(repositories::all))
        .route("/repositories/{*place}", page(repositories::place))
        .route("/compare", page(compare::page))
        .route("/compare/path", page(compare::path))
        .route("/compare/package", page(compare::package))
        .route("/compare/changelogs", page(compare::changelogs))
        .route("/compare/sizes", page(compare::sizes))
        .route("/compare/{name}", page(compare::file))
        .route("/groups", page(manage::groups))
        .route("/groups/{*place}", page(manage::group))
        .route("/events", page(manage::events))
        .route("/watches", page(manage::watches))
        .route("/tokens", page(manage::tokens))
        .route("/data", page(manage::data))
        .route("/do/{name}", post(deeds::done))
        .route("/follow/{number}", get(deeds::follow))
        .route("/sign-in", get(session::asked).post(session::sign_in))
        .route("/sign-in/elsewhere", get(login::begin))
        .route("/sign-in/back", get(login::back))
        .route("/sign-out", post(session::sign_out))
        .route("/assets/{*rest}", get(asset))
}

fn page(run: Run) -> MethodRouter<Arc<Desk>> {
    get(move |State(desk): State<Arc<Desk>>, request: Request<Body>| show(desk, request, run))
}

async fn show(desk: Arc<Desk>, request: Request<Body>, run: Run) -> Response<Body> {
    let uri = request.uri();
    let Some(here) = Here::parse(uri.path(), uri.query().unwrap_or_default()) else {
        let status = Status::invalid_argument("the address cannot be read");
        return answer::failure(&desk, Here::default(), None, &status);
    };
    let token = session::token(&request, &desk.state);
    let (asking, asked) = (Arc::clone(&desk), (here.clone(), token.clone()));
    let told = desk
        .wait("a page", PATIENCE, move || {
            let (here, token) = asked;
            let state = &asking.state;
            let caller = state.caller(token.as_deref())?;
            let visitor = session::visitor(state, &caller, token.as_deref().unwrap_or_default());
            let (now, until) = (state.now(), Instant::now() + SPARE);
            let seal = visitor.as_ref().map(|visitor: &Visitor| visitor.seal.clone());
            let (desk, memory) = (&*asking, &asking.memory);
            let awaited = RefCell::default();
            let visit =
                Visit { desk, state, memory, caller, here, now, token, seal, until, awaited };
            let told = run(&visit);
            Ok((visitor, told.or_else(|status| visit.waiting(status))))
        })
        .await;
    match told {
        Ok((visitor, Ok(told))) => answer::told(&desk, here, visitor, told),
        Ok((visitor, Err(status))) => answer::failure(&desk, here, visitor, &status),
        Err(status) => answer::failure(&desk, here, None, &status),
    }
}

async fn asset(Path(rest): Path<String>) -> Response<Body> {
    answer::asset(pages::assets::find(&rest))
}

impl Visit<'_> {
    /// Whether the visitor may do all of that at a place.
    fn may(&self, needed: &[&str], place: &Uidp) -> bool {
        self.caller.may(Capabilities::named(needed.iter().copied()), place)
    }

    /// Refuses what the visitor may not do at a place that they may see.
    fn demand(&self, needed: &[&str], place: &Uidp) -> Result<(), Status> {
        self.caller.demand(Capabilities::named(needed.iter().copied()), place)
    }

    /// Whether there is time for what the page can do without.
    fn has_time(&self) -> bool {
        Instant::now() < self.until
    }
}
