"""routeros-api (PyPI) against a running `tikroam sim`: monitors by place, traffic, users and what they may do.

Usage: python look_routeros_api.py HOST PORT
"""

import sys

import routeros_api
from routeros_api.exceptions import RouterOsApiCommunicationError


def refused(call, text):
    try:
        rows = call()
    except RouterOsApiCommunicationError as error:
        assert text in str(error), (text, str(error))
    else:
        raise AssertionError(f"not refused ({text}): {rows}")


def monitors(api):
    for place, name in enumerate(["wlan1", "wlan2"]):
        by = [api.get_resource("/interface/wireless").call("monitor", {"numbers": one, "once": ""}) for one in (name, str(place))]
        assert by[0][0]["status"] == by[1][0]["status"], by
    (wire,) = api.get_resource("/interface/ethernet").call("monitor", {"numbers": "0", "once": ""})
    assert (wire["name"], wire["status"], wire["rate"]) == ("ether1", "link-ok", "100Mbps"), wire
    traffic = api.get_resource("/interface").call("monitor-traffic", {"interface": "wlan1,ether1", "once": ""})
    assert [row["name"] for row in traffic] == ["wlan1", "ether1"], traffic
    assert all("rx-bits-per-second" in row for row in traffic), traffic


def counters(api):
    for row in api.get_resource("/interface").get():
        assert {"rx-byte", "tx-byte", "rx-packet", "tx-packet", "actual-mtu"} <= set(row), row


def users(api, log_in):
    groups, users = api.get_resource("/user/group"), api.get_resource("/user")
    assert {"read", "write", "full"} <= {row["name"] for row in groups.get()}
    groups.add(name="visitors", policy="api,read")
    users.add(name="visitor", group="visitors", password="a secret")
    (visitor,) = users.get(name="visitor")
    assert "password" not in visitor, visitor
    refused(lambda: log_in("visitor", "another").get_api(), "invalid user name or password")
    pool = log_in("visitor", "a secret")
    guest = pool.get_api()
    profiles = guest.get_resource("/interface/wireless/security-profiles").get()
    assert profiles and all("wpa2-pre-shared-key" not in row for row in profiles), profiles
    for call in (
        lambda: guest.get_resource("/ip/address").add(address="192.0.2.201/32", interface="ether1"),
        lambda: guest.get_resource("/user").add(name="x", group="full"),
        lambda: guest.get_resource("/").call("ping", {"address": "192.168.88.1", "count": "1"}),
    ):
        refused(call, "not enough permissions")
    pool.disconnect()
    users.remove(id=visitor["id"])
    (group,) = groups.get(name="visitors")
    groups.remove(id=group["id"])
    refused(lambda: log_in("visitor", "a secret").get_api(), "invalid user name or password")


def main(host, port):
    def log_in(name, password):
        return routeros_api.RouterOsApiPool(host, port=int(port), username=name, password=password, plaintext_login=True)

    pool = log_in("admin", "")
    api = pool.get_api()
    monitors(api)
    counters(api)
    users(api, log_in)
    pool.disconnect()
    print("ok routeros-api")


if __name__ == "__main__":
    main(*sys.argv[1:])
