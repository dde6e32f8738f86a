//! The certificate for every name.
//!
//! It is made afresh at each start and never leaves memory. No browser trusts it: the tests start
//! theirs with certificate errors ignored, and the demo speaks plain HTTP.

use std::io;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// An acceptor with a new self-signed certificate.
///
/// # Errors
///
/// When no key can be made, which is to say when the machine has no random numbers.
pub(crate) fn acceptor() -> io::Result<TlsAcceptor> {
    let made =
        rcgen::generate_simple_self_signed(["stage.test".to_owned()]).map_err(io::Error::other)?;
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .map_err(io::Error::other)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
