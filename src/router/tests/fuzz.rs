//! What a router may send: rows to the types that the agent reads, and all bytes of a whole session.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use super::super::rows::{self, Row};
use super::super::{Ping, Router, radios};
use super::peer::{access, sentence};
use crate::fuzz::target;
use crate::names::InterfaceName;
use crate::routeros::{RadioMenu, TunnelKind};
use crate::snapshot::Managed;
use crate::survey::Path;

/// Rows as text: a property a line, a blank line between two rows.
fn rows(bytes: &[u8]) {
    let mut all = vec![HashMap::new()];
    for line in bytes.split(|byte| *byte == b'\n') {
        if line.is_empty() {
            all.push(HashMap::new());
        }
        let mut parts = line.splitn(2, |byte| *byte == b'=');
        let name = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
        if let Some(row) = all.last_mut() {
            row.insert(name, parts.next().map(<[u8]>::to_vec));
        }
    }
    let all: Vec<Row> = all.into_iter().map(Row::new).collect();
    for menu in [RadioMenu::Wireless, RadioMenu::Wifi, RadioMenu::WifiWave2] {
        let words = menu.words();
        shown(&rows::each(&all, |row| rows::registration(words, row)));
        shown(&rows::each(&all, |row| radios::radio(menu, row)));
        shown(&rows::scan(words, &all));
    }
    let name = InterfaceName::new("wlan1");
    for row in &all {
        shown(&rows::monitor(&name, Some(row)));
        shown(&rows::modem(Some(row)));
        shown(&rows::user_session(row));
    }
    shown(&rows::each(&all, rows::main_route));
    shown(&rows::each(&all, rows::address));
    shown(&rows::each(&all, |row| rows::tunnel(TunnelKind::Pptp, row)));
    shown(&rows::each(&all, rows::interface));
    shown(&rows::each(&all, rows::peer));
    shown(&rows::each(&all, rows::dhcp_client));
    shown(&rows::each(&all, rows::connection));
    shown(&rows::each(&all, rows::rule));
}

/// What a log may print of it is one line.
fn shown(read: &impl std::fmt::Debug) {
    assert!(!format!("{read:?}").contains(['\n', '\u{1b}']));
}

/// Sentences as text: a word a line, a blank line after a sentence.
fn spoken(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut words: Vec<&[u8]> = Vec::new();
    for line in text.split(|byte| *byte == b'\n') {
        if line.is_empty() {
            bytes.extend(sentence(&words));
            words.clear();
        } else {
            words.push(line.get(..0x3FFF).unwrap_or(line));
        }
    }
    bytes.extend(sentence(&words));
    bytes
}

/// All that the agent asks of a router, answered with these bytes. Those after a first `T` are sentences as text, those
/// after anything else go as they are; in capitals the login is part of them.
fn session(bytes: &[u8]) {
    let (kind, rest) = bytes.split_first().unwrap_or((&b'T', &[]));
    let answers = match kind.to_ascii_lowercase() {
        b't' => spoken(rest),
        _ => rest.to_vec(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(async {
        let (near, mut far) = duplex(1 << 20);
        let peer = async {
            let mut login = [0; 1024];
            let heard = far.read(&mut login).await.unwrap_or_default();
            if kind.is_ascii_lowercase() {
                let mut words = login[..heard].split(|byte| *byte < b' ');
                let tag = words.find(|word| word.starts_with(b".tag="));
                far.write_all(&sentence(&[b"!done", tag.unwrap_or_default()]))
                    .await
                    .ok();
            }
            far.write_all(&answers).await.ok();
            far.shutdown().await.ok();
            // What else is asked for is not answered.
            let mut asked = vec![0; 1024];
            while far.read(&mut asked).await.is_ok_and(|count| count > 0) {}
        };
        tokio::join!(ask(near), peer);
    });
}

/// Asks for all of it at once, until the session ends.
async fn ask(stream: tokio::io::DuplexStream) {
    let end: SocketAddr = "192.168.88.1:8728".parse().unwrap();
    let path = Path {
        local: end,
        router: end,
    };
    let Ok(router) = Router::over(&access(end.to_string()), Box::new(stream), path, None).await else {
        return;
    };
    let radios = vec![InterfaceName::new("wlan1"), InterfaceName::new("wlan2")];
    let managed = Managed {
        fallbacks: vec![InterfaceName::new("lte1")],
        held: Vec::new(),
        radios: radios.clone(),
        tunnel: Some((TunnelKind::Wireguard, InterfaceName::new("wg"))),
        clients: radios.clone(),
        menu: None,
    };
    let mut pings = router.ping(&Ping {
        address: Ipv4Addr::LOCALHOST,
        count: 9,
        interval: Duration::from_secs(1),
        arp: None,
    });
    let pinged = async { while let Ok(Some(_)) = pings.next().await {} };
    let (snapshot, survey, inspection, ..) = tokio::join!(
        router.snapshot(&managed),
        router.survey(&managed),
        router.inspect(&managed),
        router.registrations(&radios),
        router.monitor(&radios[0]),
        router.tunnel_status(&managed),
        router.modem(&radios[1]),
        router.steers(&radios),
        pinged,
    );
    if let Ok(snapshot) = &snapshot {
        shown(snapshot);
    }
    if let Ok(survey) = &survey {
        shown(survey);
    }
    if let Ok(inspection) = &inspection {
        shown(inspection);
    }
    router.lost().await;
}

#[test]
fn fuzz_rows() {
    target!("rows", rows);
}

#[test]
fn fuzz_session() {
    target!("session", session);
}
