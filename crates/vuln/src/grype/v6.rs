//! Schema 6 (6.0.x to 6.1.x): handles, and JSON blobs that they share. Tables and columns that an older one lacks are
//! taken for empty.

use std::collections::HashMap;

use model::{AdvisoryData, Epss, KnownExploited, Provider, Share, Time};
use rusqlite::Row;
use serde::de::DeserializeOwned;

use super::shapes::{Exploited, Package, Vulnerability};
use super::{Source, number, text, time};
use crate::record::{Override, Status, Verdict};
use crate::writer::AdvisoryNumber;
use crate::{Advisory, Affected, Error, Product, Release, Subject, Watch, Writer};

/// What connects the tables with one another while they are read.
struct Reading<'a, 'b> {
    source: &'a Source,
    writer: &'a mut Writer,
    watch: &'a Watch<'b>,
    /// Advisories by the numbers of their handles.
    advisories: HashMap<i64, AdvisoryNumber>,
    releases: HashMap<i64, Release>,
}

/// Reads all of it.
pub(super) fn read(
    source: &Source,
    writer: &mut Writer,
    watch: &Watch<'_>,
) -> Result<AdvisoryData, Error> {
    let mut data = AdvisoryData::default();
    let columns = ["build_timestamp", "model", "revision", "addition"];
    source.rows(("db_metadata", "metadata"), &columns, "", watch, |row| {
        data.built = time(row, 0);
        let [model, revision, addition] = [1, 2, 3].map(|place| number(row, place).unwrap_or(0));
        data.schema = format!("v{model}.{revision}.{addition}");
        Ok(())
    })?;
    if !data.schema.starts_with("v6.") {
        return Err(source.unknown_schema(&data.schema));
    }
    source.rows(("providers", "providers"), &["id", "date_captured"], "", watch, |row| {
        data.providers.push(Provider { name: text(row, 0).into(), captured: time(row, 1) });
        Ok(())
    })?;
    data.providers.sort();
    let (advisories, releases) = (HashMap::new(), HashMap::new());
    let mut reading = Reading { source, writer, watch, advisories, releases };
    reading.read_releases()?;
    reading.read_overrides()?;
    reading.read_advisories()?;
    reading.read_packages("affected_package_handles", Verdict::Affected)?;
    reading.read_packages("unaffected_package_handles", Verdict::Unaffected)?;
    reading.read_products("affected_cpe_handles", Verdict::Affected)?;
    reading.read_products("unaffected_cpe_handles", Verdict::Unaffected)?;
    reading.read_exploited()?;
    Ok(data)
}

impl Reading<'_, '_> {
    fn read_releases(&mut self) -> Result<(), Error> {
        let columns = [
            "id",
            "name",
            "release_id",
            "major_version",
            "minor_version",
            "label_version",
            "codename",
            "channel",
            "eol_date",
        ];
        let Reading { source, writer, watch, releases, .. } = self;
        source.rows(("operating_systems", "releases"), &columns, "", watch, |row| {
            let of = |place| text(row, place).to_owned();
            let release = Release {
                name: of(1),
                id: of(2),
                major: of(3),
                minor: of(4),
                label: of(5),
                codename: of(6),
                channel: of(7),
                end_of_life: time(row, 8),
            };
            writer.release(&release)?;
            if let Some(id) = number(row, 0) {
                releases.insert(id, release);
            }
            Ok(())
        })?;
        Ok(())
    }

    fn read_overrides(&mut self) -> Result<(), Error> {
        let columns = [
            "alias",
            "version",
            "version_pattern",
            "codename",
            "replacement",
            "replacement_major_version",
            "replacement_minor_version",
            "replacement_label_version",
            "rolling",
            "applicable_client_db_schemas",
        ];
        let table = ("operating_system_specifier_overrides", "names of distributions");
        let Reading { source, writer, watch, .. } = self;
        source.rows(table, &columns, "", watch, |row| {
            // What is only for older clients (`< 6.0.3`) is not for us.
            if text(row, 9).contains('<') {
                return Ok(());
            }
            let some = |place| Some(text(row, place).to_owned()).filter(|text| !text.is_empty());
            writer.stands_for(&Override {
                alias: text(row, 0).into(),
                version: some(1),
                pattern: some(2),
                codename: some(3),
                name: some(4),
                major: some(5),
                minor: some(6),
                label: some(7),
                rolling: number(row, 8).unwrap_or_default() != 0 || text(row, 8) == "true",
            })
        })?;
        Ok(())
    }

