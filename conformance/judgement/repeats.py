"""One finding, said once: several tests of a requirement often meet the same thing at the same place.

Without this an operator counts one absent element as many faults, one for each test that looked for it.
"""

import re
from collections.abc import Iterable

#: The last line of a failure's message names the test that failed: it is no part of the finding.
_TEST = re.compile(r"\((?:[^()\s]+/)*test_\w+\.py(?::\d+)?(?:, \w+)?\)")
_QUOTED = re.compile(r"'[^']*'")


def said_once(messages: Iterable[str]) -> list[str]:
    """The messages without those that say nothing new: each of their lines was said before, at the same place.

    Two lines say the same when place and what was found are equal, and so are the values that are expected, in
    whatever words.
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
    """What a line says, without the words around the values that were expected."""
    found, expected, wanted = line.partition(", expected ")
    values = sorted(_QUOTED.findall(wanted))
    return f"{found}{expected}{' '.join(values)}" if values else line.strip()
