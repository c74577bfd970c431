"""The console used by a real browser: it logs in, goes through the menu, types queries and reads the rows."""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from conformance import deadlines
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.services.console import QUERY_ACTION, TRAIL
from conformance.node.services.query import QueryResult
from conformance.secret import Secret
from conformance.waiting import answering

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Names of an installed browser; none is downloaded.
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


class Browser:
    """The installed Chromium, headless, with one node's console."""

    def __init__(self, node: str, console_url: str, user: str, password: Secret, witness: Witness) -> None:
        self._node = node
        self._url = console_url
        self._user = user
        self._password = password
        self._witness = witness

    @property
    def missing(self) -> str:
        """Why this machine has no browser; "" if it has one."""
        return str(self._witness.ask("cluster", "browser on this machine", _missing))

    def typed(self, statements: Sequence[str]) -> QueryResult:
        """Type the statements one by one; returns the rows of the last. A final screenshot becomes evidence.

        EvidenceError, with the terminal's content, if a page or an answer does not come in time.
        """
        answer = self._witness.ask(self._node, "console in a browser", lambda: self._type(statements))
        return QueryResult(tuple(answer["columns"]), tuple(tuple(row) for row in answer["rows"]))

    def _type(self, statements: Sequence[str]) -> dict[str, Any]:
        from playwright.sync_api import Error, sync_playwright

        program = next(found for name in PROGRAMS if (found := shutil.which(name)))
        # As root, Chromium only starts without its sandbox; the pages are those of the deployment under test.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
            environment: dict[str, str | float | bool] = {**os.environ, "HOME": home}
            browser = playwright.chromium.launch(executable_path=program, args=arguments, env=environment)
            try:
                page = browser.new_page(ignore_https_errors=True, viewport={"width": 1280, "height": 900})
                page.set_default_timeout(deadlines.CONSOLE_PAGE.limit * 1000)
                with answering("console in a browser", deadlines.CONSOLE_QUERY):
                    return self._used(page, statements)
            except Error as problem:
                what = f"{self._node} console in a browser: {str(problem).splitlines()[0]}; it shows {_shown(page)!r}"
                remedy = "try the same by hand; CON-01 and CON-02 judge login and menu"
                raise EvidenceError(what, remedy) from None
            finally:
                browser.close()

    def _used(self, page: Page, statements: Sequence[str]) -> dict[str, Any]:
        page.goto(self._url)
        page.locator("#txtUserName, input[name=username]").first.fill(self._user)
        page.locator("#txtPassword, input[name=password]").first.fill(self._password.reveal())
        page.locator("input[type=submit], button[type=submit]").first.click()
        page.locator("#menu a", has_text=TRAIL[-1]).first.click()
        page.locator("#terminal").wait_for()
        for statement in statements:
            self._entered(page, statement)
        table = page.locator("#terminal table").last
        table.wait_for()
        cells = [row.locator("th, td").all_text_contents() for row in table.locator("tr").all()]
        picture = base64.b64encode(page.screenshot()).decode("ascii")
        return {"columns": cells[0], "rows": cells[1:], "statements": list(statements), "screenshot_png": picture}

    def _entered(self, page: Page, statement: str) -> None:
        """Type one statement, wait for its answer and until the terminal accepts the next."""
        page.locator("#terminal").click()
        page.keyboard.type(statement)
        limit = deadlines.CONSOLE_QUERY.limit * 1000
        with page.expect_response(lambda response: QUERY_ACTION in response.url, timeout=limit) as answered:
            page.keyboard.press("Enter")
        answered.value.finished()
        page.locator("#terminal input:enabled, #terminal textarea, #terminal [contenteditable]").first.wait_for()


def _missing() -> str:
    try:
        import playwright  # noqa: F401
    except ImportError:
        return "the Python package playwright is not installed"
    if not any(shutil.which(name) for name in PROGRAMS):
        return f"none of {', '.join(PROGRAMS)} is installed"
    return ""


def _shown(page: Page) -> str:
    try:
        return " ".join(page.locator("body").inner_text(timeout=1000).split())[-200:]
    except Exception:
        # If the page cannot be read, only the original problem is reported.
        return ""
