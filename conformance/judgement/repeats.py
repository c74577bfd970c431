"""Removes repeated findings: several tests of a requirement often report the same thing at the same place.

Without this, one missing element would look like as many faults as there are tests that need it.
"""

import re
from collections.abc import Iterable

#: A failure's last line names the failed test and is not part of the finding.
_TEST = re.compile(r"\((?:[^()\s]+/)*test_\w+\.py(?::\d+)?(?:, \w+)?\)")
_QUOTED = re.compile(r"'[^']*'")


def said_once(messages: Iterable[str]) -> list[str]:
    """The messages without those in which every line was said before, about the same place.

    Two lines are the same if place, found value and expected values are equal, whatever the words.
    """
    said: set[str] = set()
    kept: list[str] = []
    for message in messages:
        lines = [line for line in message.splitlines() if line.strip() and not _TEST.fullmatch(line.strip())]
        findings = {_finding(line) for line in lines or [message]}
        if not findings <= said:
            kept.append(message)
        said |= findings
    return kept


def _finding(line: str) -> str:
    """A line without the words around its expected values."""
    found, expected, wanted = line.partition(", expected ")
    values = sorted(_QUOTED.findall(wanted))
    return f"{found}{expected}{' '.join(values)}" if values else line.strip()
