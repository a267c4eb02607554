//! Watching tags: which one is asked for next, and what somebody found out who has looked. Nothing here waits: whoever
//! watches says what time it is, and sleeps in between.

use std::collections::{BTreeMap, BTreeSet};

use model::{Digest, Name, Reference, RegistryReference, Time};
use store::{Found, Held, Store};

use crate::{Error, Options, Watch, analyze, find, names};

/// Seconds between two questions to one registry.
const PACE: i64 = 1;

/// Seconds after which a tag that could not be asked for is asked for again at the latest.
const LONGEST: i64 = 6 * 60 * 60;

/// Seconds for which a registry that failed is left alone at the most.
const LONGEST_REST: i64 = 5 * 60;

/// When each of several tags is asked for again.
///
/// Each has its turn once in a while, a bit earlier or later, so that they do not come all at once; one that could not be
/// asked for waits longer each time. A registry is asked one question at a time and one in a second, and has a rest when it
/// fails.
#[derive(Clone, Debug)]
pub struct Rounds {
    every: i64,
    turns: BTreeMap<String, Turn>,
    hosts: BTreeMap<String, Host>,
}

#[derive(Clone, Debug)]
struct Turn {
    host: String,
    due: Time,
    asked: u32,
    failed: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Host {
    free: Time,
    is_busy: bool,
    failed: u32,
}

impl Rounds {
    /// Rounds of so many seconds.
    pub fn new(every: i64) -> Rounds {
        Rounds { every: every.max(1), turns: BTreeMap::new(), hosts: BTreeMap::new() }
    }

    /// Says what is watched: names, each with the host of its registry. New ones have their turn now, others keep it.
    pub fn watch(&mut self, names: impl IntoIterator<Item = (String, String)>, now: Time) {
        let mut before = std::mem::take(&mut self.turns);
        for (name, host) in names {
            let turn = before.remove(&name).filter(|turn| turn.host == host);
            let turn = turn.unwrap_or(Turn { host, due: now, asked: 0, failed: 0 });
            self.turns.insert(name, turn);
        }
        let turns = &self.turns;
        self.hosts
            .retain(|host, state| state.is_busy || turns.values().any(|turn| turn.host == *host));
    }

    /// The name whose turn it is, the one that waits longest first. Its registry is not asked for another before
    /// [`Rounds::done`] says how it went.
    pub fn next(&mut self, now: Time) -> Option<String> {
        let is_free =
            |host: &str| self.hosts.get(host).is_none_or(|host| !host.is_busy && host.free <= now);
        let due = self.turns.iter().filter(|(_, turn)| turn.due <= now && is_free(&turn.host));
        let (name, turn) = due.min_by_key(|(name, turn)| (turn.due, *name))?;
        let (name, host) = (name.clone(), turn.host.clone());
        let host = self.hosts.entry(host).or_default();
        host.is_busy = true;
        host.free = Time(now.0.saturating_add(PACE));
        Some(name)
    }

    /// Says how it went with a name whose turn it was.
    pub fn done(&mut self, name: &str, went_well: bool, now: Time) {
        let Some(turn) = self.turns.get_mut(name) else {
            // It is not watched any more, and its registry is not known: none of them is kept waiting.
            self.hosts.values_mut().for_each(|host| host.is_busy = false);
            return;
        };
        turn.asked = turn.asked.wrapping_add(1);
        turn.failed = if went_well { 0 } else { turn.failed.saturating_add(1) };
        let longer = self.every.saturating_mul(2_i64.saturating_pow(turn.failed));
        let pause = longer.min(LONGEST.max(self.every));
        turn.due = Time(now.0.saturating_add(shifted(pause, name, turn.asked)));
        let host = self.hosts.entry(turn.host.clone()).or_default();
        host.is_busy = false;
        host.failed = if went_well { 0 } else { host.failed.saturating_add(1) };
        let rest = PACE.saturating_mul(2_i64.saturating_pow(host.failed)).min(LONGEST_REST);
        host.free = Time(now.0.saturating_add(rest).saturating_sub(PACE).max(host.free.0));
    }

    /// Seconds until the next turn; none where nothing is watched.
    pub fn pause(&self, now: Time) -> Option<i64> {
        let ready = |turn: &Turn| {
            let host = self.hosts.get(&turn.host).copied().unwrap_or_default();
            turn.due.max(host.free).0.saturating_sub(now.0).max(0)
        };
        self.turns.values().map(ready).min()
    }

    /// Whether everything that is watched had its turn once.
    pub fn are_through(&self) -> bool {
        self.turns.values().all(|turn| turn.asked > 0)
    }
}

/// A pause, a tenth longer or shorter at the most: by the name and how often it was asked for, as good as at random.
fn shifted(pause: i64, name: &str, asked: u32) -> i64 {
    let bytes = name.bytes().chain(asked.to_le_bytes());
    // FNV-1a.
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let share = i64::try_from((hash >> 32) % 201).unwrap_or_default() - 100;
    pause.saturating_add(pause.saturating_mul(share) / 1000).max(1)
}

/// What somebody found out who has looked at a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    /// It means the image that it was seen to mean last.
    Same(Digest),
    /// It means another one, which was read and is kept.
    Moved {
        /// The image before; none where it was never seen.
        from: Option<Digest>,
        /// The image now.
        to: Digest,
    },
}

/// The digest that a registry's tag means now: of an index, the index's own. Nothing is read.
pub fn tagged(reference: &RegistryReference, options: &Options) -> Result<Digest, Error> {
    source::tagged(reference, &options.source)
        .map_err(|source| Error::Source { reference: reference.to_string(), source })
}

