"""The browser at the console: what it fills in, clicks and types, on a page that notes it."""

import shutil
import sys
from contextlib import nullcontext
from typing import Any
from unittest.mock import MagicMock, call

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.services import browser
from conformance.node.services.browser import Browser
from conformance.node.services.query import QueryResult
from conformance.secret import Secret

URL = "https://h:9443/carbon/"


class Noting:
    """A page with a table of one row, all of whose places and keys are mocks."""

    def __init__(self) -> None:
        self.places: dict[str, MagicMock] = {}
        self.page = MagicMock()
        self.page.locator.side_effect = self._place
        self.page.screenshot.return_value = b"png"
        cells = [MagicMock(**{"locator.return_value.all_text_contents.return_value": [one]}) for one in ("a", "7")]
        self._place("#terminal table").last.locator.return_value.all.return_value = cells

    def _place(self, selector: str, **more: Any) -> MagicMock:
        return self.places.setdefault(f"{selector} {more.get('has_text', '')}".strip(), MagicMock())


def test_it_logs_in_opens_the_console_and_enters_each_statement():
    noting = Noting()
    page, places = noting.page, noting.places
    answer = Browser("node1", URL, "admin", Secret("word"), Witness.silent())._used(page, ["one", "two"])
    assert answer == {"columns": ["a"], "rows": [["7"]], "statements": ["one", "two"], "screenshot_png": "cG5n"}
    page.goto.assert_called_once_with(URL)
    places["#txtUserName, input[name=username]"].first.fill.assert_called_once_with("admin")
    places["#txtPassword, input[name=password]"].first.fill.assert_called_once_with("word")
    places["input[type=submit], button[type=submit]"].first.click.assert_called_once_with()
    places["#menu a Console"].first.click.assert_called_once_with()
    places["#terminal table"].last.wait_for.assert_called_once_with()
    assert page.keyboard.mock_calls == [call.type("one"), call.press("Enter"), call.type("two"), call.press("Enter")]
    assert len(places["#terminal"].mock_calls) == 3
    ready = places["#terminal input:enabled, #terminal textarea, #terminal [contenteditable]"].first
    assert len(ready.wait_for.mock_calls) == 2
    asked = page.expect_response.call_args.args[0]
    path = "carbon/spark-management/execute_sparkquery_ajaxprocessor.jsp"
    assert (asked(MagicMock(url=f"{URL}{path}")), asked(MagicMock(url=URL))) == (True, False)
    assert len(page.expect_response.return_value.__enter__.return_value.value.finished.mock_calls) == 2


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_any_of_the_systems_browsers_will_do(monkeypatch, name):
    monkeypatch.setitem(sys.modules, "playwright", MagicMock())
    monkeypatch.setattr(shutil, "which", lambda wanted: wanted if wanted == name else None)
    assert browser._missing() == ""
    monkeypatch.setattr(shutil, "which", lambda _wanted: None)
    assert browser._missing().startswith("none of chromium, ")


def test_what_the_page_shows_is_reported_in_short():
    page = MagicMock()
    page.locator.return_value.inner_text.return_value = "x" * 300 + "\n  end"
    assert browser._shown(page) == "x" * 196 + " end"
    page.locator.side_effect = OSError
    assert browser._shown(page) == ""


class Broken(Exception):
    """What the driver raises."""


@pytest.mark.parametrize("broken", [False, True])
def test_the_systems_browser_is_opened_for_it_and_closed_in_any_case(monkeypatch, broken):
    noting, driver = Noting(), MagicMock()
    opened = driver.return_value.__enter__.return_value.chromium.launch
    opened.return_value.new_page.return_value = noting.page
    noting.page.goto.side_effect = [Broken("no page\nlog")] if broken else None
    noting.places["body"] = MagicMock(**{"inner_text.return_value": "Sign in"})
    monkeypatch.setitem(sys.modules, "playwright", MagicMock())
    monkeypatch.setitem(sys.modules, "playwright.sync_api", MagicMock(Error=Broken, sync_playwright=driver))
    monkeypatch.setattr(shutil, "which", lambda wanted: f"/bin/{wanted}" if wanted == "google-chrome" else None)
    asked = Browser("node1", URL, "admin", Secret("word"), Witness.silent())
    expected = "node1 console in a browser: no page; it shows 'Sign in' - try the same by hand"
    with pytest.raises(EvidenceError, match=expected) if broken else nullcontext():
        assert asked.typed(["one"]) == QueryResult(("a",), (("7",),))
    assert opened.call_args.kwargs["executable_path"] == "/bin/google-chrome"
    noting.page.set_default_timeout.assert_called_once_with(30_000)
    opened.return_value.close.assert_called_once_with()
