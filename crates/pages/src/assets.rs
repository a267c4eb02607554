//! What pages are styled and helped with. Each is had under an address that changes with its content, and never asked for twice.

/// Something beside pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The end of its address.
    pub name: &'static str,
    /// Its media type.
    pub kind: &'static str,
    /// Its content.
    pub text: &'static str,
    mark: u64,
}

static ALL: [Asset; 3] = [
    asset("navigator.css", "text/css; charset=utf-8", include_str!("../assets/navigator.css")),
    asset("navigator.js", "text/javascript; charset=utf-8", include_str!("../assets/navigator.js")),
    asset("icon.svg", "image/svg+xml", include_str!("../assets/icon.svg")),
];

const fn asset(name: &'static str, kind: &'static str, text: &'static str) -> Asset {
    Asset { name, kind, text, mark: mark(text) }
}

/// Tells contents apart (FNV-1a, 64 bits). Nobody is kept from anything by it.
const fn mark(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let (mut mark, mut place) = (0xcbf2_9ce4_8422_2325_u64, 0);
    while place < bytes.len() {
        mark = (mark ^ bytes[place] as u64).wrapping_mul(0x0100_0000_01b3);
        place += 1;
    }
    mark
}

/// What stands under an address that begins with `/assets/`, by what follows: `MARK/NAME`.
pub fn find(rest: &str) -> Option<&'static Asset> {
    let (mark, name) = rest.split_once('/')?;
    ALL.iter().find(|asset| asset.name == name && format!("{:016x}", asset.mark) == mark)
}

/// The address of one.
pub(crate) fn address(name: &str) -> String {
    let mark = ALL.iter().find(|asset| asset.name == name).map_or(0, |asset| asset.mark);
    format!("/assets/{mark:016x}/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_are_found_under_their_address_and_no_other() {
        for asset in &ALL {
            let address = address(asset.name);
            assert_eq!(find(address.strip_prefix("/assets/").unwrap()), Some(asset));
        }
        for other in ["", "navigator.css", "0/navigator.css", "../navigator.css"] {
            assert_eq!(find(other), None);
        }
    }

    #[test]
    fn what_is_sent_with_every_page_is_small() {
        let sum: usize = ALL.iter().map(|asset| asset.text.len()).sum();
        assert!(sum < 40_000, "{sum}");
    }
}