    fn read_advisories(&mut self) -> Result<(), Error> {
        let columns = [
            "id",
            "name",
            "status",
            "published_date",
            "modified_date",
            "withdrawn_date",
            "provider_id",
            "blob_id",
        ];
        let Reading { source, writer, watch, advisories, .. } = self;
        let Some(columns) = source.columns("vulnerability_handles", &columns)? else {
            return Ok(());
        };
        let query = format!(
            "SELECT {columns}, blobs.value FROM vulnerability_handles
             LEFT JOIN blobs ON blobs.id = vulnerability_handles.blob_id"
        );
        source.each("advisories", &query, watch, |row| {
            let mut blob: Vulnerability = json(row, 8, || text(row, 1).into(), writer)?;
            let is_withdrawn = text(row, 2) == "rejected" || !text(row, 5).is_empty();
            let advisory = Advisory {
                id: text(row, 1).into(),
                provider: text(row, 6).into(),
                status: if is_withdrawn { Status::Withdrawn } else { Status::Active },
                published: time(row, 3),
                modified: time(row, 4),
                aliases: blob.aliases.take().unwrap_or_default(),
                ratings: blob.ratings(),
                description: blob.description.unwrap_or_default(),
                references: blob.refs.unwrap_or_default().into_iter().map(|one| one.url).collect(),
            };
            let advisory = writer.advisory(&advisory)?;
            if let Some(id) = number(row, 0) {
                advisories.insert(id, advisory);
            }
            Ok(())
        })?;
        Ok(())
    }

    fn read_packages(&mut self, table: &str, verdict: Verdict) -> Result<(), Error> {
        let Reading { source, writer, watch, advisories, releases } = self;
        let columns = ["vulnerability_id", "operating_system_id"];
        let Some(columns) = source.columns(table, &columns)? else { return Ok(()) };
        // In the order in which they are kept, so that neither side jumps about.
        let query = format!(
            "SELECT {columns}, packages.ecosystem, packages.name, blobs.value FROM {table}
             LEFT JOIN packages ON packages.id = {table}.package_id
             LEFT JOIN blobs ON blobs.id = {table}.blob_id
             ORDER BY {table}.package_id, {table}.operating_system_id, {table}.id"
        );
        source.each("packages", &query, watch, |row| {
            let about = || format!("what an advisory says of {} {}", text(row, 2), text(row, 3));
            let advisory = number(row, 0).and_then(|id| advisories.get(&id));
            let release = number(row, 1).map(|id| releases.get(&id));
            let is_named = !text(row, 3).is_empty();
            let (Some(&advisory), None | Some(Some(_)), true) = (advisory, release, is_named)
            else {
                return writer.unreadable(&format!(
                    "{}: its advisory, release or package is missing",
                    about()
                ));
            };
            let Ok(mut blob) = said::<Package>(text(row, 4)) else {
                return writer
                    .unreadable(&format!("{}: it is not the JSON that it should be", about()));
            };
            let affected = Affected {
                subject: Subject { ecosystem: text(row, 2).into(), name: text(row, 3).into() },
                release: release.flatten().cloned(),
                verdict,
                qualifiers: blob.qualifiers(),
                ranges: blob.ranges(),
                cves: blob.cves.unwrap_or_default(),
            };
            writer.affected(advisory, &affected)
        })?;
        Ok(())
    }

