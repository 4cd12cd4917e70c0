//! TLS between agent and router: whom the agent takes for the router, and what it says of everybody else.

use std::time::Duration;

use tikroam::config::Tls as Wanted;
use tikroam::names::Fingerprint;
use tikroam::router::{Access, ConnectError, Retry, Router, TlsError};
use tikroam::sim::{Certificate, Sim, Tls};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::log::Log;
use crate::road::{END, config, options, ride, road, settings, start, until};

const HOST: &str = "127.0.0.1";

/// A certificate that is valid for a hundred years.
fn certificate() -> Certificate {
    Certificate::new(HOST, 2000, 2100).unwrap()
}

fn fingerprint(certificate: &Certificate) -> Fingerprint {
    certificate.fingerprint().parse().unwrap()
}

async fn vehicle(tls: Tls) -> Sim {
    let mut settings = settings(road(&[(-55, 0..END), (-60, 0..END)]));
    settings.access.tls = tls;
    start(settings).await
}

fn access(address: String, wanted: Wanted) -> Access {
    let config = tikroam::config::Config::parse(
        "agent.toml".as_ref(),
        include_str!("../../agent.toml"),
        &[
            ("TIKROAM__ROUTER__ADDRESS", &*address),
            ("TIKROAM__ROUTER__USER", "admin"),
            ("TIKROAM__ROUTER__PASSWORD", ""),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into(),
    );
    Access {
        tls: wanted,
        ..Access::from(config.unwrap().router())
    }
}

/// A session with whatever is at this address, and why there is none.
async fn connect_to(address: String, wanted: Wanted) -> Result<Router, ConnectError> {
    Router::connect(&access(address, wanted)).await
}

async fn connect(sim: &Sim, wanted: Wanted) -> Result<Router, ConnectError> {
    connect_to(sim.local_addr().to_string(), wanted).await
}

/// Why there is no encrypted connection.
fn refused(connected: Result<Router, ConnectError>) -> TlsError {
    match connected {
        Err(ConnectError::Tls { source, .. }) => source,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_pinned_certificate_is_taken_whatever_its_dates_are() {
    for (from, until) in [(2000, 2100), (1970, 1971), (2100, 2101)] {
        let certificate = Certificate::new(HOST, from, until).unwrap();
        let pinned = fingerprint(&certificate);
        let sim = vehicle(Tls::Certificate(certificate)).await;
        let router = connect(&sim, Wanted::Pinned(pinned)).await.unwrap();
        assert_eq!(router.certificate(), Some(pinned));
        assert_eq!(router.version().major, 6);
    }
}

#[tokio::test]
async fn another_certificate_is_refused_with_both_fingerprints() {
    let (shown, pinned) = (certificate(), fingerprint(&certificate()));
    let sim = vehicle(Tls::Certificate(shown.clone())).await;
    let error = connect(&sim, Wanted::Pinned(pinned)).await.unwrap_err();
    assert_eq!(error.retry(), Retry::Person);
    let said = tikroam::router::Chain(&error).to_string();
    for one in [fingerprint(&shown), pinned] {
        assert!(said.contains(&one.to_string()), "{said}");
    }
    assert!(error.hint().unwrap().contains("/certificate print detail"));
    let shown = fingerprint(&shown);
    assert_eq!(refused(Err(error)), TlsError::Changed { shown, pinned });
}

#[tokio::test]
async fn a_ca_file_stands_for_its_certificates_and_for_no_others() {
    let (of_router, other) = (certificate(), certificate());
    let shown = fingerprint(&of_router);
    let ca = |certificate: &Certificate| Wanted::Ca(certificate.pem().into());
    let sim = vehicle(Tls::Certificate(of_router.clone())).await;
    let router = connect(&sim, ca(&of_router)).await.unwrap();
    assert_eq!(router.certificate(), Some(shown));
    let why = refused(connect(&sim, ca(&other)).await);
    assert!(
        matches!(&why, TlsError::Refused { shown: one, .. } if *one == shown),
        "{why:?}"
    );
    assert_eq!(
        refused(connect(&sim, Wanted::Ca("no file".into())).await),
        TlsError::NoCa
    );

    // Here dates and names count.
    let old = Certificate::new(HOST, 1970, 1971).unwrap();
    let sim = vehicle(Tls::Certificate(old.clone())).await;
    let why = refused(connect(&sim, ca(&old)).await);
    assert!(
        why.to_string().contains("expired") && why.hint().contains("pin it"),
        "{why}"
    );
    let elsewhere = Certificate::new("192.168.88.1", 2000, 2100).unwrap();
    let sim = vehicle(Tls::Certificate(elsewhere.clone())).await;
    let why = refused(connect(&sim, ca(&elsewhere)).await);
    assert!(why.to_string().contains("not valid for name"), "{why}");
}

#[tokio::test]
async fn a_router_without_a_certificate_gets_the_commands_that_make_one() {
    let sim = vehicle(Tls::Anonymous).await;
    let why = refused(connect(&sim, Wanted::Insecure).await);
    assert_eq!(why, TlsError::NothingInCommon);
    for command in ["/certificate add", "/certificate sign", "/ip service set api-ssl"] {
        assert!(why.hint().contains(command), "{}", why.hint());
    }
}

#[tokio::test]
async fn the_plain_api_and_other_services_are_not_tls() {
    let sim = vehicle(Tls::Off).await;
    // Whether a router waits for more, says something or closes is nowhere written, and depends on the random bytes.
    let mut access = access(sim.local_addr().to_string(), Wanted::Insecure);
    access.deadlines.login = Duration::from_millis(500);
    let error = Router::connect(&access).await.unwrap_err();
    let hint = error.hint().unwrap();
    assert!(hint.contains("api-ssl") || hint.contains("8728"), "{error}: {hint}");
    for greeting in ["SSH-2.0-ROSSSH\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n"] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let serve = async {
            let mut stream = listener.accept().await.unwrap().0;
            stream.write_all(greeting.as_bytes()).await.unwrap();
            stream.read_to_end(&mut Vec::new()).await.ok();
        };
        let (connected, ()) = tokio::join!(connect_to(address, Wanted::Insecure), serve);
        assert_eq!(refused(connected), TlsError::NotTls);
    }
}

/// A plain session on the port of TLS.
#[tokio::test]
async fn the_plain_client_finds_out_that_the_port_is_for_tls() {
    let sim = vehicle(Tls::Certificate(certificate())).await;
    let error = connect(&sim, Wanted::Off).await.unwrap_err();
    assert!(error.hint().unwrap().contains("8729"), "{error}");
}

#[tokio::test]
async fn the_agent_drives_over_tls_and_says_loudly_that_it_checks_nothing() {
    let certificate = certificate();
    let shown = fingerprint(&certificate).to_string();
    for (tls, loud) in [(shown.as_str(), 0), ("insecure", 1)] {
        let log = Log::strict();
        let sim = vehicle(Tls::Certificate(certificate.clone())).await;
        ride(config(&sim, &[("ROUTER__TLS", tls)]), options(), async {
            until("a scan has ended", || log.count("connected to the router") > 0).await;
            until("the vehicle is reachable", || sim.dark().over > 0.0).await;
        })
        .await;
        let warned: Vec<_> = log.at(tracing::Level::WARN);
        let warned: Vec<_> = warned
            .iter()
            .filter(|one| one.message.contains("is not checked"))
            .collect();
        assert_eq!(warned.len(), loud, "{tls}");
        assert!(warned.iter().all(|one| one.value("hint").contains(&shown)));
    }
}

#[tokio::test]
async fn a_session_over_tls_is_cut_and_made_again() {
    let certificate = certificate();
    let tls = fingerprint(&certificate).to_string();
    let log = Log::strict();
    let sim = vehicle(Tls::Certificate(certificate)).await;
    sim.faults().close_after_login(1);
    ride(config(&sim, &[("ROUTER__TLS", &tls)]), options(), async {
        until("the agent is in", || log.count("connected to the router") > 0).await;
    })
    .await;
    assert_eq!(log.count("no session with the router"), 1);
}
