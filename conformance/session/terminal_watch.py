"""Watches what pytest prints: secrets are masked there, too, and one of the run's own fails it.

Nothing that was handed in is obeyed by the terminal: control characters are spelled out.
"""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext

import pytest

from conformance.evidence.known_secrets import SHORTEST
from conformance.evidence.redaction import Redactor
from conformance.text.printable import printable


class TerminalWatch:
    """A plugin of its own for one run; `caught` tells whether a password was about to be printed."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self.caught = False
        #: Makes room on the terminal for what pytest prints.
        self.printing: Callable[[str], AbstractContextManager[None]] = lambda _text: nullcontext()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Stand between pytest and its terminal."""
        writer = session.config.get_terminal_writer()
        # Colours inside of a text could be taken for what a stranger wrote: a text is written in one, or in none.
        writer.code_highlight = False
        write, markup_of = writer.write, writer.markup
        writing: list[str] = []

        def coloured(text: str, **markup: bool) -> str:
            return markup_of(text, **markup) if writing else text

        def watched(msg: str, *, flush: bool = False, **markup: bool) -> None:  # noqa: ARG001 - always flushed
            # No secret fits into a letter of progress, and nothing is obeyed in it.
            letter = len(msg) < SHORTEST and msg.isprintable()
            if not letter and self._redactor.holds(msg.encode("utf-8", "surrogatepass")):
                self.caught = True
            # pytest itself begins a line again where it shows progress; its colours are put on behind this.
            again = "\r" if msg.startswith("\r") else ""
            with self.printing(msg):
                # At once: progress goes to the same terminal, or log, by another way.
                writing.append(msg)
                try:
                    masked = msg if letter else again + printable(self._redactor.text(msg[len(again) :]))
                    write(masked, flush=True, **markup)
                finally:
                    writing.pop()

        vars(writer).update(write=watched, markup=coloured)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """When all is printed: fail a run that would have printed a password."""
        outcome = yield
        if self.caught:
            session.config.get_terminal_writer().line("error: a password was masked in the terminal output", red=True)
            if session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
        return outcome
