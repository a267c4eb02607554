//! Shares equal paths: a file, the list that claims it and the list of its checksums name it three times.

use std::borrow::Cow;
use std::collections::HashSet;

use model::{Evidence, OwnedPath, Path};

/// The paths that have been met in a layer.
#[derive(Default)]
pub(super) struct Names(HashSet<Path>);

impl Names {
    /// Remembers a path, and puts the one that is known already in its place.
    pub(super) fn share(&mut self, path: &mut Path) {
        if let Some(known) = self.0.get(path) {
            *path = known.clone();
        } else {
            self.0.insert(path.clone());
        }
    }

    /// Shares the paths that packages claim.
    pub(super) fn share_claims(&mut self, evidence: &mut Evidence) {
        let mut share = |owned: &mut Vec<OwnedPath>| {
            for owned in owned.iter_mut() {
                self.share(&mut owned.path);
            }
            owned.shrink_to_fit();
        };
        match evidence {
            Evidence::Packages(packages) => packages.iter_mut().for_each(|(_, owned)| share(owned)),
            Evidence::Claims(claim) => share(&mut claim.paths),
            Evidence::Nested { .. }
            | Evidence::Diversions(_)
            | Evidence::Distro(_)
            | Evidence::Channel(_)
            | Evidence::Licenses { .. }
            | Evidence::Stated(_)
            | Evidence::Declared(_)
            | Evidence::Hits(_) => {}
        }
    }
}

/// Takes passwords and tokens out of the addresses that packages name: these are told wherever packages are.
pub(super) fn without_credentials(evidence: &mut Evidence) {
    let Evidence::Packages(packages) = evidence else { return };
    for (package, _) in packages {
        if let Some(source) = package.source.as_mut().filter(|source| source.contains('@'))
            && let Cow::Owned(redacted) = risk::redact_setting(None, source)
        {
            *source = redacted;
        }
    }
}

/// How many packages evidence names.
pub(super) fn packages(evidence: &Evidence) -> usize {
    match evidence {
        Evidence::Packages(packages) => packages.len(),
        Evidence::Nested { packages, .. }
        | Evidence::Stated(packages)
        | Evidence::Declared(packages) => packages.len(),
        _ => 0,
    }
}

/// How many paths evidence claims.
pub(super) fn claims(evidence: &Evidence) -> usize {
    match evidence {
        Evidence::Packages(packages) => packages.iter().map(|(_, owned)| owned.len()).sum(),
        Evidence::Claims(claim) => claim.paths.len(),
        Evidence::Nested { .. }
        | Evidence::Diversions(_)
        | Evidence::Distro(_)
        | Evidence::Channel(_)
        | Evidence::Licenses { .. }
        | Evidence::Stated(_)
        | Evidence::Declared(_)
        | Evidence::Hits(_) => 0,
    }
}

/// Keeps packages, but not what they claim.
pub(super) fn drop_claims(evidence: &mut Evidence) {
    match evidence {
        Evidence::Packages(packages) => packages.iter_mut().for_each(|(_, owned)| owned.clear()),
        Evidence::Claims(claim) => claim.paths.clear(),
        Evidence::Nested { .. }
        | Evidence::Diversions(_)
        | Evidence::Distro(_)
        | Evidence::Channel(_)
        | Evidence::Licenses { .. }
        | Evidence::Stated(_)
        | Evidence::Declared(_)
        | Evidence::Hits(_) => {}
    }
}
