//! The page about secrets and weak settings: what is looked for, and every rule.

use crate::tidy;

/// The page about secrets and weak settings, in Markdown.
pub(super) fn page() -> String {
    let row = |rule: &risk::Rule| {
        let risk::Rule { id, severity, title, reason, .. } = rule;
        format!("| `{id}` | {} | {title} | {reason} |\n", severity.name())
    };
    let rows = |kind| risk::all().filter(|rule| rule.kind == kind).map(row).collect::<String>();
    let heading = "| rule | severity | what | why it matters |\n|---|---|---|---|\n";
    format!(
        "<!-- {}; do not edit. -->\n\n{SECRETS}\n## Secrets\n\n{heading}{}\n## Weak settings\n\n{heading}{}",
        tidy::GENERATED,
        rows(risk::Kind::Secret),
        rows(risk::Kind::Misconfiguration),
    )
}

/// What stands above the tables of rules.
const SECRETS: &str = "\
# Secrets and weak settings

`pentimento secrets IMAGE` lists them, `pentimento analyze IMAGE` has them in a section, and `pentimento diff OLD NEW` tells which
came and went; new ones that no package ships stand under *Look first*.

- **Where is looked.** In the one pass over a layer: files of 512 KiB at the most without a zero in their first 512 bytes, and
  key stores by their names. Not looked into: larger files, archives, programs. Beside files the configuration: variables, labels,
  commands, lines of the history, which have build arguments in them.
- **Hidden.** A file that a later layer took away or replaced is still in the image. Its secrets are told with both layers.
- **Nothing is shown.** Of a secret is told where it stands, its name (`DB_PASSWORD`), how it begins where all of its kind do
  (`ghp_`), and how long it is. Facts have no more than that. Values of settings are shown without secrets everywhere; a change
  of one is told as a change. In the folder of kept facts, which only its owner can read, and in what `export` writes, settings are
  as the image has them.
- **Marks.** What machines make at random (a token, a key) gets a mark, 48 bits of a SHA-256 of it, so that another secret in the
  same place is told as another one. What people think out gets none: anybody could try out which password has it.
- **Stand-ins.** `AKIAIOSFODNN7EXAMPLE`, `changeme`, `${PASSWORD}` and the like are no secrets. Tokens of GitHub, npm and Grafana
  have checksums, which are looked at; others have to look drawn by lot.
- **Packages.** What a package ships (keys of its tests, defaults) is known to all who have the package. It is counted, and listed
  with `--all`.
- **The same.** A risk is the same in both images where rule, place, excerpt and mark are: lines and layers may move.
";