/// Looks at what a tag means now, and reads the image unless it is the one that it was seen to mean last.
pub fn look(
    reference: &RegistryReference,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Looked, Error> {
    let digest = tagged(reference, options)?;
    let name = names::for_platform(names::familiar(reference), options);
    let mut before = None;
    if let Some(keep) = options.keeping() {
        let seen = keep.store.history(&name)?.into_iter().find(|seen| !seen.imported);
        if let Some(seen) = &seen
            && let Found::One(image, _) = keep.store.find(&identity(seen).to_string())?
            && is_of(&image, &digest)
        {
            keep.store.keep_image(&image, &[name], options.now)?;
            return Ok(Looked::Same(digest));
        }
        before = seen.as_ref().map(identity).cloned();
    }
    let name = Name::Reference(Reference::Registry(reference.clone()));
    let subject = analyze(&name, None, options, watch)?;
    let to = subject.side.image.digest.or(subject.id).unwrap_or(digest);
    Ok(if before.as_ref() == Some(&to) {
        Looked::Same(to)
    } else {
        Looked::Moved { from: before, to }
    })
}

/// Holds what these names were ever seen to mean here, in place of what this holder held before: a registry may not have it
/// any more.
pub fn hold(
    store: &Store,
    holder: &str,
    names: &[String],
    options: &Options,
) -> Result<Held, store::Error> {
    let mut images = BTreeSet::new();
    for name in names {
        // One that nobody has looked at has no history.
        let seen = find::history(store, name, options).map(|(_, seen)| seen).unwrap_or_default();
        let own = seen.iter().filter(|seen| !seen.imported);
        images.extend(own.map(|seen| identity(seen).clone()));
    }
    store.hold(holder, &images)
}

fn identity(seen: &store::Sighting) -> &Digest {
    seen.digest.as_ref().unwrap_or(&seen.id)
}

/// Whether an image is the one with this digest, or of the index with it.
fn is_of(image: &store::KeptImage, digest: &Digest) -> bool {
    let described = &image.description;
    [&described.digest, &described.index_digest].into_iter().flatten().any(|own| own == digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which names have their turn at which second, when each answers at once; `!` is one that fails.
    fn turns(every: i64, names: &[&str], until: i64) -> Vec<(i64, String)> {
        let mut rounds = Rounds::new(every);
        let watched = names.iter().map(|name| {
            let host = name.split('/').next().unwrap_or_default();
            ((*name).to_owned(), host.to_owned())
        });
        rounds.watch(watched, Time(0));
        let mut turns = Vec::new();
        for second in 0..until {
            while let Some(name) = rounds.next(Time(second)) {
                rounds.done(&name, !name.contains('!'), Time(second));
                turns.push((second, name));
            }
        }
        turns
    }

    fn check(every: i64, names: &[&str], until: i64, expect: &str) {
        let turns = turns(every, names, until);
        let told: Vec<_> = turns.iter().map(|(second, name)| format!("{second} {name}")).collect();
        assert_eq!(told.join(", "), expect);
    }

    #[test]
    fn a_registry_is_asked_once_in_a_second() {
        check(100, &["a/x", "a/y", "a/z", "b/x"], 50, "0 a/x, 0 b/x, 1 a/y, 2 a/z");
    }

    #[test]
    fn each_has_its_turn_again_a_bit_earlier_or_later() {
        let again = turns(1000, &["a/x", "b/x", "c/x", "d/x", "e/x"], 1101);
        let again: Vec<i64> =
            again.iter().map(|(second, _)| *second).filter(|one| *one > 0).collect();
        assert_eq!(again.len(), 5);
        assert!(again.iter().all(|second| (900..=1100).contains(second)), "{again:?}");
        assert!(again.windows(2).any(|pair| pair[0] != pair[1]), "{again:?}");
    }

    #[test]
    fn what_fails_waits_longer_each_time() {
        let turns = turns(100, &["a/!"], 1600);
        let pauses: Vec<i64> = turns.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
        let expect = [180..=220, 360..=440, 720..=880];
        assert_eq!(pauses.len(), 3, "{pauses:?}");
        assert!(
            pauses.iter().zip(expect).all(|(pause, range)| range.contains(pause)),
            "{pauses:?}"
        );
    }

    #[test]
    fn a_registry_that_fails_has_a_rest() {
        let names = ["a/!1", "a/!2", "a/!3", "a/x", "b/x"];
        check(10_000, &names, 60, "0 a/!1, 0 b/x, 1 a/!2, 4 a/!3, 11 a/x");
    }

    #[test]
    fn while_one_is_asked_for_its_registry_is_not_asked_for_another() {
        let mut rounds = Rounds::new(10);
        let names = ["a/x", "a/y", "b/x"].map(|name| (name.to_owned(), name[..1].to_owned()));
        rounds.watch(names, Time(0));
        assert_eq!(rounds.next(Time(0)).as_deref(), Some("a/x"));
        assert_eq!(rounds.next(Time(5)).as_deref(), Some("b/x"));
        assert_eq!(rounds.next(Time(6)), None);
        assert!(!rounds.are_through());
        rounds.done("a/x", true, Time(7));
        assert_eq!(rounds.next(Time(7)).as_deref(), Some("a/y"));
        rounds.watch([("b/x".to_owned(), "b".to_owned())], Time(8));
        rounds.done("b/x", true, Time(8));
        assert!(rounds.are_through());
        assert_eq!(rounds.pause(Time(20)), Some(0));
    }
}
