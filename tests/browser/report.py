"""Looks at the report of a drive, alone and compared: what is there, what the browser complains of, whom it asks."""

import pathlib
import sys

from browser import Browser

driver, pictures, alone, compared = sys.argv[1:5]

with Browser(driver, pictures) as browser:
    for name, page in [("report", alone), ("compare", compared)]:
        drawings = 1 if name == "report" else 2
        browser.show(1400, 1500, "light")
        browser.open(pathlib.Path(page).as_uri())
        assert "unit-14" in browser.text("body")
        assert browser.count("svg.plot[role=img] > title, svg.plot[role=img] > desc") >= 2 * drawings
        assert browser.count("svg.plot polyline") >= 2 * drawings
        headings = browser.script("return [...document.querySelectorAll('h2')].map((one) => one.textContent)")
        wanted = ["Hours", "Access points", "Swaps"] if name == "report" else [
            "First journal: signals", "Second journal: access points"]
        assert set(wanted) <= set(headings), headings
        if name == "report":
            assert browser.count("#swap-1") == 1
        browser.look(name)
        opened = browser.script("return Math.round(performance.getEntriesByType('navigation')[0].loadEventEnd)")
        print(f"the {name} page is as it should be; it opened in {opened} ms")
    browser.asks_only(("file", ""))
