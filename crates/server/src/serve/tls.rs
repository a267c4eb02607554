//! Certificates from files, read again when they change. One that cannot be read leaves the one before in use.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::TlsFiles;
use crate::error::Error;
use crate::log::{Log, Record};

/// How long the files are not looked at again.
const PAUSE: Duration = Duration::from_secs(1);

/// A certificate with its key.
pub(super) struct Certificates {
    files: TlsFiles,
    log: Log,
    current: Mutex<Current>,
}

struct Current {
    acceptor: TlsAcceptor,
    stamps: [Option<SystemTime>; 2],
    looked: Instant,
}

impl Certificates {
    pub(super) fn read(files: TlsFiles, log: &Log) -> Result<Certificates, Error> {
        let stamps = stamps(&files);
        let acceptor = acceptor(&files)?;
        let current = Mutex::new(Current { acceptor, stamps, looked: Instant::now() });
        Ok(Certificates { files, log: Arc::clone(log), current })
    }

    /// Accepts encrypted connections with the certificate that the files have now.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.looked.elapsed() >= PAUSE {
            current.looked = Instant::now();
            let stamps = stamps(&self.files);
            if stamps != current.stamps {
                current.stamps = stamps;
                match acceptor(&self.files) {
                    Ok(acceptor) => current.acceptor = acceptor,
                    Err(error) => {
                        let text = format!("{error}; the one before stays in use");
                        (self.log)(&Record::Trouble { text: &text });
                    }
                }
            }
        }
        current.acceptor.clone()
    }
}

fn stamps(files: &TlsFiles) -> [Option<SystemTime>; 2] {
    [&files.certificate, &files.key].map(|path| fs::metadata(path).ok()?.modified().ok())
}

fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, Error> {
    fn failed<E: std::fmt::Display>(path: &Path) -> impl Fn(E) -> Error {
        move |error| Error::Certificate { path: path.into(), why: error.to_string() }
    }
    let (certificate, key) = (&files.certificate, &files.key);
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(failed(certificate))?;
    if chain.is_empty() {
        return Err(failed(certificate)("there is none in it"));
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(failed(key))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(failed(certificate))?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(failed(certificate))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
