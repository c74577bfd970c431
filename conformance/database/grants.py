"""Rights of an account on a database, from SHOW GRANTS of MySQL 5.x, 8.0 and MariaDB."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

#: The rights in ALL on a database; GRANT OPTION is not included.
DATABASE_RIGHTS = frozenset(
    (
        "ALTER", "ALTER ROUTINE", "CREATE", "CREATE ROUTINE", "CREATE TEMPORARY TABLES", "CREATE VIEW", "DELETE",
        "DROP", "EVENT", "EXECUTE", "INDEX", "INSERT", "LOCK TABLES", "REFERENCES", "SELECT", "SHOW VIEW", "TRIGGER",
        "UPDATE",
    )
)  # fmt: skip
_NAME = r"(\*|`(?:[^`]|``)*`|\"(?:[^\"]|\"\")*\"|[\w$]+)"
_ON = re.compile(rf"(GRANT|REVOKE) (.+?) ON (?:TABLE )?{_NAME}\.{_NAME} (?:TO|FROM) ", re.IGNORECASE)
_ACCOUNT = r"(?:[`'\"][^`'\"]*[`'\"](?:@[`'\"][^`'\"]*[`'\"])?|[\w$]+)"
_ROLES = re.compile(rf"GRANT ({_ACCOUNT}(?:, ?{_ACCOUNT})*) TO ", re.IGNORECASE)
_WILD = re.compile(r"\\.|[%_]|[^\\%_]+", re.DOTALL)


@dataclass(frozen=True)
class Grants:
    """Global rights, and rights on databases by name or pattern, as in SHOW GRANTS."""

    everywhere: frozenset[str] = frozenset()
    databases: dict[str, frozenset[str]] = field(default_factory=dict)
    revoked: dict[str, frozenset[str]] = field(default_factory=dict)
    roles: tuple[str, ...] = ()

    @classmethod
    def read(cls, lines: Iterable[str]) -> Grants:
        """Parse the lines of SHOW GRANTS; rights on single tables or routines are ignored."""
        granted: dict[str, frozenset[str]] = {}
        revoked: dict[str, frozenset[str]] = {}
        roles: list[str] = []
        for line in lines:
            match = _ON.match(line)
            if match and match[4] == "*":
                into = granted if match[1].upper() == "GRANT" else revoked
                name, quote = match[3], match[3][0]
                name = name[1:-1].replace(quote * 2, quote) if quote in '`"' else name
                into[name] = into.get(name, frozenset()) | _rights(match[2])
            elif not match and (given := _ROLES.match(line)):
                roles += re.findall(_ACCOUNT, given[1])
        everywhere = granted.pop("*", frozenset()) - revoked.pop("*", frozenset())
        return cls(everywhere, granted, revoked, tuple(roles))

    def missing(self, database: str, *, fold: bool = False, patterns: bool = True) -> list[str]:
        """Rights missing for ALL on the database, sorted.

        `fold`: the server ignores case. `patterns`: `%` and `_` are wildcards (unless partial revokes are on). Of
        several matching patterns the server only uses the most specific.
        """
        have = self.everywhere | self._on(database, fold, patterns)
        name = database.lower() if fold else database
        for revoked, rights in self.revoked.items():
            have -= rights if (revoked.lower() if fold else revoked) == name else frozenset()
        return sorted(DATABASE_RIGHTS - have)

    def _on(self, database: str, fold: bool, patterns: bool) -> frozenset[str]:
        matching = [name for name in self.databases if like(name, database, fold=fold, patterns=patterns)]
        best = max(matching, key=lambda name: specificity(name) if patterns else 0, default=None)
        return frozenset() if best is None else self.databases[best]


def like(pattern: str, text: str, *, fold: bool = False, patterns: bool = True) -> bool:
    """Whether `text` matches the SQL pattern: `%` any text, `_` any character, a backslash escapes them."""
    if not patterns:
        plain = re.sub(r"\\([%_])", r"\1", pattern)
        return (plain.lower() == text.lower()) if fold else plain == text
    parts = (_part(piece) for piece in _WILD.findall(pattern))
    return re.fullmatch("".join(parts), text, re.DOTALL | (re.IGNORECASE if fold else 0)) is not None


def specificity(pattern: str) -> int:
    """Rank among matching patterns: the later the first wildcard, the more specific; no wildcard ranks highest."""
    at = 0
    for piece in _WILD.findall(pattern):
        if piece in ("%", "_"):
            return at
        at += 1 if piece.startswith("\\") else len(piece)
    return 1 << 16


def _part(piece: str) -> str:
    wild = {"%": ".*", "_": "."}.get(piece)
    return wild if wild else re.escape(piece[1:] if piece.startswith("\\") else piece)


def _rights(text: str) -> frozenset[str]:
    names = [name.strip().upper() for name in text.split(",")]
    return DATABASE_RIGHTS if "ALL PRIVILEGES" in names or "ALL" in names else DATABASE_RIGHTS.intersection(names)
