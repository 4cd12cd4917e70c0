#!/usr/bin/env python3
"""What the agent does at rest, as a short Python loop: the registrations each 250 ms, addresses, route and tunnel each
2 s, and at -80 dBm a swap to the other radio. Plain sockets, no library. Usage: poll.py HOST PORT
"""

import socket
import sys
import time

RADIOS = ("wlan1", "wlan2")
TUNNEL = "PPtP_to_Office"
GATEWAYS = {"wlan1": "10.10.10.1", "wlan2": "10.20.0.1"}


class Router:
    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.socket.makefile("rb")
        self.call("/login", "=name=admin", "=password=")

    def call(self, *words):
        sentence = b"".join(self.length(len(word.encode())) + word.encode() for word in words) + b"\0"
        self.socket.sendall(sentence)
        rows = []
        while True:
            reply, *rest = self.sentence()
            if reply == "!done":
                return rows
            if reply == "!re":
                rows.append(dict(word[1:].split("=", 1) for word in rest if word.startswith("=")))

    @staticmethod
    def length(length):
        return bytes([length]) if length < 0x80 else (length | 0x8000).to_bytes(2, "big")

    def sentence(self):
        words = []
        while True:
            length = self.stream.read(1)[0]
            if length & 0x80:
                length = (length & 0x3F) << 8 | self.stream.read(1)[0]
            if length == 0:
                return words
            words.append(self.stream.read(length).decode(errors="replace"))


def main():
    router = Router(sys.argv[1], int(sys.argv[2]))
    active, slow = "wlan1", 0.0
    while True:
        begun = time.monotonic()
        rows = router.call(
            "/interface/wireless/registration-table/print",
            "=.proplist=.id,interface,mac-address,signal-strength,uptime,802.1x-port-enabled",
            "?interface=wlan1", "?interface=wlan2", "?#|",
        )
        signals = {row["interface"]: int(row["signal-strength"].split("@")[0].split("dBm")[0]) for row in rows}
        if begun >= slow:
            slow = begun + 2.0
            router.call(
                "/ip/address/print", "=.proplist=.id,comment,address,network,interface,disabled,dynamic",
                "?comment=tikroam:wlan1", "?comment=tikroam:wlan2", "?#|",
            )
            route = router.call(
                "/ip/route/print", "=.proplist=.id,comment,dst-address,gateway,distance,active,disabled,dynamic",
                "?comment=tikroam:default",
            )[0][".id"]
            tunnel = router.call(
                "/interface/pptp-client/print", "=.proplist=.id,name,comment,disabled,running", f"?name={TUNNEL}"
            )[0][".id"]
        other = RADIOS[1 - RADIOS.index(active)]
        if signals.get(active, -100) <= -80 < signals.get(other, -100):
            router.call("/interface/pptp-client/set", f"=.id={tunnel}", "=disabled=yes")
            router.call("/ip/route/set", f"=.id={route}", f"=gateway={GATEWAYS[other]}%{other}")
            router.call("/interface/pptp-client/set", f"=.id={tunnel}", "=disabled=no")
            active = other
        time.sleep(max(0.0, begun + 0.25 - time.monotonic()))


if __name__ == "__main__":
    main()