    fn read_products(&mut self, table: &str, verdict: Verdict) -> Result<(), Error> {
        let Reading { source, writer, watch, advisories, .. } = self;
        let parts = [
            "part",
            "vendor",
            "product",
            "edition",
            "language",
            "software_edition",
            "target_hardware",
            "target_software",
            "other",
        ];
        let (Some(columns), Some(parts)) =
            (source.columns(table, &["vulnerability_id"])?, source.columns("cpes", &parts)?)
        else {
            return Ok(());
        };
        let query = format!(
            "SELECT {columns}, {parts}, blobs.value FROM {table} LEFT JOIN cpes ON cpes.id = {table}.cpe_id
             LEFT JOIN blobs ON blobs.id = {table}.blob_id ORDER BY {table}.cpe_id, {table}.id"
        );
        source.each("products", &query, watch, |row| {
            let of = |place| text(row, place).to_owned();
            let product = Product {
                part: of(1),
                vendor: of(2),
                product: of(3),
                edition: of(4),
                language: of(5),
                software_edition: of(6),
                target_hardware: of(7),
                target_software: of(8),
                other: of(9),
            };
            let about = || format!("what an advisory says of the product {}", product.product);
            let advisory = number(row, 0).and_then(|id| advisories.get(&id));
            let (Some(&advisory), false) = (advisory, product.product.is_empty()) else {
                return writer
                    .unreadable(&format!("{}: its advisory or product is missing", about()));
            };
            let Ok(mut blob) = said::<Package>(text(row, 10)) else {
                return writer
                    .unreadable(&format!("{}: it is not the JSON that it should be", about()));
            };
            let (ranges, qualifiers) = (blob.ranges(), blob.qualifiers());
            let cves = blob.cves.unwrap_or_default();
            writer.product(advisory, &product, (verdict, &ranges, &qualifiers, &cves))
        })?;
        Ok(())
    }

    fn read_exploited(&mut self) -> Result<(), Error> {
        let Reading { source, writer, watch, .. } = self;
        let table = "known_exploited_vulnerability_handles";
        if let Some(columns) = source.columns(table, &["cve"])? {
            let query = format!(
                "SELECT {columns}, blobs.value FROM {table} LEFT JOIN blobs ON blobs.id = {table}.blob_id"
            );
            source.each("exploited vulnerabilities", &query, watch, |row| {
                let cve = text(row, 0).to_owned();
                let blob: Exploited = json(row, 1, || cve.clone(), writer)?;
                let ransomware = blob.known_ransomware_campaign_use.unwrap_or_default();
                writer.known_exploited(&KnownExploited {
                    added: blob.date_added.map(|date| day(&date)),
                    due: blob.due_date.map(|date| day(&date)),
                    action: blob.required_action.unwrap_or_default(),
                    ransomware: ransomware.eq_ignore_ascii_case("known"),
                    cve,
                })
            })?;
        }
        let mut reckoned = None;
        source.rows(("epss_metadata", "metadata"), &["date"], "", watch, |row| {
            reckoned = Some(day(text(row, 0))).filter(|day| !day.is_empty());
            Ok(())
        })?;
        let columns = ["cve", "epss", "percentile"];
        source.rows(("epss_handles", "likelihoods"), &columns, "", watch, |row| {
            let share = |place| Share::new(row.get(place).unwrap_or_default());
            let cve = text(row, 0).to_owned();
            let (probability, percentile) = (share(1), share(2));
            writer.epss(&Epss { cve, probability, percentile, day: reckoned.clone() })
        })?;
        source.rows(("cwe_handles", "weaknesses"), &["cve", "cwe"], "", watch, |row| {
            writer.weakness(text(row, 0), text(row, 1))
        })?;
        Ok(())
    }
}

/// The day of a moment, as it is written.
fn day(text: &str) -> String {
    match Time::of_rfc3339(text) {
        Some(time) => time.day(),
        None => text.chars().take(10).collect(),
    }
}

/// What a record says of a package. Nothing would mean every version, so there has to be something.
fn said<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_str(text)
}

/// A blob; nothing stands for an empty one.
fn parsed<T: DeserializeOwned + Default>(text: &str) -> serde_json::Result<T> {
    if text.is_empty() { Ok(T::default()) } else { serde_json::from_str(text) }
}

/// A blob that can be done without: where it makes no sense, that is noted.
fn json<T: DeserializeOwned + Default>(
    row: &Row<'_>,
    place: usize,
    about: impl FnOnce() -> String,
    writer: &mut Writer,
) -> Result<T, Error> {
    match parsed(text(row, place)) {
        Ok(value) => Ok(value),
        Err(error) => {
            writer.unreadable(&format!("the record of {}: {error}", about()))?;
            Ok(T::default())
        }
    }
}
