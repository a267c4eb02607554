//! Documents of servers that are no registries: what issuers of tokens publish of themselves. They are fetched as everything
//! else is: under the same limits, by the same rules of where one may go, and never without encryption unless that is allowed.

use std::thread;

use super::transport::{Request, Response, Transport};
use super::url::{Url, is_loopback};
use crate::{Error, Options, Secret};

/// Fetches the document at an address, of so many bytes at the most; `what` is what messages call it.
pub(crate) fn document(
    address: &str,
    what: &str,
    limit: u64,
    options: &Options,
) -> Result<Vec<u8>, Error> {
    fetched(address, what, None, limit, options)
}

/// Posts an encoded form to an address, and gives what is answered.
pub(crate) fn answer(
    address: &str,
    what: &str,
    form: &Secret,
    limit: u64,
    options: &Options,
) -> Result<Vec<u8>, Error> {
    fetched(address, what, Some(form), limit, options)
}

/// Posts an encoded form to an address, and gives whatever is answered, a refusal too, with its status.
pub(crate) fn reply(
    address: &str,
    what: &str,
    form: &Secret,
    limit: u64,
    options: &Options,
) -> Result<(u16, Vec<u8>), Error> {
    let response = response(address, what, Some(form), limit, options)?;
    Ok((response.status, response.body))
}

fn fetched(
    address: &str,
    what: &str,
    form: Option<&Secret>,
    limit: u64,
    options: &Options,
) -> Result<Vec<u8>, Error> {
    let response = response(address, what, form, limit, options)?;
    if response.status == 200 { Ok(response.body) } else { Err(refused(what, &response)) }
}

fn response(
    address: &str,
    what: &str,
    form: Option<&Secret>,
    limit: u64,
    options: &Options,
) -> Result<Response<Vec<u8>>, Error> {
    let invalid = |why: &str| Error::Invalid {
        what: format!("could not fetch {what}: {why}"),
        hint: "an address looks like https://issuer.example".into(),
    };
    let url = Url::parse(address).ok_or_else(|| invalid("its address makes no sense"))?;
    let transport = Transport::new(options, Box::new(thread::sleep))?;
    let authority = url.authority();
    if !url.is_secure() && !is_loopback(authority) && !transport.is_allowed_plain(authority) {
        return Err(invalid(&format!("{url} is not encrypted")));
    }
    let form = form.map(Secret::expose);
    let request =
        Request { accept: Some("application/json, */*;q=0.1"), form, ..Request::get(what, url) };
    transport.document(&request, limit)
}

fn refused(what: &str, response: &Response<Vec<u8>>) -> Error {
    let host = response.url.authority();
    let what = format!("could not fetch {what}: {host} answered {}", response.describe());
    let hint = String::new();
    match response.status {
        404 | 410 => Error::NotFound { what, hint },
        400 | 401 | 403 => Error::Denied { what, hint },
        _ => Error::Unavailable { what, hint },
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use model::ErrorKind;

    use super::*;
    use crate::{Reach, Retry};

    /// What is had of a server that gives this answer once.
    fn check(answer: &str, listed: bool) -> Result<String, ErrorKind> {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = server.local_addr().unwrap().to_string();
        let answer = answer.replace('\n', "\r\n");
        let serving = listed.then(|| {
            thread::spawn(move || {
                let (mut stream, _) = server.accept().unwrap();
                let _ = stream.read(&mut [0; 4096]).unwrap();
                let _ = stream.write_all(answer.as_bytes());
            })
        });
        let listed = if listed { vec![host.clone()] } else { Vec::new() };
        let options = Options {
            reach: Reach::Public { listed },
            retry: Retry { times: 0, ..Retry::default() },
            ..Options::default()
        };
        let had = document(&format!("http://{host}/x"), "the keys", 20, &options);
        if let Some(serving) = serving {
            serving.join().unwrap();
        }
        had.map(|bytes| String::from_utf8(bytes).unwrap()).map_err(|error| error.kind())
    }

    #[test]
    fn a_document_is_had_as_far_as_limits_and_rules_let_it() {
        let answer = |length: usize| {
            let body = "x".repeat(length);
            format!("HTTP/1.1 200 OK\nContent-Length: {length}\nConnection: close\n\n{body}")
        };
        assert_eq!(check(&answer(3), true).as_deref(), Ok("xxx"));
        assert_eq!(check(&answer(21), true), Err(ErrorKind::Limit));
        // Without a length.
        let endless = format!("HTTP/1.1 200 OK\nConnection: close\n\n{}", "x".repeat(50));
        assert_eq!(check(&endless, true), Err(ErrorKind::Limit));
        assert_eq!(check(&answer(3), false), Err(ErrorKind::Unavailable));
        let refusal = "HTTP/1.1 403 No\nContent-Length: 0\nConnection: close\n\n";
        assert_eq!(check(refusal, true), Err(ErrorKind::Denied));
        // Where it leads is judged as what was said.
        let moved = "HTTP/1.1 302 Found\nLocation: http://127.0.0.2:9/\nConnection: close\n\n";
        assert_eq!(check(moved, true), Err(ErrorKind::Unavailable));
        let plain = document("http://issuer.example/", "the keys", 9, &Options::default());
        assert_eq!(plain.unwrap_err().kind(), ErrorKind::Invalid);
    }
}
