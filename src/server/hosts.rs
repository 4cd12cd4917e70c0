//! Which names a browser may ask by. A strange web page can give its own name the agent's address ("DNS rebinding") and read
//! what the agent answers; the `Host` of such a request is the strange name. Pure.

use std::net::IpAddr;

use axum::http::{HeaderMap, Uri, header, uri::Authority};

/// Whether a request that came in at `local` may be answered.
pub(super) fn is_own(headers: &HeaderMap, uri: &Uri, local: IpAddr, names: &[String]) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let Ok(host) = Authority::try_from(host.as_bytes()) else {
        return false;
    };
    // A proxy's form of request names the host twice.
    is_one(host.host(), local, names) && uri.host().is_none_or(|host| is_one(host, local, names))
}

fn is_one(host: &str, local: IpAddr, names: &[String]) -> bool {
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return ip.to_canonical() == local.to_canonical();
    }
    let name = host.to_ascii_lowercase();
    name == "localhost" || names.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_names_are_answered() {
        let names = ["unit-14.local".to_owned()];
        let local = "192.168.88.10".parse().unwrap();
        let own = |hosts: &[&str], uri: &str| {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(header::HOST, host.parse().unwrap());
            }
            is_own(&headers, &uri.parse().unwrap(), local, &names)
        };
        for host in [
            "192.168.88.10",
            "192.168.88.10:8080",
            "localhost:8080",
            "UNIT-14.local",
            "[::ffff:192.168.88.10]:1",
        ] {
            assert!(own(&[host], "/"), "{host}");
        }
        for host in [
            "",
            "127.0.0.1",
            "192.168.88.1",
            "strange.example:8080",
            "localhost.strange.example",
            "a b",
            "@localhost@",
        ] {
            assert!(!own(&[host], "/"), "{host}");
        }
        assert!(!own(&[], "/"));
        assert!(!own(&["localhost", "localhost"], "/"));
        assert!(own(&["localhost"], "http://localhost/"));
        assert!(!own(&["localhost"], "http://strange.example/"));
    }
}
