"""A headless Chromium by WebDriver, with Python's standard library alone."""

import base64
import json
import os
import tempfile
import time
import urllib.parse
import urllib.request

BOUND = 60
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]


def until(what, holds):
    for _ in range(BOUND * 10):
        if holds():
            return
        time.sleep(0.1)
    raise SystemExit(f"not within {BOUND} s: {what}")


class Browser:
    def __init__(self, driver, pictures):
        self.driver, self.pictures = driver, pictures
        self.folder = tempfile.TemporaryDirectory()

    def __enter__(self):
        options = {"args": FLAGS + [f"--user-data-dir={self.folder.name}"]}
        logs = {"browser": "ALL", "performance": "ALL"}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": logs}
        answer = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = "/session/" + answer["sessionId"]
        return self

    def __exit__(self, *_):
        self.call("DELETE", self.session)
        self.folder.cleanup()

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        url = f"http://127.0.0.1:{self.driver}{path}"
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=BOUND) as answer:
            return json.load(answer)["value"]

    def open(self, page):
        self.call("POST", self.session + "/url", {"url": page})

    def script(self, text, *arguments):
        return self.call("POST", self.session + "/execute/sync", {"script": text, "args": arguments})

    def command(self, name, **parameters):
        return self.call("POST", self.session + "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def text(self, selector):
        return self.script("return document.querySelector(arguments[0])?.textContent ?? ''", selector)

    def count(self, selector):
        return self.script("return document.querySelectorAll(arguments[0]).length", selector)

    def show(self, width, height, scheme):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def look(self, name, shown=lambda: None):
        """The page light and dark, narrow and wide: nothing is wider than the window, and the schemes differ."""
        papers = set()
        for scheme in ["light", "dark"]:
            for width, height in [(360, 1800), (1400, 1500)]:
                self.show(width, height, scheme)
                shown()
                overflow = self.script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert overflow <= 0, f"{name} {scheme} {width}: {overflow} pixels too wide"
                papers.add(self.script("return getComputedStyle(document.body).backgroundColor"))
                with open(os.path.join(self.pictures, f"{name}-{scheme}-{width}.png"), "wb") as file:
                    data = self.command("Page.captureScreenshot", captureBeyondViewport=True)["data"]
                    file.write(base64.b64decode(data))
        assert len(papers) == 2, f"light and dark look alike: {papers}"
        # Without colour the lines differ by their dashes.
        dashes = self.script("""return [...new Set([...document.querySelectorAll('svg.plot polyline')]
            .map((line) => getComputedStyle(line).strokeDasharray))].length""")
        assert dashes >= 2, "the lines of the radios look alike without colour"
        labels = self.script("return [...document.querySelectorAll('svg.plot text')].map((one) => one.textContent.trim())")
        assert {"wlan1", "wlan2", "dark", "dBm"} <= set(labels), labels

    def asks_only(self, own):
        """The console is empty, and only `own`, a scheme and a host, was asked."""
        entries = self.call("POST", self.session + "/se/log", {"type": "browser"})
        assert not entries, entries
        asked = set()
        for entry in self.call("POST", self.session + "/se/log", {"type": "performance"}):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked.add(tuple(urllib.parse.urlsplit(message["params"]["request"]["url"])[:2]))
        asked = {(scheme, host) for scheme, host in asked if scheme not in ("data", "chrome", "about")}
        assert asked == {own}, f"the page asks others: {asked}"
