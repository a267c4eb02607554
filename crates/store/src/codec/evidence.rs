//! What readers found: packages with their claims, distributions, diversions, licences.

use model::{
    Claim, Distro, Diversion, Evidence, Found, Hit, LayerEntry, OwnedPath, Package, Scheme, Version,
};

use super::claims;
use super::columns::Columns;
use super::paths::{Known, Paths};
use super::wire::{In, Odd, Out, Read};

const PACKAGES: u8 = 0;
const CLAIMS: u8 = 1;
const DIVERSIONS: u8 = 2;
const DISTRO: u8 = 3;
const LICENSES: u8 = 4;
const NESTED: u8 = 5;
const HITS: u8 = 6;
const STATED: u8 = 7;
const DECLARED: u8 = 8;
const CHANNEL: u8 = 9;

/// What evidence is written with.
pub(super) struct Writing<'a, 'w> {
    pub(super) entries: &'a [LayerEntry],
    pub(super) columns: &'w mut Columns<Out>,
    pub(super) paths: &'w mut Paths<'a>,
    pub(super) claims: &'w mut claims::Writing,
}

impl<'a> Writing<'a, '_> {
    pub(super) fn found(&mut self, found: &'a Found) {
        self.paths.refer(&found.path, &mut self.columns.references);
        let texts = &mut self.columns.texts;
        texts.text(&found.ecosystem);
        match &found.evidence {
            Evidence::Packages(packages) => {
                texts.byte(PACKAGES);
                texts.count(packages.len());
                for (package, owned) in packages {
                    write_package(&mut self.columns.texts, package);
                    self.owned(owned);
                }
            }
            Evidence::Nested { inside, packages } => {
                texts.byte(NESTED);
                texts.text(inside);
                texts.list(packages.iter(), write_package);
            }
            Evidence::Stated(packages) => {
                texts.byte(STATED);
                texts.list(packages.iter(), write_package);
            }
            Evidence::Declared(packages) => {
                texts.byte(DECLARED);
                texts.list(packages.iter(), write_package);
            }
            Evidence::Claims(Claim { package, paths }) => {
                texts.byte(CLAIMS);
                texts.text(package);
                self.owned(paths);
            }
            Evidence::Diversions(diversions) => {
                texts.byte(DIVERSIONS);
                texts.count(diversions.len());
                for diversion in diversions {
                    self.diversion(diversion);
                }
            }
            Evidence::Distro(distro) => {
                texts.byte(DISTRO);
                write_distro(texts, distro);
            }
            Evidence::Channel(channel) => {
                texts.byte(CHANNEL);
                texts.text(channel);
            }
            Evidence::Licenses { package, licenses } => {
                texts.byte(LICENSES);
                texts.text(package);
                texts.list(licenses.iter(), |out, license| out.text(license));
            }
            Evidence::Hits(hits) => {
                texts.byte(HITS);
                texts.list(hits.iter(), write_hit);
            }
        }
    }

    fn owned(&mut self, owned: &'a [OwnedPath]) {
        self.claims.claims(owned, self.entries, self.columns, self.paths);
    }

    fn diversion(&mut self, diversion: &'a Diversion) {
        self.paths.refer(&diversion.from, &mut self.columns.references);
        self.paths.refer(&diversion.to, &mut self.columns.references);
        write_text(&mut self.columns.texts, diversion.by.as_ref());
    }
}

/// What evidence is read with.
pub(super) struct Reading<'a, 'r> {
    pub(super) entries: &'r [LayerEntry],
    pub(super) columns: &'r mut Columns<In<'a>>,
    pub(super) paths: &'r mut Known,
    pub(super) claims: &'r mut claims::Reading<'a>,
}

impl Reading<'_, '_> {
    pub(super) fn found(&mut self) -> Read<Found> {
        let path = self.paths.referred(&mut self.columns.references)?.0.clone();
        let ecosystem = self.columns.texts.text()?;
        let evidence = match self.columns.texts.byte()? {
            PACKAGES => Evidence::Packages(self.several(|reading| {
                Ok((read_package(&mut reading.columns.texts)?, reading.owned()?))
            })?),
            NESTED => {
                let texts = &mut self.columns.texts;
                Evidence::Nested { inside: texts.text()?, packages: texts.list(read_package)? }
            }
            CLAIMS => {
                let package = self.columns.texts.text()?;
                Evidence::Claims(Claim { package, paths: self.owned()? })
            }
            DIVERSIONS => Evidence::Diversions(self.several(Reading::diversion)?),
            DISTRO => Evidence::Distro(read_distro(&mut self.columns.texts)?),
            CHANNEL => Evidence::Channel(self.columns.texts.text()?),
            LICENSES => {
                let texts = &mut self.columns.texts;
                Evidence::Licenses { package: texts.text()?, licenses: texts.list(In::text)? }
            }
            STATED => Evidence::Stated(self.columns.texts.list(read_package)?),
            DECLARED => Evidence::Declared(self.columns.texts.list(read_package)?),
            HITS => Evidence::Hits(self.columns.texts.list(read_hit)?),
            _ => return Err(Odd("evidence of no known kind")),
        };
        Ok(Found { path, ecosystem, evidence })
    }

