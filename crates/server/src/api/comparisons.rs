//! Comparisons of two images, with all that the program knows: whole, and their files in pages.

use engine::{Budget, Comparison, Pair, PairFindings, Subject, Thing, ThingKind};
use model::{Digest, Path, Platform, Time, Uidp};
use report::Format;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::images::{image, meant, meant_before, meant_then, platform};
use super::lists::repo;
use super::page::{limit, page};
use super::written::{More, format, more, view};
use super::{Answer, Asked};
use crate::capability::Capabilities;
use crate::state::State;
use crate::status::Status;

/// What has to be allowed to compare.
pub(super) const NEEDED: &[&str] = &["repo.list", "sboms.list", "vuln_reports.list"];

/// Which images are compared, and what is asked about them.
struct Wanted {
    repos: [Thing; 2],
    digests: [Digest; 2],
    platform: Option<Platform>,
    vulnerabilities: bool,
    /// Whether it is told what layers do, and what changelogs say.
    layers: bool,
    changelog: bool,
    /// How much may grow.
    budgets: Vec<Budget>,
}

/// Files that are looked into for one request, and budgets.
const MOST_PATHS: usize = 20;
const MOST_BUDGETS: usize = 100;

/// What differs, as a document, or as the program writes it.
pub(super) fn whole(asked: &Asked<'_>) -> Result<Answer, Status> {
    let wanted = Wanted::of(asked)?;
    let more = more(asked);
    let (format, kind) = match more {
        Some((_, kind)) => (Format::Json, kind),
        None => format(asked)?,
    };
    let view = view(asked)?;
    let tag = wanted.tag(asked.state, &format!("{kind} {view:?}"));
    if asked.has(&tag) {
        return Ok(Answer::unchanged(tag));
    }
    wanted.compared(asked.state, |_, comparison| {
        let mut bytes = Vec::new();
        let written = match more {
            Some((More::Markdown, _)) => report::comparison_markdown(comparison, view, &mut bytes),
            Some((More::Sarif, _)) => report::comparison_sarif(comparison, &mut bytes),
            None => report::comparison(comparison, format, view, &mut bytes),
        };
        written.map_err(|_| Status::internal())?;
        let answer = Answer::text(kind, bytes).coming_to(outcome(comparison));
        // What another version of the program read may be read again.
        let is_current = ![comparison.old, comparison.new].into_iter().any(engine::is_older);
        Ok(if is_current { answer.tagged_as(tag.clone()) } else { answer.tagged() })
    })
}

