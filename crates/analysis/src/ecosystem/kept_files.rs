//! Files that are kept whole, because people ask for them: who there is, what may run as whom. They are no packages, and
//! nothing is concluded from them.
//!
//! The list is short on purpose. What holds secrets by its nature (`shadow`, keys, settings with passwords) is not on
//! it: what is kept outlives the image.

use model::TextKind;

use super::{Ecosystem, Input, Reader, Reading, Unreadable, Want};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "file",
    title: "files that are kept whole",
    osv: None,
    scheme: None,
    readers: &[
        reader("etc/passwd"),
        reader("etc/group"),
        reader("etc/shells"),
        reader("etc/sudoers"),
        reader("etc/login.defs"),
        reader("etc/nsswitch.conf"),
        reader("etc/ssh/sshd_config"),
        reader("etc/os-release"),
        reader("usr/lib/os-release"),
    ],
    records: &[],
    holdings: None,
};

const fn reader(path: &'static str) -> Reader {
    Reader { revision: 1, wants: Want::Path(path), companions: &[], limit: 1 << 20, read: whole }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
fn whole(input: &Input<'_>) -> Result<Reading, Unreadable> {
    Ok(Reading { texts: vec![(TextKind::File, input.bytes.into())], ..Reading::default() })
}

#[cfg(test)]
mod tests {
    use super::ECOSYSTEM;
    use crate::transcript::transcript;

    #[test]
    fn a_file_is_kept_as_it_is() {
        let check = |path: &str, bytes: &[u8], expect: &str| {
            assert_eq!(transcript(&ECOSYSTEM, path, bytes).trim_end(), expect);
        };
        check("etc/passwd", b"root:x:0:0::/:/bin/sh\n", "text File of 22 bytes");
        check("etc/group", b"\xff\0", "text File of 2 bytes");
    }

    #[test]
    fn nothing_that_holds_secrets_is_kept() {
        for path in ["etc/shadow", "etc/gshadow", "root/.ssh/id_rsa", "etc/ssh/ssh_host_rsa_key"] {
            let mut readers = ECOSYSTEM.readers.iter();
            assert!(!readers.any(|reader| reader.wants.is_met_by(path.as_bytes())), "{path}");
        }
    }
}
