"""Watches what pytest prints: a password of the run is masked there, too, and fails the run."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from conformance.evidence.redaction import Redactor


class TerminalWatch:
    """A plugin of its own for one run; `caught` tells whether a password was about to be printed."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self.caught = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Stand between pytest and its terminal."""
        writer = session.config.get_terminal_writer()
        write = writer.write

        def watched(msg: str, *, flush: bool = False, **markup: bool) -> None:
            # A file name that is no UTF-8 holds half characters, which no terminal takes.
            msg = msg.encode("utf-8", "backslashreplace").decode()
            if self._redactor.holds(msg.encode()):
                self.caught = True
                msg = self._redactor.text(msg)
            write(msg, flush=flush, **markup)

        vars(writer)["write"] = watched

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """When all is printed: fail a run that would have printed a password."""
        outcome = yield
        if self.caught:
            session.config.get_terminal_writer().line("error: a password was masked in the terminal output", red=True)
            if session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
        return outcome
