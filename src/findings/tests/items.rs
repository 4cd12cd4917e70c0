use super::world::*;
use crate::snapshot::{AddressItem, RouteItem};
use crate::survey::NatRule;

#[test]
fn addresses_and_routes() {
    found(&[
        (
            "a leftover on a radio",
            |w| {
                w.survey.addresses.push(address("wlan1", "10.10.10.2/24", ""));
            },
            &["forbids address-stranger"],
        ),
        (
            "a disabled leftover",
            |w| {
                w.survey.addresses.push(AddressItem {
                    disabled: true,
                    ..address("wlan1", "10.10.10.2/24", "")
                });
            },
            &[],
        ),
        (
            "a wider subnet on the wired side",
            |w| {
                w.survey.addresses.push(address("bridge", "10.0.0.1/8", ""));
            },
            &["error address-stranger"],
        ),
        (
            "the tunnel's far end",
            |w| {
                let item = address(TUNNEL, "172.16.0.2/32", "");
                w.survey.addresses.push(AddressItem {
                    network: "10.20.0.9".parse().unwrap(),
                    dynamic: true,
                    ..item
                });
            },
            &["error address-stranger"],
        ),
        (
            "a managed item is doubled",
            |w| {
                let twin = w.survey.addresses[1].clone();
                w.survey.addresses.push(twin);
            },
            &["warning item-doubled"],
        ),
        (
            "a managed item is dynamic",
            |w| w.survey.addresses[1].dynamic = true,
            &[],
        ),
        (
            "a static default route beside the managed one",
            |w| {
                w.survey.routes.push(route("192.168.88.254", 1, ""));
            },
            &["forbids route-stranger"],
        ),
        (
            "a dynamic default route before the managed one",
            |w| {
                w.survey.routes[0].distance = 2;
                w.survey.routes.push(RouteItem {
                    dynamic: true,
                    ..route("192.168.88.254", 1, "")
                });
            },
            &["error route-dynamic"],
        ),
        (
            "the managed route is doubled",
            |w| {
                w.survey.routes.push(route("10.20.0.1%wlan2", 1, "tikroam:default"));
            },
            &["warning item-doubled"],
        ),
    ]);
}

#[test]
fn the_tunnel_and_what_goes_beside_it() {
    found(&[
        (
            "none",
            |w| {
                w.survey.tunnel = None;
                w.survey.interfaces.pop();
            },
            &["forbids tunnel-missing"],
        ),
        (
            "of another kind",
            |w| {
                w.survey.tunnel = None;
                w.survey.interfaces[3].kind = "l2tp-out".into();
            },
            &["forbids tunnel-kind"],
        ),
        (
            "not readable",
            |w| {
                w.survey.tunnel = None;
                w.survey.refused = vec![refusal("/interface/pptp-client/print", "not enough permissions (9)")];
            },
            &["forbids reading-refused"],
        ),
        (
            "disabled by a person",
            |w| w.survey.tunnel.as_mut().unwrap().disabled = true,
            &["error tunnel-disabled"],
        ),
        (
            "disabled by a swap",
            |w| {
                let tunnel = w.survey.tunnel.as_mut().unwrap();
                tunnel.disabled = true;
                tunnel.comment = b"office tikroam:swap".to_vec();
            },
            &["warning tunnel-half-done"],
        ),
        (
            "with a default route",
            |w| w.inspection.dial.as_mut().unwrap().default_route = true,
            &["error tunnel-default-route"],
        ),
        (
            "with a default route as it is up",
            |w| {
                w.survey.routes.push(RouteItem {
                    dynamic: true,
                    ..route(TUNNEL, 0, "")
                });
            },
            &["error tunnel-default-route"],
        ),
        (
            "pinned to a radio",
            |w| {
                w.inspection.host_routes = ["wlan1", "10.20.0.1", "10.99.0.1%wlan2"]
                    .map(|gateway| route(gateway, 1, ""))
                    .to_vec();
            },
            &["error tunnel-pinned"; 3],
        ),
        (
            "its way lies elsewhere",
            |w| {
                let made = RouteItem {
                    dynamic: true,
                    ..route("10.10.10.1", 1, "")
                };
                w.inspection.host_routes = vec![route("192.168.88.254", 1, ""), made];
            },
            &[],
        ),
        (
            "not allowed",
            |w| w.inspection.tunnel_allowed = Some(false),
            &["error tunnel-device-mode"],
        ),
        (
            "no masquerade",
            |w| w.inspection.nat = Some(vec![]),
            &["warning nat-missing"; 2],
        ),
        (
            "masquerade off and for another",
            |w| {
                w.inspection.nat = Some(vec![
                    NatRule {
                        disabled: true,
                        ..nat("wlan1")
                    },
                    nat("!wlan1"),
                    nat("ether1"),
                ]);
            },
            &["warning nat-missing"],
        ),
        (
            "masquerade for a list",
            |w| {
                w.inspection.nat = Some(vec![NatRule {
                    out_interface_list: "WAN".into(),
                    ..nat("")
                }]);
            },
            &[],
        ),
    ]);
}
