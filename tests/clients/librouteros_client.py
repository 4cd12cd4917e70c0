#!/usr/bin/env python3
"""librouteros (PyPI), which no one here wrote, against `tikroam sim`. Usage: librouteros_client.py HOST PORT"""

import sys

from librouteros import connect
from librouteros.exceptions import MultiTrapError, TrapError
from librouteros.query import Key, Or


def refused(call, words):
    """The call is refused with these words."""
    try:
        list(call())
    except (TrapError, MultiTrapError) as error:
        assert words in str(error), f"refused with {error!r}, not with {words!r}"
        return
    raise AssertionError(f"not refused with {words!r}")


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    refused(lambda: connect(host=host, port=port, username="admin", password="wrong"), "invalid user name or password")
    api = connect(host=host, port=port, username="admin", password="")

    assert [row["name"] for row in api.path("system", "identity")] == ["MikroTik"]
    resource = next(iter(api.path("system", "resource")))
    assert resource["version"].startswith("6.49"), resource

    name, kind = Key("name"), Key("type")
    radios = [row["name"] for row in api.path("interface").select(name, kind).where(kind == "wlan")]
    assert radios == ["wlan1", "wlan2"], radios
    both = list(api.path("interface").select(name).where(Or(name == "wlan1", name == "ether1")))
    assert sorted(row["name"] for row in both) == ["ether1", "wlan1"], both

    addresses = api.path("ip", "address")
    new = addresses.add(address="172.16.9.1/24", interface="ether1", comment="a stranger's")
    assert new.startswith("*"), new
    refused(lambda: [addresses.add(address="172.16.9.1/24", interface="ether1")], "already have such address")
    addresses.update(**{".id": new, "disabled": True})
    row = next(row for row in addresses if row[".id"] == new)
    assert row["disabled"] is True and row["network"] == "172.16.9.0", row
    addresses.remove(new)
    assert all(row[".id"] != new for row in addresses)
    refused(lambda: [addresses.update(**{".id": new, "disabled": False})], "no such item")

    rules = api.path("interface", "wireless", "connect-list")
    first = next(iter(rules))[".id"]
    top = rules.add(**{"interface": "wlan1", "connect": True, "disabled": True, "place-before": first})
    assert next(iter(rules))[".id"] == top
    list(rules("move", **{"numbers": top, "destination": first}))
    rules.remove(top)

    monitor = list(api("/interface/wireless/monitor", numbers="wlan1", once=""))
    assert len(monitor) == 1 and "status" in monitor[0], monitor
    tunnel = list(api("/interface/pptp-client/monitor", numbers="PPtP_to_Office", once=""))
    assert len(tunnel) == 1 and "status" in tunnel[0], tunnel
    pings = list(api("/ping", address="192.168.88.1", count="2"))
    assert pings[-1]["sent"] == 2, pings

    refused(lambda: list(api("/no/such/menu/print")), "no such command")
    refused(lambda: list(api("/ip/address/print", nonsense="1")), "unknown parameter")
    assert any(row.get("name") == "admin" for row in api.path("user", "active"))
    api.close()
    print("librouteros found nothing odd")


if __name__ == "__main__":
    main()
