"""Errors that a user of the suite sees: one line that names the thing and the remedy."""

from conformance.text.printable import printable


class ConformanceError(Exception):
    """Base of all errors of the suite; `remedy` is what the user can do about it."""

    def __init__(self, what: str, remedy: str = "") -> None:
        # It may name what a stranger wrote, and ends on a terminal.
        super().__init__(printable(f"{what} - {remedy}" if remedy else what))
        self.what = what
        self.remedy = remedy


class EvidenceError(ConformanceError):
    """The evidence that a requirement needs could not be obtained: verdict error, never pass or fail."""


class NotSeen(AssertionError):
    """A fact that the deployment must show did not come within its deadline: verdict fail."""
