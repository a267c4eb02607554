//! What a file is, whose it is, and who may write to it.

use super::{About, misconfiguration};
use crate::rule::{How, Rule, Severity};

pub(super) static RULES: &[Rule] = &[
    misconfiguration(
        About {
            id: "setuid-file",
            severity: Severity::High,
            title: "setuid or setgid, and no package has it",
            reason: "Whoever runs it gets rights of another user, and nobody vouches for it",
        },
        How::Other,
    ),
    misconfiguration(
        About {
            id: "world-writable-file",
            severity: Severity::Medium,
            title: "a file that everybody may write to",
            reason: "Whoever takes over any user changes what others read or run",
        },
        How::Other,
    ),
    misconfiguration(
        About {
            id: "world-writable-directory",
            severity: Severity::Medium,
            title: "a directory that everybody may write to, without a sticky bit",
            reason: "Whoever takes over any user removes and replaces what others have there",
        },
        How::Other,
    ),
    misconfiguration(
        About {
            id: "git-folder",
            severity: Severity::Medium,
            title: "a folder of Git's",
            reason: "It has the history of the sources, with what was taken out of them",
        },
        How::Other,
    ),
    misconfiguration(
        About {
            id: "shell-history",
            severity: Severity::Low,
            title: "history of what somebody typed",
            reason: "Passwords are typed more often than one thinks",
        },
        How::Other,
    ),
    misconfiguration(
        About {
            id: "authorized-keys",
            severity: Severity::Low,
            title: "keys that may log in by SSH",
            reason: "Whoever has one of them comes in wherever the image runs a server",
        },
        How::Other,
    ),
];
