//! Connecting and logging in: every way in which it fails has its own error.

use super::super::*;
use super::SHORT;
use super::peer::{Peer, access, connected, connected_to, listen};
use crate::survey::Version;

/// What a router that answers the login with these sentences does to the client.
async fn login_answered(answers: &[&[&str]]) -> ConnectError {
    let (listener, access) = listen().await;
    let serve = async {
        let mut peer = Peer::accept(&listener).await;
        let tag = peer.hear().await.tag();
        for words in answers {
            let words: Vec<&str> = words
                .iter()
                .map(|word| if *word == "TAG" { &tag } else { *word })
                .collect();
            peer.say(&words).await;
        }
        // The client hangs up by itself.
        while peer.hear_or_end().await.is_some() {}
    };
    let (result, ()) = tokio::join!(Router::connect(&access), serve);
    result.expect_err("this login must fail")
}

#[tokio::test]
async fn a_login_reads_the_version() {
    let (router, _peer) = connected().await;
    let version = router.version();
    assert_eq!((version.major, version.minor, version.text.as_str()), (7, 17, "7.17"));
    let (listener, access) = listen().await;
    let (router, _peer) = connected_to("6.49.6 (stable)", listener, &access).await;
    assert_eq!((router.version().major, router.version().minor), (6, 49));
}

#[test]
fn versions_that_routers_have() {
    for (text, major, minor, short) in [
        ("6.49.10 (long-term)", 6, 49, "6.49.10"),
        ("7.24rc3 (testing)", 7, 24, "7.24rc3"),
        ("7.1beta6", 7, 1, "7.1beta6"),
        ("", 0, 0, ""),
        ("x.99999999", 0, 0, "x.99999999"),
    ] {
        let version = Version::read(text);
        assert_eq!(
            (version.major, version.minor, version.text.as_str()),
            (major, minor, short)
        );
    }
}

#[tokio::test]
async fn a_wrong_password_is_found_by_the_routers_words() {
    for said in ["invalid user name or password (6)", "cannot log in"] {
        let message = format!("=message={said}");
        let error = login_answered(&[&["!trap", "TAG", &message], &["!done", "TAG"]]).await;
        assert!(matches!(&error, ConnectError::WrongPassword { user, said: words } if user == "swap" && words == said));
        assert_eq!(error.retry(), Retry::Person);
        assert!(!format!("{error} {error:?} {:?}", access(String::new())).contains("geheim"));
    }
}

#[tokio::test]
async fn a_router_older_than_6_43_is_found_wherever_its_tag_is() {
    let challenge = "=ret=ebddd18303a54111e2dea05a92ab46b4";
    for answer in [["!done", "TAG", challenge], ["!done", challenge, "TAG"]] {
        let error = login_answered(&[&answer]).await;
        assert!(matches!(error, ConnectError::TooOld), "{answer:?}: {error:?}");
    }
}

#[tokio::test]
async fn other_ends_of_a_login_are_not_a_wrong_password() {
    let error = login_answered(&[&["!fatal", "too many sessions"]]).await;
    assert!(
        matches!(&error, ConnectError::LoginEnded { said } if said == "too many sessions"),
        "{error:?}"
    );
    assert_eq!(error.retry(), Retry::Later);
    let error = login_answered(&[
        &["!trap", "TAG", "=message=failure: try again later"],
        &["!done", "TAG"],
    ])
    .await;
    assert!(matches!(error, ConnectError::LoginEnded { .. }), "{error:?}");
    let error = login_answered(&[&["!done", "=odd=word", "TAG"]]).await;
    assert!(matches!(error, ConnectError::NotTheApi { .. }), "{error:?}");
}

#[tokio::test]
async fn a_connection_closed_before_the_login_points_at_the_service() {
    let (listener, access) = listen().await;
    let serve = async { drop(Peer::accept(&listener).await) };
    let (result, ()) = tokio::join!(Router::connect(&access), serve);
    let error = result.unwrap_err();
    assert!(matches!(error, ConnectError::ClosedBeforeLogin { .. }), "{error:?}");
    assert!(error.hint().unwrap().contains("/ip service"));
    assert_eq!(error.retry(), Retry::Later);
}

