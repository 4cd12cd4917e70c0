"""Looks at the status page: what is there, what the browser complains of, whom it asks."""

import os
import signal
import sys
import time
import urllib.parse

from browser import Browser, until

driver, page, pictures, agent = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])

with Browser(driver, pictures) as browser:
    script, text = browser.script, browser.text
    browser.show(1400, 1500, "light")
    browser.open(page)
    until("the vehicle is reachable", lambda: "reachable since" in text("#state"))
    assert text("h1") == "unit-14", text("h1")
    for section in ["facts", "uplinks", "heard", "decisions", "swaps"]:
        assert text(f"h2#{section}"), section
    assert browser.count("svg[role=img] > title, svg[role=img] > desc") == 2
    until("an access point is heard", lambda: browser.count("[aria-labelledby=heard] tbody tr") > 0)
    until("both radios have a line", lambda: browser.count("svg.plot polyline") >= 2)
    # It refreshes itself.
    before = text("[aria-labelledby=facts]")
    until("the page refreshes itself", lambda: text("[aria-labelledby=facts]") != before)
    time.sleep(float(os.environ.get("SECONDS_OF_DRIVE", "20")))
    browser.look("status", lambda: until("the drawing has the page's width", lambda: abs(
        script("return document.querySelector('svg.plot').viewBox.baseVal.width - document.getElementById('signals').clientWidth")) < 2))
    # Without colour the state has a sign.
    assert text("#state .sign").strip()
    browser.asks_only(tuple(urllib.parse.urlsplit(page)[:2]))

    # The page says when the agent is gone.
    os.kill(agent, signal.SIGTERM)
    until("the page says that the agent is gone", lambda: not script("return document.getElementById('gone').hidden"))
    print("the status page is as it should be")
