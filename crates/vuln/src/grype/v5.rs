//! Schema 5: one row for each package of each advisory, in namespaces.

use std::collections::BTreeSet;

use model::{AdvisoryData, Fix, Provider, Severity};
use rusqlite::{OptionalExtension as _, Row};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::shapes::{Excluding, KindOfQualifier, Related, Scored, cvss, state};
use super::{Source, text, time};
use crate::cpe::Cpe;
use crate::namespace::Namespace;
use crate::record::{Exclusion, Qualifier, Range, Rating, Status, Verdict};
use crate::writer::AdvisoryNumber;
use crate::{Advisory, Affected, Error, Subject, Watch, Writer};

const METADATA: &str =
    "SELECT data_source, severity, urls, description, cvss FROM vulnerability_metadata
    WHERE id = ? AND namespace = ?";

/// Reads all of it.
pub(super) fn read(
    source: &Source,
    writer: &mut Writer,
    watch: &Watch<'_>,
) -> Result<AdvisoryData, Error> {
    let mut data = AdvisoryData::default();
    source.rows(("id", "metadata"), &["build_timestamp", "schema_version"], "", watch, |row| {
        data.built = time(row, 0);
        data.schema = super::number(row, 1).map(|version| version.to_string()).unwrap_or_default();
        Ok(())
    })?;
    if data.schema != "5" {
        return Err(source.unknown_schema(&data.schema));
    }
    let columns = [
        "id",
        "namespace",
        "package_name",
        "package_qualifiers",
        "version_constraint",
        "version_format",
        "cpes",
        "related_vulnerabilities",
        "fixed_in_versions",
        "fix_state",
    ];
    let Some(columns) = source.columns("vulnerability", &columns)? else { return Ok(data) };
    // Every package of an advisory, one after the other; most of the order is there already.
    let query = format!("SELECT {columns} FROM vulnerability ORDER BY namespace, id");
    let mut current: Option<((String, String), Namespace, AdvisoryNumber)> = None;
    let mut providers = BTreeSet::new();
    source.each("packages", &query, watch, |row| {
        let key = (text(row, 0), text(row, 1));
        let related: Vec<Related> = list(row, 7, writer)?;
        if current.as_ref().is_none_or(|((id, space), ..)| (&**id, &**space) != key) {
            let Some(namespace) = Namespace::parse(key.1) else {
                return writer
                    .unreadable(&format!("{}: its namespace {} is not known", key.0, key.1));
            };
            let advisory = advisory(source, key, &namespace, &related, writer)?;
            providers.insert(advisory.provider.clone());
            let number = writer.advisory(&advisory)?;
            current = Some(((key.0.into(), key.1.into()), namespace, number));
        }
        let Some((_, namespace, advisory)) = &current else { return Ok(()) };
        affected(row, namespace, *advisory, &related, writer)
    })?;
    let table = ("vulnerability_match_exclusion", "exclusions");
    source.rows(table, &["id", "constraints", "justification"], "", watch, |row| {
        exclusions(row, writer)
    })?;
    data.providers = providers.into_iter().map(|name| Provider { name, captured: None }).collect();
    Ok(data)
}

fn advisory(
    source: &Source,
    (id, space): (&str, &str),
    namespace: &Namespace,
    related: &[Related],
    writer: &mut Writer,
) -> Result<Advisory, Error> {
    let mut advisory = Advisory {
        id: id.into(),
        provider: namespace.provider.clone(),
        status: Status::Active,
        aliases: related.iter().map(|one| one.id.clone()).filter(|one| one != id).collect(),
        ..Advisory::default()
    };
    let mut statement = source.connection.prepare_cached(METADATA).map_err(source.failed())?;
    let read = statement.query_row([id, space], |row| {
        advisory.references = Some(text(row, 0))
            .filter(|page| !page.is_empty())
            .into_iter()
            .map(Into::into)
            .collect();
        advisory.description = text(row, 3).into();
        let severity = Severity::of_word(text(row, 1));
        let severity = severity.filter(|severity| *severity != Severity::Unknown);
        advisory.ratings.extend(severity.map(|severity| Rating::Word { severity, source: None }));
        Ok((json::<String>(text(row, 2)), json::<Scored>(text(row, 4))))
    });
    match read.optional().map_err(source.failed())? {
        Some((Ok(urls), Ok(scores))) => {
            advisory.references.extend(urls);
            let scores = scores.into_iter().map(|one| cvss(&one.vector, &one.version, one.source));
            advisory.ratings.extend(scores.map(Rating::Cvss));
        }
        Some(_) => writer.unreadable(&format!(
            "the metadata of {id} in {space}: it is not the JSON that it should be"
        ))?,
        None => {}
    }
    Ok(advisory)
}