#[tokio::test]
async fn another_service_on_the_port_is_named() {
    for (greeting, said) in [
        (
            &b"SSH-2.0-ROSSSH\r\n"[..],
            "is not the RouterOS API: an SSH server answers",
        ),
        (
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            "is not the RouterOS API: a web server answers",
        ),
        (
            b"\x15\x03\x01\x00\x02\x02\x46",
            "is not the RouterOS API: a service answers that waits for TLS",
        ),
        (b"220 FTP server ready\r\n", "is not the RouterOS API"),
        (b"ab", "is not the RouterOS API"),
    ] {
        let (listener, access) = listen().await;
        let serve = async {
            let mut peer = Peer::accept(&listener).await;
            peer.hear().await;
            peer.send(greeting).await;
        };
        let (result, ()) = tokio::join!(Router::connect(&access), serve);
        let error = result.unwrap_err();
        assert!(error.to_string().ends_with(said), "{error}");
        assert_eq!(error.retry(), Retry::Later);
    }
}

#[tokio::test]
async fn a_port_that_nobody_listens_on_is_refused() {
    let (listener, access) = listen().await;
    drop(listener);
    let error = Router::connect(&access).await.unwrap_err();
    assert!(matches!(error, ConnectError::Refused { .. }), "{error:?}");
    assert_eq!(error.retry(), Retry::Soon);
}

#[tokio::test]
async fn an_address_that_leads_nowhere_is_unreachable() {
    // A link-local address without its link, and no address at all.
    for address in ["[fe80::1]:8728", "no port"] {
        let error = Router::connect(&access(address.to_owned())).await.unwrap_err();
        assert!(matches!(error, ConnectError::Unreachable { .. }), "{error:?}");
        assert_eq!(error.retry(), Retry::Soon);
    }
}

/// Linux drops the first packet of a connection that a full queue has no place for, as a cut cable does.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_router_that_answers_nothing_is_unreachable() {
    use socket2::{Domain, Socket, Type};
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    listener
        .bind(&"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into())
        .unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap().as_socket().unwrap();
    let waiting: Vec<_> = (0..8)
        .map_while(|_| std::net::TcpStream::connect_timeout(&address, SHORT).ok())
        .collect();
    assert!(waiting.len() < 8, "the queue never filled");
    let mut access = access(address.to_string());
    access.deadlines.connect = SHORT;
    let error = Router::connect(&access).await.unwrap_err();
    let ConnectError::Unreachable { source, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(source.kind(), std::io::ErrorKind::TimedOut);
}

#[tokio::test]
async fn a_login_without_an_answer_is_a_stall() {
    let (listener, mut access) = listen().await;
    access.deadlines.login = SHORT;
    let serve = async {
        let mut peer = Peer::accept(&listener).await;
        while peer.hear_or_end().await.is_some() {}
    };
    let (result, ()) = tokio::join!(Router::connect(&access), serve);
    let error = result.unwrap_err();
    assert!(
        matches!(error, ConnectError::Stalled { what: Stage::Login, .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn what_does_not_speak_the_api_is_named() {
    let (listener, access) = listen().await;
    let serve = async {
        let mut peer = Peer::accept(&listener).await;
        // A TLS alert: a handshake was expected.
        peer.send(b"\x15\x03\x03\x00\x02\x02\x32").await;
        peer.send(&[0xFF; 64]).await;
        while peer.hear_or_end().await.is_some() {}
    };
    let (result, ()) = tokio::join!(Router::connect(&access), serve);
    let error = result.unwrap_err();
    assert!(matches!(error, ConnectError::NotTheApi { .. }), "{error:?}");
}

#[tokio::test]
async fn a_user_who_may_not_read_gets_the_policies_as_a_hint() {
    let (listener, access) = listen().await;
    let serve = async {
        let mut peer = Peer::accept(&listener).await;
        peer.log_in().await;
        let tag = peer.hear().await.tag();
        peer.say(&["!trap", &tag, "=message=not enough permissions (9)"]).await;
        peer.say(&["!done", &tag]).await;
        while peer.hear_or_end().await.is_some() {}
    };
    let (result, ()) = tokio::join!(Router::connect(&access), serve);
    let error = result.unwrap_err();
    assert!(
        matches!(&error, ConnectError::NotPermitted { user, .. } if user == "swap"),
        "{error:?}"
    );
    assert!(error.hint().unwrap().contains("api,read,write,test"));
}
