"""signoff.html in a real browser: axe-core finds nothing, nothing overflows, and the first screen holds the answers."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from conformance.node.services.browser import PROGRAMS
from selftests import failover_texts, outage_texts
from selftests.test_outages_suite import OutageRecord
from selftests.test_page import observation, page, signoff

CHROMIUM = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
pytestmark = pytest.mark.skipif(not CHROMIUM, reason=f"none of {', '.join(PROGRAMS)} is installed")
#: Width, height and colours.
SCREENS = {"desktop": (1280, 900, "light"), "phone": (390, 844, "light"), "dark": (1280, 900, "dark")}
OPEN = "document.querySelectorAll('details').forEach(one => { one.open = true })"
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
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    home: dict[str, str | float | bool] = {**os.environ, "HOME": str(tmp_path_factory.mktemp("home"))}
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments, env=home)
        yield started
        started.close()


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, height, colours = SCREENS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=colours)
    yield context.new_page()
    context.close()


def violations(shown: Page) -> list[str]:
    found = Axe().run(shown).response["violations"]
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}" for one in found]


def test_axe_finds_nothing_with_all_folded_and_with_all_open(screen, short):
    screen.goto(short.as_uri())
    assert violations(screen) == []
    screen.evaluate(OPEN)
    assert violations(screen) == []


def test_the_page_is_not_wider_than_the_screen_and_the_answers_stand_on_the_first(screen, path):
    screen.goto(path.as_uri())
    size = screen.viewport_size
    assert size is not None
    assert screen.evaluate(WIDE) <= size["width"]
    assert screen.evaluate(BOTTOM) <= size["height"]


def test_the_pictures_follow_the_theme(browser, short):
    ink = []
    for colours in ("light", "dark"):
        opened = browser.new_page(color_scheme=colours)
        opened.goto(short.as_uri())
        shown = [opened.locator(f".bands svg {one}").first for one in ("text", ".passive")]
        ink.append([one.evaluate("one => getComputedStyle(one).fill") for one in shown])
    assert all(light != dark for light, dark in zip(*ink, strict=True))


def test_what_is_folded_opens_by_keyboard_and_a_link_opens_what_it_leads_to(browser, path):
    opened = browser.new_page()
    opened.goto(path.as_uri())
    fold = opened.locator("#open details.follows")
    assert fold.evaluate("one => one.open") is False
    fold.locator("summary").focus()
    opened.keyboard.press("Enter")
    assert fold.evaluate("one => one.open") is True
    opened.locator(".answers a[href='#UM-01']").first.focus()
    opened.keyboard.press("Enter")
    opened.wait_for_function("document.getElementById('UM-01').open")


def test_paper_takes_twelve_sheets_and_the_appendix_even_where_much_fails(browser, tmp_path):
    report = run_with_everything()
    for number, one in enumerate(report["requirements"].values()):
        message = f"node1 file.xml:{number} found something else than expected, and says so at some length\n" * 8
        one |= {"verdict": "fail", "message": message} if number % 6 == 0 else {}
    failover, outage = report["failovers"]
    report["failovers"] = [failover] * 4 + [outage] * 9
    (tmp_path / "signoff.html").write_text(page(report, observation("a line\n" * 9)), encoding="utf-8")
    opened = browser.new_page()
    opened.goto((tmp_path / "signoff.html").as_uri())
    opened.evaluate("document.querySelectorAll('.appendix').forEach(one => one.remove())")
    printed = opened.pdf(prefer_css_page_size=True)

    assert 1 < len(re.findall(rb"/Type ?/Page\b", printed)) <= 12
