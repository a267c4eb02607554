//! `diff --previous` and `diff --since`: which two images that a name was seen to mean are compared. It compares nothing.

use engine::{Options, Sighting};
use model::{ErrorKind, Name, Time};

use crate::error::{self, Error};
use crate::ui::Ui;

/// One of the two images.
pub(super) struct Seen {
    /// What tells it from all others.
    pub(super) identity: String,
    /// What it is called: both have one name, and so the digest is part of it.
    pub(super) called: String,
}

/// Which image is the one before.
#[derive(Clone, Copy)]
pub(super) enum Before {
    /// The other one that was seen last.
    Last,
    /// The one that the name meant at that moment.
    At(Time),
}

/// What `name` meant before, and what it means. With `--force` somebody looks first.
pub(super) fn previous(
    name: &str,
    before: Before,
    options: &Options,
    ui: &Ui,
) -> Result<[Seen; 2], Error> {
    let Some(keep) = &options.keep else {
        return Err(error::said(
            ErrorKind::Invalid,
            format!("could not tell what {name} meant before: nothing is kept"),
            Some("leave out --no-cache, and say --cache-folder where there is no home".into()),
        ));
    };
    if keep.force {
        let parsed: Name = name.parse().map_err(error::reference)?;
        ui.progress(|watch| engine::analyze(&parsed, None, options, watch))
            .map_err(|source| error::engine("could not look again", source))?;
    }
    let (kept_name, seen) = engine::history(&keep.store, name, options)
        .map_err(|source| error::engine("could not compare", source))?;
    let chosen = chosen(&seen);
    let pair = match before {
        Before::Last => chosen,
        Before::At(moment) => since(&chosen, moment),
    };
    if let (Before::At(moment), [_, old]) = (before, &pair[..])
        && old.first > moment
    {
        let (moment, first) = (moment.minute(), old.first.minute());
        ui.talk(&format!(
            "what {kept_name} meant {moment} is not known: it was first seen {first}"
        ));
    }
    match &pair[..] {
        [new, old, ..] => {
            ui.talk(&format!("old: {}", when(&kept_name, old)));
            ui.talk(&format!("new: {}", when(&kept_name, new)));
            Ok([old, new].map(|sighting| Seen {
                identity: identity(sighting),
                called: format!("{kept_name}@{}", identity(sighting)),
            }))
        }
        [only] => Err(error::said(
            ErrorKind::NotFound,
            format!(
                "{kept_name} was seen to mean one image only: {}, since {}",
                only.digest.as_ref().unwrap_or(&only.id).short(),
                only.first.minute()
            ),
            Some("there is something to compare once it has moved; --force looks again".into()),
        )),
        [] => Err(error::engine("could not compare", engine::Error::NotKept { name: name.into() })),
    }
}

/// When a name was seen to mean an image: `shop (sha256:…): seen 2026-11-01 10:00 to 2026-11-20 08:00`.
fn when(name: &str, sighting: &Sighting) -> String {
    let digest = sighting.digest.as_ref().unwrap_or(&sighting.id).short();
    let (first, last) = (sighting.first.minute(), sighting.last.minute());
    let to = if first == last { String::new() } else { format!(" to {last}") };
    let elsewhere = if sighting.imported { " elsewhere" } else { "" };
    format!("{name} ({digest}): seen{elsewhere} {first}{to}")
}

/// What is compared, the latest first: what was seen here. Where that is one image alone, the one before it is what others
/// saw last before that; and where nothing was seen here, all of it is what others saw.
fn chosen(seen: &[Sighting]) -> Vec<&Sighting> {
    let (own, imported): (Vec<_>, Vec<_>) = seen.iter().partition(|sighting| !sighting.imported);
    match own[..] {
        [] => imported,
        [only] => {
            let is_before =
                |other: &&Sighting| other.last <= only.first && identity(other) != identity(only);
            [only].into_iter().chain(imported.into_iter().find(is_before)).collect()
        }
        [..] => own,
    }
}

/// What a name means now, and what it meant at that moment: of those that were seen, the latest first, the first that was
/// there already. Where nothing was seen so early, it is the first that was seen at all.
fn since<'a>(chosen: &[&'a Sighting], moment: Time) -> Vec<&'a Sighting> {
    let old = chosen.iter().find(|seen| seen.first <= moment).or(chosen.last());
    chosen.first().into_iter().chain(old).copied().collect()
}

/// What tells the image from all others.
fn identity(sighting: &Sighting) -> String {
    sighting.digest.as_ref().unwrap_or(&sighting.id).to_string()
}

#[cfg(test)]
mod tests {
    use model::{Digest, Sha256, Time};

    use super::*;

    /// Sightings such as `1@10-20` and, seen elsewhere, `(1@10-20)`.
    fn sightings(seen: &str) -> Vec<Sighting> {
        let seen = seen.split_whitespace().map(|text| {
            let plain = text.trim_matches(['(', ')']);
            let (image, times) = plain.split_once('@').unwrap();
            let (first, last) = times.split_once('-').unwrap();
            Sighting {
                id: Digest::Sha256(Sha256([image.parse().unwrap(); 32])),
                digest: None,
                first: Time(first.parse().unwrap()),
                last: Time(last.parse().unwrap()),
                kept: true,
                imported: plain != text,
            }
        });
        seen.collect()
    }

    fn told(chosen: &[&Sighting]) -> String {
        let told = chosen.iter().take(2).map(|one| one.id.hex()[..2].to_owned());
        told.collect::<Vec<_>>().join(" ")
    }

    /// Which images are compared.
    fn check(seen: &str, expect: &str) {
        assert_eq!(told(&chosen(&sightings(seen))), expect);
    }

    #[test]
    fn a_moment_finds_what_the_name_meant_then() {
        let check = |moment: i64, expect: &str| {
            let seen = sightings("3@30-40 2@10-20 1@5-6 (9@1-2)");
            assert_eq!(told(&since(&chosen(&seen), Time(moment))), expect, "{moment}");
        };
        check(50, "03 03");
        check(30, "03 03");
        check(29, "03 02");
        check(10, "03 02");
        check(7, "03 01");
        check(1, "03 01");
        assert_eq!(told(&since(&[], Time(1))), "");
    }

    #[test]
    fn what_was_seen_here_comes_before_what_others_saw() {
        check("3@30-40 2@10-20 (9@50-60)", "03 02");
        check("3@30-40 (9@35-60) (3@25-30) (2@10-20) (1@1-2)", "03 02");
        check("3@30-40 (9@35-60)", "03");
        check("(3@30-40) (2@10-20)", "03 02");
        check("", "");
    }
}
