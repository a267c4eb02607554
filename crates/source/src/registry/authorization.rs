//! From a challenge to an `Authorization` header: Basic, or a token from the realm that the registry names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::challenge::Challenge;
use super::credentials::Credential;
use super::transport::{Request, Response, Transport};
use super::url::{Url, encode};
use crate::documents::json;
use crate::{Error, Secret};

/// Bytes of a token server's answer at the most.
const TOKEN_LIMIT: u64 = 1 << 20;

/// A complete header value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Authorization(Secret);

impl Authorization {
    /// What the header says.
    pub(super) fn header(&self) -> &Secret {
        &self.0
    }

    fn basic(user: &str, password: &Secret) -> Authorization {
        let pair = STANDARD.encode(format!("{user}:{}", password.expose()));
        Authorization(Secret::new(format!("Basic {pair}")))
    }

    fn bearer(token: &str) -> Authorization {
        Authorization(Secret::new(format!("Bearer {token}")))
    }
}

/// Who wants to be let in, and what for.
pub(super) struct Petition<'a> {
    pub(super) transport: &'a Transport,
    /// The registry that sent the challenge.
    pub(super) registry: &'a Url,
    pub(super) repository: &'a str,
    pub(super) credential: Option<&'a Credential>,
}

/// Why there is no authorization.
pub(super) enum Refused {
    /// The token server wants other credentials, or any: what it answered.
    Denied(String),
    /// Something else went wrong.
    Failed(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Refused {
        Refused::Failed(error)
    }
}

/// Answers the first challenge that can be answered; none where none can.
pub(super) fn answer(
    petition: &Petition<'_>,
    challenges: &[Challenge],
) -> Result<Option<Authorization>, Refused> {
    for challenge in challenges {
        match (challenge, petition.credential) {
            (Challenge::Bearer { realm, service, scope }, _) => {
                return token(petition, realm, service.as_deref(), scope.as_deref()).map(Some);
            }
            (Challenge::Basic, Some(Credential::Password { user, password })) => {
                return Ok(Some(Authorization::basic(user, password)));
            }
            (Challenge::Basic, _) => {}
        }
    }
    Ok(None)
}

/// Fetches a token, without credentials where there are none: that is how public images are read.
fn token(
    petition: &Petition<'_>,
    realm: &str,
    service: Option<&str>,
    scope: Option<&str>,
) -> Result<Authorization, Refused> {
    let host = petition.registry.authority();
    let url = Url::parse(realm).ok_or_else(|| Error::Corrupt {
        what: format!("{host} wants a token from an address that makes no sense"),
        hint: String::new(),
    })?;
    // Credentials go there, so it must be as safe as where a redirect leads.
    if !petition.transport.is_safe(petition.registry, &url) {
        let what = format!("{host} wants a token from {url}, which is not encrypted");
        return Err(Error::Denied { what, hint: Transport::allowing(&url) }.into());
    }
    let own_scope = format!("repository:{}:pull", petition.repository);
    let scope = scope.unwrap_or(&own_scope);
    let what = format!("a token for {host}/{} from {}", petition.repository, url.authority());
    let response = match petition.credential {
        Some(Credential::Identity(refresh_token)) => {
            let form = form(service, scope, refresh_token);
            let request = Request { form: Some(form.expose()), ..Request::get(&what, url) };
            petition.transport.document(&request, TOKEN_LIMIT)?
        }
        other => {
            let mut url = url;
            if let Some(service) = service {
                url = url.with_parameter("service", service);
            }
            let mut request = Request::get(&what, url.with_parameter("scope", scope));
            if let Some(Credential::Password { user, password }) = other {
                request.authorization = Some(Authorization::basic(user, password));
            }
            petition.transport.document(&request, TOKEN_LIMIT)?
        }
    };
    read(&what, &response)
}

/// The form by which an identity token is changed for an access token.
fn form(service: Option<&str>, scope: &str, refresh_token: &Secret) -> Secret {
    let fields = [
        ("grant_type", "refresh_token"),
        ("service", service.unwrap_or_default()),
        ("scope", scope),
        ("client_id", "pentimento"),
        ("refresh_token", refresh_token.expose()),
    ];
    let fields: Vec<_> =
        fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    Secret::new(fields.join("&"))
}

#[derive(Deserialize)]
struct Answer {
    token: Option<String>,
    access_token: Option<String>,
}

fn read(what: &str, response: &Response<Vec<u8>>) -> Result<Authorization, Refused> {
    let answered = || response.describe();
    match response.status {
        200 => {}
        400 | 401 | 403 => return Err(Refused::Denied(answered())),
        _ => {
            let what = format!("could not fetch {what}: it answered {}", answered());
            return Err(Error::Unavailable { what, hint: String::new() }.into());
        }
    }
    let corrupt = |reason: &str| Error::Corrupt {
        what: format!("could not fetch {what}: {reason}"),
        hint: String::new(),
    };
    // The reader's own message could repeat a token.
    let answer: Answer = json(&response.body).map_err(|_| corrupt("the answer has no token"))?;
    let tokens = [answer.token, answer.access_token];
    let token = tokens.into_iter().flatten().find(|token| !token.is_empty());
    let token = token.ok_or_else(|| corrupt("the answer has no token"))?;
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(corrupt("the token has characters that no token has").into());
    }
    Ok(Authorization::bearer(&token))
}