/// What a comparison comes to, in a word.
fn outcome(comparison: &Comparison<'_>) -> &'static str {
    match () {
        () if comparison.may_hide() => "untold",
        () if comparison.over().next().is_some() => "over",
        () if comparison.is_empty() => "same",
        () => "different",
    }
}

/// Everything about one path.
pub(super) fn explanation(asked: &Asked<'_>) -> Result<Answer, Status> {
    let wanted = Wanted { vulnerabilities: false, ..Wanted::of(asked)? };
    let ((format, kind), view) = (format(asked)?, view(asked)?);
    let path = Path::from(asked.needed("path")?);
    let library = &asked.state.library;
    wanted.compared(asked.state, |pair, comparison| {
        let explained = library.explained([&pair.old, &pair.new], &path)?;
        let missing = || Status::not_found(format!("neither of the two images has {path}"));
        let (meant, pasts) = explained.pasts.ok_or_else(missing)?;
        let explanation = comparison.explain(&meant, pasts);
        let mut bytes = Vec::new();
        report::explanation(&explanation, comparison, format, view, &mut bytes)
            .map_err(|_| Status::internal())?;
        Ok(Answer::text(kind, bytes).tagged())
    })
}

/// What differs inside of files; they are read again where they came from.
pub(super) fn contents(asked: &Asked<'_>) -> Result<Answer, Status> {
    let wanted = Wanted { vulnerabilities: false, ..Wanted::of(asked)? };
    let ((format, kind), view) = (format(asked)?, view(asked)?);
    let mut paths: Vec<Path> =
        asked.all("path").iter().map(|path| Path::new(path.as_bytes())).collect();
    if paths.is_empty() || paths.len() > MOST_PATHS {
        let text = format!("path says which files are meant, {MOST_PATHS} at the most");
        return Err(Status::invalid_argument(text));
    }
    wanted.compared(asked.state, |pair, comparison| {
        // Of one image under two names nothing can differ.
        if comparison.sameness() == engine::Sameness::Image {
            paths.clear();
        }
        engine::looked_up(pair, &paths).map_err(|missing| {
            Status::not_found(format!("neither image has a file {}", missing.path))
        })?;
        let inside = asked.state.library.inside(pair, comparison, &paths)?;
        let mut bytes = Vec::new();
        report::contents(comparison, &inside, format, view, &mut bytes)
            .map_err(|_| Status::internal())?;
        Ok(Answer::text(kind, bytes).tagged().coming_to(outcome(comparison)))
    })
}

/// The changed paths of a comparison in pages, all or those of one cause, or below a directory.
pub(super) fn files(asked: &Asked<'_>) -> Result<Answer, Status> {
    let (wanted, most) = (Wanted::of(asked)?, limit(asked)?);
    let first = match asked.said("after") {
        Some(_) => asked.read::<usize>("after")?.saturating_add(1),
        None => 0,
    };
    let cause = asked.said("cause");
    let below = asked.said("below").map(|path| path.trim_end_matches('/'));
    wanted.compared(asked.state, |_, comparison| {
        // Digests mean the same for ever, and so does the place of a path among what differs.
        let chosen = comparison.files.iter().enumerate().skip(first).filter(|(_, change)| {
            let path = change.path().as_bytes();
            let is_below = below.is_none_or(|below| {
                let rest = path.strip_prefix(below.as_bytes());
                rest.is_some_and(|rest| rest.is_empty() || rest.first() == Some(&b'/'))
            });
            is_below && cause.is_none_or(|cause| change.cause.name() == cause)
        });
        let (places, changes): (Vec<usize>, Vec<_>) = chosen.take(most + 1).unzip();
        let shown = report::changed_files(comparison, &changes).map_err(|_| Status::internal())?;
        let items = places.into_iter().map(|place| place.to_string()).zip(shown);
        Ok(page(most, items.collect::<Vec<(String, Value)>>()))
    })
}

/// What changelogs say of what changed.
pub(super) fn changelogs(asked: &Asked<'_>) -> Result<Answer, Status> {
    let (wanted, state) = (Wanted { changelog: true, ..Wanted::of(asked)? }, asked.state);
    let ((format, kind), view) = (format(asked)?, view(asked)?);
    let pair = wanted.pair(state)?;
    let written = state.library.written(&pair)?;
    let mut comparison = pair.compare_with_changelogs(&written);
    let names = asked.all("package");
    let known = comparison.names();
    if let Some(unknown) = names.iter().find(|name| !known.contains(name.as_str())) {
        let text = format!("no package or source {unknown} changed between the two images");
        return Err(Status::not_found(text));
    }
    if !names.is_empty() {
        comparison.retain(names);
    }
    let mut bytes = Vec::new();
    report::changelogs(&comparison, format, view, &mut bytes).map_err(|_| Status::internal())?;
    let outcome = if comparison.may_hide() { "untold" } else { "told" };
    Ok(Answer::text(kind, bytes).tagged().coming_to(outcome))
}

fn budgets(texts: &[String]) -> Result<Vec<Budget>, Status> {
    if texts.len() > MOST_BUDGETS {
        let text = format!("{MOST_BUDGETS} budgets at the most are looked at");
        return Err(Status::invalid_argument(text));
    }
    let read = |text: &String| {
        let wrong = |why| Status::invalid_argument(format!("budget: {why}"));
        Budget::parse(text).map_err(wrong)
    };
    texts.iter().map(read).collect()
}

impl Wanted {
    fn of(asked: &Asked<'_>) -> Result<Wanted, Status> {
        let state = asked.state;
        let from = repo(asked)?;
        let to = if asked.said("to_repo").is_some() {
            let id: Uidp = asked.read("to_repo")?;
            asked.demand(Capabilities::named(NEEDED.iter().copied()), &id)?;
            let to = state.ledger.thing(ThingKind::Repo, &id)?;
            to.ok_or_else(|| Status::not_found(format!("there is no repository {id}")))?
        } else {
            from.clone()
        };
        let new = meant(state, &to, asked.needed("to")?)?;
        let old = match (asked.said("from"), asked.said("since"), asked.is("previous")) {
            (Some(from_text), None, false) => meant(state, &from, from_text)?,
            (None, None, true) => meant_before(state, &from, asked.needed("to")?)?,
            (None, Some(since), false) => {
                let moment = Time::of_past(since, state.now()).ok_or_else(|| {
                    Status::invalid_argument("since is 30d, 12h, 2w, a day, or a moment")
                })?;
                meant_then(state, &from, asked.needed("to")?, moment)?
            }
            _ => {
                let text = "either from, since or previous says which image is the one before";
                return Err(Status::invalid_argument(text));
            }
        };
        Ok(Wanted {
            repos: [from, to],
            digests: [old, new],
            platform: platform(asked)?,
            vulnerabilities: asked.said("vulnerabilities") != Some("false"),
            layers: asked.is("layers"),
            changelog: asked.is("changelog"),
            budgets: budgets(asked.all("budget"))?,
        })
    }

    /// What tells the answer from all others: what is compared, with what, by whom.
    fn tag(&self, state: &State, how: &str) -> String {
        let platform = self.platform.as_ref().map(ToString::to_string).unwrap_or_default();
        let data = if self.vulnerabilities { state.advisories.name() } else { "none".into() };
        let [old, new] = &self.digests;
        let (layers, changelog, budgets) = (self.layers, self.changelog, &self.budgets);
        let program = env!("CARGO_PKG_VERSION");
        let (version, revision) = (report::VERSION, engine::revision());
        let text = format!(
            "{old}\n{new}\n{platform}\n{data}\n{how}\n{layers} {changelog} {budgets:?}\n{program}\n{version}\n{revision}"
        );
        format!("\"{}\"", &hex::encode(Sha256::digest(text))[..32])
    }

    fn pair(&self, state: &State) -> Result<Pair, Status> {
        let read = |place: usize| {
            image(state, &self.repos[place], &self.digests[place], self.platform.as_ref())
        };
        let subject = |place: usize| {
            let mut subject = read(place)?;
            if self.changelog {
                subject = state.library.with_texts(&subject)?;
            }
            if self.layers {
                subject.side.tallies = state.library.tallies(&subject)?;
            }
            Ok::<Subject, Status>(subject)
        };
        Ok(Pair { old: subject(0)?, new: subject(1)? })
    }

    fn compared(
        &self,
        state: &State,
        tell: impl FnOnce(&Pair, &Comparison<'_>) -> Result<Answer, Status>,
    ) -> Result<Answer, Status> {
        let pair = self.pair(state)?;
        let written = self.changelog.then(|| state.library.written(&pair)).transpose()?;
        let mut comparison = match &written {
            Some(written) => pair.compare_with_changelogs(written),
            None => pair.compare(),
        };
        // How old the data are is told with them; whether that is too old hangs on who reads it.
        let find = |data: &_| PairFindings::find(&pair, [data, data], None, &engine::unwatched);
        let found = self.vulnerabilities.then(|| state.advisories.ask(find)).flatten();
        let findings = match found {
            Some((_, found)) => Some(found.map_err(|_| Status::internal())?),
            None => None,
        };
        if let Some(findings) = &findings {
            findings.compare(&mut comparison);
        }
        comparison.spend(&self.budgets);
        tell(&pair, &comparison)
    }
}
