//! `Package.resolved` of Swift's package manager, also where Xcode keeps it.

use serde_json::Value;

use super::Named;
use crate::ecosystem::swift;

/// A list of pins, each with its address and its version; what follows a branch has none. The first form had the list in `object`
/// and called the address otherwise.
pub(super) fn resolved(document: &Value, named: &mut Named) {
    let pins = ["/pins", "/object/pins"].iter().find_map(|place| document.pointer(place));
    let Some(pins) = pins.and_then(Value::as_array) else {
        named.damage.tell(|| "has no list of pins".into());
        return;
    };
    for pin in pins {
        let text = |place: &str| pin.pointer(place).and_then(Value::as_str);
        let location = text("/location").or_else(|| text("/repositoryURL"));
        // A package of a registry has no address, and `scope.name` for its identity.
        let name = location
            .filter(|location| !location.is_empty())
            .map(swift::name)
            .or_else(|| text("/identity"));
        if let (Some(name), Some(version)) = (name, text("/state/version")) {
            named.add(name, version);
        }
    }
}
