"""The statements and tables of the product's MySQL script, and how to tell its two variants apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from conformance.database.server_facts import ServerFacts
from conformance.errors import ConformanceError

#: A piece of a script, the first kind that fits; an opening quote or comment without its end fits `open`.
#: In quotes a backslash escapes the next character, except in backticks; a doubled quote is two pieces.
_PIECE = re.compile(
    r"""(?P<comment>(?:\#|--(?=\s|$))[^\n]*)
    |(?P<kept>/\*[!+].*?\*/)
    |(?P<block>/\*.*?\*/)
    |(?P<quoted>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`)
    |(?P<open>/\*|['"`])
    |(?P<plain>.)""",
    re.DOTALL | re.VERBOSE,
)
_DELIMITER = re.compile(r"[ \t]*delimiter[ \t]+(\S{1,64})[^\n]*(\n|$)", re.IGNORECASE)


class Statement(NamedTuple):
    """One statement without its delimiter, and its first line in the script (from 1)."""

    text: str
    line: int


def split(script: str, source: str) -> list[Statement]:
    """The statements of a script, as the mysql client finds them: by comments, quotes and DELIMITER.

    Comments are removed, except those that MySQL executes (`/*! ... */`) and hints (`/*+ ... */`). ConformanceError
    names `source` and the line of an unclosed quote or comment.
    """
    found: list[Statement] = []
    pieces: list[str] = []
    delimiter, at, line, begin = ";", 0, 1, 0
    while at < len(script):
        command = None if begin or (at and script[at - 1] != "\n") else _DELIMITER.match(script, at)
        piece = command or _PIECE.match(script, at)
        assert piece, "any character is a piece"
        text, kind = piece[0], piece.lastgroup
        if command:
            delimiter = command[1]
        elif script.startswith(delimiter, at):
            found += [Statement("".join(pieces).strip(), begin)] if begin else []
            pieces, begin, text = [], 0, delimiter
        elif kind == "open":
            what = "comment" if text == "/*" else "quote"
            raise ConformanceError(f"{source}:{line}: {what} is not closed", "correct the script")
        elif kind == "block":
            # It separates words, as in MySQL.
            pieces.append(" ")
        elif kind != "comment":
            begin = begin or (line if not text.isspace() else 0)
            pieces.append(text)
        line += text.count("\n")
        at += len(text)
    return [*found, Statement("".join(pieces).strip(), begin)] if begin else found


#: 17 tables of the registry and 22 of the user manager, the same in mysql.sql and mysql5.7.sql of DAS 3.1.0.
REGISTRY_TABLES = (
    "REG_CLUSTER_LOCK", "REG_LOG", "REG_PATH", "REG_CONTENT", "REG_CONTENT_HISTORY", "REG_RESOURCE",
    "REG_RESOURCE_HISTORY", "REG_COMMENT", "REG_RESOURCE_COMMENT", "REG_RATING", "REG_RESOURCE_RATING", "REG_TAG",
    "REG_RESOURCE_TAG", "REG_PROPERTY", "REG_RESOURCE_PROPERTY", "REG_ASSOCIATION", "REG_SNAPSHOT",
)  # fmt: skip
USER_TABLES = (
    "UM_TENANT", "UM_DOMAIN", "UM_USER", "UM_SYSTEM_USER", "UM_ROLE", "UM_MODULE", "UM_MODULE_ACTIONS",
    "UM_PERMISSION", "UM_ROLE_PERMISSION", "UM_USER_PERMISSION", "UM_USER_ROLE", "UM_SHARED_USER_ROLE",
    "UM_ACCOUNT_MAPPING", "UM_USER_ATTRIBUTE", "UM_DIALECT", "UM_CLAIM", "UM_PROFILE_CONFIG", "UM_HYBRID_ROLE",
    "UM_HYBRID_USER_ROLE", "UM_SYSTEM_ROLE", "UM_SYSTEM_USER_ROLE", "UM_HYBRID_REMEMBER_ME",
)  # fmt: skip
#: Other tables may exist too: newer kernels create UM_CLAIM_BEHAVIOR, other products their own.
SCRIPT_TABLES = REGISTRY_TABLES + USER_TABLES

#: A table and one of its index names in mysql.sql and in mysql5.7.sql. From 4.5.1 on, the kernel's mysql.sql uses the
#: names of mysql5.7.sql and fits 5.7 (docs/product/database.md#schema-scripts).
_TELLING = (
    ("REG_LOG", "REG_LOG_IND_BY_REG_LOGTIME", "REG_LOG_IND_BY_REGLOG"),
    ("REG_RESOURCE", "REG_RESOURCE_IND_BY_TENANT", "REG_RESOURCE_IND_BY_TENAN"),
)


def missing_tables(found: Collection[str], server: ServerFacts) -> list[str]:
    """Tables of the script that are not in `found`, in the script's order."""
    have = {server.folded(name) for name in found}
    return [name for name in SCRIPT_TABLES if server.folded(name) not in have]


class ScriptVariant(NamedTuple):
    """The script variant of a database, identified by index names."""

    old: tuple[str, ...]
    new: tuple[str, ...]

    @classmethod
    def of(cls, indexes: Iterable[tuple[str, str]]) -> ScriptVariant:
        """Find the variant from pairs (table, index); MySQL ignores the case of index names."""
        have = {(table.upper(), index.upper()) for table, index in indexes}
        old = tuple(f"{table}.{name}" for table, name, _ in _TELLING if (table, name) in have)
        new = tuple(f"{table}.{name}" for table, _, name in _TELLING if (table, name) in have)
        return cls(old, new)

    @property
    def suits_57(self) -> bool:
        """Whether a script for MySQL 5.7 and newer ran completely."""
        return not self.old and len(self.new) == len(_TELLING)

    def describe(self) -> str:
        """Describe what was found, for a message."""
        names = ", ".join((*self.old, *self.new))
        if self.old and self.new:
            return f"indexes of both scripts ({names})"
        if self.old:
            return f"the indexes of mysql.sql ({names})"
        return f"only part of the indexes that a script makes ({names})" if names else "no index of either script"
