//! Whoever may read the folder of the service owns it: the identity and the group that are there from the beginning, and
//! tokens that are made without asking the service.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use engine::{Ledger, Thing, ThingKind, Wanted};
use model::{Time, Uidp};
use prost::Message as _;

use crate::capability::BuiltIn;
use crate::error::Error;
use crate::status::Status;
use crate::token::{Audience, Claims, Key, KeyError, sign};
use crate::wire::iam::RoleBinding;

/// What the owner is looked up by. No issuer is called so.
const OWNER: &str = "local\nowner";

/// The group that is there from the beginning.
const GROUP: &str = "local";

/// The file that says where the service is, inside its folder.
const ADDRESS: &str = "address";

/// Seconds that a token lasts.
const LIFETIME: i64 = 3600;

/// Sees to it that the folder's owner and a group are there.
pub(crate) fn prepare(ledger: &Ledger, now: Time) -> Result<Uidp, Error> {
    if let Some(owner) = owner(ledger)? {
        return Ok(owner);
    }
    let place = random::<20>().map(Uidp::root)?;
    let identity = Thing {
        id: place.clone(),
        kind: ThingKind::Identity,
        name: "owner".into(),
        key: OWNER.into(),
        created: now,
        updated: now,
        record: Vec::new(),
    };
    ledger.add(&identity)?;
    own_group(ledger, &place, GROUP, now)?;
    Ok(place)
}

/// A group below nothing that the folder's owner owns; the one of this name, where there is one.
pub(crate) fn own_group(
    ledger: &Ledger,
    owner: &Uidp,
    name: &str,
    now: Time,
) -> Result<Uidp, Error> {
    let wanted = Wanted { name: Some(name.into()), in_root: true, ..Wanted::default() };
    if let Some(group) = ledger.things(ThingKind::Group, &wanted)?.pop() {
        return Ok(group.id);
    }
    let thing = |id: Uidp, kind, name: &str| Thing {
        id,
        kind,
        name: name.into(),
        key: String::new(),
        created: now,
        updated: now,
        record: Vec::new(),
    };
    let group = thing(random::<20>().map(Uidp::root)?, ThingKind::Group, name);
    let mut binding = thing(group.id.below(random::<8>()?), ThingKind::Binding, "");
    binding.key = owner.to_string();
    let role = BuiltIn::named("owner").map_or("", |role| role.id);
    let record =
        RoleBinding { identity: owner.to_string(), role: role.into(), ..RoleBinding::default() };
    binding.record = record.encode_to_vec();
    let place = group.id.clone();
    ledger.add_all(&[group, binding])?;
    Ok(place)
}

/// Notes where the service is, for whoever makes tokens for it.
pub(crate) fn note_address(folder: &Path, url: &str) -> Result<(), Error> {
    let path = folder.join(ADDRESS);
    let beside = folder.join(format!("{ADDRESS}.{}", std::process::id()));
    let write = || {
        let options =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).clone();
        options.open(&beside)?.write_all(url.as_bytes())?;
        fs::rename(&beside, &path)
    };
    write().map_err(|source| Error::Machine { doing: "note the address of the service", source })
}

/// Where the service was that used this folder last.
pub fn token_audience(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join(ADDRESS)).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A token for the owner of the folder of a service that is at `url`; with when it ends.
pub fn local_token(folder: &Path, url: &str, now: Time) -> Result<(String, Time), Error> {
    let key = Key::open(folder)?;
    let ledger = Ledger::open(folder)?;
    let missing = || KeyError::Unusable { why: "no service has used its folder yet".into() };
    let owner = owner(&ledger)?.ok_or_else(missing)?;
    let claims = Claims {
        iss: url.into(),
        sub: owner.to_string(),
        aud: Audience::One(url.into()),
        iat: now.0,
        exp: now.0.saturating_add(LIFETIME),
        ..Claims::default()
    };
    Ok((sign(&claims, &key)?, Time(claims.exp)))
}

fn owner(ledger: &Ledger) -> Result<Option<Uidp>, Error> {
    let wanted = Wanted { key: Some(OWNER.into()), in_root: true, ..Wanted::default() };
    Ok(ledger.things(ThingKind::Identity, &wanted)?.pop().map(|identity| identity.id))
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let random = crate::services::random();
    random.map_err(|Status { message, .. }| Error::Contract { why: message })
}
