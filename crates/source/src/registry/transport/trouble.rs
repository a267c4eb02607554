//! What can go wrong with one try, and whether another one could help. Never shows a query or a credential.

use std::io;
use std::time::Duration;

use ureq::http::StatusCode;

use super::{Request, Response};
use crate::Error;
use crate::registry::{date, url::Url};

/// A failed try.
pub(super) struct Trouble {
    pub(super) error: Error,
    /// Whether it may pass by itself.
    pub(super) passes: bool,
    /// How long the server asked us to stay away.
    pub(super) asked: Option<Duration>,
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Trouble {
        Trouble { error, passes: false, asked: None }
    }
}

impl Trouble {
    /// Trouble that another try would meet again.
    pub(super) fn lasting(request: &Request<'_>, reason: &str) -> Trouble {
        let what = format!("could not fetch {}: {reason}", request.what);
        Trouble::from(Error::Unavailable { what, hint: String::new() })
    }

    /// The same with something to try.
    pub(super) fn hinting(mut self, advice: String) -> Trouble {
        if let Error::Unavailable { hint, .. } = &mut self.error {
            *hint = advice;
        }
        self
    }

    fn passing(request: &Request<'_>, reason: &str) -> Trouble {
        Trouble { passes: true, ..Trouble::lasting(request, reason) }
    }

    /// 5xx, 429 or 408.
    pub(super) fn of_status(request: &Request<'_>, response: &Response<Vec<u8>>) -> Trouble {
        let reason = format!("{} answered {}", request.url.authority(), response.describe());
        let trouble = match response.status {
            429 => Trouble::passing(request, &reason).hinting(
                "it limits how often one may ask; wait, or log in for a higher limit".into(),
            ),
            _ => Trouble::passing(request, &reason),
        };
        let after = response.header("retry-after");
        let asked = after.and_then(|after| date::pause(after, response.header("date")));
        Trouble { asked, ..trouble }
    }

    /// No answer at all.
    pub(super) fn with_server(
        request: &Request<'_>,
        error: &ureq::Error,
        timeout: Duration,
    ) -> Trouble {
        let host = request.url.authority();
        let seconds = timeout.as_secs_f32();
        match error {
            ureq::Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) => {
                Trouble::passing(request, &format!("{host} cannot be reached within {seconds} s"))
            }
            ureq::Error::Timeout(_) => {
                Trouble::passing(request, &format!("{host} did not answer within {seconds} s"))
            }
            ureq::Error::Io(error) => {
                let reason = format!("{host} cannot be reached: {error}");
                if is_passing(error) {
                    Trouble::passing(request, &reason)
                } else {
                    Trouble::lasting(request, &reason).hinting(hint(&reason))
                }
            }
            ureq::Error::ConnectionFailed => {
                Trouble::passing(request, &format!("{host} cannot be reached"))
            }
            ureq::Error::Protocol(error) => Trouble::passing(
                request,
                &format!("{host} does not answer as a web server: {error}"),
            ),
            ureq::Error::HostNotFound => {
                Trouble::lasting(request, &format!("no address is known for {host}"))
            }
            // This one repeats the address.
            ureq::Error::BadUri(_) => {
                Trouble::lasting(request, &format!("{host} is no server's name"))
            }
            error => {
                let reason = format!("{host} cannot be reached: {error}");
                Trouble::lasting(request, &reason).hinting(hint(&reason))
            }
        }
    }

    /// An answer that was cut short.
    pub(super) fn while_reading(request: &Request<'_>, url: &Url, error: &io::Error) -> Trouble {
        Trouble::passing(request, &format!("{} broke off its answer: {error}", url.authority()))
    }
}

/// Whether the connection failed by accident. Refused, unknown and untrusted hosts are answers, not accidents.
fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::NotConnected
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::TimedOut
            | io::ErrorKind::WouldBlock
            | io::ErrorKind::Interrupted
            | io::ErrorKind::UnexpectedEof
    )
}

fn hint(reason: &str) -> String {
    if reason.contains("UnknownIssuer") || reason.contains("CaUsedAsEndEntity") {
        "if your own authority issued its certificate, name that authority's file of certificates"
            .into()
    } else if reason.contains("InvalidContentType") || reason.contains("corrupt message") {
        "it does not speak TLS; plain HTTP must be allowed for it by name".into()
    } else {
        String::new()
    }
}

impl Response<Vec<u8>> {
    /// Its status with its name and, where the server gave one, the reason.
    pub(in crate::registry) fn describe(&self) -> String {
        let status = StatusCode::from_u16(self.status).ok();
        let name = status.and_then(|status| status.canonical_reason()).unwrap_or_default();
        let code = format!("{} {name}", self.status);
        match reason(&self.body) {
            Some(reason) => format!("{} ({reason})", code.trim_end()),
            None => code.trim_end().into(),
        }
    }
}

/// The first message of an error document, made fit to be shown.
pub(crate) fn reason(body: &[u8]) -> Option<String> {
    let document: serde_json::Value = serde_json::from_slice(body).ok()?;
    let first = document.get("errors").and_then(|errors| errors.get(0)).unwrap_or(&document);
    let text = ["message", "details", "error_description", "code", "error"]
        .iter()
        .find_map(|field| first.get(field)?.as_str().filter(|text| !text.is_empty()))?;
    let short: String = text.chars().take(200).collect();
    Some(model::visible(short.as_bytes()))
}

#[cfg(test)]
mod tests {
    use ureq::http::HeaderMap;

    use super::*;

    #[test]
    fn a_reason_is_the_servers_first_message_and_harmless() {
        let check = |body: &str, expect: &str| {
            let url = Url::root(true, "h.io");
            let body = body.as_bytes().to_vec();
            let response = Response { status: 403, headers: HeaderMap::default(), url, body };
            assert_eq!(response.describe(), expect);
        };
        check("", "403 Forbidden");
        check("<html>", "403 Forbidden");
        check(r#"{"errors":[]}"#, "403 Forbidden");
        check(r#"{"errors":[{"code":"DENIED"}]}"#, "403 Forbidden (DENIED)");
        check(
            r#"{"errors":[{"code":"DENIED","message":"no\u001b[31m\nway"}]}"#,
            "403 Forbidden (no\\u{1b}[31m\\nway)",
        );
        check(r#"{"details":"incorrect username"}"#, "403 Forbidden (incorrect username)");
    }
}
