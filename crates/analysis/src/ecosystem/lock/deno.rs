//! The lock file of Deno (`deno.lock`). Of it only the packages of npm are told: those of JSR have no package URL, and modules
//! from an address no version.

use serde_json::Value;

use super::Named;
use super::javascript::at;

/// Keys `name@version`, behind which stand in some versions the packages that it was installed for: `a@1.0.0_b@2.0.0`. They are in
/// `npm`, which was in `packages` for a while, or had them in `packages` itself.
pub(super) fn deno(document: &Value, named: &mut Named) {
    let places = ["/npm/packages", "/packages/npm", "/npm"];
    let packages = places.iter().find_map(|place| document.pointer(place)?.as_object());
    for key in packages.into_iter().flatten().map(|(key, _)| key) {
        if let Some((name, version)) = at(key) {
            named.add(name, version.split('_').next().unwrap_or_default());
        }
    }
    if packages.is_none() && document.get("version").is_none() {
        named.damage.tell(|| "says no version of its form".into());
    }
}
