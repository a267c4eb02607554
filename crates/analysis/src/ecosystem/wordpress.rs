//! WordPress: itself, plug-ins and themes, as the comments that their files begin with say. It runs no PHP.

use model::{Evidence, Package, Scheme};

use super::{Ecosystem, Held, Holding, Input, Reader, Reading, Unreadable, Want, kept};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "wordpress",
    title: "WordPress (plug-ins, themes)",
    osv: None,
    // It compares versions with PHP's own function.
    scheme: Some(Scheme::Composer),
    readers: &[
        reader(Want::Right("wp-includes", "version.php"), core),
        reader(Want::Beneath(PLUGINS, ".php"), plugin),
        reader(Want::Beneath(THEMES, "/style.css"), theme),
    ],
    records: &[],
    holdings: Some(holdings),
};

const PLUGINS: &str = "wp-content/plugins";
const THEMES: &str = "wp-content/themes";

/// The comment stands in the first bytes of a file, so many of which WordPress reads itself.
const HEAD: usize = 8 << 10;

const fn reader(wants: Want, read: fn(&Input<'_>) -> Result<Reading, Unreadable>) -> Reader {
    Reader { revision: 1, wants, companions: &[], limit: 16 << 20, read }
}

/// A plug-in or a theme has its folder for itself.
fn holdings(held: &Held<'_>) -> Vec<Holding> {
    let folder = held.record.rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_own = held.package.group.is_some();
    is_own.then(|| Holding::All(folder.into())).into_iter().collect()
}

/// Reads `wp-includes/version.php`, which assigns WordPress' own version.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
fn core(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let text = String::from_utf8_lossy(input.bytes);
    let version = text.lines().find_map(|line| {
        let line = line.trim_start_matches("<?php").trim();
        let value = line.strip_prefix("$wp_version")?.trim_start().strip_prefix('=')?;
        kept(value.trim().trim_end_matches(';').trim_matches(['\'', '"']))
    });
    let package = version
        .map(|version| Package::new(ECOSYSTEM.name, ECOSYSTEM.name, &version, Scheme::Composer));
    Ok(reading(package))
}

fn plugin(input: &Input<'_>) -> Result<Reading, Unreadable> {
    headed(input, "Plugin Name", "plugin")
}

fn theme(input: &Input<'_>) -> Result<Reading, Unreadable> {
    headed(input, "Theme Name", "theme")
}

/// Reads a file that begins with a comment of names and values. It is called after its folder: names are for people.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
fn headed(input: &Input<'_>, title: &str, group: &str) -> Result<Reading, Unreadable> {
    let head = String::from_utf8_lossy(&input.bytes[..input.bytes.len().min(HEAD)]);
    let field = |name: &str| head.lines().find_map(|line| value(line, name));
    let folder = input.path.rsplit(|&byte| byte == b'/').nth(1);
    let folder = folder.and_then(|folder| str::from_utf8(folder).ok()).and_then(kept);
    let package = field(title).and(folder).zip(field("Version")).map(|(name, version)| Package {
        group: Some(group.into()),
        license: field("License"),
        supplier: field("Author"),
        source: field(&title.replace("Name", "URI")),
        ..Package::new(ECOSYSTEM.name, &name, &version, Scheme::Composer)
    });
    Ok(reading(package))
}

/// The value of a line such as ` * Version: 1.0`, if it is of this name in whatever case.
fn value(line: &str, name: &str) -> Option<String> {
    let line = line.trim_start_matches([' ', '\t', '/', '*', '#', '@']);
    let (found, value) = line.split_at_checked(name.len())?;
    let value = value.strip_prefix(':').filter(|_| found.eq_ignore_ascii_case(name))?;
    kept(value.trim().trim_end_matches("*/"))
}

fn reading(package: Option<Package>) -> Reading {
    let evidence = package.map(|package| Evidence::Packages(vec![(package, Vec::new())]));
    Reading { evidence: evidence.into_iter().collect(), ..Reading::default() }
}

#[cfg(test)]
mod tests {
    use super::ECOSYSTEM;
    use crate::transcript::transcript;

    #[track_caller]
    fn check(path: &str, text: &str, expect: &str) {
        assert_eq!(transcript(&ECOSYSTEM, path, text.as_bytes()).trim_end(), expect);
    }

    #[test]
    fn wordpress_says_its_version() {
        check(
            "srv/wp-includes/version.php",
            "<?php\n$wp_version = '6.4.2';\n$wp_db_version = 1;\n",
            "wordpress 6.4.2",
        );
    }

    #[test]
    fn a_comment_makes_a_plug_in_or_a_theme() {
        check(
            "srv/wp-content/plugins/akismet/akismet.php",
            "<?php\n/*\nPlugin Name: Akismet Anti-spam\nPlugin URI: https://example.org\nVersion: 5.3\nAuthor: A\n\
             License: GPLv2 or later\n*/\n",
            "akismet 5.3 source=https://example.org license=GPLv2 or later supplier=A group=plugin",
        );
        check(
            "srv/wp-content/themes/twenty/style.css",
            "/*\r\n * Theme Name: Twenty\r\n * Version: 1.0\r\n */\r\n",
            "twenty 1.0 group=theme",
        );
    }

    #[test]
    fn other_files_of_a_plug_in_say_nothing() {
        check("srv/wp-content/plugins/akismet/class.php", "<?php\n// Version: 5.3\n", "");
        check("srv/wp-content/plugins/akismet/a.php", "<?php\n/* Plugin Name: A */", "");
    }
}
