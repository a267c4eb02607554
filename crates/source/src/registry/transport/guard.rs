//! Keeps requests away from private networks: addresses are looked at once names were resolved, and those that were looked
//! at are the ones that are connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::http::uri::Authority;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Resolves names; of what is not listed, only public addresses are given.
#[derive(Debug)]
pub(super) struct Guard {
    /// `host` or `host:port`, which may be anywhere; none lets everything pass.
    pub(super) listed: Option<Vec<String>>,
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let addresses = DefaultResolver::default().resolve(uri, config, timeout)?;
        let authority = uri.authority().map(Authority::as_str).unwrap_or_default();
        let Some(listed) = &self.listed else { return Ok(addresses) };
        if listed.iter().any(|one| one.eq_ignore_ascii_case(authority)) {
            return Ok(addresses);
        }
        let mut public = self.empty();
        for address in addresses.iter().filter(|address| is_public(address.ip())) {
            public.push(*address);
        }
        if public.is_empty() {
            let why = "its address is private, and it is not listed as one that may be asked";
            return Err(Error::Io(std::io::Error::new(std::io::ErrorKind::PermissionDenied, why)));
        }
        Ok(public)
    }
}

/// Whether an address may be anybody's on the Internet: not this machine's, not a private network's, not a link's.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    // Shared by a provider's customers, for protocols, for measuring, and reserved.
    let is_special = (a == 100 && b & 0xc0 == 64)
        || (a, b, c) == (192, 0, 0)
        || (a == 198 && b & 0xfe == 18)
        || a == 0
        || a >= 240;
    !(is_special
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_unspecified())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // An old address in new clothes is judged as what it is: mapped, translated (64:ff9b::/96) or tunnelled (2002::/16).
    let segments = address.segments();
    let old = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    match segments {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => old(high, low),
        // Only 2000::/3 was given to anybody; 2001:db8::/32 is for documents, and 2001::/32 leads through others.
        [first, second, ..] => {
            first & 0xe000 == 0x2000
                && (first, second) != (0x2001, 0xdb8)
                && (first, second) != (0x2001, 0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known_in_all_their_clothes() {
        let check = |addresses: &[&str], expect: bool| {
            for address in addresses {
                assert_eq!(is_public(address.parse().unwrap()), expect, "{address}");
            }
        };
        check(&["1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "198.20.0.1"], true);
        check(&["2606:4700::1111", "2a00:1450::1", "64:ff9b::101:101", "::ffff:1.1.1.1"], true);
        check(
            &["0.0.0.0", "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.1"],
            false,
        );
        check(&["169.254.169.254", "100.64.0.1", "192.0.0.8", "198.18.0.1", "224.0.0.1"], false);
        check(&["240.0.0.1", "255.255.255.255", "203.0.113.9"], false);
        check(
            &["::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "2001::1"],
            false,
        );
        check(
            &["::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::"],
            false,
        );
        check(&["::127.0.0.1", "64:ff9b:1::1", "fec0::1"], false);
    }
}
