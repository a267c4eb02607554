//! An issuer for tests: a real server on this machine, with keys that are made for it and documents that can be spoilt.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RsaKeyPair, RsaPublicKeyComponents,
};
use serde_json::{Value, json};

/// A key to sign with.
pub(crate) enum Pair {
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
    Rsa(Box<RsaKeyPair>),
}

pub(crate) fn part(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

impl Pair {
    pub(crate) fn ec() -> Pair {
        let random = SystemRandom::new();
        let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let made = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        Pair::Ec(EcdsaKeyPair::from_pkcs8(kind, made.as_ref(), &random).unwrap())
    }

    pub(crate) fn ed() -> Pair {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Pair::Ed(Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap())
    }

    /// One that `openssl` makes; none where that is not installed.
    pub(crate) fn rsa() -> Option<Pair> {
        let kind = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-outform", "DER"];
        let made = Command::new("openssl").arg("genpkey").args(kind).output();
        let Ok(made) = made else {
            println!("skipped: openssl is not installed");
            return None;
        };
        let pair = RsaKeyPair::from_pkcs8(&made.stdout);
        Some(Pair::Rsa(Box::new(pair.or_else(|_| RsaKeyPair::from_der(&made.stdout)).unwrap())))
    }

    pub(crate) fn algorithm(&self) -> &'static str {
        match self {
            Pair::Ec(_) => "ES256",
            Pair::Ed(_) => "EdDSA",
            Pair::Rsa(_) => "RS256",
        }
    }

    /// Its public half, as it is published.
    pub(crate) fn public(&self, id: &str) -> Value {
        match self {
            Pair::Ec(pair) => {
                let point = pair.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "kid": id,
                    "x": part(&point[1..33]), "y": part(&point[33..])})
            }
            Pair::Ed(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "kid": id, "x": part(pair.public_key())})
            }
            Pair::Rsa(pair) => {
                let RsaPublicKeyComponents { n, e } =
                    RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({"kty": "RSA", "kid": id, "use": "sig", "alg": "RS256",
                    "n": part(n),
                    "e": part(e)})
            }
        }
    }

    pub(crate) fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Pair::Ec(pair) => pair.sign(&random, bytes).unwrap().as_ref().to_vec(),
            Pair::Ed(pair) => pair.sign(bytes).as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, bytes, &mut signature).unwrap();
                signature
            }
        }
    }

    pub(crate) fn token(&self, id: &str, claims: &Value) -> String {
        self.token_with(&json!({"alg": self.algorithm(), "kid": id, "typ": "JWT"}), claims)
    }

    pub(crate) fn token_with(&self, header: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", part(header.to_string()), part(claims.to_string()));
        let signature = part(self.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}

/// An issuer.
pub(crate) struct Server {
    pub(crate) url: String,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    /// What is answered: status and body, by path.
    answers: BTreeMap<String, (u16, String)>,
    /// Paths that were asked for, with what was sent.
    asked: Vec<(String, String)>,
}

impl Server {
    /// One with these keys.
    pub(crate) fn start(keys: &[Value]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::<Mutex<Shared>>::default();
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let serving = Arc::clone(&serving);
                thread::spawn(move || answer(stream.unwrap(), &serving));
            }
        });
        let server = Server { url, shared };
        let url = &server.url;
        server.answers(
            "/.well-known/openid-configuration",
            200,
            &json!({
                "issuer": url,
                "jwks_uri": format!("{url}/keys"),
                "authorization_endpoint": format!("{url}/authorize?tenant=1"),
                "token_endpoint": format!("{url}/token"),
            }),
        );
        server.publish(keys);
        server
    }

    pub(crate) fn publish(&self, keys: &[Value]) {
        self.answers("/keys", 200, &json!({ "keys": keys }));
    }

    pub(crate) fn answers(&self, path: &str, status: u16, body: &Value) {
        self.says(path, status, body.to_string());
    }

    pub(crate) fn says(&self, path: &str, status: u16, body: String) {
        self.shared.lock().unwrap().answers.insert(path.to_owned(), (status, body));
    }

    /// How often a path was asked for.
    pub(crate) fn asked(&self, path: &str) -> usize {
        self.shared.lock().unwrap().asked.iter().filter(|(asked, _)| asked == path).count()
    }

    /// What was sent to a path last.
    pub(crate) fn sent(&self, path: &str) -> Option<String> {
        let shared = self.shared.lock().unwrap();
        shared.asked.iter().rev().find(|(asked, _)| asked == path).map(|(_, sent)| sent.clone())
    }
}

fn answer(mut stream: TcpStream, shared: &Mutex<Shared>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    let _ = reader.read_line(&mut line);
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).unwrap_or(0) <= 2 {
            break;
        }
        if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    let _ = reader.read_exact(&mut body);
    let answered = {
        let mut shared = shared.lock().unwrap();
        shared.asked.push((path.clone(), String::from_utf8_lossy(&body).into_owned()));
        shared.answers.get(&path).cloned()
    };
    let (status, body) = answered.unwrap_or((404, String::new()));
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body.as_bytes());
}
