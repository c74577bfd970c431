"""Errors that users see: one line that names the problem and the remedy."""

from conformance.text.printable import printable


class ConformanceError(Exception):
    """Base of all errors of the suite; `remedy` is what the user can do."""

    def __init__(self, what: str, remedy: str = "") -> None:
        # The text may be foreign and is printed on a terminal.
        super().__init__(printable(f"{what} - {remedy}" if remedy else what))
        self.what = what
        self.remedy = remedy


class EvidenceError(ConformanceError):
    """A requirement's evidence could not be obtained: the verdict is error, never pass or fail."""


class NotSeen(AssertionError):
    """Something that the deployment must show did not happen within its deadline: the verdict is fail."""
