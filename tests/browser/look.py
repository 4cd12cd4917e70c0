"""Looks at the status page through WebDriver: what is there, what the browser complains of, whom it asks."""

import base64
import json
import os
import signal
import sys
import tempfile
import time
import urllib.parse
import urllib.request

driver, page, pictures, agent = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
BOUND = 60
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{driver}{path}", data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=BOUND) as answer:
        return json.load(answer)["value"]


def begin(folder):
    options = {"args": FLAGS + [f"--user-data-dir={folder}"]}
    logs = {"browser": "ALL", "performance": "ALL"}
    wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": logs}
    return "/session/" + call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]


def until(what, holds):
    for _ in range(BOUND * 10):
        if holds():
            return
        time.sleep(0.1)
    raise SystemExit(f"not within {BOUND} s: {what}")


with tempfile.TemporaryDirectory() as folder:
    session = begin(folder)

    def script(text, *arguments):
        return call("POST", session + "/execute/sync", {"script": text, "args": arguments})

    def command(name, **parameters):
        return call("POST", session + "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def text(selector):
        return script("return document.querySelector(arguments[0])?.textContent ?? ''", selector)

    def show(width, height, scheme):
        command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)
        command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(name):
        with open(os.path.join(pictures, name), "wb") as file:
            data = command("Page.captureScreenshot", captureBeyondViewport=True)["data"]
            file.write(base64.b64decode(data))

    try:
        show(1400, 1500, "light")
        call("POST", session + "/url", {"url": page})
        until("the vehicle is reachable", lambda: "reachable since" in text("#state"))
        assert text("h1") == "unit-14", text("h1")
        for section in ["facts", "uplinks", "heard", "decisions", "swaps"]:
            assert text(f"h2#{section}"), section
        assert script("return document.querySelectorAll('svg[role=img] > title, svg[role=img] > desc').length") == 2
        until("an access point is heard", lambda: script("return document.querySelectorAll('[aria-labelledby=heard] tbody tr').length") > 0)
        until("both radios have a line", lambda: script("return document.querySelectorAll('svg.plot polyline').length") >= 2)
        # It refreshes itself.
        before = text("[aria-labelledby=facts]")
        until("the page refreshes itself", lambda: text("[aria-labelledby=facts]") != before)
        time.sleep(float(os.environ.get("SECONDS_OF_DRIVE", "5")))

        papers = set()
        for scheme in ["light", "dark"]:
            for width, height in [(360, 1800), (1400, 1500)]:
                show(width, height, scheme)
                until("the drawing has the page's width", lambda: abs(
                    script("return document.querySelector('svg.plot').viewBox.baseVal.width - document.getElementById('signals').clientWidth")) < 2)
                overflow = script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert overflow <= 0, f"{scheme} {width}: {overflow} pixels too wide"
                papers.add(script("return getComputedStyle(document.body).backgroundColor"))
                picture(f"status-{scheme}-{width}.png")
        assert len(papers) == 2, f"light and dark look alike: {papers}"
        # Without colour the lines differ by their dashes and have their names, and the state has a sign.
        dashes = script("""return [...new Set([...document.querySelectorAll('svg.plot polyline')]
            .map((line) => getComputedStyle(line).strokeDasharray))].length""")
        assert dashes >= 2, "the lines of the radios look alike without colour"
        labels = script("return [...document.querySelectorAll('svg.plot text')].map((one) => one.textContent.trim())")
        assert {"wlan1", "wlan2", "dark", "dBm"} <= set(labels), labels
        assert text("#state .sign").strip()

        entries = call("POST", session + "/se/log", {"type": "browser"})
        assert not entries, entries
        asked = set()
        for entry in call("POST", session + "/se/log", {"type": "performance"}):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked.add(urllib.parse.urlsplit(message["params"]["request"]["url"])[:2])
        asked = {(scheme, host) for scheme, host in asked if scheme not in ("data", "chrome", "about")}
        assert asked == {urllib.parse.urlsplit(page)[:2]}, f"the page asks others: {asked}"

        # The page says when the agent is gone.
        os.kill(agent, signal.SIGTERM)
        until("the page says that the agent is gone", lambda: not script("return document.getElementById('gone').hidden"))
        print("the status page is as it should be")
    finally:
        call("DELETE", session)
