//! Capabilities of files, as Linux stores them, in words. It reads an attribute's bytes, which may be anything.

use model::FileEntry;

/// The attribute that they are stored in.
const ATTRIBUTE: &[u8] = b"security.capability";

/// The bit of the first word that says whether what is permitted is effective as well.
const EFFECTIVE: u32 = 1;

/// The names of capabilities by their numbers, as capabilities(7) has them.
const NAMES: [&str; 41] = [
    "cap_chown",
    "cap_dac_override",
    "cap_dac_read_search",
    "cap_fowner",
    "cap_fsetid",
    "cap_kill",
    "cap_setgid",
    "cap_setuid",
    "cap_setpcap",
    "cap_linux_immutable",
    "cap_net_bind_service",
    "cap_net_broadcast",
    "cap_net_admin",
    "cap_net_raw",
    "cap_ipc_lock",
    "cap_ipc_owner",
    "cap_sys_module",
    "cap_sys_rawio",
    "cap_sys_chroot",
    "cap_sys_ptrace",
    "cap_sys_pacct",
    "cap_sys_admin",
    "cap_sys_boot",
    "cap_sys_nice",
    "cap_sys_resource",
    "cap_sys_time",
    "cap_sys_tty_config",
    "cap_mknod",
    "cap_lease",
    "cap_audit_write",
    "cap_audit_control",
    "cap_setfcap",
    "cap_mac_override",
    "cap_mac_admin",
    "cap_syslog",
    "cap_wake_alarm",
    "cap_block_suspend",
    "cap_audit_read",
    "cap_perfmon",
    "cap_bpf",
    "cap_checkpoint_restore",
];

/// A file's capabilities as `getcap` shows them (`cap_net_raw=ep`), where it has the attribute.
pub(super) fn of(entry: &FileEntry) -> Option<String> {
    let bytes = entry.xattrs.as_ref()?.get(ATTRIBUTE)?;
    Some(words(bytes).unwrap_or_else(|| "capabilities(not readable)".into()))
}

/// Words of 32 bits, little-endian: a revision with flags, then permitted and inheritable bits of the lower half, and
/// from the second revision on of the upper half; the third adds a user's number.
fn words(bytes: &[u8]) -> Option<String> {
    let (words, rest) = bytes.as_chunks::<4>();
    let words: Vec<u32> = words.iter().map(|word| u32::from_le_bytes(*word)).collect();
    let revision = words.first()? >> 24;
    let (permitted, inheritable) = match (revision, &words[1..]) {
        (1, &[permitted, inheritable]) => (u64::from(permitted), u64::from(inheritable)),
        (2, &[permitted, inheritable, high, inheritable_high])
        | (3, &[permitted, inheritable, high, inheritable_high, _]) => {
            let both = |low: u32, high: u32| u64::from(low) | u64::from(high) << 32;
            (both(permitted, high), both(inheritable, inheritable_high))
        }
        _ => return None,
    };
    if !rest.is_empty() {
        return None;
    }
    let effective = words[0] & EFFECTIVE != 0;
    // Those that are held in the same way stand together.
    let ways = [
        (permitted & !inheritable, "p"),
        (permitted & inheritable, "ip"),
        (inheritable & !permitted, "i"),
    ];
    let shown = ways.into_iter().filter(|(set, _)| *set != 0).map(|(set, way)| {
        let effective = if effective { "e" } else { "" };
        format!("{}={effective}{way}", names(set))
    });
    Some(shown.collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty())
}

fn names(set: u64) -> String {
    let numbers = (0..64_usize).filter(|number| set >> number & 1 == 1);
    let name =
        |number: usize| NAMES.get(number).map_or_else(|| number.to_string(), ToString::to_string);
    numbers.map(name).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::words;

    /// The bytes are what setcap(8) stores, as `getfattr -e hex` shows them; the texts are those of getcap(8).
    #[test]
    fn capabilities_are_shown_as_getcap_shows_them() {
        let check = |hex: &str, expect: &str| {
            let bytes: Vec<u8> = (0..hex.len() / 2)
                .map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap())
                .collect();
            assert_eq!(words(&bytes).unwrap_or_else(|| "nothing".into()), expect);
        };
        check("0100000200200000000000000000000000000000", "cap_net_raw=ep");
        check("0000000200200000000000000000000000000000", "cap_net_raw=p");
        check(
            "0100000200340000000000000000000000000000",
            "cap_net_bind_service,cap_net_admin,cap_net_raw=ep",
        );
        check("010000020000000000000000c000000000000000", "cap_perfmon,cap_bpf=ep");
        check("0000000200000000002000000000000000000000", "cap_net_raw=i");
        check("0100000300200000000000000000000000000000e8030000", "cap_net_raw=ep");
        check("01000002002000", "nothing");
        check("", "nothing");
    }
}
