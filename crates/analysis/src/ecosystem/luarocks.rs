//! Lua: rocks that LuaRocks installed, as their recipes say. It runs no Lua: it reads lines that assign text, and no others.

use model::{Evidence, Package, Scheme};

use super::{Ecosystem, Held, Holding, Input, Reader, Reading, Unreadable, Want, kept};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "luarocks",
    title: "LuaRocks (Lua)",
    osv: None,
    scheme: Some(Scheme::Lua),
    readers: &[Reader {
        revision: 1,
        wants: Want::Suffix(".rockspec"),
        companions: &[],
        limit: 1 << 20,
        read: recipe,
    }],
    records: &[Want::Within("luarocks", "manifest")],
    holdings: Some(holdings),
};

/// A rock has a folder for its notes; its modules lie elsewhere.
fn holdings(held: &Held<'_>) -> Vec<Holding> {
    let folder = held.record.rsplit_once('/');
    folder.map(|(folder, _)| Holding::All(folder.into())).into_iter().collect()
}

/// Reads `rocks-5.4/NAME/VERSION/NAME-VERSION.rockspec`. Recipes elsewhere are their developers'.
fn recipe(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let path = String::from_utf8_lossy(input.path);
    let mut parts = path.rsplit('/');
    let (file, version, name, tree) = (parts.next(), parts.next(), parts.next(), parts.next());
    let is_installed = tree.is_some_and(|tree| tree == "rocks" || tree.starts_with("rocks-"))
        && name
            .zip(version)
            .is_some_and(|(name, version)| file == Some(&format!("{name}-{version}.rockspec")));
    if !is_installed {
        return Ok(Reading::default());
    }
    let text = String::from_utf8_lossy(input.bytes);
    let assigned = |name: &str| text.lines().find_map(|line| assigned(line, name));
    let (Some(name), Some(version)) = (name.and_then(kept), version.and_then(kept)) else {
        return Err(Unreadable("its folders have no name of a rock".into()));
    };
    let package = Package {
        license: assigned("license"),
        source: assigned("homepage"),
        ..Package::new(ECOSYSTEM.name, &name, &version, Scheme::Lua)
    };
    let evidence = vec![Evidence::Packages(vec![(package, Vec::new())])];
    Ok(Reading { evidence, ..Reading::default() })
}

/// The text that a line assigns to a name: in quotes, or in two brackets.
fn assigned(line: &str, name: &str) -> Option<String> {
    let value = line.trim().strip_prefix(name)?.trim_start().strip_prefix('=')?.trim_start();
    let quotes = [("\"", "\""), ("'", "'"), ("[[", "]]")];
    let inside =
        quotes.iter().find_map(|(open, close)| value.strip_prefix(open)?.split_once(close));
    kept(inside?.0)
}

#[cfg(test)]
mod tests {
    use super::ECOSYSTEM;
    use crate::transcript::transcript;

    #[track_caller]
    fn check(path: &str, expect: &str) {
        let text = "package = \"lpeg\"\nversion = \"1.0.2-1\"\ndescription = {\n   license = 'MIT',\n   \
            homepage = [[https://example.org]],\n}\n";
        assert_eq!(transcript(&ECOSYSTEM, path, text.as_bytes()).trim_end(), expect);
    }

    #[test]
    fn an_installed_recipe_is_a_rock() {
        check(
            "usr/local/lib/luarocks/rocks-5.4/lpeg/1.0.2-1/lpeg-1.0.2-1.rockspec",
            "lpeg 1.0.2-1 source=https://example.org license=MIT",
        );
    }

    #[test]
    fn a_recipe_of_developers_is_none() {
        check("srv/lpeg-1.0.2-1.rockspec", "");
        check("srv/rocks-5.4/lpeg/1.0.2-1/other-1.rockspec", "");
    }
}
