//! What a client may send: all bytes of a whole session with the simulated router.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use crate::drive;
use crate::fuzz::target;
use crate::sim::api::shared::Shared;
use crate::sim::api::{session, wire};
use crate::sim::{RouterOs, Settings};

/// Once the router says nothing for so long, the session is at its end.
const SILENCE: Duration = Duration::from_millis(2);

/// A session that has logged in, but where the first byte is a capital. After `t` come sentences as text, a word a line and
/// a blank line after each; after anything else, bytes as they are.
fn commands(bytes: &[u8]) {
    let (kind, rest) = bytes.split_first().unwrap_or((&b't', &[]));
    let mut sent = Vec::new();
    if kind.is_ascii_lowercase() {
        wire::put_sentence(&mut sent, &["/login", "=name=admin", "=password="]);
    }
    if kind.eq_ignore_ascii_case(&b't') {
        for sentence in String::from_utf8_lossy(rest).split("\n\n") {
            wire::put_sentence(
                &mut sent,
                &sentence.lines().filter(|word| !word.is_empty()).collect::<Vec<_>>(),
            );
        }
    } else {
        sent.extend(rest);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(async {
        let (near, mut far) = duplex(1 << 20);
        let mut settings = Settings::example(drive::embedded(), 1);
        settings.routeros = if sent.len() % 2 == 0 {
            RouterOs::V6_49
        } else {
            RouterOs::V7_17
        };
        settings.speed = 1000.0;
        let (shared, _cuts) = Shared::new(settings).unwrap();
        let from = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        let client = async {
            far.write_all(&sent).await.ok();
            far.shutdown().await.ok();
            let mut heard = vec![0; 64 * 1024];
            while let Ok(Ok(1..)) = tokio::time::timeout(SILENCE, far.read(&mut heard)).await {}
        };
        tokio::select! {
            () = session::serve(Arc::clone(&shared), Box::new(near), from, 1) => {}
            () = client => {}
        }
        // The router is still there.
        drop(shared.journey());
    });
}

#[test]
fn fuzz_commands() {
    target!("commands", commands);
}
