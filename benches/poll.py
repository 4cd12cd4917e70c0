#!/usr/bin/env python3
"""What the agent asks at rest, as a short loop with librouteros: the registrations each 250 ms, and a ping through the
tunnel each 200 ms. It decides nothing. Usage: poll.py HOST PORT
"""

import sys
import time

from librouteros import connect

READS, PINGS = 0.25, 0.2


def main(host, port):
    router = connect(host=host, port=int(port), username="admin", password="")
    proplist = "interface,mac-address,signal-strength,uptime,802.1x-port-enabled"
    reads = pings = time.monotonic()
    while True:
        now = time.monotonic()
        if now >= reads:
            reads += READS
            rows = router("/interface/wireless/registration-table/print", **{".proplist": proplist})
            signals = {row["interface"]: row["signal-strength"] for row in rows}
        if now >= pings:
            pings += PINGS
            # librouteros returns an answer when it is whole, so that a ping without an end cannot be used.
            (row,) = router("/ping", address="10.99.0.1", count="1")
            lost = row["received"] == 0
        time.sleep(max(0.0, min(reads, pings) - time.monotonic()))


if __name__ == "__main__":
    main(*sys.argv[1:])
