//! The API over TLS, as service `api-ssl` speaks it: with a certificate, or without one as routers come.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

use crate::sim::access::Tls;

/// What a session reads from and writes to.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Socket for T {}

/// A fatal alert `handshake_failure` (RFC 5246, 7.2): no cipher in common. Without a certificate a router has anonymous
/// Diffie-Hellman only, which no client offers by itself.
const HANDSHAKE_FAILURE: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];

/// How the service takes connections.
pub(crate) enum Service {
    /// Plain.
    Plain,
    /// Over TLS, and no certificate.
    Anonymous,
    /// Over TLS.
    Encrypted(TlsAcceptor),
}

impl Service {
    /// The service as it is set up.
    ///
    /// # Errors
    ///
    /// The certificate does not fit its key.
    pub(crate) fn new(tls: &Tls) -> io::Result<Self> {
        let certificate = match tls {
            Tls::Off => return Ok(Service::Plain),
            Tls::Anonymous => return Ok(Service::Anonymous),
            Tls::Certificate(certificate) => certificate,
        };
        let chain = vec![CertificateDer::from(certificate.der.clone())];
        let key = PrivatePkcs8KeyDer::from(certificate.key.clone());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key.into()))
            .map_err(io::Error::other)?;
        Ok(Service::Encrypted(TlsAcceptor::from(Arc::new(config))))
    }

    /// Begins a session's stream; none with a client that does not come so far.
    pub(crate) async fn begin(&self, mut stream: TcpStream) -> Option<Box<dyn Socket>> {
        // Answers are small and waited for.
        let _ = stream.set_nodelay(true);
        match self {
            Service::Plain => Some(Box::new(stream)),
            Service::Anonymous => {
                let mut hello = [0; 1024];
                if stream.read(&mut hello).await.is_ok_and(|count| count > 0) {
                    let _ = stream.write_all(&HANDSHAKE_FAILURE).await;
                    let _ = stream.shutdown().await;
                }
                None
            }
            Service::Encrypted(acceptor) => Some(Box::new(acceptor.accept(stream).await.ok()?)),
        }
    }
}
