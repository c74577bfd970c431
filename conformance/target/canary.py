"""A word in the files of the lab's nodes that only a leak can carry out: it stands where no password is looked for."""

from __future__ import annotations

import secrets
from pathlib import Path

from conformance.secret import Secret

#: A file that every run reads whole.
FILE = "repository/conf/carbon.xml"
#: The verifier finds a canary by this and the 32 hexadecimal digits after it, without being told the word.
PREFIX = "planted-key-"


def fresh() -> Secret:
    """A new canary."""
    return Secret(f"{PREFIX}{secrets.token_hex(16)}")


def plant(home: Path, canary: Secret) -> None:
    """Put it into a node's home, as a comment at the end of a file. OSError when that cannot be written."""
    with (home / FILE).open("a", encoding="ascii") as file:
        file.write(f"\n<!-- {canary.reveal()} -->\n")
