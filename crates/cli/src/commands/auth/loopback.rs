//! Waits on this machine for a browser that an issuer sends back, and takes from its address what the issuer says. It shows the
//! person one page, and knows nothing of tokens.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use model::ErrorKind;

use crate::error::{self, Error};

/// How long somebody may take to sign in, and how long a browser may take to say what it wants.
const PATIENCE: Duration = Duration::from_mins(5);
const SILENCE: Duration = Duration::from_secs(5);

/// How often it is looked whether somebody is there.
const PAUSE: Duration = Duration::from_millis(50);

/// Bytes of a request's head at the most.
const LONGEST: usize = 16 << 10;

/// Where browsers come back to.
const PATH: &str = "/callback";

/// A place that a browser is sent back to.
pub(super) struct Loopback {
    listener: TcpListener,
}

impl Loopback {
    /// Opens one, on a port that is free.
    pub(super) fn open() -> Result<Loopback, Error> {
        let open = || {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            listener.set_nonblocking(true)?;
            Ok(listener)
        };
        open().map(|listener| Loopback { listener }).map_err(|error| failed(&error))
    }

    /// Its address.
    pub(super) fn address(&self) -> Result<String, Error> {
        let address = self.listener.local_addr().map_err(|error| failed(&error))?;
        Ok(format!("http://{address}{PATH}"))
    }

    /// Waits for a browser that knows `state`, and gives what its address says. Others are sent away.
    pub(super) fn wait(&self, state: &str) -> Result<BTreeMap<String, String>, Error> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    // A browser that goes away in the midst of it may come again.
                    if let Ok(Some(said)) = heard(stream, state) {
                        return Ok(said);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(PAUSE),
                Err(error) => return Err(failed(&error)),
            }
        }
        let text = "nobody came back from the issuer within five minutes".into();
        Err(error::said(ErrorKind::Unavailable, text, None))
    }
}

fn failed(error: &io::Error) -> Error {
    let text = format!("could not wait for a browser on this machine: {error}");
    error::said(ErrorKind::Unavailable, text, None)
}

/// Hears one browser out, and answers it.
fn heard(mut stream: TcpStream, state: &str) -> io::Result<Option<BTreeMap<String, String>>> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(SILENCE))?;
    stream.set_write_timeout(Some(SILENCE))?;
    let begun = Instant::now();
    let mut head = Vec::new();
    let mut some = [0; 2048];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let count = stream.read(&mut some)?;
        head.extend_from_slice(&some[..count]);
        if count == 0 || head.len() > LONGEST || begun.elapsed() > SILENCE {
            return Ok(None);
        }
    }
    let said = said(&String::from_utf8_lossy(&head), state);
    let (status, text) = match &said {
        Some(said) if said.contains_key("error") => ("200 OK", "You were not signed in."),
        Some(_) => ("200 OK", "You may close this page: the program goes on."),
        None => ("404 Not Found", "There is nothing here."),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n\
        Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n",
        text.len()
    );
    stream.write_all(format!("{head}{text}").as_bytes())?;
    Ok(said)
}

/// What the address of a request says that knows `state`.
fn said(head: &str, state: &str) -> Option<BTreeMap<String, String>> {
    let mut words = head.lines().next()?.split(' ');
    let target = (words.next() == Some("GET")).then(|| words.next()).flatten()?;
    let (path, query) = target.split_once('?')?;
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let said: BTreeMap<String, String> =
        pairs.filter_map(|(name, value)| Some((unescaped(name)?, unescaped(value)?))).collect();
    (path == PATH && said.get("state").map(String::as_str) == Some(state)).then_some(said)
}

/// A part of an address without its percent signs.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            b'+' => b' ',
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_knows_the_state_is_heard() {
        let check = |target: &str, expect: Option<&str>| {
            let head = format!("GET {target} HTTP/1.1\r\nHost: here\r\n\r\n");
            let said = said(&head, "s t");
            assert_eq!(said.as_ref().and_then(|said| said.get("code")).map(String::as_str), expect);
        };
        check("/callback?code=a%2Bb&state=s+t", Some("a+b"));
        check("/callback?state=s%20t&code=x&more", Some("x"));
        check("/callback?code=x&state=other", None);
        check("/callback?code=x", None);
        check("/callback", None);
        check("/other?code=x&state=s+t", None);
        check("/callback?code=%zz&state=s+t", None);
        check("", None);
        assert_eq!(super::said("POST /callback?code=x&state=s+t HTTP/1.1", "s t"), None);
    }
}
