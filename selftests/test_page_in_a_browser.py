"""signoff.html in a real browser: axe-core finds nothing, nothing overflows, and the first screen holds the answers."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page, sync_playwright

from conformance.node.services.browser import PROGRAMS
from selftests import failover_texts, outage_texts
from selftests.test_outages_suite import OutageRecord
from selftests.test_page import observation, page, signoff

CHROMIUM = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
pytestmark = pytest.mark.skipif(not CHROMIUM, reason=f"none of {', '.join(PROGRAMS)} is installed")
#: Width, height and colours.
SCREENS = {"desktop": (1280, 900, "light"), "phone": (390, 844, "light"), "dark": (1280, 900, "dark")}
FOLD = "open => document.querySelectorAll('details').forEach(one => { one.open = open })"
#: Leaves one of the neighbours that are built alike: the colours of all rows of a table take seconds.
THIN = """() => {
    const attributes = one => [...one.classList, ...one.getAttributeNames()]
    const built = one => [one.tagName, ...attributes(one), ...[...one.children].map(built), ''].join()
    const thin = (one, seen = new Set()) => [...one.children].forEach(child =>
        seen.has(built(child)) ? child.remove() : seen.add(built(child)) && thin(child))
    thin(document.body)
}"""
BOTTOM = "document.querySelector('.answers').getBoundingClientRect().bottom"
WIDE = "document.documentElement.scrollWidth"


def run_with_everything() -> dict[str, Any]:
    """A sign-off that has each part of the page: causes, errors, waivers, names, findings, failovers, outages."""
    report: dict[str, Any] = signoff(result="DOES NOT CONFORM", schema_version="3.1")
    entries = report["requirements"]
    entries["UM-01"] |= {"verdict": "fail", "message": "node1 user-mgt.xml:3: found H2\nexpected MySQL"}
    entries["DS-01"] |= {"verdict": "fail", "message": "other name", "follows_from": ["UM-01"]}
    entries["DB-05"] |= {"verdict": "error", "message": "no evidence: MySQL cannot be reached"}
    entries["FO-13"] |= {"verdict": "fail", "level": "should", "message": "stored: 7 of 9 events missing"}
    entries["CLU-05"] |= {"verdict": "waived", "message": "found 4001"}
    entries["EP-01"] |= {"verdict": "not-assessed", "message": "not selected in this run"}
    entries["REG-02"] |= {"deviations": ["node1 registry.xml:12: mount 'shared'"]}
    entries["OPS-01"] |= {"level": "field", "verdict": "fail", "message": "STANDALONE runs each script twice"}
    entries["OPS-02"] |= {"level": "field"}
    numbers = {"failures": 3, "causes": 2, "shoulds_failed": 1, "musts_unseen": 1, "deviations": 1}
    waiver = {"id": "CLU-05", "state": "in force", "owner": "Ada", "expires": "2026-12-31", "reason": "x"}
    last = {"run_id": "r0", "finished": 0.0, "result": "CONFORMS", "shoulds": {}}
    last |= {"changed": {"UM-01": ["pass", "fail"]}}
    failover = failover_texts.record(failover_texts.good()).summary()
    outage = OutageRecord.from_json(outage_texts.good()).summary()
    more = {
        "summary": numbers | {"beyond_the_page": 1},
        "counts": {"fail": 3, "error": 1, "waived": 1, "not-assessed": 1, "pass": 99},
        "waivers": [waiver | {"days_left": 9}],
        "previous": last,
        "product": {"product": "DAS", "size": "lab", "mysql": "5.7", "lab_parts": [], "artifacts": []},
        "failovers": json.loads(json.dumps([failover, outage])),
    }
    return report | more


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("page") / "signoff.html"
    made.write_text(page(run_with_everything(), observation("a line\n" * 9)), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def short(path: Path) -> Path:
    """The same with one requirement of each level and verdict: to look at a hundred alike takes seconds."""
    made = run_with_everything()
    kinds = {(one["level"], one["verdict"]): name for name, one in reversed(made["requirements"].items())}
    made["requirements"] = {name: made["requirements"][name] for name in kinds.values()}
    text = page(made, observation("a line\n" * 9))
    path.with_name("short.html").write_text(text, encoding="utf-8")
    return path.with_name("short.html")


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    home: dict[str, str | float | bool] = {**os.environ, "HOME": str(tmp_path_factory.mktemp("home"))}
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments, env=home)
        yield started.new_page()
        started.close()


def on(screen: str, tab: Page) -> Page:
    width, height, colours = SCREENS[screen]
    tab.set_viewport_size({"width": width, "height": height})
    tab.emulate_media(color_scheme=colours)
    return tab


def violations(tab: Page, *, contrast: bool = True) -> list[str]:
    options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": contrast}}}
    found = tab.evaluate("options => axe.run(options)", options)["violations"]
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}" for one in found]


def test_axe_finds_nothing_with_all_folded_and_with_all_open(tab, short):
    tab.goto(short.as_uri())
    tab.evaluate(Axe().axe_script)
    tab.evaluate(FOLD, True)
    found = violations(on("desktop", tab), contrast=False)
    tab.evaluate(THIN)
    found += [one for screen in SCREENS for one in violations(on(screen, tab))]
    tab.evaluate(FOLD, False)
    found += [one for screen in ("desktop", "phone") for one in violations(on(screen, tab), contrast=False)]
    assert found == []


@pytest.mark.parametrize("screen", SCREENS)
def test_the_page_is_not_wider_than_the_screen_and_the_answers_stand_on_the_first(tab, screen, path):
    on(screen, tab).goto(path.as_uri())
    assert tab.evaluate(WIDE) <= SCREENS[screen][0]
    assert tab.evaluate(BOTTOM) <= SCREENS[screen][1]


def test_the_pictures_follow_the_theme(tab, short):
    tab.goto(short.as_uri())
    shown = [tab.locator(f".bands svg {one}").first for one in ("text", ".passive")]
    fills = "one => getComputedStyle(one).fill"
    light, dark = ([one.evaluate(fills) for one in shown if on(screen, tab)] for screen in ("desktop", "dark"))
    assert all(one != other for one, other in zip(light, dark, strict=True))


def test_what_is_folded_opens_by_keyboard_and_a_link_opens_what_it_leads_to(tab, path):
    on("desktop", tab).goto(path.as_uri())
    fold = tab.locator("#open details.follows")
    assert fold.evaluate("one => one.open") is False
    fold.locator("summary").focus()
    tab.keyboard.press("Enter")
    assert fold.evaluate("one => one.open") is True
    tab.locator(".answers a[href='#UM-01']").first.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_function("document.getElementById('UM-01').open")


def test_paper_takes_twelve_sheets_and_the_appendix_even_where_much_fails(tab, tmp_path):
    report = run_with_everything()
    for number, one in enumerate(report["requirements"].values()):
        message = f"node1 file.xml:{number} found something else than expected, and says so at some length\n" * 8
        one |= {"verdict": "fail", "message": message} if number % 6 == 0 else {}
    failover, outage = report["failovers"]
    report["failovers"] = [failover] * 4 + [outage] * 9
    (tmp_path / "signoff.html").write_text(page(report, observation("a line\n" * 9)), encoding="utf-8")
    on("desktop", tab).goto((tmp_path / "signoff.html").as_uri())
    tab.evaluate("document.querySelectorAll('.appendix').forEach(one => one.remove())")

    assert tab.pdf(prefer_css_page_size=True, page_ranges="2")
    with pytest.raises(Error, match="Page range exceeds page count"):
        tab.pdf(prefer_css_page_size=True, page_ranges="13")
