"""Variants as rows of a table: further forms of a fault, or accepted forms.

A row begins with requirements as `sabotage.variant` reads them ("" for an accepted form), and ends with what the
message says after node and file.
"""

import re
from collections.abc import Callable, Iterable

from sabotage.edits import on_both, swapped, text
from sabotage.homes import SECOND, Homes
from sabotage.sabotage import Change, Sabotage, variant

#: Requirements, replaced text, new text, and what the message says.
Row = tuple[str, str, str, str]
#: As a node: both nodes.
BOTH = "both nodes"


def texts(path: str, rows: Iterable[Row], node: str = SECOND) -> list[Sabotage[Homes]]:
    """Return sabotages that each replace a text in a file of a node, or of both."""
    return [_made(row, path, node, swapped) for row in rows]


def elements(path: str, rows: Iterable[Row], node: str = SECOND, below: str = "") -> list[Sabotage[Homes]]:
    """Return sabotages that each give the elements at an XPath below `below` another text."""
    return [_made((ids, f"{below}{xpath}", new, says), path, node, text) for ids, xpath, new, says in rows]


def _made(row: Row, path: str, node: str, edit: Callable[[str, str, str, str], Change]) -> Sabotage[Homes]:
    ids, old, new, says = row
    change = on_both(edit, path, old, new) if node == BOTH else edit(path, old, new, node)
    place = rf"{node} {re.escape(path)}\b.*" if ids and node != BOTH else ""
    return variant(ids, f"{node} {path}: {new!r} for {old!r}", change, f"{place}{says}")
