//! An image without its facts: what it is called and made of, and what a container of it starts with.

use std::collections::{BTreeMap, BTreeSet};

use model::{Description, Health, History, ImageKind, LayerDescription, Platform, Settings, Time};

use super::MOST_LAYERS;
use super::evidence::{read_distro, write_distro};
use super::facts::{read_notice, write_notice};
use super::frame;
use super::wire::{In, Odd, Out, Read};
use crate::KeptImage;

/// Writes an image down, for `key`.
pub(crate) fn image(key: &str, image: &KeptImage) -> Read<Vec<u8>> {
    let KeptImage { id, description, settings, notices, .. } = image;
    let KeptImage { kind, dockerfile, distro, analyzed, imported, .. } = image;
    let mut out = Out::default();
    out.digest(id);
    write_description(&mut out, description);
    write_settings(&mut out, settings);
    out.list(notices.iter(), write_notice);
    out.byte(match kind {
        ImageKind::None => 0,
        ImageKind::Base => 1,
        ImageKind::User => 2,
    });
    write_text(&mut out, dockerfile.as_ref());
    out.option(distro.as_ref(), write_distro);
    out.signed(analyzed.0);
    out.flag(*imported);
    frame::seal(key, &out.0, &[])
}

/// Reads an image that was written for `key`.
pub(crate) fn read_image(key: &str, bytes: &[u8]) -> Read<KeptImage> {
    let opened = frame::open(key, bytes)?;
    let mut read = In(&opened.unpacked);
    let image = KeptImage {
        id: read.digest()?,
        description: read_description(&mut read)?,
        settings: read_settings(&mut read)?,
        notices: read.list(read_notice)?,
        kind: match read.byte()? {
            0 => ImageKind::None,
            1 => ImageKind::Base,
            2 => ImageKind::User,
            _ => return Err(Odd("an image of no known kind")),
        },
        dockerfile: read.option(In::text)?,
        distro: read.option(read_distro)?,
        analyzed: Time(read.signed()?),
        imported: read.flag()?,
    };
    read.end()?;
    if opened.raw.is_empty() { Ok(image) } else { Err(Odd("something follows its end")) }
}

fn write_text(out: &mut Out, text: Option<&String>) {
    out.option(text, |out, text| out.text(text));
}

fn write_list(out: &mut Out, list: &[String]) {
    out.list(list.iter(), |out, text| out.text(text));
}

fn write_description(out: &mut Out, description: &Description) {
    let Description { reference, digest, config_digest, index_digest, .. } = description;
    let Description { platform, created, layers, .. } = description;
    out.text(reference);
    for digest in [digest, config_digest, index_digest] {
        out.option(digest.as_ref(), Out::digest);
    }
    out.option(platform.as_ref(), |out, Platform { os, architecture, variant }| {
        out.text(os);
        out.text(architecture);
        write_text(out, variant.as_ref());
    });
    write_text(out, created.as_ref());
    out.list(layers.iter(), |out, LayerDescription { digest, diff_id, size, media_type }| {
        out.digest(digest);
        out.digest(diff_id);
        out.number(*size);
        out.text(media_type);
    });
}

fn read_description(read: &mut In<'_>) -> Read<Description> {
    Ok(Description {
        reference: read.text()?,
        digest: read.option(In::digest)?,
        config_digest: read.option(In::digest)?,
        index_digest: read.option(In::digest)?,
        platform: read.option(|read| {
            let (os, architecture) = (read.text()?, read.text()?);
            Ok(Platform { os, architecture, variant: read.option(In::text)? })
        })?,
        created: read.option(In::text)?,
        layers: read.list_within(MOST_LAYERS, Odd("it has more layers than are read"), |read| {
            Ok(LayerDescription {
                digest: read.digest()?,
                diff_id: read.digest()?,
                size: read.number()?,
                media_type: read.text()?,
            })
        })?,
    })
}

fn write_settings(out: &mut Out, settings: &Settings) {
    let Settings { user, env, entrypoint, cmd, workdir, ports, volumes, labels, .. } = settings;
    let Settings { stop_signal, shell, healthcheck, onbuild, author, history, .. } = settings;
    for text in [user, workdir, stop_signal, author] {
        write_text(out, text.as_ref());
    }
    for list in [entrypoint, cmd, shell] {
        out.option(list.as_ref(), |out, list| write_list(out, list));
    }
    for map in [env, labels] {
        out.list(map.iter(), |out, (name, value)| {
            out.text(name);
            out.text(value);
        });
    }
    for set in [ports, volumes] {
        out.list(set.iter(), |out, text| out.text(text));
    }
    out.option(healthcheck.as_ref(), |out, health| {
        let Health { test, interval, timeout, start_period, start_interval, retries } = health;
        write_list(out, test);
        for number in [interval, timeout, start_period, start_interval, retries] {
            out.option(number.as_ref(), |out, number| out.number(*number));
        }
    });
    write_list(out, onbuild);
    out.list(history.iter(), |out, History { created, created_by, comment, empty_layer }| {
        for text in [created, created_by, comment] {
            write_text(out, text.as_ref());
        }
        out.flag(*empty_layer);
    });
}

fn read_settings(read: &mut In<'_>) -> Read<Settings> {
    let mut text = || read.option(In::text);
    let (user, workdir, stop_signal, author) = (text()?, text()?, text()?, text()?);
    let mut list = || read.option(|read| read.list(In::text));
    let (entrypoint, cmd, shell) = (list()?, list()?, list()?);
    let mut map = || -> Read<BTreeMap<String, String>> {
        let pairs = read.list(|read| Ok((read.text()?, read.text()?)))?;
        Ok(pairs.into_iter().collect())
    };
    let (env, labels) = (map()?, map()?);
    let mut set = || -> Read<BTreeSet<String>> {
        read.list(In::text).map(|texts| texts.into_iter().collect())
    };
    let (ports, volumes) = (set()?, set()?);
    let healthcheck = read.option(|read| {
        Ok(Health {
            test: read.list(In::text)?,
            interval: read.option(In::number)?,
            timeout: read.option(In::number)?,
            start_period: read.option(In::number)?,
            start_interval: read.option(In::number)?,
            retries: read.option(In::number)?,
        })
    })?;
    let onbuild = read.list(In::text)?;
    let history = read.list(|read| {
        Ok(History {
            created: read.option(In::text)?,
            created_by: read.option(In::text)?,
            comment: read.option(In::text)?,
            empty_layer: read.flag()?,
        })
    })?;
    #[rustfmt::skip]
    let settings = Settings {
        user, env, entrypoint, cmd, workdir, ports, volumes, labels, stop_signal, shell, healthcheck,
        onbuild, author, history,
    };
    Ok(settings)
}