    fn several<T>(&mut self, mut read: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let count = self.columns.texts.count(self.columns.texts.0.len())?;
        let mut things = Vec::with_capacity(count.min(4_096));
        for _ in 0..count {
            things.push(read(self)?);
        }
        Ok(things)
    }

    fn owned(&mut self) -> Read<Vec<OwnedPath>> {
        self.claims.claims(self.entries, self.columns, self.paths)
    }

    fn diversion(&mut self) -> Read<Diversion> {
        let references = &mut self.columns.references;
        let from = self.paths.referred(references)?.0.clone();
        let to = self.paths.referred(references)?.0.clone();
        Ok(Diversion { from, to, by: self.columns.texts.option(In::text)? })
    }
}

pub(super) fn write_text(out: &mut Out, text: Option<&String>) {
    out.option(text, |out, text| out.text(text));
}

pub(super) fn write_package(out: &mut Out, package: &Package) {
    // Two patterns, because one line cannot hold them all: a new field has to be added to one of them.
    let Package { ecosystem, name, group, version, architecture, source, build, .. } = package;
    let Package { commit, size, license, supplier, module, specification, .. } = package;
    out.text(ecosystem);
    out.text(name);
    out.text(version.as_str());
    out.byte(scheme(version.scheme()));
    out.option(size.as_ref(), |out, size| out.number(*size));
    let more = [commit, license, supplier, module, group, specification];
    for text in [architecture, source, build].into_iter().chain(more) {
        write_text(out, text.as_ref());
    }
}

pub(super) fn read_package(read: &mut In<'_>) -> Read<Package> {
    let (ecosystem, name, version) = (read.text()?, read.text()?, read.str()?);
    let version = Version::new(version, read_scheme(read.byte()?)?);
    let size = read.option(In::number)?;
    let mut text = || read.option(In::text);
    Ok(Package {
        ecosystem,
        name,
        version,
        size,
        architecture: text()?,
        source: text()?,
        build: text()?,
        commit: text()?,
        license: text()?,
        supplier: text()?,
        module: text()?,
        group: text()?,
        specification: text()?,
    })
}

pub(super) fn write_hit(out: &mut Out, hit: &Hit) {
    let Hit { rule, line, excerpt, mark } = hit;
    out.text(rule);
    out.number((*line).into());
    out.text(excerpt);
    out.option(mark.as_ref(), |out, mark| out.raw(mark));
}

pub(super) fn read_hit(read: &mut In<'_>) -> Read<Hit> {
    let (rule, line, excerpt) = (read.text()?, read.small()?, read.text()?);
    let mark = |read: &mut In<'_>| {
        let bytes = read.raw(6)?;
        bytes.try_into().map_err(|_| Odd("a mark that is cut short"))
    };
    Ok(Hit { rule, line, excerpt, mark: read.option(mark)? })
}

fn scheme(scheme: Scheme) -> u8 {
    match scheme {
        Scheme::Apk => 0,
        Scheme::Deb => 1,
        Scheme::Rpm => 2,
        Scheme::Npm => 3,
        Scheme::Gem => 4,
        Scheme::Pypi => 5,
        Scheme::Maven => 6,
        Scheme::Semver => 7,
        Scheme::Nuget => 8,
        Scheme::Composer => 9,
        Scheme::Cran => 10,
        Scheme::Pub => 11,
        Scheme::Perl => 12,
        Scheme::Lua => 13,
        Scheme::Alpm => 14,
        Scheme::Nix => 15,
        Scheme::Generic => 16,
    }
}

fn read_scheme(number: u8) -> Read<Scheme> {
    match number {
        0 => Ok(Scheme::Apk),
        1 => Ok(Scheme::Deb),
        2 => Ok(Scheme::Rpm),
        3 => Ok(Scheme::Npm),
        4 => Ok(Scheme::Gem),
        5 => Ok(Scheme::Pypi),
        6 => Ok(Scheme::Maven),
        7 => Ok(Scheme::Semver),
        8 => Ok(Scheme::Nuget),
        9 => Ok(Scheme::Composer),
        10 => Ok(Scheme::Cran),
        11 => Ok(Scheme::Pub),
        12 => Ok(Scheme::Perl),
        13 => Ok(Scheme::Lua),
        14 => Ok(Scheme::Alpm),
        15 => Ok(Scheme::Nix),
        16 => Ok(Scheme::Generic),
        _ => Err(Odd("a version of no known order")),
    }
}

pub(super) fn write_distro(out: &mut Out, distro: &Distro) {
    let Distro { id, id_like, version_id, codename, pretty_name, channels } = distro;
    out.text(id);
    out.list(id_like.iter(), |out, id| out.text(id));
    for text in [version_id, codename, pretty_name] {
        write_text(out, text.as_ref());
    }
    out.list(channels.iter(), |out, channel| out.text(channel));
}

pub(super) fn read_distro(read: &mut In<'_>) -> Read<Distro> {
    Ok(Distro {
        id: read.text()?,
        id_like: read.list(In::text)?,
        version_id: read.option(In::text)?,
        codename: read.option(In::text)?,
        pretty_name: read.option(In::text)?,
        channels: read.list(In::text)?,
    })
}
