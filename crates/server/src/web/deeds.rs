//! What is done from pages: a form becomes a call of the API, made with the token of whoever sends it. So everything is allowed,
//! refused and noted as it is there; here it is only proven that the form is of a page that the sender was shown.

mod read;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use engine::ThingKind;
use http::{Request, Response, StatusCode};
use model::Time;
use pages::{Here, Visitor};
use prost::Message as _;
use tonic::Code;

use read::Kept;

use super::{PATIENCE, answer, session};
use crate::api;
use crate::desk::Desk;
use crate::gateway;
use crate::services::sts::EXCHANGE;
use crate::status::{self, Status};
use crate::wire::oidc::RawToken;

/// Something that a form has done.
pub(crate) struct Deed {
    /// The end of its address, below `/do/`.
    pub(crate) name: &'static str,
    /// The call that does it.
    pub(crate) call: &'static str,
    /// What is kept of which the call replaces: the form need not say all of it.
    of: Option<ThingKind>,
    /// Makes the request of what the form says. The place that the call is about is what the form calls `place`.
    read: fn(&Here, &Kept) -> Vec<u8>,
}

macro_rules! deed {
    ($name:literal, $call:literal, $read:expr) => {
        deed!($name, $call, None, $read)
    };
    ($name:literal, $call:literal, $of:expr, $read:expr) => {
        Deed { name: $name, call: concat!("chainguard.platform.", $call), of: $of, read: $read }
    };
}

/// Everything that forms have done, but that a token is made and an image read.
pub(crate) static ALL: &[Deed] = &[
    deed!("group-make", "iam.Groups/Create", read::group_made),
    deed!("group-change", "iam.Groups/Update", Some(ThingKind::Group), read::group_changed),
    deed!("group-delete", "iam.Groups/Delete", read::forgotten),
    deed!("role-make", "iam.Roles/Create", read::role_made),
    deed!("role-change", "iam.Roles/Update", read::role_changed),
    deed!("role-delete", "iam.Roles/Delete", read::forgotten),
    deed!("binding-make", "iam.RoleBindings/Create", read::binding_made),
    deed!("binding-delete", "iam.RoleBindings/Delete", read::forgotten),
    deed!("identity-make", "iam.Identities/Create", read::identity_made),
    deed!(
        "identity-change",
        "iam.Identities/Update",
        Some(ThingKind::Identity),
        read::identity_changed
    ),
    deed!("identity-delete", "iam.Identities/Delete", read::forgotten),
    deed!("repo-make", "registry.Registry/CreateRepo", read::repo_made),
    deed!("repo-change", "registry.Registry/UpdateRepo", Some(ThingKind::Repo), read::repo_changed),
    deed!("repo-delete", "registry.Registry/DeleteRepo", read::forgotten),
    deed!("tag-make", "registry.Registry/CreateTag", read::tag_made),
    deed!("tag-change", "registry.Registry/UpdateTag", Some(ThingKind::Tag), read::tag_changed),
    deed!("tag-delete", "registry.Registry/DeleteTag", read::forgotten),
];

/// What wants an image to be read, by our own API.
const READ: &str = "read";

/// What makes a token for a token.
const TOKEN: &str = "token-make";

/// Has something done, and goes on at the page that it was wanted on.
pub(super) async fn done(
    State(desk): State<Arc<Desk>>,
    Path(name): Path<String>,
    request: Request<Body>,
) -> Response<Body> {
    let (form, token) = match session::sealed(request, &desk.state).await {
        Ok(sealed) => sealed,
        Err(status) => return answer::failure(&desk, Here::default().at("/"), None, &status),
    };
    let to = session::local(form.get("to")).to_owned();
    let visitor =
        Visitor { name: String::new(), seal: form.get("seal").unwrap_or_default().to_owned() };
    let done = match name.as_str() {
        READ => wanted(&desk, &form, &token).await.map(|()| Vec::new()),
        name => called(&desk, name, &form, &token).await,
    };
    match done {
        Ok(message) if name == TOKEN => shown(&desk, &message, visitor),
        Ok(_) => session::moved(&to, None),
        Err(failed) => refused(&desk, visitor, &to, &failed),
    }
}

