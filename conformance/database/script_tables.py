"""The tables that the product's MySQL script makes, and which of two scripts it was.

See docs/product/database.md#schema-scripts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from conformance.database.server_facts import ServerFacts

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
#: Beside them other tables may stand: newer kernels make UM_CLAIM_BEHAVIOR, other products theirs.
SCRIPT_TABLES = REGISTRY_TABLES + USER_TABLES

#: Table, and the name of one of its indexes as mysql.sql and as mysql5.7.sql call it. From 4.5.1 on the kernel's
#: mysql.sql has the names of mysql5.7.sql, and suits 5.7 (docs/product/database.md#schema-scripts).
_TELLING = (
    ("REG_LOG", "REG_LOG_IND_BY_REG_LOGTIME", "REG_LOG_IND_BY_REGLOG"),
    ("REG_RESOURCE", "REG_RESOURCE_IND_BY_TENANT", "REG_RESOURCE_IND_BY_TENAN"),
)


def missing_tables(found: Collection[str], server: ServerFacts) -> list[str]:
    """Tables of the script that are not among `found`, in the order of the script."""
    have = {server.folded(name) for name in found}
    return [name for name in SCRIPT_TABLES if server.folded(name) not in have]


@dataclass(frozen=True)
class ScriptVariant:
    """Which script ran in a database, known by index names."""

    old: tuple[str, ...]
    new: tuple[str, ...]

    @classmethod
    def of(cls, indexes: Iterable[tuple[str, str]]) -> ScriptVariant:
        """From (table, index) pairs; MySQL does not tell upper from lower case in names of indexes."""
        have = {(table.upper(), index.upper()) for table, index in indexes}
        old = tuple(f"{table}.{name}" for table, name, _ in _TELLING if (table, name) in have)
        new = tuple(f"{table}.{name}" for table, _, name in _TELLING if (table, name) in have)
        return cls(old, new)

    @property
    def suits_57(self) -> bool:
        """Whether it was a script for MySQL 5.7 and newer, all of it."""
        return not self.old and len(self.new) == len(_TELLING)

    def describe(self) -> str:
        """What was found, for a message."""
        names = ", ".join((*self.old, *self.new))
        if self.old and self.new:
            return f"indexes of both scripts ({names})"
        if self.old:
            return f"the indexes of mysql.sql ({names})"
        return f"only part of the indexes that a script makes ({names})" if names else "no index of either script"
