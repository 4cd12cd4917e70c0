"""librouteros (PyPI) against a running `tikroam sim`: it must find what a router answers, and nothing odd.

Usage: python look_librouteros.py HOST PORT
"""

import sys

from librouteros import connect
from librouteros.exceptions import FatalError, MultiTrapError, TrapError
from librouteros.query import And, Key, Or


def trap(call, text):
    """The refusal of a call; fails when it is not refused, or in other words."""
    try:
        rows = tuple(call())
    except MultiTrapError as error:
        said = [one.message for one in error.traps]
    except TrapError as error:
        said = [error.message]
    else:
        raise AssertionError(f"not refused ({text}): {rows}")
    assert any(text in one for one in said), (text, said)
    return said


def prints(api):
    (resource,) = api("/system/resource/print")
    assert resource["version"].endswith("(stable)"), resource
    assert {row["name"] for row in api("/system/package/print")} >= {"wireless"}
    assert len(tuple(api("/system/identity/print"))) == 1
    assert {"time", "date"} <= set(next(iter(api("/system/clock/print"))))
    radios = tuple(api("/interface/wireless/print", **{".proplist": "name,mode,disabled"}))
    assert [row["name"] for row in radios] == ["wlan1", "wlan2"], radios
    assert all(set(row) == {"name", "mode", "disabled"} for row in radios), radios
    assert radios[0]["disabled"] is False
    assert {row["via"] for row in api("/user/active/print")} == {"api"}
    assert any("logged in" in row["message"] for row in api("/log/print"))


def queries(api):
    name, kind, comment = Key("name"), Key("type"), Key("comment")
    menu = api.path("interface")
    names = lambda *where: sorted(row["name"] for row in menu.select(name).where(*where))
    assert names(kind == "wlan") == ["wlan1", "wlan2"]
    assert names(Or(name == "wlan1", name == "ether1")) == ["ether1", "wlan1"]
    assert names(And(kind == "wlan", name != "wlan1")) == ["wlan2"]
    assert names(name.In("wlan2", "ether1")) == ["ether1", "wlan2"]
    assert names(kind == "no such") == []
    address = lambda *words: tuple(api.rawCmd("/ip/address/print", *words))
    with_comment = address("?comment")
    assert {row["comment"] for row in with_comment} >= {"tikroam:wlan1", "tikroam:wlan2"}, with_comment
    assert len(address("?-comment")) + len(with_comment) == len(address())
    assert [row["comment"] for row in api.path("ip", "address").select(comment).where(comment == "tikroam:wlan1")] == [
        "tikroam:wlan1"
    ]


def writes(api):
    addresses = api.path("ip", "address")
    made = addresses.add(address="192.0.2.129/25", interface="ether1", comment="a client's")
    assert made.startswith("*"), made
    row = lambda: next(row for row in addresses if row[".id"] == made)
    assert (row()["network"], row()["disabled"]) == ("192.0.2.128", False)
    trap(lambda: [addresses.add(address="192.0.2.129/25", interface="ether1")], "already have such address")
    addresses.update(**{".id": made, "comment": "changed"})
    assert row()["comment"] == "changed"
    tuple(addresses("disable", numbers=made))
    assert row()["disabled"] is True
    tuple(addresses("enable", **{".id": made}))
    assert row()["disabled"] is False
    addresses.remove(made)
    assert all(row[".id"] != made for row in addresses)
    trap(lambda: api("/ip/address/remove", **{".id": made}), "no such item")
    trap(lambda: api("/ip/address/set", **{".id": made, "comment": "x"}), "no such item")

    rules = api.path("interface", "wireless", "connect-list")
    last = rules.add(interface="wlan1", ssid="a client's", disabled="yes")
    first = next(iter(rules))[".id"]
    tuple(rules("move", numbers=last, destination=first))
    assert next(iter(rules))[".id"] == last
    top = rules.add(**{"interface": "wlan1", "ssid": "on top", "disabled": "yes", "place-before": last})
    assert [row[".id"] for row in rules][:2] == [top, last]
    rules.remove(top, last)


def refusals(api):
    said = trap(lambda: api("/no-such-menu/print"), "no such command")
    assert any("no such command prefix" in one for one in said), f"a missing menu answers with two traps: {said}"
    trap(lambda: api("/ip/address/print2"), "no such command")
    trap(lambda: api("/ip/address/print", nonsense="1"), "unknown parameter")
    trap(lambda: api("/ip/address/add", address="192.0.2.1/24", interface="wlan9"), "input does not match any value of interface")
    trap(lambda: api("/ip/route/set", **{".id": "*FFFF", "nonsense": "1"}), "")
    # A command after a refusal gets its own answer, not the end of the one before.
    assert len(tuple(api("/system/identity/print"))) == 1


def streams(api):
    (state,) = api("/interface/pptp-client/monitor", numbers="PPtP_to_Office", once="")
    assert state["status"], state
    (radio,) = api("/interface/wireless/monitor", numbers="wlan1", once="")
    assert radio["status"] in ("connected-to-ess", "searching-for-network", "associating"), radio
    pings = tuple(api("/ping", address="192.168.88.1", count="3", interval="100ms"))
    assert [row["sent"] for row in pings] == [1, 2, 3], pings
    assert pings[-1]["received"] == 3 and pings[-1]["packet-loss"] == 0, pings
    heard = {}
    for _ in range(5):
        heard.update((row["address"], row) for row in api("/interface/wireless/scan", **{"number": "wlan2", "duration": "2s"}))
        if heard:
            break
    assert heard and all(row["ssid"] is not None for row in heard.values()), heard


def main(host, port):
    login = dict(host=host, port=int(port), timeout=30)
    trap(lambda: [connect(username="admin", password="wrong", **login)], "invalid user name or password")
    api = connect(username="admin", password="", **login)
    for look in (prints, queries, writes, refusals, streams):
        look(api)
        print("ok", look.__name__)
    try:
        tuple(api("/quit"))
    except FatalError as error:
        assert "session terminated on request" in str(error), error
    else:
        raise AssertionError("/quit ends with !fatal")
    print("ok quit")


if __name__ == "__main__":
    main(*sys.argv[1:])
