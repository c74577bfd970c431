"""Watches pytest's output: masks secrets, fails the run if one would appear, escapes control characters."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext

import pytest

from conformance.evidence.known_secrets import SHORTEST
from conformance.evidence.redaction import Redactor
from conformance.text.printable import printable


class TerminalWatch:
    """A plugin for one run; `caught` says whether a password was about to be printed."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self.caught = False
        #: Clears the terminal's progress lines for pytest's output.
        self.printing: Callable[[str], AbstractContextManager[None]] = lambda _text: nullcontext()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Intercept pytest's output."""
        writer = session.config.get_terminal_writer()
        # Colours inside of a text could be mistaken for foreign text, so a text has one colour or none.
        writer.code_highlight = False
        write, markup_of = writer.write, writer.markup
        writing: list[str] = []

        def coloured(text: str, **markup: bool) -> str:
            return markup_of(text, **markup) if writing else text

        def watched(msg: str, *, flush: bool = False, **markup: bool) -> None:  # noqa: ARG001 - always flushed
            # A progress letter is too short for a secret, and has no control characters.
            letter = len(msg) < SHORTEST and msg.isprintable()
            if not letter and self._redactor.holds(msg.encode("utf-8", "surrogatepass")):
                self.caught = True
            # pytest rewrites a line to show progress; colours are added after this.
            again = "\r" if msg.startswith("\r") else ""
            with self.printing(msg):
                # At once, because progress reaches the same terminal or log another way.
                writing.append(msg)
                try:
                    masked = msg if letter else again + printable(self._redactor.text(msg[len(again) :]))
                    write(masked, flush=True, **markup)
                finally:
                    writing.pop()

        vars(writer).update(write=watched, markup=coloured)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """At the end, fail a run that would have printed a password."""
        outcome = yield
        if self.caught:
            session.config.get_terminal_writer().line("error: a password was masked in the terminal output", red=True)
            if session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
        return outcome
