//! A simulated vehicle that stands between two access points of different networks, on a thread of its own so that it
//! takes no turn from who is measured.

use std::sync::mpsc;
use std::time::Duration;

use anyhow::Context as _;
use tikroam::drive::{Ap, Drive, Heard};
use tikroam::names::{Bssid, InterfaceName};
use tikroam::router::{Access, Deadlines, Router};
use tikroam::routeros::TunnelKind;
use tikroam::sim::{Quirks, Settings, Sim};
use tikroam::snapshot::Managed;
use tikroam::units::Dbm;

/// How long the air lasts before it begins again, in seconds.
const LAP: usize = 60;

/// The settings of the vehicle: both access points are strong all the time and let everything pass.
pub(crate) fn settings() -> Settings {
    let ap = |number, channel| Ap {
        bssid: Bssid([2, 0, 0, 0, 0, number]),
        ssid: None,
        channel,
    };
    let heard = |ap, signal| Heard {
        ap,
        signal: Dbm(signal),
    };
    let drive = Drive {
        name: "standing".to_owned(),
        aps: vec![ap(1, 1), ap(2, 6)],
        seconds: vec![vec![heard(0, -50), heard(1, -52)]; LAP],
    };
    Settings {
        looped: true,
        quirks: Quirks {
            gray: false,
            ..Quirks::default()
        },
        ..Settings::example(drive, 1)
    }
}

/// Starts a vehicle on its own thread, which ends with the process.
pub(crate) fn start(settings: Settings) -> anyhow::Result<Sim> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (begun, waits) = mpsc::channel();
    std::thread::spawn(move || {
        runtime.block_on(async {
            let started = Sim::listen("127.0.0.1:0", settings).await;
            if begun.send(started).is_ok() {
                std::future::pending::<()>().await;
            }
        });
    });
    waits.recv()?.context("the simulated router cannot listen")
}

/// A session with it.
#[allow(dead_code, reason = "the agent makes its own")]
pub(crate) async fn connect(sim: &Sim) -> anyhow::Result<Router> {
    let access = Access {
        address: sim.local_addr().to_string(),
        user: "admin".to_owned(),
        password: String::new(),
        tls: tikroam::config::Tls::Off,
        deadlines: Deadlines::default(),
        keepalive: Duration::from_secs(10),
        buffer: Access::BUFFER,
    };
    Ok(Router::connect(&access).await?)
}

/// The items of it that are managed.
#[allow(dead_code, reason = "the agent knows by itself")]
pub(crate) fn managed() -> Managed {
    Managed {
        fallbacks: Vec::new(),
        held: Vec::new(),
        radios: vec![InterfaceName::new("wlan1"), InterfaceName::new("wlan2")],
        tunnel: Some((TunnelKind::Pptp, InterfaceName::new("PPtP_to_Office"))),
        clients: Vec::new(),
        menu: None,
    }
}

/// Lets a radio use only one network.
#[allow(dead_code, reason = "only swaps need a certain network")]
pub(crate) fn keep_on(sim: &Sim, radio: &str, ssid: &str) -> anyhow::Result<()> {
    let menu = "/interface/wireless/connect-list";
    let rows = sim.console(&format!("{menu}/print"), &[]).map_err(anyhow::Error::msg)?;
    for row in rows {
        let of = |name: &str| row.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value);
        if of("interface") == radio && of("ssid") != ssid {
            sim.console(&format!("{menu}/set"), &[(".id", of(".id")), ("disabled", "yes")])
                .map_err(anyhow::Error::msg)?;
        }
    }
    Ok(())
}

/// Waits until both radios are associated.
#[allow(dead_code, reason = "the agent waits by itself")]
pub(crate) async fn associated(router: &Router) -> anyhow::Result<()> {
    for _ in 0..200 {
        if router.registrations(&managed().radios).await?.rows.len() == 2 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("the radios found no access point in 20 s")
}
