//! The key that tokens are signed with: made once, kept in a file that nobody else can read.

use std::fmt;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::ErrorKind;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    UnparsedPublicKey,
};
use sha2::{Digest as _, Sha256};

/// The key's file, inside the folder of the service.
const FILE: &str = "signing-key.pk8";

/// A key. Showing it does not tell it.
pub struct Key {
    pair: EcdsaKeyPair,
    id: String,
    /// What secrets are made with that are kept nowhere.
    secrets: hmac::Key,
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Its file could not be made or read.
    #[error("could not {doing} the key that tokens are signed with, {}", path.display())]
    Io {
        /// `make` or `read`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is one, but nothing can be done with it.
    #[error("the key that tokens are signed with cannot be used: {why}")]
    Unusable {
        /// What is wrong with it.
        why: String,
    },
}

impl KeyError {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            KeyError::Io { source, .. } => match source.kind() {
                io::ErrorKind::NotFound => ErrorKind::NotFound,
                io::ErrorKind::PermissionDenied => ErrorKind::Denied,
                _ => ErrorKind::Unavailable,
            },
            KeyError::Unusable { .. } => ErrorKind::Corrupt,
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

impl Key {
    /// A new one, kept nowhere.
    pub fn generate() -> Result<Key, KeyError> {
        Key::of(&generate()?)
    }

    /// The key in `folder`; where there is none yet, one is made.
    pub fn open_or_make(folder: &Path) -> Result<Key, KeyError> {
        let path = folder.join(FILE);
        let failed = |source| KeyError::Io { doing: "make", path: path.clone(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        if !path.exists() {
            // Linked to its name once it is whole: of several that are made at once, one stays.
            let beside = folder.join(format!("{FILE}.{}", std::process::id()));
            let bytes = generate()?;
            let write = || {
                let _ = fs::remove_file(&beside);
                let options = OpenOptions::new().write(true).create_new(true).mode(0o600).clone();
                let mut file = options.open(&beside)?;
                file.write_all(&bytes)?;
                file.sync_all()?;
                match fs::hard_link(&beside, &path) {
                    Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
                    _ => fs::remove_file(&beside),
                }
            };
            write().map_err(failed)?;
        }
        Key::open(folder)
    }

    /// The key in `folder`.
    pub fn open(folder: &Path) -> Result<Key, KeyError> {
        let path = folder.join(FILE);
        let failed = |source| KeyError::Io { doing: "read", path: path.clone(), source };
        let file = fs::File::open(&path).map_err(failed)?;
        let mode = file.metadata().map_err(failed)?.permissions().mode();
        if mode & 0o077 != 0 {
            let why =
                format!("others can read {} (its mode is {:o})", path.display(), mode & 0o777);
            return Err(KeyError::Unusable { why });
        }
        let mut bytes = Vec::new();
        file.take(4096).read_to_end(&mut bytes).map_err(failed)?;
        Key::of(&bytes)
    }

    fn of(bytes: &[u8]) -> Result<Key, KeyError> {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, bytes, &random)
            .map_err(|error| KeyError::Unusable { why: error.to_string() })?;
        let digest = Sha256::digest(pair.public_key().as_ref());
        let seed =
            Sha256::new().chain_update(b"pentimento secrets\n").chain_update(bytes).finalize();
        let secrets = hmac::Key::new(hmac::HMAC_SHA256, &seed);
        Ok(Key { id: BASE64_URL_SAFE_NO_PAD.encode(&digest[..12]), pair, secrets })
    }

    /// The secret for a purpose: whoever shows it was told it by somebody who has this key. It is the same each time.
    pub(crate) fn secret_for(&self, purpose: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&self.secrets, purpose.as_bytes()))
    }

    /// Whether this is the secret for a purpose.
    pub(crate) fn is_secret_for(&self, purpose: &str, secret: &str) -> bool {
        let shown = BASE64_URL_SAFE_NO_PAD.decode(secret).unwrap_or_default();
        hmac::verify(&self.secrets, purpose.as_bytes(), &shown).is_ok()
    }

    /// What it is called in tokens.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signature = self.pair.sign(&SystemRandom::new(), bytes);
        let signature = signature.map_err(|error| KeyError::Unusable { why: error.to_string() })?;
        Ok(signature.as_ref().to_vec())
    }

    pub(super) fn verify(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.pair.public_key());
        public.verify(bytes, signature).is_ok()
    }

    /// Its public half, as a set of JSON Web Keys has it.
    pub(crate) fn public(&self) -> serde_json::Value {
        // 4, then both coordinates, 32 bytes each.
        let point = self.pair.public_key().as_ref();
        let part = |bytes: Option<&[u8]>| BASE64_URL_SAFE_NO_PAD.encode(bytes.unwrap_or_default());
        serde_json::json!({
            "kty": "EC",
            "crv": "P-256",
            "x": part(point.get(1..33)),
            "y": part(point.get(33..65)),
            "use": "sig",
            "alg": "ES256",
            "kid": self.id,
        })
    }
}

fn generate() -> Result<Vec<u8>, KeyError> {
    let random = SystemRandom::new();
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
    let made = made.map_err(|error| KeyError::Unusable { why: error.to_string() })?;
    Ok(made.as_ref().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_for_one_purpose_and_of_one_key() {
        let (key, other) = (Key::generate().unwrap(), Key::generate().unwrap());
        let secret = key.secret_for("hook a");
        assert_eq!(secret, key.secret_for("hook a"));
        assert!(key.is_secret_for("hook a", &secret));
        assert!(!key.is_secret_for("hook b", &secret) && !other.is_secret_for("hook a", &secret));
        assert!(!key.is_secret_for("hook a", "") && !key.is_secret_for("hook a", "%"));
    }

    #[test]
    fn a_key_is_made_once_and_read_by_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Key::open(folder.path()).unwrap_err().kind(), ErrorKind::NotFound);
        let first = Key::open_or_make(folder.path()).unwrap();
        let again = Key::open_or_make(folder.path()).unwrap();
        assert_eq!(first.id(), again.id());
        assert!(again.verify(b"text", &first.sign(b"text").unwrap()));
        let path = folder.path().join(FILE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = Key::open(folder.path()).unwrap_err();
        assert!(refused.to_string().contains("its mode is 640"), "{refused}");
        assert_eq!(format!("{first:?}"), format!("Key({})", first.id()));
    }
}
