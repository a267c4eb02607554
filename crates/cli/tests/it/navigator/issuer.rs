//! An issuer that signs everybody in at once: a server on this machine, which a browser takes for another site.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

/// The issuer.
pub(crate) struct Issuer {
    pub(crate) url: String,
}

struct Shared {
    url: String,
    pair: Ed25519KeyPair,
    /// What the last one who came asked for.
    asked: Mutex<BTreeMap<String, String>>,
    /// How often somebody asked whether a code was entered.
    polls: Mutex<u32>,
}

impl Issuer {
    pub(crate) fn start() -> Issuer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        // By this name it is another site than 127.0.0.1 is.
        let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap();
        let shared = Arc::new(Shared {
            url: url.clone(),
            pair,
            asked: Mutex::default(),
            polls: Mutex::default(),
        });
        thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || shared.answer(stream.unwrap()));
            }
        });
        Issuer { url }
    }
}

fn part(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn pairs(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.into(), value.into())).collect()
}

impl Shared {
    fn answer(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut line = String::new();
        let _ = reader.read_line(&mut line);
        let target = line.split(' ').nth(1).unwrap_or_default();
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
        let body = String::from_utf8_lossy(&body).into_owned();
        let mut status = "200 OK";
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let url = &self.url;
        let answer = match path {
            "/.well-known/openid-configuration" => json!({
                "issuer": url,
                "jwks_uri": format!("{url}/keys"),
                "authorization_endpoint": format!("{url}/authorize"),
                "token_endpoint": format!("{url}/token"),
                "device_authorization_endpoint": format!("{url}/device"),
            }),
            "/keys" => json!({"keys": [
                {"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": part(self.pair.public_key())},
            ]}),
            "/device" => {
                *self.asked.lock().unwrap() = pairs(&body);
                json!({"device_code": "secret", "user_code": "BCDF-GHJK", "expires_in": 60,
                    "verification_uri": format!("{url}/enter"), "interval": 1})
            }
            "/token" if body.contains("device_code=secret") && self.is_pending() => {
                status = "400 Bad Request";
                json!({ "error": "authorization_pending" })
            }
            "/token" => json!({ "id_token": self.token() }),
            "/authorize" => {
                let asked = pairs(query);
                let back = asked["redirect_uri"].replace("%3A", ":").replace("%2F", "/");
                let location = format!("{back}?code=one&state={}", asked["state"]);
                *self.asked.lock().unwrap() = asked;
                let head = format!(
                    "HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                );
                let _ = stream.write_all(head.as_bytes());
                return;
            }
            _ => Value::Null,
        };
        let body = answer.to_string();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        let _ = stream.write_all(format!("{head}{body}").as_bytes());
    }

    /// Nobody has entered the code when it is asked for the first time.
    fn is_pending(&self) -> bool {
        let mut polls = self.polls.lock().unwrap();
        *polls += 1;
        *polls == 1
    }

    fn token(&self) -> String {
        let asked = self.asked.lock().unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let header = json!({"alg": "EdDSA", "kid": "one"});
        let claims = json!({"iss": self.url, "sub": "alice", "aud": asked["client_id"],
            "iat": now, "exp": now + 60, "nonce": asked.get("nonce")});
        let signed = format!("{}.{}", part(header.to_string()), part(claims.to_string()));
        let signature = part(self.pair.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}