async fn called(desk: &Arc<Desk>, name: &str, form: &Here, token: &str) -> Result<Vec<u8>, Status> {
    let deed = ALL.iter().find(|deed| deed.name == name);
    let call = match deed {
        Some(deed) => deed.call,
        None if name == TOKEN => EXCHANGE,
        None => return Err(Status::not_found("nothing is done there")),
    };
    let place = desk.place(call).ok_or_else(Status::internal)?;
    let (_, _pass) = desk.admit(place, Some(token))?;
    let (asking, form, token) = (Arc::clone(desk), form.clone(), token.to_owned());
    let doing = move || {
        let state = &asking.state;
        let message = match deed {
            Some(deed) => {
                let kept = deed.of.map(|kind| Kept::of(state, &form, kind)).transpose()?;
                (deed.read)(&form, &kept.unwrap_or_default())
            }
            None => read::token_made(&form, &state.trust.issuer),
        };
        let rpc = asking.rpcs().get(place).ok_or_else(Status::internal)?;
        rpc.call(state, Some(&token), &message)
    };
    desk.wait("a deed", PATIENCE, doing).await
}

/// Wants an image to be read, by our own API.
async fn wanted(desk: &Arc<Desk>, form: &Here, token: &str) -> Result<(), Status> {
    let said = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let (repo, image) = (said("place"), said("image"));
    let query = Here::default().with(&[("repo", Some(&repo)), ("image", Some(&image))]);
    let (asking, token) = (Arc::clone(desk), token.to_owned());
    let query = query.trim_start_matches('?').to_owned();
    let wanting = move || api::call(&asking, "analyze", Vec::new(), &query, &token).map(|_| ());
    desk.wait("a deed", PATIENCE, wanting).await
}

/// Tells how far an image is that is read, as it goes on.
pub(super) async fn follow(
    State(desk): State<Arc<Desk>>,
    Path(number): Path<String>,
    request: Request<Body>,
) -> Response<Body> {
    let token = session::token(&request, &desk.state).unwrap_or_default();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let asking = Arc::clone(&desk);
    let bound = vec![("number".to_owned(), number)];
    let allowed = desk
        .wait("following", PATIENCE, move || {
            api::call(&asking, "followAnalysis", bound, &query, &token)
        })
        .await;
    match allowed.map(|answer| answer.follows()) {
        Ok(Some(number)) => api::following(&desk, number),
        Ok(None) => gateway::failure(&Status::internal()),
        Err(status) => gateway::failure(&status),
    }
}

/// Shows a token that was made.
fn shown(desk: &Desk, message: &[u8], visitor: Visitor) -> Response<Body> {
    let here = Here::default().at("/tokens");
    let Ok(made) = RawToken::decode(message) else {
        return answer::failure(desk, here, None, &Status::internal());
    };
    let ends = Time(made.expiry.map_or(0, |moment| moment.seconds));
    let document = pages::token_made(&made.token, ends, desk.state.now());
    answer::page(desk, here, Some(visitor), StatusCode::OK, &document)
}

/// Says why something was not done.
fn refused(desk: &Desk, visitor: Visitor, to: &str, failed: &Status) -> Response<Body> {
    let here = Here::of(to);
    if matches!(failed.code, Code::Unauthenticated | Code::Internal | Code::Unknown) {
        return answer::failure(desk, here, None, failed);
    }
    let hint = match failed.code {
        Code::PermissionDenied => "Whoever owns the group can give you a role that has it.",
        Code::NotFound => "It may be gone, it may never have been there, or it is not yours.",
        _ => "",
    };
    let status = StatusCode::from_u16(status::http(failed.code));
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let document = pages::not_done(&failed.message, hint, to);
    answer::page(desk, here, Some(visitor), status, &document)
}
