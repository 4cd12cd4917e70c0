use crate::sim::router::routing::{Address, Exit, Route, Routing, hops};

fn address(id: u32, ip: &str, subnet: &str, interface: &str) -> Address {
    Address {
        id,
        ip: ip.parse().unwrap(),
        subnet: subnet.parse().unwrap(),
        interface: interface.into(),
    }
}

fn route(dst: &str, gateway: &str, distance: u8) -> Route {
    Route {
        dst: dst.parse().unwrap(),
        hops: hops(gateway),
        distance,
    }
}

fn routing(routes: Vec<Route>) -> Routing {
    let mut routing = Routing::default();
    routing.set_addresses(vec![
        address(1, "10.10.10.2", "10.10.10.0/24", "wlan1"),
        address(2, "10.20.0.2", "10.20.0.0/24", "wlan2"),
    ]);
    routing.set_routes(routes, "198.51.100.10".parse().unwrap());
    routing
}

fn exit(interface: &str, source: &str, gateway: &str) -> Option<Exit> {
    Some(Exit {
        interface: interface.into(),
        source: source.parse().unwrap(),
        gateway: gateway.parse().ok(),
    })
}

#[test]
fn the_longest_prefix_then_the_least_distance_leads() {
    let all = |_: &str| true;
    let first = exit("wlan1", "10.10.10.2", "10.10.10.1");
    let second = exit("wlan2", "10.20.0.2", "10.20.0.1");
    let one = route("0.0.0.0/0", "10.10.10.1%wlan1", 1);
    assert_eq!(routing(vec![one.clone()]).far(&all, 0), first);
    let behind = route("0.0.0.0/0", "10.20.0.1%wlan2", 2);
    assert_eq!(routing(vec![behind.clone(), one.clone()]).far(&all, 0), first);
    assert_eq!(
        routing(vec![behind, one.clone()]).far(&|name| name == "wlan2", 0),
        second
    );
    let pinned = route("198.51.100.10/32", "10.20.0.1", 1);
    assert_eq!(routing(vec![one, pinned]).far(&all, 0), second);
}

#[test]
fn a_gateway_off_the_interface_is_unreachable() {
    let all = |_: &str| true;
    assert_eq!(
        routing(vec![route("0.0.0.0/0", "10.20.0.1%wlan1", 1)]).far(&all, 0),
        None
    );
    assert_eq!(routing(vec![route("0.0.0.0/0", "10.30.0.1", 1)]).far(&all, 0), None);
}

#[test]
fn equal_routes_share_the_flows() {
    let both = routing(vec![
        route("0.0.0.0/0", "10.10.10.1%wlan1", 1),
        route("0.0.0.0/0", "10.20.0.1%wlan2", 1),
    ]);
    let interface = |flow| both.far(&|_| true, flow).unwrap().interface;
    assert_eq!((interface(0), interface(1)), ("wlan1".into(), "wlan2".into()));
}
