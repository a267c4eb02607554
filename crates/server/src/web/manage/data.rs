//! The advisories that are kept.

use pages::{DataPage, Database};

use crate::status::Status;
use crate::web::{Told, Visit};

/// The advisories that are kept, and which of them are asked.
pub(in crate::web) fn data(visit: &Visit<'_>) -> Result<Told, Status> {
    let asked = visit.state.advisories.name();
    let (kept, broken) = visit.state.advisories.kept()?;
    let shown = |one: engine::KeptDatabase| Database {
        is_asked: one.name == asked,
        built: one.data.built,
        imported: one.imported,
        schema: one.data.schema,
        providers: one.data.providers.into_iter().map(|provider| provider.name).collect(),
        advisories: one.counts.advisories,
        records: one.counts.records,
        unreadable: one.counts.unreadable,
        bytes: one.bytes,
        name: one.name,
    };
    let mut databases: Vec<Database> = kept.into_iter().map(shown).collect();
    databases.reverse();
    databases.sort_by_key(|one| !one.is_asked);
    Ok(Told::Page(DataPage { databases, broken, now: visit.now }.document()))
}
