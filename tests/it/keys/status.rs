//! Where the status is shown.

use std::net::TcpListener;
use std::path::Path;

use tikroam::config::Config;

use super::{parsed, with};
use crate::status::{Showing, get, showing};

fn status(key: &str, value: &str) -> Config {
    parsed(&with(key, value), &[])
}

/// The socket is where the key says.
pub(super) async fn socket() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.sock", "b.sock"] {
        let path = folder.path().join(name);
        let config = status("status.socket", &format!("\"{}\"", path.display()));
        let _showing = Showing::start(&config).await;
        assert!(path.exists() && tikroam::server::ask(&path, "/healthz").await.is_ok());
    }
}

/// Whoever connects to the address is answered, and nobody without the key.
pub(super) async fn listen() {
    assert_eq!(parsed(super::SHIPPED, &[]).status().listen, None);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let config = status("status.listen", &format!("\"127.0.0.1:{port}\""));
    let folder = tempfile::tempdir().unwrap();
    let _showing = showing(&config, Path::new(&folder.path().join("s"))).await;
    let at = config.status().listen.unwrap();
    assert!(get(at, "localhost", "/healthz").await.starts_with("HTTP/1.1 200"));
}

/// A browser may ask by the name.
pub(super) async fn names() {
    let folder = tempfile::tempdir().unwrap();
    for (value, code) in [("[\"unit-14.local\"]", "200"), ("[]", "403")] {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let listen = format!("listen = \"127.0.0.1:{port}\"\nnames = {value}");
        let text = with("status.names", "[]").replace("names = []", &listen);
        let config = parsed(&text, &[]);
        let _showing = showing(&config, &folder.path().join(code)).await;
        let answer = get(config.status().listen.unwrap(), "unit-14.local", "/healthz").await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {code}")), "{answer}");
    }
}
