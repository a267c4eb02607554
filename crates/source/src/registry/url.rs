//! Addresses of servers, shown without what may be secret in them. Never fetches anything.

use std::fmt;

/// An absolute `http` or `https` address without user information.
///
/// `Display` leaves the query out: redirects to storage carry their permission in it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Url {
    secure: bool,
    /// Host and port in lower case.
    authority: String,
    /// Path and query; begins with a slash.
    target: String,
}

impl Url {
    /// The root of a server. `authority` comes from a parsed reference.
    pub(super) fn root(secure: bool, authority: &str) -> Url {
        Url { secure, authority: authority.to_ascii_lowercase(), target: "/".into() }
    }

    /// Parses what a server said. User information is refused: nobody needs it, and it would be shown.
    pub(super) fn parse(text: &str) -> Option<Url> {
        let (scheme, rest) = text.split_once("://")?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        if !rest.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        if !is_authority(authority) {
            return None;
        }
        let target = match target {
            "" => "/".into(),
            query if query.starts_with('?') => format!("/{query}"),
            path => path.to_owned(),
        };
        Some(Url { secure, authority: authority.to_ascii_lowercase(), target })
    }

    /// The address that `location` means when this one's answer says it.
    pub(super) fn join(&self, location: &str) -> Option<Url> {
        let scheme = self.scheme();
        let authority = &self.authority;
        let path = self.path();
        if location.contains("://") && !location.starts_with(['/', '?', '.']) {
            return Url::parse(location);
        }
        match location {
            "" => None,
            _ if location.starts_with("//") => Url::parse(&format!("{scheme}:{location}")),
            _ if location.starts_with('/') => {
                Url::parse(&format!("{scheme}://{authority}{location}"))
            }
            _ if location.starts_with('?') => {
                Url::parse(&format!("{scheme}://{authority}{path}{location}"))
            }
            _ => {
                let folder = path.rfind('/').map_or("/", |slash| &path[..=slash]);
                Url::parse(&format!("{scheme}://{authority}{folder}{location}"))
            }
        }
    }

    /// The same server, another path and query.
    pub(super) fn with_target(&self, target: String) -> Url {
        Url { target, ..self.clone() }
    }

    /// The same address with one more query parameter.
    pub(super) fn with_parameter(&self, name: &str, value: &str) -> Url {
        let mark = if self.target.contains('?') { '&' } else { '?' };
        self.with_target(format!("{}{mark}{name}={}", self.target, encode(value)))
    }

    /// Whether what is sent there is encrypted.
    pub(super) fn is_secure(&self) -> bool {
        self.secure
    }

    /// Host and port as they are written.
    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether credentials for the one may be sent to the other: same scheme, host and port.
    pub(super) fn is_same_server(&self, other: &Url) -> bool {
        let server = |url: &Url| {
            let (host, port) = split_port(&url.authority);
            (url.secure, host.to_owned(), port.unwrap_or(if url.secure { 443 } else { 80 }))
        };
        server(self) == server(other)
    }

    /// The whole address, to be sent and never to be shown.
    pub(super) fn expose(&self) -> String {
        format!("{}://{}{}", self.scheme(), self.authority, self.target)
    }

    fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }

    fn path(&self) -> &str {
        self.target.split_once('?').map_or(&self.target, |(path, _)| path)
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme(), self.authority, self.path())
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Parts `host:port`; a bracketed address keeps its brackets.
pub(super) fn split_port(authority: &str) -> (&str, Option<u16>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (authority, None),
        },
        _ => (authority, None),
    }
}

/// Whether the host can only be this machine: `localhost`, `127.0.0.0/8` or `::1`.
pub(crate) fn is_loopback(authority: &str) -> bool {
    let (host, _) = split_port(authority);
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn is_authority(authority: &str) -> bool {
    let (host, port) = split_port(authority);
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').unwrap_or_default(),
        None => host,
    };
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    let is_address = host.starts_with('[') && name.parse::<std::net::Ipv6Addr>().is_ok();
    port != Some(0) && (is_address || (!host.is_empty() && host.bytes().all(known)))
}

/// Percent-encodes a value of a query or a form.
pub(crate) fn encode(value: &str) -> String {
    (value.bytes())
        .map(|byte| match byte {
            byte if byte.is_ascii_alphanumeric() || b"-._~:/".contains(&byte) => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_of_servers_are_taken() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(Url::parse(text).map(|url| url.expose()).as_deref(), expect, "{text}");
        };
        check("https://H.io/a?b#c", Some("https://h.io/a?b"));
        check("http://127.0.0.1:5000", Some("http://127.0.0.1:5000/"));
        check("HTTPS://[::1]:5000?x=1", Some("https://[::1]:5000/?x=1"));
        for text in [
            "",
            "h.io",
            "ftp://h.io/",
            "https://",
            "https:///a",
            "https://user:secret@h.io/",
            "https://h.io:0/",
            "https://h.io:99999/",
            "https://h.io/a b",
            "https://h.io/a\r\nx: y",
            "https://[::1/",
            "https://[x]/",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn a_location_may_be_relative() {
        let check = |location: &str, expect: Option<&str>| {
            let url = Url::parse("https://h.io/v2/a/tags?n=2").unwrap();
            assert_eq!(url.join(location).map(|url| url.expose()).as_deref(), expect, "{location}");
        };
        check("/x?y=http://z", Some("https://h.io/x?y=http://z"));
        check("//other/x", Some("https://other/x"));
        check("http://other/x", Some("http://other/x"));
        check("list?last=b", Some("https://h.io/v2/a/list?last=b"));
        check("?last=b", Some("https://h.io/v2/a/tags?last=b"));
        check("", None);
        check("file:///etc/passwd", None);
    }

    #[test]
    fn a_query_is_not_shown() {
        let url = Url::parse("https://h.io/blob?signature=hunter2").unwrap();
        assert_eq!(format!("{url} {url:?}"), "https://h.io/blob https://h.io/blob");
    }

    #[test]
    fn a_server_is_scheme_host_and_port() {
        let check = |one: &str, other: &str, same: bool| {
            let parse = |text| Url::parse(text).unwrap();
            assert_eq!(parse(one).is_same_server(&parse(other)), same, "{one} {other}");
        };
        check("https://h.io/a", "https://H.io:443/b", true);
        check("https://h.io/a", "http://h.io/a", false);
        check("https://h.io/a", "https://h.io:444/a", false);
        check("https://h.io/a", "https://h.io.evil/a", false);
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for host in ["localhost", "LOCALHOST:5000", "127.0.0.1", "127.9.9.9:80", "[::1]:5000"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.evil.io", "128.0.0.1", "127.0.0.1.evil.io", "h.io:127", "[::2]"] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn values_are_encoded() {
        assert_eq!(encode("repository:a/b:pull&x=ü"), "repository:a/b:pull%26x%3D%C3%BC");
    }
}