fn affected(
    row: &Row<'_>,
    namespace: &Namespace,
    advisory: AdvisoryNumber,
    related: &[Related],
    writer: &mut Writer,
) -> Result<(), Error> {
    let qualifiers: Vec<KindOfQualifier> = list(row, 3, writer)?;
    let qualifiers: Vec<Qualifier> =
        qualifiers.into_iter().filter_map(KindOfQualifier::qualifier).collect();
    let range = Range {
        format: text(row, 5).into(),
        constraint: text(row, 4).into(),
        fix: Fix { state: state(text(row, 9)), versions: list(row, 8, writer)? },
    };
    let cves = related.iter().map(|one| one.id.clone()).filter(|one| one != text(row, 0)).collect();
    if namespace.is_of_products() {
        let products: Vec<String> = list(row, 6, writer)?;
        for cpe in products.iter().filter_map(|cpe| Cpe::parse(cpe)) {
            let said = (Verdict::Affected, std::slice::from_ref(&range), &qualifiers[..], &[][..]);
            writer.product(advisory, &cpe.product(), said)?;
        }
        return Ok(());
    }
    if let Some(ecosystem) = namespace.ecosystem(&range.format) {
        let subject = Subject { ecosystem: ecosystem.into(), name: text(row, 2).into() };
        let affected = Affected {
            subject,
            release: namespace.release.clone(),
            verdict: Verdict::Affected,
            cves: Vec::clone(&cves),
            qualifiers: qualifiers.clone(),
            ranges: vec![range.clone()],
        };
        writer.affected(advisory, &affected)?;
    }
    Ok(())
}

/// An exclusion for each of its conditions, or one without any. A condition with words that are not known cannot be used.
fn exclusions(row: &Row<'_>, writer: &mut Writer) -> Result<(), Error> {
    let (id, justification) = (text(row, 0), text(row, 2));
    let any =
        Exclusion { id: id.into(), justification: justification.into(), ..Exclusion::default() };
    let conditions = match json::<Value>(text(row, 1)) {
        Ok(conditions) if conditions.is_empty() => return writer.exclusion(&any),
        Ok(conditions) => conditions,
        Err(error) => return writer.unreadable(&format!("the exclusion of {id}: {error}")),
    };
    for condition in conditions {
        match serde_json::from_value::<Excluding>(condition) {
            Ok(Excluding { vulnerability, package }) => writer.exclusion(&Exclusion {
                namespace: vulnerability.namespace,
                fix: vulnerability.fix_state,
                name: package.name,
                version: package.version,
                language: package.language,
                kind: package.kind,
                location: package.location,
                ..any.clone()
            })?,
            Err(error) => writer.unreadable(&format!("an exclusion of {id}: {error}"))?,
        }
    }
    Ok(())
}

/// A list of a column: no text, `null` and `[]` are all empty.
fn list<T: DeserializeOwned>(
    row: &Row<'_>,
    place: usize,
    writer: &mut Writer,
) -> Result<Vec<T>, Error> {
    match json(text(row, place)) {
        Ok(list) => Ok(list),
        Err(error) => {
            writer.unreadable(&format!(
                "a record of {} {}: {error}",
                text(row, 0),
                text(row, 2)
            ))?;
            Ok(Vec::new())
        }
    }
}

fn json<T: DeserializeOwned>(text: &str) -> serde_json::Result<Vec<T>> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    Ok(serde_json::from_str::<Option<Vec<T>>>(text)?.unwrap_or_default())
}
