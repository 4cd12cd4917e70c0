"""napalm-ros (PyPI) against a running `tikroam sim`: every getter of its driver that the router's version can answer.

Usage: python look_napalm_ros.py HOST PORT VERSION
"""

import sys

from napalm import get_network_driver

# What the driver reads over SSH or from files; and what it gives up at a menu that the router does not have: it expects
# one refusal, and routers send two.
NOT_BY_API = {"get_config", "get_mac_address_table"}
# RouterOS 6 has these menus elsewhere, or in packages that the vehicle does not have.
ONLY_7 = {
    "get_bgp_neighbors",
    "get_bgp_neighbors_detail",
    "get_ipv6_neighbors_table",
    "get_network_instances",
    "get_ntp_servers",
}


def main(host, port, version):
    device = get_network_driver("ros")(host, "admin", "", optional_args={"port": int(port)})
    device.open()
    answers = {}
    skipped = NOT_BY_API | (ONLY_7 if version.startswith("6.") else set())
    for name in sorted(set(dir(device)) - skipped):
        if name.startswith("get_"):
            try:
                answers[name] = getattr(device, name)()
            except NotImplementedError:
                pass
    facts = answers["get_facts"]
    assert facts["vendor"] == "MikroTik" and {"wlan1", "wlan2", "ether1"} <= set(facts["interface_list"]), facts
    interfaces = answers["get_interfaces"]
    assert interfaces["ether1"]["is_up"] and interfaces["ether1"]["mtu"] == 1500, interfaces
    assert set(answers["get_interfaces_counters"]) == set(interfaces), answers["get_interfaces_counters"]
    assert "192.168.88.1" in answers["get_interfaces_ip"]["ether1"]["ipv4"]
    assert answers["get_arp_table"], "the mini PC is there"
    assert answers["get_users"]["admin"]["level"] == 15, answers["get_users"]
    assert answers["get_environment"]["memory"]["available_ram"] > 0
    ping = device.ping("192.168.88.1", count=2)
    assert ping["success"]["packet_loss"] == 0, ping
    assert device.is_alive()["is_alive"]
    device.close()
    print(f"ok napalm-ros, {len(answers)} getters")


if __name__ == "__main__":
    main(*sys.argv[1:])
