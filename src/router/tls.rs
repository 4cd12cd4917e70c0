//! TLS with the router: whom the agent takes for it, and why a handshake failed.
//!
//! A router makes its own certificate. It has no name that anybody signs, it runs out after a year, and a router without a
//! clock believes that it is not valid yet. So a pinned certificate is compared and nothing else of it is looked at.

use std::io;
use std::sync::{Arc, OnceLock};

use ring::digest::{SHA256, digest};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{self, CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error as RustlsError, RootCertStore,
    SignatureScheme,
};

use crate::config::Tls;
use crate::names::Fingerprint;

/// What a session reads from and writes to.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A connection, encrypted or not.
pub(super) type Wire = Box<dyn Stream>;

/// Why there is no encrypted connection.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TlsError {
    /// Its certificate is another one than the pinned.
    #[error("its certificate is {shown}, and {pinned} is pinned")]
    Changed {
        /// The router's.
        shown: Fingerprint,
        /// The one of the configuration.
        pinned: Fingerprint,
    },
    /// Its certificate is none that the CA file stands for.
    #[error("its certificate {shown} is refused: {why}")]
    Refused {
        /// The router's.
        shown: Fingerprint,
        /// What is wrong with it.
        why: String,
    },
    /// It offers nothing that both sides can do: above all, no certificate.
    #[error("it shows no certificate, or has no cipher in common with this program")]
    NothingInCommon,
    /// It answers in another way.
    #[error("it does not speak TLS on this port")]
    NotTls,
    /// It closed the connection.
    #[error("it closed the connection in the handshake")]
    Closed,
    /// The CA file.
    #[error("the CA file holds no certificate that can be read")]
    NoCa,
    /// Anything else, in the words of the TLS library.
    #[error("the handshake failed: {0}")]
    Failed(String),
}

impl TlsError {
    /// What a technician should look at.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            TlsError::Changed { .. } => {
                "compare it with `fingerprint` of `/certificate print detail` on the router itself; if it is the router's, write \
                 it to `router.tls`; if not, something else answers in the router's place"
            }
            TlsError::Refused { .. } => {
                "a certificate that the router signed itself, that ran out or that is for another address is no CA's: pin it with \
                 `router.tls = \"sha256:...\"`"
            }
            TlsError::NothingInCommon => {
                "on the router: `/certificate add name=api common-name=router key-size=2048 \
                 key-usage=digital-signature,key-encipherment,tls-server`, `/certificate sign api`, `/ip service set api-ssl \
                 certificate=api disabled=no`; with a certificate, RouterOS 6 may have no cipher that is safe: upgrade to 7, or use \
                 `tls = \"off\"` on a wire of your own"
            }
            TlsError::NotTls => "the API over TLS has port 8729, the plain one 8728: compare with `/ip service print`",
            TlsError::Closed => {
                "on the router: `/ip service print detail`: service `api-ssl` must be enabled and have a certificate, and this PC's \
                 address must be within its `address`"
            }
            TlsError::NoCa => "the file of `router.tls = \"ca:...\"` has one or more blocks of BEGIN CERTIFICATE",
            TlsError::Failed(_) => {
                "on the router: `/certificate print detail`: an RSA key of 2048 bits or more, signed with SHA-256; and \
                 `/ip service print detail`: `tls-version` not below 1.2"
            }
        }
    }
}

/// Begins TLS as a host of this name is asked for; the certificate that the router showed.
pub(super) async fn begin(tls: &Tls, host: &str, stream: TcpStream) -> Result<(Wire, Option<Fingerprint>), TlsError> {
    if *tls == Tls::Off {
        return Ok((Box::new(stream), None));
    }
    let verifier = Arc::new(Verifier::new(tls)?);
    let config = ClientConfig::builder_with_provider(Arc::clone(&verifier.provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::Failed(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&verifier) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    // A name that no certificate can have still pins.
    let name = ServerName::try_from(host.to_owned()).or_else(|_| ServerName::try_from("router"));
    let name = name.map_err(|error| TlsError::Failed(error.to_string()))?;
    match TlsConnector::from(Arc::new(config)).connect(name, stream).await {
        Ok(stream) => Ok((Box::new(stream), verifier.shown.get().copied())),
        Err(error) => Err(verifier.why(&error)),
    }
}

/// Looks at the router's certificate, and remembers it.
#[derive(Debug)]
struct Verifier {
    tls: Tls,
    /// Those of a CA file.
    by_ca: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
    shown: OnceLock<Fingerprint>,
}

impl Verifier {
    fn new(tls: &Tls) -> Result<Self, TlsError> {
        let provider = Arc::new(crypto::ring::default_provider());
        let by_ca = match tls {
            Tls::Ca(pem) => {
                let mut roots = RootCertStore::empty();
                let certificates = CertificateDer::pem_slice_iter(pem.as_bytes()).filter_map(Result::ok);
                roots.add_parsable_certificates(certificates);
                let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
                Some(builder.build().map_err(|_| TlsError::NoCa)?)
            }
            _ => None,
        };
        Ok(Verifier {
            tls: tls.clone(),
            by_ca,
            provider,
            shown: OnceLock::new(),
        })
    }

    /// What an error of the handshake means.
    fn why(&self, error: &io::Error) -> TlsError {
        let Some(error) = error.get_ref().and_then(|error| error.downcast_ref::<RustlsError>()) else {
            return match error.kind() {
                io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
                    TlsError::Closed
                }
                kind => TlsError::Failed(kind.to_string()),
            };
        };
        match (error, self.shown.get(), &self.tls) {
            (RustlsError::InvalidCertificate(_), Some(shown), Tls::Pinned(pinned)) if shown != pinned => {
                TlsError::Changed {
                    shown: *shown,
                    pinned: *pinned,
                }
            }
            (RustlsError::InvalidCertificate(why), Some(shown), Tls::Ca(_)) => TlsError::Refused {
                shown: *shown,
                why: why.to_string(),
            },
            (
                RustlsError::AlertReceived(AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity)
                | RustlsError::NoCertificatesPresented
                | RustlsError::PeerIncompatible(_),
                ..,
            ) => TlsError::NothingInCommon,
            (RustlsError::InvalidMessage(_), None, _) => TlsError::NotTls,
            (error, ..) => TlsError::Failed(error.to_string()),
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, RustlsError> {
        let mut shown = [0; 32];
        shown.copy_from_slice(digest(&SHA256, end_entity).as_ref());
        let shown = *self.shown.get_or_init(|| Fingerprint(shown));
        match (&self.tls, &self.by_ca) {
            (Tls::Pinned(pinned), _) if *pinned != shown => Err(RustlsError::InvalidCertificate(
                CertificateError::ApplicationVerificationFailure,
            )),
            (Tls::Ca(_), Some(by_ca)) => {
                by_ca.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
            _ => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, RustlsError> {
        if self.tls == Tls::Insecure {
            return Ok(HandshakeSignatureValid::assertion());
        }
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, RustlsError> {
        if self.tls == Tls::Insecure {
            return Ok(HandshakeSignatureValid::assertion());
        }
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
